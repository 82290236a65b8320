"""How GitHub Actions and GitLab CI read a log and the files of a job, from their documentation.

GitHub: "Workflow commands for GitHub Actions". A command is a line `::name key=value,…::value`,
after white space; the older `##[name key=value;…]value` may be anywhere in a line. GitLab: "CI/CD
job logs", "Custom collapsible sections", and "GitLab CI/CD artifacts reports types".
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

COMMANDS = {
    "add-mask",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "save-state",
    "set-output",
    "warning",
}


@pytest.fixture
def step(tmp_path: Path) -> Path:
    """The directory of the files that GitHub makes for a step."""
    directory = tmp_path / "step"
    directory.mkdir()
    for name in ("summary", "outputs"):
        (directory / name).touch()
    return directory


def on_github(step: Path) -> dict[str, str]:
    """The variables of such a step."""
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(step / "summary"),
        "GITHUB_OUTPUT": str(step / "outputs"),
    }


class Command(NamedTuple):
    """A workflow command of GitHub."""

    name: str
    value: str = ""
    properties: tuple[tuple[str, str], ...] = ()


class Log(NamedTuple):
    """What GitHub makes of the output of a step: its commands, and the lines that it shows."""

    commands: list[Command]
    shown: list[str]


def github_log(text: str) -> Log:
    """Read the output of a step as the runner does."""
    log = Log([], [])
    token = ""
    for line in text.split("\n"):
        command = _command(line, COMMANDS | {"stop-commands"} | ({token} if token else set()))
        if token:
            if command and command.name == token:
                token = ""
            else:
                log.shown.append(line)
        elif command and command.name == "stop-commands":
            token = command.value
            assert len(token) >= 16
        elif command:
            log.commands.append(command)
        else:
            log.shown.append(line)
    assert not token, "commands are stopped to the end of the step"
    return log


def _command(line: str, known: set[str]) -> Command | None:
    if match := re.fullmatch(r"\s*::([^ :]+)(?: (.*?))?::(.*)", line):
        name, properties, value = match[1], match[2] or "", match[3]
        if name.lower() in known:
            given = (pair.partition("=") for pair in properties.split(",") if pair)
            read = tuple((key, _unescaped(text, ":,")) for key, _, text in given)
            return Command(name.lower(), _unescaped(value), read)
    if match := re.search(r"##\[([\w-]+)(?: [^\]]*)?\](.*)", line):
        return Command(match[1], match[2]) if match[1].lower() in known else None
    return None


def _unescaped(text: str, more: str = "") -> str:
    for char in f"\r\n{more}%":  # the percent sign last
        text = text.replace(f"%{ord(char):02X}", char)
    return text


def outputs(text: str) -> dict[str, str]:
    """Read GITHUB_OUTPUT: `name=value`, or `name<<delimiter`, lines and the delimiter."""
    found = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, heredoc, delimiter = line.partition("<<")
        if not heredoc or "=" in name:
            name, equals, value = line.partition("=")
            assert equals, line
            found[name] = value
            continue
        value_lines = []
        while (inner := next(lines)) != delimiter:
            value_lines.append(inner)
        found[name] = "\n".join(value_lines)
    return found


def table(markdown: str) -> list[dict[str, str]]:
    """Read the tables of a summary: each row by the names of its columns, text as it is shown.

    Asserts that nothing but words of ours stands outside of code spans.
    """
    rows: list[dict[str, str]] = []
    header: list[str] = []
    for line in markdown.splitlines():
        if not line.startswith("| "):
            assert not line.strip(), line
            header = []
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not header:
            header = cells
        elif not set("".join(cells)) <= set("- "):
            assert len(cells) == len(header), line
            rows.append(dict(zip(header, map(_shown, cells), strict=True)))
    return rows


def _shown(cell: str) -> str:
    cell = cell.replace(r"\|", "|")
    shown, rest = "", cell
    while match := re.search(r"(`+)(?!`)", rest):
        start, fence = match.start(), match[1]
        end = re.search(rf"(?<!`){fence}(?!`)", rest[match.end() :])
        assert end, cell
        inner = rest[match.end() : match.end() + end.start()]
        if inner.startswith(" ") and inner.endswith(" ") and inner.strip():
            inner = inner[1:-1]
        assert re.fullmatch(r"[\w ,:]*", rest[:start]), cell
        shown += rest[:start] + inner
        rest = rest[match.end() + end.end() :]
    assert re.fullmatch(r"[\w ,:]*", rest), cell
    return shown + rest


def sections(text: str) -> list[tuple[str, list[str]]]:
    """Read the sections of a GitLab job log: each header, and the lines inside."""
    found: list[tuple[str, list[str]]] = []
    names: set[str] = set()
    is_open = ""
    for line in text.split("\n"):
        marker = re.match(
            r"\x1b\[0Ksection_(start|end):(\d{10,}):([\w.-]+)\r\x1b\[0K(.*)", line, re.ASCII
        )
        if not marker:
            assert "section_start:" not in line
            if is_open:
                found[-1][1].append(line)
        elif marker[1] == "start":
            assert not is_open
            assert marker[3] not in names
            is_open = marker[3]
            names.add(is_open)
            found.append((marker[4], []))
        else:
            assert marker[3] == is_open
            assert not marker[4]
            is_open = ""
    assert not is_open
    return found


def dotenv_report(text: str) -> dict[str, str]:
    """Read a dotenv report as GitLab does: at most 5 KB, no comments, quotes or spaces."""
    assert len(text.encode()) <= 5 * 1024
    found = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        assert re.fullmatch(r"[A-Za-z0-9_]+", name)
        assert equals
        assert re.fullmatch(r"[^\s'\"#$]+", value)
        found[name] = value
    return found
