"""`scalingo alerts`: who is notified when a metric passes a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import known
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import option, several, without_asking
from scalingo_cli.cli.types import Number, Word, duration, spelt
from scalingo_cli.collection import Collection
from scalingo_cli.commands.notifiers import NOTIFIERS
from scalingo_cli.console.view import Column, View, at, date, plain
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App, Session


def _limit(alert: Record) -> str:
    return f"{'below' if alert.get('send_when_below') else 'above'} {plain(alert.get('limit'))}"


def _wait(alert: Record) -> str:
    """Return how long a limit is passed before the alert is sent, such as 5m30s."""
    nanoseconds = alert.get("duration_before_trigger")
    if not isinstance(nanoseconds, int) or nanoseconds <= 0:
        return ""
    return spelt(nanoseconds / 1_000_000_000)


ALERT = View(
    "alerts",
    "alert",
    {
        "ID": Column(
            lambda record: plain(record.get("id")), lambda record: plain(record.get("id"))[:11]
        ),
        "Type": "container_type",
        "Metric": "metric",
        "Limit": Column(_limit),
        "State": Column(
            lambda record: "disabled" if record.get("disabled") else "enabled",
            colour=lambda record: None if record.get("disabled") else "green",
        ),
        "After": Column(_wait),
        "Remind every": "remind_every",
    },
    empty="This app has no alerts. Add one:",
    first="alerts add TYPE --metric cpu --limit 0.8",
    listing="alerts list",
    about=("container_type", "metric"),
)
ALERTS = Collection(ALERT, path=("alerts",), called_by=())
AN_ALERT = Word(listing="alerts list")
FIRST = "$(scalingo alerts | head -n 1 | cut -f 1)"


@click.group("alerts", cls=Group, takes_app=True)
def command() -> None:
    """List, add, update, enable, disable and remove alerts."""


@command.command(
    "list", examples=["scalingo alerts", "scalingo alerts --json | jq -r '.alerts[].metric'"]
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the alerts of an app."""
    session.show(ALERTS.get(session.regional_app()), ALERT)


@command.command(examples=[f"scalingo alerts show {FIRST}"])
@click.argument("alert", metavar="ID", type=AN_ALERT)
@click.pass_obj
def show(session: Session, alert: str) -> None:
    """Show an alert and whom it notifies."""
    app = session.regional_app()
    document, notifiers = app.api.together(
        lambda: ALERTS.show(app, alert), lambda: NOTIFIERS.get(app)
    )
    rows = notifiers["notifiers"] or []
    names = {plain(at(row, "id")): plain(at(row, "name")) for row in rows}

    def notified(record: Record) -> str:
        ids = record.get("notifiers")
        chosen = [plain(each) for each in ids] if isinstance(ids, list) else []
        return ", ".join(names.get(each, each) for each in chosen)

    details = {"Notifies": Column(notified), "Created": date("created_at")}
    session.show(document, ALERT._replace(details=details))


def _settings(*, required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options that say when to notify, and whom; a metric and a limit may be `required`."""
    return several(
        option(
            "--metric",
            aliases=["-m"],
            metavar="NAME",
            required=required,
            help="Metric to watch, such as cpu or 5XX.",
        ),
        option(
            "--limit",
            aliases=["-l"],
            type=Number(float, 0, excluded=True),
            metavar="VALUE",
            required=required,
            help="Limit of the metric; for cpu, memory and swap a fraction, such as 0.9.",
        ),
        option(
            "--below/--above",
            "send_when_below",
            aliases=["-b"],
            default=None,
            help="Side of the limit to notify about (default: above).",
        ),
        option(
            "--for",
            "duration_before_trigger",
            aliases=["--duration-before-trigger"],
            type=duration,
            metavar="DURATION",
            help="How long the metric must be past the limit before the alert fires, such as 5m.",
        ),
        option(
            "--remind-every",
            aliases=["-r"],
            type=duration,
            metavar="DURATION",
            help="Time between reminders while the alert is active, such as 1h30m.",
        ),
        option(
            "--notify",
            "notifiers",
            aliases=["-n", "--notifiers"],
            multiple=True,
            metavar="NAME|ID",
            type=Word(listing="notifiers list"),
            help="Notifier to use; may be repeated.",
        ),
    )


@command.command(
    changes=True,
    examples=["scalingo alerts add web --metric cpu --limit 0.8 --for 5m --notify Kitchen"],
)
@click.argument("container_type", metavar="TYPE", type=Word(listing="scale"))
@_settings(required=True)
@click.pass_obj
def add(session: Session, /, container_type: str, **settings: Any) -> None:
    """Add an alert for a container type."""
    app = session.regional_app()
    given = _given(session, {"container_type": container_type, **settings})
    _, alert = app.api.together(lambda: _check(app, given), lambda: _with_ids(app, given))
    answer = app.api.send("POST", *ALERTS.at(app), json={"alert": alert})
    session.show(answer.document, ALERT)
    session.say(f"Added an alert for {settings['metric']} of {container_type}.")


@command.command(changes=True, examples=[f"scalingo alerts update {FIRST} --remind-every 1h30m"])
@click.argument("alert", metavar="ID", type=AN_ALERT)
@option(
    "--type",
    "container_type",
    aliases=["-c", "--container-type"],
    metavar="TYPE",
    type=Word(listing="scale"),
    help="Container type to watch.",
)
@_settings(required=False)
@option(
    "--disable/--enable",
    "disabled",
    aliases=["-d", "--disabled"],
    default=None,
    help="State of the alert.",
)
@click.pass_obj
def update(session: Session, /, alert: str, **settings: Any) -> None:
    """Change an alert; omitted settings are kept."""
    app = session.regional_app()
    given = _given(session, settings)
    if not given:
        raise BadUsage("Nothing to change: give at least one option.")
    found, _, changes = app.api.together(
        lambda: ALERTS.one(app, alert), lambda: _check(app, given), lambda: _with_ids(app, given)
    )
    _change(session, app, found, changes, "Updated")


@command.command(changes=True, examples=[f"scalingo alerts enable {FIRST}"])
@click.argument("alert", metavar="ID", type=AN_ALERT)
@click.pass_obj
def enable(session: Session, alert: str) -> None:
    """Enable an alert."""
    app = session.regional_app()
    _change(session, app, ALERTS.one(app, alert), {"disabled": False}, "Enabled")


@command.command(changes=True, examples=[f"scalingo alerts disable {FIRST}"])
@click.argument("alert", metavar="ID", type=AN_ALERT)
@click.pass_obj
def disable(session: Session, alert: str) -> None:
    """Disable an alert."""
    app = session.regional_app()
    _change(session, app, ALERTS.one(app, alert), {"disabled": True}, "Disabled")


@command.command(changes=True, examples=[f"scalingo alerts remove {FIRST} --yes"])
@click.argument("alert", metavar="ID", type=AN_ALERT)
@without_asking
@click.pass_obj
def remove(session: Session, alert: str, yes: bool) -> None:
    """Remove an alert."""
    app = session.regional_app()
    found = ALERTS.one(app, alert)
    session.prompter.agree(f"Remove the alert for {_words(found)} from {app.name}?", yes)
    app.api.send("DELETE", *ALERTS.at(app, plain(found["id"])))
    session.say(f"Removed the alert for {_words(found)} from {app.name}.")


def _words(alert: Record) -> str:
    kind, metric = (plain(alert.get(name)) for name in ("container_type", "metric"))
    return f"{metric} of {kind} {_limit(alert)}"


def _given(session: Session, settings: dict[str, Any]) -> dict[str, Any]:
    """Return what was given of these settings as the API takes it, except for notifiers' names."""
    given = {name: value for name, value in settings.items() if value not in (None, ())}
    if "metric" in given and (
        warning := known.odd_fraction(given["metric"], given.get("limit", 0))
    ):
        session.say(warning)
    if "duration_before_trigger" in given:  # which the API takes in nanoseconds
        given["duration_before_trigger"] *= 1_000_000_000
    if "remind_every" in given:
        given["remind_every"] = spelt(given["remind_every"])
    return given


def _check(app: App, given: Mapping[str, Any]) -> None:
    """Raise as `known.require` does for what was given."""
    known.require(app, given.get("container_type"), given.get("metric"))


def _with_ids(app: App, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given, with notifiers by their ids. Raises as `Collection.one` does."""
    if "notifiers" not in given:
        return {**given}
    found = NOTIFIERS.each(app, given["notifiers"])
    return {**given, "notifiers": [plain(each["id"]) for each in found]}


def _change(session: Session, app: App, found: Record, changes: dict[str, Any], done: str) -> None:
    path = ALERTS.at(app, plain(found["id"]))
    answer = app.api.send("PATCH", *path, json={"alert": changes})
    session.show(answer.document, ALERT)
    session.say(f"{done} the alert for {_words({**found, **changes})}.")
