"""`scalingo restart`: restart containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import operation
from scalingo_cli.commands.operations import OPERATION
from scalingo_cli.errors import Failed
from scalingo_cli.options import Command, waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.session import Session


@click.command(
    cls=Command,
    changes=True,
    takes_app=True,
    examples=["scalingo restart --wait", "scalingo restart web worker-1"],
)
@click.argument("scope", nargs=-1, metavar="[TYPE|CONTAINER]...")
@waiting
@click.pass_obj
def restart(session: Session, scope: Sequence[str], wait: bool, timeout: float | None) -> None:
    """Restart containers: those named, by type or one by one, or all of them."""
    body = {"scope": list(scope)} if scope else {}
    answer = session.api.send("POST", "apps", session.app, "restart", json=body)
    if answer.location is None:
        raise Failed(f"The platform did not tell which operation restarts {session.app}.")
    operation_id = operation.id_of(answer.location)
    if wait:
        session.show(operation.wait(session, operation_id, timeout), OPERATION)
        return
    session.show(session.api.get("apps", session.app, "operations", operation_id), OPERATION)
    session.say(f"Restarting. To wait for its end: scalingo operations wait {operation_id}")
