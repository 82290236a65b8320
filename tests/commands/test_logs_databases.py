"""Stories of the logs of databases: `logs`, `logs-archives` and `log-drains` of an add-on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine, Result
from tests.processes import Follower

pytestmark = pytest.mark.regional
LEDGER = "crate-ledger"


def addon_of(scalingo: CommandLine, kind: str = "postgresql", app: str | None = None) -> str:
    """The ID of an add-on of an app, the main one by default."""
    options = f"--app {app} " if app else ""
    rows = scalingo(f"addons {options}--json").json["addons"]
    [addon_id] = [row["id"] for row in rows if row["addon_provider"]["id"].startswith(kind)]
    return str(addon_id)


def paths(sandbox: Sandbox) -> list[str]:
    return [request.path for request in sandbox.requests]


def test_logs_of_an_addon_take_two_requests_once_it_is_known(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("logs --addon psql -n 3")
    assert (said.code, said.stderr, len(said.stdout.splitlines())) == (0, "", 3)
    assert all("[postgresql-1]" in line for line in said.stdout.splitlines())
    addon_id = addon_of(scalingo)
    sandbox.clear_requests()
    assert scalingo("logs --addon psql -n 3") == said
    assert paths(sandbox) == [f"/api/databases/{addon_id}/logs", f"/apps/{addon_id}/logs"]
    assert sandbox.requests[1].query["n"] == "3"
    assert "authorization" not in sandbox.requests[1].headers
    messages = [
        json.loads(line) for line in scalingo("logs --addon psql --json").stdout.split("\n") if line
    ]
    assert messages[-1].keys() == {"timestamp", "container", "message"}
    assert scalingo("logs").stdout != said.stdout


@pytest.mark.parametrize(
    ("line", "variables"),
    [
        ("logs -n 2 --addon postgresql", {}),
        ("--addon {id} logs -n 2", {}),
        ("l -n 2 --addon {id}", {}),
        ("logs -n 2", {"SCALINGO_ADDON": "postgres"}),
    ],
)
def test_logs_addon_is_an_option_or_a_variable(
    line: str, variables: dict[str, str], scalingo: CommandLine
) -> None:
    expected = scalingo("logs -n 2 --addon psql").stdout
    said = scalingo(line.replace("{id}", addon_of(scalingo)), **variables)
    assert (said.code, said.stdout) == (0, expected)


@pytest.mark.parametrize(
    ("line", "variables"),
    [
        (f"logs -n 2 --database {LEDGER}", {}),
        (f"-d {LEDGER} logs -n 2", {}),
        ("logs -n 2", {"SCALINGO_DATABASE": LEDGER}),
    ],
)
def test_logs_of_a_dedicated_database_are_those_of_the_database(
    line: str, variables: dict[str, str], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(line, **variables)
    assert (said.code, len(said.stdout.splitlines())) == (0, 2)
    chosen = f"Logs of {LEDGER}, which the environment chooses:\n"
    assert said.stderr == (chosen if variables else "")
    addon_id = addon_of(scalingo, app=LEDGER)
    assert f"/api/databases/{addon_id}/logs" in paths(sandbox)


def test_logs_say_at_a_terminal_that_the_environment_chose_a_database(
    scalingo: CommandLine,
) -> None:
    with_variable = scalingo.terminal("logs -n 1", SCALINGO_ADDON="postgresql")
    with_variable.expect("Logs of postgresql of pinecrate-shop, which the environment chooses:")
    with_variable.expect_exact("[postgresql-1]")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("logs --addon postgresql --filter web", "--grep"),
        ("logs --addon postgresql --database x", "cannot be combined"),
        ("logs --app x --database x", "cannot be combined"),
        ("logs --addon ''", "--addon requires a name."),
        ("logs-archives --addon postgresql --page 1 --all", "cannot be combined"),
    ],
)
def test_logs_of_databases_misuse(
    line: str, said: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo(line)
    assert (result.code, result.stdout) == (2, "")
    assert said in result.stderr
    assert not any(path.endswith("/logs") for path in paths(sandbox))


def test_logs_of_an_addon_that_does_not_exist(scalingo: CommandLine) -> None:
    said = scalingo("logs --addon mysql")
    assert (said.code, said.stdout) == (3, "")
    assert "scalingo addons" in said.stderr


def test_logs_of_databases_are_not_on_the_legacy_api(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    legacy = scalingo.where(SCALINGO_REGION=None, SCALINGO_API_TOKEN="not-one-of-a-region")
    said = legacy("logs --addon postgresql")
    assert (said.code, said.stdout) == (2, "")
    assert "--region" in said.stderr


def test_logs_of_an_addon_are_followed_over_a_cut(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    addon_id = addon_of(scalingo)
    logs = Follower(scalingo, "logs --addon postgresql -n 1 -f", tmp_path)
    assert "[postgresql-1]" in logs.lines(1)[0][0]
    sandbox.log(addon_id, "postgresql-1", "FATAL:  too many connections")
    assert "FATAL:  too many connections" in logs.lines(2)[1][0]
    sandbox.disturb_streams("cut")
    sandbox.log(addon_id, "postgresql-1", "LOG:  back again")
    assert "LOG:  back again" in logs.lines(3)[2][0]
    assert logs.interrupt() == 130


def test_logs_of_an_addon_since_a_moment_come_from_its_archives(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("logs --addon postgresql --since 20h --until 19h --grep checkpoint")
    assert said.code == 0
    assert said.stderr.startswith("Logs of postgresql of pinecrate-shop from ")
    assert said.stdout.count("checkpoint") == len(said.stdout.splitlines()) > 0
    addon_id = addon_of(scalingo)
    assert f"/api/databases/{addon_id}/logs_archives" in paths(sandbox)
    assert any(path.startswith(f"/archives/{addon_id}/") for path in paths(sandbox))


def test_logs_of_a_database_around_an_event_of_its_app(scalingo: CommandLine) -> None:
    said = scalingo("logs --addon postgresql --around latest")
    assert (said.code, "[postgresql-1]" in said.stdout) == (0, True)


@pytest.mark.parametrize(
    ("options", "name"),
    [("--addon postgresql", "postgresql-pinecrate-shop"), (f"--database {LEDGER}", LEDGER)],
)
def test_logs_archives_of_a_database(
    options: str, name: str, scalingo: CommandLine, tmp_path: Path
) -> None:
    listed = scalingo(f"logs-archives {options}")
    assert (listed.code, len(listed.lines)) == (0, 8 if "addon" in options else len(listed.lines))
    if not listed.lines:
        return
    assert scalingo(f"la {options}") == listed
    said = scalingo(f"logs-archives download latest {options} -o archives")
    assert said.code == 0, said.stderr
    [[file]] = said.lines
    assert Path(file).name.startswith(name)
    assert b"[postgresql-1]" in gzip.decompress((tmp_path / file).read_bytes())


def test_logs_archives_of_a_database_at_a_terminal_offer_its_next_line(
    scalingo: CommandLine,
) -> None:
    said = scalingo("logs-archives download 2001 --addon postgresql")
    assert said.code == 3
    assert "scalingo logs-archives --app pinecrate-shop --addon postgresql" in said.stderr


def test_log_drains_of_a_dedicated_database_are_those_of_its_addon(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    addon_id = addon_of(scalingo, app=LEDGER)
    path = f"/v1/apps/{LEDGER}/addons/{addon_id}/log_drains"
    added = f"log-drains add papertrail --host a.example --port 31207 --database {LEDGER}"
    assert scalingo(added).code == 0
    assert paths(sandbox)[-1] == path
    assert scalingo("log-drains", SCALINGO_DATABASE=LEDGER).lines[0][0] == "a.example:31207"
    assert (
        scalingo("log-drains", SCALINGO_ADDON="psql").lines[0][0] == "syslog.pinecrate.example:6514"
    )
    removed = scalingo(f"-d {LEDGER} log-drains-remove papertrail://a.example:31207 --yes")
    assert (removed.code, paths(sandbox)[-1]) == (0, path)
    empty = scalingo(f"log-drains --database {LEDGER}")
    assert empty.lines == []
    assert empty.stderr.endswith(f"scalingo log-drains add TYPE --database {LEDGER}\n")
    assert scalingo("log-drains", SCALINGO_DATABASE=LEDGER, SCALINGO_APP=None) == empty


def test_log_drains_remove_of_an_addon_in_the_official_spelling(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("--addon postgresql log-drains-remove syslog.pinecrate.example --yes")
    assert said.code == 0, said.stderr
    [deleted] = [each.path for each in sandbox.requests if each.method == "DELETE"]
    assert deleted.endswith(f"/addons/{addon_of(scalingo)}/log_drains")


def outcome(result: Result) -> tuple[int, str]:
    return result.code, result.stdout


@pytest.mark.parametrize("line", ["env", "events", "collaborators", "log-drains", "logs-archives"])
def test_the_database_of_the_environment_stands_for_the_app(
    line: str, scalingo: CommandLine
) -> None:
    by_option = outcome(scalingo(f"{line} --database {LEDGER}"))
    assert by_option[0] == 0
    assert outcome(scalingo(line, SCALINGO_DATABASE=LEDGER)) == by_option
    assert outcome(scalingo(line, SCALINGO_DATABASE=LEDGER, SCALINGO_APP=None)) == by_option
    of_app = outcome(scalingo(line))
    by_app = f"{line} --app pinecrate-shop"
    assert outcome(scalingo(by_app, SCALINGO_DATABASE=LEDGER)) == of_app != by_option


def test_events_of_all_apps_need_no_database(scalingo: CommandLine) -> None:
    said = scalingo("events --all-apps --limit 1")
    assert outcome(scalingo("events --all-apps --limit 1", SCALINGO_DATABASE=LEDGER)) == outcome(
        said
    )


def test_collaborators_update_of_a_dedicated_database(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    [invited] = scalingo(
        f"collaborators add ilse@pinecrate.example --database {LEDGER} --json"
    ).json.values()
    said = scalingo(f"collaborators update {invited['id']} --limited --database {LEDGER}")
    assert said.code == 0, said.stderr
    assert paths(sandbox)[-1] == f"/v1/apps/{LEDGER}/collaborators/{invited['id']}"
    by_official = f"-d {LEDGER} collaborators-update --limited ilse@pinecrate.example"
    assert scalingo(by_official).code == 0
