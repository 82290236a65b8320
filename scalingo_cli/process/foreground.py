"""Another program, run in the foreground until it ends."""

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

# A terminal sends these to every program in its foreground: they are the child's to obey.
_OF_THE_TERMINAL = [signal.SIGINT, signal.SIGQUIT]
_STOPPING = [signal.SIGTERM, signal.SIGHUP]


def run(command: Sequence[str], environment: Mapping[str, str], *, stop_with: bool = False) -> int:
    """Run `command` in `environment` and return its exit code, as a shell tells it.

    SIGTERM and SIGHUP are passed on to it; if we `stop_with` it, they stop this process as well
    once it has ended.

    It is looked for on the environment's own PATH; a death by signal counts 128 and the signal.
    Raises Misused where there is no such program and Failed where it cannot be started.
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
    """Leave the keys that interrupt to the program in the foreground, which has the terminal."""
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
    """Handle signals, but for those that are ignored: `nohup` means them to stay so in a child."""
    before = {number: signal.getsignal(number) for number in numbers}
    handled = [number for number in numbers if before[number] is not signal.SIG_IGN]
    for number in handled:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, before[number])
