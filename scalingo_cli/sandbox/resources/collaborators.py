"""Collaborators: those who work on an app besides its owner, and those invited to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.collection import Collection
from scalingo_cli.sandbox.http.messages import document, invalid
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.models import User

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store


COLLABORATORS = Collection("collaborators", "collaborator", on=("legacy", "api"))
COLLABORATORS.lists()


def accepted(store: Store, app: App, user: User, *, limited: bool = False) -> Row:
    """Return the row of a collaborator.

    Args:
        store: The state of the sandbox.
        app: The app.
        user: The collaborator.
        limited: Whether their permissions are limited.

    Returns:
        The row.
    """
    fields = {
        "email": user.email,
        "username": user.username,
        "status": "accepted",
        "invitation_link": "",
        "user_id": user.id,
        "tfa_status": bool(user.otp),
    }
    return COLLABORATORS.row(store, fields | _place(app, limited))


def invited(store: Store, app: App, email: str, *, limited: bool = False) -> Row:
    """Return the row of an invitation that was not accepted yet; its link is a secret.

    Args:
        store: The state of the sandbox.
        app: The app.
        email: The e-mail address that was invited.
        limited: Whether their permissions are limited.

    Returns:
        The row.
    """
    fields = {
        "email": email,
        "username": "n/a",
        "status": "pending",
        "invitation_link": f"https://dashboard.scalingo.example/join?token={store.new_sha()}",
        "user_id": None,
        "tfa_status": None,
    }
    return COLLABORATORS.row(store, fields | _place(app, limited))


def _place(app: App, limited: bool) -> Row:
    return {"is_limited": limited, "app_id": app.id, "app_name": app.name}


def accept(store: Store, app: App, email: str) -> None:
    """Accept an invitation to `app`, with a new account if there is none yet."""
    row = next((row for row in app.collaborators if row["email"] == email), None)
    if row is None or row["status"] != "pending":
        raise ValueError(f"{email} has no open invitation to {app.name}")
    user = store.user(email)
    if user is None:
        name = re.sub(r"\W", "-", email.partition("@")[0])
        user = User(store.new_user_id(), name, email, store.new_secret(), store.new_secret())
        store.users.append(user)
    join(store, app, row, user)


def join(store: Store, app: App, row: Row, user: User) -> None:
    """Accept an invitation.

    Args:
        store: The state of the sandbox.
        app: The app.
        row: The row of the invitation.
        user: Who accepts it.
    """
    limited = row.get("is_limited", False)
    row.update(accepted(store, app, user, limited=limited) | {"id": row["id"]})
    inviter = {"email": app.owner.email, "username": app.owner.username}
    data = {"id": user.id, "email": user.email, "username": user.username, "inviter": inviter}
    store.record(app, user, "accept_collaborator", {"collaborator": data | _role(row)})


def _role(row: Row) -> Row:
    """Return what events of the regional platform say besides."""
    return {"is_limited": row["is_limited"]} if "is_limited" in row else {}


@COLLABORATORS.creates({"email": str, "is_limited?": bool})
def create(call: Call, given: Row) -> Row:
    """Invite someone by e-mail."""
    app = call.owned_app("invite to")
    email = given["email"]
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", email):
        raise invalid(email="is not an e-mail address")
    if email == app.owner.email or any(row["email"] == email for row in app.collaborators):
        raise invalid(email="works on this application already")
    row = invited(call.store, app, email, limited=given.get("is_limited", True))
    call.record("new_collaborator", {"collaborator": {"email": email} | _role(row)})
    return row


@COLLABORATORS.deletes()
def delete(call: Call, row: Row) -> None:
    """Remove a collaborator, or revoke an invitation."""
    call.owned_app("remove someone from")
    data = {"id": row["id"], "username": row["username"], "email": row["email"]}
    call.record("delete_collaborator", {"collaborator": data})


@route("PATCH PUT", "/v1/apps/{app}/collaborators/{collaborator_id}", on=["api"])
def update(call: Call) -> Response:
    """Change whether a collaborator's permissions are limited."""
    call.owned_app("change who works on")
    row = COLLABORATORS.find(call)
    row |= call.rooted("collaborator", {"is_limited": bool})
    data = {"id": row["id"], "username": row["username"], "email": row["email"]}
    call.record("change_collaborator_role", {"collaborator": data | _role(row)})
    return document({"collaborator": row})


@route("GET", "/v1/collaborators", on=["api"])
def list_all(call: Call) -> Response:
    """List those who work on any app that the user owns in the region."""
    own = [app for app in call.store.apps_of(call.user, call.region) if app.owner is call.user]
    return document({"collaborators": [row for app in own for row in app.collaborators]})
