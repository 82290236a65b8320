"""`scalingo databases tunnel`: a database of the platform at a port of this machine."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import settings
from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import option
from scalingo_cli.cli.types import Number, Program, Word
from scalingo_cli.errors import BadUsage, Misused, NextStep, NotFound, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from scalingo_cli.commands.databases.addresses import Address
    from scalingo_cli.commands.databases.forwarding import Tunnel
    from scalingo_cli.session import App, Session


LOCAL = "127.0.0.1"


def variable_option(*aliases: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add --variable, which names the variable that has the address."""
    return option(
        "--variable",
        aliases=aliases,
        metavar="NAME",
        type=Word(listing="env list"),
        help="Variable with the database's address (default: the only one).",
    )


@click.command(
    "tunnel",
    cls=Command,
    context_settings={"allow_interspersed_args": False},
    examples=[
        "scalingo databases tunnel -- sh migrate.sh",
        "scalingo databases tunnel --addon postgresql --port 5433 -- sh migrate.sh",
    ],
)
@variable_option()
@option(
    "--port",
    aliases=["-p"],
    type=Number(int, 1, 65535),
    metavar="PORT",
    help="Local port (default: 10000, or the next free one).",
)
@option(
    "--bind",
    aliases=["-b"],
    default=LOCAL,
    metavar="IP",
    help="Local address; any but a loopback address opens the database to the network (default:"
    f" {LOCAL}).",
)
@option(
    "--identity",
    "identities",
    aliases=["-i"],
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="SSH key to try before the ones that ssh uses by default; may be repeated.",
)
@click.argument("command", nargs=-1, type=Program(), metavar="[-- COMMAND...]")
@click.pass_obj
def tunnel(
    session: Session,
    variable: str | None,
    port: int | None,
    bind: str,
    identities: Sequence[str],
    command: Sequence[str],
) -> int | None:
    """Open a tunnel to a database, and print its local address.

    It stays open until Ctrl-C, and reconnects after an interruption, but connections through it are
    lost. With COMMAND, runs a local command, in whose environment the database's address is that of
    the tunnel, and exits with its code. The connection is made by ssh, with your keys and
    configuration; the platform's host key must be one that Scalingo publishes. Dedicated databases
    have no tunnel. With --json, prints host and port as an object.
    """
    from scalingo_cli.commands.databases import addresses

    app, address, names = addresses.chosen(session, variable)
    if address.scheme == "mongodb+srv":
        raise Misused(
            "An address with mongodb+srv:// names no host, so there is nothing to forward.",
            "Choose a variable with a mongodb:// address.",
        )
    if command:
        _require_program(app, command[0], names)
    with opened(session, address, port=port, bind=bind, identities=identities) as tunnel:
        place = tunnel.place
        if not command:
            document = {"tunnel": {"host": bind, "port": tunnel.port}}
            session.console.show_value(document, place)
            sys.stdout.flush()
            session.say(f"Tunnel to {address.name} of {app.name}, open until Ctrl-C.")
            tunnel.hold()
            return None
        from scalingo_cli.process import foreground

        session.say(f"Tunnel from {place} to {address.name} of {app.name}.")
        local = dict.fromkeys(address.names, address.at(place))
        with tunnel.held():
            return foreground.run(command, {**os.environ, **local})


def _require_program(app: App, word: str, names: Collection[str]) -> None:
    """Raise BadUsage or NotFound if a word is a variable or an address rather than a program."""
    from shutil import which

    if which(word):
        return
    if word in names:
        raise BadUsage(f"{word} is a variable.", f"Use --variable {word}.")
    if "://" in word:  # which may hold a password
        raise BadUsage(
            "An address is not a command.", "Name the variable that has it: --variable NAME."
        )
    if re.fullmatch("[A-Z][A-Z0-9_]*", word):
        raise NotFound(
            f"{word} is neither a program nor a variable of {app.name}.",
            did_you_mean(word, names),
            NextStep("List the variables", app.line("env")),
        )


def opened(
    session: Session,
    address: Address,
    *,
    port: int | None = None,
    bind: str = LOCAL,
    identities: Sequence[str] = (),
) -> Tunnel:
    """Return the tunnel to the database at an address, which a `with` block opens.

    Args:
        session: Has the SSH host, and reports what happens.
        address: That of the database.
        port: The local port, None for any that is free.
        bind: The local address.
        identities: Files of the keys to try first.

    Returns:
        The tunnel. Opening it raises as `Tunnel` does.
    """
    from scalingo_cli.commands.databases import forwarding

    if not settings.is_loopback(bind):
        session.say(f"Anyone who can reach {bind} over the network can reach the database.")
    if address.others:
        session.say(f"{address.names[0]} lists {address.others + 1} hosts: the first is forwarded.")
    if "verify-full" in address.rest:
        session.say("sslmode=verify-full will fail: the certificate is not for this machine.")
    return forwarding.Tunnel(
        forwarding.server(session.auth.ssh_host),
        (address.host, address.port),
        bind=bind,
        port=port,
        identities=identities,
        asks=session.prompter.can_ask,
        say=session.say,
        verbose=bool(session.apis.debug),
    )
