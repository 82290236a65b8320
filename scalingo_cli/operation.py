"""What goes on on the platform, asked about again and again until it has ended."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scalingo_cli.errors import Failed, Interrupted, TimedOut, TryAgain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from scalingo_cli.api import Document
    from scalingo_cli.session import Session

LONGEST_WAIT = 3600.0  # seconds; the documents name no end, and nothing should wait for ever
PATIENCE = 5  # times in a row that the platform may have no answer


def id_of(location: str) -> str:
    """Return the operation's id: the last path segment of the `Location` that named it.

    The URL itself is not followed: the documents show it with http://.
    """
    return urlsplit(location).path.rstrip("/").rpartition("/")[2]


def resumption(session: Session, operation_id: str) -> str:
    """Return how to wait for the operation again."""
    return f"To wait for its end: scalingo operations wait {operation_id} --app {session.app}"


def wait(session: Session, operation_id: str, timeout: float | None = None) -> Document:
    """Return the operation's document once it is done.

    Raises Failed when it ends in anything but done; tells and raises the rest as `ended` does.
    """
    document = ended(
        session,
        *("apps", session.app, "operations", operation_id),
        root="operation",
        in_progress={"pending", "running"},
        resume=resumption(session, operation_id),
        timeout=timeout,
    )
    operation = document["operation"]
    if operation.get("status") != "done":
        reason = str(operation.get("error") or "no reason given").rstrip(".")
        raise Failed(f"The operation ended in {operation.get('status')}: {reason}.")
    return document


def ended(
    session: Session,
    *parts: str,
    root: str,
    in_progress: Collection[str],
    resume: str,
    timeout: float | None,
) -> Document:
    """Return the document at this path once its status is not `in_progress` any more.

    Tells each new status on stderr. `timeout` is in seconds. Raises TimedOut when the end has
    not come in time, Interrupted on Ctrl-C, and TryAgain when the platform has had no answer
    for long, all with the hint `resume`; Failed where there is no status.
    """
    told = None
    try:
        for document in polled(session, *parts, timeout=timeout):
            status = document[root].get("status")
            if not isinstance(status, str):
                raise Failed(f"The platform does not tell the status of this {root}.")
            if status != told:
                session.tell_progress(f"{document[root].get('type') or root}: {status}")
                told = status
            if status not in in_progress:
                return document
    except KeyboardInterrupt:
        raise Interrupted(f"Interrupted; the {root} goes on.", resume) from None
    except TryAgain as error:
        error.hint = resume
        raise
    seconds = f"{timeout or LONGEST_WAIT:g} seconds"
    if told is None:
        raise TimedOut(f"The platform told nothing of the {root} in {seconds}.", resume)
    raise TimedOut(f"The {root} is still {told} after {seconds}; it goes on.", resume)


def polled(session: Session, *parts: str, timeout: float | None = None) -> Iterator[Document]:
    """Yield the document at this path, at once and then after each of the `pauses`.

    Ends when `timeout` seconds have gone, after one last look at that moment. A platform that
    has no answer is asked again, when it says so; raises TryAgain after PATIENCE times in a row.
    """
    deadline = time.monotonic() + (timeout or LONGEST_WAIT)
    failures = 0
    for pause in pauses():
        try:
            document = session.api.get(*parts, within=max(deadline - time.monotonic(), 2.0))
        except TryAgain as error:
            failures += 1
            if failures == PATIENCE:
                raise
            session.tell_progress(f"{error.message} Asking again.")
            pause = max(pause, error.retry_after or 0)  # noqa: PLW2901 - a longer one
        else:
            failures = 0
            yield document
        left = deadline - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(pause, left))


def pauses() -> Iterator[float]:
    """Yield the seconds between two questions: soon at first, then under 60 times a minute."""
    return itertools.chain([0.25, 0.5, 1.0], itertools.repeat(2.0))
