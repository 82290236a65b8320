"""What listings look like: at terminals of any width, in pipes, in colour, through a pager."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pexpect
import pytest
from wcwidth import wcswidth

from scalingo_cli.console.prose import wrapped
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.programs import require
from tests.terminals import leave

LISTINGS = {
    "apps list": "apps",
    "env list": "variables",
    "events list --all": "events",
    "deployments list": "deployments",
    "scale": "containers",
}
HOSTILE = "[red]\x1b[2J\x1b]0;owned\x07\r\n\t\u202egnp.exe\u200b\x9b31m\x7f"


def serve(sandbox: Sandbox, document: object) -> None:
    """Let the next answer be this document."""
    body = document if isinstance(document, str) else json.dumps(document)
    sandbox.fail_next("200", body=body)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("listing", LISTINGS)
def test_every_record_keeps_its_identity_at_any_width(
    scalingo: CommandLine, listing: str, width: int
) -> None:
    identities = [line[0] for line in scalingo(listing).lines]
    assert identities
    result = scalingo(listing, SCALINGO_FORCE_TTY=str(width), NO_COLOR="1")
    header, _, *shown = result.stdout.splitlines()
    assert max(map(wcswidth, shown)) <= width
    if header.split()[-1] == "ID":  # comes last, and its start is enough to name it
        shown = [
            line.split()[-1]
            for line in shown
            if line.split()[-1][:8] in {identity[:8] for identity in identities}
        ]
        assert all(map(str.startswith, identities, shown))
        assert len(shown) == len(identities)
    elif result.stderr.startswith("Columns hidden to fit: ") and "ID" in result.stderr:
        assert len(shown) >= len(identities)
    else:
        names = [line.split()[0] for line in shown if line.split()[0] in identities]
        assert sorted(names) == sorted(identities)


def test_columns_without_room_are_named(scalingo: CommandLine) -> None:
    result = scalingo("addons", SCALINGO_FORCE_TTY="60", NO_COLOR="1")
    assert "ID" not in result.stdout.splitlines()[0]
    assert result.stderr == "Columns hidden to fit: Status, ID. Use --json to see everything.\n"


def test_at_80_columns_a_deployment_is_one_line(scalingo: CommandLine) -> None:
    count = len(scalingo("deployments").lines)
    shown = scalingo("deployments", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout.splitlines()
    assert shown[0].split() == ["Status", "Date", "Commit", "By", "ID"]
    assert len(shown) == 2 + count


def test_a_name_wider_than_the_terminal_is_broken_not_cut(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    serve(sandbox, {"apps": [{"name": "x" * 150}]})
    shown = scalingo("apps", SCALINGO_FORCE_TTY="60", NO_COLOR="1").stdout
    assert shown.count("x") == 150


def test_a_pipe_gets_one_line_a_record_whole_and_bare(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    apps = [{"name": "a" * 300, "status": "running", "owner": {"username": "noor"}}]
    serve(sandbox, {"apps": apps})
    assert scalingo("apps").stdout == f"{'a' * 300}\trunning\tnoor\t\t\n"


@pytest.mark.parametrize("width", [None, "80"])
def test_what_the_platform_sends_cannot_act_on_the_terminal(
    scalingo: CommandLine, sandbox: Sandbox, width: str | None
) -> None:
    serve(sandbox, {"apps": [{"name": HOSTILE, "status": HOSTILE}]})
    shown = scalingo("apps", SCALINGO_FORCE_TTY=width, NO_COLOR="1").stdout
    controls = [c for c in shown if c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cf"}]
    assert not controls
    assert "[red]\\x1b[2J" in shown.replace("\n", "")
    assert "\\u202e" in "".join(shown.split())


def test_json_is_the_document_as_it_was_sent(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sent = '{"apps":[{"id":12345678901234567890123,"f":1.10,"n":null,"new":{"é":[]}}],"meta":null}'
    serve(sandbox, sent)
    assert scalingo("apps --json").stdout == f"{sent}\n"


@pytest.mark.parametrize("width", [None, "80"])
def test_json_escapes_what_could_act_on_a_terminal(
    scalingo: CommandLine, sandbox: Sandbox, width: str | None
) -> None:
    document = {"apps": [{"name": HOSTILE}]}
    serve(sandbox, json.dumps(document, ensure_ascii=False))
    result = scalingo("apps --json", SCALINGO_FORCE_TTY=width)
    assert result.json == document
    assert not [c for c in result.stdout if c != "\n" and unicodedata.category(c) in {"Cc", "Cf"}]


def test_wide_and_combining_characters_line_up(scalingo: CommandLine, sandbox: Sandbox) -> None:
    names = ["plain", "東京都", "Łódź", "cafe\u0301", "🥕 carrot"]
    serve(sandbox, {"variables": [{"name": name, "value": "|"} for name in names]})
    shown = scalingo("env", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout.splitlines()[2:]
    assert len({wcswidth(line.partition("|")[0]) for line in shown}) == 1


@pytest.mark.parametrize(
    ("settings", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"CLICOLOR": "0"}, False),
        ({"CLICOLOR": "1"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True),
        ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, False),
        ({"SCALINGO_FORCE_TTY": None}, False),
        ({"SCALINGO_FORCE_TTY": None, "CLICOLOR_FORCE": "1"}, True),
        ({"SCALINGO_FORCE_TTY": None, "CLICOLOR_FORCE": "0"}, False),
    ],
)
def test_colour_is_as_the_environment_says(
    scalingo: CommandLine, settings: dict[str, str | None], coloured: bool
) -> None:
    result = scalingo.where(SCALINGO_FORCE_TTY="80").where(**settings)("apps")
    assert ("\x1b[" in result.stdout) is coloured
    assert "crashed" in result.stdout  # red says no more than the word


@pytest.mark.parametrize(
    ("line", "rows", "settings", "paged"),
    [
        ("events --all", 24, {}, True),
        ("events --all --json", 24, {}, True),
        ("apps", 24, {}, False),
        ("apps", 5, {}, True),
        ("--no-pager events --all", 24, {}, False),
        ("events --all --no-pager", 24, {}, False),
        ("events --all", 24, {"PAGER": ""}, False),
        ("events --all", 24, {"PAGER": "cat"}, False),
        ("events --all", 24, {"PAGER": "no-such-pager"}, False),
        ("events --all", 24, {"PAGER": "less '"}, False),
    ],
)
def test_a_long_list_goes_through_the_pager(
    scalingo: CommandLine, line: str, rows: int, settings: dict[str, str], paged: bool
) -> None:
    terminal = scalingo.where(PAGER="sed s/^/paged:/").where(**settings).terminal(line, rows=rows)
    shown = terminal.read()
    terminal.close()
    assert terminal.exitstatus == 0
    assert ("paged:" in shown) is paged


def test_no_pager_unless_a_person_is_there_to_leave_it(scalingo: CommandLine) -> None:
    script = "exec python3 -m scalingo_cli events --all </dev/null"
    terminal = pexpect.spawn(
        "sh", ["-c", script], env=scalingo.with_({"PAGER": "sed s/^/paged:/"}), encoding="utf-8"
    )
    assert "paged:" not in terminal.read()


def test_colours_are_colours_in_less_as_the_user_has_it(scalingo: CommandLine) -> None:
    require("less")
    terminal = scalingo.terminal("apps", rows=5, LESS="-X")
    assert terminal.expect(["\x1b\\[1mName", "ESC"]) == 0
    terminal.send("q")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0


def test_leaving_the_pager_early_is_no_error(scalingo: CommandLine) -> None:
    terminal = scalingo.terminal("events --all", rows=10, PAGER="head -n 1")
    shown = terminal.read()
    terminal.close()
    assert terminal.exitstatus == 0
    assert "Error" not in shown
    assert "Traceback" not in shown


def test_a_table_in_a_locale_without_its_characters(scalingo: CommandLine) -> None:
    result = scalingo.process("env", SCALINGO_FORCE_TTY="80", PYTHONIOENCODING="ascii")
    assert result.code == 0
    assert "CITY_LABELS" in result.stdout
    terminal = scalingo.terminal("apps", PYTHONIOENCODING="ascii", NO_COLOR="1")
    terminal.expect("Deployed  Project\r\n--------------------")
    terminal.expect("\r\npinecrate-shop")
    terminal.expect(pexpect.EOF)


def test_a_pager_that_fails_does_not_swallow_the_list(scalingo: CommandLine) -> None:
    terminal = scalingo.terminal("events --all", rows=10, PAGER="false")
    shown = terminal.read()
    terminal.close()
    assert terminal.exitstatus == 0
    assert "deployment" in shown


def test_sentences_at_a_terminal_break_between_words_and_commands_stay_whole(
    scalingo: CommandLine,
) -> None:
    hint = "To see why: scalingo events --app pinecrate-import"
    lines = scalingo.terminal("ps --app pinecrate-import", columns=50).read().splitlines()
    assert lines[-3:] == [
        "No container of web, importer is running. To see",
        "why:",
        "scalingo events --app pinecrate-import",
    ]
    assert scalingo("ps --app pinecrate-import").stderr.endswith(f" {hint}\n")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("two words", ["two", "words"]),
        ("see /a/path-that/is-long now", ["see", "/a/path-that/is-long", "now"]),
        ("Run: scalingo apps show", ["Run:", "scalingo apps show"]),
        ("zsh: mkdir -p a && scalingo b", ["zsh:", "mkdir -p a && scalingo b"]),
        ("  git push scalingo", ["  git push scalingo"]),
        ("one", ["one"]),
    ],
)
def test_a_long_sentence_is_wrapped(line: str, shown: list[str]) -> None:
    assert wrapped(line, 8).splitlines() == shown


def test_help_headings_are_bold_at_a_terminal_alone(scalingo: CommandLine) -> None:
    assert "\x1b[1mOptions:\x1b[0m" in scalingo.terminal("env set --help").read()
    assert "\x1b" not in scalingo.terminal("env set --help", NO_COLOR="1").read()
    assert "\x1b" not in scalingo("env set --help").stdout


def test_differences_are_in_colour_at_a_terminal(scalingo: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BANNER=on\n")
    shown = scalingo(["env", "diff", str(file)], SCALINGO_FORCE_TTY="80").stdout
    assert re.search("\x1b\\[32m\\+ BANNER", shown)
    terminal = scalingo.terminal(["env", "import", "--prune", str(file)])
    terminal.expect("\x1b\\[32m\\+ BANNER\x1b\\[0m")
    terminal.expect("\x1b\\[31m- \\w+\x1b\\[0m")
    leave(terminal)


def test_a_certificate_that_soon_expires_is_red(scalingo: CommandLine) -> None:
    shown = scalingo("domains", SCALINGO_FORCE_TTY="80").stdout
    assert "\x1b[31min 5d: soon" in shown
    assert "\x1b[31min 8mo" not in shown


def test_dates_at_a_terminal_are_short(scalingo: CommandLine) -> None:
    shown = scalingo("apps", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout
    dates = [line.split()[-3:-1] for line in shown.splitlines()[2:4]]
    assert dates == [["5h", "ago"], ["3d", "ago"]]


def test_json_at_a_terminal_is_coloured_and_nowhere_else(scalingo: CommandLine) -> None:
    for variables, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        terminal = scalingo.where(**variables).terminal("--no-pager regions --json")
        terminal.expect(pexpect.EOF)
        assert isinstance(terminal.before, str)
        assert ('\x1b[1m"name"\x1b[0m: \x1b[32m"osc-fr1"\x1b[0m' in terminal.before) is coloured
        assert re.sub(r"\x1b\[\d*m", "", terminal.before).startswith('{\r\n  "regions": [\r\n')
    for forced in ({"CLICOLOR_FORCE": "1"}, {"SCALINGO_FORCE_TTY": "80"}):
        assert scalingo("regions --json", **forced).json["regions"]
