"""Add-ons: to come."""
