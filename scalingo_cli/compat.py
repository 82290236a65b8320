"""The official client's spellings of what this client has: the one place that lists them."""

from __future__ import annotations

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import session_of

# The official client's flat commands, and the commands that they are here.
COMMANDS = {
    "addons-add": "addons add",
    "addons-list": "addons providers",
    "addons-plans": "addons plans",
    "addons-remove": "addons remove",
    "addons-upgrade": "addons upgrade",
    "apps-info": "apps show",
    "collaborators-add": "collaborators add",
    "collaborators-remove": "collaborators remove",
    "create": "apps create",
    "deployment-follow": "deployments follow",
    "deployment-logs": "deployments output",
    "destroy": "apps delete",
    "domains-add": "domains add",
    "domains-remove": "domains remove",
    "env-get": "env get",
    "env-set": "env set",
    "env-unset": "env unset",
    "keys-add": "keys add",
    "keys-remove": "keys remove",
    "rename": "apps rename",
    "self": "whoami",
    "timeline": "events list",
}


def command(root: click.Group, context: click.Context, name: str) -> click.Command | None:
    """Return the hidden command of this name, None where the official client has none such.

    At a terminal, a note on stderr tells the line to type from now on.
    """
    if name not in COMMANDS:
        return None
    ours: click.Command | None = root
    for word in COMMANDS[name].split():
        ours = ours.get_command(context, word) if isinstance(ours, click.Group) else None
    if ours is None:
        return None
    session = session_of(context)
    if session.console.can_ask:
        session.say(f"scalingo {name} is scalingo {COMMANDS[name]} here.")
    return {"destroy": destroy, "rename": rename}.get(name, ours)


@click.command(cls=Command, hidden=True, changes=True, takes_app=True)
@click.argument("name", required=False)
@click.option("--force", is_flag=True)
@click.pass_context
def destroy(context: click.Context, name: str | None, force: bool) -> None:
    """Delete the app; --force asks nothing."""
    from scalingo_cli.commands.apps import delete

    name = name or session_of(context).app().name
    context.invoke(delete, name=name, confirm=name if force else None)


@click.command(cls=Command, hidden=True, changes=True, takes_app=True)
@click.option("--new-name", required=True)
@click.pass_context
def rename(context: click.Context, new_name: str) -> None:
    """Rename the app in force."""
    from scalingo_cli.commands.apps import rename as ours

    context.invoke(ours, name=session_of(context).app().name, new=new_name)
