"""What is shown at a terminal and in a pipe."""
