"""A raw connection made with CONNECT: bytes both ways, inside TLS if the URL is https.

requests and http.client do not hand a connection over after a CONNECT. Errors before that are
those of requests, so that they are reported in the same words as any other.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
import struct
import time
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import urllib3

CHUNK = 64 * 1024
LONGEST_HEAD = 64 * 1024  # bytes, interim responses included
_INTERIM = {"100", "102", "103"}  # more responses follow
SENT = ("User-Agent", "Authorization")
_KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPALIVE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}


def connect(
    request: requests.PreparedRequest,
    *,
    authorities: str,
    proxy: str | None,
    proxy_headers: Mapping[str, str],
    timeout: urllib3.Timeout,
    watch: Callable[[socket.socket], object],
) -> tuple[requests.Response, Channel]:
    """Send a CONNECT request on a connection of its own.

    Args:
        request: The request.
        authorities: A file or a directory of the certificates to trust.
        proxy: The URL of a proxy, or None.
        proxy_headers: Headers for the proxy.
        timeout: The limits for connecting and for a silence.
        watch: Called with the socket, which can be shut down when the time is over.

    Returns:
        The response, whose body is read only if it is a refusal, and the channel.

    Raises:
        requests.RequestException: There is no response.
        OSError: `authorities` cannot be read.
    """
    started = time.monotonic()
    url = urlsplit(request.url or "")
    context = _context(authorities) if url.scheme == "https" else None
    host, port = url.hostname or "", url.port or {"http": 80, "https": 443}[url.scheme]
    channel = Channel(_connection(host, port, proxy, proxy_headers, timeout.connect_timeout, watch))
    try:
        with ExitStack() as unless_it_works:
            unless_it_works.callback(channel.abort)
            if context:
                channel.secure(context, host)
            channel.timeout(timeout.read_timeout)
            lines = [
                f"CONNECT {request.path_url} HTTP/1.1",
                f"Host: {url.netloc.rpartition('@')[2]}",
            ]
            lines += [
                f"{name}: {request.headers[name]}" for name in SENT if name in request.headers
            ]
            channel.send("".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1"))
            response = channel.answer()
            unless_it_works.pop_all()
    except ssl.SSLError as error:
        raise requests.exceptions.SSLError(error) from error
    except TimeoutError as error:
        raise requests.exceptions.ReadTimeout(error) from error
    except OSError as error:
        raise requests.exceptions.ConnectionError(error) from error
    response.elapsed = timedelta(seconds=time.monotonic() - started)
    response.request = request
    return response, channel


def _connection(
    host: str,
    port: int,
    proxy: str | None,
    proxy_headers: Mapping[str, str],
    timeout: Any,
    watch: Callable[[socket.socket], object],
) -> socket.socket:
    """Return a connection to a host, through a proxy if one is given."""
    from http.client import HTTPConnection as Connection
    from http.client import HTTPException, HTTPResponse

    answers = ExitStack()

    class ClosedAnswer(HTTPResponse):
        """A response to CONNECT: Python before 3.11.4 leaves it, and so the socket, open."""

        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            answers.callback(self.close)

    class HTTPConnection(Connection):
        response_class = ClosedAnswer

        def _tunnel(self) -> None:
            watch(self.sock)
            super()._tunnel()  # type: ignore[misc] # the typeshed leaves it out

    connection = HTTPConnection(host, port, timeout=timeout)
    if proxy:
        to = urlsplit(proxy)
        if to.scheme != "http" or not to.hostname:
            raise requests.exceptions.InvalidProxyURL("not the URL of a proxy over plain HTTP")
        connection = HTTPConnection(to.hostname, to.port or 80, timeout=timeout)
        connection.set_tunnel(host, port, dict(proxy_headers))
    try:
        with answers:
            connection.connect()
    except (OSError, HTTPException) as error:
        connection.close()
        if proxy:
            raise requests.exceptions.ProxyError(error) from error
        if isinstance(error, TimeoutError):
            raise requests.exceptions.ConnectTimeout(error) from error
        raise NotConnected(error) from error
    sock: socket.socket = connection.sock
    watch(sock)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE.items():  # named differently on each system
        if option := getattr(socket, name, None):
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
    return sock


class NotConnected(requests.exceptions.ConnectionError):
    """No connection could be made."""


def _context(authorities: str) -> ssl.SSLContext:
    from pathlib import Path

    directory = Path(authorities).is_dir()
    context = ssl.create_default_context(
        cafile=None if directory else authorities, capath=authorities if directory else None
    )
    # An end that TLS does not announce is an error, which some releases of Python ignore.
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    return context


class Channel:
    """Bytes both ways. Nothing blocks after `go`; `flush` sends what could not be sent at once.

    `ended` is whether the other side has stopped sending, `failure` the reason if that was an
    error, `unheard` whether it has stopped receiving. An exception in its `with` block aborts it.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.ended = False
        self.failure: OSError | None = None
        self.unheard = False
        self.early = b""
        self._socket = connection
        self._tls: ssl.SSLObject | None = None
        self._inward, self._outward = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._unsent = bytearray()
        self._ending = False

    def __enter__(self) -> Channel:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind:
            self.abort()
        else:
            self.close()

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Continue inside TLS, with the certificate of `host` verified. Raises ssl.SSLError."""
        tls = context.wrap_bio(self._inward, self._outward, server_hostname=host)
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                self._socket.sendall(self._outward.read())
                self._take_in(self._socket.recv(CHUNK))
            else:
                break
        self._socket.sendall(self._outward.read())
        self._tls = tls

    def timeout(self, seconds: Any) -> None:
        """Limit how long to wait for the response."""
        self._socket.settimeout(seconds)

    def answer(self) -> requests.Response:
        """Read the response to CONNECT; what follows its head is its body, or in `early`."""
        self.flush()
        rest, taken, code, reason = b"", 0, "100", ""
        while code in _INTERIM:
            received = bytearray(rest)
            while b"\r\n\r\n" not in received:
                received += self._more()
                if taken + len(received) > LONGEST_HEAD:
                    raise requests.exceptions.ConnectionError("an endless response")
            head, _, rest = bytes(received).partition(b"\r\n\r\n")
            taken += len(head)
            status_line, *lines = head.decode("latin-1").split("\r\n")
            status = re.fullmatch(r"HTTP/1\.[01] (\d{3})(?: (.*))?", status_line)
            if not status:
                raise requests.exceptions.ConnectionError("a response that is not HTTP")
            code, reason = status[1], status[2] or ""
        response = requests.Response()
        response.status_code = int(code)
        response.reason = reason
        fields = (line.partition(":") for line in lines)
        response.headers = CaseInsensitiveDict({name: value.strip() for name, _, value in fields})
        if response.status_code < 300:
            self.early = rest
            rest = b""
        else:
            length = response.headers.get("Content-Length", "0")
            is_number = re.fullmatch(r"[0-9]{1,9}", length)
            wanted = min(int(length) if is_number else 0, LONGEST_HEAD)
            while len(rest) < wanted:
                rest += self._more()
        response.raw = io.BytesIO(rest)
        return response

    def _more(self) -> bytes:
        if self.ended:
            raise ConnectionResetError("connection lost in the middle of the response")
        data = self.receive()
        if self.failure:
            raise self.failure
        return data

    def go(self) -> None:
        """Become non-blocking: from now on, a selector reports when there is something to do."""
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """Return the file descriptor to select on."""
        return self._socket.fileno()

    def receive(self) -> bytes:
        """Return what has arrived: empty if there is nothing yet, or at the end."""
        try:
            data = self._socket.recv(CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            self._fail(error)
            return b""
        if self._tls is None:
            self.ended = not data
            return data
        self._take_in(data)
        clear = bytearray()
        try:
            while part := self._tls.read(CHUNK):
                clear += part
            self.ended = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.ended = True
        except ssl.SSLError as error:  # also at an end that TLS does not announce
            self._fail(error)
        self._unsent += self._outward.read()
        return bytes(clear)

    def _take_in(self, data: bytes) -> None:
        if data:
            self._inward.write(data)
        else:
            self._inward.write_eof()

    def _fail(self, error: OSError) -> None:
        self.failure = error
        self.ended = True

    @property
    def full(self) -> bool:
        """Whether something remains to be sent."""
        return bool(self._unsent)

    def send(self, data: bytes) -> None:
        """Send bytes, some of them perhaps at a later `flush`."""
        if self._tls:
            self._tls.write(data)
            data = self._outward.read()
        self._unsent += data
        self.flush()

    def end(self) -> None:
        """Announce the end of what is sent; the other side may go on sending."""
        if self._tls:
            with suppress(ssl.SSLWantReadError):  # the other side may go on
                self._tls.unwrap()
            self._unsent += self._outward.read()
        else:
            self._ending = True
        self.flush()

    def flush(self) -> None:
        """Send what remains, or as much of it as the connection accepts."""
        try:
            while self._unsent:
                del self._unsent[: self._socket.send(self._unsent[:CHUNK])]
            if self._ending:
                self._ending = False
                self._socket.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            return
        except OSError:  # a side that has stopped receiving may still send
            self.unheard = True
            self._unsent.clear()

    def abort(self) -> None:
        """Abort the connection, so that the other side notices at once."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
