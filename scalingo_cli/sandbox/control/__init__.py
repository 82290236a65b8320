"""What tests and users set about the sandbox."""
