"""Finds and stores the token of each host: in the environment, a private file, or the keyring."""

from __future__ import annotations

import os
import re
import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from scalingo_cli.errors import Failed, NotAllowed
from scalingo_cli.settings import TOKEN_VARIABLE, cache_dir, credentials_file, keyring_seconds
from scalingo_cli.storage import private_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from keyring.backend import KeyringBackend

T = TypeVar("T")

VARIABLE = TOKEN_VARIABLE
SERVICE = "scalingo"
REGIONAL_PREFIX = "tk-"
MOST_ADDONS = 8  # add-ons whose tokens are stored; keyrings are not made for long entries
MOST_COPIES = 100  # entries of one token; a keyring that still has it then deletes nothing
WAYS_OUT = (
    f"Set {VARIABLE}, or store the token in a file that only you can read: scalingo"
    " login --insecure-storage"
)


@dataclass(frozen=True)
class Token:
    """An API token, and where it was found.

    `bearer` is what the regional platform last gave in exchange for it, if that was kept, and
    `addons` has the tokens of add-ons by their id. `place` is `environment`, `file`, `keyring`, or
    empty for a token that is not kept.
    """

    value: str = field(repr=False)
    source: str
    bearer: str | None = field(default=None, repr=False, compare=False)
    addons: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    place: str = field(default="", compare=False)


def find(key: str, *, environment: bool = True) -> Token | None:
    """Return the token stored under `key`, which is a host or an account, or None.

    The one of the `environment` overrides any that is stored. Raises NotAllowed if the keyring
    cannot be read, and Failed if the file is not private.
    """
    if environment and (value := given()):
        found = token(value, VARIABLE)
        return replace(_with_bearers(found, _cached_bearers(found)), place="environment")
    path = credentials_file()
    document = _read(path)
    if value := document["tokens"].get(key, "").strip():
        return _kept(value, f"the file {path}", "file")

    def look(ring: KeyringBackend) -> tuple[str | None, str]:
        return _password(ring, key), ring.name

    try:
        found_there, name = _ask(look, document.get("keyring"))
    except NoKeyring:
        return None
    if found_there and (value := found_there.strip()):
        return _kept(value, f"the keyring ({name})", "keyring")
    return None


def _kept(text: str, source: str, place: str) -> Token:
    """Parse a stored entry: a token and, once it was exchanged, a space and its bearers."""
    value, _, bearers = text.partition(" ")
    return replace(_with_bearers(token(value, source), bearers), place=place)


def _with_bearers(found: Token, text: str) -> Token:
    """Return a token with the bearers stored after it: its own, then ID=BEARER for add-ons."""
    bearer, *others = text.split(" ")
    addons = (word.partition("=") for word in others)
    return replace(
        found, bearer=bearer or None, addons={addon: value for addon, _, value in addons if value}
    )


def _replaced(text: str, bearer: str, addon: str) -> str:
    """Return the stored bearers with a new one, which comes first unless it is an add-on's.

    A new first one drops the others, which are about as old as the one that it replaces.
    """
    first, *others = text.split(" ")
    if not addon:
        return bearer
    if not first:
        return text
    others = [word for word in others if not word.startswith(f"{addon}=")]
    return " ".join([first, *others[1 - MOST_ADDONS :], f"{addon}={bearer}"])


_KEEPING = threading.Lock()  # what is kept is read and written again; several may come at once


def keep_bearer(key: str, signed_in: Token, bearer: str, addon: str = "") -> None:
    """Store a bearer next to its token, so that the next run needs no exchange.

    It is stored where the token is; for one from the environment, in a private file in the cache
    directory, named by a hash of the token. `SCALINGO_NO_CACHE` turns this off. Errors are
    ignored: the next run just makes one more request.

    Args:
        key: The key that the token is stored under.
        signed_in: The token.
        bearer: The bearer.
        addon: The ID of the add-on whose database API it is for, empty for the other APIs.
    """
    if os.environ.get("SCALINGO_NO_CACHE"):
        return
    with _KEEPING, suppress(Failed, NotAllowed, OSError):
        if signed_in.place == "environment":
            path = _bearer_path(signed_in)
            private_file.make_directory(path.parent)
            private_file.replace(path, _replaced(_cached_bearers(signed_in), bearer, addon))
        elif signed_in.place == "file":
            with _editing(credentials_file()) as document:
                value, _, kept = document["tokens"].get(key, "").partition(" ")
                if value == signed_in.value:
                    document["tokens"][key] = f"{value} {_replaced(kept, bearer, addon)}"
        elif signed_in.place == "keyring":

            def store(ring: KeyringBackend) -> None:
                value, _, kept = (_password(ring, key) or "").partition(" ")
                if value == signed_in.value:  # not signed in anew meanwhile
                    ring.set_password(SERVICE, key, f"{value} {_replaced(kept, bearer, addon)}")

            with _changing_the_keyring():
                _ask(store, _read(credentials_file()).get("keyring"))


def _cached_bearers(signed_in: Token) -> str:
    if os.environ.get("SCALINGO_NO_CACHE"):
        return ""
    path = _bearer_path(signed_in)
    try:
        with private_file.opened(path) as file:
            bearers = file.read().strip()
            return bearers if bearers.isascii() else ""
    except (OSError, ValueError, Failed):  # unusable, or not private: exchange again
        return ""


def _bearer_path(signed_in: Token) -> Path:
    from hashlib import sha256

    return cache_dir() / f"bearer-{sha256(signed_in.value.encode()).hexdigest()}"


def given() -> str:
    """Return the token of the environment, which overrides any other; empty if there is none."""
    return os.environ.get(VARIABLE, "").strip()


def in_environment() -> bool:
    """Return whether the environment holds a token, which overrides any other."""
    return bool(given())


def is_regional(value: str) -> bool:
    """Return whether a token was created by the regional platform."""
    return value.startswith(REGIONAL_PREFIX)


def keep(key: str, value: str, *, insecure: bool = False) -> str:
    """Store the token for `key` in the keyring or in the file, and return where, in words.

    Raises NotAllowed, with the alternatives, if the keyring did not store it.
    """
    value = token(value.strip(), "the given token").value
    path = credentials_file()
    if insecure:
        with _editing(path) as document:
            document["tokens"][key] = value
        return f"the file {path}"

    def store(ring: KeyringBackend) -> tuple[bool, str, str]:
        ring.set_password(SERVICE, key, value)
        kept = _password(ring, key) == value
        return kept, ring.name, f"{type(ring).__module__}.{type(ring).__qualname__}"

    _read(path)  # `find` reads the file first: one that cannot be read would hide the keyring
    with _changing_the_keyring():
        kept, name, backend = _ask(store)
    if not kept:
        raise NotAllowed(f"The keyring ({name}) did not store the token.", WAYS_OUT)
    _drop(path, key)
    with suppress(Failed), _editing(path) as document:  # only saves time: see `_ring`
        document["keyring"] = backend
    return f"the keyring ({name})"


def forget(key: str) -> list[str]:
    """Delete the token for `key` everywhere, and return the places that had one, in words.

    A keyring that cannot be read may still have it: that error is raised when the rest is done.
    """

    def remove(ring: KeyringBackend) -> str | None:
        held = False
        for _ in range(MOST_COPIES):  # backends delete the first of several matches
            if _password(ring, key) is None:
                return ring.name if held else None
            ring.delete_password(SERVICE, key)
            held = True
        raise RuntimeError("it deletes nothing")

    path = credentials_file()
    places = []
    unasked = None
    try:
        with _changing_the_keyring():
            name = _ask(remove, _read(path).get("keyring"))
        if name:
            places.append(f"the keyring ({name})")
    except NoKeyring:
        pass
    except NotAllowed as error:
        unasked = error
    if _drop(path, key):
        places.append(f"the file {path}")
    if unasked:
        done = "".join(f"Deleted the token from {place}. " for place in places)
        raise NotAllowed(
            f"{done}{unasked.message} It may still hold a token for {key}.",
            "Unlock the keyring and run the command again.",
        ) from unasked
    return places


def keyring(host: str) -> str:
    """Return the name of the keyring in use, once it has responded. Raises as `find` does."""

    def look(ring: KeyringBackend) -> str:
        _password(ring, host)
        return ring.name

    return _ask(look, _read(credentials_file()).get("keyring"))


def token(value: str, source: str) -> Token:
    """Return a token. Raises NotAllowed, which names `source`, if a header cannot carry it."""
    value = value.strip()
    if not re.fullmatch(r"[!-~\xa1-\xff]+", value):
        problem = "contains a space, a control character or a non-ASCII character"
        raise NotAllowed(
            f"The token from {source} is invalid: it {problem if value else 'is empty'}.",
            "Copy it again from your dashboard; it is a single word.",
        )
    return Token(value, source)


# The keyring


def _password(ring: KeyringBackend, key: str) -> str | None:
    """Return what a keyring has under `key`. Raises TypeError if it is not text."""
    value = ring.get_password(SERVICE, key)
    if value is not None and not isinstance(value, str):
        raise TypeError("not text")
    return value


class NoKeyring(NotAllowed):
    """This machine has no keyring at all, so no token is in one."""


class _OutOfReach(Exception):
    """The keyring that `keep` used does not respond, and no other is there."""


def _ask(question: Callable[[KeyringBackend], T], backend: str | None = None) -> T:
    """Return what `question` returns, or raise NotAllowed with what is wrong with the keyring.

    It runs in a thread that may never return, and backends raise any error. Their own text could
    contain the token, so the message has only the error's name.
    """
    import logging

    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    from scalingo_cli.process.background import begun

    seconds = keyring_seconds()
    # A plugin that does not load is logged with its traceback: keep that off the terminal.
    logging.getLogger("keyring").addHandler(logging.NullHandler())
    answer = begun(lambda: question(_ring(backend)))
    try:
        return answer.result(seconds)
    except KeyboardInterrupt:
        raise
    except NoKeyringError as error:
        raise NoKeyring("No keyring is available on this machine.", WAYS_OUT) from error
    except TimeoutError as error:
        problem = f"did not respond within {seconds:g} seconds; it may be waiting to be unlocked"
        cause: BaseException = error
    except _OutOfReach as error:
        problem, cause = "that was used before is not available here", error
    except KeyringLocked as error:
        problem, cause = "is locked", error
    except InitError as error:
        problem, cause = "could not be opened: it may never have been unlocked", error
    except BaseException as error:
        problem, cause = f"failed ({type(error).__name__})", error
    raise NotAllowed(f"The keyring {problem}.", WAYS_OUT) from cause


@contextmanager
def _changing_the_keyring() -> Iterator[None]:
    """Keep other processes from changing the keyring until the block ends."""
    with ExitStack() as stack:
        with suppress(OSError):  # if no file can be written, the keyring still works
            stack.enter_context(private_file.alone(credentials_file().with_name("keyring")))
        yield


def _ring(backend: str | None) -> KeyringBackend:
    """Return the keyring to use: the one that the user configured, else `backend`, else the best.

    To find the best, keyring tries every backend; so `keep` remembers the one it used. Raises
    _OutOfReach if that one does not respond, and there is no other.
    """
    from keyring import core
    from keyring.backends import fail

    if not backend:
        return core.get_keyring()
    with suppress(Exception):  # no longer installed, or no longer running
        return core.load_env() or core.load_config() or core.load_keyring(backend)
    best = core.get_keyring()
    if isinstance(best, fail.Keyring):
        raise _OutOfReach(backend)
    return best


# The file


def _read(path: Path) -> dict[str, Any]:
    """Return the file's document, with its "tokens" by host. Raises Failed if it is not private."""
    return _with_tokens(path, private_file.read(path))


def _with_tokens(path: Path, document: dict[str, Any]) -> dict[str, Any]:
    tokens = document.setdefault("tokens", {})
    if isinstance(tokens, dict) and all(isinstance(value, str) for value in tokens.values()):
        return document
    raise private_file.damaged(path)


def _drop(path: Path, key: str) -> bool:
    """Remove `key` from the file, and return whether it was there."""
    if key not in _read(path)["tokens"]:
        return False
    with _editing(path) as document:
        return document["tokens"].pop(key, None) is not None


@contextmanager
def _editing(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the file's document, to change in place: one process at a time, all or nothing."""
    with private_file.editing(path) as document:
        yield _with_tokens(path, document)
