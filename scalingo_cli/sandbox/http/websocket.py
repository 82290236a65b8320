"""The server side of WebSockets (RFC 6455): texts go out, one or more come in."""

from __future__ import annotations

import base64
import hashlib
import queue
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import Response, refused

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from scalingo_cli.sandbox.http.messages import Request

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


def asked(request: Request) -> bool:
    """Return whether a request asks for a WebSocket."""
    return request.headers.get("upgrade", "").lower() == "websocket"


def accept(request: Request, talk: Callable[[WebSocket], None]) -> Response:
    """Return the response that turns the connection into a WebSocket, which `talk` then handles."""
    key = request.headers.get("sec-websocket-key")
    if key is None:
        raise refused(400, "A WebSocket begins with a Sec-WebSocket-Key")
    digest = hashlib.sha1((key + _MAGIC).encode(), usedforsecurity=False).digest()
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Accept": base64.b64encode(digest).decode(),
    }

    def run(connection: socket.socket, early: bytes) -> None:
        web_socket = WebSocket(connection, early)
        with suppress(OSError):  # the client has closed it
            talk(web_socket)
            web_socket.close()
        with suppress(OSError):
            connection.shutdown(2)  # wakes the listener

    return Response(101, headers=headers, then=run)


def frame(text: str) -> bytes:
    """Return a text as it goes over a WebSocket."""
    return _frame(_TEXT, text.encode())


def _frame(kind: int, content: bytes) -> bytes:
    size = len(content)
    if size < 126:
        length = bytes([size])
    else:
        length = (
            b"\x7e" + struct.pack("!H", size) if size < 2**16 else b"\x7f" + struct.pack("!Q", size)
        )
    return bytes([0x80 | kind]) + length + content


class WebSocket:
    """A connection that has become a WebSocket; a client that leaves is noticed."""

    def __init__(self, connection: socket.socket, early: bytes) -> None:
        self._connection = connection
        self._ahead = bytearray(early)
        self._sending = threading.Lock()
        self._heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, data: bytes) -> None:
        """Send frames, or a part of one. Raises OSError if the client has left."""
        with self._sending:
            self._connection.sendall(data)

    def hear(self) -> str | None:
        """Wait for the next text from the client; return None at the end."""
        return self._heard.get()

    def close(self) -> None:
        """Send the closing frame."""
        self.send(_frame(_CLOSE, struct.pack("!H", 1000)))

    def _listen(self) -> None:
        with suppress(OSError, EOFError):  # it has closed without one
            while True:
                kind, content = self._next()
                if kind == _TEXT:
                    self._heard.put(content.decode(errors="replace"))
                elif kind == _PING:
                    self.send(_frame(_PONG, content))
                elif kind == _CLOSE:
                    self.send(_frame(_CLOSE, content))
                    self._connection.shutdown(2)
                    break
        self._heard.put(None)

    def _next(self) -> tuple[int, bytes]:
        first, second = self._read(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self._read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._read(8))
        mask = self._read(4) if second & 0x80 else bytes(4)
        content = self._read(size)
        return first & 0x0F, bytes(byte ^ mask[i % 4] for i, byte in enumerate(content))

    def _read(self, size: int) -> bytes:
        while len(self._ahead) < size:
            more = self._connection.recv(65536)
            if not more:
                raise EOFError
            self._ahead += more
        data = bytes(self._ahead[:size])
        del self._ahead[:size]
        return data
