"""Waiting for what goes on in a database, such as a backup or an operation."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from scalingo_cli.console.view import at
from scalingo_cli.errors import Failed, NextStep
from scalingo_cli.polling.follow import Step, Task, follow
from scalingo_cli.polling.poller import Poller

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from scalingo_cli.api.document import Document
    from scalingo_cli.api.messages import Answer
    from scalingo_cli.database import Database
    from scalingo_cli.session import Session

BACKING_UP = {"pending", "running", "scheduled"}  # statuses of a backup in progress
OPERATING = {"cancelling", "pending", "running"}  # of an operation
CHANGING = {"creating", "migrating", "pending", "provisioning", "updating", "upgrading"}
DONE = {"done", "finished"}


def wait(
    name: str,
    look: Callable[[float], Document],
    status: Callable[[Document], str],
    *,
    in_progress: Collection[str],
    session: Session,
    timeout_seconds: float | None,
    resume: NextStep,
) -> Document:
    """Wait until something in progress has ended.

    Args:
        name: What it is called, such as "backup".
        look: Returns its document; the argument is how many seconds the request may take.
        status: Returns its status in a document.
        in_progress: The statuses that are not final.
        session: Where each new status is reported, with a spinner at a terminal.
        timeout_seconds: When to give up; None is LONGEST_WAIT_SECONDS.
        resume: How to follow it again.

    Returns:
        The last document.

    Raises:
        TimedOut, Interrupted, TryAgain, NotAllowed: As `follow` does.
    """
    poller = Poller.of(session, timeout_seconds)

    def step(within: float) -> Step:
        poller.pace.request()
        document = look(within)
        return Step(status(document), (), document)

    with session.console.spinner(f"Waiting for the {name}") as say:
        return follow(Task(name, in_progress, step, resume), poller, session.console, say)


def backup(
    database: Database, backup_id: str, session: Session, timeout_seconds: float | None
) -> Document:
    """Wait until a backup is done; it has no operation, but a status of its own.

    Args:
        database: The database.
        backup_id: The ID of the backup.
        session: Where each new status is reported.
        timeout_seconds: When to give up; None is LONGEST_WAIT_SECONDS.

    Returns:
        The last document of the backup.

    Raises:
        Failed: The backup failed. Otherwise raises as `wait` does.
    """
    document = wait(
        "backup",
        lambda within: database.get("backups", backup_id, within_seconds=within),
        lambda document: str(document["database_backup"].get("status")),
        in_progress=BACKING_UP,
        session=session,
        timeout_seconds=timeout_seconds,
        resume=NextStep("To look at it", database.line(f"backups show {quote(backup_id)}")),
    )
    ended = document["database_backup"].get("status")
    if ended not in DONE:
        raise Failed(
            f"The backup {backup_id} of {database.name} ended with status {ended}.",
            NextStep("Try again", database.line("backups create")),
        )
    return document


def operation(
    database: Database, operation_id: str, session: Session, timeout_seconds: float | None
) -> Document:
    """Wait until an operation on a database is finished.

    Args:
        database: The database.
        operation_id: The ID of the operation.
        session: Where each new status is reported.
        timeout_seconds: When to give up; None is LONGEST_WAIT_SECONDS.

    Returns:
        The last document of the operation.

    Raises:
        Failed: It ended with a different status. Otherwise raises as `wait` does.
    """
    document = wait(
        "operation",
        lambda within: database.get("operations", operation_id, within_seconds=within),
        lambda document: str(at(document, "operation.status")),
        in_progress=OPERATING,
        session=session,
        timeout_seconds=timeout_seconds,
        resume=NextStep("To look at the database", database.line("databases show")),
    )
    ended = at(document, "operation.status")
    if ended not in DONE:
        reason = str(at(document, "operation.error") or "no reason given").rstrip(".")
        raise Failed(f"The operation on {database.name} ended with status {ended}: {reason}.")
    return document


def settled(
    database: Database, answer: Answer, session: Session, timeout_seconds: float | None
) -> Document:
    """Wait until a database has done what it was asked to do.

    The database itself is looked at if the response names no operation.

    Args:
        database: The database.
        answer: The response to the request.
        session: Where each new status is reported.
        timeout_seconds: When to give up; None is LONGEST_WAIT_SECONDS.

    Returns:
        The last document.

    Raises:
        Failed: The operation failed, or the database does not run. Otherwise raises as `wait` does.
    """
    if operation_id := _operation_of(answer):
        return operation(database, operation_id, session, timeout_seconds)

    def status(document: Document) -> str:
        is_busy = at(document, "database.current_operation_id")
        return "updating" if is_busy else str(at(document, "database.status"))

    document = wait(
        "database",
        lambda within: database.get(within_seconds=within),
        status,
        in_progress=CHANGING,
        session=session,
        timeout_seconds=timeout_seconds,
        resume=NextStep("To look at it", database.line("databases show")),
    )
    if status(document) != "running":
        raise Failed(f"{database.name} is {status(document)}.")
    return document


def _operation_of(answer: Answer) -> str | None:
    """Return the ID of the operation that a response names, or None.

    It is in `operation`, in `operation_id`, or at the end of the `Location`.
    """
    from scalingo_cli.polling.operations import id_of

    document = answer.document
    named = at(document, "operation.id") or document.get("operation_id")
    if isinstance(named, str) and named:
        return named
    return id_of(answer.location) if answer.location else None
