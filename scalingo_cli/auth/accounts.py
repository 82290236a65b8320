"""The accounts that signed in on this machine, and the one in force. No token is kept here."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.errors import Failed, Misused, NotFound, did_you_mean
from scalingo_cli.settings import credentials_file
from scalingo_cli.storage import private_file

if TYPE_CHECKING:
    from collections.abc import Iterator


class Account(NamedTuple):
    """Who signed in where.

    `key` is what its token is kept under; `host` the API (the legacy API) or the authentication API
    (the regional platform) that the token is for; `region` the one chosen at sign-in, None in
    version 1; `token_id` the platform's id of the token, None where it was not told.
    """

    key: str
    name: str
    host: str
    region: str | None = None
    token_id: str | None = None


@contextmanager
def signing_in() -> Iterator[None]:
    """Let no other process sign in until the block ends: it may want to keep its token here too.

    Raises Failed where no file can be written.
    """
    try:
        with private_file.alone(credentials_file().with_name("sign-in")):
            yield
    except OSError as error:
        raise Failed(f"Could not write {error.filename}: {error.strerror}.") from error


def known() -> list[Account]:
    """Return every account that signed in, the one in use first. Raises Failed as the file may."""
    document = private_file.read(credentials_file())
    in_use = document.get("account")
    return sorted(_accounts(document), key=lambda account: account.key != in_use)


def in_use() -> Account | None:
    """Return the account in use, None where none signed in."""
    return next(iter(known()), None)


def named(name: str) -> Account:
    """Return the account called `name`, which may be followed by @ and its host.

    Raises NotFound where there is none, and Misused where there are several.
    """
    accounts = known()
    found = [each for each in accounts if name in {each.name, f"{each.name}@{each.host}"}]
    if not found:
        near = did_you_mean(name, [account.name for account in accounts])
        raise NotFound(
            f'No account "{name}" on this machine.', f"{near} List them: scalingo accounts".strip()
        )
    if len(found) > 1:
        spellings = ", ".join(f"{account.name}@{account.host}" for account in found)
        raise Misused(f'{len(found)} accounts are named "{name}".', f"Choose one: {spellings}")
    return found[0]


def key_for(name: str, host: str) -> str:
    """Return what to keep a token under: the host, unless another account has taken that."""
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
    """Forget the account whose token was kept under `key`, if there is one."""
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
