"""Processes, their directories, and certificates."""
