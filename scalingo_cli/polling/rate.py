"""How often the platform is asked for news: under the 60 requests a minute that it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SOONEST, SLOWEST = 0.25, 2.0  # seconds between two looks
BURST = 20  # requests that may follow one another at once
RATE = 0.6  # requests a second from then on


class Pace:
    """When to look again: soon at first and when there was news, later while there is none."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._pause = SOONEST
        self._left = float(BURST)
        self._counted = now()

    def hurry(self) -> None:
        """Look soon again."""
        self._pause = SOONEST

    def wait(self, at_least: float = 0, at_most: float = SLOWEST) -> None:
        """Wait until the next look, each time longer."""
        self._sleep(min(max(self._pause, at_least), at_most))
        self._pause = min(2 * self._pause, SLOWEST)

    def request(self) -> None:
        """Wait until one more request may be sent, and count it."""
        now = self._now()
        self._left = min(self._left + (now - self._counted) * RATE, BURST) - 1
        self._counted = now
        if self._left < 0:
            self._sleep(-self._left / RATE)
