"""`scalingo ps`: the formation and what of it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.options import Command
from scalingo_cli.output import Column, Record, View, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.session import Session


@click.command(
    cls=Command,
    takes_app=True,
    examples=["scalingo ps --app my-app", "scalingo ps --json | jq -r '.stats[].id'"],
)
@click.pass_obj
def ps(session: Session) -> None:
    """Show the formation and the running containers.

    The platform tells what runs by what it uses: --json puts both documents into one,
    `containers` (the formation) and `stats`.
    """
    formation = session.api.get("apps", session.app, "containers")
    stats = session.api.get("apps", session.app, "stats")
    running = [str(row.get("id")) for row in stats.get("stats") or []]
    session.show({**formation, **stats}, _view(running))


def _view(running: Sequence[str]) -> View:
    def of_type(record: Record) -> str:
        return " ".join(name for name in running if name.rpartition("-")[0] == record.get("name"))

    return View(
        "containers",
        "container",
        {
            "Type": "name",
            "Amount": number("amount"),
            "Size": "size",
            "Running": Column(of_type, lambda record: of_type(record) or "none"),
            "Command": "command",
        },
        empty="No container type yet: the first deployment brings them.",
        listing="scale",
    )
