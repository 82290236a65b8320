"""The words that completion offers: what listings last showed, in a private cache.

They are names and IDs, never values or tokens, each with its description after a TAB. Neither
Click nor requests is imported here, so that `scalingo __complete LISTING` is fast.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from scalingo_cli import settings
from scalingo_cli.errors import ScalingoError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# All other listings belong to an app.
OF_THE_ACCOUNT = {
    "accounts list",
    "addons categories",
    "addons providers",
    "apps list",
    "databases list",
    "integrations list",
    "keys list",
    "notifiers events",
    "notifiers platforms",
    "projects list",
    "stacks list",
    "tokens list",
}
FRESH = 30.0  # seconds: older words are still offered, while the listing is refreshed
KEPT = 3600.0  # seconds: older words are no longer offered
PATIENCE = 0.25  # seconds to wait for a listing that is not cached
MOST = 1000  # words of one listing


def keep(
    listing: str, app: str, words: Iterable[tuple[str, str]], *, partial: bool = False
) -> None:
    """Cache what a listing showed. An error is ignored, for the listing itself succeeded.

    Args:
        listing: The command, such as "domains list".
        app: The name of the app, "" for a listing `OF_THE_ACCOUNT`.
        words: Names or IDs, each with its description, which may be empty.
        partial: Whether there are more: the cached words are then kept after the new ones.
    """
    path = _path(listing, app)
    offered: dict[str, str] = {}
    for word, about in words:
        if _is_harmless(word):
            offered.setdefault(word, f"{word}\t{about}" if _is_harmless(about) else word)
    for line in _read(path) if partial else []:
        offered.setdefault(line.partition("\t")[0], line)
    with suppress(OSError):
        _make_directory(path.parent)
        _remove_outdated(path.parent)
        draft = path.with_suffix(f".{os.getpid()}")
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(f"{word}\n" for word in list(offered.values())[:MOST])
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def forget() -> None:
    """Delete all cached words, for they may belong to a different account. Errors are ignored."""
    with suppress(OSError):
        for path in _directory().iterdir():
            path.unlink(missing_ok=True)


def offer(listing: str, app: str) -> list[str]:
    """Return the words of a listing, as far as they are known within `PATIENCE`.

    Words that are missing or not fresh are fetched by a separate process, which outlives this
    one.
    """
    path = _path(listing, app)
    age = _age(path)
    if age > FRESH:
        _ask_for(path, listing, app)
        deadline = time.monotonic() + PATIENCE
        while age > KEPT and time.monotonic() < deadline:
            time.sleep(0.01)
            age = _age(path)
    return _read(path)


def main(listing: str, given: str) -> int:
    """Print the words of a listing, one a line, in its order, and return the exit code.

    `given` is the value of --app on the command line, or empty.
    """
    try:
        app = "" if listing in OF_THE_ACCOUNT else _app(given)
        words = offer(listing, app)
    except ScalingoError as error:  # a message would only disturb typing
        return error.exit_code
    left = "".join(f"{word}\n" for word in words).encode()
    try:  # not through Python's stream, which would report a full disk at exit
        while left:
            left = left[os.write(1, left) :]
    except OSError as error:
        return 0 if isinstance(error, BrokenPipeError) else 1
    return 0


def _app(given: str) -> str:
    from scalingo_cli import git_remote, selection

    return selection.app_in_force(given or None, git_remote.find)


def _is_harmless(word: str) -> bool:
    """Return whether a word, quoted by the shell, is printable and not an option."""
    return word.isprintable() and not word.startswith("-") and bool(word)


def _directory() -> Path:
    return settings.cache_dir() / "words"


def _path(listing: str, app: str) -> Path:
    """Return the cache file of a listing: by platform, account, app and listing.

    The first two come from the environment; by default, from the account in use, whose words are
    deleted when a different one is used.
    """
    import hashlib

    named = ("SCALINGO_API_URL", "SCALINGO_REGION", "SCALINGO_API_TOKEN")
    key = "\0".join([*(os.environ.get(name, "") for name in named), app, listing])
    return _directory() / hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def _age(path: Path) -> float:
    """Return the seconds since the words were cached, infinity if there are none of ours."""
    try:
        status = path.stat()
    except OSError:
        return float("inf")
    ours = status.st_uid == os.geteuid()
    age = time.time() - status.st_mtime
    return age if ours and age >= 0 else float("inf")


def _read(path: Path) -> list[str]:
    if _age(path) > KEPT:
        return []
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # removed meanwhile
        return []
    return [line for line in text.split("\n") if all(map(_is_harmless, line.split("\t", 1)))]


def _ask_for(path: Path, listing: str, app: str) -> None:
    """Run the listing without waiting for it, unless that was done a moment ago."""
    asked = path.with_suffix(".asked")
    if _age(asked) <= FRESH:
        return
    try:
        _make_directory(asked.parent)
        asked.touch(mode=0o600)
    except OSError:  # what cannot be cached need not be fetched
        return
    import subprocess

    subprocess.Popen(
        # -P: do not import from the current directory.
        [sys.executable, "-P", "-m", "scalingo_cli", *listing.split()]
        + (["--app", app] if app else []),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _make_directory(path: Path) -> None:
    from scalingo_cli.storage import private_file

    private_file.make_directory(path)


def _remove_outdated(directory: Path) -> None:
    for path in directory.iterdir():
        if _age(path) > KEPT:
            path.unlink(missing_ok=True)
