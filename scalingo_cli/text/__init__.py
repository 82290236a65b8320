"""Text: JSON as received, control characters escaped, dates."""
