"""Maintenance of databases: what was done and what is to come, in the window of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http import pagination
from scalingo_cli.sandbox.http.messages import document
from scalingo_cli.sandbox.resources.databases import on_database
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.http.routing import Call
    from scalingo_cli.sandbox.state.models import App, Database, Row


@on_database("GET", "/maintenance", query=pagination.QUERY)
def list_(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """List the maintenance of a database, newest first."""
    return pagination.page(call, "maintenance", database.maintenance, dict)


@on_database("GET", "/maintenance/{maintenance_id}")
def show(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Show one of them, under the root of the list."""
    found = find(database.maintenance, call.names["maintenance_id"], "maintenance")
    return document({"maintenance": found})
