"""API tokens: created with a password, exchanged for bearers, renewed, revoked."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, invalid, no_such_page, nothing, refused
from scalingo_cli.sandbox.http.routing import Call, parsed, route
from scalingo_cli.sandbox.resources import authentication
from scalingo_cli.sandbox.state import bearers
from scalingo_cli.sandbox.state.clock import stamp_utc
from scalingo_cli.sandbox.state.models import ApiToken

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Refusal, Response
    from scalingo_cli.sandbox.state.models import Row, User
    from scalingo_cli.sandbox.state.store import Store

EXCHANGE = "/v1/tokens/exchange"


def new(store: Store, user: User, name: str, value: str | None = None) -> ApiToken:
    """Return a new token, without storing it.

    Args:
        store: The state of the sandbox.
        user: Its owner.
        name: Its name.
        value: Its value; by default, a random one.

    Returns:
        The token.
    """
    value = value or f"tk-us-{secrets.token_urlsafe(36)}"
    return ApiToken(store.new_uuid(), name, user, value, stamp_utc(store.clock.now()))


def _shown(token: ApiToken) -> Row:
    return {
        "id": token.id,
        "name": token.name,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
        "issued_at": token.created_at,
    }


def _told(token: ApiToken) -> Row:
    return {**_shown(token), "token": token.value}


@route("POST", "/v1/tokens", on=["auth"], auth="none")
def create(call: Call) -> Response:
    """Create a token with a password, and a one-time code if the account requires one.

    A user who has a bearer needs neither. Some clients leave the root out.
    """
    user = _signing_in(call)
    given = parsed(call.request.body)
    name = call.checked(given.get("token", given), {"name": str})["name"]
    if not name.strip():
        raise invalid(name="can't be blank")
    token = new(call.store, user, name)
    call.store.tokens.append(token)
    call.store.record_of_account(user, "new_token", {"token_name": name, "token_id": token.id})
    return document({"token": _told(token)}, 201)


def _signing_in(call: Call) -> User:
    given = authentication.credentials(call.request.headers.get("authorization", ""))
    if given is None:
        if call.visitor is None:
            raise authentication.unauthorized(call.request)
        return call.visitor
    name, password = given
    user = call.store.user(name)
    if user is None or not user.password or user.password != password:
        raise _refused()
    code = call.request.headers.get("x-authorization-otp")
    if user.otp and not code:
        raise refused(401, "OTP Required")
    if user.otp and user.otp != code:
        raise _refused()
    return user


def _refused() -> Refusal:
    return refused(401, "Invalid credentials")


@route("POST", EXCHANGE, on=["auth"], auth="none")
def exchange(call: Call) -> Response:
    """Exchange a token, as the password of a Basic without a username, for a bearer."""
    given = authentication.credentials(call.request.headers.get("authorization", ""))
    for token in call.store.tokens:
        if given == ("", token.value):
            token.last_used_at = stamp_utc(call.store.clock.now())
            return document({"token": bearers.make(call.store, token)})
    raise _refused()


@route("GET", "/v1/tokens", on=["auth"])
def list_(call: Call) -> Response:
    """List the user's tokens, without their values."""
    own = [_shown(token) for token in call.store.tokens if token.user is call.user]
    return document({"tokens": own})


@route("GET", "/v1/tokens/{token_id}", on=["auth"])
def show(call: Call) -> Response:
    """Show one token, without its value."""
    token = _found(call)
    return document({"token": _shown(token)})


@route("PATCH PUT", "/v1/tokens/{token_id}/renew", on=["auth"])
def renew(call: Call) -> Response:
    """Give a token a new value; bearers made from the old one are no longer valid."""
    token = _found(call)
    token.value = new(call.store, token.user, token.name).value
    call.store.record_of_account(
        token.user, "regenerate_token", {"token_name": token.name, "token_id": token.id}
    )
    return document({"token": _told(token)})


@route("DELETE", "/v1/tokens/{token_id}", on=["auth"])
def delete(call: Call) -> Response:
    """Revoke a token and the bearers made from it."""
    token = _found(call)
    call.store.tokens.remove(token)
    call.store.record_of_account(
        token.user, "delete_token", {"token_name": token.name, "token_id": token.id}
    )
    return nothing()


def _found(call: Call) -> ApiToken:
    for token in call.store.tokens:
        if token.id == call.names["token_id"] and token.user is call.user:
            return token
    raise no_such_page()
