"""The wire: who may ask, what is refused, what is recorded, and how answers are spoilt."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import requests

from scalingo_cli.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Http


def test_it_serves_only_this_machine(sandbox: Sandbox) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")
    assert {server.socket.getsockname()[0] for server in sandbox._servers} == {"127.0.0.1"}


def test_every_route_but_the_public_ones_needs_the_token(http: Http, sandbox: Sandbox) -> None:
    refused = [("", "wrong"), ("noor", sandbox.password), ("x", sandbox.token)]
    for auth in [lambda request: request, *refused]:
        response = http("GET", "/v1/apps", auth=auth)
        assert response.status_code == 401
        assert list(response.json()) == ["error"]


def test_the_catalogue_is_public_and_longer_when_signed_in(http: Http) -> None:
    public = http("GET", "/v1/addon_providers", auth=lambda request: request).json()
    signed_in = http("GET", "/v1/addon_providers").json()
    assert 0 < len(public["addon_providers"]) < len(signed_in["addon_providers"])


def test_signing_in_takes_an_e_mail_or_a_user_name(sandbox: Sandbox, http: Http) -> None:
    for login in (sandbox.email, sandbox.username):
        user = {"login": login, "password": sandbox.password}
        response = http("POST", "/v1/users/sign_in", {"user": user})
        assert response.status_code == 201
        assert response.json()["authentication_token"] == sandbox.token
    refused = http("POST", "/v1/users/sign_in", {"user": user | {"password": "no"}})
    assert refused.status_code == 401
    assert refused.json()["success"] is False
    assert http("GET", "/v1/users/self").json()["user"]["email"] == sandbox.email


def test_what_no_client_should_send_is_refused_loudly(http: Http) -> None:
    assert http("GET", "/v1/app").status_code == 404
    refused = http("PUT", "/v1/apps")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert http("GET", "/v1/apps?pages=2").status_code == 400
    assert http("GET", "/v1/apps?page=2&page=3").status_code == 400
    assert http("GET", "/v1/apps", {"app": {}}).status_code == 400
    json = {"Content-Type": "application/json"}
    assert http("POST", "/v1/apps", data="{", headers=json).status_code == 400
    assert http("POST", "/v1/apps", data="{}").status_code == 400
    for body, errors in (
        ([], {"app": ["missing field"]}),
        ({"app": []}, {"app": ["should be an object"]}),
        ({"app": {}}, {"name": ["missing field"]}),
        ({"app": {"name": "crates", "nmae": 1}}, {"nmae": ["unknown field"]}),
        ({"app": {"name": 12}}, {"name": ["should be a string"]}),
    ):
        response = http("POST", "/v1/apps", body)
        assert (response.status_code, response.json()) == (422, {"errors": errors})


def test_head_is_get_without_the_body(http: Http) -> None:
    got, head = (http(method, "/v1/apps/pinecrate-api") for method in ("GET", "HEAD"))
    assert head.content == b""
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    assert http("HEAD", "/v1/apps/nowhere").status_code == 404


def test_requests_are_recorded_without_their_tokens(sandbox: Sandbox, http: Http) -> None:
    response = http("POST", "/v1/apps", {"app": {"name": "x"}}, headers={"X-Request-ID": "r1"})
    assert response.headers["X-Request-Id"] == "r1"
    (received,) = sandbox.requests
    assert (received.method, received.path, received.status) == ("POST", "/v1/apps", 422)
    assert received.json == {"app": {"name": "x"}}
    assert received.headers["authorization"] == "Basic <token of noor>"
    shown = http("GET", "/_sandbox/requests").json()["requests"]
    assert shown[0]["body"] == received.body.decode()
    sandbox.clear_requests()
    assert sandbox.requests == []


@pytest.mark.parametrize(
    ("kind", "status", "content_type"),
    [
        ("503", 503, "text/plain; charset=utf-8"),
        ("429", 429, "text/plain; charset=utf-8"),
        ("500", 500, "application/json; charset=utf-8"),
        ("502", 502, "text/html; charset=utf-8"),
        ("403", 403, "application/json; charset=utf-8"),
        ("html", 200, "text/html; charset=utf-8"),
        ("garbage", 200, "application/json; charset=utf-8"),
    ],
)
def test_an_answer_can_be_spoilt(
    sandbox: Sandbox, http: Http, kind: str, status: int, content_type: str
) -> None:
    sandbox.fail_next(kind, method="GET", path="/v1/apps", retry_after=2)
    assert http("GET", "/v1/users/self").status_code == 200
    response = http("GET", "/v1/apps")
    assert (response.status_code, response.headers["Content-Type"]) == (status, content_type)
    assert http("GET", "/v1/apps").json()["apps"]


def test_connections_can_break(sandbox: Sandbox, http: Http) -> None:
    for kind in ("cut", "cut_body"):
        sandbox.fail_next(kind)
        with pytest.raises(requests.RequestException):
            http("GET", "/v1/apps")
    sandbox.fail_next("cut", executed=True)
    with pytest.raises(requests.RequestException):
        http("POST", "/v1/apps", {"app": {"name": "made-anyway"}})
    assert http("GET", "/v1/apps/made-anyway").status_code == 200


def test_faults_can_be_set_over_http(http: Http) -> None:
    fault = {"kind": "redirect", "location": "http://elsewhere.example/", "times": 2}
    assert http("POST", "/_sandbox/faults", fault).status_code == 204
    assert http("GET", "/v1/apps").headers["Location"] == "http://elsewhere.example/"
    assert http("GET", "/_sandbox/faults").json()["faults"][0]["times"] == 1
    assert http("DELETE", "/_sandbox/faults").status_code == 204
    assert http("GET", "/v1/apps").status_code == 200
    assert http("POST", "/_sandbox/faults", {"kind": "none"}).status_code == 422


def test_a_slow_answer_does_not_hold_up_the_end() -> None:
    with Sandbox(protocol="legacy") as sandbox:
        sandbox.fail_next("slow", delay=86_400)  # a test has far less time
        address = sandbox.url.removeprefix("http://").split(":")
        with socket.create_connection((address[0], int(address[1]))) as connection:
            connection.sendall(b"GET /v1/apps HTTP/1.1\r\nHost: localhost\r\n\r\n")
            while not sandbox.requests:
                time.sleep(0.01)
    assert not sandbox.errors


def test_the_starting_data_is_the_same_each_time_and_comes_back(
    sandbox: Sandbox, http: Http
) -> None:
    documents = []
    for _ in range(2):
        with Sandbox(protocol="legacy", now=datetime(2026, 3, 4, tzinfo=UTC)) as another:
            url = f"{another.url}/v1/apps/{another.main_app}"
            documents.append(
                [
                    requests.get(f"{url}/{name}", auth=("", another.token), timeout=9).text
                    for name in ("events", "variables", "collaborators", "domains", "addons")
                ]
            )
    assert documents[0] == documents[1]
    before = http("GET", "/v1/apps").json()
    http("POST", "/v1/apps", {"app": {"name": "one-more"}})
    http("POST", "/_sandbox/reset", {})
    assert http("GET", "/v1/apps").json() == before


def test_its_main_app_can_have_another_name() -> None:
    for name in ("my-first-app", "pinecrate-api"):
        with Sandbox(protocol="legacy", main_app=name) as sandbox:
            apps = requests.get(f"{sandbox.url}/v1/apps", auth=("", sandbox.token), timeout=9)
            names = [app["name"] for app in apps.json()["apps"]]
            assert names[0] == name == sandbox.main_app
            assert len(set(names)) == len(names)


def test_a_defect_of_the_sandbox_is_kept_for_the_tests(sandbox: Sandbox, http: Http) -> None:
    sandbox.store.apps[0].formation = None  # type: ignore[assignment]  # to break it
    assert http("GET", "/v1/apps").status_code == 500
    assert "TypeError" in sandbox.errors.pop()
