"""A file that grows as NAME.part, private from its first byte, and takes its name once whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scalingo_cli.errors import Failed, Misused

if TYPE_CHECKING:
    from pathlib import Path


class PartFile:
    """A file on its way to `target`; what an earlier run left of it is still there.

    Raises OSError where it cannot be written, Misused if the .part is not an ordinary file, and
    Failed while another process writes it.
    """

    def __init__(self, target: Path) -> None:
        import fcntl
        import stat

        self.target = target
        self.path = target.with_name(f"{target.name}.part")
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        self._handle = os.open(self.path, flags, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(self._handle).st_mode):
                raise Misused(f"{self.path} is not a regular file.", "Move it away.")
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failed(f"Another process is writing {self.path}.") from None
            os.fchmod(self._handle, 0o600)
            self.size = os.lseek(self._handle, 0, os.SEEK_END)
        except BaseException:
            os.close(self._handle)
            raise

    def __enter__(self) -> PartFile:
        """Return the file itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        os.close(self._handle)

    def write(self, data: bytes) -> None:
        """Add bytes at the end. Raises OSError, which names the file."""
        view = memoryview(data)
        try:
            while view:
                written = os.write(self._handle, view)
                self.size += written
                view = view[written:]
        except OSError as error:
            error.filename = str(self.path)
            raise

    def restart(self) -> None:
        """Take all bytes out again."""
        os.ftruncate(self._handle, 0)
        os.lseek(self._handle, 0, os.SEEK_SET)
        self.size = 0

    def head(self, count: int) -> bytes:
        """Return the first bytes."""
        return os.pread(self._handle, count, 0)

    def finish(self) -> None:
        """Give the file its name, once all of it is on the disk."""
        os.fsync(self._handle)
        self.path.replace(self.target)
