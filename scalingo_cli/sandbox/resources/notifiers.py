"""Notifiers: whom an app's events and alerts are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scalingo_cli.sandbox.http.collection import Collection
from scalingo_cli.sandbox.http.messages import invalid, not_found, text
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import catalogue
from scalingo_cli.sandbox.runtime import webhook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

# The types of events, and what notifiers call them.
KINDS = {
    "deployment": "app_deployed",
    "restart": "app_restarted",
    "scale": "app_scaled",
    "new_addon": "addon_provisioned",
    "new_collaborator": "collaborator_added",
}


def _said(_verb: str, row: Row) -> Row:
    names = {each["id"]: each["name"] for each in catalogue.event_kinds()}
    return {
        "notifier_name": row["name"],
        "active": row["active"],
        "send_all_events": row["send_all_events"],
        "selected_events": [names[each] for each in row["selected_event_ids"]],
        "notifier_type": row["type"],
        "notifier_type_data": row["type_data"],
        "platform_name": row["type"],
    }


NOTIFIERS = Collection(
    "notifiers",
    "notifier",
    id="no-{uuid}",
    events="notifier",
    event_data=_said,
    on=("api",),
    missing="base",
)
NOTIFIERS.lists()
NOTIFIERS.shows()
NOTIFIERS.deletes()
SETTINGS = {
    "active?": bool,
    "send_all_alerts?": bool,
    "send_all_events?": bool,
    "type_data?": dict,
    "selected_event_ids?": list,
}


@NOTIFIERS.creates({"platform_id": str, "name": str, **SETTINGS})
def create(call: Call, given: Row) -> Row:
    """Add a notifier."""
    platform = next((p for p in catalogue.platforms() if p["id"] == given["platform_id"]), None)
    if platform is None:
        raise not_found("notification_platform")
    row = new(call.store, call.app, platform, **given)
    _check(row)
    return row


def new(store: Store, app: App, platform: Row, **given: object) -> Row:
    """Return a notifier of an app, not yet among its own."""
    now = store.stamp()
    fields = {
        "name": "",
        "active": True,
        "type": platform["name"],
        "platform_id": platform["id"],
        "created_at": now,
        "updated_at": now,
        "send_all_alerts": False,
        "send_all_events": False,
        "selected_event_ids": [],
        "app_id": app.id,
        "app": app.name,
        "type_data": {},
    }
    return NOTIFIERS.row(store, fields | given)


@NOTIFIERS.updates({"name?": str, **SETTINGS})
def update(call: Call, row: Row, given: Row) -> Row | None:
    """Change a notifier; of its `type_data` what is given."""
    changed = row | given | {"type_data": row["type_data"] | given.get("type_data", {})}
    _check(changed)
    row.update(changed, updated_at=call.store.stamp())
    return {}


def _check(row: Row) -> None:
    if not row["name"].strip():
        raise invalid(name="can't be blank")
    known = {each["id"] for each in catalogue.event_kinds()}
    if not known.issuperset(row["selected_event_ids"]):
        raise invalid(selected_event_ids="has an unknown event")
    data = row["type_data"]
    if row["type"] == "email":
        if not data.get("emails") and not data.get("user_ids"):
            raise invalid(type_data="should have emails or user_ids")
    elif urlsplit(str(data.get("webhook_url", ""))).scheme not in ("http", "https"):
        raise invalid(webhook_url="is not a URL")


@route("POST", "/v1/apps/{app}/notifiers/{notifier_id}/test", on=["api"])
def test(call: Call) -> Response:
    """Send a notification that says that it is a test."""
    row = NOTIFIERS.find(call)
    event = call.store.event(
        call.app, call.user, "test", {}, call.store.new_id(), call.store.stamp()
    )
    _send(call.store, row, event)
    return text("")


def pass_on(store: Store, app: App, event: Row) -> None:
    """Send an event to the notifiers that it is for."""
    rows = app.collections.get("notifiers", ())
    kinds = {each["name"]: each["id"] for each in catalogue.event_kinds()}
    kind = kinds.get(KINDS.get(event["type"], ""))
    for row in rows:
        if row["active"] and (row["send_all_events"] or kind in row["selected_event_ids"]):
            _send(store, row, event)


def alert(store: Store, app: App, event: Row, chosen: Iterable[str]) -> None:
    """Send the event of an alert to notifiers.

    Args:
        store: The state of the sandbox.
        app: The app.
        event: The event.
        chosen: The IDs of the alert's notifiers; those that send all events get it as well.
    """
    for row in app.collections.get("notifiers", ()):
        wanted = row["send_all_alerts"] or row["id"] in chosen
        if row["active"] and wanted and not row["send_all_events"]:  # which had it already
            _send(store, row, event)


def _send(store: Store, row: Row, event: Row) -> None:
    delivery = {"notifier": row["name"], "event": event["type"], "status": "under way"}
    store.deliveries.append(delivery)

    def ended(status: str) -> None:
        delivery["status"] = status

    if row["type"] == "email":
        ended("not sent: a sandbox sends no e-mail")
        return
    said = {"text": f"{event['app_name']}: {event['type']}"} if row["type"] == "slack" else event
    webhook.deliver(row["type_data"]["webhook_url"], said, ended)
