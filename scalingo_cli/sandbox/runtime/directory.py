"""Temporary directories that are removed even if their program is killed, by the next one.

A program holds a lock on a file in each of its directories, and the kernel releases it however the
program ends. So a directory whose lock is free is no longer in use.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

_PREFIX = "scalingo-sandbox-"
_UNFINISHED = ".scalingo-sandbox-"  # no lock yet
_STARTS_WITHIN = 60  # seconds: an older one without a lock was killed before it had one
_LOCK = ".lock"
_PROCESS = ".process"


class Directory:
    """A directory of this program, at `path`, until `remove`."""

    def __init__(self) -> None:
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED))
        self._lock = os.open(unfinished / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = unfinished.with_name(_PREFIX + unfinished.name.removeprefix(_UNFINISHED))
        unfinished.rename(self.path)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()

    def own(self, process: int) -> None:
        """Record that the session of this process has to end with the directory."""
        (self.path / _PROCESS).write_text(f"{process} {_born(process)}")

    def remove(self) -> None:
        """Remove it with its contents, unless that has been done."""
        if self._lock >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1


def remove_leftovers() -> None:
    """Remove the directories and end the processes of this user's programs that were killed."""
    temporary = Path(tempfile.gettempdir())
    abandoned = filter(_is_abandoned, temporary.glob(f"{_UNFINISHED}*"))
    for path in [*temporary.glob(f"{_PREFIX}*"), *abandoned]:
        create = os.O_CREAT if path.name.startswith(_UNFINISHED) else 0
        try:
            if path.is_symlink() or path.lstat().st_uid != os.geteuid():
                continue
            lock = os.open(path / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | create, 0o600)
        except OSError:  # its program is just removing it
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _end_session(path / _PROCESS)
            shutil.rmtree(path, ignore_errors=True)
        except BlockingIOError:  # it is in use
            continue
        finally:
            os.close(lock)


def _is_abandoned(unfinished: Path) -> bool:
    try:
        return time.time() - unfinished.lstat().st_mtime > _STARTS_WITHIN
    except OSError:  # it is finished, or gone
        return False


def members(session: int) -> set[int]:
    """Return the running processes of a session."""
    if Path("/proc/self").exists():
        candidates = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    else:
        listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, check=True)
        candidates = [int(word) for word in listed.stdout.split()]
    found = set()
    for pid in candidates:
        try:
            if os.getsid(pid) == session:
                found.add(pid)
        except (ProcessLookupError, PermissionError):  # ended meanwhile, or someone else's
            continue
    return found


def _end_session(note: Path) -> None:
    """End the processes of a recorded session, if its ID has not been reused."""
    try:
        number, born = note.read_text().split(" ", 1)
    except (OSError, ValueError):
        return
    leader = int(number)
    if _born(leader) not in ("", born):
        return  # a different process has its ID by now
    for pid in members(leader):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:  # it has ended
            continue


def _born(process: int) -> str:
    """Return when a process started, as the system writes it; empty if it has ended."""
    if Path("/proc/self/stat").exists():
        try:
            return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
        except OSError:
            return ""
    told = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()
