"""SIGTERM and SIGHUP end a command as Ctrl-C does: what it has begun is undone, or told."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_AGAIN_SECONDS = 0.01


class Stopped(KeyboardInterrupt):
    """One of the two came. Python itself may end a process that met KeyboardInterrupt by SIGINT."""


@contextmanager
def as_ctrl_c() -> Iterator[list[int]]:
    """Raise Stopped in the block when one of the two comes; yield its number.

    Those that follow are ignored, and so are those that were ignored before, as `nohup` wants.
    After the block all three simply end the process: nothing is left to be undone.
    """
    came: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        if not came:
            came.append(number)
            raise Stopped

    def stop_after_all(*_: object) -> None:
        raise Stopped if came else KeyboardInterrupt

    def swallowed(unraisable: sys.UnraisableHookArgs) -> None:
        """Try again where it was raised in a callback, for Python can only print it there."""
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        else:
            sys.__unraisablehook__(unraisable)

    if sys.platform == "win32":  # it has neither
        yield came
        return
    heard = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) != signal.SIG_IGN]
    for number in heard:
        signal.signal(number, stop)
    signal.signal(signal.SIGALRM, stop_after_all)
    sys.unraisablehook = swallowed
    try:
        yield came
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
            heard.append(signal.SIGINT)
        for number in heard:
            signal.signal(number, signal.SIG_DFL)
