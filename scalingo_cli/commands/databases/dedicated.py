"""`scalingo databases list|plans|create|…`: databases that are apps of their own (preview)."""

from __future__ import annotations

from functools import partial
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import database as databases
from scalingo_cli import known
from scalingo_cli.cli.command import Command, Group
from scalingo_cli.cli.options import waiting, without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.commands.addons import PLAN
from scalingo_cli.console import lookup
from scalingo_cli.console.view import View, at, date, plain, status
from scalingo_cli.errors import BadUsage, Failed, Misused, NextStep, NotFound
from scalingo_cli.polling import databases as polling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.api.document import Document
    from scalingo_cli.database import Database
    from scalingo_cli.session import Session

LISTED = View(
    "databases",
    "database",
    {
        "Name": "name",
        "Technology": "technology",
        "Plan": "plan",
        "Project": "project_id",
        "ID": "id",
    },
    empty="You have no dedicated databases. Those of an app: scalingo addons",
    listing="databases list",
    about=("technology", "plan"),
)
WITH_STATUS = LISTED._replace(
    columns={
        **{name: LISTED.columns[name] for name in ("Name", "Technology", "Plan")},
        "Status": status("status"),
        **{name: LISTED.columns[name] for name in ("Project", "ID")},
    }
)
ENDPOINT = View(
    "endpoints",
    "endpoint",
    {"Host": "hostname", "Port": "port", "Type": "type", "ID": "id"},
    empty="This database has no endpoints yet.",
)
NETWORK = View(
    "network_configurations",
    "network_configuration",
    {"IP range": "ip_range", "Outscale net": "outscale_net_id", "Account": "outscale_account_id"},
)
PEERING = View(
    "net_peerings",
    "net_peering",
    {
        "ID": "id",
        "Outscale peering": "outscale_net_peering_id",
        "Status": status("status"),
        "Source": "outscale_source_net_ip_range",
        "Created": date("created_at"),
    },
    empty="This database has no peerings.",
)
A_DATABASE = Word(listing="databases list")


def _name(session: Session, given: str | None = None) -> str:
    """Return the dedicated database that the command line or the environment names."""
    option = session.selection.database_option
    if session.selection.addon_option is not None:
        raise BadUsage("--addon does not name a dedicated database.", "Use --database.")
    if given is not None and option not in {None, given}:
        raise BadUsage(f"DATABASE is {given}, but --database is {option}.")
    if "" in {given, option}:
        raise Misused("The name of the database is empty.")
    name = given or session.selection.database
    if not name:
        raise Misused(
            "No dedicated database selected.",
            NextStep("Use --database NAME, or list them", "scalingo databases"),
        )
    return name


@click.command(
    "list",
    cls=Command,
    takes_app=False,
    takes_addon=False,
    examples=[
        "scalingo databases",
        "scalingo databases --status",
        "scalingo databases --json | jq -r '.databases[].name'",
    ],
)
@click.option("--status", "with_status", is_flag=True, help="Ask each database for its status.")
@click.pass_obj
def list_(session: Session, with_status: bool) -> None:
    """List your dedicated databases."""
    api = session.regional_api
    document = api.get("databases")
    if not with_status:
        session.show(document, LISTED)
        return
    rows = document["databases"] or []
    found = api.together(*(partial(_status, session, plain(row["name"])) for row in rows))
    shown = [{**row, "status": each} for row, each in zip(rows, found, strict=True)]
    session.show({"databases": shown}, WITH_STATUS)


def _status(session: Session, name: str) -> str:
    """Return the status of a dedicated database, which has no add-on while it is created."""
    try:
        return plain(at(databases.chosen(session, name).get(), "database.status"))
    except NotFound:
        return "creating"


@click.command(
    cls=Command,
    takes_app=False,
    takes_addon=False,
    examples=["scalingo databases plans postgresql-ng"],
)
@click.argument("technology")
@click.pass_obj
def plans(session: Session, technology: str) -> None:
    """List the plans of a database technology, such as postgresql-ng."""
    session.show(session.regional_api.get("addon_providers", technology, "plans"), PLAN)


@click.command(
    cls=Command,
    takes_app=False,
    takes_addon=False,
    changes=True,
    examples=[
        "scalingo databases create ledger-two --type postgresql-ng"
        " --plan postgresql-dr-starter-512 --wait"
    ],
)
@click.argument("name")
@click.option("--type", "technology", required=True, metavar="TYPE", help="Technology.")
@click.option("--plan", required=True, metavar="NAME|ID", help="Plan.")
@click.option("--project", metavar="NAME|ID", help="Project (default: your default one).")
@click.option("--ip-range", metavar="CIDR", help="Address range of its network.")
@waiting
@click.pass_obj
def create(
    session: Session,
    name: str,
    technology: str,
    plan: str,
    project: str | None,
    ip_range: str | None,
    wait: bool,
    timeout: float | None,
) -> None:
    """Create a dedicated database."""
    body: dict[str, Any] = {"name": name}
    if ip_range is not None:
        body["ip_range"] = network(ip_range)
    api = session.regional_api
    body["addon_provider_id"] = technology
    body["plan_id"] = plain(known.plan(api, technology, plan, "databases plans")["id"])
    if project is not None:
        from scalingo_cli.commands.projects import PROJECTS

        body["project_id"] = plain(PROJECTS.one(session, project)["id"])
    document = api.send("POST", "databases", json=body).document
    if wait:
        _wait_for(session, name, timeout)
    session.show(document, LISTED)
    session.say(
        f"Created the database {name}."
        if wait
        else f"{name} is being created. To look at it: scalingo databases show {name}"
    )


def _wait_for(session: Session, name: str, timeout: float | None) -> None:
    """Wait until a new database runs, which is not found for a while. Raises Failed if it fails."""
    seen: list[Database] = []

    def look(within: float) -> Document:
        from scalingo_cli.api.document import Document

        try:
            database = seen[0] if seen else databases.chosen(session, name, anew=True)
            document = database.get(within_seconds=within)
        except NotFound:
            if seen:
                raise
            return Document({"database": {"status": "creating"}})
        seen[:] = [database]
        return document

    document = polling.wait(
        "creation",
        look,
        lambda document: plain(at(document, "database.status")),
        in_progress=polling.CHANGING,
        session=session,
        timeout_seconds=timeout,
        resume=NextStep("To look at it", f"scalingo databases show {quote(name)}"),
    )
    if at(document, "database.status") != "running":
        raise Failed(f"{name} did not start: it is {at(document, 'database.status')}.")


@click.command(
    "change-plan",
    cls=Command,
    changes=True,
    examples=[
        "scalingo databases change-plan postgresql-starter-1024",
        "scalingo databases change-plan crate-ledger postgresql-dr-starter-2048 --wait",
    ],
)
@click.argument("words", nargs=-1, metavar="[DATABASE] PLAN")
@waiting
@click.pass_obj
def change_plan(session: Session, words: Sequence[str], wait: bool, timeout: float | None) -> None:
    """Change the plan of a database.

    DATABASE is the name or ID of a dedicated database (default: the app's database).
    """
    if not 1 <= len(words) <= len(("DATABASE", "PLAN")):
        raise BadUsage("This requires PLAN, or DATABASE and PLAN.")
    *named, plan = words
    database = databases.chosen(session, named[0] if named else None, anew=True)
    api, path = database.app.api, ("apps", database.app.name, "addons", database.id)
    provider_id = plain(at(api.get(*path), "addon.addon_provider.id"))
    found = known.plan(api, provider_id, plan, "databases plans")
    name = plain(found.get("name"))
    sent = {"addon": {"plan_id": plain(found["id"])}}
    document = api.send("PATCH", *path, json=sent).document
    if wait:
        document = _changed(session, database, name, timeout)
    if session.console.as_json:
        session.console.show_json(document)
    session.say(f"{'Changed' if wait else 'Changing'} the plan of {database.name} to {name}.")


def _changed(session: Session, database: Database, plan: str, timeout: float | None) -> Document:
    """Return the document of a database once its plan is the one of this name.

    It is still running, with its former plan, for a moment before the change begins. Raises Failed
    if the change fails, and as `polling.wait` does.
    """
    operations: list[str] = []

    def progress(document: Document) -> str:
        status = plain(at(document, "database.status"))
        if operation := plain(at(document, "database.current_operation_id")):
            operations.append(operation)
            return "updating" if status == "running" else status
        if status == "running" and plain(at(document, "database.plan")) != plan:
            return "unchanged" if operations else "updating"
        return status

    document = polling.wait(
        "change of plan",
        lambda within: database.get(within_seconds=within),
        progress,
        in_progress=polling.CHANGING,
        session=session,
        timeout_seconds=timeout,
        resume=NextStep("To look at it", database.line("databases show")),
    )
    status = progress(document)
    if status == "unchanged":
        polling.operation(database, operations[-1], session, timeout)
    elif status != "running":
        raise Failed(f"{database.name} is {status} after the change of plan.")
    return document


@click.command(
    cls=Command,
    takes_app=False,
    changes=True,
    reversible=False,
    examples=["scalingo databases delete crate-ledger --confirm crate-ledger"],
)
@click.argument("database", metavar="DATABASE", required=False, type=A_DATABASE)
@click.option("--confirm", metavar="NAME", help="Name of the database, to skip the prompt.")
@click.pass_obj
def delete(session: Session, database: str | None, confirm: str | None) -> None:
    """Delete a dedicated database with all its data and backups."""
    api = session.regional_api
    found = api.get("databases", _name(session, database))["database"]
    name = plain(found["name"])
    session.prompter.confirm(
        f"This deletes the database {name} ({plain(found.get('technology'))}) with all its data"
        " and backups, and cannot be undone.",
        name,
        confirm,
    )
    api.send("DELETE", "apps", name, params={"current_name": name})
    session.say(f"Deleted the database {name}.")


@click.command(
    cls=Command, takes_app=False, examples=["scalingo databases endpoints --database crate-ledger"]
)
@click.argument("database", metavar="[DATABASE]", required=False, type=A_DATABASE)
@click.pass_obj
def endpoints(session: Session, database: str | None) -> None:
    """List the addresses at which a dedicated database can be reached."""
    name = _name(session, database)
    session.show(session.regional_api.get("databases", name, "endpoints"), ENDPOINT)


@click.command(
    "network",
    cls=Command,
    takes_app=False,
    examples=["scalingo databases network --database crate-ledger"],
)
@click.argument("database", metavar="[DATABASE]", required=False, type=A_DATABASE)
@click.pass_obj
def show_network(session: Session, database: str | None) -> None:
    """Show the network of a dedicated database."""
    name = _name(session, database)
    session.show(session.regional_api.get("databases", name, "network_configuration"), NETWORK)


@click.group("peerings", cls=Group, takes_addon=True)
def peerings() -> None:
    """List, add and remove the peerings of a dedicated database's network."""


@peerings.command("list", examples=["scalingo databases peerings --database crate-ledger"])
@click.pass_obj
def list_peerings(session: Session) -> None:
    """List the peerings of a dedicated database's network."""
    document = session.regional_api.get("databases", _name(session), "net_peerings")
    session.show(document, PEERING)


@peerings.command(
    "add",
    changes=True,
    examples=["scalingo databases peerings add pcx-0a1b2c3d --database crate-ledger"],
)
@click.argument("peering", metavar="PCX-ID")
@click.pass_obj
def add_peering(session: Session, peering: str) -> None:
    """Accept a peering that was requested at Outscale."""
    name = _name(session)
    sent = {"outscale_net_peering_id": peering}
    answer = session.regional_api.send("POST", "databases", name, "net_peerings", json=sent)
    session.show(answer.document, PEERING)
    session.say(f"Added the peering {peering} to {name}.")


@peerings.command(
    "remove",
    changes=True,
    reversible=False,
    examples=["scalingo databases peerings remove pcx-5e2a7c10 --yes --database crate-ledger"],
)
@click.argument("peering", metavar="ID|PCX-ID")
@without_asking
@click.pass_obj
def remove_peering(session: Session, peering: str, yes: bool) -> None:
    """Remove a peering; what connects through it is cut off."""
    name, api = _name(session), session.regional_api
    path = ("databases", name, "net_peerings")
    found = lookup.one(
        api.get(*path)["net_peerings"] or [],
        peering,
        "outscale_net_peering_id",
        missing=f"{name} has no peering",
        listing=f"scalingo databases peerings --database {name}",
    )
    outscale = plain(at(found, "outscale_net_peering_id"))
    session.prompter.agree(f"Remove the peering {outscale} from {name}?", yes)
    api.send("DELETE", *path, plain(found["id"]))
    session.say(f"Removed the peering {outscale} from {name}.")


def network(given: str) -> str:
    """Return a network in CIDR notation. Raises Misused for what is not one."""
    import ipaddress

    try:
        return str(ipaddress.ip_network(given))
    except ValueError:
        pass
    try:
        meant = ipaddress.ip_interface(given).network
    except ValueError:
        raise Misused(
            f'"{given}" is not a network in CIDR notation.', "For example: 192.0.2.0/24"
        ) from None
    raise Misused(f'"{given}" is an address in the network {meant}.', f"Use {meant}, or a /32.")


COMMANDS = (list_, plans, create, change_plan, delete, endpoints, show_network, peerings)
