"""Tasks of the platform, followed to their end: their status, and their output as it grows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli.console.view import at
from scalingo_cli.errors import (
    Failed,
    Interrupted,
    NextStep,
    NotAllowed,
    NotFound,
    ScalingoError,
    TimedOut,
    TryAgain,
)
from scalingo_cli.polling.poller import Poller

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from scalingo_cli.api.client import API
    from scalingo_cli.api.document import Document
    from scalingo_cli.api.messages import Answer
    from scalingo_cli.api.pagination import Keep
    from scalingo_cli.api.services import Service
    from scalingo_cli.console.console import Console
    from scalingo_cli.session import App, Session

PARTIAL_CONTENT, RANGE_NOT_SATISFIABLE = 206, 416
PAGE = 30  # records, the platform's default


class Step(NamedTuple):
    """What one look found: the status, the output since the last look, and the document."""

    status: str
    output: Sequence[bytes]
    document: Document


class Task(NamedTuple):
    """Something in progress on the platform, such as a deployment.

    Args:
        name: What it is called, such as "deployment".
        in_progress: The statuses that are not final.
        look: Returns the next step; its argument is how many seconds its requests may take.
        resume: How to follow it again.
    """

    name: str
    in_progress: Collection[str]
    look: Callable[[float], Step]
    resume: NextStep


def status_of(document: Document, root: str) -> str:
    """Return the status in a document. Raises Failed if there is none."""
    status = document[root].get("status")
    if not isinstance(status, str):
        raise Failed(f"The platform did not send the status of this {root}.")
    return status


def follow(task: Task, poller: Poller, console: Console, say: Callable[[str], object]) -> Document:
    """Follow a task to its end.

    Args:
        task: The task.
        poller: Looks at it repeatedly.
        console: Writes its output to stdout.
        say: Called with each new status.

    Returns:
        The last document.

    Raises:
        TimedOut: The poller gave up before the end.
        Interrupted: The user pressed Ctrl-C.
        TryAgain, NotAllowed: The platform did not respond, or refused to.
    """
    status = ""
    try:
        for step in poller.answers(task.look):
            ended = step.status not in task.in_progress
            is_new, status = step.status != status, step.status
            if is_new and not ended:
                say(f"{_kind(step, task)}: {status}")
            console.pass_on(step.output)
            if ended:
                say(f"{_kind(step, task)}: {status}")
                console.keep_facts(step.document)
                return step.document
    except KeyboardInterrupt:
        raise Interrupted(f"Interrupted; the {task.name} continues.", task.resume) from None
    except TryAgain as error:
        error.hints = [task.resume]
        raise
    except NotAllowed as error:
        error.advise(task.resume)
        raise
    seconds = f"{poller.timeout_seconds:g} seconds"
    if not status:
        raise TimedOut(f"The platform sent no status of the {task.name} in {seconds}.", task.resume)
    raise TimedOut(f"The {task.name} is still {status} after {seconds}; it continues.", task.resume)


def _kind(step: Step, task: Task) -> str:
    """Return the type of an operation, such as "scale"; a deployment's is how it was started."""
    kind = at(step.document, "operation.type")
    return kind if isinstance(kind, str) and kind else task.name


class Output:
    """A text that grows on the platform, of which each byte is returned once.

    Only the new part is requested (with HTTP's Range). It is not documented whether the platform
    supports that: a server that does not sends the whole text, which works as well. There is also
    a WebSocket, but it starts in the middle: earlier output would have to be read anyway.
    """

    def __init__(self) -> None:
        self._length = 0

    def new(self, api: API, link: Service, within_seconds: float) -> list[bytes]:
        """Return what is new at `link` since the last call; a missing text is empty.

        Raises as `API.stream` does, and the next call then starts from the same place.
        """
        given = {"Range": f"bytes={self._length}-", "Accept-Encoding": "identity"}
        new = []
        try:
            with api.stream(
                "GET",
                service=link,
                within_seconds=within_seconds,
                headers=given if self._length else {},
            ) as answer:
                position = _start_of(answer)
                for chunk in answer.chunks:
                    if more := chunk[max(self._length - position, 0) :]:
                        new.append(more)
                    position += len(chunk)
        except NotFound:
            return []
        except ScalingoError as error:
            if error.status == RANGE_NOT_SATISFIABLE:  # there is nothing new yet
                return []
            raise
        self._length = max(self._length, position)
        return new


def _start_of(answer: Answer) -> int:
    """Return where in the text a response begins: 0 unless it is partial (206)."""
    if answer.status != PARTIAL_CONTENT:
        return 0
    unit, _, rest = answer.headers.get("Content-Range", "").partition(" ")
    start = rest.partition("-")[0]
    if unit != "bytes" or not start.isdecimal():
        raise Failed("The platform sent a part of the output, and not which part it is.")
    return int(start[:18])


def news(
    app: App, session: Session, *parts: str, root: str, latest: int = 0, keep: Keep | None = None
) -> Iterator[Document]:
    """Yield the latest records of a collection, oldest first, and then each new one as it arrives.

    This never ends. Raises the platform's refusals, and TryAgain if it never responded.

    Args:
        app: Whose API to ask.
        session: Reports interruptions.
        parts: The path of the collection.
        root: The key of the records in a document.
        latest: How many existing records to begin with.
        keep: Selects records.

    Returns:
        The records.
    """
    from scalingo_cli.api import pagination

    seen: set[object] = set()
    following = False
    poller = Poller.of(session, math.inf, endless=True)

    def get(page: int, within_seconds: float) -> Document:
        poller.pace.request()
        size = PAGE if following or not latest else pagination.LARGE_PAGE
        params = {"page": page, "per_page": size}
        return app.api.get(*parts, params=params, within_seconds=within_seconds)

    def look(within_seconds: float) -> list[Document]:
        found: list[Document] = []
        now_seen: set[object] = set()
        for page in pagination.walk(root, lambda number: get(number, within_seconds)):
            new = [record for record in page.documents if record.get("id") not in seen]
            now_seen.update(record.get("id") for record in new)
            found += filter(keep, new) if keep else new
            if len(new) < len(page.records) if following else len(found) >= latest:
                break
        seen.update(now_seen)
        if now_seen:
            poller.pace.hurry()
        return (found if following else found[:latest])[::-1]

    for records in poller.answers(look):
        yield from records
        if not following:
            following = True
            session.console.progress(f"Following {app.name}. Press Ctrl-C to stop.")
