"""Who is signed in, where, and with which token."""
