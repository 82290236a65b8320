"""Where else an app is that does not exist here, as hints with the command line to use."""

from __future__ import annotations

import re
import time
from shlex import quote
from typing import TYPE_CHECKING

import click

from scalingo_cli.errors import NextStep, ScalingoError
from scalingo_cli.known import nearest_apps
from scalingo_cli.places import with_app
from scalingo_cli.process.background import begun
from scalingo_cli.settings import HINT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.auth.context import Context
    from scalingo_cli.errors import UnknownApp
    from scalingo_cli.session import Session

LEFT_OUT = "…"  # ends a command line that is not shown to its end


def hints(
    error: UnknownApp, root: click.Group, arguments: Sequence[str], session: Session
) -> list[str]:
    """Say where else there is an app of this name, or which names are near it.

    Args:
        error: The error that it does not exist here.
        root: The root command.
        arguments: The command line.
        session: The session that asked for the app.

    Returns:
        The hints. What fails or takes too long on the way is left out.
    """
    name = error.app
    end = time.monotonic() + HINT_SECONDS
    _ = session.api  # made once, before there are threads
    search = begun(lambda: with_app(session, name, HINT_SECONDS))
    near = nearest_apps(session.api, name)
    try:
        places = search.result(max(end - time.monotonic(), 0))
    except (ScalingoError, TimeoutError):  # the error is reported without it
        places = []
    if not places:
        return [near, NextStep("List your apps", session.auth.line("apps"))]
    found = []
    for place in places:
        where = f"in region {place.region}" if place.region else f"on {place.auth.platform.host}"
        is_mine = place.auth.account_option == session.auth.account_option
        whose = "" if is_mine else f" for {place.account}"
        exists = f"{name} exists {where}{whose}"
        line = _again(root, arguments, name, place.auth)
        if error.prefix:
            found.append(f"{exists}: add {' '.join(place.auth.options(error.prefix))}")
        elif line.endswith(LEFT_OUT):
            found.append(f"{exists}: {line}")
        else:
            found.append(NextStep(exists, line))
    return found


def _again(root: click.Group, arguments: Sequence[str], app: str, auth: Context) -> str:
    """Return a command line again, on a different account or region.

    It ends with an ellipsis before the first word that may be a secret: any but commands, the app
    and the names of options.
    """
    words = auth.options()
    command: click.Command | None = root
    left = iter(arguments)
    for word in left:
        if word in {"--region", "--account"}:
            next(left, None)
        elif not word.startswith(("--region=", "--account=")):
            below = isinstance(command, click.Group) and command.get_command(
                click.Context(command), word
            )
            known = {app, "-a", f"-a{app}", f"--app={app}"}
            if not below and word not in known and not re.fullmatch("--[a-z][a-z-]+", word):
                words.append(LEFT_OUT)
                break
            command = below or command
            words.append(quote(word))
    return f"scalingo {' '.join(words)}"
