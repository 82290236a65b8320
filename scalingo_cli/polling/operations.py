"""The platform's operations, such as a scale or a restart, waited for until they end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.errors import Failed, TryAgain
from scalingo_cli.polling.follow import Step, Task, follow, status_of
from scalingo_cli.polling.poller import Poller

if TYPE_CHECKING:
    from scalingo_cli.api.document import Document
    from scalingo_cli.console.console import Console
    from scalingo_cli.session import App

IN_PROGRESS = {"pending", "running"}


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

    Raises TryAgain with how to wait for the operation if the platform has no answer.
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
    timeout_seconds: float | None = None,
    *,
    quiet: bool = False,
) -> Document:
    """Return the operation's document once it is done.

    Each new status goes to stderr, unless `quiet`. Raises Failed if it ends in anything but done,
    and the rest as `follow` does.
    """
    poller = Poller(console.progress, timeout_seconds)

    def look(within: float) -> Step:
        poller.pace.request()
        document = app.api.get("apps", app.name, "operations", operation_id, within=within)
        return Step(status_of(document, "operation"), (), document)

    task = Task("operation", IN_PROGRESS, look, resumption(app, operation_id))
    document = follow(task, poller, console, quiet=quiet)
    operation = document["operation"]
    if operation.get("status") != "done":
        reason = str(operation.get("error") or "no reason given").rstrip(".")
        raise Failed(f"The operation ended in {operation.get('status')}: {reason}.")
    return document
