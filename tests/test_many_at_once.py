"""Stories of many clients that run at the same time for one user."""

from __future__ import annotations

import itertools
import json
import random
import stat
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox, account
from scalingo_cli.sandbox.store import User
from tests.command_line import CommandLine
from tests.crowd import at_once

pytestmark = pytest.mark.today
SIGNED_IN = [account.MAIN, account.ILSE]
NEW = [account.TOMASZ, account.UNVERIFIED]
LEAVING = account.TWO_FACTOR


def login(user: User, options: str) -> tuple[str, str]:
    otp = f"--otp {user.otp}" if user.otp else ""
    return f"login --email {user.email} --password-stdin {otp} {options}", user.password


def crowd(
    scalingo: CommandLine, sandbox: Sandbox, directory: Path, size: int, options: str
) -> None:
    """So many clients sign in, work with renewed bearers, change accounts and sign out."""
    for user in [LEAVING, *SIGNED_IN]:
        line, password = login(user, options)
        assert scalingo.process(line, stdin=password).code == 0
    sandbox.revoke_bearers()
    lines = [login(user, options) for user in NEW]
    lines += [(f"env --app {sandbox.main_app} --account {user.username}", "") for user in SIGNED_IN]
    lines += [(line, "") for line in ("apps", "accounts", "accounts use noor")]
    lines += [(f"logout --account {LEAVING.username}", "")]
    lines = [line for line, _ in zip(itertools.cycle(lines), range(size), strict=False)]
    random.Random(6).shuffle(lines)  # noqa: S311 - any order
    at = directory / "crowd"
    at.mkdir()
    for line, said in at_once(scalingo, at, lines):
        # Who signs out after another did is told that the account is not there.
        assert said.code == 0 or (said.code == 3 and line.startswith("logout ")), (line, said)
    stayed = {user.username for user in [*SIGNED_IN, *NEW]}
    listed = scalingo.process("accounts --json").json["accounts"]
    assert {each["name"] for each in listed} == stayed
    for name in stayed:
        said = scalingo.process(f"whoami --account {name}")
        assert (said.code, said.lines[0][:1]) == (0, [name]), said.stderr
    config = Path(scalingo.environment["SCALINGO_CONFIG_DIR"])
    json.loads((config / "credentials.json").read_text())
    written = [*config.rglob("*"), *Path(scalingo.environment["HOME"], ".cache").rglob("*")]
    files = [path for path in written if path.is_file()]
    assert not [path for path in files if path.name.startswith(".")]  # a draft, left behind
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_two_hundred_clients_lose_no_sign_in_from_the_file(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    crowd(user, sandbox, tmp_path, 200, "--insecure-storage")


def test_nor_do_many_from_the_keyring(
    scalingo: CommandLine, sandbox: Sandbox, secret_service: dict[str, str], tmp_path: Path
) -> None:
    user = CommandLine({**scalingo.environment, **secret_service}).where(
        SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None
    )
    crowd(user, sandbox, tmp_path, 24, "")
