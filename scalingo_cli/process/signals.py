"""Ctrl-C, SIGTERM and SIGHUP end a command alike: unfinished work is undone, or reported."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_AGAIN_SECONDS = 0.01
_DELAYS = 100  # at most


class Stopped(KeyboardInterrupt):
    """SIGTERM or SIGHUP arrived. After a plain KeyboardInterrupt, Python may end with SIGINT."""


@contextmanager
def as_ctrl_c() -> Iterator[list[int]]:
    """Raise KeyboardInterrupt in the block on Ctrl-C, Stopped on the others; yield their number.

    Further signals are ignored, and so are those that were ignored before, as `nohup` requires.
    After the block, all three simply end the process: nothing is left to be undone.
    """
    came: list[int] = []
    delays = 0

    def stop(number: int, frame: FrameType | None) -> None:
        if number != signal.SIGINT:
            if came:
                return
            came.append(number)
        stop_now(number, frame)

    def stop_now(_: int, frame: FrameType | None) -> None:
        nonlocal delays
        if _is_finalizing(frame) and delays < _DELAYS:
            delays += 1
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
            return
        delays = 0
        raise Stopped if came else KeyboardInterrupt

    def swallowed(unraisable: sys.UnraisableHookArgs) -> None:
        """Raise it again later if it was raised in a callback, where Python can only print it."""
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        else:
            sys.__unraisablehook__(unraisable)

    every = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heard = [number for number in every if signal.getsignal(number) != signal.SIG_IGN]
    for number in heard:
        signal.signal(number, stop)
    signal.signal(signal.SIGALRM, stop_now)
    sys.unraisablehook = swallowed
    try:
        yield came
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number in heard:
            signal.signal(number, signal.SIG_DFL)


def _is_finalizing(frame: FrameType | None) -> bool:
    """Return whether a stream or a connection is just being closed.

    Python closes unused ones at any moment, and silently drops what is raised there.
    """
    while frame:
        if frame.f_code.co_name in {"close", "closed", "__del__"}:
            return True
        frame = frame.f_back
    return False
