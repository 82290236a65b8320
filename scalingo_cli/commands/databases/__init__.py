"""`scalingo databases`: those of an app, and dedicated ones, which are apps of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import waiting, without_asking
from scalingo_cli.commands.backups.schedule import SCHEDULE
from scalingo_cli.commands.databases import (
    console,
    dedicated,
    features,
    firewall,
    maintenance,
    pitr,
    tunnel,
    users,
)
from scalingo_cli.commands.databases.window import WINDOW
from scalingo_cli.console.view import Column, View, date, plain, status
from scalingo_cli.polling import databases as polling

if TYPE_CHECKING:
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session


def _features(record: Record) -> str:
    rows = record.get("features")
    names = (plain(row.get("name")) for row in rows or () if isinstance(row, dict))
    return ", ".join(filter(None, names)) if isinstance(rows, list) else ""


DATABASE = View(
    "databases",
    "database",
    {
        "ID": "id",
        "Type": "type_name",
        "Plan": "plan",
        "Status": status("status"),
        "Version": "readable_version",
        "Host": "hostname",
        "Features": Column(_features),
    },
    details={
        "App": "app_name",
        "Resource": "resource_id",
        "Created": date("created_at"),
        **SCHEDULE.columns,
        **WINDOW,
    },
)


@click.group("databases", cls=Group, takes_app=True, takes_addon=True)
def command() -> None:
    """Connect to databases; manage users, features, maintenance."""


@command.command(
    examples=["scalingo databases show", "scalingo databases show --addon postgresql --json"]
)
@click.argument("database", metavar="[DATABASE]", required=False, type=dedicated.A_DATABASE)
@click.pass_obj
def show(session: Session, database: str | None) -> None:
    """Show a database: its status, version, features, backups and maintenance.

    DATABASE is the name or ID of a dedicated database (default: the app's database).
    """
    session.show(databases.chosen(session, database).get(), DATABASE)


@command.command(
    "upgrade-version",
    changes=True,
    reversible=False,
    examples=["scalingo databases upgrade-version --yes --wait"],
)
@without_asking
@waiting
@click.pass_obj
def upgrade_version(session: Session, yes: bool, wait: bool, timeout: float | None) -> None:
    """Upgrade a database to the next version of its software.

    The database is restarted, and cannot go back to the previous version.
    """
    database = databases.chosen(session, anew=True)
    document = database.get()
    record = document["database"]
    version = plain(record.get("readable_version"))
    if record.get("next_version_id", "unknown") is None:
        if session.console.as_json:
            session.console.show_json(document)
        session.say(f"{database.name} has the latest version, {version}.")
        return
    session.prompter.agree(
        f"Upgrade {database.name} from {version} to its next version? It is restarted, and cannot"
        " go back.",
        yes,
    )
    answer = database.send("POST", "upgrade")
    document = answer.document
    if wait:
        document = polling.settled(database, answer, session, timeout)
    if session.console.as_json:
        session.console.show_json(document)
    if wait:
        upgraded = plain(database.get()["database"].get("readable_version"))
        session.say(f"Upgraded {database.name} from {version} to {upgraded}.")
    else:
        session.say(
            f"Upgrade of {database.name} requested. To look at it:"
            f" {database.line('databases show')}"
        )


command.add_command(console.console)
command.add_command(tunnel.tunnel)
for _command in dedicated.COMMANDS:
    command.add_command(_command)
for _group in (
    users.command,
    features.command,
    maintenance.command,
    pitr.command,
    firewall.command,
):
    command.add_command(_group)
