"""The git remotes of the current checkout, of which one names an app: git itself is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli import settings
from scalingo_cli.errors import Failed

if TYPE_CHECKING:
    from subprocess import CompletedProcess

_URL = (
    r"(?:ssh://)?git@(?:ssh\.(?P<region>[a-z0-9-]+)\.)?scalingo\.com(?::\d+(?=/))?[:/]/?"
    r"(?P<app>[^/]+?)(?:\.git)?/?"
)


class Remote(NamedTuple):
    """What a Scalingo git URL names: an app, and its region unless it is that of the legacy API."""

    app: str
    region: str | None


def find(name: str = settings.GIT_REMOTE) -> Remote | None:
    """Return what the git remote `name` of the current checkout names, if it is one of Scalingo.

    Linked worktrees, included configuration and `insteadOf` work, because git is asked. Without
    git, without a checkout, or if the remote is on a different host, returns None.
    """
    match = re.fullmatch(_URL, url(name))
    return Remote(match["app"], match["region"]) if match else None


def url(name: str = settings.GIT_REMOTE) -> str:
    """Return the URL of a git remote; empty if there is none, no checkout or no git."""
    try:
        return _git("remote", "get-url", "--", name).stdout.strip()
    except OSError:
        return ""


def in_checkout() -> bool:
    """Return whether the current directory is in a checkout; False if git is not installed."""
    try:
        return _git("rev-parse", "--is-inside-work-tree").stdout.strip() == "true"
    except OSError:
        return False


def add(name: str, url: str) -> None:
    """Add a remote. Raises Failed as git does."""
    _change("add", name, url)


def change(name: str, url: str) -> None:
    """Give a remote a different URL; its branches are kept. Raises Failed as git does."""
    _change("set-url", name, url)


def _change(verb: str, name: str, url: str) -> None:
    done = _git("remote", verb, "--", name, url)
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}"
        raise Failed(f"git remote {verb} failed: {reason.removesuffix('.')}.")


def _git(*words: str) -> CompletedProcess[str]:
    import subprocess

    return subprocess.run(
        ["git", *words],
        env=settings.environment_of_helpers(),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
