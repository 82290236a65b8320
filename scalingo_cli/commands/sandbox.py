"""`scalingo sandbox`: a pretend Scalingo on this machine."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.types import Program, number
from scalingo_cli.errors import Failed, Misused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.sandbox import Sandbox
    from scalingo_cli.session import Session

REGIONS = ("osc-fr1", "osc-secnum-fr1")
PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


@click.command(
    "sandbox",
    cls=Command,
    takes_app=True,
    answers_json=False,
    context_settings={"allow_interspersed_args": False},
    examples=[
        "scalingo sandbox -- scalingo apps",
        "scalingo sandbox -- sh -c 'scalingo scale web:2 --wait && scalingo events --limit 3'",
        "scalingo sandbox --app my-app -- ./release.sh",
        "scalingo sandbox --region osc-fr1 -- scalingo apps",
    ],
)
@click.option(
    "--port",
    type=number(int, 0, 65535),
    default=0,
    metavar="PORT",
    help="Listen there; otherwise at any that is free.",
)
@click.option(
    "--operation-seconds",
    type=number(float, 0),
    default=1.0,
    metavar="SECONDS",
    help="How long a scale or a restart takes.",
)
@click.argument("command", nargs=-1, type=Program(), metavar="[-- COMMAND...]")
@click.pass_obj
def command(
    session: Session, port: int, operation_seconds: float, command: Sequence[str]
) -> int | None:
    """Run a pretend Scalingo on this machine.

    With COMMAND, it runs COMMAND with the environment that leads there, stops, and exits with
    COMMAND's code. Without, it prints the lines to export and runs until Ctrl-C. Nothing is
    kept: each start has the same data. Its main app is called as --app or SCALINGO_APP says.
    It speaks the legacy API; with --region or SCALINGO_REGION, it is the regional platform.
    """
    import tempfile
    import threading

    from scalingo_cli.process import foreground
    from scalingo_cli.sandbox import Sandbox

    app = session.app_option or os.environ.get("SCALINGO_APP") or None
    region = session.auth.region_option or os.environ.get("SCALINGO_REGION")
    if region and region not in REGIONS:
        raise Misused(f'The sandbox has no region "{region}".', f"It has {' and '.join(REGIONS)}.")
    try:
        pretended = Sandbox(
            port,
            operation_seconds,
            main_app=app,
            lively=True,
            protocol="regional" if region else "legacy",
            region=region or REGIONS[0],
        )
    except OSError as error:
        raise Failed(
            f"The sandbox cannot listen at port {port}: {error.strerror}.",
            "Without --port it takes a free one.",
        ) from error
    with tempfile.TemporaryDirectory(prefix="scalingo-sandbox-") as home, pretended:
        environment = _environment(pretended, home)
        if command:
            return foreground.run(command, {**os.environ, **environment, "PATH": _path(home)})
        _announce(session, environment)
        threading.Event().wait()
    return None


def _environment(pretended: Sandbox, home: str) -> dict[str, str]:
    """Return the variables that lead to the sandbox, and to nothing of the user's own."""
    environment = {
        **pretended.environment(),
        "SCALINGO_APP": pretended.main_app,
        "SCALINGO_CONFIG_DIR": home,
        "SCALINGO_CACHE_DIR": home,
        "SCALINGO_SANDBOX_EMAIL": pretended.email,
        "SCALINGO_SANDBOX_PASSWORD": pretended.password,
    }
    for name in ("no_proxy", "NO_PROXY"):  # no proxy reaches this machine
        if any(proxy in os.environ for proxy in PROXIES):
            others = filter(None, os.environ.get(name, "").split(","))
            environment[name] = ",".join([*others, "127.0.0.1"])
    return environment


def _path(home: str) -> str:
    """Return a PATH on which the first `scalingo` is this one, and all else the user's."""
    from pathlib import Path

    launchers = [Path(sys.argv[0]), Path(sys.executable).with_name("scalingo")]
    ours = [path.absolute() for path in launchers if path.name == "scalingo" and path.is_file()]
    if ours:
        programs = Path(home, "bin")
        programs.mkdir()
        (programs / "scalingo").symlink_to(ours[0])
        return os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])
    return os.environ.get("PATH", os.defpath)


def _announce(session: Session, environment: dict[str, str]) -> None:
    import shlex

    for name, value in environment.items():
        session.console.write(f"export {name}={shlex.quote(value)}\n")
    sys.stdout.flush()
    session.say("The sandbox runs until Ctrl-C. In another terminal, paste the lines above.")
