"""Unless it is strict, the sandbox takes what the platform takes from clients of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from scalingo_cli.sandbox.seed.company import public_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sandbox.conftest import Regional

APP = "/v1/apps/pinecrate-shop"
KEY = {"name": "quince", "content": public_key("quince")}
ARCHIVE = "https://archives.example/app.tar.gz"

# What struct-based clients, SDKs and the Terraform provider send: whole rows, null for absent.
SENT: list[tuple[str, str, Any, int]] = [
    ("PUT", f"{APP}/variables", {"variables": [{"id": "", "name": "A", "value": "1"}]}, 200),
    ("PUT", f"{APP}/variables", {"variables": None}, 200),
    ("POST", f"{APP}/run", {"command": "true", "env": None, "detached": True}, 200),
    ("POST", "/v1/apps", {"app": {"name": "plum-jam", "git_source": None, "stack_id": None}}, 201),
    ("POST", "/v1/apps", {"name": "plum-jam"}, 201),
    (
        "POST",
        f"{APP}/scale",
        {"containers": [{"app_id": "", "name": "web", "amount": 3, "command": "", "size": ""}]},
        202,
    ),
    ("POST", f"{APP}/deployments", {"deployment": {"git_ref": None, "source_url": ARCHIVE}}, 201),
    ("POST", f"{APP}/domains", {"domain": {"name": "a.example", "tlscert": None, "id": ""}}, 201),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), SENT)
def test_lenient_ignores_what_it_does_not_know(
    lenient: Regional, method: str, path: str, body: Any, status: int
) -> None:
    answer = lenient(method, "api", path, body)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(("method", "path", "body", "status"), SENT)
def test_strict_refuses_the_same(
    regional: Regional, method: str, path: str, body: Any, status: int
) -> None:
    assert regional(method, "api", path, body).status_code == 422


def test_lenient_scale_leaves_the_size_that_is_empty(lenient: Regional) -> None:
    body = {"containers": [{"app_id": "", "name": "web", "amount": 3, "size": ""}]}
    web = lenient("POST", "api", f"{APP}/scale", body).json()["containers"][0]
    assert (web["amount"], web["size"]) == (3, "M")
    assert web["app_id"]


def test_lenient_keys_take_a_body_without_its_root(lenient: Regional) -> None:
    made = lenient("POST", "auth", "/v1/keys", KEY)
    assert (made.status_code, made.json()["key"]["name"]) == (201, "quince")


def test_lenient_ignores_a_query_parameter(lenient: Regional) -> None:
    [first, *_] = lenient("GET", "api", "/v1/addon_providers").json()["addon_providers"]
    path = f"/v1/addon_providers/{first['id']}/plans?show_all=false"
    assert lenient("GET", "api", path).json()["plans"]


def test_lenient_still_refuses_what_is_missing_or_wrong(lenient: Regional) -> None:
    nameless = lenient("POST", "api", f"{APP}/variables", {"variable": {"wrong": "params"}})
    assert list(nameless.json()["errors"]) == ["name"]
    odd = lenient("POST", "api", f"{APP}/variables", {"variable": {"name": 1, "value": "1"}})
    assert odd.status_code == 422


def test_a_chunked_body_is_read(lenient: Regional) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"variable": {"name": "PLUM", '
        yield b'"value": "1"}}'

    headers = {"Content-Type": "application/json"}
    made = lenient("POST", "api", f"{APP}/variables", data=pieces(), headers=headers)
    assert made.json()["variable"]["value"] == "1"


def test_logs_with_an_empty_filter_are_all_the_logs(lenient: Regional) -> None:
    address = lenient("GET", "api", f"{APP}/logs").json()["logs_url"]
    lines = requests.get(f"{address}&n=20&filter=", timeout=9).text
    assert len(lines.splitlines()) == 20
