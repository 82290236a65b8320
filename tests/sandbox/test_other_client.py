"""Another client of the platform, written for it alone: what it does, the sandbox must know.

It has the habits of clients in other languages: a ? at the end of every address, a body even where
there is nothing to say, a request id of its own, bearers kept for most of their hour.
"""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any

from scalingo_cli.sandbox import Sandbox
from tests.sandbox.conftest import Regional


class OtherClient:
    """Knows nothing but the four variables and the platform's documents."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.auth_url = environment["SCALINGO_AUTH_URL"]
        self.api_url = environment["SCALINGO_API_URL"]
        self.db_url = environment["SCALINGO_DB_URL"]
        self.token = environment["SCALINGO_API_TOKEN"]
        self.exchanges = 0
        self._bearer = ""
        self._until = 0.0
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def send(
        self, method: str, url: str, body: Any = None, authorization: str | None = None
    ) -> tuple[int, Mapping[str, str], Any]:
        """The status, the headers and the body of an answer."""
        data = None
        if method in ("POST", "PUT", "PATCH"):
            data = json.dumps(body or {}).encode()
        else:
            url += "?" if "?" not in url else ""
        request = urllib.request.Request(url, data, method=method)  # noqa: S310 - the sandbox's
        request_id = str(uuid.uuid4())
        request.add_header("X-Request-ID", request_id)
        request.add_header("Content-Type", "application/json")
        request.add_header("Accept", "application/json")
        if authorization is None:
            authorization = f"Bearer {self.bearer()}"
        if authorization:
            request.add_header("Authorization", authorization)
        try:
            answer = self._opener.open(request, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode()
            assert answer.headers["X-Request-Id"] == request_id
            is_json = answer.headers.get("Content-Type", "").startswith("application/json")
            return answer.status, answer.headers, json.loads(text) if is_json else text

    def bearer(self) -> str:
        """The bearer of this hour, as its own claims say."""
        if time.time() > self._until - 300:
            self.exchanges += 1
            basic = base64.b64encode(f":{self.token}".encode()).decode()
            url = f"{self.auth_url}/v1/tokens/exchange"
            status, _, document = self.send("POST", url, authorization=f"Basic {basic}")
            assert status == 200
            self._bearer = document["token"]
            claims = self._bearer.split(".")[1]
            claims += "=" * (-len(claims) % 4)
            self._until = json.loads(base64.urlsafe_b64decode(claims))["exp"]
        return self._bearer

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """The document that a request to the region's API is answered with."""
        status, _, document = self.send(method, f"{self.api_url}/v1{path}", body)
        assert status in (200, 201, 204), document
        return document

    def finish(self, app: str, location: str) -> str:
        """How the operation ends whose address was given; its id is all that is taken from it."""
        operation_id = location.rpartition("/")[2]
        while True:
            row = self.api("GET", f"/apps/{app}/operations/{operation_id}")["operation"]
            if row["status"] in ("done", "error"):
                return str(row["status"])
            time.sleep(0.01)


def signed_in(sandbox: Sandbox) -> OtherClient:
    """One who got a token with a password, and has nothing else."""
    client = OtherClient(sandbox.environment())
    basic = base64.b64encode(f"{sandbox.email}:{sandbox.password}".encode()).decode()
    body = {"token": {"name": "other"}}
    url = f"{client.auth_url}/v1/tokens"
    status, _, document = client.send("POST", url, body, authorization=f"Basic {basic}")
    assert status == 201
    client.token = document["token"]["token"]
    return client


def test_it_signs_in_finds_its_region_and_works(regional: Regional) -> None:
    client = signed_in(regional.sandbox)
    _, _, document = client.send("GET", f"{client.auth_url}/v1/regions")
    region = next(each for each in document["regions"] if each["default"])
    assert (region["api"], region["database_api"]) == (client.api_url, client.db_url)
    _, _, document = client.send("GET", f"{client.auth_url}/v1/users/self")
    assert document["user"]["username"] == regional.sandbox.username

    client.api("POST", "/apps", {"app": {"name": "plum-jam"}})
    apps = {app["name"]: app for app in client.api("GET", "/apps")["apps"]}
    assert apps["plum-jam"]["status"] == "new"
    shop = apps["pinecrate-shop"]["id"]

    url = f"{client.api_url}/v1/apps/{shop}/scale"
    status, headers, document = client.send(
        "POST", url, {"containers": [{"name": "web", "amount": 4, "size": "L"}]}
    )
    assert status == 202
    assert client.finish(shop, headers["Location"]) == "done"
    web = client.api("GET", f"/apps/{shop}/containers")["containers"][0]
    assert (web["amount"], web["size"]) == (4, "L")
    running = client.api("GET", f"/apps/{shop}/ps")["containers"]
    assert [row["type_index"] for row in running if row["type"] == "web"] == [1, 2, 3, 4]
    status, headers, _ = client.send("POST", f"{client.api_url}/v1/apps/{shop}/restart")
    assert status == 202
    assert client.finish(shop, headers["Location"]) == "done"

    client.api("PUT", f"/apps/{shop}/variables", {"variables": [{"name": "A", "value": "1"}]})
    rows = client.api("GET", f"/apps/{shop}/variables")["variables"]
    assert [row["value"] for row in rows if row["name"] == "A"] == ["1"]
    assert {row["app_id"] for row in rows} == {shop}
    client.api("DELETE", f"/apps/{shop}/variables?variable_ids[]={rows[-1]['id']}")

    events = client.api("GET", f"/apps/{shop}/events")
    kinds = [event["type"] for event in events["events"]]
    assert kinds[:4] == ["edit_variables", "edit_variables", "restart", "scale"]
    assert events["events"][3]["type_data"]["containers"]["web"] == "4:L"
    assert events["meta"]["pagination"]["previous_page"] is None
    assert client.api("GET", "/events")["events"][0] == events["events"][0]

    address = client.api("GET", f"/apps/{shop}/logs")["logs_url"]
    assert "?token=" in address
    status, _, text = client.send("GET", f"{address}&n=5", authorization="")
    assert status == 200
    assert len(text.splitlines()) == 5
    status, _, refused = client.send("GET", f"{address}&n=5")
    assert status == 400
    assert "no Authorization" in refused["error"]

    listed = client.api("GET", f"/apps/{shop}/deployments")["deployments"]
    newest = client.api("GET", f"/apps/{shop}/deployments/{listed[0]['id']}")["deployment"]
    assert newest == listed[0]
    status, _, text = client.send("GET", newest["links"]["output"])
    assert status == 200
    assert "deployed in" in text

    assert client.exchanges == 1
    assert not regional.sandbox.errors


def test_errors_are_in_the_platforms_words(regional: Regional) -> None:
    client = signed_in(regional.sandbox)

    def said(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        status, _, document = client.send(method, f"{client.api_url}/v1{path}", body)
        return status, document

    assert said("GET", "/apps/nowhere") == (404, {"resource": "app", "error": "not found"})
    assert said("POST", "/apps") == (422, {"errors": {"app": ["missing field"]}})
    too_many = {"containers": [{"name": "web", "amount": 99}]}
    status, document = said("POST", "/apps/pinecrate-shop/scale", too_many)
    assert (status, list(document["errors"])) == (422, ["container-web-amount"])
    regional.sandbox.revoke_bearers()
    status, document = said("GET", "/apps")
    assert (status, list(document)) == (401, ["error"])
    regional.sandbox.limit_rate(0)
    assert said("GET", "/apps") == (429, "Retry later")
