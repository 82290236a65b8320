"""Containers: the formation of an app, and what its containers use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, invalid, not_found, unpaid
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources.operations import accept, refuse_if_busy

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Row

MEGABYTES = {"S": 256, "M": 512, "L": 1024, "XL": 2048, "2XL": 4096, "3XL": 8192}
MOST = 10


@route("GET", "/v1/apps/{app}/containers")
def containers(call: Call) -> Response:
    """List the formation: every type of container, also those with none running."""
    return document({"containers": call.app.formation})


@route("POST", "/v1/apps/{app}/scale")
def scale(call: Call) -> Response:
    """Change amounts and sizes: 202 and an operation, or 200 if nothing was ever deployed."""
    app = call.app
    asked = call.document({"containers": list})["containers"]
    formation = _asked(call, asked)
    refuse_if_busy(call)
    if not call.user.verified and _beyond_free(formation):
        raise unpaid("run more than one small container")
    data = {"previous_containers": written(app.formation), "containers": written(formation)}
    before, app.formation = app.formation, formation
    call.record("scale", data)
    _by_hand(app, {row["name"] for row in asked})
    call.touch()
    if app.last_deployed_at is None:
        return document({"containers": formation})
    location = accept(call, "scale", before)
    return document({"containers": formation}, 202, Location=location)


def _by_hand(app: App, kinds: set[str]) -> None:
    """Disable the autoscalers of types that were scaled by hand."""
    for row in app.collections.get("autoscalers", ()):
        if row["container_type"] in kinds:
            row["disabled"] = True


def _asked(call: Call, asked: list[Row]) -> list[Row]:
    if not asked:
        raise invalid(containers="missing field")
    rows = {row["name"]: dict(row) for row in call.app.formation}
    seen = set()
    for item in asked:
        if not isinstance(item, dict):
            raise invalid(containers="should be a list of objects")
        wanted = call.checked(item, {"name": str, "amount?": object, "size?": object})
        name = wanted["name"]
        if not call.strict and wanted.get("size") == "":
            del wanted["size"]
        if name not in rows:
            raise not_found("container_type")
        if name in seen:
            raise invalid(containers=f"name {name} twice")
        seen.add(name)
        if problems := _problems(wanted):
            if call.dialect.flat_errors:
                raise invalid(**{f"container-{name}-{field}": e for field, e in problems.items()})
            raise invalid(**{name: problems})
        rows[name].update(wanted)
    return list(rows.values())


def _problems(item: Row) -> dict[str, list[str]]:
    problems = {}
    if "amount" not in item:
        problems["amount"] = ["missing field"]
    elif type(item["amount"]) is not int:
        problems["amount"] = ["should be an integer"]
    elif item["amount"] < 0:
        problems["amount"] = ["may not be negative"]
    elif item["amount"] > MOST:
        problems["amount"] = [f"may not be more than {MOST}"]
    if "size" in item and item["size"] not in list(MEGABYTES):
        problems["size"] = [f"should be one of {', '.join(MEGABYTES)}"]
    return problems


def _beyond_free(formation: list[Row]) -> bool:
    running = [row for row in formation if row["amount"]]
    return sum(row["amount"] for row in running) > 1 or any(
        row["size"] not in ("S", "M") for row in running
    )


def written(formation: list[Row]) -> dict[str, str]:
    """Return a formation as events have it: amount and size of each type."""
    return {row["name"]: f"{row['amount']}:{row['size']}" for row in formation}


@route("GET", "/v1/apps/{app}/stats")
def stats(call: Call) -> Response:
    """Show what each running container uses; the numbers move with the time."""
    app = call.app
    now = call.store.clock.now()
    running = app.status(now) in ("running", "scaling", "restarting")
    rows = [_usage(app, name, now.timestamp()) for name in app.containers()] if running else []
    return document({"stats": rows})


def _usage(app: App, name: str, seconds: float) -> Row:
    size = next(row["size"] for row in app.formation if row["name"] == name.rpartition("-")[0])
    limit = MEGABYTES[size] * 1024**2
    wave = math.sin(seconds / 7 + sum(name.encode()))
    return {
        "id": name,
        "cpu_usage": round(18 + 15 * wave),
        "memory_usage": round(limit * (0.55 + 0.1 * wave)) // 4096 * 4096,
        "memory_limit": limit,
        "highest_memory_usage": round(limit * 0.71) // 4096 * 4096,
        "swap_usage": 0,
        "swap_limit": limit * 3,
        "highest_swap_usage": 8192 * sum(name.encode()),
    }
