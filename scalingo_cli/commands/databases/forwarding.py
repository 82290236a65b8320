"""A port of this machine that the system's ssh forwards to a host within the platform."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections import deque
from contextlib import ExitStack, contextmanager, suppress
from errno import EADDRINUSE
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli import settings
from scalingo_cli.errors import Failed, Misused, NotAllowed, ScalingoError, TryAgain
from scalingo_cli.process import background

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# The fingerprints that Scalingo publishes, at REGIONS_PAGE.
PUBLISHED = {
    "ssh.osc-fr1.scalingo.com": {
        "SHA256:f7y5p9OlI+UCuQoXctVNVj3pVkehTgUBWZz/0PtkGR8",  # RSA
        "SHA256:vMMyB6vYf+U68JFAcK/vAL6g4DOKGmT/LMwLhzI9+3E",  # Ed25519
    },
    "ssh.osc-secnum-fr1.scalingo.com": {
        "SHA256:D2pGNXIDrEREqRUlElMDGQPkGK641e+hnWMbc7APRmM",  # RSA
        "SHA256:kPzs5j39HdIVRgVZpQUgm9RtW9uqtFcHJz2M6ykZOiw",  # Ed25519
    },
}
REGIONS_PAGE = "https://doc.scalingo.com/platform/internals/regions"
FIRST_PORT, LAST_PORT = 10000, 10099  # where a free port is looked for
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0  # before a reconnection
_REFUSED = ": open failed: "  # a connection of a client, by the host it is for
_SPARE_SECONDS = 5.0  # for ssh to end, once it is asked to
# A terminal sends Ctrl-C to all programs in the foreground: ssh leaves it to the one that uses it.
# Its standard input is a pipe: a line means that ssh has ended, and an end without one that this
# process was killed, which closes the tunnel.
_GUARDED = """trap '' INT QUIT
exec 3<&0 </dev/null
(read -r _ <&3 || kill $$) >/dev/null 2>&1 &
exec "$@" 3<&-"""
# The user's configuration neither shares the connection, nor leaves it behind, nor adds a command.
_OURS_TO_END = [
    "IgnoreUnknown=KnownHostsCommand,ForkAfterAuthentication",  # since OpenSSH 8.5 and 8.7
    "ControlMaster=no",
    "ControlPath=none",
    "ForkAfterAuthentication=no",
    "RemoteCommand=none",
]
# Neither the user's known_hosts nor anything else vouches for a host whose fingerprints are known.
_ONLY_OUR_KEYS = [
    "GlobalKnownHostsFile=/dev/null",
    "KnownHostsCommand=none",
    "UpdateHostKeys=no",
    "VerifyHostKeyDNS=no",
    "CheckHostIP=no",
    "HashKnownHosts=no",
    "NoHostAuthenticationForLocalhost=no",
    "HostKeyAlgorithms=ssh-ed25519,rsa-sha2-512,rsa-sha2-256",
]


class Server(NamedTuple):
    """An SSH host, and the fingerprints of its keys; none if the user's known_hosts decides."""

    host: str
    port: int
    fingerprints: frozenset[str]


def server(address: str) -> Server:
    """Return the server at HOST or HOST:PORT.

    Raises Misused if that is invalid, or `SCALINGO_SSH_HOST_KEY`.
    """
    host, _, port = address.partition(":") if address.count(":") == 1 else (address, "", "")
    if not host or host.startswith("-") or (port and not port.isdecimal()):
        raise Misused(f"{address} is not an SSH host.", "It is HOST or HOST:PORT.")
    known = settings.ssh_fingerprints() or frozenset(PUBLISHED.get(host, ()))
    return Server(host, int(port or 22), known)


class PortTaken(Failed):
    """A program of this machine already listens on the port."""


class Tunnel:
    """Forwards `port` of this machine while the block runs, and reconnects after a cut.

    A client's connection that is cut stays cut: a protocol cannot resume in the middle.

    Args:
        server: The SSH host.
        target: The host and port to reach from there.
        bind: The address of this machine to listen on.
        port: The port to listen on, or None for the first free one from 10000 on.
        identities: Files of the keys to sign in with; empty for the user's usual ones.
        asks: Whether ssh may ask for a passphrase.
        say: Reports what happens.
        verbose: Whether to report all that ssh logs.

    Raises:
        NotAllowed: The server refuses the user's keys.
        Failed: The port is taken, or the host key is not one of those known.
        Misused: There is no ssh, or it is too old.
        TryAgain: The server cannot be reached.
    """

    def __init__(
        self,
        server: Server,
        target: tuple[str, int],
        *,
        bind: str,
        port: int | None,
        identities: Sequence[str],
        asks: bool,
        say: Callable[[str], object],
        verbose: bool = False,
    ) -> None:
        self.port = port or FIRST_PORT
        self._server = server
        self._target = target
        self._bind = bind
        self._named = port
        self._identities = identities
        self._asks = asks
        self._say = say
        self._verbose = verbose
        self._link: _Link | None = None
        self._closing = threading.Event()
        self._cleanup = ExitStack()
        self._host_key = ""
        self._opened_at = 0.0

    def __enter__(self) -> Tunnel:
        with ExitStack() as stack:
            stack.callback(self._end)
            if self._server.fingerprints:
                self._host_key = self._pinned()
            for port in self._ports():
                self.port = port
                try:
                    self._open()
                    break
                except PortTaken:
                    if self._named or port == LAST_PORT:
                        raise
            self._cleanup = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._cleanup.close()

    @property
    def place(self) -> str:
        """Where it is on this machine: 127.0.0.1:10000."""
        return f"{settings.bracketed(self._bind)}:{self.port}"

    def hold(self) -> None:
        """Keep the tunnel open until the block is left by a signal.

        Raises what a reconnection does that cannot succeed: NotAllowed, Failed.
        """
        pause = FIRST_PAUSE_SECONDS
        while not self._closing.is_set():
            assert self._link is not None  # noqa: S101 - __enter__ opened it
            lost = self._link.end()
            if self._closing.is_set():
                return
            if time.monotonic() - self._opened_at > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self._say(f"The tunnel was interrupted: {_reason(lost)} Reconnecting.")
            while not self._closing.wait(pause):
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                try:
                    self._open()
                except TryAgain as error:
                    if self._closing.is_set():
                        return
                    self._say(f"{error.message} Next attempt in {pause:g} s.")
                except PortTaken as error:
                    raise PortTaken(
                        f"During the interruption, another program took port {self.port}."
                    ) from error
                else:
                    self._say("The tunnel is open again.")
                    break

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the tunnel open in the background, and report it if that fails."""

        def keep() -> None:
            try:
                self.hold()
            except ScalingoError as error:
                self._say(" ".join(filter(None, [error.message, error.hint])))

        self._asks = False  # the terminal is the command's
        keeper = background.started(keep)
        try:
            yield
        finally:
            self._closing.set()
            self._end()
            keeper.join(_SPARE_SECONDS)

    def _ports(self) -> Iterable[int]:
        if self._named:
            if not _is_free(self._bind, self._named):
                raise _in_use(self._named)
            return [self._named]
        free = (port for port in range(FIRST_PORT, LAST_PORT + 1) if _is_free(self._bind, port))
        first = next(free, None)
        if first is None:
            raise PortTaken(
                f"No port from {FIRST_PORT} to {LAST_PORT} is free.", "Name one: --port PORT."
            )
        return range(first, LAST_PORT + 1)

    def _open(self) -> None:
        """Start ssh, and wait until it forwards the port. Raises as the class does."""
        with TemporaryDirectory() as directory:  # which ssh reads only now
            known_hosts = Path(directory, "known_hosts")
            known_hosts.write_text(self._host_key)
            self._forward(_only(known_hosts, "yes") if self._host_key else [])

    def _forward(self, trusted: Sequence[str]) -> None:
        host, port = self._target
        forward = f"{self.place}:{settings.bracketed(host)}:{port}"
        own = [*trusted, "ExitOnForwardFailure=yes", "ClearAllForwardings=no", "Tunnel=no"]
        own += ["ServerAliveInterval=15", "ServerAliveCountMax=3"]
        own += ["PermitLocalCommand=yes", "LocalCommand=echo"]  # once the port is forwarded
        words = ["-N", "-L", forward, *_options(own)]
        for file in self._identities:
            words += ["-i", file]
        if self._identities:
            words += _options(["IdentitiesOnly=yes"])
        if not self._asks:
            words += _options(["BatchMode=yes"])
        self._link = link = self._started("publickey", words)
        if self._closing.is_set():  # meanwhile
            link.stop()
        if not link.is_open():
            lines = link.end()
            raise _failure(self._server, lines, self.port)
        self._opened_at = time.monotonic()

    def _started(self, sign_in: str, options: Sequence[str], *command: str) -> _Link:
        """Start ssh, which signs in with the method `sign_in`. Raises Misused if there is none."""
        program = settings.ssh_program()
        if shutil.which(program) is None:
            raise Misused(
                f"Program {program} not found.",
                "Install the OpenSSH client, or set SCALINGO_SSH to one.",
            )
        common = [*_OURS_TO_END, f"PreferredAuthentications={sign_in}"]
        common.append(f"ConnectTimeout={max(1, round(settings.silence_seconds()))}")
        log = ["-v"] if self._verbose else _options(["LogLevel=INFO"])  # from which errors are read
        port = [] if self._server.port == 22 else ["-p", str(self._server.port)]
        settled = [*log, *port, *_options(common)]
        words = [program, "-T", *settled, *options, f"git@{self._server.host}"]
        return _Link(["sh", "-c", _GUARDED, "sh", *words, *command], self._heard)

    def _pinned(self) -> str:
        """Return the key of the server, as in known_hosts, if it is one of those known.

        A first connection, which signs in nobody, gets the key; the next ones accept no other.
        """
        with TemporaryDirectory() as directory:
            file = Path(directory, "known_hosts")
            words = _options([*_only(file, "accept-new"), "BatchMode=yes"])
            self._link = self._started("none", words, "true")
            self._link.is_open()  # which it never is
            lines = self._link.end()
            keys = file.read_text().splitlines() if file.exists() else []
        if not keys:
            raise _failure(self._server, lines, self.port)
        shown = {_fingerprint(key) for key in keys}
        if not shown <= self._server.fingerprints:
            raise _wrong_key(self._server, ", ".join(sorted(shown)))
        return "".join(f"{key}\n" for key in keys)

    def _heard(self, line: str, is_open: bool) -> None:
        """Report what ssh logs while the tunnel is open, or all of it."""
        if self._verbose:
            self._say(line)
        elif is_open and _REFUSED in line:
            reason = line.partition(_REFUSED)[2].removeprefix("connect failed: ")
            host, port = self._target
            self._say(f"The platform could not connect to {host}:{port}: {reason}.")

    def _end(self) -> None:
        if self._link:
            self._link.stop()


class _Link:
    """One run of ssh, from its start to the end of its connection."""

    def __init__(self, command: Sequence[str], heard: Callable[[str, bool], None]) -> None:
        self._lines: deque[str] = deque(maxlen=50)
        self._heard = heard
        self._is_open = False
        # LocalCommand is run by the user's shell, which a service may not have.
        environment = {**settings.environment_of_helpers(), "SHELL": "/bin/sh"}
        with background.signals_for_programs():
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        self._ear = background.started(self._listen)

    def is_open(self) -> bool:
        """Wait until ssh forwards the port, and return True, or False if it ends before."""
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with self._process.stdout as stdout:
            self._is_open = stdout.read(1) == b"\n"
        return self._is_open

    def end(self) -> list[str]:
        """Wait for the end of ssh, and return what it logged last."""
        self._process.wait()
        self._ear.join(_SPARE_SECONDS)
        return list(self._lines)

    def stop(self) -> None:
        """End ssh, if it has not ended."""
        self._process.terminate()
        try:
            self._process.wait(_SPARE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._ear.join(_SPARE_SECONDS)

    def _listen(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - it is a pipe
        with self._process.stderr as stderr:
            for raw in stderr:
                line = raw.decode(errors="replace").strip()
                if line:
                    self._lines.append(line)
                    self._heard(line, self._is_open)
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        with suppress(BrokenPipeError), self._process.stdin as stdin:
            stdin.write(b"\n")


def _options(lines: Iterable[str]) -> list[str]:
    return [word for line in lines for word in ("-o", line)]


def _only(known_hosts: Path, strict: str) -> list[str]:
    """Return the settings that accept the keys in one file, and no others."""
    return [
        f'UserKnownHostsFile="{known_hosts}"',
        f"StrictHostKeyChecking={strict}",
        *_ONLY_OUR_KEYS,
    ]


def _fingerprint(line: str) -> str:
    """Return the fingerprint of the key in a line of known_hosts."""
    from base64 import b64decode, b64encode
    from hashlib import sha256

    digest = sha256(b64decode(line.split()[2])).digest()
    return f"SHA256:{b64encode(digest).decode().rstrip('=')}"


def _failure(server: Server, lines: Sequence[str], port: int) -> ScalingoError:
    """Return what the log of an ssh that did not connect means."""
    text = "\n".join(lines)
    if "Permission denied (" in text or "Too many authentication failures" in text:
        return NotAllowed(
            f"{server.host} refused your SSH key.",
            "If it has a passphrase, run ssh-add first; --identity FILE tries a different key. To"
            " add its public half to your account: scalingo keys add NAME ~/.ssh/id_ed25519.pub",
        )
    if "Host key verification failed" in text or "HOST IDENTIFICATION HAS CHANGED" in text:
        return _wrong_key(server, "")
    if "cannot listen to port" in text or "Could not request local forwarding" in text:
        return _in_use(port)
    if "Bad configuration option" in text or "unknown option" in text or "usage: ssh" in text:
        return Misused(f"The program ssh is not usable: {_reason(lines)}", "It has to be OpenSSH.")
    return TryAgain(f"Could not connect to {server.host}: {_reason(lines)}")


def _wrong_key(server: Server, shown: str) -> Failed:
    """Return the error for a host key that is not known: `shown` are its fingerprints."""
    if not server.fingerprints:
        port = "" if server.port == 22 else f"-p {server.port} "
        return Failed(
            f"Your known_hosts has no host key of {server.host}, or a different one.",
            f"Check it once with ssh {port}git@{server.host}, or set SCALINGO_SSH_HOST_KEY.",
        )
    return Failed(
        f"{server.host} presented an unknown host key{shown and f', {shown}'}. Someone may be"
        " intercepting the connection: nothing was sent.",
        f"Compare it with {REGIONS_PAGE}. If it is listed there, it is a new one: upgrade this"
        " client, or set SCALINGO_SSH_HOST_KEY to it.",
    )


def _reason(lines: Sequence[str]) -> str:
    """Return what ssh logged last about the connection, as a sentence."""
    said = [line for line in lines if not line.startswith("debug") and _REFUSED not in line]
    return f"{said[-1].removeprefix('ssh: ').rstrip('.')}." if said else "ssh ended."


def _in_use(port: int) -> PortTaken:
    return PortTaken(
        f"Port {port} is already in use.", "Without --port, the next free one is used."
    )


def _is_free(bind: str, port: int) -> bool:
    """Return whether this machine may listen on a port, and nothing else does.

    Raises Misused for an address that is not this machine's, and Failed for a port that the user
    may not have.
    """
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((bind, port))
        except PermissionError as error:
            raise Failed(
                f"Port {port} is reserved for the administrator.", "Use one from 1024 on."
            ) from error
        except OSError as error:
            if error.errno == EADDRINUSE:
                return False
            raise Misused(f"{bind} is not an address of this machine.") from error
    return True
