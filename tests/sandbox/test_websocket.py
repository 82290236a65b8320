"""WebSockets over plain sockets: logs as they come, and deployments as they go on."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import socket
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.conftest import Http, Regional

APP = "/v1/apps/pinecrate-shop"
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Visitor:
    """The side of the client: what it sends is masked, as it must be."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, content: bytes, kind: int = 1) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(content))
        size = len(content)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
        self._connection.sendall(bytes([0x80 | kind]) + length + mask + masked)

    def next(self) -> tuple[int, bytes]:
        """The kind and the content of the next frame; kind 0 at the end."""
        head = self._read(2)
        if len(head) < 2:
            return 0, b""
        size = head[1]
        assert size < 0x80  # what a server sends is not masked
        if size == 126:
            (size,) = struct.unpack("!H", self._read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._read(8))
        return head[0] & 0x0F, self._read(size)

    def json(self) -> Any:
        kind, content = self.next()
        assert kind == 1
        return json.loads(content)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (more := self._connection.recv(size - len(data))):
            data += more
        return data


@contextlib.contextmanager
def visiting(url: str) -> Iterator[Visitor]:
    parts = urlsplit(url)
    assert parts.hostname
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {parts.path}?{parts.query} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        "",
        "",
    ]
    with socket.create_connection((parts.hostname, parts.port or 0), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode())
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += connection.recv(1)
        assert heard.startswith(b"HTTP/1.1 101 ")
        accepted = base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest())  # noqa: S324
        assert b"Sec-WebSocket-Accept: " + accepted in heard
        yield Visitor(connection)


def test_logs_come_as_they_are_written(regional: Regional) -> None:
    sandbox = regional.sandbox
    address = regional("GET", "api", f"{APP}/logs").json()["logs_url"]
    with visiting(f"{address}&stream=true&n=2&filter=web") as visitor:
        past = visitor.json()
        assert past["event"] == "log"
        assert len(past["log"].splitlines()) == 2
        sandbox.log("pinecrate-shop", "web-1", "ripe " * 50)
        assert visitor.json()["log"].endswith("ripe \n")
        visitor.send(b"are you there", kind=9)
        assert visitor.next() == (10, b"are you there")
        sandbox.streams.ping_seconds = 0.01
        sandbox.log("pinecrate-shop", "web-1", "plums")
        assert "plums" in visitor.json()["log"]
        assert visitor.json()["event"] == "ping"
        sandbox.streams.silence(True)
        visitor.send(struct.pack("!H", 1000), kind=8)
        while (frame := visitor.next())[0] == 1:
            assert b"ping" in frame[1]
        assert frame == (8, struct.pack("!H", 1000))


def test_legacy_has_them_too_and_they_can_be_cut(http: Http, sandbox: Any) -> None:
    address = http("GET", f"{APP}/logs").json()["logs_url"]
    with visiting(f"{address}&stream=true") as visitor:
        sandbox.streams.wait_for(1, 20)
        sandbox.streams.cut()
        *_, last = iter(visitor.next, (0, b""))
        assert last[0] != 8
        with pytest.raises(json.JSONDecodeError):
            json.loads(last[1])


def test_deployments_are_reported_as_they_progress(regional: Regional) -> None:
    app = regional("GET", "api", APP).json()["app"]
    greeting = {"type": "auth", "data": {"token": regional.bearer}}
    with visiting(app["links"]["deployments_stream"]) as visitor:
        visitor.send(json.dumps(greeting).encode())
        regional.sandbox.streams.wait_for(1, 20)
        body = {"deployment": {"git_ref": "v9", "source_url": "https://crates.example/a.tar.gz"}}
        made = regional("POST", "api", f"{APP}/deployments", body).json()["deployment"]
        assert visitor.json() == {"type": "new", "data": {"deployment": made["id"]}}
        statuses: list[str] = []
        said = ""
        while not statuses or statuses[-1] != "success":
            told = visitor.json()
            assert told["id"] == made["id"]
            if told["type"] == "log":
                said += told["data"]["content"]
            else:
                statuses.append(told["data"]["status"])
        assert len(statuses) == len(set(statuses))
        output = regional("GET", made["links"]["output"], "").text
        assert said == output


@pytest.mark.parametrize(
    "greeting", [b"hello", b"[]", b'{"type": "auth"}', b'{"type": "auth", "data": {"token": "x"}}']
)
def test_strangers_get_nothing(regional: Regional, greeting: bytes) -> None:
    app = regional("GET", "api", APP).json()["app"]
    with visiting(app["links"]["deployments_stream"]) as visitor:
        visitor.send(greeting)
        assert visitor.next()[0] == 8


def test_a_web_socket_has_to_be_asked_for(regional: Regional) -> None:
    address = regional("GET", "api", APP).json()["app"]["links"]["deployments_stream"]
    assert regional("GET", address.replace("ws:", "http:"), "").status_code == 426
    headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
    refused = regional("GET", address.replace("ws:", "http:"), "", headers=headers)
    assert refused.status_code == 400
