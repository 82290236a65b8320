"""What a dry run prints, compared with what was sent: as JSON, and as curl lines."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scalingo_cli.sandbox import Sandbox
from tests.changes import is_change
from tests.command_line import CommandLine
from tests.programs import require

# (method, path, query, body)
Change = tuple[str, str, dict[str, str], Any]


def changes(sandbox: Sandbox) -> list[Change]:
    """What arrived that is no read; signing in changes nothing on the platform.

    Nor is here what is sent to a container or a source, whose address only a response has.
    """
    arrived = [
        request
        for request in sandbox.requests
        if is_change(request)
        and not request.path.startswith("/attach/")
        and request.headers.get("authorization") != "Basic <user name and password>"
    ]
    paths = [request.path for request in arrived]
    return [
        (request.method, request.path, request.query, request.json)
        for request in arrived[: known(paths)]
    ]


def known(paths: list[str]) -> int | None:
    """How many of the requests have nothing in them that only the response about a source has."""
    return paths.index("/v1/sources") + 1 if "/v1/sources" in paths else None


def printed(document: Any) -> list[Change]:
    """The changes that the JSON of a dry run shows, with *** for what is masked."""
    shown = [(each, urlsplit(each["url"])) for each in document["requests"]]
    return [
        (each["method"], url.path, dict(parse_qsl(url.query, keep_blank_values=True)), each["body"])
        for each, url in shown[: known([url.path for _, url in shown])]
    ]


def agrees(printed: Any, sent: Any) -> bool:
    """Whether two values are equal but for what is masked."""
    if printed == "***":
        return bool(sent)
    if isinstance(printed, str) and "***" in printed:
        return re.fullmatch(re.escape(printed).replace(r"\*\*\*", ".+"), sent) is not None
    if isinstance(printed, dict) and isinstance(sent, dict):
        return printed.keys() == sent.keys() and all(agrees(printed[k], sent[k]) for k in printed)
    if isinstance(printed, (list, tuple)) and type(printed) is type(sent):
        return len(printed) == len(sent) and all(map(agrees, printed, sent))
    try:  # the time of one run, and of the next
        times = [datetime.fromisoformat(each) for each in (printed, sent)]
    except (TypeError, ValueError):
        return bool(printed == sent)
    return abs(times[1] - times[0]) < timedelta(minutes=5)


def paste(lines: str, scalingo: CommandLine) -> None:
    """Run curl lines in a shell."""
    require("curl")
    subprocess.run(
        ["sh", "-e"],
        input=lines,
        env=scalingo.environment,
        encoding="utf-8",
        check=True,
        capture_output=True,
    )
