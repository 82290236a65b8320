"""`scalingo scale`: how many containers of each type run, and their size."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import waiting
from scalingo_cli.cli.types import Word
from scalingo_cli.console.view import View, at, number, plain
from scalingo_cli.errors import BadUsage, Misused, NotFound, ScalingoError, did_you_mean
from scalingo_cli.polling import operations
from scalingo_cli.settings import HINT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from scalingo_cli.console.console import Console
    from scalingo_cli.session import App, Session

CONTAINER = View(
    "containers",
    "container",
    {"Type": "name", "Amount": number("amount"), "Size": "size", "Command": "command"},
    empty="No container types yet; the first deployment creates them.",
    listing="scale",
    about=("size",),
)


@click.command(
    "scale",
    cls=Command,
    changes=True,
    reads_if=lambda given: not given["changes"],
    takes_app=True,
    examples=[
        "scalingo scale web:2 worker:1:L --wait",
        "scalingo scale web:+1 --wait --timeout 120",
        "scalingo scale web::XL",
        "scalingo scale",
    ],
)
@click.argument(
    "changes", nargs=-1, metavar="[TYPE:AMOUNT[:SIZE]]...", type=Word(listing="scale", suffix=":")
)
@waiting
@click.pass_obj
def command(session: Session, changes: Sequence[str], wait: bool, timeout: float | None) -> None:
    """Show or change the number and size of containers.

    AMOUNT is a number, or relative to the current one: +1, -1. Without it (web::L), only the size
    changes. SIZE is S, M, L, XL, 2XL or 3XL. A type that is not named stays as it is. Without
    arguments, the formation is shown. Scaling a type disables its autoscaler.
    """
    app = session.app()
    if not changes:
        session.show(app.api.get("apps", app.name, "containers"), CONTAINER)
        return
    current, autoscalers = app.api.together(
        lambda: app.api.get("apps", app.name, "containers"), lambda: _autoscalers(app)
    )
    formation = formation_of(changes, current["containers"])
    types = {container["name"] for container in formation}
    _warn_of_autoscalers(app, session.console, types, autoscalers)
    with operations.starting(app):
        answer = app.api.send("POST", "apps", app.name, "scale", json={"containers": formation})
    if answer.location is None:
        session.show(answer.document, CONTAINER)
        session.say(f"{app.name} has not been deployed yet; its first deployment starts these.")
        return
    operation_id = operations.id_of(answer.location)
    if wait:
        took = operations.took(operations.wait(app, session, operation_id, timeout))
        session.show(answer.document, CONTAINER)
        session.console.progress(f"Scaled {app.name}{took}.")
        return
    session.show(answer.document, CONTAINER)
    session.say(f"Scale requested. {operations.resumption(app, operation_id)}")


def _autoscalers(app: App) -> Sequence[Mapping[str, Any]]:
    """Return the autoscalers of an app; none on the legacy API."""
    if not app.api.platform.is_regional:
        return []
    try:
        rows = app.api.get("apps", app.name, "autoscalers", within_seconds=HINT_SECONDS)
    except ScalingoError:  # the platform will say what is wrong when it is asked to scale
        return []
    return rows["autoscalers"] or []


def _warn_of_autoscalers(
    app: App, console: Console, types: Container[str], autoscalers: Sequence[Mapping[str, Any]]
) -> None:
    """Say which `autoscalers` the platform disables because their `types` are scaled."""
    for autoscaler in autoscalers:
        name = plain(at(autoscaler, "container_type"))
        if name in types and not at(autoscaler, "disabled"):
            again = app.line(f"autoscalers enable {shlex.quote(name)}")
            console.say(f"This disables the autoscaler of {name}. To enable it again: {again}")


def formation_of(
    changes: Sequence[str], current: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the containers to ask for, from arguments such as `web:2:L` or `worker:-1`.

    Raises Misused for what is no change and NotFound for a type that `current` lacks.
    """
    amounts = {str(container["name"]): int(container["amount"]) for container in current}
    formation: dict[str, dict[str, Any]] = {}
    for change in changes:
        parts = re.fullmatch(r"([^:]+):([+-]?)([0-9]{1,9}|(?=:))(?::([A-Za-z0-9]+))?", change)
        if not parts or (parts[2] and not parts[3]):
            raise BadUsage(
                f'"{change}" is invalid: expected TYPE:AMOUNT[:SIZE].',
                "For example: web:2, web:+1, worker:1:L, or web::L to change only the size.",
            )
        name, sign, amount, size = parts.groups()
        if name not in amounts:
            raise unknown_type(name, amounts)
        if name in formation:
            raise BadUsage(f"{name} is named twice.")
        wanted = int(sign + (amount or "0")) + (0 if amount and not sign else amounts[name])
        if wanted < 0:
            raise Misused(f"Cannot remove {amount} containers: {name} has only {amounts[name]}.")
        formation[name] = {"name": name, "amount": wanted}
        if size:
            formation[name]["size"] = size.upper()
    return list(formation.values())


def unknown_type(name: str, known: Iterable[str]) -> NotFound:
    """Return the error for a container type that the app does not have."""
    known = list(known)
    there_are = f"Valid types: {', '.join(known)}." if known else "There are no types yet."
    return NotFound(
        f'Container type "{name}" not found.',
        " ".join(filter(None, [did_you_mean(name, known), there_are])),
    )
