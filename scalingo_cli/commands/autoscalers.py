"""`scalingo autoscalers`: rules by which an app is scaled automatically."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import known
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import option, several, without_asking
from scalingo_cli.cli.types import Number, Word
from scalingo_cli.collection import Collection
from scalingo_cli.console.view import Column, View, at, date, plain
from scalingo_cli.console.view import number as right
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App, Session

AUTOSCALER = View(
    "autoscalers",
    "autoscaler",
    {
        "Type": "container_type",
        "Metric": "metric",
        "Target": right("target"),
        "Min": right("min_containers"),
        "Max": right("max_containers"),
        "State": Column(
            lambda record: "disabled" if record.get("disabled") else "enabled",
            colour=lambda record: None if record.get("disabled") else "green",
        ),
        "Last scaled": date("last_scale"),
    },
    details={"Created": date("created_at"), "ID": "id"},
    empty="This app has no autoscalers. Add one:",
    first="autoscalers add TYPE --metric cpu --target 0.75 --min 1 --max 4",
    listing="autoscalers list",
    about=("metric",),
)
AUTOSCALERS = Collection(AUTOSCALER, path=("autoscalers",), called_by=("container_type",))
A_TYPE = Word(listing="scale")
ONE_OF_THEM = Word(listing="autoscalers list")


@click.group("autoscalers", cls=Group, takes_app=True)
def command() -> None:
    """List, add, update, enable, disable and remove autoscalers."""


@command.command(
    "list",
    examples=[
        "scalingo autoscalers",
        "scalingo autoscalers --json | jq '.autoscalers[] | select(.disabled)'",
    ],
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the autoscalers of an app."""
    app = session.regional_app()
    session.show(AUTOSCALERS.get(app), AUTOSCALER)


@command.command(examples=["scalingo autoscalers show worker"])
@click.argument("container_type", metavar="TYPE|ID", type=ONE_OF_THEM)
@click.pass_obj
def show(session: Session, container_type: str) -> None:
    """Show an autoscaler."""
    session.show(AUTOSCALERS.show(session.regional_app(), container_type), AUTOSCALER)


def _settings(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options that say when to scale, and how far; they may be `required`."""
    return several(
        option(
            "--metric",
            aliases=["-m"],
            metavar="NAME",
            required=required,
            help="Metric to watch, such as cpu or rpm_per_container.",
        ),
        option(
            "--target",
            aliases=["-t"],
            type=Number(float, 0, excluded=True),
            metavar="VALUE",
            required=required,
            help="Value of the metric to stay near; for cpu, memory and swap a fraction, such as"
            " 0.75.",
        ),
        option(
            "--min",
            "min_containers",
            aliases=["--min-containers"],
            type=Number(int, 1),
            metavar="N",
            required=required,
            help="Minimum number of containers.",
        ),
        option(
            "--max",
            "max_containers",
            aliases=["--max-containers"],
            type=Number(int, 1),
            metavar="N",
            required=required,
            help="Maximum number of containers.",
        ),
    )


@command.command(
    changes=True,
    examples=["scalingo autoscalers add web --metric cpu --target 0.75 --min 2 --max 6"],
)
@click.argument("container_type", metavar="TYPE", type=A_TYPE)
@_settings(required=True)
@click.pass_obj
def add(session: Session, /, container_type: str, **settings: Any) -> None:
    """Add an autoscaler for a container type.

    It starts containers while the metric is above the target, and stops them while it is below.
    """
    app = session.regional_app()
    given = _given(session, settings)
    known.require(app, container_type, given["metric"])
    autoscaler = {"container_type": container_type, **given}
    answer = app.api.send("POST", *AUTOSCALERS.at(app), json={"autoscaler": autoscaler})
    session.show(answer.document, AUTOSCALER)
    session.say(
        f"Added an autoscaler for {container_type}:"
        f" {given['min_containers']} to {given['max_containers']} containers."
    )


@command.command(changes=True, examples=["scalingo autoscalers update worker --max 6"])
@click.argument("container_type", metavar="TYPE|ID", type=ONE_OF_THEM)
@_settings(required=False)
@option(
    "--disable/--enable",
    "disabled",
    aliases=["-d", "--disabled"],
    default=None,
    help="State of the autoscaler.",
)
@click.pass_obj
def update(
    session: Session, /, container_type: str, disabled: bool | None, **settings: Any
) -> None:
    """Change an autoscaler; omitted settings are kept."""
    app = session.regional_app()
    changes = _given(session, settings | {"disabled": disabled})
    if not changes:
        raise BadUsage("Nothing to change: give at least one option.")
    found, _ = app.api.together(
        lambda: AUTOSCALERS.one(app, container_type),
        lambda: known.require(app, None, changes.get("metric")),
    )
    _change(session, app, found, changes, "Updated the autoscaler of {}.")


@command.command(changes=True, examples=["scalingo autoscalers enable worker"])
@click.argument("container_type", metavar="TYPE|ID", type=ONE_OF_THEM)
@click.pass_obj
def enable(session: Session, container_type: str) -> None:
    """Enable an autoscaler."""
    app = session.regional_app()
    found = AUTOSCALERS.one(app, container_type)
    _change(session, app, found, {"disabled": False}, "Enabled the autoscaler of {}.")


@command.command(changes=True, examples=["scalingo autoscalers disable worker"])
@click.argument("container_type", metavar="TYPE|ID", type=ONE_OF_THEM)
@click.pass_obj
def disable(session: Session, container_type: str) -> None:
    """Disable an autoscaler; running containers are kept."""
    app = session.regional_app()
    found = AUTOSCALERS.one(app, container_type)
    _change(session, app, found, {"disabled": True}, "Disabled the autoscaler of {}.")


@command.command(changes=True, examples=["scalingo autoscalers remove worker --yes"])
@click.argument("container_type", metavar="TYPE|ID", type=ONE_OF_THEM)
@without_asking
@click.pass_obj
def remove(session: Session, container_type: str, yes: bool) -> None:
    """Remove an autoscaler; running containers are kept."""
    app = session.regional_app()
    found = AUTOSCALERS.one(app, container_type)
    kind = plain(at(found, "container_type"))
    session.prompter.agree(f"Remove the autoscaler of {kind} from {app.name}?", yes)
    app.api.send("DELETE", *AUTOSCALERS.at(app, plain(found["id"])))
    session.say(f"Removed the autoscaler of {kind} from {app.name}.")


def _given(session: Session, settings: dict[str, Any]) -> dict[str, Any]:
    """Return what was given of these settings."""
    given = {name: value for name, value in settings.items() if value is not None}
    least, most = given.get("min_containers"), given.get("max_containers")
    if least is not None and most is not None and least > most:
        raise BadUsage(f"--min is {least}, which is more than --max, {most}.")
    if "metric" in given and (
        warning := known.odd_fraction(given["metric"], given.get("target", 0))
    ):
        session.say(warning)
    return given


def _change(session: Session, app: App, found: Record, changes: dict[str, Any], done: str) -> None:
    path = AUTOSCALERS.at(app, plain(found["id"]))
    answer = app.api.send("PATCH", *path, json={"autoscaler": changes})
    session.show(answer.document, AUTOSCALER)
    session.say(done.format(plain(at(found, "container_type"))))
