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
    help="The last N lines; otherwise as many as the platform gives.",
)
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines as they come.")
@option(
    "--filter",
    "only",
    aliases=["-F"],
    metavar="CONTAINERS",
    type=Word(listing="scale"),
    help="Only a container (web-1), a type (web) or several ('web|worker').",
)
@click.pass_obj
def command(session: Session, count: int | None, follow: bool, only: str | None) -> None:
    """Show what an app logs, or follow it.

    In a pipe the lines are as they were logged; at a terminal each container's name has a
    colour. With --json each line is an object: timestamp, container, message. --follow resumes
    after a cut, which it tells on stderr, without losing or repeating a line.
    """
    if only == "":
        raise BadUsage("What follows --filter is empty.")
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
