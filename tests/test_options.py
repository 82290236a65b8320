"""The options that all commands share are read at every level and in every place."""

from __future__ import annotations

import click
import pytest

from scalingo_cli.cli import describe
from scalingo_cli.cli.command import Group
from scalingo_cli.completion import scripts
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.session import Session
from tests.changes import changes
from tests.command_line import CommandLine

PLACES = [
    "{} env -a pinecrate-api",
    "{} -a pinecrate-api env",
    "-a pinecrate-api {} env",
    "-a pinecrate-api env {}",
    "env {} -a pinecrate-api",
    "env -a pinecrate-api {}",
    "env -a pinecrate-api {} list",
    "env -a pinecrate-api list {}",
    "env {} list -a pinecrate-api",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("option", ["--json", "--format json", "--format=json"])
def test_json_in_every_place(scalingo: CommandLine, place: str, option: str) -> None:
    result = scalingo(place.format(option))
    assert (result.code, result.stderr) == (0, "")
    assert "variables" in result.json


@pytest.mark.parametrize("place", PLACES)
def test_debug_body_in_every_place(scalingo: CommandLine, place: str) -> None:
    result = scalingo(place.format("--debug-body"))
    assert result.code == 0
    assert '\n< {"variables"' in result.stderr


@pytest.mark.parametrize("place", PLACES)
def test_query_in_every_place(scalingo: CommandLine, place: str) -> None:
    result = scalingo(place.format("--query length(variables) --raw"))
    assert (result.code, result.stderr) == (0, "")
    assert int(result.stdout) > 0


@pytest.mark.parametrize("option", ["--dry-run", "--curl", "--curl --dry-run"])
def test_dry_run_in_every_place(scalingo: CommandLine, sandbox: Sandbox, option: str) -> None:
    shown = scalingo(f"env set A=b {option}").stdout
    assert "variables" in shown
    for line in (f"{option} env set A=b", f"env {option} set A=b", f"env set {option} A=b"):
        result = scalingo(line)
        assert (result.code, result.stdout) == (0, shown)
    assert changes(sandbox) == []


@pytest.mark.parametrize(
    "line", ["--dry-run apps", "--curl logout", "env --dry-run run true", "--query x run true"]
)
def test_what_cannot_be_done_is_refused_before_anything_is(
    scalingo: CommandLine, sandbox: Sandbox, line: str
) -> None:
    sandbox.clear_requests()
    result = scalingo(line)
    assert (result.code, result.stdout, sandbox.requests) == (2, "", [])
    assert "does not take --" in result.stderr


@pytest.mark.parametrize("line", ["run -e A=b --debug-body --curl true", "scale --curl web:3"])
def test_curl_implies_dry_run(scalingo: CommandLine, sandbox: Sandbox, line: str) -> None:
    result = scalingo(line)
    assert result.code == 0
    assert "| curl " in result.stdout
    assert changes(sandbox) == []
    assert scalingo(line.replace("--curl", "--curl --dry-run")).stdout == result.stdout


def test_an_option_of_another_program_is_left_to_it(scalingo: CommandLine) -> None:
    line = "env run -a pinecrate-shop printf '%s ' --debug-body --json -a x"
    assert scalingo.process(line).stdout == "--debug-body --json -a x "


def test_format_table_is_no_json(scalingo: CommandLine) -> None:
    assert scalingo("--format table apps").stdout == scalingo("apps").stdout
    assert scalingo("--format xml apps").code == 2


def test_only_the_help_of_the_root_shows_the_global_options(scalingo: CommandLine) -> None:
    shown = scalingo("--help").stdout
    for option in ("--debug-body", "--no-ci", "--no-pager", "--no-retry", "--region", "--account"):
        assert option in shown
        assert option not in scalingo("env set --help").stdout
    assert scalingo("env set --help").stdout.endswith("\nGlobal options: scalingo --help\n")


def test_errors_of_a_command_whose_output_is_text_are_json_on_demand(scalingo: CommandLine) -> None:
    for line in ("--json -a nope run true", "run --json -a nope true"):
        result = scalingo(line)
        assert (result.code, result.stdout) == (3, "")
        assert result.error["code"] == 3


# The app


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("-a pinecrate-next apps show", "apps show pinecrate-next"),
        ("apps show pinecrate-next -a pinecrate-next", "apps show pinecrate-next"),
        (
            "-a pinecrate-api apps rename tea-room --dry-run",
            "apps rename pinecrate-api tea-room --dry-run",
        ),
        (
            "apps rename -a pinecrate-api tea-room --confirm pinecrate-api",
            "apps rename pinecrate-api tea-room --confirm pinecrate-api",
        ),
        (
            "apps transfer -a pinecrate-shop ilse@pinecrate.example --confirm pinecrate-shop",
            "apps transfer pinecrate-shop ilse@pinecrate.example --confirm pinecrate-shop",
        ),
        (
            "-a pinecrate-next apps delete --confirm pinecrate-next",
            "apps delete pinecrate-next --confirm pinecrate-next",
        ),
    ],
)
def test_apps_verbs_take_the_app_by_option(
    scalingo: CommandLine, sandbox: Sandbox, line: str, same: str
) -> None:
    expected = scalingo(same)
    sandbox.reset()
    result = scalingo(line)
    assert result == expected
    assert result.code == 0


@pytest.mark.parametrize(
    "line",
    [
        "show pinecrate-shop -a nope",
        "rename pinecrate-shop tea-room -a nope",
        "transfer pinecrate-shop ilse@pinecrate.example -a nope",
        "delete pinecrate-shop --confirm pinecrate-shop -a nope",
    ],
)
def test_two_different_apps_are_misuse(scalingo: CommandLine, sandbox: Sandbox, line: str) -> None:
    result = scalingo(f"apps {line}")
    assert (result.code, result.stdout) == (2, "")
    assert "Error: NAME is pinecrate-shop, but --app is nope." in result.stderr
    assert sandbox.requests == []


@pytest.mark.parametrize(
    "line", ["rename tea-room", "transfer ilse@pinecrate.example", "delete", "delete --confirm x"]
)
def test_the_default_app_is_not_enough_to_give_it_away(
    scalingo: CommandLine, sandbox: Sandbox, line: str
) -> None:
    result = scalingo(f"apps {line}", SCALINGO_APP="pinecrate-shop")
    assert result.code == 2
    assert "Error: Missing argument" in result.stderr
    assert sandbox.requests == []


@pytest.mark.parametrize("line", ["categories", "providers", "plans redis"])
def test_the_catalogue_of_addons_is_of_no_app(scalingo: CommandLine, line: str) -> None:
    result = scalingo(f"addons {line} -a nope")
    assert result.code == 2
    assert "Error: Unknown option -a." in result.stderr


def test_a_noun_may_have_another_default_than_list() -> None:
    """None does yet; so this one is made here."""

    @click.group("link", cls=Group, default="show")
    def link() -> None:
        """Show and change a link."""

    @link.command("show")
    @click.option("--full", is_flag=True)
    def show(full: bool) -> str:
        return f"shown{' in full' if full else ''}"

    assert link.main([], "link", standalone_mode=False, obj=Session()) == "shown"
    assert link.main(["--full"], "link", standalone_mode=False, obj=Session()) == "shown in full"
    [described, _] = scripts.described(describe.document(link))
    assert described.default == "show"
