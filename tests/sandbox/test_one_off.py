"""One-off containers over plain sockets, so that these tests trust nothing of our own client."""

from __future__ import annotations

import contextlib
import os
import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.processes import eventually, gone
from tests.sandbox.conftest import Http

RUN = "/v1/apps/pinecrate-shop/run"


class Visit:
    """One who attaches at a path of the sandbox; `early` goes out with the request's head."""

    def __init__(self, sandbox: Sandbox, path: str, early: bytes = b"") -> None:
        self.path = path
        self._heard = b""
        host, port = sandbox.url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        basic = b64encode(f":{sandbox.token}".encode()).decode()
        head = f"CONNECT {self.path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {basic}\r\n"
        self.socket.sendall(f"{head}\r\n".encode() + early)

    def until(self, text: bytes) -> bytes:
        """Read until `text` has come."""
        while text not in self._heard:
            more = self.socket.recv(65536)
            assert more, self._heard
            self._heard += more
        return self._heard

    def all(self) -> bytes:
        """Read to the end; what came after the head."""
        while more := self.socket.recv(65536):
            self._heard += more
        return self._heard.partition(b"\r\n\r\n")[2]


def run(sandbox: Sandbox, http: Http, command: str, **env: str) -> str:
    """The path to attach at."""
    url: str = http("POST", RUN, {"command": command, "env": env}).json()["attach_url"]
    return url.removeprefix(sandbox.url)


Attach = Callable[..., Visit]


@pytest.fixture
def visit(sandbox: Sandbox, http: Http) -> Iterator[Attach]:
    with contextlib.ExitStack() as stack:

        def start(command: str = "", early: bytes = b"", path: str = "", **env: str) -> Visit:
            visit = Visit(sandbox, path or run(sandbox, http, command, **env), early)
            stack.enter_context(visit.socket)
            return visit

        yield start


def test_a_container_answers_from_the_first_byte_and_leaves_an_event(
    visit: Attach, http: Http
) -> None:
    attached = visit("tr a-z A-Z; echo $EXTRA $SHOP_ENV $APP; exit 3", b"early, ", EXTRA="more")
    attached.socket.sendall(b"late\n")
    attached.socket.shutdown(socket.SHUT_WR)
    assert attached.all() == b"EARLY, LATE\nmore production pinecrate-shop\n"
    assert http("GET", f"{attached.path}/wait").json() == {"exit_code": 3}
    event = http("GET", "/v1/apps/pinecrate-shop/events").json()["events"][0]
    assert event["type"] == "run"
    assert event["type_data"]["command"].startswith("tr a-z A-Z")


def test_nothing_of_the_sandboxs_own_environment_gets_in(
    visit: Attach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWN_SECRET", "hunter2")
    attached = visit("printenv OWN_SECRET || echo none; ls -A; pwd; echo $HOME")
    attached.socket.shutdown(socket.SHUT_WR)
    none, place, home = attached.all().decode().splitlines()
    assert none == "none"
    assert place == home
    assert not Path(home).exists()


def test_ten_mebibytes_pass_both_ways_unchanged(visit: Attach) -> None:
    data = os.urandom(10 * 2**20)
    attached = visit("cat")
    attached.socket.setblocking(False)
    sent, heard = 0, b""
    while len(heard.partition(b"\r\n\r\n")[2]) < len(data):
        try:
            sent += attached.socket.send(data[sent : sent + 2**16]) if sent < len(data) else 0
            heard += attached.socket.recv(2**20)
        except BlockingIOError:
            continue
    assert heard.partition(b"\r\n\r\n")[2] == data


def test_with_term_there_is_a_terminal_that_can_be_resized(visit: Attach, http: Http) -> None:
    attached = visit("stty -echo; trap 'stty size' WINCH; tty; while :; do read l; done", TERM="vt")
    attached.until(b"/dev/")
    http("PUT", attached.path, {"width": 101, "height": 33})
    assert b"33 101" in attached.until(b"33 101")
    assert http("PUT", attached.path, {"width": 0, "height": 33}).status_code == 422
    assert http("PUT", attached.path, {"width": 80}).status_code == 422


def test_when_the_visitor_hangs_up_all_that_was_started_ends(visit: Attach) -> None:
    attached = visit("trap '' HUP; sleep 1000 & echo pid $! $$ end; wait", TERM="vt")
    children = attached.until(b"end").partition(b"pid ")[2].split()[:2]
    assert not any(gone(int(child)) for child in children)
    attached.socket.close()
    for child in children:
        eventually(lambda pid=int(child): gone(pid))  # type: ignore[misc] # mypy infers no lambda


def test_what_a_command_leaves_running_does_not_outlive_it(visit: Attach) -> None:
    attached = visit("sleep 1000 & echo $!")
    child = int(attached.all())
    eventually(lambda: gone(child))


def test_uploads_are_where_the_platform_has_them(
    visit: Attach, http: Http, sandbox: Sandbox
) -> None:
    data = os.urandom(3 * 2**20) + b"\r\n--"
    command = "cat /tmp/uploads/a.bin; ls $TMPDIR/uploads"
    address = http("POST", RUN, {"command": command}).json()["attach_url"]
    path = address.removeprefix(sandbox.url)
    for name in ("a.bin", "../b"):
        form = {"file": (name, data)}
        assert http("POST", f"{path}/files", files=form).status_code == 200
    for form in ({"other": ("c", data)}, {"file": ("..", data)}):
        assert http("POST", f"{path}/files", files=form).status_code == 400
    two = [("file", ("c", data)), ("file", ("d", data))]
    assert http("POST", f"{path}/files", files=two).status_code == 400
    assert http("POST", f"{path}/files", {"file": "x"}).status_code == 400
    assert visit(path=path).all() == data + b"a.bin\nb\n"


def test_an_address_is_for_one_visit_by_one_who_may(
    visit: Attach, http: Http, sandbox: Sandbox
) -> None:
    def nobody(request: Any) -> Any:
        return request

    attached = visit("cat")
    attached.until(b"200 OK")
    for method, auth, status in (
        ("CONNECT", ("", sandbox.token), 404),
        ("CONNECT", nobody, 401),
        ("PUT", nobody, 401),
        ("PUT", ("", sandbox.unverified_token), 404),
    ):
        body = {"width": 80, "height": 24} if method == "PUT" else None
        assert http(method, attached.path, body, auth=auth).status_code == status
    form = {"file": ("a", b"x")}
    assert http("POST", f"{attached.path}/files", files=form).status_code == 404
    assert http("GET", "/attach/0123456789/wait").status_code == 404
    attached.socket.shutdown(socket.SHUT_WR)
    attached.all()
    size = {"width": 80, "height": 24}
    assert http("PUT", attached.path, size).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "command"),
        ({"command": " "}, "command"),
        ({"command": "a\0b"}, "command"),
        ({"command": "a", "size": "XS"}, "size"),
        ({"command": "a", "env": {"A": 1}}, "env"),
        ({"command": "a", "env": {"A=B": "1"}}, "env"),
        ({"command": "a", "detached": True}, "detached"),
    ],
)
def test_what_cannot_be_run_is_refused(http: Http, body: dict[str, Any], field: str) -> None:
    refusal = http("POST", RUN, body)
    assert refusal.status_code == 422
    assert list(refusal.json()["errors"]) == [field]


def test_there_are_ten_at_a_time_and_half_an_hour_to_attach(http: Http, sandbox: Sandbox) -> None:
    for _ in range(10):
        assert http("POST", RUN, {"command": "true"}).status_code == 200
    assert http("POST", RUN, {"command": "true"}).status_code == 422
    sandbox.advance(31 * 60)
    assert http("POST", RUN, {"command": "true"}).status_code == 200
    never = "/v1/apps/pinecrate-next/run"
    assert http("POST", never, {"command": "true"}).status_code == 422


def test_the_attached_can_be_cut_off(visit: Attach, http: Http) -> None:
    attached = visit("echo pid $$ end; exec sleep 1000")
    pid = int(attached.until(b"end").partition(b"pid ")[2].split()[0])
    assert http("DELETE", "/_sandbox/attached").status_code == 204
    with pytest.raises(ConnectionResetError):
        attached.all()
    assert gone(pid)


def test_nothing_is_left_when_the_sandbox_ends() -> None:
    import requests

    with Sandbox(protocol="legacy") as sandbox, requests.Session() as session:
        session.trust_env = False
        session.auth = ("", sandbox.token)

        def http(method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
            return session.request(method, sandbox.url + path, json=json, **more)

        command = "trap '' HUP; echo pid $$ end; while :; do sleep 1; done"
        attached = Visit(sandbox, run(sandbox, http, command))
        with attached.socket:
            pid = int(attached.until(b"end").partition(b"pid ")[2].split()[0])
            http("POST", RUN, {"command": "never attached to"})
            sandbox.__exit__(None, None, None)
    assert gone(pid)
    assert not sandbox.errors
