"""`scalingo run`: a command in a one-off container, with this terminal attached to it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import container_size, option
from scalingo_cli.cli.types import Word
from scalingo_cli.console.tally import accounting
from scalingo_cli.console.view import at, plain
from scalingo_cli.errors import BadUsage, ExitCode, Failed, Misused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalingo_cli.session import App, Session

UPLOADS = "/tmp/uploads"  # noqa: S108 - where the platform puts files, as its documents say


@click.command(
    "run",
    cls=Command,
    changes=True,
    reversible=False,
    takes_app=True,
    answers_json=False,
    context_settings={"allow_interspersed_args": False},
    examples=[
        "scalingo run bash",
        "scalingo run --size L 'cd / && ls -l'",
        "scalingo run --file dump.sql 'wc -l < /tmp/uploads/dump.sql'",
        "cat dump.sql | scalingo run --env MODE=fast grep -c INSERT",
        "scalingo run --detached --type worker",
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
@container_size
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    metavar="PATH",
    help=f"File to upload to {UPLOADS} first, or directory, as a .tar.gz; may be repeated.",
)
@option(
    "--type",
    "kind",
    aliases=["-t"],
    metavar="TYPE",
    type=Word(listing="scale"),
    help="Container type whose command to run; COMMAND is then its further arguments.",
)
@click.option(
    "-d",
    "--detached",
    is_flag=True,
    help="Start the container, print its name and do not attach to it.",
)
@click.option(
    "--tty/--no-tty",
    "terminal",
    default=None,
    help="Whether to allocate a terminal (default: if stdin and stdout are terminals).",
)
@click.option(
    "--silent", is_flag=True, help="Print nothing to stderr except errors and the command's output."
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="COMMAND...")
@click.pass_obj
def command(
    session: Session,
    assignments: Sequence[str],
    size: str | None,
    files: Sequence[str],
    kind: str | None,
    detached: bool,
    terminal: bool | None,
    silent: bool,
    command: Sequence[str],
) -> int:
    """Run a command in a one-off container.

    A single argument is run by the container's shell: 'cd app && ls'. Several are passed through as
    they are. At a terminal, every keystroke goes to the container, including Ctrl-C; Enter ~.
    detaches with exit code 130, and Enter ~~ sends a tilde. In a pipe, bytes and the end of input
    are passed through unchanged. The exit code is that of the container if the platform returns it,
    and 0 if not; it is 1 if the connection is lost. The output of a detached container is in the
    app's logs; --json prints its document.
    """
    from contextlib import ExitStack

    from scalingo_cli.api import upload
    from scalingo_cli.commands.run import attach

    if not (command or kind):
        raise BadUsage("Missing argument 'COMMAND...'.")
    if detached and (files or terminal):
        other = "--file" if files else "--tty"
        raise BadUsage(f"{other} cannot be combined with --detached, which attaches to nothing.")
    session.console.is_silent = silent
    app = session.app()
    variables = _variables(assignments)
    if terminal is None:
        terminal = not detached and (attach.between_terminals() or "TERM" in variables)
    body: dict[str, Any] = {"env": {**_client(terminal=terminal), **variables}}
    if size:
        body["size"] = size.upper()
    with ExitStack() as stack:
        forms = upload.opened(files, stack)
        body["command"] = _of_type(app, kind, command) if kind else _line(command)
        if detached:
            _detach(session, app, body)
            return ExitCode.DONE
        document = app.api.send("POST", "apps", app.name, "run", json=body).document
        name = f"{_container(document)} of {app.name}"
        with accounting(lambda: attach.started(name)):
            url = attach_url(app, session, document)
            for form in forms:
                place = app.api.place(f"{url}/files")
                upload.send(app.api, "POST", place, form, session.console, shown=not silent)
                session.say(f"Sent {form.name} to {UPLOADS}.")
        return attach.attach(app.api, session, url, name, terminal=terminal)


def _line(words: Sequence[str]) -> str:
    """Return the shell's line for the words of a command: a single one is a line already."""
    import shlex

    return words[0] if len(words) == 1 else shlex.join(words)


def _of_type(app: App, kind: str, words: Sequence[str]) -> str:
    """Return the command of a container type, with further arguments, as a line for the shell.

    Raises NotFound for a type that the app lacks, and Misused for one without a command.
    """
    import shlex

    from scalingo_cli.commands.scale import unknown_type

    types = {
        plain(row.get("name")): plain(row.get("command"))
        for row in app.api.get("apps", app.name, "containers")["containers"] or []
    }
    if kind not in types:
        raise unknown_type(kind, types)
    if not types[kind]:
        raise Misused(f"The type {kind} has no command yet; the next deployment gives it one.")
    return f"{types[kind]} {shlex.join(words)}".rstrip()


def _detach(session: Session, app: App, body: Mapping[str, Any]) -> None:
    """Start a container without attaching to it, show it, and say where its output is."""
    from scalingo_cli.commands.containers import CONTAINER, name_of

    json = {**body, "detached": True}
    document = session.regional_api.send("POST", "apps", app.name, "run", json=json).document
    session.show(document, CONTAINER)
    name = name_of(document["container"])
    logs = app.line(f"logs --follow --filter {name}")
    session.say(f"Started {name}. To follow its output: {logs}")


def attach_url(app: App, session: Session, document: Mapping[str, Any]) -> str:
    """Return the address to attach to the container in a response of `run`.

    The legacy API returns it at once; the regional platform, once the operation that starts the
    container is done.
    """
    if "attach_url" in document:
        return str(document["attach_url"])
    from scalingo_cli.polling import operations

    operation_id = operations.id_of(str(document["operation_url"]))
    started = operations.wait(app, session, operation_id, quiet=True)  # stderr is the command's
    url = at(started, "operation.start_one_off_data.attach_url")
    if not isinstance(url, str):
        raise Failed("The platform returned no URL to attach to the container.")
    return url


def _client(*, terminal: bool) -> dict[str, str]:
    """Return the variables that identify the client to the container, as other clients do."""
    kind = {"TERM": os.environ.get("TERM") or "dumb"} if terminal else {}
    return {"CLIENT_OS": sys.platform, **kind}


def _container(document: Mapping[str, Any]) -> str:
    kind, number = (plain(at(document, f"container.{field}")) for field in ("type", "type_index"))
    return f"{kind}-{number}" if kind and number else "the container"


def _variables(assignments: Sequence[str]) -> dict[str, str]:
    """Return the variables that --env sets. Raises Misused for an invalid one."""
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
