"""Logs: the address to read them at, with its own token, and the dump that is found there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scalingo_cli.sandbox import apps
from scalingo_cli.sandbox.messages import TEXT, Response, document, refused, text
from scalingo_cli.sandbox.routes import Call, route

if TYPE_CHECKING:
    from datetime import datetime

DEFAULT_LINES = 100


@route("GET", "/v1/apps/{app}/logs")
def address(call: Call) -> Response:
    """Tell where the logs are."""
    app = call.app
    url = f"{call.store.url}/apps/{app.name}/logs?token={app.logs_token}"
    return document({"app": apps.shown(call.store, app), "logs_url": url})


@route(
    "GET", "/apps/{app}/logs", query=["token", "timestamp", "n", "filter", "stream"], auth="none"
)
def dump(call: Call) -> Response:
    """Return the last `n` lines, of containers that match `filter`; 404 if nothing was logged."""
    app = call.store.app(call.names["app"])
    if call.query.get("token") != app.logs_token:
        raise refused(401, "This address has no valid token")
    if call.query.get("stream", "false") != "false":
        raise refused(501, "The sandbox does not stream logs yet")
    count = call.query.get("n", str(DEFAULT_LINES))
    if not (count.isascii() and count.isdigit()):
        raise refused(400, f"n should be a number of lines, not {count!r}")
    try:
        wanted = re.compile(call.query.get("filter", ".*"))
    except re.error as error:
        raise refused(400, f"filter is not a regular expression: {error}") from None
    if not app.logs:
        return Response(404, b"", TEXT)
    lines = [
        line(moment, source, said)
        for moment, source, said in app.logs
        if wanted.fullmatch(source) or wanted.fullmatch(source.rpartition("-")[0])
    ]
    return text("".join(lines[len(lines) - min(int(count), len(lines)) :]))


def line(moment: datetime, source: str, said: str) -> str:
    """Return one line of the logs as the platform writes it, with nine digits of a second."""
    return (
        f"{moment:%Y-%m-%d %H:%M:%S.%f}{len(said) * 7919 % 1000:03} +0000 UTC [{source}] {said}\n"
    )
