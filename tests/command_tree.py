"""Walks the whole command tree, and makes the examples in the help ready to be run by a test."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from scalingo_cli.cli import cli
from scalingo_cli.options import Command
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.account import public_key
from tests.tls import CERTIFICATE, KEY

MAIN_APP = "my-app"  # what the examples call the main app of the sandbox

# The files that examples read, by the names they use.
FILES = {
    ".env": "SHOP_ENV=production\nGREETING='good day'\n",
    "cert.pem": CERTIFICATE,
    "dump.sql": "INSERT INTO crates VALUES (1);\nINSERT INTO crates VALUES (2);\n",
    "id_ed25519.pub": f"{public_key('you@laptop')}\n",
    "key.pem": KEY,
    "password.txt": f"{Sandbox.password}\n",
    "token.txt": f"{Sandbox.token}\n",
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

    def has(self, option: str) -> bool:
        return any(option in each.opts for each in self.options)

    @property
    def examples(self) -> list[Example]:
        lines = self.command.examples if isinstance(self.command, Command) else ()
        return [Example(line) for line in lines]


@dataclass(frozen=True)
class Example:
    """One line of a shell that starts scalingo, alone or with other programs around it."""

    line: str

    def __str__(self) -> str:
        return self.line

    @property
    def arguments(self) -> list[str]:
        """The words given to the line's first scalingo, without redirections."""
        return self._scalingo()[1]

    def stdin(self, directory: Path) -> bytes:
        """What that scalingo reads on standard input, in a directory that holds the files."""
        before, _, file = self._scalingo()
        if file:
            return (directory / file).read_bytes()
        if before:
            return subprocess.run(
                ["sh", "-c", before], cwd=directory, capture_output=True, check=True
            ).stdout
        return b""

    def _scalingo(self) -> tuple[str, list[str], str]:
        """The pipe's beginning before scalingo, scalingo's words, the file it reads."""
        lexer = shlex.shlex(self.line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        lexer.commenters = ""
        arguments: list[str] = []
        file = ""
        for word in lexer:
            if not arguments:
                if word == "scalingo":
                    arguments.append(word)
            elif word == "<":
                file = next(lexer)
            elif set(word) <= set("();<>|&"):
                break
            else:
                arguments.append(word)
        if not arguments:
            raise ValueError(f"no scalingo in: {self.line}")
        before, _, _ = ("" if self.line.startswith("scalingo ") else self.line).partition(
            "| scalingo "
        )
        return before, arguments[1:], file


def tree() -> list[Node]:
    """Every group and command that help tells of, the root left out, in the help's order."""
    return list(_below((), cli, click.Context(cli)))


def leaves() -> list[Node]:
    """Every command that is no group."""
    return [node for node in tree() if not node.is_group]


def _below(words: tuple[str, ...], group: click.Group, context: click.Context) -> Iterator[Node]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if command.hidden:
            continue
        node = Node((*words, name), command)
        yield node
        if isinstance(command, click.Group):
            yield from _below(node.words, command, click.Context(command, parent=context))
