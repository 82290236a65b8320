"""Stories at a terminal where no app is named: it is chosen from a list."""

from __future__ import annotations

import os
import re
import shlex
import signal
from dataclasses import replace
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import SCALINGO, CommandLine
from tests.terminals import Start

pytestmark = pytest.mark.regional
QUESTION = "App in osc-fr1:"
KEYS = "Type to narrow; Enter chooses, Esc leaves."
HOSTILE = "\x1b[31mred\x1b]0;title\x07[bold]\u202e"


@pytest.fixture
def choosing(scalingo: CommandLine) -> CommandLine:
    del scalingo.environment["SCALINGO_APP"]
    return scalingo


def paths(sandbox: Sandbox) -> list[str]:
    return [request.path for request in sandbox.requests]


def test_an_app_is_chosen_by_typing_a_part_of_its_name(
    choosing: CommandLine, at_terminal: Start, sandbox: Sandbox
) -> None:
    terminal = at_terminal("env", "list", "--names")
    shown = terminal.screen("> pinecrate-shop", KEYS)
    assert "pinecrate-blog" in shown
    terminal.type("BLO")
    shown = terminal.screen(f"{QUESTION} BLO", "> pinecrate-blog", "1 of ")
    assert "pinecrate-shop" not in shown
    terminal.type("\r")
    code, said = terminal.end()
    assert code == 0
    assert "Chose pinecrate-blog. To skip the question, add: --app pinecrate-blog\r\n" in said
    assert paths(sandbox) == ["/v1/apps", "/v1/apps/pinecrate-blog/variables"]


def test_a_change_names_the_app_that_was_chosen(
    choosing: CommandLine, at_terminal: Start, sandbox: Sandbox
) -> None:
    terminal = at_terminal("env", "set", "COLOUR=blue")
    terminal.screen(KEYS)
    terminal.type("\x1b[B\r")
    code, said = terminal.end()
    assert code == 0
    assert "Chose pinecrate-api." in said
    assert "scalingo restart --app pinecrate-api" in said
    assert "/v1/apps/pinecrate-api/variables" in paths(sandbox)


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ("\x1b[B\x1b[B\x1b[A\r", "pinecrate-api"),
        ("\x1bOB\x1bOA\r", "pinecrate-shop"),
        ("\x0e\x0e\x10\n", "pinecrate-api"),
        ("\x1b[F\x1b[H\r", "pinecrate-shop"),
        ("api\x7f\x7f\x7fblog\r", "pinecrate-blog"),
        ("nothing of the kind\r\x15shop\r", "pinecrate-shop"),
        ("crate im\r", "pinecrate-import"),
        ("\x1b[200~\x1b[99;5u\x1bOP\x1b[A\x1b[A\r", "pinecrate-shop"),
    ],
    ids=["arrows", "others", "control", "ends", "back", "no match", "words", "unknown"],
)
def test_the_keys_of_the_list(
    keys: str, chosen: str, choosing: CommandLine, at_terminal: Start, sandbox: Sandbox
) -> None:
    terminal = at_terminal("apps", "show")
    terminal.screen(KEYS)
    terminal.type(keys)
    code, said = terminal.end()
    assert (code, f"Chose {chosen}." in said) == (0, True)
    assert f"/v1/apps/{chosen}" in paths(sandbox)


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_ctrl_c_interrupts_the_choice(
    key: str, choosing: CommandLine, at_terminal: Start, sandbox: Sandbox
) -> None:
    terminal = at_terminal("restart")
    terminal.screen(KEYS)
    terminal.type(key)
    code, said = terminal.end()
    assert code == 130
    assert "Interrupted." in said
    assert paths(sandbox) == ["/v1/apps"]


def test_esc_leaves_the_list_with_the_error_of_a_pipe(
    choosing: CommandLine, at_terminal: Start, sandbox: Sandbox
) -> None:
    terminal = at_terminal("restart")
    terminal.screen(KEYS)
    terminal.type("\x1b")
    code, said = terminal.end()
    assert code == 2
    assert "No app selected." in said
    assert paths(sandbox) == ["/v1/apps"]


def test_sigterm_ends_the_choice_and_puts_the_terminal_back(
    choosing: CommandLine, at_terminal: Start
) -> None:
    terminal = at_terminal("restart")
    terminal.screen(KEYS)
    os.kill(terminal.client, signal.SIGTERM)
    code, _ = terminal.end()
    assert code == 143


@pytest.mark.parametrize("columns", [20, 60, 200])
def test_a_list_of_many_apps_with_hostile_names(
    columns: int, choosing: CommandLine, at_terminal: Start, sandbox: Sandbox
) -> None:
    known = sandbox.store.app("pinecrate-next")
    names = [HOSTILE, *(f"tea-{number}" for number in range(10_000))]
    sandbox.store.apps += [replace(known, id=f"app-{name}", name=name) for name in names]
    terminal = at_terminal("apps", "show", "--no-pager", columns=columns)
    terminal.screen("> " + "pinecrate-shop"[: columns - 3])
    terminal.type("red")
    shown = terminal.screen(f"{QUESTION} red"[: columns - 1], "> \\x1b[31mred"[: columns - 1])
    assert "title" in shown or columns == 20
    terminal.type("\x15tea-9999")
    terminal.screen("> tea-9999", "1 of 10")
    terminal.resize(40, 12)
    terminal.screen(f"{QUESTION} tea-9999", "> tea-9999")
    terminal.type("\r")
    code, said = terminal.end()
    assert code == 0
    assert "Chose tea-9999." in re.sub(r"\s+", " ", said)
    assert "\x1b[31m" not in said


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"TERM": None}, {"CI": "true"}], ids=str)
def test_no_list_on_a_dumb_terminal_and_in_ci(
    variables: dict[str, str | None], choosing: CommandLine, sandbox: Sandbox
) -> None:
    terminal = choosing.terminal("restart", columns=80, rows=24, **variables)
    terminal.expect("Error: No app selected.")
    terminal.wait()
    assert terminal.exitstatus == 2
    assert not sandbox.requests


def test_no_list_with_json(choosing: CommandLine, sandbox: Sandbox) -> None:
    terminal = choosing.terminal("env --json")
    terminal.expect('{"error": {"message": "No app selected."')
    terminal.wait()
    assert terminal.exitstatus == 2
    assert not sandbox.requests


def test_no_list_with_nothing_in_it(choosing: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.apps.clear()
    terminal = choosing.terminal("restart")
    terminal.expect("Error: No app selected.")
    terminal.wait()
    assert terminal.exitstatus == 2


def test_the_list_is_on_stderr_so_that_stdout_may_be_a_file(
    choosing: CommandLine, tmp_path: Path
) -> None:
    client = shlex.join(SCALINGO)
    terminal = pexpect.spawn(
        "sh",
        ["-c", f"{client} env get GREETING > greeting"],
        env=choosing.with_({"TERM": "xterm-256color"}),
        encoding="utf-8",
        timeout=60,
    )
    terminal.expect(re.escape(KEYS))
    terminal.send("\r")
    terminal.expect("Chose pinecrate-shop")
    terminal.expect(pexpect.EOF)
    assert (tmp_path / "greeting").read_text() == choosing(
        "env get GREETING -a pinecrate-shop"
    ).stdout
