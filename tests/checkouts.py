"""Checkouts of git, as a user has them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.programs import require

IDENTITY = ["-c", "user.name=Noor", "-c", "user.email=noor@pinecrate.example"]


def git(*words: str) -> str:
    """Run git in the current directory, and return what it printed."""
    line = [require("git"), *IDENTITY, *words]
    return subprocess.run(line, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(scalingo: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout, in a subdirectory of which the user is."""
    git("init", "--quiet", str(tmp_path / "shop"))
    inside = tmp_path / "shop" / "templates"
    inside.mkdir()
    monkeypatch.chdir(inside)
    return inside
