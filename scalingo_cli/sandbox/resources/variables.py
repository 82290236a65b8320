"""Environment variables of an application: one by one, or many in one request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, invalid, nothing, refused
from scalingo_cli.sandbox.http.routing import Call, checked, route
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LONGEST_NAME = 64
LONGEST_VALUE = 8192


def _valid(given: Row) -> Row:
    name, value = given["name"], given["value"]
    if not NAME.fullmatch(name):
        raise invalid(name=f"{name!r} should be letters, digits and _, not beginning with a digit")
    if len(name) > LONGEST_NAME:
        raise invalid(name=f"{name} is longer than {LONGEST_NAME} characters")
    _valid_value(name, value)
    return given


def _valid_value(name: str, value: str) -> None:
    if len(value) > LONGEST_VALUE:
        raise invalid(value=f"of {name} is longer than {LONGEST_VALUE} characters")
    if "\0" in value:
        raise invalid(value=f"of {name} holds a null character")


def new(store: Store, app: App, name: str, value: str) -> Row:
    """Return a variable of an application, not yet among them."""
    return {
        "id": store.new_id(),
        **({"app_id": app.id} if store.regional else {}),
        "name": name,
        "value": value,
    }


def _named(rows: list[Row], name: str) -> Row | None:
    return next((row for row in rows if row["name"] == name), None)


@route("GET", "/v1/apps/{app}/variables", query=["aliases"])
def list_(call: Call) -> Response:
    """List the variables; with aliases=false a value that is $OTHER is replaced by OTHER's."""
    aliases = call.query.get("aliases", "true")
    if aliases not in ("true", "false"):
        raise refused(400, "aliases should be true or false")
    rows = call.app.variables
    return document({"variables": resolved(rows) if aliases == "false" else rows})


def resolved(rows: list[Row]) -> list[Row]:
    """Return variables as a container has them: a value that is $OTHER is OTHER's."""
    values = {f"${row['name']}": row["value"] for row in rows}
    return [row | {"value": values.get(row["value"], row["value"])} for row in rows]


@route("POST", "/v1/apps/{app}/variables")
def create(call: Call) -> Response:
    """Set one variable: 201 if it is new, 200 if it was there."""
    app = call.app
    given = _valid(call.rooted("variable", {"name": str, "value": str}))
    row = _named(app.variables, given["name"])
    if row:
        return _change(call, row, given["value"])
    row = new(call.store, app, **given)
    app.variables.append(row)
    call.record("new_variable", given)
    return document({"variable": row}, 201)


@route("PUT", "/v1/apps/{app}/variables")
def update_many(call: Call) -> Response:
    """Set several variables, all or none; those not sent stay as they are."""
    app = call.app
    sent = call.document({"variables": list})["variables"]
    for item in sent:
        if not isinstance(item, dict):
            raise invalid(variables="should be a list of objects")
        _valid(checked(item, {"name": str, "value": str}))
    if len({item["name"] for item in sent}) < len(sent):
        raise invalid(variables="name a variable twice")
    rows, added, updated = [], [], []
    present = {row["name"]: row for row in app.variables}
    for item in sent:
        row = present.get(item["name"])
        if row:
            updated.append({"name": row["name"], "value": item["value"], "old_value": row["value"]})
            row["value"] = item["value"]
        else:
            added.append(dict(item))
            row = new(call.store, app, **item)
            app.variables.append(row)
        rows.append(row)
    if sent:
        data = {"new_vars": added or None, "updated_vars": updated, "deleted_vars": None}
        call.record("edit_variables", data)
    return document({"variables": rows})


@route("PATCH PUT", "/v1/apps/{app}/variables/{variable_id}")
def update(call: Call) -> Response:
    """Change the value of a variable."""
    row = find(call.app.variables, call.names["variable_id"], "variable")
    value = call.rooted("variable", {"value": str})["value"]
    _valid_value(row["name"], value)
    return _change(call, row, value)


def _change(call: Call, row: Row, value: str) -> Response:
    old_value, row["value"] = row["value"], value
    call.record("edit_variable", {"name": row["name"], "old_value": old_value, "value": value})
    return document({"variable": row})


@route("DELETE", "/v1/apps/{app}/variables/{variable_id}")
def delete(call: Call) -> Response:
    """Remove a variable."""
    row = find(call.app.variables, call.names["variable_id"], "variable")
    call.app.variables.remove(row)
    call.record("delete_variable", {"name": row["name"], "value": row["value"]})
    return nothing()


@route(
    "DELETE",
    "/v1/apps/{app}/variables",
    on=["api"],
    query=["variable_ids[]"],
    deletes_with_body=True,
)
def delete_many(call: Call) -> Response:
    """Remove the variables with these ids, which come in the body or in the query; all or none."""
    ids = call.request.lists.get("variable_ids[]") or call.document({"variable_ids": list}).get(
        "variable_ids", []
    )
    rows = [find(call.app.variables, str(variable_id), "variable") for variable_id in ids]
    if not rows:
        raise invalid(variable_ids="missing field")
    call.app.variables = [row for row in call.app.variables if row not in rows]
    deleted = [{"name": row["name"], "value": row["value"]} for row in rows]
    call.record("edit_variables", {"new_vars": None, "updated_vars": None, "deleted_vars": deleted})
    return nothing()
