"""Every command meets each sort of refusal: a law that walks the tree, so that a new one keeps it.

In CI it meets every refusal. The first example of each command is what is run. What these do not
reach has a story of its own: `login`, `events --follow`, the output of a deployment, the second
half of `run` and of `logs`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.http.messages import Received
from tests.changes import is_change
from tests.command_line import CommandLine, Result
from tests.command_tree import MAIN_APP, Node, leaves
from tests.programs import in_ci
from tests.refusals import REFUSALS, Refusal, refuse

# These report what they meet, ask at a terminal, or start a platform: they have tests of their own.
APART = {"doctor check", "login", "sandbox"}
# These ask again for seconds before they believe that nobody answers.
PATIENT = {"operations wait"}
# These pass on what they receive, whatever it is.
RAW = {"api"}
# These are open to everyone.
OPEN = {"addons categories", "addons plans", "addons providers", "containers sizes"}

Trouble = tuple[int, dict[str, str | None]]  # an exit code, and what leads to it

NOWHERE = "http://127.0.0.1:9"
NO_NETWORK: Trouble = (6, {"SCALINGO_API_URL": NOWHERE, "SCALINGO_AUTH_URL": NOWHERE})
NO_VALID_TOKEN: list[Trouble] = [
    (4, {"SCALINGO_API_TOKEN": None}),
    (4, {"SCALINGO_API_TOKEN": "unknown"}),
]
WITHOUT_ITS_APP: list[Trouble] = [(3, {"SCALINGO_APP": "no-such-app"}), (2, {"SCALINGO_APP": None})]
LEAVES = [node for node in leaves() if str(node) not in APART]
# A sort is what a command might tell apart: mostly an error of one class. How each is put is up to
# api/refusals.py, whatever the command.
SORTS = [
    {"400", "402", "409", "422"},
    {"401", "403"},
    {"404"},
    {"429", "500", "502", "503"},
    {"cut"},
    {"cut_body", "html", "garbage"},
]
LEGACY = [{refusal.kind for refusal in REFUSALS}] * 3  # of this API any three


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
def test_refusals_are_reported_and_a_change_without_a_response_is_sent_once(
    node: Node, protocol: str, examples: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Refusals of the first request; no network, no valid token, no app; refusals of the first
    change.

    Every other one with --json, so that half of the commands meet each in either form.
    """
    impatient = examples.where(SCALINGO_NO_RETRY="1")  # a retry changes no word of a refusal
    example = node.examples[0].resolved(examples)
    sandbox.clear_requests()
    example.run(examples, tmp_path)
    sent = list(sandbox.requests)
    if not sent:  # what asks nothing is not refused
        return
    turn = LEAVES.index(node)
    form = Form(node, turn)
    is_regional = protocol == "regional"
    sandbox.reset()
    for refusal in of_each(SORTS if is_regional else LEGACY, turn):
        if refusal.breaks_the_body and (str(node) in RAW or sent[0].method != "GET"):
            continue
        if refusal.code == 6 and str(node) in PATIENT:
            continue
        refuse(sandbox, refusal)
        as_json, options = form.next()
        assert_reported(example.run(impatient, tmp_path, *options), as_json, refusal)
    sandbox.clear_faults()
    named = {"--app", "--database", MAIN_APP} & set(example.arguments)
    finds_its_app = node.has("--app") and not named
    no_valid_token = NO_VALID_TOKEN if in_ci() else [NO_VALID_TOKEN[turn // 2 % 2]]
    troubles = [NO_NETWORK, *no_valid_token, *WITHOUT_ITS_APP * finds_its_app]
    for code, environment in troubles if is_regional else [troubles[turn % len(troubles)]]:
        if code == 6 and str(node) in PATIENT:
            continue
        sandbox.clear_requests()
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
    change = next(filter(is_change, sent), None)
    if not change or not is_regional:
        return
    where = {"method": change.method, "path": change.path}
    for refusal in of_each(SORTS, turn) if change is not sent[0] else ():
        if refusal.breaks_the_body:
            continue
        refuse(sandbox, refusal, **where)
        assert_reported(example.run(impatient, tmp_path), False, refusal)
        answers = {each.status for each in arrived(sandbox, change)}
        assert answers == {refusal.status} or refusal.kind == "cut", refusal
    sandbox.reset()
    sandbox.fail_next("cut", 1, change.method, change.path, executed=True)
    result = example.run(examples, tmp_path)
    times = len(arrived(sandbox, change))
    if change.method in {"PUT", "DELETE"}:  # whose effect is the same if they are sent twice
        assert times == 2
        assert result.code == 0 or "An earlier attempt got no response" in result.stderr
    else:
        assert (result.code, result.stdout, times) == (6, "", 1)
        assert "check before you" in result.stderr


def test_each_refusal_is_of_one_sort() -> None:
    assert sorted(chain(*SORTS)) == sorted({refusal.kind for refusal in REFUSALS})


class Form:
    """Plain and JSON by turns, for a command that has both."""

    def __init__(self, node: Node, turn: int) -> None:
        self.has_json = node.has("--json")
        self.turn = turn

    def next(self) -> tuple[bool, list[str]]:
        self.turn += 1
        as_json = self.has_json and self.turn % 2 == 0
        return as_json, ["--json"] if as_json else []


def of_each(sorts: Sequence[set[str]], turn: int) -> Iterator[Refusal]:
    """One refusal of each sort, a different one for each two commands that follow one another.

    In CI, all that there are.
    """
    if in_ci():
        yield from REFUSALS
        return
    for number, kinds in enumerate(sorts):
        those = [refusal for refusal in REFUSALS if refusal.kind in kinds]
        yield those[(turn // 2 + number) % len(those)]


def arrived(sandbox: Sandbox, change: Received) -> list[Received]:
    """The requests like this one."""
    wanted = (change.method, change.path)
    return [each for each in sandbox.requests if (each.method, each.path) == wanted]
