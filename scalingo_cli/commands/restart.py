"""`scalingo restart`: restart containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import waiting
from scalingo_cli.cli.types import Word
from scalingo_cli.commands.operations import OPERATION
from scalingo_cli.commands.scale import unknown_type
from scalingo_cli.errors import Failed
from scalingo_cli.polling import operations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalingo_cli.session import Session


@click.command(
    "restart",
    cls=Command,
    changes=True,
    takes_app=True,
    examples=["scalingo restart --wait", "scalingo restart web worker-1"],
)
@click.argument("scope", nargs=-1, metavar="[TYPE|CONTAINER]...", type=Word(listing="scale"))
@waiting
@click.pass_obj
def command(session: Session, scope: Sequence[str], wait: bool, timeout: float | None) -> None:
    """Restart containers.

    Restarts the given types or containers, or all of them.
    """
    app = session.app()
    if scope:
        _check(scope, app.api.get("apps", app.name, "containers")["containers"])
    body = {"scope": list(scope)} if scope else {}
    with operations.starting(app):
        answer = app.api.send("POST", "apps", app.name, "restart", json=body)
    if answer.location is None:
        raise Failed(f"The platform did not return an operation for the restart of {app.name}.")
    operation_id = operations.id_of(answer.location)
    if wait:
        document = operations.wait(app, session, operation_id, timeout)
        session.show(document, OPERATION)
        what = ", ".join(scope) or "all containers"
        session.console.progress(f"Restarted {what} of {app.name}{operations.took(document)}.")
        return
    session.show(operations.started(app, operation_id), OPERATION)
    session.say(f"Restart requested. {operations.resumption(app, operation_id)}")


def _check(scope: Sequence[str], formation: Sequence[Mapping[str, Any]]) -> None:
    """Raise NotFound for what is neither a type (`web`) nor a container of one (`web-1`)."""
    types = [str(container["name"]) for container in formation]
    for name in scope:
        kind, _, number = name.rpartition("-")
        if name not in types and not (kind in types and number.isdecimal()):
            raise unknown_type(name, types)
