"""Stories of dedicated databases, each of which is an app of its own."""

from __future__ import annotations

import json

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import changes, methods, methods_and_paths
from tests.command_line import CommandLine

pytestmark = pytest.mark.regional
LEDGER = "crate-ledger"
NG = "postgresql-ng"


def test_databases_are_listed_with_one_request(scalingo: CommandLine, sandbox: Sandbox) -> None:
    listed = scalingo("databases")
    assert listed.code == 0
    assert listed.lines[0][:3] == [LEDGER, NG, "postgresql-dr-starter-1024"]
    assert len(sandbox.requests) == 1
    assert LEDGER not in scalingo("apps").stdout


@pytest.mark.parametrize("line", ["databases show {}", "database-info {}", "-d {} databases show"])
def test_databases_show_a_dedicated_one(line: str, scalingo: CommandLine) -> None:
    shown = scalingo(line.format(LEDGER))
    assert (shown.code, shown.lines[0][1:4]) == (
        0,
        ["postgresql", "postgresql-dr-starter-1024", "running"],
    )
    by_variable = scalingo("databases show", SCALINGO_DATABASE=LEDGER, SCALINGO_APP=None)
    assert by_variable.stdout == shown.stdout
    assert scalingo(f"backups --database {LEDGER}").code == 0
    assert scalingo(f"-d {LEDGER} database-maintenance-list").code == 0
    assert scalingo(f"-d {LEDGER} database-users-list").lines[0][2] == "yes"


def test_databases_create_waits_change_plan_and_delete(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    line = f"database-create ledger-two --type {NG} --plan postgresql-dr-starter-512 --wait"
    made = scalingo(line)
    assert (made.code, made.lines[0][0]) == (0, "ledger-two")
    moved = scalingo("database-upgrade ledger-two postgresql-dr-starter-1024 --wait")
    assert moved.code == 0, moved.stderr
    assert [line[2] for line in scalingo("databases").lines if line[0] == "ledger-two"] == [
        "postgresql-dr-starter-1024"
    ]
    assert scalingo("database-destroy ledger-two").code == 2
    assert scalingo("databases delete ledger-two --confirm other").code == 2
    assert scalingo(f"databases delete {sandbox.main_app} --confirm x").code == 3
    assert scalingo("databases delete ledger-two --confirm ledger-two").code == 0
    assert methods_and_paths(sandbox)[-1] == "DELETE /v1/apps/ledger-two"


def test_databases_firewall(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_DATABASE=LEDGER, SCALINGO_APP=None)
    added = user("databases firewall add 192.0.2.0/24 --label office")
    assert (added.code, added.lines[0][1]) == (0, "192.0.2.0/24")
    assert scalingo(f"database-firewall-rules {LEDGER}").stdout.endswith(added.stdout)
    line = f"database-firewall-rules-add {LEDGER} --managed-range mr-6b1f0e52"
    assert scalingo(line).code == 0
    assert scalingo(f"database-firewall-managed-ranges {LEDGER}").code == 0
    sandbox.clear_requests()
    for wrong, says in (
        ("192.0.2.7/24", "is an address in the network 192.0.2.0/24"),
        ("home", "is not a network"),
        ("0.0.0.0/0", "the whole internet"),
    ):
        refused = user(f"databases firewall add {wrong}")
        assert (refused.code, refused.stdout) == (2, "")
        assert says in refused.stderr
    labelled = user("databases firewall update office --label attic")
    assert (labelled.code, labelled.lines[0][1]) == (0, "192.0.2.0/24")
    assert "attic" in labelled.lines[0]
    assert user("databases firewall update office --label x").code == 3
    assert methods(sandbox)[-1] == "PATCH"
    sandbox.clear_requests()
    assert user("databases firewall update attic --label office").code == 0
    sandbox.clear_requests()
    assert user("databases firewall remove office").code == 2
    assert changes(sandbox) == []
    assert user("databases firewall remove office --yes").code == 0
    assert len(user("databases firewall").lines) == 2


def test_databases_peerings(scalingo: CommandLine, sandbox: Sandbox) -> None:
    line = f"-d {LEDGER} database-net-peerings-add --outscale-net-peering-id pcx-1"
    added = scalingo(line)
    assert (added.code, added.lines[0][1]) == (0, "pcx-1")
    peering = added.lines[0][0]
    sandbox.clear_requests()
    for wrong in (["--np", ""], [], ["--np", "nosuch"]):
        said = scalingo(["-d", LEDGER, "database-net-peerings-remove", *wrong])
        assert said.code in {2, 3}
    assert changes(sandbox) == []
    removed = scalingo(f"databases peerings remove {peering} --yes --database {LEDGER}")
    assert removed.code == 0
    left = scalingo(f"databases peerings --database {LEDGER}").lines
    assert [line[1] for line in left] == ["pcx-5e2a7c10"]


def test_databases_endpoints_and_network(scalingo: CommandLine) -> None:
    assert scalingo(f"databases endpoints {LEDGER}").lines[0][1] == "31200"
    assert scalingo(f"-d {LEDGER} database-network-configuration").lines[0][0] == "10.20.0.0/24"
    none = scalingo("databases endpoints")
    assert (none.code, none.stdout) == (2, "")


def test_addons_show_leads_to_the_database(scalingo: CommandLine) -> None:
    shown = scalingo("addons-info psql")
    assert (shown.code, shown.lines[0][1]) == (0, "postgresql")
    assert "scalingo databases show --addon psql" in shown.stderr


@pytest.mark.parametrize("line", ["env", "timeline", "collaborators", "logs -n 1"])
def test_a_dedicated_database_stands_for_the_app(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(f"-d {LEDGER} {line}")
    assert said.code == 0, said.stderr
    assert any(f"/apps/{LEDGER}/" in request.path for request in sandbox.requests)
    assert scalingo(f"{line} --database {LEDGER} --app x").code == 2


def database_path(scalingo: CommandLine) -> tuple[str, dict[str, object]]:
    """Where the dedicated database is looked at, and what is there."""
    row = scalingo(f"databases show {LEDGER} --json").json["database"]
    return f"/api/databases/{row['id']}", row


def will_be(sandbox: Sandbox, path: str, row: dict[str, object], **changed: object) -> None:
    """Let the next look at a database see it so."""
    body = json.dumps({"database": {**row, **changed}})
    sandbox.fail_next("200", method="GET", path=path, body=body)


CHANGE = f"databases change-plan {LEDGER} postgresql-dr-starter-2048 --wait"


def test_databases_change_plan_waits_though_it_has_not_begun_at_the_first_look(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path, row = database_path(scalingo)
    will_be(sandbox, path, row)
    said = scalingo(CHANGE)
    assert said.code == 0, said.stderr
    assert "Changed the plan of crate-ledger to postgresql-dr-starter-2048." in said.stderr
    shown = scalingo(f"databases show {LEDGER}").lines[0]
    assert "postgresql-dr-starter-2048" in shown


def test_databases_change_plan_that_is_over_at_the_first_look(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path, row = database_path(scalingo)
    will_be(sandbox, path, row, plan="postgresql-dr-starter-2048")
    sandbox.clear_requests()
    assert scalingo(CHANGE).code == 0
    assert [each.path for each in sandbox.requests].count(path) == 1


def test_databases_change_plan_that_fails_is_an_error(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path, row = database_path(scalingo)
    will_be(sandbox, path, row, status="updating", current_operation_id="op-1")
    will_be(sandbox, path, row)
    failed = {"id": "op-1", "status": "error", "error": "no space is left"}
    sandbox.fail_next("200", path=f"{path}/operations/op-1", body=json.dumps({"operation": failed}))
    said = scalingo(CHANGE)
    assert (said.code, said.stdout) == (1, "")
    assert "ended with status error: no space is left." in said.stderr


@pytest.mark.parametrize("command", ["change-plan", "create"])
def test_databases_that_vanish_while_they_are_waited_for_are_not_found(
    command: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path, row = database_path(scalingo)
    if command == "create":
        line = f"databases create ledger-two --type {NG} --plan postgresql-dr-starter-512 --wait"
        path = "/api/databases/"
    else:
        line = CHANGE
    will_be(sandbox, path, row, status="creating", current_operation_id="op-1")
    sandbox.fail_next("404", method="GET", path=path, times=9)
    said = scalingo(line)
    assert (said.code, said.stdout) == (3, "")


def test_databases_create_that_fails_is_an_error(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("404", path="/v1/apps/ledger-two/addons")  # it is not there yet
    sandbox.end_next_operation("error", "no space is left")
    said = scalingo(
        f"databases create ledger-two --type {NG} --plan postgresql-dr-starter-512 --wait"
    )
    assert (said.code, said.stdout) == (1, "")
    assert "ledger-two did not start: it is stopped." in said.stderr


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (CHANGE, {"status": "updating", "current_operation_id": "op-1"}),
        (
            "databases features enable publicly-available --yes --wait",
            {"features": [{"name": "publicly-available", "status": "PENDING_TO_WHATEVER"}]},
        ),
    ],
)
def test_databases_that_take_longer_than_the_timeout_exit_124(
    line: str, seen: dict[str, object], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path, row = database_path(scalingo)
    body = json.dumps({"database": {**row, **seen}})
    sandbox.fail_next("200", method="GET", path=path, body=body, times=99)
    said = scalingo(f"{line} --timeout 0.5", SCALINGO_DATABASE=LEDGER)
    assert (said.code, said.stdout) == (124, "")
    assert "To look at it: scalingo databases" in said.stderr


def test_databases_one_that_is_still_made_does_not_disturb_the_list(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    line = f"databases create ledger-two --type {NG} --plan postgresql-dr-starter-512"
    assert scalingo(line).code == 0
    sandbox.fail_next("404", path="/v1/apps/ledger-two/addons", times=9)
    listed = scalingo("databases")
    assert (listed.code, [row[0] for row in listed.lines]) == (0, [LEDGER, "ledger-two"])
    shown = scalingo("databases show ledger-two")
    assert (shown.code, shown.stdout) == (3, "")
    by_status = scalingo("databases --status")
    assert by_status.code == 0
    assert [row[3] for row in by_status.lines] == ["running", "creating"]


def test_databases_that_do_not_exist_are_answered_with_those_that_do(scalingo: CommandLine) -> None:
    for line in ("databases show crate-ledgre", "backups --database crate-ledgre"):
        said = scalingo(line)
        assert (said.code, said.stdout) == (3, "")
        assert said.stderr == (
            'Error: Database "crate-ledgre" not found.\n'
            "Did you mean crate-ledger? List them: scalingo databases\n"
        )


@pytest.mark.parametrize(
    "line",
    [
        "databases delete '' --confirm x",
        "databases delete --database '' --confirm x",
        "databases endpoints ''",
        "databases peerings remove '' --yes",
        "databases firewall remove '' --yes",
        "databases firewall update '' --label x",
        "databases users delete '' --yes",
        "databases users password ''",
        "databases show ''",
        "databases change-plan '' postgresql-dr-starter-512",
        "backups show ''",
        "backups download ''",
        "backups download --backup ''",
        "backups restore '' --confirm crate-ledger",
        "databases maintenance show ''",
        "databases features disable '' --yes",
    ],
)
def test_an_empty_name_or_id_is_never_sent(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(line, SCALINGO_DATABASE=LEDGER, SCALINGO_APP=None)
    assert said.code in {2, 3}, said
    assert said.stdout == ""
    assert changes(sandbox) == []
    assert not any(request.path.endswith("/") for request in sandbox.requests)


def test_databases_status_of_many_is_one_request_each_once_they_are_known(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    names = ["ledger-one", "ledger-two", "ledger-three", "ledger-four"]
    for name in names:
        plan = "postgresql-dr-starter-512"
        assert scalingo(f"databases create {name} --type {NG} --plan {plan}").code == 0
    assert scalingo("databases --status").code == 0
    sandbox.clear_requests()
    listed = scalingo("databases --status")
    assert (listed.code, [row[0] for row in listed.lines]) == (0, [LEDGER, *names])
    assert len(sandbox.requests) == 1 + len(listed.lines)


def test_databases_show_of_one_that_was_deleted_since(scalingo: CommandLine) -> None:
    assert scalingo("databases show crate-ledger").code == 0
    assert scalingo("databases delete crate-ledger --confirm crate-ledger").code == 0
    said = scalingo("databases show crate-ledger")
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr.startswith('Error: Database "ad-')
    assert "List your databases: scalingo databases\n" in said.stderr


@pytest.mark.parametrize(
    "line",
    [
        "databases show --database nope",
        "databases change-plan nope postgresql-dr-starter-2048",
        "databases delete nope --confirm nope",
        "databases endpoints nope",
        "databases network nope",
        "databases peerings --database nope",
        "databases peerings add pcx-0a1b2c3d --database nope",
        "databases peerings remove pcx-0a1b2c3d --yes --database nope",
    ],
)
def test_databases_of_an_unknown_name_show_how_to_list_those(
    line: str, scalingo: CommandLine
) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr == ('Error: Database "nope" not found.\nList them: scalingo databases\n')
