"""Users of databases: one comes with the database and stays, others are created and deleted."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, invalid, nothing, refused
from scalingo_cli.sandbox.resources.databases import on_database, user
from scalingo_cli.sandbox.state.models import Missing

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.http.routing import Call
    from scalingo_cli.sandbox.state.models import App, Database, Row

KINDS = ("postgresql", "mysql", "mongodb", "influxdb")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,31}")
PASSWORD_LENGTH = range(24, 65)
SHAPE = {
    "database_id?": str,
    "name?": str,
    "read_only?": bool,
    "password?": object,
    "password_confirmation?": object,
}


def _users(database: Database) -> list[Row]:
    if database.kind not in KINDS:
        raise refused(400, f"{database.kind} has no users")
    return database.users


def _named(call: Call, database: Database) -> Row:
    for row in _users(database):
        if row["name"] == call.names["username"]:
            return row
    raise Missing("database_user")


def _changeable(call: Call, database: Database) -> Row:
    row = _named(call, database)
    if row["protected"]:
        raise refused(403, f"{row['name']} is protected")
    return row


def _password(given: Row) -> str:
    """Return the given password, or a new one; it is shown once and not stored."""
    password = given.get("password")
    if not password:
        return secrets.token_urlsafe(24)
    if not isinstance(password, str) or len(password) not in PASSWORD_LENGTH:
        raise invalid(password="should have 24 to 64 characters")  # noqa: S106 - what is wrong with it
    if given.get("password_confirmation") != password:
        raise invalid(password_confirmation="does not match the password")  # noqa: S106 - what is wrong with it
    return password


@on_database("GET", "/users")
def list_(_call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """List the users of a database: the root has a hyphen."""
    return document({"database-users": _users(database)})


@on_database("POST", "/users")
def create(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Create a user, whose password is only in this response."""
    given, rows = call.rooted("database_user", SHAPE), _users(database)
    name = given.get("name", "")
    if not NAME.fullmatch(name):
        raise invalid(name="should have 6 to 32 letters, digits, - and _, and begin with a letter")
    if any(row["name"] == name for row in rows):
        raise invalid(name="is already taken")
    password = _password(given)
    row = user(name, read_only=given.get("read_only", False))
    rows.append(row)
    return document({"database_user": {**row, "password": password}}, 201)


@on_database("PATCH PUT", "/users/{username}")
def update(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Change the password of a user."""
    row = _changeable(call, database)
    given = call.rooted("database_user", SHAPE)
    if not given.get("password"):
        raise invalid(password="can't be blank")  # noqa: S106 - what is wrong with it
    _password(given)
    return document({"database_user": row})


@on_database("POST", "/users/{username}/reset_password")
def reset_password(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Reset the password of a user; the new one is only in this response."""
    row = _changeable(call, database)
    return document({"database_user": {**row, "password": _password({})}})


@on_database("DELETE", "/users/{username}")
def delete(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Remove a user."""
    database.users.remove(_changeable(call, database))
    return nothing()
