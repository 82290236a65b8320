"""Input that the user names: a file, or standard input for "-"."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from scalingo_cli.errors import Misused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

LARGEST_BYTES = 64 * 1024 * 1024  # of a text or a request's body; far more than the API accepts
LONGEST_LINE_BYTES = 64 * 1024
_NO_STDIN: ContextVar[bool] = ContextVar("no_stdin", default=False)


@contextmanager
def without_stdin() -> Iterator[None]:
    """Let no code in the block read standard input: the first of many would leave nothing."""
    token = _NO_STDIN.set(True)
    try:
        yield
    finally:
        _NO_STDIN.reset(token)


def _stdin() -> BinaryIO:
    """Return standard input. Raises Misused where it is not to be read."""
    if _NO_STDIN.get():
        raise Misused("Standard input cannot be read for several apps.", "Use a file instead.")
    return sys.stdin.buffer


def name(file: str) -> str:
    """Return the name of a file for messages."""
    return "standard input" if file == "-" else file


def opened(file: str) -> BinaryIO:
    """Open a regular file. Raises Misused for a pipe, a device, and a file that is not readable."""
    try:
        opened = _opened(file)
    except OSError as error:
        raise Misused(f"Could not read {file}: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
        opened.close()
        raise Misused(f"{file} is not a regular file.", "Write it to a file first.")
    return opened


def content(file: str) -> bytes:
    """Return the bytes of a file or a pipe, at most 64 MiB.

    A pipe that nobody writes to is empty. Raises Misused if it is not readable or larger.
    """
    try:
        if file == "-":
            data = _stdin().read(LARGEST_BYTES + 1)
        else:
            with _opened(file) as opened:
                data = opened.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise Misused(f"Could not read {name(file)}: {error.strerror}.") from error
    if len(data) > LARGEST_BYTES:
        raise Misused(f"{name(file)} is larger than {LARGEST_BYTES // 1024**2} MiB.")
    return data


def text(file: str) -> str:
    """Return the text of a file. Raises Misused as `content` does, and if it is not UTF-8."""
    return _decoded(content(file), file)


def first_line() -> str:
    """Return the first line of standard input, without its line break.

    Raises Misused if it is missing, longer than 64 KiB, or not UTF-8.
    """
    data = _stdin().readline(LONGEST_LINE_BYTES + 1)
    if len(data) > LONGEST_LINE_BYTES:
        raise Misused(f"The first line of standard input is over {LONGEST_LINE_BYTES} bytes long.")
    line = _decoded(data, "-").rstrip("\r\n")
    if not line:
        raise Misused("The first line of standard input is empty.")
    return line


def _opened(file: str) -> BinaryIO:
    """Open a file without blocking on the other end of a pipe."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        os.set_blocking(descriptor, True)
        return os.fdopen(descriptor, "rb")
    except OSError:  # a directory
        os.close(descriptor)
        raise


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Misused(f"{name(file)} is not UTF-8 text (byte {error.start}).") from None
