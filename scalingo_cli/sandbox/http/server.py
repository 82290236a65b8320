"""The HTTP server: requests in, responses out, nothing is written anywhere else."""

from __future__ import annotations

import errno
import tempfile
import threading
import traceback
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import IO, TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, urlsplit

from scalingo_cli.sandbox.http import admission, routing
from scalingo_cli.sandbox.http.messages import Cut, Refusal, Request, Response, refused

if TYPE_CHECKING:
    import socket
    from collections.abc import Generator, Iterator, Sequence
    from io import BufferedReader

    from scalingo_cli.sandbox.state.models import Host

LARGEST = 512 * 1024**2  # bytes of a body
_PIECE = 256 * 1024  # bytes


class Platform(Protocol):
    """What handles the requests; `errors` takes tracebacks, `stopping` is set at the end.

    It listens at `host`; if that is not a loopback address, at every address. `names` are the
    hosts that count as this one: see admission.
    """

    stopping: threading.Event
    errors: list[str]
    strict: bool
    names: set[str]
    host: str
    is_local: bool

    def answer(self, request: Request) -> Response:
        """Return the response to one request."""


def listen(platform: Platform, hosts: Sequence[Host], port: int) -> list[Server]:
    """Listen on a port for each of the hosts, consecutive unless `port` is 0; all or none.

    Raises OSError if a port cannot be had.
    """
    if port + len(hosts) - 1 > 65535:
        raise OSError(errno.EINVAL, f"it needs {len(hosts)} consecutive ports")
    servers: list[Server] = []
    try:
        for number, host in enumerate(hosts):
            servers.append(Server(platform, host, port and port + number))
    except OSError:
        for server in servers:
            server.server_close()
        raise
    return servers


class Server(ThreadingHTTPServer):
    """One host of a platform; closing it closes the connections that are still open."""

    daemon_threads = True
    request_queue_size = 128
    timeout = 0  # it is called only when a client is waiting

    def __init__(self, platform: Platform, host: Host, port: int) -> None:
        self.platform = platform
        self.host = host
        self.connections: set[socket.socket] = set()
        self.idle = threading.Condition()
        super().__init__((platform.host if platform.is_local else "", port), _Handler)

    @property
    def url(self) -> str:
        """Its URL."""
        return f"http://{self.platform.host}:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without looking up the host's full name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.platform.host, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep an error in the handler for the tests, and print nothing."""
        self.platform.errors.append(traceback.format_exc())

    def close(self) -> None:
        """Stop listening, close every connection, and wait until that is done."""
        self.server_close()
        with self.idle:
            for connection in self.connections:
                _shut(connection)
            self.idle.wait_for(lambda: not self.connections, timeout=2)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(2)
    except OSError:
        return  # the client has closed it


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    rfile: BufferedReader
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        """Add this one to the open connections."""
        super().setup()
        with self.server.idle:
            self.server.connections.add(self.request)

    def finish(self) -> None:
        """Remove this one from the open connections; a client that has gone is not an error."""
        try:
            super().finish()
        except ConnectionError:
            self.rfile.close()
        finally:
            self.request.close()
            with self.server.idle:
                self.server.connections.discard(self.request)
                self.server.idle.notify_all()

    def handle(self) -> None:
        """Answer requests until either side closes the connection."""
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def answer(self) -> None:
        """Answer one request."""
        try:
            request = self._request()
        except Refusal as refusal:
            self.close_connection = True
            self._send(refusal.response)
            return
        response = self.server.platform.answer(request)
        if request.file:
            request.file.close()
        if response.over:
            response.over.wait(response.delay)
        self._send(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - so called
    do_OPTIONS = do_CONNECT = answer  # noqa: N815 - as above

    def version_string(self) -> str:
        """Return the value of the Server header."""
        return "scalingo-sandbox"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has above
        """Write nothing."""

    def _request(self) -> Request:
        admission.admit(self.path, self.headers, self.server.platform.names)
        target = urlsplit(self.path)
        query = parse_qsl(target.query, keep_blank_values=True)
        single = [name for name, _ in query if not name.endswith("[]")]
        if self.server.platform.strict and len(set(single)) < len(single):
            raise refused(400, f"A parameter is there twice in ?{target.query}")
        lists: dict[str, list[str]] = {}
        for name, value in query:
            lists.setdefault(name, []).append(value)
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = self.server.host
        request = Request(self.command, target.path, dict(query), headers, b"", host, lists)
        request.port = self.client_address[1]
        if routing.streamed(request):
            request.file = self._spooled()
        else:
            request.body = b"".join(self._body())
        return request

    def _spooled(self) -> IO[bytes]:
        """Return the body as a file."""
        file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever takes it closes it
        try:
            file.writelines(self._body())
        except BaseException:
            file.close()
            raise
        return file

    def _body(self) -> Iterator[bytes]:
        """Yield the body in pieces, however it is framed, or refuse one that is too large.

        Raises ConnectionAbortedError if it ends early.
        """
        size = 0
        for piece in self._chunks() if "Transfer-Encoding" in self.headers else self._sized():
            size += len(piece)
            if size > LARGEST:
                raise refused(413, "The body is too large")
            yield piece

    def _sized(self) -> Iterator[bytes]:
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            raise refused(400, "The Content-Length should be a number")
        if int(length) > LARGEST:
            raise refused(413, "The body is too large")
        yield from self._exactly(int(length))

    def _chunks(self) -> Iterator[bytes]:
        if self.headers["Transfer-Encoding"].lower() != "chunked":
            raise refused(501, "The only Transfer-Encoding is chunked")
        while size := self._chunk_size():
            yield from self._exactly(size)
            self.rfile.readline(3)
        while self.rfile.readline(65537).strip():  # trailers
            pass

    def _chunk_size(self) -> int:
        line = self.rfile.readline(65537).partition(b";")[0].strip()
        if not line:
            raise ConnectionAbortedError("the body was cut")
        try:
            return int(line.decode("ascii") if line.isalnum() else "none", 16)
        except ValueError:
            raise refused(400, "A chunk has no size") from None

    def _exactly(self, length: int) -> Iterator[bytes]:
        while length:
            piece = self.rfile.read(min(length, _PIECE))
            if not piece:
                raise ConnectionAbortedError("the body was cut")
            length -= len(piece)
            yield piece

    def _send(self, response: Response) -> None:
        self.close_connection |= response.last
        if response.delivery == "none":
            self.close_connection = True
            return
        self.send_response(response.status)
        if response.content_type:
            self.send_header("Content-Type", response.content_type)
        for name, value in response.headers.items():
            self.send_header(name, value)
        hands_over = response.delivery == "whole" and self.command != "HEAD"
        then = response.then if hands_over else None
        if response.chunks is not None:
            self.send_header("Transfer-Encoding", "chunked")
        elif not then and response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if response.chunks is not None and self.command != "HEAD":
            self._send_chunks(response, response.chunks)
            return
        body = b"" if self.command == "HEAD" else response.body
        if response.delivery == "half":
            self.close_connection = True
            body = body[: len(body) // 2]
        self.wfile.write(body)
        if then:
            self.close_connection = True
            self.wfile.flush()
            self.connection.setblocking(False)
            early = self.rfile.peek()
            self.connection.setblocking(True)
            then(self.connection, early)

    def _send_chunks(self, response: Response, chunks: Generator[bytes]) -> None:
        self.wfile.flush()
        with closing(chunks):
            try:
                for chunk in chunks:
                    part = chunk[: len(chunk) // 2] if response.delivery == "half" else chunk
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
                    self.wfile.flush()
                    if part != chunk:
                        raise Cut
            except Cut:
                self.close_connection = True
                return
        self.wfile.write(b"0\r\n\r\n")
