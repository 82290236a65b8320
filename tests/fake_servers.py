"""Other origins on this machine: they answer as the test says, and remember what came."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Answer = tuple[int, dict[str, str], bytes]  # status, headers, body


@dataclass
class Elsewhere:
    """`answers` are given in turn, the last one for ever; `seen` are the requests that came.

    Those `at` the end of a path are given there, for requests that are made at the same time.
    `heard` is all their text: lines, headers and bodies.
    """

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    at: dict[str, Answer] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    heard: str = ""

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.seen]

    def will_answer(self, content: Any, status: int = 200, **headers: str) -> None:
        """Add an answer: JSON, or plain text where `content` is bytes."""
        self.answers.append(self._answer(content, status, headers))

    def will_answer_at(self, end: str, content: Any, status: int = 200, **headers: str) -> None:
        """Answer so to each request whose path ends in `end`."""
        self.at[end] = self._answer(content, status, headers)

    def answer_to(self, path: str) -> Answer:
        """The answer to a request."""
        for end, answer in self.at.items():
            if path.partition("?")[0].endswith(end):
                return answer
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def _answer(self, content: Any, status: int, headers: dict[str, str]) -> Answer:
        kind = "text/plain" if isinstance(content, bytes) else "application/json"
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return status, {"Content-Type": f"{kind}; charset=utf-8", **named}, body


class Quiet(BaseHTTPRequestHandler):
    """Logs nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name above
        pass


@contextlib.contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The URL of an origin of this machine where `handler` answers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with _listening() as there:
        yield there


@pytest.fixture
def stranger() -> Iterator[Elsewhere]:
    """An origin that is not even the platform in force."""
    with _listening() as there:
        yield there


@contextlib.contextmanager
def _listening() -> Iterator[Elsewhere]:
    there = Elsewhere()

    class Handler(Quiet):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            there.heard += f"{self.requestline}\n{self.headers}{body.decode('latin-1')}\n"
            there.seen.append((self.command, self.path, dict(self.headers.items())))
            status, headers, content = there.answer_to(self.path)
            (self.send_response_only if "Date" in headers else self.send_response)(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - so called

    with served(Handler) as there.url:
        yield there
