"""`scalingo log-drains`: where the logs of an app or an add-on are sent as they are written."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import option, without_asking
from scalingo_cli.cli.types import Number, Word
from scalingo_cli.console.tally import one_by_one
from scalingo_cli.console.view import Column, View, at, plain
from scalingo_cli.errors import BadUsage, Misused, NextStep, NotFound, Rejected, did_you_mean
from scalingo_cli.text import drains

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalingo_cli.api.document import Document
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App, Session

# The types of the platform's documents, and the options that each one requires.
TYPES: Mapping[str, Sequence[str]] = {
    "appsignal": ["token"],
    "betterstack": ["token"],
    "datadog": ["token"],
    "elk": ["url"],
    "logtail": ["token"],
    "ovh-graylog": ["token", "host"],
    "papertrail": ["host", "port"],
    "syslog": ["host", "port"],
}
DRAIN = View(
    "drains",
    "drain",
    {
        "Drain": Column(lambda record: drains.name(plain(at(record, "url")))),
        "URL": Column(lambda record: drains.masked(plain(at(record, "url")))),
    },
    empty="There are no log drains. Add one:",
    first="log-drains add TYPE",
    listing="log-drains list",
)
DRAINS = DRAIN._replace(columns={**DRAIN.columns, "Of": "of"}, listing="")


class Place(NamedTuple):
    """What has log drains: an app, or the add-on of it with an ID; `name` is shown."""

    app: App
    name: str
    addon_id: str | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """Where its drains are."""
        below = ("addons", self.addon_id) if self.addon_id else ()
        return ("apps", self.app.name, *below, "log_drains")

    def get(self) -> Document:
        """Return the document of its drains."""
        return self.app.api.get(*self.path)


@click.group("log-drains", cls=Group, takes_app=True)
def command() -> None:
    """List, add and remove log drains."""


@command.command(
    "list",
    takes_addon=True,
    takes_database=True,
    examples=["scalingo log-drains", "scalingo log-drains --addon postgresql"],
)
@option(
    "--with-addons",
    aliases=["--with-databases"],
    is_flag=True,
    help="List those of the app's add-ons as well.",
)
@click.pass_obj
def list_(session: Session, with_addons: bool) -> None:
    """List the log drains of an app or, with --addon, of an add-on.

    Tokens in their URLs are masked, except with --json.
    """
    if not with_addons:
        session.show(_place(session).get(), DRAIN)
        return
    places = _with_addons(session)
    drains_of = session.api.together(*(partial(_drains, each) for each in places))
    found: list[Record] = [
        {**drain, "of": each.name}
        for each, rows in zip(places, drains_of, strict=True)
        for drain in rows
    ]
    session.show({"drains": found}, DRAINS)


@command.command(
    changes=True,
    takes_addon=True,
    takes_database=True,
    examples=[
        "scalingo log-drains add papertrail --host logs7.papertrailapp.com --port 31207",
        "scalingo log-drains add datadog --drain-region eu-west-2 --token-stdin < drain.txt",
    ],
)
@click.argument("kind", metavar="TYPE", required=False, type=Word(*TYPES))
@click.option("--type", "official_kind", hidden=True)
@click.option("--host", metavar="HOST", help="Host to send to.")
@click.option("--port", type=Number(int, 1, 65535), metavar="N", help="Port of the host.")
@click.option("--drain-region", metavar="REGION", help="Region of the service, such as eu-west-2.")
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input.")
@click.option("--url-stdin", is_flag=True, help="Read the URL (elk) from standard input.")
@click.option("--token", hidden=True)
@click.option("--url", hidden=True)
@option(
    "--with-addons",
    aliases=["--with-databases"],
    is_flag=True,
    help="Add it to each add-on of the app as well.",
)
@click.pass_obj
def add(
    session: Session,
    /,
    kind: str | None,
    official_kind: str | None,
    with_addons: bool,
    **given: Any,
) -> None:
    """Add a log drain to an app or, with --addon, to an add-on.

    TYPE is appsignal, betterstack, datadog, elk, logtail, ovh-graylog, papertrail or syslog. A
    token or a URL that TYPE requires is asked for at a terminal, and read from standard input
    otherwise.
    """
    drain = _described(session, kind or official_kind, given)
    places = _with_addons(session) if with_addons else [_place(session)]
    named = {place.name: place for place in places}
    answers: list[Document] = []

    def send(name: str) -> None:
        place = named[name]
        answer = place.app.api.send("POST", *place.path, json={"drain": drain})
        answers.append(answer.document)

    one_by_one(session.console, f"Added the {drain['type']} log drain to", named, send)
    session.show(answers[0], DRAIN)


@command.command(
    changes=True,
    reversible=False,
    takes_addon=True,
    takes_database=True,
    examples=["scalingo log-drains remove datadog --yes"],
)
@click.argument("drain", metavar="DRAIN", type=Word(listing="log-drains list"))
@option("--with-addons", is_flag=True, help="Remove it from each add-on of the app as well.")
@click.option("--unless-chosen", is_flag=True, hidden=True)  # how the official spelling has it
@click.option("--only-app", is_flag=True, hidden=True)
@without_asking
@click.pass_obj
def remove(
    session: Session, drain: str, with_addons: bool, unless_chosen: bool, only_app: bool, yes: bool
) -> None:
    """Remove a log drain of an app or, with --addon, of an add-on.

    DRAIN is the name in the list, such as a host, or part of it; the token is not needed.
    """
    is_chosen = unless_chosen and databases.is_chosen(session)
    many = with_addons and not (only_app or is_chosen)
    places = _with_addons(session) if many else [_place(session)]
    found = {place.name: (place, _drains(place)) for place in places}
    url = _one([each for _, listed in found.values() for each in listed], drain, places[0])
    having = [name for name, (_, listed) in found.items() if any(r["url"] == url for r in listed)]
    shown = drains.masked(url)
    session.prompter.agree(f"Remove the log drain {shown} from {', '.join(having)}?", yes)
    one_by_one(
        session.console,
        f"Removed the log drain {shown} from",
        having,
        lambda name: _delete(found[name][0], url),
    )


def _place(session: Session) -> Place:
    """Return what the options choose: the app, an add-on of it, or a dedicated database."""
    source = databases.app_or_database(session, anew=True)
    if isinstance(source, databases.Database):
        return Place(source.app, source.name, source.id)
    return Place(source, source.name)


def _with_addons(session: Session) -> list[Place]:
    """Return the app and its add-ons. Raises BadUsage if one of them was chosen."""
    if any(session.selection.addon_options.values()):
        raise BadUsage("--with-addons cannot be combined with --addon or --database.")
    app = session.regional_app()
    from scalingo_cli.commands.addons import ADDONS

    names = {
        plain(addon["id"]): plain(at(addon, "addon_provider.id"))
        for addon in ADDONS.get(app)["addons"]
    }
    times = Counter(names.values())
    addons = [
        Place(app, name if name and times[name] == 1 else addon_id, addon_id)
        for addon_id, name in names.items()
    ]
    return [Place(app, app.name), *addons]


def _drains(place: Place) -> list[Record]:
    return [each for each in place.get()["drains"] if plain(at(each, "url"))]


def _described(session: Session, kind: str | None, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the drain to add: of the options, those that were given.

    Raises BadUsage if the type lacks one or does not exist, and Misused without a secret.
    """
    if kind is None:
        raise BadUsage("Missing argument 'TYPE'.")
    if kind not in TYPES:
        raise Misused(
            f'"{kind}" is not a type of log drain.',
            f"{did_you_mean(kind, TYPES)} Valid types: {', '.join(TYPES)}.".strip(),
        )
    drain = {"type": kind}
    for name in ("host", "port", "drain_region"):
        if given[name] is not None:
            drain[name] = str(given[name])
        elif name in TYPES[kind]:
            raise BadUsage(f"{kind} requires --{name}.")
    if given["token_stdin"] and given["url_stdin"]:
        raise BadUsage("--token-stdin and --url-stdin cannot be combined.")
    for name in ("token", "url"):
        question = f"{'URL' if name == 'url' else 'Token'} of the {kind} drain:"
        if given[name] not in {None, "-"}:
            better = f"scalingo log-drains add TYPE --{name}-stdin < FILE"
            session.console.say_public("a token" if name == "token" else "a URL", better)
            drain[name] = given[name]
        elif given[f"{name}_stdin"] or given[name]:
            drain[name] = session.prompter.secret(question)
        elif name in TYPES[kind]:
            hint = f"Pass it on standard input: --{name}-stdin < FILE"
            drain[name] = session.prompter.ask_hidden(question, otherwise=hint)
    return drain


def _one(listed: Sequence[Record], given: str, place: Place) -> str:
    """Return the URL that `given` means: the URL itself, a name, or a part of what is shown.

    Raises NotFound if there is none and Misused if there are several; neither repeats a token.
    """
    urls = list(dict.fromkeys(plain(each["url"]) for each in listed))
    found = (
        [url for url in urls if url == given]
        or [url for url in urls if drains.name(url) == given]
        or [url for url in urls if given in drains.masked(url) and given.strip("*:/@?")]
    )
    shown = drains.masked(given) if "://" in given else given
    if not found:
        near = did_you_mean(shown, map(drains.name, urls))
        listing = NextStep("List them", place.app.line("log-drains"))
        raise NotFound(f'{place.name} has no log drain "{shown}".', near, listing)
    if len(found) > 1:
        names = ", ".join(map(drains.masked, found))
        raise Misused(f'"{shown}" matches {len(found)} log drains.', f"They are: {names}")
    return found[0]


def _delete(place: Place, url: str) -> None:
    """Remove a drain; its URL, a credential, is sent in the body, which proxies do not log."""
    try:
        place.app.api.send("DELETE", *place.path, json={"url": url})
    except Rejected:  # the official client sends a query
        place.app.api.send("DELETE", *place.path, params={"url": url})
