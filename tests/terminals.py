"""A command line at a pseudo-terminal whose settings are looked at before and after."""

from __future__ import annotations

import contextlib
import re
import shlex
import time
from collections.abc import Callable, Iterator

import pexpect
import pyte
import pytest

from tests.command_line import SCALINGO, CommandLine


class Terminal:
    """A line typed at a terminal, between two looks at the terminal's settings."""

    def __init__(
        self, scalingo: CommandLine, *words: str, columns: int = 80, rows: int = 24
    ) -> None:
        line = shlex.join([*SCALINGO, *words])
        run = f"sh -c 'echo pid $$.; exec \"$@\"' - {line}"
        script = f"trap : INT; stty -g; {run}; echo code $?.; stty -g"
        self.child = pexpect.spawn(
            "sh",
            ["-c", script],
            env=scalingo.with_({"TERM": "xterm-256color"}),
            dimensions=(rows, columns),
            encoding="utf-8",
            timeout=60,
        )
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        started = self.expect(r"(\S+:\S+)\r\npid (\d+)\.\r\n")
        self._settings = started[1]
        self.client = int(started[2])

    def expect(self, pattern: str) -> re.Match[str]:
        """Read until the pattern comes."""
        self.child.expect(pattern)
        assert isinstance(self.child.match, re.Match)
        return self.child.match

    def type(self, keys: str) -> None:
        self.child.send(keys)

    def screen(self, *wanted: str) -> str:
        """What a person sees, once that has everything wanted."""
        deadline = time.monotonic() + 60
        while not all(text in (shown := "\n".join(self._screen.display)) for text in wanted):
            assert time.monotonic() < deadline, shown
            with contextlib.suppress(pexpect.TIMEOUT):
                self._stream.feed(self.child.read_nonblocking(4096, timeout=0.1))
        return shown

    def resize(self, columns: int, rows: int) -> None:
        self.child.setwinsize(rows, columns)
        self._screen.resize(rows, columns)

    def end(self) -> tuple[int, str]:
        """The exit code, and what was shown last; the terminal's settings are those of before."""
        ended = self.expect(r"code (\d+)\.\r\n(\S+)\r\n")
        shown = self.child.before
        assert isinstance(shown, str)
        self.child.expect(pexpect.EOF)
        assert ended[2] == self._settings
        return int(ended[1]), shown


def leave(child: pexpect.spawn[str], key: str = "c") -> tuple[int, str]:
    """Press Ctrl and a key at a question until the program ends: its exit code, what it said last.

    Python loses a signal that comes after a question is shown and before its answer is awaited.
    """
    said = ""
    for _ in range(6):
        child.sendcontrol(key)
        ended = child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=5) == 0
        said = str(child.before)
        if ended:
            break
    assert child.getecho()  # the terminal shows again what is typed
    child.close()
    assert child.exitstatus is not None, said
    return child.exitstatus, said


@pytest.fixture
def at_terminal(scalingo: CommandLine) -> Iterator[Callable[..., Terminal]]:
    with contextlib.ExitStack() as stack:

        def start(*words: str, **size: int) -> Terminal:
            terminal = Terminal(scalingo, *words, **size)
            stack.callback(terminal.child.close, force=True)
            return terminal

        yield start


Start = Callable[..., Terminal]
