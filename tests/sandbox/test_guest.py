"""A client that nobody here wrote, `scalingo` from npm, finds on the sandbox what it expects."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.http.routing import ROUTES
from scalingo_cli.sandbox.seed.company import public_key
from tests.programs import missing, require

SCRIPT = Path(__file__).with_name("guest.cjs")
RELEASE = "scalingo@0.14.6"

# The requests in its source that the sandbox does not serve: a route that is added, or that goes,
# changes this list. The other hundred are served.
UNSERVED = {
    "DELETE api /v1/apps/{}/data_access_consent",
    "DELETE auth /v1/client/tfa",
    "GET api /v1/account/referrals/stats",
    "GET api /v1/apps/{}/audit_logs/{}",
    "GET api /v1/apps/{}/scm_repo_link/branches",
    "GET auth /v1/client/tfa",
    "GET auth /v1/contracts",
    "GET auth /v1/contracts/history",
    "GET auth /v1/contracts/{}",
    "GET auth /v1/scm_integrations/{}/orgs",
    "GET auth /v1/users/roles",
    "GET billing /v1/profile",
    "PATCH api /v1/apps/{}/data_access_consent",
    "POST api /v1/apps/{}/data_access_consent",
    "POST auth /v1/client/tfa",
    "POST auth /v1/client/tfa/validate",
    "POST auth /v1/contracts/{}/accept",
    "POST auth /v1/users/delete",
    "POST auth /v1/users/delete/{}/confirm",
    "POST auth /v1/users/stop_free_trial",
    "POST billing /v1/profiles",
    "PUT api /v1/apps/{}/hds_contact",
    "PUT auth /v1/users/account",
    "PUT billing /v1/profiles/{}",
}
# How its source sends a request: to whom, the method, the path.
SENT = re.compile(
    r"(api|authApi|billingApi|unauthenticated)(?:Client)\(\s*\w*\s*\)"
    r"\s*\.(get|post|put|patch|delete)\(\s*[`\"]([^`\"?]+)"
)
SERVICES = {"authApi": "auth", "billingApi": "billing"}  # the others are the API of apps


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client, which is removed after the test."""
    node, npm = require("node"), require("npm")
    assert node
    folder = tmp_path_factory.mktemp("guest")
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", RELEASE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        missing(f"{RELEASE}, for npm failed")
    shutil.copy(SCRIPT, folder)
    return folder


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """As lenient as the platform."""
    with Sandbox(operation_seconds=0.1, lively=True) as running:
        yield running
    assert not running.errors


@pytest.fixture(scope="module")
def called(guest: Path, sandbox: Sandbox) -> dict[str, Any]:
    """What each call gave, by its name; all of them succeeded."""
    environment = {
        **sandbox.environment(),
        "SCALINGO_APP": sandbox.main_app,
        "KEY": public_key("guest"),
        "PATH": os.environ["PATH"],
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        ["node", "guest.cjs"],
        cwd=guest,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    rows = json.loads(done.stdout)
    assert [row for row in rows if "failed" in row] == []
    return {row["name"]: row["value"] for row in rows}


def test_every_call_of_a_foreign_client(called: dict[str, Any], sandbox: Sandbox) -> None:
    store = sandbox.store
    app = store.app(sandbox.main_app)
    assert called["Users.self"]["username"] == sandbox.username
    assert [row["name"] for row in called["Regions.all"]] == store.regions
    assert {row["name"] for row in called["Tokens.all"]} == {"sandbox", "laptop", "guest"}
    assert "guest" in {row["name"] for row in called["Keys.all"]}
    assert called["Apps.rename"]["name"] == called["Apps.find"]["name"] == "guest-house"
    assert called["Apps.update"]["force_https"] is True
    assert {"guest-house", app.name} <= {row["name"] for row in called["Apps.all"]}
    assert called["Environment.update"]["value"] == "black"
    assert called["Domains.update"]["canonical"] is True
    assert called["Collaborators.invite"]["status"] == "pending"
    assert {row["id"] for row in called["Addons.for"]} == {row["id"] for row in app.addons}
    web = next(row for row in app.formation if row["name"] == "web")
    assert (web["amount"], called["Operations.operation"]["type"]) == (3, "scale")
    assert "logs?token=" in called["Apps.logsURL"]
    assert called["Logs.for"].count("\n") >= 4
    assert called["Logs.listenerFor"]
    assert app.deployments[-1].id == called["Apps.deploymentListener"]["deployment"]
    # What was made for the test and removed again left nothing.
    assert [token.name for token in store.tokens if token.user.username == "noor"] == [
        "sandbox",
        "laptop",
    ]
    assert not {"TEA", "CUP"} & {row["name"] for row in app.variables}
    assert "guest.example" not in {row["name"] for row in app.domains}
    assert "guest@tea.example" not in {row["email"] for row in app.collaborators}
    assert "guest-house" not in {each.name for each in store.apps}
    assert sandbox.unserved() == []


def test_the_calls_cover_the_routes(called: dict[str, Any], sandbox: Sandbox) -> None:
    """The share of routes that are proved by somebody else's client does not shrink."""
    assert called
    asked = {(request.method, request.service, request.path) for request in sandbox.requests}
    regional_routes = [each for each in ROUTES if set(each.services) & {"auth", "api"}]
    reached = [
        each
        for each in regional_routes
        if any(
            method in each.methods
            and service in each.services
            and re.fullmatch(re.sub(r"{\w+}", "[^/]+", "/".join(each.segments)), path)
            for method, service, path in asked
        )
    ]
    assert len(reached) >= 45


def test_the_requests_in_its_source_are_served_but_for_a_list(guest: Path) -> None:
    sources = (guest / "node_modules" / "scalingo" / "src").rglob("*.ts")
    sent = {
        f"{method.upper()} {SERVICES.get(client, 'api')} /v1/{_blank(path.strip('/'))}"
        for source in sources
        for client, method, path in SENT.findall(source.read_text(encoding="utf-8"))
    }
    served = {
        f"{method} {service} {_blank('/'.join(route.segments))}"
        for route in ROUTES
        for method in route.methods
        for service in route.services
    }
    assert len(sent) > 120
    assert sent - served == UNSERVED


def _blank(path: str) -> str:
    """A path without the names of what is in it."""
    return re.sub(r"\$?{[^}]*}", "{}", path)
