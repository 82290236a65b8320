"""`scalingo collaborators`: those who work on an app besides its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import switch, without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.collection import Collection
from scalingo_cli.console.view import Column, View, at, plain
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session


def _pending(collaborator: Record) -> bool:
    return collaborator.get("status") == "pending"


def _role(collaborator: Record) -> str:
    """Return owner, limited or collaborator."""
    if "is_owner" in collaborator:
        return "owner"
    return "limited" if collaborator.get("is_limited") else "collaborator"


# The API's `invitation_link` lets anyone who has it join the app: it is in no column.
COLLABORATOR = View(
    "collaborators",
    "collaborator",
    {
        "E-mail": "email",
        "Name": Column(
            lambda record: plain(at(record, "username")),
            lambda record: "" if _pending(record) else plain(at(record, "username")),
        ),
        "Status": Column(
            lambda record: plain(at(record, "status")),
            lambda record: (
                "invited, not accepted yet" if _pending(record) else plain(at(record, "status"))
            ),
        ),
        "ID": "id",
        "Role": Column(_role),
    },
    empty="This app has no collaborators. Invite someone:",
    first="collaborators add EMAIL",
    listing="collaborators list",
)
COLLABORATORS = Collection(COLLABORATOR, path=("collaborators",), called_by=("email",))


@click.group("collaborators", cls=Group, takes_app=True)
def command() -> None:
    """List, invite, limit and remove collaborators."""


@command.command(
    "list",
    takes_database=True,
    examples=[
        "scalingo collaborators",
        "scalingo collaborators --json | jq -r '.collaborators[].email'",
    ],
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the collaborators of an app and its pending invitations.

    At a terminal, the owner comes first. Invitation links are secrets, so they are shown only with
    --json.
    """
    app = session.app()
    if not session.console.terminal or session.console.as_json:
        session.show(COLLABORATORS.get(app), COLLABORATOR)
        return
    document, shown = app.api.together(
        lambda: COLLABORATORS.get(app), lambda: app.api.get("apps", app.name)
    )
    rows = document["collaborators"]
    owner = {**shown["app"]["owner"], "is_owner": True}
    session.show({**document, "collaborators": rows and [owner, *rows]}, COLLABORATOR)


@command.command(
    takes_database=True, changes=True, examples=["scalingo collaborators add lena@example.com"]
)
@click.argument("email")
@click.option("--limited", is_flag=True, help="Limited permissions (regional platform only).")
@click.pass_obj
def add(session: Session, email: str, limited: bool) -> None:
    """Invite a collaborator to an app.

    The invitation link is a secret, so it is shown only with --json.
    """
    app = session.app()
    api = session.regional_api if limited else app.api
    collaborator: dict[str, Any] = {"email": email}
    if app.api.platform.is_regional:  # which limits whoever is invited without a word about it
        collaborator["is_limited"] = limited
    answer = api.send(
        "POST", "apps", app.name, "collaborators", json={"collaborator": collaborator}
    )
    session.show(answer.document, COLLABORATOR)
    session.say(f"Invited {email} to work on {app.name}.")


@command.command(
    takes_database=True,
    changes=True,
    examples=["scalingo collaborators update ilse@pinecrate.example --limited"],
)
@click.argument("collaborator", metavar="EMAIL|ID", type=Word(listing="collaborators list"))
@switch("limited", help="Limited permissions.")
@click.pass_obj
def update(session: Session, collaborator: str, limited: bool | None) -> None:
    """Limit the permissions of a collaborator, or lift the limits."""
    if limited is None:
        raise BadUsage("Nothing to change: use --limited or --no-limited.")
    app = session.app()._replace(api=session.regional_api)
    found = COLLABORATORS.one(app, collaborator)
    answer = app.api.send(
        *("PATCH", *COLLABORATORS.at(app, plain(found["id"]))),
        json={"collaborator": {"is_limited": limited}},
    )
    session.show(answer.document, COLLABORATOR)
    words = "limited permissions" if limited else "the permissions of a collaborator"
    session.say(f"{plain(found['email'])} has {words} on {app.name}.")


@command.command(
    takes_database=True,
    changes=True,
    reversible=False,
    examples=["scalingo collaborators remove jonas@pinecrate.example --yes"],
)
@click.argument("collaborator", metavar="EMAIL|ID", type=Word(listing="collaborators list"))
@without_asking
@click.pass_obj
def remove(session: Session, collaborator: str, yes: bool) -> None:
    """Remove a collaborator or cancel an invitation."""
    app = session.app()
    found = COLLABORATORS.one(app, collaborator)
    email = plain(found["email"])
    what = "the invitation of" if _pending(found) else "the collaborator"
    session.prompter.agree(f"Remove {what} {email} from {app.name}?", yes)
    app.api.send("DELETE", "apps", app.name, "collaborators", plain(found["id"]))
    session.say(f"Removed {what} {email} from {app.name}.")
