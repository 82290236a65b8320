"""`scalingo logs`: what an app or a database logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import option
from scalingo_cli.cli.types import Number, Word
from scalingo_cli.commands.logs import lines
from scalingo_cli.commands.logs.stream import Logs
from scalingo_cli.console.terminal import coloured
from scalingo_cli.console.view import plain
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.console.console import Console
    from scalingo_cli.database import Database
    from scalingo_cli.session import App, Session


@click.command(
    "logs",
    cls=Command,
    takes_app=True,
    takes_addon=True,
    takes_database=True,
    examples=[
        "scalingo logs --app my-app",
        "scalingo logs -n 1000 --filter 'web|worker' | grep -i error",
        "scalingo logs --filter web-1 --json | jq -r .message",
        "scalingo logs --since 8h --until 6h --grep 'error|timeout'",
        "scalingo logs --around latest",
        "scalingo logs --addon postgresql -n 20",
    ],
)
@click.option(
    "-n",
    "--lines",
    "count",
    type=Number(int, 0),
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
@click.option(
    "--since",
    metavar="TIME",
    help="Time of the first line: 02:10, a date such as 2026-11-28T02:10, or 15m, 6h, 2d (ago).",
)
@click.option("--until", metavar="TIME", help="Time to stop at (default: now).")
@click.option(
    "--around",
    "event_id",
    metavar="EVENT",
    type=Word("latest", listing="events list"),
    help="ID of an event, or latest: shows five minutes before and after it.",
)
@click.option("--grep", metavar="REGEX", help="Regular expression that messages must match.")
@click.pass_obj
def command(
    session: Session,
    count: int | None,
    follow: bool,
    only: str | None,
    since: str | None,
    until: str | None,
    event_id: str | None,
    grep: str | None,
) -> None:
    """Show or follow the logs of an app or a database.

    With --since or --around, shows what was logged at that time: log archives and live logs are
    joined without missing or repeating a line. Times without a zone are local.

    In a pipe, lines are printed as they were logged; at a terminal, container names are coloured.
    With --json, each line is an object with timestamp, container and message. With --follow, a lost
    connection is reported on stderr and resumed without losing or repeating lines.
    """
    if only == "":
        raise BadUsage("--filter requires a container.")
    if (since or until or event_id) and (follow or count is not None):
        raise BadUsage("--since, --until and --around cannot be combined with --follow or --lines.")
    if event_id and (since or until):
        raise BadUsage("--around cannot be combined with --since or --until.")
    source, console = databases.app_or_database(session, is_regional=False), session.console
    if only and isinstance(source, databases.Database):
        raise BadUsage(
            f"--filter chooses containers of an app, and {source.name} is a database.",
            "To search its messages, use --grep.",
        )
    if isinstance(source, databases.Database) and not any(session.selection.addon_options.values()):
        console.progress(f"Logs of {source.name}, which the environment chooses:")
    as_logged = not console.as_json and not coloured(console.terminal)
    if since or until or event_id:
        batches = _of_window(session, source, since, until, event_id)
    elif as_logged and not (follow or grep):
        console.pass_on(Logs(source, session, only).dump(count))
        return
    else:
        live = Logs(source, session, only)
        batches = live.follow(count) if follow else lines.lines(live.dump(count))
        only = None  # the platform has picked them
    if only or grep:
        from scalingo_cli.commands.logs import window

        batches = window.matching(batches, only, grep)
    if console.as_json:
        console.pass_on(lines.written(batches, lambda line: _json_line(console, line)))
    else:
        console.pass_on(lines.written(batches, lines.raw if as_logged else lines.painted))


def _json_line(console: Console, line: bytes) -> bytes:
    return console.json_line(lines.record(line)).encode(errors="backslashreplace")


def _of_window(
    session: Session,
    source: App | Database,
    since: str | None,
    until: str | None,
    event_id: str | None,
) -> Iterator[lines.Batch]:
    """Return what was logged between two moments, or around an event of the app.

    Args:
        session: The session of the command.
        source: What logged it.
        since: The first moment, as typed.
        until: The moment after the last one.
        event_id: The event.

    Returns:
        The lines.

    Raises:
        BadUsage: There is nothing between the moments.
        NotFound: There is no such event.
    """
    from scalingo_cli.commands import events
    from scalingo_cli.commands.logs import archives, window

    app = source.app if isinstance(source, databases.Database) else session.regional_app()
    if event_id:
        event = events.one(app, event_id)
        wanted = window.around(archives.moment(plain(event.get("created_at"))))
    else:
        wanted = window.named(since, until)
    session.console.progress(f"Logs of {source.name} from {wanted}:")
    live = Logs(source, session, None)
    return window.read(source, session.console, live, wanted)
