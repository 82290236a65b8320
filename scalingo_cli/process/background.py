"""Calls in threads of their own, which never delay the end of the program."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future, wait
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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


def in_turn(calls: Iterable[Callable[[], T]], at_once: int = AT_ONCE) -> Iterator[Future[T]]:
    """Yield the ended future of each call, in their order, while the next ones are being made.

    Args:
        calls: The calls.
        at_once: How many are made at the same time at most.
    """
    left = iter(calls)
    under_way = deque(map(begun, islice(left, at_once)))
    while under_way:
        future = under_way.popleft()
        wait([future])
        yield future
        under_way.extend(map(begun, islice(left, 1)))


def together(*calls: Callable[[], Any]) -> tuple[Any, ...]:
    """Return what each call returns, all of them being made at the same time.

    At most AT_ONCE are. If some fail, raises the error of the first of these, once all have ended:
    whether a call that is left alone still logs, retries or counts as a request would depend on
    speed.
    """
    futures = list(in_turn(calls))
    return tuple(future.result() for future in futures)
