"""Follow an asynchronous operation of an app to its end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from scalingo_cli.errors import Failed, TimedOut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.api import Document
    from scalingo_cli.session import Session


def id_of(location: str) -> str:
    """Return the operation's id: the last path segment of the `Location` that named it.

    The URL itself is not followed: the documents show it with http://.
    """
    return location.rstrip("/").rpartition("/")[2]


def wait(session: Session, operation_id: str, timeout: float | None = None) -> Document:
    """Return the operation's document once it is done, telling its progress on stderr.

    `timeout` is in seconds. Raises Failed when it ends in error and TimedOut when it has not
    ended in time; in both cases, and on Ctrl-C, the way on is told.
    """
    resume = f"scalingo operations wait {operation_id} --app {session.app}"
    told = ""
    try:
        for _ in paced(timeout):
            document = session.api.get("apps", session.app, "operations", operation_id)
            operation = document["operation"]
            status = str(operation.get("status"))
            if status != told:
                session.say(f"{operation.get('type') or 'operation'}: {status}")
                told = status
            if status == "done":
                return document
            if status == "error":
                raise Failed(f"The operation ended in error: {_reason(operation)}.")
    except KeyboardInterrupt:
        session.say(f"\nThe operation goes on. To wait for it again: {resume}")
        raise
    raise TimedOut(
        f"The operation is still {told} after {timeout:g} seconds; it goes on.",
        f"Wait for it again: {resume}",
    )


def _reason(operation: dict[str, Any]) -> str:
    return str(operation.get("error") or "no reason given").rstrip(".")


def paced(timeout: float | None = None) -> Iterator[None]:
    """Yield at once, then after growing pauses that stay under 60 requests a minute.

    Ends when `timeout` seconds have gone, after one last try at that moment.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    pause = 0.25
    yield
    while True:
        left = pause if deadline is None else deadline - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(pause, left))
        yield
        pause = min(pause * 2, 2.0)
