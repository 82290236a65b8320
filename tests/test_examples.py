"""Every example of the help works on the sandbox.

The words of each go to scalingo as a shell would give them, for the price of a command that starts
no process, and its output to the programs behind it. One of each form is typed into a real shell.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest

from scalingo_cli.cli.parsed import changes, parsed
from scalingo_cli.errors import ExitCode
from scalingo_cli.main import cli
from scalingo_cli.session import Session
from tests.changes import methods_and_paths
from tests.command_tree import Node, leaves, unchanged
from tests.programs import require

if TYPE_CHECKING:
    from scalingo_cli.sandbox import Sandbox
    from tests.command_line import CommandLine

EXAMPLES = [example.line for node in leaves() for example in node.examples]
CODES = {"scalingo env diff --exit-code .env": ExitCode.DIFFERENT}
ASK = {
    "scalingo login",
    "scalingo login --region osc-fr1",
    "scalingo env edit",
}  # what a person at a terminal answers is in ANSWERS
ANSWERS = {"E-mail:": "email", "Password:": "password", "[N]o:": ""}
# What has to be in a process of its own: another scalingo runs there, or a keyring is asked.
APART = ("scalingo sandbox ", "scalingo login")
OF_THEIR_OWN = {"login", "sandbox"}
FORMS = {example.shell: example.line for node in leaves() for example in node.examples}
FOR_A_SHELL = [line for line in EXAMPLES if line in FORMS.values() or line.startswith(APART)]


@pytest.fixture
def environment_of(
    examples: CommandLine, request: pytest.FixtureRequest, tmp_path: Path
) -> dict[str, str]:
    """The environment of someone who types examples; those that sign in have a keyring."""
    environment = dict(examples.environment)
    if request.node.callspec.params["line"].startswith("scalingo login"):
        del environment["PYTHON_KEYRING_BACKEND"]
        environment |= request.getfixturevalue("secret_service")
    release = tmp_path / "release.sh"
    release.write_text("#!/bin/sh -e\nscalingo scale web:2 --wait\nscalingo whoami\n")
    release.chmod(0o755)
    return {**environment, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


@pytest.mark.parametrize("node", [n for n in leaves() if str(n) not in OF_THEIR_OWN], ids=str)
def test_examples_work_and_a_reading_command_sends_only_reads_a_changing_one_more(
    node: Node, examples: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    changed = False
    for example in node.examples:
        sandbox.reset()
        ready = example.resolved(examples)
        sandbox.clear_requests()
        with unchanged(tmp_path):
            if str(node) == "git setup":  # which is for a checkout
                subprocess.run([require("git"), "init", "--quiet", str(tmp_path)], check=True)
            done = ready.run(examples, tmp_path)
        if example.line not in ASK:
            assert done.code == CODES.get(example.line, ExitCode.DONE), done.stderr
            assert "Error" not in done.stderr, example
            piped = ready.piped(done, tmp_path)
            assert not piped or (piped.returncode, piped.stderr) == (0, b""), example
        sent = methods_and_paths(sandbox)
        changed = changed or bool(sent)
        context = parsed(cli, ready.arguments, Session())
        assert context.command is node.command
        assert changes(context) or not sent, example
    assert changed == node.changes or str(node) == "logout"  # which has no keyring here


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(line, marks=[] if line.startswith(APART) else [pytest.mark.regional])
        for line in FOR_A_SHELL
        if line not in ASK
    ],
)
def test_example_in_a_shell(
    line: str, environment_of: dict[str, str], sandbox: Sandbox, tmp_path: Path
) -> None:
    for program in ("jq", "sh"):
        require(program)
    typed = line.replace("you@example.com", sandbox.email)
    done = subprocess.run(
        ["sh", "-c", typed],
        env=environment_of,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == ExitCode.DONE, done.stderr
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", [line for line in EXAMPLES if line in ASK])
def test_example_that_asks(
    line: str, environment_of: dict[str, str], sandbox: Sandbox, tmp_path: Path
) -> None:
    child = pexpect.spawn(
        "sh", ["-c", line], env=environment_of, cwd=str(tmp_path), encoding="utf-8", timeout=60
    )
    questions = list(ANSWERS)
    while (asked := child.expect_exact([*questions, pexpect.EOF])) < len(questions):
        answer = ANSWERS[questions[asked]]
        child.sendline(getattr(sandbox, answer) if answer else "yes")
    child.close()
    assert child.exitstatus == 0


def test_what_is_marked_is_there() -> None:
    assert set(EXAMPLES) >= ASK | set(CODES)
