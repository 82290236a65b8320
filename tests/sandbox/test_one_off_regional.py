"""One-off containers of the regional platform: behind an operation, or detached."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.conftest import Regional

APP = "/v1/apps/pinecrate-shop"


def started(regional: Regional, command: str) -> str:
    """The address to attach at, which the operation holds when it is done."""
    regional.sandbox.clock.stop()
    answer = regional("POST", "api", f"{APP}/run", {"command": command}).json()
    path = f"{APP}/operations/{answer['operation']}"
    assert answer["operation_url"] == f"{regional.sandbox.api_url}{path}"
    assert "attach_url" not in answer
    operation = regional("GET", "api", path).json()["operation"]
    assert (operation["type"], operation["status"]) == ("start-one-off", "pending")
    assert "start_one_off_data" not in operation
    regional.sandbox.advance(1)
    data = regional("GET", "api", path).json()["operation"]["start_one_off_data"]
    assert data["container_id"] == answer["container"]["id"]
    return str(data["attach_url"])


@contextlib.contextmanager
def attached(regional: Regional, url: str) -> Iterator[socket.socket]:
    """A connection to a container, after the answer's head."""
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    basic = b64encode(f":{regional.bearer}".encode()).decode()
    with socket.create_connection((name, int(port)), timeout=20) as connection:
        head = f"CONNECT /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {basic}\r\n\r\n"
        connection.sendall(head.encode())
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += connection.recv(1)
        assert heard.startswith(b"HTTP/1.1 200 ")
        yield connection


def test_the_address_takes_the_bearer_and_is_of_another_host(regional: Regional) -> None:
    url = started(regional, "cat; exit 4")
    assert url.startswith(f"{regional.sandbox.links_url}/attach/")
    for auth in (("", regional.sandbox.token), ("noor", regional.bearer)):
        assert regional("GET", f"{url}/wait", "", auth=auth).status_code == 401
    assert regional("GET", f"{url}/wait", "").status_code == 401
    with attached(regional, url) as connection:
        rows = regional("GET", "api", f"{APP}/ps").json()["containers"]
        assert (rows[-1]["type"], rows[-1]["state"]) == ("one-off", "running")
        connection.sendall(b"plums\n")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b"plums\n"
    waited = regional("GET", f"{url}/wait", "", auth=("", regional.bearer))
    assert waited.json() == {"exit_code": 4}
    assert all(row["type"] != "one-off" for row in ps(regional))


def ps(regional: Regional) -> Any:
    return regional("GET", "api", f"{APP}/ps").json()["containers"]


def test_an_operation_can_fail_to_start_one(regional: Regional) -> None:
    regional.sandbox.end_next_operation("error", "no room")
    answer = regional("POST", "api", f"{APP}/run", {"command": "true"}).json()
    regional.sandbox.advance(1)
    operation = regional("GET", "api", f"{APP}/operations/{answer['operation']}").json()[
        "operation"
    ]
    assert (operation["status"], operation["error"]) == ("error", "no room")
    assert "start_one_off_data" not in operation
    assert all(row["type"] != "one-off" for row in ps(regional))
    assert regional("GET", "api", APP).json()["app"]["status"] == "running"


def test_an_idle_client_gets_a_timeout(regional: Regional) -> None:
    url = started(regional, "cat")
    with attached(regional, url) as connection:
        answers = []
        auth = ("", regional.bearer)
        waiting = threading.Thread(
            target=lambda: answers.append(regional("GET", f"{url}/wait", "", auth=auth))
        )
        waiting.start()
        regional.sandbox.idle_out()
        assert connection.recv(10) == b""
        waiting.join(20)
    assert [answer.status_code for answer in answers] == [408]
    assert answers[0].text == "Request Timeout"


def eventually_logged(regional: Regional, text: str) -> bool:
    deadline = time.monotonic() + 60
    app = regional.sandbox.store.apps[0]
    while time.monotonic() < deadline:
        if any(text in said for _, source, said in app.logs if source == "one-off-1"):
            return True
        time.sleep(0.01)
    return False


def test_a_detached_one_runs_by_itself_and_is_heard_in_the_logs(regional: Regional) -> None:
    body = {"command": "echo $CONTAINER of $APP; sleep 0 & exit 3", "detached": True}
    answer = regional("POST", "api", f"{APP}/run", body).json()
    assert list(answer) == ["container"]
    assert answer["container"]["label"] == "one-off-1"
    assert eventually_logged(regional, "one-off-1 of pinecrate-shop")
    event = regional("GET", "api", f"{APP}/events?per_page=1").json()["events"][0]
    assert event["type_data"]["detached"] is True


def test_one_can_be_stopped(regional: Regional) -> None:
    body = {"command": "echo here; sleep 1000", "detached": True}
    row = regional("POST", "api", f"{APP}/run", body).json()["container"]
    assert eventually_logged(regional, "here")
    assert [each["id"] for each in ps(regional) if each["type"] == "one-off"] == [row["id"]]
    path = f"{APP}/containers/{row['id']}/stop"
    assert regional("POST", "api", path).status_code == 202
    assert all(each["type"] != "one-off" for each in ps(regional))
    assert regional("POST", "api", path).status_code == 404


@pytest.mark.parametrize("detached", [1, "yes", None])
def test_detached_is_true_or_false(regional: Regional, detached: Any) -> None:
    body = {"command": "true", "detached": detached}
    assert regional("POST", "api", f"{APP}/run", body).status_code == 422
