"""The sandbox's own time: it starts where it is told, flows, and can be pushed forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

_SUMMER = timezone(timedelta(hours=2))


class Clock:
    """Time for one sandbox; `start` fixes its first moment, otherwise it is the real time."""

    def __init__(self, start: datetime | None = None) -> None:
        self._fixed = start is not None
        moment = start or datetime.now(UTC)
        self.start = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        self._began = time.monotonic()
        self._pushed = 0.0
        self._stopped: float | None = None

    def now(self) -> datetime:
        """Return the present moment of the sandbox."""
        present = time.monotonic() if self._stopped is None else self._stopped
        return self.start + timedelta(seconds=present - self._began + self._pushed)

    def stop(self) -> None:
        """Stand still from now on, but for what it is pushed forward, until it is reset."""
        self._stopped = time.monotonic()

    def advance(self, seconds: float) -> None:
        """Push the present `seconds` forward."""
        self._pushed += seconds

    def reset(self) -> None:
        """Forget what was pushed, and flow; a fixed start is started again."""
        self._pushed = 0.0
        self._stopped = None
        if self._fixed:
            self._began = time.monotonic()


def stamp(moment: datetime) -> str:
    """Return `moment` as most of the platform writes it: milliseconds and an offset."""
    return moment.astimezone(_SUMMER).isoformat(timespec="milliseconds")


def stamp_utc(moment: datetime) -> str:
    """Return `moment` as the platform writes it about deployments: milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
