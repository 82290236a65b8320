"""`scalingo apps`: the applications of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.types import Word
from scalingo_cli.console.view import View, date, status
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from scalingo_cli.session import Session

APP = View(
    "apps",
    "app",
    {
        "Name": "name",
        "Status": status("status"),
        "Owner": "owner.username",
        "Deployed": date("last_deployed_at"),
    },
    details={
        "Deployed by": "last_deployed_by",
        "URL": "url",
        "Git": "git_url",
        "Created": date("created_at"),
        "ID": "id",
    },
    empty="You have no apps yet. Create one: scalingo apps create NAME",
    listing="apps list",
    about=("status",),
)

AN_APP = Word(listing="apps list")
confirmed = click.option(
    "--confirm", type=AN_APP, metavar="NAME", help="NAME again, to skip the confirmation prompt."
)


@click.group("apps", cls=Group)
def command() -> None:
    """List, create, rename, transfer and delete apps."""


@command.command("list", examples=["scalingo apps", "scalingo apps --json | jq -r '.apps[].name'"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the apps that you own or collaborate on."""
    session.show(session.api.get("apps"), APP)


@command.command(takes_app=True, examples=["scalingo apps show my-app"])
@click.argument("name", required=False, type=AN_APP)
@click.pass_obj
def show(session: Session, name: str | None) -> None:
    """Show an app (default: the one of this checkout)."""
    app = session.app(name)
    session.show(app.api.get("apps", app.name), APP)


@command.command(changes=True, examples=["scalingo apps create tea-room"])
@click.argument("name")
@click.pass_obj
def create(session: Session, name: str) -> None:
    """Create an app."""
    document = session.api.send("POST", "apps", json={"app": {"name": name}}).document
    session.show(document, APP)
    session.say(f"Created {name}. To deploy it with git:")
    session.say(f"  git remote add scalingo {document['app'].get('git_url')}")
    session.say("  git push scalingo HEAD:master")


@command.command(
    changes=True,
    takes_app=True,
    examples=["scalingo apps rename my-app shop-window --confirm my-app"],
)
@click.argument("name", required=False, type=AN_APP)
@click.argument("new", metavar="NEW", required=False)
@confirmed
@click.pass_obj
def rename(session: Session, name: str | None, new: str | None, confirm: str | None) -> None:
    """Give an app a different name; its address changes with it.

    NAME may be left out if --app names the app.
    """
    name, new = _given(session, "NAME NEW", name, new)
    consequence = f"This gives {name} a different address; its present one stops working."
    session.console.confirm(consequence, name, confirm)
    answer = session.api.send(
        "POST", "apps", name, "rename", json={"current_name": name, "new_name": new}
    )
    session.show(answer.document, APP)
    session.say(f"Renamed {name} to {new}. In each checkout, run:")
    session.say(f"  git remote set-url scalingo {answer.document['app'].get('git_url')}")


@command.command(
    changes=True,
    takes_app=True,
    examples=["scalingo apps transfer my-app tomasz@pinecrate.example --confirm my-app"],
)
@click.argument("name", required=False, type=AN_APP)
@click.argument("email", metavar="EMAIL", required=False)
@confirmed
@click.pass_obj
def transfer(session: Session, name: str | None, email: str | None, confirm: str | None) -> None:
    """Transfer an app to one of its collaborators.

    NAME may be left out if --app names the app.
    """
    name, email = _given(session, "NAME EMAIL", name, email)
    consequence = f"This gives {name} to {email}, who alone can give it back."
    session.console.confirm(consequence, name, confirm)
    owner = email if session.auth.platform.is_regional else {"email": email}
    answer = session.api.send("PATCH", "apps", name, json={"app": {"owner": owner}})
    session.show(answer.document, APP)
    session.say(f"Transferred {name} to {email}.")


@command.command(
    changes=True, takes_app=True, examples=["scalingo apps delete my-app --confirm my-app"]
)
@click.argument("name", required=False, type=AN_APP)
@confirmed
@click.pass_obj
def delete(session: Session, name: str | None, confirm: str | None) -> None:
    """Delete an app and everything in it.

    NAME may be left out if --app names the app.
    """
    [name] = _given(session, "NAME", name)
    what = f"the app {name} with its variables, add-ons and data"
    session.console.confirm(f"This deletes {what} and cannot be undone.", name, confirm)
    session.api.send("DELETE", "apps", name, params={"current_name": name})
    session.say(f"Deleted {name}.")


def _given(session: Session, wanted: str, *given: str | None) -> list[str]:
    """Return the words that a command `wanted`, of which the first is the app: or else --app is.

    The default app of a checkout is not enough for what these do. Raises BadUsage for a missing
    word and for two different apps.
    """
    words = [word for word in given if word is not None]
    names = wanted.split()
    if session.app_option is not None and len(words) == len(names) - 1:
        words.insert(0, session.app_option)
    if len(words) < len(names):
        raise BadUsage(f"Missing argument '{names[len(words)]}'.")
    return [session.app(words[0]).name, *words[1:]]
