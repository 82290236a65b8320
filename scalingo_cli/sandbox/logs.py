"""Logs: to come."""
