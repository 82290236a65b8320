"""`scalingo operations`: what the platform is doing to an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import timeout_option
from scalingo_cli.console.view import View, date, status
from scalingo_cli.polling import operations

if TYPE_CHECKING:
    from scalingo_cli.session import Session

OPERATION = View(
    "operations",
    "operation",
    {
        "ID": "id",
        "Type": "type",
        "Status": status("status"),
        "Started": date("created_at"),
        "Finished": date("finished_at", unset=""),
        "Error": "error",
    },
)


@click.group("operations", cls=Group, takes_app=True)
def command() -> None:
    """Show an operation, or wait for it to finish."""


@command.command(
    examples=["scalingo operations show $(scalingo restart --json | jq -r .operation.id)"]
)
@click.argument("operation_id", metavar="ID")
@click.pass_obj
def show(session: Session, operation_id: str) -> None:
    """Show an operation, such as a scale or a restart."""
    app = session.app()
    session.show(app.api.get("apps", app.name, "operations", operation_id), OPERATION)


@command.command(
    examples=[
        "scalingo operations wait $(scalingo restart --json | jq -r .operation.id) --timeout 60"
    ]
)
@click.argument("operation_id", metavar="ID")
@timeout_option
@click.pass_obj
def wait(session: Session, operation_id: str, timeout: float | None) -> None:
    """Wait for an operation to finish; exit with 1 if it fails."""
    session.show(operations.wait(session.app(), session, operation_id, timeout), OPERATION)
