"""The git remotes of the current checkout: git itself is asked, and changes them."""

from __future__ import annotations

import subprocess

from scalingo_cli import settings
from scalingo_cli.errors import Failed


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


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *words],
        env=settings.environment_of_helpers(),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
