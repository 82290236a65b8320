"""A command-line client for the Scalingo platform."""

__version__ = "0.1.0"  # a literal, so that --version costs no look-up
__released__ = "2026-11-23"  # when: the date of the manual
