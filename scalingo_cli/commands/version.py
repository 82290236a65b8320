"""`scalingo version`: which version this is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import __version__
from scalingo_cli.cli.command import Command

if TYPE_CHECKING:
    from scalingo_cli.session import Session


@click.command("version", cls=Command, examples=["scalingo version", "scalingo version --json"])
@click.pass_obj
def command(session: Session) -> None:
    """Print the version of this client."""
    session.console.show_value({"version": __version__}, __version__)
