"""Events: what happened to an application or, on today's platform, to all that a user has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scalingo_cli.sandbox import pagination
from scalingo_cli.sandbox.messages import document, refused
from scalingo_cli.sandbox.routes import Call, route
from scalingo_cli.sandbox.store import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.messages import Response
    from scalingo_cli.sandbox.store import Row

A_PAGE = 30
MOST_HOURS = 72


@route("GET", "/v1/apps/{app}/events", on=["version 1"], query=pagination.QUERY)
def list_(call: Call) -> Response:
    """List the events of an application."""
    return pagination.page(call, "events", call.app.events, dict, A_PAGE)


@route("GET", "/v1/apps/{app}/events", on=["api"], query=[*pagination.QUERY, "from"])
def todays_list(call: Call) -> Response:
    """List the events of an application, or all those of the last hours, from 1 to 72."""
    return _page(call, call.app.events)


@route("GET", "/v1/apps/{app}/events/{event_id}", on=["api"])
def show(call: Call) -> Response:
    """Show one event of an application."""
    return document({"event": find(call.app.events, call.names["event_id"], "event")})


@route("GET", "/v1/events", on=["api"], query=[*pagination.QUERY, "from"])
def list_all(call: Call) -> Response:
    """List what happened to the user's account and applications."""
    events = list(call.user.events)
    for app in call.store.apps_of(call.user, call.region):
        events += app.events
    return _page(call, sorted(events, key=_moment))


def _moment(event: Row) -> datetime:
    return datetime.fromisoformat(event["created_at"])


def _page(call: Call, events: list[Row]) -> Response:
    hours = call.query.get("from")
    if hours is None:
        return pagination.page(call, "events", events, dict, A_PAGE)
    if not (hours.isascii() and hours.isdigit() and 1 <= int(hours) <= MOST_HOURS):
        raise refused(400, f"from should be a number of hours, 1 to {MOST_HOURS}, not {hours!r}")
    since = call.store.clock.now() - timedelta(hours=int(hours))
    recent = [event for event in events if _moment(event) > since]
    return pagination.whole(call, "events", recent, dict)
