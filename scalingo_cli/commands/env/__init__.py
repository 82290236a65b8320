"""`scalingo env`: the variables of an app."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import several, without_asking
from scalingo_cli.cli.types import Program, Word
from scalingo_cli.commands.env import variables
from scalingo_cli.console.view import View
from scalingo_cli.errors import BadUsage, ExitCode, Failed, NextStep, NotFound, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scalingo_cli.session import App, Session

VARIABLE = View(
    "variables",
    "variable",
    {"Name": "name", "Value": "value"},
    empty="This app has no variables yet. Set one:",
    first="env set NAME=VALUE",
    listing="env list",
    whole=True,
)
NAME = VARIABLE._replace(columns={"Name": "name"})
AN_APP = Word(listing="apps list")


@click.group("env", cls=Group, takes_app=True)
def command() -> None:
    """List, set and remove the environment variables of an app."""


@command.command(
    "list",
    takes_database=True,
    examples=["scalingo env", "scalingo env --json | jq '.variables | length'"],
)
@click.option("--names", is_flag=True, help="Only the names, without the values.")
@click.pass_obj
def list_(session: Session, names: bool) -> None:
    """List the variables and their values.

    At a terminal they are sorted by name; elsewhere they come as the platform sends them.
    """
    console = session.console
    if names and console.as_json:
        raise BadUsage("--names cannot be combined with --json, which prints the whole document.")
    document: Mapping[str, Any] = variables.of_app(session.app())
    if console.terminal and not console.as_json:
        rows = sorted(variables.rows(document), key=lambda row: str(row["name"]))
        document = {**document, "variables": rows}
    session.show(document, NAME if names else VARIABLE)


@command.command(
    takes_database=True,
    examples=["scalingo env get SHOP_ENV", "scalingo env get --resolve DATABASE_URL"],
)
@click.argument("name", type=Word(listing="env list"))
@click.option(
    "--resolve", is_flag=True, help="The value that containers see: that of OTHER for $OTHER."
)
@click.pass_obj
def get(session: Session, name: str, resolve: bool) -> None:
    """Print the value of a variable."""
    [variable] = _named(session.app(), [name], resolve=resolve)
    session.console.show_value({"variable": variable}, variable["value"] or "", secret=True)


@command.command(
    "set",
    changes=True,
    examples=[
        "scalingo env set SHOP_ENV=production GREETING='good day'",
        "scalingo env set TLS_KEY=- < key.pem",
    ],
)
@click.argument(
    "assignments",
    nargs=-1,
    required=True,
    metavar="NAME=VALUE...",
    type=Word(listing="env list", suffix="="),
)
@click.pass_obj
def set_(session: Session, assignments: Sequence[str]) -> None:
    """Set one or more variables in one request.

    NAME=- reads the value from standard input; a final line break is dropped. With --json, the
    platform's document is printed, values included.
    """
    values = _values(session, assignments)
    app = session.app()
    variables.put(app, session.console, values)
    variables.remind(app, session.console)


@command.command(
    changes=True,
    examples=["scalingo env unset GREETING", "scalingo env unset --ignore-missing GREETING MOTTO"],
)
@click.argument("names", nargs=-1, required=True, metavar="NAME...", type=Word(listing="env list"))
@click.option("--ignore-missing", is_flag=True, help="Skip names that do not exist.")
@click.pass_obj
def unset(session: Session, names: Sequence[str], ignore_missing: bool) -> None:
    """Remove variables; none, if a name does not exist.

    The platform sends no document, so --json prints none.
    """
    app = session.app()
    found = _named(app, list(dict.fromkeys(names)), ignore_missing=ignore_missing)
    if found:
        variables.remove(app, session.console, found)
        variables.remind(app, session.console)
    else:
        session.say("None of these variables exist: nothing to do.")


@command.command(
    "import",
    changes=True,
    examples=[
        "scalingo env import .env",
        "scalingo env import - < .env",
        "scalingo env import --prune --yes .env",
        "scalingo env import .env SHOP_ENV=staging",
    ],
)
@click.argument("file")
@click.argument("assignments", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--prune", is_flag=True, help="Also remove variables that are not in the file.")
@without_asking
@click.pass_obj
def import_(
    session: Session, file: str, assignments: Sequence[str], prune: bool, yes: bool
) -> None:
    """Set variables from a dotenv file, or from standard input (-), in one request.

    Each NAME=VALUE is set too, and overrides the file. Only what differs is sent. Variables that
    are neither in the file nor named are left alone. With --prune they are removed, after the
    changes are listed and you confirm. If that fails midway, run the same command again to finish.
    With --json, the platform's document of what it set is printed, values included.
    """
    if file == "-" and any(each.partition("=")[2] == "-" for each in assignments):
        raise BadUsage("Standard input is the file already, and cannot be a value as well.")
    values = {**variables.of_file(file), **_values(session, assignments)}
    app = session.app()
    if prune:
        variables.replace(app, session, values, yes=yes)
    elif values:
        variables.bring(app, session.console, values)
    else:
        session.say("The file defines no variables: nothing to do.")


def _elsewhere(prefix: str, app: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the options for the place of a second APP: --PREFIX-region and --PREFIX-account."""
    return several(
        click.option(
            f"--{prefix}-region",
            metavar="NAME",
            type=Word("osc-fr1", "osc-secnum-fr1"),
            help=f"Region of {app} (default: the one in use).",
        ),
        click.option(
            f"--{prefix}-account",
            metavar="NAME",
            type=Word(listing="accounts list"),
            help=f"Account of {app} (default: the one in use).",
        ),
    )


@command.command(
    examples=[
        "scalingo env diff .env",
        "scalingo env diff --exit-code .env",
        "scalingo env diff - --json < .env | jq -r '.differences[].name'",
        "scalingo env diff --with pinecrate-api",
    ]
)
@click.argument("file", required=False)
@click.option("--with", "other", metavar="APP", type=AN_APP, help="App to compare with.")
@_elsewhere("with", "APP")
@click.option("--show-values", is_flag=True, help="Show the values of both sides.")
@click.option("--exit-code", is_flag=True, help="Exit with 10 if there are differences.")
@click.pass_obj
def diff(
    session: Session,
    file: str | None,
    other: str | None,
    with_region: str | None,
    with_account: str | None,
    show_values: bool,
    exit_code: bool,
) -> int:
    """Compare the variables with a file or a different app, without showing values.

    With FILE, a dotenv file or - for standard input, shows what `env import` would change;
    variables that are not in the file are listed as "leave". With --with, shows which variables
    only one of the apps has, and which are different or the same. Those that the platform sets,
    such as the addresses of databases, are listed but do not count as differences.
    """
    if (file is None) == (other is None):
        raise BadUsage("Give either FILE or --with APP.")
    if other is None and (with_region or with_account):
        raise BadUsage("--with-region and --with-account require --with.")
    app = session.app()
    if other is not None:
        from scalingo_cli.commands.env import compare

        second = compare.other(session, other, "with-", with_region, with_account)
        two = compare.of_both(app, second)
        if show_values:
            variables.hide(session.console, *two)
        document = two.document(app.name, other, values=show_values)
        shown = compare.view(
            app.name, other, values=show_values, terminal=bool(session.console.terminal)
        )
        session.show(document, shown)
        return ExitCode.DIFFERENT if two.differs and exit_code else ExitCode.DONE
    wanted = variables.of_file(file or "")
    current = variables.values(variables.of_app(app))
    change = variables.difference(current, wanted)
    if show_values:
        variables.hide(session.console, current, wanted)
        session.show(change.document(current), variables.VALUES)
    else:
        session.show(change.document(), variables.DIFFERENCE)
    return ExitCode.DIFFERENT if change and exit_code else ExitCode.DONE


@command.command(
    changes=True,
    examples=[
        "scalingo env copy pinecrate-api --only 'API_*' --yes",
        "scalingo env copy pinecrate-api --only 'API_*' --except '*_URL' --dry-run",
    ],
)
@click.argument("source", metavar="FROM", type=AN_APP)
@_elsewhere("from", "FROM")
@click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    help="Names to copy, such as 'STRIPE_*' (default: all); may be repeated.",
)
@click.option(
    "--except", "but", multiple=True, metavar="PATTERN", help="Names not to copy; may be repeated."
)
@without_asking
@click.pass_obj
def copy(
    session: Session,
    source: str,
    from_region: str | None,
    from_account: str | None,
    only: Sequence[str],
    but: Sequence[str],
    yes: bool,
) -> None:
    """Copy variables from the app FROM, in one request.

    Lists the names first and asks. Variables that FROM does not have are left alone; those that the
    platform sets, such as the addresses of databases, are skipped. No values are shown, not even
    with --json, which prints what was done with each name. In a PATTERN, * and ? stand for any
    characters.
    """
    from scalingo_cli.commands.env import compare

    app = session.app()
    second = compare.other(session, source, "from-", from_region, from_account)
    what = compare.copied(compare.of_both(app, second), only, but)
    compare.copy(session, second.app, app, what, yes=yes)


@command.command(examples=["scalingo env check .env", "scalingo env check - < .env"])
@click.argument("file")
@click.pass_obj
def check(session: Session, file: str) -> int:
    """Check that every variable listed in a file is set; exit with 10 if not.

    FILE, or standard input (-), is a dotenv file, or has one name per line; values in it are
    ignored. Variables that are missing or empty are listed.
    """
    from scalingo_cli.commands.env import compare

    wanted = variables.names_of_file(file)
    app = session.app()
    values = variables.values(variables.of_app(app, resolve=True))
    lacking = compare.lacking(wanted, values)
    session.show({"variables": lacking}, compare.MISSING)
    where = "standard input" if file == "-" else file
    if not wanted:
        session.console.progress(f"{where} lists no variables: nothing to check.")
    elif lacking:
        session.console.progress(
            f"Not set in {app.name}: {len(lacking)} of the {len(wanted)} variables in {where}."
        )
        return ExitCode.DIFFERENT
    else:
        which = f"All {len(wanted)} variables" if len(wanted) > 1 else "The variable"
        verb = "are" if len(wanted) > 1 else "is"
        session.console.progress(f"{which} in {where} {verb} set in {app.name}.")
    return ExitCode.DONE


@command.command(changes=True, examples=["scalingo env edit --yes", "scalingo env edit"])
@without_asking
@click.pass_obj
def edit(session: Session, yes: bool) -> None:
    """Edit the variables as a dotenv file in your editor ($VISUAL, $EDITOR or vi).

    Your changes are listed before they are sent. Deleting a line removes its variable. Nothing is
    sent if the variables have changed on the platform in the meantime. With --json, the platform's
    document of what it set is printed, values included.
    """
    from scalingo_cli.commands.env.editor import draft

    if not (yes or session.console.is_dry_run):
        session.prompter.require_terminal("Send this?", "Pass --yes to proceed.")
    app = session.app()
    before = variables.of_app(app)
    with draft(session, "variables.env", variables.text(app, before)) as opened:
        if change := variables.edited(app, session, opened, before, yes=yes):
            variables.require_unchanged(app, session.console, before)
            variables.apply(app, session.console, change, before)
        else:
            session.say("No variables changed: nothing was sent.")


@command.command(
    answers_json=False,
    context_settings={"allow_interspersed_args": False},
    changes_here=True,
    reversible=False,
    examples=["scalingo env run -- sh -c 'echo $SHOP_ENV'"],
)
@click.argument("command", nargs=-1, required=True, type=Program(), metavar="COMMAND...")
@click.pass_obj
def run(session: Session, command: Sequence[str]) -> int:
    """Run a local command with the app's variables in its environment.

    They override local variables of the same name. As in the app's containers, the value $OTHER
    stands for the value of OTHER. The exit code is that of COMMAND.
    """
    app = session.app()
    from scalingo_cli.process import foreground

    document = variables.of_app(app, resolve=True)
    values = variables.values(document)
    variables.hide(session.console, values)
    return foreground.run(command, {**os.environ, **values})


@command.command(
    examples=["scalingo env export > .env", "scalingo env export --format json | jq keys"]
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["dotenv", "shell", "json"]),
    default="dotenv",
    help="Output format (default: dotenv).",
)
@click.pass_obj
def export(session: Session, format_: str) -> None:
    """Print the variables in a format that `env import` or a shell can read."""
    values = variables.values(variables.of_app(session.app()))
    variables.hide(session.console, values)
    if session.console.as_json or format_ == "json":
        import json

        from scalingo_cli.api.document import sent

        session.console.show_json(sent(json.dumps(values, indent=2)))
        return
    try:
        from scalingo_cli.commands.env import dotenv

        session.console.write_file((dotenv.shell if format_ == "shell" else dotenv.dump)(values))
    except ValueError as error:
        raise Failed(f"{error}.", "JSON can hold any name and value: --format json") from None


def _values(session: Session, assignments: Sequence[str]) -> dict[str, str]:
    """Return the values of `NAME=VALUE` arguments, of which one may be - for standard input."""
    values = _assigned(assignments)
    from_stdin = [name for name, value in values.items() if value == "-"]
    if len(from_stdin) > 1:
        raise BadUsage(f"Only one value can be read from standard input, not {len(from_stdin)}.")
    for name in from_stdin:
        values[name] = session.prompter.secret(f"Value of {name}:", whole=True)
    return values


def _assigned(assignments: Sequence[str]) -> dict[str, str]:
    """Return the values of `NAME=VALUE` arguments. Raises BadUsage, repeating no value."""
    values: dict[str, str] = {}
    for position, assignment in enumerate(assignments, 1):
        name, equals, value = assignment.partition("=")
        if not (name and equals):
            raise BadUsage(
                f"Argument {position} is invalid: expected NAME=VALUE.",
                "Quote values that contain spaces: NAME='two words'",
            )
        if name in values:
            raise BadUsage(f"{name} is set twice.")
        values[name] = value
    return values


def _named(
    app: App, names: Sequence[str], *, ignore_missing: bool = False, resolve: bool = False
) -> list[Mapping[str, Any]]:
    """Return the variables of these names. Raises NotFound naming each one that is missing."""
    document = variables.of_app(app, resolve=resolve)
    found = {variable["name"]: variable for variable in variables.rows(document)}
    missing = [name for name in names if name not in found]
    if missing and not ignore_missing:
        near = [did_you_mean(name, found) for name in missing]
        raise NotFound(
            f"{app.name} has no variable {' or '.join(missing)}.",
            *near,
            NextStep("List them", app.line("env")),
        )
    return [found[name] for name in names if name in found]
