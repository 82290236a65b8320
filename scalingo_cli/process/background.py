"""Calls in threads of their own, which never delay the end of the program."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
AT_ONCE = 8


def begun(call: Callable[[], T]) -> Future[T]:
    """Start a call that may never end, and return the future of its result."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # any error is the waiting thread's
            future.set_exception(error)

    threading.Thread(target=run, name="scalingo", daemon=True).start()
    return future


def together(*calls: Callable[[], Any]) -> tuple[Any, ...]:
    """Return what each call returns, all of them being made at the same time.

    At most AT_ONCE are. If some fail, raises the error of the first of these, once all have ended.
    """
    results: list[Any] = []
    for start in range(0, len(calls), AT_ONCE):
        futures = [begun(call) for call in calls[start : start + AT_ONCE]]
        wait(futures)
        results += [future.result() for future in futures]
    return tuple(results)
