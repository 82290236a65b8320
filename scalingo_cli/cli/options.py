"""Options that several commands share, and the Command and Group classes that add them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any, TypeVar

import click
from click.core import augment_usage_errors
from click.types import StringParamType

from scalingo_cli.errors import BadUsage
from scalingo_cli.session import Session

Function = TypeVar("Function", bound=Callable[..., Any])
Number = TypeVar("Number", int, float)


def session_of(context: click.Context) -> Session:
    """Return the one session that all nested contexts share."""
    return context.find_root().ensure_object(Session)


def _remember_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        session_of(context).as_json = True


def _remember_app(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        session_of(context).app_option = value


def _remember_debug(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        session_of(context).debug = "body" if parameter.name == "debug_body" else "on"


def _remember_dry_run(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        from scalingo_cli.api.dry_run import Rehearsal

        form = "curl" if parameter.name == "dry_run_curl" else "plain"
        session_of(context).rehearsal = Rehearsal(form)


class FlagWithValue(click.Option):
    """A flag that may carry one value, after an equals sign: `--debug` or `--debug=body`."""

    def __init__(self, *args: Any, value: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.value = value


def _flag_with_value(
    name: str, value: str, remember: Callable[..., None], help_: str
) -> list[click.Option]:
    """Return the two options that `--name` and `--name=value` are read as."""
    return [
        FlagWithValue(
            [f"--{name}"],
            is_flag=True,
            value=value,
            expose_value=False,
            callback=remember,
            help=help_,
        ),
        click.Option(
            [f"--{name}-{value}"], is_flag=True, expose_value=False, callback=remember, hidden=True
        ),
    ]


def spelt_apart(arguments: list[str], *, interspersed: bool) -> list[str]:
    """Spell `--debug=body` and `--dry-run=curl` as the options that Click reads them as.

    Click has no option whose value may only follow an equals sign. What belongs to another
    program (after `--`, or after the first word where options end there) is left alone.
    """
    spellings = {"--debug=body": "--debug-body", "--dry-run=curl": "--dry-run-curl"}
    position = 0
    while position < len(arguments):
        word = arguments[position]
        if word == "--" or not (interspersed or word.startswith("-")):
            break
        position += 1
    return [*(spellings.get(word, word) for word in arguments[:position]), *arguments[position:]]


def debug_options() -> list[click.Option]:
    """Return `--debug` and `--debug=body`."""
    return _flag_with_value(
        "debug",
        "body",
        _remember_debug,
        "Write each request and answer to stderr, secrets masked; --debug=body adds bodies.",
    )


def dry_run_options() -> list[click.Option]:
    """Return `--dry-run` and `--dry-run=curl`."""
    return _flag_with_value(
        "dry-run",
        "curl",
        _remember_dry_run,
        "Print the requests that would be sent, and send none; --dry-run=curl as commands.",
    )


def _remember_no_pager(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        session_of(context).use_pager = False


def pager_option(*, hidden: bool) -> click.Option:
    """Return `--no-pager`."""
    return click.Option(
        ["--no-pager"],
        is_flag=True,
        expose_value=False,
        callback=_remember_no_pager,
        hidden=hidden,
        help="Write long lists straight to the terminal.",
    )


def _remember_no_retry(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        session_of(context).retries = False


def retry_option(*, hidden: bool) -> click.Option:
    """Return `--no-retry`."""
    return click.Option(
        ["--no-retry"],
        is_flag=True,
        expose_value=False,
        callback=_remember_no_retry,
        hidden=hidden,
        help="Send no request again that had no answer.",
    )


def _remember_region(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        session_of(context).region_option = value


def _remember_account(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        session_of(context).account_option = value


def region_option(*, hidden: bool) -> click.Option:
    """Return `--region NAME`."""
    return click.Option(
        ["--region"],
        type=Word("osc-fr1", "osc-secnum-fr1"),
        metavar="NAME",
        expose_value=False,
        callback=_remember_region,
        hidden=hidden,
        help="The region of today's platform; otherwise SCALINGO_REGION, the git remote, or the"
        " one kept at sign-in tells. Without any, version 1 of the API is spoken.",
    )


def account_option(*, hidden: bool) -> click.Option:
    """Return `--account NAME`."""
    return click.Option(
        ["--account"],
        metavar="NAME",
        type=Word(listing="accounts list"),
        expose_value=False,
        callback=_remember_account,
        hidden=hidden,
        help="One of the accounts that signed in here, instead of the one in use.",
    )


def common_options(
    *, takes_app: bool, answers_json: bool = True, chooses_region: bool = False, root: bool = False
) -> list[click.Option]:
    """Return the options that the root, the groups and their commands share.

    All take those that only the help of the root tells.
    """
    return [
        *([app_option()] if takes_app else []),
        *([json_option()] if answers_json else []),
        *debug_options(),
        pager_option(hidden=not root),
        retry_option(hidden=not root),
        region_option(hidden=not (root or chooses_region)),
        account_option(hidden=not root),
    ]


def json_option() -> click.Option:
    """Return `--json`."""
    return click.Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_remember_json,
        help="Print the API's JSON; errors become JSON on stderr.",
    )


class Word(StringParamType):
    """Text that shells complete: `fixed` words, and what the command `listing` shows.

    A listing's words are the first column of its `View`; `suffix` follows each of them, where the
    user goes on typing. Any other text is as good.
    """

    def __init__(self, *fixed: str, listing: str = "", suffix: str = "") -> None:
        self.fixed = fixed
        self.listing = listing
        self.suffix = suffix


class Program(StringParamType):
    """A program of this machine and its arguments, which shells complete as they do without us."""


def app_option() -> click.Option:
    """Return `-a/--app NAME`."""
    return click.Option(
        ["-a", "--app"],
        metavar="NAME",
        type=Word(listing="apps list"),
        expose_value=False,
        callback=_remember_app,
        help="The app; otherwise SCALINGO_APP or the git remote `scalingo` tells.",
    )


def number(
    kind: type[Number], least: int, most: float = inf, *, excluded: bool = False
) -> Callable[[Any], Number]:
    """Return what reads a number of a `kind` from `least` on, or above it where it is `excluded`.

    Click's own ranges tell people of `x>=1` and of "a valid integer range".
    """
    end = "" if most == inf else f" to {most}"
    bounds = f"above {least}" if excluded else f"from {least}{end or ' on'}"
    words = f"a {'whole ' if kind is int else ''}number {bounds}"

    def read(given: Any) -> Number:
        try:
            value = kind(given)
        except ValueError:
            value = None
        if value is None or not least <= value <= most or (excluded and value == least):
            raise click.BadParameter(f"{str(given)!r} is not {words}.")
        return value

    return read


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


def paginated(function: Function) -> Function:
    """Add the options of a paginated listing: --limit, --all, --page and --per-page."""
    for option in reversed(
        [
            click.option(
                "--limit",
                type=number(int, 1),
                metavar="N",
                help="The newest N, over as many pages as it takes.",
            ),
            click.option("--all", "everything", is_flag=True, help="Every page."),
            click.option("--page", type=number(int, 1), metavar="N", help="Page N alone."),
            click.option("--per-page", type=number(int, 1), metavar="N", help="N on each page."),
        ]
    ):
        function = option(function)
    return function


def without_asking(function: Function) -> Function:
    """Add --yes to a command that asks before it goes on."""
    return click.option("--yes", is_flag=True, help="Go on without asking.")(function)


def timeout_option(function: Function) -> Function:
    """Add --timeout to a command that waits for an end; it is refused where --wait is missing."""

    def checked(context: click.Context, _: click.Parameter, value: float | None) -> float | None:
        if value is not None and context.params.get("wait") is False:
            raise click.UsageError("--timeout goes with --wait.", context)
        return value

    return click.option(
        "--timeout",
        type=number(float, 0, excluded=True),
        metavar="SECONDS",
        callback=checked,
        help="Stop waiting then (after an hour otherwise), with exit code 124; it goes on.",
    )(function)


def waiting(function: Function) -> Function:
    """Add --wait and --timeout to a command that starts an operation."""
    return click.option(
        "--wait", is_flag=True, is_eager=True, help="Wait for the operation's end."
    )(timeout_option(function))
