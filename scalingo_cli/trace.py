"""`--debug`: each request and its answer on stderr, with secrets masked."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from scalingo_cli.masking import masked, masked_url
from scalingo_cli.output import visible

if TYPE_CHECKING:
    import requests


def request(sent: requests.PreparedRequest, *, bodies: bool) -> None:
    """Write the method, the URL and the size of a request; `bodies` adds its body."""
    body: object = sent.body or b""
    size = f" ({len(body)} bytes)" if isinstance(body, (str, bytes)) and body else ""
    _write(f"> {sent.method} {masked_url(sent.url or '')}{size}")
    if bodies and isinstance(body, (str, bytes)) and body:
        _write(f"> {_body(body)}")


def answer(received: requests.Response, *, bodies: bool, streamed: bool) -> None:
    """Write the status, the time, the size and the request id of an answer.

    `bodies` adds its body, unless it is `streamed`: reading it here would hold it back.
    """
    milliseconds = received.elapsed.total_seconds() * 1000
    facts = [f"{received.status_code} {received.reason}", f"{milliseconds:.0f} ms"]
    if not streamed:
        facts.append(f"{len(received.content)} bytes")
    if request_id := received.headers.get("X-Request-Id"):
        facts.append(f"request id {request_id}")
    _write(f"< {', '.join(facts)}")
    if bodies and not streamed and received.content:
        _write(f"< {_body(received.content)}")


def _body(body: str | bytes) -> str:
    """Return a JSON body masked; of any other, which cannot be masked, only that it is there."""
    try:
        return json.dumps(masked(json.loads(body)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return f"[{len(body)} bytes that are not JSON]"


def _write(line: str) -> None:
    sys.stderr.write(visible(line) + "\n")
