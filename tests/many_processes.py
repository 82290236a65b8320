"""Many command lines at the same time, each in a process of its own.

Run as a program, it imports what they need once, forks a process for each, and lets them go at
the same moment: so that they cost no start-up, and meet.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scalingo_cli.main import main
from tests import fork_server
from tests.command_line import CommandLine, Result


def at_once(scalingo: CommandLine, lines: list[tuple[str, str]]) -> list[tuple[str, Result]]:
    """Run command lines, each with its standard input, and return each with what it left."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for index, (line, stdin) in enumerate(lines):
            (directory / f"{index}.line").write_text(line)
            (directory / f"{index}.0").write_text(stdin)
        done = subprocess.run(
            [sys.executable, "-m", __name__, name, str(len(lines))],
            env={**scalingo.environment, "PYTHONPATH": str(Path(__file__).parent.parent)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=100,
        )
        assert (done.returncode, done.stderr) == (0, b"")

        def left(index: int, code: int) -> Result:
            stdout, stderr = (directory / f"{index}.{number}" for number in (1, 2))
            return Result(code, stdout.read_bytes(), stderr.read_text())

        codes = enumerate(json.loads(done.stdout))
        return [(lines[index][0], left(index, code)) for index, code in codes]


def _main(directory: Path, count: int) -> None:
    for name in ("keyring.backends.SecretService", "platformdirs.unix"):
        importlib.import_module(name)
    fork_server.import_all()
    held, starting_gun = os.pipe()
    processes = []
    for index in range(count):
        pid = os.fork()
        if not pid:
            os.close(starting_gun)
            _become(directory, index, held)
        processes.append(pid)
    os.close(starting_gun)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in processes]
    sys.stdout.write(json.dumps(codes))


def _become(directory: Path, index: int, held: int) -> None:
    """Be one of the command lines, as soon as the gun is fired, until the end of this process."""
    code = 255
    try:
        flags = os.O_RDWR | os.O_CREAT
        for number in range(3):
            os.dup2(os.open(directory / f"{index}.{number}", flags), number)
        arguments = (directory / f"{index}.line").read_text().split()
        os.read(held, 1)
        code = main(arguments)
    finally:
        os._exit(code)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
