"""`scalingo sandbox`: a local simulator of the Scalingo API."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.types import Number, Program
from scalingo_cli.errors import Failed, Misused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from scalingo_cli.sandbox import Sandbox
    from scalingo_cli.sandbox.control.profile import Profile
    from scalingo_cli.session import Session

REGIONS = ("osc-fr1", "osc-secnum-fr1")
PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")

# As the sandbox declares them, which is not imported for a help text.
CONTROLS = {
    "GET /_sandbox": "Show the addresses of the sandbox, who can sign in, and the controls.",
    "POST /_sandbox/reset": (
        "Restore the starting data, with an empty record of requests and no faults."
    ),
    "POST /_sandbox/clock": "Move the sandbox's clock forward.",
    "GET /_sandbox/requests": "List the requests that were received, without secrets.",
    "DELETE /_sandbox/requests": "Empty the record of requests.",
    "GET /_sandbox/state": (
        "Show users, tokens and apps as one document, with passwords and tokens."
    ),
    "PUT /_sandbox/state": (
        "Replace users, tokens and apps by those of such a document, until the next reset."
    ),
    "GET /_sandbox/openapi.json": "Show the routes as an OpenAPI document.",
    "POST /_sandbox/profile": (
        "Delay responses by the first to the last of `latency` seconds, and let some fail."
    ),
    "GET /_sandbox/unserved": "List the requests that have no route here, with their counts.",
    "GET /_sandbox/errors": "List the tracebacks of errors inside the sandbox itself.",
    "GET /_sandbox/faults": "List the faults that are still to come.",
    "POST /_sandbox/faults": (
        "Spoil the next `times` responses to `method` on paths that begin with `path`."
    ),
    "DELETE /_sandbox/faults": "Remove the faults still to come, and end the delays under way.",
    "POST /_sandbox/rate": (
        "Limit the requests per minute, by the sandbox's clock; null: no limit."
    ),
    "POST /_sandbox/regions": "Refuse every request to the API of a region, until the next reset.",
    "POST /_sandbox/bearers": "Let new bearers be valid for so many seconds, until the next reset.",
    "DELETE /_sandbox/bearers": (
        "Revoke every bearer; tokens stay valid, and can be exchanged for new ones."
    ),
    "POST /_sandbox/pagination": (
        "Choose the variant of `meta` that paginated collections carry: see pagination."
    ),
    "POST /_sandbox/operations": (
        "Choose how the next operation ends: done, error (with this text) or never."
    ),
    "POST /_sandbox/deployments": (
        "Start a deployment of `app` that ends in `outcome` after `seconds`; return its id."
    ),
    "POST /_sandbox/archives": "Choose how the next deployment of an archive ends.",
    "POST /_sandbox/backups": "Choose how the next backup of a database ends, done or error,"
    " and its size in bytes.",
    "POST /_sandbox/events": (
        "Add an event of a type of the regional platform, to `app` or to the main app."
    ),
    "POST /_sandbox/measures": "Let containers of `app` be measured at `value`, which autoscalers"
    " and alerts watch.",
    "POST /_sandbox/leaks": "Make containers of `app` leak memory from now on.",
    "GET /_sandbox/deliveries": "List the notifications that notifiers sent, with how each delivery"
    " ended.",
    "POST /_sandbox/collaborators": "Accept the invitation of `email` to `app`.",
    "POST /_sandbox/logs": "Add the lines of `text` to the logs of `app`, or of the database with"
    " this add-on ID.",
    "POST /_sandbox/logs-archives": (
        "Give the logs of `app` these archives (`from`, `to`), and dumps `buffered` lines."
    ),
    "POST /_sandbox/streams": ("Cut or silence the open log streams, or resume them."),
    "POST /_sandbox/idle": (
        "End every one-off container as if its client had been idle for half an hour."
    ),
    "DELETE /_sandbox/attached": (
        "Cut the connection of every client that is attached to a one-off container."
    ),
}


def _moment(given: str) -> datetime:
    from datetime import datetime

    try:
        return datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter(f"{given!r} is not a time such as 2026-03-04T12:00:00Z.") from None


class _Sandbox(Command):
    """The command, whose help lists the controls too."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the controls below the examples."""
        super().format_epilog(ctx, formatter)
        with formatter.section("Controls, with $SCALINGO_SANDBOX_SECRET as a bearer"):
            formatter.write_dl(list(CONTROLS.items()))


@click.command(
    "sandbox",
    cls=_Sandbox,
    takes_app=True,
    answers_json=False,
    chooses_region=True,
    context_settings={"allow_interspersed_args": False},
    examples=[
        "scalingo sandbox -- scalingo apps",
        "scalingo sandbox -- sh -c 'scalingo scale web:2 --wait && scalingo events --limit 3'",
        "scalingo sandbox --app my-app -- ./release.sh",
        "scalingo sandbox --legacy -- scalingo apps",
    ],
)
@click.option(
    "--legacy", is_flag=True, help="Serve the legacy API (2015) instead of the regional platform."
)
@click.option(
    "--strict", is_flag=True, help="Refuse the unknown fields and parameters that the API ignores."
)
@click.option(
    "--port",
    type=Number(int, 0, 65535),
    default=0,
    metavar="PORT",
    help="First port; each host of the platform has one (default: any that are free).",
)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="HOST",
    help="Name or address that clients use; any but a loopback address opens the sandbox to the"
    " network (default: 127.0.0.1).",
)
@click.option(
    "--env-file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="File for the variables, one NAME=VALUE a line, while the sandbox runs.",
)
@click.option(
    "--now",
    type=_moment,
    metavar="TIME",
    help="Time at the start, in ISO 8601 (default: the present).",
)
@click.option(
    "--data",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="JSON document of users, tokens and apps to begin with: see GET /_sandbox/state.",
)
@click.option(
    "--profile",
    metavar="PROFILE",
    help="How slow the platform is and how often it fails: slow, flaky, or a JSON file with"
    " `latency` ([least, most] seconds) and `errors` ({fault: share}).",
)
@click.option(
    "--operation-seconds",
    type=Number(float, 0),
    default=1.0,
    metavar="SECONDS",
    help="Duration of operations such as scale and restart (default: 1).",
)
@click.argument("command", nargs=-1, type=Program(), metavar="[-- COMMAND...]")
@click.pass_obj
def command(
    session: Session,
    legacy: bool,
    strict: bool,
    port: int,
    host: str,
    env_file: str | None,
    now: datetime | None,
    data: IO[str] | None,
    profile: str | None,
    operation_seconds: float,
    command: Sequence[str],
) -> int | None:
    """Run a local simulator of the Scalingo API.

    With COMMAND, runs it against the simulator and exits with its code. Without, prints the
    variables to export and runs until Ctrl-C. Nothing is saved: each start has the same data, with
    new passwords and tokens. The main app has the name in --app or SCALINGO_APP. Nothing inside
    reaches the real platform.
    """
    import threading

    from scalingo_cli.process import foreground
    from scalingo_cli.sandbox import Sandbox
    from scalingo_cli.sandbox.runtime import directory

    directory.remove_leftovers()
    try:
        simulator = Sandbox(
            port,
            operation_seconds,
            now=now,
            main_app=session.selection.app_option or os.environ.get("SCALINGO_APP") or None,
            lively=True,
            protocol="legacy" if legacy else "regional",
            region=_region(session, legacy),
            strict=strict,
            secret=_given_secret(),
            host=host,
            data=_document(data) if data else None,
            profile=_profile(profile) if profile else None,
        )
    except ValueError as error:
        raise Misused(f"The data or the profile is invalid: {error}.") from error
    except OSError as error:
        raise Failed(
            f"The sandbox could not listen on port {port}: {error.strerror}.",
            "Without --port, it uses a free one.",
        ) from error
    if not simulator.is_local:
        session.say(f"Other machines can reach this sandbox at {host}: run nothing secret in it.")
    with directory.Directory() as home, simulator, _unserved_at_the_end(session, simulator):
        environment = _environment(simulator, str(home))
        with _written(environment, env_file):
            if command:
                _say_where(session, simulator, command[0])
                inside = {**os.environ, **environment, "PATH": _path(str(home))}
                return foreground.run(command, inside)
            _announce(session, environment)
            threading.Event().wait()
    return None


def _document(file: IO[str]) -> dict[str, Any]:
    """Return the JSON object in a file. Raises ValueError."""
    import json

    content = json.load(file)
    if not isinstance(content, dict):
        raise ValueError(f"{file.name} does not hold a JSON object")
    return content


def _profile(name: str) -> Profile:
    from pathlib import Path

    from scalingo_cli.sandbox.control.profile import PROFILES, Profile

    if name in PROFILES:
        return PROFILES[name]
    try:
        with Path(name).open(encoding="utf-8") as file:
            return Profile(**_document(file))
    except OSError as error:
        raise Misused(f"{name} is neither slow nor flaky, nor a file: {error.strerror}.") from error
    except TypeError as error:
        raise ValueError(f"{name} holds other fields than latency and errors") from error


def _region(session: Session, legacy: bool) -> str:
    """Return the region with most of the data."""
    asked = session.auth.region_option
    if legacy and asked:
        raise Misused("--legacy cannot be combined with --region: the legacy API has no regions.")
    region = asked or os.environ.get("SCALINGO_REGION") or REGIONS[0]
    if not legacy and region not in REGIONS:
        raise Misused(
            f'Region "{region}" does not exist in the sandbox.',
            f"Valid regions: {' and '.join(REGIONS)}.",
        )
    return region if region in REGIONS else REGIONS[0]


def _given_secret() -> str | None:
    """Return the secret that who starts the sandbox shares with others, None to draw one."""
    secret = os.environ.get("SCALINGO_SANDBOX_SECRET")
    if not secret or "SCALINGO_SANDBOX" in os.environ:  # one sandbox inside another
        return None
    if len(secret) < 16:
        raise Misused("SCALINGO_SANDBOX_SECRET is too short.", "Use 16 characters or more.")
    return secret


def _environment(simulator: Sandbox, home: str) -> dict[str, str]:
    """Return the variables that lead to the sandbox, and to nothing of the user's own."""
    environment = {
        **simulator.environment(),
        "SCALINGO_APP": simulator.main_app,
        "SCALINGO_CONFIG_DIR": home,
        "SCALINGO_CACHE_DIR": home,
        "SCALINGO_STATE_DIR": home,
        "SCALINGO_SANDBOX_EMAIL": simulator.email,
        "SCALINGO_SANDBOX_PASSWORD": simulator.password,
    }
    for name in ("no_proxy", "NO_PROXY"):  # no proxy reaches this machine
        if any(proxy in os.environ for proxy in PROXIES):
            others = filter(None, os.environ.get(name, "").split(","))
            environment[name] = ",".join([*others, simulator.host])
    return environment


@contextmanager
def _written(environment: Mapping[str, str], path: str | None) -> Iterator[None]:
    """Keep the variables in a file of the user's own, which is whole as soon as it exists."""
    from pathlib import Path

    if path is None:
        yield
        return
    file = Path(path)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.touch(0o600)
        draft.write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Failed(f"Could not write {file}: {error.strerror}.") from error
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def _unserved_at_the_end(session: Session, simulator: Sandbox) -> Iterator[None]:
    """Say which requests the sandbox had no route for: what follows from them proves nothing."""
    try:
        yield
    finally:
        if rows := simulator.unserved():
            asked = ", ".join(f"{row['method']} {row['path']}" for row in rows[:3])
            more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
            session.say(f"The sandbox does not serve {asked}{more}.")


def _say_where(session: Session, simulator: Sandbox, program: str) -> None:
    """Say at a terminal that this is not the platform."""
    if sys.stderr.isatty():
        where = f"region {simulator.region}" if simulator.region else "the legacy API"
        session.say(
            f"Sandbox: a local simulator of Scalingo ({where}). Nothing here reaches the real"
            f" platform. It ends when {program} does."
        )


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
    session.say(
        "The sandbox runs until Ctrl-C. In another terminal, paste the lines above; that terminal"
        " reaches nothing else until you close it."
    )
