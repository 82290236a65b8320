"""`scalingo version` and `scalingo update`."""

from __future__ import annotations

from scalingo_cli import __version__
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine


def test_version(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("version").stdout == f"{__version__}\n"
    assert scalingo("version --json").json == {"version": __version__}
    assert sandbox.requests == []


def test_update_shows_a_line_that_runs(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("update")
    assert result.code == 0
    assert result.stdout.endswith(" -m pip install --upgrade scalingo-cli\n")
    assert result.stderr == f"This is version {__version__}. To upgrade:\n"
    shown = scalingo("update --json").json
    assert shown == {"version": __version__, "upgrade": result.stdout.strip()}
    assert sandbox.requests == []
