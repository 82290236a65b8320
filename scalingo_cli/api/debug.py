"""`--debug`: each request and its answer on stderr, with secrets masked."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    import requests

    from scalingo_cli.api.redaction import Secrets


@dataclass
class Trace:
    """Writes what one connection sends and receives, and learns its `secrets` on the way.

    `bodies` adds the JSON of both.
    """

    secrets: Secrets
    bodies: bool

    def request(self, sent: requests.PreparedRequest) -> None:
        """Write the method, the URL and the size of a request."""
        body: object = sent.body or b""
        known = body if isinstance(body, (str, bytes)) else b""
        self.secrets.learn_body(known)
        size = f" ({_bytes(known)})" if known else ""
        self._write(f"> {sent.method} {self.secrets.url(sent.url or '')}{size}")
        if self.bodies and known:
            self._write(f"> {self._json(known)}")

    def answer(self, received: requests.Response, *, streamed: bool) -> None:
        """Write the status, the time, the size and the request id of an answer.

        Of one that is `streamed` neither size nor body: to read it here would hold it back.
        """
        milliseconds = received.elapsed.total_seconds() * 1000
        facts = [f"{received.status_code} {self.secrets.hide(received.reason or '')}".strip()]
        facts.append(f"{milliseconds:.0f} ms")
        if not streamed:
            if received.ok:
                self.secrets.learn_body(received.content)
            facts.append(_bytes(received.content))
        if request_id := received.headers.get("X-Request-Id"):
            facts.append(f"request id {self.secrets.hide(request_id)}")
        self._write(f"< {', '.join(facts)}")
        if self.bodies and not streamed and received.content:
            self._write(f"< {self._received(received)}")

    def failure(self, error: Exception) -> None:
        """Write that no answer came, or not all of it."""
        self._write(f"< no whole answer: {type(error).__name__}")

    def _received(self, answer: requests.Response) -> str:
        if answer.ok:
            return self._json(answer.content)
        return self.secrets.complaint(answer.content.decode("utf-8", "replace"))

    def _json(self, body: str | bytes) -> str:
        return json.dumps(self.secrets.body(body), ensure_ascii=False)

    def _write(self, line: str) -> None:
        sys.stderr.write(visible(line) + "\n")


def _bytes(body: str | bytes) -> str:
    count = len(body.encode() if isinstance(body, str) else body)
    return f"{count} byte{'s' * (count != 1)}"
