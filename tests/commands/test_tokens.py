"""Stories of `scalingo tokens`, and of tokens of the wrong platform."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

regional = pytest.mark.regional


@regional
def test_each_token_is_a_line_without_its_value(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("tokens")
    assert (said.code, said.stderr) == (0, "")
    assert [line[0] for line in said.lines] == ["sandbox", "laptop"]
    assert not any(token.value in said.stdout for token in sandbox.store.tokens)


@regional
def test_at_a_terminal_and_as_json(scalingo: CommandLine) -> None:
    table = scalingo("tokens", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout.splitlines()
    assert table[0].split() == ["Name", "Created", "Used", "ID"]
    assert max(map(len, table)) <= 80
    listed = scalingo("tokens --json").json["tokens"]
    assert set(listed[0]) == {"id", "name", "created_at", "last_used_at", "issued_at"}


@regional
def test_a_new_token_is_printed_alone_and_signs_in(scalingo: CommandLine) -> None:
    made = scalingo(["tokens", "create", "nightly build"])
    assert made.code == 0
    assert made.stdout.startswith("tk-us-")
    assert made.stdout.count("\n") == 1
    assert made.stdout.strip() not in made.stderr
    assert scalingo("whoami", SCALINGO_API_TOKEN=made.stdout.strip()).lines[0][0] == "noor"
    as_json = scalingo("tokens create other --json").json["token"]
    assert as_json["token"].startswith("tk-us-")


@regional
@pytest.mark.parametrize("by", ["name", "id"])
def test_a_renewed_token_replaces_the_old_one(
    by: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    laptop = next(token for token in sandbox.store.tokens if token.name == "laptop")
    old = laptop.value
    said = scalingo(["tokens", "renew", laptop.name if by == "name" else laptop.id])
    assert (said.code, said.stdout) == (0, f"{laptop.value}\n")
    assert laptop.value != old
    assert scalingo("whoami", SCALINGO_API_TOKEN=old).code == 4
    assert scalingo("whoami", SCALINGO_API_TOKEN=laptop.value).code == 0


@regional
def test_whoever_renews_the_token_of_their_sign_in_stays_signed_in(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    login = f"login --email {sandbox.email} --password-stdin --insecure-storage"
    assert user(login, stdin=sandbox.password).code == 0
    said = user(f"tokens renew {sandbox.store.tokens[-1].id}")
    assert said.code == 0
    assert "You stay signed in: the new value is stored in the file " in said.stderr
    assert user("whoami").lines[0][0] == "noor"
    assert user("logout").code == 0
    assert [token.name for token in sandbox.store.tokens if token.user.username == "noor"] == [
        "sandbox",
        "laptop",
    ]


@regional
def test_a_revoked_token_signs_in_no_more(scalingo: CommandLine, sandbox: Sandbox) -> None:
    laptop = next(token for token in sandbox.store.tokens if token.name == "laptop")
    asked = scalingo("tokens revoke laptop")
    assert asked.code == 2
    assert "Pass --yes to proceed." in asked.stderr
    assert laptop in sandbox.store.tokens
    said = scalingo("tokens revoke laptop --yes")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == 'Revoked token "laptop".\n'
    assert laptop not in sandbox.store.tokens
    assert scalingo("whoami", SCALINGO_API_TOKEN=laptop.value).code == 4


@regional
def test_an_unknown_token(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for line in ("tokens renew lptop", "tokens revoke lptop --yes"):
        said = scalingo(line)
        assert (said.code, said.stdout) == (3, "")
        assert "Did you mean laptop?" in said.stderr
    assert {request.method for request in sandbox.requests} == {"GET"}


@regional
@pytest.mark.parametrize("line", ["tokens create x", "tokens renew laptop", "tokens revoke laptop"])
def test_a_dry_run_changes_nothing(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    before = [token.value for token in sandbox.store.tokens]
    said = scalingo(f"{line} --dry-run")
    assert said.code == 0
    assert "/v1/tokens" in said.stdout
    assert [token.value for token in sandbox.store.tokens] == before


# The wrong platform


@pytest.mark.legacy
def test_legacy_has_no_tokens(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("tokens")
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr.startswith("Error: The legacy API has no such thing;")
    assert "--region" in said.stderr
    assert not sandbox.requests


@pytest.mark.legacy
def test_tokens_of_a_region_choose_the_regional_platform(scalingo: CommandLine) -> None:
    said = scalingo("apps", SCALINGO_API_TOKEN="tk-us-0123456789")
    assert said.code == 3
    assert said.stderr.startswith("Error: This address is not the regional platform")


@regional
def test_a_legacy_token_on_the_regional_platform(scalingo: CommandLine) -> None:
    said = scalingo("apps", SCALINGO_API_TOKEN="legacy-0123456789")
    assert said.code == 4
    assert said.stderr == (
        "Error: The platform refused the token from SCALINGO_API_TOKEN.\n"
        "Tokens of the regional platform begin with tk-. Check its value, or unset it"
        " and run: scalingo login\n"
    )


@pytest.mark.legacy
def test_a_region_of_a_platform_that_has_none(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_REGION="osc-fr1", SCALINGO_AUTH_URL=sandbox.url)
    login = f"login --email {sandbox.email} --password-stdin --insecure-storage"
    for said in (user("apps"), user(login, stdin=sandbox.password)):
        assert (said.code, said.stdout) == (3, "")
        assert said.stderr == (
            "Error: This address is not the regional platform: it has no tokens.\n"
            "Check SCALINGO_AUTH_URL, or unset the region to use the legacy API.\n"
        )
