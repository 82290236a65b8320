"""`scalingo update`: how this client is upgraded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from scalingo_cli import __version__
from scalingo_cli.cli.command import Command

if TYPE_CHECKING:
    from scalingo_cli.session import Session

# The tools that keep a program in an environment of its own: a folder in its path, and the line.
TOOLS = {"pipx": "pipx upgrade scalingo-cli", "uv": "uv tool upgrade scalingo-cli"}


@click.command("update", cls=Command, examples=["scalingo update"])
@click.pass_obj
def command(session: Session) -> None:
    """Show how to upgrade this client.

    Nothing is downloaded, and no server is asked for the latest version.
    """
    line = upgrade_line()
    session.say(f"This is version {__version__}. To upgrade:")
    session.console.show_value({"version": __version__, "upgrade": line}, line)


def upgrade_line() -> str:
    """Return the command line that upgrades this client the way it was installed."""
    from pathlib import PurePath
    from shlex import quote

    folders = PurePath(sys.prefix).parts
    if folders[-1:] == ("scalingo-cli",):
        for tool, line in TOOLS.items():
            if tool in folders:
                return line
    return f"{quote(sys.executable)} -m pip install --upgrade scalingo-cli"
