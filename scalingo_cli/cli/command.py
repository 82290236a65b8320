"""The Command and Group classes: common options, examples in the help, names nearest to a typo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click
from click.core import augment_usage_errors

from scalingo_cli.cli.options import app_option, common_options, dry_run_options, spelt_apart
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NON_BREAKING_HYPHEN = "\u2011"


class HelpFormatter(click.HelpFormatter):
    """Writes help texts, and breaks no line within an option such as `--dry-run=curl`."""

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(_unbroken(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """Write a list of terms and what they mean."""
        super().write_dl([(term, _unbroken(text)) for term, text in rows], *args, **kwargs)

    def getvalue(self) -> str:
        """Return what was written."""
        return super().getvalue().replace(NON_BREAKING_HYPHEN, "-")


def _unbroken(text: str) -> str:
    return re.sub(
        r"(?<!\w)--[\w=-]+", lambda option: option[0].replace("-", NON_BREAKING_HYPHEN), text
    )


class Context(click.Context):
    """What a command is run with."""

    formatter_class = HelpFormatter


class Command(click.Command):
    """A command with `--json`, `--app` where it works on an app, and examples in its help.

    `answers_json` is False for a command whose output is text by nature. `chooses_region` tells
    of --region in the help of a command that is where one is chosen. `changes` gives
    --dry-run to a command that changes something. `examples` are command lines that work as
    they stand on the sandbox.
    """

    context_class = Context

    def __init__(
        self,
        *args: Any,
        takes_app: bool = False,
        answers_json: bool = True,
        chooses_region: bool = False,
        changes: bool = False,
        examples: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.changes = changes
        self.examples = examples
        if changes:
            self.params += dry_run_options()
        self.params += common_options(
            takes_app=takes_app, answers_json=answers_json, chooses_region=chooses_region
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with --debug=body, --dry-run=curl and the official client's flags."""
        if ctx.allow_interspersed_args:  # else what follows the first word is another program's
            from scalingo_cli import compat

            args = compat.modern(args, self)
        with augment_usage_errors(ctx):
            return super().parse_args(
                ctx, spelt_apart(args, interspersed=ctx.allow_interspersed_args)
            )

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; it need not know its context to complain of its options."""
        try:
            return super().invoke(ctx)
        except BadUsage as error:
            error.ctx = ctx
            raise

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below the options."""
        write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)


def write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    """Write the examples of a help text, each on its own line."""
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")


class NoSuchCommand(click.UsageError):
    """No command of a group is called `name`."""

    def __init__(self, name: str, context: click.Context) -> None:
        super().__init__(f'There is no command "{name}".', context)
        self.name = name


class Branch(click.Group):
    """A group that names the command it does not have."""

    context_class = Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options that stand before the command."""
        with augment_usage_errors(ctx):
            return super().parse_args(ctx, spelt_apart(args, interspersed=False))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names. Raises NoSuchCommand."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchOption:
            raise
        except click.UsageError:
            raise NoSuchCommand(args[0], ctx) from None


class Group(Branch):
    """A noun: its commands, of which `list` runs when none is named.

    Its examples are the first of each command's.
    """

    command_class = Command

    def __init__(self, *args: Any, takes_app: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("no_args_is_help", False)
        super().__init__(*args, **kwargs)
        self.takes_app = takes_app
        self.params += common_options(takes_app=takes_app)

    @property
    def examples(self) -> Sequence[str]:
        """What this group's help shows."""
        return [
            command.examples[0]
            for command in self.commands.values()
            if isinstance(command, (Command, Group)) and command.examples and not command.hidden
        ]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name in the order in which they are written."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, in a whole sentence."""
        from scalingo_cli.cli import tree

        shown = {name: command for name, command in self.commands.items() if not command.hidden}
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, f"{tree.summary(command)}.") for name, command in shown.items()]
            )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below the commands."""
        write_examples(self.examples, formatter)
        super().format_epilog(ctx, formatter)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Register a command; it takes `--app` where the group does."""
        if self.takes_app:
            names = [parameter.name for parameter in cmd.params]
            cmd.params.insert(names.index("json" if "json" in names else "debug"), app_option())
        super().add_command(cmd, name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the group's own options, and put `list` where no command is named."""
        position = self._end_of_own_options(ctx, args)
        if "list" in self.commands:
            if position == len(args) or (
                args[position].startswith("-") and args[position] not in ctx.help_option_names
            ):
                args = [*args[:position], "list", *args[position:]]
        elif position == len(args):
            names = " or ".join(self.commands)
            raise click.UsageError(f"{ctx.command_path} needs a command: {names}.", ctx)
        return super().parse_args(ctx, args)

    def _end_of_own_options(self, ctx: click.Context, args: list[str]) -> int:
        flags = {
            spelling: isinstance(parameter, click.Option) and parameter.is_flag
            for parameter in self.get_params(ctx)
            for spelling in parameter.opts
        }
        position = 0
        while position < len(args):
            word = args[position]
            spelling = word.partition("=")[0] if word.startswith("--") else word[:2]
            if spelling in ctx.help_option_names or spelling not in flags:
                break
            position += 1 if flags[spelling] or word != spelling else 2
        return min(position, len(args))


Group.group_class = Group
