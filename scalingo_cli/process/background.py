"""Calls in threads of their own, which never delay the end of the program."""

from __future__ import annotations

import signal
import threading
from collections import deque
from concurrent.futures import Future, wait
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
AT_ONCE = 8
# Python handles them in the main thread, which only wakes for a signal of its own.
_HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM, signal.SIGWINCH)


@contextmanager
def signals_for_the_main_thread() -> Iterator[None]:
    """Let threads that are started in the block leave the signals to the main one.

    When a suspended process continues, the system gives a signal that came meanwhile to any of its
    threads, and the main one would go on waiting.
    """
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def started(run: Callable[[], object], name: str | None = None) -> threading.Thread:
    """Start a thread that leaves the signals to the main one, and return it."""
    thread = threading.Thread(target=run, name=name, daemon=True)
    with signals_for_the_main_thread():
        thread.start()
    return thread


@contextmanager
def signals_for_programs() -> Iterator[None]:
    """Block no signal in the programs that are started in the block: they would inherit that."""
    blocked = signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def begun(call: Callable[[], T]) -> Future[T]:
    """Start a call that may never end, and return the future of its result."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # any error is the waiting thread's
            future.set_exception(error)

    started(run, "scalingo")
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
