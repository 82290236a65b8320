"""What goes on on the platform, asked about again and again until it has ended."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, TypeVar

from scalingo_cli.errors import Failed, Interrupted, NotAllowed, TimedOut, TryAgain
from scalingo_cli.polling.rate import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from scalingo_cli.api.client import API
    from scalingo_cli.api.document import Document
    from scalingo_cli.console.console import Console
    from scalingo_cli.session import App

Answer = TypeVar("Answer")

LONGEST_WAIT = 3600.0  # seconds; the documents name no end, and nothing should wait for ever
PATIENCE = 5  # times in a row that the platform may have no answer


def id_of(location: str) -> str:
    """Return the operation's id: the last path segment of the `Location` that named it.

    The URL itself is not followed: the documents show it with http://.
    """
    from urllib.parse import urlsplit

    return urlsplit(location).path.rstrip("/").rpartition("/")[2]


def resumption(app: App, operation_id: str) -> str:
    """Return how to wait for the operation again."""
    return f"To wait for its end: {app.line(f'operations wait {operation_id}')}"


def started(app: App, operation_id: str) -> Document:
    """Return the document of an operation that goes on.

    When the platform has no answer, TryAgain tells how to wait for the operation.
    """
    try:
        return app.api.get("apps", app.name, "operations", operation_id)
    except TryAgain as error:
        error.hint = resumption(app, operation_id)
        raise


def wait(
    app: App,
    console: Console,
    operation_id: str,
    timeout: float | None = None,
    *,
    telling: bool = True,
) -> Document:
    """Return the operation's document once it is done, `telling` its progress.

    Raises Failed when it ends in anything but done; tells and raises the rest as `ended` does.
    """
    document = ended(
        app.api,
        console,
        *("apps", app.name, "operations", operation_id),
        root="operation",
        in_progress={"pending", "running"},
        resume=resumption(app, operation_id),
        timeout=timeout,
        telling=telling,
    )
    operation = document["operation"]
    if operation.get("status") != "done":
        reason = str(operation.get("error") or "no reason given").rstrip(".")
        raise Failed(f"The operation ended in {operation.get('status')}: {reason}.")
    return document


def ended(
    api: API,
    console: Console,
    *parts: str,
    root: str,
    in_progress: Collection[str],
    resume: str,
    timeout: float | None,
    telling: bool = True,
) -> Document:
    """Return the document at this path once its status is not `in_progress` any more.

    Tells and raises as `followed` does, but gives up when the platform has no answer for long.
    """
    pace = Pace()

    def look(within: float) -> Document:
        pace.request()
        return api.get(*parts, within=within)

    looks = polled(console, look, pace, timeout)
    *_, last = followed(console, looks, root, in_progress, resume, timeout, telling=telling)
    return last


def followed(
    console: Console,
    documents: Iterable[Document],
    root: str,
    in_progress: Collection[str],
    resume: str,
    timeout: float | None,
    *,
    telling: bool = True,
) -> Iterator[Document]:
    """Yield the documents up to the one whose status is not `in_progress` any more.

    When `telling`, tells each new status on stderr, the last one when its document has been
    dealt with.
    `timeout` is that of the documents, in seconds. Raises TimedOut when they end before it does,
    Interrupted on Ctrl-C, and TryAgain when the platform has no answer, all with the hint
    `resume`; Failed where there is no status.
    """
    told = None
    tell = console.progress if telling else _say_nothing
    try:
        for document in documents:
            status = document[root].get("status")
            if not isinstance(status, str):
                raise Failed(f"The platform does not tell the status of this {root}.")
            news = f"{document[root].get('type') or root}: {status}"
            if status not in in_progress:
                yield document
                tell(news)
                return
            if status != told:
                tell(news)
                told = status
            yield document
    except KeyboardInterrupt:
        raise Interrupted(f"Interrupted; the {root} goes on.", resume) from None
    except TryAgain as error:
        error.hint = resume
        raise
    except NotAllowed as error:
        error.hint = f"{error.hint or ''} {resume}".strip()
        raise
    seconds = f"{timeout or LONGEST_WAIT:g} seconds"
    if told is None:
        raise TimedOut(f"The platform told nothing of the {root} in {seconds}.", resume)
    raise TimedOut(f"The {root} is still {told} after {seconds}; it goes on.", resume)


def _say_nothing(_: str) -> None:
    pass


def polled(
    console: Console,
    look: Callable[[float], Answer],
    pace: Pace,
    timeout: float | None = None,
    *,
    lasting: bool = False,
) -> Iterator[Answer]:
    """Yield what `look` returns, at once and then at a pace.

    `look` is given the seconds in which its requests should be answered. Ends when `timeout`
    seconds have gone, after one last look at that moment. A platform that has no answer is asked
    again, when it says so; raises TryAgain after PATIENCE times in a row. Once it has answered,
    `lasting` takes any number of them, and tells of the first one only.
    """
    deadline = time.monotonic() + (timeout or LONGEST_WAIT)
    failures = 0
    patience: float = PATIENCE
    while True:
        at_least = 0
        try:
            answer = look(max(deadline - time.monotonic(), 2.0))
        except TryAgain as error:
            failures += 1
            if failures >= patience:
                raise
            if failures == 1 or not lasting:
                console.progress(f"{error.message} Asking again.")
            if failures == 1:
                pace.hurry()
            at_least = error.retry_after or 0
        else:
            failures = 0
            if lasting:
                patience = math.inf
            yield answer
        left = deadline - time.monotonic()
        if left <= 0:
            return
        pace.wait(at_least, at_most=left)
