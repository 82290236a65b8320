"""`scalingo sandbox`: a pretend Scalingo on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scalingo_cli.errors import Failed, Misused
from scalingo_cli.options import Command, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.sandbox import Sandbox
    from scalingo_cli.session import Session


@click.command(
    cls=Command,
    takes_app=True,
    answers_json=False,
    context_settings={"allow_interspersed_args": False},
    examples=[
        "scalingo sandbox -- scalingo apps",
        "scalingo sandbox -- sh -c 'scalingo scale web:2 --wait && scalingo events --limit 3'",
        "scalingo sandbox --app my-app -- ./release.sh",
    ],
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Listen there; 0: any.")
@click.option(
    "--operation-seconds",
    type=click.FloatRange(0),
    default=1.0,
    metavar="SECONDS",
    help="How long a scale or a restart takes.",
)
@click.argument("command", nargs=-1, type=Program(), metavar="[-- COMMAND...]")
@click.pass_obj
def sandbox(
    session: Session, port: int, operation_seconds: float, command: Sequence[str]
) -> int | None:
    """Run a pretend Scalingo on this machine.

    With COMMAND, it runs COMMAND with the environment that leads there, stops, and exits with
    COMMAND's code. Without, it prints the lines to export and runs until Ctrl-C. Nothing is
    kept: each start has the same data. Its main app is called as --app or SCALINGO_APP says.
    """
    from scalingo_cli.sandbox import Sandbox

    app = session.app_option or os.environ.get("SCALINGO_APP") or None
    with (
        tempfile.TemporaryDirectory(prefix="scalingo-sandbox-") as home,
        Sandbox(port, operation_seconds, main_app=app, lively=True) as pretended,
    ):
        environment = _environment(pretended, home)
        if command:
            return _run(command, environment)
        _announce(session, environment)
        threading.Event().wait()
    return None


def _environment(pretended: Sandbox, home: str) -> dict[str, str]:
    """Return the variables that lead to the sandbox, and to nothing of the user's own."""
    return {
        **pretended.environment(),
        "SCALINGO_APP": pretended.main_app,
        "SCALINGO_CONFIG_DIR": home,
        "SCALINGO_SANDBOX_EMAIL": pretended.email,
        "SCALINGO_SANDBOX_PASSWORD": pretended.password,
    }


def _announce(session: Session, environment: dict[str, str]) -> None:
    import shlex

    for name, value in environment.items():
        session.write(f"export {name}={shlex.quote(value)}\n")
    sys.stdout.flush()
    session.say("The sandbox runs until Ctrl-C. In another terminal, paste the lines above.")


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a command in the sandbox's environment and return its code, as a shell tells it."""
    # The `scalingo` that COMMAND finds first is this one.
    here = str(Path(sys.argv[0]).resolve().parent)
    search = os.pathsep.join([here, os.environ.get("PATH", os.defpath)])
    program = shutil.which(command[0], path=search)
    if program is None:
        raise Misused(f"There is no program {command[0]}.")
    try:
        child = subprocess.Popen(
            [program, *command[1:]], env={**os.environ, "PATH": search, **environment}
        )
    except OSError as error:
        raise Failed(f"{command[0]} could not be run: {error.strerror}.") from error
    # Ctrl-C is COMMAND's to handle, for the terminal sends it to both.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        code = child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code
