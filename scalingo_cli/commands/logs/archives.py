"""The archives of logs of an app or a database: what there is, and the lines in each."""

from __future__ import annotations

import zlib
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli.errors import Failed, NotAllowed, NotFound, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scalingo_cli.api.document import Document
    from scalingo_cli.console.view import Record
    from scalingo_cli.database import Database
    from scalingo_cli.session import App

GZIP = b"\x1f\x8b"
SLACK = timedelta(seconds=1)  # the platform writes borders without fractions of a second


class Archive(NamedTuple):
    """An archive: its link, which is a credential, and its borders; it may reach SLACK further."""

    url: str
    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """What it is called: its beginning, in UTC, such as 2026-11-28T02:00:00Z."""
        return f"{self.start:%Y-%m-%dT%H:%M:%SZ}"


def moment(written: str) -> datetime:
    """Return a date of an archive, such as `Fri Mar 24 14:00:00 +0000 UTC 2017`, or an ISO one.

    Raises Failed for anything else.
    """
    words = written.split()
    try:
        if len(words) == 7:
            text = " ".join([*words[1:5], words[6]])
            return datetime.strptime(text, "%b %d %H:%M:%S %z %Y").astimezone(UTC)
        found = datetime.fromisoformat(written)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError:
        raise Failed(f'The platform gave an invalid date, "{written}".') from None


def archive(record: Record) -> Archive:
    """Return the archive that a record of the API describes. Raises Failed as `moment` does."""
    return Archive(record["url"], moment(record["from"]), moment(record["to"]))


def pages(source: App | Database) -> Iterator[Document]:
    """Yield the pages of the list of archives, the newest archives first.

    Raises Failed if the platform does not go on.
    """
    cursor, seen = "", set()
    while cursor not in seen:
        seen.add(cursor)
        params = {"cursor": cursor} if cursor else None
        page = source.get("logs_archives", params=params)
        yield page
        if not page.get("has_more"):
            return
        cursor = str(page.get("next_cursor") or "")
    raise Failed("The platform's list of log archives does not end.")


def covering(source: App | Database, since: datetime, until: datetime) -> list[Archive]:
    """Return the archives that may hold lines of a window, the oldest first."""
    found = []
    for page in pages(source):
        listed = [archive(record) for record in page["archives"]]
        found += [each for each in listed if each.end + SLACK > since and each.start < until]
        if listed and all(each.end + SLACK <= since for each in listed):
            break
    # Of those that begin in the same second, the platform lists the older one last.
    found.reverse()
    return sorted(found, key=lambda each: each.start)


@contextmanager
def opened(source: App | Database, wanted: Archive) -> Iterator[Iterator[bytes]]:
    """Yield the bytes of an archive as they arrive.

    A link that has expired is asked for again, once. Raises as `API.stream` does, and Failed if
    the archive is gone.
    """
    with ExitStack() as stack:
        try:
            chunks = _chunks(stack, source, wanted)
        except (NotAllowed, NotFound, Rejected):
            fresh = covering(source, wanted.start, wanted.start + SLACK)
            again = next((each for each in fresh if each[1:] == wanted[1:]), None)
            if again is None:
                raise Failed(f"The log archive {wanted.name} no longer exists.") from None
            try:
                chunks = _chunks(stack, source, again)
            except (NotAllowed, NotFound, Rejected) as error:
                raise Failed(
                    f"The log archive {wanted.name} could not be fetched ({error.status}).",
                    status=error.status,
                    request_id=error.request_id,
                ) from None
        yield chunks


def _chunks(stack: ExitStack, source: App | Database, wanted: Archive) -> Iterator[bytes]:
    from scalingo_cli.api.auth import ANONYMOUS

    link = source.api.link(wanted.url)
    return stack.enter_context(source.api.stream("GET", service=link, auth=ANONYMOUS)).chunks


def packed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes of an archive gzipped, as most are anyway."""
    head, rest = _begun(chunks)
    if head.startswith(GZIP):
        yield head
        yield from rest
        return
    packing = zlib.compressobj(wbits=31)
    yield packing.compress(head)
    yield from map(packing.compress, rest)
    yield packing.flush()


def _begun(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return enough bytes to know a format by, and the rest of them."""
    rest = iter(chunks)
    head = b""
    while len(head) < len(GZIP) and (chunk := next(rest, b"")):
        head += chunk
    return head, rest


def unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the text of an archive, gzipped or not. Raises Failed if the gzip is damaged or cut."""
    head, rest = _begun(chunks)
    if not head.startswith(GZIP):
        yield head
        yield from rest
        return
    unpacking = zlib.decompressobj(wbits=31)
    try:
        while head:
            if unpacking.eof:  # of one member; another one follows
                unpacking = zlib.decompressobj(wbits=31)
            yield unpacking.decompress(head, LARGEST_PIECE)
            head = unpacking.unconsumed_tail or unpacking.unused_data or next(rest, b"")
        yield unpacking.flush()
    except zlib.error as error:
        raise Failed("A log archive is damaged: its compression is invalid.") from error
    if not unpacking.eof:
        raise Failed("A log archive is incomplete: its compression ends too early.")


LARGEST_PIECE = 1024 * 1024  # bytes that are unpacked at a time
