"""The API of databases: an add-on seen through its own bearer, and all that belongs to it."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from scalingo_cli.sandbox.http import routing
from scalingo_cli.sandbox.seed import document
from tests.sandbox.conftest import Regional
from tests.sandbox.test_shapes_regional import DATABASE, LOGS_ARCHIVE, META, mismatch

APP = "/v1/apps/pinecrate-import"
DEDICATED = "/v1/apps/crate-ledger"
Ask = Callable[..., requests.Response]

BACKUP = {
    "id": "str",
    "created_at": "date",
    "started_at": "date?",
    "name": "str",
    "size": "int?",
    "status": "str",
    "database_id": "str",
    "method": "str",
}
USER = {
    "name": "str",
    "read_only": "bool",
    "protected": "bool",
    "dbms_attributes": {"password_encryption": "str"},
    "password?": "str",
}
MAINTENANCE = {
    "id": "str",
    "database_id": "str",
    "type": "str",
    "status": "str",
    "started_at": "date?",
    "ended_at": "date?",
}
OPERATION = {
    "id": "str",
    "type": "str",
    "status": "str",
    "created_at": "date",
    "finished_at": "date?",
    "error": "str?",
}


VERSION = {
    "id": "str",
    "created_at": "date",
    "updated_at": "date",
    "database_type_id": "str",
    "major": "int",
    "minor": "int",
    "patch": "int",
    "build": "int",
    "features": ["str"],
    "next_upgrade": "object?",
    "allowed_plugins": "any?",
}
RULE = {
    "id": "str",
    "database_id": "str",
    "type": "str",
    "cidr": "str",
    "label": "str",
    "range_id": "str",
}


def addon(regional: Regional, kind: str, app: str = APP) -> tuple[str, str]:
    """The id of the add-on of a kind, and its bearer."""
    rows = regional("GET", "api", f"{app}/addons").json()["addons"]
    [addon_id] = [row["id"] for row in rows if row["addon_provider"]["id"] == kind]
    made = regional("POST", "api", f"{app}/addons/{addon_id}/token").json()["addon"]
    return addon_id, made["token"]


def database(regional: Regional, kind: str = "postgresql", app: str = APP) -> Ask:
    """Ask about a database of the app, by the end of its path, with the bearer of its add-on."""
    addon_id, bearer = addon(regional, kind, app)

    def ask(method: str, end: str = "", json: Any = None, **more: Any) -> requests.Response:
        more.setdefault("bearer", bearer)
        return regional(method, "db", f"/api/databases/{addon_id}{end}", json, **more)

    return ask


@pytest.mark.parametrize(
    ("method", "end", "body", "status", "shape"),
    [
        ("GET", "", None, 200, {"database": DATABASE}),
        (
            "PATCH",
            "",
            {"database": {"periodic_backups_scheduled_at": 3}},
            200,
            {"database": DATABASE},
        ),
        ("GET", "/backups", None, 200, {"database_backups": [BACKUP]}),
        ("POST", "/backups", None, 201, {"database_backup": BACKUP}),
        ("GET", "/users", None, 200, {"database-users": [USER]}),
        (
            "POST",
            "/users",
            {"database_user": {"name": "metabase", "read_only": True}},
            201,
            {"database_user": USER},
        ),
        ("GET", "/maintenance", None, 200, {"maintenance": [MAINTENANCE], "meta": META}),
        (
            "POST",
            "/features",
            {"feature": {"name": "publicly-available"}},
            200,
            {"name": "str", "status": "str", "message": "str"},
        ),
        ("DELETE", "/features?feature=force-ssl", None, 200, {"message": "str"}),
        (
            "POST",
            "/upgrade",
            None,
            202,
            {name: shape for name, shape in VERSION.items() if name != "next_upgrade"}
            | {
                "message": "str",
                "operation_id": "str",
                "maintenance_window": "object",
                "release_number": "int",
                "warning_message": "str",
                "deleted_at": "date?",
                "allowed_plugins": ["str"],
            },
        ),
        (
            "GET",
            "/pitr/recovery_window",
            None,
            200,
            {"recovery_window": {"earliest": "date", "latest": "date"}},
        ),
        (
            "GET",
            "/instances_status",
            None,
            200,
            [{"id": "str", "type": "str", "status": "str", "role": "str"}],
        ),
        (
            "GET",
            "/metrics",
            None,
            200,
            {
                "cpu_usage": "int",
                "memory": "object",
                "database_stats": "object",
                "real_disk_size": "int",
                "instances_metrics": "object",
            },
        ),
        ("GET", "/logs", None, 200, {"url": "str"}),
        (
            "GET",
            "/logs_archives",
            None,
            200,
            {"next_cursor": "str", "has_more": "bool", "archives": [LOGS_ARCHIVE]},
        ),
        ("GET", "/backups/none", None, 404, {"resource": "str", "error": "str"}),
        ("GET", "/operations/none", None, 404, {"resource": "str", "error": "str"}),
        ("POST", "/users", {"database_user": {"name": "a"}}, 422, {"errors": {"name": ["str"]}}),
    ],
)
def test_the_answer_about_a_database_has_the_shape(
    regional: Regional, method: str, end: str, body: Any, status: int, shape: Any
) -> None:
    answer = database(regional)(method, end, body)
    assert answer.status_code == status, answer.text
    assert mismatch(answer.json(), shape) is None


def test_databases_of_every_kind(regional: Regional) -> None:
    for kind in ("postgresql", "redis", "mysql", "mongodb", "opensearch", "influxdb"):
        ask = database(regional, kind)
        assert ask("GET").json()["database"]["type_name"] == kind
        assert ask("GET", "/backups").json()["database_backups"]


def test_a_database_needs_the_bearer_of_its_own_addon(regional: Regional) -> None:
    ask = database(regional)
    for bearer in (regional.bearer, "none"):
        refused = ask("GET", "/backups", bearer=bearer)
        assert (refused.status_code, refused.json()) == (400, {"error": "unauthorized"})


def test_every_route_of_databases_asks_for_a_bearer(regional: Regional) -> None:
    for route in routing.ROUTES:
        if "db" in route.services and not "/".join(route.segments).endswith("/download"):
            path = re.sub(r"\{\w+\}", "x", "/".join(route.segments))
            assert regional(route.methods[0], "db", path).status_code == 400, path


def test_a_backup_is_made_and_fetched_in_parts(regional: Regional) -> None:
    regional.sandbox.clock.stop()
    regional.sandbox.end_next_backup(size=300_000)
    ask = database(regional)
    made = ask("POST", "/backups").json()["database_backup"]
    assert (made["status"], made["size"], made["method"]) == ("scheduled", None, "manual")
    end = f"/backups/{made['id']}"
    assert ask("GET", f"{end}/archive").status_code == 422
    regional.sandbox.advance(1)
    done = ask("GET", end).json()["database_backup"]
    assert (done["status"], done["size"] > 200_000) == ("done", True)
    url = ask("GET", f"{end}/archive").json()["download_url"]
    whole = requests.get(url, timeout=9)
    assert len(whole.content) == done["size"]
    with tarfile.open(fileobj=io.BytesIO(whole.content)) as archive:
        assert archive.getnames() == [f"{done['name']}/dump.sql"]
    rest = {"Range": "bytes=1000-", "If-Range": whole.headers["ETag"]}
    part = requests.get(url, headers=rest, timeout=9)
    assert (part.status_code, part.content) == (206, whole.content[1000:])
    assert part.headers["Content-Range"] == f"bytes 1000-{done['size'] - 1}/{done['size']}"
    changed = requests.get(url, headers=rest | {"If-Range": '"other"'}, timeout=9)
    assert (changed.status_code, changed.content) == (200, whole.content)
    beyond = requests.get(url, headers={"Range": f"bytes={done['size']}-"}, timeout=9)
    assert beyond.status_code == 416
    regional.sandbox.advance(601)
    assert requests.get(url, timeout=9).status_code == 403
    assert requests.get(url + "0", timeout=9).status_code == 403


def test_a_backup_can_fail(regional: Regional) -> None:
    regional.sandbox.end_next_backup("error")
    ask = database(regional)
    made = ask("POST", "/backups").json()["database_backup"]
    regional.sandbox.advance(1)
    failed = ask("GET", f"/backups/{made['id']}").json()["database_backup"]
    assert (failed["status"], failed["size"]) == ("error", None)
    assert ask("POST", f"/backups/{made['id']}/restore").status_code == 422


def test_the_users_of_a_database(regional: Regional) -> None:
    ask = database(regional)
    [own, _] = ask("GET", "/users").json()["database-users"]
    assert own["protected"]
    assert ask("DELETE", f"/users/{own['name']}").status_code == 403
    made = ask("POST", "/users", {"database_user": {"name": "metabase"}}).json()["database_user"]
    assert len(made["password"]) >= 24
    again = ask("POST", "/users/metabase/reset_password").json()["database_user"]
    assert again["password"] != made["password"]
    secret = {"password": "x" * 24, "password_confirmation": "x" * 24}
    changed = ask("PATCH", "/users/metabase", {"database_user": secret}).json()
    assert "password" not in changed["database_user"]
    for wrong in ({"password": "short"}, secret | {"password_confirmation": "y" * 24}):
        assert ask("PATCH", "/users/metabase", {"database_user": wrong}).status_code == 422
    assert "password" not in ask("GET", "/users").json()["database-users"][-1]
    assert ask("DELETE", "/users/metabase").status_code == 204
    assert ask("DELETE", "/users/metabase").json()["resource"] == "database_user"
    assert database(regional, "redis")("GET", "/users").status_code == 400


def test_a_feature_takes_a_while(regional: Regional) -> None:
    regional.sandbox.clock.stop()
    ask = database(regional)
    asked = ask("POST", "/features", {"feature": {"name": "publicly-available"}})
    assert asked.json()["status"] == "PENDING_TO_ACTIVATE"
    regional.sandbox.advance(1)
    features = ask("GET").json()["database"]["features"]
    assert {row["status"] for row in features} == {"ACTIVATED"}
    assert ask("DELETE", "/features?feature=publicly-available").status_code == 200
    statuses = [row["status"] for row in ask("GET").json()["database"]["features"]]
    assert sorted(statuses) == ["ACTIVATED", "PENDING_TO_REMOVE"]
    regional.sandbox.advance(1)
    assert len(ask("GET").json()["database"]["features"]) == 1
    assert ask("POST", "/features", {"feature": {"name": "redis-rdb"}}).status_code == 422


def test_a_database_goes_back_in_time(regional: Regional) -> None:
    regional.sandbox.clock.stop()
    ask = database(regional)
    moment = regional.sandbox.clock.now() - timedelta(hours=5)
    body = {"restore_time": moment.isoformat()}
    made = ask("POST", "/pitr/restore", body)
    assert made.status_code == 201
    operation = made.json()["operation"]
    assert mismatch(operation, OPERATION) is None
    assert ask("POST", "/pitr/restore", body).status_code == 422
    assert ask("GET").json()["database"]["current_operation_id"] == operation["id"]
    regional.sandbox.advance(1)
    ended = ask("GET", f"/operations/{operation['id']}").json()["operation"]
    assert (ended["status"], ended["error"]) == ("finished", None)
    assert ask("POST", "/pitr/restore", body).json()["errors"]["restore_time"]
    assert ask("POST", "/pitr/restore", {"restore_time": "noon"}).status_code == 422


def test_an_upgrade_is_followed_at_its_location(regional: Regional) -> None:
    regional.sandbox.end_next_operation("error", "no space is left")
    ask = database(regional)
    location = ask("POST", "/upgrade").headers["Location"]
    assert location.startswith(f"{regional.sandbox.db_url}/api/operations/")
    regional.sandbox.advance(1)
    _, bearer = addon(regional, "postgresql")
    ended = regional("GET", location, "", bearer=bearer).json()["operation"]
    assert (ended["status"], ended["error"]) == ("error", "no space is left")


def test_an_upgrade_leads_to_the_next_version_until_there_is_none(regional: Regional) -> None:
    ask = database(regional)
    before = ask("GET").json()["database"]
    _, bearer = addon(regional, "postgresql")
    path = f"/api/database_type_versions/{before['version_id']}"
    version = regional("GET", "db", path, bearer=bearer).json()["database_type_version"]
    assert mismatch(version, VERSION) is None
    assert version["next_upgrade"]["id"] == before["next_version_id"]
    types = regional("GET", "db", "/api/database_types", bearer=bearer).json()["database_types"]
    [kind] = [row for row in types if row["id"] == before["type_id"]]
    shown = regional("GET", "db", f"/api/database_types/{kind['id']}", bearer=bearer).json()
    assert shown == {"database_type": kind}
    assert ask("POST", "/upgrade").status_code == 202
    regional.sandbox.advance(1)
    after = ask("GET").json()["database"]
    assert after["version_id"] == before["next_version_id"]
    assert after["next_version_id"] is None
    assert ask("POST", "/upgrade").status_code == 422


def test_the_firewall_of_a_dedicated_database(regional: Regional) -> None:
    ask = database(regional, "postgresql-ng", DEDICATED)
    [seeded] = ask("GET", "/firewall_rules").json()["rules"]
    assert mismatch(seeded, RULE) is None
    network = {"type": "custom_range", "cidr": "192.0.2.0/24", "label": "office"}
    made = ask("POST", "/firewall_rules", network)
    assert (made.status_code, mismatch(made.json(), {"rule": RULE})) == (201, None)
    managed = {"type": "managed_range", "range_id": "mr-6b1f0e52"}
    assert ask("POST", "/firewall_rules", {"firewall_rule": managed}).status_code == 201
    path = f"/firewall_rules/{made.json()['rule']['id']}"
    labelled = ask("PATCH", path, {"firewall_rule": {"label": "attic"}}).json()["rule"]
    assert labelled == made.json()["rule"] | {"label": "attic"}
    assert len(ask("GET", "/firewall_rules").json()["rules"]) == 3
    assert ask("DELETE", path).status_code == 204
    assert ask("DELETE", path).json() == {"resource": "rule", "error": "not found"}
    for wrong in (network | {"cidr": "192.0.2.7/24"}, managed | {"range_id": "mr-0"}):
        assert ask("POST", "/firewall_rules", wrong).status_code in {404, 422}
    assert database(regional)("GET", "/firewall_rules").json() == {"rules": []}
    _, bearer = addon(regional, "postgresql-ng", DEDICATED)
    ranges = regional("GET", "db", "/api/firewall/managed_ranges", bearer=bearer).json()
    assert mismatch(ranges, {"ranges": [{"id": "str", "name": "str"}]}) is None


def test_the_logs_of_a_database_are_kept_in_the_state(regional: Regional) -> None:
    ask = database(regional)
    url = ask("GET", "/logs").json()["url"]
    said = requests.get(url, params={"n": 3}, timeout=9).text
    assert said.count("[postgresql-1]") == 3
    document.load(regional.sandbox.store, document.dump(regional.sandbox.store))
    assert requests.get(url, params={"n": 3}, timeout=9).text == said
    signed = requests.get(url, headers={"Authorization": "Bearer x"}, timeout=9)
    assert signed.status_code == 400


def test_a_backup_is_put_back(regional: Regional) -> None:
    ask = database(regional)
    [newest, *_] = ask("GET", "/backups").json()["database_backups"]
    operation = ask("POST", f"/backups/{newest['id']}/restore").json()["operation"]
    assert mismatch(operation, OPERATION) is None


def test_the_maintenance_of_a_database(regional: Regional) -> None:
    ask = database(regional)
    rows = ask("GET", "/maintenance").json()["maintenance"]
    assert [row["status"] for row in rows] == ["scheduled", "done"]
    assert ask("GET", f"/maintenance/{rows[0]['id']}").json() == {"maintenance": rows[0]}
    body = {"database": {"maintenance_window": {"weekday_utc": 5, "starting_hour_utc": 3}}}
    window = ask("PATCH", "", body).json()["database"]["maintenance_window"]
    assert window == {"weekday_utc": 5, "starting_hour_utc": 3, "duration_in_hour": 6}
    late = {"database": {"periodic_backups_scheduled_at": 24}}
    assert ask("PATCH", "", late).status_code == 422


def test_databases_are_kept_in_the_state(regional: Regional) -> None:
    ask = database(regional)
    ask("POST", "/users", {"database_user": {"name": "metabase"}})
    ask("POST", "/features", {"feature": {"name": "publicly-available"}})
    ask("POST", "/pitr/restore", {"restore_time": regional.sandbox.clock.now().isoformat()})
    before = [ask("GET", end).json() for end in ("/users", "/backups", "/maintenance")]
    document.load(regional.sandbox.store, document.dump(regional.sandbox.store))
    assert [ask("GET", end).json() for end in ("/users", "/backups", "/maintenance")] == before
    regional.sandbox.advance(1)
    shown = ask("GET").json()["database"]
    assert {row["status"] for row in shown["features"]} == {"ACTIVATED"}
    assert shown["current_operation_id"] is None


def test_a_dedicated_database_takes_a_while_to_be_made(regional: Regional) -> None:
    regional.sandbox.clock.stop()
    plans = regional("GET", "api", "/v1/addon_providers/postgresql-ng/plans").json()["plans"]
    ends = []
    for name, outcome in (("ledger-two", "done"), ("ledger-three", "error")):
        regional.sandbox.end_next_operation(outcome)
        wanted = {"name": name, "addon_provider_id": "postgresql-ng", "plan_id": plans[1]["id"]}
        assert regional("POST", "api", "/v1/databases", wanted).status_code == 201
        ask = database(regional, "postgresql-ng", f"/v1/apps/{name}")
        assert ask("GET").json()["database"]["status"] == "creating"
        regional.sandbox.advance(1)
        ends.append(ask("GET").json()["database"]["status"])
    assert ends == ["running", "stopped"]
