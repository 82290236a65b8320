"""Stories of `scalingo logout`."""

from __future__ import annotations

from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

pytestmark = pytest.mark.both

KEYRING = "the keyring (SecretService Keyring)"


def file(user: CommandLine) -> Path:
    return Path(user.environment["SCALINGO_CONFIG_DIR"], "credentials.json")


def sign_in(user: CommandLine, sandbox: Sandbox, options: str = "") -> None:
    assert user.process(f"login --with-token {options}", stdin=sandbox.token).code == 0


def test_it_is_forgotten_everywhere(
    scalingo: CommandLine, sandbox: Sandbox, secret_service: dict[str, str]
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None, **secret_service)
    sign_in(user, sandbox)
    sign_in(user, sandbox, "--insecure-storage")
    sandbox.clear_requests()
    said = user.process("logout")
    host = (sandbox.auth_url or sandbox.url).removeprefix("http://")
    places = f"{KEYRING} and the file {file(user)}"
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == f"Signed out of {host} (noor). The token was deleted from {places}.\n"
    assert sandbox.token not in file(user).read_text()
    assert user.process("whoami").code == 4
    assert not sandbox.requests


def test_at_a_terminal_with_the_file(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    sign_in(user, sandbox, "--insecure-storage")
    terminal = user.terminal("logout", columns=200)
    terminal.expect("Signed out of 127.0.0.1:[0-9]+ .noor.. The token was deleted from the file ")
    terminal.wait()
    assert terminal.exitstatus == 0
    assert user("whoami").code == 4


def test_where_nothing_is_kept(scalingo: CommandLine) -> None:
    said = scalingo("logout", SCALINGO_API_TOKEN=None)
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr.startswith("No token was stored for 127.0.0.1:")
    assert scalingo("logout --json").stdout == ""


def test_the_environments_token_is_not_ours_to_forget(scalingo: CommandLine) -> None:
    said = scalingo("logout")
    assert said.code == 0
    assert "SCALINGO_API_TOKEN is still set in your environment." in said.stderr


def test_a_locked_keyring_may_still_hold_it(
    scalingo: CommandLine, sandbox: Sandbox, locked_secret_service: dict[str, str]
) -> None:
    user = scalingo.where(
        SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None, **locked_secret_service
    )
    sign_in(user, sandbox, "--insecure-storage")
    said = user.process("logout --json")
    assert (said.code, said.stdout) == (4, "")
    assert said.error["message"].startswith(f"Deleted the token from the file {file(user)}.")
    assert "The keyring is locked. It may still hold a token" in said.error["message"]
    assert said.error["hint"] == "Unlock the keyring and run the command again."
    assert not Path(file(user)).read_text().count(sandbox.token)
