"""Stories of `scalingo regions`, and of finding the API of one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

pytestmark = pytest.mark.regional


@pytest.fixture
def seeking(scalingo: CommandLine) -> CommandLine:
    """Somebody who has to look up where the API of the region is."""
    return scalingo.where(SCALINGO_API_URL=None)


def asked(sandbox: Sandbox) -> list[str]:
    return [request.path for request in sandbox.requests]


def test_each_region_is_a_line(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("regions")
    assert (said.code, said.stderr) == (0, "")
    assert [line[0] for line in said.lines] == ["osc-fr1", "osc-secnum-fr1"]
    assert said.lines[0][2] == sandbox.url


def test_at_a_terminal_and_as_json(scalingo: CommandLine) -> None:
    table = scalingo("regions", SCALINGO_FORCE_TTY="120", NO_COLOR="1").stdout.splitlines()
    assert table[0].split() == ["Name", "Title", "API", "SSH"]
    assert scalingo("regions --json").json["regions"][1]["name"] == "osc-secnum-fr1"


def test_regions_are_asked_for_once_a_day(seeking: CommandLine, sandbox: Sandbox) -> None:
    assert seeking("apps").code == 0
    assert asked(sandbox) == ["/v1/regions", "/v1/apps"]
    sandbox.clear_requests()
    assert seeking("apps").code == 0
    assert asked(sandbox) == ["/v1/apps"]
    [cache] = Path(seeking.environment["HOME"], ".cache/scalingo").glob("regions-*.json")
    kept = json.loads(cache.read_text())
    cache.write_text(json.dumps(kept | {"at": kept["at"] - 86_401}))
    sandbox.clear_requests()
    assert seeking("apps").code == 0
    assert asked(sandbox) == ["/v1/regions", "/v1/apps"]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"at": "x", "urls": {}}', '{"at": 1e999}'])
def test_a_damaged_cache_is_no_cache(damage: str, seeking: CommandLine, sandbox: Sandbox) -> None:
    assert seeking("apps").code == 0
    [cache] = Path(seeking.environment["HOME"], ".cache/scalingo").glob("regions-*.json")
    cache.write_text(damage)
    sandbox.clear_requests()
    assert seeking("apps").code == 0
    assert asked(sandbox) == ["/v1/regions", "/v1/apps"]


def test_what_regions_lists_is_remembered(seeking: CommandLine, sandbox: Sandbox) -> None:
    assert seeking("regions").code == 0
    sandbox.clear_requests()
    assert seeking("apps").code == 0
    assert asked(sandbox) == ["/v1/apps"]


def test_another_region_has_other_apps(
    scalingo: CommandLine, seeking: CommandLine, sandbox: Sandbox
) -> None:
    here = seeking("apps").stdout
    for user in (seeking, scalingo):  # whose SCALINGO_API_URL is that of SCALINGO_REGION
        there = user("apps --region osc-secnum-fr1")
        assert there.code == 0
        assert there.stdout != here
        assert sandbox.requests[-1].region == "osc-secnum-fr1"


def test_an_unknown_region(seeking: CommandLine, sandbox: Sandbox) -> None:
    said = seeking("apps --region osc-fr11")
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr == (
        'Error: Region "osc-fr11" not found.\n'
        "Did you mean osc-fr1 or osc-secnum-fr1? List them: scalingo regions\n"
    )
    assert asked(sandbox) == ["/v1/regions"]


def test_what_belongs_to_a_person_needs_no_region(seeking: CommandLine, sandbox: Sandbox) -> None:
    assert seeking("whoami").code == 0
    assert asked(sandbox) == ["/v1/users/self"]


def test_no_cache_means_none(seeking: CommandLine, sandbox: Sandbox) -> None:
    for _ in range(2):
        sandbox.clear_requests()
        assert seeking("apps", SCALINGO_NO_CACHE="1").code == 0
        assert asked(sandbox) == ["/v1/tokens/exchange", "/v1/regions", "/v1/apps"]
    assert not list(Path(seeking.environment["HOME"], ".cache/scalingo").glob("regions-*"))


def test_a_region_whose_address_would_betray_the_token(
    seeking: CommandLine, sandbox: Sandbox
) -> None:
    region = {"name": "osc-fr1", "api": "http://api.elsewhere.example"}
    sandbox.fail_next("200", path="/v1/regions", body=json.dumps({"regions": [region]}))
    said = seeking("apps")
    assert (said.code, said.stdout) == (2, "")
    assert "would send your token to api.elsewhere.example unencrypted" in said.stderr
