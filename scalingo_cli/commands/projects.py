"""`scalingo projects`: groups of apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.collection import Collection
from scalingo_cli.console.view import View, at, date, plain
from scalingo_cli.errors import BadUsage, Rejected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session

PROJECT = View(
    "projects",
    "project",
    {
        "Name": "name",
        "Default": "default",
        "Owner": "owner.username",
        "Created": date("created_at"),
        "ID": "id",
    },
    empty="You have no projects yet. Create one: scalingo projects create NAME",
    listing="projects list",
)
PROJECTS = Collection(PROJECT, path=("projects",), of_app=False, is_regional=True)

A_PROJECT = Word(listing="projects list")


@click.group("projects", cls=Group)
def command() -> None:
    """List, create, update and delete projects, which group apps."""


@command.command(
    "list", examples=["scalingo projects", "scalingo projects --json | jq -r '.projects[].name'"]
)
@click.pass_obj
def list_(session: Session) -> None:
    """List your projects."""
    session.show(PROJECTS.get(session), PROJECT)


@command.command(examples=["scalingo projects show Harvest"])
@click.argument("project", metavar="NAME|ID", type=A_PROJECT)
@click.pass_obj
def show(session: Session, project: str) -> None:
    """Show a project."""
    session.show(PROJECTS.show(session, project), PROJECT)


@command.command(changes=True, examples=["scalingo projects create Orchard"])
@click.argument("name")
@click.option("--default", is_flag=True, help="Default project for new apps.")
@click.pass_obj
def create(session: Session, name: str, default: bool) -> None:
    """Create a project."""
    fields: dict[str, Any] = {"name": name} | ({"default": True} if default else {})
    answer = session.regional_api.send("POST", *PROJECTS.path, json={"project": fields})
    session.show(answer.document, PROJECT)
    session.say(f"Created the project {name}.")


@command.command(
    changes=True,
    examples=[
        "scalingo projects update Harvest --name Orchard",
        "scalingo projects update Harvest --default",
    ],
)
@click.argument("project", metavar="NAME|ID", type=A_PROJECT)
@click.option("--name", "new_name", metavar="NAME", help="New name.")
@click.option("--default", is_flag=True, help="Default project for new apps.")
@click.pass_obj
def update(session: Session, project: str, new_name: str | None, default: bool) -> None:
    """Rename a project, or make it the default one.

    There is always one default project: to change it, make a different one the default.
    """
    fields: dict[str, Any] = {"name": new_name} if new_name is not None else {}
    if default:
        fields["default"] = True
    if not fields:
        raise BadUsage("Nothing to change: use --name, --default or both.")
    found = PROJECTS.one(session, project)
    answer = session.regional_api.send(
        "PATCH", *PROJECTS.at(session, plain(found["id"])), json={"project": fields}
    )
    session.show(answer.document, PROJECT)
    session.say(f"Updated the project {plain(found['name'])}.")


@command.command(changes=True, examples=["scalingo projects delete Cellar --yes"])
@click.argument("project", metavar="NAME|ID", type=A_PROJECT)
@without_asking
@click.pass_obj
def delete(session: Session, project: str, yes: bool) -> None:
    """Delete a project that has no apps."""
    found, listed = session.regional_api.together(
        lambda: PROJECTS.one(session, project), lambda: session.regional_api.get("apps")
    )
    name, project_id = plain(found["name"]), plain(found["id"])
    if apps := _apps_in(project_id, listed["apps"] or []):
        move = session.auth.line("apps update NAME --project PROJECT")
        raise Rejected(
            f"The project {name} has apps: {', '.join(apps)}.", f"Move each of them first: {move}"
        )
    session.prompter.agree(f"Delete the project {name}?", yes)
    session.regional_api.send("DELETE", *PROJECTS.at(session, project_id))
    session.say(f"Deleted the project {name}.")


def _apps_in(project_id: str, apps: Sequence[Record]) -> list[str]:
    """Return the names of those apps that a project has."""
    return [plain(at(app, "name")) for app in apps if plain(at(app, "project.id")) == project_id]
