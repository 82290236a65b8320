"""Stories of dedicated databases, each of which is an app of its own."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

pytestmark = pytest.mark.regional
LEDGER = "crate-ledger"
NG = "postgresql-ng"


def changes(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [
        (request.method, request.path.rpartition("/")[2])
        for request in sandbox.requests
        if request.method != "GET" and not request.path.endswith("/token")
    ]


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
    assert changes(sandbox)[-1] == ("DELETE", "ledger-two")


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
    assert changes(sandbox)[-1][0] == "PATCH"
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
