"""Runs command lines against the sandbox: in this process, in another one, or at a terminal."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from unittest import mock

import pexpect
from ptyprocess import PtyProcess

from scalingo_cli.main import main
from scalingo_cli.process.clock import Clock
from tests import fork_server
from tests.next_steps import accepted

SCALINGO = [sys.executable, "-m", "scalingo_cli"]

if TYPE_CHECKING:
    Spawn = pexpect.spawn[str]
else:
    Spawn = pexpect.spawn


class ForkedSpawn(Spawn):
    """A pexpect.spawn of SCALINGO and its arguments, by the fork server."""

    def _spawnpty(
        self, args: list[bytes], *, env: dict[str, str], dimensions: tuple[int, int], **_: object
    ) -> PtyProcess:
        arguments = [os.fsdecode(argument) for argument in args[len(SCALINGO) :]]
        return PtyProcess(*fork_server.start_at_terminal(arguments, env, dimensions))


@dataclass(frozen=True)
class Result:
    """What a command line left behind."""

    code: int
    raw_stdout: bytes
    stderr: str

    @property
    def stdout(self) -> str:
        return self.raw_stdout.decode()

    @property
    def lines(self) -> list[list[str]]:
        """The records of stdout, each split at its TABs."""
        return [line.split("\t") for line in self.stdout.splitlines()]

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    @property
    def error(self) -> Any:
        """The JSON error on stderr."""
        return json.loads(self.stderr)["error"]


class CommandLine:
    """`run("apps list")` is what `scalingo apps list` does in a pipe."""

    def __init__(
        self, environment: dict[str, str], clock: Clock | None = None, *, fresh: bool = False
    ) -> None:
        self.environment = environment
        self._clock = clock  # of what runs in this process
        self._fresh = fresh

    @property
    def fresh(self) -> CommandLine:
        """The same, but its processes are not forked: for stories about the start of Python."""
        return CommandLine(self.environment, self._clock, fresh=True)

    def __call__(
        self, line: str | list[str], *, stdin: str | bytes = b"", **environment: str | None
    ) -> Result:
        """Run in this process. A keyword sets a variable; None unsets it."""
        arguments = shlex.split(line) if isinstance(line, str) else line
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as typed,
            tempfile.TemporaryFile("w+", encoding="utf-8") as stdout,
            tempfile.TemporaryFile("w+", encoding="utf-8") as stderr,
        ):
            typed.buffer.write(stdin.encode() if isinstance(stdin, str) else stdin)
            typed.seek(0)
            with (
                _only(self.with_(environment)),
                mock.patch.multiple(sys, stdin=typed, stdout=stdout, stderr=stderr),
            ):
                code = main(arguments, self._clock)
            result = Result(code, _written(stdout), _written(stderr).decode())
        assert_documented(result)
        return result

    def process(
        self, line: str | list[str], *, stdin: str | bytes = b"", **environment: str | None
    ) -> Result:
        """Run in a process of its own."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        pipe = subprocess.PIPE
        where = self.where(**environment)
        with where.start(line, stdin=pipe, stdout=pipe, stderr=pipe) as child:
            try:
                stdout, stderr = child.communicate(given, timeout=60)
            except BaseException:
                child.kill()
                raise
        return Result(child.returncode, stdout, stderr.decode())

    def start(self, line: str | list[str], **streams: Any) -> subprocess.Popen[Any]:
        """Start in a process of its own, with Popen's `stdin`, `stdout`, `stderr` and `text`."""
        arguments = shlex.split(line) if isinstance(line, str) else line
        if self._forks(self.environment):
            return fork_server.Process(arguments, env=self.environment, **streams)
        return subprocess.Popen([*SCALINGO, *arguments], env=self.environment, **streams)

    def shell(self, line: str) -> Result:
        """Run a line of bash, without any input, in which `scalingo` is this one."""
        scalingo = shlex.join(SCALINGO)
        done = subprocess.run(
            ["bash", "-c", f'scalingo() {{ {scalingo} "$@"; }}; {line}'],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=self.environment,
            check=False,
            timeout=60,
        )
        return Result(done.returncode, done.stdout, done.stderr.decode())

    def terminal(
        self,
        line: str | list[str],
        *,
        columns: int = 160,
        rows: int = 24,
        **environment: str | None,
    ) -> pexpect.spawn[str]:
        """Start at a pseudo-terminal, to talk to: one that is wide enough for whole sentences."""
        arguments = shlex.split(line) if isinstance(line, str) else line
        env = self.with_({"TERM": "xterm-256color", **environment})
        spawn = ForkedSpawn if self._forks(env) else pexpect.spawn
        return spawn(
            SCALINGO[0],
            [*SCALINGO[1:], *arguments],
            env=env,
            dimensions=(rows, columns),
            encoding="utf-8",
            timeout=60,
        )

    def where(self, **environment: str | None) -> CommandLine:
        """Return the same command line in another environment."""
        return CommandLine(self.with_(environment), self._clock, fresh=self._fresh)

    def meanwhile(self, *events: Callable[[], object]) -> CommandLine:
        """Return the same command line: in this process, each of its pauses is over at once.

        One of `events` happens in each, and when there are no more, Ctrl-C is pressed.
        """
        left = iter(events)

        def happen(seconds: float) -> None:
            if seconds:
                next(left, _press_ctrl_c)()

        return CommandLine(self.environment, without_pauses(happen), fresh=self._fresh)

    def with_(self, environment: dict[str, str | None]) -> dict[str, str]:
        """Return the environment with these variables set, or unset where None."""
        changed = {**self.environment, **environment}
        return {name: value for name, value in changed.items() if value is not None}

    def _forks(self, environment: dict[str, str]) -> bool:
        return not self._fresh and fork_server.forks(environment)


def without_pauses(instead: Callable[[float], object]) -> Clock:
    """A clock in which each pause is over at once: `instead` is called with its seconds."""
    slept = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        instead(seconds)

    return Clock(lambda: time.monotonic() + sum(slept), sleep)


def _press_ctrl_c() -> None:
    raise KeyboardInterrupt


FIELDS = {"message", "code", "status", "hint", "request_id", "retryable", "next_steps"}


def assert_documented(result: Result) -> None:
    """Hold every JSON error of every story to what README says of it."""
    last = result.stderr.splitlines()[-1:]
    if not last or not last[0].startswith('{"error": '):
        return
    error = json.loads(last[0])["error"]
    assert error.keys() == FIELDS
    assert error["code"] == result.code
    assert type(error["retryable"]) is bool
    assert not error["retryable"] or result.code in {5, 6, 124}, error
    for words in error["next_steps"]:
        assert accepted(words), words
        assert words[1] in error["hint"]


@contextmanager
def _only(variables: dict[str, str]) -> Iterator[None]:
    """Let the environment have these variables, which are changed one by one: it is short."""
    before = dict(os.environ)
    _change(before, variables)
    try:
        yield
    finally:
        _change(dict(os.environ), before)


def _change(old: dict[str, str], new: dict[str, str]) -> None:
    for name in old.keys() - new.keys():
        del os.environ[name]
    os.environ.update(new.items() - old.items())


def _written(stream: IO[str]) -> bytes:
    stream.flush()
    stream.seek(0)
    return bytes(stream.buffer.read())  # type: ignore[attr-defined] # text files have one
