"""What the simulator knows: each resource, its refusals, and the events it leaves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from scalingo_cli.sandbox.seed.company import public_key
from tests.tls import CERTIFICATE, KEY, certify, make_key, private_pem

if TYPE_CHECKING:
    from scalingo_cli.sandbox import Sandbox
    from tests.sandbox.conftest import Http

SHOP = "/v1/apps/pinecrate-shop"
EVENT_TYPES = {
    "restart",
    "scale",
    "deployment",
    "run",
    "new_variable",
    "edit_variable",
    "delete_variable",
    "new_app",
    "rename_app",
    "transfer_app",
    "new_domain",
    "edit_domain",
    "delete_domain",
    "new_addon",
    "upgrade_addon",
    "delete_addon",
    "new_collaborator",
    "accept_collaborator",
    "delete_collaborator",
    "edit_variables",
}


def newest(http: Http, app: str = "pinecrate-shop") -> tuple[str, Any]:
    event = http("GET", f"/v1/apps/{app}/events?per_page=1").json()["events"][0]
    return event["type"], event.get("type_data")


def test_apps_of_every_status_and_role(http: Http) -> None:
    apps = {app["name"]: app for app in http("GET", "/v1/apps").json()["apps"]}
    assert next(iter(apps)) == "pinecrate-shop"
    assert {app["status"] for app in apps.values()} == {"running", "new", "stopped", "crashed"}
    assert apps["hedgerow-map"]["owner"]["username"] == "ilse"
    assert http("DELETE", "/v1/apps/hedgerow-map?current_name=hedgerow-map").status_code == 403
    shop = apps["pinecrate-shop"]
    assert http("GET", f"/v1/apps/{shop['id']}").json() == {"app": shop}


@pytest.mark.parametrize("name", ["short", "a" * 49, "Upper-case", "-edge-", "two--hyphens"])
def test_an_app_needs_a_proper_name(http: Http, name: str) -> None:
    response = http("POST", "/v1/apps", {"app": {"name": name}})
    assert response.status_code == 422
    assert "name" in response.json()["errors"]


def test_the_life_of_an_app(http: Http) -> None:
    body = {"app": {"name": "plum-jam"}}
    assert http("POST", "/v1/apps", body, headers={"X-Dry-Run": "true"}).status_code == 201
    assert http("POST", "/v1/apps", body).json()["app"]["status"] == "new"
    assert http("POST", "/v1/apps", body).json() == {"errors": {"name": ["is already taken"]}}
    names = {"current_name": "plum-jam", "new_name": "pear-jam"}
    assert http("POST", "/v1/apps/plum-jam/rename", names).json()["app"]["name"] == "pear-jam"
    assert http("POST", "/v1/apps/pear-jam/rename", names).status_code == 422
    renamed = {"old_name": "plum-jam", "new_name": "pear-jam"}
    assert newest(http, "pear-jam") == ("rename_app", renamed)
    web = {"containers": [{"name": "web", "amount": 2}]}
    scaled = http("POST", "/v1/apps/pear-jam/scale", web)
    assert scaled.status_code == 200
    assert "Location" not in scaled.headers
    assert http("DELETE", "/v1/apps/pear-jam").status_code == 422
    assert http("DELETE", "/v1/apps/pear-jam?current_name=pear-jam").status_code == 204
    assert http("GET", "/v1/apps/pear-jam").json() == {"resource": "app", "error": "not found"}


def test_an_app_goes_to_a_collaborator_only(http: Http) -> None:
    for email, status in (("priya@saltmarsh.example", 422), ("ilse@pinecrate.example", 200)):
        body = {"app": {"owner": {"email": email}}}
        assert http("PATCH", SHOP, body).status_code == status
    assert newest(http)[0] == "transfer_app"
    assert http("GET", SHOP).json()["app"]["owner"]["username"] == "ilse"


def test_an_unverified_account_has_to_pay_first(sandbox: Sandbox, http: Http) -> None:
    priya = ("", sandbox.unverified_token)
    web = {"containers": [{"name": "web", "amount": 2}]}
    for path, body in (
        ("/v1/apps", {"app": {"name": "fourth-app"}}),
        ("/v1/apps/saltmarsh-diary/scale", web),
    ):
        response = http("POST", path, body, auth=priya)
        assert response.status_code == 402
        assert set(response.json()) == {"error", "url"}


def test_variables_are_set_changed_and_removed_with_events(http: Http) -> None:
    def post(value: str) -> Any:
        variable = {"name": "PLUM", "value": value}
        return http("POST", f"{SHOP}/variables", {"variable": variable})

    created = post("1")
    assert created.status_code == 201
    assert newest(http) == ("new_variable", {"name": "PLUM", "value": "1"})
    assert post("2").status_code == 200
    path = f"{SHOP}/variables/{created.json()['variable']['id']}"
    assert http("PUT", path, {"variable": {"value": "3"}}).json()["variable"]["value"] == "3"
    changed = {"name": "PLUM", "old_value": "2", "value": "3"}
    assert newest(http) == ("edit_variable", changed)
    many = [{"name": "PLUM", "value": "4"}, {"name": "PEAR", "value": ""}]
    assert len(http("PUT", f"{SHOP}/variables", {"variables": many}).json()["variables"]) == 2
    assert newest(http)[1] == {
        "new_vars": [{"name": "PEAR", "value": ""}],
        "updated_vars": [{"name": "PLUM", "value": "4", "old_value": "3"}],
        "deleted_vars": None,
    }
    assert http("DELETE", path).status_code == 204
    assert newest(http) == ("delete_variable", {"name": "PLUM", "value": "4"})
    assert http("DELETE", path).json()["resource"] == "variable"


def test_many_variables_are_set_all_or_none(http: Http) -> None:
    before = http("GET", f"{SHOP}/variables").json()
    for name, value in (("NO-HYPHEN", ""), ("A" * 65, ""), ("LONG", "x" * 8193), ("ZERO", "\0")):
        many = [{"name": "FIRST", "value": "1"}, {"name": name, "value": value}]
        assert http("PUT", f"{SHOP}/variables", {"variables": many}).status_code == 422
    assert http("GET", f"{SHOP}/variables").json() == before


def test_aliases_can_be_resolved(http: Http) -> None:
    def values(query: str) -> dict[str, str]:
        rows = http("GET", f"{SHOP}/variables{query}").json()["variables"]
        return {row["name"]: row["value"] for row in rows}

    assert values("")["DATABASE_URL"] == "$SCALINGO_POSTGRESQL_URL"
    assert values("?aliases=false")["DATABASE_URL"].startswith("postgres://")


def test_scaling_is_an_operation_that_takes_time(sandbox: Sandbox, http: Http) -> None:
    sandbox.clock.stop()
    web = {"containers": [{"name": "web", "amount": 3, "size": "L"}]}
    scaled = http("POST", f"{SHOP}/scale", web)
    assert scaled.status_code == 202
    assert [row["amount"] for row in scaled.json()["containers"]] == [3, 1, 1]
    assert newest(http)[1] == {
        "previous_containers": {"web": "2:M", "worker": "1:L", "clock": "1:S"},
        "containers": {"web": "3:L", "worker": "1:L", "clock": "1:S"},
    }
    path = scaled.headers["Location"].removeprefix(sandbox.url)
    running = http("GET", path).json()["operation"]
    assert running["status"] in ("pending", "running")
    assert "finished_at" not in running
    assert http("GET", SHOP).json()["app"]["status"] == "scaling"
    assert http("POST", f"{SHOP}/restart", {"scope": None}).status_code == 422
    sandbox.advance(1)
    assert http("GET", path).json()["operation"]["status"] == "done"
    assert http("GET", SHOP).json()["app"]["status"] == "running"
    assert len(http("GET", f"{SHOP}/stats").json()["stats"]) == 5


@pytest.mark.parametrize(
    ("asked", "status", "answer"),
    [
        ({"name": "nope", "amount": 1}, 404, {"resource": "container_type", "error": "not found"}),
        ({"name": "web", "amount": -1}, 422, {"web": {"amount": ["may not be negative"]}}),
        ({"name": "web", "amount": 11}, 422, {"web": {"amount": ["may not be more than 10"]}}),
        ({"name": "web"}, 422, {"web": {"amount": ["missing field"]}}),
        (
            {"name": "web", "amount": 1, "size": "XS"},
            422,
            {"web": {"size": ["should be one of S, M, L, XL, 2XL, 3XL"]}},
        ),
    ],
)
def test_bad_formations_are_refused(http: Http, asked: Any, status: int, answer: Any) -> None:
    response = http("POST", f"{SHOP}/scale", {"containers": [asked]})
    expected = {"errors": answer} if status == 422 else answer
    assert (response.status_code, response.json()) == (status, expected)


def test_operations_can_fail_or_never_end(sandbox: Sandbox, http: Http) -> None:
    http("POST", "/_sandbox/operations", {"outcome": "error", "error": "web-1 fell over"})
    restarted = http("POST", f"{SHOP}/restart", {"scope": ["web-1", "worker"]})
    assert (restarted.status_code, restarted.content) == (202, b"")
    assert newest(http) == ("restart", {"scope": ["web-1", "worker"]})
    sandbox.advance(1)
    path = restarted.headers["Location"].removeprefix(sandbox.url)
    assert http("GET", path).json()["operation"]["error"] == "web-1 fell over"
    assert http("GET", SHOP).json()["app"]["status"] == "crashed"
    sandbox.end_next_operation("never")
    restarted = http("POST", f"{SHOP}/restart", {})
    sandbox.advance(1_000_000)
    path = restarted.headers["Location"].removeprefix(sandbox.url)
    assert http("GET", path).json()["operation"]["status"] == "running"


def test_much_is_made_up_before_what_happened(sandbox: Sandbox, http: Http) -> None:
    own = [event["id"] for event in sandbox.store.app(sandbox.main_app).events]
    sandbox.add_many_events(sandbox.main_app, 1000)
    events = []
    for page in range(1, 99):
        answer = http("GET", f"{SHOP}/events?per_page=100&page={page}").json()
        events += answer["events"]
        assert answer["meta"]["pagination"]["total_count"] == 1000 + len(own)
        if page == answer["meta"]["pagination"]["total_pages"]:
            break
    assert [event["id"] for event in events[: len(own)]] == own[::-1]
    assert len({event["id"] for event in events}) == len(events) == 1000 + len(own)
    dates = [datetime.fromisoformat(event["created_at"]) for event in events[len(own) - 1 :]]
    assert dates == sorted(dates, reverse=True)


def test_events_of_every_documented_type_come_newest_first(http: Http) -> None:
    page = http("GET", f"{SHOP}/events?per_page=100").json()
    assert {event["type"] for event in page["events"]} == EVENT_TYPES
    dates = [event["created_at"] for event in page["events"]]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) > 60
    old = [event for event in page["events"] if event["created_at"] < "2015-08-11"]
    assert len(old) > 5
    assert not any("type_data" in event for event in old)


def test_pages_and_their_variants(sandbox: Sandbox, http: Http) -> None:
    def meta(query: str) -> Any:
        page = http("GET", f"{SHOP}/events?{query}").json()
        return len(page["events"]), page["meta"]

    total = meta("")[1]["pagination"]["total_count"]
    pages = -(-total // 30)
    expected = {"total_pages": pages, "total_count": total, "current_page": 1}
    assert meta("") == (30, {"pagination": expected | {"prev_page": None, "next_page": 2}})
    beyond = meta("page=99")[1]["pagination"]
    assert (beyond["current_page"], beyond["prev_page"], beyond["next_page"]) == (99, 98, None)
    assert meta("per_page=1000")[0] == min(total, 100)
    for query in ("page=0", "page=x", "per_page=-1"):
        assert http("GET", f"{SHOP}/events?{query}").status_code == 400
    sandbox.paginate("flat")
    assert meta("")[1]["current_page"] == 1
    sandbox.paginate("previous_page")
    assert meta("page=2")[1]["pagination"]["previous_page"] == 1
    sandbox.paginate("clamped")
    assert meta(f"page={pages}")[1]["pagination"]["next_page"] == pages
    sandbox.paginate("endless")
    assert meta("page=99")[1]["pagination"]["next_page"] == 100


def test_long_histories_can_be_made(sandbox: Sandbox, http: Http) -> None:
    sandbox.store.add_events("pinecrate-next", 1234)
    page = http("GET", "/v1/apps/pinecrate-next/events").json()
    assert page["meta"]["pagination"]["total_count"] == 1235


@pytest.mark.parametrize("outcome", ["success", "build-error", "hook-error", "aborted"])
def test_a_deployment_goes_on_while_its_output_grows(
    sandbox: Sandbox, http: Http, outcome: str
) -> None:
    sandbox.clock.stop()
    deployment_id = sandbox.deploy("pinecrate-next", outcome, seconds=100)
    path = f"/v1/apps/pinecrate-next/deployments/{deployment_id}"
    statuses: list[str] = []
    outputs: list[str] = []
    for _ in range(12):
        status = http("GET", path).json()["deployment"]["status"]
        statuses += [] if status in statuses else [status]
        outputs.append(http("GET", f"{path}/output").text)
        sandbox.advance(10)
    assert statuses[0] == "queued"
    assert statuses[-1] == outcome
    assert outputs[0] in outputs[5] in outputs[-1]
    kind, data = newest(http, "pinecrate-next")
    assert (kind, data["status"], data["deployment_id"]) == ("deployment", outcome, deployment_id)
    status = http("GET", "/v1/apps/pinecrate-next").json()["app"]["status"]
    assert status == ("running" if outcome == "success" else "new")


def test_deployments_link_to_their_output(http: Http) -> None:
    deployments = http("GET", f"{SHOP}/deployments").json()["deployments"]
    assert {"success", "build-error"} < {row["status"] for row in deployments}
    output = http("GET", deployments[0]["links"]["output"].partition("/v1")[2].join(["/v1", ""]))
    assert output.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert http("GET", f"{SHOP}/deployments/none").json()["resource"] == "deployment"


def test_collaborators_are_invited_accept_and_leave(sandbox: Sandbox, http: Http) -> None:
    body = {"collaborator": {"email": "new@pear.example"}}
    created = http("POST", f"{SHOP}/collaborators", body)
    row = created.json()["collaborator"]
    assert (created.status_code, row["status"], row["username"]) == (201, "pending", "n/a")
    assert "token=" in row["invitation_link"]
    assert http("POST", f"{SHOP}/collaborators", body).status_code == 422
    accepted = {"app": "pinecrate-shop", "email": "new@pear.example"}
    assert http("POST", "/_sandbox/collaborators", accepted).status_code == 204
    assert newest(http)[0] == "accept_collaborator"
    rows = http("GET", f"{SHOP}/collaborators").json()["collaborators"]
    assert [row["status"] for row in rows] == ["accepted", "pending", "accepted", "accepted"]
    assert http("DELETE", f"{SHOP}/collaborators/{row['id']}").status_code == 204
    assert newest(http)[0] == "delete_collaborator"


def test_a_certificate_goes_in_as_pem_and_comes_out_described(http: Http) -> None:
    domain = {"name": "labels.pinecrate.example", "tlscert": CERTIFICATE, "tlskey": KEY}
    created = http("POST", f"{SHOP}/domains", {"domain": domain})
    row = created.json()["domain"]
    assert row["tlscert"] == "/C=BE/O=Quincé & Co/CN=labels.pinecrate.example"
    assert row["tlskey"] == "RSA private key - 1024 bytes"
    path = f"{SHOP}/domains/{row['id']}"
    echoed = {"domain": {"tlscert": row["tlscert"], "tlskey": row["tlskey"]}}
    assert set(http("PATCH", path, echoed).json()["errors"]) == {"tlscert", "tlskey"}
    bare = http("PATCH", path, {"domain": {"tlscert": "", "tlskey": ""}}).json()["domain"]
    assert bare == {"id": row["id"], "name": row["name"], "ssl": False}
    edited = {"hostname": row["name"], "old_ssl": True, "ssl": False}
    assert newest(http) == ("edit_domain", edited)
    assert http("GET", path).json()["domain"] == bare
    names = [{"domain": {"name": name}} for name in ("fifth.example", "sixth.example", "Bad")]
    statuses = [http("POST", f"{SHOP}/domains", name).status_code for name in names]
    assert statuses == [201, 422, 422]
    assert http("DELETE", path).status_code == 204


def test_an_elliptic_key_is_as_good_as_an_rsa_one(http: Http) -> None:
    row = http("GET", f"{SHOP}/domains").json()["domains"][0]
    key = make_key("EC")
    certificate = certify(key, "shop.pinecrate.example", days=90)
    path = f"{SHOP}/domains/{row['id']}"
    for form in ("PKCS 8", "traditional"):
        tls = {"tlscert": certificate, "tlskey": private_pem(key, form)}
        updated = http("PATCH", path, {"domain": tls}).json()["domain"]
        assert updated["tlskey"] == "EC private key - 256 bytes"
    assert http("PATCH", path, {"domain": {}}).json()["domain"] == updated
    for wrong in ("EC", "RSA"):
        tls = {"tlscert": certificate, "tlskey": private_pem(make_key(wrong))}
        refused = http("PATCH", path, {"domain": tls}).json()["errors"]
        assert refused == {"tlskey": ["does not belong to the certificate"]}
    tls = {"tlscert": certificate, "tlskey": private_pem(make_key("Ed25519"))}
    assert "RSA or EC" in http("PATCH", path, {"domain": tls}).json()["errors"]["tlskey"][0]


def test_an_addon_brings_and_takes_its_variables(http: Http) -> None:
    providers = http("GET", "/v1/addon_providers").json()["addon_providers"]
    redis = next(row for row in providers if row["id"] == "redis")
    free, paid, *_ = redis["plans"]
    body = {"addon": {"addon_provider_id": "redis", "plan_id": free["id"]}}
    created = http("POST", f"{SHOP}/addons", body)
    assert created.status_code == 201
    assert created.json()["variables"] == ["SCALINGO_REDIS_URL", "REDIS_URL"]
    assert newest(http)[0] == "new_addon"
    path = f"{SHOP}/addons/{created.json()['addon']['id']}"
    upgraded = http("PATCH", path, {"addon": {"plan_id": paid["id"]}}).json()
    assert upgraded["addon"]["plan"] == paid
    assert newest(http)[0] == "upgrade_addon"
    assert http("PATCH", path, {"addon": {}}).json() == {"error": "plan_id is required"}
    assert http("DELETE", path).status_code == 204
    names = [row["name"] for row in http("GET", f"{SHOP}/variables").json()["variables"]]
    assert "REDIS_URL" not in names
    category = redis["category"]["id"]
    listed = http("GET", f"/v1/addon_providers?category_id={category}").json()
    assert len(listed["addon_providers"]) == 6
    plans = http("GET", "/v1/addon_providers/redis/plans").json()["plans"]
    assert [plan["id"] for plan in plans[:2]] == [free["id"], paid["id"]]


def test_keys_have_to_be_public_keys_not_known_yet(http: Http) -> None:
    def post(name: str, content: str) -> Any:
        return http("POST", "/v1/account/keys", {"key": {"name": name, "content": content}})

    content = public_key("noor@new")
    created = post("New laptop", content)
    assert created.status_code == 201
    assert post("Same again", content).json() == {"errors": {"content": ["is already in use"]}}
    for bad in (KEY, "ssh-rsa", "ssh-rsa AAAA", content.replace("ssh-ed25519 ", "ssh-rsa ")):
        assert "content" in post("Bad", bad).json()["errors"]
    path = f"/v1/account/keys/{created.json()['key']['id']}"
    assert http("GET", path).json() == created.json()
    assert http("DELETE", path).status_code == 204
    assert len(http("GET", "/v1/account/keys").json()["keys"]) == 2


def test_logs_are_read_at_an_address_with_a_token_of_its_own(sandbox: Sandbox, http: Http) -> None:
    def read(query: str, app: str = "pinecrate-shop") -> Any:
        address = http("GET", f"/v1/apps/{app}/logs").json()["logs_url"]
        return http("GET", address.removeprefix(sandbox.url) + query, auth=lambda request: request)

    assert len(read("&n=7").text.splitlines()) == 7
    assert " +0000 UTC [clock-1] " in read("&filter=clock&n=1").text
    both = read("&filter=web-2|worker").text.splitlines()
    assert {line.split("[")[1].split("]")[0] for line in both} == {"web-2", "worker-1"}
    assert read("&filter=(").status_code == 400
    assert read("", "pinecrate-next").status_code == 404
    assert http("GET", "/apps/pinecrate-shop/logs?token=wrong").status_code == 401
