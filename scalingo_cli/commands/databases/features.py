"""`scalingo databases features`: what is switched on in a database, such as force-ssl."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import waiting, without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.console.view import View, at, plain
from scalingo_cli.errors import Failed, Misused, NextStep
from scalingo_cli.polling import databases as polling

if TYPE_CHECKING:
    from scalingo_cli.api.document import Document
    from scalingo_cli.database import Database
    from scalingo_cli.session import Session

FEATURE = View(
    "features",
    "feature",
    {"Name": "name", "Status": "status"},
    empty="No feature of this database is enabled.",
    listing="databases features list",
)
NAMES = ("force-ssl", "publicly-available", "redis-aof", "redis-rdb", "redis-cache")
A_FEATURE = Word(*NAMES)
# What each would do that a person should know first.
ON = {"publicly-available": "It can then be reached from the whole internet."}
OFF = {"force-ssl": "Connections without encryption are then accepted."}
ACTIVE, MISSING = "ACTIVATED", "missing"
PENDING = "PENDING"  # with which the statuses of what is not over begin
GOING_ON = (PENDING, "PENDING_TO_ACTIVATE", "PENDING_TO_REMOVE")


@click.group("features", cls=Group, takes_app=True, takes_addon=True)
def command() -> None:
    """List, enable and disable the features of a database."""


@command.command("list", examples=["scalingo databases features"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the features that are enabled in a database."""
    document = databases.chosen(session).get()
    session.show(
        document
        if session.console.as_json
        else {"features": at(document, "database.features") or []},
        FEATURE,
    )


@command.command(
    changes=True,
    examples=[
        "scalingo databases features enable force-ssl --wait",
        "scalingo databases features enable publicly-available --yes",
    ],
)
@click.argument("feature", type=A_FEATURE)
@without_asking
@waiting
@click.pass_obj
def enable(session: Session, feature: str, yes: bool, wait: bool, timeout: float | None) -> None:
    """Enable a feature of a database; asks first for publicly-available."""
    database = _database(session, feature)
    if feature in ON:
        question = f"Enable {feature} in {database.name}? {ON[feature]}"
        session.prompter.agree(question, yes)
    answer = database.send("POST", "features", json={"feature": {"name": feature}})
    document = answer.document
    if wait:
        document, status = _settled(session, database, feature, timeout)
        if status != ACTIVE:
            raise Failed(f"{feature} was not enabled in {database.name}: {status}.")
    _show(session, document, feature)
    session.console.progress(
        f"Enabled {feature} in {database.name}."
        if wait
        else f"{feature} is being enabled in {database.name}."
        f" To look at it: {database.line('databases features')}"
    )


@command.command(changes=True, examples=["scalingo databases features disable force-ssl --yes"])
@click.argument("feature", type=A_FEATURE)
@without_asking
@waiting
@click.pass_obj
def disable(session: Session, feature: str, yes: bool, wait: bool, timeout: float | None) -> None:
    """Disable a feature of a database; asks first for force-ssl."""
    database = _database(session, feature)
    if feature in OFF:
        question = f"Disable {feature} in {database.name}? {OFF[feature]}"
        session.prompter.agree(question, yes)
    document = database.send("DELETE", "features", params={"feature": feature}).document
    if wait:
        document, status = _settled(session, database, feature, timeout)
        if status != MISSING:
            raise Failed(f"{feature} was not disabled in {database.name}: {status}.")
    if session.console.as_json:
        session.console.show_json(document)
    session.say(
        f"Disabled {feature} in {database.name}."
        if wait
        else f"{feature} is being disabled in {database.name}."
        f" To look at it: {database.line('databases features')}"
    )


def _database(session: Session, feature: str) -> Database:
    """Return the database that is chosen. Raises Misused if the feature has no name."""
    if not feature:
        raise Misused("The name of the feature is empty.")
    return databases.chosen(session, anew=True)


def _show(session: Session, document: Document, feature: str) -> None:
    rows = at(document, "database.features")
    if session.console.as_json:
        session.console.show_json(document)
    elif isinstance(rows, list):
        session.show({"features": [row for row in rows if row.get("name") == feature]}, FEATURE)
    else:
        session.show({"feature": document}, FEATURE)


def _settled(
    session: Session, database: Database, feature: str, timeout: float | None
) -> tuple[Document, str]:
    """Return the document of a database, and the status in it, once a feature's change is over."""

    def status(document: Document) -> str:
        rows = at(document, "database.features")
        for row in rows if isinstance(rows, list) else ():
            if at(row, "name") == feature:
                named = plain(at(row, "status"))
                is_unknown = named not in GOING_ON and named.startswith(PENDING)
                return PENDING if is_unknown else named
        return MISSING

    document = polling.wait(
        feature,
        lambda within: database.get(within_seconds=within),
        status,
        in_progress=GOING_ON,
        session=session,
        timeout_seconds=timeout,
        resume=NextStep("To look at it", database.line("databases features")),
    )
    return document, status(document)
