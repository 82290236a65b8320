"""Links of applications to repositories, and the review apps of their pull requests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scalingo_cli.sandbox.http.messages import document, invalid, not_found, nothing
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import deployments, integrations
from scalingo_cli.sandbox.state.clock import stamp
from scalingo_cli.sandbox.state.models import PLATFORM

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Row, User
    from scalingo_cli.sandbox.state.store import Store

PATH = "/v1/apps/{app}/scm_repo_link"
NEVER = "0001-01-01T00:00:00Z"
SETTINGS = {
    "branch?": str,
    "auto_deploy_enabled?": bool,
    "deploy_review_apps_enabled?": bool,
    "delete_on_close_enabled?": bool,
    "hours_before_delete_on_close?": int,
    "delete_stale_enabled?": bool,
    "hours_before_delete_stale?": int,
    "automatic_creation_from_forks_allowed?": bool,
}


def of(app: App) -> list[Row]:
    """Return the link of an application as a list, empty if it has none."""
    return app.rows("scm_repo_link")


def new(store: Store, user: User, app: App, source: str, integration: Row, **given: object) -> Row:
    """Return a link of an app, not yet its own.

    Args:
        store: The state of the sandbox.
        user: Who links it.
        app: The app.
        source: The URL of the repository.
        integration: The row of the integration that reaches it.
        **given: Fields that replace the usual ones.

    Returns:
        The row of the link.
    """
    owner, _, repo = urlsplit(source).path.strip("/").removesuffix(".git").partition("/")
    now = store.stamp()
    fields = {
        "id": store.new_uuid(),
        "app_id": app.id,
        "auth_integration_uuid": integration["id"],
        "linker": user.short(),
        "created_at": now,
        "updated_at": now,
        "owner": owner,
        "repo": repo,
        "branch": "main",
        "scm_type": integration["scm_type"],
        "auto_deploy_enabled": False,
        "deploy_review_apps_enabled": False,
        "delete_on_close_enabled": False,
        "hours_before_delete_on_close": 0,
        "delete_stale_enabled": False,
        "hours_before_delete_stale": 0,
        "automatic_creation_from_forks_allowed": False,
        "last_auto_deploy_at": None,
    }
    return fields | given


def _link(call: Call) -> Row:
    if not of(call.app):
        raise not_found("scm_repo_link")
    return of(call.app)[0]


def _repository(call: Call, link: Row) -> Row:
    for row in integrations.of(call.store.user(link["linker"]["username"]) or call.user):
        if row["id"] == link["auth_integration_uuid"]:
            name = f"{link['owner']}/{link['repo']}"
            return {"repo_name": name, "source": f"{row['url']}/{name}"}
    raise not_found("scm_integration")


def _said(call: Call, link: Row) -> Row:
    return _repository(call, link) | {
        "linker_username": link["linker"]["username"],
        "branch": link["branch"],
        "auto_deploy": link["auto_deploy_enabled"],
        "auto_deploy_review_apps": link["deploy_review_apps_enabled"],
        "delete_on_close": link["delete_on_close_enabled"],
        "delete_stale": link["delete_stale_enabled"],
        "hours_before_delete_on_close": link["hours_before_delete_on_close"],
        "hours_before_delete_stale": link["hours_before_delete_stale"],
        "creation_from_forks_allowed": link["automatic_creation_from_forks_allowed"],
    }


@route("GET", PATH, on=["api"])
def show(call: Call) -> Response:
    """Show the link of an application."""
    return document({"scm_repo_link": _link(call)})


@route("POST", PATH, on=["api"])
def create(call: Call) -> Response:
    """Link an application to a repository that an integration of the user reaches."""
    shape = {"source": str, "auth_integration_uuid?": str, **SETTINGS}
    given = call.rooted("scm_repo_link", shape)
    source, chosen = given.pop("source"), given.pop("auth_integration_uuid", None)
    if of(call.app):
        raise invalid(app="is already linked to a repository")
    found = next(
        (
            row
            for row in integrations.of(call.user)
            if chosen in (None, row["id"]) and source.startswith(f"{row['url']}/")
        ),
        None,
    )
    if found is None:
        raise not_found("scm_integration")
    row = new(call.store, call.user, call.app, source, found, **_checked(given))
    if f"{row['owner']}/{row['repo']}" not in integrations.REPOSITORIES:
        raise not_found("repository")
    of(call.app).append(row)
    call.record("link_scm", _said(call, row))
    return document({"scm_repo_link": row}, 201)


@route("PATCH PUT", PATH, on=["api"])
def update(call: Call) -> Response:
    """Change what the link of an application does."""
    row = _link(call)
    row.update(_checked(call.rooted("scm_repo_link", SETTINGS)), updated_at=call.store.stamp())
    for review in call.app.rows("review_apps"):
        review.update(_ends(row, review["created_at"]))
    call.record("update_scm", _said(call, row))
    settle(call.store, call.store.clock.now())
    return document({"scm_repo_link": row})


def _checked(given: Row) -> Row:
    for name in ("hours_before_delete_on_close", "hours_before_delete_stale"):
        if given.get(name, 0) < 0:
            raise invalid(**{name: "may not be negative"})
    if given.get("branch") == "":
        raise invalid(branch="can't be blank")
    return given


@route("DELETE", PATH, on=["api"])
def delete(call: Call) -> Response:
    """Unlink an application."""
    row = _link(call)
    call.record("unlink_scm", _repository(call, row) | {"unlinker_username": call.user.username})
    of(call.app).remove(row)
    return nothing()


@route("POST", f"{PATH}/manual_deploy", on=["api"])
def manual_deploy(call: Call) -> Response:
    """Deploy a branch."""
    _link(call)
    if call.document({"branch": str})["branch"] not in integrations.BRANCHES:
        raise not_found("branch")
    outcome, call.store.next_deployment = call.store.next_deployment, "success"
    seconds = 2 * call.store.operation_seconds
    deployment = deployments.start(call.store, call.app, outcome, seconds)
    deployment.pusher = call.user
    return document({"deployment": deployments.shown(call, deployment)})


def _pull(call: Call, number: int) -> Row:
    for each, title, _branch, is_fork in integrations.PULLS:
        if each == number:
            link = _link(call)
            repository = _repository(call, link)
            source = f"lena/{link['repo']}" if is_fork else repository["repo_name"]
            return {
                "id": 90_000 + number,
                "number": number,
                "title": title,
                "html_url": f"{repository['source']}/pull/{number}",
                "source_repo_name": source,
                "source_repo_html_url": repository["source"].replace(
                    repository["repo_name"], source
                ),
                "opened_from_a_forked_repo": is_fork,
            }
    raise not_found("pull_request")


@route("GET", f"{PATH}/pulls", on=["api"])
def pulls(call: Call) -> Response:
    """List the open pull requests of the repository."""
    _link(call)
    return document({"pulls": [_pull(call, number) for number, *_ in integrations.PULLS]})


@route("GET", f"{PATH}/pulls/{{number}}", on=["api"])
def pull(call: Call) -> Response:
    """Show a pull request of the repository."""
    number = call.names["number"]
    return document({"pull": _pull(call, int(number) if number.isdigit() else 0)})


@route("GET", f"{PATH}/review_apps", on=["api"])
def review_apps(call: Call) -> Response:
    """List the review apps of an application."""
    _link(call)
    return document({"review_apps": call.app.rows("review_apps")})


@route("POST", f"{PATH}/manual_review_app", on=["api"])
def manual_review_app(call: Call) -> Response:
    """Make a review app of a pull request."""
    link = _link(call)
    number = call.document({"pull_request_id": object})["pull_request_id"]
    if not str(number).isdigit():  # some clients send it as text
        raise invalid(pull_request_id="should be an integer")
    found = _pull(call, int(number))
    if any(row["pull_request"]["number"] == int(number) for row in call.app.rows("review_apps")):
        raise invalid(pull_request_id="has a review app already")
    row = new_review_app(call.store, call.app, link, found)
    call.app.rows("review_apps").append(row)
    call.record("create_review_app", _reviewed(row))
    return document({"review_app": row})


def new_review_app(store: Store, app: App, link: Row, pull: Row) -> Row:
    """Return a review app of a pull request, not yet among those of `app`.

    Args:
        store: The state of the sandbox.
        app: The app that it reviews.
        link: The row of the app's link.
        pull: The row of the pull request.

    Returns:
        The row of the review app.
    """
    now = stamp(store.clock.now())
    ref = store.new_sha()
    return {
        "id": store.new_uuid(),
        "repo_link_id": link["id"],
        "app_id": store.new_id(),
        "app_name": f"{app.name}-pr{pull['number']}",
        "parent_app_id": app.id,
        "parent_app_name": app.name,
        "created_at": now,
        **_ends(link, now),
        "pull_request": {
            "number": pull["number"],
            "branch_name": f"{link['owner']}:pr{pull['number']}",
            "source_repo_id": 0,
            "source_repo_name": pull["source_repo_name"],
            "source_repo_url": pull["source_repo_html_url"],
            "target_repo_id": 0,
            "title": pull["title"],
            "url": pull["html_url"],
            "html_url": pull["html_url"],
            "ref": ref,
            "base_ref": "",
            "created_at": now,
            "closed_at": NEVER,
        },
        "last_deployment": None,
    }


def _ends(link: Row, created_at: str) -> Row:
    """Return when a review app of this age ends: if it is stale, and once its request is closed."""
    stale = NEVER
    if link["delete_stale_enabled"]:
        hours = timedelta(hours=link["hours_before_delete_stale"])
        stale = stamp(datetime.fromisoformat(created_at) + hours)
    return {"stale_deletion_date": stale, "on_close_deletion_date": NEVER}


def _reviewed(row: Row) -> Row:
    request = row["pull_request"]
    return {
        "review_app_name": row["app_name"],
        "review_app_url": f"https://{row['app_name']}.osc-fr1.scalingo.io",
        "source_repo_name": request["source_repo_name"],
        "source_repo_url": request["source_repo_url"],
        "pr_name": request["title"],
        "pr_number": request["number"],
        "pr_url": request["html_url"],
        "pr_comes_from_a_fork": request["source_repo_name"].startswith("lena/"),
    }


def settle(store: Store, now: datetime) -> None:
    """Destroy the review apps that are stale by `now`."""
    for app in store.apps:
        for row in list(app.collections.get("review_apps", ())):
            stale = row["stale_deletion_date"]
            if stale != NEVER and datetime.fromisoformat(stale) <= now:
                app.rows("review_apps").remove(row)
                store.record(app, PLATFORM, "destroy_review_app", _reviewed(row))
