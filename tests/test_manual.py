"""The manual: generated from the commands, committed, clean, and true."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scalingo_cli import manual, tree
from scalingo_cli.cli import cli
from tests.programs import require

PROJECT = Path(__file__).parent.parent
GENERATED = ["man", "completions"]


def test_the_generated_files_are_those_of_the_commands() -> None:
    """When this fails: make manual."""
    committed = {
        f"{directory}/{path.name}": path.read_text(encoding="utf-8")
        for directory in GENERATED
        for path in (PROJECT / directory).iterdir()
    }
    wanted = manual.files()
    assert sorted(committed) == sorted(wanted), "run: make manual"
    stale = [name for name, text in wanted.items() if committed[name] != text]
    assert not stale, "run: make manual"


def test_every_page_is_clean() -> None:
    mandoc = require("mandoc")
    pages = sorted((PROJECT / "man").iterdir())
    lint = subprocess.run(
        [mandoc, "-T", "lint", "-W", "all", *pages], capture_output=True, text=True, check=False
    )
    assert lint.stdout + lint.stderr == ""
    assert lint.returncode == 0


@pytest.mark.parametrize(
    "context", [pytest.param(context, id=context.command_path) for context in tree.walk(cli)]
)
def test_every_command_has_its_page_with_all_sections(context) -> None:  # type: ignore[no-untyped-def] # a Context
    page = (PROJECT / "man" / f"{manual.page_name(context)}.1").read_text(encoding="utf-8")
    sections = [line.removeprefix(".SH ") for line in page.splitlines() if line.startswith(".SH ")]
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS"]:
        assert section in sections
    assert sections[-2:] == ["ENVIRONMENT", "SEE ALSO"]
