"""`--debug`: each request and response on stderr, with secrets masked."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests

from scalingo_cli.api.connection import Connector
from scalingo_cli.console.prose import write
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scalingo_cli.api.channel import Channel
    from scalingo_cli.api.redaction import Secrets


class Traced(Connector):
    """Logs what passes through another adapter, and learns its `secrets`.

    `bodies` adds the JSON of requests and responses. A response that arrives while others are
    awaited names its request.
    """

    def __init__(self, inner: Connector, secrets: Secrets, *, bodies: bool) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = secrets
        self._bodies = bodies
        self._awaited = 0
        self._lock = threading.Lock()

    def send(
        self, request: requests.PreparedRequest, stream: bool = False, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send one request, and log it and its response."""
        with self._told(request):
            started = time.monotonic()
            response = self._inner.send(request, stream, *args, **kwargs)
            arriving = stream and response.ok
            self._answer(request, response, time.monotonic() - started, arriving=arriving)
        return response

    def connect(
        self, request: requests.PreparedRequest, **kwargs: Any
    ) -> tuple[requests.Response, Channel]:
        """Send a CONNECT, and log it and its response."""
        with self._told(request):
            started = time.monotonic()
            response, channel = self._inner.connect(request, **kwargs)
            self._answer(request, response, time.monotonic() - started, arriving=response.ok)
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
        lines = [f"{self._named(sent)}{size}"]
        if self._bodies and known:
            lines.append(self._json(known))
        with self._lock:
            self._awaited += 1
            _write(">", lines)
        try:
            yield
        except requests.RequestException as error:
            self._received(sent, [f"incomplete response: {type(error).__name__}"])
            raise
        except BaseException:
            self._received(sent, [])
            raise

    def _named(self, request: requests.PreparedRequest) -> str:
        return f"{request.method} {self._secrets.url(request.url or '')}"

    def _received(self, request: requests.PreparedRequest, lines: list[str]) -> None:
        """Log what came for a request, if anything."""
        with self._lock:
            if lines and self._awaited > 1:
                lines[0] += f", to {self._named(request)}"
            self._awaited -= 1
            _write("<", lines)

    def _answer(
        self,
        request: requests.PreparedRequest,
        received: requests.Response,
        seconds: float,
        *,
        arriving: bool,
    ) -> None:
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
        lines = [", ".join(facts)]
        if self._bodies and not arriving and received.content:
            lines.append(self._body(received))
        self._received(request, lines)

    def _body(self, answer: requests.Response) -> str:
        if answer.ok:
            return self._json(answer.content)
        return self._secrets.complaint(answer.content.decode("utf-8", "replace"))

    def _json(self, body: str | bytes) -> str:
        return json.dumps(self._secrets.body(body), ensure_ascii=False)


def _write(direction: str, lines: Iterable[str]) -> None:
    write("".join(f"{direction} {visible(line)}\n" for line in lines))


def _bytes(body: str | bytes) -> str:
    count = len(body.encode() if isinstance(body, str) else body)
    return f"{count} byte{'s' * (count != 1)}"
