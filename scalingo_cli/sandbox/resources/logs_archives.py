"""Archives of logs: gzipped text, at addresses of their own that open for an hour."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from scalingo_cli.sandbox.http.messages import Response, document, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import databases
from scalingo_cli.sandbox.resources.databases import on_database
from scalingo_cli.sandbox.resources.logs import line
from scalingo_cli.sandbox.state.models import Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.sandbox.state.models import App, Database, Logged, Row
    from scalingo_cli.sandbox.state.store import Store

A_PAGE = 10
LIFE = timedelta(minutes=60)
EVERY = timedelta(minutes=5)  # between two lines from before those that are kept
CYCLE = 13  # of its own lines, which are repeated for that
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@route("GET", "/v1/apps/{app}/logs_archives", on=["api"], query=["cursor", "page"])
def list_(call: Call) -> Response:
    """List archives of an app, as `page` does."""
    return page(call, call.app)


@on_database("GET", "/logs_archives", query=["cursor", "page"])
def list_of_database(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """List archives of a database, as `page` does."""
    return page(call, database)


def page(call: Call, logged: Logged) -> Response:
    """List ten archives, the newest first, from the cursor or the page on."""
    rows = logged.logs_archives[::-1]
    start = _number(call, "cursor", 0) if "cursor" in call.query else 0
    if "page" in call.query:
        start = A_PAGE * (_number(call, "page", 1) - 1)
    end = start + A_PAGE
    return document(
        {
            "next_cursor": str(end) if end < len(rows) else "",
            "has_more": end < len(rows),
            "archives": [_shown(call.store, logged, row) for row in rows[start:end]],
        }
    )


def _number(call: Call, name: str, least: int) -> int:
    given = call.query[name]
    if not (given.isascii() and given.isdigit() and int(given) >= least):
        raise refused(400, f"{name} is not valid")
    return int(given)


def _shown(store: Store, logged: Logged, row: Row) -> Row:
    token = store.new_secret()
    logged.log_tokens[token] = store.clock.now() + LIFE
    start, end = map(datetime.fromisoformat, (row["from"], row["to"]))
    path = f"/archives/{logged.log_id}/{start:%Y%m%dT%H%M%S%f}-{end:%Y%m%dT%H%M%S%f}.log.gz"
    return {
        "url": f"{store.links_url}{path}?{urlencode({'signature': token})}",
        "size": len(content(logged, start, end)),
        "from": _written(start),
        "to": _written(end),
    }


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%a %b %d %H:%M:%S +0000 UTC %Y}"


@route("GET", "/archives/{app}/{archive}", on=["links"], query=["signature"], auth="none")
def download(call: Call) -> Response:
    """Send an archive to whoever has its address, for as long as that opens anything."""
    if "authorization" in call.request.headers:
        raise refused(400, "This address is all that is needed: send no Authorization")
    logged = databases.logged(call.store, call.names["app"])
    until = logged.log_tokens.get(call.query.get("signature", ""))
    if until is None or until < call.store.clock.now():
        raise refused(403, "This address is not valid, or has expired")
    for row in logged.logs_archives:
        start, end = map(datetime.fromisoformat, (row["from"], row["to"]))
        if call.names["archive"].startswith(f"{start:%Y%m%dT%H%M%S%f}-{end:%Y%m%dT%H%M%S%f}"):
            return Response(200, content(logged, start, end), "application/gzip")
    raise Missing("logs_archive")


def keep(logged: Logged, rows: list[Row]) -> None:
    """Keep these archives, each `from` a date `to` another one; raise ValueError if not."""
    kept = []
    for row in rows:
        borders = [datetime.fromisoformat(str(row.get(name))) for name in ("from", "to")]
        if borders[0].tzinfo is None or borders[1].tzinfo is None:
            raise ValueError("the dates of archives need a time zone")
        kept.append({"from": borders[0].isoformat(), "to": borders[1].isoformat()})
    logged.logs_archives[:] = sorted(kept, key=lambda row: row["from"])


def content(logged: Logged, start: datetime, end: datetime) -> bytes:
    """Return an archive of what was logged from `start` on, up to `end` and without it."""
    return _packed("".join(line(*entry) for entry in _entries(logged, start, end)))


@lru_cache(maxsize=256)
def _packed(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


def _entries(logged: Logged, start: datetime, end: datetime) -> Iterator[tuple[datetime, str, str]]:
    """Yield what was logged; before what is kept, a line every five minutes is made up."""
    if logged.logs:
        first = logged.logs[0][0]
        number = -(-(start - EPOCH) // EVERY)
        while (moment := EPOCH + number * EVERY) < min(end, first):
            yield (moment, *logged.logs[number % min(CYCLE, len(logged.logs))][1:])
            number += 1
    yield from (entry for entry in logged.logs if start <= entry[0] < end)
