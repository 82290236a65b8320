"""Ports of this machine that no other program is given meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def reserved(count: int) -> Iterator[int]:
    """The first of `count` ports in a row that are for whoever gets their numbers.

    They are bound, and nobody listens there. Linux gives such a port to none who asks for any,
    but lets a server that reuses addresses, as servers do, listen at it.
    """
    with ExitStack() as row:
        while (first := _bound(row, count)) is None:
            row.close()
        yield first


def _bound(row: ExitStack, count: int) -> int | None:
    first = 0
    try:
        for number in range(count):
            held = row.enter_context(socket.socket())
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", first and first + number))
            first = first or int(held.getsockname()[1])
    except (OSError, OverflowError):  # the next one is taken, or there is none
        return None
    return first
