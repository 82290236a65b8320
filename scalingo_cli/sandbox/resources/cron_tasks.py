"""What an app runs by the clock, as its file cron.json says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, not_found
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.clock import stamp_utc

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import Row
    from scalingo_cli.sandbox.state.store import Store


def new(store: Store, command: str, size: str, last_hours: float, next_hours: float) -> Row:
    """Return a cron task.

    Args:
        store: The state of the sandbox.
        command: What it runs.
        size: The size of its container, empty for the default.
        last_hours: How many hours ago it ran last.
        next_hours: In how many hours it runs next.

    Returns:
        Its row.
    """
    now = store.clock.now()
    row = {
        "command": command,
        "last_execution_date": stamp_utc(now - timedelta(hours=last_hours)),
        "next_execution_date": stamp_utc(now + timedelta(hours=next_hours)),
    }
    return row | ({"size": size} if size else {})


@route("GET", "/v1/apps/{app}/cron_tasks", on=["api"])
def list_(call: Call) -> Response:
    """List the tasks: null if there are none, nothing found if nothing was ever deployed."""
    if call.app.last_deployed_at is None:
        raise not_found("cron_tasks")
    return document({"jobs": call.app.rows("cron_tasks") or None})
