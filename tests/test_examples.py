"""Every example of the help works on the sandbox, and keeps the laws of all commands.

The words of each go to scalingo as a shell would give them, for the price of a command that starts
no process, and its output to the programs behind it. One of each form is typed into a real shell.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest

from scalingo_cli.cli.parsed import changes, parsed
from scalingo_cli.errors import ExitCode
from scalingo_cli.main import cli
from scalingo_cli.session import Session
from tests import dry_runs, json_output
from tests.changes import methods_and_paths
from tests.ci_hosts import on_github
from tests.command_tree import Example, Node, leaves, unchanged
from tests.json_output import fields, kind
from tests.needles import plant, secrets
from tests.programs import in_ci, require

if TYPE_CHECKING:
    import click

    from scalingo_cli.sandbox import Sandbox
    from tests.command_line import CommandLine, Result
    from tests.dry_runs import Change

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
IN_PROGRESS = {"operations show", "restart", "scale"}  # which show how far an operation is
ENDLESS = {"--follow", "-f", "--watch"}
# What prints a secret on stdout because it was asked to: in words, and in the API's own document.
ASKED = {"api", "env list", "env get", "env export"}
ASKED_BY_JSON = {"events list", "collaborators list", "collaborators add"}
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


@dataclass(frozen=True)
class Trial:
    """Runs an example of a command, each time on the starting data."""

    node: Node
    example: Example
    scalingo: CommandLine
    sandbox: Sandbox
    directory: Path

    def __call__(self, *options: str, **environment: str | None) -> Result:
        """Run it with these options and variables; the sandbox then has its requests alone."""
        self.sandbox.reset()
        plant(self.sandbox)
        if str(self.node) in IN_PROGRESS and "--wait" not in self.example.arguments:
            self.sandbox.clock.stop()
        ready = self.example.resolved(self.scalingo)
        self.sandbox.clear_requests()
        with unchanged(self.directory):
            return ready.run(self.scalingo, self.directory, *options, environment=environment)

    @property
    def is_first(self) -> bool:
        """Whether it is the first of its command."""
        return self.example == self.node.examples[0]

    def arguments(self) -> list[str]:
        """Its words on the starting data."""
        if self.example.is_dynamic:
            self.sandbox.reset()
        return self.example.resolved(self.scalingo).arguments


@pytest.mark.parametrize("node", [n for n in leaves() if str(n) not in OF_THEIR_OWN], ids=str)
def test_examples_work_and_keep_the_laws(
    node: Node, examples: CommandLine, sandbox: Sandbox, step: Path, tmp_path: Path
) -> None:
    """Only a command that changes something sends more than reads, and --dry-run shows it.

    The first example, in CI every one, shows no secret, answers in JSON and is the same in a job.
    """
    if str(node) == "git setup":  # which is for a checkout
        subprocess.run([require("git"), "init", "--quiet", str(tmp_path)], check=True)
    changed = previewed = False
    for example in node.examples:
        trial = Trial(node, example, examples, sandbox, tmp_path)
        done, sent, to_preview = trial(), methods_and_paths(sandbox), dry_runs.changes(sandbox)
        if example.line not in ASK:
            assert_works(example, done, tmp_path)
        arguments = trial.arguments()
        context = parsed(cli, arguments, Session())
        assert context.command is node.command
        assert changes(context) or not sent, example
        changed = changed or bool(sent)
        if to_preview:
            assert_previewed(trial, to_preview, as_curl=not previewed)
            previewed = True
        if not (trial.is_first or in_ci()):
            continue
        assert_no_secret(trial, done)
        if not ENDLESS & set(example.arguments):
            if node.answers_json and str(node) not in json_output.APART:
                assert_json(trial)
            if str(node) == "each" and "--" in arguments:
                context = parsed(cli, arguments[arguments.index("--") + 1 :], Session())
            assert_same_in_a_job(trial, done, context, step)
    assert changed == node.changes or str(node) == "logout"  # which has no keyring here
    assert previewed == node.has("--dry-run")


def assert_works(example: Example, done: Result, directory: Path) -> None:
    """As does what its output is piped into."""
    assert done.code == CODES.get(example.line, ExitCode.DONE), done.stderr
    assert "Error" not in done.stderr, example
    piped = example.piped(done, directory)
    assert not piped or (piped.returncode, piped.stderr) == (0, b""), example


def assert_previewed(trial: Trial, sent: list[Change], as_curl: bool) -> None:
    """As JSON, and as curl lines that can be pasted."""
    preview = trial("--dry-run", "--json")
    assert (preview.code, dry_runs.changes(trial.sandbox)) == (0, []), trial.example
    assert dry_runs.agrees(dry_runs.printed(preview.json), sent), trial.example
    if as_curl:
        lines = trial("--curl").stdout
        assert lines
        assert trial.sandbox.token not in lines
        if "***" not in lines:
            dry_runs.paste(lines, trial.scalingo)
            assert dry_runs.agrees(dry_runs.changes(trial.sandbox), sent), trial.example


def assert_no_secret(trial: Trial, plain: Result) -> None:
    """Shows, unless it is asked to; nor does --debug-body, in a job, which changes no stdout."""
    debugged = trial("--debug-body", GITLAB_CI="true")
    assert_same(trial, debugged, plain)
    asked = ASKED | ASKED_BY_JSON if "--json" in trial.example.arguments else ASKED
    for secret in secrets(trial.sandbox):
        assert secret not in plain.stderr + debugged.stderr, trial.example
        shown = secret.encode() in plain.raw_stdout  # a backup is bytes
        assert not shown or str(trial.node) in asked, trial.example


def assert_json(trial: Trial) -> None:
    """From the first byte to the last; --query selects from it."""
    whole = trial("--json")
    documents = json_output.documents(trial.node, whole)
    if trial.is_first:
        queried = trial("--query", "{kind: type(@), found: @}")
        found = json_output.documents(trial.node, queried)
        assert queried.code == whole.code
        assert [fields(each["found"]) for each in found] == list(map(fields, documents))
        assert all(each["kind"] == kind(each["found"]) for each in found)


def assert_same(trial: Trial, there: Result, plain: Result) -> None:
    assert there.code == plain.code, trial.example
    if not ENDLESS & set(trial.example.arguments):
        assert _settled(there.raw_stdout) == _settled(plain.raw_stdout), trial.example


def assert_same_in_a_job(trial: Trial, plain: Result, context: click.Context, step: Path) -> None:
    """On stdout; what the command changed or waited for is in the files of a step as well."""
    assert_same(trial, trial(**on_github(step)), plain)
    waits = "timeout" in context.params and not trial.node.changes
    told = (waits or changes(context)) and "--dry-run" not in trial.example.arguments
    for name in ("summary", "outputs"):
        assert bool((step / name).read_text()) == told, trial.example
        (step / name).write_text("")


def _settled(output: bytes) -> str:
    """The text without what differs from run to run: identifiers, times, tokens and passwords."""
    text = output.decode("utf-8", "backslashreplace")
    return re.sub(r"[\w-]{30,}|[0-9a-f-]{8,}|\d+", "#", text)


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
