"""A pretend Scalingo platform: its state in memory, real HTTP, on 127.0.0.1 only."""

from scalingo_cli.sandbox.sandbox import Sandbox

__all__ = ["Sandbox"]
