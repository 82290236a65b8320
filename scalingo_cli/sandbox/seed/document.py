"""The state of a sandbox as one JSON document: to look at, to keep, and to start with.

    {"users": [{"username", "email", …}], "tokens": [{"name", "user", …}],
     "apps": [{"name", "owner", "variables": […], …}]}

Users are referred to by their names. Fields that are left out have defaults: IDs, dates, passwords
and tokens are generated. The first user is the main one.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from scalingo_cli.sandbox.resources import tokens
from scalingo_cli.sandbox.state.models import (
    PLATFORM,
    ApiToken,
    App,
    Backup,
    Database,
    Deployment,
    Operation,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scalingo_cli.sandbox.state.models import Logged, Row
    from scalingo_cli.sandbox.state.store import Store

Record = TypeVar("Record")


def dump(store: Store) -> Row:
    """Return the users, tokens and apps of a store, with passwords and tokens."""
    records: dict[str, Sequence[object]] = {
        "users": store.users,
        "tokens": store.tokens,
        "apps": store.apps,
    }
    return {name: [_fields(each) for each in rows] for name, rows in records.items()}


def load(store: Store, document: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Replace the users, tokens and apps of a store by those of a document.

    Raises ValueError, which names the record, if it is invalid; the store is then unchanged.
    """
    if unknown := document.keys() - {"users", "tokens", "apps"}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    users = [_made(_user, store, row, "user") for row in document.get("users", ())]
    if not users:
        raise ValueError("users: at least one is needed")
    people = {user.username: user for user in [*users, PLATFORM]}
    own = [_made(_token, store, row, "token", people) for row in document.get("tokens", ())]
    if store.dialect.regions and not own:
        own = [tokens.new(store, user, "sandbox") for user in users]
    apps = [_made(_app, store, row, "app", people) for row in document.get("apps", ())]
    store.users, store.tokens, store.apps = users, own, apps


def _fields(record: Any) -> Any:
    if isinstance(record, datetime):
        return record.isoformat()
    if isinstance(record, dict):
        return {name: _fields(value) for name, value in record.items()}
    if isinstance(record, list | tuple):
        return [_fields(value) for value in record]
    if not dataclasses.is_dataclass(record):
        return record
    row = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        row[field.name] = value.username if isinstance(value, User) else _fields(value)
    return row


def _made(
    make: Callable[..., Record], store: Store, row: Mapping[str, Any], kind: str, *more: Any
) -> Record:
    try:
        return make(store, dict(row), *more)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        name = row.get("username", row.get("name", "?")) if isinstance(row, dict) else row
        raise ValueError(f"{kind} {name}: {error}") from None


def _user(store: Store, row: Row) -> User:
    made = {
        "id": store.new_user_id(),
        "password": store.new_secret(),
        "token": "" if store.dialect.regions else store.new_secret(),
    }
    return User(**{**made, **row})


def _token(store: Store, row: Row, people: Mapping[str, User]) -> ApiToken:
    made = tokens.new(store, people[row.pop("user")], row.pop("name"), row.pop("value", None))
    return dataclasses.replace(made, **row)


def _app(store: Store, row: Row, people: Mapping[str, User]) -> App:
    region = row.get("region") or (store.regions[0] if store.regions else "")
    now = store.stamp()
    made = {"id": store.new_id(), "created_at": now, "updated_at": now}
    app = App(**{**made, **row, "owner": people[row["owner"]], "region": region})
    app.deployments = [
        Deployment(**_dated(each) | {"pusher": people[each["pusher"]]})
        for each in row.get("deployments", ())
    ]
    app.operations = [Operation(**_dated(each)) for each in row.get("operations", ())]
    _date_logs(app)
    app.databases = {
        addon_id: _database(each) for addon_id, each in row.get("databases", {}).items()
    }
    return app


def _date_logs(logged: Logged) -> None:
    """Turn the dates in what was logged, which are text in a document, into moments."""
    dated = datetime.fromisoformat
    logged.logs = [(dated(str(at)), who, said) for at, who, said in logged.logs]
    logged.log_tokens = {token: dated(str(until)) for token, until in logged.log_tokens.items()}


def _database(row: Row) -> Database:
    oldest = row.get("oldest_recovery")
    database = Database(
        **row
        | {
            "backups": [Backup(**_dated(each)) for each in row.get("backups", ())],
            "operations": [Operation(**_dated(each)) for each in row.get("operations", ())],
            "changing": {
                name: datetime.fromisoformat(moment)
                for name, moment in row.get("changing", {}).items()
            },
            "oldest_recovery": datetime.fromisoformat(oldest) if oldest else None,
        }
    )
    _date_logs(database)
    return database


def _dated(row: Row) -> Row:
    return row | {"created": datetime.fromisoformat(row["created"])}
