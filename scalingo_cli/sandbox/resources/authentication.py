"""Who sends a request: by the API token on the legacy API, by a bearer on the regional one."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state import bearers

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Refusal, Request, Response
    from scalingo_cli.sandbox.state.models import Row, User
    from scalingo_cli.sandbox.state.store import Store


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


def bearer(authorization: str) -> str | None:
    """Return the token of a Bearer Authorization header, None if it is not one."""
    scheme, _, text = authorization.partition(" ")
    return text if scheme.lower() == "bearer" else None


def addon_id(call: Call) -> str | None:
    """Return the ID of the add-on whose bearer a request carries, or None."""
    return bearers.addon_id(call.store, bearer(call.request.headers.get("authorization", "")) or "")


def who(store: Store, request: Request) -> User | None:
    """Return the user that a request is signed for, as its host requires, or None.

    The legacy API takes Basic with no username and the API token; the regional platform takes a
    bearer, which for one-off containers is the password of a Basic without a username.
    """
    authorization = request.headers.get("authorization", "")
    service = request.host.service
    if service in ("legacy", "links"):
        name, password = credentials(authorization) or ("?", "")
        if name:
            return None
        if service == "legacy":
            return store.user_of_token(password)
        return bearers.user(store, password)
    return bearers.user(store, bearer(authorization) or "")


def marker(store: Store, authorization: str) -> str:
    """Return what the record has for an Authorization header: whose token, not the token."""
    scheme = authorization.partition(" ")[0]
    match credentials(authorization):
        case ("", token):
            if user := store.user_of_token(token):
                return f"{scheme} <token of {user.username}>"
            if user := bearers.user(store, token):
                return f"{scheme} <bearer of {user.username}>"
            return f"{scheme} <unknown token>"
        case (_, _):
            return f"{scheme} <user name and password>"
    if (text := bearer(authorization)) is not None:
        if user := bearers.user(store, text):
            return f"{scheme} <bearer of {user.username}>"
        of_addon = bearers.addon_id(store, text)
        is_known = any(addon["id"] == of_addon for app in store.apps for addon in app.addons)
        return f"{scheme} <token of {of_addon}>" if is_known else f"{scheme} <unknown bearer>"
    return f"{scheme} <unreadable>"


@route("POST", "/v1/users/sign_in", on=["legacy"], auth="none")
def sign_in(call: Call) -> Response:
    """Exchange a username or e-mail address and a password for the API token."""
    given = call.rooted("user", {"login": str, "password": str})
    user = call.store.user(given["login"])
    if user is None or user.password != given["password"]:
        return document({"success": False, "message": "Wrong login or password"}, 401)
    return document({"authentication_token": user.token, "user": profile(call.store, user)}, 201)


@route("GET", "/v1/users/self", on=["legacy", "api", "auth"])
def self_(call: Call) -> Response:
    """Show the account of the token."""
    return document({"user": profile(call.store, call.user)})


def profile(store: Store, user: User) -> Row:
    """Return an account as its owner sees it."""
    joined = "2015-01-10T09:12:44.000Z"
    row = {
        "id": user.id,
        "uuid": user.id,
        "created_at": joined,
        "email": user.email,
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "fullname": f"{user.first_name} {user.last_name}",
        "company": user.company,
        "location": user.location,
        "tos_accepted": True,
        "flags": {},
        "limits": {} if user.verified else {"free_trial_apps": "3"},
        "referral_url": f"https://referrals.scalingo.example/{_digest(user.id)[:12]}",
        "referral_clicks": 4,
        "free_trial_started_at": joined,
        "free_trial_end_time": "2015-02-09T09:12:44.000Z",
        "suspended_at": None,
        "suspension_reason": None,
        "github": {"username": None, "avatar_url": None},
        "unconfirmed_email": None,
        "intercom_hash": _digest(user.email),
        "email_newsletter": False,
        "email_personal_advice": True,
    }
    return store.dialect.row("user", row)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def unauthorized(request: Request) -> Refusal:
    """Return the refusal for a missing or wrong token: each host has its own."""
    if request.host.service == "db":
        return refused(400, "unauthorized")
    if request.host.service in ("api", "auth"):
        return refused(401, "This request needs a valid bearer")
    return refused(401, "This request needs a valid API token")
