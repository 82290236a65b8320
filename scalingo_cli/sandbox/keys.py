"""Keys: to come."""
