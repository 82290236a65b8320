"""The Command and Group classes: common options, examples in the help, suggestions for typos."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click
from click.core import augment_usage_errors

from scalingo_cli.cli.options import (
    addon_option,
    app_option,
    database_option,
    dry_run_options,
    global_options,
    json_option,
    query_options,
    region_option,
    session_of,
    spellings,
)
from scalingo_cli.errors import BadUsage, Misused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

NON_BREAKING_HYPHEN = "\u2011"
EVERYTHING = "scalingo_cli.cli.everything"  # in a context's `meta`: the help leaves nothing out
PARSE_ONLY = "scalingo_cli.cli.parse_only"  # in a context's `meta`: commands do not run
GLOBAL_OPTIONS = "\nGlobal options: scalingo --help\n"


class HelpFormatter(click.HelpFormatter):
    """Writes help texts, without line breaks inside an option such as `--dry-run`."""

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section, bold at a terminal."""
        self.write(f"{'':{self.current_indent}}{_heading(f'{heading}:')}\n")

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(_unbroken(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """Write a list of terms and their meanings."""
        super().write_dl([(term, _unbroken(text)) for term, text in rows], *args, **kwargs)

    def getvalue(self) -> str:
        """Return what was written."""
        return super().getvalue().replace(NON_BREAKING_HYPHEN, "-")


def _heading(text: str) -> str:
    """Return a heading, bold if it is shown at a terminal with colours."""
    from scalingo_cli.console.terminal import ANSI, coloured, terminal

    return f"\x1b[{ANSI['bold']}m{text}\x1b[0m" if coloured(terminal()) else text


def _unbroken(text: str) -> str:
    return re.sub(
        r"(?<!\w)--[\w=-]+", lambda option: option[0].replace("-", NON_BREAKING_HYPHEN), text
    )


class Context(click.Context):
    """The context of a command, with our help formatter."""

    formatter_class = HelpFormatter


class Command(click.Command):
    """A command with the shared options, and with examples in its help.

    Args:
        takes_app: Whether it has --app; by default, if its group has it.
        takes_addon: Whether --addon and --database, which every command reads, apply to it; by
            default, if they do to its group.
        takes_database: Whether --database may name a dedicated database in place of the app; with
            `takes_addon`, the app itself is meant if neither is chosen.
        answers_json: Whether it has --json; False if its output is text by nature.
        chooses_region: Whether its help shows --region, for commands that select one for good.
        changes: Whether it changes something on the platform; it then has --dry-run.
        reads_if: Whether it only reads, given its parameters, for one that changes something only
            with some of them; by default, it never does.
        changes_here: Whether it changes settings or writes files of this machine, or runs a program
            that may.
        reversible: Whether what it changes can be put back, by whoever noted how it was. False if
            something is lost, sent or run that no other command brings back.
        rehearses: Whether it has --dry-run, if it changes something.
        examples: Command lines that work as they are against the sandbox.
    """

    context_class = Context

    def __init__(
        self,
        *args: Any,
        takes_app: bool | None = None,
        takes_addon: bool | None = None,
        takes_database: bool = False,
        answers_json: bool = True,
        chooses_region: bool = False,
        changes: bool = False,
        reads_if: Callable[[Mapping[str, Any]], bool] | None = None,
        changes_here: bool = False,
        reversible: bool = True,
        rehearses: bool = True,
        examples: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.takes_app = takes_app
        self.takes_addon = takes_addon
        self.takes_database = takes_database
        self.answers_json = answers_json
        self.changes = changes
        self.reads_if = reads_if
        self.changes_here = changes_here
        self.reversible = reversible
        self.examples = examples
        own = list(self.params)
        if chooses_region:
            own.append(region_option(hidden=False))
        self.params = with_global_options(
            [
                *own,
                *([app_option()] if takes_app else []),
                *(choosing_options(instead=takes_database) if takes_addon else []),
                *([database_option(hidden=False)] if takes_database and not takes_addon else []),
                json_option(hidden=not answers_json),
                *(query_options() if answers_json else ()),
                *(dry_run_options() if changes and rehearses else ()),
            ]
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; a usage error names this command, not its group."""
        with augment_usage_errors(ctx):
            return super().parse_args(ctx, args)

    def changes_with(self, parameters: Mapping[str, Any]) -> bool:
        """Return whether it changes something on the platform, given its parsed parameters."""
        return self.changes and not (self.reads_if and self.reads_if(parameters))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; its usage errors get its context."""
        if ctx.meta.get(PARSE_ONLY):
            return ctx
        session = session_of(ctx)
        session.command = ctx.command_path
        waits = not self.changes and "timeout" in ctx.params
        session.is_reported = waits or self.changes_with(ctx.params)
        taken = {spelling for each in self.params for spelling in each.opts}
        if session.dry_run and "--dry-run" not in taken:
            raise BadUsage(f"{ctx.command_path} does not take --dry-run.")
        if session.console.query is not None:
            if "--query" not in taken:
                raise BadUsage(f"{ctx.command_path} does not take --query.")
            session.console.as_json = True
        elif session.console.is_bare:
            raise BadUsage("--raw requires --query.")
        selection = session.selection
        if selection.app_option is not None and "--app" not in taken:
            raise BadUsage(f"{ctx.command_path} cannot be combined with --app: it acts on no app.")
        if not self.takes_addon:  # otherwise it would act on the app
            chosen = {"--database"} if self.takes_database else set()
            for name, given in selection.addon_options.items():
                if given is not None and name not in chosen:
                    raise Misused(f"{ctx.command_path} does not take {name}.")
        selection.takes_database = bool(self.takes_addon or self.takes_database)
        try:
            if self.takes_database and not self.takes_addon:
                selection.let_database_be_the_app()
            return super().invoke(ctx)
        except BadUsage as error:
            error.ctx = ctx
            raise

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below the options, and where global options are explained."""
        write_examples(self.examples, formatter)
        formatter.write(GLOBAL_OPTIONS)
        super().format_epilog(ctx, formatter)


CHOOSING = ("addon_option", "database_option")


def choosing_options(*, instead: bool = False) -> list[click.Option]:
    """Return the options that choose a database, as a help shows them.

    `instead` is whether the app itself is meant without them.
    """
    return [addon_option(hidden=False, instead=instead), database_option(hidden=False)]


def with_global_options(own: list[click.Parameter]) -> list[click.Parameter]:
    """Return a command's parameters, and the global options that it does not redefine."""
    taken = {spelling for parameter in own for spelling in spellings(parameter)}
    return [
        *(option for option in global_options(hidden=True) if taken.isdisjoint(option.opts)),
        *own,
    ]


def write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    """Write the examples of a help text, each on its own line; those that skip questions last."""
    if examples:
        examples = sorted(examples, key=lambda line: "--yes" in line)
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")


class NoSuchCommand(click.UsageError):
    """A group has no command called `name`."""

    def __init__(self, name: str, context: click.Context) -> None:
        super().__init__(f'Unknown command "{name}".', context)
        self.name = name


class Branch(click.Group):
    """A group that shows its commands before its options, and raises NoSuchCommand."""

    context_class = Context

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then the options."""
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command named by the first word. Raises NoSuchCommand."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchOption:
            raise
        except click.UsageError:
            raise NoSuchCommand(args[0], ctx) from None


class Group(Branch):
    """A noun and its commands; without a command, `default` runs if there is one by that name.

    `takes_app` gives `--app` to it and to its commands, `takes_addon` --addon and --database. Its
    examples are one of each command.
    """

    command_class = Command

    def __init__(
        self,
        *args: Any,
        takes_app: bool = False,
        takes_addon: bool = False,
        default: str = "list",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("no_args_is_help", False)
        super().__init__(*args, **kwargs)
        self.takes_app = takes_app
        self.takes_addon = takes_addon
        self.default = default
        own = [
            *self.params,
            *([app_option()] if takes_app else []),
            *(choosing_options() if takes_addon else []),
            json_option(),
            *query_options(hidden=True),
            *dry_run_options(hidden=True),
        ]
        self.params = with_global_options(own)

    @property
    def examples(self) -> Sequence[str]:
        """The examples in the help: for each command, the first one without --yes."""
        return [
            next((line for line in command.examples if "--yes" not in line), command.examples[0])
            for command in self.commands.values()
            if isinstance(command, (Command, Group)) and command.examples and not command.hidden
        ]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name in the order in which they are written."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with a whole sentence on what it does."""
        from scalingo_cli.cli import tree

        shown = {name: command for name, command in self.commands.items() if not command.hidden}
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, f"{tree.summary(command)}.") for name, command in shown.items()]
            )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples below the options, and where global options are explained."""
        write_examples(self.examples, formatter)
        formatter.write(GLOBAL_OPTIONS)
        super().format_epilog(ctx, formatter)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Register a command; it takes --app if the group does, unless it says otherwise."""
        if self.takes_app and getattr(cmd, "takes_app", None) is None:
            names = [parameter.name for parameter in cmd.params]
            cmd.params.insert(names.index("json"), app_option())
        if self.takes_addon and isinstance(cmd, Command) and cmd.takes_addon is None:
            cmd.takes_addon = True
            own = [each for each in cmd.params if each.name not in CHOOSING]
            position = [each.name for each in own].index("json")
            cmd.params = [*own[:position], *choosing_options(), *own[position:]]
        super().add_command(cmd, name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the group's own options, and insert the default if no command is named."""
        position = self._end_of_own_options(ctx, args)
        if self.default in self.commands:
            if position == len(args) or (
                args[position].startswith("-") and args[position] not in ctx.help_option_names
            ):
                args = [*args[:position], self.default, *args[position:]]
        elif position == len(args):
            names = " or ".join(self.commands)
            raise click.UsageError(f"{ctx.command_path} requires a command: {names}.", ctx)
        return super().parse_args(ctx, args)

    def _end_of_own_options(self, ctx: click.Context, args: list[str]) -> int:
        flags = {
            spelling: isinstance(parameter, click.Option) and parameter.is_flag
            for parameter in self.get_params(ctx)
            for spelling in spellings(parameter)
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
