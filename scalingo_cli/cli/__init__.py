"""The layer around Click: command classes, shared options and parameter types."""
