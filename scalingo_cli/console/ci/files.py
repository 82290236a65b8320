"""Files that a CI host reads after a step: appended to, if they are what the host has made."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def append(
    variable: str, text: Callable[[bytes], str], most_bytes: int, *, create: bool = False
) -> str | None:
    """Append to the file that an environment variable names, if it names one.

    A symbolic link, a pipe or a device is left alone: the host makes plain files.

    Args:
        variable: The variable.
        text: Returns what to append, given what the file holds.
        most_bytes: How much the file may hold at most, for the host refuses more.
        create: Whether to create a missing file.

    Returns:
        Why it was not written, or None.
    """
    path = os.environ.get(variable)
    if not path:
        return None
    flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(path, flags | (os.O_CREAT if create else 0), 0o644)
    except (OSError, ValueError) as error:
        return f"Could not write {variable}: {getattr(error, 'strerror', None) or error}."
    try:
        with os.fdopen(handle, "r+b", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return f"Could not write {variable}: it is not a file."
            held = file.read(most_bytes + 1) or b""
            data = text(held).encode("utf-8", "backslashreplace")
            if len(held) + len(data) > most_bytes:
                return f"Could not write {variable}: it would hold more than {most_bytes} bytes."
            while data:
                data = data[file.write(data) :]
    except OSError as error:
        return f"Could not write {variable}: {error.strerror or error}."
    return None
