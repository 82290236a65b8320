"""Which platform and which app: command line, environment, git remote, default."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scalingo_cli.errors import Misused

DEFAULT_API_URL = "https://api.scalingo.com"

# The variables of the environment that change what a command does, for README and manual.
ENVIRONMENT = {
    "SCALINGO_API_TOKEN": "the token; goes before the one kept at sign-in and is never stored",
    "SCALINGO_APP": "the app, where `--app` names none",
    "SCALINGO_API_URL": (
        f"the API, `{DEFAULT_API_URL}` unless set; plain http only to this machine"
    ),
    "SCALINGO_TIMEOUT": "how many seconds the platform may be silent, 60 unless set",
    "SCALINGO_CONFIG_DIR": "where settings are kept, instead of the system's usual place",
    "SCALINGO_CACHE_DIR": "where completion keeps names, instead of the system's usual place",
    "SCALINGO_FORCE_TTY": "a width: render as at a terminal that wide, whatever stdout is",
    "NO_COLOR, CLICOLOR, CLICOLOR_FORCE": (
        "no colour (`NO_COLOR=1`, `CLICOLOR=0`), or colour whatever stdout is"
    ),
    "TERM": "what the terminal can do; `dumb` means no colour and no pager",
    "PAGER": "shows lists longer than the screen; `less` unless set, empty for none",
    "VISUAL, EDITOR": "the editor that `env edit` opens; `vi` unless set",
    "HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE": "the usual proxy and certificate settings",
    "PYTHON_KEYRING_BACKEND": "the keyring to use, instead of the one found to be best",
}
GIT_REMOTE = "scalingo"
_GIT_URL = re.compile(
    r"(?:ssh://)?git@(?:ssh\.(?P<region>[a-z0-9-]+)\.)?scalingo\.com(?::\d+(?=/))?[:/]/?"
    r"(?P<app>[^/]+?)(?:\.git)?/?"
)


@dataclass(frozen=True)
class Platform:
    """A Scalingo HTTP API: `url` is its base without `/v1`, `host` its name in the keyring."""

    url: str
    host: str


def platform() -> Platform:
    """Return the platform in force: `SCALINGO_API_URL`, else the public one.

    Raises Misused for a URL that is none, holds a password, or would send the token in clear
    over a network: plain http is for loopback addresses only.
    """
    given = os.environ.get("SCALINGO_API_URL") or DEFAULT_API_URL
    hint = f"Set it to something like {DEFAULT_API_URL}, or unset it."
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise Misused("SCALINGO_API_URL is not a URL.", hint) from None
    host = parts.hostname or ""
    if parts.username or parts.password:
        raise Misused("SCALINGO_API_URL holds a user name or a password.", hint)
    if (
        parts.scheme not in {"http", "https"}
        or not re.fullmatch(r"[\w.:-]+", host)
        or parts.query
        or parts.fragment
    ):
        raise Misused("SCALINGO_API_URL is not the URL of an API.", hint)
    if parts.scheme == "http" and not is_loopback(host):
        raise Misused(
            f"SCALINGO_API_URL would send your token to {host} in clear.",
            "Use https; plain http is for a sandbox on this machine.",
        )
    path = parts.path.rstrip("/").removesuffix("/v1")
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port is None else f"{shown}:{port}"
    return Platform(f"{parts.scheme}://{netloc}{path}", netloc)


def silence_seconds() -> float:
    """Return how long the platform may be silent: `SCALINGO_TIMEOUT` in seconds, else 60.

    Raises Misused for what is no positive number.
    """
    given = os.environ.get("SCALINGO_TIMEOUT") or "60"
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", given) or not float(given):
        raise Misused("SCALINGO_TIMEOUT is not a number of seconds.", "Set it to 60, or unset it.")
    return float(given)


def config_dir() -> Path:
    """Return where this user's files are kept: `SCALINGO_CONFIG_DIR`, else the system's place."""
    given = os.environ.get("SCALINGO_CONFIG_DIR")
    if given:
        return Path(given)
    from platformdirs import user_config_path

    return user_config_path("scalingo")


def cache_dir() -> Path:
    """Return where what can be had again is kept: `SCALINGO_CACHE_DIR`, else the system's place."""
    given = os.environ.get("SCALINGO_CACHE_DIR")
    if given:
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("scalingo")


def is_loopback(host: str) -> bool:
    """Tell whether `host` (a name or an address, without brackets) never leaves this machine."""
    if host == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def app_of_checkout() -> str | None:
    """Return the app of the git remote called `scalingo` of the current checkout, if any.

    Git itself answers, so linked worktrees, included configuration and `insteadOf` count; no
    git, no checkout or a remote on another host mean None.
    """
    import subprocess

    try:
        answer = subprocess.run(
            ["git", "remote", "get-url", GIT_REMOTE],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError:  # git is not installed
        return None
    return app_of_git_url(answer.stdout.strip())


def app_of_git_url(url: str) -> str | None:
    """Return the app that a Scalingo git URL names, or None for any other URL."""
    match = _GIT_URL.fullmatch(url)
    return match["app"] if match else None


def app_in_force(option: str | None) -> str:
    """Return the app's name: `option` (from --app), `SCALINGO_APP`, the git remote.

    Raises Misused when none of the three tells, and for an empty --app: a script that gives one
    means another app than the next in line.
    """
    if option == "":
        raise Misused("The name after --app is empty.")
    app = option or os.environ.get("SCALINGO_APP") or app_of_checkout()
    if not app:
        raise Misused(
            "No app is named.",
            "Name it with --app NAME, set SCALINGO_APP, or run this in a checkout whose git"
            f" remote `{GIT_REMOTE}` is git@scalingo.com:NAME.git.",
        )
    return app
