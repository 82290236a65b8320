"""Other programs, signals and threads."""
