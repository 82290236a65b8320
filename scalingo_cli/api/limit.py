"""The time that one exchange with the platform may take, whatever arrives meanwhile."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from scalingo_cli.process import background

if TYPE_CHECKING:
    from collections.abc import Iterator


class Limit:
    """The time that one exchange may take: when it is over, the sockets are shut down.

    A socket's timeout starts again with each byte; this one does not. In a `with` block, it limits
    what the thread sends inside.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self.seconds = seconds
        self._started = time.monotonic()
        self._ends = self._started + seconds
        self._over = False
        self._sockets: list[socket.socket] = []
        self._changed = threading.Condition()
        self._watching = False

    @property
    def seconds_left(self) -> float:
        """How many seconds are left: always more than zero, which would mean no limit."""
        return max(self._ends - time.monotonic(), 0.001)

    def allow(self, seconds: float) -> None:
        """End in so many seconds from now instead."""
        with self._changed:
            now = time.monotonic()
            self.seconds = now - self._started + seconds
            if now + seconds < self._ends:  # otherwise, the thread checks when it wakes
                self._changed.notify()
            self._ends = now + seconds

    def watch(self, sock: Any) -> None:
        """Shut this socket down as well at the end."""
        with self._changed:
            # A duplicate, for TLS takes the socket over and http.client may close it at any time.
            self._sockets.append(socket.socket(fileno=os.dup(sock.fileno())))
            if not self._watching:
                self._watching = True
                background.started(self._watch)

    def _watch(self) -> None:
        with self._changed:
            while not self._over:
                left = self._ends - time.monotonic()
                if left <= 0:
                    self.expired = True
                    for sock in self._sockets:
                        with suppress(OSError):  # the other side has closed it
                            sock.shutdown(socket.SHUT_RDWR)
                    self._watching = False
                    return
                self._changed.wait(min(left, threading.TIMEOUT_MAX))

    def end(self) -> None:
        """Release the sockets: the exchange is over."""
        with self._changed:
            self._over = True
            self._changed.notify()
            for sock in self._sockets:
                sock.close()
            self._sockets.clear()

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Apply to what this thread sends until the block ends."""
        token = _LIMIT.set(self)
        try:
            yield
        finally:
            _LIMIT.reset(token)


_LIMIT: ContextVar[Limit | None] = ContextVar("limit", default=None)


def limit_in_force() -> Limit | None:
    """Return the limit on what this thread sends now."""
    return _LIMIT.get()


def watch(sock: Any) -> None:
    """Let the limit in force, if there is one, shut this socket down at its end."""
    if limit := _LIMIT.get():
        limit.watch(sock)
