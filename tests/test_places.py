"""Stories of several accounts and regions at once: `apps list --all-regions --all-accounts`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

pytestmark = pytest.mark.regional
HERE, THERE = "osc-fr1", "osc-secnum-fr1"
EVERYWHERE = "apps list --all-regions --all-accounts"


def place(line: list[str]) -> tuple[str, str]:
    """The region and the account of an app."""
    return line[1], line[2]


def test_apps_of_every_account_and_region(two: CommandLine, sandbox: Sandbox) -> None:
    said = two(EVERYWHERE)
    assert (said.code, said.stderr) == (0, "")
    assert said.lines[0][:5] == ["pinecrate-shop", HERE, "noor", "running", "noor"]
    alone = {
        (account, region): [
            line[0] for line in two(f"apps --account {account} --region {region}").lines
        ]
        for account in ("noor", "ilse")
        for region in (HERE, THERE)
    }
    together = {
        pair: [line[0] for line in said.lines if place(line) == (pair[1], pair[0])]
        for pair in alone
    }
    assert together == alone
    assert all(alone[account, HERE] for account in ("noor", "ilse"))
    assert alone["noor", THERE]


def test_apps_of_every_region_only(two: CommandLine) -> None:
    assert {line[1] for line in two("apps --all-regions").lines} == {HERE, THERE}
    apps = two("apps --all-regions --json").json["apps"]
    assert {(app["region"], app["account"]) for app in apps} == {(HERE, "noor"), (THERE, "noor")}


def test_apps_of_every_account_only(two: CommandLine) -> None:
    places = {place(line) for line in two("apps --all-accounts").lines}
    assert places == {(HERE, "noor"), (HERE, "ilse")}
    assert {place(line) for line in two("apps --all-accounts --region osc-fr1").lines} == places


def test_apps_of_everywhere_as_json_have_their_account_and_region(two: CommandLine) -> None:
    apps = two(f"{EVERYWHERE} --json").json["apps"]
    assert {(app["region"], app["account"]) for app in apps} >= {
        (HERE, "noor"),
        (HERE, "ilse"),
        (THERE, "noor"),
    }
    plain = two("apps --json").json["apps"]
    here = [app for app in apps if (app["region"], app["account"]) == (HERE, "noor")]
    assert [{**app, "account": "noor"} for app in plain] == here


def test_apps_of_everywhere_at_a_terminal_of_60_columns(two: CommandLine) -> None:
    said = two(EVERYWHERE, SCALINGO_FORCE_TTY="60", NO_COLOR="1")
    header, _, first, *rows = said.stdout.splitlines()
    assert header.split()[:3] == ["Name", "Region", "Account"]
    assert first.split()[:3] == ["pinecrate-shop", HERE, "noor"]
    assert all(len(row) <= 60 for row in rows)


def test_each_token_goes_only_where_its_account_signed_in(
    two: CommandLine, sandbox: Sandbox
) -> None:
    """One more account, of the same name, on a different platform: it is asked on its own."""
    with Sandbox(protocol="legacy") as old:
        there = two.where(SCALINGO_API_URL=old.url, SCALINGO_AUTH_URL=None)
        line = f"login --email {old.email} --password-stdin --insecure-storage"
        assert there(line, stdin=old.password).code == 0
        assert two(f"accounts use noor@{(sandbox.auth_url or '')[7:]}").code == 0
        old.clear_requests()
        sandbox.clear_requests()
        said = two(EVERYWHERE)
        assert said.code == 2
        host = old.url.removeprefix("http://")
        assert f"noor@{host}: noor signed in to {host}, not to api.scalingo.com." in said.stderr
        assert not old.requests
        assert {place(line)[1] for line in said.lines} == {
            f"noor@{(sandbox.auth_url or '')[7:]}",
            "ilse",
        }


def test_apps_of_everywhere_with_the_token_of_the_environment(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(EVERYWHERE)
    assert said.code == 0
    assert {place(line) for line in said.lines} == {(HERE, ""), (THERE, "")}
    assert {app["account"] for app in scalingo(f"{EVERYWHERE} --json").json["apps"]} == {None}
    assert said.stderr == "SCALINGO_API_TOKEN is set and overrides any account.\n"


def test_an_address_of_one_region_is_not_taken_for_that_of_others(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("apps --all-regions", SCALINGO_REGION=None)
    assert {line[1] for line in said.lines} == {HERE}
    assert {request.path for request in sandbox.requests} == {"/v1/apps"}


def test_a_region_that_fails_hides_no_other(two: CommandLine, sandbox: Sandbox) -> None:
    assert two("regions").code == 0
    sandbox.fail_next("500", path="/v1/apps", times=1)
    said = two("apps --all-accounts")
    assert said.code == 6
    assert len({place(line) for line in said.lines}) == 1
    assert "region osc-fr1: The platform returned an error (" in said.stderr
    sandbox.fail_next("500", path="/v1/apps", times=1)
    json_ = two("apps --all-accounts --json")
    assert (json_.code, json_.error["code"]) == (6, 6)
    assert json_.json["apps"]


def test_a_region_that_is_closed_to_the_account_is_skipped(
    two: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.store.disabled_regions.add(THERE)
    said = two(EVERYWHERE)
    assert said.code == 0
    assert {place(line) for line in said.lines} == {(HERE, "noor"), (HERE, "ilse")}
    assert f"Skipped noor, region {THERE}: " in said.stderr
    assert two(f"{EVERYWHERE} --json").stderr == ""
    sandbox.store.disabled_regions.add(HERE)
    said = two(EVERYWHERE)
    assert (said.code, said.stdout) == (4, "")


def test_a_revoked_token_of_one_account(two: CommandLine, sandbox: Sandbox) -> None:
    [ilse] = [token for token in sandbox.store.tokens if token.user.username == "ilse"][-1:]
    sandbox.store.tokens.remove(ilse)
    said = two(EVERYWHERE, SCALINGO_NO_CACHE="1")
    assert said.code == 4
    assert said.stderr.startswith("Error: ilse: The platform refused the token from the file ")
    assert {place(line) for line in said.lines} == {(HERE, "noor"), (THERE, "noor")}


@pytest.mark.parametrize(
    "options", ["--all-regions --region osc-fr1", "--account noor --all-accounts"]
)
def test_all_of_them_and_a_single_one(options: str, two: CommandLine, sandbox: Sandbox) -> None:
    said = two(f"apps {options}")
    assert (said.code, said.stdout) == (2, "")
    assert "cannot be combined with" in said.stderr
    assert not sandbox.requests


def test_apps_of_a_project_everywhere(two: CommandLine) -> None:
    said = two(f"{EVERYWHERE} --project default")
    assert said.code == 0
    assert {line[-1] for line in said.lines} == {"default"}
    assert two(f"{EVERYWHERE} --project nowhere").lines == []


def test_apps_of_everywhere_are_not_offered_for_this_account(two: CommandLine) -> None:
    there = two(f"apps --region {THERE}").lines[0][0]
    assert there in two(EVERYWHERE).stdout
    files = Path(two.environment["HOME"], ".cache").rglob("*")
    assert not [path for path in files if path.is_file() and there in path.read_text()]


# An app that is somewhere else


@pytest.fixture
def far(two: CommandLine) -> str:
    """The name of an app of noor's that only the other region has."""
    name = two(f"apps --region {THERE}").lines[0][0]
    assert name not in two("apps").stdout
    return name


def test_an_app_of_a_different_region_is_found_and_the_line_works(
    two: CommandLine, sandbox: Sandbox, far: str
) -> None:
    sandbox.clear_requests()
    said = two(f"apps show {far}")
    assert (said.code, said.stdout) == (3, "")
    line = f"scalingo --region {THERE} apps show {far}"
    assert said.stderr == (
        f'Error: App "{far}" not found in region {HERE}.\n{far} exists in region {THERE}: {line}\n'
    )
    assert two(line.removeprefix("scalingo ")).lines[0][0] == far
    exchange = "/v1/tokens/exchange"
    assert {each.method for each in sandbox.requests if each.path != exchange} == {"GET"}
    hint = two(f"apps show {far} --json").error["hint"]
    assert hint.endswith(f": scalingo --region {THERE} apps show {far} --json")


def test_an_app_of_a_different_account_is_found_and_the_line_works(two: CommandLine) -> None:
    name = "ilse-garden"
    assert two(f"apps create {name} --account ilse").code == 0
    said = two(f"logs -a {name} --region {HERE}")
    assert said.code == 3
    line = f"scalingo --account ilse logs -a {name}"
    assert said.stderr.endswith(f"{name} exists in region {HERE} for ilse: {line}\n")
    assert two(line.removeprefix("scalingo ")).code == 0


def test_a_second_app_of_a_different_region_is_found(two: CommandLine, far: str) -> None:
    user = two.where(SCALINGO_APP="pinecrate-shop")
    for line, option in (
        (f"env diff --app pinecrate-shop --with {far}", "--with-region"),
        (f"env diff --with {far}", "--with-region"),
        (f"env copy {far} --yes", "--from-region"),
    ):
        said = user(line)
        assert said.code == 3
        assert said.stderr.endswith(f"\n{far} exists in region {THERE}: add {option} {THERE}\n")
        assert user(f"{line} {option} {THERE}").code == 0


def test_no_token_of_an_account_signs_what_is_asked_for_another(
    two: CommandLine, sandbox: Sandbox, far: str
) -> None:
    sandbox.clear_requests()
    two(f"apps show {far}")
    signed = {
        (request.region, request.headers["authorization"])
        for request in sandbox.requests
        if request.path == f"/v1/apps/{far}"
    }
    signers = {signer for _, signer in signed}
    assert len(signers) == 2
    assert {region for region, signer in signed} == {HERE, THERE}
    assert all("noor" in signer or "ilse" in signer for signer in signers)


@pytest.mark.parametrize(
    ("line", "again"),
    [
        ("env set SECRET=hunter2 -a NAME", "env set …"),
        ("--account noor env -a NAME", "env -a NAME"),
        ("env list --app=NAME --region=osc-fr1 --names", "env list --app=NAME --names"),
        ("logs --filter hunter2 -a NAME", "logs --filter …"),
    ],
)
def test_the_line_for_a_different_region_repeats_no_value(
    line: str, again: str, two: CommandLine, far: str
) -> None:
    said = two(line.replace("NAME", far))
    assert said.code == 3
    assert said.stderr.endswith(f" {again.replace('NAME', far)}\n")
    assert "hunter2" not in said.stderr


@pytest.mark.parametrize("fault", ["503", "401", "cut", "html"])
def test_a_search_that_fails_leaves_the_error_as_it_was(
    fault: str, two: CommandLine, sandbox: Sandbox, far: str
) -> None:
    sandbox.fail_next(fault, path=f"/v1/apps/{far}", region=THERE, times=9)
    said = two(f"apps show {far}")
    assert said.code == 3
    assert said.stderr.startswith(f'Error: App "{far}" not found in region {HERE}.\n')
    assert said.stderr.endswith("List your apps: scalingo apps\n")
    assert "* Looked for" in two(f"apps show {far} --debug").stderr


def test_a_search_that_takes_too_long_is_left_alone(
    two: CommandLine, sandbox: Sandbox, far: str
) -> None:
    sandbox.fail_next("slow", path=f"/v1/apps/{far}", region=THERE, delay=8, times=9)
    said = two.process(f"apps show {far}")
    assert said.code == 3
    assert said.stderr.endswith("List your apps: scalingo apps\n")


def test_one_bearer_of_an_account_serves_all_its_regions(
    two: CommandLine, sandbox: Sandbox
) -> None:
    assert two(EVERYWHERE, SCALINGO_NO_CACHE="1").code == 0
    asked = [request.path for request in sandbox.requests]
    assert sorted(asked) == [*["/v1/apps"] * 4, *["/v1/regions"] * 2, *["/v1/tokens/exchange"] * 2]


def test_an_app_is_not_looked_for_outside_of_the_sandbox(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    """The platform lists a region elsewhere; nothing is sent there."""
    regions = [{"name": HERE, "api": sandbox.url}, {"name": "far", "api": "https://api.example"}]
    sandbox.fail_next("200", path="/v1/regions", body=json.dumps({"regions": regions}))
    said = scalingo("apps show nope --debug", SCALINGO_SANDBOX="1")
    assert said.code == 3
    assert "leads out of it" in said.stderr
    assert "> GET https://api.example" not in said.stderr
