"""The manual: generated from the commands, committed, clean, and true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from scalingo_cli.cli import describe, tree
from scalingo_cli.cli.command import Command
from scalingo_cli.cli.describe import CommandData
from scalingo_cli.docs import manual
from scalingo_cli.main import cli
from tests.programs import require

PROJECT = Path(__file__).parent.parent
DATA = describe.document(cli)
GENERATED = ["man", "completions", "images"]


def shown(text: str) -> str:
    """The words of a picture, whose shapes are of the release of Rich; any other file as it is."""
    if not text.startswith("<svg"):
        return text
    return " ".join(" ".join(re.findall("<text[^>]*>([^<]*)", text)).split())


def test_the_generated_files_are_those_of_the_commands() -> None:
    """When this fails: make manual."""
    committed = {
        f"{directory}/{path.name}": path.read_text(encoding="utf-8")
        for directory in GENERATED
        for path in (PROJECT / directory).iterdir()
    }
    wanted = manual.files()
    assert sorted(committed) == sorted(wanted), "run: make manual"
    stale = [name for name, text in wanted.items() if shown(committed[name]) != shown(text)]
    assert not stale, "run: make manual"


def test_make_manual_writes_every_file_and_removes_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "man").mkdir()
    (tmp_path / "man" / "scalingo-gone.1").touch()
    subprocess.run([sys.executable, "-m", "scalingo_cli.docs.manual", tmp_path], check=True)
    written = {
        f"{path.parent.name}/{path.name}": path.read_text(encoding="utf-8")
        for path in tmp_path.glob("*/*")
    }
    assert written == manual.files()


def test_every_page_is_clean() -> None:
    mandoc = require("mandoc")
    pages = sorted((PROJECT / "man").iterdir())
    lint = subprocess.run(
        [mandoc, "-T", "lint", "-W", "all", *pages], capture_output=True, text=True, check=False
    )
    assert lint.stdout + lint.stderr == ""
    assert lint.returncode == 0


@pytest.mark.parametrize(
    "command", [pytest.param(each, id=each["command"]) for each in DATA["commands"]]
)
def test_every_command_has_its_page_with_all_sections(command: CommandData) -> None:
    page = (PROJECT / "man" / f"{manual.page_name(command)}.1").read_text(encoding="utf-8")
    sections = [line.removeprefix(".SH ") for line in page.splitlines() if line.startswith(".SH ")]
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS"]:
        assert section in sections
    assert sections[-2:] == ["ENVIRONMENT", "SEE ALSO"]


def read(page: str) -> str:
    """What `man` shows of a page."""
    shown = subprocess.run(
        [require("mandoc"), "-T", "utf8", "-O", "width=500"],
        input=page,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return re.sub(".\b", "", shown)  # bold is printed over, italic is underlined


def test_a_page_shows_what_the_help_says() -> None:
    for context in tree.walk(cli):
        shown = read(manual.page(describe.command(context), DATA))
        for example in getattr(context.command, "examples", ()):
            assert f"$ {example}\n" in shown
        for option in tree.options(context):
            assert all(spelling in shown for spelling in option.opts)
        words = " ".join((context.command.help or "").replace("`", "").replace("\b", "").split())
        assert words in " ".join(shown.split())


def test_no_text_is_read_as_troff() -> None:
    nasty = "\\fBbold\\fR \\n(.x 'quoted' \"twice\" -n --no-color a^b~c $HOME \\ → 東京"
    help_ = f"Do it.\n\n.SH INJECTED\n\n'br {nasty}\n\n\b\n.so /etc/passwd\n  kept   apart"
    command = Command("try", help=help_, examples=[f".try {nasty}"])
    page = manual.page(describe.command(click.Context(command, info_name="scalingo-try")), DATA)
    shown = read(page)
    for line in [".SH INJECTED", f"'br {nasty}", ".so /etc/passwd", "  kept   apart"]:
        assert f"{line}\n" in shown
    assert f"$ .try {nasty}\n" in shown


def test_apropos_finds_the_summary_of_each_page() -> None:
    """The NAME section is what makewhatis reads: one line, "name - what it does"."""
    for command in DATA["commands"]:
        _, _, name = read(manual.page(command, DATA)).partition("NAME\n")
        assert name.split("\n")[0].strip().startswith(f"{manual.page_name(command)} - ")
