"""`scalingo help --json`: every command as data, from which the manual and completion are made."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest

import scalingo_cli
from scalingo_cli.cli import describe, tree
from scalingo_cli.cli.command import Command
from scalingo_cli.errors import ExitCode
from scalingo_cli.main import cli
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.settings import ENVIRONMENT
from tests.command_line import CommandLine
from tests.command_tree import leaves

VARIABLES = {name for names in ENVIRONMENT for name in names.split(", ")}


@pytest.fixture
def whole(scalingo: CommandLine) -> Any:
    """All commands."""
    return scalingo("help --json").json


def described(scalingo: CommandLine, line: str) -> Any:
    """The command of this line."""
    return scalingo(f"help --json {line}").json["commands"][0]


def option(command: Any, spelling: str) -> Any:
    [found] = [each for each in command["options"] if spelling in each["spellings"]]
    return found


def test_help_as_json_has_every_command(scalingo: CommandLine, whole: Any) -> None:
    names = [each["command"] for each in whole["commands"]]
    assert names == [context.command_path for context in tree.walk(cli)]
    assert whole == scalingo("help all --json").json
    assert whole["exit_codes"] == [{"code": code, "meaning": code.meaning} for code in ExitCode]
    assert {name for each in whole["environment"] for name in each["names"]} == VARIABLES


def test_help_as_json_of_a_group_has_what_is_below_it(scalingo: CommandLine) -> None:
    commands = scalingo("help --json databases users").json["commands"]
    group, *below = [each["command"] for each in commands]
    assert group == "scalingo databases users"
    assert [f"{group} {name}" for name in sorted(commands[0]["commands"])] == below
    assert commands[0]["default"] == "list"
    assert commands[0]["changes"] is None


def test_help_as_json_needs_no_platform(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    assert scalingo("help --json scale", SCALINGO_API_TOKEN=None, SCALINGO_APP=None).code == 0
    assert sandbox.requests == []


def test_help_as_json_of_values(scalingo: CommandLine) -> None:
    copy = described(scalingo, "env copy")
    assert copy["arguments"] == [
        {
            "name": "FROM",
            "required": True,
            "repeatable": False,
            "value": {"type": "text", "words": [], "listing": "apps list", "suffix": ""},
        }
    ]
    assert option(copy, "--only")["repeatable"] is True
    assert option(copy, "--yes")["value"] is None
    app = option(copy, "--app")
    assert (app["spellings"], app["environment"]) == (["-a", "--app"], ["SCALINGO_APP"])
    assert (
        app["default"] == "$SCALINGO_APP, the git remote `scalingo`, or your choice at a terminal"
    )
    export = option(described(scalingo, "env export"), "--format")
    assert export["value"] == {"type": "choice", "choices": ["dotenv", "shell", "json"]}
    assert export["default"] == "dotenv"
    timeout = option(described(scalingo, "scale"), "--timeout")
    assert timeout["value"] == {"type": "number", "minimum": 0, "above": True}
    assert timeout["default"] == "3600"
    port = option(described(scalingo, "log-drains add"), "--port")["value"]
    assert port == {"type": "integer", "minimum": 1, "above": False, "maximum": 65535}
    assert option(described(scalingo, "domains add"), "--cert")["value"]["type"] == "file"
    https = option(described(scalingo, "apps update"), "--force-https")
    assert https["off"] == ["--no-force-https"]
    run = described(scalingo, "env run")
    assert (run["arguments"][0]["value"], run["options_end"]) == ({"type": "program"}, True)
    assert described(scalingo, "help")["arguments"][0]["value"] == {"type": "command"}


@pytest.mark.parametrize(
    ("line", "changes", "always", "reversible", "confirmation"),
    [
        ("apps list", None, False, None, None),
        ("apps delete", "platform", True, False, "--confirm"),
        ("env copy", "platform", True, True, "--yes"),
        ("scale", "platform", False, True, None),
        ("config set-region", "machine", True, True, None),
        ("logout", "platform", False, False, None),
    ],
)
def test_help_as_json_says_what_changes(
    line: str,
    changes: str | None,
    always: bool,
    reversible: bool | None,
    confirmation: str | None,
    scalingo: CommandLine,
) -> None:
    found = described(scalingo, line)
    assert found["changes"] == changes
    assert found["changes_always"] == always
    assert found["reversible"] == reversible
    assert found["confirmation"] == confirmation


def test_help_as_json_agrees_with_what_each_command_declares(whole: Any) -> None:
    by_name = {each["command"]: each for each in whole["commands"]}
    for node in leaves():
        command, data = node.command, by_name[f"scalingo {node}"]
        assert isinstance(command, Command)
        assert (data["changes"] == "platform") == command.changes
        assert (data["reversible"] is None) == (data["changes"] is None)
        assert data["json"] == command.answers_json
        assert data["examples"] == list(command.examples)
        shown = click.unstyle(command.get_help(describe.context_of(cli, node.words)))
        for each in [*data["options"], *data["arguments"]]:
            for spelling in each.get("spellings", [each["name"]]):
                assert spelling in shown, node
        for each in data["options"]:
            assert set(each["environment"]) <= VARIABLES


def test_help_with_query(scalingo: CommandLine) -> None:
    result = scalingo(["help", "--raw", "--query", "commands[].command", "env"])
    assert "scalingo env set" in result.stdout.splitlines()


def test_help_of_an_unknown_command(scalingo: CommandLine) -> None:
    result = scalingo("help --json env st")
    assert (result.code, result.stdout) == (2, "")
    assert result.error["message"] == 'Unknown command "st".'
    assert result.error["hint"] == "Did you mean set or list?"
    assert scalingo("help scale nothing").code == 2


def test_help_of_the_official_spelling(scalingo: CommandLine) -> None:
    assert "NAME=VALUE" in scalingo("help env-set").stdout
    assert described(scalingo, "env-set")["command"] == "scalingo env-set"


def test_no_help_is_made_from_click_but_by_the_description() -> None:
    """The manual and completion read the one description, and not the commands."""
    package = Path(scalingo_cli.__file__).parent
    for module in ("docs/manual.py", "completion/scripts.py"):
        source = (package / module).read_text(encoding="utf-8")
        assert "describe.document(" in source
        assert not re.search(r"tree\.(walk|options|arguments)|get_params|\.params\b", source)


def test_help_as_json_is_json(scalingo: CommandLine) -> None:
    shown = scalingo("help --json", SCALINGO_FORCE_TTY="80").stdout
    assert json.loads(shown) == scalingo("help --json").json
