"""Shell completion: the scripts, written from the tree of commands."""
