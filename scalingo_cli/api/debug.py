"""`--debug`: each request and response on stderr, with secrets masked."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests

from scalingo_cli.api.transport import Connector
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.api.redaction import Secrets
    from scalingo_cli.api.tunnel import Channel


class Traced(Connector):
    """Logs what passes through another adapter, and learns its `secrets`.

    `bodies` adds the JSON of requests and responses.
    """

    def __init__(self, inner: Connector, secrets: Secrets, *, bodies: bool) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = secrets
        self._bodies = bodies

    def send(
        self, request: requests.PreparedRequest, stream: bool = False, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send one request, and log it and its response."""
        with self._told(request):
            started = time.monotonic()
            response = self._inner.send(request, stream, *args, **kwargs)
            self._answer(response, time.monotonic() - started, arriving=stream and response.ok)
        return response

    def connect(
        self, request: requests.PreparedRequest, **kwargs: Any
    ) -> tuple[requests.Response, Channel]:
        """Send a CONNECT, and log it and its response."""
        with self._told(request):
            started = time.monotonic()
            response, channel = self._inner.connect(request, **kwargs)
            self._answer(response, time.monotonic() - started, arriving=response.ok)
        return response, channel

    def close(self) -> None:
        """Close all connections."""
        self._inner.close()

    @contextmanager
    def _told(self, sent: requests.PreparedRequest) -> Iterator[None]:
        """Log the method, the URL and the size of a request, and whether no response came."""
        body: object = sent.body or b""
        known = body if isinstance(body, (str, bytes)) else b""
        self._secrets.learn_body(known)
        size = f" ({_bytes(known)})" if known else ""
        self._write(f"> {sent.method} {self._secrets.url(sent.url or '')}{size}")
        if self._bodies and known:
            self._write(f"> {self._json(known)}")
        try:
            yield
        except requests.RequestException as error:
            self._write(f"< incomplete response: {type(error).__name__}")
            raise

    def _answer(self, received: requests.Response, seconds: float, *, arriving: bool) -> None:
        """Log the status, the time, the size and the request ID of a response.

        If it is still `arriving`, size and body are left out: reading it here would delay it.
        """
        facts = [f"{received.status_code} {self._secrets.hide(received.reason or '')}".strip()]
        facts.append(f"{seconds * 1000:.0f} ms")
        if not arriving:
            if received.ok:
                self._secrets.learn_body(received.content)
            facts.append(_bytes(received.content))
        if request_id := received.headers.get("X-Request-Id"):
            facts.append(f"request id {self._secrets.hide(request_id)}")
        self._write(f"< {', '.join(facts)}")
        if self._bodies and not arriving and received.content:
            self._write(f"< {self._received(received)}")

    def _received(self, answer: requests.Response) -> str:
        if answer.ok:
            return self._json(answer.content)
        return self._secrets.complaint(answer.content.decode("utf-8", "replace"))

    def _json(self, body: str | bytes) -> str:
        return json.dumps(self._secrets.body(body), ensure_ascii=False)

    def _write(self, line: str) -> None:
        sys.stderr.write(visible(line) + "\n")


def _bytes(body: str | bytes) -> str:
    count = len(body.encode() if isinstance(body, str) else body)
    return f"{count} byte{'s' * (count != 1)}"
