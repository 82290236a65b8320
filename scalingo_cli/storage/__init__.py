"""Files that this client keeps, and files that the user names."""
