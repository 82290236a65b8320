"""`scalingo notifiers`: whom an app's events and alerts are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from scalingo_cli import known
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import option, several, switch, without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.collection import Collection
from scalingo_cli.console.view import Column, View, at, date, plain
from scalingo_cli.errors import BadUsage, Misused, NextStep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App, Session

BY_URL = {"rocket_chat", "slack", "webhook"}  # platforms that are sent to by a URL


def _recipients(notifier: Record) -> str:
    """Return whom a notifier sends to; of a URL, which is a secret, only the host."""
    from urllib.parse import urlsplit

    data = notifier.get("type_data")
    data = data if isinstance(data, dict) else {}
    url = urlsplit(plain(data.get("webhook_url")))
    lists = (data.get(name) for name in ("emails", "user_ids"))
    people = [plain(each) for names in lists if isinstance(names, list) for each in names]
    host = f"{url.scheme}://{url.netloc.rpartition('@')[2]}/***" if url.netloc else ""
    return ", ".join(filter(None, [host, *people, plain(data.get("phone_number"))]))


def _events(notifier: Record, names: Mapping[str, str]) -> str:
    """Return what a notifier sends: the events by their `names`, or how many there are."""
    if notifier.get("send_all_events"):
        return "all events"
    ids = notifier.get("selected_event_ids")
    chosen = [plain(each) for each in ids] if isinstance(ids, list) else []
    events = [names.get(each, each) for each in chosen]
    if not names:
        events = [f"{len(chosen)} event{'s' * (len(chosen) != 1)}"] if chosen else []
    alerts = ["all alerts"] if notifier.get("send_all_alerts") else []
    return ", ".join([*events, *alerts])


NOTIFIER = View(
    "notifiers",
    "notifier",
    {
        "Name": "name",
        "Platform": "type",
        "State": Column(
            lambda record: "enabled" if record.get("active") else "disabled",
            colour=lambda record: "green" if record.get("active") else None,
        ),
        "Sends": Column(lambda record: _events(record, {})),
        "To": Column(_recipients),
    },
    details={"Created": date("created_at"), "ID": "id"},
    empty="This app has no notifiers. Add one:",
    first="notifiers add PLATFORM --name NAME",
    listing="notifiers list",
    about=("type",),
)
NOTIFIERS = Collection(NOTIFIER, path=("notifiers",))
PLATFORM = View(
    "notification_platforms",
    "notification_platform",
    {"Name": "name", "Title": "display_name", "Description": "description"},
    listing="notifiers platforms",
    about=("display_name",),
)
EVENT = View(
    "event_types",
    "event_type",
    {"Name": "name", "Title": "display_name", "Description": "description"},
    listing="notifiers events",
    about=("display_name",),
)
ONE_OF_THEM = Word(listing="notifiers list")


@click.group("notifiers", cls=Group, takes_app=True)
def command() -> None:
    """List, add, update, test and remove notifiers of events and alerts."""


@command.command(
    "list", examples=["scalingo notifiers", "scalingo notifiers --json | jq -r '.notifiers[].name'"]
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the notifiers of an app.

    A webhook's URL is a secret, so it is shown only with --json.
    """
    session.show(NOTIFIERS.get(session.regional_app()), NOTIFIER)


@command.command(examples=["scalingo notifiers show Kitchen"])
@click.argument("notifier", metavar="NAME|ID", type=ONE_OF_THEM)
@click.pass_obj
def show(session: Session, notifier: str) -> None:
    """Show a notifier and the events that it sends."""
    app = session.regional_app()
    document, types = app.api.together(
        lambda: NOTIFIERS.show(app, notifier), lambda: _event_types(app)
    )
    names = {plain(at(each, "id")): plain(at(each, "name")) for each in types}
    sends = Column(lambda record: _events(record, names))
    session.show(document, NOTIFIER._replace(columns={**NOTIFIER.columns, "Sends": sends}))


@command.command(takes_app=False, examples=["scalingo notifiers platforms"])
@click.pass_obj
def platforms(session: Session) -> None:
    """List the platforms that notifiers can send to."""
    session.show(session.regional_api.get("notification_platforms"), PLATFORM)


@command.command(takes_app=False, examples=["scalingo notifiers events"])
@click.pass_obj
def events(session: Session) -> None:
    """List the events that notifiers can send.

    Their names are not the types that `scalingo events` shows, which are more specific.
    """
    session.show(session.regional_api.get("event_types"), EVENT)


# What is sent, and where to.
_settings = several(
    option(
        "--webhook-url-stdin",
        is_flag=True,
        help="Read the webhook's URL, which is a secret, from standard input.",
    ),
    click.option("-u", "--webhook-url", hidden=True),
    option(
        "--to",
        aliases=["--collaborator", "--email"],
        multiple=True,
        metavar="USER|EMAIL",
        help="Owner, collaborator or any e-mail address to notify.",
    ),
    click.option("--phone", metavar="NUMBER", help="Phone number to notify."),
    option(
        "--event",
        "chosen",
        aliases=["--ev"],
        multiple=True,
        metavar="NAME",
        type=Word(listing="notifiers events"),
        help="Event to send, as `scalingo notifiers events` lists it.",
    ),
    switch("all-events", aliases=["--send-all-events", "--sa"], help="Whether to send all events."),
    switch("all-alerts", help="Whether to send all alerts."),
    option(
        "--disable/--enable",
        "disabled",
        aliases=["-d/-e"],
        default=None,
        help="State of the notifier.",
    ),
)


@command.command(
    changes=True,
    examples=[
        "scalingo notifiers add webhook --name Pager --webhook-url-stdin --all-events <webhook.txt",
        "scalingo notifiers add email --name Team --to team@example.com --event app_deployed",
    ],
)
@click.argument("platform", metavar="PLATFORM", type=Word(listing="notifiers platforms"))
@option("--name", aliases=["-n"], required=True, metavar="NAME", help="Name of the notifier.")
@_settings
@click.pass_obj
def add(session: Session, /, platform: str, name: str, **settings: Any) -> None:
    """Add a notifier.

    PLATFORM is one that `scalingo notifiers platforms` lists.
    """
    _refuse_both(settings)
    app = session.regional_app()
    found, lists = app.api.together(
        lambda: app.api.get("notification_platforms"), lambda: _lists(app, settings)
    )
    rows = found["notification_platforms"] or []
    ids = {plain(at(each, "name")): plain(at(each, "id")) for each in rows}
    if platform not in ids:
        raise known.unknown("platform", platform, ids)
    if platform in BY_URL and not (settings["webhook_url"] or settings["webhook_url_stdin"]):
        raise BadUsage(f"{platform} requires --webhook-url-stdin.")
    notifier = {"platform_id": ids[platform], "name": name, **_given(session, app, settings, lists)}
    answer = app.api.send("POST", *NOTIFIERS.at(app), json={"notifier": notifier})
    session.show(answer.document, NOTIFIER)
    session.say(
        f"Added the notifier {name}. To try it: {app.line(f'notifiers test {_word(name)}')}"
    )


@command.command(
    changes=True,
    examples=["scalingo notifiers update Kitchen --event app_deployed --event app_scaled"],
)
@click.argument("notifier", metavar="NAME|ID", type=ONE_OF_THEM)
@option("--name", aliases=["-n"], metavar="NAME", help="New name of the notifier.")
@_settings
@click.pass_obj
def update(session: Session, /, notifier: str, name: str | None, **settings: Any) -> None:
    """Change a notifier; omitted settings are kept.

    Events and recipients replace those that it has.
    """
    app = session.regional_app()
    _refuse_both(settings)
    if not (name or _any_given(**settings)):
        raise BadUsage("Nothing to change: give at least one option.")
    found, lists = app.api.together(
        lambda: NOTIFIERS.one(app, notifier), lambda: _lists(app, settings)
    )
    changes = {**({"name": name} if name else {}), **_given(session, app, settings, lists)}
    if settings["chosen"] and found.get("send_all_events") and settings["all_events"] is None:
        raise Misused(
            f"{plain(found.get('name'))} sends all events.",
            "To send only those named, add --no-all-events.",
        )
    path = NOTIFIERS.at(app, plain(found["id"]))
    answer = app.api.send("PATCH", *path, json={"notifier": changes})
    session.show(answer.document, NOTIFIER)
    session.say(f"Updated the notifier {name or plain(found.get('name'))}.")


@command.command(changes=True, examples=["scalingo notifiers enable Kitchen"])
@click.argument("notifier", metavar="NAME|ID", type=ONE_OF_THEM)
@click.pass_obj
def enable(session: Session, notifier: str) -> None:
    """Enable a notifier."""
    _switch(session, notifier, on=True)


@command.command(changes=True, examples=["scalingo notifiers disable Kitchen"])
@click.argument("notifier", metavar="NAME|ID", type=ONE_OF_THEM)
@click.pass_obj
def disable(session: Session, notifier: str) -> None:
    """Disable a notifier; it sends nothing until it is enabled again."""
    _switch(session, notifier, on=False)


@command.command(changes=True, reversible=False, examples=["scalingo notifiers test Kitchen"])
@click.argument("notifier", metavar="NAME|ID", type=ONE_OF_THEM)
@click.pass_obj
def test(session: Session, notifier: str) -> None:
    """Send a test notification."""
    app = session.regional_app()
    found = NOTIFIERS.one(app, notifier)
    app.api.send("POST", *NOTIFIERS.at(app, plain(found["id"]), "test"))
    session.say(f"Sent a test notification to {plain(found.get('name'))}.")


@command.command(
    changes=True, reversible=False, examples=["scalingo notifiers remove Kitchen --yes"]
)
@click.argument("notifier", metavar="NAME|ID", type=ONE_OF_THEM)
@without_asking
@click.pass_obj
def remove(session: Session, notifier: str, yes: bool) -> None:
    """Remove a notifier."""
    app = session.regional_app()
    found = NOTIFIERS.one(app, notifier)
    name = plain(found.get("name"))
    session.prompter.agree(f"Remove the notifier {name} from {app.name}?", yes)
    app.api.send("DELETE", *NOTIFIERS.at(app, plain(found["id"])))
    session.say(f"Removed the notifier {name} from {app.name}.")


def _word(name: str) -> str:
    import shlex

    return shlex.quote(name)


def _switch(session: Session, notifier: str, *, on: bool) -> None:
    app = session.regional_app()
    found = NOTIFIERS.one(app, notifier)
    path = NOTIFIERS.at(app, plain(found["id"]))
    answer = app.api.send("PATCH", *path, json={"notifier": {"active": on}})
    session.show(answer.document, NOTIFIER)
    done = "Enabled" if on else "Disabled"
    session.say(f"{done} the notifier {plain(found.get('name'))}.")


def _refuse_both(settings: Mapping[str, Any]) -> None:
    if settings["chosen"] and settings["all_events"]:
        raise BadUsage("--event and --all-events cannot be combined.")


def _any_given(*, webhook_url_stdin: bool, **settings: Any) -> bool:
    return webhook_url_stdin or any(value not in (None, ()) for value in settings.values())


class _Lists(NamedTuple):
    """What names are looked up in: the types of events, and the people of an app by their names."""

    events: list[Any]
    people: Mapping[str, str]


def _lists(app: App, settings: Mapping[str, Any]) -> _Lists:
    """Return the lists that these settings have names of."""
    return _Lists(
        *app.api.together(
            lambda: _event_types(app) if settings["chosen"] else [],
            lambda: _people(app) if settings["to"] else {},
        )
    )


def _given(
    session: Session, app: App, settings: Mapping[str, Any], lists: _Lists
) -> dict[str, Any]:
    """Return what was given of a notifier's settings, as the API takes it."""
    given: dict[str, Any] = {}
    if settings["disabled"] is not None:
        given["active"] = not settings["disabled"]
    for name, field in (("all_events", "send_all_events"), ("all_alerts", "send_all_alerts")):
        if settings[name] is not None:
            given[field] = settings[name]
    if settings["chosen"]:
        ids = {plain(at(each, "name")): plain(at(each, "id")) for each in lists.events}
        for name in settings["chosen"]:
            if name not in ids:
                raise known.unknown("event", name, ids)
        given["selected_event_ids"] = [ids[name] for name in settings["chosen"]]
    data = _type_data(session, app, settings, lists.people)
    return given | ({"type_data": data} if data else {})


def _type_data(
    session: Session, app: App, settings: Mapping[str, Any], people: Mapping[str, str]
) -> dict[str, Any]:
    """Return whom to send to, as the API takes it."""
    data: dict[str, Any] = {}
    url = settings["webhook_url"]
    if url and url != "-":
        session.console.say_public("a URL", "--webhook-url-stdin < FILE")
    if settings["webhook_url_stdin"] or url == "-":
        url = session.prompter.secret("Webhook URL:")
    if url:
        data["webhook_url"] = url
    if settings["phone"]:
        data["phone_number"] = settings["phone"]
    if settings["to"]:
        data |= _addressed(app, settings["to"], people)
    return data


def _people(app: App) -> dict[str, str]:
    """Return the ids of the owner and the collaborators of an app, by user name and e-mail."""
    shown, listed = app.api.together(
        lambda: app.api.get("apps", app.name),
        lambda: app.api.get("apps", app.name, "collaborators"),
    )
    owner = shown["app"]["owner"]
    people = {plain(at(owner, key)): plain(at(owner, "id")) for key in ("username", "email")}
    for each in listed["collaborators"] or []:
        if user_id := plain(at(each, "user_id")):
            people |= {plain(at(each, key)): user_id for key in ("username", "email")}
    return people


def _addressed(app: App, names: tuple[str, ...], people: Mapping[str, str]) -> dict[str, list[str]]:
    """Return those of `names` that are `people` by their ids, others by e-mail address.

    Raises Misused for what is neither.
    """
    others = [name for name in names if name not in people]
    for name in others:
        if "@" not in name:
            raise Misused(
                f"{name} is not the owner or an accepted collaborator of {app.name}.",
                NextStep("List them", app.line("collaborators")),
            )
    ids = [people[name] for name in names if name in people]
    return {name: given for name, given in (("user_ids", ids), ("emails", others)) if given}


def _event_types(app: App) -> list[Any]:
    return app.api.get("event_types")["event_types"] or []
