"""People who sign in with a password, and keep their tokens in the file."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine


def sign_in(user: CommandLine, sandbox: Sandbox, name: str) -> None:
    """Sign in to osc-fr1 as one of the sandbox's users."""
    account = sandbox.store.user(name)
    assert account
    line = f"login --region osc-fr1 --email {account.email} --password-stdin --insecure-storage"
    said = user(line, stdin=sandbox.password_of(name))
    assert said.code == 0, said.stderr


@pytest.fixture
def bare(scalingo: CommandLine) -> CommandLine:
    """Somebody who has nothing in the environment but where to sign in."""
    return scalingo.where(SCALINGO_API_TOKEN=None, SCALINGO_API_URL=None, SCALINGO_REGION=None)


@pytest.fixture
def two(bare: CommandLine, sandbox: Sandbox) -> CommandLine:
    """Somebody who signed in as ilse and then as noor."""
    sign_in(bare, sandbox, "ilse")
    sign_in(bare, sandbox, "noor")
    sandbox.clear_requests()
    return bare
