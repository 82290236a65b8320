"""The names of the containers of an app on the private network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http import pagination
from scalingo_cli.sandbox.http.messages import document, refused
from scalingo_cli.sandbox.http.routing import Call, route

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response

MOST = 50


@route("GET", "/v1/apps/{app}/private_network_domain_names", on=["api"], query=pagination.QUERY)
def domain_names(call: Call) -> Response:
    """List the names, in pages of 50 at most; the page is an object under the root."""
    app = call.app
    if call.query.get("per_page", "").isdigit() and int(call.query["per_page"]) > MOST:
        raise refused(400, f"per_page should be {MOST} at most")
    names = [f"{container}.{app.name}.private.example" for container in app.containers()]
    page = pagination.page(call, "data", names[::-1], str)
    return document({"domain_names": json.loads(page.body)})
