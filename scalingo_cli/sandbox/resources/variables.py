"""Environment variables of an app: one by one, or many in one request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.collection import Collection
from scalingo_cli.sandbox.http.messages import document, invalid, nothing, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LONGEST_NAME = 64
LONGEST_VALUE = 8192


def _valid(given: Row) -> Row:
    name, value = given["name"], given["value"]
    if not name:
        raise invalid(name=["can't be blank", "must start with a letter"])
    if not name[0].isalpha():
        raise invalid(name="must start with a letter")
    if not NAME.fullmatch(name):
        raise invalid(name=f"{name!r} should be letters, digits and _")
    if len(name) > LONGEST_NAME:
        raise invalid(name=f"{name} is longer than {LONGEST_NAME} characters")
    _valid_value(name, value)
    return given


def _valid_value(name: str, value: str) -> None:
    if len(value) > LONGEST_VALUE:
        raise invalid(value=f"of {name} is longer than {LONGEST_VALUE} characters")
    if "\0" in value:
        raise invalid(value=f"of {name} holds a null character")


VARIABLES = Collection(
    "variables",
    "variable",
    events="variable",
    event_data=lambda verb, row: {"name": row["name"], "value": row["value"]},
    on=("legacy", "api"),
)
VARIABLES.deletes()


def new(store: Store, app: App, name: str, value: str) -> Row:
    """Return a new variable, without storing it.

    Args:
        store: The state of the sandbox.
        app: The app.
        name: Its name.
        value: Its value.

    Returns:
        Its row.
    """
    return VARIABLES.row(store, {"app_id": app.id, "name": name, "value": value})


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
    """Set one variable: 201 if it is new, 200 if it exists."""
    app = call.app
    given = _valid(call.rooted("variable", {"name": str, "value": str}))
    row = _named(app.variables, given["name"])
    if row:
        VARIABLES.record(call, "edit", row, **update(call, row, given))
        return document({"variable": row})
    row = new(call.store, app, **given)
    app.variables.append(row)
    call.record("new_variable", given)
    return document({"variable": row}, 201)


@route("PUT", "/v1/apps/{app}/variables")
def update_many(call: Call) -> Response:
    """Set several variables, all or none; those not sent stay as they are."""
    app = call.app
    sent = []
    for item in call.document({"variables?": list}).get("variables", []):
        if not isinstance(item, dict):
            raise invalid(variables="should be a list of objects")
        sent.append(_valid(call.checked(item, {"name": str, "value": str})))
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


@VARIABLES.updates({"value": str})
def update(_call: Call, row: Row, given: Row) -> Row:
    """Change the value of a variable."""
    _valid_value(row["name"], given["value"])
    old_value, row["value"] = row["value"], given["value"]
    return {"old_value": old_value}


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
