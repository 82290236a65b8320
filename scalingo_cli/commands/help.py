"""`scalingo help`: the help of a command, as text or as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from scalingo_cli.cli.command import EVERYTHING, Command
from scalingo_cli.cli.types import CommandName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.session import Session


@click.command(
    "help",
    cls=Command,
    examples=[
        "scalingo help env set",
        "scalingo help all",
        "scalingo help --json | jq '.commands[] | select(.reversible == false).command'",
    ],
)
@click.argument("words", nargs=-1, type=CommandName(), metavar="[COMMAND]...")
@click.pass_context
def command(context: click.Context, words: Sequence[str]) -> None:
    """Show the help of a command, or of all commands.

    With --json, describes the command and all below it: arguments, options, examples, exit codes
    and environment variables; whether it changes something on the platform or on this machine, and
    whether that can be undone.
    """
    from scalingo_cli.cli import describe

    session: Session = context.obj
    root = cast("click.Group", context.find_root().command)
    everything = tuple(words) == ("all",)
    if session.console.as_json:
        session.console.show_json(describe.document(root, () if everything else words))
        return
    asked = describe.context_of(root, () if everything else words)
    asked.meta[EVERYTHING] = everything
    session.console.write(f"{asked.get_help()}\n")
