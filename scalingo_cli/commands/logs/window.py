"""A window of logs: the archives that cover it, joined with the live buffer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli.commands.logs import archives
from scalingo_cli.commands.logs.lines import LINE, lines
from scalingo_cli.commands.logs.stream import DUMPS, Marks, unseen
from scalingo_cli.errors import BadUsage
from scalingo_cli.text.dates import point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scalingo_cli.commands.logs.archives import Archive
    from scalingo_cli.commands.logs.lines import Batch
    from scalingo_cli.commands.logs.stream import Logs
    from scalingo_cli.console.console import Console
    from scalingo_cli.database import Database
    from scalingo_cli.session import App

AT_ONCE = 4  # archives that are fetched at the same time
AROUND = timedelta(minutes=5)  # before and after an event


class Window(NamedTuple):
    """The time from `since` on, up to `until` and without it; both have a time zone."""

    since: datetime
    until: datetime

    def __str__(self) -> str:
        """Name the window for people, in local time."""
        shown = [f"{end.astimezone():%Y-%m-%d %H:%M:%S}" for end in self]
        return f"{shown[0]} to {shown[1]}"


def named(since: str | None, until: str | None) -> Window:
    """Return the window between two moments that a person named; without an end, up to now.

    Raises BadUsage if one of them is not a moment, or if nothing lies between them.
    """
    now = datetime.now(UTC)
    moments: list[datetime] = []
    for option, given in (("--since", since), ("--until", until or "now")):
        if given is None:
            raise BadUsage("--until requires --since.")
        try:
            moments.append(point(given, now, after=moments[0] if moments else None))
        except (ValueError, OverflowError):
            raise BadUsage(
                f'{option} "{given}" is not a moment.',
                "For example: 02:10, 2026-11-28T02:10, 15m, 6h or 2d (ago).",
            ) from None
    window = Window(*moments)
    if window.since >= window.until:
        raise BadUsage(f"Nothing lies between --since and --until: {window}.")
    return window


def around(moment: datetime) -> Window:
    """Return the window around the moment of an event."""
    return Window(moment - AROUND, moment + AROUND)


def read(source: App | Database, console: Console, live: Logs, window: Window) -> Iterator[Batch]:
    """Yield the lines that were logged in a window, oldest first, none missing and none twice.

    Reports on stderr what no archive covers.

    Args:
        source: The app or the database that logged them.
        console: Where to report.
        live: The live buffer, of all containers.
        window: The time when they were logged.

    Returns:
        The lines, in batches.
    """
    found = archives.covering(source, *window)
    joined = Joined()
    for batch in _side_by_side(source, found, window):
        yield joined.new(batch)
    newest = max((archive.end for archive in found), default=None)
    if newest is None or newest < window.until:
        dumped, reaches = _buffered(live, window, newest)
        yield joined.new(within(window, dumped))
        covered = [*((archive.start, archive.end) for archive in found), (reaches, window.until)]
    else:
        covered = [(archive.start, archive.end) for archive in found]
    for gap in _gaps(window, covered):
        console.say(f"Neither an archive nor the live logs cover {gap}.")


def matching(batches: Iterable[Batch], containers: str | None, grep: str | None) -> Iterator[Batch]:
    """Yield the lines of some containers whose message matches a regular expression.

    Args:
        batches: The lines.
        containers: A regular expression for the names or types of containers; None for all.
        grep: A regular expression that is searched in messages; None for all.

    Raises:
        BadUsage: One of them is not a regular expression.
    """
    is_of = _container_filter(_compiled("--filter", containers)) if containers else None
    pattern = _compiled("--grep", grep) if grep else None
    return _matching(batches, is_of, pattern)


def _matching(
    batches: Iterable[Batch],
    is_of: Callable[[bytes], bool] | None,
    pattern: re.Pattern[bytes] | None,
) -> Iterator[Batch]:
    is_shown = True
    for batch in batches:
        kept = []
        for line in batch:
            found = LINE.match(line)
            if found and is_of:
                is_shown = is_of(found["container"])
            if is_shown and (not pattern or pattern.search(found["message"] if found else line)):
                kept.append(line)
        yield kept


def _container_filter(pattern: re.Pattern[bytes]) -> Callable[[bytes], bool]:
    known: dict[bytes, bool] = {}

    def is_of(container: bytes) -> bool:
        if container not in known:
            names = (container, container.rpartition(b"-")[0])
            known[container] = any(map(pattern.fullmatch, names))
        return known[container]

    return is_of


def _compiled(option: str, given: str) -> re.Pattern[bytes]:
    try:
        return re.compile(given.encode("utf-8", "surrogateescape"))
    except re.error as error:
        raise BadUsage(f"{option} is not a regular expression: {error}.") from None


class Joined:
    """The lines of sources that follow or overlap one another, each once.

    Each source is a part of the same log, complete in itself, and begins no earlier than the one
    before it.
    """

    def __init__(self) -> None:
        self._marks: list[int] = []

    def new(self, source: Batch) -> Batch:
        """Return the lines of the next source that no source before it had."""
        marks = list(map(Marks(), source))
        indexes = unseen(self._marks, marks)
        if indexes is None:
            indexes = list(range(len(source)))
        self._marks += [marks[index] for index in indexes]
        return [source[index] for index in indexes]


def within(window: Window, found: Iterable[bytes]) -> Batch:
    """Return the lines of a source that were logged in a window.

    A line without the platform's head belongs to the entry above it; at the beginning, where that
    is missing, to the one below.
    """
    since, until = map(_key, window)
    kept: Batch = []
    leading: Batch = []
    is_inside: bool | None = None
    for line in found:
        if head := LINE.match(line):
            was_unknown, is_inside = is_inside is None, since <= _key_of(head) < until
            if was_unknown and is_inside:
                kept += leading
        if is_inside is None:
            leading.append(line)
        elif is_inside:
            kept.append(line)
    return kept


def _key(moment: datetime) -> bytes:
    """Return a moment in a form that sorts, without zeros at its end."""
    text = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return text.rstrip("0").rstrip(".").encode()


def _key_of(head: re.Match[bytes]) -> bytes:
    """Return when a line was logged in the same form."""
    date, time, offset = head.group("date", "time", "offset")
    if offset.strip(b"+-0:") == b"":
        return b"%b %b" % (date, time)
    written = f"{date.decode()}T{time[:8].decode()}{offset.decode()}"
    seconds = datetime.fromisoformat(written).astimezone(UTC)
    return f"{seconds:%Y-%m-%d %H:%M:%S}".encode() + time[8:]


def _side_by_side(
    source: App | Database, found: Sequence[Archive], window: Window
) -> Iterator[Batch]:
    """Yield the lines of each archive that lie in a window; the next ones are fetched meanwhile."""
    from scalingo_cli.process.background import in_turn

    fetched = in_turn((partial(_lines, source, each, window) for each in found), AT_ONCE)
    for each in fetched:
        yield each.result()


def _lines(source: App | Database, archive: Archive, window: Window) -> Batch:
    with archives.opened(source, archive) as chunks:
        unpacked = archives.unpacked(chunks)
        return within(window, (line for batch in lines(unpacked) for line in batch))


def _buffered(live: Logs, window: Window, newest: datetime | None) -> tuple[Batch, datetime]:
    """Return the newest lines, back to the archives or to the window, and since when they are."""
    wanted = window.since if newest is None else max(window.since, newest - archives.SLACK)
    for count in DUMPS:
        dumped = live.whole_dump(count)
        heads = filter(None, map(LINE.match, dumped))
        oldest = next(map(_key_of, heads), b"")
        if not oldest:
            return dumped, window.until
        if oldest < _key(wanted):
            return dumped, wanted
        if len(dumped) < count:
            break
    return dumped, datetime.fromisoformat(f"{oldest[:19].decode()}+00:00")


def _gaps(window: Window, covered: Iterable[tuple[datetime, datetime]]) -> Iterator[Window]:
    """Yield the parts of a window that nothing covers; the borders are exact to the second."""
    reached = window.since
    for start, end in sorted(covered):
        if start > reached + archives.SLACK:
            yield Window(reached, min(start, window.until))
        reached = max(reached, end)
    if reached + archives.SLACK < window.until:
        yield Window(reached, window.until)
