"""Apps: list, create, show, rename, transfer, delete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import (
    document,
    invalid,
    not_found,
    nothing,
    refused,
    unpaid,
)
from scalingo_cli.sandbox.http.routing import Call, parsed, route
from scalingo_cli.sandbox.resources import catalogue, collaborators, projects
from scalingo_cli.sandbox.state.models import App, find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import Row, User
    from scalingo_cli.sandbox.state.store import Store

FREE_APPS = 3
# What the regional platform lets people choose, at once and later.
SETTINGS: dict[str, type] = {
    "force_https?": bool,
    "sticky_session?": bool,
    "router_logs?": bool,
    "stack_id?": str,
    "project_id?": str,
}
CHOICES: dict[str, type] = {
    "git_source?": str,
    "hds_resource?": bool,
    "stack_id?": str,
    "project_id?": str,
}
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def shown(store: Store, app: App) -> Row:
    """Return an app as the API shows it."""
    last = app.deployments[-1] if app.deployments else None
    addresses = {
        name: form.format(name=app.name, region=app.region)
        for name, form in store.dialect.addresses.items()
    }
    row = {
        "id": app.id,
        "name": app.name,
        "region": app.region,
        "owner": store.dialect.row("owner", {**app.owner.short(), "flags": {}}),
        **addresses,
        "status": app.status(store.clock.now()),
        "last_deployed_at": app.last_deployed_at,
        "last_deployed_by": app.last_deployed_by,
        # not the id of the deployment, but of another kind
        "last_deployment_id": last.id.replace("-", "")[:24] if last else None,
        "created_at": app.created_at,
        "updated_at": app.updated_at,
        "parent_app_name": None,
        "git_source": None,
        **app.settings,
        "flags": {},
        "limits": {"git-repository-size": 2_000_000_000},
        "links": {"deployments_stream": f"{store.socket_url}/apps/{app.name}/deployments"},
        "data_access_consent": None,
        "private_networks_ids": [],
    }
    return store.dialect.row("app", row)


def new(store: Store, owner: User, name: str, region: str) -> App:
    """Return a new app with a web container in its formation, without storing it.

    Args:
        store: The state of the sandbox.
        owner: Its owner.
        name: Its name.
        region: Its region, empty on the legacy API.

    Returns:
        The app.
    """
    stamp = store.stamp()
    app = App(store.new_id(), name, owner, stamp, stamp, region)
    app.settings = {
        "force_https": False,
        "sticky_session": False,
        "router_logs": False,
        "hds_resource": False,
        "stack_id": catalogue.STACKS[0]["id"],
        "project": projects.brief(projects.default_of(store, owner)),
    }
    app.formation = [
        {
            "id": store.new_id(),
            "app_id": app.id,
            "name": "web",
            "amount": 1,
            "size": "M",
            "command": None,
        }
    ]
    return app


def available(store: Store, name: str) -> str:
    """Return a name that a new application can have; refuse any other with what is wrong."""
    problems = [] if name else ["can't be blank"]
    if not 6 <= len(name) <= 48:
        problems.append("must have 6 to 48 characters")
    if not re.fullmatch(r"[a-z0-9-]*", name):
        problems.append("may hold lower case letters, digits and hyphens only")
    elif name and not NAME.fullmatch(name):
        problems.append("may not begin or end with a hyphen, nor hold two in a row")
    if not problems and any(app.name == name for app in store.apps):
        problems.append("is already taken")
    if problems:
        raise invalid(name=problems)
    return name


@route("GET", "/v1/apps")
def list_(call: Call) -> Response:
    """List the apps that the user owns or collaborates on."""
    apps = call.store.apps_of(call.user, call.region)
    rows = [shown(call.store, app) for app in apps if not app.is_dedicated]
    return document({"apps": rows})


@route("POST", "/v1/apps")
def create(call: Call) -> Response:
    """Create an app; with the header X-Dry-Run, only say whether it could be."""
    given = call.rooted("app", call.dialect.row("app", {"name": str, **CHOICES}))
    name = available(call.store, given["name"])
    owned = [app for app in call.store.apps if app.owner is call.user]
    if not call.user.verified and len(owned) >= FREE_APPS:
        raise unpaid("create another application")
    app = new(call.store, call.user, name, call.region)
    app.settings |= _settings(call, app, given)
    if call.request.headers.get("x-dry-run", "").lower() != "true":
        call.store.apps.append(app)
        data = call.dialect.row("app", {"git_source": given.get("git_source")})
        call.store.record(app, call.user, "new_app", data or None)
    return document({"app": shown(call.store, app)}, 201)


@route("GET", "/v1/apps/{app}")
def show(call: Call) -> Response:
    """Show one app."""
    return document({"app": shown(call.store, call.app)})


@route("POST", "/v1/apps/{app}/rename")
def rename(call: Call) -> Response:
    """Rename an app."""
    app = call.owned_app("rename")
    given = call.document({"current_name": str, "new_name": str})
    if given["current_name"] != app.name:
        raise invalid(current_name="is not the name of this application")
    new_name = available(call.store, given["new_name"])
    call.record("rename_app", {"old_name": app.name, "new_name": new_name})
    app.name = new_name
    for row in app.collaborators:
        row.update(call.dialect.row("collaborator", {"app_name": new_name}))
    call.touch()
    return document({"app": shown(call.store, app)})


@route("PATCH PUT", "/v1/apps/{app}", on=["legacy"])
def transfer(call: Call) -> Response:
    """Transfer an app to one of its collaborators, who becomes the owner."""
    given = call.rooted("app", {"owner": dict})
    return _transfer(call, call.checked(given["owner"], {"email": str})["email"])


@route("PATCH PUT", "/v1/apps/{app}", on=["api"], query=["current_name"])
def change(call: Call) -> Response:
    """Change the settings of an app, or transfer it to a collaborator.

    Some clients leave the root out when they change settings.
    """
    given = parsed(call.request.body)
    given = given["app"] if isinstance(given.get("app"), dict) else given
    if "owner" in given:
        if call.query.get("current_name", call.app.name) != call.app.name:
            raise invalid(current_name="is not the name of this application")
        return _transfer(call, call.checked(given, {"owner": str})["owner"])
    if not given:
        raise invalid(app="missing field")
    app = call.app
    before = app.settings
    app.settings = before | _settings(call, app, call.checked(given, SETTINGS))
    if before["force_https"] != app.settings["force_https"]:
        call.record("edit_app", {"force_https": app.settings["force_https"]})
    if before["stack_id"] != app.settings["stack_id"]:
        call.record("stack_changed", _stacks(before["stack_id"], app.settings["stack_id"]))
    if before["project"] != app.settings["project"]:
        call.record("update_app_project", _projects(before["project"], app.settings["project"]))
    call.touch()
    return document({"app": shown(call.store, app)})


def _settings(call: Call, app: App, given: Row) -> Row:
    """Return the settings among what is given; refuse a stack or a project that there is not."""
    names = ("force_https", "sticky_session", "router_logs", "hds_resource", "stack_id")
    settings = {name: given[name] for name in names if name in given}
    if "stack_id" in given:
        find(catalogue.STACKS, given["stack_id"], "stack")
    if "project_id" in given:
        row = projects.of(call.store, app.owner, given["project_id"])
        settings["project"] = projects.brief(row)
    return settings


def _stacks(before: str, after: str) -> Row:
    names = {stack["id"]: stack["name"] for stack in catalogue.STACKS}
    return {
        "previous_stack_id": before,
        "current_stack_id": after,
        "previous_stack_name": names[before],
        "current_stack_name": names[after],
    }


def _projects(before: Row, after: Row) -> Row:
    return {
        f"{age}_project_{name}": row[name]
        for age, row in (("old", before), ("new", after))
        for name in ("id", "name")
    }


def _transfer(call: Call, email: str) -> Response:
    app = call.owned_app("transfer")
    heir = call.store.user(email)
    if heir is None or heir is app.owner or not call.store.allowed(app, heir):
        raise invalid(owner="should be the e-mail of an accepted collaborator")
    data = {"old_owner": app.owner.short(), "new_owner": heir.short()}
    call.record("transfer_app", data)
    former = app.owner
    app.owner = heir
    app.collaborators = [row for row in app.collaborators if row["email"] != email]
    app.collaborators.append(collaborators.accepted(call.store, app, former))
    app.settings["project"] = projects.brief(projects.default_of(call.store, heir))
    call.touch()
    return document({"app": shown(call.store, app)})


@route("DELETE", "/v1/apps/{app}", query=["current_name"])
def delete(call: Call) -> Response:
    """Delete an app whose name the query repeats."""
    app = call.owned_app("delete")
    if call.query.get("current_name") != app.name:
        raise invalid(current_name="is not the name of this application")
    call.store.apps.remove(app)
    return nothing()


@route("GET", "/v1/apps/collaboration", on=["api"], query=["token"])
def join(call: Call) -> Response:
    """Accept an invitation, whose link the token is of; some clients do it in this way."""
    for app in call.store.apps:
        for row in app.collaborators:
            if row["invitation_link"].endswith(f"?token={call.query.get('token')}"):
                if row["email"] != call.user.email:
                    message = f"This invitation is for {row['email']}"
                    raise refused(400, message, type="other-collaborator")
                collaborators.join(call.store, app, row, call.user)
                return document({"app": shown(call.store, app)})
    raise not_found("collaborator")
