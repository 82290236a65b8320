"""The sandbox's stand-in for ssh: a tunnel that ends in the sandbox."""

from __future__ import annotations

import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.ports import reserved
from tests.servers import LOCAL

SSL_REQUEST = struct.pack(">2I", 8, 80877103)
STARTUP = struct.pack(">2I", 16, 3 << 16) + b"user\0u\0\0"
REASON = b"there is no database behind this tunnel"
Forward = Callable[[str], tuple[str, int]]


@pytest.fixture
def forward(sandbox: Sandbox) -> Iterator[Forward]:
    """Forwards a port to a host and port, and returns where it is."""
    with ExitStack() as stack:

        def start(target: str) -> tuple[str, int]:
            port = stack.enter_context(reserved(1))
            line = [str(sandbox.ssh), "-T", "-o", "PermitLocalCommand=yes", "-N", "-L"]
            child = subprocess.Popen(
                [*line, f"{LOCAL}:{port}:{target}", "git@127.0.0.1"], stdout=subprocess.PIPE
            )
            stack.enter_context(child)
            stack.callback(child.kill)
            assert child.stdout
            assert child.stdout.readline() == b"\n"
            return LOCAL, port

        yield start


@pytest.mark.parametrize(
    ("host", "asked", "answer"),
    [
        ("shop.postgresql.example:5432", STARTUP, b"SFATAL\0"),
        ("shop.redis.example:6379", b"*1\r\n$4\r\nPING\r\n", b"-ERR "),
        ("shop.mysql.example:3306", b"", b"\0\xff"),
        ("shop.mongodb.example:27017", b"what", b""),
    ],
)
def test_a_tunnel_that_ends_in_the_sandbox_says_so_in_the_databases_words(
    forward: Forward, host: str, asked: bytes, answer: bytes
) -> None:
    with socket.create_connection(forward(host), timeout=30) as client:
        if asked == STARTUP:
            client.sendall(SSL_REQUEST)
            assert client.recv(1) == b"N"
        client.sendall(asked)
        said = b"".join(iter(lambda: client.recv(1024), b""))
    assert answer in said
    assert (REASON in said) == bool(answer)


def test_a_tunnel_to_this_machine_is_one(forward: Forward) -> None:
    with socket.create_server((LOCAL, 0)) as database:
        place = forward(f"{LOCAL}:{database.getsockname()[1]}")
        with socket.create_connection(place, timeout=30) as client:
            inside, _ = database.accept()
            with inside:
                client.sendall(b"select")
                client.shutdown(socket.SHUT_WR)
                assert inside.recv(6) == b"select"
                inside.sendall(b"row")
                inside.shutdown(socket.SHUT_WR)
                assert client.recv(3) == b"row"
                assert client.recv(1) == b""


def test_what_the_stand_in_does_not_do(sandbox: Sandbox) -> None:
    with socket.create_server((LOCAL, 0)) as taken:
        port = taken.getsockname()[1]
        for words, reason in {
            "git@host true": "knows -N with one -L alone",
            "-N -L 5432 git@host": "Bad local forwarding specification '5432'",
            f"-N -L {LOCAL}:{port}:h:1 git@host": f"cannot listen to port: {port}",
        }.items():
            line = [str(sandbox.ssh), *words.split()]
            done = subprocess.run(line, capture_output=True, check=False, text=True)
            assert (done.returncode, done.stdout) == (255, "")
            assert reason in done.stderr
