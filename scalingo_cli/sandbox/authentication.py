"""Who is asking: Basic authentication with no user name and the API token as password."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.messages import document, refused
from scalingo_cli.sandbox.routes import Call, route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalingo_cli.sandbox.messages import Refusal, Response
    from scalingo_cli.sandbox.store import Row, Store, User


def credentials(authorization: str) -> tuple[str, str] | None:
    """Return user name and password of a Basic Authorization header, None if it is not one."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon else None


def who(store: Store, headers: Mapping[str, str]) -> User | None:
    """Return the user whose token a request carries, None without a valid one."""
    match credentials(headers.get("authorization", "")):
        case ("", token):
            return store.user_of_token(token)
    return None


def marker(store: Store, authorization: str) -> str:
    """Return what stands for an Authorization header in the record: whose token, not the token."""
    scheme = authorization.partition(" ")[0]
    match credentials(authorization):
        case ("", token):
            user = store.user_of_token(token)
            return f"{scheme} <token of {user.username}>" if user else f"{scheme} <unknown token>"
        case (_, _):
            return f"{scheme} <user name and password>"
    return f"{scheme} <unreadable>"


@route("POST", "/v1/users/sign_in", auth="none")
def sign_in(call: Call) -> Response:
    """Trade a user name or e-mail and a password for the API token."""
    given = call.rooted("user", {"login": str, "password": str})
    user = call.store.user(given["login"])
    if user is None or user.password != given["password"]:
        return document({"success": False, "message": "Wrong login or password"}, 401)
    return document({"authentication_token": user.token, "user": profile(user)}, 201)


@route("GET", "/v1/users/self")
def self_(call: Call) -> Response:
    """Show the account that the token belongs to."""
    return document({"user": profile(call.user)})


def profile(user: User) -> Row:
    """Return an account as its owner sees it."""
    return {
        "id": user.id,
        "email": user.email,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "company": user.company,
        "location": user.location,
        "email_newsletter": False,
        "email_personal_advice": True,
    }


def unauthorized() -> Refusal:
    """Return the refusal for a missing or wrong token."""
    return refused(401, "This request needs a valid API token")
