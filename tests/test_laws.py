"""The laws that every command keeps: each test walks the whole command tree."""

from __future__ import annotations

import ast
import pkgutil
import re
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest

from scalingo_cli import commands
from scalingo_cli.cli import tree as tree_of_contexts
from scalingo_cli.cli.command import Command, Group
from scalingo_cli.contents import CONTENTS, LONG_TAIL
from scalingo_cli.main import cli
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.command_tree import leaves, tree, unchanged
from tests.json_output import APART, documents

MODULES = sorted(module.name for module in pkgutil.iter_modules(commands.__path__))
# Help


def test_help_says_what_each_command_and_option_does() -> None:
    for node in tree():
        summary = (node.command.help or "").splitlines()[0]
        assert summary.endswith("."), node
        assert summary[0].isupper(), node
        for option in node.options:
            assert option.hidden or option.help, f"{node}: {option.name}"


def test_help_cuts_no_sentence_and_breaks_no_option() -> None:
    for context in tree_of_contexts.walk(cli):
        told = context.get_help()
        assert not re.search(r"--\S*-\n", told), context.command_path
        if isinstance(context.command, Group):
            for command in context.command.commands.values():
                assert f"{tree_of_contexts.summary(command)}." in " ".join(told.split())


def test_help_fits_a_screen_and_a_half_and_help_all_has_every_command(
    scalingo: CommandLine,
) -> None:
    short, whole = scalingo("--help"), scalingo("help all")
    assert (whole.code, whole.stderr) == (0, "")
    lines = short.stdout.splitlines()
    assert len(lines) <= 60
    assert "All commands: scalingo help all" in lines
    for section in CONTENTS.values():
        for name, summary in section.items():
            assert re.search(rf"^  {name} ", whole.stdout, re.MULTILINE)
            if name not in LONG_TAIL:
                assert any(line.startswith(f"  {name} ") and summary in line for line in lines)


def test_help_as_a_command(scalingo: CommandLine) -> None:
    for words in ("", "apps", "env set"):
        asked = scalingo(f"help {words}")
        assert (asked.code, asked.stderr) == (0, "")
        assert asked.stdout == scalingo(f"{words} --help").stdout


def test_help_of_each_command_has_an_example() -> None:
    for node in leaves():
        assert node.examples, node
        typed = str(node).removesuffix(" list").removesuffix(" check")  # run by the bare noun
        for example in node.examples:
            assert " ".join(example.arguments).startswith(typed), example


def test_the_table_of_contents_has_each_module_with_its_summary_and_nothing_else() -> None:
    rows = [row for section in CONTENTS.values() for row in section.items()]
    assert sorted(name.replace("-", "_") for name, _ in rows) == MODULES
    for name, summary in rows:
        command = import_module(f"scalingo_cli.commands.{name.replace('-', '_')}").command
        assert summary == command.help.splitlines()[0]


# Options


def test_an_option_is_spelt_the_same_everywhere() -> None:
    shapes = defaultdict(set)
    shorts = defaultdict(set)
    for node in tree():
        for option in node.options:
            *short, long = sorted(option.opts, key=len)
            assert long.startswith("--")
            assert long == long.lower().replace("_", "-")
            shapes[long].add((*short, option.is_flag, option.multiple))
            for spelling in short:
                shorts[spelling].add(long)
    # Types of events, of which there may be several, and the type of a container.
    assert shapes.pop("--type") == {(False, True), (False, False)}
    # The statuses of apps, of which there may be several, and a column of databases.
    assert shapes.pop("--status") == {(False, True), (True, False)}
    assert {long: shape for long, shape in shapes.items() if len(shape) > 1} == {}
    # As gh has it, as the official client has it, and as tail has it.
    assert shorts.pop("-f") == {"--raw-field", "--file", "--follow"}
    assert {short: longs for short, longs in shorts.items() if len(longs) > 1} == {}


def test_each_command_has_the_common_options() -> None:
    for node in tree():
        assert node.has("--debug"), node
        assert node.has("--no-pager"), node
        assert node.has("--app") == node.has("-a"), node


# Output


@pytest.mark.legacy
def test_json_is_json_on_the_legacy_api_too(
    examples: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    """On the regional platform it is tests/test_examples.py that holds this."""
    for node in leaves():
        if node.answers_json and str(node) not in APART:
            sandbox.reset()
            with unchanged(tmp_path):
                documents(node, node.examples[0].run(examples, tmp_path, "--json"))


def test_query_that_is_invalid_stops_before_any_request(
    examples: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    for node in leaves():
        if node.answers_json:
            ready = node.examples[0].resolved(examples)
            sandbox.clear_requests()
            result = ready.run(examples, tmp_path, "--query", "a[")
            assert (result.code, result.stdout, sandbox.requests) == (2, "", []), ready.line
            assert "at character 3" in result.error["message"]


# Changes


def test_what_cannot_be_put_back_is_said_where_it_is_asked() -> None:
    for node in leaves():
        command = node.command
        assert isinstance(command, Command)
        assert command.reversible or command.changes or command.changes_here, node
        if node.has("--confirm") and str(node) != "apps rename":  # which can be renamed back
            assert not command.reversible, node
        changes = command.changes and str(node) not in {"login", "logout"}
        assert node.has("--dry-run") == changes, node


# Imports


def test_commands_leave_printing_and_http_to_others() -> None:
    folder = Path(commands.__file__).parent
    for path in folder.rglob("*.py"):
        for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(statement, ast.Import):
                imported = {alias.name.partition(".")[0] for alias in statement.names}
            elif isinstance(statement, ast.ImportFrom):
                imported = {(statement.module or "").partition(".")[0]}
            else:
                imported = set()
            assert not imported & {"requests", "rich", "urllib3"}, path
            if isinstance(statement, ast.Call):
                printed = ast.unparse(statement.func)
                assert printed not in {"print", "click.echo", "click.secho"}, path
