"""Every command meets every refusal: one law that walks the tree, so that a new one keeps it too.

The first example of each command is what is run. What these do not reach has a story of its own:
`login`, `events --follow`, the output of a deployment, the second half of `run` and of `logs`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine, Result
from tests.command_tree import MAIN_APP, Example, Node, leaves
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


@pytest.fixture
def impatient(examples: CommandLine) -> CommandLine:
    """Runs examples that take the first refusal for an answer."""
    return examples.where(SCALINGO_NO_RETRY="1")


def assert_told(result: Result, as_json: bool, refusal: Refusal) -> None:
    assert (result.code, result.stdout) == (refusal.code, ""), refusal
    if not as_json:
        assert "\nError: " in f"\n{result.stderr}", refusal
        assert refusal.says in result.stderr
        return
    error = json.loads(result.stderr.splitlines()[-1])["error"]
    assert error.keys() == {"message", "code", "status", "hint", "request_id"}
    assert (error["code"], error["status"]) == (refusal.code, refusal.status), refusal
    assert refusal.says in f"{error['message']} {error['hint']}"
    if refusal.status:
        assert error["request_id"]


def asked(node: Node, scalingo: CommandLine, sandbox: Sandbox, directory: Path) -> Example:
    """Run the first example as it is: `sandbox.requests` are its own from then on."""
    example = node.examples[0].resolved(scalingo)
    sandbox.clear_requests()
    example.run(scalingo, directory)
    return example


@pytest.mark.both
@pytest.mark.parametrize("node", LEAVES, ids=str)
def test_refused_from_the_first_request(
    node: Node, impatient: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    example = asked(node, impatient, sandbox, tmp_path)
    if not sandbox.requests:  # what asks nothing is not refused
        return
    begins_with_a_change = sandbox.requests[0].method != "GET"
    for number, refusal in enumerate(REFUSALS):
        if refusal.breaks_the_body and (str(node) in RAW or begins_with_a_change):
            continue
        if refusal.code == 6 and str(node) in PATIENT:
            continue
        for as_json in {True, number % 2 == 0} if node.has("--json") else {False}:
            refuse(sandbox, refusal)
            options = ["--json"] if as_json else []
            assert_told(example.run(impatient, tmp_path, *options), as_json, refusal)


@pytest.mark.parametrize("node", LEAVES, ids=str)
def test_refused_where_something_changes(
    node: Node, impatient: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    example = asked(node, impatient, sandbox, tmp_path)
    changes = [
        sent
        for sent in sandbox.requests
        if sent.method != "GET" and not re.fullmatch(r".*/addons/[^/]+/token", sent.path)
    ]
    if not changes:
        return
    first = changes[0]
    for refusal in REFUSALS:
        if not refusal.breaks_the_body:
            refuse(sandbox, refusal, method=first.method, path=first.path)
            assert_told(example.run(impatient, tmp_path), False, refusal)
            sent = [each for each in sandbox.requests if each.method == first.method]
            answers = {each.status for each in sent if each.path == first.path}
            assert answers == {refusal.status} or refusal.kind == "cut", refusal


@pytest.mark.both
@pytest.mark.parametrize("node", LEAVES, ids=str)
def test_no_network_no_token_no_app(
    node: Node, impatient: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    example = asked(node, impatient, sandbox, tmp_path)
    if not sandbox.requests:
        return
    finds_its_app = node.has("--app") and not {"--app", MAIN_APP} & set(example.arguments)
    for code, environment in TROUBLES + WITHOUT_ITS_APP * finds_its_app:
        if code == 6 and str(node) in PATIENT:
            continue
        for options in ([], ["--json"]) if node.has("--json") else ([],):
            sandbox.reset()
            result = example.run(impatient, tmp_path, *options, environment=environment)
            if str(node) in OPEN and result.code == 0:
                continue
            assert (result.code, result.stdout) == (code, "")
            assert code != 2 or not sandbox.requests
            last = result.stderr.splitlines()[-1]
            if options:
                assert json.loads(last)["error"]["code"] == code
            else:
                assert "\nError: " in f"\n{result.stderr}"
