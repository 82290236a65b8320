"""Stories of `scalingo login`: at a terminal, in a script, and where the token is kept."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.refusals import REFUSALS, assert_refused
from tests.terminals import leave

pytestmark = pytest.mark.both

EMAIL, PASSWORD = Sandbox.email, "forty-two-crates"
UNATTENDED = f"login --email {EMAIL} --password-stdin"
INSECURE = f"{UNATTENDED} --insecure-storage"
WAYS_OUT = ("SCALINGO_API_TOKEN", "scalingo login --insecure-storage")


@pytest.fixture(autouse=True)
def known_password(sandbox: Sandbox) -> None:
    """Give the main user a password that these stories know."""
    user = sandbox.store.user(EMAIL)
    assert user
    user.password = PASSWORD


@pytest.fixture
def signed_out(scalingo: CommandLine, protocol: str) -> CommandLine:
    """The command line of somebody without a token, on a machine without a keyring."""
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    return user if protocol == "regional" else user.where(SCALINGO_AUTH_URL=None)


@pytest.fixture
def file(environment: dict[str, str]) -> Path:
    """Where --insecure-storage keeps tokens."""
    return Path(environment["SCALINGO_CONFIG_DIR"], "credentials.json")


REFUSED = {"legacy": "Wrong login or password", "regional": "Invalid credentials"}


def kept(file: Path) -> str:
    """The one token that the file keeps."""
    [value] = json.loads(file.read_text())["tokens"].values()
    return str(value)


def made(sandbox: Sandbox) -> str:
    """The token that a sign-in with the password led to."""
    return sandbox.store.tokens[-1].value if sandbox.auth_url else sandbox.token


def sign_ins(sandbox: Sandbox) -> list[tuple[str, int | None]]:
    """Every sign-in with the password: its path and the status that answered it."""
    return [
        (request.path, request.status)
        for request in sandbox.requests
        if request.method == "POST" and request.path in {"/v1/users/sign_in", "/v1/tokens"}
    ]


def watched(child: pexpect.spawn[str]) -> io.StringIO:
    """Everything that the terminal shows from now on."""
    child.logfile_read = io.StringIO()
    return child.logfile_read


def end(child: pexpect.spawn[str]) -> int | None:
    child.expect(pexpect.EOF)
    child.wait()
    return child.exitstatus


# At a terminal


def test_the_password_is_asked_for_and_never_shown(
    signed_out: CommandLine, sandbox: Sandbox, file: Path
) -> None:
    terminal = signed_out.terminal("login --insecure-storage")
    shown = watched(terminal)
    terminal.expect("E-mail: ")
    terminal.sendline(EMAIL)
    terminal.expect("Password: ")
    terminal.sendline(PASSWORD)
    terminal.expect("Welcome, noor.")
    terminal.expect("The token for 127.0.0.1:[0-9]+ is stored in the file ")
    assert end(terminal) == 0
    assert PASSWORD not in shown.getvalue()
    assert made(sandbox) not in shown.getvalue()
    assert kept(file) == made(sandbox)


def test_the_third_try_may_succeed(
    signed_out: CommandLine, sandbox: Sandbox, protocol: str
) -> None:
    terminal = signed_out.terminal("login --insecure-storage")
    shown = watched(terminal)
    for login, password in [("nor@pinecrate.example", PASSWORD), (EMAIL, "wrong-1")]:
        terminal.expect(r"E-mail( \[nor@pinecrate.example\])?: ")
        terminal.sendline(login)
        terminal.expect("Password: ")
        terminal.sendline(password)
        terminal.expect(f"The platform refused the sign-in: {REFUSED[protocol]}. Try again.")
    terminal.expect_exact(f"E-mail [{EMAIL}]: ")
    terminal.sendline("")
    terminal.expect("Password: ")
    terminal.sendline(PASSWORD)
    terminal.expect("Welcome, noor.")
    assert end(terminal) == 0
    assert [status for _, status in sign_ins(sandbox)] == [401, 401, 201]
    assert PASSWORD not in shown.getvalue()
    assert "wrong-1" not in shown.getvalue()


def test_after_three_refusals_it_ends(
    signed_out: CommandLine, sandbox: Sandbox, protocol: str
) -> None:
    terminal = signed_out.terminal(f"login --email {EMAIL} --insecure-storage")
    shown = watched(terminal)
    for _ in range(3):
        terminal.expect("Password: ")
        terminal.sendline("leek-soup")
    terminal.expect(f"Error: The platform refused the sign-in: {REFUSED[protocol]}.")
    assert end(terminal) == 4
    assert "E-mail" not in shown.getvalue()
    assert "leek-soup" not in shown.getvalue()
    way_in = "/v1/tokens" if sandbox.auth_url else "/v1/users/sign_in"
    assert [(request.path, request.status) for request in sandbox.requests] == [(way_in, 401)] * 3


@pytest.mark.parametrize("line", ["login --with-token", UNATTENDED])
def test_what_scripts_pipe_in_a_person_types_unseen(
    line: str, signed_out: CommandLine, sandbox: Sandbox, file: Path
) -> None:
    secret = sandbox.token if "token" in line else PASSWORD
    terminal = signed_out.terminal(f"{line} --insecure-storage")
    shown = watched(terminal)
    terminal.expect(["API token: ", "Password: "])
    terminal.sendline(secret)
    terminal.expect("Welcome, noor.")
    assert end(terminal) == 0
    assert secret not in shown.getvalue()
    assert kept(file) == (secret if "token" in line else made(sandbox))


@pytest.mark.parametrize("key", ["c", "d"])
@pytest.mark.parametrize(
    "line", ["login --insecure-storage", f"login --email {EMAIL} --insecure-storage"]
)
def test_leaving_at_a_question(
    line: str, key: str, signed_out: CommandLine, sandbox: Sandbox
) -> None:
    terminal = signed_out.terminal(line)
    terminal.expect(": ")
    code, said = leave(terminal, key)
    assert (code, "Interrupted." in said) == (130, True)
    assert not sandbox.requests


# In a script


def test_a_script_signs_in(signed_out: CommandLine, sandbox: Sandbox, file: Path) -> None:
    said = signed_out(INSECURE, stdin=f"{PASSWORD}\n")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr.startswith("Welcome, noor.\n")
    assert str(file) in said.stderr
    assert PASSWORD not in said.stderr
    assert kept(file) == made(sandbox)
    assert made(sandbox) not in said.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signed_out("whoami").lines[0][0] == "noor"


def test_with_json_the_user_is_shown_and_no_token(
    signed_out: CommandLine, sandbox: Sandbox, file: Path
) -> None:
    with_token = "login --with-token --insecure-storage"
    for line, stdin in [(INSECURE, PASSWORD), (with_token, sandbox.token)]:
        said = signed_out(f"{line} --json", stdin=stdin)
        assert said.code == 0
        assert said.json["user"]["email"] == EMAIL
        assert kept(file) not in said.stdout + said.stderr


@pytest.mark.parametrize("password", [f"{PASSWORD}", f"{PASSWORD}\r\n", f"{PASSWORD}\nmore\n"])
def test_the_password_is_the_first_line(
    password: str, signed_out: CommandLine, sandbox: Sandbox
) -> None:
    assert signed_out(INSECURE, stdin=password).code == 0
    if not sandbox.auth_url:  # the regional platform takes it as Basic authentication
        assert sandbox.requests[0].json == {"user": {"login": EMAIL, "password": PASSWORD}}


def test_blanks_belong_to_the_password(signed_out: CommandLine, sandbox: Sandbox) -> None:
    user = sandbox.store.user(EMAIL)
    assert user
    sandbox.store.users = [
        replace(each, password=" pass word ") if each is user else each
        for each in sandbox.store.users
    ]
    assert signed_out(INSECURE, stdin=" pass word \n").code == 0
    assert signed_out(INSECURE, stdin="pass word\n").code == 4


def test_a_refused_script_does_not_try_again(
    signed_out: CommandLine, sandbox: Sandbox, protocol: str, file: Path
) -> None:
    said = signed_out(INSECURE, stdin="leek-soup\nleek-soup\n")
    assert (said.code, said.stdout) == (4, "")
    assert said.stderr == f"Error: The platform refused the sign-in: {REFUSED[protocol]}.\n"
    assert len(sandbox.requests) == 1
    assert not file.exists()
    json = signed_out(f"{INSECURE} --json", stdin="leek-soup")
    assert (json.stdout, json.error["code"], json.error["status"]) == ("", 4, 401)


def test_a_token_is_checked_before_it_is_kept(
    signed_out: CommandLine, sandbox: Sandbox, file: Path
) -> None:
    line = "login --with-token --insecure-storage"
    refused = signed_out(line, stdin="sandbox-nobody-0\n")
    assert refused.code == 4
    assert "The platform refused the token from standard input." in refused.stderr
    assert "sandbox-nobody-0" not in refused.stderr
    assert not file.exists()
    assert signed_out(line, stdin=f" {sandbox.token}\r\n").code == 0
    assert [(request.path, request.status) for request in sandbox.requests] == [
        *([("/v1/tokens/exchange", 401)] if sandbox.auth_url else [("/v1/users/self", 401)]),
        *([("/v1/tokens/exchange", 200)] if sandbox.auth_url else []),
        ("/v1/users/self", 200),
    ]
    assert signed_out("whoami").code == 0


@pytest.mark.parametrize(
    ("line", "stdin", "says"),
    [
        ("login", "", 'Cannot ask "E-mail": there is no terminal.'),
        (f"login --email {EMAIL}", PASSWORD, 'Cannot ask "Password": there is no terminal.'),
        ("login --password-stdin", PASSWORD, "--password-stdin requires --email."),
        (
            f"login --with-token --email {EMAIL}",
            "tk-us-1",
            "--with-token cannot be combined with --email",
        ),
        (
            "login --with-token --password-stdin",
            "tk-us-1",
            "--with-token cannot be combined with --email",
        ),
        (UNATTENDED, "", "The first line of standard input is empty."),
        (UNATTENDED, f"\n{PASSWORD}", "The first line of standard input is empty."),
        ("login --with-token", "", "The first line of standard input is empty."),
        (UNATTENDED, b"\xff\xfe", "standard input is not UTF-8 text (byte 0)."),
        ("login --with-token", b"\xff\xfe", "standard input is not UTF-8 text (byte 0)."),
        ("login noor", "", "Got unexpected extra argument (noor)"),
    ],
)
def test_misuse_sends_nothing(
    line: str, stdin: str | bytes, says: str, signed_out: CommandLine, sandbox: Sandbox
) -> None:
    said = signed_out(line, stdin=stdin)
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr.startswith(f"Error: {says}")
    assert signed_out(f"{line} --json", stdin=stdin).error["message"].startswith(says)
    assert not sandbox.requests


def test_without_a_terminal_the_other_ways_are_named(signed_out: CommandLine) -> None:
    hint = signed_out("login").stderr.splitlines()[1]
    assert "--password-stdin" in hint
    assert "--with-token" in hint


def test_refusals(signed_out: CommandLine, sandbox: Sandbox, file: Path) -> None:
    for refusal in REFUSALS:
        if refusal.status != 404:
            assert_refused(signed_out, sandbox, INSECURE, refusal, stdin=PASSWORD)
            assert not file.exists()


@pytest.mark.legacy
def test_a_platform_without_the_legacy_way_in(
    signed_out: CommandLine, sandbox: Sandbox, file: Path
) -> None:
    sandbox.fail_next("404")
    said = signed_out(INSECURE, stdin=PASSWORD)
    assert (said.code, said.stdout) == (3, "")
    assert "scalingo login --region osc-fr1" in said.stderr
    assert not file.exists()


def test_a_platform_that_repeats_the_password(signed_out: CommandLine, sandbox: Sandbox) -> None:
    body = json.dumps({"errors": {"password": [f"{PASSWORD!r} was seen in a leak"]}})
    sandbox.fail_next("422", body=body)
    said = signed_out(INSECURE, stdin=PASSWORD)
    assert (said.code, said.stdout) == (5, "")
    assert "password '***' was seen in a leak" in said.stderr


# The environment's token


def test_the_environments_token_wins_and_is_never_stored(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    ilses = sandbox.token_of("ilse")
    with_ilses = scalingo.where(SCALINGO_API_TOKEN=ilses)
    said = with_ilses(INSECURE, stdin=PASSWORD)
    assert said.stderr.startswith("Welcome, noor.\n")
    assert "SCALINGO_API_TOKEN is set and overrides the token just stored." in said.stderr
    assert with_ilses("whoami").lines[0][0] == "ilse"
    assert with_ilses.where(SCALINGO_API_TOKEN=None)("whoami").lines[0][0] == "noor"
    with_ilses("apps")
    with_ilses("logout")
    kept = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert not any(ilses in text for text in kept)


# The keyring, in a process of its own: see tests.secret_service


def at_home(scalingo: CommandLine, home: dict[str, str]) -> CommandLine:
    """The command line of somebody without a token, on the machine that `home` describes."""
    return scalingo.where(SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None, **home)


def test_the_keyring_keeps_the_token(
    scalingo: CommandLine, sandbox: Sandbox, secret_service: dict[str, str], file: Path
) -> None:
    user = at_home(scalingo, secret_service)
    said = user.process(UNATTENDED, stdin=PASSWORD)
    assert said.code == 0
    assert "is stored in the keyring (SecretService Keyring)." in said.stderr
    assert user.process("whoami").lines[0][-1] == "the keyring (SecretService Keyring)"
    assert made(sandbox) not in "".join(path.read_text() for path in file.parent.iterdir())
    out = user.process("logout")
    assert (out.code, out.stdout) == (0, "")
    assert "deleted from the keyring (SecretService Keyring)." in out.stderr
    assert user.process("whoami").code == 4


@pytest.mark.parametrize(
    ("machine", "problem"),
    [
        ("no_keyring", "No keyring is available on this machine."),
        ("locked_secret_service", "The keyring is locked."),
        pytest.param(
            "silent_secret_service",
            "The keyring did not respond within 0.5 seconds",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_without_a_keyring_the_ways_out_are_named(
    machine: str, problem: str, scalingo: CommandLine, request: pytest.FixtureRequest
) -> None:
    user = at_home(scalingo, request.getfixturevalue(machine))
    said = user.process(f"{UNATTENDED} --json", stdin=PASSWORD)
    assert (said.code, said.stdout) == (4, "")
    assert said.error["message"].startswith(problem)
    assert all(way in said.error["hint"] for way in WAYS_OUT)
    assert user.process(INSECURE, stdin=PASSWORD).code == 0
    assert user.process("whoami").lines[0][0] == "noor"


# Before the first question


@pytest.mark.regional
def test_login_offers_a_file_before_it_asks_for_anything(
    scalingo: CommandLine, no_keyring: dict[str, str], sandbox: Sandbox, file: Path
) -> None:
    terminal = at_home(scalingo, no_keyring).terminal("login")
    terminal.expect_exact("No keyring is available on this machine.")
    terminal.expect_exact("Keep the token in a file that only you can read? [Y/n] ")
    terminal.sendline("")
    terminal.expect("E-mail: ")
    terminal.sendline(EMAIL)
    terminal.expect("Password: ")
    terminal.sendline(PASSWORD)
    terminal.expect("is stored in the file ")
    assert end(terminal) == 0
    assert kept(file) == made(sandbox)


@pytest.mark.regional
def test_login_without_a_connection_asks_for_nothing_twice(
    scalingo: CommandLine, no_keyring: dict[str, str]
) -> None:
    nobody = {"SCALINGO_AUTH_URL": "http://127.0.0.1:1", "SCALINGO_API_URL": "http://127.0.0.1:1"}
    terminal = at_home(scalingo, {**no_keyring, **nobody}).terminal("login --insecure-storage")
    terminal.expect("E-mail: ")
    terminal.sendline(EMAIL)
    terminal.expect("Password: ")
    terminal.sendline(PASSWORD)
    terminal.expect_exact("Try again? [Y/n] ")
    terminal.sendline("")
    assert terminal.expect(["Try again", "E-mail", "Password"]) == 0
    terminal.sendline("n")
    terminal.expect("Connection refused")
    assert end(terminal) == 6


@pytest.mark.regional
def test_login_ends_before_a_question_if_no_file_is_wanted(
    scalingo: CommandLine, no_keyring: dict[str, str], sandbox: Sandbox, file: Path
) -> None:
    terminal = at_home(scalingo, no_keyring).terminal("login")
    terminal.expect_exact("[Y/n] ")
    terminal.sendline("n")
    terminal.expect_exact("Error: No keyring is available on this machine.")
    assert end(terminal) == 4
    assert not sandbox.requests
    assert not file.exists()


@pytest.mark.regional
def test_login_of_a_script_without_a_keyring_sends_nothing(
    scalingo: CommandLine, no_keyring: dict[str, str], sandbox: Sandbox
) -> None:
    said = at_home(scalingo, no_keyring).process(UNATTENDED, stdin=PASSWORD)
    assert (said.code, said.stdout) == (4, "")
    assert "--insecure-storage" in said.stderr
    assert not sandbox.requests


# The platform that answers: the legacy API or the regional platform


@pytest.fixture
def legacy_api() -> Iterator[Sandbox]:
    """A legacy API beside the regional platform, which does not know its users."""
    with Sandbox(protocol="legacy") as legacy:
        legacy.store.users = []
        yield legacy


@pytest.fixture
def either(signed_out: CommandLine, sandbox: Sandbox, legacy_api: Sandbox) -> CommandLine:
    """The command line of somebody who names no region, between the two platforms."""
    return signed_out.where(
        SCALINGO_REGION=None, SCALINGO_API_URL=legacy_api.url, SCALINGO_AUTH_URL=sandbox.auth_url
    )


def test_login_of_a_legacy_user_says_so(signed_out: CommandLine, protocol: str) -> None:
    said = signed_out(INSECURE, stdin=PASSWORD)
    platform = "regional platform, region osc-fr1" if protocol == "regional" else "legacy API"
    assert said.stderr.splitlines()[1] == f"You are signed in to the {platform}."


@pytest.mark.regional
@pytest.mark.parametrize("status", ["404", "410"])
def test_login_goes_on_where_the_legacy_api_is_gone(
    status: str, either: CommandLine, sandbox: Sandbox, legacy_api: Sandbox, file: Path
) -> None:
    legacy_api.fail_next(status)
    said = either(INSECURE, stdin=PASSWORD)
    assert (said.code, said.stdout) == (0, "")
    assert "You are signed in to the regional platform, region osc-fr1." in said.stderr
    assert kept(file) == made(sandbox)


@pytest.mark.regional
def test_login_of_a_user_whom_the_legacy_api_refuses(
    either: CommandLine, sandbox: Sandbox, legacy_api: Sandbox, file: Path
) -> None:
    assert either(INSECURE, stdin=PASSWORD).code == 0
    assert [request.status for request in legacy_api.requests][:1] == [401]
    assert json.loads(file.read_text())["accounts"].popitem()[1]["region"] == "osc-fr1"
    assert kept(file) == made(sandbox)


@pytest.mark.regional
def test_login_with_a_wrong_password_is_refused_by_both(
    either: CommandLine, sandbox: Sandbox, legacy_api: Sandbox, file: Path
) -> None:
    said = either(INSECURE, stdin="leek-soup")
    assert (said.code, said.stdout) == (4, "")
    assert said.stderr == "Error: The platform refused the sign-in: Invalid credentials.\n"
    assert [request.status for request in sandbox.requests] == [401]
    assert [request.status for request in legacy_api.requests] == [401]
    assert not file.exists()


@pytest.mark.regional
def test_login_sends_no_password_from_one_platform_to_another(
    either: CommandLine, sandbox: Sandbox, legacy_api: Sandbox
) -> None:
    said = either(INSECURE, stdin=PASSWORD, SCALINGO_AUTH_URL=None)
    assert (said.code, said.stdout) == (4, "")
    assert "Wrong login or password" in said.stderr
    assert not sandbox.requests


@pytest.mark.regional
def test_login_with_a_token_of_the_regional_platform_asks_it_alone(
    either: CommandLine, sandbox: Sandbox, legacy_api: Sandbox
) -> None:
    said = either("login --with-token --insecure-storage", stdin=sandbox.token)
    assert (said.code, said.stdout) == (0, "")
    assert "region osc-fr1" in said.stderr
    assert not legacy_api.requests


@pytest.mark.regional
def test_login_inside_the_sandbox_is_found_by_the_next_command(
    signed_out: CommandLine, sandbox: Sandbox
) -> None:
    user = signed_out.where(SCALINGO_REGION=None)
    assert user(f"{INSECURE} --region osc-fr1", stdin=PASSWORD).code == 0
    assert user("whoami").lines[0][0] == "noor"


# A token of the regional platform in the environment


@pytest.mark.regional
def test_a_regional_token_needs_nothing_else(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_REGION=None, SCALINGO_API_URL=None)
    assert sandbox.main_app in user("apps").stdout
    assert user("apps --region osc-secnum-fr1").code == 0
    assert [request.region for request in sandbox.requests if request.service == "api"] == [
        "osc-fr1",
        "osc-secnum-fr1",
    ]


@pytest.mark.regional
def test_login_leaves_no_token_if_the_account_cannot_be_written_down(
    scalingo: CommandLine, sandbox: Sandbox, secret_service: dict[str, str]
) -> None:
    """Files of this process can hold nothing: the keyring, another process, keeps the token."""
    user = at_home(scalingo, secret_service)
    before = len(sandbox.store.tokens)
    line = f"ulimit -f 0; exec {sys.executable} -m scalingo_cli {UNATTENDED} | cat"
    said = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        input=PASSWORD,
        env=user.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert "Error: Could not write " in said.stderr
    assert len(sandbox.store.tokens) == before
    assert user.process("whoami").code == 4
    found = subprocess.run(
        [sys.executable, "-c", LOOK],
        env=user.environment,
        capture_output=True,
        check=True,
        text=True,
    )
    assert found.stdout == "None\n"


LOOK = """
import os, keyring
host = os.environ["SCALINGO_AUTH_URL"].removeprefix("http://")
print(keyring.get_password("scalingo", host))
"""
