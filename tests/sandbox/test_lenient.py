"""Unless it is strict, the sandbox takes what the platform takes from clients of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from scalingo_cli.sandbox.seed.company import public_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.command_line import CommandLine
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


def test_ps_names_its_containers_and_kill_signals_one(lenient: Regional) -> None:
    rows = lenient("GET", "api", f"{APP}/ps").json()["containers"]
    assert [row["label"] for row in rows] == ["web-1", "web-2", "worker-1", "clock-1"]
    path = f"{APP}/containers/{rows[2]['id']}/kill"
    assert lenient("POST", "api", path, {"signal": "SIGUSR2"}).status_code == 204
    assert lenient.sandbox.store.apps[0].logs[-1][1:] == ("worker-1", "received SIGUSR2")
    assert lenient("POST", "api", path, {"signal": "SIGKILL"}).status_code == 422
    missing = lenient("POST", "api", f"{APP}/containers/none/kill", {"signal": "SIGUSR2"})
    assert missing.json() == {"resource": "container", "error": "not found"}


def test_deployments_on_the_socket_have_documented_statuses_only(lenient: Regional) -> None:
    body = {"deployment": {"source_url": ARCHIVE}}
    made = lenient("POST", "api", f"{APP}/deployments", body).json()["deployment"]
    assert made["status"] == "queued"


def test_the_catalogue_has_the_ids_of_the_platform(lenient: Regional) -> None:
    rows = lenient("GET", "api", "/v1/addon_providers").json()["addon_providers"]
    names = {row["id"]: row["name"] for row in rows}
    kinds = ["postgresql", "redis", "mysql", "mongodb", "opensearch", "influxdb"]
    assert list(names)[:6] == kinds
    assert names["postgresql"] == "PostgreSQL"
    for kind in kinds:
        plans = lenient("GET", "api", f"/v1/addon_providers/{kind}/plans").json()["plans"]
        assert {f"{kind}-sandbox", f"{kind}-starter-512"} <= {plan["name"] for plan in plans}


def test_domains_have_certificates_in_several_states(lenient: Regional) -> None:
    rows = lenient("GET", "api", f"{APP}/domains").json()["domains"]
    assert [row["letsencrypt_status"] for row in rows] == ["created", "created", "dns_required"]
    assert [bool(row["acme_dns_value"]) for row in rows] == [False, False, True]


def test_a_crashed_app_has_an_event_that_says_so(lenient: Regional) -> None:
    path = "/v1/apps/pinecrate-import"
    assert lenient("GET", "api", path).json()["app"]["status"] == "crashed"
    events = lenient("GET", "api", f"{path}/events").json()["events"]
    crash = next(event for event in events if event["type"] == "crash")
    assert crash["type_data"]["container_type"] == "importer"
    [last] = lenient("GET", "api", f"{path}/deployments").json()["deployments"]
    output = lenient("GET", last["links"]["output"], "").text
    assert "Procfile declares: web, importer\n" in output
    assert "https://pinecrate-import.osc-fr1.scalingo.io is up" in output


def test_old_events_have_the_form_of_new_ones(lenient: Regional) -> None:
    path = f"{APP}/events?per_page=100"
    pages = [lenient("GET", "api", f"{path}&page={number}").json() for number in (1, 2)]
    scales = [event for page in pages for event in page["events"] if event["type"] == "scale"]
    assert scales[-1]["created_at"].startswith("2015")
    assert scales[-1]["type_data"]["containers"] == {"web": "1:M", "worker": "1:M"}


def test_logs_have_lines_of_the_router(lenient: Regional) -> None:
    address = lenient("GET", "api", f"{APP}/logs").json()["logs_url"]
    assert "[router] method=GET" in requests.get(f"{address}&filter=router", timeout=9).text


@pytest.mark.parametrize(
    ("name", "messages"),
    [("_PLUM", ["must start with a letter"]), ("", ["can't be blank", "must start with a letter"])],
)
def test_variables_have_names_that_start_with_a_letter(
    lenient: Regional, name: str, messages: list[str]
) -> None:
    body = {"variable": {"name": name, "value": "1"}}
    answer = lenient("POST", "api", f"{APP}/variables", body)
    assert answer.json() == {"errors": {"name": messages}}


def test_rename_refuses_under_the_field_name(lenient: Regional) -> None:
    names = {"current_name": "pinecrate-shop", "new_name": "tea"}
    answer = lenient("POST", "api", f"{APP}/rename", names)
    assert list(answer.json()["errors"]) == ["name"]


def test_sandbox_strict_is_an_option(scalingo: CommandLine) -> None:
    line = ["sandbox", "--strict", "--", "scalingo", "api", "GET", "/v1/apps?pages=2"]
    assert "unknown query parameter: pages" in scalingo.process(line).stderr
    assert scalingo.process([line[0], *line[2:]]).code == 0
