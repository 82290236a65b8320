"""`scalingo databases users`: who can sign in to a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.console.view import View, at, plain
from scalingo_cli.errors import Failed, Misused, NextStep, NotFound, did_you_mean

if TYPE_CHECKING:
    from scalingo_cli.api.document import Document
    from scalingo_cli.console.view import Record
    from scalingo_cli.database import Database
    from scalingo_cli.session import Session

USER = View(
    "database-users",
    "database_user",
    {"Name": "name", "Read-only": "read_only", "Protected": "protected"},
    empty="This database has no users. Create one:",
    first="databases users create NAME",
    listing="databases users list",
)
A_USER = Word(listing="databases users list")


@click.group("users", cls=Group, takes_app=True, takes_addon=True)
def command() -> None:
    """List, create and delete the users of a database, and change their passwords."""


@command.command("list", examples=["scalingo databases users"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the users of a database."""
    session.show(databases.chosen(session).get("users"), USER)


@command.command(
    changes=True,
    examples=[
        "scalingo databases users create metabase --read-only",
        "scalingo databases users create metabase --password-stdin < password.txt",
    ],
)
@click.argument("name")
@click.option("--read-only", is_flag=True, help="Allow reading only.")
@click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input (default: the platform makes one).",
)
@click.pass_obj
def create(session: Session, name: str, read_only: bool, password_stdin: bool) -> None:
    """Create a user of a database, and print its new password, which is shown only once."""
    password = session.console.secret("Password:") if password_stdin else None
    database = databases.chosen(session, anew=True)
    fields = {
        "database_id": database.id,
        "name": name,
        "read_only": read_only,
        "password": password,
        "password_confirmation": password,
    }
    document = database.send("POST", "users", json={"database_user": fields}).document
    _show(session, document, password)
    session.say(f"Created the user {name} of {database.name}.{_once(password)}")


@command.command(
    changes=True,
    reversible=False,
    examples=[
        "scalingo databases users password reporting",
        "scalingo databases users password reporting --password-stdin < password.txt",
    ],
)
@click.argument("name", type=A_USER)
@click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input (default: the platform makes one).",
)
@click.pass_obj
def password(session: Session, name: str, password_stdin: bool) -> None:
    """Change the password of a user, and print the new one, which is shown only once.

    What signs in with the old password can no longer do so.
    """
    given = session.console.secret("Password:") if password_stdin else None
    database = databases.chosen(session, anew=True)
    _changeable(database, name)
    if given is None:
        document = database.send("POST", "users", name, "reset_password").document
    else:
        fields = {"database_id": database.id, "password": given, "password_confirmation": given}
        answer = database.send("PATCH", "users", name, json={"database_user": fields})
        document = answer.document
    _show(session, document, given)
    session.say(f"Changed the password of {name}, a user of {database.name}.{_once(given)}")


@command.command(
    changes=True, reversible=False, examples=["scalingo databases users delete reporting --yes"]
)
@click.argument("name", type=A_USER)
@without_asking
@click.pass_obj
def delete(session: Session, name: str, yes: bool) -> None:
    """Delete a user of a database."""
    database = databases.chosen(session, anew=True)
    _changeable(database, name)
    session.console.agree(f"Delete the user {name} of {database.name}?", yes)
    database.send("DELETE", "users", name)
    session.say(f"Deleted the user {name} of {database.name}.")


def _changeable(database: Database, name: str) -> None:
    """Raise NotFound for an unknown user, and Misused for one that the platform protects."""
    rows: list[Record] = database.get("users")["database-users"] or []
    names = [plain(at(row, "name")) for row in rows]
    if name not in names:
        near = did_you_mean(name, names)
        listing = database.line("databases users")
        raise NotFound(
            f'{database.name} has no user "{name}".', near, NextStep("List them", listing)
        )
    if rows[names.index(name)].get("protected") is True:
        raise Misused(f"{name} is a protected user: it cannot be changed or deleted.")


def _show(session: Session, document: Document, given: str | None) -> None:
    """Print the password that the platform made, or the answer where JSON is asked."""
    if given is not None:
        if session.console.as_json:
            session.console.show_json(document)
        return
    made = plain(document.get("password") or at(document, "database_user.password"))
    if not made:
        raise Failed("The platform did not send the new password.", "Set one: --password-stdin")
    session.console.show_value(document, made, secret=True)


def _once(given: str | None) -> str:
    return "" if given is not None else " Its password is shown only once."
