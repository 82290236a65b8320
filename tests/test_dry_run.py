"""`--dry-run`: what it prints is what would be sent, and nothing is."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import is_change
from tests.command_line import CommandLine
from tests.command_tree import Example, Node, leaves
from tests.programs import require

# (method, path, query, body)
Change = tuple[str, str, dict[str, str], Any]

OTHER_PROGRAMS = {"sandbox"}  # its examples start scalingo themselves


def changes(sandbox: Sandbox) -> list[Change]:
    """What arrived that is no read; signing in changes nothing on the platform.

    Nor is here what is sent to a container or a source, whose address only a response has.
    """
    arrived = [
        request
        for request in sandbox.requests
        if is_change(request)
        and not request.path.startswith("/attach/")
        and request.headers.get("authorization") != "Basic <user name and password>"
    ]
    paths = [request.path for request in arrived]
    return [
        (request.method, request.path, request.query, request.json)
        for request in arrived[: known(paths)]
    ]


def known(paths: list[str]) -> int | None:
    """How many of the requests have nothing in them that only the response about a source has."""
    return paths.index("/v1/sources") + 1 if "/v1/sources" in paths else None


def tried(node: Node) -> list[Example]:
    """The examples that a dry run can run; one with another command's output only reads."""
    return [
        example
        for example in node.examples
        if str(node) not in OTHER_PROGRAMS
        and "--dry-run" not in example.arguments
        and example.line != "scalingo env edit"  # asks, and there is no terminal
    ]


def agrees(printed: Any, sent: Any) -> bool:
    """Whether two JSON values are equal but for what is masked."""
    if printed == "***":
        return bool(sent)
    if isinstance(printed, str) and "***" in printed:
        return re.fullmatch(re.escape(printed).replace(r"\*\*\*", ".+"), sent) is not None
    if isinstance(printed, dict) and isinstance(sent, dict):
        return printed.keys() == sent.keys() and all(agrees(printed[k], sent[k]) for k in printed)
    if isinstance(printed, list) and isinstance(sent, list):
        return len(printed) == len(sent) and all(map(agrees, printed, sent))
    try:  # the time of one run, and of the next
        times = [datetime.fromisoformat(each) for each in (printed, sent)]
    except (TypeError, ValueError):
        return bool(printed == sent)
    return abs(times[1] - times[0]) < timedelta(minutes=5)


@pytest.mark.parametrize("node", leaves(), ids=str)
def test_it_prints_what_would_be_sent(
    node: Node, examples: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    """As JSON, and as curl lines that can be pasted."""
    require("curl")
    changing = 0
    made_first = False
    for example in tried(node):
        sandbox.reset()
        if example.is_dynamic:
            example.resolved(examples)
            if changes(sandbox):  # the command in it makes what this one is for
                made_first = True
                continue
        if example.run(examples, tmp_path).code != 0:  # it asks, which needs a terminal
            continue
        sent = changes(sandbox)
        if not sent:
            continue
        changing += 1
        assert node.has("--dry-run"), f"{example} changes something"
        sandbox.reset()
        result = example.run(examples, tmp_path, "--dry-run", first=["--json"])
        assert result.code == 0
        assert changes(sandbox) == []
        printed = result.json["requests"]
        printed = printed[: known([urlsplit(shown["url"]).path for shown in printed])]
        assert len(printed) == len(sent)
        for shown, (method, path, query, body) in zip(printed, sent, strict=True):
            assert shown["method"] == method
            url = urlsplit(shown["url"])
            assert (url.path, url.query) == (path, "&".join(f"{k}={v}" for k, v in query.items()))
            assert agrees(shown["body"], body)
        if not example.is_dynamic:
            lines = example.run(examples, tmp_path, "--curl").stdout
            assert_can_be_pasted(lines, sent, sandbox, examples)
    assert made_first or bool(changing) == node.has("--dry-run"), "no example tries --dry-run"


def assert_can_be_pasted(
    lines: str, sent: list[Change], sandbox: Sandbox, scalingo: CommandLine
) -> None:
    assert lines
    assert sandbox.token not in lines
    if "***" not in lines:
        paste(lines, scalingo)
        assert all(
            agrees(list(pasted), list(each))
            for pasted, each in zip(changes(sandbox), sent, strict=True)
        )


def paste(lines: str, scalingo: CommandLine) -> None:
    subprocess.run(
        ["sh", "-e"],
        input=lines,
        env=scalingo.environment,
        encoding="utf-8",
        check=True,
        capture_output=True,
    )


def test_in_words_a_request_is_its_method_path_and_body(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo("scale web:3 --dry-run")
    assert result.code == 0
    assert result.stdout == (
        f"POST /v1/apps/{sandbox.main_app}/scale\n"
        '{"containers": [{"name": "web", "amount": 3}]}\n'
    )
    assert result.stderr == ""


def test_values_are_masked(scalingo: CommandLine) -> None:
    for form in ("--dry-run", "--curl", "--dry-run --json"):
        result = scalingo(f"env set COLOUR=n33dle {form}")
        assert result.code == 0
        assert "n33dle" not in result.stdout + result.stderr
        assert '{"name": "COLOUR", "value": "***"}' in result.stdout
    assert scalingo("env set COLOUR=n33dle --curl").stderr == (
        "Replace each *** with the secret that it stands for.\n"
    )


def test_a_command_that_would_change_nothing_says_so(scalingo: CommandLine) -> None:
    result = scalingo("scale --dry-run")
    assert (result.code, result.stdout, result.stderr) == (0, "", "Nothing would be changed.\n")
    assert scalingo("scale --dry-run --json").json == {"requests": []}


def test_a_mistake_is_still_one(scalingo: CommandLine) -> None:
    assert scalingo("scale web --dry-run").code == 2
    assert scalingo("scale nothing:1 --dry-run").code == 3
    assert scalingo("env unset NOT_THERE --dry-run").code == 3


def test_it_asks_for_no_confirmation_but_refuses_a_wrong_one(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    name = sandbox.main_app
    result = scalingo(f"apps delete {name} --dry-run")
    assert (result.code, result.stdout) == (0, f"DELETE /v1/apps/{name}?current_name={name}\n")
    assert scalingo(f"apps delete {name} --dry-run --confirm other").code == 2


def test_a_change_that_needs_no_read_needs_no_platform(scalingo: CommandLine) -> None:
    result = scalingo(
        "apps create tea-room --dry-run",
        SCALINGO_API_URL="http://127.0.0.1:9",
        SCALINGO_API_TOKEN=None,
    )
    assert (result.code, result.stdout) == (0, 'POST /v1/apps\n{"app": {"name": "tea-room"}}\n')


@pytest.mark.parametrize(
    "name", ["it's", "$(id)", "a b", "[red]", "ü—🥕", "-n", "\x1b[2J", "\u202e"]
)
def test_any_name_survives_the_shell(
    name: str, scalingo: CommandLine, sandbox: Sandbox, protocol: str
) -> None:
    require("curl")
    result = scalingo(["apps", "create", "--curl", "--", name])
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    paste(result.stdout, scalingo)
    assert changes(sandbox) == [("POST", "/v1/apps", {}, {"app": {"name": name}})]
    assert sandbox.requests[-1].headers["authorization"] == (
        "Bearer <bearer of noor>" if protocol == "regional" else "Basic <token of noor>"
    )


def test_what_the_curl_lines_lack_is_said(scalingo: CommandLine) -> None:
    token = "The commands read the token from SCALINGO_API_TOKEN: set it first.\n"
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    assert user("apps create tea-room --curl").stderr == token
    assert scalingo("apps create tea-room --curl").stderr == ""
    assert user("apps create tea-room --dry-run").stderr == ""


def test_in_json_it_is_one_document(scalingo: CommandLine, protocol: str) -> None:
    result = scalingo("env unset GREETING MOTTO --dry-run --json")
    methods = ["DELETE"] if protocol == "regional" else ["DELETE", "DELETE"]
    assert [request["method"] for request in result.json["requests"]] == methods


@pytest.mark.regional
def test_its_curl_lines_exchange_the_token_once(scalingo: CommandLine, sandbox: Sandbox) -> None:
    require("curl")
    lines = scalingo("apps create tea-room --curl").stdout
    exchange, create = lines.splitlines()
    assert exchange.startswith('SCALINGO_BEARER=$(printf \'user = ":%s"\' "$SCALINGO_API_TOKEN" |')
    assert exchange.count(f"{sandbox.auth_url}/v1/tokens/exchange") == 1
    assert "$SCALINGO_BEARER" in create.partition(" | curl ")[0]
    sandbox.clear_requests()
    paste(lines, scalingo)
    assert [request.path for request in sandbox.requests] == ["/v1/tokens/exchange", "/v1/apps"]
