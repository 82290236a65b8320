"""`scalingo logs`: what an app logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import option
from scalingo_cli.cli.types import Word, number
from scalingo_cli.commands.logs import lines
from scalingo_cli.commands.logs.stream import Logs
from scalingo_cli.console.terminal import coloured
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from scalingo_cli.session import Session


@click.command(
    "logs",
    cls=Command,
    takes_app=True,
    examples=[
        "scalingo logs --app my-app",
        "scalingo logs -n 1000 --filter 'web|worker' | grep -i error",
        "scalingo logs --filter web-1 --json | jq -r .message",
    ],
)
@click.option(
    "-n",
    "--lines",
    "count",
    type=number(int, 0),
    metavar="N",
    help="Number of lines to show (default: the platform's).",
)
@click.option("-f", "--follow", is_flag=True, help="Keep showing new lines as they arrive.")
@option(
    "--filter",
    "only",
    aliases=["-F"],
    metavar="CONTAINERS",
    type=Word(listing="scale"),
    help="Container (web-1), type (web) or several ('web|worker') to show (default: all).",
)
@click.pass_obj
def command(session: Session, count: int | None, follow: bool, only: str | None) -> None:
    """Show or follow an app's logs.

    In a pipe, lines are printed as they were logged; at a terminal, container names are coloured.
    With --json, each line is an object with timestamp, container and message. With --follow, a lost
    connection is reported on stderr and resumed without losing or repeating lines.
    """
    if only == "":
        raise BadUsage("--filter requires a container.")
    source = Logs(session.app(), session.console, only)
    plain = not session.console.as_json and not coloured(session.console.terminal)
    if plain and not follow:
        session.console.pass_on(source.dump(count))
        return
    batches = source.follow(count) if follow else lines.lines(source.dump(count))
    write = lines.raw if plain else lines.painted
    session.console.pass_on(
        lines.written(batches, lines.as_json if session.console.as_json else write)
    )
