"""A command line at a pseudo-terminal, which it has to leave as it was."""

from __future__ import annotations

import contextlib
import os
import re
import termios
import time
from collections.abc import Callable, Iterator
from typing import Any

import pexpect
import pyte
import pytest

from tests.command_line import CommandLine


class Terminal:
    """A command line at a terminal, whose settings are looked at in the end."""

    def __init__(
        self, scalingo: CommandLine, *words: str, columns: int = 80, rows: int = 24
    ) -> None:
        self.child = scalingo.terminal([*words], columns=columns, rows=rows)
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        assert self.child.pid
        self.client = self.child.pid

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
        """The exit code, and what was shown last; the terminal's settings are as at first."""
        self.child.expect(pexpect.EOF)
        shown = self.child.before
        assert isinstance(shown, str)
        assert termios.tcgetattr(self.child.child_fd) == settings_at_first()
        self.child.wait()
        number = self.child.signalstatus
        code = 128 + number if number else self.child.exitstatus
        assert code is not None
        return code, shown


def settings_at_first() -> list[Any]:
    """The settings of a terminal that nobody has changed."""
    ours, theirs = os.openpty()
    try:
        return termios.tcgetattr(ours)
    finally:
        os.close(ours)
        os.close(theirs)


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
