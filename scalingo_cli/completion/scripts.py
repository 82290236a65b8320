"""The completion script for each shell, generated from the commands.

A script has every command, option and fixed choice, so that completing them does not start Python.
Names and IDs from the platform come from `scalingo __complete`: see storage/completion_cache.py.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scalingo_cli.cli import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import click

    from scalingo_cli.cli.describe import CommandData, Description, OptionData, Value

# The file name that each shell expects.
SCRIPTS = {"bash": "scalingo.bash", "fish": "scalingo.fish", "zsh": "_scalingo"}


@dataclass(frozen=True)
class Values:
    """The values of an option or an argument.

    `kind` is `words` (those in `fixed`, and those that the command `listing` shows, each with
    `suffix`), `file`, `program` (and its arguments), `line` (a command of ours and what follows
    it), `command` (a command of ours alone) or `text`, which is not completed.
    """

    kind: str = "text"
    fixed: tuple[str, ...] = ()
    listing: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Option:
    """An option; `metavar` names its value. A flag has no `values`."""

    spellings: tuple[str, ...]
    help: str
    values: Values | None = None
    metavar: str = ""
    repeatable: bool = False


@dataclass(frozen=True)
class Argument:
    """An argument; a `repeated` one takes all remaining words."""

    name: str
    values: Values
    repeated: bool


@dataclass(frozen=True)
class Command:
    """A command as completion sees it; `path` is its words without `scalingo`.

    `options_end` says that options are not accepted after the first argument. `default` is the
    command that runs if a group is called without one, empty if there is none.
    """

    path: str
    commands: dict[str, str]
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    options_end: bool
    default: str = ""


def script(shell: str, root: click.Group) -> str:
    """Return the completion script of a shell, one of `SCRIPTS`, for all commands of `root`."""
    template = Path(__file__).parent / "shells" / SCRIPTS[shell]
    data = describe.document(root)
    commands = described(data)
    everywhere = {tuple(option["spellings"]) for option in data["global_options"]}
    shared = [option for option in commands[0].options if option.spellings in everywhere]
    arms = "".join(
        _ARMS[shell](
            replace(
                command, options=tuple(o for o in command.options if o.spellings not in everywhere)
            )
        )
        for command in commands
    )
    text = template.read_text(encoding="utf-8").replace("@COMMANDS@\n", arms)
    return text.replace("@GLOBALS@\n", _GLOBALS[shell](shared))


def places(shell: str) -> list[Path]:
    """Return the usual places of our script for a shell, the user's own one first.

    zsh looks in $fpath, which only zsh knows: these are the directories that it usually has.
    """
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    shared = [
        Path(place)
        for place in (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
        if place
    ]
    if shell == "bash":
        own = os.environ.get("BASH_COMPLETION_USER_DIR") or data / "bash-completion"
        folders = [Path(own), *(place / "bash-completion" for place in shared)]
        return [folder / "completions/scalingo" for folder in folders]
    if shell == "fish":
        vendors = [place / "fish/vendor_completions.d" for place in [data, *shared]]
        folders = [config / "fish/completions", Path("/etc/fish/completions"), *vendors]
        return [folder / SCRIPTS[shell] for folder in folders]
    folders = [Path(place) for place in os.environ.get("FPATH", "").split(":") if place]
    folders += [home / ".zfunc", home / ".zsh/completions", home / ".zsh/functions"]
    for place in [Path("/opt/homebrew/share"), *shared]:
        folders += [place / "zsh/site-functions", place / "zsh/vendor-completions"]
    return [folder / SCRIPTS[shell] for folder in folders]


def described(data: Description) -> list[Command]:
    """Return all commands of a description as completion sees them."""
    commands = data["commands"]
    summaries = {each["command"]: each["summary"] for each in commands}
    return [_command(each, summaries) for each in commands]


def _command(data: CommandData, summaries: Mapping[str, str]) -> Command:
    return Command(
        path=data["command"].partition(" ")[2],
        commands={
            name: summaries[f"{data['command']} {name}"] for name in sorted(data["commands"])
        },
        options=tuple(option for each in data["options"] for option in _options(each)),
        arguments=tuple(
            Argument(each["name"], _values(each["value"]), each["repeatable"])
            for each in data["arguments"]
        ),
        options_end=data["options_end"],
        default=data["default"] or "",
    )


def _options(data: OptionData) -> Iterator[Option]:
    help_ = data["help"].partition(".")[0]
    spellings = tuple(data["spellings"])
    if data["value"] is not None:
        name = data["name"] or ""
        yield Option(spellings, help_, _values(data["value"]), name, data["repeatable"])
        return
    yield Option(spellings, help_)
    if data["off"]:
        yield Option(tuple(data["off"]), help_)


def _values(value: Value) -> Values:
    kind = value["type"]
    if kind == "choice":
        return Values("words", tuple(value["choices"]))
    if "words" in value:
        return Values("words", tuple(value["words"]), value["listing"], value["suffix"])
    return Values(kind if kind in {"command", "file", "line", "program"} else "text")


# Each command is a branch of a `case` or `switch`; the scripts say what it sets.


def _bash(command: Command) -> str:
    lines = [f"        {_quoted(command.path)})"]
    if command.commands:
        lines.append(f"            commands=({' '.join(command.commands)})")
    if command.default:
        lines.append(f"            default={command.default}")
    lines += [
        "            options=(",
        *(f"                {_quoted(_option(option))}" for option in command.options),
        "            )",
    ]
    if command.arguments:
        values = " ".join(_quoted(_value(argument.values)) for argument in command.arguments)
        lines.append(f"            arguments=({values})")
        if command.arguments[-1].repeated:
            lines.append("            repeated=1")
    if command.options_end:
        lines.append("            options_end=1")
    return "\n".join([*lines, "            ;;"]) + "\n"


def _fish(command: Command) -> str:
    lines = [f"        case {_quoted_in_fish(command.path)}"]
    lines += [
        f"            set --append commands {_quoted_in_fish(f'{name}|{_plain(help_)}')}"
        for name, help_ in command.commands.items()
    ]
    lines += [
        f"            set --append options {_quoted_in_fish(_option(option, option.help))}"
        for option in command.options
    ]
    if command.default:
        lines.append(f"            set default {command.default}")
    if command.arguments:
        values = " ".join(
            _quoted_in_fish(_value(argument.values)) for argument in command.arguments
        )
        lines.append(f"            set arguments {values}")
        if command.arguments[-1].repeated:
            lines.append("            set repeated 1")
    if command.options_end:
        lines.append("            set options_end 1")
    return "\n".join(lines) + "\n"


def _bash_globals(options: Sequence[Option]) -> str:
    lines = [f"        {_quoted(_option(option))}" for option in options]
    return "\n".join(["    options+=(", *lines, "    )"]) + "\n"


def _fish_globals(options: Sequence[Option]) -> str:
    return "".join(
        f"    set --append options {_quoted_in_fish(_option(option, option.help))}\n"
        for option in options
    )


def _option(option: Option, *help_: str) -> str:
    fields = [" ".join(option.spellings), *map(_plain, help_)]
    return "|".join([*fields, _value(option.values)] if option.values else fields)


def _value(values: Values) -> str:
    if values.kind != "words":
        return values.kind
    return "|".join([values.kind, " ".join(values.fixed), values.listing, values.suffix])


def _plain(words: str) -> str:
    """Return the words that contain no separator."""
    return words.replace("|", "/")


def _quoted(words: str) -> str:
    return "'" + words.replace("'", "'\\''") + "'"


def _quoted_in_fish(words: str) -> str:
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _zsh(command: Command) -> str:
    lines = [f"        {_quoted(command.path)})"]
    if command.commands:
        lines += [
            "            subcommands=(",
            *(
                f"                {_quoted(f'{name}:{help_}')}"
                for name, help_ in command.commands.items()
            ),
            "            )",
        ]
    if command.default:
        lines.append(f"            default={command.default}")
    specs = [spec for option in command.options for spec in _zsh_option(option)]
    if command.options_end:
        specs = ["-A", "-*", *specs]
    specs += [_zsh_argument(argument) for argument in command.arguments]
    lines += [
        "            arguments+=(",
        *(f"                {_quoted(spec)}" for spec in ["-S", *specs]),
        "            )",
        "            ;;",
    ]
    return "\n".join(lines) + "\n"


def _zsh_globals(options: Sequence[Option]) -> str:
    lines = [f"        {_quoted(spec)}" for option in options for spec in _zsh_option(option)]
    return "\n".join(["    arguments+=(", *lines, "    )"]) + "\n"


def _zsh_option(option: Option) -> Iterator[str]:
    """Yield the specs of an option for `_arguments`, one for each spelling."""
    help_ = option.help.replace("[", "\\[").replace("]", "\\]")
    alone = len(option.spellings) == 1 and not option.repeatable
    for spelling in option.spellings:
        if option.repeatable:
            before = "*"
        elif "--help" in option.spellings:
            before = "(- *)"
        else:
            before = "" if alone else f"({' '.join(option.spellings)})"
        if option.values:
            mark = "=" if spelling.startswith("--") else "+"
            yield f"{before}{spelling}{mark}[{help_}]:{_zsh_value(option.metavar, option.values)}"
        else:
            yield f"{before}{spelling}[{help_}]"


def _zsh_argument(argument: Argument) -> str:
    if argument.values.kind == "program":
        return "*:: :_scalingo_offer_program"
    if argument.values.kind == "line":
        return "*:: :_scalingo_offer_line"
    if argument.values.kind == "command":
        return "*:: :_scalingo_offer_command"
    place = "*" if argument.repeated else ""
    return f"{place}:{_zsh_value(argument.name, argument.values)}"


def _zsh_value(name: str, values: Values) -> str:
    """Return the message and the action of a spec."""
    if values.kind == "file":
        action = "_files"
    elif values.kind == "words":
        words = " ".join(map(_quoted, [values.listing, values.suffix, *values.fixed]))
        action = f"{{_scalingo_offer {words}}}"
    else:
        action = " "
    return ":".join(part.replace(":", "\\:") for part in (name, action))


_ARMS: dict[str, Callable[[Command], str]] = {"bash": _bash, "fish": _fish, "zsh": _zsh}
_GLOBALS: dict[str, Callable[[Sequence[Option]], str]] = {
    "bash": _bash_globals,
    "fish": _fish_globals,
    "zsh": _zsh_globals,
}
