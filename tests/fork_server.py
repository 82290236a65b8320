"""Starts the client in child processes that are forked from one that has imported it already.

They are as those of `python -m scalingo_cli`, for a quarter of the processor time: children of this
process, with a PID, streams, a terminal, signals and an exit code of their own, and they end as
Python ends. Only /proc has the server's command line and environment for them, and limits of
resources are those of the server. What Python reads at its start cannot be changed for them:
`forks()` says if an environment leaves that as it is. This is for Linux, and not for CI, which
starts every process as a user does.

The server starts when it is first used, and ends with this process. It has one thread, imports what
has no state, and runs nothing of the client.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import gc
import os
import pickle
import re
import runpy
import socket
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

ENVIRONMENT = {"LANG": "C.UTF-8"}  # what the server starts with
NOT_PYTHONS = {"PYTHON_KEYRING_BACKEND"}
APART = ("scalingo_cli.__main__", "scalingo_cli.docs", "scalingo_cli.sandbox")
LIBRARIES = [  # not keyring, which looks for its back ends
    "concurrent.futures.thread",
    "getpass",
    "requests",
    "rich.live",
    "rich.progress",
    "rich.table",
    "shutil",
    "tempfile",
]
PR_SET_CHILD_SUBREAPER = 36


def forks(environment: Mapping[str, str]) -> bool:
    """Whether the server's children are as if they had started in it, away from CI."""
    if sys.platform != "linux" or os.environ.get("CI") == "true":
        return False
    read_at_start = {
        name: value
        for name, value in environment.items()
        if name.startswith(("LANG", "LC_", "PYTHON")) and name not in NOT_PYTHONS
    }
    return read_at_start == ENVIRONMENT


def start(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    streams: Sequence[int],
    *,
    leads: bool = False,
) -> int:
    """Start the client, and return its PID.

    Args:
        arguments: Its command line.
        environment: All of its environment.
        streams: The file descriptors of its stdin, stdout and stderr.
        leads: If it leads a session whose terminal is stdin.
    """
    server, one_at_a_time = _server()
    [umask] = re.findall(r"Umask:\s*(\d+)", Path("/proc/self/status").read_text())
    with one_at_a_time, os.fdopen(os.memfd_create("story"), "w+b") as story:
        pickle.dump((list(arguments), dict(environment), int(umask, 8), leads), story)
        story.seek(0)
        directory = os.open(".", os.O_PATH)
        _adopt(True)
        try:
            socket.send_fds(server, [b"."], [story.fileno(), directory, *streams])
            pid = b""
            while not pid.endswith(b"\n"):
                received = server.recv(100)
                assert received, "the fork server ended"
                pid += received
        finally:
            _adopt(False)
            os.close(directory)
        return int(pid)


def start_at_terminal(
    arguments: Sequence[str], environment: Mapping[str, str], dimensions: tuple[int, int]
) -> tuple[int, int]:
    """Start the client at a terminal of so many rows and columns: its PID, and our end of it."""
    ours, theirs = os.openpty()
    try:
        termios.tcsetwinsize(theirs, dimensions)
        return start(arguments, environment, [theirs] * 3, leads=True), ours
    finally:
        os.close(theirs)


class Process(subprocess.Popen[Any]):
    """The client as a child process; takes its arguments, `env`, the streams and `text`."""

    def _execute_child(self, args: list[str], *others: Any) -> None:
        environment, pipes = others[5], others[9:15]
        stdin, _, _, stdout, _, stderr = pipes
        streams = [number if fd == -1 else fd for number, fd in enumerate((stdin, stdout, stderr))]
        self.pid = start(args, environment, streams)
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined] # Popen's own, not public


@cache
def _server() -> tuple[socket.socket, threading.Lock]:
    """Return the connection to the server, and what a caller holds until it has its answer."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours, threading.Lock()


def _adopt(yes: bool) -> None:
    """Let processes below this one whose parent ends become its children, or init's as usual."""
    assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(yes), 0, 0, 0) == 0


def _serve(stories: socket.socket) -> None:
    """Fork a process for each story that arrives; return in that process alone."""
    while True:
        message, fds, _, _ = socket.recv_fds(stories, 1, 5)
        if not message:
            sys.exit()
        if between := os.fork():
            for fd in fds:
                os.close(fd)
            os.waitpid(between, 0)  # from now on the story's process is the tests' child
            stories.send(b"\n")
        elif pid := os.fork():
            stories.send(b"%d" % pid)
            os._exit(0)
        else:
            stories.close()
            _become(*fds)
            return


def _become(story: int, directory: int, *streams: int) -> None:
    """Become what Python is when it has started for this story."""
    with os.fdopen(story, "rb") as file:
        arguments, environment, umask, leads = pickle.load(file)  # noqa: S301 # from the tests
    os.fchdir(directory)
    os.close(directory)
    os.umask(umask)
    for number, fd in enumerate(streams):
        os.dup2(fd, number)
        os.close(fd)
    if leads:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv[1:] = arguments
    sys.path[0] = str(Path.cwd())
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        first = getattr(sys, name)
        stream = os.fdopen(
            number,
            "w" if number else "r",
            encoding=first.encoding,
            errors=first.errors,
            newline="\n",
            closefd=False,
        )
        if name == "stderr":
            stream.reconfigure(line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def import_all() -> None:
    package = import_module("scalingo_cli")
    for module in walk_packages(package.__path__, "scalingo_cli."):
        if not module.name.startswith(APART):
            import_module(module.name)
    for name in LIBRARIES:
        import_module(name)


def _keep_modules() -> None:
    """Let no process take apart at its end what it shares with the server: that would copy it."""
    kept: dict[str, Any] = dict(sys.modules)
    kept["kept"] = kept  # nothing frees it

    def forget() -> None:
        for name in kept.keys() - {"builtins", "sys"}:
            sys.modules.pop(name, None)

    atexit.register(forget)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    try:
        import_all()
        _keep_modules()
        _serve(socket.socket(fileno=int(sys.argv[1])))
    except KeyboardInterrupt:  # Ctrl-C at the terminal of the tests
        sys.exit(130)
    runpy.run_module("scalingo_cli", run_name="__main__", alter_sys=True)
