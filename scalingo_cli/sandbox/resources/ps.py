"""The running containers of an app on the regional platform, one by one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import Response, document, invalid, not_found, nothing
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import catalogue
from scalingo_cli.sandbox.state.clock import stamp_utc
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from datetime import datetime

    from scalingo_cli.sandbox.state.models import App, OneOff, Row
    from scalingo_cli.sandbox.state.store import Store

SIGNALS = ("SIGUSR1", "SIGUSR2")


@route("GET", "/v1/apps/{app}/ps", on=["api"])
def list_(call: Call) -> Response:
    """List the running containers: those of the formation and one-off ones."""
    return document({"containers": _running(call)})


def _running(call: Call) -> list[Row]:
    app = call.app
    rows = []
    if app.status(call.store.clock.now()) in ("running", "scaling", "restarting"):
        for container in app.formation:
            rows += [_shown(app, container, i + 1) for i in range(container["amount"])]
    return [*rows, *_started_elsewhere(app), *(_one_off(one_off) for one_off in _one_offs(call))]


@route("POST", "/v1/apps/{app}/containers/{container_id}/kill", on=["api"])
def kill(call: Call) -> Response:
    """Send a signal to a container, which logs it."""
    container = find(_running(call), call.names["container_id"], "container")
    signal = call.document({"signal": str})["signal"]
    if signal not in SIGNALS:
        raise invalid(signal=f"should be one of {', '.join(SIGNALS)}")
    call.store.log(call.app, container["label"], f"received {signal}")
    return nothing()


@route("POST", "/v1/apps/{app}/containers/{container_id}/stop", on=["api"])
def stop(call: Call) -> Response:
    """End a one-off container."""
    for one_off in _one_offs(call):
        if one_off.id == call.names["container_id"]:
            one_off.container.end()
            return Response(202)
    for row in _started_elsewhere(call.app):
        if row["id"] == call.names["container_id"]:
            _started_elsewhere(call.app).remove(row)
            return Response(202)
    raise not_found("container")


def _started_elsewhere(app: App) -> list[Row]:
    """Return the one-off containers that ran before the sandbox did; nothing executes in them."""
    return app.rows("one_offs")


def new(store: Store, app: App, number: int, command: str, size: str, created: datetime) -> Row:
    """Return a one-off container that was started elsewhere, without storing it.

    Args:
        store: The state of the sandbox.
        app: The app.
        number: Its number.
        command: What it runs.
        size: Its size.
        created: When it was started.

    Returns:
        Its row.
    """
    return {
        "id": store.new_id(),
        "app_id": app.id,
        "label": f"one-off-{number}",
        "type": "one-off",
        "type_index": number,
        "created_at": stamp_utc(created),
        "deleted_at": None,
        "state": "running",
        "size": "",
        "command": command,
        "container_size": catalogue.size(app.region, size),
    }


def _one_offs(call: Call) -> list[OneOff]:
    return [
        one_off
        for one_off in call.store.one_offs
        if one_off.app is call.app and not one_off.container.ended.is_set()
    ]


def _shown(app: App, container: Row, number: int) -> Row:
    kind = container["name"]
    return {
        # the same as long as it runs
        "id": hashlib.sha256(f"{app.id} {kind}-{number}".encode()).hexdigest()[:24],
        "app_id": app.id,
        "label": f"{kind}-{number}",
        "type": kind,
        "type_index": number,
        "created_at": app.last_deployed_at,
        "deleted_at": None,
        "state": "running",
        "size": "",  # an older name of what follows
        "command": container["command"] or "",
        "container_size": catalogue.size(app.region, container["size"]),
    }


def _one_off(one_off: OneOff) -> Row:
    return {
        "id": one_off.id,
        "app_id": one_off.app.id,
        "label": f"one-off-{one_off.number}",
        "type": "one-off",
        "type_index": one_off.number,
        "created_at": stamp_utc(one_off.created),
        "deleted_at": None,
        "state": "running" if one_off.attached or one_off.detached else "booting",
        "size": "",
        "command": one_off.command,
        "container_size": catalogue.size(one_off.app.region, one_off.size),
    }
