"""What the apps' commands print: whole lines, each after the name of its app."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scalingo_cli.console.console import Streams
from scalingo_cli.console.prose import for_stderr, write
from scalingo_cli.console.terminal import Terminal
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scalingo_cli.console.console import Console


class Messages(io.TextIOBase):
    """A stream for one app's messages: calls `write_line` with each whole line."""

    def __init__(self, write_line: Callable[[str], None]) -> None:
        self._write_line = write_line
        self._begun = ""

    def write(self, text: str) -> int:
        """Take text, and pass on the lines that it ends."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            if line:
                self._write_line(line)
        return len(text)

    def close(self) -> None:
        """Pass on a last line without its end."""
        if self._begun:
            self.write("\n")
        super().close()


class Output:
    """The streams of a run over several apps.

    Args:
        console: Where it all goes in the end.
        fields: The name of each app, and what else distinguishes it from the others.
        renders: Whether the apps' output is read by a person, and not only kept for `--json`.
    """

    def __init__(self, console: Console, fields: Sequence[Sequence[str]], *, renders: bool) -> None:
        self._console = console
        self._screen = console.terminal if renders else None
        self._width = max(len(_label(each)) for each in fields)

    def streams(self, fields: Sequence[str]) -> Streams:
        """Return new streams for one app; its stdout is a buffer of bytes in memory."""
        stdout = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", newline="")
        stderr = Messages(lambda line: self.say(fields, line))
        terminal = None
        if self._screen:
            room = max(self._screen.columns - self._width - 2, 20)
            terminal = Terminal(room, self._screen.rows, interactive=False)
        return Streams(stdout, stderr, terminal)  # type: ignore[arg-type] # all that is written to

    def say(self, fields: Sequence[str], message: str, colour: str | None = None) -> None:
        """Print a message about an app on stderr."""
        stderr = self._console.stderr
        with suppress(OSError):  # as with any message
            write(for_stderr(f"{_label(fields)}: {message}", colour, stderr), stderr)

    def show(self, fields: Sequence[str], text: str) -> None:
        """Print what an app's command printed on stdout: at a terminal after the name, else
        after the fields, with TABs between them.
        """
        before = "\t".join([*map(visible, fields), ""])
        if self._screen:
            before = f"{_label(fields):{self._width}}  "
        self._console.write("".join(f"{before}{line}\n" for line in _lines(text)))
        self._console.stdout.flush()


def taken(console: Console) -> str:
    """Return what was written to the stdout of a console with such streams."""
    console.stdout.flush()
    content: Any = console.stdout.buffer
    return str(content.getvalue().decode("utf-8", "backslashreplace"))


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _label(fields: Sequence[str]) -> str:
    name, *others = map(visible, fields)
    return f"{name} ({', '.join(others)})" if others else name
