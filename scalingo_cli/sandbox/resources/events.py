"""Events: what happened to an app or, on the regional platform, to all that a user has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, overload

from scalingo_cli.sandbox.http import pagination
from scalingo_cli.sandbox.http.messages import document, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.clock import stamp
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

A_PAGE = 30
MOST_HOURS = 72
BEFORE = datetime(2015, 1, 1, tzinfo=UTC)  # when the distant events end, one a minute

# What happened then, again and again.
_ROUTINE: list[tuple[str, Row]] = [
    ("run", {"command": "bin/tally --boxes all"}),
    ("scale", {"previous_containers": {"web": "2:M"}, "containers": {"web": "3:M"}}),
    ("scale", {"previous_containers": {"web": "3:M"}, "containers": {"web": "2:M"}}),
    ("restart", {"scope": ["web"]}),
]


class History(Sequence["Row"]):
    """The events of an app, oldest first; the distant ones are made up as they are read."""

    def __init__(self, store: Store, app: App) -> None:
        self._store = store
        self._app = app

    def __len__(self) -> int:
        return self._app.distant_events + len(self._app.events)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        distant = self._app.distant_events
        return self._distant(number) if number < distant else self._app.events[number - distant]

    def _distant(self, number: int) -> Row:
        kind, data = _ROUTINE[number % len(_ROUTINE)]
        app = self._app
        moment = stamp(BEFORE - timedelta(minutes=app.distant_events - number))
        return self._store.event(app, app.owner, kind, data, f"{number:024x}", moment)


@route("GET", "/v1/apps/{app}/events", on=["legacy"], query=pagination.QUERY)
def list_(call: Call) -> Response:
    """List the events of an app."""
    return pagination.page(call, "events", History(call.store, call.app), dict, A_PAGE)


@route("GET", "/v1/apps/{app}/events", on=["api"], query=[*pagination.QUERY, "from"])
def regional_list(call: Call) -> Response:
    """List the events of an app, or all those of the last hours, from 1 to 72."""
    return _page(call, History(call.store, call.app))


@route("GET", "/v1/apps/{app}/events/{event_id}", on=["api"])
def show(call: Call) -> Response:
    """Show one event of an app."""
    return document({"event": find(History(call.store, call.app), call.names["event_id"], "event")})


@route("GET", "/v1/events", on=["api"], query=[*pagination.QUERY, "from"])
def list_all(call: Call) -> Response:
    """List what happened to the user's account and apps."""
    events = list(call.user.events)
    for app in call.store.apps_of(call.user, call.region):
        events += app.events
    return _page(call, sorted(events, key=_moment))


def _moment(event: Row) -> datetime:
    return datetime.fromisoformat(event["created_at"])


def _page(call: Call, events: Sequence[Row]) -> Response:
    hours = call.query.get("from")
    if hours is None:
        return pagination.page(call, "events", events, dict, A_PAGE)
    if not (hours.isascii() and hours.isdigit() and 1 <= int(hours) <= MOST_HOURS):
        raise refused(400, f"from should be a number of hours, 1 to {MOST_HOURS}, not {hours!r}")
    since = call.store.clock.now() - timedelta(hours=int(hours))
    recent = [event for event in events if _moment(event) > since]
    return pagination.whole(call, "events", recent, dict)
