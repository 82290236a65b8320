"""What the user gives to read: a file, or standard input where its name is "-"."""

from __future__ import annotations

import sys

from scalingo_cli.errors import Misused


def name(file: str) -> str:
    """Return what to call a file in a message."""
    return "standard input" if file == "-" else file


def content(file: str) -> bytes:
    """Return the bytes of a file. Raises Misused when it cannot be read."""
    from pathlib import Path

    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Misused(f"{name(file)} cannot be read: {error.strerror}.") from error


def text(file: str) -> str:
    """Return the text of a file. Raises Misused when it cannot be read or is not UTF-8."""
    return _decoded(content(file), file)


def first_line() -> str:
    """Return the first line of standard input, without its end.

    Raises Misused when there is none or it is not UTF-8.
    """
    line = _decoded(sys.stdin.buffer.readline(), "-").rstrip("\r\n")
    if not line:
        raise Misused("The first line of standard input is empty.")
    return line


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Misused(f"{name(file)} is not UTF-8 text (byte {error.start}).") from None
