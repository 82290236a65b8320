"""The shared state of a sandbox's open log streams: what wakes them, and how they fail."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# The form of a line in a stream: JSON whose kind is under `event` or `name`, the bare line, or
# JSON in a framing that is valid but awkward.
SHAPES = ("event", "name", "raw", "awkward")


class Streams:
    """The open streams. Every change is made with `changed` held, and notifies."""

    def __init__(self, *, lively: bool = False) -> None:
        self.changed = threading.Condition()
        self.shape = SHAPES[0]
        self.ping_seconds = 15.0
        self.lively = lively
        self.silent = False
        self.ended = False
        self.cuts = 0
        self.open = 0
        self.pings = 0

    @contextmanager
    def joined(self, cuts: int) -> Iterator[None]:
        """Count one more open stream until the block ends, or until it is cut.

        `cuts` is how many cuts there were when the stream was requested.
        """
        self._count(1, cuts)
        try:
            yield
        finally:
            self._count(-1, cuts)

    def _count(self, more: int, cuts: int) -> None:
        with self.changed:
            if cuts == self.cuts:
                self.open += more
                self.changed.notify_all()

    def cut(self) -> None:
        """Cut every open stream in the middle of a line."""
        with self.changed:
            self.cuts += 1
            self.open = 0
            self.changed.notify_all()

    def end(self) -> None:
        """End every stream for good, properly."""
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def silence(self, silent: bool) -> None:
        """Silence the streams, without lines or pings, or resume them."""
        with self.changed:
            self.silent = silent
            self.changed.notify_all()

    def wait_for(self, count: int, timeout_seconds: float) -> None:
        """Wait until `count` streams are open. Raises TimeoutError."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.open == count, timeout_seconds):
                raise TimeoutError(f"{self.open} log streams are open, not {count}")

    def wait_for_pings(self, count: int, timeout_seconds: float) -> None:
        """Wait until `count` more pings were sent. Raises TimeoutError."""
        with self.changed:
            wanted = self.pings + count
            if not self.changed.wait_for(lambda: self.pings >= wanted, timeout_seconds):
                raise TimeoutError(f"{wanted - self.pings} of {count} pings were not sent")
