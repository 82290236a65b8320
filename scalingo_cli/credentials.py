"""Finds and keeps the token of each host: in the environment, a private file, or the keyring."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from scalingo_cli import private_file
from scalingo_cli.errors import Failed, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from keyring.backend import KeyringBackend

T = TypeVar("T")

VARIABLE = "SCALINGO_API_TOKEN"
SERVICE = "scalingo"
DEADLINE = 3.0  # seconds: a Secret Service whose prompt nobody answers blocks for ever
WAYS_OUT = (
    f"Set {VARIABLE}, or keep the token in a file that only you can read: "
    "scalingo login --insecure-storage"
)


@dataclass(frozen=True)
class Token:
    """What proves who the user is, and where it was found."""

    value: str = field(repr=False)
    source: str


def find(host: str) -> Token | None:
    """The token for `host`, or None when the user is not signed in.

    Raises NotAllowed for a keyring that cannot be asked, and Failed for a file not to be trusted.
    """
    if value := os.environ.get(VARIABLE, "").strip():
        return token(value, VARIABLE)
    path = _path()
    document = _read(path)
    if value := document["tokens"].get(host, "").strip():
        return token(value, f"the file {path}")

    def look(ring: KeyringBackend) -> tuple[str | None, str]:
        return ring.get_password(SERVICE, host), ring.name

    try:
        found, name = _ask(look, document.get("keyring"))
    except NoKeyring:
        return None
    if found and (value := found.strip()):
        return token(value, f"the keyring ({name})")
    return None


def in_environment() -> bool:
    """Whether the environment holds a token, which goes before any other."""
    return bool(os.environ.get(VARIABLE, "").strip())


def keep(host: str, value: str, *, insecure: bool = False) -> str:
    """Store the token for `host` in the keyring, or in the file; returns where, in words.

    Raises NotAllowed, with the ways out, where the keyring did not keep it.
    """
    value = token(value.strip(), "the token given").value
    path = _path()
    if insecure:
        with _editing(path) as document:
            document["tokens"][host] = value
        return f"the file {path}"

    def store(ring: KeyringBackend) -> tuple[bool, str, str]:
        ring.set_password(SERVICE, host, value)
        kept = ring.get_password(SERVICE, host) == value
        return kept, ring.name, f"{type(ring).__module__}.{type(ring).__qualname__}"

    _read(path)  # `find` asks the file first: one that cannot be read would hide the keyring
    kept, name, backend = _ask(store)
    if not kept:
        raise NotAllowed(f"The keyring ({name}) did not keep the token.", WAYS_OUT)
    _drop(path, host)
    with suppress(Failed), _editing(path) as document:  # only saves time: see `_ring`
        document["keyring"] = backend
    return f"the keyring ({name})"


def forget(host: str) -> list[str]:
    """Forget the token for `host` everywhere; returns the places that held one, in words.

    A keyring that cannot be asked may still hold it: an error, raised when all else is done.
    """

    def remove(ring: KeyringBackend) -> str | None:
        held = False
        # Backends delete the first of several matches. The deadline ends one that deletes nothing.
        while ring.get_password(SERVICE, host) is not None:
            ring.delete_password(SERVICE, host)
            held = True
        return ring.name if held else None

    path = _path()
    places = []
    unasked = None
    try:
        if name := _ask(remove, _read(path).get("keyring")):
            places.append(f"the keyring ({name})")
    except NoKeyring:
        pass
    except NotAllowed as error:
        unasked = error
    if _drop(path, host):
        places.append(f"the file {path}")
    if unasked:
        done = "".join(f"Forgot the token in {place}. " for place in places)
        raise NotAllowed(
            f"{done}{unasked.message} It may still hold a token for {host}.",
            "Unlock the keyring and run this again.",
        ) from unasked
    return places


def keyring(host: str) -> str:
    """The name of the keyring in force, once it has answered. Raises NotAllowed as `find` does."""

    def look(ring: KeyringBackend) -> str:
        ring.get_password(SERVICE, host)
        return ring.name

    return _ask(look, _read(_path()).get("keyring"))


def token(value: str, source: str) -> Token:
    """A token from `source`, which is words; refuses what an HTTP header cannot carry."""
    value = value.strip()
    if not re.fullmatch(r"[!-~\xa1-\xff]+", value):
        problem = "holds a space, a control character or a letter that HTTP cannot carry"
        raise NotAllowed(
            f"Not a token ({source}): it {problem if value else 'is empty'}.",
            "Copy it again from your dashboard: it is one word.",
        )
    return Token(value, source)


# The keyring


class NoKeyring(NotAllowed):
    """This machine has no keyring at all: nothing can be in it."""


def _ask(question: Callable[[KeyringBackend], T], backend: str | None = None) -> T:
    """The keyring's answer to `question`, or a NotAllowed that says what is wrong with it.

    The question is put in a thread that may never come back, and backends raise what they like.
    Their own words could repeat the token, so the message has only the error's name.
    """
    import logging
    import threading
    from concurrent.futures import Future

    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    # A plugin that does not load is logged with its traceback: not on the user's terminal.
    logging.getLogger("keyring").addHandler(logging.NullHandler())
    answer: Future[T] = Future()

    def put() -> None:
        try:
            answer.set_result(question(_ring(backend)))
        except BaseException as error:  # whatever it is, it belongs to the one who waits
            answer.set_exception(error)

    threading.Thread(target=put, daemon=True).start()
    try:
        return answer.result(DEADLINE)
    except KeyboardInterrupt:
        raise
    except NoKeyringError as error:
        raise NoKeyring("This machine has no keyring.", WAYS_OUT) from error
    except TimeoutError as error:
        problem = f"did not answer within {DEADLINE:g} seconds; it may be waiting to be unlocked"
        cause: BaseException = error
    except KeyringLocked as error:
        problem, cause = "is locked", error
    except InitError as error:
        problem, cause = "could not be opened: it may never have been unlocked", error
    except BaseException as error:
        problem, cause = f"failed ({type(error).__name__})", error
    raise NotAllowed(f"The keyring {problem}.", WAYS_OUT) from cause


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


def _path() -> Path:
    from scalingo_cli.settings import config_dir

    return config_dir() / "credentials.json"


def _read(path: Path) -> dict[str, Any]:
    """The file's document, with its "tokens" by host; refused when it is not private."""
    return _with_tokens(path, private_file.read(path))


def _with_tokens(path: Path, document: dict[str, Any]) -> dict[str, Any]:
    tokens = document.setdefault("tokens", {})
    if isinstance(tokens, dict) and all(isinstance(value, str) for value in tokens.values()):
        return document
    raise private_file.damaged(path)


def _drop(path: Path, host: str) -> bool:
    """Take `host` out of the file; says whether it was there."""
    if host not in _read(path)["tokens"]:
        return False
    with _editing(path) as document:
        return document["tokens"].pop(host, None) is not None


@contextmanager
def _editing(path: Path) -> Iterator[dict[str, Any]]:
    """The file's document, to change in place: one process at a time, and all or nothing."""
    with private_file.editing(path) as document:
        yield _with_tokens(path, document)
