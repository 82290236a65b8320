"""Projects of an account, which group its apps; one of them is the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.collection import Collection
from scalingo_cli.sandbox.http.messages import invalid, refused
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.routing import Call
    from scalingo_cli.sandbox.state.models import App, Row, User
    from scalingo_cli.sandbox.state.store import Store


class Projects(Collection):
    """The projects of an account, of which there is at least one."""

    def rows(self, call: Call) -> list[Row]:
        """Return those of the account that a request is about."""
        return _rows(call.store, call.user)


PROJECTS = Projects("projects", "project", of="account", id="pr-{uuid}")
PROJECTS.lists()
PROJECTS.shows()


def new(store: Store, owner: User, name: str, *, default: bool = False) -> Row:
    """Return a new project, without storing it.

    Args:
        store: The state of the sandbox.
        owner: Its owner.
        name: Its name.
        default: Whether new apps are in it by default.

    Returns:
        Its row.
    """
    stamp = store.stamp()
    first = f"pr-{owner.id.removeprefix('us-')}"  # the same each time
    return {
        "id": first if default else store.new_id_of("project", PROJECTS.id),
        "name": name,
        "default": default,
        "created_at": stamp,
        "updated_at": stamp,
        "owner": {**owner.short(), "flags": {}},
        "flags": {},
    }


def default_of(store: Store, owner: User) -> Row:
    """Return the project that the apps of a user are in unless they name another one."""
    return next(row for row in _rows(store, owner) if row["default"])


def of(store: Store, owner: User, project_id: str) -> Row:
    """Return the project of a user with this id; raise Missing if there is none."""
    return find(_rows(store, owner), project_id, "project")


def _rows(store: Store, owner: User) -> list[Row]:
    rows = owner.rows(PROJECTS.name)
    if not rows:
        rows.append(new(store, owner, "default", default=True))
    return rows


def brief(project: Row) -> Row:
    """Return a project as apps show it."""
    return {"id": project["id"], "name": project["name"]}


def _is_of(app: App, project: Row) -> bool:
    return bool(app.settings["project"]["id"] == project["id"])


@PROJECTS.creates({"name": str, "default?": bool})
def create(call: Call, given: Row) -> Row:
    """Add a project."""
    row = new(call.store, call.user, _available(call, given["name"]))
    if given.get("default"):
        _make_default(call.user, row)
    _record(call, row, "new_project", {"default": row["default"]})
    return row


@PROJECTS.updates({"name?": str, "default?": bool})
def update(call: Call, row: Row, given: Row) -> Row | None:
    """Rename a project, or make it the default one; none is ever the default no more."""
    if given.get("default") is False:
        raise invalid(default="may only be true")
    old = {name: row[name] for name in given}
    if "name" in given and given["name"] != row["name"]:
        row["name"] = _available(call, given["name"])
    if given.get("default"):
        _make_default(call.user, row)
    row["updated_at"] = call.store.stamp()
    for app in call.store.apps:
        if _is_of(app, row):
            app.settings["project"] = brief(row)
    changes = [
        {"name": name, "value": value, "old_value": old[name]}
        for name, value in given.items()
        if value != old[name]
    ]
    if changes:
        _record(call, row, "edit_project", {"updated_values": changes})
    return None


@PROJECTS.deletes()
def delete(call: Call, row: Row) -> None:
    """Delete a project without apps that is not the default one."""
    if any(_is_of(app, row) for app in call.store.apps):
        raise refused(409, "Cannot delete project with existing apps")
    if row["default"]:
        raise refused(409, "Cannot delete the default project")
    _record(call, row, "delete_project", {"project_id": row["id"]})


def _available(call: Call, name: str) -> str:
    if not name.strip():
        raise invalid(name="can't be blank")
    if any(row["name"] == name for row in _rows(call.store, call.user)):
        raise invalid(name="is already taken")
    return name


def _make_default(owner: User, row: Row) -> None:
    for other in owner.rows(PROJECTS.name):
        other["default"] = False
    row["default"] = True


def _record(call: Call, row: Row, kind: str, data: Row) -> None:
    call.store.record_of_account(call.user, kind, data, brief(row))
