"""One module for each noun or verb, named as the user types it."""
