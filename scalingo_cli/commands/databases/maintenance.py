"""`scalingo databases maintenance`: what the platform did to a database, and when it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import option, paginated
from scalingo_cli.cli.types import Word
from scalingo_cli.commands.databases import window as windows
from scalingo_cli.console.view import View, date, status

if TYPE_CHECKING:
    from scalingo_cli.session import Session

MAINTENANCE = View(
    "maintenance",
    "item",
    {
        "ID": "id",
        "Type": "type",
        "Status": status("status"),
        "Started": date("started_at", unset=""),
        "Ended": date("ended_at", unset=""),
    },
    empty="No maintenance is planned, and none was done.",
    listing="databases maintenance list",
    about=("type", "status"),
)
WINDOW = View("databases", "database", windows.WINDOW)


@click.group("maintenance", cls=Group, takes_app=True, takes_addon=True)
def command() -> None:
    """Show the maintenance of a database, and choose when it may take place."""


@command.command("list", examples=["scalingo databases maintenance"])
@paginated
@click.pass_obj
def list_(
    session: Session, limit: int | None, everything: bool, page: int | None, per_page: int | None
) -> None:
    """List the maintenance jobs of a database, newest first."""
    from scalingo_cli.api import pagination

    wanted = pagination.Wanted(limit, everything, page, per_page)
    database = databases.chosen(session)
    listing = pagination.listing(database, "maintenance", root="maintenance", wanted=wanted)
    session.console.show_listing(listing, MAINTENANCE)


@command.command(
    examples=[
        "scalingo databases maintenance show"
        " $(scalingo databases maintenance | head -n 1 | cut -f 1)"
    ]
)
@click.argument("maintenance", metavar="ID", type=Word(listing="databases maintenance list"))
@click.pass_obj
def show(session: Session, maintenance: str) -> None:
    """Show a maintenance job; if it has not begun, also when it may."""
    database = databases.chosen(session)
    document = database.get("maintenance", maintenance)
    record = document.get("maintenance", document)
    session.show(document if session.console.as_json else {"item": record}, MAINTENANCE)
    if not record.get("started_at"):
        found = database.get()["database"]
        if when := windows.local_words(found):
            utc = windows.utc_words(found)
            session.console.progress(f"It takes place on {when} ({utc} UTC) or later.")


@command.command(
    changes=True,
    reads_if=lambda given: given["day"] is None and given["hour"] is None,
    examples=[
        "scalingo databases maintenance window",
        "scalingo databases maintenance window --day sunday --hour '3 Europe/Paris'",
    ],
)
@option("--day", metavar="DAY", type=Word(*windows.DAYS), help="Day of the week.")
@option(
    "--hour",
    metavar="'HOUR [ZONE]'",
    help="Hour of the day, in local time unless a zone such as UTC or Europe/Paris follows.",
)
@click.pass_obj
def window(session: Session, day: str | None, hour: str | None) -> None:
    """Show or change when maintenance may take place.

    The platform stores the day and the hour in UTC, so in local time they shift with daylight
    saving time.
    """
    is_change = day is not None or hour is not None
    if is_change:
        windows.changed({}, day, hour)  # refuses what is invalid before anything is asked
    database = databases.chosen(session, anew=is_change)
    document = database.get()
    if is_change:
        change = {"maintenance_window": windows.changed(document["database"], day, hour)}
        document = database.send("PATCH", json={"database": change}).document
    session.show(document, WINDOW)
    if is_change:
        found = document["database"]
        session.say(
            f"{database.name} is maintained on {windows.local_words(found)} local time"
            f" ({windows.utc_words(found)} UTC) or later."
        )
