"""Lines in scripts and CI files that the official client made necessary, and what replaces each."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scalingo_cli.errors import Misused
from scalingo_cli.text.escape import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_BYTES = 1024 * 1024
ENDINGS = {".bash", ".mk", ".sh", ".yaml", ".yml", ".zsh"}
NAMES = {
    "Dockerfile",
    "Jenkinsfile",
    "Justfile",
    "Makefile",
    "Procfile",
    "justfile",
    "package.json",
}
SKIPPED = {".git", ".tox", ".venv", "node_modules", "vendor"}

TABLE = "reads a table, whose borders change with the client's version"
TOKEN = "puts a token on a command line, where every user of the machine can see it"  # noqa: S105
PROSE = "reads a sentence of the official client, which this one does not print"
SLEEP = "waits by sleeping, too long or too short"

# Commands whose tables are read by scripts: the root of the JSON, what a search is for, and what
# is wanted of a record.
LISTINGS = {
    "addons": ("addons", "addon_provider.id", "id"),
    "addons-list": ("addon_providers", "id", "id"),
    "addons-plans": ("plans", "name", "id"),
    "apps": ("apps", "name", "name"),
    "autoscalers": ("autoscalers", "container_type", "id"),
    "backups": ("database_backups", "status", "id"),
    "collaborators": ("collaborators", "email", "email"),
    "containers": ("containers", "type", "label"),
    "deployments": ("deployments", "status", "id"),
    "domains": ("domains", "name", "name"),
    "keys": ("keys", "name", "id"),
    "notifiers": ("notifiers", "name", "id"),
    "projects": ("projects", "name", "id"),
    "ps": ("containers", "name", "amount"),
    "regions": ("regions", "name", "name"),
    "stacks": ("stacks", "name", "id"),
}
READERS = {"awk", "column", "cut", "egrep", "gawk", "grep", "head", "perl", "sed", "tail", "tr"}
# What starts something that a sleep waits for, and the words that wait for it.
WAITS = {
    "addons-add": "--wait",
    "backups-create": "",
    "deploy": "",
    "integration-link-manual-deploy": "--follow",
    "restart": "--wait",
    "s": "--wait",
    "scale": "--wait",
}
LINES_BEFORE_A_SLEEP = 6

_COMMAND = re.compile(r"(?<![\w./-])(?:[\w.~$/{}-]*/)?scalingo(?=\s)")
_VALUE = r"(?:\"[^\"]*\"|'[^']*'|\$\{\{.*?\}\}|\S+)"
_API_TOKEN = re.compile(rf"--api-token(?:=|\s+)({_VALUE})")
_DRAIN_TOKEN = re.compile(rf"\s+--token(?:=|\s+)({_VALUE})")
_SLEEP = re.compile(r"(?<![\w-])sleep\s+[\w.$\"{}]+")
_PUSH = re.compile(r"(?<![\w-])git\s+push\s+\S*scalingo\S*")
_OPTION_WITH_VALUE = {"-a", "--addon", "--app", "--region", "-r", "--remote", "--database"}


@dataclass(frozen=True)
class Finding:
    """A line to replace: where it is, what is wrong with it, and what to write instead."""

    file: str
    line: int
    problem: str
    text: str
    instead: str


def search(directory: str) -> Iterator[Finding]:
    """Yield what is found in the scripts and CI files below a directory, or in one file.

    Raises Misused if it cannot be read.
    """
    root = Path(directory)
    if not root.exists():
        raise Misused(f"Could not read {directory}: No such file or directory.")
    for path in [root] if root.is_file() else sorted(_files(root)):
        text = _text(path)
        if text is not None and "scalingo" in text:
            yield from _of_text(str(path), text)


def _files(root: Path) -> Iterator[Path]:
    for parent, directories, names in os.walk(root):
        directories[:] = [name for name in directories if name not in SKIPPED]
        for name in names:
            path = Path(parent, name)
            if path.suffix in ENDINGS or name in NAMES or not path.suffix:
                yield path


def _text(path: Path) -> str | None:
    """Return the text of a script or a CI file; None for other files and what cannot be read."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_BYTES:
            return None
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    is_named = path.suffix in ENDINGS or path.name in NAMES
    return text if is_named or text.startswith("#!") else None


def _of_text(file: str, text: str) -> Iterator[Finding]:
    before: list[tuple[int, str]] = []
    for number, line in _logical_lines(text):
        if line.lstrip().startswith("#"):
            continue
        for problem, shown, instead in _of_line(line, before, number):
            yield Finding(file, number, problem, _masked(shown.strip()), _masked(instead.strip()))
        before.append((number, line))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, those that a backslash continues as one."""
    whole, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        start = start or number
        if line.endswith("\\"):
            whole += f"{line[:-1].rstrip()} " if not whole else f"{line[:-1].strip()} "
            continue
        yield start, whole + (line.strip() if whole else line)
        whole, start = "", 0
    if whole:
        yield start, whole


def _of_line(
    line: str, before: list[tuple[int, str]], number: int
) -> Iterator[tuple[str, str, str]]:
    for match in _COMMAND.finditer(line):
        end = _end(line, match.start())
        stages = _stages(line[match.start() : end])
        name = _name(stages[0])
        if token := _API_TOKEN.search(stages[0]):
            yield TOKEN, line, f"export SCALINGO_API_TOKEN={_quoted(token[1])}"
        elif name == "log-drains-add" and (token := _DRAIN_TOKEN.search(stages[0])):
            rest = _DRAIN_TOKEN.sub(" --token-stdin", stages[0].strip())
            yield TOKEN, line, f"printf %s {_quoted(token[1])} | {rest}"
        elif name == "whoami" and _is_read(stages):
            only_asks = re.match(r"\s*e?grep\s", stages[-1])
            reading = "> /dev/null" if only_asks else "| cut -f 1"
            replaced = f"{stages[0].strip()} {reading}"
            yield PROSE, line, line[: match.start()] + replaced + line[end:]
        elif name in LISTINGS and _is_read(stages):
            replaced = _with_jq(stages, name)
            yield TABLE, line, line[: match.start()] + replaced + line[end:]
    if sleep := _SLEEP.search(line):
        near = [*before[-LINES_BEFORE_A_SLEEP:], (number, line[: sleep.start()])]
        if instead := _waiting(near):
            yield SLEEP, line, instead


def _end(line: str, start: int) -> int:
    """Return where the pipeline that begins at `start` ends."""
    quote, depth = "", 0
    for position in range(start, len(line)):
        letter = line[position]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            # One that closes what was opened before the pipeline ends it.
            if letter not in line[position + 1 :]:
                return position
            quote = letter
        elif letter == "(":
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif letter in ")`;" or line.startswith(("&&", "||", " #", " >"), position):
            return position
    return len(line)


def _stages(pipeline: str) -> list[str]:
    return re.findall(r"(?:\"[^\"]*\"|'[^']*'|[^|\"'])+", pipeline) or [pipeline]


def _name(invocation: str) -> str:
    """Return the command of an invocation, after any options that precede it."""
    words = invocation.split()[1:]
    while words:
        word = words.pop(0)
        if not word.startswith("-"):
            return word
        if word in _OPTION_WITH_VALUE and words:
            words.pop(0)
    return ""


def _is_read(stages: list[str]) -> bool:
    programs = {stage.split()[0] for stage in stages[1:] if stage.split()}
    return bool(programs & READERS) and "json" not in stages[0]


def _with_jq(stages: list[str], name: str) -> str:
    """Return the pipeline that reads the JSON of a listing where another read its table."""
    root, searched, wanted = LISTINGS[name]
    words = [stage.split() for stage in stages[1:]]
    found = next((line[-1] for line in words if line and line[0] in {"grep", "egrep"}), "")
    head, picked = "", ""
    pattern = found.strip("\"'")
    if re.fullmatch(r"[\w.@-]+", pattern):
        picked = f' | select(.{searched} == "{pattern}")'
    elif re.fullmatch(r"\$\{?\w+\}?", pattern):
        head, picked = f' --arg word "{pattern}"', f" | select(.{searched} == $word)"
    reading = f"{stages[0].strip()} --json | jq"
    if any(re.match(r"\s*e?grep\s+-\w*q", stage) for stage in stages[1:]):
        condition = picked.removeprefix(" | select(").removesuffix(")") or "true"
        return f"{reading} -e{head} 'any(.{root}[]; {condition})' > /dev/null"
    return f"{reading} -r{head} '.{root}[]{picked} | .{wanted}'"


def _waiting(near: list[tuple[int, str]]) -> str:
    """Return what waits for the last thing that these lines start; empty if they start nothing."""
    for number, line in reversed(near):
        if _PUSH.search(line):
            return f"after line {number}: scalingo deployments follow --next"
        for match in reversed(list(_COMMAND.finditer(line))):
            invocation = _stages(line[match.start() : _end(line, match.start())])[0].strip()
            name = _name(invocation)
            if name in {"deployments", "deployment-logs"}:
                return "scalingo deployments follow --next"
            if name in WAITS:
                waits = WAITS[name]
                whole = invocation if waits in invocation else f"{invocation} {waits}"
                return f"line {number}: {whole}"
    return ""


def _quoted(value: str) -> str:
    """Return a token's variable for a shell; a token itself is not repeated."""
    bare = value.strip("\"'")
    if re.fullmatch(r"\$\{?\w+\}?", bare) or bare.startswith("${{"):
        return f'"{bare}"'
    return '"$TOKEN"'


def _masked(line: str) -> str:
    """Return a line without the tokens that are written in it."""
    for option in (_API_TOKEN, _DRAIN_TOKEN):
        for value in option.findall(line):
            line = line if "$" in value else line.replace(value, MASK)
    return re.sub(r"\btk-[\w-]+", MASK, line)
