"""Real servers for tests, on this machine: OpenSSH's, and PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import relays
from tests.ports import reserved
from tests.processes import eventually
from tests.programs import missing, require

LOCAL = "127.0.0.1"


@dataclass
class Postgres:
    """A PostgreSQL, with one user and one database."""

    port: int
    user: str = "crates"
    password: str = "pe@r/s:?#"  # as it would be hard to write in a URL
    name: str = "shop"

    @property
    def url(self) -> str:
        return f"postgres://{self.user}:pe%40r%2Fs%3A%3F%23@{LOCAL}:{self.port}/{self.name}"


def _postgres_program(name: str) -> str:
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None
    )
    return found or missing(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL that asks for a password; nobody's as root, which it does not run as."""
    require("psql")
    initdb, server = _postgres_program("initdb"), _postgres_program("postgres")
    somebody = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="postgres-") as name, reserved(1) as port:
        made = Postgres(port)
        directory = Path(name)
        data, password = directory / "data", directory / "password"
        password.write_text(made.password)
        for path in (directory, password):
            if somebody:
                shutil.chown(path, **somebody)
        line = [initdb, "-D", str(data), "-U", made.user, "--auth=scram-sha-256", "--no-sync"]
        line += [f"--pwfile={password}", "-E", "UTF8", "--no-locale"]
        options = {"cwd": name, "extra_groups": [], **somebody} if somebody else {"cwd": name}
        subprocess.run(line, check=True, stdout=subprocess.PIPE, **options)
        settings = [f"listen_addresses={LOCAL}", "unix_socket_directories=", "fsync=off"]
        line = [server, "-D", str(data), "-p", str(port)]
        line += [word for setting in settings for word in ("-c", setting)]
        with (
            (directory / "log").open("wb") as log,
            subprocess.Popen(line, stdout=log, stderr=log, **options) as child,
        ):
            try:
                eventually(lambda: _accepts(made))
                yield made
            finally:
                child.send_signal(signal.SIGINT)  # without waiting for its clients
                child.wait(60)


def _accepts(server: Postgres) -> bool:
    """Whether it takes a statement; the first one makes its database."""
    environment = {**os.environ, "PGPASSWORD": server.password}
    place = ["-h", LOCAL, "-p", str(server.port), "-U", server.user]
    line = ["psql", *place, "-d", "postgres", "-c", f"CREATE DATABASE {server.name}"]
    done = subprocess.run(line, env=environment, capture_output=True, check=False)
    return done.returncode == 0 or b"already exists" in done.stderr


@dataclass
class SSHServer:
    """An sshd that lets the user of the tests in with one key, behind a relay that can be cut.

    `program` is the ssh that has its configuration in `directory`, as a user would have it in
    ~/.ssh; it notes its command lines in the file `asked`.
    """

    directory: Path
    own_port: int
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    visits: list[socket.socket] = field(default_factory=list)

    @property
    def program(self) -> Path:
        return self.directory / "ssh"

    @property
    def asked(self) -> str:
        return (self.directory / "asked").read_text()

    @property
    def processes(self) -> list[int]:
        """Those that the program was, first and last."""
        return [int(line) for line in (self.directory / "processes").read_text().splitlines()]

    @property
    def environment(self) -> dict[str, str]:
        """What leads a client here."""
        return {
            "SCALINGO_SSH": str(self.program),
            "SCALINGO_SSH_HOST": f"{LOCAL}:{self.port}",
            "SCALINGO_SSH_HOST_KEY": self.fingerprint(),
        }

    def fingerprint(self, key: str = "host_key") -> str:
        """The fingerprint of one of its keys, as ssh-keygen shows it."""
        line = [require("ssh-keygen"), "-lf", str(self.directory / f"{key}.pub")]
        return subprocess.run(line, capture_output=True, check=True, text=True).stdout.split()[1]

    def start(self, key: str = "host_key") -> None:
        """Start it, with one of its keys."""
        program = shutil.which("sshd") or "/usr/sbin/sshd"
        if not Path(program).exists():
            missing("sshd")
        if os.geteuid() == 0:  # what a service of the system makes
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        log = self.directory / "log"
        line = [program, "-D", "-e", "-f", str(self.directory / "sshd_config")]
        with log.open("wb") as stderr:
            self.process = subprocess.Popen([*line, "-h", str(self.directory / key)], stderr=stderr)
        eventually(lambda: b"Server listening" in log.read_bytes())

    def stop(self) -> None:
        """End it, and all that it serves."""
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.cut()

    def cut(self) -> None:
        """Cut all connections, as a failing network does."""
        for visit in self.visits:
            with suppress(OSError):
                visit.shutdown(socket.SHUT_RDWR)

    def serve(self, visitor: socket.socket) -> None:
        self.visits.append(visitor)
        with socket.create_connection((LOCAL, self.own_port)) as inside:
            relays.join(visitor, inside)


def _key(file: Path) -> None:
    line = [require("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(file)]
    subprocess.run(line, check=True, stdin=subprocess.DEVNULL)


@contextmanager
def _relayed(server: SSHServer) -> Iterator[None]:
    with relays.listening(server.serve) as port:
        server.port = port
        try:
            yield
        finally:
            server.stop()


@pytest.fixture
def ssh_server() -> Iterator[SSHServer]:
    require("ssh")
    with tempfile.TemporaryDirectory(prefix="sshd-") as name, reserved(1) as port:
        directory = Path(name)
        for key in ("host_key", "other_host_key", "id", "other_id"):
            _key(directory / key)
        shutil.copy(directory / "id.pub", directory / "authorized_keys")
        (directory / "asked").touch()
        pam = "no" if os.geteuid() == 0 else "yes"  # which lets in an account without a password
        (directory / "sshd_config").write_text(
            f"ListenAddress {LOCAL}:{port}\nPidFile none\nStrictModes no\nUsePAM {pam}\n"
            f"AuthorizedKeysFile {name}/authorized_keys\nPasswordAuthentication no\n"
        )
        (directory / "ssh_config").write_text(
            f"Host *\n IdentityFile {name}/id\n IdentitiesOnly yes\n IdentityAgent none\n"
            f" LogLevel QUIET\n UserKnownHostsFile {name}/known_hosts\n"
        )
        # This machine has no user git.
        user = pwd.getpwuid(os.getuid()).pw_name
        (directory / "ssh").write_text(
            f'#!/bin/sh\necho "$*" >> {name}/asked\necho $$ >> {name}/processes\n'
            "for word; do shift\n"
            f'case $word in git@*) word="{user}@${{word#git@}}";; esac\n'
            f'set -- "$@" "$word"; done\nexec ssh -F {name}/ssh_config "$@"\n'
        )
        (directory / "ssh").chmod(0o755)
        server = SSHServer(directory, port)
        with _relayed(server):
            server.start()
            yield server
