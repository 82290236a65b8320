"""Walks the whole command tree, and makes the examples in the help ready to be run by a test."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.tree import walk
from scalingo_cli.main import cli
from scalingo_cli.sandbox.seed.company import public_key
from tests.command_line import CommandLine, Result
from tests.tls import CERTIFICATE, KEY

MAIN_APP = "my-app"  # what the examples call the main app of the sandbox

# The files that examples read, by the names they use.
FILES = {
    "config/credentials.json": '{"accounts": {"k": {"name": "noor", "host": "api.example.com",'
    ' "region": "osc-fr1"}}}',
    ".env": "SHOP_ENV=production\nGREETING='good day'\n",
    "cert.pem": CERTIFICATE,
    "drain.txt": "5c1b24e6fb03ad09\n",
    "dump.sql": "INSERT INTO crates VALUES (1);\nINSERT INTO crates VALUES (2);\n",
    "id_ed25519.pub": f"{public_key('you@laptop')}\n",
    "key.pem": KEY,
    "migrate.sh": 'test -n "$DATABASE_URL"\n',
    "webhook.txt": "http://127.0.0.1:9/hooks/fr3sh-cr4tes\n",
    "variables.json": '{"variables": [{"name": "SHOP_ENV", "value": "production"}]}\n',
}


@dataclass(frozen=True)
class Node:
    """A command or a group: `words` are those that reach it, after `scalingo`."""

    words: tuple[str, ...]
    command: click.Command

    def __str__(self) -> str:
        return " ".join(self.words)

    @property
    def is_group(self) -> bool:
        return isinstance(self.command, click.Group)

    @property
    def options(self) -> list[click.Option]:
        return [option for option in self.command.params if isinstance(option, click.Option)]

    @property
    def answers_json(self) -> bool:
        """Whether its output is JSON with --json, and not only its errors."""
        return isinstance(self.command, Command) and self.command.answers_json

    @property
    def changes(self) -> bool:
        """Whether it changes something on the platform."""
        return isinstance(self.command, Command) and self.command.changes

    def has(self, option: str) -> bool:
        return any(option in each.opts for each in self.options)

    @property
    def examples(self) -> list[Example]:
        lines = self.command.examples if isinstance(self.command, Command) else ()
        return [Example(line, self.words) for line in lines]


@dataclass(frozen=True)
class Example:
    """One line of a shell whose first scalingo is the command that `words` reach."""

    line: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return self.line

    @property
    def is_dynamic(self) -> bool:
        """Whether it takes a word from what another command prints."""
        return "$(" in self.line

    @property
    def arguments(self) -> list[str]:
        """The words given to scalingo, without redirections."""
        return list(_parsed(self.line)[1])

    @property
    def shell(self) -> str:
        """What it asks of a shell: the pipes, redirections and substitutions, without the words."""
        return "".join(re.findall(r"[|<>]|\$\(", re.sub(r"'[^']*'", "", self.line)))

    def piped(self, result: Result, directory: Path) -> subprocess.CompletedProcess[bytes] | None:
        """Run the programs behind scalingo, if any, on what it printed."""
        program = _parsed(self.line)[3]
        if not program:
            return None
        return subprocess.run(
            ["sh", "-c", program],
            cwd=directory,
            input=result.raw_stdout,
            capture_output=True,
            check=False,
        )

    def resolved(self, scalingo: CommandLine) -> Example:
        """Return the same line with the words that other commands print in it."""
        line = re.sub(
            r"\$\((scalingo [^|)]*)\|([^)]*)\)",
            lambda match: _filtered(scalingo(match[1].removeprefix("scalingo ")), match[2]),
            self.line,
        )
        return Example(line, self.words)

    def run(
        self,
        scalingo: CommandLine,
        directory: Path,
        *options: str,
        first: Sequence[str] = (),
        environment: Mapping[str, str | None] | None = None,
    ) -> Result:
        """Run scalingo in this process, with options after the words that reach the command.

        Those of `first` precede them. The directory holds the files that it reads. What other
        programs of the line would make of its output is left out.
        """
        before, arguments, file, _ = _parsed(self.resolved(scalingo).line)
        position = len(self.words)
        if tuple(arguments[:position]) != self.words:  # a bare group, which runs its list
            position -= 1
        stdin = b""
        if file:
            stdin = (directory / file).read_bytes()
        elif before:
            shell = ["sh", "-c", before]
            stdin = subprocess.run(shell, cwd=directory, capture_output=True, check=True).stdout
        words = [*first, *arguments[:position], *options, *arguments[position:]]
        return scalingo(words, stdin=stdin, **(environment or {}))


def _filtered(result: Result, program: str) -> str:
    answer = subprocess.run(
        ["sh", "-c", program], input=result.raw_stdout, capture_output=True, check=True
    )
    return shlex.quote(answer.stdout.decode().strip())


@cache
def _parsed(line: str) -> tuple[str, list[str], str, str]:
    """What pipes into scalingo, its arguments, the file that it reads, what it pipes into."""
    text = io.StringIO(line)
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    file = after = ""
    for word in lexer:
        if not words:
            if word == "scalingo":
                words.append(word)
        elif word == "<":
            file = next(lexer)
        elif word == "|":
            after = text.read()
            break
        elif set(word) <= set("();<>|&"):
            break
        else:
            words.append(word)
    if not words:
        raise ValueError(f"no scalingo in: {line}")
    before = "" if line.startswith("scalingo ") else line.partition("| scalingo ")[0]
    return before, words[1:], file, after


@contextmanager
def unchanged(directory: Path) -> Iterator[None]:
    """Remove what the block adds to a directory, such as a download."""
    before = set(directory.iterdir())
    yield
    for file in set(directory.iterdir()) - before:
        shutil.rmtree(file) if file.is_dir() else file.unlink()


@cache
def tree() -> tuple[Node, ...]:
    """Every group and command in the help, the root left out."""
    _, *below = walk(cli)
    return tuple(Node(tuple(each.command_path.split()[1:]), each.command) for each in below)


@cache
def leaves() -> tuple[Node, ...]:
    """Every command that is no group."""
    return tuple(node for node in tree() if not node.is_group)
