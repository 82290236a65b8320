"""The commands as one tree, each with the context that it would run in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


def walk(
    command: click.Command, name: str = "scalingo", parent: click.Context | None = None
) -> Iterator[click.Context]:
    """Yield the contexts of `command` and all commands below it, parents first, sorted by name.

    Hidden commands are left out.
    """
    context = command.context_class(command, parent, name, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for child_name in sorted(command.list_commands(context)):
            child = command.get_command(context, child_name)
            if child and not child.hidden:
                yield from walk(child, child_name, context)


def summary(command: click.Command) -> str:
    """Return the first sentence of a command's help, on one line, without its full stop."""
    paragraph = (command.help or "").partition("\n\n")[0]
    return " ".join(paragraph.split()).removesuffix(".")


def options(context: click.Context) -> list[click.Option]:
    """Return the options in the help of a command, sorted by name."""
    shown = (
        parameter
        for parameter in context.command.get_params(context)
        if isinstance(parameter, click.Option) and not parameter.hidden
    )
    return sorted(shown, key=lambda option: spellings(option)[-1])


def spellings(option: click.Option) -> tuple[str, ...]:
    """Return the spellings of an option, short ones first, however Click orders them."""
    return tuple(sorted(option.opts, key=len))


def arguments(context: click.Context) -> list[click.Argument]:
    """Return the arguments of a command, in order."""
    return [
        parameter
        for parameter in context.command.get_params(context)
        if isinstance(parameter, click.Argument)
    ]
