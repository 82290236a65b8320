"""The database API: reached with the token of an add-on, which goes nowhere else."""

from __future__ import annotations

import json

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere


def addon(scalingo: CommandLine) -> str:
    """The ID of an add-on of the main app."""
    return str(scalingo("addons --json").json["addons"][0]["id"])


def test_api_reaches_the_database_of_an_addon(scalingo: CommandLine, sandbox: Sandbox) -> None:
    found = addon(scalingo)
    sandbox.clear_requests()
    for path in (f"/databases/{found}", f"/api/databases/{found}"):
        said = scalingo(["--addon", found, "api", "GET", path])
        assert said.code == 0, said.stderr
        assert said.json["database"]["id"] == found
    token = f"/v1/apps/{sandbox.main_app}/addons/{found}/token"
    paths = [request.path for request in sandbox.requests]
    assert paths == [token, *[f"/api/databases/{found}"] * 2]  # the token is kept


@pytest.mark.parametrize(
    ("status", "refusal"), [(401, {"error": "expired"}), (400, {"error": "unauthorized"})]
)
def test_an_addon_token_that_is_new_and_refused_is_not_renewed(
    status: int,
    refusal: dict[str, str],
    scalingo: CommandLine,
    sandbox: Sandbox,
    elsewhere: Elsewhere,
) -> None:
    found = addon(scalingo)
    sandbox.clear_requests()
    elsewhere.will_answer(refusal, status)
    line = ["--addon", found, "api", "GET", f"/databases/{found}"]
    said = scalingo(line, SCALINGO_DB_URL=elsewhere.url)
    assert said.code in {4, 5}
    assert (len(elsewhere.seen), len(sandbox.requests)) == (1, 1)
    assert elsewhere.seen[0][1] == f"/api/databases/{found}"


def test_the_addon_token_goes_to_the_database_api_alone(
    scalingo: CommandLine, elsewhere: Elsewhere, stranger: Elsewhere
) -> None:
    found = addon(scalingo)
    stranger.will_answer({})
    elsewhere.will_answer(b"", 302, Location=stranger.url)
    line = ["--addon", found, "api", "GET", f"/databases/{found}"]
    assert scalingo(line, SCALINGO_DB_URL=elsewhere.url).code == 0
    assert elsewhere.seen[0][2]["Authorization"].startswith("Bearer ")
    assert "Authorization" not in stranger.seen[0][2]


def test_a_dry_run_sends_nothing_to_the_database_api(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    found = addon(scalingo)
    sandbox.clear_requests()
    said = scalingo(["--addon", found, "api", "POST", f"/databases/{found}/backups", "--dry-run"])
    assert (said.code, said.stdout) == (0, f"POST /api/databases/{found}/backups\n")
    assert sandbox.requests == []


def test_a_path_of_the_database_api_requires_an_addon(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("api GET /api/databases/ad-1")
    assert (said.code, sandbox.requests) == (2, [])
    assert "requires --addon" in said.stderr


def test_the_address_of_the_database_api_is_checked(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    found = "ad-00000000-0000-0000-0000-000000000000"
    line = f"--addon {found} api GET /databases/{found}"
    said = scalingo(line, SCALINGO_DB_URL="http://db.example")
    assert (said.code, sandbox.requests) == (2, [])
    said = scalingo(line, SCALINGO_DB_URL="nonsense")
    assert (said.code, sandbox.requests) == (2, [])
    assert "something like https://db-api.osc-fr1.scalingo.com" in said.stderr


def test_the_address_of_the_database_api_is_that_of_the_region(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    line = f"--addon {addon(scalingo)} backups"
    user = scalingo.where(SCALINGO_DB_URL=None, SCALINGO_API_URL=None)
    sandbox.clear_requests()
    assert user(line).code == 0
    assert user(line).code == 0
    assert [request.service for request in sandbox.requests] == ["auth", "api", "db", "db"]
    region = {"name": "osc-fr1", "api": sandbox.url}
    body = json.dumps({"regions": [region]})
    sandbox.fail_next("200", path="/v1/regions", body=body)
    said = user(line, SCALINGO_NO_CACHE="1")
    assert (said.code, said.stderr.splitlines()[-1]) == (2, "Set SCALINGO_DB_URL.")


@pytest.mark.regional
def test_api_takes_the_type_of_an_addon_and_fills_in_its_id(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    found = addon(scalingo)
    for line in (
        "api GET /databases/{db} --addon psql",
        "api GET /api/databases/{db} --addon postgresql",
        f"--addon postgresql api GET /databases/{found}",
    ):
        said = scalingo(line)
        assert (said.code, said.json["database"]["id"]) == (0, found)
    dedicated = scalingo("api GET /databases/{db} --database crate-ledger")
    assert dedicated.json["database"]["app_name"] == "crate-ledger"
    assert scalingo("api GET /databases/{db} --addon psql --paginate").code == 2


@pytest.mark.regional
def test_api_asks_the_database_that_the_environment_chooses_only_for_its_paths(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    user = scalingo.where(SCALINGO_ADDON="postgresql")
    assert user("api GET /apps").json["apps"]
    assert user("api GET /databases").json["databases"]
    said = user("api GET /api/databases/{db}")
    assert said.json["database"]["app_name"] == sandbox.main_app
