"""`scalingo run`: a command in a one-off container, with this terminal attached to it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.types import Word
from scalingo_cli.console.view import at, plain
from scalingo_cli.errors import BadUsage, Failed, Misused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalingo_cli.console.console import Console
    from scalingo_cli.session import App, Session

UPLOADS = "/tmp/uploads"  # noqa: S108 - where the platform puts files, as its documents say


@click.command(
    "run",
    cls=Command,
    changes=True,
    takes_app=True,
    answers_json=False,
    context_settings={"allow_interspersed_args": False},
    examples=[
        "scalingo run bash",
        "scalingo run --size L 'cd / && ls -l'",
        "scalingo run --file dump.sql 'wc -l < /tmp/uploads/dump.sql'",
        "cat dump.sql | scalingo run --env MODE=fast grep -c INSERT",
    ],
)
@click.option(
    "-e",
    "--env",
    "assignments",
    multiple=True,
    metavar="NAME[=VALUE]",
    help="Environment variable for the command; without =VALUE, the local value is used.",
)
@click.option(
    "-s",
    "--size",
    type=Word("S", "M", "L", "XL", "2XL", "3XL"),
    metavar="SIZE",
    help="S, M, L, XL, 2XL or 3XL (default: M).",
)
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    metavar="FILE",
    help=f"File to upload to {UPLOADS} first; may be repeated.",
)
@click.option(
    "--tty/--no-tty",
    "terminal",
    default=None,
    help="Whether to allocate a terminal (default: if stdin and stdout are terminals).",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
@click.pass_obj
def command(
    session: Session,
    assignments: Sequence[str],
    size: str | None,
    files: Sequence[str],
    terminal: bool | None,
    command: Sequence[str],
) -> int:
    """Run a command in a one-off container.

    A single argument is run by the container's shell: 'cd app && ls'. Several are passed through as
    they are. At a terminal, every keystroke goes to the container, including Ctrl-C; Enter ~.
    detaches with exit code 130, and Enter ~~ sends a tilde. In a pipe, bytes and the end of input
    are passed through unchanged. The exit code is that of the container if the platform returns it,
    and 0 if not; it is 1 if the connection is lost.
    """
    import shlex
    from contextlib import ExitStack

    from scalingo_cli.api import upload
    from scalingo_cli.commands.run import attach

    app = session.app()
    variables = _variables(assignments)
    if terminal is None:
        terminal = attach.between_terminals() or "TERM" in variables
    body: dict[str, Any] = {
        "command": command[0] if len(command) == 1 else shlex.join(command),
        "env": {**_client(terminal=terminal), **variables},
    }
    if size:
        body["size"] = size.upper()
    with ExitStack() as stack:
        forms = upload.opened(files, stack)
        document = app.api.send("POST", "apps", app.name, "run", json=body).document
        name = f"{_container(document)} of {app.name}"
        with session.console.accounting(lambda: attach.started(name)):
            url = attach_url(app, session.console, document)
            for form in forms:
                upload.send(app.api, "POST", app.api.place(f"{url}/files"), form)
                session.say(f"Sent {form.name} to {UPLOADS}.")
        return attach.attach(app.api, session.console, url, name, terminal=terminal)


def attach_url(app: App, console: Console, document: Mapping[str, Any]) -> str:
    """Return where to attach to the container of an answer of `run`.

    The legacy API tells it at once; the regional platform when the operation that starts it is
    done.
    """
    if "attach_url" in document:
        return str(document["attach_url"])
    from scalingo_cli.polling import operations

    operation_id = operations.id_of(str(document["operation_url"]))
    started = operations.wait(app, console, operation_id, quiet=True)  # stderr is the command's
    url = at(started, "operation.start_one_off_data.attach_url")
    if not isinstance(url, str):
        raise Failed("The platform returned no URL to attach to the container.")
    return url


def _client(*, terminal: bool) -> dict[str, str]:
    """Return the variables that tell the container who attaches; clients name them so."""
    kind = {"TERM": os.environ.get("TERM") or "dumb"} if terminal else {}
    return {"CLIENT_OS": sys.platform, **kind}


def _container(document: Mapping[str, Any]) -> str:
    kind, number = (plain(at(document, f"container.{field}")) for field in ("type", "type_index"))
    return f"{kind}-{number}" if kind and number else "the container"


def _variables(assignments: Sequence[str]) -> dict[str, str]:
    """Return the variables that --env sets. Raises Misused for what is none."""
    variables: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not name:
            raise BadUsage("--env requires NAME=VALUE or NAME.")
        if name in variables:
            raise BadUsage(f"{name} is set twice.")
        if not equals and name not in os.environ:
            raise Misused(f"{name} is not set here.", f"Pass a value: --env {name}=VALUE")
        variables[name] = value if equals else os.environ[name]
    return variables
