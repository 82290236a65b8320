"""Autoscalers: each keeps a type of container at a target, one container at a time."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.collection import Collection
from scalingo_cli.sandbox.http.messages import invalid
from scalingo_cli.sandbox.resources import catalogue, operations
from scalingo_cli.sandbox.resources.formation import MOST, written
from scalingo_cli.sandbox.state.models import PLATFORM

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.routing import Call
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

NEVER = "0001-01-01T00:00:00Z"
REST = timedelta(minutes=1)  # between two changes by one autoscaler


def _said(verb: str, row: Row) -> Row:
    data = {"container_type": row["container_type"], "metric": row["metric"]}
    if verb == "delete":
        return data
    bounds = {name: str(row[name]) for name in ("min_containers", "max_containers")}
    target = float(row["target"])
    return data | bounds | {"target": target, "target_text": catalogue.text(row["metric"], target)}


AUTOSCALERS = Collection(
    "autoscalers", "autoscaler", id="sc-{uuid}", events="autoscaler", event_data=_said, on=("api",)
)
AUTOSCALERS.lists()
AUTOSCALERS.shows()
AUTOSCALERS.deletes()


@AUTOSCALERS.creates(
    {
        "container_type": str,
        "metric": str,
        "target": object,
        "min_containers": int,
        "max_containers": int,
    }
)
def create(call: Call, given: Row) -> Row:
    """Add the autoscaler of a type of container that has none yet."""
    kind = given["container_type"]
    if all(row["name"] != kind for row in call.app.formation):
        raise invalid(container_type="is not a type of this application")
    if any(row["container_type"] == kind for row in AUTOSCALERS.rows(call)):
        raise invalid(container_type="has already been taken")
    return new(call.store, call.app, **_checked(given))


def new(store: Store, app: App, **given: object) -> Row:
    """Return an autoscaler of an app, not yet among its own."""
    now = store.stamp()
    alerts = {
        name: f"al-{store.new_uuid()}" for name in ("alert_id_scale_up", "alert_id_scale_down")
    }
    fields = {"created_at": now, "updated_at": now, "app_id": app.id, **alerts, **given}
    return AUTOSCALERS.row(store, fields | {"last_scale": NEVER, "disabled": False})


@AUTOSCALERS.updates(
    {
        "metric?": str,
        "target?": object,
        "min_containers?": int,
        "max_containers?": int,
        "disabled?": bool,
    }
)
def update(call: Call, row: Row, given: Row) -> Row | None:
    """Change an autoscaler, or switch it on or off."""
    _checked(row | given)
    row.update(given, updated_at=call.store.stamp())
    return {}


def _checked(given: Row) -> Row:
    catalogue.require_metric(given["metric"])
    catalogue.require_number("target", given["target"])
    least, most = given["min_containers"], given["max_containers"]
    if not 1 <= least <= most <= MOST:
        raise invalid(min_containers=f"should be from 1 to max_containers, which is at most {MOST}")
    return given


def react(store: Store, app: App, measure: Row) -> None:
    """Start or stop one container if what was measured asks for it, and an autoscaler is on."""
    now = store.clock.now()
    for row in app.collections.get("autoscalers", ()):
        watched = all(row[name] == measure[name] for name in ("container_type", "metric"))
        rested = now - datetime.fromisoformat(row["last_scale"]) >= REST
        if row["disabled"] or not watched or not rested or app.busy(now):
            continue
        before = [dict(each) for each in app.formation]
        container = next(each for each in app.formation if each["name"] == row["container_type"])
        amount = container["amount"]
        wanted = math.ceil(amount * measure["value"] / row["target"])
        wanted = min(max(wanted, row["min_containers"]), row["max_containers"])
        if wanted == amount:
            continue
        container["amount"] += 1 if wanted > amount else -1
        row["last_scale"] = store.stamp()
        app.operations.append(operations.begin(store, "scale", before))
        data = {"previous_containers": written(before), "containers": written(app.formation)}
        store.record(app, PLATFORM, "scale", data)
