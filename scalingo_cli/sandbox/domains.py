"""Domains: to come."""
