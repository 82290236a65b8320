"""The manual pages, written from the tree of commands."""
