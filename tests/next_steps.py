"""The next steps of an error are command lines that this client accepts."""

from __future__ import annotations

from collections.abc import Sequence

import click

from scalingo_cli.cli.parsed import parsed
from scalingo_cli.main import cli
from scalingo_cli.session import Session


def accepted(words: Sequence[str]) -> bool:
    """Whether the words are a command with arguments and options that it takes."""
    program, *rest = words
    try:
        parsed(cli, rest, Session())
    except click.exceptions.Exit:  # of --help
        return True
    except click.UsageError:
        return False
    return program == "scalingo"
