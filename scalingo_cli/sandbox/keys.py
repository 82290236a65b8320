"""SSH public keys of an account."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.messages import document, invalid, nothing
from scalingo_cli.sandbox.routes import Call, route
from scalingo_cli.sandbox.store import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.messages import Response

KINDS = (
    "ssh-rsa",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
)


@route("GET", "/v1/account/keys")
def list_(call: Call) -> Response:
    """List the keys."""
    return document({"keys": call.user.keys})


@route("GET", "/v1/account/keys/{key_id}")
def show(call: Call) -> Response:
    """Show one key."""
    return document({"key": find(call.user.keys, call.names["key_id"], "key")})


@route("POST", "/v1/account/keys")
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
    row = {"id": call.store.new_id(), "name": name, "content": content}
    call.user.keys.append(row)
    return document({"key": row}, 201)


@route("DELETE", "/v1/account/keys/{key_id}")
def delete(call: Call) -> Response:
    """Remove a key."""
    call.user.keys.remove(find(call.user.keys, call.names["key_id"], "key"))
    return nothing()


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
