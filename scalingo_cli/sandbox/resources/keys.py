"""SSH public keys of an account: on the regional platform they are at the authentication API."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.collection import Collection
from scalingo_cli.sandbox.http.messages import invalid
from scalingo_cli.sandbox.resources.authentication import profile
from scalingo_cli.sandbox.state.clock import stamp_utc

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.routing import Call
    from scalingo_cli.sandbox.state.models import Row, User
    from scalingo_cli.sandbox.state.store import Store

KINDS = (
    "ssh-rsa",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
)


def _event_data(verb: str, row: Row) -> Row:
    # of a deleted key the platform says only its name
    names = ("name", "fingerprint") if verb == "new" else ("name",)
    return {name: row[name] for name in names if name in row}


KEYS = Collection(
    "keys",
    "key",
    of="account",
    events="key",
    event_data=_event_data,
    on={"auth": "/v1/keys", "legacy": "/v1/account/keys"},
)
KEYS.lists()
KEYS.shows()
KEYS.deletes()


@KEYS.creates({"name": str, "content": str})
def create(call: Call, given: Row) -> Row:
    """Add a key that no account has yet."""
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
    return new(call.store, call.user, name, content)


def new(store: Store, user: User, name: str, content: str) -> Row:
    """Return a new key, without storing it.

    Args:
        store: The state of the sandbox.
        user: Its owner.
        name: Its name.
        content: The public key.

    Returns:
        Its row.
    """
    digest = hashlib.md5(base64.b64decode(content.split()[1]), usedforsecurity=False).hexdigest()
    fields = {
        "name": name,
        "content": content,
        "fingerprint": ":".join(digest[i : i + 2] for i in range(0, len(digest), 2)),
        "created_at": stamp_utc(store.clock.now()),
        "owner": profile(store, user),
    }
    return KEYS.row(store, fields)


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
