"""How long to pause between two looks, so that polling stays below 60 requests a minute."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scalingo_cli.auth.rate import BURST, REQUESTS_PER_SECOND, Bucket

if TYPE_CHECKING:
    from scalingo_cli.process.clock import Clock

SOONEST_SECONDS, SLOWEST_SECONDS = 0.25, 2.0  # between two looks


class Pace:
    """When to look again: soon at first and after changes, later while there are none.

    Args:
        clock: The time of the pauses.
        soonest_seconds: The shortest pause between two looks.
    """

    def __init__(self, clock: Clock, soonest_seconds: float = SOONEST_SECONDS) -> None:
        self.now, self._sleep = clock
        self._soonest = soonest_seconds
        self._slowest = max(soonest_seconds, SLOWEST_SECONDS)
        self._pause = soonest_seconds
        self._bucket = Bucket(BURST, REQUESTS_PER_SECOND, self.now)

    def hurry(self) -> None:
        """Look soon again."""
        self._pause = self._soonest

    def wait(self, at_least: float = 0, at_most: float = math.inf) -> None:
        """Wait until the next look, each time longer; `at_least` and `at_most` are in seconds."""
        self._sleep(min(max(self._pause, at_least), at_most))
        self._pause = min(2 * self._pause, self._slowest)

    def request(self) -> None:
        """Wait until one more request may be sent, and count it."""
        self._sleep(self._bucket.take())
