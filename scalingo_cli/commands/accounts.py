"""`scalingo accounts`: the accounts that signed in on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.types import Word
from scalingo_cli.console.view import View

if TYPE_CHECKING:
    from scalingo_cli.session import Session

ACCOUNT = View(
    "accounts",
    "account",
    {"Name": "name", "Platform": "host", "Region": "region", "In use": "in_use"},
    empty="No accounts on this machine. Sign in: scalingo login",
    listing="accounts list",
)


@click.group("accounts", cls=Group)
def command() -> None:
    """List the accounts signed in here, and switch between them."""


@command.command("list", examples=["scalingo accounts"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the accounts, starting with the one in use."""
    from scalingo_cli.auth import accounts, credentials

    in_use = accounts.in_use()
    records = [
        {
            "name": account.name,
            "host": account.host,
            "region": account.region,
            "in_use": account == in_use,
        }
        for account in accounts.known()
    ]
    session.show({"accounts": records}, ACCOUNT)
    if credentials.in_environment():
        session.say(f"{credentials.VARIABLE} is set and overrides any account: scalingo whoami")


@command.command(changes_here=True, examples=["scalingo accounts use noor"])
@click.argument("name", type=Word(listing="accounts list"))
@click.pass_obj
def use(session: Session, name: str) -> None:
    """Switch to an account, given as NAME or NAME@HOST.

    To use an account for a single command, pass --account to it instead.
    """
    from scalingo_cli.auth import accounts
    from scalingo_cli.storage import completion_cache

    account = accounts.named(name)
    completion_cache.forget()
    accounts.use(account)
    where = f"{account.host}, region {account.region}" if account.region else account.host
    session.say(f"Now using {account.name} on {where}.")
