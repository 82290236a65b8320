"""A command line, parsed but not run: which command it reaches, and if it changes something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.cli.command import PARSE_ONLY, Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from scalingo_cli.session import Session


def parsed(root: click.Command, arguments: Sequence[str], session: Session) -> click.Context:
    """Return the context of the command that a command line reaches, parsed but not run.

    Args:
        root: The root command.
        arguments: The words after `scalingo`.
        session: Receives the options that all commands share.

    Returns:
        The context: its `command`, and the `params` that it would run with.

    Raises:
        click.UsageError: The command line is invalid. Raises click.exceptions.Exit after --help
            has been printed.
    """
    with root.make_context("scalingo", list(arguments), obj=session) as context:
        context.meta[PARSE_ONLY] = True
        reached: click.Context = root.invoke(context)
        return reached


def changes(context: click.Context) -> bool:
    """Return whether a parsed command would change something on the platform."""
    return isinstance(context.command, Command) and context.command.changes_with(context.params)
