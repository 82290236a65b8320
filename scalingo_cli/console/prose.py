"""Messages on stderr: with control characters escaped, and in colour at a terminal."""

from __future__ import annotations

import sys

from scalingo_cli.console.terminal import ANSI, coloured, terminal_of
from scalingo_cli.text.escape import visible


def for_stderr(text: str, colour: str | None = None) -> str:
    """Return text for stderr: escaped, with a line break, and in a `colour` at a terminal."""
    line = visible(text)
    code = ANSI.get(colour or "")
    if code and (screen := terminal_of(sys.stderr)) and coloured(screen):
        line = f"\x1b[{code}m{line}\x1b[0m"
    return f"{line}\n"
