"""Stories of `scalingo databases`: an add-on of the app."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import changes
from tests.command_line import CommandLine

pytestmark = pytest.mark.regional


def sent(sandbox: Sandbox) -> list[tuple[str, object]]:
    """What changed, or would have changed, a database."""
    return [
        (request.method, request.json if request.body else request.query)
        for request in changes(sandbox)
        if request.service == "db"
    ]


@pytest.mark.parametrize(
    ("line", "end"), [("databases show", ""), ("databases users", "users"), ("backups", "backups")]
)
def test_databases_asks_once_if_all_is_known(
    line: str, end: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("databases features").code == 0
    sandbox.clear_requests()
    assert scalingo(line).code == 0
    [request] = sandbox.requests
    assert request.service == "db"
    assert request.path.endswith(end)


def test_databases_show(scalingo: CommandLine, sandbox: Sandbox) -> None:
    [shown] = scalingo("databases show").lines
    assert shown[0].startswith("ad-")
    assert shown[1:4] == ["postgresql", "postgresql-starter-512", "running"]
    assert "force-ssl" in shown
    document = scalingo("databases show --json").json["database"]
    assert (document["id"], document["app_name"]) == (shown[0], sandbox.main_app)
    card = scalingo("databases show", SCALINGO_FORCE_TTY="60", NO_COLOR="1").stdout
    assert "Maintenance (local)" in card


def test_databases_users_create_prints_the_password_alone(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    made = scalingo("database-users-create metabase --read-only --debug-body")
    assert made.code == 0
    password = made.stdout.strip()
    assert len(password) >= 24
    assert " " not in password
    assert password not in made.stderr
    assert "Its password is shown only once." in made.stderr
    [(_, body)] = sent(sandbox)
    assert isinstance(body, dict)
    assert body["database_user"]["password"] is None
    assert ["metabase", "yes", "no"] in scalingo("databases users").lines


def test_databases_users_password_of_stdin_is_not_repeated(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    password = "a-password-of-25-letters-"
    for line in ("create metabase", "password metabase"):
        said = scalingo(f"databases users {line} --password-stdin --debug-body", stdin=password)
        assert (said.code, said.stdout) == (0, "")
        assert password not in said.stderr
    assert [method for method, _ in sent(sandbox)] == ["POST", "PATCH"]
    short = scalingo("databases users create another --password-stdin", stdin="short")
    assert (short.code, short.stdout) == (5, "")
    planned = scalingo("databases users create third1 --password-stdin --dry-run", stdin=password)
    assert planned.code == 0
    assert password not in planned.stdout + planned.stderr


def test_databases_users_password_is_reset_by_the_platform(scalingo: CommandLine) -> None:
    said = scalingo("database-users-update-password reporting")
    assert said.code == 0
    assert len(said.stdout.strip()) >= 24


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("database-users-delete reporting", 2, "there is no terminal"),
        ("databases users delete nobody --yes", 3, 'no user "nobody"'),
        ("databases users delete Reporting --yes", 3, "Did you mean reporting?"),
        ("databases users create a", 5, "should have 6 to 32"),
        ("databases users create reporting", 5, "already taken"),
        ("databases users --app pinecrate-import --addon redis", 5, "redis has no users"),
    ],
)
def test_databases_users_says_what_is_wrong(
    line: str, code: int, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout) == (code, "")
    assert says in said.stderr
    assert "DELETE" not in [method for method, _ in sent(sandbox)]


def test_databases_users_delete(scalingo: CommandLine) -> None:
    assert scalingo("databases users delete reporting --yes").code == 0
    left = scalingo("databases users").lines
    assert len(left) == 1
    protected = scalingo(["databases", "users", "delete", left[0][0], "--yes"])
    assert (protected.code, protected.stdout) == (2, "")
    assert "is a protected user" in protected.stderr


def test_databases_features_enable_waits(scalingo: CommandLine, sandbox: Sandbox) -> None:
    row = scalingo("databases show --json").json["database"]
    pending = {"name": "continuous-backups", "status": "PENDING_TO_ACTIVATE"}
    body = json.dumps({"database": {**row, "features": [pending]}})
    sandbox.fail_next("200", method="GET", path=f"/api/databases/{row['id']}", body=body)
    said = scalingo("database-enable-feature continuous-backups --synchronous")
    assert (said.code, said.lines) == (0, [["continuous-backups", "ACTIVATED"]])
    assert "PENDING_TO_ACTIVATE" in said.stderr
    assert scalingo("databases features").lines[-1] == ["continuous-backups", "ACTIVATED"]


def test_databases_features_that_fail_are_an_error(scalingo: CommandLine, sandbox: Sandbox) -> None:
    database = scalingo("databases show --json").json["database"]
    failed = {"name": "continuous-backups", "status": "FAILED"}
    body = json.dumps({"database": {**database, "features": [failed]}})
    path = f"/api/databases/{database['id']}"
    sandbox.fail_next("200", method="GET", path=path, body=body)
    said = scalingo("databases features enable continuous-backups --wait")
    assert (said.code, said.stdout) == (1, "")
    assert "FAILED" in said.stderr


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("database-enable-feature publicly-available", "the whole internet"),
        ("database-disable-feature force-ssl", "without encryption"),
    ],
)
def test_databases_features_ask_before_a_database_is_less_safe(
    line: str, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout, sent(sandbox)) == (2, "", [])
    assert says in said.stderr
    assert scalingo(f"{line} --yes").code == 0


def test_databases_maintenance(scalingo: CommandLine) -> None:
    listed = scalingo("database-maintenance-list").lines
    assert {line[2] for line in listed} == {"done", "scheduled"}
    [planned] = [line for line in listed if line[2] == "scheduled"]
    shown = scalingo(["database-maintenance-info", "--maintenance", planned[0]])
    assert (shown.code, shown.lines) == (0, [planned])
    assert "It takes place on Tuesday 22:00 (Tuesday 22:00 UTC) or later." in shown.stderr
    assert "never" not in scalingo("databases maintenance", SCALINGO_FORCE_TTY="100").stdout
    paged = scalingo("databases maintenance --page 1 --per-page 1")
    assert len(paged.lines) == 1
    assert "For more: --page 2, --all" in paged.stderr
    assert sorted(scalingo("databases maintenance --all").lines) == sorted(listed)
    assert len(scalingo("databases maintenance --limit 1").lines) == 1


@pytest.mark.parametrize(
    ("options", "zone", "window"),
    [
        ("--day monday --hour '3 UTC'", "Asia/Tokyo", (1, 3)),
        ("--day monday --hour 3", "Asia/Tokyo", (0, 18)),
        ("--day sat", "UTC", (6, 22)),
        ("--hour '1 Asia/Tokyo'", "UTC", (2, 16)),
    ],
)
def test_databases_maintenance_window_is_sent_in_utc(
    options: str, zone: str, window: tuple[int, int], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo.process(f"databases maintenance window {options}", TZ=zone)
    assert said.code == 0, said.stderr
    day, hour = window
    given = {"weekday_utc": day, "starting_hour_utc": hour}
    assert sent(sandbox) == [("PATCH", {"database": {"maintenance_window": given}})]


@pytest.mark.parametrize(
    "options", ["--maintenance-window-day noday", "--maintenance-window-hour 24"]
)
def test_addons_config_refuses_a_wrong_day_or_hour(
    options: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(f"addons-config postgresql {options}")
    assert (said.code, said.stdout, sandbox.requests) == (2, "", [])
    good = scalingo("addons-config psql --maintenance-window-day friday")
    assert (good.code, good.lines[0][0]) == (0, "Friday 22:00")


def test_databases_pitr_restore_looks_at_the_window_and_names_the_database(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    [(earliest, latest)] = scalingo("database-pitr-recovery-window").lines
    assert datetime.fromisoformat(earliest) < datetime.fromisoformat(latest)
    assert latest.endswith("Z")  # as sent
    asked = scalingo("database-pitr-restore 2h")
    assert (asked.code, asked.stdout) == (2, "")
    assert "This stops postgresql of pinecrate-shop and takes it back to" in asked.stderr
    assert "no earlier time can be restored any more" in asked.stderr
    for words in ("2026-01-01T10:00:00", "yesterday", "2x"):
        assert scalingo(["databases", "pitr", "restore", words, "--confirm", "x"]).code == 2
    early = scalingo("databases pitr restore 2001-01-01T00:00:00Z")
    assert (early.code, early.stdout) == (5, "")
    assert "can be restored to any time from" in early.stderr
    assert sent(sandbox) == []
    done = scalingo(f"databases pitr restore 2h --confirm {sandbox.main_app} --wait")
    assert done.code == 0, done.stderr
    assert f"Restored postgresql of {sandbox.main_app}" in done.stderr
    [(_, body)] = sent(sandbox)
    assert isinstance(body, dict)
    assert datetime.fromisoformat(body["restore_time"]) < datetime.now(UTC)
    over = scalingo(f"databases pitr restore 1d --confirm {sandbox.main_app}")
    assert over.code == 5  # the timeline has begun anew


def test_databases_upgrade_version_asks_waits_and_ends_at_the_latest(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    refused = scalingo("databases upgrade-version")
    assert (refused.code, sent(sandbox)) == (2, [])
    assert (
        "from 16.4.0-1 to its next version? It is restarted, and cannot go back" in refused.stderr
    )
    done = scalingo("databases upgrade-version --yes --wait")
    assert (done.code, done.stdout) == (0, "")
    assert done.stderr.endswith("from 16.4.0-1 to 16.6.0-1.\n")
    sandbox.clear_requests()
    again = scalingo("databases upgrade-version --yes --wait")
    assert (again.code, sent(sandbox)) == (0, [])
    assert "has the latest version, 16.6.0-1." in again.stderr


def test_databases_upgrade_version_that_fails_is_an_error(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.end_next_operation("error", "no space is left")
    said = scalingo("databases upgrade-version --yes --wait")
    assert (said.code, said.stdout) == (1, "")
    assert "ended with status error: no space is left." in said.stderr


def test_databases_features_disable_waits(scalingo: CommandLine, sandbox: Sandbox) -> None:
    started = scalingo("databases features disable force-ssl --yes")
    assert (started.code, started.stdout) == (0, "")
    assert "To look at it: scalingo databases features" in started.stderr
    assert scalingo("databases features enable continuous-backups --wait").code == 0
    done = scalingo("databases features disable continuous-backups --wait")
    assert (done.code, done.stdout) == (0, "")
    assert "Disabled continuous-backups in postgresql of" in done.stderr
    assert "continuous-backups" not in scalingo("databases features").stdout


def path_of(scalingo: CommandLine) -> str:
    """Where the main app's database is."""
    return f"/api/databases/{scalingo('databases show --json').json['database']['id']}"


# Of what the documents and the platform's clients show differently, either is read.


@pytest.mark.parametrize(
    "answer", [{"operation_id": "op-1"}, {"operation": {"id": "op-1", "status": "pending"}}]
)
def test_databases_pitr_restore_takes_both_shapes_of_the_answer(
    answer: dict[str, object], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path = path_of(scalingo)
    sandbox.fail_next("201", method="POST", path=f"{path}/pitr/restore", body=json.dumps(answer))
    for status, error in (("running", None), ("user-error", "no space is left")):
        body = json.dumps({"operation": {"id": "op-1", "status": status, "error": error}})
        sandbox.fail_next("200", path=f"{path}/operations/op-1", body=body)
    said = scalingo(f"databases pitr restore 2h --confirm {sandbox.main_app} --wait")
    assert (said.code, said.stdout) == (1, "")
    assert "ended with status user-error: no space is left." in said.stderr


def test_databases_pitr_restore_without_an_operation_waits_for_the_database(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    row = scalingo("databases show --json").json["database"]
    path = f"/api/databases/{row['id']}"
    sandbox.fail_next("201", method="POST", path=f"{path}/pitr/restore", body="{}")
    looks = [
        {},  # for the recovery window, whose path begins like the database's
        {"status": "updating"},
        {"current_operation_id": "op-1"},
        {"status": "stopped"},
    ]
    for changed in looks:
        body = json.dumps({"database": {**row, **changed}})
        sandbox.fail_next("200", method="GET", path=path, body=body)
    said = scalingo(f"databases pitr restore 2h --confirm {sandbox.main_app} --wait")
    assert (said.code, said.stdout) == (1, "")
    assert "is stopped." in said.stderr


@pytest.mark.parametrize("root", ["database_user", None])
def test_databases_users_create_takes_both_shapes_of_the_answer(
    root: str | None, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    row = {"name": "metabase", "read_only": False, "protected": False, "password": "a" * 24}
    body = json.dumps({root: row} if root else row)
    path = f"{path_of(scalingo)}/users"
    sandbox.fail_next("201", method="POST", path=path, body=body)
    said = scalingo("databases users create metabase")
    assert (said.code, said.stdout) == (0, "a" * 24 + "\n")


def test_databases_maintenance_show_takes_both_shapes_of_the_answer(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    [row] = [
        each
        for each in scalingo("databases maintenance --json").json["maintenance"]
        if each["started_at"]
    ]
    path = f"{path_of(scalingo)}/maintenance/"
    rooted = scalingo(["databases", "maintenance", "show", row["id"]])
    sandbox.fail_next("200", path=path, body=json.dumps(row))
    assert scalingo(["databases", "maintenance", "show", row["id"]]) == rooted
