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
    empty="You have no tokens.",
    listing="tokens list",
    about=(moment("created_at"),),
)


@click.group("tokens", cls=Group)
def command() -> None:
    """List, create, renew and revoke API tokens."""


@command.command("list", examples=["scalingo tokens --region osc-fr1"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the tokens of your account, without their values."""
    session.show(session.regional_api.get("tokens"), TOKEN)


@command.command(changes=True, examples=["scalingo tokens create 'nightly build' --region osc-fr1"])
@click.argument("name")
@click.pass_obj
def create(session: Session, name: str) -> None:
    """Create a token and print its value, which is shown only once."""
    answer = session.regional_api.send("POST", "tokens", json={"token": {"name": name}})
    session.console.show_value(answer.document, answer.document["token"]["token"], secret=True)
    session.say(f'Created token "{name}". Copy it now: it will not be shown again.')


@command.command(
    changes=True, reversible=False, examples=["scalingo tokens renew laptop --region osc-fr1"]
)
@click.argument("token", metavar="NAME|ID", type=Word(listing="tokens list"))
@click.pass_obj
def renew(session: Session, token: str) -> None:
    """Renew a token and print its new value; the old value stops working.

    If it is the token that you are signed in with on this machine, the new value is stored and you
    stay signed in.
    """
    from scalingo_cli.auth import accounts, credentials

    found = _token(session, token)
    answer = session.regional_api.send("PATCH", "tokens", str(found["id"]), "renew")
    value = answer.document["token"]["token"]
    session.console.show_value(answer.document, value, secret=True)
    session.say(f'Renewed token "{found["name"]}". Copy it now: it will not be shown again.')
    signed_in = {
        account.token_id for account in accounts.known() if account.key == session.auth.token_key
    }
    if session.auth.token.place in {"file", "keyring"} and str(found["id"]) in signed_in:
        insecure = session.auth.token.place == "file"
        place = credentials.keep(session.auth.token_key, value, insecure=insecure)
        session.say(f"You stay signed in: the new value is stored in {place}.")


@command.command(
    changes=True,
    reversible=False,
    examples=["scalingo tokens revoke laptop --yes --region osc-fr1"],
)
@click.argument("token", metavar="NAME|ID", type=Word(listing="tokens list"))
@without_asking
@click.pass_obj
def revoke(session: Session, token: str, yes: bool) -> None:
    """Revoke a token; anything that uses it loses access."""
    found = _token(session, token)
    session.prompter.agree(
        f'Revoke token "{found["name"]}"? Anything that uses it loses access.', yes
    )
    session.regional_api.send("DELETE", "tokens", str(found["id"]))
    session.say(f'Revoked token "{found["name"]}".')


def _token(session: Session, given: str) -> Record:
    return lookup.one(
        session.regional_api.get("tokens")["tokens"],
        given,
        "name",
        missing="You have no token",
        listing=session.auth.line("tokens"),
    )
