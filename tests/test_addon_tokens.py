"""Stories of the tokens of add-ons: where they are kept, when they are renewed, where they go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

pytestmark = pytest.mark.regional
LOGIN = f"login --email {Sandbox.email} --password-stdin"
UNAUTHORIZED = '{"error": "unauthorized"}'


def paths(sandbox: Sandbox) -> list[str]:
    """The ends of the paths that were asked for."""
    return [request.path.rpartition("/")[2] for request in sandbox.requests]


def bearers(sandbox: Sandbox) -> set[str]:
    """The tokens of add-ons that were sent to the database API."""
    sent = [each for each in sandbox.requests if each.service == "db"]
    return {each.headers["authorization"] for each in sent}


@pytest.fixture
def in_file(scalingo: CommandLine, sandbox: Sandbox) -> CommandLine:
    """Somebody whose token is kept in the file."""
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    assert user(f"{LOGIN} --insecure-storage", stdin=sandbox.password).code == 0
    return user


def test_the_token_of_an_addon_is_kept_in_the_keyring(
    scalingo: CommandLine, sandbox: Sandbox, secret_service: dict[str, str]
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None, **secret_service)
    assert user.process(LOGIN, stdin=sandbox.password).code == 0
    assert user.process("backups").code == 0
    for line in ("backups", "databases users", "databases show", "databases"):
        sandbox.clear_requests()
        assert user.process(line).code == 0
        assert len(sandbox.requests) == 1, line
    written = [path for path in Path(user.environment["HOME"]).rglob("*") if path.is_file()]
    texts = [path.read_text(errors="replace") for path in written if "keyring" not in str(path)]
    assert not [text for text in texts if "eyJ" in text]  # how each of these tokens begins


def test_the_token_of_an_addon_is_renewed_in_the_keyring(
    scalingo: CommandLine, sandbox: Sandbox, secret_service: dict[str, str]
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None, **secret_service)
    assert user.process(LOGIN, stdin=sandbox.password).code == 0
    assert user.process("backups").code == 0
    for status in ("400", "401"):
        sandbox.clear_requests()
        sandbox.fail_next(status, service="db", body=UNAUTHORIZED)
        assert user.process("backups").code == 0
        assert paths(sandbox) == ["backups", "token", "backups"]
        sandbox.clear_requests()
        assert user.process("backups").code == 0
        assert paths(sandbox) == ["backups"]
    assert user.process("logout").code == 0
    assert user.process("backups").code == 4


@pytest.mark.parametrize("status", ["400", "401"])
def test_the_token_of_an_addon_is_renewed_once(
    status: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("backups").code == 0
    sandbox.clear_requests()
    sandbox.fail_next(status, service="db", body=UNAUTHORIZED, times=9)
    refused = scalingo("backups")
    assert (refused.code, refused.stdout) == (4, "")
    assert paths(sandbox) == ["backups", "token", "backups"]


def test_the_tokens_of_two_addons_are_kept_side_by_side(
    in_file: CommandLine, sandbox: Sandbox
) -> None:
    lines = [f"backups --app pinecrate-import --addon {kind}" for kind in ("psql", "redis")]
    for line in lines:
        assert in_file(line).code == 0
    sandbox.clear_requests()
    for line in lines:
        assert in_file(line).code == 0
    assert paths(sandbox) == ["backups", "backups"]
    assert len(bearers(sandbox)) == 2
    file = Path(in_file.environment["SCALINGO_CONFIG_DIR"], "credentials.json")
    [kept] = json.loads(file.read_text())["tokens"].values()
    assert kept.count("ad-") == 2


def test_the_token_of_an_addon_that_expired_is_renewed(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("backups").code == 0
    sandbox.advance(3600)
    sandbox.clear_requests()
    assert scalingo("backups").code == 0
    assert paths(sandbox) == ["backups", "token", "exchange", "token", "backups"]


def test_a_change_is_made_once_when_the_token_of_its_addon_is_renewed(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("backups").code == 0
    before = len(scalingo("backups").lines)
    sandbox.fail_next("400", service="db", method="POST", body=UNAUTHORIZED)
    assert scalingo("backups create").code == 0
    assert len(scalingo("backups").lines) == before + 1


def test_no_token_of_an_addon_shows(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for line in ("backups --debug-body", "backups create --curl", "backups --debug-body --json"):
        said = scalingo(line, SCALINGO_NO_CACHE="1")
        assert said.code == 0
        assert "eyJ" not in said.stdout + said.stderr


def test_the_database_api_gets_no_other_bearer_and_others_not_this_one(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("backups download -o -").code == 0
    assert scalingo("logs --addon psql").code == 0
    used = {
        service: {
            each.headers.get("authorization", "")
            for each in sandbox.requests
            if each.service == service and "/download" not in each.path
        }
        for service in ("api", "db", "links")
    }
    assert not used["api"] & used["db"]
    assert used["links"] == {""}
    downloads = [each for each in sandbox.requests if each.path.endswith("/download")]
    assert ["authorization" in each.headers for each in downloads] == [False]
