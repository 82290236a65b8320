"""The manual pages, generated from the tree of commands."""
