"""`scalingo backups`: the backups of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import option, waiting
from scalingo_cli.cli.types import Word
from scalingo_cli.commands.backups import download as downloads
from scalingo_cli.commands.backups import schedule as schedules
from scalingo_cli.console.view import View, date, plain, size, status
from scalingo_cli.errors import BadUsage
from scalingo_cli.polling import databases as polling
from scalingo_cli.text.dates import ago, local

if TYPE_CHECKING:
    from scalingo_cli.session import Session

BACKUP = View(
    "database_backups",
    "database_backup",
    {
        "ID": "id",
        "Created": date("created_at"),
        "Status": status("status"),
        "Size": size("size"),
        "Method": "method",
    },
    details={"Name": "name", "Started": date("started_at")},
    empty="This database has no backups yet. Make one:",
    first="backups create",
    listing="backups list",
    about=("created_at", "status"),
)
A_BACKUP = Word("latest", listing="backups list")


@click.group("backups", cls=Group, takes_app=True, takes_addon=True)
def command() -> None:
    """List, create, download and restore backups of a database."""


@command.command("list", examples=["scalingo backups", "scalingo backups --addon postgresql"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the backups of a database, newest first."""
    document = databases.chosen(session).get("backups")
    newest_first = sorted(
        document["database_backups"], key=lambda row: plain(row.get("created_at")), reverse=True
    )
    if not session.console.as_json:
        document["database_backups"] = newest_first
    session.show(document, BACKUP)


@command.command(examples=["scalingo backups show latest"])
@click.argument("backup", metavar="ID|latest", type=A_BACKUP)
@click.pass_obj
def show(session: Session, backup: str) -> None:
    """Show a backup, given its ID, the start of its ID, or `latest`."""
    session.show(downloads.one(databases.chosen(session), backup, BACKUP), BACKUP)


@command.command(
    changes=True, examples=["scalingo backups create --wait", "scalingo backups create"]
)
@waiting
@click.pass_obj
def create(session: Session, wait: bool, timeout: float | None) -> None:
    """Create a backup now."""
    database = databases.chosen(session, anew=True)
    document = database.send("POST", "backups").document
    backup_id = plain(document["database_backup"]["id"])
    if wait:
        document = polling.backup(database, backup_id, session, timeout)
    session.show(document, BACKUP)
    if wait:
        session.console.progress(f"Created the backup {backup_id} of {database.name}.")
    else:
        session.say(
            f"Backup of {database.name} started."
            f" To look at it: {database.line(f'backups show {backup_id}')}"
        )


@command.command(
    changes_here=True,
    examples=[
        "scalingo backups download",
        "scalingo backups download latest -o shop.tar.gz --force",
        "scalingo backups download -o - | tar -tz",
    ],
)
@click.argument("backup", metavar="[ID|latest]", required=False, type=A_BACKUP)
@option(
    "-o",
    "--output",
    metavar="FILE|DIRECTORY|-",
    help="File to write, or - for standard output (default: the name of the backup).",
)
@option("--backup", "named", aliases=["-b"], metavar="ID", hidden=True)
@option("--force", is_flag=True, help="Overwrite an existing file.")
@option("--silent", is_flag=True, aliases=["-s"], hidden=True)
@click.pass_obj
def download(
    session: Session,
    backup: str | None,
    output: str | None,
    named: str | None,
    force: bool,
    silent: bool,
) -> None:
    """Download a backup, the latest one by default, and print the name of the file.

    The file is written as NAME.part, which only you can read, and renamed once it is complete. If
    the connection is lost, the download resumes where it stopped, also if you run the same command
    again.
    """
    if backup and named and backup != named:
        raise BadUsage(f"ID is {backup}, but --backup is {named}.", "Give one of them.")
    if "" in {backup, named, output}:
        raise BadUsage("The ID of the backup or the name of the file is empty.")
    if output == "-" and session.console.as_json:
        raise BadUsage("-o - and --json cannot be combined.")
    if output == "-":
        downloads.refuse_terminal()
    database = databases.chosen(session)
    downloads.refuse_kind(database)
    target = downloads.target(output, force=force) if output and output != "-" else None
    document = downloads.found(database, backup or named or "latest", BACKUP)
    found = document["database_backup"]
    transfer = downloads.Download(session, database, found, silent=silent)
    if output == "-":
        transfer.to_stdout()
        return
    path = transfer.to_file(target or downloads.target(".", force=force), force=force)
    session.console.show_value(document, str(path))


@command.command(
    changes=True,
    reads_if=lambda given: given["hour"] is None and not given["off"],
    examples=["scalingo backups schedule", "scalingo backups schedule --at '3 Europe/Paris'"],
)
@option(
    "--at",
    "hour",
    aliases=["--schedule-at"],
    metavar="'HOUR [ZONE]'",
    help="Hour of the day, in local time unless a zone such as UTC or Europe/Paris follows.",
)
@option("--off", is_flag=True, aliases=["--unschedule"], help="Turn off scheduled backups.")
@click.option("--yes", is_flag=True, help="Do not ask before --off.")
@click.pass_obj
def schedule(session: Session, hour: str | None, off: bool, yes: bool) -> None:
    """Show or change when a database is backed up.

    The platform stores the hour in UTC, so in local time it shifts with daylight saving time.
    """
    if hour is not None and off:
        raise BadUsage("--at and --off cannot be combined.")
    if yes and not off:
        raise BadUsage("--yes requires --off.")
    utc_hour = schedules.utc_hour(hour) if hour is not None else None
    is_change = off or utc_hour is not None
    database = databases.chosen(session, anew=is_change)
    if not is_change:
        session.show(database.get(), schedules.SCHEDULE)
        return
    if off:
        session.prompter.agree(
            f"Stop the periodic backups of {database.name}? It will have no new ones.", yes
        )
        change: dict[str, object] = {"periodic_backups_enabled": False}
    else:
        schedules.refuse_several(database)
        change = {"periodic_backups_enabled": True, "periodic_backups_scheduled_at": utc_hour}
    document = database.send("PATCH", json={"database": change}).document
    session.show(document, schedules.SCHEDULE)
    session.say(
        f"Stopped the periodic backups of {database.name}."
        if off
        else f"{database.name} is backed up every day at {schedules.both(utc_hour)}."
    )


@command.command(
    changes=True,
    reversible=False,
    examples=[
        "scalingo backups restore latest --confirm my-app --wait",
        "scalingo backups restore $(scalingo backups | tail -n 1 | cut -f 1) --confirm my-app",
    ],
)
@click.argument("backup", metavar="ID|latest", type=A_BACKUP)
@click.option("--confirm", metavar="NAME", help="Name of the app or dedicated database.")
@waiting
@click.pass_obj
def restore(
    session: Session, backup: str, confirm: str | None, wait: bool, timeout: float | None
) -> None:
    """Overwrite a database with one of its backups (preview).

    Anything written since the backup is lost.
    """
    database = databases.chosen(session, anew=True)
    found = downloads.found(database, backup, BACKUP)["database_backup"]
    created = plain(found.get("created_at"))
    session.prompter.confirm(
        f"This overwrites {database.name} with its backup of {local(created)} ({ago(created)});"
        " all that was written since is lost.",
        database.app.name,
        confirm,
    )
    answer = database.send("POST", "backups", plain(found["id"]), "restore")
    document = answer.document
    if wait:
        document = polling.settled(database, answer, session, timeout)
    if session.console.as_json:
        session.console.show_json(document)
    if wait:
        session.say(f"Restored {database.name} from the backup {plain(found['id'])}.")
    else:
        session.say(
            f"Restore requested. To look at the database: {database.line('databases show')}"
        )
