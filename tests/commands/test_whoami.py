"""Stories of `scalingo whoami`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

pytestmark = pytest.mark.both

NOBODYS = "sandbox-nobody-0"


@pytest.fixture
def from_file(scalingo: CommandLine, sandbox: Sandbox) -> CommandLine:
    """Somebody whose token is kept in the file."""
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    assert user("login --with-token --insecure-storage", stdin=sandbox.token).code == 0
    return user


def home(sandbox: Sandbox) -> str:
    """The platform that is signed in to, in words."""
    host = (sandbox.auth_url or sandbox.url).removeprefix("http://")
    return f"{host}, region {sandbox.region}" if sandbox.region else host


def file(user: CommandLine) -> Path:
    return Path(user.environment["SCALINGO_CONFIG_DIR"], "credentials.json")


def test_who_where_and_from_which_source(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("whoami")
    assert said.lines == [["noor", "noor@pinecrate.example", home(sandbox), "SCALINGO_API_TOKEN"]]
    assert (said.code, said.stderr) == (0, "")


def test_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("whoami", SCALINGO_FORCE_TTY="80", NO_COLOR="1")
    assert [line.split() for line in said.stdout.splitlines()] == [
        ["Username", "noor"],
        ["E-mail", "noor@pinecrate.example"],
        ["Platform", *home(sandbox).split()],
        ["Token", "from", "SCALINGO_API_TOKEN"],
    ]


def test_with_json_the_source_is_conversation(scalingo: CommandLine) -> None:
    said = scalingo("whoami --json")
    assert said.json["user"]["username"] == "noor"
    assert said.stderr.startswith("Signed in to 127.0.0.1:")
    assert said.stderr.endswith(", with the token from SCALINGO_API_TOKEN.\n")


def test_the_token_is_never_shown(
    scalingo: CommandLine, from_file: CommandLine, sandbox: Sandbox
) -> None:
    for user in (scalingo, from_file):
        for line in ("whoami", "whoami --json", "whoami --debug-body"):
            said = user(line)
            assert sandbox.token not in said.stdout + said.stderr


def test_the_file_as_source(from_file: CommandLine) -> None:
    assert from_file("whoami").lines[0][-1] == f"the file {file(from_file)}"


def test_a_file_that_others_can_read_is_refused(from_file: CommandLine) -> None:
    file(from_file).chmod(0o644)
    said = from_file("whoami")
    assert said.code == 1
    assert f"Run: chmod 600 {file(from_file)}" in said.stderr


def test_a_token_of_another_platform_does_not_count(from_file: CommandLine, protocol: str) -> None:
    variable = "SCALINGO_AUTH_URL" if protocol == "regional" else "SCALINGO_API_URL"
    said = from_file.where(**{variable: "https://api.elsewhere.example"})("whoami")
    assert said.code == 4
    assert "You are not signed in to api.elsewhere.example." in said.stderr


def test_without_a_token(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    said = user("whoami")
    assert (said.code, said.stdout) == (4, "")
    assert "You are not signed in to 127.0.0.1" in said.stderr
    assert "Set SCALINGO_API_TOKEN, or sign in: scalingo login" in said.stderr
    json = user("whoami --json")
    assert (json.stdout, json.error["code"], json.error["status"]) == ("", 4, None)
    assert not sandbox.requests


def test_a_refused_token_is_named_by_its_source(scalingo: CommandLine) -> None:
    said = scalingo("whoami", SCALINGO_API_TOKEN=NOBODYS)
    assert (said.code, said.stdout) == (4, "")
    assert "refused the token from SCALINGO_API_TOKEN." in said.stderr
    assert "unset it and run: scalingo login" in said.stderr
    assert NOBODYS not in said.stderr
    json = scalingo("whoami --json", SCALINGO_API_TOKEN=NOBODYS)
    assert (json.stdout, json.error["status"]) == ("", 401)


def test_so_is_a_refused_token_of_the_file(from_file: CommandLine) -> None:
    kept = json.loads(file(from_file).read_text())
    kept["tokens"] = dict.fromkeys(kept["tokens"], NOBODYS)
    file(from_file).write_text(json.dumps(kept))
    said = from_file("whoami")
    assert said.code == 4
    assert f"refused the token from the file {file(from_file)}." in said.stderr
    assert "Sign in again: scalingo login" in said.stderr


def test_a_token_that_http_cannot_carry(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("whoami", SCALINGO_API_TOKEN="two words")
    assert said.code == 4
    assert "The token from SCALINGO_API_TOKEN is invalid" in said.stderr
    assert "two words" not in said.stderr
    assert not sandbox.requests


def test_the_locked_keyring(scalingo: CommandLine, locked_secret_service: dict[str, str]) -> None:
    user = scalingo.where(
        SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None, **locked_secret_service
    )
    said = user.process("whoami --json")
    assert (said.code, said.stdout) == (4, "")
    assert said.error["message"] == "The keyring is locked."
