"""`scalingo addons`: the databases and other services of an app, and the catalogue of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import database as databases
from scalingo_cli import known
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.types import Word
from scalingo_cli.collection import Collection
from scalingo_cli.console import lookup
from scalingo_cli.console.view import Column, View, at, date, plain, status
from scalingo_cli.errors import NextStep
from scalingo_cli.text.escape import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scalingo_cli.api.client import API
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App, Session

ADDON = View(
    "addons",
    "addon",
    {
        "ID": "id",
        "Provider": "addon_provider.id",
        "Plan": "plan.name",
        "Resource": "resource_id",
        "Since": date("provisioned_at"),
        "Status": status("status"),
    },
    details={"Service": "addon_provider.name", "Title": "plan.display_name"},
    empty="This app has no add-ons. Choose one:",
    first="addons providers",
    listing="addons list",
    about=("addon_provider.id", "plan.name"),
)
PROVIDER = View(
    "addon_providers",
    "addon_provider",
    {"ID": "id", "Name": "name", "Category": "category.name", "What": "short_description"},
    empty="No providers found.",
    listing="addons providers",
    about=("short_description",),
)


def _price(amount: object) -> str:
    """Return the platform's price, which is in euros for 30 days, for people."""
    return f"{amount:.2f} €/month" if isinstance(amount, (int, float)) else plain(amount)


PLAN = View(
    "plans",
    "plan",
    {
        "Name": "name",
        "Price": Column(
            lambda record: plain(at(record, "price")),
            lambda record: _price(at(record, "price")),
            right=True,
        ),
        "Title": "display_name",
        "ID": "id",
    },
    empty="No plans found.",
)


def _as_sent(category: Record) -> str:
    return plain(at(category, "description"))


def _without_emphasis(category: Record) -> str:
    """Return the description without the asterisks of Markdown."""
    return re.sub(r"\*([^*]+)\*", r"\1", _as_sent(category))


CATEGORY = View(
    "addon_categories",
    "addon_category",
    {"Name": "name", "Description": Column(_as_sent, _without_emphasis), "ID": "id"},
    empty="No categories found.",
    listing="addons categories",
)
ADDONS = Collection(
    ADDON, path=("addons",), called_by=("addon_provider.id", "addon_provider.name"), noun="add-on"
)


@click.group("addons", cls=Group, takes_app=True)
def command() -> None:
    """List, add, upgrade and remove add-ons; browse the catalogue."""


@command.command(
    "list", examples=["scalingo addons", "scalingo addons --json | jq -r '.addons[].plan.name'"]
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the add-ons of an app."""
    session.show(ADDONS.get(session.app()), ADDON)


@command.command(examples=["scalingo addons show postgresql"])
@click.argument("addon", type=Word(listing="addons list"))
@click.pass_obj
def show(session: Session, addon: str) -> None:
    """Show an add-on.

    ADDON is an ID, or the name of the provider if the app has only one add-on from it.
    """
    app = session.app()
    found = databases.of(app, ADDONS.get(app)["addons"], addon)
    session.show(app.api.get(*ADDONS.at(app, plain(found["id"]))), ADDON)
    if databases.kind_of(found) in databases.KINDS:
        line = app.line(f"databases show --addon {addon}")
        session.console.progress(f"The database itself: {line}")


@command.command(changes=True, examples=["scalingo addons add redis redis-sandbox"])
@click.argument("provider", type=Word(listing="addons providers"))
@click.argument("plan")
@click.pass_obj
def add(session: Session, provider: str, plan: str) -> None:
    """Add an add-on to an app.

    PROVIDER and PLAN are names or IDs.
    """
    app = session.app()
    provider_id = plain(_provider(app.api, provider)["id"])
    plan_id = plain(known.plan(app.api, provider_id, plan, "addons plans")["id"])
    answer = app.api.send(
        "POST",
        "apps",
        app.name,
        "addons",
        json={"addon": {"addon_provider_id": provider_id, "plan_id": plan_id}},
    )
    _report(session, app, answer.document)


@command.command(
    changes=True, examples=["scalingo addons upgrade postgresql postgresql-starter-1024"]
)
@click.argument("addon", type=Word(listing="addons list"))
@click.argument("plan")
@click.pass_obj
def upgrade(session: Session, addon: str, plan: str) -> None:
    """Change the plan of an add-on.

    ADDON is an ID, or the name of the provider if the app has only one add-on from it.
    """
    app = session.app()
    found = databases.of(app, ADDONS.get(app)["addons"], addon)
    provider = plain(at(found, "addon_provider.id"))
    plan_id = plain(known.plan(app.api, provider, plan, "addons plans")["id"])
    answer = app.api.send(
        "PATCH",
        "apps",
        app.name,
        "addons",
        plain(found["id"]),
        json={"addon": {"plan_id": plan_id}},
    )
    _report(session, app, answer.document)


@command.command(
    changes=True, reversible=False, examples=["scalingo addons remove postlark --confirm postlark"]
)
@click.argument("addon", type=Word(listing="addons list"))
@click.option(
    "--confirm",
    metavar="ADDON",
    type=Word(listing="addons list"),
    help="ADDON again, to skip the confirmation prompt.",
)
@click.pass_obj
def remove(session: Session, addon: str, confirm: str | None) -> None:
    """Remove an add-on and all its data.

    ADDON is an ID, or the name of the provider if the app has only one add-on from it.
    """
    app = session.app()
    found = databases.of(app, ADDONS.get(app)["addons"], addon)
    service, resource = plain(at(found, "addon_provider.name")), plain(found.get("resource_id"))
    what = f"the add-on {service} ({resource}) of {app.name} with all its data and variables"
    session.prompter.confirm(f"This deletes {what} and cannot be undone.", addon, confirm)
    app.api.send("DELETE", "apps", app.name, "addons", plain(found["id"]))
    session.say(f"Removed {service} ({resource}) from {app.name}.")


@command.command(
    takes_app=False,
    examples=["scalingo addons providers", "scalingo addons providers --category Databases"],
)
@click.option(
    "--category",
    type=Word(listing="addons categories"),
    metavar="NAME|ID",
    help="Category to list (default: all).",
)
@click.pass_obj
def providers(session: Session, category: str | None) -> None:
    """List the add-on providers (no account needed).

    Some providers may be listed only when you are signed in.
    """
    params = None
    if category is not None:
        found = lookup.one(
            session.open_api.get("addon_categories")["addon_categories"],
            category,
            "name",
            missing="No category",
            listing="scalingo addons categories",
        )
        params = {"category_id": plain(found["id"])}
    session.show(session.open_api.get("addon_providers", params=params), PROVIDER)


@command.command(takes_app=False, examples=["scalingo addons plans postgresql"])
@click.argument("provider", type=Word(listing="addons providers"))
@click.pass_obj
def plans(session: Session, provider: str) -> None:
    """List the plans of an add-on provider (no account needed).

    PROVIDER is a name or an ID.
    """
    provider_id = plain(_provider(session.open_api, provider)["id"])
    session.show(session.open_api.get("addon_providers", provider_id, "plans"), PLAN)


@command.command(takes_app=False, examples=["scalingo addons categories"])
@click.pass_obj
def categories(session: Session) -> None:
    """List the categories of add-ons (no account needed)."""
    session.show(session.open_api.get("addon_categories"), CATEGORY)


def _provider(api: API, provider: str) -> Record:
    return lookup.one(
        api.get("addon_providers")["addon_providers"],
        provider,
        "id",
        "name",
        missing="No provider",
        listing="scalingo addons providers",
    )


def _report(session: Session, app: App, document: Mapping[str, Any]) -> None:
    """Show the response to a new add-on or plan: the documented ones lack the add-on itself."""
    if session.console.as_json or "addon" in document:
        session.show(document, ADDON)
    if message := plain(document.get("message")):
        session.say(message)
    if variables := ", ".join(_variables(document)):
        session.say(f"Adds {variables}.")
        session.say(NextStep("Restart to apply", app.line("restart")))


def _variables(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the variables in a response, with their values masked.

    They stand under `variables`, and in the documents under `vars` (addons.md, "Upgrade an
    addon"); each is a name, or an object with a name.
    """
    for variable in document.get("variables") or document.get("vars") or []:
        if isinstance(variable, dict):
            yield f"{plain(variable.get('name'))}={MASK}"
        else:
            name, equals, _ = plain(variable).partition("=")
            yield f"{name}={MASK}" if equals else name
