"""`scalingo git`: the git repository of an app, and the remote that leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import settings
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import option
from scalingo_cli.console.view import plain
from scalingo_cli.errors import Misused

if TYPE_CHECKING:
    from scalingo_cli.session import Session


@click.group("git", cls=Group, takes_app=True)
def command() -> None:
    """Show the git URL of an app, and add it as a remote."""


@command.command(examples=["scalingo git show --app my-app"])
@click.pass_obj
def show(session: Session) -> None:
    """Show the git URL of an app."""
    app = session.app()
    document = app.api.get("apps", app.name)
    session.console.show_value(document, plain(document["app"]["git_url"]))


@command.command(changes_here=True, examples=["scalingo git setup --app my-app"])
@option(
    "--remote",
    aliases=["-r"],
    metavar="NAME",
    default=settings.GIT_REMOTE,
    help=f"Name of the git remote (default: {settings.GIT_REMOTE}).",
)
@option(
    "--force",
    aliases=["-f"],
    is_flag=True,
    help="Change the URL of an existing remote; its branches are kept.",
)
@click.pass_obj
def setup(session: Session, remote: str, force: bool) -> None:
    """Add the git remote of an app to this checkout."""
    from scalingo_cli import git_remote

    app = session.app()
    if not git_remote.in_checkout():
        raise Misused("This directory is not in a git checkout.", "Create one: git init")
    document = app.api.get("apps", app.name)
    url, present = plain(document["app"]["git_url"]), git_remote.url(remote)
    if present == url:
        done = f"The git remote {remote} leads to {app.name} already."
    elif not present:
        git_remote.add(remote, url)
        done = f"Added the git remote {remote}."
    elif force:
        git_remote.change(remote, url)
        done = f"Changed the git remote {remote}."
    else:
        raise Misused(
            f"The git remote {remote} exists, and has a different URL.",
            "Pass --force to change it, or --remote NAME to add another one.",
        )
    session.console.show_value(document, url)
    session.say(f"{done} To deploy: git push {remote} HEAD:master")
