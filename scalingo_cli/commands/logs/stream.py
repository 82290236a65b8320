"""Logs as they arrive: a dump, or a stream that resumes after every cut."""

from __future__ import annotations

import json
import os
from collections import Counter, deque
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli.api.sse import EventStream
from scalingo_cli.commands.logs.lines import LINE, Batch, lines
from scalingo_cli.errors import Failed, NotAllowed, NotFound, TryAgain
from scalingo_cli.polling.pace import Pace
from scalingo_cli.storage.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from scalingo_cli.database import Database
    from scalingo_cli.session import App, Session

SILENCE_SECONDS = 45  # the platform sends at least a ping every 30 seconds
REMEMBERED = 10_000  # lines that were passed on, to recognise them in a dump
OVERLAP = 100  # lines of history to remember, even if fewer are wanted
DUMPS = (1_000, 10_000, 100_000)  # ever longer, until one reaches back to what was passed on
TRIES = 5  # for a dump that is cut
LONGEST_PAUSE = 30  # seconds between two attempts
HOSTS = Notes("log-hosts.json", 30 * 86_400)
HEALTHY_SECONDS = 10  # a stream that lasted longer, or had lines, does not count as failing again


class Logs:
    """The logs of an app or a database: of every container, or of those that `only` names.

    `only` is a container (web-1), a type (web) or several (web|worker).
    """

    def __init__(self, source: App | Database, session: Session, only: str | None) -> None:
        self._source, self._console, self._clock = source, session.console, session.clock
        self._only = only
        self._passed: deque[int] = deque(maxlen=REMEMBERED)
        self._entry = b""  # which the newest dump ends in
        self._cut = ""  # why the stream has to be resumed
        self._alive = False
        self._address: str | None = None
        self._is_first = True
        self._pace = Pace(self._clock)
        self._within: float | None = None  # seconds; following retries anyway

    def dump(self, count: int | None) -> Iterator[bytes]:
        """Yield the last `count` lines as they arrive, None for the platform's default.

        If there are none, says so. Raises as `API.stream` does.
        """
        empty = True
        with self._opened(count) as chunks:
            for chunk in chunks or ():
                empty = False
                yield chunk
        if empty and count != 0:
            self._say_empty()

    def follow(self, count: int | None) -> Iterator[Batch]:
        """Yield the last `count` lines, then new ones as they arrive, endlessly.

        A stream that is cut or silent is resumed, however long that takes. Raises lasting errors,
        such as a refusal, and TryAgain if there was no response at the beginning.
        """
        self._within = SILENCE_SECONDS
        try:
            yield from self._history(count)
        except TryAgain as error:
            if not self._passed:
                raise
            self._cut = error.message
        drops = 0
        told = ""
        while True:
            opened = self._clock.now()
            least = 0
            self._alive = False
            self._address = None
            try:
                found = yield from self._stream()
                reason = "The log stream ended." if found else ""
            except TryAgain as error:
                reason = error.message
                least = error.retry_after or 0
            if self._alive or self._clock.now() - opened > HEALTHY_SECONDS:
                drops, told = 0, ""
            drops += 1
            if drops == 1 and not least:
                self._cut = reason
                continue
            if reason not in ("", told):
                self._console.progress(f"{reason} Retrying until Ctrl-C.")
                self._cut = told = reason
            self._clock.sleep(max(least, min(2 ** max(drops - 2, 0), LONGEST_PAUSE)))

    def _history(self, count: int | None) -> Iterator[Batch]:
        """Yield the last `count` lines, and remember some even if fewer are wanted."""
        mark = Marks()
        if count is None or count >= OVERLAP:
            with self._opened(count) as chunks:
                for batch in lines(chunks or ()):
                    self._passed.extend(map(mark, batch))
                    yield batch
        else:
            dumped = self.whole_dump(OVERLAP)
            self._passed.extend(map(mark, dumped))
            if wanted := dumped[len(dumped) - min(count, len(dumped)) :]:
                yield wanted
        if not self._passed:
            self._say_empty()

    def whole_dump(self, count: int) -> Batch:
        """Return the last `count` lines. A dump that is cut is retried, TRIES times in all."""
        pace = Pace(self._clock)
        for left in reversed(range(TRIES)):
            dumped: Batch = []
            try:
                with self._opened(count) as chunks:
                    for batch in lines(chunks or ()):
                        dumped += batch
                break
            except TryAgain as error:
                if not (dumped and left):
                    raise
                pace.wait(error.retry_after or 0)
        return dumped

    def _stream(self) -> Generator[Batch, None, bool]:
        """Yield the lines that were missed so far, then those of a new stream until it ends.

        Returns whether there was one: not if nothing was logged yet.

        The stream is opened before the dump with the missed lines, so that no line falls between
        the two; lines that are in both are left out of the stream.
        """
        with self._opened(0, stream=True) as chunks:
            if chunks is None:
                return False
            missed, whole = self._missed()
            if self._cut or not whole:
                self._say_resumed(whole)
            if missed:
                yield [line.text for line in missed]
            overlap = _Overlap(missed, self._entry)
            events = EventStream()
            for chunk in chunks:
                arrived = [text for event in events.feed(chunk) for text in logged(*event)]
                news = [line for text in arrived for line in overlap.new(text)]
                if news:
                    self._alive = True
                    self._passed.extend(line.mark for line in news)
                    yield [line.text for line in news]
        return True

    def _missed(self) -> tuple[list[_Line], bool]:
        """Return the lines since those passed on, and whether they surely are all.

        They are remembered as passed on.
        """
        for asked in DUMPS:
            mark = Marks()
            with self._opened(asked) as chunks:
                dumped = [mark.line(line) for batch in lines(chunks or ()) for line in batch]
            marks = [line.mark for line in dumped]
            news = unseen(self._passed, marks)
            has_all = len(dumped) < asked
            # A dump that begins amid lines like the last one passed on cannot count them.
            sure = news is not None and (has_all or marks[0] != self._passed[-1])
            if sure or has_all:
                break
        if news is not None:
            dumped = [dumped[index] for index in news]
        self._entry = mark.entry
        self._passed.extend(line.mark for line in dumped)
        return dumped, sure or len(self._passed) == len(dumped)

    def _fresh_address(self) -> str:
        """Request the address of the logs, and meanwhile connect to its host of last time.

        Raises Failed if the platform does not return it.
        """
        self._pace.request()
        known = HOSTS.find(self._kind) if self._is_first and _may_note() else None
        self._is_first = False
        if known:
            self._source.api.expect(known[0])
        document = self._source.get("logs", within_seconds=self._within)
        url = document.get("logs_url", document.get("url"))  # of an app, of a database
        if not isinstance(url, str):
            raise Failed(f"The platform returned no log URL for {self._source.name}.")
        self._note_host(url, known)
        return url

    @property
    def _kind(self) -> str:
        """What shares a host: the logs of all apps, or of all databases, of a region."""
        return f"{type(self._source).__name__} on {self._source.api.platform}"

    def _note_host(self, url: str, known: list[str] | None) -> None:
        """Note where the logs are, and nothing else of the URL, unless that is known."""
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(url)
            origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        except ValueError:
            return
        ours = urlsplit(self._source.api.platform.url).netloc
        if [origin] != known and parts.netloc != ours and parts.scheme == "https" and _may_note():
            HOSTS.keep(self._kind, origin)

    @contextmanager
    def _opened(
        self, count: int | None, *, stream: bool = False
    ) -> Iterator[Iterator[bytes] | None]:
        """Request logs and yield what arrives, or None if nothing was logged yet (404)."""
        with ExitStack() as stack:
            try:
                chunks = self._entered(stack, count, stream)
            except _Refused:  # its token is short-lived: this machine may have slept meanwhile
                self._address = None
                chunks = self._entered(stack, count, stream)
            yield chunks

    def _entered(self, stack: ExitStack, count: int | None, stream: bool) -> Iterator[bytes] | None:
        """Request logs at the address from the platform, unchanged and without our own token."""
        if self._address is None:
            self._address = self._fresh_address()
        params: dict[str, str | int] = {}
        if stream:
            params["stream"] = "true"
        if count is not None:
            params["n"] = count
        if self._only is not None:
            params["filter"] = self._only
        from scalingo_cli.api.auth import ANONYMOUS

        api = self._source.api
        address = api.link(self._address)
        try:
            answer = stack.enter_context(
                api.stream(
                    "GET",
                    service=address,
                    params=params,
                    auth=ANONYMOUS,
                    within_seconds=self._within,
                )
            )
        except NotFound:
            return None
        except NotAllowed as error:
            raise _Refused(
                f"The log server refused access ({error.status}).",
                status=error.status,
                request_id=error.request_id,
            ) from error
        return answer.chunks

    def _say_resumed(self, whole: bool) -> None:
        """Report on stderr that the stream resumed, and always if lines may be missing."""
        reason = f"{self._cut} " if self._cut else ""
        self._cut = ""
        if whole:
            self._console.progress(f"-- {reason}Resumed; no lines were lost. --")
        else:
            self._console.say(f"-- {reason}Resumed; some lines may be missing here. --")

    def _say_empty(self) -> None:
        self._console.say(
            "No logs yet."
            if self._only is None
            else f"No logs yet from {self._only}. See what is running: {self._source.line('ps')}"
        )


def _may_note() -> bool:
    return not os.environ.get("SCALINGO_NO_CACHE")


class _Refused(NotAllowed):
    """The platform refused the address that it returned for the logs."""


class _Line(NamedTuple):
    """A line of a dump: its mark, the first line of its entry, and what it says."""

    mark: int
    entry: bytes
    text: bytes


class Marks:
    """Gives each line of a sequence a mark to recognise it by.

    A line without the platform's head belongs to the `entry` above it, and its mark says which:
    lines such as `}` are alike in many entries.
    """

    def __init__(self, entry: bytes = b"") -> None:
        self.entry = entry

    def __call__(self, text: bytes) -> int:
        """Return the mark of the next line."""
        text = text.rstrip()
        if LINE.match(text):
            self.entry = text
        return hash((self.entry, text))

    def line(self, text: bytes) -> _Line:
        """Return the next line with its mark and its entry."""
        mark = self(text)
        return _Line(mark, self.entry, text)


class _Overlap:
    """The lines that a dump brought and that the stream, opened before it, brings again.

    The stream may begin amid an entry. Such lines are known by what they say alone, and held until
    the ones after them decide whether they are the dump's or new. The dump ends in `entry`.
    """

    def __init__(self, dumped: Sequence[_Line], entry: bytes) -> None:
        self._texts = [line.text for line in dumped]
        self._left = Counter(line.mark for line in dumped)
        self._mark = Marks(entry)
        self._held: Batch = []
        self._repeated = 0  # of those held, if the dump has no more of them
        self._amid = True
        self._places: Iterable[int] = range(len(dumped))  # in the dump, at which the stream may be

    def new(self, text: bytes) -> list[_Line]:
        """Return the lines that turn out to be new with the stream's next one."""
        if not self._amid:
            return self._unless_dumped(text)
        is_head = LINE.match(text) is not None
        end = len(self._texts)
        places = [p + 1 for p in self._places if p < end and self._texts[p] == text]
        if places and not is_head:
            self._places = places
            self._held.append(text)
            if end in places:
                self._repeated = len(self._held)
            return []
        self._amid = False
        if is_head and self._left[Marks()(text)]:
            self._repeated = len(self._held)
        return [
            new
            for line in (*self._held[self._repeated :], text)
            for new in self._unless_dumped(line)
        ]

    def _unless_dumped(self, text: bytes) -> list[_Line]:
        line = self._mark.line(text)
        if self._left[line.mark]:
            self._left[line.mark] -= 1
            return []
        self._left.clear()
        return [line]


def unseen(passed: Iterable[int], dumped: Sequence[int]) -> list[int] | None:
    """Return the indexes of the marks in `dumped` that are not among those `passed` on.

    None if the two do not overlap. What is older than the overlap was passed on, too. Equal lines
    of one moment are counted, and the order may differ: the platform does not promise that its
    dumps and its streams have the same.
    """
    left = Counter(passed)
    start = next((index for index, mark in enumerate(dumped) if mark in left), None)
    if start is None:
        return None
    oldest = dumped[start]
    if any(mark in left and mark != oldest for mark in dumped):
        left[oldest] = len(dumped)  # either side may begin amid lines that are equal
    news = []
    for index in range(start, len(dumped)):
        if left[dumped[index]]:
            left[dumped[index]] -= 1
        else:
            news.append(index)
    return news


def logged(name: bytes, data: bytes) -> Batch:
    """Return the lines that one event of the stream brings, none for a ping.

    The documents show JSON with the event's kind under `name`; what clients read is `event`. A
    bare line, the kind being the event's own name, is taken as well.
    """
    kind: object = name.decode("utf-8", "replace") or "log"
    try:
        frame = json.loads(data) if data.startswith(b"{") else None
    except (ValueError, RecursionError):
        frame = None
    if isinstance(frame, dict) and not frame.keys().isdisjoint({"event", "name"}):
        kind = frame.get("event", frame.get("name"))
        data = str(frame.get("log") or "").encode("utf-8", "replace")
    if kind != "log" or not data:
        return []
    return data.removesuffix(b"\n").split(b"\n")
