"""How often an account may ask the platform, which accepts 60 requests a minute from each."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_cli.process.clock import Clock

BURST = 20  # requests that may follow one another immediately
REQUESTS_PER_SECOND = 0.6  # from then on: 56 in the busiest minute
_SLICE_SECONDS = 0.5  # of a wait, between two checks whether to stop


class Bucket:
    """A token bucket: `burst` requests at once, then `per_second`. Threads may share it."""

    def __init__(self, burst: float, per_second: float, now: Callable[[], float]) -> None:
        self._burst = self._left = float(burst)
        self._per_second = per_second
        self._now = now
        self._counted = now()
        self._lock = threading.Lock()

    def take(self) -> float:
        """Count one more request, and return the seconds to wait before it may be sent."""
        with self._lock:
            now = self._now()
            earned = (now - self._counted) * self._per_second
            self._left = min(self._left + earned, self._burst) - 1
            self._counted = now
            return max(-self._left / self._per_second, 0.0)


class Rate:
    """What all requests of an account wait for, whichever thread sends them.

    That is the pause that the platform asked for with a 429 and, if several commands run at once,
    their share of what it accepts.

    Args:
        clock: The time of the pauses.
        limited: Whether requests are counted; a single command stays below the limit by itself.
        stop: Called while waiting; what it raises ends the wait.
    """

    def __init__(
        self, clock: Clock, *, limited: bool = False, stop: Callable[[], object] = lambda: None
    ) -> None:
        self._clock = clock
        self.now = self._clock.now
        self._bucket = Bucket(BURST, REQUESTS_PER_SECOND, self.now) if limited else None
        self._stop = stop
        self._busy_until = -math.inf

    def take(self) -> None:
        """Wait until one more request may be sent, and count it."""
        if self._bucket:
            self.sleep(self._bucket.take())
        self._stop()

    def busy(self, seconds: float) -> None:
        """Let every request wait for so many seconds: the platform has had too many."""
        self._busy_until = max(self._busy_until, self.now() + seconds)

    def wait_while_busy(self, at_most: float) -> None:
        """Wait until the platform accepts requests again, at most so many seconds."""
        self.sleep(min(self._busy_until - self.now(), at_most))

    def sleep(self, seconds: float) -> None:
        """Wait for so many seconds, if any."""
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            self._stop()
            self._clock.sleep(min(left, _SLICE_SECONDS))
