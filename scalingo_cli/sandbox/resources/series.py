"""Series of what was measured: they follow from the time, and move with what happens to an app."""

from __future__ import annotations

import math
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import Response, document, not_found, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources.formation import MEGABYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_cli.sandbox.state.models import App, Row

POINTS = 120  # of a series, however long it is
MOST_HOURS = 71
QUERY = ("since", "last", "status_code", "statistics_type")
OF_CONTAINERS = ("cpu", "memory", "swap")
BROKEN = ("crashed-error", "hook-error", "timeout-error")  # deployments that users notice
RECOVERY = timedelta(minutes=20)  # after such a one
LEAK_A_MINUTE = 0.02  # of a container's memory

Value = float | None


def leak(app: App, container_type: str, moment: datetime) -> None:
    """Let containers of a type leak memory from then on; raise ValueError for an unknown type."""
    if all(row["name"] != container_type for row in app.formation):
        raise ValueError(f"{app.name} has no container type {container_type!r}")
    app.rows("leaks").append({"container_type": container_type, "since": moment.isoformat()})


@route("GET", "/v1/apps/{app}/stats/{metric}", on=["api"], query=QUERY)
@route("GET", "/v1/apps/{app}/stats/{metric}/{container_type}", on=["api"], query=QUERY)
@route("GET", "/v1/apps/{app}/stats/{metric}/{container_type}/{index}", on=["api"], query=QUERY)
def series(call: Call) -> Response:
    """Return the points of one measure, as an array: an hour of them, or so many."""
    app, metric = call.app, call.names["metric"]
    hours = call.query.get("since", "1")
    if not (hours.isdecimal() and 1 <= int(hours) <= MOST_HOURS):
        raise refused(400, f"'since' should be from 1 to {MOST_HOURS}")
    value = _measure(call, app, metric)
    step = int(hours) * 3600 // POINTS
    now = int(call.store.clock.now().timestamp()) // step * step
    created = datetime.fromisoformat(app.created_at).timestamp()
    moments = [now - step * back for back in reversed(range(POINTS))]
    if "last" in call.query:
        moments = moments[-1:]
    rows = [
        {
            "time": f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "value": None if moment < created else value(datetime.fromtimestamp(moment, UTC)),
        }
        for moment in moments
    ]
    return document(rows)


def _measure(call: Call, app: App, metric: str) -> Callable[[datetime], Value]:
    if metric in OF_CONTAINERS:
        kind = call.names.get("container_type")
        if kind is None:
            raise refused(400, "'container' should be defined")
        row = next((each for each in app.formation if each["name"] == kind), None)
        if row is None:
            raise not_found("container_type")
        if not row["amount"]:
            raise refused(404, "no metrics found")
        return _of_container(app, row, metric, call.names.get("index", ""))
    if not app.last_deployed_at or metric not in ("router", "requests"):
        raise refused(404, "no metrics found")
    if metric == "router":
        return lambda moment: round(_p95(app, moment), 1)
    errors = call.query.get("status_code") == "5XX"
    return lambda moment: round(_errors(app, moment) if errors else _requests(app, moment))


def _wave(moment: datetime, name: str, seconds: float) -> float:
    """Return a number from -1 to 1 that moves with the time, for each name in its own way."""
    phase = zlib.crc32(name.encode()) % 628 / 100
    slow = math.sin(moment.timestamp() / seconds * 2 * math.pi + phase)
    return 0.7 * slow + 0.3 * math.sin(moment.timestamp() / 97 + 3 * phase)


def _of_container(app: App, row: Row, metric: str, index: str) -> Callable[[datetime], Value]:
    kind, limit = row["name"], MEGABYTES[row["size"]] * 1024**2
    name = f"{app.name} {kind} {index}"

    def value(moment: datetime) -> Value:
        measured = _measured(app, kind, metric, moment)
        if metric == "cpu":
            percent = 22 + 15 * _wave(moment, name, 5400) if measured is None else 100 * measured
            return round(percent, 2)
        share = 0.5 + 0.06 * _wave(moment, name, 9000) if measured is None else measured
        share += 0 if measured is not None else _leaked(app, kind, moment)
        if metric == "memory":
            return round(limit * min(share, 1.0))
        return round(limit * max(share - 1.0, 0.0)) if measured is None else round(limit * measured)

    return value


def _measured(app: App, kind: str, metric: str, moment: datetime) -> Value:
    """Return what the sandbox was set to measure, None for its own numbers."""
    for row in app.collections.get("measures", ()):
        is_it = (row["container_type"], row["metric"]) == (kind, metric)
        if is_it and moment >= datetime.fromisoformat(row["since"]):
            return float(row["value"])
    return None


def _leaked(app: App, kind: str, moment: datetime) -> float:
    minutes = [
        (moment - datetime.fromisoformat(row["since"])).total_seconds() / 60
        for row in app.collections.get("leaks", ())
        if row["container_type"] == kind
    ]
    return LEAK_A_MINUTE * sum(max(each, 0.0) for each in minutes)


def of_leaks(app: App, moment: datetime) -> list[Row]:
    """Return what the memory of containers that leak is measured at, unless it was set."""
    rows: list[Row] = []
    for leaking in app.collections.get("leaks", ()):
        kind = leaking["container_type"]
        if _measured(app, kind, "memory", moment) is None:
            share = round(min(0.5 + _leaked(app, kind, moment), 1.0), 2)
            rows.append({**leaking, "metric": "memory", "value": share})
    return rows


def _trouble(app: App, moment: datetime) -> float:
    """Return how far a deployment that went wrong is felt: 1 at its end, 0 after a while."""
    gone = [
        (moment - each.created - timedelta(seconds=each.seconds)) / RECOVERY
        for each in app.deployments
        if each.outcome in BROKEN
    ]
    return max([1 - each for each in gone if 0 <= each < 1], default=0.0)


def _requests(app: App, moment: datetime) -> float:
    return 240 + 130 * _wave(moment, f"{app.name} requests", 7200)


def _errors(app: App, moment: datetime) -> float:
    return max(0.0, _wave(moment, f"{app.name} errors", 1200)) * 2 + 90 * _trouble(app, moment)


def _p95(app: App, moment: datetime) -> float:
    calm = 140 + 30 * _wave(moment, f"{app.name} p95", 4000)
    return calm * (1 + 7 * _trouble(app, moment))
