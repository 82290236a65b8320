"""A JSON file of credentials that only this user can read, changed by one process at a time."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from scalingo_cli.errors import Failed, NextStep

if TYPE_CHECKING:
    from collections.abc import Iterator


def opened(path: Path) -> TextIO:
    """Open a regular file that belongs to this user and that nobody else can read.

    Raises OSError, and Failed for any other file.
    """
    # A pipe that nobody writes to would block forever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        refuse_unless_private(path, os.fstat(handle))
        return open(handle, encoding="utf-8")  # noqa: PTH123 - a handle, which has no Path
    except BaseException:
        os.close(handle)
        raise


def make_directory(path: Path) -> None:
    """Create a directory that only this user can enter, with any missing parents.

    Raises OSError.
    """
    try:
        path.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        make_directory(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def read(path: Path) -> dict[str, Any]:
    """Return the object in the file, empty if there is no file.

    Raises Failed if it is not readable, is damaged, or if others can read it.
    """
    import json

    try:
        with opened(path) as file:
            document = json.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Failed(f"Could not read {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error
    if not isinstance(document, dict):
        raise damaged(path)
    return document


def damaged(path: Path) -> Failed:
    """Return the error for a file with invalid content."""
    return Failed(
        f"The credentials file {path} is invalid.",
        NextStep("Fix it, or move it away and sign in again", "scalingo login"),
    )


def refuse_unless_private(path: Path, status: os.stat_result) -> None:
    """Raise Failed unless a file is regular, this user's own, and readable by nobody else."""
    if not stat.S_ISREG(status.st_mode):
        raise Failed(f"{path} is not an ordinary file.", "Move it away and sign in again.")
    if status.st_uid != os.geteuid():
        raise Failed(f"{path} belongs to another user.", "Remove it and sign in again.")
    if status.st_mode & 0o077:
        import shlex

        raise Failed(
            f"Other users can read the tokens in {path}.",
            f"Run: chmod 600 {shlex.quote(str(path))}",
        )


@contextmanager
def editing(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the file's object, to change in place; it is written if the block succeeds.

    Raises as `read` does, and Failed if it cannot be written.
    """
    import json

    try:
        with alone(path):
            document = read(path)
            yield document
            replace(path, json.dumps(document, indent=2) + "\n")
    except OSError as error:
        raise Failed(f"Could not write {path}: {error.strerror}.") from error


def replace(path: Path, text: str) -> None:
    """Atomically replace `path` by a private file with this text.

    Raises OSError.
    """
    import tempfile

    # Private from the first byte, and in the same directory so that the rename is atomic.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on `path` until the block ends; other processes wait for it.

    The lock is a separate file next to it, since `path` itself is replaced, or may not exist.
    Raises OSError if that file cannot be created.
    """
    make_directory(path.parent)
    import fcntl

    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
