"""Requests, responses, and the refusals that all resources share."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Literal

from scalingo_cli.sandbox.state.models import Host

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Generator, Mapping
    from threading import Event

JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass
class Request:
    """One HTTP request to `host`; header names are lower case.

    A parameter whose name ends in [] may be repeated: `query` has the last of its values, `lists`
    all of them. A streamed body is a `file`, which is closed afterwards unless it is removed from
    here. Requests over one connection have the same `port`, the client's.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes
    host: Host = field(default_factory=Host)
    lists: Mapping[str, list[str]] = field(default_factory=dict)
    file: IO[bytes] | None = None
    port: int = 0


@dataclass
class Received(Request):
    """A recorded request: whose token it carried, not which one; `status` is the response's.

    `service` and `region` identify the host that it was sent to.
    """

    status: int | None = None

    @property
    def service(self) -> str:
        """The service of its host: `legacy`, or one of the regional platform's."""
        return self.host.service

    @property
    def region(self) -> str:
        """The region of its host, if it has one."""
        return self.host.region

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body) if self.body else None


@dataclass
class Response:
    """One HTTP response and how it is delivered: late, in half, or not at all.

    A `delay` is in seconds, and ends early when it is `over`.
    With `chunks`, the body is what they yield, as they yield it, instead of `body`. `then` takes
    the connection over after the head, with the bytes that arrived early. `later` waits for
    something, and returns the response to send instead of this one. The connection is closed after
    the `last` one.
    """

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    over: Event | None = None
    delivery: Literal["whole", "half", "none"] = "whole"
    chunks: Generator[bytes] | None = None
    then: Callable[[socket.socket, bytes], None] | None = None
    later: Callable[[], Response] | None = None
    last: bool = False


class Cut(Exception):
    """Raised by the chunks of a response to cut the connection at this point."""


class Refusal(Exception):
    """A request that the platform refuses, with the response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def document(content: Any, status: int = 200, **headers: str) -> Response:
    """Return a JSON response with `content`."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Response(status, body, JSON, headers)


def text(content: str, status: int = 200) -> Response:
    """Return a plain text response with `content`."""
    return Response(status, content.encode(), TEXT)


def nothing() -> Response:
    """Return the response to a successful deletion: 204, no body."""
    return Response(204)


def refused(status: int, message: str, **more: str) -> Refusal:
    """Return a refusal with an `error` key, and the keys of `more`."""
    return Refusal(document({"error": message, **more}, status))


def not_found(resource: str) -> Refusal:
    """Return the 404 that names the kind of resource that is missing."""
    return Refusal(document({"resource": resource, "error": "not found"}, 404))


def invalid(**errors: Any) -> Refusal:
    """Return the 422 with, for each field, a list of messages or a nested object of such lists."""
    listed = {name: [e] if isinstance(e, str) else e for name, e in errors.items()}
    return Refusal(document({"errors": listed}, 422))


def no_such_page() -> Refusal:
    """Return the 404 of the regional platform's authentication API, which is a web page."""
    page = (
        "<!DOCTYPE html>\n<html><head><title>Not found (404)</title></head><body></body></html>\n"
    )
    return Refusal(Response(404, page.encode(), HTML))


def unpaid(action: str) -> Refusal:
    """Return the 402 for an unverified account that exceeds what is free."""
    return refused(
        402,
        f"Your account has to be verified before you can {action}: add a payment method first",
        url="https://dashboard.scalingo.example/billing",
    )
