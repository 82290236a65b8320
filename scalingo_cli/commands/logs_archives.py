"""`scalingo logs-archives`: the archives of logs, to list and to download."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import option
from scalingo_cli.cli.types import Number, Word
from scalingo_cli.console import lookup
from scalingo_cli.console.tally import one_by_one
from scalingo_cli.console.view import Column, View, size
from scalingo_cli.errors import BadUsage, Misused, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scalingo_cli.commands.logs.archives import Archive
    from scalingo_cli.console.view import Record
    from scalingo_cli.database import Database
    from scalingo_cli.session import App, Session


def _name(record: Record) -> str:
    from scalingo_cli.commands.logs import archives

    return archives.archive(record).name


def _end(record: Record) -> str:
    from scalingo_cli.commands.logs import archives

    found = archives.archive(record)
    return found._replace(start=found.end).name


# Without the links, which open the archives to whoever has them.
ARCHIVE = View(
    "archives",
    "archive",
    {"Archive": Column(_name), "Until": Column(_end), "Size": size("size")},
    empty="There are no log archives yet.",
    listing="logs-archives list",
    about=(Column(_end),),
)


@click.group("logs-archives", cls=Group, takes_app=True)
def command() -> None:
    """List and download log archives."""


@command.command(
    "list",
    takes_addon=True,
    takes_database=True,
    examples=[
        "scalingo logs-archives",
        "scalingo logs-archives --all",
        "scalingo logs-archives --addon postgresql",
    ],
)
@click.option("--all", "everything", is_flag=True, help="Fetch all pages.")
@option(
    "--page",
    aliases=["-p"],
    type=Number(int, 1),
    metavar="N",
    help="Number of the page to fetch (default: 1).",
)
@click.pass_obj
def list_(session: Session, everything: bool, page: int | None) -> None:
    """List the log archives of an app, or of a database, newest first.

    An archive is named after its start time, in UTC. To read archives, use scalingo logs --since.
    """
    from scalingo_cli.commands.logs import archives

    if everything and page:
        raise BadUsage("--all and --page cannot be combined.")
    source = databases.app_or_database(session)
    if everything:
        found = [record for each in archives.pages(source) for record in each["archives"]]
        session.show({"next_cursor": "", "has_more": False, "archives": found}, ARCHIVE)
        return
    if page:
        document = source.get("logs_archives", params={"page": page})
    else:
        document = next(archives.pages(source))
    session.show(document, ARCHIVE)
    if document.get("has_more"):
        session.console.progress("There are more archives: list them with --all.")


@command.command(
    takes_addon=True,
    takes_database=True,
    answers_json=False,
    changes_here=True,
    examples=[
        "scalingo logs-archives download latest",
        "scalingo logs-archives download latest --output logs --force",
        "scalingo logs-archives download latest --addon postgresql",
    ],
)
@click.argument(
    "names",
    metavar="ARCHIVE|latest...",
    nargs=-1,
    required=True,
    type=Word("latest", listing="logs-archives list"),
)
@click.option(
    "-o", "--output", metavar="DIR", help="Directory to write to (default: the current one)."
)
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@click.pass_obj
def download(session: Session, names: Sequence[str], output: str | None, force: bool) -> None:
    """Download log archives, and print the names of their files.

    ARCHIVE is a name in the list, or the start of one. Only you can read the files; the
    name of an incomplete one ends in .part.
    """
    from pathlib import Path

    source = databases.app_or_database(session)
    found = {each.name: each for each in _found(source, names)}
    directory = Path(output or ".")
    start = source.name.replace(" of ", "-").replace("/", "-")
    files = {name: directory / f"{start}-{name.replace(':', '')}.log.gz" for name in found}
    for file in files.values():
        if file.exists() and not force:
            raise Misused(f"{file} exists.", "Overwrite it: --force")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def fetch(name: str) -> None:
        _save(source, found[name], files[name])
        session.console.write(f"{files[name]}\n")

    one_by_one(
        session.console, "Downloaded", found, fetch, resume=source.line("logs-archives download")
    )


def _found(source: App | Database, names: Sequence[str]) -> list[Archive]:
    """Return the archives of these names. Raises NotFound, and Misused for an ambiguous one."""
    from scalingo_cli.commands.logs import archives

    if set(names) == {"latest"}:
        listed = next(archives.pages(source))["archives"]
    else:
        listed = [record for page in archives.pages(source) for record in page["archives"]]
    known = {each.name: each for each in map(archives.archive, listed)}
    if not known:
        raise NotFound(f"{source.name} has no log archives yet.")
    missing, listing = f"{source.name} has no log archive", source.line("logs-archives")
    ids = [{"id": name} for name in known]
    chosen = [
        ids[0] if name == "latest" else lookup.one(ids, name, missing=missing, listing=listing)
        for name in names
    ]
    return [known[each["id"]] for each in chosen]


def _save(source: App | Database, archive: Archive, file: Path) -> None:
    """Write an archive to a private file, which takes its name when it is complete."""
    from scalingo_cli.commands.logs import archives
    from scalingo_cli.storage.part_file import PartFile

    with archives.opened(source, archive) as chunks, PartFile(file) as part:
        part.restart()
        for chunk in archives.packed(chunks):
            part.write(chunk)
        part.finish()
