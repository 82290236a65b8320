"""What the sandbox runs: processes and certificates."""
