"""Looks at what changes on the platform, at a pace, until time is up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

from scalingo_cli.errors import TryAgain
from scalingo_cli.polling.rate import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = TypeVar("Answer")

LONGEST_WAIT_SECONDS = 3600.0  # the documents name no end, and nothing should wait for ever
PATIENCE = 5  # times in a row that the platform may have no answer
SHORTEST_LOOK_SECONDS = 2.0  # also just before the deadline


class Poller:
    """Looks again and again. `pace` counts the requests, and says when to look again.

    Args:
        say: Called with what the user should know while the platform has no answer.
        timeout_seconds: When to give up; None is LONGEST_WAIT_SECONDS.
        patience: How many times in a row the platform may have no answer.
        endless: Once the platform has answered, wait for it however often it has no answer, and
            say so the first time only.
        pace: By whose clock, and how often, to look.
    """

    def __init__(
        self,
        say: Callable[[str], object],
        timeout_seconds: float | None = None,
        *,
        patience: int = PATIENCE,
        endless: bool = False,
        pace: Pace | None = None,
    ) -> None:
        self.timeout_seconds = timeout_seconds or LONGEST_WAIT_SECONDS
        self.pace = pace or Pace()
        self._say = say
        self._patience: float = patience
        self._endless = endless
        lasts = self.timeout_seconds == math.inf
        self._again = "Retrying until Ctrl-C." if lasts else "Retrying."

    def answers(self, look: Callable[[float], Answer]) -> Iterator[Answer]:
        """Yield what `look` returns, now and then again, until one last look when time is up.

        `look` is given the seconds in which its requests should be answered. Raises TryAgain if
        the platform has no answer for longer than `patience`.
        """
        deadline = self.pace.now() + self.timeout_seconds
        failures = 0
        while True:
            pause = 0
            try:
                answer = look(max(deadline - self.pace.now(), SHORTEST_LOOK_SECONDS))
            except TryAgain as error:
                failures += 1
                if failures >= self._patience:
                    raise
                if failures == 1 or not self._endless:
                    self._say(f"{error.message} {self._again}")
                if failures == 1:
                    self.pace.hurry()
                pause = error.retry_after or 0
            else:
                failures = 0
                if self._endless:
                    self._patience = math.inf
                yield answer
            left = deadline - self.pace.now()
            if left <= 0:
                return
            self.pace.wait(pause, at_most=left)
