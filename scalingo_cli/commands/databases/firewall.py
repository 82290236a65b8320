"""`scalingo databases firewall`: which addresses may connect to a dedicated database (preview)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import without_asking
from scalingo_cli.commands.databases.dedicated import network
from scalingo_cli.console import lookup
from scalingo_cli.console.view import View, plain
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from scalingo_cli.console.view import Record
    from scalingo_cli.database import Database
    from scalingo_cli.session import Session

RULE = View(
    "rules",
    "rule",
    {"ID": "id", "CIDR": "cidr", "Range": "range_id", "Label": "label", "Type": "type"},
    empty="No rule: nobody can connect from outside. Add one:",
    first="databases firewall add CIDR",
)
RANGE = View("ranges", "range", {"ID": "id", "Name": "name"}, empty="The platform has no ranges.")


@click.group("firewall", cls=Group, takes_app=True, takes_addon=True)
def command() -> None:
    """List, add, label and remove the firewall rules of a dedicated database."""


@command.command("list", examples=["scalingo databases firewall --database crate-ledger"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the networks that may connect to a database."""
    session.show(databases.chosen(session).get("firewall_rules"), RULE)


@command.command(
    changes=True,
    examples=[
        "scalingo databases firewall add 192.0.2.0/24 --label office --database crate-ledger",
        "scalingo databases firewall add --range mr-6b1f0e52 --database crate-ledger",
    ],
)
@click.argument("cidr", metavar="[CIDR]", required=False)
@click.option("--label", metavar="TEXT", help="Description of the addresses.")
@click.option("--range", "range_id", metavar="ID", help="Range of the platform, instead of CIDR.")
@without_asking
@click.pass_obj
def add(
    session: Session, cidr: str | None, label: str | None, range_id: str | None, yes: bool
) -> None:
    """Allow a network, or a range of the platform, to connect to a database."""
    if (cidr is None) == (range_id is None):
        raise BadUsage("This requires CIDR or --range, and not both.")
    if label is not None and cidr is None:
        raise BadUsage("--label requires CIDR.")
    if cidr is not None:
        fields = {"type": "custom_range", "cidr": network(cidr)}
        fields |= {"label": label} if label is not None else {}
    else:
        fields = {"type": "managed_range", "range_id": str(range_id)}
    database = databases.chosen(session, anew=True)
    if fields.get("cidr", "").endswith("/0"):
        question = f"Let the whole internet connect to {database.name}?"
        session.prompter.agree(question, yes)
    answer = database.send("POST", "firewall_rules", json=fields)
    document = answer.document
    session.show(document if "rule" in document else {"rule": document}, RULE)
    session.say(f"Added the rule to {database.name}. It takes effect in about two minutes.")


@command.command(
    changes=True,
    examples=[
        "scalingo databases firewall update depot --label 'depot in Ghent' --database crate-ledger"
    ],
)
@click.argument("rule", metavar="ID|LABEL|CIDR")
@click.option("--label", required=True, metavar="TEXT", help="Description of the addresses.")
@click.pass_obj
def update(session: Session, rule: str, label: str) -> None:
    """Change the label of a firewall rule."""
    database = databases.chosen(session, anew=True)
    found = _one(database, rule)
    answer = database.send(
        *("PATCH", "firewall_rules", plain(found["id"])), json={"firewall_rule": {"label": label}}
    )
    session.show(answer.document, RULE)
    session.say(f"Changed the label of the rule for {_place(found)} of {database.name}.")


@command.command(
    changes=True,
    examples=["scalingo databases firewall remove depot --yes --database crate-ledger"],
)
@click.argument("rule", metavar="ID|LABEL|CIDR")
@without_asking
@click.pass_obj
def remove(session: Session, rule: str, yes: bool) -> None:
    """Remove a firewall rule; clients that it let in can no longer connect."""
    database = databases.chosen(session, anew=True)
    found = _one(database, rule)
    place = _place(found)
    session.prompter.agree(f"Remove the rule for {place} from {database.name}?", yes)
    database.send("DELETE", "firewall_rules", plain(found["id"]))
    session.say(f"Removed the rule for {place} from {database.name}.")


def _one(database: Database, rule: str) -> Record:
    """Return the rule with this ID, label or network. Raises as `lookup.one` does."""
    return lookup.one(
        database.get("firewall_rules")["rules"] or [],
        rule,
        "label",
        "cidr",
        missing=f"{database.name} has no rule",
        listing=database.line("databases firewall"),
    )


def _place(rule: Record) -> str:
    return plain(rule.get("cidr") or rule.get("range_id"))


@command.command(examples=["scalingo databases firewall ranges --database crate-ledger"])
@click.pass_obj
def ranges(session: Session) -> None:
    """List the ranges of addresses that the platform maintains."""
    database = databases.chosen(session)
    document = database.app.api.get("firewall", "managed_ranges", service=database.service)
    session.show(document, RANGE)
