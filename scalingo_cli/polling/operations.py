"""Waiting for the platform's operations, such as a scale or a restart."""

from __future__ import annotations

from contextlib import contextmanager
from shlex import quote
from typing import TYPE_CHECKING

from scalingo_cli.errors import Failed, NextStep, Rejected, ScalingoError, TryAgain
from scalingo_cli.polling.follow import Step, Task, follow, status_of
from scalingo_cli.polling.poller import Poller
from scalingo_cli.settings import HINT_SECONDS
from scalingo_cli.text.dates import seconds_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.api.document import Document
    from scalingo_cli.session import App, Session

IN_PROGRESS = {"pending", "running"}
BUSY = {"booting", "restarting", "scaling"}  # statuses of an app while an operation goes on


def id_of(location: str) -> str:
    """Return the operation's ID: the last path segment of its `Location`.

    The URL itself is not followed: the documents show it with http://.
    """
    from urllib.parse import urlsplit

    return urlsplit(location).path.rstrip("/").rpartition("/")[2]


def resumption(app: App, operation_id: str) -> NextStep:
    """Return the hint that says how to wait for the operation again."""
    return NextStep("To wait for it", app.line(f"operations wait {quote(operation_id)}"))


def started(app: App, operation_id: str) -> Document:
    """Return the document of an operation in progress.

    Raises TryAgain, with the command that waits for the operation, if there is no response.
    """
    try:
        return app.api.get("apps", app.name, "operations", operation_id)
    except TryAgain as error:
        error.hints = [resumption(app, operation_id)]
        raise


def wait(
    app: App,
    session: Session,
    operation_id: str,
    timeout_seconds: float | None = None,
    *,
    quiet: bool = False,
) -> Document:
    """Wait until an operation is done.

    Args:
        app: The app that it acts on.
        session: Where statuses are reported: on stderr, with a spinner at a terminal.
        operation_id: The ID of the operation.
        timeout_seconds: When to give up; None is LONGEST_WAIT_SECONDS.
        quiet: Whether to report no statuses.

    Returns:
        The operation's last document.

    Raises:
        Failed: It ended with a status other than done. Otherwise raises as `follow` does.
    """
    console = session.console
    poller = Poller.of(session, timeout_seconds)

    def look(within_seconds: float) -> Step:
        poller.pace.request()
        document = app.api.get(
            "apps", app.name, "operations", operation_id, within_seconds=within_seconds
        )
        return Step(status_of(document, "operation"), (), document)

    task = Task("operation", IN_PROGRESS, look, resumption(app, operation_id))
    if quiet:
        document = follow(task, poller, console, lambda _: None)
    else:
        with console.spinner(f"Waiting for the operation on {app.name}") as say:
            document = follow(task, poller, console, say)
    operation = document["operation"]
    if operation.get("status") != "done":
        reason = str(operation.get("error") or "no reason given").rstrip(".")
        raise Failed(f"The operation ended with status {operation.get('status')}: {reason}.")
    return document


def took(document: Document) -> str:
    """Return how long an operation took, such as " in 3 s"; empty if the platform did not say."""
    operation = document["operation"]
    seconds = seconds_between(operation.get("created_at"), operation.get("finished_at"))
    return "" if seconds is None or seconds < 0 else f" in {seconds:.0f} s"


@contextmanager
def starting(app: App) -> Iterator[None]:
    """If the platform rejects an operation in the block, add the app's status to the error."""
    try:
        yield
    except Rejected as error:
        if not error.hints:
            error.advise(_in_progress(app))
            error.is_temporary = bool(error.hints)
        raise


def _in_progress(app: App) -> str | None:
    try:
        status = app.api.get("apps", app.name, within_seconds=HINT_SECONDS)["app"].get("status")
    except ScalingoError:  # the rejection is reported without it
        return None
    if status not in BUSY:
        return None
    return NextStep(f"{app.name} is {status}. Retry when it is not", app.line("apps show"))
