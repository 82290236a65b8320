"""Attaching this terminal, or these pipes, to a one-off container."""

from __future__ import annotations

import os
import queue
import select
import signal
import sys
import termios
import tty
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from scalingo_cli.console.tally import accounting
from scalingo_cli.errors import ExitCode, Failed, NotFound, ScalingoError
from scalingo_cli.polling.pace import Pace
from scalingo_cli.process import background

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.api.channel import Channel
    from scalingo_cli.api.client import API
    from scalingo_cli.process.clock import Clock
    from scalingo_cli.session import Session

CHUNK = 64 * 1024
END_OF_TRANSMISSION = b"\x04"  # what Ctrl-D types
NEVER_TELLS = {404, 405, 501}  # responses of a platform that does not return exit codes


def between_terminals() -> bool:
    """Return whether both standard input and standard output are terminals."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def attach(api: API, session: Session, url: str, name: str, *, terminal: bool) -> int:
    """Attach to a one-off container until it ends.

    With `terminal`, the container has one too: it gets the size of ours, the end of the input is
    sent as Ctrl-D, and our terminal is raw meanwhile, so that every keystroke reaches the
    container, except Enter `~.`, which detaches. Without, bytes are passed through unchanged, and
    the end of the input half-closes the connection.

    Args:
        api: The API that connects.
        session: Reports what happens.
        url: The address of the container.
        name: Its name.
        terminal: Whether it has a terminal.

    Returns:
        The exit code of the container if the platform returns it, otherwise 0.

    Raises:
        Failed: The connection was lost. Otherwise raises as `API.connect` does.
    """
    sys.stdout.flush()
    console = session.console
    console.let_through()
    source = sys.stdin.fileno() if sys.stdin else None
    at_keys = terminal and source is not None and os.isatty(source)
    keys = Keys() if at_keys else None
    with (
        Size(api, url, session.clock) if terminal else nullcontext() as size,
        _connected(api, url, name) as channel,
    ):
        if size:
            size.send_again()
        if at_keys:
            console.say(f"Attached to {name}. To detach, press Enter and type ~.")
        with raw(source) if source is not None and at_keys else nullcontext():
            stayed = carry(channel, source, sys.stdout.fileno(), keys, closes=not terminal)
        if not stayed:
            channel.abort()
            console.say("")  # the cursor is where the container left it
            console.say(f"Detached from {name}.")
            return ExitCode.INTERRUPTED
    if size and size.failure and not isinstance(size.failure, NotFound):
        console.say(f"Could not send the terminal size to {name}. {size.failure.message}")
    try:
        return exit_code(api, url, channel)
    except ScalingoError:
        if at_keys:
            console.say("")
        raise


def started(name: str) -> str:
    """Return what to say when the container `name` was started, and nothing came of it here."""
    return f"{name} was started and may still be running: check before you run it again."


def _connected(api: API, url: str, name: str) -> Channel:
    with accounting(lambda: started(name)):
        return api.connect(api.place(url))


def carry(
    channel: Channel, source: int | None, sink: int, keys: Keys | None, *, closes: bool
) -> bool:
    """Carry bytes until the other side ends.

    Args:
        channel: The connection.
        source: The descriptor to read input from, if any.
        sink: The descriptor to write output to.
        keys: Interprets what is typed at a terminal.
        closes: Whether the end of the input half-closes the channel; otherwise it is sent as
            Ctrl-D, twice in the middle of a line.

    Returns:
        Whether the user stayed until the end.
    """
    channel.go()
    pending = memoryview(channel.early)
    last = b"\n"
    if source is None and closes:
        channel.end()
    while pending or not channel.ended:
        readers: list[int | Channel] = [] if pending else [channel]
        writers: list[int | Channel] = [sink] if pending else []
        if channel.full:
            writers.append(channel)
        elif source is not None and not channel.unheard and not channel.ended:
            readers.append(source)
        readable, writable, _ = select.select(readers, writers, [])
        if channel in writable:
            channel.flush()
        if sink in writable:  # so little that writing to a pipe does not block
            pending = pending[os.write(sink, pending[: select.PIPE_BUF]) :]
        if channel in readable:
            pending = memoryview(channel.receive())
        if source is not None and source in readable:
            data = os.read(source, CHUNK)
            last = data[-1:] or last
            if keys and keys.leave(data):
                return False
            if data:
                channel.send(keys.passed if keys else data)
                continue
            source = None
            if closes:
                channel.end()
            else:
                channel.send(END_OF_TRANSMISSION * (1 if last == b"\n" else 2))
    return True


def exit_code(api: API, url: str, channel: Channel) -> int:
    """Return the exit code of the container at `url`, which has ended, as far as it is known.

    Raises Failed if the connection was lost, if the platform ended the container, or if it cannot
    be asked.
    """
    look = "The command may still be running: check before you run it again."
    broken = Failed("The connection to the container was lost.", look)
    if channel.failure:
        raise broken from channel.failure
    try:
        code = api.send("GET", service=api.place(f"{url}/wait")).document.get("exit_code")
    except ScalingoError as error:
        if error.status == 408:
            raise Failed(
                "The platform stopped the container: it produced no output for too long.",
                "Make the command print something from time to time.",
                status=error.status,
                request_id=error.request_id,
            ) from error
        if error.status not in NEVER_TELLS:
            raise Failed(
                f"The exit code of the container is unknown. {error.message}",
                look,
                status=error.status,
                request_id=error.request_id,
            ) from error
        code = None
    if code is not None:
        return _exit_code(code)
    if channel.unheard:
        raise broken
    return ExitCode.DONE


def _exit_code(sent: object) -> int:
    """Return an exit code that the platform sent as JSON: FAILED if it is not valid."""
    if isinstance(sent, bool):
        return ExitCode.FAILED
    try:
        code = int(str(sent).removesuffix(".0"))
    except ValueError:
        return ExitCode.FAILED
    return code if 0 <= code < 256 else ExitCode.FAILED


class Keys:
    """What is typed, before it is sent: Enter `~.` leaves, Enter `~~` sends a tilde."""

    def __init__(self) -> None:
        self.passed = b""
        self._line_starts = True
        self._tilde = False

    def leave(self, typed: bytes) -> bool:
        """Return whether the user leaves; if not, `passed` is what to send of `typed`."""
        passed = bytearray()
        for key in typed:
            if self._tilde:
                self._tilde = False
                if key == ord("."):
                    return True
                if key != ord("~"):
                    passed += b"~"
            elif self._line_starts and key == ord("~"):
                self._tilde = True
                continue
            passed.append(key)
            self._line_starts = key in b"\r\n"
        self.passed = bytes(passed)
        return False


class Size:
    """Sends the size of our terminal to a container: at first, and whenever it changes.

    A thread does it, so that keys do not wait for the platform's response; of many changes, it
    sends the last one, to save requests for the exit code. `failure` is why the last one failed.
    """

    def __init__(self, api: API, url: str, clock: Clock) -> None:
        self.failure: ScalingoError | None = None
        self._api = api
        self._url = url
        self._changes: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._pace = Pace(clock)
        streams = (sys.stdout, sys.stdin, sys.stderr)
        self._terminal = next((s.fileno() for s in streams if s and s.isatty()), None)

    def __enter__(self) -> Size:
        self._send()  # before the container starts what it runs
        self._before = signal.signal(signal.SIGWINCH, lambda *_: self._changes.put(True))
        background.started(self._follow)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGWINCH, self._before)
        self._changes.put(False)

    def send_again(self) -> None:
        """Retry if the first attempt failed: the container may only just have started."""
        if self.failure:
            self._changes.put(True)

    def _follow(self) -> None:
        while self._changes.get():
            self._pace.request()
            going_on = True
            while going_on and not self._changes.empty():
                going_on = self._changes.get()
            if not going_on:
                return
            self._send()

    def _send(self) -> None:
        if self._terminal is None:
            return
        columns, rows = os.get_terminal_size(self._terminal)
        if not (columns and rows):  # a terminal that does not know
            return
        try:
            size = {"width": columns, "height": rows}
            self._api.send("PUT", service=self._api.place(self._url), json=size)
            self.failure = None
        except ScalingoError as error:
            self.failure = error


@contextmanager
def raw(terminal: int) -> Iterator[None]:
    """Pass every key of a terminal through unchanged, and restore its settings at the end."""
    before = termios.tcgetattr(terminal)
    try:
        tty.setraw(terminal, termios.TCSADRAIN)
        yield
    finally:
        with suppress(termios.error):  # it hung up: there is nothing to put back
            termios.tcsetattr(terminal, termios.TCSANOW, before)
