"""What is looked at again and again, until it ends."""
