"""Files that this client writes, and files that the user names."""
