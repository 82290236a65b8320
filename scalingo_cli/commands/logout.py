"""`scalingo logout`: forget the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.options import Command

if TYPE_CHECKING:
    from scalingo_cli.session import Session


@click.command(cls=Command, examples=["scalingo logout"])
@click.pass_obj
def logout(session: Session) -> None:
    """Forget the token.

    It is deleted from the keyring and from the file that --insecure-storage keeps.
    """
    from scalingo_cli import credentials, words

    host = session.platform.host
    words.forget()
    places = credentials.forget(host)
    if places:
        session.say(f"Forgot the token for {host} that was kept in {' and '.join(places)}.")
    else:
        session.say(f"No token for {host} was kept.")
    if credentials.in_environment():
        session.say(f"{credentials.VARIABLE} is still set in your environment.")
