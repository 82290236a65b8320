"""Logs of apps and databases: their address, with its own token, and the dump or stream there."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from scalingo_cli.sandbox.http import websocket
from scalingo_cli.sandbox.http.messages import TEXT, Cut, Response, document, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import apps, databases
from scalingo_cli.sandbox.resources.databases import on_database

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from datetime import datetime

    from scalingo_cli.sandbox.state.models import App, Database, Logged, Row
    from scalingo_cli.sandbox.state.store import Store
    from scalingo_cli.sandbox.state.streams import Streams

DEFAULT_LINES = 100
TOKEN_SECONDS = 60  # an address is no longer valid after that
LIVELY_SECONDS = 2  # between two lines of an app in a lively sandbox
LINES_A_FRAME = 5  # of those that are waiting; one line comes alone

# A second of a busy app, for dumps of any size: the lines that follow the whole seconds.
_BUSY = [
    (
        source,
        f".{number:03}271828 +0000 UTC [{source}] GET /crates/{number:04}?zone=harbour&week="
        f"{number % 52} 200 in {number % 89} ms, {number * 37 % 9973} bytes, cache hit, agent"
        " Mozilla/5.0",
    )
    for number in range(1000)
    for source in [("web-1", "web-2", "worker-1")[number % 3]]
]
BUSY_BYTES = sum(len("2015-02-16 02:02:43\n") + len(text) for _, text in _BUSY)


@route("GET", "/v1/apps/{app}/logs")
def address(call: Call) -> Response:
    """Return the address of an app's logs."""
    return document({"app": apps.shown(call.store, call.app), "logs_url": new_url(call, call.app)})


@on_database("GET", "/logs")
def address_of_database(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Return the address of a database's logs."""
    return document({"url": new_url(call, database)})


def new_url(call: Call, logged: Logged) -> str:
    """Return an address of logs, with a token that is soon no longer valid."""
    store = call.store
    token = store.new_secret()
    logged.log_tokens[token] = store.clock.now() + timedelta(seconds=TOKEN_SECONDS)
    query = {"token": token, "timestamp": int(store.clock.now().timestamp())}
    rest = urlencode(call.dialect.row("logs", query))
    return f"{store.links_url}/apps/{logged.log_id}/logs?{rest}"


@route(
    "GET",
    "/apps/{app}/logs",
    on=["legacy", "links"],
    query=["token", "timestamp", "n", "filter", "stream"],
    auth="none",
)
def logs(call: Call) -> Response:
    """Return the last `n` lines of containers that match `filter`, or the lines as they arrive.

    If nothing was ever logged, the dump is a 404, or the status that a control has set.
    """
    store = call.store
    if call.request.host.service == "links" and "authorization" in call.request.headers:
        raise refused(400, "This address is all that is needed: send no Authorization")
    logged = databases.logged(store, call.names["app"])
    until = logged.log_tokens.get(call.query.get("token", ""))
    if until is None or until < store.clock.now():
        raise refused(401, "This address has no valid token")
    matches = _filter(call.query.get("filter") or ".*")
    streamed = call.query.get("stream", "false") != "false"
    count = _count(call.query.get("n", "0" if streamed else str(DEFAULT_LINES)))
    _settle(store, logged)
    if streamed:
        past = b"".join(_dump(store, logged, matches, count)).splitlines()
        rest = (store, logged, matches, past, len(logged.logs), store.streams.cuts)
        if websocket.asked(call.request):
            return websocket.accept(call.request, lambda visitor: _talk(visitor, *rest))
        return Response(200, content_type="text/event-stream", chunks=_stream(_event, *rest))
    if not logged.logs and not logged.busy_seconds:
        return Response(store.empty_logs, b"", TEXT)
    return Response(200, content_type=TEXT, chunks=_dump(store, logged, matches, count))


def _filter(wanted: str) -> Callable[[str], bool]:
    """Return a function that returns whether a container's name or type matches `wanted`."""
    try:
        pattern = re.compile(wanted)
    except re.error as error:
        raise refused(400, f"filter is not a regular expression: {error}") from None
    return cache(
        lambda source: bool(
            pattern.fullmatch(source) or pattern.fullmatch(source.rpartition("-")[0])
        )
    )


def _count(given: str) -> int:
    if not (given.isascii() and given.isdigit()):
        raise refused(400, f"n should be a number of lines, not {given!r}")
    return int(given)


def _settle(store: Store, logged: Logged) -> None:
    """In a lively sandbox, let what runs repeat its earlier lines, up to now."""
    now = store.clock.now()
    if not (store.streams.lively and logged.logs and logged.status(now) == "running"):
        return
    pause = timedelta(seconds=LIVELY_SECONDS)
    with store.streams.changed:
        while now - logged.logs[-1][0] > pause:
            moment = max(logged.logs[-1][0] + pause, now - 100 * pause)
            logged.logs.append((moment, *logged.logs[-min(12, len(logged.logs))][1:]))


def _dump(
    store: Store, logged: Logged, matches: Callable[[str], bool], count: int
) -> Generator[bytes]:
    """Yield the last `count` lines; those of a busy app are generated as they are read."""
    kept: Iterator[tuple[datetime, str, str]] = reversed(logged.logs)
    if logged.buffered_lines is not None:
        kept = islice(kept, logged.buffered_lines)
    last = (entry for entry in kept if matches(entry[1]))
    own = [line(*entry) for entry in islice(last, count)][::-1]
    busy = "\n".join(text for source, text in _BUSY if matches(source)).split("\n")
    total = logged.busy_seconds * len(busy) if busy != [""] else 0
    skipped = max(0, total - (count - len(own)))
    oldest = store.clock.start - timedelta(days=2, seconds=logged.busy_seconds)
    for second in range(skipped // len(busy), total // len(busy)):
        moment = f"{oldest + timedelta(seconds=second):%Y-%m-%d %H:%M:%S}"
        offset = max(0, skipped - second * len(busy))
        between = f"\n{moment}"  # much faster than line by line
        yield f"{moment}{between.join(busy[offset:])}\n".encode()
    if own:
        yield "".join(own).encode()


def line(moment: datetime, source: str, said: str) -> str:
    """Return one line of the logs as the platform formats it, with nine digits of a second."""
    return (
        f"{moment:%Y-%m-%d %H:%M:%S.%f}{len(said) * 7919 % 1000:03} +0000 UTC [{source}] {said}\n"
    )


def _talk(visitor: websocket.WebSocket, *rest: Any) -> None:
    with closing(_stream(_message, *rest)) as frames:
        try:
            for each in frames:
                visitor.send(each)
        except Cut:
            raise ConnectionAbortedError from None


def _stream(
    event: Callable[[Streams, str, str], bytes],
    store: Store,
    logged: Logged,
    matches: Callable[[str], bool],
    past: list[bytes],
    position: int,
    cuts: int,
) -> Generator[bytes]:
    """Yield the `past` lines and those from `position` on, each few as an `event`, and pings."""
    streams = store.streams
    with streams.joined(cuts):
        yield from _frames(event, streams, iter(past))
        while True:
            lines, position = _news(store, logged, position, cuts)
            frames = b"".join(
                _frames(event, streams, (line(*it).encode() for it in lines if matches(it[1])))
            )
            if streams.ended:
                return
            if cuts != streams.cuts:
                whole = frames or event(streams, "ping", "")
                yield whole[: len(whole) // 2]
                raise Cut
            if not streams.silent:
                yield from _pieces(streams, frames or _ping(event, store))


def _news(
    store: Store, logged: Logged, position: int, cuts: int
) -> tuple[list[tuple[datetime, str, str]], int]:
    """Wait for lines beyond `position`, or until it is time for a ping; return them."""
    streams = store.streams
    pause = min(streams.ping_seconds, LIVELY_SECONDS) if streams.lively else streams.ping_seconds

    def due() -> bool:
        news = len(logged.logs) > position and not streams.silent
        return news or streams.ended or cuts != streams.cuts

    with streams.changed:
        streams.changed.wait_for(due, pause)
        _settle(store, logged)
        end = position if streams.silent else len(logged.logs)
        return logged.logs[position:end], end


def _frames(
    event: Callable[[Streams, str, str], bytes], streams: Streams, lines: Iterator[bytes]
) -> Iterator[bytes]:
    """Yield the lines as events, a few in each."""
    while group := b"".join(text.rstrip(b"\n") + b"\n" for text in islice(lines, LINES_A_FRAME)):
        yield event(streams, "log", group.decode())


def _content(streams: Streams, kind: str, text: str) -> Row:
    content = {"name" if streams.shape == "name" else "event": kind}
    return content | ({"log": text} if kind == "log" else {"timestamp": text})


def _message(streams: Streams, kind: str, text: str) -> bytes:
    """Return an event as a frame of a WebSocket."""
    content = _content(streams, kind, text)
    return websocket.frame(json.dumps(content, ensure_ascii=False))


def _ping(event: Callable[[Streams, str, str], bytes], store: Store) -> bytes:
    with store.streams.changed:
        store.streams.pings += 1
        store.streams.changed.notify_all()
    return event(store.streams, "ping", store.stamp())


def _event(streams: Streams, kind: str, text: str) -> bytes:
    """Return a Server-Sent Event."""
    if streams.shape == "raw":
        fields = [f"event: {kind}", *(f"data: {part}" for part in text.splitlines())]
        return "".join(f"{field}\n" for field in [*fields, ""]).encode()
    content = _content(streams, kind, text)
    if streams.shape != "awkward":
        return f"data: {json.dumps(content, ensure_ascii=False)}\n\n".encode()
    parts = json.dumps(content, ensure_ascii=False, indent=1).splitlines()
    fields = [": a comment", "id: 7", "event:message", *(f"data:{part}" for part in parts), ""]
    return "".join(f"{field}\r\n" for field in fields).encode()


def _pieces(streams: Streams, sent: bytes) -> Iterator[bytes]:
    size = 7 if streams.shape == "awkward" else len(sent)
    for start in range(0, len(sent), size):
        yield sent[start : start + size]
