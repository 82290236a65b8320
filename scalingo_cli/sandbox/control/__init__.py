"""The controls of the sandbox, for tests and users."""
