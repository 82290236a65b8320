"""The regional platform: who signs in how, what is accepted where, and what is no longer."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests

from scalingo_cli.sandbox import Sandbox
from tests.ports import reserved
from tests.sandbox.conftest import Regional


def claims(bearer: str) -> Any:
    """What a JSON Web Token says, its signature aside."""
    head, payload, _ = (base64.urlsafe_b64decode(part + "==") for part in bearer.split("."))
    assert json.loads(head) == {"typ": "JWT", "alg": "HS512"}
    return json.loads(payload)


def test_a_password_makes_a_token_that_is_shown_once(regional: Regional) -> None:
    sandbox = regional.sandbox
    body = {"token": {"name": "quince"}}
    made = regional("POST", "auth", "/v1/tokens", body, auth=(sandbox.email, sandbox.password))
    assert made.status_code == 201
    token = made.json()["token"]
    assert token["token"].startswith("tk-us-")
    listed = regional("GET", "auth", "/v1/tokens").json()["tokens"]
    assert [row["name"] for row in listed] == ["sandbox", "laptop", "quince"]
    assert "token" not in listed[-1]
    shown = regional("GET", "auth", f"/v1/tokens/{token['id']}").json()["token"]
    assert shown == listed[-1] | {"issued_at": token["issued_at"]}
    bearer = regional.exchange(token["token"])
    assert regional("GET", "api", "/v1/apps", bearer=bearer).status_code == 200


@pytest.mark.parametrize(
    ("password", "code", "status", "error"),
    [
        ("wrong", None, 401, "Invalid credentials"),
        ("wrong", Sandbox.otp_code, 401, "Invalid credentials"),
        ("right", None, 401, "OTP Required"),
        ("right", "000000", 401, "Invalid credentials"),
        ("right", Sandbox.otp_code, 201, None),
    ],
)
def test_two_factors(
    regional: Regional, password: str, code: str | None, status: int, error: str | None
) -> None:
    headers = {"X-Authorization-OTP": code} if code else {}
    body = {"token": {"name": "quince"}}
    right = regional.sandbox.otp_password
    auth = (Sandbox.otp_email, right if password == "right" else password)
    answer = regional("POST", "auth", "/v1/tokens", body, auth=auth, headers=headers)
    assert (answer.status_code, answer.json().get("error")) == (status, error)
    assert Sandbox.otp_code not in json.dumps(
        [dict(request.headers) for request in regional.sandbox.requests]
    )


def test_a_bearer_is_a_web_token_for_an_hour(regional: Regional) -> None:
    said = claims(regional.bearer)
    assert list(said) == ["iss", "iat", "uuid", "rnd", "exp"]
    assert (said["iss"], said["exp"]) == ("Scalingo", said["iat"] + 3600)
    user = regional("GET", "auth", "/v1/users/self").json()["user"]
    assert said["uuid"] == user["id"]
    regional.sandbox.advance(3540)
    assert regional("GET", "api", "/v1/apps").status_code == 200
    regional.sandbox.advance(60)
    assert regional("GET", "api", "/v1/apps").status_code == 401
    assert regional("GET", "api", "/v1/apps", bearer=regional.exchange()).status_code == 200


def test_what_ends_a_bearer(regional: Regional) -> None:
    def status() -> int:
        return regional("GET", "api", "/v1/apps").status_code

    assert status() == 200
    regional.sandbox.revoke_bearers()
    assert status() == 401
    regional.bearer = regional.exchange()
    [own, *_] = regional("GET", "auth", "/v1/tokens").json()["tokens"]
    renewed = regional("PATCH", "auth", f"/v1/tokens/{own['id']}/renew").json()["token"]
    assert status() == 401
    assert regional.exchanged(regional.sandbox.token).json() == {"error": "Invalid credentials"}
    regional.bearer = regional.exchange(renewed["token"])
    assert status() == 200
    assert regional("DELETE", "auth", f"/v1/tokens/{own['id']}").status_code == 204
    assert status() == 401
    assert regional.exchanged(renewed["token"]).status_code == 401


def test_what_is_no_bearer_opens_nothing(regional: Regional) -> None:
    with Sandbox() as other:
        foreign = Regional(other).bearer
    head, payload, signature = regional.bearer.split(".")
    longer = claims(regional.bearer) | {"exp": 2**33}
    forged = base64.urlsafe_b64encode(json.dumps(longer).encode()).rstrip(b"=").decode()
    for text in (
        foreign,
        f"{head}.{forged}.{signature}",
        f"{head}.{payload}.",
        "",
        "a.b",
        "é",
        regional.sandbox.token,
    ):
        refused = regional("GET", "api", "/v1/apps", headers={"Authorization": f"Bearer {text}"})
        assert refused.status_code == 401
        assert list(refused.json()) == ["error"]
    for auth in (
        ("", regional.sandbox.token),
        (Sandbox.email, regional.sandbox.password),
        ("", regional.bearer),
    ):
        assert regional("GET", "api", "/v1/apps", auth=auth).status_code == 401


def test_bearers_can_be_shorter(regional: Regional) -> None:
    regional.sandbox.shorten_bearers(-1)
    assert regional("GET", "api", "/v1/apps", bearer=regional.exchange()).status_code == 401


def test_the_one_does_not_speak_as_the_other(sandbox: Sandbox, regional: Regional) -> None:
    bearer = {"Authorization": f"Bearer {regional.bearer}"}
    assert requests.get(f"{sandbox.url}/v1/apps", headers=bearer, timeout=9).status_code == 401
    exchange = requests.post(f"{sandbox.url}/v1/tokens/exchange", auth=("", "x"), timeout=9)
    assert exchange.status_code == 404
    user = {"login": sandbox.email, "password": sandbox.password}
    assert regional("POST", "api", "/v1/users/sign_in", {"user": user}).status_code == 404
    assert regional("GET", "api", "/v1/account/keys").status_code == 404
    assert regional("GET", "api", "/v1/keys").status_code == 404
    assert regional("GET", "auth", "/v1/apps").status_code == 404


def test_what_the_authentication_api_does_not_know_is_a_page(regional: Regional) -> None:
    for method, path in (
        ("GET", "/v1/keys/wrong"),
        ("DELETE", "/v1/keys/wrong"),
        ("DELETE", "/v1/tokens/wrong"),
        ("PATCH", "/v1/tokens/wrong/renew"),
    ):
        missing = regional(method, "auth", path)
        assert missing.status_code == 404
        assert missing.headers["Content-Type"].startswith("text/html")


def test_each_region_has_its_own_host_and_apps(regional: Regional) -> None:
    regions = regional("GET", "auth", "/v1/regions").json()["regions"]
    assert [region["default"] for region in regions] == [True, False]
    assert regions[0]["api"] == regional.sandbox.api_url
    names = []
    for region in regions:
        apps = regional("GET", region["api"], "/v1/apps").json()["apps"]
        assert {app["region"] for app in apps} == {region["name"]}
        names += [app["name"] for app in apps]
    assert len(set(names)) == len(names) > len(apps) > 0
    assert regional("GET", regions[1]["api"], "/v1/apps/pinecrate-shop").status_code == 404
    assert [request.service for request in regional.sandbox.requests] == [
        "auth",
        "api",
        "api",
        "api",
    ]
    assert {request.region for request in regional.sandbox.requests[2:]} == {"osc-secnum-fr1"}
    with Sandbox(region="osc-secnum-fr1") as sandbox:
        there = Regional(sandbox)
        assert there("GET", "api", "/v1/apps/pinecrate-shop").json()["app"]["region"] == (
            sandbox.region
        )


def test_requests_are_recorded_without_their_secrets(regional: Regional) -> None:
    regional("GET", "api", "/v1/apps")
    regional.exchange()
    seen = [request.headers["authorization"] for request in regional.sandbox.requests]
    assert seen == ["Bearer <bearer of noor>", "Basic <token of noor>"]


def test_a_fault_spares_the_exchange_unless_it_is_meant(regional: Regional) -> None:
    regional.sandbox.fail_next("503")
    regional.exchange()
    assert regional("GET", "auth", "/v1/regions").status_code == 503
    regional.sandbox.fail_next("503", service="api")
    assert regional("GET", "auth", "/v1/regions").status_code == 200
    assert regional("GET", "api", "/v1/apps").status_code == 503
    regional.sandbox.fail_next("503", path="/v1/tokens/exchange")
    assert regional("GET", "api", "/v1/apps").status_code == 200
    assert regional.exchanged(regional.sandbox.token).status_code == 503


def test_it_is_controlled_over_http_too(regional: Regional) -> None:
    def control(method: str, name: str, body: Any = None) -> requests.Response:
        return regional(method, "auth", f"/_sandbox{name}", body)

    told = control("GET", "").json()
    assert (told["protocol"], told["auth_url"]) == ("regional", regional.sandbox.auth_url)
    assert told["otp_code"] == Sandbox.otp_code
    added = control("POST", "/events", {"type": "crash"})
    assert added.status_code == 201
    newest = regional("GET", "api", "/v1/apps/pinecrate-shop/events?per_page=1").json()["events"]
    assert newest == [added.json()["event"]]
    [seen] = control("GET", "/requests").json()["requests"]
    assert seen["host"] == {"service": "api", "region": "osc-fr1"}
    for name, bad in (
        ("/events", {"type": "no such"}),
        ("/regions", {"region": "moon"}),
        ("/archives", {"outcome": "eaten"}),
    ):
        assert control("POST", name, bad).status_code == 422
    for name, body, status in (
        ("/archives", {"outcome": "crashed-error"}, 200),
        ("/rate", {"requests": 0}, 429),
        ("/rate", {"requests": None}, 200),
        ("/regions", {"region": "osc-fr1"}, 403),
    ):
        assert control("POST", name, body).status_code == 204
        assert regional("GET", "api", "/v1/apps").status_code == status
    assert control("POST", "/reset", {}).status_code == 204
    regional.bearer = regional.exchange()
    assert regional("GET", "api", "/v1/apps").status_code == 200
    assert control("DELETE", "/bearers").status_code == 204
    assert regional("GET", "api", "/v1/apps").status_code == 401
    assert control("POST", "/bearers", {"seconds": -1}).status_code == 204
    assert regional("GET", "api", "/v1/apps", bearer=regional.exchange()).status_code == 401
    assert control("POST", "/bearers", {"seconds": "long"}).status_code == 422


def test_the_environment_leads_there(regional: Regional) -> None:
    sandbox = regional.sandbox
    assert sandbox.environment() == {
        "SCALINGO_REGION": "osc-fr1",
        "SCALINGO_AUTH_URL": sandbox.auth_url,
        "SCALINGO_API_URL": sandbox.api_url,
        "SCALINGO_DB_URL": sandbox.db_url,
        "SCALINGO_DB_API_URL": sandbox.db_url,
        "SCALINGO_API_TOKEN": sandbox.token,
        "SCALINGO_TOKEN": sandbox.token,
        "SCALINGO_SSH": str(sandbox.ssh),
        "SCALINGO_SSH_HOST": "127.0.0.1:22",
        "SCALINGO_SSH_HOST_KEY": "",
        "SCALINGO_SANDBOX": "1",
        "SCALINGO_SANDBOX_SECRET": sandbox.secret,
    }


@pytest.mark.parametrize("bad", [{"protocol": "version 2"}, {"region": "moon"}, {"port": 65535}])
def test_there_is_no_such_sandbox(bad: dict[str, Any]) -> None:
    with pytest.raises((ValueError, OSError)):
        Sandbox(**{"protocol": "regional", **bad})


def test_it_listens_as_all_of_its_hosts_or_as_none() -> None:
    with reserved(6) as port:
        with Sandbox(protocol="legacy", port=port + 3), pytest.raises(OSError, match="in use"):
            Sandbox(port=port)
        with Sandbox(protocol="legacy", port=port) as sandbox:
            assert sandbox.url.endswith(f":{port}")
