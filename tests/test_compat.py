"""The official client's spellings do what they do there, and stay out of the help."""

from __future__ import annotations

import pytest

from scalingo_cli.compat import COMMANDS
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

PAIRS = [
    ("apps-info", "apps show"),
    ("--app pinecrate-api apps-info", "apps show pinecrate-api"),
    ("create tea-room", "apps create tea-room"),
    ("destroy pinecrate-next --force", "apps delete pinecrate-next --confirm pinecrate-next"),
    ("-a pinecrate-next destroy --force", "apps delete pinecrate-next --confirm pinecrate-next"),
    ("destroy --app pinecrate-next --force", "apps delete pinecrate-next --confirm pinecrate-next"),
    ("rename --new-name window", "apps rename pinecrate-shop window"),
    ("env-get SHOP_ENV", "env get SHOP_ENV"),
    ("env-set A=1 B=2", "env set A=1 B=2"),
    ("env-unset GREETING MOTTO", "env unset GREETING MOTTO"),
    ("timeline --page 2 --per-page 10", "events --page 2 --per-page 10"),
    ("deployment-logs", "deployments output"),
    ("deployment-follow", "deployments follow"),
    ("self", "whoami"),
    ("addons-list", "addons providers"),
    ("addons-plans scalingo-redis", "addons plans scalingo-redis"),
    ("collaborators-add new@pinecrate.example", "collaborators add new@pinecrate.example"),
    ("domains-add late.pinecrate.example", "domains add late.pinecrate.example"),
    ("scale --synchronous web:3", "scale web:3 --wait"),
    ("scale -s web:3", "scale web:3 --wait"),
    ("restart --synchronous", "restart --wait"),
    ("logs --lines 5 -F web", "logs -n 5 --filter web"),
    ("apps --format json", "apps --json"),
    ("events --format=json --limit 2", "events --json --limit 2"),
    ("env export --format json", "env export --json"),
]


def requests(sandbox: Sandbox) -> list[tuple[str, str, object]]:
    return [
        (request.method, request.path, request.json if request.body else timeless(request.query))
        for request in sandbox.requests
        if "/operations/" not in request.path
    ]


def timeless(query: dict[str, str]) -> dict[str, str]:
    """A query without the second that an address of logs was made in."""
    return {name: value for name, value in query.items() if name != "timestamp"}


@pytest.mark.parametrize(("official", "ours"), PAIRS)
def test_the_official_spelling_does_what_ours_does(
    scalingo: CommandLine, sandbox: Sandbox, official: str, ours: str
) -> None:
    expected = scalingo(ours)
    sent = requests(sandbox)
    sandbox.reset()
    result = scalingo(official)
    assert result.code == expected.code == 0
    assert requests(sandbox) == sent
    assert "is scalingo" not in result.stderr


def test_destroy_without_force_asks(scalingo: CommandLine) -> None:
    assert scalingo("destroy pinecrate-next").code == 2
    terminal = scalingo.terminal("destroy pinecrate-next")
    terminal.expect("scalingo destroy is scalingo apps delete here")
    terminal.expect("Type pinecrate-next to confirm:")
    terminal.sendline("pinecrate-next")
    terminal.expect("Deleted pinecrate-next")
    terminal.wait()
    assert terminal.exitstatus == 0


def test_stats_stream_is_a_watch(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("503")
    assert scalingo("stats --stream --interval 2").code == 6


def test_rename_needs_its_flag(scalingo: CommandLine) -> None:
    assert scalingo("rename window").code == 2


def test_every_spelling_leads_to_a_command(scalingo: CommandLine) -> None:
    for official in COMMANDS:
        assert scalingo(f"{official} --help").code == 0, official


def test_the_help_tells_of_none(scalingo: CommandLine) -> None:
    words = scalingo("--help").stdout.split()
    assert not set(COMMANDS) & set(words)
    assert "--synchronous" not in scalingo("scale --help").stdout
    assert "--format" not in scalingo("apps list --help").stdout


def test_what_belongs_to_another_program_is_left_alone(scalingo: CommandLine) -> None:
    line = "sandbox -- printf '%s ' --format json -s --debug-body --synchronous"
    assert scalingo.process(line).stdout == "--format json -s --debug-body --synchronous "


def test_a_value_that_only_looks_like_a_flag_is_kept(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo(["env", "set", "--", "A=1", "B=--format=json"]).code == 0
    [sent] = [request.json for request in sandbox.requests]
    assert sent["variables"][1] == {"name": "B", "value": "--format=json"}
