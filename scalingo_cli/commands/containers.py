"""`scalingo containers`: the containers that run, one by one, and the sizes they may have."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import waiting
from scalingo_cli.cli.types import Word
from scalingo_cli.console import lookup
from scalingo_cli.console.tally import one_by_one
from scalingo_cli.console.view import Column, View, at, date, number, plain, size, status
from scalingo_cli.errors import BadUsage, Misused, NextStep, NotFound, did_you_mean
from scalingo_cli.text.shell import masked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App, Session

ONE_OFF = "one-off"
SIGNALS = ("SIGUSR1", "SIGUSR2")  # the only ones that the platform delivers


def name_of(record: Record) -> str:
    """Return what a running container is called, such as web-1."""
    kind, index = plain(at(record, "type")), plain(at(record, "type_index"))
    return plain(at(record, "label")) or f"{kind}-{index}"


def size_of(record: Record) -> str:
    """Return the size of a running container, such as M."""
    return plain(at(record, "container_size.name")) or plain(at(record, "size"))


CONTAINER = View(
    "containers",
    "container",
    {
        "Name": Column(name_of),
        "State": status("state"),
        "Size": Column(size_of),
        "Created": date("created_at"),
        "Command": Column(lambda record: masked(plain(at(record, "command")))),
        "ID": "id",
    },
    empty="Nothing is running.",
    listing="containers list",
    about=("state", Column(size_of)),
)
SIZE = View(
    "container_sizes",
    "container_size",
    {
        "Size": "name",
        "Memory": size("memory"),
        "CPU": "human_cpu",
        "Processes": number("pids_limit"),
        "Price of 30 days": Column(
            lambda record: plain(at(record, "thirtydays_price")),
            lambda record: _euros(at(record, "thirtydays_price")),
            right=True,
        ),
    },
    empty="The platform lists no sizes.",
)


def _euros(cents: object) -> str:
    return f"€{cents / 100:.2f}" if isinstance(cents, (int, float)) else ""


@click.group("containers", cls=Group, takes_app=True)
def command() -> None:
    """List, stop and signal running containers, and list their sizes."""


@command.command(
    "list",
    examples=[
        "scalingo containers",
        "scalingo containers --json | jq -r '.containers[] | select(.type == \"one-off\").label'",
    ],
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the running containers, one-off containers included.

    `scalingo ps` shows the formation, including types without containers.
    """
    session.show(_running(session), CONTAINER)


@command.command(
    changes=True,
    reversible=False,
    examples=["scalingo containers stop one-off-4117 --app pinecrate-api --wait"],
)
@click.argument("container", metavar="NAME|NUMBER|ID", type=Word(listing="containers list"))
@waiting
@click.pass_obj
def stop(session: Session, container: str, wait: bool, timeout: float | None) -> None:
    """Stop a one-off container and the command in it.

    NUMBER is that of its name: 12 for one-off-12. The containers of the formation are stopped with
    `scalingo scale`.
    """
    app = session.app()
    wanted = (
        f"{ONE_OFF}-{container}" if container.isdecimal() and len(container) < 24 else container
    )
    found = lookup.one(
        _named(_running(session)),
        wanted,
        "label",
        missing=f"{app.name} has no running container",
        listing=app.line("containers"),
    )
    name, container_id = name_of(found), plain(found["id"])
    if at(found, "type") != ONE_OFF:
        kind = plain(at(found, "type"))
        raise Misused(
            f"{name} is not a one-off container.",
            NextStep("Restart it", app.line(f"restart {quote(name)}")),
            NextStep("Run fewer of them", app.line(f"scale {quote(kind)}:-1")),
        )
    session.api.send("POST", "apps", app.name, "containers", container_id, "stop")
    if session.console.is_dry_run or not wait:
        session.say(f"Stop of {name} requested.")
        return
    _wait_for_end(session, app, container_id, timeout)
    session.say(f"Stopped {name}.")


@command.command(
    changes=True,
    reversible=False,
    examples=[
        "scalingo containers signal SIGUSR1 web",
        "scalingo containers signal SIGUSR2 web-1 worker-1",
    ],
)
@click.argument("signal", metavar="SIGUSR1|SIGUSR2", type=Word(*SIGNALS))
@click.argument(
    "containers",
    nargs=-1,
    required=True,
    metavar="NAME|TYPE...",
    type=Word(listing="containers list"),
)
@click.pass_obj
def signal(session: Session, signal: str, containers: Sequence[str]) -> None:
    """Send SIGUSR1 or SIGUSR2 to running containers.

    A type stands for all of its containers. Nothing is sent if a name does not exist.
    """
    wanted = signal.upper() if signal.upper().startswith("SIG") else f"SIG{signal.upper()}"
    if wanted not in SIGNALS:
        raise BadUsage(f'"{signal}" is not a signal that the platform delivers.', _valid(SIGNALS))
    app = session.app()
    ids = _meant(app, _named(_running(session)), containers)

    def send(name: str) -> None:
        path = ("apps", app.name, "containers", ids[name], "kill")
        session.api.send("POST", *path, json={"signal": wanted})

    resume = app.line(f"containers signal {wanted}")
    one_by_one(session.console, f"Sent {wanted} to", ids, send, resume=resume)


@command.command(takes_app=False, examples=["scalingo containers sizes --region osc-fr1"])
@click.pass_obj
def sizes(session: Session) -> None:
    """List the sizes of containers, with their memory and price.

    At a terminal prices are in euros; in a pipe they are in cents and memory is in bytes, as the
    API sends them.
    """
    _ = session.regional_api
    session.show(session.open_api.get("features", "container_sizes"), SIZE)


def _running(session: Session) -> Mapping[str, Any]:
    return session.regional_api.get("apps", session.app().name, "ps")


def _named(document: Mapping[str, Any]) -> list[Record]:
    """Return the running containers of a document, each with its label."""
    return [{**row, "label": name_of(row)} for row in document["containers"] or []]


def _meant(app: App, running: Sequence[Record], given: Sequence[str]) -> dict[str, str]:
    """Return the IDs of the containers that names, IDs and types mean, by their names.

    Raises NotFound for what means none of them.
    """
    found: dict[str, str] = {}
    for word in given:
        records = [row for row in running if word in (row["label"], row.get("id"), row.get("type"))]
        if not records:
            known = [
                plain(row[key]) for row in running for key in ("type", "label") if row.get(key)
            ]
            near = did_you_mean(word, list(dict.fromkeys(known)))
            listing = NextStep("List them", app.line("containers"))
            raise NotFound(f'{app.name} has no running container "{word}".', near, listing)
        found.update({row["label"]: plain(row["id"]) for row in records})
    return found


def _wait_for_end(session: Session, app: App, container_id: str, timeout: float | None) -> None:
    """Wait until a container that was asked to stop is gone. Raises as `follow` does."""
    from scalingo_cli.polling.follow import Step, Task, follow
    from scalingo_cli.polling.poller import Poller

    poller = Poller.of(session, timeout)

    def look(within: float) -> Step:
        poller.pace.request()
        document = app.api.get("apps", app.name, "ps", within_seconds=within)
        ids = [plain(row.get("id")) for row in document["containers"] or []]
        return Step("stopping" if container_id in ids else "stopped", (), document)

    resume = NextStep("To see what runs", app.line("containers"))
    task = Task("container", {"stopping"}, look, resume)
    with session.console.spinner("Waiting for the container to stop") as say:
        follow(task, poller, session.console, say)


def _valid(words: Sequence[str]) -> str:
    return f"Valid values: {', '.join(words)}."
