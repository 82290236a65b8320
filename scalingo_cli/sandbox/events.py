"""Events: what happened to an application, newest first, thirty a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.sandbox import pagination
from scalingo_cli.sandbox.routes import Call, route

if TYPE_CHECKING:
    from scalingo_cli.sandbox.messages import Response


@route("GET", "/v1/apps/{app}/events", query=pagination.QUERY)
def list_(call: Call) -> Response:
    """List the events of an application."""
    return pagination.page(call, "events", call.app.events, dict, default=30)
