"""The download of a backup: streamed, resumed where it was cut, whole or not there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from scalingo_cli.api.document import Document
from scalingo_cli.console import lookup
from scalingo_cli.console.view import plain
from scalingo_cli.errors import (
    Failed,
    Interrupted,
    Misused,
    NextStep,
    NotAllowed,
    NotFound,
    Rejected,
    ScalingoError,
    TryAgain,
)
from scalingo_cli.polling.databases import BACKING_UP, DONE
from scalingo_cli.polling.poller import MOST_FAILURES, Poller
from scalingo_cli.storage.notes import Notes
from scalingo_cli.storage.part_file import PartFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scalingo_cli.api.messages import Answer
    from scalingo_cli.api.services import Service
    from scalingo_cli.console.view import Record, View
    from scalingo_cli.database import Database
    from scalingo_cli.session import Session

PARTIAL_CONTENT, RANGE_NOT_SATISFIABLE = 206, 416
GZIP = b"\x1f\x8b"  # how an archive begins
WITHOUT_ARCHIVES = ("elasticsearch", "opensearch")
LEFT = Notes("downloads.json", 7 * 86_400)  # of which backup a .part is, and its ETag
LINKS = 3  # asked for one after the other, if none of them brings anything


class Place(Protocol):
    """Where the bytes go."""

    size: int

    def write(self, data: bytes) -> None:
        """Add bytes."""

    def restart(self) -> None:
        """Begin anew."""


def refuse_kind(database: Database) -> None:
    """Raise Misused for a kind of database whose backups cannot be downloaded."""
    if database.kind in WITHOUT_ARCHIVES:
        raise Misused(f"The platform offers no downloads of {database.kind} backups.")


def refuse_terminal() -> None:
    """Raise Misused if stdout is a terminal, which the bytes of an archive would garble."""
    import sys

    if sys.stdout.isatty():
        raise Misused("An archive is not for a terminal.", "Redirect it, or name a file: -o FILE")


def target(output: str, *, force: bool, name: str = "") -> Path:
    """Return the path of a file; in a directory it has the `name` of the backup.

    Raises Misused if it exists already, unless `force`.
    """
    from pathlib import Path

    path = Path(output)
    if path.is_dir() or output.endswith("/"):
        if not name:
            return path
        path /= name
    if path.exists() and not force:
        raise Misused(f"{path} exists already.", "Use --force to overwrite it.")
    return path


def found(database: Database, given: str, view: View) -> Document:
    """Return the document of the backup that this means, or of the `latest` one that is done.

    Raises NotFound if there is none, and Failed if it is not done.
    """
    if given == "latest":
        rows = database.get("backups")["database_backups"]
        done = [row for row in rows if row.get("status") in DONE]
        if not done:
            raise NotFound(
                f"{database.name} has no finished backup.",
                NextStep("Make one", database.line("backups create --wait")),
            )
        return Document({"database_backup": max(done, key=lambda r: plain(r.get("created_at")))})
    document = one(database, given, view)
    status = document["database_backup"].get("status")
    if status in BACKING_UP:
        raise Failed(f"The backup {given} is still {status}.", "Retry when it is done.")
    if status not in DONE:
        raise Failed(
            f"The backup {given} failed: its status is {status}.",
            NextStep("List the others", database.line("backups")),
        )
    return document


def one(database: Database, given: str, view: View) -> Document:
    """Return the document of a backup, by its id, the start of it, or `latest`, of any status.

    Raises NotFound if there is none, and Misused if there are several.
    """
    listing = database.line("backups")
    if given == "latest":
        rows = database.get("backups")["database_backups"]
        if not rows:
            making = NextStep("Make one", database.line("backups create"))
            raise NotFound(f"{database.name} has no backup.", making)
        given = plain(max(rows, key=lambda row: plain(row.get("created_at")))["id"])
    elif lookup.may_be_start(given):
        rows = database.get("backups")["database_backups"]
        missing = f"{database.name} has no backup"
        found = lookup.by_start(rows, given, view=view, missing=missing, listing=listing)
        given = plain(found["id"])
    return database.get("backups", given)


class Download:
    """The transfer of one backup.

    Args:
        session: The session of the command.
        database: The database.
        backup: The record of the backup.
        silent: Whether to report no progress.
    """

    def __init__(
        self, session: Session, database: Database, backup: Record, *, silent: bool
    ) -> None:
        self._session = session
        self._database = database
        self._id = plain(backup["id"])
        size = backup.get("size")
        name = plain(backup.get("name")).replace("\\", "/").rpartition("/")[2]
        self._listed_size = size if isinstance(size, int) and size > 0 else None
        self._name = name or self._id
        self._silent = silent
        self._link: Service | None = None
        self._tag: str | None = None
        self._total: int | None = None

    def to_file(self, path: Path, *, force: bool) -> Path:
        """Download to a file and return its path; in a directory, to one with the backup's name.

        Raises as `target` and `PartFile` do, and as the platform does.
        """
        path = target(str(path), force=force, name=f"{self._name}.tar.gz")
        with PartFile(path) as part:
            key = str(part.path.absolute())
            left = LEFT.find(key)
            if part.size and left and left[0] == self._id:
                self._tag = left[1]
            elif part.size:  # of another backup, or of nobody knows which
                part.restart()
            try:
                self._fill(part, lambda: LEFT.keep(key, self._id, self._tag or ""))
                self._check(part.size, part.head(len(GZIP)))
            except KeyboardInterrupt:
                raise Interrupted(
                    "Interrupted.", f"To go on with {part.path}, run the command again."
                ) from None
            except TryAgain as error:
                error.hints = [f"To go on with {part.path}, run the command again."]
                raise
            except Failed:  # what is there is not the archive
                part.path.unlink(missing_ok=True)
                raise
            part.finish()
        self._say(f"Downloaded the backup {self._id} of {self._database.name}.")
        return path

    def to_stdout(self) -> None:
        """Write the bytes, and nothing else, to stdout. Raises as the platform does."""
        place = _Stdout(self._session.console.pass_on)
        self._fill(place, lambda: None)
        self._check(place.size, place.head)

    def _say(self, message: str) -> None:
        if not self._silent:
            self._session.console.progress(message)

    def _fill(self, place: Place, note: Callable[[], None]) -> None:
        """Write what is missing; `note` is called once it is known what the bytes are part of."""
        console = self._session.console
        failures = MOST_FAILURES if self._session.apis.persists else 1
        poller = Poller.of(self._session, math.inf, failures=failures)
        with console.progress_bar(self._listed_size, shown=not self._silent) as advance:

            def look(_: float) -> bool:
                before = place.size
                try:
                    self._receive(place, note, advance)
                except TryAgain as error:
                    if place.size == before or not self._session.apis.persists:
                        raise
                    console.progress(f"{error.message} Resuming at byte {place.size}.")
                    return False
                return True

            for is_whole in poller.answers(look):
                if is_whole:
                    return

    def _receive(
        self, place: Place, note: Callable[[], None], advance: Callable[[int, int | None], object]
    ) -> None:
        """Ask for what is missing, with a new link if the one at hand is refused, and write it."""
        for left in reversed(range(LINKS)):
            link = self._link or self._new_link()
            try:
                with self._database.app.api.stream(
                    "GET", service=link, headers=self._headers(place)
                ) as answer:
                    self._begin(answer, place)
                    note()
                    for chunk in answer.chunks:
                        place.write(chunk)
                        advance(place.size, self._total)
                return
            except (NotAllowed, NotFound, Rejected):
                self._link = None  # it may have expired
                if not left:
                    raise
            except ScalingoError as error:
                if error.status != RANGE_NOT_SATISFIABLE:
                    raise
                if place.size and place.size == self._listed_size:
                    return  # all of it was here
                self._restart(place)

    def _new_link(self) -> Service:
        document = self._database.get("backups", self._id, "archive")
        url = document.get("download_url")
        if not isinstance(url, str):
            raise Failed("The platform did not say where the archive is.")
        self._link = self._database.app.api.place(url, signed=False)
        return self._link

    def _headers(self, place: Place) -> dict[str, str]:
        plain_bytes = {"Accept-Encoding": "identity"}
        if not place.size:
            return plain_bytes
        given = {**plain_bytes, "Range": f"bytes={place.size}-"}
        return {**given, "If-Range": self._tag} if self._tag else given

    def _begin(self, answer: Answer, place: Place) -> None:
        """Go on where the answer does, else from the start; learn how much there is."""
        tag = answer.headers.get("ETag", "")
        length = answer.headers.get("Content-Length", "")
        if answer.status == PARTIAL_CONTENT:
            unit, _, span = answer.headers.get("Content-Range", "").partition(" ")
            first, _, total = span.partition("/")
            if unit != "bytes" or first.partition("-")[0] != str(place.size):
                raise Failed(
                    "The platform sent a different part of the archive than the one requested."
                )
            self._total = int(total) if total.isdecimal() else None
        else:
            self._restart(place)
            self._total = int(length) if length.isdecimal() else None
        self._tag = tag if tag.startswith('"') else None  # a weak one is no use for a part

    def _restart(self, place: Place) -> None:
        if place.size:
            place.restart()

    def _check(self, size: int, head: bytes) -> None:
        """Raise TryAgain if bytes are missing, and Failed for what is not the archive."""
        if self._total is not None and size < self._total:
            raise TryAgain(f"The download ended after {size} of {self._total} bytes.")
        if not head.startswith(GZIP):
            raise Failed("What the platform sent is not an archive.")
        if self._listed_size is not None and size != self._listed_size:
            raise Failed(
                f"The archive has {size} bytes, but the platform lists {self._listed_size} for it."
            )


class _Stdout:
    """Standard output, from which nothing can be taken back."""

    def __init__(self, pass_on: Callable[[list[bytes]], None]) -> None:
        self.size = 0
        self.head = b""
        self._pass_on = pass_on

    def write(self, data: bytes) -> None:
        """Write bytes, unless they show that this is not an archive."""
        if len(self.head) < len(GZIP):
            self.head = (self.head + data)[: len(GZIP)]
            if not GZIP.startswith(self.head):
                raise Failed("What the platform sent is not an archive.")
        self._pass_on([data])
        self.size += len(data)

    def restart(self) -> None:
        """Refuse: what was written is gone."""
        raise Failed(
            "The archive has changed, and a part of it is on standard output already.",
            "Run the command again.",
        )
