"""Operations, which scale and restart start: one at a time for each app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import TEXT, Response, document, invalid, not_found
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.clock import stamp
from scalingo_cli.sandbox.state.models import Operation

if TYPE_CHECKING:
    from datetime import datetime

    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

OUTCOMES = ("done", "error", "never")


def refuse_if_busy(call: Call) -> None:
    """Refuse with 422 while an operation is in progress on the app."""
    if call.app.busy(call.store.clock.now()):
        state = call.app.status(call.store.clock.now())
        raise invalid(app=f"is {state}: wait for the operation in progress to finish")


def begin(store: Store, kind: str, before: list[Row]) -> Operation:
    """Return an operation that begins now; `before` is the formation until now."""
    outcome, error = store.next_operation
    store.next_operation = ("done", "")
    return Operation(
        id=store.new_id(),
        type=kind,
        created=store.clock.now(),
        seconds=store.operation_seconds,
        outcome=outcome,
        error=error,
        before=before,
    )


def accept(call: Call, kind: str, before: list[Row]) -> str:
    """Start an operation on the app and return its address."""
    operation = begin(call.store, kind, before)
    call.app.operations.append(operation)
    return address(call, operation)


def address(call: Call, operation: Operation) -> str:
    """Return the address of an operation on an app."""
    api = call.store.api_url(call.region)
    return f"{api}/v1/apps/{call.app.name}/operations/{operation.id}"


def settle(store: Store, now: datetime) -> None:
    """Apply the effects of the operations that have ended by `now`."""
    for app in store.apps:
        if app.operations and not app.operations[-1].settled and app.operations[-1].finished(now):
            _settle(app, app.operations[-1])


def _settle(app: App, operation: Operation) -> None:
    operation.settled = True
    if operation.type == "restart":
        app.crashed = operation.outcome == "error"
    elif operation.outcome == "error":
        app.formation = operation.before


@route("POST", "/v1/apps/{app}/restart")
def restart(call: Call) -> Response:
    """Restart the containers or the types of containers in `scope`, everything if it is empty."""
    app = call.app
    scope = call.document({"scope?": object}).get("scope")
    if scope is not None and not isinstance(scope, list):
        raise invalid(scope="should be a list or null")
    known = [row["name"] for row in app.formation] + app.containers()
    if unknown := [str(name) for name in scope or () if name not in known]:
        raise invalid(scope=f"{', '.join(unknown)}: no such container")
    if app.last_deployed_at is None:
        raise invalid(app="was never deployed: there is nothing to restart")
    refuse_if_busy(call)
    location = accept(call, "restart", app.formation)
    call.record("restart", {"scope": scope or []})
    return Response(202, b"", TEXT, {"Location": location})


@route("GET", "/v1/apps/{app}/operations/{operation_id}")
def show(call: Call) -> Response:
    """Show an operation."""
    starts = [each.start for each in call.store.one_offs if each.app is call.app and each.start]
    for operation in [*call.app.operations, *starts]:
        if operation.id == call.names["operation_id"]:
            return document({"operation": _shown(call, operation)})
    raise not_found("operation")


def _shown(call: Call, operation: Operation) -> Row:
    now = call.store.clock.now()
    row: Row = {
        "id": operation.id,
        "app_id": call.app.id,
        "created_at": stamp(operation.created),
        "status": operation.status(now),
        "type": operation.type,
    }
    row["message"] = None
    if operation.finished(now):
        row["finished_at"] = stamp(operation.end)
        if operation.outcome == "error":
            row["error"] = operation.error
        else:
            row |= operation.result
    return call.dialect.row("operation", row)
