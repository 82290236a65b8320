"""Waits for a condition or for another process."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.command_line import CommandLine


def gone(pid: int) -> bool:
    """Whether a process has ended, reaped by its parent or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def eventually(true: Callable[[], bool]) -> None:
    """Wait until `true()`, and fail if that takes unreasonably long."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Follower:
    """A command line in a process of its own, whose output is read while it runs."""

    def __init__(self, scalingo: CommandLine, line: str, directory: Path) -> None:
        self._stdout, self._stderr = directory / "followed", directory / "told"
        with self._stdout.open("wb") as stdout, self._stderr.open("wb") as stderr:
            self.process = scalingo.start(
                line, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
            )

    @property
    def stdout(self) -> str:
        return self._stdout.read_text()

    @property
    def stderr(self) -> str:
        return self._stderr.read_text()

    def has_said(self, words: str) -> None:
        """Wait until stderr holds these words."""
        eventually(lambda: words in self.stderr)

    def lines(self, count: int) -> list[list[str]]:
        """Wait until there are so many records, and return them."""
        eventually(lambda: self.stdout.count("\n") >= count)
        return [line.split("\t") for line in self.stdout.splitlines()]

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.code

    @property
    def code(self) -> int:
        """Wait for the end and return the exit code."""
        return self.process.wait(60)
