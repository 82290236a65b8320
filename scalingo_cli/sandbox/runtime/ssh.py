"""A stand-in for ssh that knows only `-N -L`: it forwards a port to a database of this machine.

It is a program of its own, which knows nothing of the sandbox, and lets everybody in. It connects
to no host outside of this machine: the client reads so, in the protocol of its database.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import sys
import threading

FAILED = 255  # what ssh exits with for itself
WITH_VALUE = "BbcDEeFIiJLlmOoPpQRSWw"  # the letters of options that have one
REASON = "there is no database behind this tunnel: it ends in the sandbox"
SSL_REQUESTS = {80877103, 80877104}  # of PostgreSQL, for TLS and for GSSAPI
CHUNK = 65536


def main(arguments: list[str]) -> int:
    """Forward the port that `-L` names until this is ended. Returns an exit code."""
    forwards, settings = _parsed(arguments)
    if len(forwards) != 1 or "-N" not in arguments:
        return _fail("This stand-in for ssh knows -N with one -L alone.")
    match = re.fullmatch(r"(\[[^\]]+\]|[^:\[]+):(\d+):(\[[^\]]+\]|[^:\[]+):(\d+)", forwards[0])
    if match is None:
        return _fail(f"Bad local forwarding specification '{forwards[0]}'")
    bind, host = match[1].strip("[]"), match[3].strip("[]")
    port, target = int(match[2]), int(match[4])
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    try:
        listener = socket.create_server((bind, port), family=family)
    except OSError as error:
        return _fail(f"bind [{bind}]:{port}: {error.strerror}\ncannot listen to port: {port}")
    if "PermitLocalCommand=yes" in settings:
        print(flush=True)  # noqa: T201 - what LocalCommand=echo writes
    while True:
        visitor = listener.accept()[0]
        threading.Thread(target=_serve, args=[visitor, host, target], daemon=True).start()


def _parsed(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return the values of -L and those of -o."""
    values: dict[str, list[str]] = {"L": [], "o": []}
    words = iter(arguments)
    for word in words:
        if word.startswith("-") and word[1:2] in set(WITH_VALUE):
            value = word[2:] or next(words, "")
            values.setdefault(word[1], []).append(value)
    return values["L"], values["o"]


def _fail(reason: str) -> int:
    print(reason, file=sys.stderr)  # noqa: T201 - a program's own stderr
    return FAILED


def _serve(visitor: socket.socket, host: str, port: int) -> None:
    with visitor, contextlib.suppress(OSError):
        if not (host in {"localhost", "::1"} or host.startswith("127.")):
            _decline(visitor, host)
            return
        try:
            database = socket.create_connection((host, port))
        except OSError as error:
            _fail(f"channel 2: open failed: connect failed: {error.strerror}")
            return
        with database:
            back = threading.Thread(target=_carry, args=[database, visitor], daemon=True)
            back.start()
            _carry(visitor, database)
            back.join()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _decline(visitor: socket.socket, host: str) -> None:
    """Say in the words of the database's protocol that there is none."""
    if "mysql" in host:  # which speaks first: an error packet instead of a greeting
        packet = struct.pack("<BH", 0xFF, 1045) + REASON.encode()
        visitor.sendall(struct.pack("<I", len(packet))[:3] + b"\0" + packet)
        return
    asked = visitor.recv(CHUNK)
    if asked.startswith(b"*"):  # Redis
        visitor.sendall(f"-ERR {REASON}\r\n".encode())
        return
    while len(asked) == 8 and struct.unpack(">2I", asked)[1] in SSL_REQUESTS:
        visitor.sendall(b"N")
        asked = visitor.recv(CHUNK)
    if len(asked) > 8 and struct.unpack(">I", asked[4:8])[0] >> 16 == 3:  # PostgreSQL
        fields = f"SFATAL\0VFATAL\0C08004\0M{REASON}\0\0".encode()
        visitor.sendall(b"E" + struct.pack(">I", len(fields) + 4) + fields)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
