"""A container: a real local shell, in a directory of its own, for one client."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.runtime import programs
from scalingo_cli.sandbox.runtime.directory import Directory, members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

UPLOADS = "/tmp/uploads"  # noqa: S108 - what the command says; see Container
_ROOM = 64 * 1024  # bytes in transit, in each direction
_TICK = 0.05  # seconds between checks that no file descriptor triggers
_GRACE = 0.5  # seconds between the hang-up and the end

# Between the sandbox and the shell: signals as a program expects them, which the sandbox's own
# start may have changed, and the terminal as the one that Ctrl-C comes from.
_LAUNCHER = """
import fcntl, os, signal, sys, termios
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_SETMASK, ())
if os.isatty(0):
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv("/bin/sh", ["sh", "-c", sys.argv[1]])
"""


class Container:
    """Runs `sh -c command` for one client, no longer than that is connected.

    With a `terminal`, it runs at a pseudo-terminal, and a client that stops sending has hung up;
    without, it has pipes, which change no byte, and a client that stops sending has ended the
    input. The environment is `variables` and little else: nothing of the sandbox's own. Files are
    put in `$TMPDIR/uploads`, which the command may call /tmp/uploads, as on the platform.
    """

    def __init__(self, command: str, variables: Mapping[str, str], *, terminal: bool) -> None:
        self.terminal = terminal
        self.exit_code: int | None = None
        self.ended = threading.Event()
        self._directory = Directory()
        root = self._directory.path
        self._home = root / "app"
        self._uploads = root / "tmp" / "uploads"
        self._home.mkdir()
        own = root / "bin"
        own.mkdir()
        programs.install("dbclient-fetcher", "dbclient", own, str(own))
        self._uploads.mkdir(parents=True)
        self._command = command.replace(UPLOADS, str(self._uploads))
        self._environment = {
            "PATH": f"{own}:{os.environ.get('PATH', os.defpath)}",
            "LANG": "C.UTF-8",
            **variables,
            "HOME": str(self._home),
            "TMPDIR": str(self._uploads.parent),
        }
        self._size = (80, 24)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._screen: int | None = None
        self._dropped = False
        self._idle = False
        self._over = False

    def keep(self, name: str, content: bytes) -> None:
        """Add a file to the uploads."""
        (self._uploads / name).write_bytes(content)

    def resize(self, width: int, height: int) -> None:
        """Resize the terminal, if there is one, to `width` columns and `height` rows."""
        with self._lock:
            self._size = (width, height)
            self._apply_size()

    def _apply_size(self) -> None:
        if self._screen is not None:
            width, height = self._size
            fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("4H", height, width, 0, 0))

    def serve(self, connection: socket.socket, early: bytes) -> None:
        """Run the command for the client at `connection`, which has already sent `early`."""
        with self._lock:
            if self._over:
                return
            process, inlet, outlet = self._start()
            self._process = process
        visit = _Visit(connection, early, inlet, outlet, hangs_up=self.terminal)
        try:
            while not (self._dropped or self._over) and visit.goes_on(process):
                pass
        finally:
            self._finish(process)
            visit.close()
            self.ended.set()
        if self._dropped:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            _part(connection)

    def drop(self) -> None:
        """Cut the client off silently, as a failing network does."""
        self._dropped = True

    def end(self) -> None:
        """End its processes, and remove its directory."""
        with self._lock:
            self._over = True
            process = self._process
        if process is None:
            self._directory.remove()
            self.ended.set()
        else:
            _kill(process)
            self.ended.wait()

    def idle_out(self) -> None:
        """End it as the platform does if the client is idle: without an exit code."""
        self._idle = True
        self.end()

    def wait(self) -> int | None:
        """Wait for its end and return its exit code, or None if it was idle or never used."""
        self.ended.wait()
        return None if self._idle else self.exit_code

    def work(self, hear: Callable[[str], None]) -> None:
        """Run the command without a client, and pass each line of its output to `hear`."""
        with self._lock:
            nothing = os.open(os.devnull, os.O_RDONLY)
            outlet, their_out = os.pipe()
            self._process = process = self._launch(nothing, their_out)
            os.close(nothing)
            os.close(their_out)

        def listen() -> None:
            with os.fdopen(outlet, encoding="utf-8", errors="replace") as said:
                for line in said:
                    hear(line.removesuffix("\n"))
            self._finish(process)
            self.ended.set()

        def tidy() -> None:  # what it left behind could hold the output open
            process.wait()
            _kill(process)

        for task in (listen, tidy):
            threading.Thread(target=task, daemon=True).start()

    def _start(self) -> tuple[subprocess.Popen[bytes], int, int]:
        """Return the process, and non-blocking descriptors to write to it and read from it."""
        if self.terminal:
            self._screen, theirs = os.openpty()
            self._apply_size()
            process = self._launch(theirs, theirs)
            os.close(theirs)
            inlet, outlet = os.dup(self._screen), os.dup(self._screen)
        else:
            their_in, inlet = os.pipe()
            outlet, their_out = os.pipe()
            process = self._launch(their_in, their_out)
            os.close(their_in)
            os.close(their_out)
        os.set_blocking(inlet, False)
        os.set_blocking(outlet, False)
        return process, inlet, outlet

    def _launch(self, stdin: int, stdout: int) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-ISc", _LAUNCHER, self._command],
            stdin=stdin,
            stdout=stdout,
            stderr=stdout,
            cwd=self._home,
            env=self._environment,
            start_new_session=True,
        )
        self._directory.own(process.pid)
        return process

    def _finish(self, process: subprocess.Popen[bytes]) -> None:
        _kill(process)
        with self._lock:
            self._over = True
            if self._screen is not None:
                os.close(self._screen)
                self._screen = None
        code = process.wait()
        self.exit_code = code if code >= 0 else 128 - code
        self._directory.remove()


class _Visit:
    """The bytes between a client and a process, at most `_ROOM` of them each way."""

    def __init__(
        self, connection: socket.socket, early: bytes, inlet: int, outlet: int, *, hangs_up: bool
    ) -> None:
        self._connection = connection
        self._inlet: int | None = inlet
        self._outlet: int | None = outlet
        self._to_process = bytearray(early)
        self._to_visitor = bytearray()
        self._hangs_up = hangs_up
        self._listening = True  # the client may still send
        self._tidied = False
        connection.setblocking(False)

    def goes_on(self, process: subprocess.Popen[bytes]) -> bool:
        """Carry some bytes, and return whether there is more to carry."""
        exited = process.poll() is not None
        if exited and not self._tidied:
            _kill(process)  # what it left behind could hold the output open
            self._tidied = True
        readers: list[int | socket.socket] = []
        writers: list[int | socket.socket] = []
        if self._listening and len(self._to_process) < _ROOM:
            readers.append(self._connection)
        if self._outlet is not None and len(self._to_visitor) < _ROOM:
            readers.append(self._outlet)
        if self._to_visitor:
            writers.append(self._connection)
        if self._to_process and self._inlet is not None:
            writers.append(self._inlet)
        patience = 0 if exited and not self._to_visitor else _TICK
        readable, writable, _ = select.select(readers, writers, [], patience)
        try:
            if self._connection in readable and not self._hear():
                return False
            if self._connection in writable:
                del self._to_visitor[: self._connection.send(self._to_visitor)]
            if not self._listening and self._connection.getsockopt(
                socket.SOL_SOCKET, socket.SO_ERROR
            ):
                return False
        except BlockingIOError:
            pass
        except OSError:
            return False
        if self._inlet in writable:
            self._pass_on()
        if not self._listening and not self._to_process:
            self._close_inlet()
        silent = self._outlet in readers and self._outlet not in readable
        if self._outlet in readable:
            self._read_outlet()
        said_all = silent or self._outlet is None
        return not (exited and said_all and not self._to_visitor)

    def _hear(self) -> bool:
        """Read from the client, and return whether it is still connected."""
        data = self._connection.recv(_ROOM)
        if not data:
            self._listening = False
            return not self._hangs_up
        if self._inlet is not None:
            self._to_process += data
        return True

    def _pass_on(self) -> None:
        assert self._inlet is not None  # noqa: S101 - it was in the set of writers
        try:
            del self._to_process[: os.write(self._inlet, self._to_process)]
        except BlockingIOError:
            pass
        except OSError:  # the process has stopped reading: further input is dropped
            self._close_inlet()

    def _close_inlet(self) -> None:
        if self._inlet is not None:
            os.close(self._inlet)
            self._inlet = None
            self._to_process.clear()

    def _read_outlet(self) -> None:
        assert self._outlet is not None  # noqa: S101 - it was in the set of readers
        try:
            data = os.read(self._outlet, _ROOM)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:  # the end of a pseudo-terminal
                raise
            data = b""
        self._to_visitor += data
        if not data:
            os.close(self._outlet)
            self._outlet = None

    def close(self) -> None:
        """Close the process's side."""
        self._close_inlet()
        if self._outlet is not None:
            os.close(self._outlet)
            self._outlet = None


def _part(connection: socket.socket) -> None:
    """Announce the end, and read what the client still sends, so that no output is lost."""
    connection.settimeout(_GRACE)
    try:
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(_ROOM):
            pass
    except OSError:
        return  # the client has closed it, or sends too much


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and the others of its session: first with SIGHUP, then with SIGKILL."""
    if process.poll() is None:
        _signal(members(process.pid), signal.SIGHUP)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    struck: set[int] = set()
    while found := members(process.pid) - struck:
        _signal(found, signal.SIGKILL)
        struck |= found


def _signal(processes: Iterable[int], number: int) -> None:
    for pid in processes:
        try:
            os.kill(pid, number)
        except ProcessLookupError:  # it has ended
            continue
