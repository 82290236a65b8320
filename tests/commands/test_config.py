"""Stories of `scalingo config`."""

from __future__ import annotations

from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

HOME = "osc-fr1"
OTHER = "osc-secnum-fr1"


@pytest.fixture
def signed_in(scalingo: CommandLine, sandbox: Sandbox) -> CommandLine:
    """Someone who signed in to a region, whose token no variable holds."""
    user = scalingo.where(SCALINGO_API_TOKEN=None, SCALINGO_REGION=None, SCALINGO_API_URL=None)
    line = f"login --region {HOME} --email {sandbox.email} --password-stdin --insecure-storage"
    assert user(line, stdin=sandbox.password).code == 0
    sandbox.clear_requests()
    return user


def shown(user: CommandLine, options: str = "") -> dict[str, str]:
    return {line[0]: line[1] for line in user(f"config {options}").lines}


def test_config_shows_what_is_in_force(signed_in: CommandLine, tmp_path: Path) -> None:
    said = shown(signed_in)
    assert (said["account"], said["region"], said["token"]) == ("noor", HOME, "")
    assert said["config directory"] == str(tmp_path / "config")
    assert shown(signed_in, f"--region {OTHER}")["region"] == OTHER
    rows = signed_in("config --json").json["config"]
    assert {row["name"]: row["value"] for row in rows} == said


def test_config_region_says_how_to_keep_it(signed_in: CommandLine, sandbox: Sandbox) -> None:
    """The official client keeps the region of `config --region`."""
    only = f"The region is {OTHER} for this command only. To keep it: "
    result = signed_in(f"config --region {OTHER}")
    assert (result.code, result.stderr) == (0, f"{only}scalingo config set-region {OTHER}\n")
    assert shown(signed_in)["region"] == HOME
    token = signed_in(f"config --region {OTHER}", SCALINGO_API_TOKEN=sandbox.token)
    assert (token.code, token.stderr) == (0, f"{only}export SCALINGO_REGION={OTHER}\n")


def test_config_shows_that_a_token_of_the_environment_counts(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo("config")
    assert "$SCALINGO_API_TOKEN" in result.stdout
    assert sandbox.token not in result.stdout


def test_config_set_region_keeps_it(signed_in: CommandLine) -> None:
    result = signed_in(f"config set-region {OTHER}")
    assert (result.code, result.stdout) == (0, "")
    assert result.stderr == f"noor now uses the region {OTHER}.\n"
    assert shown(signed_in)["region"] == OTHER
    assert signed_in("apps").lines[0][0] == "pinecrate-vault"


def test_config_set_region_takes_only_what_there_is(signed_in: CommandLine) -> None:
    result = signed_in("config set-region osc-fr2")
    assert (result.code, result.stdout) == (3, "")
    assert "Did you mean osc-fr1" in result.stderr
    assert shown(signed_in)["region"] == HOME


def test_config_set_region_requires_an_account(scalingo: CommandLine) -> None:
    result = scalingo(f"config set-region {OTHER}")
    assert (result.code, result.stdout) == (4, "")
    assert "Set SCALINGO_REGION" in result.stderr
