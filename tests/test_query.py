"""`--query`: what an expression selects from the JSON of a command, and how it is printed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere

APPS = ["my-app", "pinecrate-api", "pinecrate-blog", "pinecrate-import", "pinecrate-next"]


@pytest.fixture
def scalingo(examples: CommandLine) -> CommandLine:
    """A command line whose main app is called my-app."""
    return examples


# What it selects, and how that is printed


def test_query_prints_what_it_selects_as_json(scalingo: CommandLine) -> None:
    result = scalingo(["apps", "--query", "apps[?status == 'crashed'].name"])
    assert (result.code, result.stdout, result.stderr) == (0, '["pinecrate-import"]\n', "")
    assert scalingo("apps show --query app.name").stdout == '"my-app"\n'
    assert scalingo(["apps", "--query", "{n: length(apps)}"]).stdout == '{"n": 6}\n'
    assert scalingo("apps --query=apps[0].nothing").stdout == "null\n"


def test_query_raw_prints_a_string_bare_and_a_list_as_lines(scalingo: CommandLine) -> None:
    assert scalingo("apps show --query app.name --raw").stdout == "my-app\n"
    names = scalingo("apps --query apps[].name --raw").stdout.splitlines()
    assert names == [*APPS, "hedgerow-map"]
    rows = scalingo(["apps", "--query", "apps[:2].[name, status, id]", "--raw"])
    assert [line[:2] for line in rows.lines] == [
        ["my-app", "running"],
        ["pinecrate-api", "running"],
    ]


def test_query_raw_prints_null_as_an_empty_line_and_the_rest_as_json(scalingo: CommandLine) -> None:
    def raw(expression: str) -> str:
        return scalingo(["apps", "show", "--raw", "--query", expression]).stdout

    assert raw("app.nothing") == "\n"
    assert raw("[app.nothing, app.name]") == "\nmy-app\n"
    assert raw("app.force_https") == "false\n"
    assert raw("{name: app.name}") == '{"name": "my-app"}\n'
    assert raw("app.[name][?@ == 'no']") == ""


def test_query_raw_keeps_a_string_whole_and_an_item_of_a_list_on_its_line(
    scalingo: CommandLine,
) -> None:
    key = scalingo("env get SIGNING_KEY").stdout
    assert key.count("\n") > 3
    assert scalingo("env get SIGNING_KEY --raw --query variable.value").stdout == key
    listed = scalingo("env get SIGNING_KEY --raw --query [variable.value]").stdout
    assert listed.count("\n") == 1
    assert "-----\\nUG" in listed


def test_query_at_a_terminal_is_laid_out_and_harmless(scalingo: CommandLine) -> None:
    at_terminal = scalingo.where(SCALINGO_FORCE_TTY="80")
    assert at_terminal(["apps", "--query", "apps[:2].name"]).stdout == (
        '[\n  "my-app",\n  "pinecrate-api"\n]\n'
    )
    assert scalingo(["env", "set", "COLOUR=\x1b[31mred"]).code == 0
    raw = at_terminal("env get COLOUR --query variable.value --raw").stdout
    assert raw == "\\x1b[31mred\n"
    piped = scalingo("env get COLOUR --query variable.value --raw").stdout
    assert piped == "\x1b[31mred\n"


def test_query_wins_over_the_table_of_the_official_client(scalingo: CommandLine) -> None:
    assert scalingo("apps --format table --query apps[0].name").stdout == '"my-app"\n'


def test_query_selects_from_a_dry_run(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("scale web:3 --dry-run --query requests[].method --raw")
    assert (result.code, result.stdout) == (0, "POST\n")


def test_query_selects_from_all_pages(scalingo: CommandLine, sandbox: Sandbox) -> None:
    whole = scalingo("events --all --json").json["events"]
    sandbox.add_many_events("my-app" if not sandbox.main_app else sandbox.main_app, 300)
    result = scalingo(["events", "--all", "--query", "length(events)"])
    assert (result.code, result.json) == (0, len(whole) + 300)


def test_query_selects_from_each_line_of_a_stream(scalingo: CommandLine) -> None:
    lines = scalingo("logs -n 3 --json").stdout.splitlines()
    selected = scalingo(["logs", "-n", "3", "--query", "[container, message]"])
    assert [json.loads(line) for line in selected.stdout.splitlines()] == [
        [record["container"], record["message"]] for record in map(json.loads, lines)
    ]
    raw = scalingo("logs -n 3 --query container --raw")
    assert raw.stdout.splitlines() == [json.loads(line)["container"] for line in lines]


def test_query_selects_from_any_json_of_the_api(scalingo: CommandLine) -> None:
    assert scalingo("api GET /apps/{app} --query app.name --raw").stdout == "my-app\n"
    assert scalingo("api GET /apps/{app}/events --paginate --query events[0].id").code == 0
    assert scalingo("api HEAD /apps/{app} --query app").stdout == ""


def test_query_of_a_text_that_is_no_json_is_refused(scalingo: CommandLine) -> None:
    result = scalingo("deployments output --query x")
    assert (result.code, result.stdout) == (2, "")
    assert result.error["message"] == "Unknown option --query."


# Mistakes


@pytest.mark.parametrize(
    ("expression", "problem", "valid"),
    [
        ("apps]", 'unexpected "]" at character 5', "apps"),
        ("apps[?name=='x]", "unclosed ' at character 13", "apps[?name=="),
        ("apps[0", "it ends too early, at character 7", None),
        ("a === b", "unexpected = at character 5", "a =="),
        ("apps[#]", "unexpected # at character 6", "apps["),
        ("lenth(apps)", "unknown function lenth() at character 1", None),
        ("apps | length()", "length() takes 1 value, not 0, at character 8", "apps |"),
        ("not_null()", "not_null() takes at least 1 value, not 0, at character 1", None),
    ],
)
def test_query_that_is_invalid_is_misuse_before_any_request(
    expression: str, problem: str, valid: str | None, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.clear_requests()
    result = scalingo(["scale", "web:5", "--query", expression])
    assert (result.code, result.stdout) == (2, "")
    message = f"--query is not a valid JMESPath expression: {problem}."
    hint = f"It is valid up to here: {valid}" if valid else None
    assert (result.error["message"], result.error["hint"]) == (message, hint)
    assert sandbox.requests == []


@pytest.mark.parametrize("expression", ["", "[" * 5000, f"a[{'9' * 5000}]"])
def test_query_of_no_sense_is_misuse(expression: str, scalingo: CommandLine) -> None:
    result = scalingo(["apps", f"--query={expression}"])
    assert (result.code, result.stdout) == (2, "")
    assert result.error["message"].startswith("--query ")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("length(app.nothing)", "length() takes string or array or object."),
        ("sum(app.[name])", "sum() takes array of number."),
        ("app.name < `1`", "the expression does not fit the response."),
        ("&app", "the expression does not fit the response."),
        ("to_number('inf')", "the expression does not fit the response."),
        ("app.[name][::0]", "the expression does not fit the response."),
    ],
)
def test_query_that_does_not_fit_fails_with_empty_stdout(
    expression: str, why: str, scalingo: CommandLine
) -> None:
    result = scalingo(["apps", "show", "--query", expression])
    assert (result.code, result.stdout) == (1, "")
    assert result.error["message"] == f"--query failed: {why}"


def test_query_that_does_not_fit_says_that_the_change_was_made(scalingo: CommandLine) -> None:
    for line in ("restart", "apps"):
        said = scalingo(f"{line} --query 'length(nothing)'")
        assert said.code == 1
        assert ("The change was made" in said.error["hint"]) == (line == "restart")
        assert said.error["retryable"] is False


def test_raw_requires_a_query(scalingo: CommandLine) -> None:
    result = scalingo("apps --raw")
    assert (result.code, result.stdout) == (2, "")
    assert "--raw requires --query." in result.stderr


def test_query_leaves_an_error_of_the_platform_whole(scalingo: CommandLine) -> None:
    result = scalingo("apps show tea-room --query app.name --raw")
    assert (result.code, result.stdout, result.error["code"]) == (3, "", 3)


# Numbers


def test_query_keeps_the_spelling_of_numbers(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    numbers = ["1.0", "1e400", "-0", "-0.0", "1E+2", "0.10", "9" * 4000, "123456789012345678901"]
    document = f'{{"apps": [{", ".join(numbers)}]}}'
    elsewhere.answers[:] = [
        (200, {"Content-Type": "application/json"}, document.encode()) for _ in range(4)
    ]
    user = scalingo.where(SCALINGO_API_URL=elsewhere.url, SCALINGO_REGION=None)
    assert user("api GET /apps --query apps").stdout == f"[{', '.join(numbers)}]\n"
    assert user("api GET /apps --query apps[] --raw").stdout.splitlines() == numbers
    assert user(["api", "GET", "/apps", "--query", "apps[5:6].to_string(@)"]).json == ["0.10"]
    assert user(["api", "GET", "/apps", "--query", "apps[?@ > `5`] | [0]"]).stdout == "1e400\n"


# Imports


@pytest.mark.parametrize("line", ["apps show --query app.name", "logs -n 1 --query container"])
def test_query_imports_jmespath_and_no_other_line_does(line: str, scalingo: CommandLine) -> None:
    script = """
import sys
from scalingo_cli.main import main
for line in sys.argv[1:]:
    main(line.split())
    sys.stderr.write(f"{'jmespath' in sys.modules} ")
"""
    plain = line.partition(" --query")[0]
    done = subprocess.run(
        [sys.executable, "-c", script, plain, f"{plain} --json", line],
        env=scalingo.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "False False True "
