"""A pytest plugin: the fixture `scalingo_sandbox` is a local simulator of the Scalingo API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.sandbox import Sandbox


@pytest.fixture(scope="session")
def _running_scalingo_sandbox() -> Iterator[Sandbox]:
    from scalingo_cli.sandbox import Sandbox

    with Sandbox(operation_seconds=0.1) as sandbox:
        yield sandbox


@pytest.fixture
def scalingo_sandbox(
    _running_scalingo_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Sandbox:
    """A sandbox with its starting data, and an environment that points every client to it."""
    sandbox = _running_scalingo_sandbox
    sandbox.reset()
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, sandbox.host)
    monkeypatch.setenv("SCALINGO_APP", sandbox.main_app)
    return sandbox
