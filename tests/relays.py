"""What may stand between a client and the sandbox: an end of TLS, and a proxy."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import subprocess
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.programs import require

CHUNK = 2**16


def certificate(directory: Path, *names: str) -> Path:
    """A new authority that vouches for `names` only; the file holds its key, too."""
    file = directory / f"{names[0]}.pem"
    command = [require("openssl"), "req", "-x509", "-nodes", "-days", "2", "-newkey", "ec"]
    command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=Tests of one-offs"]
    command += ["-addext", f"subjectAltName={','.join(names)}", "-out", str(file), "-keyout", "-"]
    key = subprocess.run(command, capture_output=True, check=True).stdout
    file.write_bytes(file.read_bytes() + key)
    return file


@contextlib.contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Let `serve` have each connection to a port of this machine, in a thread of its own."""
    threads = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def attend() -> None:
            with contextlib.suppress(OSError):  # the server is closed
                while True:
                    visitor = server.accept()[0]
                    threads.append(threading.Thread(target=attended, args=[visitor]))
                    threads[-1].start()

        def attended(visitor: socket.socket) -> None:
            with visitor, contextlib.suppress(OSError):  # a visitor who leaves early
                serve(visitor)

        doorman = threading.Thread(target=attend)
        doorman.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        doorman.join()
    for thread in threads:
        thread.join()


@contextlib.contextmanager
def end_of_tls(certificate: Path, port: int) -> Iterator[int]:
    """TLS on the outside, plain to `port` inside; each side may end without the other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(visitor: socket.socket) -> None:
        with (
            context.wrap_socket(visitor, server_side=True) as outside,
            socket.create_connection(("127.0.0.1", port)) as inside,
        ):
            relay(outside, inside)

    with listening(serve) as own:
        yield own


def relay(
    outside: ssl.SSLSocket, inside: socket.socket, may_answer: Callable[[], bool] = lambda: True
) -> None:
    """Relay until the inside ends; where that breaks, TLS ends without a word, too.

    What comes from the inside waits until it `may_answer`.
    """
    outside.setblocking(False)
    inside.setblocking(False)
    inward, outward = bytearray(), bytearray()
    outside_speaks = inside_speaks = True
    while inside_speaks or outward:
        readers: list[socket.socket] = []
        if outside_speaks and len(inward) < CHUNK:
            readers.append(outside)
        if inside_speaks and len(outward) < CHUNK and may_answer():
            readers.append(inside)
        writers: list[socket.socket] = [outside] * bool(outward) + [inside] * bool(inward)
        readable, writable, _ = select.select(readers, writers, [], 0.01)
        if outside in readable or (outside in readers and outside.pending()):
            with contextlib.suppress(ssl.SSLWantReadError):
                if data := outside.recv(CHUNK):
                    inward += data
                else:
                    outside_speaks = False
        if inside in readable:
            data = inside.recv(CHUNK)
            inside_speaks = bool(data)
            outward += data
        if outside in writable:
            with contextlib.suppress(ssl.SSLWantWriteError):
                del outward[: outside.send(bytes(outward[:CHUNK]))]
        if inside in writable:
            del inward[: inside.send(inward)]
        if not outside_speaks and not inward:
            with contextlib.suppress(OSError):
                inside.shutdown(socket.SHUT_WR)
    outside.settimeout(1)
    with contextlib.suppress(OSError):
        outside.unwrap()


@contextlib.contextmanager
def proxy(port: int, credentials: str, asked: list[str]) -> Iterator[int]:
    """A proxy that takes every host for `port` here, and notes in `asked` what it is asked for."""
    expected = b"Proxy-Authorization: Basic " + b64encode(credentials.encode())

    def serve(visitor: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += visitor.recv(CHUNK)
        asked.append(head.split(b" HTTP/")[0].decode())
        if expected not in head:
            visitor.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", port)) as inside:
            visitor.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            join(visitor, inside)

    with listening(serve) as own:
        yield own


def join(one: socket.socket, other: socket.socket) -> None:
    """Copy both ways, until both have ended."""
    towards = threading.Thread(target=copy, args=[one, other])
    towards.start()
    copy(other, one)
    towards.join()


def copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
