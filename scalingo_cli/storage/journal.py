"""What a run over many things has done so far: a private file that only grows, line by line.

The first line is the plan; each further one notes the state of one thing. A note is on the disk
before `note` returns, so that a later run knows it even if the machine fails in the next moment.
Whoever works with a journal holds its lock: another process can look at it, and no more.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scalingo_cli import settings
from scalingo_cli.errors import Failed
from scalingo_cli.storage import private_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEPT_SECONDS = 30 * 86_400.0  # since the last note; nobody resumes what is older
_VERSION = 1


class Journal:
    """A journal: its `plan`, and the last note on each thing in `notes`, by its key.

    Args:
        path: The file.
        plan: The first line.
        notes: The last note on each thing.
        handle: The open file, whose lock this process holds.
    """

    def __init__(
        self, path: Path, plan: Mapping[str, Any], notes: dict[str, dict[str, Any]], handle: int
    ) -> None:
        self.path = path
        self.plan = plan
        self.notes = notes
        self._handle = handle
        self._lock = threading.Lock()

    def note(self, key: str, **state: Any) -> None:
        """Write the state of a thing to the disk. Raises Failed if that is impossible."""
        with self._lock:
            _append(self.path, self._handle, {"key": key, **state})
            self.notes[key] = state

    def close(self, *, finished: bool) -> None:
        """Release the journal; one of a `finished` run is deleted."""
        if finished:
            with suppress(OSError):  # it says that nothing is left
                self.path.unlink()
        os.close(self._handle)


def begin(plan: Mapping[str, Any]) -> Journal:
    """Start a journal with this plan. Raises Failed if no file can be written."""
    directory = _directory()
    name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(4)}.jsonl"
    path = directory / name
    try:
        private_file.make_directory(directory)
        _remove_old(directory)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        handle = os.open(path, flags, 0o600)
    except OSError as error:
        raise _unwritable(path, error) from error
    _locked(handle)
    _append(path, handle, {"version": _VERSION, **plan})
    _settle(directory)
    return Journal(path, plan, {}, handle)


def unfinished() -> Iterator[Journal | None]:
    """Yield each journal that a run has left behind, newest first.

    It yields None for one that another process is working with. The caller closes the others.
    """
    directory = _directory()
    with suppress(OSError):  # no directory: nothing was ever left behind
        _remove_old(directory)
    for path in sorted(directory.glob("*.jsonl"), reverse=True):
        try:
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # finished a moment ago
            continue
        try:
            is_free = _locked(handle)
            plan, notes = _read(path, handle) if is_free else (None, {})
        except BaseException:
            os.close(handle)
            raise
        if plan is not None and path.exists():
            yield Journal(path, plan, notes, handle)
            continue
        os.close(handle)
        if not is_free:
            yield None


def _directory() -> Path:
    return settings.state_dir() / "each"


def _append(path: Path, handle: int, line: Mapping[str, Any]) -> None:
    data = json.dumps(line, ensure_ascii=True).encode() + b"\n"
    try:
        while data:
            data = data[os.write(handle, data) :]
        os.fsync(handle)
    except OSError as error:
        raise _unwritable(path, error) from error


def _read(path: Path, handle: int) -> tuple[Mapping[str, Any] | None, dict[str, dict[str, Any]]]:
    """Return the plan, None if it was not written completely, and the last note on each thing.

    A last line that was cut off is removed. Raises Failed for any other damage.
    """
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(0)
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    os.ftruncate(handle, len(whole))
    try:
        lines = [json.loads(line) for line in whole.splitlines()]
        if not lines:
            return None, {}
        plan, *rest = lines
        if plan["version"] != _VERSION:
            return None, {}
        return plan, {note.pop("key"): note for note in rest}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Failed(f"The journal {path} is damaged.", "Move it away.") from error


def _locked(handle: int) -> bool:
    """Take the lock of an open journal, and return whether nobody else has it."""
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _settle(directory: Path) -> None:
    """Let the name of a new file survive a power failure."""
    with suppress(OSError):  # not every file system can do that
        handle = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_old(directory: Path) -> None:
    for path in directory.glob("*.jsonl"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()


def _unwritable(path: Path, error: OSError) -> Failed:
    return Failed(
        f"Could not write the journal {path}: {error.strerror}.",
        "Nothing is sent without it. Choose a different place with SCALINGO_STATE_DIR.",
    )
