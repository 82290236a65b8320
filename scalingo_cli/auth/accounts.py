"""The accounts that signed in here, and the one in use; `credentials` has their tokens."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.errors import Failed, Misused, NextStep, NotFound, did_you_mean
from scalingo_cli.settings import credentials_file
from scalingo_cli.storage import private_file

if TYPE_CHECKING:
    from collections.abc import Iterator


class Account(NamedTuple):
    """A user who signed in to a platform.

    `key` is the name under which the token is stored; `host` the legacy API or, on the regional
    platform, the authentication API that the token is for; `region` the one chosen at sign-in,
    None on the legacy API; `token_id` the platform's ID of the token, None if unknown.
    """

    key: str
    name: str
    host: str
    region: str | None = None
    token_id: str | None = None


@contextmanager
def signing_in() -> Iterator[None]:
    """Keep other processes from signing in until the block ends: they would use the same files.

    Raises Failed if no file can be written.
    """
    try:
        with private_file.alone(credentials_file().with_name("sign-in")):
            yield
    except OSError as error:
        raise Failed(f"Could not write {error.filename}: {error.strerror}.") from error


def known() -> list[Account]:
    """Return every account that signed in, the one in use first. Raises Failed for a bad file."""
    document = private_file.read(credentials_file())
    in_use = document.get("account")
    return sorted(_accounts(document), key=lambda account: account.key != in_use)


def in_use() -> Account | None:
    """Return the account in use, or None if nobody signed in."""
    return next(iter(known()), None)


def named(name: str) -> Account:
    """Return the account called `name`, which may be followed by @ and its host.

    Raises NotFound if there is none, and Misused if there are several.
    """
    accounts = known()
    found = [each for each in accounts if name in {each.name, f"{each.name}@{each.host}"}]
    if not found:
        near = did_you_mean(name, [account.name for account in accounts])
        raise NotFound(
            f'No account "{name}" on this machine.',
            near,
            NextStep("List them", "scalingo accounts"),
        )
    if len(found) > 1:
        spellings = ", ".join(f"{account.name}@{account.host}" for account in found)
        raise Misused(f'{len(found)} accounts are named "{name}".', f"Choose one: {spellings}")
    return found[0]


def unique_names() -> dict[str, str]:
    """Return the names that --account takes, by key, the account in use first.

    They have @ and the host if another account has the same name.
    """
    accounts = known()
    names = [account.name for account in accounts]
    return {
        each.key: each.name if names.count(each.name) == 1 else f"{each.name}@{each.host}"
        for each in accounts
    }


def key_for(name: str, host: str) -> str:
    """Return the key to store a token under: the host, unless a different account has it."""
    for account in known():
        if account.host == host and account.name == name:
            return account.key
    return f"{name}@{host}" if any(account.key == host for account in known()) else host


def add(account: Account) -> None:
    """Remember an account that signed in, and use it from now on."""
    with private_file.editing(credentials_file()) as document:
        entry = {"name": account.name, "host": account.host}
        entry |= {"region": account.region} if account.region else {}
        entry |= {"token_id": account.token_id} if account.token_id else {}
        _entries(document)[account.key] = entry
        document["account"] = account.key


def use(account: Account) -> None:
    """Make an account the one in use."""
    with private_file.editing(credentials_file()) as document:
        document["account"] = account.key


def remove(key: str) -> None:
    """Remove the account whose token was stored under `key`, if there is one."""
    if not any(account.key == key for account in known()):
        return
    with private_file.editing(credentials_file()) as document:
        _entries(document).pop(key, None)
        if document.get("account") == key:
            del document["account"]


def _entries(document: dict[str, Any]) -> dict[str, Any]:
    entries = document.setdefault("accounts", {})
    if not isinstance(entries, dict):
        raise private_file.damaged(credentials_file())
    return entries


def _accounts(document: dict[str, Any]) -> list[Account]:
    try:
        return [Account(key=key, **entry) for key, entry in _entries(document).items()]
    except TypeError:  # not the fields of an account
        raise private_file.damaged(credentials_file()) from None
