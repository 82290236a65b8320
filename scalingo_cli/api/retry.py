"""When a request that had no answer is sent again, and when it is given up."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from scalingo_cli.errors import TryAgain

if TYPE_CHECKING:
    from scalingo_cli.errors import ScalingoError

MOST = 4  # times that a request is sent again
REPEATABLE = {"GET", "HEAD", "PUT", "DELETE"}  # sent twice, they do what they do once
PASSING = {None, 429, 502, 503, 504}  # what may be otherwise a moment later; None: no answer
_PAUSE = 0.5  # seconds before the second try; each further pause is twice as long
_PAUSE_WHEN_BUSY = 4.0  # likewise after a 429: together longer than the minute that is counted


class Retries:
    """The tries at one request of this method, `seconds` for all of them together."""

    def __init__(self, method: str, seconds: float) -> None:
        self.count = 0
        self._method = method
        self._deadline = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """How many seconds are left for the request."""
        return self._deadline - time.monotonic()

    def pause_after(self, error: ScalingoError) -> float | None:
        """Return the seconds to wait before the next try, None where there should be none.

        What surely did not arrive may be sent again whatever it changes; what may have arrived,
        only if sending it twice does no more than sending it once. The platform's own
        `Retry-After` goes before our pauses; one that is longer than the time left is an end.
        """
        if not isinstance(error, TryAgain) or error.lasts or self.count >= MOST:
            return None
        arrived = error.status != 429 and not error.unsent
        if error.status not in PASSING or (arrived and self._method not in REPEATABLE):
            return None
        if error.retry_after is None:
            first = _PAUSE_WHEN_BUSY if error.status == 429 else _PAUSE
            # Not all clients at the same moment, and no less than a minute in all after a 429.
            pause = first * 2**self.count * random.uniform(1, 1.5)  # noqa: S311 - no secret
        else:
            pause = float(error.retry_after)
        self.count += 1
        return pause if pause < self.left else None
