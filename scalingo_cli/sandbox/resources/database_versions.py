"""The software of databases: its types, their versions, and which version follows which."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import Response, document
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import authentication
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.state.models import Row

# kind: its versions, the oldest first.
VERSIONS = {
    "postgresql": ["16.4.0-1", "16.6.0-1"],
    "redis": ["7.2.5-1"],
    "mysql": ["8.0.37-1"],
    "mongodb": ["7.0.12-1"],
    "opensearch": ["2.15.0-1"],
    "influxdb": ["1.8.10-1"],
}
SINCE = "2024-02-13T09:20:00.118+01:00"


def type_id(kind: str) -> str:
    """Return the ID of a kind of database."""
    return hashlib.sha256(kind.encode()).hexdigest()[:24]


def version_id(kind: str, version: str) -> str:
    """Return the ID of a version of a kind."""
    return hashlib.sha256(f"{kind} {version}".encode()).hexdigest()[:24]


def after(kind: str, version: str) -> str | None:
    """Return the version that follows, or None if this is the last one."""
    versions = VERSIONS[kind]
    position = versions.index(version) + 1
    return versions[position] if position < len(versions) else None


def version_row(kind: str, version: str) -> Row:
    """Return a version of a kind as the API shows it."""
    numbers, _, build = version.partition("-")
    major, minor, patch = map(int, numbers.split("."))
    following = after(kind, version)
    return {
        "id": version_id(kind, version),
        "created_at": SINCE,
        "updated_at": SINCE,
        "database_type_id": type_id(kind),
        "major": major,
        "minor": minor,
        "patch": patch,
        "build": int(build),
        "features": ["tls"],
        "next_upgrade": following and version_row(kind, following),
        "allowed_plugins": None,
    }


def _type_row(kind: str) -> Row:
    return {
        "id": type_id(kind),
        "name": kind,
        "created_at": SINCE,
        "updated_at": SINCE,
        "versions": [version_row(kind, each) for each in VERSIONS[kind]],
    }


def admit(call: Call) -> None:
    """Refuse a request without the bearer of any add-on."""
    addon_id = authentication.addon_id(call)
    if not any(addon["id"] == addon_id for app in call.store.apps for addon in app.addons):
        raise authentication.unauthorized(call.request)


@route("GET", "/api/database_types", on=["db"], auth="none")
def list_types(call: Call) -> Response:
    """List the types of databases."""
    admit(call)
    return document({"database_types": [_type_row(kind) for kind in VERSIONS]})


@route("GET", "/api/database_types/{type_id}", on=["db"], auth="none")
def show_type(call: Call) -> Response:
    """Show a type of databases."""
    admit(call)
    rows = [_type_row(kind) for kind in VERSIONS]
    return document({"database_type": find(rows, call.names["type_id"], "database_type")})


@route("GET", "/api/database_type_versions/{version_id}", on=["db"], auth="none")
def show_version(call: Call) -> Response:
    """Show a version of a type of databases."""
    admit(call)
    rows = [version_row(kind, each) for kind, versions in VERSIONS.items() for each in versions]
    found = find(rows, call.names["version_id"], "database_type_version")
    return document({"database_type_version": found})
