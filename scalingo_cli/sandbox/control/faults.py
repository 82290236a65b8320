"""Faults on demand: the next matching responses are spoilt in one of the ways that networks do.

A fault has a `kind`: a status from 200 to 599 as digits, `cut` (the connection closes before any
byte), `cut_body` (it closes halfway through the body), `slow` (the response comes after `delay`
seconds), `html` (200 with a page), `garbage` (200 with broken JSON) or `redirect` (302 to
`location`). It hits `times` requests whose method is `method`, whose path begins with `path`, and
that are sent to a host of `service` or `region`, if these are given; the exchange of a token for a
bearer is hit only if `path` matches it. The request is not executed, except for `slow` and
`cut_body`, or if `executed` is true: then only the response is lost.
`retry_after` adds that header; `body` and `content_type` replace those of a status.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import HTML, JSON, TEXT, Response
from scalingo_cli.sandbox.resources.tokens import EXCHANGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_cli.sandbox.http.messages import Request

_PAGE = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"

# The default bodies of these statuses; the others have an error in JSON.
_STATUSES = {
    429: ("Retry later", TEXT),
    500: ('{"error": "Something went wrong on our side"}', JSON),
    502: (_PAGE.format("502 Bad Gateway"), HTML),
    503: ("The service is not available at the moment", TEXT),
}
_KINDS = ("cut", "cut_body", "slow", "html", "garbage", "redirect")


@dataclass
class Fault:
    """One way to spoil the next `times` responses."""

    kind: str
    times: int = 1
    method: str | None = None
    path: str | None = None
    service: str | None = None
    region: str | None = None
    delay: float = 1.0
    location: str = ""
    retry_after: str | int | None = None
    body: str | None = None
    content_type: str | None = None
    executed: bool = False

    def __post_init__(self) -> None:
        self.delay = float(self.delay)
        if self.kind not in _KINDS and not (
            self.kind.isascii() and self.kind.isdigit() and 200 <= int(self.kind) <= 599
        ):
            raise ValueError(f"unknown fault {self.kind!r}: a status or one of {', '.join(_KINDS)}")

    def strikes(self, request: Request) -> bool:
        """Return whether this fault hits this request."""
        return (
            self.method in (None, request.method)
            and self.service in (None, request.host.service)
            and self.region in (None, request.host.region)
            and request.path.startswith(self.path or "")
            and (request.path != EXCHANGE or self.path is not None)
        )

    def spoil(self, answer: Callable[[], Response]) -> Response:
        """Return the spoilt response; `answer` executes the request."""
        carried_out = self.executed or self.kind in ("slow", "cut_body")
        response = answer() if carried_out else Response(200)
        if self.kind == "slow":
            response.delay = self.delay
        elif self.kind == "cut_body":
            response.delivery = "half"
        elif self.kind == "cut":
            response.delivery = "none"
        else:
            response = self._instead()
        return response

    def _instead(self) -> Response:
        if self.kind == "html":
            return Response(200, _PAGE.format("Welcome").encode(), HTML)
        if self.kind == "garbage":
            return Response(200, b'{"apps": [{"name": "pinec', JSON)
        if self.kind == "redirect":
            return Response(302, b"", HTML, {"Location": self.location})
        status = int(self.kind)
        body, content_type = _STATUSES.get(status, (f'{{"error": "fault {status}"}}', JSON))
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        body = body if self.body is None else self.body
        return Response(status, body.encode(), self.content_type or content_type, headers)


class Faults(list[Fault]):
    """The faults still to come, first come first served; delays last until they are `over`."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()

    def draw(self, request: Request) -> Fault | None:
        """Return the fault that hits a request, and count it."""
        for fault in self:
            if fault.strikes(request):
                fault.times -= 1
                if fault.times <= 0:
                    self.remove(fault)
                return fault
        return None
