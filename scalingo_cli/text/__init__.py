"""Text: JSON as it came, characters made harmless, dates."""
