"""`scalingo keys`: the SSH public keys of an account, which let it push code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.collection import Collection
from scalingo_cli.console.view import Column, View, at, plain
from scalingo_cli.errors import Misused
from scalingo_cli.storage import input_file

if TYPE_CHECKING:
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session

_PRIVATE = re.compile(
    r"-BEGIN [^-]*PRIVATE KEY-|BEGIN SSH2 ENCRYPTED|PuTTY-User-Key-File", re.IGNORECASE
)


def _blob(line: str) -> bytes:
    """Return the key proper of a public key line such as `ssh-ed25519 AAAA... someone@laptop`.

    Raises ValueError for any other line; a private key is one in no format.
    """
    import base64

    kind, encoded = line.split(maxsplit=2)[:2]
    blob = base64.b64decode(encoded, validate=True)
    size = int.from_bytes(blob[:4], "big")
    if blob[4 : 4 + size] != kind.encode() or len(blob) <= 4 + size:
        raise ValueError("the key type does not match its content")
    return blob


def _fingerprint(key: Record) -> str:
    """Return a key's fingerprint as `ssh-keygen -l` shows it, empty for a bad key."""
    import base64
    import hashlib

    try:
        digest = hashlib.sha256(_blob(plain(at(key, "content")))).digest()
    except ValueError:
        return ""
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


KEY = View(
    "keys",
    "key",
    {
        "Name": "name",
        "Kind": Column(lambda record: plain(at(record, "content")).partition(" ")[0]),
        "Fingerprint": Column(_fingerprint),
    },
    details={"Key": "content", "ID": "id"},
    empty="You have no keys yet. Add one: scalingo keys add NAME ~/.ssh/id_ed25519.pub",
    listing="keys list",
)
KEYS = Collection(KEY, path=("account", "keys"), of_app=False)


@click.group("keys", cls=Group)
def command() -> None:
    """List, show, add and remove SSH keys."""


@command.command(
    "list", examples=["scalingo keys", "scalingo keys --json | jq -r '.keys[].content'"]
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the SSH keys of your account."""
    session.show(KEYS.get(session), KEY)


@command.command(examples=["scalingo keys show 'Build machine'"])
@click.argument("key", metavar="NAME|ID", type=Word(listing="keys list"))
@click.pass_obj
def show(session: Session, key: str) -> None:
    """Show an SSH key."""
    session.show(KEYS.show(session, key), KEY)


@command.command(changes=True, examples=["scalingo keys add laptop id_ed25519.pub"])
@click.argument("name")
@click.argument("file", metavar="FILE|-")
@click.pass_obj
def add(session: Session, name: str, file: str) -> None:
    """Add an SSH public key to your account.

    FILE contains the public key on one line; - reads standard input. The owner of the key can push
    code to your apps. A private key is refused and never leaves this machine.
    """
    content = _public_key(file)
    answer = session.api.send(
        "POST", "account", "keys", json={"key": {"name": name, "content": content}}
    )
    session.show(answer.document, KEY)
    session.say(f"Added the key {name}.")


@command.command(changes=True, examples=["scalingo keys remove 'Build machine' --yes"])
@click.argument("key", metavar="NAME|ID", type=Word(listing="keys list"))
@without_asking
@click.pass_obj
def remove(session: Session, key: str, yes: bool) -> None:
    """Remove an SSH key; its owner can no longer push."""
    found = KEYS.one(session, key)
    name = plain(found["name"])
    session.prompter.agree(f"Remove the key {name} ({_fingerprint(found)}) from your account?", yes)
    session.api.send("DELETE", "account", "keys", plain(found["id"]))
    session.say(f"Removed the key {name}.")


def _public_key(file: str) -> str:
    """Return the public key line of a file. Raises Misused for all else, and repeats none of it."""
    if _PRIVATE.search(file) or "\n" in file:
        raise Misused("FILE must be the name of a file, not the key itself.")
    name = input_file.name(file)
    text = input_file.text(file)
    if _PRIVATE.search(text):
        where = "" if file == "-" else f", which is usually in {file}.pub"
        raise Misused(
            f"{name} contains a private key. It was not sent.", f"Pass the public key{where}."
        )
    line, *others = text.strip().splitlines() or [""]
    try:
        _blob(line)
    except ValueError:
        problem = "does not contain a public key" if line else "is empty"
    else:
        if not others:
            return line
        problem = f"has {len(others) + 1} lines"
    raise Misused(
        f"{name} {problem}; expected a public key on a single line.",
        "For example: ssh-ed25519 AAAA... you@host",
    )
