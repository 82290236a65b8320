"""`scalingo ps`: the formation and what of it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.commands.containers import name_of, size_of
from scalingo_cli.console.view import Column, Record, View, at, date, number, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from scalingo_cli.session import Session


def _is_down(record: Record) -> bool:
    """Return whether a type should have containers, and none of them runs."""
    return bool(record.get("amount")) and not record.get("running")


TYPES = View(
    "containers",
    "container",
    {
        "Type": "name",
        "Amount": number("amount"),
        "Size": "size",
        "Running": Column(
            lambda record: plain(at(record, "running")),
            lambda record: plain(at(record, "running")) or "none",
            lambda record: "red" if _is_down(record) else None,
        ),
        "Command": "command",
        "Created": date("created_at"),
    },
    empty="No container types yet; the first deployment creates them.",
)


@click.command(
    "ps",
    cls=Command,
    takes_app=True,
    examples=["scalingo ps --app my-app", "scalingo ps --json | jq '[.containers[].amount] | add'"],
)
@click.pass_obj
def command(session: Session) -> None:
    """Show the formation and the running containers.

    One-off containers have a line of their own, without an amount. A container that is not running
    is shown with its state: web-2:booting. Created is when the newest container of the type was
    created; the legacy API does not say. `scalingo containers` lists the containers one by one.

    --json combines two of the platform's documents: `containers` is the formation; the running
    containers are in `ps` on the regional platform, and in `stats`, with their resource usage, on
    the legacy API.
    """
    app = session.app()
    is_regional = app.api.platform.is_regional
    formation, found = app.api.together(
        lambda: app.api.get("apps", app.name, "containers"),
        lambda: app.api.get("apps", app.name, "ps" if is_regional else "stats"),
    )
    document = {**found}
    if is_regional:
        document["ps"] = document.pop("containers", None)  # both call what they list that
        running = [_of_ps(row) for row in document["ps"] or []]
    else:
        running = [_of_stats(row) for row in document.get("stats") or [] if row.get("id")]
    if session.console.as_json:
        session.console.show_json({**formation, **document})
    else:
        types = _by_type(formation["containers"] or [], running)
        session.show({"containers": types}, TYPES)
        if down := [plain(kind.get("name")) for kind in types if _is_down(kind)]:
            session.say(
                f"No container of {', '.join(down)} is running. To see why: {app.line('events')}"
            )


def _of_ps(row: Mapping[str, Any]) -> Record:
    name, state = name_of(row), plain(row.get("state"))
    return {
        "name": plain(row.get("type")),
        "size": size_of(row),
        "created_at": row.get("created_at"),
        "running": name if state in {"", "running"} else f"{name}:{state}",
        "command": row.get("command"),
    }


def _of_stats(row: Mapping[str, Any]) -> Record:
    name = plain(row["id"])
    return {"name": name.rpartition("-")[0], "running": name}


def _by_type(types: Sequence[Record], running: Sequence[Record]) -> list[Record]:
    """Return the formation with what is `running` of each type, then what runs besides."""
    shown = []
    for kind in types:
        own = [container for container in running if container["name"] == plain(kind.get("name"))]
        created = [plain(at(container, "created_at")) for container in own]
        running_names = " ".join(container["running"] for container in own)
        shown.append({**kind, "running": running_names, "created_at": max(created, default="")})
    names = {plain(kind.get("name")) for kind in types}
    return [*shown, *(container for container in running if container["name"] not in names)]
