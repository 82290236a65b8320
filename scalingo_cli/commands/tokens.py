"""`scalingo tokens`: the API tokens of an account of the regional platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.console import lookup
from scalingo_cli.console.view import View, date, moment

if TYPE_CHECKING:
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session

TOKEN = View(
    "tokens",
    "token",
    {"Name": "name", "Created": date("created_at"), "Used": date("last_used_at"), "ID": "id"},
    empty="You have no token.",
    listing="tokens list",
    about=(moment("created_at"),),
)


@click.group("tokens", cls=Group)
def command() -> None:
    """List, create, renew and revoke the API tokens of your account."""


@command.command("list", examples=["scalingo tokens --region osc-fr1"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the tokens; their values are told only once, when they are made."""
    session.show(session.regional_api.get("tokens"), TOKEN)


@command.command(changes=True, examples=["scalingo tokens create 'nightly build' --region osc-fr1"])
@click.argument("name")
@click.pass_obj
def create(session: Session, name: str) -> None:
    """Make a token and print its value, which is told only now."""
    answer = session.regional_api.send("POST", "tokens", json={"token": {"name": name}})
    session.console.show_value(answer.document, answer.document["token"]["token"])
    session.say(f"Made the token {name}. Its value is told only now.")


@command.command(changes=True, examples=["scalingo tokens renew laptop --region osc-fr1"])
@click.argument("token", metavar="NAME|ID", type=Word(listing="tokens list"))
@click.pass_obj
def renew(session: Session, token: str) -> None:
    """Give a token a new value and print it; the old one is good no more.

    The one of your sign-in on this machine is kept with its new value: you stay signed in.
    """
    from scalingo_cli.auth import accounts, credentials

    found = _token(session, token)
    answer = session.regional_api.send("PATCH", "tokens", str(found["id"]), "renew")
    value = answer.document["token"]["token"]
    session.console.show_value(answer.document, value)
    session.say(f"Renewed the token {found['name']}. Its value is told only now.")
    signed_in = {
        account.token_id for account in accounts.known() if account.key == session.auth.token_key
    }
    if session.auth.token.place in {"file", "keyring"} and str(found["id"]) in signed_in:
        insecure = session.auth.token.place == "file"
        place = credentials.keep(session.auth.token_key, value, insecure=insecure)
        session.say(f"You stay signed in: it is kept in {place}.")


@command.command(changes=True, examples=["scalingo tokens revoke laptop --yes --region osc-fr1"])
@click.argument("token", metavar="NAME|ID", type=Word(listing="tokens list"))
@without_asking
@click.pass_obj
def revoke(session: Session, token: str, yes: bool) -> None:
    """Revoke a token: whatever signs in with it can no longer."""
    found = _token(session, token)
    session.console.agree(
        f"Revoke the token {found['name']}? What signs in with it no longer can.", yes
    )
    session.regional_api.send("DELETE", "tokens", str(found["id"]))
    session.say(f"Revoked the token {found['name']}.")


def _token(session: Session, given: str) -> Record:
    return lookup.one(
        session.regional_api.get("tokens")["tokens"],
        given,
        "name",
        missing="You have no token",
        listing=session.auth.line("tokens"),
    )
