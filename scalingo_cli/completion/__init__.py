"""Shell completion scripts, generated from the tree of commands."""
