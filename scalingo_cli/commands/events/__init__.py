"""`scalingo events`: what happened to an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import paginated
from scalingo_cli.cli.types import Word
from scalingo_cli.commands.events import describe
from scalingo_cli.console import lookup
from scalingo_cli.console.view import Column, View, at, date, moment, plain
from scalingo_cli.errors import BadUsage, NotFound, did_you_mean
from scalingo_cli.session import App

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.api.document import Document
    from scalingo_cli.session import Session

EVENT = View(
    "events",
    "event",
    {
        "ID": "id",
        "Date": date("created_at"),
        "Type": "type",
        "What": Column(describe.describe),
        "By": "user.username",
    },
    details={"App": "app_name"},
    empty="No events yet.",
    listing="events list",
    about=(moment("created_at"), "type"),
)
# Completion offers the events of one app only.
OF_ALL_APPS = EVENT._replace(
    columns={
        **EVENT.columns,
        "App": Column(lambda event: plain(at(event, "app_name") or at(event, "project_name"))),
    },
    listing="",
)


@click.group("events", cls=Group, takes_app=True)
def command() -> None:
    """Show an app's events."""


@command.command(
    "list",
    takes_database=True,
    examples=[
        "scalingo events --app my-app",
        "scalingo events --type scale --type restart --limit 5",
        "scalingo events --all --json | jq '.meta.pagination.total_count'",
        "scalingo events --all-apps --limit 20",
    ],
)
@click.option("--all-apps", is_flag=True, help="Events of your account and of all your apps.")
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="TYPE",
    type=Word(*sorted(describe.TYPES)),
    help="Event type to show (default: all); may be repeated.",
)
@paginated
@click.option("-f", "--follow", is_flag=True, help="Keep showing new events as they arrive.")
@click.pass_obj
def list_(
    session: Session,
    all_apps: bool,
    types: tuple[str, ...],
    limit: int | None,
    everything: bool,
    page: int | None,
    per_page: int | None,
    follow: bool,
) -> None:
    """List the events of an app, or of all your apps and your account, newest first.

    Lists the first page unless --limit, --all or --page is given. With --type, searches all pages,
    or until --limit is reached.

    With --follow, prints each new event on its own line as it arrives, after the last N if --limit
    N is given, oldest first; with --json, each event is one JSON object. After a lost connection,
    resumes where it stopped.
    """
    if types and page:
        raise BadUsage("--type and --page cannot be combined.", "Use --limit instead.")
    if follow and (everything or page or per_page):
        raise BadUsage(
            "--follow cannot be combined with --all, --page or --per-page. To start with the"
            " last N events, use --limit N."
        )
    if all_apps and session.selection.app_option is not None:
        raise BadUsage("--all-apps and --app cannot be combined.")
    if all_apps:
        app = App(session.regional_api, "all your apps", session.auth.line)
    else:
        app = session.app()
    path = ("events",) if all_apps else ("apps", app.name, "events")
    view = OF_ALL_APPS if all_apps else EVENT
    keep = (lambda event: event.get("type") in types) if types else None
    if follow:
        from scalingo_cli.polling.follow import news

        fresh = news(app, session, *path, root="events", latest=limit or 0, keep=keep)
        session.console.show_each(fresh, {**view.columns, "Date": moment("created_at")})
        return
    from scalingo_cli.api import pagination

    wanted = pagination.Wanted(limit, everything, page, per_page)
    listing = pagination.listing(app.api, *path, root="events", wanted=wanted, keep=keep)
    session.console.show_listing(listing, view._replace(empty=_none_of(types)) if types else view)


def _none_of(types: Sequence[str]) -> str:
    """Return what to say when no event is of these types."""
    unknown = [name for name in types if name not in describe.TYPES]
    near = [did_you_mean(name, describe.TYPES) for name in unknown]
    return " ".join([f"No events of type {' or '.join(types)}.", *filter(None, near)])


@command.command(examples=["scalingo events show latest"])
@click.argument("event_id", metavar="ID|latest", type=Word("latest", listing="events list"))
@click.pass_obj
def show(session: Session, event_id: str) -> None:
    """Show an event, given its ID, the start of its ID, or `latest`."""
    from scalingo_cli.api.document import rooted

    session.show(rooted(f'{{"event": {one(session.app(), event_id).text}}}'), EVENT)


def one(app: App, event_id: str) -> Document:
    """Return the event of an app that an id, the start of one, or `latest` means.

    Raises NotFound if it does not exist, and as `API.get` does.
    """
    from scalingo_cli.api import pagination

    events = pagination.each(app.api, "apps", app.name, "events", root="events")
    if event_id == "latest":
        event = next(events, None)
        if event is None:
            raise NotFound(f"Nothing happened to {app.name} yet.")
        return event
    missing, listing = f"{app.name} has no event", app.line("events")
    return lookup.by_start(events, event_id, view=EVENT, missing=missing, listing=listing)
