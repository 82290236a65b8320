"""A call in a thread of its own, which never delays the end of the program."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def begun(call: Callable[[], T]) -> Future[T]:
    """Start a call that may never end, and return the future of its result."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # any error is the waiting thread's
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future
