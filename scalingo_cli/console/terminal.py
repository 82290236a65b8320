"""The terminal that stdout is, and whether it shows colour."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple, TextIO

ANSI = {"bold": "1", "green": "32", "red": "31"}


class Terminal(NamedTuple):
    """The terminal that stdout is: its size in characters, and whether a person uses it."""

    columns: int
    rows: int
    interactive: bool


def terminal() -> Terminal | None:
    """Return the terminal to render for, or None if stdout is a pipe or a file.

    `SCALINGO_FORCE_TTY` is the width of a terminal to render for, whatever stdout is.
    """
    forced = os.environ.get("SCALINGO_FORCE_TTY", "")
    interactive = sys.stdout.isatty()
    if not forced and not interactive:
        return None
    import shutil

    size = shutil.get_terminal_size()
    columns = int(forced) if forced.isdecimal() and int(forced) else size.columns
    return Terminal(columns, size.lines, interactive and not forced and sys.stdin.isatty())


def terminal_of(stream: TextIO) -> Terminal | None:
    """Return the terminal that a stream is, or None if it is a pipe or a file."""
    if not stream.isatty():
        return None
    size = os.get_terminal_size(stream.fileno())
    return Terminal(size.columns or 80, size.lines, stream.isatty() and sys.stdin.isatty())


def coloured(terminal: Terminal | None) -> bool:
    """Return whether to use colour: NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM, in this order."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    if os.environ.get("CLICOLOR") == "0" or os.environ.get("TERM") == "dumb":
        return False
    return terminal is not None


def encodable(text: str) -> bool:
    """Return whether stdout's encoding has the characters of a text; escapes would be shown."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
