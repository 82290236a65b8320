"""Dedicated databases: each is an app of its own with one add-on, its firewall and its network."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from scalingo_cli.sandbox.http import routing
from scalingo_cli.sandbox.http.messages import document, invalid, nothing, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import addons, apps, database_versions, databases, operations
from scalingo_cli.sandbox.resources.databases import on_database
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Database, Row
    from scalingo_cli.sandbox.state.store import Store

RANGES: list[Row] = [
    {"id": "mr-6b1f0e52", "name": "osc-fr1 outgoing addresses"},
    {"id": "mr-90c7d3a4", "name": "osc-secnum-fr1 outgoing addresses"},
]
MOST_RULES = 30


def make(store: Store, app: App, provider_id: str, plan: str, ip_range: str) -> None:
    """Turn a new app into a dedicated database with its only add-on.

    Args:
        store: The state of the sandbox.
        app: The app, without add-ons.
        provider_id: The provider of its add-on.
        plan: The name of a plan of that provider.
        ip_range: The addresses of its network, in CIDR notation.
    """
    resource = f"{app.name.replace('-', '_')}_{len(store.apps) + 4000}"
    row = addons.new(store, app, provider_id, plan, resource)
    app.addons = [row | addons.ready(store)]
    app.collections["dedicated"] = [{"ip_range": ip_range}]


def open_up(store: Store, app: App) -> None:
    """Give a dedicated database a firewall rule and a peering."""
    [addon] = app.addons
    rule = {"type": "custom_range", "cidr": "198.51.100.0/24", "label": "depot", "range_id": ""}
    app.rows("firewall_rules").append({"id": store.new_id(), "database_id": addon["id"], **rule})
    app.rows("net_peerings").append(_peering(store, app, "pcx-5e2a7c10"))


def _peering(store: Store, app: App, outscale_id: str) -> Row:
    return {
        "id": store.new_id(),
        "database_id": app.id,
        "status": "active",
        "outscale_net_peering_id": outscale_id,
        "outscale_source_net_id": "vpc-7e04b9d2",
        "outscale_source_net_ip_range": "10.90.0.0/16",
        "outscale_source_account_id": "518840273391",
        "created_at": store.stamp(),
        "updated_at": store.stamp(),
    }


def _shown(app: App) -> Row:
    [row] = app.addons
    return {
        "id": app.id,
        "name": app.name,
        "project_id": app.settings.get("project", {}).get("id"),
        "technology": row["addon_provider"]["id"],
        "plan": row["plan"]["name"],
    }


def _named(call: Call) -> App:
    for app in call.store.apps_of(call.user, call.region):
        if app.is_dedicated and call.names["database"] in (app.id, app.name):
            return app
    raise refused(404, "Database not found")


@route("GET", "/v1/databases", on=["api"])
def list_(call: Call) -> Response:
    """List the dedicated databases."""
    own = call.store.apps_of(call.user, call.region)
    return document({"databases": [_shown(app) for app in own if app.is_dedicated]})


@route("POST", "/v1/databases", on=["api"])
def create(call: Call) -> Response:
    """Create a dedicated database, by the ids that clients send."""
    shape = {"name": str, "addon_provider_id": str, "plan_id": str}
    given = call.document({**shape, "project_id?": str, "ip_range?": str})
    provider_id = given["addon_provider_id"]
    if provider_id not in addons.PROVIDERS:
        raise invalid(addon_provider_id="is unknown")
    plan = addons.affordable_plan(call, provider_id, given["plan_id"])
    app = apps.new(call.store, call.user, apps.available(call.store, given["name"]), call.region)
    make(call.store, app, provider_id, plan["name"], given.get("ip_range", "10.20.0.0/24"))
    call.store.apps.append(app)
    database = databases.of(call.store, app, app.addons[0])
    database.operations.append(operations.begin(call.store, "create", []))
    return document({"database": _shown(app)}, 201)


@route("GET", "/v1/databases/{database}", on=["api"])
def show(call: Call) -> Response:
    """Show a dedicated database, by its name or its id."""
    return document({"database": _shown(_named(call))})


@route("GET", "/v1/databases/{database}/endpoints", on=["api"])
def endpoints(call: Call) -> Response:
    """List where a dedicated database can be reached."""
    app = _named(call)
    [row] = app.addons
    return document(
        {
            "endpoints": [
                {
                    "id": f"en-{app.id[:8]}",
                    "database_id": row["id"],
                    "hostname": f"{app.name}.databases.scalingo.example",
                    "port": 31200,
                    "type": "public-rw",
                }
            ]
        }
    )


@route("GET", "/v1/databases/{database}/network_configuration", on=["api"])
def network_configuration(call: Call) -> Response:
    """Show the network of a dedicated database."""
    [own] = _named(call).collections["dedicated"]
    network = {
        "outscale_account_id": "402917365518",
        "outscale_net_id": "vpc-61d0c3e7",
        "ip_range": own["ip_range"],
    }
    return document({"network_configuration": network})


@route("GET", "/v1/databases/{database}/net_peerings", on=["api"])
def peerings(call: Call) -> Response:
    """List the peerings of a dedicated database's network."""
    return document({"net_peerings": _named(call).rows("net_peerings")})


@route("POST", "/v1/databases/{database}/net_peerings", on=["api"])
def add_peering(call: Call) -> Response:
    """Accept a peering that was asked for at Outscale."""
    app = _named(call)
    given = call.document({"outscale_net_peering_id": str})["outscale_net_peering_id"]
    if not given.startswith("pcx-"):
        raise invalid(outscale_net_peering_id="should begin with pcx-")
    row = _peering(call.store, app, given)
    app.rows("net_peerings").append(row)
    return document({"net_peering": row}, 201)


@route("GET", "/v1/databases/{database}/net_peerings/{peering_id}", on=["api"])
def show_peering(call: Call) -> Response:
    """Show a peering."""
    rows = _named(call).rows("net_peerings")
    return document({"net_peering": find(rows, call.names["peering_id"], "net_peering")})


@route("DELETE", "/v1/databases/{database}/net_peerings/{peering_id}", on=["api"])
def remove_peering(call: Call) -> Response:
    """Remove a peering."""
    rows = _named(call).rows("net_peerings")
    rows.remove(find(rows, call.names["peering_id"], "net_peering"))
    return nothing()


@on_database("GET", "/firewall_rules")
def rules(_call: Call, app: App, addon: Row, _database: Database) -> Response:
    """List who may connect."""
    return document({"rules": _rules(app, addon)})


def _rules(app: App, addon: Row) -> list[Row]:
    return [row for row in app.rows("firewall_rules") if row["database_id"] == addon["id"]]


@on_database("POST", "/firewall_rules")
def add_rule(call: Call, app: App, addon: Row, _database: Database) -> Response:
    """Let a range of addresses connect; some clients give it a root."""
    given = _given(call, {"type": str, "cidr?": str, "label?": str, "range_id?": str})
    if len(_rules(app, addon)) >= MOST_RULES:
        raise invalid(firewall_rule=f"cannot be added: there are {MOST_RULES} already")
    if given["type"] == "managed_range":
        find(RANGES, given.get("range_id", ""), "range")
    else:
        try:
            ipaddress.ip_network(given.get("cidr", ""))
        except ValueError:
            raise invalid(cidr="is invalid") from None
    row = {"id": call.store.new_id(), "database_id": addon["id"]}
    row |= {name: given.get(name, "") for name in ("type", "cidr", "label", "range_id")}
    app.rows("firewall_rules").append(row)
    return document({"rule": row}, 201)


def _given(call: Call, shape: Mapping[str, Any]) -> Row:
    root = "firewall_rule"
    is_rooted = root in routing.parsed(call.request.body)
    return call.rooted(root, shape) if is_rooted else call.document(shape)


@on_database("PATCH", "/firewall_rules/{rule_id}")
def label_rule(call: Call, app: App, addon: Row, _database: Database) -> Response:
    """Change the label of a range of addresses."""
    row = find(_rules(app, addon), call.names["rule_id"], "rule")
    row["label"] = _given(call, {"label": str})["label"]
    return document({"rule": row})


@on_database("DELETE", "/firewall_rules/{rule_id}")
def remove_rule(call: Call, app: App, addon: Row, _database: Database) -> Response:
    """Let a range of addresses connect no more."""
    row = find(_rules(app, addon), call.names["rule_id"], "rule")
    app.rows("firewall_rules").remove(row)
    return nothing()


@route("GET", "/api/firewall/managed_ranges", on=["db"], auth="none")
def managed_ranges(call: Call) -> Response:
    """List the ranges of addresses that the platform keeps up to date, to any add-on's bearer."""
    database_versions.admit(call)
    return document({"ranges": RANGES})
