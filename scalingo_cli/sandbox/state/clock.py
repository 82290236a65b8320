"""The sandbox's own clock: it starts at a given time, runs, and can be advanced."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

_SUMMER = timezone(timedelta(hours=2))


class Clock:
    """The clock of one sandbox, which starts at `start`, by default at the real time."""

    def __init__(self, start: datetime | None = None) -> None:
        self._fixed = start is not None
        moment = start or datetime.now(UTC)
        self.start = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        self._began = time.monotonic()
        self._pushed = 0.0
        self._stopped: float | None = None

    def now(self) -> datetime:
        """Return the sandbox's current time."""
        present = time.monotonic() if self._stopped is None else self._stopped
        return self.start + timedelta(seconds=present - self._began + self._pushed)

    def stop(self) -> None:
        """Stop running until the next reset; it can still be advanced."""
        self._stopped = time.monotonic()

    def advance(self, seconds: float) -> None:
        """Move the current time forward by `seconds`."""
        self._pushed += seconds

    def reset(self) -> None:
        """Undo all advances, and run; with a fixed start, begin there again."""
        self._pushed = 0.0
        self._stopped = None
        if self._fixed:
            self._began = time.monotonic()


def stamp(moment: datetime) -> str:
    """Return `moment` as most of the platform formats it: milliseconds and an offset."""
    return moment.astimezone(_SUMMER).isoformat(timespec="milliseconds")


def stamp_utc(moment: datetime) -> str:
    """Return `moment` as the platform formats it for deployments: milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
