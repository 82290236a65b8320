"""What works and what does not, on this machine and on the way to the platform."""

from __future__ import annotations

import os
import platform
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import scalingo_cli
from scalingo_cli import __version__, settings
from scalingo_cli.auth import credentials
from scalingo_cli.errors import Failed, NotAllowed, ScalingoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scalingo_cli.api.client import API
    from scalingo_cli.session import Session

OK, WARNING, FAILURE = "ok", "warning", "failure"
PATIENCE = 10.0  # seconds to wait for a response
SKEW = 30.0  # seconds that two clocks may be apart


@dataclass(frozen=True)
class Finding:
    """The result of one check, and what to do if it is not ok."""

    name: str
    status: str
    message: str
    remedy: str | None = None


def diagnose(session: Session, script: Callable[[str], str]) -> Iterator[Finding]:
    """Yield what is found of each thing; `script` returns the completion script of a shell."""
    yield Finding("scalingo", OK, f"version {__version__} in {Path(scalingo_cli.__file__).parent}")
    yield Finding("python", OK, f"{platform.python_version()} on {platform.system()}")
    yield from _platform(session)
    yield _app(session)
    yield _completion(script)


def _platform(session: Session) -> Iterator[Finding]:
    try:
        settings.api_base()
        api = session.api
    except ScalingoError as error:  # without an address there is nothing to look for
        yield Finding("platform", FAILURE, error.message, error.hint)
        return
    reached = True
    try:
        seconds, ahead = _visit(api)
    except ScalingoError as error:
        reached = False
        yield Finding("platform", FAILURE, error.message, error.hint)
    else:
        yield Finding("platform", OK, f"{api.platform.url} responds in {seconds * 1000:.0f} ms")
        yield _clock(ahead)
    looks: dict[str, Callable[[], Finding]] = {
        "token": lambda: _token(session, reached),
        "keyring": lambda: _keyring(api.platform.host),
        "proxy": lambda: _proxy(api),
        "certificates": lambda: _certificates(api),
    }
    for name, look in looks.items():
        try:
            yield look()
        except ScalingoError as error:
            yield Finding(name, FAILURE, error.message, error.hint)


def _visit(api: API) -> tuple[float, float | None]:
    """Return how many seconds the platform takes, and how many this clock is ahead of its own.

    Asks for what the API's documents give without signing in.
    """
    from scalingo_cli.api.auth import ANONYMOUS

    api.way()  # imports requests, which is no time of the platform's
    before = time.time()
    answer = api.send("GET", "addon_categories", auth=ANONYMOUS, within_seconds=PATIENCE)
    after = time.time()
    _ = answer.document  # anything else than the API's JSON comes from somebody else
    from email.utils import parsedate_to_datetime

    try:
        theirs = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return after - before, None
    return after - before, (before + after) / 2 - theirs


def _clock(ahead: float | None) -> Finding:
    if ahead is None:
        return Finding("clock", OK, "not compared: the platform sent no date")
    if abs(ahead) <= SKEW:
        return Finding("clock", OK, "in sync with the platform's")
    way = "ahead of" if ahead > 0 else "behind"
    return Finding(
        "clock",
        WARNING,
        f"{abs(ahead):.0f} seconds {way} the platform's",
        "Set the clock: certificates and dates depend on it.",
    )


def _token(session: Session, reached: bool) -> Finding:
    source = session.auth.token.source
    if not reached:
        return Finding(
            "token",
            WARNING,
            f"from {source}, not checked",
            "Fix the connection to the platform first.",
        )
    user = session.api.get("users", "self", within_seconds=PATIENCE)["user"]
    return Finding("token", OK, f"from {source}, belongs to {user.get('username')}")


def _keyring(host: str) -> Finding:
    try:
        return Finding("keyring", OK, f"{credentials.keyring(host)} works")
    except NotAllowed as error:  # the token may well be elsewhere
        return Finding("keyring", WARNING, error.message, error.hint)


def _proxy(api: API) -> Finding:
    proxy, _ = api.way()
    return Finding("proxy", OK, proxy or f"none for {api.platform.host}")


def _certificates(api: API) -> Finding:
    _, authorities = api.way()
    if not Path(authorities).exists():
        raise Failed(
            f"The certificate authorities file {authorities} does not exist.",
            "Check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE.",
        )
    return Finding("certificates", OK, f"authorities from {authorities}")


def _app(session: Session) -> Finding:
    try:
        app = session.selection.app_name(lambda: None)
    except ScalingoError as error:  # no app is needed to look around
        return Finding("app", WARNING, error.message, error.hint)
    if session.selection.app_option:
        source = "--app"
    elif not (remote := session.selection.remote_option) and os.environ.get("SCALINGO_APP"):
        source = "SCALINGO_APP"
    else:
        source = f"the git remote {remote or settings.GIT_REMOTE}"
    return Finding("app", OK, f"{app}, from {source}")


def _completion(script: Callable[[str], str]) -> Finding:
    shell = Path(os.environ.get("SHELL", "")).name
    if shell not in {"bash", "fish", "zsh"}:
        return Finding(
            "completion", OK, f"not available for {shell or 'your shell, which is unknown'}"
        )
    from scalingo_cli.completion.scripts import places

    try:
        wanted = places(shell)
    except RuntimeError:  # the system does not know this user
        return Finding("completion", WARNING, "not checked: no home directory", "Set HOME.")
    installed = {place: text for place in wanted if (text := _text(place)) is not None}
    place = next(iter(installed), wanted[0])
    remedy = f"scalingo completion {shell} > {shlex.quote(str(place))}"
    if not installed:
        remedy = f"mkdir -p {shlex.quote(str(place.parent))} && {remedy}"
        where = ", in the usual directories of $fpath" if shell == "zsh" else ""
        return Finding("completion", WARNING, f"not installed for {shell}{where}", remedy)
    if installed[place] != script(shell):
        return Finding("completion", WARNING, f"outdated in {place}", remedy)
    return Finding("completion", OK, f"installed for {shell} in {place}")


def _text(place: Path) -> str | None:
    """Return the content of a file, or None if it is not readable."""
    try:
        return place.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
