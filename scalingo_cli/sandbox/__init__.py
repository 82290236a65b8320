"""A local simulator of the Scalingo API: its state in memory, over real HTTP."""

from scalingo_cli.sandbox.sandbox import Sandbox

__all__ = ["Sandbox"]
