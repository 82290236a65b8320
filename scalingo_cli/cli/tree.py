"""The commands as one tree, each with the context that it would run in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


def walk(
    command: click.Command, name: str = "scalingo", parent: click.Context | None = None
) -> Iterator[click.Context]:
    """Yield the context of `command` and of all that is under it, parents first, sorted by name.

    What the help hides is left out.
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
    """Return the options that the help of a command shows, sorted by name."""
    shown = (
        parameter
        for parameter in context.command.get_params(context)
        if isinstance(parameter, click.Option) and not parameter.hidden
    )
    return sorted(shown, key=lambda option: spellings(option)[-1])


def spellings(option: click.Option) -> tuple[str, ...]:
    """Return what an option may be typed as, short ones first, whichever way Click orders them."""
    return tuple(sorted(option.opts, key=len))


def arguments(context: click.Context) -> list[click.Argument]:
    """Return the arguments of a command, in order."""
    return [
        parameter
        for parameter in context.command.get_params(context)
        if isinstance(parameter, click.Argument)
    ]
