"""A plain HTTP client for the sandbox, so that these tests trust nothing of our own client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.sandbox import Sandbox


class Http(Protocol):
    def __call__(self, method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
        """Send one request to the sandbox as its main user."""


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[Http]:
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("", sandbox.token)

        def send(method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
            more.setdefault("allow_redirects", False)
            return session.request(method, sandbox.url + path, json=json, **more)

        yield send
