"""The command line that each app gets, checked before the first app."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.parsed import changes, parsed
from scalingo_cli.cli.types import Word
from scalingo_cli.errors import BadUsage
from scalingo_cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# These write a file for each app, named after it or its backup, and change nothing else here.
DOWNLOADS = {"backups download", "logs-archives download"}
# These do not end by themselves with this parameter.
ENDLESS = {"events list": "follow", "logs": "follow", "stats": "watch"}
ATTACHED = {"databases console", "databases tunnel"}
NEEDS_ONE_APP = {"doctor scripts", "sandbox"}


class Line(NamedTuple):
    """A command line for any app.

    Attributes:
        words: The words after `scalingo`.
        name: The command, such as `env set`.
        changes: Whether it changes something on the platform.
        destroys: Whether it asks for the name of what it destroys when it is run alone.
        has_values: Whether a word may be a value, which is not for a journal.
    """

    words: tuple[str, ...]
    name: str
    changes: bool
    destroys: bool
    has_values: bool


def checked(root: click.Command, words: Sequence[str], session: Session) -> Line:
    """Return a command line if each app can have it.

    Its own --json, --dry-run and --curl become those of the session.

    Args:
        root: The root command.
        words: The words after `scalingo`.
        session: The session of the run over all apps.

    Raises:
        click.UsageError: It is not a valid command line.
        BadUsage: It is not one for several apps.
    """
    given = Session()
    context = parsed(root, words, given)
    name = context.command_path.partition(" ")[2]
    command = context.command
    if reason := _refusal(root, context, given, name):
        raise BadUsage(reason)
    session.console.as_json |= given.console.as_json
    session.apis.dry_run = session.apis.dry_run or given.apis.dry_run
    return Line(
        tuple(words),
        name,
        changes(context),
        any(parameter.name == "confirm" for parameter in command.params),
        any(_may_be_value(parameter, value) for parameter, value in _given(context)),
    )


def _refusal(root: click.Command, context: click.Context, given: Session, name: str) -> str:
    """Return why several apps cannot have this command line; empty if they can."""
    command, params = context.command, context.params
    options = {spelling for parameter in command.params for spelling in parameter.opts}
    known = root.list_commands(context) if isinstance(root, click.Group) else []
    if name.split(maxsplit=1)[0] not in known:
        return f"each takes the commands of `scalingo help all`, and {name} is not one of them."
    if "--app" not in options or name in NEEDS_ONE_APP:
        return f"{name} does not act on an app: each cannot run it."
    for option, value in {
        "--app": given.selection.app_option,
        "--remote": given.selection.remote_option,
        "--database": given.selection.database_option,
    }.items():
        if value is not None:
            return f"{option} cannot be combined with each, which chooses the apps."
    if given.auth.region_option is not None or given.auth.account_option is not None:
        return "--region and --account belong before the command: scalingo each --region NAME …"
    if "--database" in options and os.environ.get("SCALINGO_DATABASE"):
        return "SCALINGO_DATABASE names a database to use instead of an app: unset it."
    if params.get(ENDLESS.get(name, "")):
        return f"{name} --{ENDLESS[name]} does not end: each cannot run it."
    if name == "run" and not params["detached"]:
        return "run attaches to one container: only run --detached works with each."
    if name in ATTACHED:
        return f"{name} stays open until it is closed: each cannot run it."
    if _reads_stdin(context):
        return "Standard input cannot be read for several apps: use a file or a value."
    if name in DOWNLOADS:
        return "Each app would write the same file: leave out --output." if params["output"] else ""
    if isinstance(command, Command) and command.changes_here:
        return f"{name} changes something on this machine: each cannot run it."
    if name == "env edit":
        return "env edit opens an editor: each cannot run it. Use env set or env import."
    return ""


def _reads_stdin(context: click.Context) -> bool:
    for parameter, value in _given(context):
        if parameter.name and parameter.name.endswith("_stdin") and value is True:
            return True
        if any(word == "-" or word.endswith(("=-", "=@-")) for word in _texts(value)):
            return True
    return False


def _given(context: click.Context) -> Iterator[tuple[click.Parameter, Any]]:
    """Yield the parameters of a parsed command, and their values."""
    for parameter in context.command.params:
        yield parameter, context.params.get(parameter.name or "")


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, tuple) else []


def _may_be_value(parameter: click.Parameter, value: object) -> bool:
    """Return whether the user's text may be more than a name: a variable's value, a URL, a token.

    Names that a listing shows are none: completion keeps them as well.
    """
    texts = _texts(value)
    if not texts or isinstance(parameter.type, click.Choice):
        return False
    is_name = isinstance(parameter.type, Word) and "=" not in parameter.type.suffix
    return not is_name or any("://" in text for text in texts)
