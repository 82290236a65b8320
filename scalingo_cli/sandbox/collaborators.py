"""Collaborators: those who work on an application besides its owner, and those invited to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.messages import document, invalid, nothing
from scalingo_cli.sandbox.routes import Call, route
from scalingo_cli.sandbox.store import User, find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.messages import Response
    from scalingo_cli.sandbox.store import App, Row, Store


def accepted(store: Store, user: User) -> Row:
    """Return the row of someone who works on an application."""
    return {
        "id": store.new_id(),
        "email": user.email,
        "username": user.username,
        "status": "accepted",
        "invitation_link": "",
    }


def invited(store: Store, email: str) -> Row:
    """Return the row of someone who has not answered the invitation yet; its link is a secret."""
    return {
        "id": store.new_id(),
        "email": email,
        "username": "n/a",
        "status": "pending",
        "invitation_link": f"https://dashboard.scalingo.example/join?token={store.new_secret()}",
    }


def accept(store: Store, app: App, email: str) -> None:
    """Let someone invited to `app` accept, with a new account if there is none yet."""
    row = next((row for row in app.collaborators if row["email"] == email), None)
    if row is None or row["status"] != "pending":
        raise ValueError(f"{email} has no open invitation to {app.name}")
    user = store.user(email)
    if user is None:
        name = re.sub(r"\W", "-", email.partition("@")[0])
        user = User(store.new_id(), name, email, store.new_secret(), store.new_secret())
        store.users.append(user)
    row.update(accepted(store, user) | {"id": row["id"]})
    inviter = {"email": app.owner.email, "username": app.owner.username}
    data = {"id": user.id, "email": email, "username": user.username, "inviter": inviter}
    store.record(app, user, "accept_collaborator", {"collaborator": data})


@route("GET", "/v1/apps/{app}/collaborators")
def list_(call: Call) -> Response:
    """List the collaborators, without the owner."""
    return document({"collaborators": call.app.collaborators})


@route("POST", "/v1/apps/{app}/collaborators")
def create(call: Call) -> Response:
    """Invite someone by e-mail."""
    app = call.owned_app("invite to")
    email = call.rooted("collaborator", {"email": str})["email"]
    if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", email):
        raise invalid(email="is not an e-mail address")
    if email == app.owner.email or any(row["email"] == email for row in app.collaborators):
        raise invalid(email="works on this application already")
    row = invited(call.store, email)
    app.collaborators.append(row)
    call.record("new_collaborator", {"collaborator": {"email": email}})
    return document({"collaborator": row}, 201)


@route("DELETE", "/v1/apps/{app}/collaborators/{collaborator_id}")
def delete(call: Call) -> Response:
    """Remove a collaborator, or take an invitation back."""
    app = call.owned_app("remove someone from")
    row = find(app.collaborators, call.names["collaborator_id"], "collaborator")
    app.collaborators.remove(row)
    data = {"id": row["id"], "username": row["username"], "email": row["email"]}
    call.record("delete_collaborator", {"collaborator": data})
    return nothing()
