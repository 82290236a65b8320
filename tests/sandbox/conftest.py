"""Plain HTTP clients for the sandbox, so that these tests trust nothing of our own client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest
import requests
from requests.auth import AuthBase

from scalingo_cli.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Http(Protocol):
    def __call__(self, method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
        """Send one request to the sandbox as its main user."""


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """The legacy API, which `http` speaks; the fixture `regional` has a sandbox of its own."""
    with Sandbox(operation_seconds=0.1, protocol="legacy", strict=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def used_home() -> dict[Path, bytes]:
    """A home for that one: the client leaves nothing there."""
    return {}


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[Http]:
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("", sandbox.token)

        def send(method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
            more.setdefault("allow_redirects", False)
            if path.startswith("/_sandbox"):
                more.setdefault("auth", WithSecret(sandbox))
            return session.request(method, sandbox.url + path, json=json, **more)

        yield send


class WithSecret(AuthBase):
    """Signs a request to the controls of a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._secret = sandbox.secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._secret}"
        return request


class Regional:
    """One who speaks to the regional platform with a `bearer`, by default the main user's."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._session = requests.Session()
        self._session.trust_env = False
        self._hosts = {"auth": sandbox.auth_url, "api": sandbox.api_url, "db": sandbox.db_url}
        self.bearer = self.exchange()
        sandbox.clear_requests()

    def __call__(
        self, method: str, host: str, path: str, json: Any = None, **more: Any
    ) -> requests.Response:
        """Send one request to a host, by its service or its URL."""
        headers = dict(more.pop("headers", {}))
        if path.startswith("/_sandbox"):
            more.setdefault("auth", WithSecret(self.sandbox))
        bearer = more.pop("bearer", self.bearer)
        if "auth" not in more:
            headers.setdefault("Authorization", f"Bearer {bearer}")
        more.setdefault("allow_redirects", False)
        url = f"{self._hosts.get(host, host)}{path}"
        encoded = {name: value.encode() for name, value in headers.items()}
        return self._session.request(method, url, json=json, headers=encoded, **more)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def exchanged(self, token: str) -> requests.Response:
        """The answer to a token that is to be exchanged for a bearer."""
        return self._session.post(f"{self.sandbox.auth_url}/v1/tokens/exchange", auth=("", token))

    def exchange(self, token: str | None = None) -> str:
        """A bearer in exchange for a token, by default the main user's."""
        return str(self.exchanged(token or self.sandbox.token).json()["token"])


@pytest.fixture(scope="session")
def running_regional() -> Iterator[Sandbox]:
    with Sandbox(operation_seconds=0.1, strict=True) as sandbox:
        yield sandbox


@pytest.fixture
def regional(running_regional: Sandbox) -> Iterator[Regional]:
    """The regional platform with its starting data; a defect of its own fails the test."""
    running_regional.reset()
    visitor = Regional(running_regional)
    yield visitor
    visitor.close()
    assert not running_regional.errors


@pytest.fixture(scope="session")
def running_lenient() -> Iterator[Sandbox]:
    with Sandbox(operation_seconds=0.1) as sandbox:
        yield sandbox


@pytest.fixture
def lenient(running_lenient: Sandbox) -> Iterator[Regional]:
    """The regional platform as other clients meet it: what it does not know, it ignores."""
    running_lenient.reset()
    visitor = Regional(running_lenient)
    yield visitor
    visitor.close()
    assert not running_lenient.errors
