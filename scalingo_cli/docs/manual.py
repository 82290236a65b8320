"""Writes the manual pages, completion scripts and pictures from the commands: `make manual`."""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import __released__, __version__
from scalingo_cli.cli import tree
from scalingo_cli.completion import scripts
from scalingo_cli.docs.picture import pictures
from scalingo_cli.errors import ExitCode
from scalingo_cli.main import CONTENTS, cli
from scalingo_cli.settings import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "scalingo"
WRAPPING: Any = {"width": 78, "break_long_words": False, "break_on_hyphens": False}


def files() -> dict[str, str]:
    """Return every generated file by its path in the project."""
    pages = {f"man/{page_name(context)}.1": page(context) for context in tree.walk(cli)}
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


def page_name(context: click.Context) -> str:
    """Return the name of a command's page: `scalingo-apps-list`."""
    return context.command_path.replace(" ", "-")


def page(context: click.Context) -> str:
    """Return the manual page of a command, in man(7)."""
    command = context.command
    name = page_name(context)
    lines = [
        '.\\" Generated from the commands by `make manual`: do not edit.',
        f'.TH {name.upper()} 1 {__released__} "scalingo-cli {__version__}" "Scalingo Manual"',
        ".nh",  # a hyphen inside an option would become a line-breaking one
        ".ad l",
        ".SH NAME",
        *textwrap.wrap(
            f"{escaped(name)} \\- {escaped(_uncapitalised(tree.summary(command)))}", **WRAPPING
        ),
        ".SH SYNOPSIS",
        *_synopsis(context),
        ".SH DESCRIPTION",
        *text(command.help or ""),
        *_commands(context),
        ".SH OPTIONS",
        *(line for option in tree.options(context) for line in _option(context, option)),
        *_examples(getattr(command, "examples", ())),
        ".SH EXIT STATUS",
        *_definitions({str(code.value): code.meaning for code in ExitCode}),
        ".SH ENVIRONMENT",
        *_definitions(ENVIRONMENT),
        ".SH SEE ALSO",
        *_see_also(context),
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


def _synopsis(context: click.Context) -> list[str]:
    arguments = [
        f"[{_italic('options')}]" if piece == "[OPTIONS]" else escaped(piece)
        for piece in context.command.collect_usage_pieces(context)
    ]
    return [_bold(context.command_path), *arguments]


def _commands(context: click.Context) -> Iterator[str]:
    command = context.command
    if not isinstance(command, click.Group):
        return
    if context.parent is None:
        for section, contents in CONTENTS.items():
            yield f".SH {section.upper()}"
            for name, summary in contents.items():
                yield from (".TP", f"{_bold(f'{NAME}-{name}')}(1)", *text(summary))
        return
    yield ".SH COMMANDS"
    for child in list(tree.walk(command, context.info_name or "", context.parent))[1:]:
        yield from (
            ".TP",
            f"{_bold(page_name(child))}(1)",
            *text(f"{tree.summary(child.command)}."),
        )


def _option(context: click.Context, option: click.Option) -> list[str]:
    spellings, help_ = option.get_help_record(context) or ("", "")
    spelt = []
    for word in spellings.split(" "):
        comma = "," if word.endswith(",") else ""
        shown = word.removesuffix(",")
        spelt.append((_bold(shown) if shown.startswith("-") else _italic(shown)) + comma)
    return [".TP", " ".join(spelt), *text(help_)]


def _examples(examples: Sequence[str]) -> list[str]:
    if not examples:
        return []
    return [".SH EXAMPLES", ".EX", *(_line(f"$ {example}") for example in examples), ".EE"]


def _definitions(meanings: dict[str, str]) -> Iterator[str]:
    for term, meaning in meanings.items():
        yield from (".TP", _bold(term), *text(meaning))


def _see_also(context: click.Context) -> list[str]:
    above: list[str] = []
    parent = context.parent
    while parent:
        above.insert(0, page_name(parent))
        parent = parent.parent
    below = [
        page_name(child)
        for child in tree.walk(context.command, context.info_name or "", context.parent)
        if child.parent and child.parent.command is context.command
    ]
    names = [f"{_bold(name)}(1)" for name in above + below]
    return [f"{name}," for name in names[:-1]] + names[-1:]


if __name__ == "__main__":
    write(Path(sys.argv[1]))
