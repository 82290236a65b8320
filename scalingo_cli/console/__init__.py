"""Output at a terminal and in a pipe, and questions to the user."""
