"""Databases of the platform: an add-on seen from an API of its own, with its own bearer."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import authentication
from scalingo_cli.sandbox.state import bearers

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Row

VERSIONS = {
    "postgresql": "16.4.0-1",
    "redis": "7.2.5-1",
    "mysql": "8.0.37-1",
    "mongodb": "7.0.12-1",
    "opensearch": "2.15.0-1",
    "influxdb": "1.8.10-1",
}


@route("GET", "/api/databases/{addon_id}", on=["db"], auth="none")
def show(call: Call) -> Response:
    """Show the database of an add-on to one who has the bearer of that add-on."""
    addon_id = call.names["addon_id"]
    given = authentication.bearer(call.request.headers.get("authorization", "")) or ""
    if bearers.find(call.store, given, addon_id) is None:
        raise authentication.unauthorized(call.request)
    for app in call.store.apps:
        for row in app.addons:
            known = row["addon_provider"]["id"] in VERSIONS and app.region == call.region
            if row["id"] == addon_id and known:
                return document({"database": _shown(app, row)})
    raise refused(404, "Database not found")


def _shown(app: App, addon: Row) -> Row:
    kind = addon["addon_provider"]["id"]
    version = VERSIONS[kind]
    name = addon["resource_id"].replace("_", "-")
    return {
        "id": addon["id"],
        "resource_id": addon["resource_id"],
        "app_name": app.name,
        "created_at": addon["provisioned_at"],
        "encryption_at_rest": True,
        "features": [{"name": "force-ssl", "status": "ACTIVATED"}],
        "maintenance_window": {"weekday_utc": 2, "starting_hour_utc": 22, "duration_in_hour": 6},
        "plan": addon["plan"]["name"],
        "status": addon["status"],
        "type_id": hashlib.sha256(kind.encode()).hexdigest()[:24],
        "type_name": kind,
        "version_id": hashlib.sha256(version.encode()).hexdigest()[:24],
        "next_version_id": None,
        "readable_version": version,
        "hostname": f"{name}.{kind}.{app.region}.scalingo.example:31044",
        "instances": [],
        "current_operation_id": None,
        "cluster": False,
        "periodic_backups_enabled": True,
        "periodic_backups_scheduled_at": [1],
    }
