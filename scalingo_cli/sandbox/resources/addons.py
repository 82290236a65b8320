"""Add-ons: the catalogue of services, and those of an app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from scalingo_cli.sandbox.http.collection import Collection
from scalingo_cli.sandbox.http.messages import document, invalid, not_found, refused, unpaid
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import databases, variables
from scalingo_cli.sandbox.resources.authentication import bearer
from scalingo_cli.sandbox.state import bearers
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.dialect import Dialect
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

CATEGORIES: list[Row] = [
    {
        "id": "54c0e1a26361740001000001",
        "name": "Databases",
        "description": "Places to *keep* things.",
    },
    {"id": "54c0e1a26361740001000002", "name": "E-mail", "description": "Letters that *arrive*."},
    {
        "id": "54c0e1a26361740001000003",
        "name": "Observation",
        "description": "Eyes on what *runs*.",
    },
]

_STARTER = {512: 12.6, 1024: 25.2, 2048: 50.4}  # MB: price for 30 days
_BUSINESS = {512: 37.8, 1024: 75.6}


def _database(kind: str, name: str, summary: str, scheme: str, *variables: str) -> dict[str, Any]:
    """Return a database of the platform; its ids and the names of its plans are the platform's."""
    plans = [(f"{kind}-sandbox", "Sandbox", 0.0)]
    for line, prices in (("starter", _STARTER), ("business", _BUSINESS)):
        plans += [
            (f"{kind}-{line}-{size}", f"{line.title()} {size} MB", price)
            for size, price in prices.items()
        ]
    return {
        "name": name,
        "summary": summary,
        "category": 0,
        "by": "Scalingo",
        "scheme": scheme,
        "variables": variables,
        "plans": plans,
    }


# id: name, what it is, category, who offers it, scheme of its address, its variables, plans as
# (name, display name, price). The first variable has the address, the others point to it.
PROVIDERS: dict[str, dict[str, Any]] = {
    "postgresql": _database(
        "postgresql",
        "PostgreSQL",
        "A relational database that speaks SQL",
        "postgres",
        "SCALINGO_POSTGRESQL_URL",
        "DATABASE_URL",
    ),
    "redis": _database(
        "redis",
        "Redis",
        "A store of keys and values in memory",
        "redis",
        "SCALINGO_REDIS_URL",
        "REDIS_URL",
    ),
    "mysql": _database(
        "mysql",
        "MySQL",
        "A relational database for the web",
        "mysql",
        "SCALINGO_MYSQL_URL",
        "DATABASE_URL",
    ),
    "mongodb": _database(
        "mongodb",
        "MongoDB",
        "A database of documents",
        "mongodb",
        "SCALINGO_MONGO_URL",
        "MONGO_URL",
    ),
    "opensearch": _database(
        "opensearch",
        "OpenSearch",
        "A search engine for text and logs",
        "https",
        "SCALINGO_OPENSEARCH_URL",
        "OPENSEARCH_URL",
    ),
    "influxdb": _database(
        "influxdb",
        "InfluxDB",
        "A database of measurements over time",
        "http",
        "SCALINGO_INFLUX_URL",
        "INFLUX_URL",
    ),
    "postlark": {
        "name": "Postlark",
        "summary": "Sends mail and says whether it arrived",
        "category": 1,
        "by": "Postlark Co-operative",
        "scheme": "https",
        "variables": ["POSTLARK_URL"],
        "plans": [("pocket", "Pocket, 200 letters a day", 0.0), ("satchel", "Satchel", 7.5)],
    },
    "lanternlight": {
        "name": "Lanternlight",
        "summary": "Graphs and alarms, by invitation",
        "category": 2,
        "by": "Lanternlight",
        "scheme": "https",
        "variables": ["LANTERNLIGHT_URL"],
        "plans": [("wick", "Wick, one graph", 0.0)],
    },
    "postgresql-ng": _database(
        "postgresql-dr",
        "PostgreSQL, dedicated",
        "A dedicated relational database",
        "postgres",
        "SCALINGO_POSTGRESQL_URL",
    ),
}


def _event(verb: str, row: Row) -> Row:
    return {**_told(row), "plan_name": row["plan"]["name"]}


ADDONS = Collection("addons", "addon", events="addon", event_data=_event, on=("legacy", "api"))
ADDONS.lists()

# Shown only to those who are signed in.
BY_INVITATION = ("lanternlight",)
UNLISTED = ("postgresql-ng",)  # whose plans can be asked for all the same


def _plans(provider_id: str, dialect: Dialect) -> list[Row]:
    provider = list(PROVIDERS).index(provider_id)
    rows = [
        {
            "position": number + 10,
            "on_demand": False,
            "disabled": False,
            "disabled_alternative_plan_id": None,
            "sku": name if name.startswith(provider_id) else f"{provider_id}-{name}",
            "pricings": {"default": _by_the_minute(price)},
            "hds_available": False,
            "id": f"54c0e1a2706c616e{provider + 1:04x}{number + 1:04x}",
            "name": name,
            "display_name": display_name,
            "price": price,
            "description": f"The plan *{name}* of {PROVIDERS[provider_id]['name']}.",
        }
        for number, (name, display_name, price) in enumerate(PROVIDERS[provider_id]["plans"])
    ]
    return [dialect.row("plan", row) for row in rows]


def _by_the_minute(price: float) -> Row:
    return {"price": f"{price / 43200:.10f}", "currency": "EUR", "period": "minute"}


def _logo(provider_id: str) -> str:
    return f"//logos.scalingo.example/{provider_id}.png"


def _provider(provider_id: str, dialect: Dialect) -> Row:
    provider = PROVIDERS[provider_id]
    category = CATEGORIES[provider["category"]]
    within = {
        "id": category["id"],
        "name": category["name"],
        "description": "",
        "position": provider["category"] + 1,
    }
    row = {
        "hds_available": False,
        "id": provider_id,
        "name": provider["name"],
        "logo_url": _logo(provider_id),
        "short_description": provider["summary"],
        "description": f"<p>{provider['summary']}.</p>",
        "category": dialect.row("category of a provider", within),
        "provider_name": provider["by"],
        "provider_url": f"https://{provider['by'].split()[0].lower()}.example",
        "plans": _plans(provider_id, dialect),
    }
    return dialect.row("provider", row)


def _offered(call: Call) -> list[str]:
    return [
        name
        for name in PROVIDERS
        if name not in UNLISTED and (call.visitor or name not in BY_INVITATION)
    ]


@route("GET", "/v1/addon_categories", auth="optional")
def categories(call: Call) -> Response:
    """List the kinds of add-ons."""
    used = {PROVIDERS[name]["category"] for name in _offered(call)}
    rows = [
        call.dialect.row("category", {**row, "position": number + 1})
        for number, row in enumerate(CATEGORIES)
        if number in used
    ]
    return document({"addon_categories": rows})


@route("GET", "/v1/addon_providers", query=["category_id"], auth="optional")
def providers(call: Call) -> Response:
    """List the providers, those of one category if it is given."""
    rows = [_provider(name, call.dialect) for name in _offered(call)]
    if category := call.query.get("category_id"):
        find(CATEGORIES, category, "addon_category")
        rows = [row for row in rows if row["category"]["id"] == category]
    return document({"addon_providers": rows})


@route("GET", "/v1/addon_providers/{addon_provider_id}/plans", auth="optional")
def plans(call: Call) -> Response:
    """List the plans of a provider."""
    provider_id = call.names["addon_provider_id"]
    if provider_id not in [*_offered(call), *UNLISTED]:
        raise not_found("addon_provider")
    more = {"logo_url": _logo(provider_id), "short_description": ""}
    return document({"plans": [row | more for row in _plans(provider_id, call.dialect)]})


def new(store: Store, app: App, provider_id: str, plan_name: str, resource_id: str) -> Row:
    """Return a new add-on, without storing it.

    Args:
        store: The state of the sandbox.
        app: The app that it is for.
        provider_id: Its provider.
        plan_name: Its plan.
        resource_id: The platform's ID of the resource behind it.

    Returns:
        Its row.
    """
    plans = _plans(provider_id, store.dialect)
    plan = next(row for row in plans if row["name"] == plan_name)
    fields = {
        "app_id": app.id,
        "status": "provisioning",
        "updated_at": store.stamp(),
        "provisioned_at": store.stamp(),
        "deprovisioned_at": None,
        "plan": plan,
        "resource_id": resource_id,
        "addon_provider": {
            "id": provider_id,
            "name": PROVIDERS[provider_id]["name"],
            "logo_url": _logo(provider_id),
        },
    }
    return ADDONS.row(store, fields)


def ready(store: Store) -> Row:
    """Return the fields that change once an add-on can be used."""
    return store.dialect.row("addon", {"status": "running"})


@route("POST", "/v1/apps/{app}/addons")
def create(call: Call) -> Response:
    """Add an add-on to an app, which sets variables."""
    given = call.rooted("addon", {"addon_provider_id?": str, "plan_id?": str})
    for name in ("addon_provider_id", "plan_id"):
        if not given.get(name):
            raise refused(400, f"{name} is required")
    provider_id = given["addon_provider_id"]
    if provider_id not in PROVIDERS:
        raise not_found("addon_provider")
    plan = affordable_plan(call, provider_id, given["plan_id"])
    if any(row["addon_provider"]["id"] == provider_id for row in call.app.addons):
        raise invalid(addon_provider="is one that this application has already")
    secret = call.store.new_secret()
    resource_id = f"{call.app.name.replace('-', '_')[:12]}_{int(secret[:3], 16) + 1000}"
    row = new(call.store, call.app, provider_id, plan["name"], resource_id)
    call.app.addons.append(row)
    names = _set_variables(call, provider_id, resource_id, secret[-12:])
    ADDONS.record(call, "new", row)
    message = f"{row['addon_provider']['name']} is being set up"
    return document(_answer(call, row, message, names), 201)


@route("PATCH PUT", "/v1/apps/{app}/addons/{addon_id}")
def update(call: Call) -> Response:
    """Move an add-on to a different plan of the same provider."""
    row = ADDONS.find(call)
    plan_id = call.rooted("addon", {"plan_id?": str}).get("plan_id")
    if not plan_id:
        raise refused(400, "plan_id is required")
    plan = affordable_plan(call, row["addon_provider"]["id"], plan_id)
    old_plan = row["plan"]
    databases.change_plan(call.store, call.app, row, plan)
    names = {"old_plan_name": old_plan["name"], "new_plan_name": plan["name"]}
    call.record("upgrade_addon", {**_told(row), **names})
    message = f"{row['addon_provider']['name']} is moving to the plan {plan['name']}"
    return document(_answer(call, row, message, []))


@ADDONS.deletes()
def delete(call: Call, row: Row) -> None:
    """Remove an add-on, and the variables that it set."""
    names = PROVIDERS[row["addon_provider"]["id"]]["variables"]
    kept = [variable for variable in call.app.variables if variable["name"] not in names]
    call.app.variables = kept


def _answer(call: Call, row: Row, message: str, names: list[str]) -> Row:
    told: Row = {"message": message, "variables": names}
    answer = {"addon": row | call.dialect.row("addon", told), **told}  # twice, on the regional one
    row |= call.dialect.row("addon", {"status": "running", "updated_at": call.store.stamp()})
    return answer


@route("GET", "/v1/apps/{app}/addons/{addon_id}", on=["api"])
def show(call: Call) -> Response:
    """Show an add-on."""
    return document({"addon": ADDONS.find(call)})


@route("POST", "/v1/apps/{app}/addons/{addon_id}/token", on=["api"])
def token(call: Call) -> Response:
    """Give a bearer for the API of databases, good for this add-on only."""
    row = ADDONS.find(call)
    signed = bearers.find(call.store, bearer(call.request.headers["authorization"]) or "")
    if signed is None:
        raise LookupError("whoever got here has a bearer")
    value = bearers.make(call.store, signed.token, addon_id=row["id"])
    return document({"addon": row | {"token": value}})


@route("POST GET", "/v1/apps/{app}/addons/{addon_id}/sso", on=["api"])
def sso(call: Call) -> Response:
    """Give the address of an add-on's dashboard, which signs its visitor in for an hour."""
    row = ADDONS.find(call)
    query = urlencode({"id": row["resource_id"], "token": call.store.new_secret()})
    return document({"addon": row | {"sso_url": f"{call.store.links_url}/sso?{query}"}})


@route("POST", "/v1/apps/{app}/addons/{addon_id}/resume", on=["api"])
def resume(call: Call) -> Response:
    """Resume an add-on that was suspended."""
    row = ADDONS.find(call)
    row["status"] = "running"
    call.record("resume_addon", {**_told(row), "plan_name": row["plan"]["name"]})
    return document({"addon": row})


def affordable_plan(call: Call, provider_id: str, plan_id: str) -> Row:
    """Return the plan of a provider with this id; refuse one that the user cannot pay."""
    found = find(_plans(provider_id, call.dialect), plan_id, "plan")
    if found["price"] and not call.user.verified:
        raise unpaid("choose a plan that is not free")
    return found


def _told(row: Row) -> Row:
    return {"addon_provider_name": row["addon_provider"]["id"], "resource_id": row["resource_id"]}


def _set_variables(call: Call, provider_id: str, resource_id: str, password: str) -> list[str]:
    provider = PROVIDERS[provider_id]
    first, *others = provider["variables"]
    host = f"{resource_id.replace('_', '-')}.{provider_id}.example"
    values = {first: f"{provider['scheme']}://{resource_id}:{password}@{host}:31044"}
    values |= dict.fromkeys(others, f"${first}")
    present = {row["name"]: row for row in call.app.variables}
    for name, value in values.items():
        if name in present:
            present[name]["value"] = value
        else:
            call.app.variables.append(variables.new(call.store, call.app, name, value))
    return list(values)
