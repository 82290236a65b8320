"""The sandbox for those who write other clients: its data, its routes and its moods."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scalingo_cli.commands.sandbox import CONTROLS
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.control.knobs import KNOBS
from scalingo_cli.sandbox.control.profile import PROFILES, Profile
from scalingo_cli.sandbox.http.routing import ROUTES
from tests.sandbox.conftest import Http, Regional

README = Path(__file__).parents[2] / "README.md"
OWN = {
    "users": [{"username": "mara", "email": "mara@loom.example", "password": "warp and weft"}],
    "apps": [
        {
            "name": "loom",
            "owner": "mara",
            "last_deployed_at": "2026-02-01T10:00:00.000Z",
            "formation": [{"name": "web", "amount": 2, "size": "M", "command": "bin/web"}],
            "variables": [{"id": "v1", "name": "COLOUR", "value": "madder"}],
        }
    ],
}


def test_the_controls_are_listed_where_people_look() -> None:
    listed = {f"{each.method} {each.path}": each.summary for each in KNOBS.values()}
    assert listed == CONTROLS
    rows = re.findall(
        r"^\| `([A-Z]+ /_sandbox[^`]*)` \| (.*) \| (.*) \|$", README.read_text(), re.MULTILINE
    )
    assert {control: does for control, _, does in rows} == listed
    for each, (_, fields, _) in zip(KNOBS.values(), rows, strict=True):
        assert re.findall(r"`(\w+)\??`", fields) == list(each.fields)
        assert set(re.findall(r"`(\w+)\?`", fields)) == each.optional & each.fields.keys()


def test_the_state_is_one_document(regional: Regional) -> None:
    before = regional("GET", "api", "/_sandbox/state").json()
    assert {name: len(rows) for name, rows in before.items()}.keys() == {"users", "tokens", "apps"}
    app = before["apps"][0]["name"]
    variable = {"variable": {"name": "TEA", "value": "green"}}
    regional("POST", "api", f"/v1/apps/{app}/variables", variable)
    assert regional("GET", "api", "/_sandbox/state").json() != before
    assert regional("PUT", "api", "/_sandbox/state", before).status_code == 204
    assert regional("GET", "api", "/_sandbox/state").json() == before
    assert regional("GET", "api", f"/v1/apps/{app}/deployments").status_code == 200


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({}, "users: missing field"),
        ({"users": []}, "users: at least one is needed"),
        ({"users": [{"email": "a@b.example"}]}, "user ?: "),
        ({"users": [7]}, "user 7: "),
        ({"users": OWN["users"], "apps": [{"name": "x", "owner": "nobody"}]}, "app x: 'nobody'"),
        ({"users": OWN["users"], "apps": [{"name": "x", "owner": "mara", "y": 1}]}, "app x: "),
        ({"users": OWN["users"], "addons": []}, "addons: unknown field"),
    ],
)
def test_what_is_no_state_changes_nothing(bad: Any, says: str, regional: Regional) -> None:
    before = regional("GET", "api", "/_sandbox/state").json()
    refused = regional("PUT", "api", "/_sandbox/state", bad)
    assert refused.status_code == 422
    assert says in refused.json()["error"]
    assert regional("GET", "api", "/_sandbox/state").json() == before


def test_it_begins_with_your_own_data(protocol: str) -> None:
    with Sandbox(protocol=protocol, data=OWN) as sandbox:
        assert (sandbox.username, sandbox.main_app) == ("mara", "loom")
        assert sandbox.password == "warp and weft"
        assert sandbox.describe()["otp_password"] == ""
        for _ in range(2):
            assert sandbox.store.user_of_token(sandbox.token) is sandbox.store.users[0]
            [app] = sandbox.state()["apps"]
            assert app["variables"][0]["value"] == "madder"
            sandbox.reset()
    with pytest.raises(ValueError, match="unknown: colours"):
        Sandbox(data={**OWN, "colours": []})


def test_its_routes_are_an_openapi_document(regional: Regional, http: Http) -> None:
    shown = regional("GET", "api", "/_sandbox/openapi.json").json()
    assert shown["openapi"].startswith("3.1")
    operations = [each for path in shown["paths"].values() for each in path.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    for path, methods in shown["paths"].items():
        for method, operation in methods.items():
            named = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
            assert re.findall(r"{(\w+)}", path) == named
            assert operation["summary"]
            assert ("requestBody" in operation) >= (method in ("post", "put", "patch"))
    served = {
        f"{method.lower()} {'/'.join(each.segments)}"
        for each in ROUTES
        for method in each.methods
        if set(each.services) - {"legacy"}
    }
    assert {each["operationId"] for each in operations} == served
    legacy = http("GET", "/_sandbox/openapi.json").json()["paths"]
    assert "/v1/users/sign_in" in legacy
    assert "/v1/users/sign_in" not in shown["paths"]


def test_a_profile_is_drawn_the_same_each_time() -> None:
    def drawn() -> list[str | None]:
        profile = Profile(errors={"503": 0.3, "cut": 0.2})
        faults = [profile.fault() for _ in range(1000)]
        return [fault.kind if fault else None for fault in faults]

    first = drawn()
    assert first == drawn()
    assert 200 < first.count("503") < 400
    assert 100 < first.count("cut") < 300
    profile = Profile(latency=(0.1, 0.3))
    assert all(0.1 <= profile.delay() <= 0.3 for _ in range(100))
    assert PROFILES.keys() == {"slow", "flaky"}


@pytest.mark.parametrize(
    "bad",
    [
        {"latency": [2, 1]},
        {"latency": [1]},
        {"latency": ["a", "b"]},
        {"errors": {"unlucky": 0.1}},
        {"errors": {"503": 2}},
    ],
)
def test_what_is_no_profile(bad: Any, regional: Regional, http: Http) -> None:
    assert http("POST", "/_sandbox/profile", bad).status_code == 422
    assert http("GET", "/v1/apps").status_code == 200


def test_a_profile_can_be_switched_on(sandbox: Sandbox, http: Http) -> None:
    assert http("POST", "/_sandbox/profile", {"errors": {"503": 1}}).status_code == 204
    assert http("GET", "/v1/apps").status_code == 503
    sandbox.reset()
    assert http("GET", "/v1/apps").status_code == 200


def test_own_data_and_a_profile_on_the_command_line(tmp_path: Path, scalingo: Any) -> None:
    data, profile = tmp_path / "data.json", tmp_path / "profile.json"
    data.write_text(json.dumps(OWN))
    profile.write_text(json.dumps({"errors": {"503": 1}}))
    env = {"SCALINGO_APP": None, "SCALINGO_NO_RETRY": "1"}
    said = scalingo.process(f"sandbox --data {data} -- scalingo env get COLOUR", **env)
    assert (said.code, said.stdout) == (0, "madder\n")
    said = scalingo.process(f"sandbox --profile {profile} -- scalingo apps", **env)
    assert said.code == 6
    for bad in ("--profile moody", f"--profile {README}", f"--data {README}"):
        said = scalingo.process(f"sandbox {bad} -- true", **env)
        assert (said.code, said.stdout) == (2, "")
        assert said.stderr.startswith("Error: ")
