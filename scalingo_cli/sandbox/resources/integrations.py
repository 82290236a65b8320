"""Integrations: the accounts at places that host code, which an account is connected to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from scalingo_cli.sandbox.http.messages import document, invalid, nothing, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import keys

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import Row, User
    from scalingo_cli.sandbox.state.store import Store

PATH = "/v1/scm_integrations"
SELF_HOSTED = ("github-enterprise", "gitlab-self-hosted")  # the others are connected in a browser
KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAeYVbEXCkQDWqkm0IGGxsMRu9dRwtMB3nDmxQqvQxbW noor@orchard"
)
# What is hosted there, whoever looks.
REPOSITORIES = {"pinecrate/shop": "Crates of vegetables", "pinecrate/scales": "Weighs the crates"}
BRANCHES = ("main", "harvest", "weigh-onions")
PULLS: list[tuple[int, str, str, bool]] = [
    (81, "Weigh the [red] onions", "weigh-onions", False),
    (84, "Leeks by the metre", "leeks", True),
]


def of(user: User) -> list[Row]:
    """Return the integrations of an account."""
    return user.rows("scm_integrations")


def new(store: Store, user: User, scm_type: str, url: str, token: str) -> Row:
    """Return a new integration, without storing it.

    Args:
        store: The state of the sandbox.
        user: The account that it belongs to.
        scm_type: Its type, such as github.
        url: The address of the GitHub or GitLab.
        token: Its access token.

    Returns:
        Its row.
    """
    return {
        "id": store.new_uuid(),
        "scm_type": scm_type,
        "url": url,
        "access_token": token,
        "created_at": store.stamp(),
        "uid": "4127",
        "username": f"{user.username}-{scm_type.partition('-')[0]}",
        "avatar_url": f"{url}/avatars/4127.png",
        "email": user.email,
        "profile_url": f"{url}/{user.username}",
        "owner": user.short(),
    }


def _said(row: Row) -> Row:
    return {
        "integration_id": row["id"],
        "integration_type": row["scm_type"],
        "login": row["username"],
        "avatar_url": row["avatar_url"],
        "url": row["url"],
    }


def _found(call: Call) -> Row:
    for row in of(call.user):
        if call.names["integration_id"] in (row["id"], row["scm_type"]):
            return row
    raise refused(404, "SCM integration not found")


@route("GET", PATH, on=["auth"])
def list_(call: Call) -> Response:
    """List the integrations of the account, with their tokens."""
    return document({"scm_integrations": of(call.user)})


@route("GET", f"{PATH}/{{integration_id}}", on=["auth"])
def show(call: Call) -> Response:
    """Show an integration."""
    return document({"scm_integration": _found(call)})


@route("POST", PATH, on=["auth"])
def create(call: Call) -> Response:
    """Connect the account to a host of its own."""
    given = call.rooted("scm_integration", {"scm_type": str, "url": str, "access_token": str})
    if given["scm_type"] not in SELF_HOSTED:
        raise invalid(scm_type=f"should be one of {', '.join(SELF_HOSTED)}")
    if urlsplit(given["url"]).scheme not in ("http", "https"):
        raise invalid(url="is not a URL")
    if any(row["scm_type"] == given["scm_type"] for row in of(call.user)):
        raise invalid(scm_type="has already been taken")
    row = new(call.store, call.user, given["scm_type"], given["url"], given["access_token"])
    of(call.user).append(row)
    call.store.record_of_account(call.user, "new_integration", _said(row))
    shown = {name: value for name, value in row.items() if name != "access_token"}
    return document({"scm_integration": shown}, 201)


@route("DELETE", f"{PATH}/{{integration_id}}", on=["auth"])
def delete(call: Call) -> Response:
    """Disconnect the account."""
    row = _found(call)
    of(call.user).remove(row)
    call.store.record_of_account(call.user, "delete_integration", _said(row))
    return nothing()


@route("POST", f"{PATH}/{{integration_id}}/import_keys", on=["auth"])
def import_keys(call: Call) -> Response:
    """Add the SSH keys that are there to the account; those it has already are left out."""
    name = f"{_found(call)['scm_type']}-Orchard"
    if any(row["content"] == KEY for row in call.user.keys):
        return document({"keys": []}, 201)
    row = keys.new(call.store, call.user, name, KEY)
    call.user.keys.append(row)
    return document({"keys": [row]}, 201)


def _id(text: str) -> int:
    return UUID(bytes=text.encode().ljust(16, b"-")[:16]).int % 10**8


@route("GET", f"{PATH}/{{integration_id}}/search_repos", on=["auth"], query=["query"])
def search_repos(call: Call) -> Response:
    """List the repositories whose names hold the query."""
    row = _found(call)
    rows = [
        {
            "id": _id(name),
            "name": name.partition("/")[2],
            "fullName": name,
            "url": f"{row['url']}/{name}",
            "description": about,
        }
        for name, about in REPOSITORIES.items()
        if call.query.get("query", "") in name
    ]
    return document({"repositories": rows})


@route("GET", f"{PATH}/{{integration_id}}/search_pull_requests", on=["auth"], query=["query"])
def search_pull_requests(call: Call) -> Response:
    """List the pull requests whose titles hold the query."""
    url = f"{_found(call)['url']}/pinecrate/shop/pull"
    rows = [
        {"title": title, "number": number, "html_url": f"{url}/{number}"}
        for number, title, _, _ in PULLS
        if call.query.get("query", "").lower() in title.lower()
    ]
    return document({"pull_requests": rows})


@route("GET", f"{PATH}/{{integration_id}}/branches", on=["auth"], query=["repo_name"])
def branches(call: Call) -> Response:
    """List the branches of a repository."""
    _found(call)
    if call.query.get("repo_name") not in REPOSITORIES:
        raise refused(404, "Repository not found")
    return document({"branches": [{"name": name} for name in BRANCHES]})
