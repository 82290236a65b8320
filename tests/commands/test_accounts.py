"""Stories of several accounts, and of signing in to the regional platform."""

from __future__ import annotations

import json
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.accounts import sign_in
from tests.command_line import CommandLine

pytestmark = pytest.mark.regional
REGION = "osc-fr1"
OTP_LOGIN = f"login --email {Sandbox.otp_email} --password-stdin --insecure-storage"


@pytest.fixture
def two(bare: CommandLine, sandbox: Sandbox) -> CommandLine:
    """Somebody who signed in as noor and then as ilse."""
    sign_in(bare, sandbox, "noor")
    sign_in(bare, sandbox, "ilse")
    return bare


def file(user: CommandLine) -> Path:
    return Path(user.environment["SCALINGO_CONFIG_DIR"], "credentials.json")


def who(user: CommandLine, options: str = "") -> str:
    return user(f"whoami {options}").lines[0][0]


# Two-factor authentication


def test_the_one_time_code_is_asked_for(bare: CommandLine, sandbox: Sandbox) -> None:
    line = f"login --region {REGION} --email {sandbox.otp_email} --insecure-storage"
    terminal = bare.terminal(line)
    terminal.expect("Password: ")
    terminal.sendline(sandbox.otp_password)
    terminal.expect("One-time code: ")
    terminal.sendline(sandbox.otp_code)
    terminal.expect("Welcome, oskar.")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0
    assert who(bare) == "oskar"


def test_a_wrong_code_may_be_typed_again(bare: CommandLine, sandbox: Sandbox) -> None:
    line = f"login --region {REGION} --email {sandbox.otp_email} --insecure-storage"
    terminal = bare.terminal(line)
    terminal.expect("Password: ")
    terminal.sendline(sandbox.otp_password)
    terminal.expect("One-time code: ")
    terminal.sendline("000000")
    terminal.expect("The platform refused the one-time code. Try again.")
    terminal.expect("One-time code: ")
    terminal.sendline(sandbox.otp_code)
    terminal.expect("Welcome, oskar.")
    terminal.wait()
    assert terminal.exitstatus == 0


def test_a_script_gives_the_code(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    said = user(f"{OTP_LOGIN} --otp {sandbox.otp_code}", stdin=sandbox.otp_password)
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr.startswith("Welcome, oskar.\n")


def test_a_script_without_the_code_gets_a_hint(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    said = user(OTP_LOGIN, stdin=sandbox.otp_password)
    assert (said.code, said.stdout) == (4, "")
    assert said.stderr == (
        "Error: The platform asks for a one-time code.\nIn scripts, pass it with --otp.\n"
    )
    assert not file(user).exists()


def test_a_wrong_code_of_a_script(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    said = user(f"{OTP_LOGIN} --otp 000000", stdin=sandbox.otp_password)
    assert (said.code, said.stdout) == (4, "")
    assert said.stderr == "Error: The platform refused the sign-in: Invalid credentials.\n"
    assert not file(user).exists()


# The region that is kept


def test_the_region_is_kept_at_sign_in(bare: CommandLine, sandbox: Sandbox) -> None:
    sign_in(bare, sandbox, "noor")
    sandbox.clear_requests()
    said = bare("apps")
    assert sandbox.main_app in said.stdout
    assert [(request.service, request.path) for request in sandbox.requests][-1] == (
        "api",
        "/v1/apps",
    )
    assert sandbox.requests[-1].region == REGION


def test_a_sign_in_to_no_region_leaves_nothing(bare: CommandLine, sandbox: Sandbox) -> None:
    before = len(sandbox.store.tokens)
    line = f"login --email {sandbox.email} --password-stdin --insecure-storage"
    said = bare(f"{line} --region osc-fr2", stdin=sandbox.password)
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr == (
        'Error: Region "osc-fr2" not found.\n'
        "Did you mean osc-fr1? List them: scalingo regions\n"
        "The token that was created for this sign-in was revoked.\n"
    )
    assert not file(bare).exists()
    assert len(sandbox.store.tokens) == before


def test_a_sign_in_that_no_keyring_keeps_leaves_nothing(
    bare: CommandLine, sandbox: Sandbox
) -> None:
    before = len(sandbox.store.tokens)
    line = f"login --region {REGION} --email {sandbox.email} --password-stdin"
    said = bare(line, stdin=sandbox.password)
    assert (said.code, said.stdout) == (4, "")
    assert said.stderr.startswith("Error: No keyring is available on this machine.")
    assert len(sandbox.store.tokens) == before


# Several accounts


def test_the_last_to_sign_in_is_in_use(two: CommandLine, sandbox: Sandbox) -> None:
    host = (sandbox.auth_url or "").removeprefix("http://")
    assert two("accounts").lines == [["ilse", host, REGION, "yes"], ["noor", host, REGION, "no"]]
    assert who(two) == "ilse"


def test_accounts_at_a_terminal_and_as_json(two: CommandLine) -> None:
    table = two("accounts", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout.splitlines()
    assert table[0].split() == ["Name", "Platform", "Region", "In", "use"]
    assert [each["name"] for each in two("accounts --json").json["accounts"]] == ["ilse", "noor"]


def test_no_account_yet(bare: CommandLine) -> None:
    said = bare("accounts")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == "No accounts on this machine. Sign in: scalingo login\n"


def test_accounts_says_that_the_token_of_the_environment_overrides_them(
    scalingo: CommandLine,
) -> None:
    said = scalingo("accounts")
    assert "SCALINGO_API_TOKEN is set and overrides any account: scalingo whoami\n" in said.stderr


def test_another_is_used_from_now_on(two: CommandLine) -> None:
    said = two("accounts use noor")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr.startswith("Now using noor on ")
    assert who(two) == "noor"


def test_another_is_used_once(two: CommandLine) -> None:
    assert who(two, "--account noor") == "noor"
    assert who(two) == "ilse"


def test_an_unknown_account(two: CommandLine, sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    for line in ("accounts use nor", "whoami --account nor"):
        said = two(line)
        assert (said.code, said.stdout) == (3, "")
        assert said.stderr == (
            'Error: No account "nor" on this machine.\n'
            "Did you mean noor? List them: scalingo accounts\n"
        )
    assert not sandbox.requests


def test_one_name_on_two_platforms(two: CommandLine, sandbox: Sandbox) -> None:
    with Sandbox(protocol="legacy") as old:
        there = two.where(SCALINGO_API_URL=old.url, SCALINGO_AUTH_URL=None)
        line = f"login --email {old.email} --password-stdin --insecure-storage"
        assert there(line, stdin=old.password).code == 0
        said = two("whoami --account noor")
        hosts = [(url or "").removeprefix("http://") for url in (sandbox.auth_url, old.url)]
        assert (said.code, said.stdout) == (2, "")
        assert '2 accounts are named "noor".' in said.stderr
        assert all(f"noor@{host}" in said.stderr for host in hosts)
        assert who(two, f"--account noor@{hosts[0]}") == "noor"
        assert who(there, f"--account noor@{hosts[1]}") == "noor"
        # The token of one platform is not sent to another.
        said = two(f"whoami --account noor@{hosts[1]}")
        assert (said.code, said.stdout) == (2, "")
        assert f"noor signed in to {hosts[1]}, not to api.scalingo.com." in said.stderr


def test_the_environments_token_overrides_accounts(two: CommandLine, sandbox: Sandbox) -> None:
    said = two("whoami --account noor", SCALINGO_API_TOKEN=sandbox.token)
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr == (
        "Error: SCALINGO_API_TOKEN is set and overrides any account.\nUnset it to use --account.\n"
    )


# Signing out


def kept(user: CommandLine) -> dict[str, str]:
    tokens: dict[str, str] = json.loads(file(user).read_text())["tokens"]
    return tokens


def test_logout_deletes_the_token_on_the_platform(bare: CommandLine, sandbox: Sandbox) -> None:
    before = [token.id for token in sandbox.store.tokens]
    sign_in(bare, sandbox, "noor")
    said = bare("logout")
    assert (said.code, said.stdout) == (0, "")
    assert [token.id for token in sandbox.store.tokens] == before
    assert sandbox.requests[-1].method == "DELETE"
    assert kept(bare) == {}
    assert bare("accounts").stdout == ""


def test_logout_may_leave_it(bare: CommandLine, sandbox: Sandbox) -> None:
    sign_in(bare, sandbox, "noor")
    sandbox.clear_requests()
    before = len(sandbox.store.tokens)
    assert bare("logout --keep-remote").code == 0
    assert len(sandbox.store.tokens) == before
    assert not sandbox.requests
    assert kept(bare) == {}


def test_logout_with_a_token_that_was_revoked(bare: CommandLine, sandbox: Sandbox) -> None:
    sign_in(bare, sandbox, "noor")
    sandbox.store.tokens.pop()
    said = bare("logout", SCALINGO_NO_CACHE="1")
    assert said.code == 0
    assert kept(bare) == {}


def test_logout_of_one_leaves_the_other(two: CommandLine) -> None:
    assert two("logout --account noor").code == 0
    assert who(two) == "ilse"
    assert [line[0] for line in two("accounts").lines] == ["ilse"]
    assert two("logout").code == 0
    assert two("apps", SCALINGO_REGION=REGION).code == 4
