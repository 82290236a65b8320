"""Stories of `scalingo cron-tasks`."""

from __future__ import annotations

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine


def test_cron_tasks_in_a_pipe_one_a_line(scalingo: CommandLine) -> None:
    result = scalingo("cron-tasks")
    assert (result.code, result.stderr) == (0, "")
    assert [line[:2] for line in result.lines] == [
        ["15 4 * * * bin/tally --boxes all", "L"],
        ["0 */6 * * * bin/stock --refresh", ""],
    ]
    assert all(line[2].endswith("Z") for line in result.lines)
    shown = scalingo("cron-tasks", SCALINGO_FORCE_TTY="120", NO_COLOR="1").stdout
    assert "in 14h" in shown


def test_cron_tasks_of_an_app_without_any(scalingo: CommandLine) -> None:
    """The platform sends null, or finds nothing if the app was never deployed."""
    for app in ("pinecrate-api", "pinecrate-next"):
        result = scalingo(f"cron-tasks --app {app}")
        assert (result.code, result.stdout) == (0, "")
        assert "This app has no cron tasks." in result.stderr
    assert scalingo("cron-tasks --app pinecrate-api --json").json == {"jobs": None}
    assert scalingo("cron-tasks --app pinecrate-next --json").json == {"jobs": []}


def test_cron_tasks_of_an_unknown_app_is_an_error(scalingo: CommandLine) -> None:
    result = scalingo("cron-tasks --app nosuchapp")
    assert (result.code, result.stdout) == (3, "")
    assert 'App "nosuchapp" not found in region osc-fr1.' in result.stderr


def test_cron_tasks_behind_a_proxy_that_finds_nothing_is_an_error(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("404", body="<html></html>", content_type="text/html")
    assert scalingo("cron-tasks").code == 3
