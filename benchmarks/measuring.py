"""How one command compares with another: ratios of times by hyperfine, and peaks of memory."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Command:
    """A command line, the variables it needs beside the common ones, and its exit code."""

    words: Sequence[str]
    variables: Mapping[str, str] | None = None
    code: int = 0

    @property
    def line(self) -> list[str]:
        """The words to start it by."""
        variables = [f"{name}={value}" for name, value in (self.variables or {}).items()]
        return [*(["env", *variables] if variables else []), *self.words]


@dataclass(frozen=True)
class Ratio:
    """How much longer a command took than its yardstick: the median of the rounds' ratios.

    Half of the rounds were between `low` and `high`.
    """

    middle: float
    low: float
    high: float


def ratio(
    command: Command,
    yardstick: Command,
    *,
    environment: Mapping[str, str],
    rounds: int,
    runs: int,
    prepare: Callable[[], object] = lambda: None,
) -> Ratio:
    """Return how long `command` takes, in times of `yardstick`.

    In each round both run `runs` times, in turns which of them is first; so what else the
    machine does meanwhile strikes both. `prepare` is called before each round.
    """
    ratios = []
    for number in range(rounds):
        prepare()
        pair = [command, yardstick]
        if number % 2:
            pair.reverse()
        seconds = dict(zip(map(id, pair), _medians(pair, environment, runs), strict=True))
        ratios.append(seconds[id(command)] / seconds[id(yardstick)])
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return Ratio(median(ratios), low, high)


def _medians(commands: Sequence[Command], environment: Mapping[str, str], runs: int) -> list[float]:
    """Return the median of the seconds that each command takes, in `runs` runs by hyperfine.

    Raises RuntimeError where one of them fails that should not.
    """
    with tempfile.TemporaryDirectory() as directory:
        results = Path(directory, "results.json")
        done = subprocess.run(
            [
                *["hyperfine", "--shell=none", "--style=none", f"--runs={runs}"],
                f"--export-json={results}",
                *(["--ignore-failure"] if any(command.code for command in commands) else []),
                *(shlex.join(command.line) for command in commands),
            ],
            env=environment,
            check=False,
            stderr=subprocess.PIPE,  # with advice on what hardly takes any time
            encoding="utf-8",
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        measured = json.loads(results.read_text())["results"]
    return [float(result["median"]) for result in measured]


def once(command: Command, environment: Mapping[str, str]) -> str:
    """Run a command once, and return its output. Raises RuntimeError for another exit code."""
    done = subprocess.run(
        command.line, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != command.code:
        raise RuntimeError(
            f"{shlex.join(command.words)} ended with {done.returncode}: {done.stderr}"
        )
    return done.stdout


# A child counts the memory of who forked it as its own until it becomes another program.
_SMALL_PARENT = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def peak_memory(command: Command, environment: Mapping[str, str]) -> int:
    """Return the most bytes of memory that a command had at once (its resident set, on Linux)."""
    small_parent = [sys.executable, "-S", "-c", _SMALL_PARENT, *command.line]
    answer = subprocess.run(small_parent, env=environment, capture_output=True, check=True).stdout
    return int(answer)
