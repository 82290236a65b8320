"""`scalingo login`: sign in and keep the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.errors import Misused, NotAllowed
from scalingo_cli.options import Command
from scalingo_cli.output import View

if TYPE_CHECKING:
    from scalingo_cli.api import Document
    from scalingo_cli.session import Session

TRIES_AT_A_TERMINAL = 3
UNATTENDED = "Scripts sign in with --email and --password-stdin, or --with-token."
USER = View("users", "user", {"Username": "username", "E-mail": "email"})


@click.command(
    cls=Command,
    examples=[
        "scalingo login",
        "scalingo login --email you@example.com --password-stdin < password.txt",
        "scalingo login --with-token < token.txt",
    ],
)
@click.option("--email", metavar="EMAIL", help="Sign in with this e-mail or user name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--with-token", is_flag=True, help="Read an API token from standard input instead.")
@click.option(
    "--insecure-storage",
    is_flag=True,
    help="Keep the token in a file that only you can read, where there is no keyring.",
)
@click.pass_obj
def login(
    session: Session,
    email: str | None,
    password_stdin: bool,
    with_token: bool,
    insecure_storage: bool,
) -> None:
    """Sign in and keep the token in the keyring.

    Asks for your e-mail and password; scripts give --email with --password-stdin, or
    --with-token.
    """
    if with_token and (email or password_stdin):
        raise Misused("--with-token goes without --email and --password-stdin.")
    if password_stdin and not email:
        raise Misused("--password-stdin goes with --email.")
    from scalingo_cli import credentials, words

    if with_token:
        token = session.secret("API token:")
        user = session.api_with(token).get("users", "self")["user"]
    else:
        document = _sign_in(session, email, password_stdin)
        token, user = document["authentication_token"], document["user"]
    place = credentials.keep(session.platform.host, token, insecure=insecure_storage)
    words.forget()
    if session.as_json:
        session.show({"user": user}, USER)
    session.say(f"Welcome, {user.get('username') or user.get('email')}.")
    session.say(f"The token for {session.platform.host} is kept in {place}.")
    if credentials.in_environment():
        session.say(f"{credentials.VARIABLE} is set: it goes before the token kept just now.")


def _sign_in(session: Session, email: str | None, password_stdin: bool) -> Document:
    """Return the answer of users/sign_in; a person may try three times."""
    tries = 1 if password_stdin else TRIES_AT_A_TERMINAL
    while True:
        login = email or session.ask("E-mail:", otherwise=UNATTENDED)
        if password_stdin:
            password = session.secret("Password:")
        else:
            password = session.ask_hidden("Password:", otherwise=UNATTENDED)
        user = {"login": login, "password": password}
        tries -= 1
        try:
            return session.api.send(
                "POST", "users", "sign_in", json={"user": user}, anonymous=True
            ).document
        except NotAllowed as refused:
            if not tries:
                raise
            session.say(f"{refused.message} Try again.")
