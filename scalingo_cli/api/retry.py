"""When a failed request is retried, and when it is given up."""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scalingo_cli.errors import TryAgain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scalingo_cli.errors import ScalingoError

MOST_TRIES = 5
REPEATABLE = {"GET", "HEAD", "PUT", "DELETE"}  # sent twice, they have the same effect as once
PASSING = {None, 429, 502, 503, 504}  # may be gone a moment later; None: no response
_PAUSE_SECONDS = 0.5  # before the second attempt; each further pause is twice as long
_PAUSE_SECONDS_WHEN_BUSY = 4.0  # likewise after a 429: more than a minute in all


class Budget:
    """How often one command may retry: shared by its requests, earned back by success.

    Requests that are made at the same time do not take retries from one another: it grows with the
    largest number of them.
    """

    def __init__(self) -> None:
        self._spent = 0
        self._at_once = 0
        self._most_at_once = 1
        self._lock = threading.Lock()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Count the block as one request."""
        with self._lock:
            self._at_once += 1
            self._most_at_once = max(self._most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def spend(self) -> bool:
        """Take one retry out of the budget, if there is one."""
        with self._lock:
            if self._spent >= (MOST_TRIES - 1) * self._most_at_once:
                return False
            self._spent += 1
            return True

    def earn(self) -> None:
        """Put one retry back."""
        with self._lock:
            self._spent = max(self._spent - 1, 0)


class Retries:
    """The attempts at one request, its sign-in included.

    Args:
        budget: The retries that the command has left.
        repeatable: Whether the request has the same effect if it arrives twice.
        deadline_seconds: How long all attempts may take together.
        longest_pause_seconds: How long to wait before an attempt at most.
        now: Returns the time in seconds; by default, the machine's.
    """

    def __init__(
        self,
        budget: Budget,
        *,
        repeatable: bool,
        deadline_seconds: float,
        longest_pause_seconds: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tries = 1
        self.most = MOST_TRIES
        self._budget = budget
        self._repeatable = repeatable
        self._longest_pause_seconds = longest_pause_seconds
        self._now = now
        self._deadline = now() + deadline_seconds

    @property
    def seconds_left(self) -> float:
        """How many seconds are left for the request."""
        return self._deadline - self._now()

    def pause_after(self, error: ScalingoError) -> float | None:
        """Return the seconds to wait before the next attempt, or None if there should be none.

        A request that certainly did not arrive is retried whatever it changes; one that may have
        arrived, only if its effect is the same when it arrives twice. An address that does not
        resolve or refuses the connection gets one quick retry. The platform's own `Retry-After`
        overrides our pauses; if it is longer than the time left, there is no retry.
        """
        if not isinstance(error, TryAgain) or error.lasts:
            return None
        if error.status not in PASSING or (error.may_have_arrived and not self._repeatable):
            return None
        self.most = 2 if error.unreachable else MOST_TRIES
        if self.tries >= self.most:
            return None
        if error.retry_after is None:
            first = _PAUSE_SECONDS_WHEN_BUSY if error.status == 429 else _PAUSE_SECONDS
            # Not all clients at the same moment, and at least a minute in total after a 429.
            pause: float = first * 2 ** (self.tries - 1) * random.uniform(1, 1.5)  # noqa: S311 - no secret
        else:
            pause = float(error.retry_after)
        if pause >= min(self.seconds_left, self._longest_pause_seconds) or not self._budget.spend():
            return None
        self.tries += 1
        return pause

    def succeeded(self) -> None:
        """Record that a response arrived."""
        if self.tries == 1:
            self._budget.earn()
