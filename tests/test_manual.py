"""The manual: generated from the commands, committed, clean, and true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click

from scalingo_cli.cli import describe, tree
from scalingo_cli.cli.command import Command
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


def test_make_manual_writes_the_committed_files_and_removes_what_is_gone(tmp_path: Path) -> None:
    """When this fails: make manual."""
    (tmp_path / "man").mkdir()
    (tmp_path / "man" / "scalingo-gone.1").touch()
    subprocess.run([sys.executable, "-m", "scalingo_cli.docs.manual", tmp_path], check=True)
    committed, wanted = (
        {
            f"{directory}/{path.name}": path.read_text(encoding="utf-8")
            for directory in GENERATED
            for path in (root / directory).iterdir()
        }
        for root in (PROJECT, tmp_path)
    )
    assert sorted(committed) == sorted(wanted), "run: make manual"
    stale = [name for name, text in wanted.items() if shown(committed[name]) != shown(text)]
    assert not stale, "run: make manual"


def test_every_page_is_clean() -> None:
    mandoc = require("mandoc")
    pages = sorted((PROJECT / "man").iterdir())
    lint = subprocess.run(
        [mandoc, "-T", "lint", "-W", "all", *pages], capture_output=True, text=True, check=False
    )
    assert lint.stdout + lint.stderr == ""
    assert lint.returncode == 0


def test_every_command_has_its_page_with_all_sections() -> None:
    for command in DATA["commands"]:
        page = (PROJECT / "man" / f"{manual.page_name(command)}.1").read_text(encoding="utf-8")
        lines = page.splitlines()
        sections = [line.removeprefix(".SH ") for line in lines if line.startswith(".SH ")]
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS"]:
            assert section in sections, command["command"]
        assert sections[-2:] == ["ENVIRONMENT", "SEE ALSO"], command["command"]


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
    """And its NAME section, which makewhatis reads, is one line: "name - what it does"."""
    for context in tree.walk(cli):
        command = describe.command(context)
        shown = read(manual.page(command, DATA))
        _, _, name = shown.partition("NAME\n")
        assert name.split("\n")[0].strip().startswith(f"{manual.page_name(command)} - ")
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
