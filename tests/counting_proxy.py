"""The sandbox behind TLS, with every connection to it counted, used or not."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from scalingo_cli.sandbox import Sandbox
from tests.relays import CHUNK, listening, relay

PATIENCE = 60  # seconds, after which what holds an answer back gives up, and the test fails


class CountingProxy:
    """The way to the hosts of a sandbox: `opened` connections to each, and those that `asked`.

    No response passes before every connection that was opened has brought a request: who opens one
    that it does not need gets no response. One to the host of links may wait for that answer.
    `urls` are the ways to the hosts, by their own URLs, and `origins` the same by their names.
    """

    def __init__(self, authorities: Path) -> None:
        self.authorities = authorities
        self.urls: dict[str, str] = {}
        self.origins: dict[str, str] = {}
        self.opened: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.may_answer: Callable[[], bool] = lambda: (
            self.opened | {"links": 0} == self.asked | {"links": 0}
        )
        self._counting = threading.Lock()
        self._visitors: list[socket.socket] = []

    @contextlib.contextmanager
    def door(self, name: str, url: str) -> Iterator[None]:
        """Open a way to `url`, which `name` stands for in the counts."""
        inner = int(url.rpartition(":")[2])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authorities)

        def serve(visitor: socket.socket) -> None:
            self._count(self.opened, name)
            self._visitors.append(visitor.dup())
            with context.wrap_socket(visitor, server_side=True) as outside:
                if asked := outside.recv(CHUNK):
                    self._count(self.asked, name)
                    until = time.monotonic() + PATIENCE
                    with socket.create_connection(("127.0.0.1", inner)) as inside:
                        inside.sendall(asked)
                        relay(outside, inside, lambda: self._passes(until))

        with listening(serve) as port:
            self.urls[url] = self.origins[name] = f"https://127.0.0.1:{port}"
            yield

    @contextlib.contextmanager
    def announced_by(self, sandbox: Sandbox) -> Iterator[None]:
        """Count from zero what a sandbox gets whose answers name this way to it."""
        self.opened.clear()
        self.asked.clear()
        own = sandbox.urls
        sandbox.announce(lambda url: self.urls[url])
        try:
            yield
        finally:
            sandbox.urls = own
            while self._visitors:
                with self._visitors.pop() as visitor, contextlib.suppress(OSError):
                    visitor.shutdown(socket.SHUT_RDWR)

    def _count(self, counter: Counter[str], name: str) -> None:
        with self._counting:
            counter[name] += 1

    def _passes(self, until: float) -> bool:
        with self._counting:
            return self.may_answer() or time.monotonic() > until


@contextlib.contextmanager
def counting_proxy(sandbox: Sandbox, authorities: Path) -> Iterator[CountingProxy]:
    """Put a sandbox behind TLS, with this certificate and key."""
    way = CountingProxy(authorities)
    with contextlib.ExitStack() as stack:
        for host, url in sandbox.urls.items():
            stack.enter_context(way.door(host.service, url))
        yield way
