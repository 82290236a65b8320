"""A child program, run in the foreground until it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import AbstractContextManager, contextmanager
from errno import ENOEXEC
from pathlib import Path
from typing import TYPE_CHECKING

from scalingo_cli.errors import Failed, Misused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

# A terminal sends these to all programs in the foreground: the child handles them.
_OF_THE_TERMINAL = [signal.SIGINT, signal.SIGQUIT]
_STOPPING = [signal.SIGTERM, signal.SIGHUP]


def run(command: Sequence[str], environment: Mapping[str, str], *, stop_with: bool = False) -> int:
    """Run `command` in `environment`, and return its exit code as a shell would.

    SIGTERM and SIGHUP are passed on to it; with `stop_with`, they also end this process once it
    has ended.

    It is searched for on the environment's own PATH. A program killed by a signal returns 128 plus
    the signal. Raises Misused if there is no such program, and Failed if it cannot be started.
    """
    for name, value in environment.items():
        if not _fits(name, value):
            raise Failed(
                f"{name} cannot be passed to a program: its value contains a NUL or is"
                " not valid text."
            )
    program = shutil.which(command[0], path=environment.get("PATH", os.defpath))
    if program is None:
        there = Path(command[0]).is_file()
        raise Misused(
            f"{command[0]} is not executable." if there else f"Program {command[0]} not found."
        )
    early: list[int] = []
    received: list[int] = []
    pass_on: Callable[[int], object] = early.append

    def stop(number: int, _: object) -> None:
        received.append(number)
        pass_on(number)

    with of_the_terminal(), _handling(_STOPPING, stop):
        try:
            child = subprocess.Popen([program, *command[1:]], env=environment)
        except OSError as error:
            raise Failed(
                f"Could not run {command[0]}: {error.strerror}.",
                "Check that its first line names an interpreter."
                if error.errno == ENOEXEC
                else None,
            ) from error
        pass_on = child.send_signal
        for number in early:
            child.send_signal(number)
        code = child.wait()
    if stop_with and received:
        signal.raise_signal(received[0])
    return code if code >= 0 else 128 - code


def of_the_terminal() -> AbstractContextManager[None]:
    """Leave Ctrl-C and the like to the program in the foreground, which has the terminal."""
    return _handling(_OF_THE_TERMINAL, lambda *_: None)


def _fits(name: str, value: str) -> bool:
    try:
        return b"\0" not in os.fsencode(name + value) and "=" not in name
    except UnicodeEncodeError:
        return False


@contextmanager
def _handling(
    numbers: Sequence[signal.Signals], handler: Callable[[int, object], object]
) -> Iterator[None]:
    """Handle signals, except those that are ignored: after `nohup`, a child ignores them too."""
    before = {number: signal.getsignal(number) for number in numbers}
    handled = [number for number in numbers if before[number] is not signal.SIG_IGN]
    for number in handled:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, before[number])
