"""`--dry-run`: what it prints is what would be sent, as test_examples.py holds, and nothing is."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.dry_runs import changes, paste


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
    lines = scalingo("apps create tea-room --curl").stdout
    exchange, create = lines.splitlines()
    assert exchange.startswith('SCALINGO_BEARER=$(printf \'user = ":%s"\' "$SCALINGO_API_TOKEN" |')
    assert exchange.count(f"{sandbox.auth_url}/v1/tokens/exchange") == 1
    assert "$SCALINGO_BEARER" in create.partition(" | curl ")[0]
    sandbox.clear_requests()
    paste(lines, scalingo)
    assert [request.path for request in sandbox.requests] == ["/v1/tokens/exchange", "/v1/apps"]
