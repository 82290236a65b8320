"""Stories of `scalingo env`: list, get, set, unset, import and export."""

from __future__ import annotations

import io
import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pexpect
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalingo_cli.sandbox import Sandbox
from tests.changes import changes, methods_and_paths
from tests.command_line import CommandLine
from tests.programs import require

MAIN = "pinecrate-shop"
SECRET = "s3cret-Value.9 with 'quotes'"


def variables(sandbox: Sandbox, app: str = MAIN) -> dict[str, str]:
    """The variables as the platform has them."""
    return {row["name"]: row["value"] for row in sandbox.store.app(app).variables}


def have(sandbox: Sandbox, values: Mapping[str, str | None]) -> None:
    """Let the app have these variables, and no other."""
    sandbox.store.app(MAIN).variables[:] = [
        {"id": sandbox.store.new_id(), "name": name, "value": value}
        for name, value in values.items()
    ]


# list and get


def test_in_a_pipe_one_variable_a_line(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("env")
    assert (said.code, said.stderr) == (0, "")
    assert [line[0] for line in said.lines] == list(variables(sandbox))
    assert ["GREETING", "It's crate day"] in said.lines
    assert ["MAINTENANCE_MESSAGE", ""] in said.lines
    assert scalingo("env list") == said


@pytest.mark.parametrize("width", [60, 80, 200])
def test_at_a_terminal_a_table_that_fits(
    width: int, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    del sandbox.store.app(MAIN).variables[7]  # it has wide characters: see tests.test_output
    said = scalingo("env", SCALINGO_FORCE_TTY=str(width), NO_COLOR="1")
    lines = said.stdout.splitlines()
    assert lines[0].split() == ["Name", "Value"]
    assert max(map(len, lines)) <= width
    assert [name for name in variables(sandbox) if name not in said.stdout] == []


def test_with_json_the_document(scalingo: CommandLine, sandbox: Sandbox) -> None:
    rows = scalingo("env --json").json["variables"]
    assert {row["name"]: row["value"] for row in rows} == variables(sandbox)


def test_an_app_without_variables(scalingo: CommandLine) -> None:
    said = scalingo("env --app pinecrate-blog")
    assert (said.code, said.stdout) == (0, "")
    assert "Set one: scalingo env set NAME=VALUE" in said.stderr
    assert scalingo("env --json --app pinecrate-blog").json == {"variables": []}


def test_a_null_in_place_of_the_list(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("200", times=2, body='{"variables": null}')
    assert (scalingo("env").code, scalingo("env get A").code) == (0, 3)


def test_the_bare_value(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for name, value in variables(sandbox).items():
        said = scalingo(f"env get {name}")
        assert (said.code, said.stdout, said.stderr) == (0, f"{value}\n", "")


def test_one_variable_with_json(scalingo: CommandLine) -> None:
    variable = scalingo("env get SHOP_ENV --json").json["variable"]
    assert (variable["name"], variable["value"]) == ("SHOP_ENV", "production")


def test_a_value_cannot_act_on_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    have(sandbox, {"A": "[red]\x1b[2J\r\u202eend\nnext"})
    for line in ("env", "env get A"):
        said = scalingo(line, SCALINGO_FORCE_TTY="80", NO_COLOR="1")
        assert "[red]\\x1b[2J\\r\\u202eend" in said.stdout
    assert scalingo("env get A").stdout == "[red]\x1b[2J\r\u202eend\nnext\n"
    assert scalingo("env").lines == [["A", "[red]\\x1b[2J\\r\\u202eend\\nnext"]]
    for line in ("env get A", "env export"):
        terminal = scalingo.terminal(line)
        terminal.expect_exact("[red]\\x1b[2J")
        terminal.expect(pexpect.EOF)


def test_a_value_that_is_null_is_empty(scalingo: CommandLine, sandbox: Sandbox) -> None:
    have(sandbox, {"A": None})
    assert scalingo("env get A").stdout == "\n"
    assert scalingo("env export").stdout == "A=\n"


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("SHOP_ENVV", "Did you mean SHOP_ENV?"),
        ("shop_env", "Did you mean SHOP_ENV?"),
        ("SIGNING", "Did you mean SIGNING_KEY?"),
        ("XYZZY", "List them: scalingo env --app pinecrate-shop"),
    ],
)
def test_an_unknown_variable_suggests_the_nearest(
    name: str, offered: str, scalingo: CommandLine
) -> None:
    said = scalingo(f"env get {name}")
    assert (said.code, said.stdout) == (3, "")
    message, hint = said.stderr.splitlines()
    assert message == f"Error: pinecrate-shop has no variable {name}."
    assert offered in hint
    assert "List them: scalingo env --app pinecrate-shop" in hint
    json = scalingo(f"env get {name} --json")
    assert (json.stdout, json.error["code"]) == ("", 3)
    assert offered in json.error["hint"]


# set


def test_set_is_one_request(scalingo: CommandLine, sandbox: Sandbox) -> None:
    line = ["env", "set", f"NEW={SECRET}", "GREETING=a=b=", "MOTTO=", "CITY_LABELS=- Łódź\n"]
    said = scalingo(line)
    assert (said.code, said.stdout) == (0, "")
    told, reminder = said.stderr.splitlines()
    assert told == "Set NEW, GREETING, MOTTO, CITY_LABELS."
    assert reminder == "Restart to apply: scalingo restart --app pinecrate-shop"
    assert methods_and_paths(sandbox) == [f"PUT /v1/apps/{MAIN}/variables"]
    now = variables(sandbox)
    assert (now["NEW"], now["GREETING"], now["MOTTO"]) == (SECRET, "a=b=", "")
    assert now["CITY_LABELS"] == "- Łódź\n"
    assert now["SHOP_ENV"] == "production"


@pytest.mark.parametrize(
    ("stdin", "value"),
    [
        ("one\ntwo\n\n", "one\ntwo\n"),
        ("no line break", "no line break"),
        ("", ""),
        ("\n", ""),
        ("kept\r\n", "kept\r"),
        (" é\t", " é\t"),
    ],
)
def test_a_value_from_standard_input(
    stdin: str, value: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("env set A=- B=b", stdin=stdin).code == 0
    assert (variables(sandbox)["A"], variables(sandbox)["B"]) == (value, "b")


def test_what_get_prints_set_reads(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for name, value in variables(sandbox).items():
        got = scalingo(f"env get {name}")
        scalingo("env set COPY=-", stdin=got.raw_stdout)
        assert variables(sandbox)["COPY"] == value


def test_a_value_typed_at_a_terminal_is_hidden(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal("env set A=-")
    terminal.logfile_read = shown = io.StringIO()
    terminal.expect("Value of A: ")
    terminal.sendline(SECRET)
    terminal.expect("Set A.")
    terminal.expect(pexpect.EOF)
    assert SECRET not in shown.getvalue()
    assert variables(sandbox)["A"] == SECRET


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["A=b", SECRET], "Argument 2 is invalid: expected NAME=VALUE."),
        ([f"={SECRET}"], "Argument 1 is invalid: expected NAME=VALUE."),
        ([""], "Argument 1 is invalid: expected NAME=VALUE."),
        (["A=1", f"A={SECRET}"], "A is set twice."),
        (["A=-", "B=-"], "Only one value can be read from standard input, not 2."),
        ([], "Missing argument 'NAME=VALUE...'."),
        (["A=\udcff"], "A name or a value is not UTF-8 text."),
    ],
)
def test_misused_set_sends_nothing_and_repeats_no_value(
    words: list[str], says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(["env", "set", *words])
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr.startswith(f"Error: {says}")
    assert SECRET not in said.stderr
    json = scalingo(["env", "set", "--json", *words])
    assert (json.stdout, json.error["message"]) == ("", says)
    assert not sandbox.requests


def test_standard_input_that_is_no_text(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("env set A=-", stdin=b"abc\xff")
    assert (said.code, said.stderr) == (2, "Error: standard input is not UTF-8 text (byte 3).\n")
    assert not sandbox.requests


@pytest.mark.parametrize(
    ("assignment", "reason"),
    [
        ("1ST=x", "name must start with a letter"),
        (f"{'A' * 65}=x", "is longer than 64 characters"),
        (f"BIG={'x' * 8193}", "value of BIG is longer than 8192 characters"),
    ],
)
def test_what_the_platform_rejects(
    assignment: str, reason: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    before = variables(sandbox)
    said = scalingo(["env", "set", "GREETING=changed", assignment])
    assert (said.code, said.stdout) == (5, "")
    assert reason in said.stderr
    assert "xxxx" not in said.stderr
    assert variables(sandbox) == before


@pytest.mark.parametrize("value", [SECRET, "cat", "7", 'tab\tand "quotes"', "line one\nline two"])
def test_a_platform_that_repeats_the_value(
    value: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Value and reason come in one sentence, and in each of the documented forms."""
    (tmp_path / ".env").write_text(f"A={json.dumps(value)}\n")
    for body in (
        {"errors": {"value": [f"<{value}> is taken"]}},
        {"errors": {"A": {"value": [f"{value!r} is taken"]}}},
        {"error": f"unexpected token at {json.dumps({'value': value})}: is taken"},
    ):
        sandbox.fail_next("422", method="PUT", body=json.dumps(body), times=3)
        for line in (["env", "set", f"A={value}"], ["env", "import", ".env"]):
            said = scalingo(line)
            assert said.code == 5
            assert "is taken" in said.stderr
            assert "***" in said.stderr
            for part in value.split("\n"):
                assert part not in said.stderr
        json_error = scalingo(["env", "set", "--json", f"A={value}"]).error
        assert "***" in json_error["message"]


# unset


def test_unset(scalingo: CommandLine, sandbox: Sandbox, protocol: str) -> None:
    ids = {row["name"]: row["id"] for row in sandbox.store.app(MAIN).variables}
    said = scalingo("env unset GREETING MOTTO GREETING")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr.splitlines()[0] == "Removed GREETING, MOTTO."
    assert "scalingo restart --app pinecrate-shop" in said.stderr
    assert "crate day" not in said.stderr
    names = ("GREETING", "MOTTO")
    if protocol == "regional":
        assert methods_and_paths(sandbox) == [f"DELETE /v1/apps/{MAIN}/variables"]
        [sent] = [request.json for request in sandbox.requests if request.method == "DELETE"]
        assert sent == {"variable_ids": [ids[name] for name in names]}
    else:
        assert methods_and_paths(sandbox) == [
            f"DELETE /v1/apps/{MAIN}/variables/{ids[n]}" for n in names
        ]
    assert not {*names} & set(variables(sandbox))


def test_one_unknown_name_and_nothing_is_removed(scalingo: CommandLine, sandbox: Sandbox) -> None:
    before = variables(sandbox)
    said = scalingo("env unset SHOP_ENV GREETINGS XYZZY MOTTO")
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr.splitlines() == [
        "Error: pinecrate-shop has no variable GREETINGS or XYZZY.",
        "Did you mean GREETING? List them: scalingo env --app pinecrate-shop",
    ]
    assert changes(sandbox) == []
    assert variables(sandbox) == before


@pytest.mark.parametrize(("kind", "code"), [("403", 4), ("500", 6), ("503", 6)])
def test_a_failure_at_once_removes_none_of_them(
    kind: str, code: int, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    before = variables(sandbox)
    sandbox.fail_next(kind, times=5 if kind == "503" else 1, method="DELETE")
    said = scalingo("env unset GREETING MOTTO")
    assert (said.code, said.stdout) == (code, "")
    assert "Removed" not in said.stderr
    rest = "To finish: scalingo env unset --ignore-missing --app pinecrate-shop GREETING MOTTO\n"
    assert rest in said.stderr
    assert variables(sandbox) == before
    assert scalingo("env unset GREETING MOTTO").code == 0


@pytest.mark.legacy  # the regional platform removes them all in one request
def test_an_interrupt_midway(scalingo: CommandLine, sandbox: Sandbox) -> None:
    ids = {row["name"]: row["id"] for row in sandbox.store.app(MAIN).variables}
    stuck = f"/v1/apps/{MAIN}/variables/{ids['MOTTO']}"
    sandbox.fail_next("slow", delay=60, path=stuck)
    terminal = scalingo.terminal("env unset GREETING MOTTO FEATURES --debug", columns=300)
    terminal.expect_exact(f"> DELETE {sandbox.url}{stuck}")
    terminal.sendcontrol("c")
    terminal.expect("Interrupted.")
    terminal.expect("Removed GREETING. To finish: .* MOTTO FEATURES")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 130
    assert "FEATURES" in variables(sandbox)


# import


def test_import_is_one_request_and_removes_nothing(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    text = f"# settings\nexport NEW={json.dumps(SECRET)}\nGREETING='good day'  # kind\n"
    (tmp_path / ".env").write_text(text)
    said = scalingo("env import .env")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr.splitlines()[0] == "Added NEW, changed GREETING."
    assert "scalingo restart --app pinecrate-shop" in said.stderr
    assert methods_and_paths(sandbox) == [f"PUT /v1/apps/{MAIN}/variables"]
    assert variables(sandbox)["NEW"] == SECRET
    assert variables(sandbox)["GREETING"] == "good day"
    assert variables(sandbox)["SHOP_ENV"] == "production"
    again = scalingo("env import -", stdin=text)
    assert again.stderr == "All 2 variables are the same already: nothing to do.\n"
    assert methods_and_paths(sandbox) == [f"PUT /v1/apps/{MAIN}/variables"]
    again = scalingo("env import - --dry-run", stdin=text + "GREETING=bye")
    assert '[{"name": "GREETING", "value": "***"}]' in again.stdout


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "\ufeff"])
def test_nothing_to_import(text: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("env import -", stdin=text)
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == "The file defines no variables: nothing to do.\n"
    assert not sandbox.requests


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        (f"A=b\n{SECRET}\n", "standard input, line 2: expected NAME=value."),
        (f'A="{SECRET}\n', "standard input, line 1: the quote opened here is never closed."),
        (f"A B={SECRET}\n", "standard input, line 1: a name consists of letters"),
        (b"A=\xff\n", "standard input is not UTF-8 text (byte 2)."),
        ("A=b\n".encode("utf-16"), "standard input is not UTF-8 text (byte 0)."),
    ],
)
def test_what_cannot_be_read_changes_nothing_and_is_not_repeated(
    stdin: str | bytes, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("env import -", stdin=stdin)
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr.startswith(f"Error: {says}")
    assert SECRET not in said.stderr
    json = scalingo("env import - --json", stdin=stdin)
    assert (json.stdout, json.error["code"]) == ("", 2)
    assert not sandbox.requests


def test_files_that_cannot_be_read(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> None:
    said = scalingo("env import no-such-file")
    assert said.stderr == "Error: Could not read no-such-file: No such file or directory.\n"
    assert scalingo(["env", "import", str(tmp_path)]).stderr.endswith("Is a directory.\n")
    assert not sandbox.requests


def test_a_file_of_thousands(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("env import -", stdin="".join(f"N{i}={i}\n" for i in range(5000)))
    assert said.code == 0
    assert said.stderr.startswith("Added 5000 variables.\n")
    assert variables(sandbox)["N4999"] == "4999"


# export


def test_export_changes_nothing_when_imported(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """The starting data has quotes, line breaks, blanks at both ends, $ and no value at all."""
    before = [dict(row) for row in sandbox.store.app(MAIN).variables]
    exported = scalingo("env export")
    assert (exported.code, exported.stderr) == (0, "")
    assert scalingo("env import -", stdin=exported.raw_stdout).code == 0
    assert sandbox.store.app(MAIN).variables == before


def test_so_it_does_in_a_real_pipe(scalingo: CommandLine, sandbox: Sandbox) -> None:
    before = variables(sandbox)
    run = f"{shlex.quote(sys.executable)} -m scalingo_cli"
    line = f"{run} env export | {run} env import - && {run} env export --app {MAIN} > .env"
    environment = scalingo.with_({"PYTHONIOENCODING": "ascii"})
    subprocess.run([require("sh"), "-c", line], env=environment, check=True, capture_output=True)
    assert variables(sandbox) == before
    have(sandbox, {})
    assert scalingo("env import .env").code == 0
    assert variables(sandbox) == before


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
        | st.text(" \t\n\r'\"\\#$={}`!~\x1b\x7f\x85\u2028\ufeff0aé😀", max_size=20),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_the_values_hold(
    scalingo: CommandLine, sandbox: Sandbox, values: dict[str, str]
) -> None:
    have(sandbox, values)
    before = [dict(row) for row in sandbox.store.app(MAIN).variables]
    exported = scalingo("env export").raw_stdout
    assert scalingo("env import -", stdin=exported).code == 0
    assert sandbox.store.app(MAIN).variables == before
    have(sandbox, {})
    assert scalingo("env import -", stdin=exported).code == 0
    assert variables(sandbox) == values
    assert scalingo("env export --format json").json == values


def test_a_shell_reads_the_shell_format(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "exported").write_bytes(scalingo("env export --format shell").raw_stdout)
    for shell in ("sh", "bash", "zsh"):
        said = subprocess.run(
            [require(shell), "-c", ". ./exported && exec env -0"],
            env={"PATH": scalingo.environment["PATH"]},
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
        seen = dict(pair.split("=", 1) for pair in said.stdout.decode().split("\0") if pair)
        assert {name: seen[name] for name in variables(sandbox)} == variables(sandbox)


def test_the_json_format_is_one_object(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("env export --format json").json == variables(sandbox)
    assert scalingo("env export --json").json == variables(sandbox)


@pytest.mark.parametrize(
    ("name", "format_", "says"),
    [
        ("WITH-HYPHEN", "shell", "'WITH-HYPHEN' is not a valid name for a shell variable"),
        ("A B", "dotenv", "'A B' is not a valid name"),
    ],
)
def test_names_that_a_format_cannot_hold(
    name: str, format_: str, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    """This platform takes no such name; another might."""
    have(sandbox, {"FIRST": SECRET, name: SECRET})
    said = scalingo(f"env export --format {format_}")
    assert (said.code, said.stdout) == (1, "")
    assert says in said.stderr
    assert SECRET not in said.stderr
    assert "--format json" in said.stderr
    assert scalingo("env export --format json").json == {"FIRST": SECRET, name: SECRET}


# What can go wrong

EACH_COMMAND = [
    "env",
    "env get SHOP_ENV",
    "env set A=b",
    "env unset GREETING",
    "env import -",
    "env export",
]


@pytest.mark.parametrize("line", EACH_COMMAND)
def test_an_app_that_is_not_there(line: str, scalingo: CommandLine) -> None:
    said = scalingo(f"{line} --app nothing", stdin="A=b\n")
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr.startswith('Error: App "nothing" not found in region osc-fr1.\n')
    assert scalingo(f"{line} --app nothing --json", stdin="A=b\n").error["status"] == 404


@pytest.mark.parametrize("line", EACH_COMMAND)
def test_without_a_token_or_with_a_wrong_one(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    none = scalingo(line, stdin="A=b\n", SCALINGO_API_TOKEN=None)
    assert (none.code, none.stdout) == (4, "")
    assert "Set SCALINGO_API_TOKEN, or sign in: scalingo login" in none.stderr
    assert not sandbox.requests
    wrong = scalingo(f"{line} --json", stdin="A=b\n", SCALINGO_API_TOKEN="sandbox-nobody-0")
    assert (wrong.code, wrong.stdout, wrong.error["status"]) == (4, "", 401)
    assert wrong.error["message"] == "The platform refused the token from SCALINGO_API_TOKEN."


# What is shown


@pytest.mark.parametrize("line", ["env set", "env import - --prune --yes"])
def test_env_changes_print_the_document_with_json(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    given = ["A=1", "GREETING=two words"]
    argument = given if line == "env set" else []
    said = scalingo([*line.split(), *argument, "--json"], stdin="\n".join(given))
    assert said.code == 0, said.stderr
    rows = {row["name"]: row for row in said.json["variables"]}
    assert {name: row["value"] for name, row in rows.items()} == {"A": "1", "GREETING": "two words"}
    assert all(row["id"] for row in rows.values())


def test_env_edit_prints_the_document_with_json(scalingo: CommandLine, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho EDITED=yes >> "$1"\n')
    editor.chmod(0o700)
    said = scalingo("env edit --yes --json", EDITOR=str(editor))
    assert [(row["name"], row["value"]) for row in said.json["variables"]] == [("EDITED", "yes")]


def test_env_unset_has_no_document(scalingo: CommandLine) -> None:
    said = scalingo("env unset GREETING --json")
    assert (said.code, said.stdout) == (0, "")


def test_env_import_says_what_it_did(scalingo: CommandLine, sandbox: Sandbox) -> None:
    text = scalingo("env export").stdout + "BANNER=hello\nMOTTO=changed\n"
    same = len(variables(sandbox)) - 1
    said = scalingo("env import -", stdin=text)
    assert said.stderr.splitlines()[0] == (
        f"Added BANNER, changed MOTTO; {same} were the same already."
    )
    [sent] = [request.json for request in sandbox.requests if request.method == "PUT"]
    assert {row["name"] for row in sent["variables"]} == {"BANNER", "MOTTO"}
    said = scalingo("env import -", stdin="BANNER=hello\n")
    assert said.stderr == "BANNER is the same already: nothing to do.\n"


@pytest.mark.parametrize("line", ["env set A=1", "env import -", "env unset SITE_NAME"])
def test_env_hints_at_a_restart_if_containers_are_running(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    for app, status in (("pinecrate-next", "new"), (MAIN, "running")):
        if "unset" in line:
            scalingo(f"env set SITE_NAME=x --app {app}")
        said = scalingo(f"{line} --app {app}", stdin="A=1\n")
        assert said.code == 0, said.stderr
        hint = f"Restart to apply: scalingo restart --app {app}\n"
        assert (hint in said.stderr) == (status == "running")
    sandbox.fail_next("503", method="GET", path=f"/v1/apps/{MAIN}")
    said = scalingo("env set A=2")
    assert said.code == 0
    assert "Restart to apply" in said.stderr


def test_env_list_names_only(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("env list --names")
    assert said.stdout.splitlines() == [*variables(sandbox)]
    assert (
        scalingo("env --names", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout.split()[0] == "Name"
    )
    said = scalingo("env --names --json")
    assert (said.code, said.stdout) == (2, "")
    assert "--names cannot be combined with --json" in said.stderr


def test_env_list_is_sorted_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    names = [*variables(sandbox)]
    assert names != sorted(names)
    shown = scalingo("env --names", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout.splitlines()
    assert shown[-len(names) :] == sorted(names)
    assert [line[0] for line in scalingo("env --names").lines] == names


@pytest.mark.legacy
def test_env_unset_of_an_app_deleted_midway_is_not_found(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    body = '{"resource": "app", "error": "not found"}'
    sandbox.fail_next("404", method="DELETE", body=body, times=9)
    said = scalingo("env unset GREETING MOTTO")
    assert (said.code, said.stdout) == (3, "")
    assert f'App "{MAIN}" not found.' in said.stderr
    assert "Removed" not in said.stderr


def test_env_set_of_the_longest_value(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo(["env", "set", f"A={'x' * 8192}"]).code == 0
    assert scalingo(["env", "set", f"A={'x' * 8193}"]).code == 5


# What the official client does as well


def test_env_import_takes_variables_besides_the_file(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    have(sandbox, {"OLD": "1"})
    (tmp_path / ".env").write_text("A=file\nB=file\n")
    said = scalingo("env import .env B=line C=- --json", stdin="typed\n")
    assert said.code == 0
    assert variables(sandbox) == {"OLD": "1", "A": "file", "B": "line", "C": "typed"}
    assert methods_and_paths(sandbox) == [f"PUT /v1/apps/{MAIN}/variables"]
    pruned = scalingo("env import .env --prune --yes C=3")
    assert pruned.code == 0
    assert variables(sandbox) == {"A": "file", "B": "file", "C": "3"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("env import .env nothing", "Argument 1 is invalid: expected NAME=VALUE."),
        ("env import .env A=1 A=2", "A is set twice."),
        ("env import - A=-", "Standard input is the file already"),
    ],
)
def test_env_import_of_misuse_sends_nothing(
    line: str, says: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("A=file\n")
    said = scalingo(line, stdin="A=1\n")
    assert (said.code, said.stdout, sandbox.requests) == (2, "", [])
    assert says in said.stderr


def test_env_get_resolve_is_the_value_that_containers_see(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    have(sandbox, {"DATABASE_URL": "$REAL", "REAL": "postgres://db"})
    assert scalingo("env get DATABASE_URL").stdout == "$REAL\n"
    assert scalingo("env get --resolve DATABASE_URL").stdout == "postgres://db\n"
    assert scalingo("env-get DATABASE_URL").stdout == "postgres://db\n"
    assert scalingo("run 'echo $DATABASE_URL'").stdout == "postgres://db\n"
