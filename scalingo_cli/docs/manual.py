"""Writes the manual pages, completion scripts and pictures from the commands: `make manual`."""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalingo_cli import __released__, __version__
from scalingo_cli.cli import describe
from scalingo_cli.completion import scripts
from scalingo_cli.contents import CONTENTS
from scalingo_cli.docs.picture import pictures
from scalingo_cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scalingo_cli.cli.describe import CommandData, Description, OptionData

NAME = "scalingo"
WRAPPING: Any = {"width": 78, "break_long_words": False, "break_on_hyphens": False}


def files() -> dict[str, str]:
    """Return every generated file by its path in the project."""
    data = describe.document(cli)
    pages = {f"man/{page_name(each)}.1": page(each, data) for each in data["commands"]}
    shells = {
        f"completions/{name}": scripts.script(shell, cli) for shell, name in scripts.SCRIPTS.items()
    }
    return pages | shells | pictures()


def write(project: Path) -> None:
    """Write every generated file below `project`, and remove pages of commands that are gone."""
    wanted = files()
    for directory in ("man", "completions", "images"):
        (project / directory).mkdir(exist_ok=True)
        for path in (project / directory).iterdir():
            if f"{directory}/{path.name}" not in wanted:
                path.unlink()
    for name, text in wanted.items():
        (project / name).write_text(text, encoding="utf-8", newline="\n")


def page_name(command: CommandData) -> str:
    """Return the name of a command's page: `scalingo-apps-list`."""
    return command["command"].replace(" ", "-")


def page(command: CommandData, data: Description) -> str:
    """Return the manual page of a command that the description `data` has, in man(7)."""
    name = page_name(command)
    lines = [
        '.\\" Generated from the commands by `make manual`: do not edit.',
        f'.TH {name.upper()} 1 {__released__} "scalingo-cli {__version__}" "Scalingo Manual"',
        ".nh",  # a hyphen inside an option would become a line-breaking one
        ".ad l",
        ".SH NAME",
        *textwrap.wrap(
            f"{escaped(name)} \\- {escaped(_uncapitalised(command['summary']))}", **WRAPPING
        ),
        ".SH SYNOPSIS",
        *_synopsis(command),
        ".SH DESCRIPTION",
        *text(command["description"]),
        *_commands(command, data),
        ".SH OPTIONS",
        *(line for option in command["options"] for line in _option(option)),
        *_examples(command["examples"]),
        ".SH EXIT STATUS",
        *_definitions({str(each["code"]): each["meaning"] for each in data["exit_codes"]}),
        ".SH ENVIRONMENT",
        *_definitions({", ".join(each["names"]): each["meaning"] for each in data["environment"]}),
        ".SH SEE ALSO",
        *_see_also(command, data),
    ]
    return "\n".join(lines) + "\n"


def escaped(words: str) -> str:
    """Return text escaped so that troff prints it unchanged, even when copied and pasted."""
    glyphs = {"\\": r"\(rs", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
    return "".join(
        glyphs.get(char) or (char if char.isascii() else f"\\[u{ord(char):04X}]") for char in words
    )


def text(words: str) -> list[str]:
    """Return the lines of a help text: its paragraphs, filled or, after a `\\b`, as they are."""
    lines: list[str] = []
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(words)):
        if lines:
            lines.append(".PP")
        if paragraph.lstrip().startswith("\b"):
            lines += [".nf", *map(_line, paragraph.split("\n")[1:]), ".fi"]
        else:
            lines += _filled(paragraph)
    return lines


def _filled(paragraph: str) -> list[str]:
    """Return a paragraph in lines of source, with text between backticks in bold."""
    parts = " ".join(paragraph.split()).split("`")
    marked = "".join(
        _bold(part) if index % 2 else escaped(part) for index, part in enumerate(parts)
    )
    return [_guarded(line) for line in textwrap.wrap(marked, **WRAPPING)]


def _line(words: str) -> str:
    return _guarded(escaped(words))


def _guarded(line: str) -> str:
    """Keep troff from reading a line of text as a request."""
    return f"\\&{line}" if line.startswith((".", "'")) else line


def _uncapitalised(sentence: str) -> str:
    first, _, rest = sentence.partition(" ")
    return f"{first.lower()} {rest}" if first.istitle() else sentence


def _bold(words: str) -> str:
    return f"\\fB{escaped(words)}\\fR"


def _italic(words: str) -> str:
    return f"\\fI{escaped(words)}\\fR"


def _synopsis(command: CommandData) -> list[str]:
    pieces = command["usage"].removeprefix(command["command"]).split(" ")[1:]
    arguments = [
        f"[{_italic('options')}]" if piece == "[OPTIONS]" else escaped(piece) for piece in pieces
    ]
    return [_bold(command["command"]), *arguments]


def _commands(command: CommandData, data: Description) -> Iterator[str]:
    if command["command"] == NAME:
        for section, contents in CONTENTS.items():
            yield f".SH {section.upper()}"
            for name, summary in contents.items():
                yield from (".TP", f"{_bold(f'{NAME}-{name}')}(1)", *text(summary))
    elif command["commands"]:
        yield ".SH COMMANDS"
        for below in _below(command, data):
            yield from (".TP", f"{_bold(page_name(below))}(1)", *text(f"{below['summary']}."))


def _below(command: CommandData, data: Description) -> list[CommandData]:
    """Return all commands below this one."""
    start = f"{command['command']} "
    return [each for each in data["commands"] if each["command"].startswith(start)]


def _option(option: OptionData) -> list[str]:
    spelt = ", ".join(map(_bold, option["spellings"]))
    if option["off"]:
        spelt += f" / {', '.join(map(_bold, option['off']))}"
    if option["name"]:
        spelt += f" {_italic(option['name'])}"
    required = "  [required]" if option["required"] else ""
    return [".TP", spelt, *text(option["help"] + required)]


def _examples(examples: Sequence[str]) -> list[str]:
    if not examples:
        return []
    return [".SH EXAMPLES", ".EX", *(_line(f"$ {example}") for example in examples), ".EE"]


def _definitions(meanings: dict[str, str]) -> Iterator[str]:
    for term, meaning in meanings.items():
        yield from (".TP", _bold(term), *text(meaning))


def _see_also(command: CommandData, data: Description) -> list[str]:
    words = command["command"].split(" ")
    above = ["-".join(words[:count]) for count in range(1, len(words))]
    depth = len(words) + 1
    below = [page_name(each) for each in _below(command, data) if _depth(each) == depth]
    names = [f"{_bold(name)}(1)" for name in above + below]
    return [f"{name}," for name in names[:-1]] + names[-1:]


def _depth(command: CommandData) -> int:
    return command["command"].count(" ") + 1


if __name__ == "__main__":
    write(Path(sys.argv[1]))
