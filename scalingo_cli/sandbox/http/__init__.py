"""HTTP as the sandbox serves it."""
