"""The time that pauses are measured in, as a value: a test can hand in a time of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock(NamedTuple):
    """A clock in seconds, and a call that waits for so many of them."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
