"""The starting data."""
