"""Collaborators: to come."""
