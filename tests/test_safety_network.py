"""A network, and a server, that misbehave: each ends in a clear error or in right output."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import socket
import struct
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine, Result
from tests.relays import end_of_tls, listening
from tests.tls import certify, make_key, private_pem

pytestmark = pytest.mark.legacy  # what is below the API is the same on both

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
APPS = b'{"apps": [{"name": "kiosk"}]}'
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing is a reset


@pytest.fixture
def scalingo(scalingo: CommandLine) -> CommandLine:
    return scalingo.where(SCALINGO_TIMEOUT="5")


@contextlib.contextmanager
def server(
    answer: Iterable[bytes], *, reset: bool = False, then: Iterable[bytes] = ()
) -> Iterator[str]:
    """A server that gives each visitor this answer, whatever is asked, and leaves.

    With `then`, only the first visitor gets it; the others get that.
    """
    served = itertools.count()

    def serve(visitor: socket.socket) -> None:
        visitor.recv(2**16)
        first = next(served) == 0 or not then
        if reset and first:
            visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        for piece in answer if first else then:
            visitor.sendall(piece)

    with listening(serve) as port:
        yield f"http://127.0.0.1:{port}"


def answered(body: bytes, header: bytes = b"", length: int | None = None) -> list[bytes]:
    size = len(body) if length is None else length
    return [HEAD + header + b"Content-Length: %d\r\n\r\n" % size, body]


GZIP = b"Content-Encoding: gzip\r\n"


def refused(said: Result, code: int, words: str) -> None:
    """One clear sentence, on stderr alone, and the exit code of README's table."""
    assert (said.code, said.stdout) == (code, "")
    assert said.stderr.startswith("Error: ")
    assert words in said.stderr
    assert "Traceback" not in said.stderr
    assert "Exception" not in said.stderr


CUT = (
    "The connection to {host} was lost before the response was complete.\n"
    "Check your connection, then try again.\n"
)
NO_JSON = (
    "The response is not the JSON that the API documents (application/json).\n"
    "Is there a proxy in between? Check SCALINGO_API_URL and HTTPS_PROXY.\n"
)
ANSWERS: dict[str, tuple[Iterable[bytes], bool, int, str]] = {
    "reset before a byte": ([], True, 6, CUT),
    "closed before a byte": ([], False, 6, CUT),
    "reset in the head": ([b"HTTP/1.1 200 O"], True, 6, CUT),
    "closed in the head": ([HEAD], False, 1, NO_JSON),
    "reset in the body": (answered(APPS, length=99), True, 6, CUT),
    "truncated body": (answered(APPS, length=99), False, 6, CUT),
    "chunk cut": ([CHUNKED, b"40\r\n{"], False, 6, CUT),
    "no chunk": ([CHUNKED, b"zz\r\n{"], False, 6, CUT),
    "length too short": (answered(APPS, length=9), False, 1, NO_JSON),
    "no HTTP": ([b"SSH-2.0-OpenSSH_9.9\r\n"], False, 6, CUT),
    "endless head": (itertools.repeat(b"X" * 2**16, 99), False, 6, CUT),
    "half of a gzip": (answered(gzip.compress(APPS)[:-12], GZIP), False, 6, CUT),
    "no gzip": (answered(APPS, GZIP), False, 1, "is corrupt: it could not be decompressed."),
    "deep": (answered(b'{"apps": ' + b"[" * 10**6), False, 1, NO_JSON),
    "not UTF-8": (answered(APPS.replace(b"kiosk", b"caf\xe9")), False, 1, "not UTF-8 text"),
    "not a number": (answered(b'{"apps": [NaN]}'), False, 1, NO_JSON),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_an_invalid_response(name: str, scalingo: CommandLine) -> None:
    answer, reset, code, words = ANSWERS[name]
    with server(answer, reset=reset) as url:
        for line in ("apps --no-retry", "apps --no-retry --json"):
            said = scalingo(line, SCALINGO_API_URL=url)
            if "--json" not in line:
                refused(said, code, words.format(host=urlsplit(url).netloc))
            else:
                assert (said.code, said.stdout, said.error["code"]) == (code, "", code)


@pytest.mark.parametrize("name", [name for name in ANSWERS if ANSWERS[name][2] == 6])
def test_a_response_that_is_cut_is_asked_for_again(name: str, scalingo: CommandLine) -> None:
    answer, reset, _, words = ANSWERS[name]
    with server(answer, reset=reset, then=answered(APPS)) as url:
        said = scalingo("apps", SCALINGO_API_URL=url)
    assert (said.code, [row[0] for row in said.lines]) == (0, ["kiosk"])
    lost = words.format(host=urlsplit(url).netloc).splitlines()[0]
    assert said.stderr == f"{lost} Retrying in 1 s (2 of 5).\n"


def test_a_little_that_unpacks_to_much(scalingo: CommandLine) -> None:
    bomb = gzip.compress(bytes(30 * 2**20), 1) * 10  # what follows one another is one body
    with server(answered(bomb, GZIP)) as url:
        refused(scalingo("apps", SCALINGO_API_URL=url), 1, "is larger than 256 MiB")


def test_a_connection_that_is_refused(scalingo: CommandLine) -> None:
    said = scalingo("apps", SCALINGO_API_URL="http://127.0.0.1:1")
    assert (said.code, said.stdout) == (6, "")
    assert said.stderr == (
        "Could not connect to 127.0.0.1:1: Connection refused. Retrying in 1 s (2 of 2).\n"
        "Error: Could not connect to 127.0.0.1:1: Connection refused.\n"
        "Check your connection, then try again.\n"
    )
    error = scalingo("apps --json", SCALINGO_API_URL="http://127.0.0.1:1").error
    assert error == {
        "message": "Could not connect to 127.0.0.1:1: Connection refused.",
        "code": 6,
        "status": None,
        "hint": "Check your connection, then try again.",
        "request_id": None,
        "retryable": True,
        "next_steps": [],
    }


def test_a_name_that_nobody_knows(scalingo: CommandLine) -> None:
    said = scalingo("apps", SCALINGO_API_URL="https://api.nowhere.invalid")
    assert (said.code, said.stdout) == (6, "")
    assert "\nError: Could not resolve the host name api.nowhere.invalid.\n" in said.stderr


def test_a_platform_that_is_silent(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("slow", times=2, delay=5)
    said = scalingo("apps --no-retry", SCALINGO_TIMEOUT="0.2")
    assert (said.code, said.stdout) == (6, "")
    assert said.stderr.endswith(
        " sent nothing for 0.2 s.\nCheck your connection, then try again.\n"
    )
    said = scalingo("apps create tea-room", SCALINGO_TIMEOUT="0.2")
    assert (said.code, said.stdout) == (6, "")
    assert said.stderr.endswith("The change may have been made anyway: check before you retry.\n")


def test_an_answer_without_an_end(scalingo: CommandLine) -> None:
    over = threading.Event()

    def drops() -> Iterator[bytes]:
        yield from answered(b"{", length=10**6)
        while not over.wait(0.02):
            yield b" "

    with server(drops()) as url:
        said = scalingo("apps", SCALINGO_API_URL=url, SCALINGO_DEADLINE="0.5")
        over.set()
    refused(said, 6, "sent no complete response within ")


OK = b"HTTP/1.1 200 OK\r\n"
GZIP_HEAD = b"\x1f\x8b\x08\x08" + bytes(5) + b"\x03"  # a file name follows, up to a zero byte
DRIPS: dict[str, tuple[bytes, bytes]] = {
    "status line": (b"", b"H"),
    "header": (OK + b"X: ", b"x"),
    "headers": (OK, b"X: y\r\n"),
    "100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (HEAD + b"Content-Length: 99999\r\n\r\n", b" "),
    "body without a length": (HEAD + b"Connection: close\r\n\r\n" + APPS, b" "),
    "chunk size": (CHUNKED, b"0"),
    "chunk extension": (CHUNKED + b"5;a=", b"x"),
    "trailers": (CHUNKED + b"1d\r\n" + APPS + b"\r\n0\r\n", b"X: y\r\n"),
    "gzip header": (HEAD + GZIP + b"Content-Length: 99999\r\n\r\n" + GZIP_HEAD, b"x"),
}


@contextlib.contextmanager
def dripping(head: bytes, drop: bytes) -> Iterator[str]:
    """A server whose answer goes on and on, a drop at a time."""
    over = threading.Event()

    def serve(visitor: socket.socket) -> None:
        visitor.recv(2**16)
        visitor.sendall(head)
        while not over.wait(0.02):
            visitor.sendall(drop)

    with listening(serve) as port:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            over.set()


@pytest.mark.parametrize("name", DRIPS)
def test_a_deadline_holds_whatever_drips(name: str, scalingo: CommandLine) -> None:
    with dripping(*DRIPS[name]) as url:
        for line in ("apps", "env set A=1"):
            said = scalingo(line, SCALINGO_API_URL=url, SCALINGO_DEADLINE="0.4")
            refused(said, 6, "sent no complete response within 0.")


@pytest.mark.parametrize("name", ["status line", "headers"])
@pytest.mark.parametrize("line", ["api GET /apps", "logs", "run true", "deployments output d-1"])
def test_a_deadline_holds_up_to_the_head_of_a_stream(
    name: str, line: str, scalingo: CommandLine
) -> None:
    head, drop = DRIPS[name]
    over = threading.Event()
    there: list[str] = []

    def serve(visitor: socket.socket) -> None:
        asked = visitor.recv(2**16)
        link = json.dumps(there[0] + "/dripping").encode()
        body = b'{"logs_url": %s, "attach_url": %s, "deployment": {"links": {"output": %s}}}'
        if b" /v1/" in asked and not asked.startswith(b"GET /v1/apps "):
            content = body % (link, link, link)
            length = b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(content)
            visitor.sendall(HEAD + length + content)
            return
        visitor.sendall(head)
        while not over.wait(0.02):
            visitor.sendall(drop)

    with listening(serve) as port:
        there.append(f"http://127.0.0.1:{port}")
        said = scalingo(line, SCALINGO_API_URL=there[0], SCALINGO_DEADLINE="0.4")
        over.set()
    refused(said, 6, "sent no complete response within 0.")


def test_a_timeout_holds_while_a_stream_brings_nothing(scalingo: CommandLine) -> None:
    with dripping(*DRIPS["gzip header"]) as url:
        said = scalingo("api GET /apps", SCALINGO_API_URL=url, SCALINGO_TIMEOUT="0.4")
    refused(said, 6, "sent nothing for 0.4 s")


@pytest.mark.parametrize("left", [1, 4, 8, 20], ids="without its last {} bytes".format)
def test_a_stream_that_ends_inside_its_compression(left: int, scalingo: CommandLine) -> None:
    lines = b"".join(b"%d\n" % number for number in range(9999))
    packed = gzip.compress(lines)
    with server(answered(packed[:-left], GZIP)) as url:
        said = scalingo("api GET /apps", SCALINGO_API_URL=url)
    assert said.code == 6
    assert lines.startswith(said.raw_stdout)
    assert "was lost before the response was complete" in said.stderr
    with server(answered(packed + gzip.compress(b"the end"), GZIP)) as url:
        said = scalingo("api GET /apps", SCALINGO_API_URL=url)
    assert (said.code, said.raw_stdout) == (0, lines + b"the end")


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:99999/", "http://[::1/", "http://\xff/", "http://a\u2100b/", "http://"],
)
def test_a_redirect_to_what_is_not_an_address(location: str, scalingo: CommandLine) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    with server([head.encode()]) as url:
        said = scalingo("apps", SCALINGO_API_URL=url)
    assert (said.code in {1, 6}, said.stdout) == (True, "")
    assert "Unexpected error" not in said.stderr


def test_a_refusal_is_read_up_to_a_size(scalingo: CommandLine) -> None:
    packed = gzip.compress(bytes(2 * 2**20))
    refusal = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n" % len(packed)
    with server([refusal + GZIP + b"\r\n" + packed]) as url:
        refused(scalingo("apps", SCALINGO_API_URL=url), 1, "is larger than")


@pytest.mark.parametrize("depth", [600, 3000, 10**5])
def test_what_is_nested_deep_is_refused_in_words(depth: int, scalingo: CommandLine) -> None:
    deep = b"[" * depth + b"]" * depth
    body = b'{"error": %s}' % deep
    refusal = b"HTTP/1.1 422 No\r\nContent-Length: %d\r\n\r\n" % len(body)
    for options in ("", "--debug-body"):
        with server([refusal + body]) as url:
            said = scalingo(f"apps {options}", SCALINGO_API_URL=url)
        assert (said.code, "Unexpected error" in said.stderr) == (5, False)
        with server(answered(b'{"apps": [{"a": %s}]}' % deep)) as url:
            said = scalingo(f"apps {options}", SCALINGO_API_URL=url)
        assert (said.code in {0, 1}, "Unexpected error" in said.stderr) == (True, False)


NOT_TRUSTED = (
    "If a proxy uses its own certificate authority, set REQUESTS_CA_BUNDLE to its certificate."
)
CERTIFICATES: dict[str, tuple[str, float, bool, str]] = {
    "another name": ("elsewhere.example", 2, True, "mismatch"),
    "expired": ("127.0.0.1", -1, True, "certificate has expired"),
    "unknown authority": ("127.0.0.1", 2, False, ": self-signed certificate.\n"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_that_proves_nothing(
    name: str, scalingo: CommandLine, tmp_path: Path
) -> None:
    subject, days, known, words = CERTIFICATES[name]
    key = make_key("EC")
    file = tmp_path / "server.pem"
    file.write_text(certify(key, subject, days) + private_pem(key))
    asked: list[socket.socket] = []
    with listening(asked.append) as inside, end_of_tls(file, inside) as port:
        authorities = {"REQUESTS_CA_BUNDLE": str(file)} if known else {}
        there = scalingo.where(SCALINGO_API_URL=f"https://127.0.0.1:{port}")
        said = there("apps --debug", **authorities)
    refused_ = said.stderr.partition("Error: ")[2]
    assert (said.code, said.stdout) == (6, "")
    assert refused_.startswith(f"Could not establish a trusted connection to 127.0.0.1:{port}: ")
    assert words in refused_
    assert refused_.endswith(f"\n{NOT_TRUSTED}\n")
    assert asked == []
    assert said.stderr.count("> GET") == 1  # no second try mends it


def test_a_server_without_tls(scalingo: CommandLine) -> None:
    with server([b"HTTP/1.1 400 Bad Request\r\n\r\n"]) as url:
        said = scalingo("apps", SCALINGO_API_URL=url.replace("http:", "https:"))
    refused(said, 6, f"Could not establish a trusted connection to {urlsplit(url).netloc}: ")
    assert "Retrying" not in said.stderr  # no second try mends it


RIGHT = {
    "large numbers": '{"apps": [{"n": 123456789012345678901234567890, "x": 1e999}]}',
    "digits": '{"apps": [{"n": 5.36870912e+08, "x": 0.30000000000000004440892098500626}]}',
    "duplicate keys": '{"apps": [{"name": "a", "name": "b"}], "apps": []}',
    "escapes": '{"apps": [{"name": "\\ud800 \\u0041 \\ud83d\\ude00 \\/"}]}',
    "no apps": '{"apps": []}',
}


@pytest.mark.parametrize("name", RIGHT)
def test_json_comes_out_as_it_came(name: str, scalingo: CommandLine) -> None:
    with server(answered(RIGHT[name].encode())) as url:
        for line in ("apps --json", "api GET /apps"):
            said = scalingo(line, SCALINGO_API_URL=url)
            assert (said.code, said.stdout.strip()) == (0, RIGHT[name])
        at_terminal = scalingo("apps --json", SCALINGO_API_URL=url, SCALINGO_FORCE_TTY="80")
        for number in ("123456789012345678901234567890", "1e999", "5.36870912e+08"):
            assert (number in at_terminal.stdout) == (number in RIGHT[name])
        assert at_terminal.json == json.loads(RIGHT[name])


def test_100_mb_of_json(scalingo: CommandLine) -> None:
    body = b'{"apps": [{"name": "a", "note": "%s"}]}' % (b"x" * 10**8)
    with server(answered(body)) as url:
        said = scalingo("apps --json", SCALINGO_API_URL=url)
        assert (said.code, len(said.raw_stdout)) == (0, len(body) + 1)
