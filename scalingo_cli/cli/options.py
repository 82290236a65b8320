"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

import click

from scalingo_cli.cli.types import Number, Word
from scalingo_cli.session import Session

Function = TypeVar("Function", bound=Callable[..., Any])


def session_of(context: click.Context) -> Session:
    """Return the session, which all nested contexts share."""
    return context.find_root().ensure_object(Session)


class Option(click.Option):
    """An option with hidden `aliases`, which no help, manual or completion shows.

    An alias of a flag with two sides may have both: `-d/-e`.
    """

    def __init__(self, *args: Any, aliases: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aliases = aliases

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Register all spellings of the option with the parser."""
        super().add_to_parser(parser, ctx)
        if self.aliases:
            from copy import copy

            alias = copy(self)
            sides = [each.partition("/") for each in self.aliases]
            alias.opts = [on for on, _, _ in sides]
            alias.secondary_opts = [off for _, _, off in sides if off]
            click.Option.add_to_parser(alias, parser, ctx)


def spellings(parameter: click.Parameter) -> Iterator[str]:
    """Yield all spellings of a parameter, its aliases included."""
    yield from parameter.opts
    yield from parameter.secondary_opts
    if isinstance(parameter, Option):
        for alias in parameter.aliases:
            yield from alias.split("/")


def option(*spellings: str, **settings: Any) -> Callable[[Function], Function]:
    """Add an option that may have `aliases`, such as the official client's spellings."""
    return click.option(*spellings, cls=Option, **settings)


def switch(name: str, *names: str, **settings: Any) -> Callable[[Function], Function]:
    """Add --NAME and --no-NAME; without either, the value stays None."""
    return option(f"--{name}/--no-{name}", *names, default=None, **settings)


def several(*options: Callable[[Any], Any]) -> Callable[[Function], Function]:
    """Add options to a command, in this order."""

    def add(function: Function) -> Function:
        for each in reversed(options):
            function = each(function)
        return function

    return add


def _shared(
    *spellings: str, remember: Callable[[Session, Any], None], **settings: Any
) -> click.Option:
    """Return an option that sets a field of the session, whichever command it is given to."""

    def callback(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value is not None and value is not False:
            remember(session_of(context), value)

    return Option(spellings, expose_value=False, callback=callback, **settings)


def _app(session: Session, name: str) -> None:
    session.selection.app_option = name


def _remote(session: Session, name: str) -> None:
    session.selection.remote_option = name


def _addon(session: Session, name: str) -> None:
    session.selection.addon_option = name


def _database(session: Session, name: str) -> None:
    session.selection.database_option = name


def _json(session: Session, _: bool) -> None:
    session.console.as_json = True


def _format(session: Session, form: str) -> None:
    session.console.as_json = form == "json"


def _query(session: Session, expression: str) -> None:
    session.console.as_json = True
    from scalingo_cli.console.query import Query

    session.console.query = Query(expression)


def _raw(session: Session, _: bool) -> None:
    session.console.is_bare = True


def _no_pager(session: Session, _: bool) -> None:
    session.console.use_pager = False


def _no_retry(session: Session, _: bool) -> None:
    session.apis.retries = False


def _region(session: Session, name: str) -> None:
    session.auth.region_option = name


def _account(session: Session, name: str) -> None:
    session.auth.account_option = name


def _no_ci(session: Session, _: bool) -> None:
    session.console.speaks_to_ci = False


def _debug(session: Session, _: bool) -> None:
    session.apis.debug = session.apis.debug or "on"


def _debug_body(session: Session, _: bool) -> None:
    session.apis.debug = "body"


def _dry_run(session: Session, _: bool) -> None:
    if session.apis.dry_run is None:
        from scalingo_cli.api.dry_run import DryRun

        session.apis.dry_run = DryRun("plain")


def _curl(session: Session, _: bool) -> None:
    from scalingo_cli.api.dry_run import DryRun

    session.apis.dry_run = DryRun("curl")


@cache
def global_options(*, hidden: bool) -> tuple[click.Option, ...]:
    """Return the options that are accepted at every level; only the root's help shows them all."""
    return (
        _shared(
            "--debug",
            is_flag=True,
            remember=_debug,
            hidden=hidden,
            help="Log requests and responses to stderr, secrets masked.",
        ),
        _shared(
            "--debug-body",
            is_flag=True,
            remember=_debug_body,
            hidden=hidden,
            help="Log their bodies as well.",
        ),
        _shared(
            "--no-ci",
            is_flag=True,
            remember=_no_ci,
            hidden=hidden,
            help="Write no groups, masks, annotations, summary or outputs in a CI job.",
        ),
        _shared(
            "--no-pager",
            is_flag=True,
            remember=_no_pager,
            hidden=hidden,
            help="Do not use a pager for long lists.",
        ),
        _shared(
            "--no-retry",
            is_flag=True,
            remember=_no_retry,
            hidden=hidden,
            help="Do not retry failed requests.",
        ),
        region_option(hidden=hidden),
        _shared(
            "--account",
            metavar="NAME",
            type=Word(listing="accounts list"),
            remember=_account,
            hidden=hidden,
            help="Account for this command (default: the one in use).",
        ),
        _shared(
            "--format",
            "format_",
            type=click.Choice(["json", "table"]),
            remember=_format,
            hidden=True,
            help="The official client's spelling of --json.",
        ),
        addon_option(),
        database_option(aliases=[] if hidden else ["-d"]),  # which means other things further on
    )


def addon_option(*, hidden: bool = True, instead: bool = False) -> click.Option:
    """Return `--addon ID|TYPE|NAME`; `instead` is whether the app is meant without it."""
    return _shared(
        "--addon",
        "addon_option",
        metavar="ID|TYPE|NAME",
        type=Word(listing="addons list"),
        remember=_addon,
        hidden=hidden,
        help="Add-on of the app to use instead, such as postgresql (default: $SCALINGO_ADDON)."
        if instead
        else "Database add-on of the app, such as postgresql (default: $SCALINGO_ADDON, or the only"
        " one).",
    )


def database_option(*, hidden: bool = True, aliases: Sequence[str] = ()) -> click.Option:
    """Return `--database NAME|ID`."""
    return _shared(
        "--database",
        "database_option",
        aliases=aliases,
        metavar="NAME|ID",
        type=Word(listing="databases list"),
        remember=_database,
        hidden=hidden,
        help="Dedicated database to use instead of an app (default: $SCALINGO_DATABASE).",
    )


def remote_option() -> click.Option:
    """Return `-r/--remote NAME`, which comes before the command."""
    return _shared(
        "-r",
        "--remote",
        metavar="NAME",
        remember=_remote,
        help="Git remote that names the app (default: scalingo).",
    )


def region_option(*, hidden: bool) -> click.Option:
    """Return `--region NAME`."""
    return _shared(
        "--region",
        type=Word("osc-fr1", "osc-secnum-fr1"),
        metavar="NAME",
        remember=_region,
        hidden=hidden,
        help="Region, such as osc-fr1 (default: $SCALINGO_REGION, the git remote, or the one you"
        " signed in to).",
    )


@cache
def json_option(*, hidden: bool = False) -> click.Option:
    """Return `--json`, which is hidden if only errors are JSON."""
    return _shared(
        "--json",
        is_flag=True,
        remember=_json,
        hidden=hidden,
        help="Print the API's JSON response; errors go to stderr as JSON.",
    )


@cache
def query_options(*, hidden: bool = False) -> tuple[click.Option, ...]:
    """Return `--query EXPR` and `--raw`, for commands that answer JSON, and before them."""
    return (
        _shared(
            "--query",
            "query_option",  # some commands have an argument called QUERY
            metavar="EXPR",
            remember=_query,
            hidden=hidden,
            help="JMESPath query of the JSON (implies --json).",
        ),
        _shared(
            "--raw",
            "raw_option",
            is_flag=True,
            remember=_raw,
            hidden=hidden,
            help="Print the result of --query without quotes.",
        ),
    )


@cache
def app_option() -> click.Option:
    """Return `-a/--app NAME`."""
    return _shared(
        "-a",
        "--app",
        metavar="NAME",
        type=Word(listing="apps list"),
        remember=_app,
        help="App name (default: $SCALINGO_APP, the git remote `scalingo`, or your choice at a"
        " terminal).",
    )


@cache
def dry_run_options(*, hidden: bool = False) -> tuple[click.Option, ...]:
    """Return `--dry-run` and `--curl`, for commands that change something, and before them."""
    return (
        _shared(
            "--dry-run",
            is_flag=True,
            remember=_dry_run,
            hidden=hidden,
            help="Print the requests instead of sending them.",
        ),
        _shared(
            "--curl",
            is_flag=True,
            remember=_curl,
            hidden=hidden,
            help="Print the requests as curl commands (implies --dry-run).",
        ),
    )


def paginated(function: Function) -> Function:
    """Add the options of a paginated listing: --limit, --all, --page and --per-page."""
    return several(
        click.option(
            "--limit",
            type=Number(int, 1),
            metavar="N",
            help="Maximum number of records, newest first, across pages.",
        ),
        click.option("--all", "everything", is_flag=True, help="Fetch all pages."),
        click.option(
            "--page",
            type=Number(int, 1),
            metavar="N",
            help="Number of the page to fetch (default: 1).",
        ),
        click.option(
            "--per-page",
            type=Number(int, 1),
            metavar="N",
            help="Records per page (default: the platform's).",
        ),
    )(function)


def everywhere_options(function: Function) -> Function:
    """Add --all-regions and --all-accounts, which `places.everywhere` takes."""
    return several(
        click.option("--all-regions", is_flag=True, help="All regions, not just the one in use."),
        click.option(
            "--all-accounts", is_flag=True, help="All accounts that signed in on this machine."
        ),
    )(function)


def without_asking(function: Function) -> Function:
    """Add --yes to a command that asks for confirmation."""
    return click.option("--yes", is_flag=True, help="Do not ask for confirmation.")(function)


def container_size(function: Function) -> Function:
    """Give a command that starts a container the option --size."""
    sizes = Word("S", "M", "L", "XL", "2XL", "3XL")
    words = "S, M, L, XL, 2XL or 3XL (default: M)."
    return click.option("-s", "--size", type=sizes, metavar="SIZE", help=words)(function)


def timeout_option(function: Function) -> Function:
    """Add --timeout to a command that waits; if it has --wait, that is required."""

    def checked(context: click.Context, _: click.Parameter, value: float | None) -> float | None:
        if value is not None and context.params.get("wait") is False:
            raise click.UsageError("--timeout requires --wait.", context)
        return value

    return click.option(
        "--timeout",
        type=Number(float, 0, excluded=True),
        metavar="SECONDS",
        callback=checked,
        help="Seconds to wait (default: 3600); then exit with 124 while the operation continues.",
    )(function)


def waiting(function: Function) -> Function:
    """Add --wait and --timeout to a command that starts an operation."""
    return option(
        "--wait",
        aliases=["-s", "--synchronous"],
        is_flag=True,
        is_eager=True,
        help="Wait until the operation has finished.",
    )(timeout_option(function))
