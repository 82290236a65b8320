"""`scalingo whoami`: who is signed in, where, and by which token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.console.view import Column, View

if TYPE_CHECKING:
    from scalingo_cli.session import Session


@click.command("whoami", cls=Command, examples=["scalingo whoami", "scalingo whoami --json"])
@click.pass_obj
def command(session: Session) -> None:
    """Show who is signed in, where, and with which token.

    The token itself is never shown.
    """
    document = session.api.get("users", "self")
    source = session.auth.token.source
    session.show(
        document,
        View(
            "users",
            "user",
            {
                "Username": "username",
                "E-mail": "email",
                "Platform": Column(lambda _: str(session.auth.platform)),
                "Token from": Column(lambda _: source),
            },
        ),
    )
    if session.console.as_json:
        name = document["user"].get("username")
        session.say(
            f"Signed in to {session.auth.platform} as {name}, with the token from {source}."
        )
