"""`scalingo databases pitr`: a database as it was at an earlier time (point-in-time recovery)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import waiting
from scalingo_cli.console.view import Column, View, plain
from scalingo_cli.errors import Misused, Rejected
from scalingo_cli.polling import databases as polling
from scalingo_cli.text.dates import local

if TYPE_CHECKING:
    from datetime import datetime

    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _moments(record: Record) -> list[tuple[datetime, str]]:
    """Return the times in a recovery window, the earliest first, with their texts.

    No document names its fields.
    """
    from datetime import datetime

    moments = []
    for value in map(plain, record.values()):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            continue
        if moment.tzinfo is not None and moment.year > 1:
            moments.append((moment, value))
    return sorted(moments)


def _sent(record: Record, position: int) -> str:
    moments = _moments(record)
    return moments[position][1] if moments else ""


WINDOW = View(
    "recovery_windows",
    "recovery_window",
    {
        "Earliest": Column(lambda record: _sent(record, 0), lambda record: local(_sent(record, 0))),
        "Latest": Column(lambda record: _sent(record, -1), lambda record: local(_sent(record, -1))),
    },
)


@click.group("pitr", cls=Group, takes_app=True, takes_addon=True, default="window")
def command() -> None:
    """Restore a database to an earlier time (point-in-time recovery)."""


@command.command(examples=["scalingo databases pitr window"])
@click.pass_obj
def window(session: Session) -> None:
    """Show the range of times to which a database can be restored."""
    document = databases.chosen(session).get("pitr", "recovery_window")
    session.show(document, WINDOW)


@command.command(
    changes=True,
    reversible=False,
    examples=["scalingo databases pitr restore 2h --confirm my-app --wait"],
)
@click.argument("time", metavar="TIME")
@click.option("--confirm", metavar="NAME", help="Name of the app or dedicated database.")
@waiting
@click.pass_obj
def restore(
    session: Session, time: str, confirm: str | None, wait: bool, timeout: float | None
) -> None:
    """Restore a database to an earlier time.

    TIME is a date with its time zone, such as 2026-07-18T23:00:00Z, or 2h, 30m, 1d ago.
    The database is stopped during the restore, which starts a new timeline: earlier times can no
    longer be restored afterwards.
    """
    moment = _moment(time)
    database = databases.chosen(session, anew=True)
    moments = _moments(database.get("pitr", "recovery_window").get("recovery_window") or {})
    if moments and not moments[0][0] <= moment <= moments[-1][0]:
        raise Rejected(
            f"{database.name} can be restored to any time from {local(moments[0][1])} to"
            f" {local(moments[-1][1])}, but not to {local(moment.isoformat())}."
        )
    session.prompter.confirm(
        f"This stops {database.name} and takes it back to {moment.astimezone():%Y-%m-%d %H:%M:%S}"
        f" local time ({moment.isoformat()}): what was written since is lost, and no earlier time"
        " can be restored any more.",
        database.app.name,
        confirm,
    )
    sent = {"restore_time": moment.isoformat()}
    answer = database.send("POST", "pitr", "restore", json=sent)
    document = answer.document
    if wait:
        document = polling.settled(database, answer, session, timeout)
    if session.console.as_json:
        session.console.show_json(document)
    if wait:
        session.say(f"Restored {database.name} to {moment.isoformat()}.")
    else:
        session.say(
            f"Restore of {database.name} requested. To look at it:"
            f" {database.line('databases show')}"
        )


def _moment(given: str) -> datetime:
    """Return the time that is meant, in UTC. Raises Misused for any other text."""
    from datetime import UTC, datetime, timedelta

    if match := re.fullmatch(r"-?(\d{1,4})([mhd])", given):
        ago = timedelta(**{_UNITS[match[2]]: int(match[1])})
        return (datetime.now(UTC) - ago).replace(second=0, microsecond=0)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        problem = "has no time zone" if moment else "is not a date"
        raise Misused(
            f'"{given}" {problem}.', "For example: 2026-07-18T23:00:00Z, or 2h for two hours ago"
        )
    return moment.astimezone(UTC)
