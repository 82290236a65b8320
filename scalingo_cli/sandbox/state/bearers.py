"""Bearers: JSON Web Tokens obtained in exchange for an API token, valid for an hour."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scalingo_cli.sandbox.state.models import Bearer

if TYPE_CHECKING:
    from scalingo_cli.sandbox.state.models import ApiToken, Row, User
    from scalingo_cli.sandbox.state.store import Store

_HEAD = {"typ": "JWT", "alg": "HS512"}


def make(store: Store, token: ApiToken, addon_id: str | None = None) -> str:
    """Return a new bearer made from an API token."""
    moment = int(store.clock.now().timestamp())
    claims: Row = {
        "iss": "Scalingo",
        "iat": moment,
        "uuid": token.user.id,
        "rnd": secrets.token_hex(16),
        "exp": moment + int(store.bearer_seconds),
    }
    if addon_id:
        claims["addon_uuid"] = addon_id
    store.issued.bearers[claims["rnd"]] = Bearer(replace(token), addon_id)
    content = f"{_encoded(_HEAD)}.{_encoded(claims)}"
    return f"{content}.{_signature(store, content)}"


def find(store: Store, text: str, addon_id: str | None = None) -> Bearer | None:
    """Return the bearer with this text, or None if it is foreign, expired or revoked.

    One for an add-on is found with the ID of that add-on, any other one without.
    """
    bearer = _valid(store, text)
    return bearer if bearer and bearer.addon_id == addon_id else None


def addon_id(store: Store, text: str) -> str | None:
    """Return the ID of the add-on that a valid bearer is for, or None if it is for none."""
    bearer = _valid(store, text)
    return bearer.addon_id if bearer else None


def _valid(store: Store, text: str) -> Bearer | None:
    content, _, signature = text.rpartition(".")
    if not hmac.compare_digest(_signature(store, content).encode(), signature.encode()):
        return None
    claims = json.loads(base64.urlsafe_b64decode(content.partition(".")[2] + "=="))
    bearer = store.issued.bearers.get(claims["rnd"])
    if bearer is None or claims["rnd"] in store.revoked:
        return None
    if store.clock.now().timestamp() >= claims["exp"]:
        return None
    for token in store.tokens:
        if (token.id, token.value) == (bearer.token.id, bearer.token.value):
            return replace(bearer, token=token)
    return None  # the token was revoked or renewed


def user(store: Store, text: str) -> User | None:
    """Return the user of a bearer."""
    bearer = find(store, text)
    return bearer.token.user if bearer else None


def _signature(store: Store, content: str) -> str:
    return _written(hmac.digest(store.issued.key, content.encode(), hashlib.sha512))


def _encoded(part: dict[str, Any]) -> str:
    return _written(json.dumps(part, separators=(",", ":")).encode())


def _written(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
