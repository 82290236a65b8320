"""Messages on stderr: escaped, and at a terminal in colour and wrapped between words."""

from __future__ import annotations

import re
import sys
import threading
from typing import TYPE_CHECKING

from scalingo_cli.console.terminal import ANSI, coloured, terminal_of
from scalingo_cli.settings import ci_host
from scalingo_cli.text.escape import no_command, visible

if TYPE_CHECKING:
    from typing import TextIO

# Reentrant: the stream of one of many apps' messages passes each line on to that of all.
_ONE_AT_A_TIME = threading.RLock()
_COMMAND = (
    r"(?<=:) (?=(?:scalingo|git|mkdir) )"  # what follows is to be pasted, up to the end of the text
)


def for_stderr(text: str, colour: str | None = None, stderr: TextIO | None = None) -> str:
    """Return text for stderr: escaped, with a line break, and in a `colour` at a terminal.

    GitHub Actions does not read it as a workflow command, whatever names it contains.
    """
    line = visible(text)
    if ci_host() == "github":
        line = no_command(line)
    if screen := terminal_of(stderr or sys.stderr):
        line = wrapped(line, screen.columns)
        code = ANSI.get(colour or "")
        if code and coloured(screen):
            line = f"\x1b[{code}m{line}\x1b[0m"
    return f"{line}\n"


def write(text: str, stderr: TextIO | None = None) -> None:
    """Write text to stderr at once and in one piece, whatever other threads write there."""
    stream = stderr or sys.stderr
    with _ONE_AT_A_TIME:
        stream.write(text)
        stream.flush()


def wrapped(line: str, columns: int) -> str:
    """Return a line with breaks between words, so that none is longer than `columns`.

    A word that is longer, such as a path, stays whole. So does a command at the end, on a line of
    its own, and a line that is indented, which is one already.
    """
    if len(line) <= columns or line.startswith(" "):
        return line
    import textwrap

    prose, *command = re.split(_COMMAND, line, maxsplit=1)
    lines = textwrap.wrap(prose, columns, break_long_words=False, break_on_hyphens=False)
    return "\n".join([*lines, *command])
