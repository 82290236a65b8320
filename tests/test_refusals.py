"""Every command meets every refusal: one law that walks the tree, so that a new one keeps it too.

The first example of each command is what is run. What these do not reach has a story of its own:
`login`, `events --follow`, the output of a deployment, the second half of `run` and of `logs`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import is_change
from tests.command_line import CommandLine, Result
from tests.command_tree import MAIN_APP, Node, leaves
from tests.refusals import REFUSALS, Refusal, refuse

# These report what they meet, ask at a terminal, or start a platform: they have tests of their own.
APART = {"doctor check", "login", "sandbox"}
# These ask again for seconds before they believe that nobody answers.
PATIENT = {"operations wait"}
# These pass on what they receive, whatever it is.
RAW = {"api"}
# These are open to everyone.
OPEN = {"addons categories", "addons plans", "addons providers", "containers sizes"}

NOWHERE = dict.fromkeys(("SCALINGO_API_URL", "SCALINGO_AUTH_URL"), "http://127.0.0.1:9")
TROUBLES: list[tuple[int, dict[str, str | None]]] = [
    (6, {**NOWHERE}),
    (4, {"SCALINGO_API_TOKEN": "unknown"}),
    (4, {"SCALINGO_API_TOKEN": None}),
]
WITHOUT_ITS_APP: list[tuple[int, dict[str, str | None]]] = [
    (3, {"SCALINGO_APP": "no-such-app"}),
    (2, {"SCALINGO_APP": None}),
]
LEAVES = [node for node in leaves() if str(node) not in APART]
# One of each: what a command might catch, and not how it is put. First those of any request, then
# those of a change.
UNAVAILABLE = ("500", "502", "503")
BROKEN = ("cut_body", "html", "garbage")
KINDS = ["400", "401", "402", "403", "404", "409", "422", "429", "cut"]
SORTS = [*((kind,) for kind in KINDS), UNAVAILABLE, BROKEN]
SORTS_OF_CHANGE = [("400", "409", "422"), ("401", "403"), ("402",), ("404",), ("429",), UNAVAILABLE]


@pytest.fixture
def impatient(examples: CommandLine) -> CommandLine:
    """Runs examples that take the first refusal for an answer: a retry changes no word of it."""
    return examples.where(SCALINGO_NO_RETRY="1")


def assert_reported(result: Result, as_json: bool, refusal: Refusal) -> None:
    assert (result.code, result.stdout) == (refusal.code, ""), refusal
    if not as_json:
        assert "\nError: " in f"\n{result.stderr}", refusal
        assert refusal.says in result.stderr
        return
    error = json.loads(result.stderr.splitlines()[-1])["error"]
    assert (error["code"], error["status"]) == (refusal.code, refusal.status), refusal
    assert refusal.says in f"{error['message']} {error['hint']}"
    if refusal.status:
        assert error["request_id"]


@pytest.mark.both
@pytest.mark.parametrize("node", LEAVES, ids=str)
def test_refusals_are_reported(
    node: Node, protocol: str, impatient: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    """One refusal of each sort of the first request, then of the first change, then no network,
    token or app.

    Every other one with --json, so that half of the commands meet each in either form.
    """
    example = node.examples[0].resolved(impatient)
    sandbox.clear_requests()
    example.run(impatient, tmp_path)
    sent = list(sandbox.requests)
    if not sent:  # what asks nothing is not refused
        return
    turn = LEAVES.index(node)
    form = Form(node, turn)
    sandbox.reset()
    for refusal in of_each(SORTS, turn) if protocol == "regional" else REFUSALS[turn % 6 :: 6]:
        if refusal.breaks_the_body and (str(node) in RAW or sent[0].method != "GET"):
            continue
        if refusal.code == 6 and str(node) in PATIENT:
            continue
        refuse(sandbox, refusal)
        as_json, options = form.next()
        assert_reported(example.run(impatient, tmp_path, *options), as_json, refusal)
    change = next(filter(is_change, sent), sent[0])
    if change is not sent[0] and protocol == "regional":
        for refusal in of_each([*SORTS_OF_CHANGE, ("cut",)], turn):
            refuse(sandbox, refusal, method=change.method, path=change.path)
            assert_reported(example.run(impatient, tmp_path), False, refusal)
            again = [each for each in sandbox.requests if each.method == change.method]
            answers = {each.status for each in again if each.path == change.path}
            assert answers == {refusal.status} or refusal.kind == "cut", refusal
    named = {"--app", "--database", MAIN_APP} & set(example.arguments)
    finds_its_app = node.has("--app") and not named
    for code, environment in TROUBLES + WITHOUT_ITS_APP * finds_its_app:
        if code == 6 and str(node) in PATIENT:
            continue
        sandbox.reset()
        as_json, options = form.next()
        result = example.run(impatient, tmp_path, *options, environment=environment)
        if str(node) in OPEN and result.code == 0:
            continue
        assert (result.code, result.stdout) == (code, "")
        assert code != 2 or not sandbox.requests
        if as_json:
            assert json.loads(result.stderr.splitlines()[-1])["error"]["code"] == code
        else:
            assert "\nError: " in f"\n{result.stderr}"


class Form:
    """Plain and JSON by turns, for a command that has both."""

    def __init__(self, node: Node, turn: int) -> None:
        self.has_json = node.has("--json")
        self.turn = turn

    def next(self) -> tuple[bool, list[str]]:
        self.turn += 1
        as_json = self.has_json and self.turn % 2 == 0
        return as_json, ["--json"] if as_json else []


def of_each(sorts: Sequence[tuple[str, ...]], turn: int) -> Iterator[Refusal]:
    """One refusal of each sort, a different one for each two commands that follow one another."""
    for kinds in sorts:
        those = [refusal for refusal in REFUSALS if refusal.kind in kinds]
        yield those[turn // 2 % len(those)]


@pytest.mark.parametrize("node", [node for node in LEAVES if node.has("--dry-run")], ids=str)
def test_a_change_without_a_response_is_sent_once(
    node: Node, examples: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Or twice, if its effect is then the same."""
    example = node.examples[0].resolved(examples)
    sandbox.clear_requests()
    example.run(examples, tmp_path)
    change = next(filter(is_change, sandbox.requests), None)
    if change is None:
        return
    sandbox.reset()
    sandbox.fail_next("cut", 1, change.method, change.path, executed=True)
    result = example.run(examples, tmp_path)
    sent = [each for each in sandbox.requests if each.method == change.method]
    times = [each.path for each in sent].count(change.path)
    if change.method in {"PUT", "DELETE"}:
        assert times == 2
        assert result.code == 0 or "An earlier attempt got no response" in result.stderr
    else:
        assert (result.code, result.stdout, times) == (6, "", 1)
        assert "check before you" in result.stderr
