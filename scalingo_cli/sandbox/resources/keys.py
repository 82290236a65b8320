"""SSH public keys of an account: on the regional platform they are at the authentication API."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, invalid, no_such_page, nothing
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.clock import stamp_utc
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import Row, User
    from scalingo_cli.sandbox.state.store import Store

KINDS = (
    "ssh-rsa",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
)


@route("GET", "/v1/account/keys", on=["legacy"])
@route("GET", "/v1/keys", on=["auth"])
def list_(call: Call) -> Response:
    """List the keys."""
    return document({"keys": call.user.keys})


@route("GET", "/v1/account/keys/{key_id}", on=["legacy"])
@route("GET", "/v1/keys/{key_id}", on=["auth"])
def show(call: Call) -> Response:
    """Show one key."""
    return document({"key": _found(call)})


@route("POST", "/v1/account/keys", on=["legacy"])
@route("POST", "/v1/keys", on=["auth"])
def create(call: Call) -> Response:
    """Add a key that no account has yet."""
    given = call.rooted("key", {"name": str, "content": str})
    name, content = given["name"], given["content"].strip()
    if not name.strip():
        raise invalid(name="may not be empty")
    if not _well_formed(content):
        raise invalid(content="is not an SSH public key")
    if any(row["name"] == name for row in call.user.keys):
        raise invalid(name="is already taken")
    blob = content.split()[1]
    if any(row["content"].split()[1] == blob for user in call.store.users for row in user.keys):
        raise invalid(content="is already in use")
    row = new(call.store, call.user, name, content)
    call.user.keys.append(row)
    if call.regional:
        data = {"name": name, "fingerprint": row["fingerprint"]}
        call.store.record_of_account(call.user, "new_key", data)
    return document({"key": row}, 201)


@route("DELETE", "/v1/account/keys/{key_id}", on=["legacy"])
@route("DELETE", "/v1/keys/{key_id}", on=["auth"])
def delete(call: Call) -> Response:
    """Remove a key."""
    row = _found(call)
    call.user.keys.remove(row)
    if call.regional:
        call.store.record_of_account(call.user, "delete_key", {"name": row["name"]})
    return nothing()


def _found(call: Call) -> Row:
    if call.regional and all(row["id"] != call.names["key_id"] for row in call.user.keys):
        raise no_such_page()
    return find(call.user.keys, call.names["key_id"], "key")


def new(store: Store, user: User, name: str, content: str) -> Row:
    """Return a key of a user, not yet among them."""
    row: Row = {"id": store.new_id(), "name": name, "content": content}
    if store.regional:
        blob = base64.b64decode(content.split()[1])
        digest = hashlib.md5(blob, usedforsecurity=False).hexdigest()
        row["fingerprint"] = ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))
        row |= {"created_at": stamp_utc(store.clock.now()), "owner": user.short()}
    return row


def _well_formed(content: str) -> bool:
    words = content.split()
    if "\n" in content or len(words) < 2 or words[0] not in KINDS:
        return False
    try:
        blob = base64.b64decode(words[1], validate=True)
    except (binascii.Error, ValueError):
        return False
    size = int.from_bytes(blob[:4], "big")
    return blob[4 : 4 + size] == words[0].encode() and len(blob) > 4 + size
