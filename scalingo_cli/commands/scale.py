"""`scalingo scale`: how many containers of each type run, and their size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import operation
from scalingo_cli.errors import Misused, NotFound
from scalingo_cli.options import Command, waiting
from scalingo_cli.output import View, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalingo_cli.session import Session

CONTAINER = View(
    "containers",
    "container",
    {"Type": "name", "Amount": number("amount"), "Size": "size", "Command": "command"},
    empty="No container type yet: the first deployment brings them.",
)


@click.command(
    cls=Command,
    changes=True,
    takes_app=True,
    examples=[
        "scalingo scale",
        "scalingo scale web:2 worker:1:L --wait",
        "scalingo scale web:+1 --wait --timeout 120",
    ],
)
@click.argument("changes", nargs=-1, metavar="[TYPE:AMOUNT[:SIZE]]...")
@waiting
@click.pass_obj
def scale(session: Session, changes: Sequence[str], wait: bool, timeout: float | None) -> None:
    """Show or change how many containers run, and their size.

    AMOUNT is a number, or relative to what runs: +1, -1. A type that is not named stays as it
    is. Without arguments, the formation is shown.
    """
    current = session.api.get("apps", session.app, "containers")
    if not changes:
        session.show(current, CONTAINER)
        return
    formation = formation_of(changes, current["containers"])
    answer = session.api.send("POST", "apps", session.app, "scale", json={"containers": formation})
    if answer.location is None:
        session.show(answer.document, CONTAINER)
        session.say(f"{session.app} was never deployed: its first deployment starts these.")
        return
    operation_id = operation.id_of(answer.location)
    if wait:
        operation.wait(session, operation_id, timeout)
    session.show(answer.document, CONTAINER)
    if not wait:
        session.say(f"Scaling. To wait for its end: scalingo operations wait {operation_id}")


def formation_of(
    changes: Sequence[str], current: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the containers to ask for, from arguments such as `web:2:L` or `worker:-1`.

    Raises Misused for what is no change and NotFound for a type that `current` lacks.
    """
    amounts = {str(container["name"]): int(container["amount"]) for container in current}
    formation: dict[str, dict[str, Any]] = {}
    for change in changes:
        name, *rest = change.split(":")
        if not name or not 1 <= len(rest) <= 2 or not all(rest):
            raise Misused(
                f'"{change}" is not of the form TYPE:AMOUNT[:SIZE].',
                "For example: web:2, web:+1, worker:1:L",
            )
        if name not in amounts:
            raise NotFound(
                f'There is no container type "{name}".',
                f"There are: {', '.join(amounts) or 'none'}.",
            )
        if name in formation:
            raise Misused(f"{name} is named twice.")
        amount, *size = rest
        if not amount.removeprefix("+").removeprefix("-").isdecimal() or not amount.isascii():
            raise Misused(f'"{amount}" in "{change}" is not an amount.')
        wanted = int(amount) + (amounts[name] if amount[0] in "+-" else 0)
        if wanted < 0:
            raise Misused(f"{name} has {amounts[name]} containers: there is no {amount}.")
        formation[name] = {"name": name, "amount": wanted}
        if size:
            formation[name]["size"] = size[0].upper()
    return list(formation.values())
