"""Finds and keeps the token of each host: in the environment, a private file, or the keyring."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from scalingo_cli.errors import Failed, NotAllowed
from scalingo_cli.settings import TOKEN_VARIABLE, cache_dir, credentials_file, keyring_seconds
from scalingo_cli.storage import private_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keyring.backend import KeyringBackend

T = TypeVar("T")

VARIABLE = TOKEN_VARIABLE
SERVICE = "scalingo"
REGIONAL_PREFIX = "tk-"
MOST_COPIES = 100  # of one token in a keyring; one that still has it deletes nothing
WAYS_OUT = (
    f"Set {VARIABLE}, or store the token in a file that only you can read: scalingo"
    " login --insecure-storage"
)


@dataclass(frozen=True)
class Token:
    """What proves who the user is, and where it was found.

    `bearer` is what the regional platform last gave in exchange for it, if that was kept. `place`
    is `environment`, `file`, `keyring`, or empty for a token that is not kept.
    """

    value: str = field(repr=False)
    source: str
    bearer: str | None = field(default=None, repr=False, compare=False)
    place: str = field(default="", compare=False)


def find(key: str, *, environment: bool = True) -> Token | None:
    """The token kept under `key`, which is a host or an account; None where there is none.

    The one of the `environment` goes before any that is kept.
    Raises NotAllowed for a keyring that cannot be asked, and Failed for a file not to be trusted.
    """
    if environment and (value := given()):
        found = token(value, VARIABLE)
        return replace(found, bearer=_cached_bearer(found), place="environment")
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
    """What was kept is a token, and since the last exchange also its bearer, a blank between."""
    value, _, bearer = text.partition(" ")
    return replace(token(value, source), bearer=bearer or None, place=place)


def keep_bearer(key: str, signed_in: Token, bearer: str) -> None:
    """Keep a bearer beside its token, so that the next run needs no exchange.

    It goes where the token is; for one from the environment, in a private file of the cache
    directory named by a hash of the token. `SCALINGO_NO_CACHE` keeps none. A failure costs the
    next run a request, no more.
    """
    if os.environ.get("SCALINGO_NO_CACHE"):
        return
    both = f"{signed_in.value} {bearer}"
    with suppress(Failed, NotAllowed, OSError):
        if signed_in.place == "environment":
            path = _bearer_path(signed_in)
            private_file.make_directory(path.parent)
            private_file.replace(path, bearer)
        elif signed_in.place == "file":
            with _editing(credentials_file()) as document:
                if document["tokens"].get(key, "").partition(" ")[0] == signed_in.value:
                    document["tokens"][key] = both
        elif signed_in.place == "keyring":

            def store(ring: KeyringBackend) -> None:
                kept = _password(ring, key) or ""
                if kept.partition(" ")[0] == signed_in.value:  # not signed in anew meanwhile
                    ring.set_password(SERVICE, key, both)

            with _changing_the_keyring():
                _ask(store, _read(credentials_file()).get("keyring"))


def _cached_bearer(signed_in: Token) -> str | None:
    if os.environ.get("SCALINGO_NO_CACHE"):
        return None
    path = _bearer_path(signed_in)
    try:
        with private_file.opened(path) as file:
            bearer = file.read().strip()
            return bearer if bearer and bearer.isascii() else None
    except (OSError, ValueError, Failed):  # no use, or not to be trusted: exchange again
        return None


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
    """Return whether a token is one that the regional platform made."""
    return value.startswith(REGIONAL_PREFIX)


def keep(key: str, value: str, *, insecure: bool = False) -> str:
    """Store the token for `key` in the keyring, or in the file; returns where, in words.

    Raises NotAllowed, with the ways out, where the keyring did not keep it.
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

    _read(path)  # `find` asks the file first: one that cannot be read would hide the keyring
    with _changing_the_keyring():
        kept, name, backend = _ask(store)
    if not kept:
        raise NotAllowed(f"The keyring ({name}) did not store the token.", WAYS_OUT)
    _drop(path, key)
    with suppress(Failed), _editing(path) as document:  # only saves time: see `_ring`
        document["keyring"] = backend
    return f"the keyring ({name})"


def forget(key: str) -> list[str]:
    """Forget the token for `key` everywhere; returns the places that held one, in words.

    A keyring that cannot be asked may still hold it: an error, raised when all else is done.
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
    """The name of the keyring in force, once it has answered. Raises NotAllowed as `find` does."""

    def look(ring: KeyringBackend) -> str:
        _password(ring, host)
        return ring.name

    return _ask(look, _read(credentials_file()).get("keyring"))


def token(value: str, source: str) -> Token:
    """A token from `source`, which is words; refuses what an HTTP header cannot carry."""
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
    """Return what a keyring holds under `key`. Raises TypeError for what is not text."""
    value = ring.get_password(SERVICE, key)
    if value is not None and not isinstance(value, str):
        raise TypeError("not text")
    return value


class NoKeyring(NotAllowed):
    """This machine has no keyring at all: nothing can be in it."""


def _ask(question: Callable[[KeyringBackend], T], backend: str | None = None) -> T:
    """The keyring's answer to `question`, or a NotAllowed that says what is wrong with it.

    The question is put in a thread that may never come back, and backends raise what they like.
    Their own words could repeat the token, so the message has only the error's name.
    """
    import logging

    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    from scalingo_cli.process.background import begun

    seconds = keyring_seconds()
    # A plugin that does not load is logged with its traceback: not on the user's terminal.
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
    except KeyringLocked as error:
        problem, cause = "is locked", error
    except InitError as error:
        problem, cause = "could not be opened: it may never have been unlocked", error
    except BaseException as error:
        problem, cause = f"failed ({type(error).__name__})", error
    raise NotAllowed(f"The keyring {problem}.", WAYS_OUT) from cause


@contextmanager
def _changing_the_keyring() -> Iterator[None]:
    """Let no other process change the keyring until the block ends: it asks before it stores."""
    with ExitStack() as stack:
        with suppress(OSError):  # where no file can be written, a keyring is enough
            stack.enter_context(private_file.alone(credentials_file().with_name("keyring")))
        yield


def _ring(backend: str | None) -> KeyringBackend:
    """The keyring in force: as the user set it up, else `backend`, else the best there is.

    To find the best, keyring tries every backend; so `keep` remembers the one it used.
    """
    from keyring import core

    if backend:
        with suppress(Exception):  # no longer installed, or no longer running
            return core.load_env() or core.load_config() or core.load_keyring(backend)
    return core.get_keyring()


# The file


def _read(path: Path) -> dict[str, Any]:
    """The file's document, with its "tokens" by host; refused when it is not private."""
    return _with_tokens(path, private_file.read(path))


def _with_tokens(path: Path, document: dict[str, Any]) -> dict[str, Any]:
    tokens = document.setdefault("tokens", {})
    if isinstance(tokens, dict) and all(isinstance(value, str) for value in tokens.values()):
        return document
    raise private_file.damaged(path)


def _drop(path: Path, key: str) -> bool:
    """Take `key` out of the file; says whether it was there."""
    if key not in _read(path)["tokens"]:
        return False
    with _editing(path) as document:
        return document["tokens"].pop(key, None) is not None


@contextmanager
def _editing(path: Path) -> Iterator[dict[str, Any]]:
    """The file's document, to change in place: one process at a time, and all or nothing."""
    with private_file.editing(path) as document:
        yield _with_tokens(path, document)
