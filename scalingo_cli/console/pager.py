"""Shows text that is longer than the screen through the user's pager."""

from __future__ import annotations

import os
import shlex
import subprocess
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from scalingo_cli.errors import ScalingoError
from scalingo_cli.process import foreground
from scalingo_cli.settings import environment_of_helpers

if TYPE_CHECKING:
    from collections.abc import Iterable


def show(pieces: Iterable[str]) -> bool:
    """Show text as it arrives in `PAGER` (default: `less`), and return whether that worked.

    There is no pager if PAGER is empty, `cat`, or has an open quote, nor on a dumb terminal unless
    PAGER is set. Once the user has left it, nothing more is read, and what ended the text early is
    raised.
    """
    given = os.environ.get("PAGER")
    if given is None and os.environ.get("TERM") == "dumb":
        return False
    try:
        command = shlex.split(given if given is not None else "less")
    except ValueError:
        return False
    if not command or command == ["cat"]:
        return False
    # Keep colours, exit if the text fits on one screen, leave the text on the screen.
    environment = {"LV": "-c", **environment_of_helpers()}
    environment["LESS"] = f"-R {environment['LESS']}" if environment.get("LESS") else "FRX"
    try:
        with (
            foreground.of_the_terminal(),
            subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as process,
        ):
            try:
                failure = _fed(process.stdin, pieces)
                process.wait()
            except BaseException:  # it would keep using a terminal that is no longer its own
                process.terminate()
                raise
    except OSError:  # no such program: the terminal scrolls
        return False
    if failure:
        raise failure
    return process.returncode <= 0  # one that fails may have shown nothing; signals are the user's


def _fed(pipe: IO[bytes] | None, pieces: Iterable[str]) -> ScalingoError | None:
    """Write the pieces to a pipe until its reader leaves, and return the error that ended them."""
    if pipe is None:
        raise ValueError("not a pipe")
    with suppress(BrokenPipeError), pipe:
        try:
            for piece in pieces:
                pipe.write(piece.encode("utf-8", "backslashreplace"))
                pipe.flush()
        except ScalingoError as error:
            return error
    return None
