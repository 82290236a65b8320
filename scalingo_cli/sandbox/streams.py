"""What the open log streams of one sandbox share: the signal that wakes them, and how they fail."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# How a line comes over a stream: JSON whose kind is under `event` or `name`, the bare line, or
# JSON in a framing that is allowed and awkward.
SHAPES = ("event", "name", "raw", "awkward")


class Streams:
    """The open streams. Whoever changes something does it with `changed` held, and notifies."""

    def __init__(self, *, lively: bool = False) -> None:
        self.changed = threading.Condition()
        self.shape = SHAPES[0]
        self.ping_seconds = 15.0
        self.lively = lively
        self.silent = False
        self.ended = False
        self.cuts = 0
        self.open = 0

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Count one more open stream for the time of the block."""
        with self.changed:
            self.open += 1
            self.changed.notify_all()
        try:
            yield
        finally:
            with self.changed:
                self.open -= 1
                self.changed.notify_all()

    def cut(self) -> int:
        """Cut every open stream amid a line; return how many there were."""
        with self.changed:
            self.cuts += 1
            self.changed.notify_all()
            return self.open

    def end(self) -> None:
        """End every stream for good, and in good order."""
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def silence(self, silent: bool) -> None:
        """Let the streams fall silent, without lines or pings, or speak again."""
        with self.changed:
            self.silent = silent
            self.changed.notify_all()

    def wait_for(self, count: int, timeout: float) -> None:
        """Wait until `count` streams are open; raise TimeoutError if that takes `timeout` s."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.open == count, timeout):
                raise TimeoutError(f"{self.open} log streams are open, not {count}")
