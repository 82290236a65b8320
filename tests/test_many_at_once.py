"""Stories of many clients that run at the same time for one user."""

from __future__ import annotations

import itertools
import json
import random
import stat
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.seed import company
from scalingo_cli.sandbox.state.models import User
from tests.command_line import CommandLine
from tests.many_processes import at_once

pytestmark = pytest.mark.regional
SIGNED_IN = [company.MAIN, company.ILSE]
NEW = [company.TOMASZ, company.UNVERIFIED]
LEAVING = company.TWO_FACTOR


def login(sandbox: Sandbox, user: User, options: str) -> tuple[str, str]:
    otp = f"--otp {user.otp}" if user.otp else ""
    return f"login --email {user.email} --password-stdin {otp} {options}", sandbox.password_of(
        user.username
    )


def crowd(scalingo: CommandLine, sandbox: Sandbox, size: int, options: str) -> None:
    """So many clients sign in, work with renewed bearers, change accounts and sign out."""
    for user in [LEAVING, *SIGNED_IN]:
        line, password = login(sandbox, user, options)
        assert scalingo.process(line, stdin=password).code == 0
    assert scalingo("accounts use noor").code == 0  # and not one that is about to leave
    sandbox.revoke_bearers()
    lines = [login(sandbox, user, options) for user in NEW]
    lines += [(f"env --app {sandbox.main_app} --account {user.username}", "") for user in SIGNED_IN]
    lines += [(line, "") for line in ("apps", "accounts", "accounts use noor")]
    lines += [(f"logout --account {LEAVING.username}", "")]
    lines = [line for line, _ in zip(itertools.cycle(lines), range(size), strict=False)]
    random.Random(6).shuffle(lines)  # noqa: S311 - any order
    for line, said in at_once(scalingo, lines):
        # Who signs out after another did is told that the account is not there.
        assert said.code == 0 or (said.code == 3 and line.startswith("logout ")), (line, said)
    stayed = sorted(user.username for user in [*SIGNED_IN, *NEW])
    assert sorted(line[0] for line in scalingo.process("accounts").lines) == stayed
    for name in stayed:
        assert scalingo.process(f"whoami --account {name}").lines[0][0] == name
    config = Path(scalingo.environment["SCALINGO_CONFIG_DIR"])
    json.loads((config / "credentials.json").read_text())
    written = [*config.rglob("*"), *Path(scalingo.environment["HOME"], ".cache").rglob("*")]
    files = [path for path in written if path.is_file()]
    assert not [path for path in files if path.name.startswith(".")]  # a draft, left behind
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.mark.ci
def test_two_hundred_clients_lose_no_sign_in_from_the_file(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    crowd(scalingo.where(SCALINGO_API_TOKEN=None), sandbox, 200, "--insecure-storage")


def test_nor_do_many_from_the_keyring(
    scalingo: CommandLine, sandbox: Sandbox, secret_service: dict[str, str]
) -> None:
    user = CommandLine({**scalingo.environment, **secret_service}).where(
        SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None, SCALINGO_KEYRING_TIMEOUT="60"
    )
    crowd(user, sandbox, 16, "")


def test_a_bearer_that_many_renew_at_once_is_whole(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.revoke_bearers()
    for _, said in at_once(scalingo, [("apps", ""), ("env", "")] * 20):
        assert said.code == 0, said
    sandbox.clear_requests()
    assert scalingo("apps").code == 0
    assert len(sandbox.requests) == 1
