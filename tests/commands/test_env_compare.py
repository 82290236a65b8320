"""`env diff --with`, `env copy` and `env check`."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalingo_cli.errors import ExitCode
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.resources import variables as rows
from scalingo_cli.sandbox.seed import company
from tests.changes import changes
from tests.command_line import CommandLine, Result

SECRET = "hunter2-never-shown"
OTHER = "pinecrate-api"

Has = Callable[..., None]
Variables = Callable[[], dict[str, str]]


@pytest.fixture
def has(sandbox: Sandbox) -> Has:
    """Gives an app these variables and no others."""

    def gives(app: str, **given: str) -> None:
        found = sandbox.store.app(app)
        found.variables = [rows.new(sandbox.store, found, *each) for each in given.items()]

    return gives


@pytest.fixture
def variables(sandbox: Sandbox) -> Variables:
    """What the main app has at the moment."""
    return lambda: {
        row["name"]: row["value"] for row in sandbox.store.app(sandbox.main_app).variables
    }


def puts(sandbox: Sandbox) -> list[dict[str, str]]:
    """What each request that changed something set."""
    return [
        {row["name"]: row["value"] for row in request.json["variables"]}
        for request in changes(sandbox)
    ]


@pytest.fixture
def two_apps(sandbox: Sandbox, has: Has) -> None:
    """Two apps, of which each has what the other has not."""
    has(sandbox.main_app, HERE=SECRET, BOTH="1", SAME=SECRET, DATABASE_URL="$SCALINGO_REDIS_URL")
    has(OTHER, THERE=SECRET, BOTH=SECRET, SAME=SECRET, SCALINGO_REDIS_URL=SECRET)


# diff --with

ROWS = [
    ["HERE", "only-here"],
    ["THERE", "only-there"],
    ["BOTH", "different"],
    ["SAME", "same"],
    ["DATABASE_URL", "platform"],
    ["SCALINGO_REDIS_URL", "platform"],
]


@pytest.mark.usefixtures("two_apps")
def test_env_diff_with_an_app_shows_no_value(scalingo: CommandLine) -> None:
    result = scalingo(f"env diff --with {OTHER}")
    assert (result.code, result.stderr, result.lines) == (0, "", ROWS)
    assert SECRET not in scalingo(f"env diff --with {OTHER} --json").stdout


@pytest.mark.usefixtures("two_apps")
def test_env_diff_with_an_app_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    shown = scalingo(f"env diff --with {OTHER}", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout
    assert [line.rstrip() for line in shown.splitlines()[2:]] == [
        f"< HERE                only in {sandbox.main_app}",
        f"> THERE               only in {OTHER}",
        "~ BOTH                different *** ≠ ***",
        "  SAME                same",
        "  DATABASE_URL        set by the platform",
        "  SCALINGO_REDIS_URL  set by the platform",
    ]


@pytest.mark.usefixtures("two_apps")
def test_env_diff_with_an_app_shows_values_when_asked(scalingo: CommandLine) -> None:
    result = scalingo(f"env diff --with {OTHER} --show-values")
    assert result.lines[:4] == [
        ["HERE", "only-here", SECRET, ""],
        ["THERE", "only-there", "", SECRET],
        ["BOTH", "different", "1", SECRET],
        ["SAME", "same", SECRET, SECRET],
    ]
    at_terminal = scalingo(
        f"env diff --with {OTHER} --show-values", SCALINGO_FORCE_TTY="80", NO_COLOR="1"
    )
    assert at_terminal.stderr == ""
    assert at_terminal.stdout.splitlines()[4].split() == ["~", "BOTH", "1", SECRET]
    [both] = [
        row
        for row in scalingo(f"env diff --with {OTHER} --show-values --json").json["variables"]
        if row["name"] == "BOTH"
    ]
    assert both == {"name": "BOTH", "state": "different", "here": "1", "there": SECRET}


def columns_of(text: str, *titles: str) -> dict[str, str]:
    """The cells below each title of a table for a terminal, without the spaces at their ends."""
    head, _, *rows = text.splitlines()
    starts = [0, *(head.index(title) for title in titles[1:])]
    return {
        title: "".join(row[start:end].strip() for row in rows)
        for title, start, end in zip(titles, starts, [*starts[1:], None], strict=True)
    }


@pytest.mark.parametrize("name", ["LONG", "A_NAME_AS_LONG_AS_THAT", "A_NAME_" * 20])
def test_env_shows_values_whole_at_a_narrow_terminal(
    name: str, scalingo: CommandLine, sandbox: Sandbox, has: Has
) -> None:
    here, there = "https://user@host.example/" + "h" * 90, "https://other.example/" + "t" * 90
    has(sandbox.main_app, **{name: here})
    has(OTHER, **{name: there})
    narrow = scalingo.where(SCALINGO_FORCE_TTY="60", NO_COLOR="1")
    for line, wanted in {
        "env": {"Name": name, "Value": here},
        f"env diff --with {OTHER} --show-values": {
            "Name": name,
            sandbox.main_app: here,
            OTHER: there,
        },
        "env diff - --show-values": {
            "Name": name,
            "Import": "change",
            "Before": here,
            "After": there,
        },
    }.items():
        shown = narrow(line, stdin=f"{name}={there}\n")
        assert (shown.code, shown.stderr) == (0, "")
        assert max(map(len, shown.stdout.splitlines())) <= 60
        first, *rest = columns_of(shown.stdout, *wanted).items()
        assert {first[0]: first[1].removeprefix("~").strip(), **dict(rest)} == wanted


def test_env_diff_with_an_app_exits_with_10_for_what_the_platform_did_not_set(
    scalingo: CommandLine, sandbox: Sandbox, has: Has
) -> None:
    has(sandbox.main_app, A="1", DATABASE_URL="$SCALINGO_POSTGRESQL_URL")
    has(OTHER, A="1")
    assert scalingo(f"env diff --with {OTHER} --exit-code").code == 0
    has(OTHER, A="2")
    assert scalingo(f"env diff --with {OTHER} --exit-code").code == ExitCode.DIFFERENT
    assert scalingo(f"env diff --with {OTHER}").code == 0


def test_env_diff_of_a_file_shows_values_when_asked(
    scalingo: CommandLine, sandbox: Sandbox, has: Has
) -> None:
    has(sandbox.main_app, OLD="1", KEPT="x")
    shown = scalingo("env diff - --show-values", stdin="OLD=2\nNEW=3\n")
    assert shown.lines == [
        ["NEW", "add", "", "3"],
        ["OLD", "change", "1", "2"],
        ["KEPT", "leave", "x", "x"],
    ]


@pytest.mark.parametrize(
    "line",
    [
        "env diff",
        f"env diff .env --with {OTHER}",
        "env diff .env --with-region osc-fr1",
        "env diff .env --with-account ilse",
    ],
)
def test_env_diff_takes_a_file_or_an_app(line: str, scalingo: CommandLine) -> None:
    assert scalingo(line).code == 2


# copy


def test_env_copy_sends_what_differs_in_one_request(
    scalingo: CommandLine, sandbox: Sandbox, has: Has, variables: Variables
) -> None:
    has(sandbox.main_app, STRIPE_KEY="old", STRIPE_SAME="s", MINE="1")
    has(OTHER, STRIPE_KEY=SECRET, STRIPE_NEW="n", STRIPE_SAME="s", STRIPE_URL="u", OTHERS="o")
    result = scalingo(f"env copy {OTHER} --only 'STRIPE_*' --except '*_URL' --yes")
    assert (result.code, result.stdout) == (0, "")
    assert result.stderr.splitlines() == [
        "+ STRIPE_NEW",
        "~ STRIPE_KEY  *** → ***",
        f"Copied STRIPE_NEW, STRIPE_KEY from {OTHER} to {sandbox.main_app}.",
        f"Restart to apply: scalingo restart --app {sandbox.main_app}",
    ]
    assert puts(sandbox) == [{"STRIPE_NEW": "n", "STRIPE_KEY": SECRET}]
    assert variables() == {"STRIPE_KEY": SECRET, "STRIPE_NEW": "n", "STRIPE_SAME": "s", "MINE": "1"}


def test_env_copy_skips_and_names_what_the_platform_sets(
    scalingo: CommandLine, sandbox: Sandbox, has: Has, variables: Variables
) -> None:
    before = variables()
    url = f"postgres://{SECRET}"
    has(OTHER, DATABASE_URL=url, SCALINGO_REDIS_URL=url, REDIS_URL="$SCALINGO_REDIS_URL", NEW="1")
    result = scalingo(f"env copy {OTHER} --yes")
    skipped = "DATABASE_URL, REDIS_URL, SCALINGO_REDIS_URL"
    assert f"Skipped, because the platform sets them: {skipped}.\n" in result.stderr
    assert puts(sandbox) == [{"NEW": "1"}]
    assert variables() == {**before, "NEW": "1"}


def test_env_copy_without_a_difference_says_so(
    scalingo: CommandLine, sandbox: Sandbox, has: Has
) -> None:
    has(sandbox.main_app, A="1")
    has(OTHER, A="1")
    nothing = f"Nothing to copy from {OTHER} to {sandbox.main_app}.\n"
    same = scalingo(f"env copy {OTHER}")
    assert (same.code, same.stdout, same.stderr) == (0, "", nothing)
    none = scalingo(f"env copy {OTHER} --only 'STRIPE_*' --only A --only B")
    unmatched = f"No variable of {OTHER} matches STRIPE_* or B.\n"
    assert (none.code, none.stderr) == (0, unmatched + nothing)
    assert puts(sandbox) == []


def test_env_copy_asks_and_takes_no_for_an_answer(
    scalingo: CommandLine, sandbox: Sandbox, has: Has
) -> None:
    has(OTHER, NEW=SECRET)
    refused = scalingo(f"env copy {OTHER}")
    assert (refused.code, refused.stdout) == (2, "")
    assert "--yes" in refused.stderr
    child = scalingo.terminal(f"env copy {OTHER}")
    child.expect_exact("+ NEW")
    child.expect_exact(f"Copy this variable from {OTHER} to {sandbox.main_app}? [y/N]")
    child.sendline("n")
    child.expect_exact("Nothing was done.")
    child.wait()
    assert (child.exitstatus, puts(sandbox)) == (2, [])
    child = scalingo.terminal(f"env copy {OTHER}")
    child.expect_exact("[y/N]")
    child.sendline("y")
    child.expect_exact("Copied NEW")
    child.wait()
    assert (child.exitstatus, puts(sandbox)) == (0, [{"NEW": SECRET}])


def test_env_copy_as_a_dry_run_sends_nothing(
    scalingo: CommandLine, sandbox: Sandbox, has: Has
) -> None:
    has(OTHER, NEW=SECRET)
    result = scalingo(f"env copy {OTHER} --dry-run")
    assert (result.code, puts(sandbox)) == (0, [])
    assert result.stdout == (
        f"PUT /v1/apps/{sandbox.main_app}/variables\n"
        '{"variables": [{"name": "NEW", "value": "***"}]}\n'
    )
    assert result.stderr == "+ NEW\n"


def test_env_copy_as_json_says_what_was_done_with_each_name(
    scalingo: CommandLine, sandbox: Sandbox, has: Has
) -> None:
    has(sandbox.main_app, B="1", C="1")
    has(OTHER, A=SECRET, B=SECRET, C="1", SCALINGO_REDIS_URL=SECRET)
    result = scalingo(f"env copy {OTHER} --yes --json")
    assert result.json == {
        "from": OTHER,
        "to": sandbox.main_app,
        "variables": [
            {"name": "A", "copy": "add"},
            {"name": "B", "copy": "change"},
            {"name": "C", "copy": "same"},
            {"name": "SCALINGO_REDIS_URL", "copy": "skip"},
        ],
    }
    assert SECRET not in result.stdout + result.stderr


def test_env_copy_that_is_refused_changes_nothing(
    scalingo: CommandLine, sandbox: Sandbox, has: Has, variables: Variables
) -> None:
    before = variables()
    has(OTHER, NEW="1", LONG="x" * 9000)
    result = scalingo(f"env copy {OTHER} --yes")
    assert (result.code, result.stdout) == (5, "")
    assert "Copied" not in result.stderr
    assert variables() == before


def test_env_copy_from_an_unknown_app(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("env copy tea-room --yes")
    assert (result.code, puts(sandbox)) == (3, [])
    assert 'App "tea-room" not found' in result.stderr


# Different regions and accounts


def test_env_diff_and_copy_of_a_different_region(two: CommandLine, variables: Variables) -> None:
    there = "pinecrate-vault"
    assert two(f"env diff --with {there}").code == 3
    shown = two(f"env diff --with {there} --with-region osc-secnum-fr1")
    assert ["VAULT_ENV", "only-there"] in shown.lines
    line = f"env copy {there} --from-region osc-secnum-fr1 --yes"
    assert two(line).code == 0
    assert variables()["VAULT_ENV"] == company.VARIABLES[there]["VAULT_ENV"]


def test_env_diff_and_copy_of_a_different_account(
    two: CommandLine, variables: Variables, has: Has
) -> None:
    alone = "tea-room"
    assert two(f"apps create {alone} --account ilse").code == 0
    has(alone, ALONE="1")
    assert two(f"env diff --with {alone}").code == 3
    shown = two(f"env diff --with {alone} --with-account ilse")
    assert ["ALONE", "only-there"] in shown.lines
    assert two(f"env copy {alone} --from-account ilse --yes").code == 0
    assert variables()["ALONE"] == "1"


def test_env_copy_from_an_app_that_is_not_there_shows_how_to_list_those(two: CommandLine) -> None:
    result = two("env copy tea-room --from-region osc-secnum-fr1 --from-account ilse --yes")
    assert result.code == 3
    assert "List the apps there: scalingo apps --region osc-secnum-fr1 --account ilse" in (
        result.stderr
    )


# check


@pytest.mark.parametrize(
    "text",
    [
        "SHOP_ENV\nGREETING\n",
        "# what it needs\n\nSHOP_ENV=\nexport GREETING='good day'  # any\n",
        "export SHOP_ENV # which\r\n  GREETING",
        "",
    ],
)
def test_env_check_of_what_is_set(text: str, scalingo: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "required.env"
    file.write_text(text)
    result = scalingo(f"env check {file}")
    assert (result.code, result.stdout) == (0, "")
    assert scalingo("env check -", stdin=text).code == 0


def test_env_check_of_one_variable(scalingo: CommandLine) -> None:
    result = scalingo("env check -", stdin="SHOP_ENV")
    assert result.stderr == "The variable in standard input is set in pinecrate-shop.\n"


def test_env_check_names_what_is_missing_or_empty(scalingo: CommandLine, sandbox: Sandbox) -> None:
    required = f"SHOP_ENV\nSTRIPE_KEY={SECRET}\nMAINTENANCE_MESSAGE\nSTRIPE_KEY\n"
    result = scalingo("env check -", stdin=required)
    assert result.code == ExitCode.DIFFERENT
    assert result.lines == [["STRIPE_KEY", "missing"], ["MAINTENANCE_MESSAGE", "empty"]]
    assert result.stderr == (
        f"Not set in {sandbox.main_app}: 2 of the 3 variables in standard input.\n"
    )
    as_json = scalingo("env check - --json", stdin=required)
    assert (as_json.code, as_json.stderr) == (ExitCode.DIFFERENT, "")
    assert as_json.json == {
        "variables": [
            {"name": "STRIPE_KEY", "problem": "missing"},
            {"name": "MAINTENANCE_MESSAGE", "problem": "empty"},
        ]
    }


def test_env_check_looks_at_what_containers_see(
    scalingo: CommandLine, sandbox: Sandbox, has: Has
) -> None:
    has(sandbox.main_app, TOKEN="", ALIAS="$TOKEN")
    assert scalingo("env check -", stdin="ALIAS").lines == [["ALIAS", "empty"]]


def test_env_check_of_a_missing_file(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.clear_requests()
    result = scalingo("env check -", stdin=f"FINE\nnot fine {SECRET}\n")
    assert (result.code, result.stdout) == (2, "")
    assert "line 2: expected a name or NAME=value" in result.stderr
    assert SECRET not in result.stderr
    assert scalingo("env check no-such-file").code == 2
    assert sandbox.requests == []


# What holds for any variables

NAMES = st.sampled_from([f"{kind}_{noun}" for kind in "AB" for noun in ("KEY", "URL", "X")])
VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
SOME = st.dictionaries(NAMES, VALUES.map(lambda text: f"<{text}>{SECRET}"))
PATTERNS = st.lists(st.sampled_from(["A_*", "*_URL", "B_KEY", "?_X", "*"]), max_size=2)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(here=SOME, there=SOME, only=PATTERNS, but=PATTERNS)
def test_env_copy_leaves_no_difference_and_shows_no_value(
    scalingo: CommandLine,
    sandbox: Sandbox,
    has: Has,
    tmp_path: Path,
    here: dict[str, str],
    there: dict[str, str],
    only: list[str],
    but: list[str],
) -> None:
    has(sandbox.main_app, **here)
    has(OTHER, **there)
    sandbox.clear_requests()
    before = files(tmp_path)
    patterns = [f"--only={each}" for each in only] + [f"--except={each}" for each in but]
    line = ["env", "copy", OTHER, *patterns]
    results: list[Result] = [
        scalingo([*line, "--dry-run"]),
        scalingo([*line, "--curl"]),
        scalingo([*line, "--debug", "--yes"]),
        scalingo([*line, "--json"]),  # by now nothing is left to be asked
        scalingo(["env", "diff", "--with", OTHER]),
    ]
    assert [result.code for result in results] == [0] * len(results)
    assert not any(SECRET in result.stdout + result.stderr for result in results)
    assert files(tmp_path) == before
    chosen = {
        name
        for name in there
        if (not only or any(fnmatchcase(name, each) for each in only))
        and not any(fnmatchcase(name, each) for each in but)
    }
    states = dict(results[-1].lines)
    assert {states[name] for name in chosen} <= {"same"}
    wanted = {name: there[name] for name in chosen if here.get(name) != there[name]}
    assert puts(sandbox) == ([wanted] if wanted else [])


def files(directory: Path) -> dict[Path, bytes]:
    """Every file and what is in it."""
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
