"""Alerts: each watches a metric of a type of container, and says when it passes a limit."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.collection import Collection
from scalingo_cli.sandbox.http.messages import invalid
from scalingo_cli.sandbox.resources import catalogue, notifiers
from scalingo_cli.sandbox.state.models import PLATFORM

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.routing import Call
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

NEVER = "0001-01-01T00:00:00Z"
DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def _said(verb: str, row: Row) -> Row:
    data = {"container_type": row["container_type"], "metric": row["metric"]}
    if verb == "delete":
        return data
    return data | _limit(row) | {"send_when_below": row["send_when_below"]}


def _limit(row: Row) -> Row:
    limit = float(row["limit"])
    return {"limit": limit, "limit_text": catalogue.text(row["metric"], limit)}


ALERTS = Collection(
    "alerts", "alert", id="al-{uuid}", events="alert", event_data=_said, on=("api",)
)
ALERTS.lists()
ALERTS.shows()
ALERTS.deletes()
SETTINGS = {
    "send_when_below?": bool,
    "duration_before_trigger?": int,
    "remind_every?": str,
    "notifiers?": list,
    "disabled?": bool,
}


@ALERTS.creates({"container_type": str, "metric": str, "limit": object, **SETTINGS})
def create(call: Call, given: Row) -> Row:
    """Add an alert."""
    row = new(call.store, call.app, **given)
    _check(call.app, row)
    return row


def new(store: Store, app: App, **given: object) -> Row:
    """Return an alert of an app, not yet among its own."""
    now = store.stamp()
    fields = {
        "created_at": now,
        "updated_at": now,
        "deleted_at": NEVER,
        "app_id": app.id,
        "disabled": False,
        "send_when_below": False,
        "duration_before_trigger": 0,
        "remind_every": "",
        "metadata": {"recipient": "user"},
        "notifiers": [],
    }
    return ALERTS.row(store, fields | given)


@ALERTS.updates({"container_type?": str, "metric?": str, "limit?": object, **SETTINGS})
def update(call: Call, row: Row, given: Row) -> Row | None:
    """Change an alert, or switch it on or off; there is no event of that."""
    _check(call.app, row | given)
    row.update(given, updated_at=call.store.stamp())
    return None


def _check(app: App, row: Row) -> None:
    if all(each["name"] != row["container_type"] for each in app.formation):
        raise invalid(container_type="is not a type of this application")
    catalogue.require_metric(row["metric"])
    catalogue.require_number("limit", row["limit"])
    if row["duration_before_trigger"] < 0:
        raise invalid(duration_before_trigger="may not be negative")
    if _duration(row["remind_every"]) is None:
        raise invalid(remind_every='should be a duration such as "5m30s"')
    known = {each["id"] for each in app.rows("notifiers")}
    if not known.issuperset(row["notifiers"]):
        raise invalid(notifiers="has an unknown notifier")


def _duration(text: str) -> timedelta | None:
    if not (parts := DURATION.fullmatch(text)):
        return None
    hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def react(store: Store, app: App, measure: Row) -> None:
    """Raise the alerts that what was measured passes, remind of them, and end those it does not."""
    now = store.clock.now()
    raised = app.rows("raised")
    for row in app.collections.get("alerts", ()):
        watched = all(row[name] == measure[name] for name in ("container_type", "metric"))
        if row["disabled"] or not watched:
            continue
        before = next((each for each in raised if each["alert_id"] == row["id"]), None)
        value = measure["value"]
        passed = value < row["limit"] if row["send_when_below"] else value > row["limit"]
        wait = timedelta(microseconds=row["duration_before_trigger"] / 1000)
        remind = _duration(row["remind_every"])
        if not passed and before:
            raised.remove(before)
            _say(store, app, row, value, activated=False)
        elif passed and not before and now - datetime.fromisoformat(measure["since"]) >= wait:
            raised.append({"alert_id": row["id"], "at": store.stamp()})
            _say(store, app, row, value, activated=True)
        elif before and remind and now - datetime.fromisoformat(before["at"]) >= remind:
            before["at"] = store.stamp()
            _say(store, app, row, value, activated=True)


def _say(store: Store, app: App, row: Row, value: float, *, activated: bool) -> None:
    data = {
        "sender_name": f"{app.name} {row['container_type']}",
        "metric": row["metric"],
        **_limit(row),
        "raw_limit": float(row["limit"]),
        "value": value,
        "value_text": catalogue.text(row["metric"], value),
        "raw_value": value,
        "activated": activated,
        "send_when_below": row["send_when_below"],
    }
    event = store.record(app, PLATFORM, "alert", data)
    notifiers.alert(store, app, event, row["notifiers"])
