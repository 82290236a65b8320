"""The commands as data: what the manual, completion and `scalingo help --json` are made from."""

from __future__ import annotations

import inspect
import re
from math import inf
from typing import TYPE_CHECKING, Any, TypedDict

import click

from scalingo_cli import __version__
from scalingo_cli.cli import tree
from scalingo_cli.cli.command import Command, NoSuchCommand
from scalingo_cli.cli.options import global_options
from scalingo_cli.cli.types import CommandLine, CommandName, Number, Program, Word
from scalingo_cli.errors import ExitCode
from scalingo_cli.settings import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Sequence


class Value(TypedDict, total=False):
    """What an argument or an option takes.

    `type` is `choice` (one of `choices`), `text` (any, of which `words` and the first column of
    the command `listing` are offered, each with `suffix`), `integer` or `number` (from `minimum`,
    or above it if `above` is true, to `maximum`), `duration`, `file`, `program` (with its
    arguments), `line` (another command line of this client), or `command` (the words of a command).
    """

    type: str
    choices: list[str]
    words: list[str]
    listing: str
    suffix: str
    minimum: float
    maximum: float
    above: bool


class ArgumentData(TypedDict):
    """An argument; a repeatable one takes any number of words."""

    name: str
    required: bool
    repeatable: bool
    value: Value


class OptionData(TypedDict):
    """An option: `value` is null for a flag, which `off` turns off; `name` is what help calls it.

    `default` is a value or, in words, what applies instead. `environment` are the variables that
    may stand in for it.
    """

    spellings: list[str]
    off: list[str]
    name: str | None
    value: Value | None
    help: str
    default: Any
    environment: list[str]
    required: bool
    repeatable: bool


class CommandData(TypedDict):
    """A command or a group, which has `commands` and perhaps a `default` one of them.

    `changes` is `platform` or `machine` if it changes something there, and null if it only reads;
    `changes_always` is false if it only reads without some of its arguments. `reversible` is
    whether what it changes can be put back, by whoever noted how it was. `confirmation` is the
    option that answers its question in advance.
    """

    command: str
    summary: str
    description: str
    usage: str
    commands: list[str]
    default: str | None
    arguments: list[ArgumentData]
    options: list[OptionData]
    options_end: bool
    examples: list[str]
    json: bool
    changes: str | None
    changes_always: bool
    reversible: bool | None
    confirmation: str | None


class ExitCodeData(TypedDict):
    """An exit code, the same for all commands."""

    code: int
    meaning: str


class VariableData(TypedDict):
    """Environment variables that share a meaning."""

    names: list[str]
    meaning: str


class Description(TypedDict):
    """Commands, with the options, exit codes and variables that they share."""

    version: str
    commands: list[CommandData]
    global_options: list[OptionData]
    exit_codes: list[ExitCodeData]
    environment: list[VariableData]


def document(root: click.Group, words: Sequence[str] = ()) -> Description:
    """Describe a command and all below it.

    Args:
        root: The root command.
        words: The words that reach the command, without `scalingo`; none for all commands.

    Returns:
        The description, whose first command is the one that was asked for.

    Raises:
        NoSuchCommand: The words reach none.
    """
    asked = context_of(root, words)
    contexts = tree.walk(asked.command, asked.info_name or "", asked.parent)
    return {
        "version": __version__,
        "commands": [command(context) for context in contexts],
        "global_options": [
            _option(each, asked) for each in global_options(hidden=False) if not each.hidden
        ],
        "exit_codes": [{"code": each.value, "meaning": each.meaning} for each in ExitCode],
        "environment": [
            {"names": names.split(", "), "meaning": meaning}
            for names, meaning in ENVIRONMENT.items()
        ],
    }


def context_of(root: click.Group, words: Sequence[str]) -> click.Context:
    """Return the context of the command that the words reach. Raises NoSuchCommand."""
    context = root.context_class(root, None, "scalingo", **root.context_settings)
    for word in words:
        group = context.command
        child = group.get_command(context, word) if isinstance(group, click.Group) else None
        if child is None:
            raise NoSuchCommand(word, context)
        context = child.context_class(child, context, word, **child.context_settings)
    return context


def command(context: click.Context) -> CommandData:
    """Describe the command of a context."""
    described = context.command
    options = [_option(option, context) for option in tree.options(context)]
    spelt = {spelling for option in options for spelling in option["spellings"]}
    commands = _commands(described, context) if isinstance(described, click.Group) else []
    default = getattr(described, "default", "")
    leaf = described if isinstance(described, Command) else None
    return {
        "command": context.command_path,
        "summary": tree.summary(described),
        "description": inspect.cleandoc(described.help or ""),
        "usage": " ".join([context.command_path, *described.collect_usage_pieces(context)]),
        "commands": commands,
        "default": default if default in commands else None,
        "arguments": [
            {
                "name": argument.make_metavar(context),
                "required": argument.required,
                "repeatable": argument.nargs < 0,
                "value": _value(argument, context),
            }
            for argument in tree.arguments(context)
        ],
        "options": options,
        "options_end": not context.allow_interspersed_args and not commands,
        "examples": list(getattr(described, "examples", ())),
        "json": bool(leaf and leaf.answers_json),
        "changes": _changes(leaf) if leaf else None,
        "changes_always": bool(leaf and _changes(leaf) and not leaf.reads_if),
        "reversible": leaf.reversible if leaf and _changes(leaf) else None,
        "confirmation": next((each for each in ("--yes", "--confirm") if each in spelt), None),
    }


def _commands(group: click.Group, context: click.Context) -> list[str]:
    children = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return [name for name, child in children.items() if child and not child.hidden]


def _changes(command: Command) -> str | None:
    if command.changes:
        return "platform"
    return "machine" if command.changes_here else None


def _option(option: click.Option, context: click.Context) -> OptionData:
    is_flag = option.is_flag or option.count
    help_ = option.help or ""
    words = re.search(r"\(default: ([^()]+)\)", help_)
    told = words[1] if words else None
    default = option.get_default(context, call=False)
    if not isinstance(default, (str, int, float)) or is_flag:
        default = told
    return {
        "spellings": list(tree.spellings(option)),
        "off": list(option.secondary_opts),
        "name": None if is_flag else option.make_metavar(context),
        "value": None if is_flag else _value(option, context),
        "help": help_,
        "default": default,
        "environment": re.findall(r"\$([A-Z][A-Z_]+)", told or ""),
        "required": option.required,
        "repeatable": option.multiple,
    }


def _value(parameter: click.Parameter, context: click.Context) -> Value:
    kind = parameter.type
    if isinstance(kind, click.Choice):
        return {"type": "choice", "choices": [str(choice) for choice in kind.choices]}
    if isinstance(kind, Word):
        return {
            "type": "text",
            "words": list(kind.fixed),
            "listing": kind.listing,
            "suffix": kind.suffix,
        }
    if isinstance(kind, Number):
        bounds: Value = {"minimum": kind.least, "above": kind.excluded}
        if kind.most != inf:
            bounds["maximum"] = kind.most
        return {"type": "integer" if kind.kind is int else "number", **bounds}
    if isinstance(kind, Program):
        return {"type": "program"}
    if isinstance(kind, CommandLine):
        return {"type": "line"}
    if isinstance(kind, CommandName):
        return {"type": "command"}
    if kind.name == "duration":
        return {"type": "duration"}
    is_file = isinstance(kind, click.Path) or "FILE" in parameter.make_metavar(context)
    return {"type": "file" if is_file else "text"}
