"""Polls the platform at a suitable pace, until the time is up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

from scalingo_cli.errors import TryAgain
from scalingo_cli.polling.pace import SOONEST_SECONDS, Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scalingo_cli.session import Session

Answer = TypeVar("Answer")

LONGEST_WAIT_SECONDS = 3600.0  # no limit is documented, and nothing should wait forever
MOST_FAILURES = 5  # times in a row that the platform may fail to respond
SHORTEST_LOOK_SECONDS = 2.0  # also just before the deadline


class Poller:
    """Polls. `pace` counts the requests, and determines when to look again.

    Args:
        pace: Determines how often to look, in which time.
        say: Called with a message for the user if the platform does not respond.
        timeout_seconds: When to give up; None is LONGEST_WAIT_SECONDS.
        failures: How many times in a row the platform may fail to respond.
        endless: Whether to retry forever once the platform has responded, with a single message.
    """

    def __init__(
        self,
        pace: Pace,
        say: Callable[[str], object],
        timeout_seconds: float | None = None,
        *,
        failures: int = MOST_FAILURES,
        endless: bool = False,
    ) -> None:
        self.timeout_seconds = timeout_seconds or LONGEST_WAIT_SECONDS
        self.pace = pace
        self._say = say
        self._most_failures: float = failures
        self._endless = endless
        lasts = self.timeout_seconds == math.inf
        self._again = "Retrying until Ctrl-C." if lasts else "Retrying."

    @classmethod
    def of(
        cls,
        session: Session,
        timeout_seconds: float | None = None,
        *,
        soonest_seconds: float = SOONEST_SECONDS,
        failures: int = MOST_FAILURES,
        endless: bool = False,
    ) -> Poller:
        """Return one that pauses in the time of a session, and reports on its console.

        Args:
            session: The session.
            timeout_seconds: As above, as are `failures` and `endless`.
            soonest_seconds: The shortest pause between two looks.
            failures: See above.
            endless: See above.

        Returns:
            The poller.
        """
        pace = Pace(session.clock, soonest_seconds)
        say = session.console.progress
        return cls(pace, say, timeout_seconds, failures=failures, endless=endless)

    def answers(self, look: Callable[[float], Answer]) -> Iterator[Answer]:
        """Yield what `look` returns, repeatedly, with one last look when the time is up.

        The argument of `look` is how many seconds its requests may take. Raises TryAgain if the
        platform fails to respond too many times in a row.
        """
        deadline = self.pace.now() + self.timeout_seconds
        failures = 0
        while True:
            pause = 0
            try:
                answer = look(max(deadline - self.pace.now(), SHORTEST_LOOK_SECONDS))
            except TryAgain as error:
                failures += 1
                if failures >= self._most_failures:
                    raise
                if failures == 1 or not self._endless:
                    self._say(f"{error.message} {self._again}")
                if failures == 1:
                    self.pace.hurry()
                pause = error.retry_after or 0
            else:
                failures = 0
                if self._endless:
                    self._most_failures = math.inf
                yield answer
            left = deadline - self.pace.now()
            if left <= 0:
                return
            self.pace.wait(pause, at_most=left)
