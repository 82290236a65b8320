"""Options that several commands share, and the Command and Group classes that add them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from scalingo_cli.session import Session

Function = TypeVar("Function", bound=Callable[..., Any])


def session_of(context: click.Context) -> Session:
    """Return the one session that all nested contexts share."""
    return context.find_root().ensure_object(Session)


def _remember_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        session_of(context).as_json = True


def _remember_app(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        session_of(context).app_option = value


def json_option() -> click.Option:
    """Return `--json`."""
    return click.Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_remember_json,
        help="Print the API's JSON; errors become JSON on stderr.",
    )


def app_option() -> click.Option:
    """Return `-a/--app NAME`."""
    return click.Option(
        ["-a", "--app"],
        metavar="NAME",
        expose_value=False,
        callback=_remember_app,
        help="The app; otherwise SCALINGO_APP or the git remote `scalingo` tells.",
    )


class Command(click.Command):
    """A command with `--json`, `--app` where it works on an app, and examples in its help.

    `answers_json` is False for a command whose output is text by nature. `examples` are command
    lines that work as they stand on the sandbox.
    """

    def __init__(
        self,
        *args: Any,
        takes_app: bool = False,
        answers_json: bool = True,
        examples: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        if takes_app:
            self.params.append(app_option())
        if answers_json:
            self.params.append(json_option())

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below the options."""
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")
        super().format_epilog(ctx, formatter)


class Group(click.Group):
    """A noun: its commands, of which `list` runs when none is named."""

    command_class = Command

    def __init__(self, *args: Any, takes_app: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("no_args_is_help", False)
        super().__init__(*args, **kwargs)
        self.takes_app = takes_app
        if takes_app:
            self.params.append(app_option())
        self.params.append(json_option())

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Register a command; it takes `--app` where the group does."""
        if self.takes_app:
            cmd.params.append(app_option())
        super().add_command(cmd, name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the group's own options, and put `list` where no command is named."""
        if "list" in self.commands:
            position = self._end_of_own_options(ctx, args)
            if position == len(args) or (
                args[position].startswith("-") and args[position] not in ctx.help_option_names
            ):
                args = [*args[:position], "list", *args[position:]]
        elif not args:
            raise click.UsageError("Which one?", ctx)
        return super().parse_args(ctx, args)

    def _end_of_own_options(self, ctx: click.Context, args: list[str]) -> int:
        flags = {
            spelling: isinstance(parameter, click.Option) and parameter.is_flag
            for parameter in self.get_params(ctx)
            for spelling in parameter.opts
        }
        position = 0
        while position < len(args):
            spelling, has_value, _ = args[position].partition("=")
            if spelling in ctx.help_option_names or spelling not in flags:
                break
            position += 1 if flags[spelling] or has_value else 2
        return min(position, len(args))


Group.group_class = Group


def paginated(function: Function) -> Function:
    """Add the options of a paginated listing: --limit, --all, --page and --per-page."""
    for option in reversed(
        [
            click.option(
                "--limit", type=click.IntRange(1), metavar="N", help="The newest N, over pages."
            ),
            click.option("--all", "everything", is_flag=True, help="Every page."),
            click.option("--page", type=click.IntRange(1), metavar="N", help="Page N alone."),
            click.option(
                "--per-page", type=click.IntRange(1), metavar="N", help="So many on a page."
            ),
        ]
    ):
        function = option(function)
    return function


def waiting(function: Function) -> Function:
    """Add --wait and --timeout to a command that starts an operation."""
    function = click.option(
        "--timeout",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="Stop waiting then, with exit code 124; the operation goes on.",
    )(function)
    return click.option("--wait", is_flag=True, help="Wait for the operation's end.")(function)
