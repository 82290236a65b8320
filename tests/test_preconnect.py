"""The connection that is begun before requests is there: used where it fits, missed nowhere."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scalingo_cli.api.preconnect import HeadStarts
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.relays import certificate, end_of_tls, join, listening, proxy

pytestmark = pytest.mark.legacy  # what is below the API is the same on both


@contextlib.contextmanager
def door(port: int, visits: list[int]) -> Iterator[int]:
    """A way to `port` that notes each visit, whatever comes of it."""

    def serve(visitor: socket.socket) -> None:
        visits.append(port)
        with socket.create_connection(("127.0.0.1", port)) as inside:
            join(visitor, inside)

    with listening(serve) as own:
        yield own


class Far:
    """The sandbox behind TLS; `visits` has an item for each connection to it."""

    def __init__(self, scalingo: CommandLine, port: int, visits: list[int]) -> None:
        self.scalingo = scalingo
        self.port = port
        self.visits = visits


@pytest.fixture
def platform(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> Iterator[Far]:
    trusted = certificate(tmp_path, "IP:127.0.0.1")
    visits: list[int] = []
    inner = int(sandbox.url.rpartition(":")[2])
    with end_of_tls(trusted, inner) as tls, door(tls, visits) as port:
        yield Far(
            scalingo.where(
                SCALINGO_API_URL=f"https://127.0.0.1:{port}", REQUESTS_CA_BUNDLE=str(trusted)
            ),
            port,
            visits,
        )


@pytest.mark.regional  # as well
@pytest.mark.parametrize("line", ["apps", "restart web --wait"])
def test_it_is_the_only_connection(line: str, platform: Far, sandbox: Sandbox) -> None:
    assert platform.scalingo.process(line).code == 0
    assert len(platform.visits) == 1
    assert len({request.port for request in sandbox.requests}) == 1


def test_a_directory_of_authorities_without_the_right_one(
    platform: Far, sandbox: Sandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "authorities"
    folder.mkdir()
    said = platform.scalingo.process("apps", REQUESTS_CA_BUNDLE=str(folder))
    assert (said.code, said.stdout) == (6, "")
    assert "Could not establish a trusted connection to 127.0.0.1" in said.stderr
    assert sandbox.requests == []


def test_what_sends_nothing_connects_to_nobody(platform: Far) -> None:
    assert platform.scalingo.process("apps create tea-room --dry-run").code == 0
    assert platform.visits == []


def test_what_goes_through_a_proxy_goes_nowhere_else(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "names", {"platform.example"})
    trusted = certificate(tmp_path, "DNS:platform.example")
    asked: list[str] = []
    inner = int(sandbox.url.rpartition(":")[2])
    with end_of_tls(trusted, inner) as tls, proxy(tls, "noor:pw", asked) as port:
        said = scalingo.process(
            "apps",
            SCALINGO_API_URL="https://platform.example",
            HTTPS_PROXY=f"http://noor:pw@127.0.0.1:{port}",
            REQUESTS_CA_BUNDLE=str(trusted),
        )
    assert said.code == 0
    assert asked == ["CONNECT platform.example:443"]


def begun(port: int) -> HeadStarts:
    """A connection to a port of this machine, on its way."""
    head_starts = HeadStarts(lambda _: f"https://127.0.0.1:{port}")
    head_starts.to_service("regional")
    return head_starts


def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize("variable", ["https_proxy", "ALL_PROXY"])
def test_it_is_not_begun_where_a_proxy_may_be_in_between(
    variable: str, platform: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert begun(platform.port).take("127.0.0.1", platform.port, None, 9) is None
    assert platform.visits == []


def test_it_leads_to_one_origin_and_is_taken_once(
    platform: Far, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorities = str(tmp_path / "IP:127.0.0.1.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authorities)
    no_proxy(monkeypatch)
    head_starts = begun(platform.port)
    assert head_starts.take("localhost", platform.port, authorities, 9) is None
    assert head_starts.take("127.0.0.1", platform.port + 1, authorities, 9) is None
    taken = head_starts.take("127.0.0.1", platform.port, authorities, 9)
    assert taken is not None
    taken.close()
    assert head_starts.take("127.0.0.1", platform.port, authorities, 9) is None


def test_a_deadline_holds_while_tls_drips(scalingo: CommandLine) -> None:
    over = threading.Event()

    def serve(visitor: socket.socket) -> None:
        visitor.recv(2**16)
        visitor.sendall(b"\x16\x03\x03\x40\x00")  # the head of a long record
        while not over.wait(0.02):
            visitor.sendall(b"\x02")

    with listening(serve) as port:
        said = scalingo.process(
            "apps", SCALINGO_API_URL=f"https://127.0.0.1:{port}", SCALINGO_DEADLINE="0.5"
        )
        over.set()
    assert (said.code, said.stdout) == (6, "")
    left = re.search(r"did not accept a connection in ([0-9.]+) s\.", said.stderr)
    assert left
    assert float(left[1]) > 0.001  # what it had, not what it has left


def test_who_does_not_answer_is_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    no_proxy(monkeypatch)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(TimeoutError):
            begun(port).take("127.0.0.1", port, None, 0.01)
        with silent.accept()[0] as visitor:
            assert visitor.recv(1)  # it does not leave before the handshake
