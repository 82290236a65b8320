"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from scalingo_cli.cli.types import Word, number
from scalingo_cli.session import Session

Function = TypeVar("Function", bound=Callable[..., Any])
Number = TypeVar("Number", int, float)


def session_of(context: click.Context) -> Session:
    """Return the one session that all nested contexts share."""
    return context.find_root().ensure_object(Session)


def _remember_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        session_of(context).console.as_json = True


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
        session_of(context).console.use_pager = False


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
        session_of(context).auth.region_option = value


def _remember_account(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        session_of(context).auth.account_option = value


def region_option(*, hidden: bool) -> click.Option:
    """Return `--region NAME`."""
    return click.Option(
        ["--region"],
        type=Word("osc-fr1", "osc-secnum-fr1"),
        metavar="NAME",
        expose_value=False,
        callback=_remember_region,
        hidden=hidden,
        help="Region, such as osc-fr1 (default: $SCALINGO_REGION, the git remote, or the one you"
        " signed in to).",
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
