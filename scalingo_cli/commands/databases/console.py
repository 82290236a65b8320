"""`scalingo databases console`: the client program of a database, in a container or here."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, NamedTuple

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import container_size, session_of
from scalingo_cli.commands.databases.tunnel import LOCAL, opened, variable_option
from scalingo_cli.errors import BadUsage, Misused, NextStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.commands.databases.addresses import Address
    from scalingo_cli.session import Session

KINDS = ("postgresql", "mysql", "mongodb", "redis", "influxdb")
# What dbclient-fetcher, a program of the platform's containers, calls them.
FETCHED = {
    "influxdb": "influx",
    "mongodb": "mongo",
    "mysql": "mysql",
    "postgresql": "pgsql",
    "redis": "redis",
}


class Line(NamedTuple):
    """A line of the shell that starts a client program, and the variables that it needs."""

    text: str
    variables: dict[str, str]


@click.command(
    "console",
    cls=Command,
    changes=True,
    reversible=False,  # as `run`: what is typed there may delete anything
    answers_json=False,
    context_settings={"allow_interspersed_args": False},
    examples=[
        "scalingo databases console",
        "scalingo databases console -- -v ON_ERROR_STOP=1 < dump.sql",
        "scalingo databases console --size L -- -c 'SELECT 1'",
    ],
)
@click.option(
    "--kind",
    type=click.Choice(KINDS, case_sensitive=False),
    help="Type of the database (default: that of the only one).",
)
@variable_option("-e", "--env")
@container_size
@click.option(
    "--local",
    is_flag=True,
    help="Run this machine's client program through a tunnel instead of a container.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- ARGUMENTS...]")
@click.pass_context
def console(
    context: click.Context,
    kind: str | None,
    variable: str | None,
    size: str | None,
    local: bool,
    arguments: Sequence[str],
) -> int:
    """Open psql, mysql, mongosh, redis-cli or influx on a database.

    It runs in a one-off container of the app, as with `scalingo run`; in a pipe, it reads a script.
    ARGUMENTS are passed to it. The password is never on a command line, in the container or on this
    machine. The exit code is that of the program: psql exits with 0 after an error in a script,
    unless ON_ERROR_STOP is set. Dedicated databases have no containers.
    """
    from scalingo_cli.commands.databases import addresses

    session = session_of(context)
    if local and size:
        raise BadUsage("--size cannot be combined with --local, which starts no container.")
    app, address, _ = addresses.chosen(session, variable, kind)
    if kind and address.kind not in {"", kind}:
        raise Misused(f"{address.names[0]} leads to {address.kind}, not to {kind}.")
    kind = address.kind or kind or ""
    if kind not in KINDS:
        raise Misused(
            f"{address.name} has no console.",
            NextStep("Open a tunnel to it", app.line("databases tunnel")),
        )
    if local:
        return _here(session, address, kind, arguments)
    from scalingo_cli.commands.run import attach
    from scalingo_cli.commands.run import command as run

    line = in_container(address, kind, arguments, is_shown=attach.between_terminals())
    return int(
        context.invoke(
            run,
            assignments=[f"{name}={value}" for name, value in line.variables.items()],
            size=size,
            files=(),
            kind=None,
            detached=False,
            terminal=None,
            silent=False,
            command=[line.text],
        )
        or 0
    )


def in_container(address: Address, kind: str, arguments: Sequence[str], *, is_shown: bool) -> Line:
    """Return what installs the client program in a container, and starts it.

    The container has the variable with the address, and the line names it. A program that takes no
    address gets its parts, and the password in a variable of its own.

    Args:
        address: That of the database.
        kind: Its type.
        arguments: Those to add to the program's own.
        is_shown: Whether somebody reads how the program is installed. In a pipe, that would be
            among the answers of the database.

    Returns:
        The line, and its variables.
    """
    url = f'"${address.names[0]}"'
    more = f" {shlex.join(arguments)}" if arguments else ""
    variables: dict[str, str] = {}
    match kind:
        case "postgresql":
            if address.scheme not in {"postgres", "postgresql"}:  # postgis:// is not one of psql's
                url = f'"postgres://${{{address.names[0]}#*://}}"'
            start = f"exec psql {url}{more}"
        case "redis":
            start = f"exec redis-cli -u {url}{more}"
        case "mongodb":
            start = (
                f"if command -v mongosh >/dev/null; then exec mongosh {url}{more};"
                f" else exec mongo {url}{more}; fi"
            )
        case "mysql":
            variables = {"MYSQL_PWD": address.password}
            start = f"exec {shlex.join(_mysql(address, address.host, address.port))}{more}"
        case _:
            variables = _influx_user(address)
            start = f"exec {shlex.join(_influx(address, address.host, address.port))}{more}"
    fetch = f"dbclient-fetcher {FETCHED[kind]}"
    if is_shown:
        return Line(f"{fetch} && {start}", variables)
    return Line(f'log=$({fetch} 2>&1) || {{ echo "$log"; exit 1; }}; {start}', variables)


def _here(session: Session, address: Address, kind: str, arguments: Sequence[str]) -> int:
    """Run the client program of this machine through a tunnel, and return its exit code."""
    from shutil import which

    from scalingo_cli.process import foreground

    program = _local(address, kind, address.port)[0][0]
    if which(program) is None:
        raise Misused(
            f"Program {program} not found.", "Install it, or leave out --local to use a container."
        )
    if session.console.is_dry_run:
        return 0
    with opened(session, address) as tunnel:
        words, variables = _local(address, kind, tunnel.port)
        with tunnel.held():
            return foreground.run([*words, *arguments], {**os.environ, **variables})


def _local(address: Address, kind: str, port: int) -> tuple[list[str], dict[str, str]]:
    """Return the command of the client program for a local port, and the password's variables."""
    place = f"{LOCAL}:{port}"
    match kind:
        case "postgresql":
            bare = address._replace(scheme="postgres").at(place, password=False)
            return ["psql", bare], {"PGPASSWORD": address.password}
        case "redis":
            words = ["redis-cli", "-h", LOCAL, "-p", str(port)]
            words += ["--user", address.user_name] if address.user_name else []
            words += ["-n", address.database] if address.database else []
            words += ["--tls", "--sni", address.host] if address.scheme == "rediss" else []
            return words, {"REDISCLI_AUTH": address.password} if address.password else {}
        case "mongodb":
            script = "db = connect(process.env.SCALINGO_TUNNEL_URL)"
            words = ["mongosh", "--nodb", "--quiet", "--eval", script, "--shell"]
            return words, {"SCALINGO_TUNNEL_URL": address.at(place)}
        case "mysql":
            words = [*_mysql(address, LOCAL, port), "--protocol=TCP"]
            return words, {"MYSQL_PWD": address.password}
        case _:
            return _influx(address, LOCAL, port), _influx_user(address)


def _mysql(address: Address, host: str, port: int) -> list[str]:
    words = ["mysql", f"--host={host}", f"--port={port}", f"--user={address.user_name}"]
    return [*words, f"--database={address.database}"] if address.database else words


def _influx(address: Address, host: str, port: int) -> list[str]:
    words = ["influx", "-host", host, "-port", str(port)]
    words += ["-ssl"] if address.scheme == "https" else []
    return [*words, "-database", address.database] if address.database else words


def _influx_user(address: Address) -> dict[str, str]:
    return {"INFLUX_USERNAME": address.user_name, "INFLUX_PASSWORD": address.password}
