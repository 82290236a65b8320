"""`scalingo env`: the variables of an app."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import dotenv
from scalingo_cli.errors import Failed, Misused, NotFound, did_you_mean
from scalingo_cli.options import Group, Word
from scalingo_cli.output import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalingo_cli.api import Document
    from scalingo_cli.session import Session

VARIABLE = View(
    "variables",
    "variable",
    {"Name": "name", "Value": "value"},
    empty="There is no variable yet. Set one: scalingo env set NAME=VALUE",
    listing="env list",
)
MOST_NAMED = 30
REMINDER = "The running containers keep the old values until: scalingo restart --app"


@click.group(cls=Group, takes_app=True)
def env() -> None:
    """Read and change the variables of an app."""


@env.command("list", examples=["scalingo env", "scalingo env --json | jq '.variables | length'"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the variables with their values."""
    session.show(_variables(session), VARIABLE)


@env.command(examples=["scalingo env get SHOP_ENV"])
@click.argument("name", type=Word(listing="env list"))
@click.pass_obj
def get(session: Session, name: str) -> None:
    """Print the bare value of one variable, and a line break."""
    [variable] = _named(session, [name])
    session.show_value({"variable": variable}, variable["value"] or "")


@env.command(
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
    """Set variables, all in one request.

    NAME=- reads the value from standard input, without its last line break.
    """
    values = _assigned(assignments)
    from_stdin = [name for name, value in values.items() if value == "-"]
    if len(from_stdin) > 1:
        raise Misused(f"Only one value can come from standard input, not {len(from_stdin)}.")
    for name in from_stdin:
        values[name] = session.secret(f"Value of {name}:", whole=True)
    _put(session, values)


@env.command(changes=True, examples=["scalingo env unset GREETING"])
@click.argument("names", nargs=-1, required=True, metavar="NAME...", type=Word(listing="env list"))
@click.pass_obj
def unset(session: Session, names: Sequence[str]) -> None:
    """Remove variables; all names are checked before the first is removed."""
    variables = {v["name"]: v["id"] for v in _named(session, list(dict.fromkeys(names)))}
    session.one_by_one(
        "Removed",
        variables,
        lambda name: session.api.send(
            "DELETE", "apps", session.app, "variables", str(variables[name])
        ),
        resume=f"scalingo env unset --app {session.app}",
    )
    session.say(f"{REMINDER} {session.app}")


@env.command(
    "import", changes=True, examples=["scalingo env import .env", "scalingo env import - < .env"]
)
@click.argument("file")
@click.pass_obj
def import_(session: Session, file: str) -> None:
    """Set the variables of a dotenv file, or of standard input (-), in one request.

    Variables that the file lacks stay as they are.
    """
    values = dotenv_of(session, file)
    if values:
        _put(session, values)
    else:
        session.say("No variable in there: nothing to do.")


@env.command(examples=["scalingo env export > .env", "scalingo env export --format json | jq keys"])
@click.option(
    "--format",
    "format_",
    type=click.Choice(["dotenv", "shell", "json"]),
    default="dotenv",
    show_default=True,
)
@click.pass_obj
def export(session: Session, format_: str) -> None:
    """Print the variables as a file that `env import` or a shell reads back unchanged."""
    variables = {name: v["value"] or "" for name, v in _by_name(session).items()}
    if session.as_json or format_ == "json":
        session.write_file(json.dumps(variables, indent=2) + "\n")
        return
    try:
        session.write_file((dotenv.shell if format_ == "shell" else dotenv.dump)(variables))
    except ValueError as error:
        raise Failed(f"{error}.", "Any name and value fits in: --format json") from None


def dotenv_of(session: Session, file: str) -> dict[str, str]:
    """Return the variables of a dotenv file. Raises Misused when it is none."""
    text = session.read_text(file)
    try:
        return dotenv.parse(text)
    except ValueError as error:
        name = "standard input" if file == "-" else file
        raise Misused(f"{name}, {error}.") from None


def _assigned(assignments: Sequence[str]) -> dict[str, str]:
    """Return the values of `NAME=VALUE` arguments. Raises Misused, repeating no value."""
    values: dict[str, str] = {}
    for position, assignment in enumerate(assignments, 1):
        name, equals, value = assignment.partition("=")
        if not (name and equals):
            raise Misused(
                f"Argument {position} is not of the form NAME=VALUE.",
                "Put quotes around a value that holds blanks: NAME='two words'",
            )
        if name in values:
            raise Misused(f"{name} is set twice.")
        values[name] = value
    return values


def _variables(session: Session) -> Document:
    return session.api.get("apps", session.app, "variables")


def _by_name(session: Session) -> dict[str, Mapping[str, Any]]:
    return {variable["name"]: variable for variable in _variables(session)["variables"] or []}


def _named(session: Session, names: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the variables of these names. Raises NotFound naming each one that is missing."""
    found = _by_name(session)
    missing = [name for name in names if name not in found]
    if missing:
        near = [did_you_mean(name, found) for name in missing]
        raise NotFound(
            f"{session.app} has no variable {' nor '.join(missing)}.",
            " ".join(filter(None, [*near, f"List them: scalingo env --app {session.app}"])),
        )
    return [found[name] for name in names]


def _put(session: Session, values: Mapping[str, str]) -> None:
    variables = [{"name": name, "value": value} for name, value in values.items()]
    answer = session.api.send(
        "PUT", "apps", session.app, "variables", json={"variables": variables}
    )
    names = [variable["name"] for variable in answer.document["variables"]]
    few = len(names) <= MOST_NAMED
    session.say(f"Set {', '.join(names) if few else f'{len(names)} variables'}.")
    session.say(f"{REMINDER} {session.app}")
