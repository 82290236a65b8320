"""What knows Click: the command classes, shared options and argument types."""
