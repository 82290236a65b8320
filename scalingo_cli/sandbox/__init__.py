"""A local simulator of the Scalingo API: state in memory, served over real HTTP."""

from scalingo_cli.sandbox.sandbox import Sandbox

__all__ = ["Sandbox"]
