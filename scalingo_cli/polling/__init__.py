"""What is asked for again and again until it ends."""
