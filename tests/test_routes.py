"""Every route that the documents of 2015 describe is reached by a command, one test for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.http.routing import ROUTES
from scalingo_cli.sandbox.seed.company import public_key
from tests.command_line import CommandLine
from tests.processes import eventually
from tests.tls import CERTIFICATE, KEY

NAME = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Documented:
    """A route, the status of its answer, and the command line that reaches it.

    `{app}` is filled in by the command itself, `{variable}` with the id of a variable. With
    `shows` the line is typed at a terminal until that is there to see, and `left` by Ctrl-C.
    """

    route: str
    status: int
    line: str
    stdin: str = ""
    shows: str = ""
    left: bool = False

    def __str__(self) -> str:
        return self.route


# The legacy API as documented in 2015: hosts and {names} left out where they are all
# the same. `scalingo api` reaches what would make no sense as a command of its own.
DOCUMENTED = [
    Documented(
        "POST /v1/users/sign_in",
        201,
        f"login --email {Sandbox.email} --password-stdin --insecure-storage",
        "{password}\n",
    ),
    # Apps
    Documented("GET /v1/apps", 200, "apps"),
    Documented("POST /v1/apps", 201, "apps create tea-room"),
    Documented("GET /v1/apps/{app}", 200, "apps show"),
    Documented("HEAD /v1/apps/{app}", 200, "api HEAD /apps/{app}"),
    Documented(
        "PATCH /v1/apps/{app}",
        200,
        "apps transfer pinecrate-api ilse@pinecrate.example --confirm pinecrate-api",
    ),
    Documented(
        "POST /v1/apps/{app}/rename",
        200,
        "apps rename pinecrate-next pinecrate-soon --confirm pinecrate-next",
    ),
    Documented("DELETE /v1/apps/{app}", 204, "apps delete pinecrate-next --confirm pinecrate-next"),
    Documented("POST /v1/apps/{app}/scale", 202, "scale web:3"),
    Documented("POST /v1/apps/{app}/restart", 202, "restart web"),
    Documented("GET /v1/apps/{app}/operations/{operation_id}", 200, "restart --wait"),
    Documented("GET /v1/apps/{app}/stats", 200, "stats"),
    Documented("GET /v1/apps/{app}/events", 200, "events"),
    # Logs
    Documented("GET /v1/apps/{app}/logs", 200, "logs"),
    Documented("GET /apps/{app}/logs", 200, "logs"),
    Documented(
        "GET /apps/{app}/logs?stream=true", 200, "logs --follow", shows=r"\[web-1\]", left=True
    ),
    # One-off containers: {attach_url} is where the answer to the first says
    Documented("POST /v1/apps/{app}/run", 200, "run true"),
    Documented("CONNECT /attach/{secret}", 200, "run true"),
    Documented("PUT /attach/{secret}", 200, "run stty size", shows="24 160"),
    Documented("POST /attach/{secret}/files", 200, "run --file cert.pem true"),
    # Deployments
    Documented("GET /v1/apps/{app}/deployments", 200, "deployments"),
    Documented("GET /v1/apps/{app}/deployments/{deployment_id}", 200, "deployments show latest"),
    Documented(
        "GET /v1/apps/{app}/deployments/{deployment_id}/output", 200, "deployments output latest"
    ),
    # Variables
    Documented("GET /v1/apps/{app}/variables", 200, "env"),
    Documented(
        "POST /v1/apps/{app}/variables",
        201,
        "api POST /apps/{app}/variables -f variable[name]=COLOUR -f variable[value]=green",
    ),
    Documented("PUT /v1/apps/{app}/variables", 200, "env set COLOUR=green"),
    Documented(
        "PATCH /v1/apps/{app}/variables/{variable_id}",
        200,
        "api PATCH /apps/{app}/variables/{variable} -f variable[value]=green",
    ),
    Documented("DELETE /v1/apps/{app}/variables/{variable_id}", 204, "env unset GREETING"),
    # Collaborators
    Documented("GET /v1/apps/{app}/collaborators", 200, "collaborators"),
    Documented("POST /v1/apps/{app}/collaborators", 201, "collaborators add lena@example.com"),
    Documented(
        "DELETE /v1/apps/{app}/collaborators/{collaborator_id}",
        204,
        "collaborators remove ilse@pinecrate.example --yes",
    ),
    # Domains
    Documented("GET /v1/apps/{app}/domains", 200, "domains"),
    Documented(
        "GET /v1/apps/{app}/domains/{domain_id}", 200, "domains show shop.pinecrate.example"
    ),
    Documented("POST /v1/apps/{app}/domains", 201, "domains add fresh.example"),
    Documented(
        "PATCH /v1/apps/{app}/domains/{domain_id}",
        200,
        "domains update www.pinecrate.example --cert cert.pem --key key.pem",
    ),
    Documented(
        "DELETE /v1/apps/{app}/domains/{domain_id}",
        204,
        "domains remove www.pinecrate.example --yes",
    ),
    # Add-ons
    Documented("GET /v1/addon_categories", 200, "addons categories"),
    Documented("GET /v1/addon_providers", 200, "addons providers"),
    Documented("GET /v1/apps/{app}/addons", 200, "addons"),
    Documented("POST /v1/apps/{app}/addons", 201, "addons add redis redis-sandbox"),
    Documented("PATCH /v1/apps/{app}/addons/{addon_id}", 200, "addons upgrade postlark satchel"),
    Documented(
        "DELETE /v1/apps/{app}/addons/{addon_id}", 204, "addons remove postlark --confirm postlark"
    ),
    # Keys
    Documented("GET /v1/account/keys", 200, "keys"),
    Documented("GET /v1/account/keys/{key_id}", 200, "keys show 'Build machine'"),
    Documented("POST /v1/account/keys", 201, "keys add laptop -", public_key("you@laptop")),
    Documented("DELETE /v1/account/keys/{key_id}", 204, "keys remove 'Build machine' --yes"),
]

# What the sandbox serves besides: the clients of 2015 used it, or those of regional do.
UNDOCUMENTED = [
    Documented("GET /v1/users/self", 200, "whoami"),
    Documented("GET /v1/apps/{app}/containers", 200, "scale"),
    Documented("GET /attach/{secret}/wait", 200, "run true"),
    Documented("GET /v1/addon_providers/{addon_provider_id}/plans", 200, "addons plans redis"),
]

# Where the regional platform has what the legacy API had elsewhere.
REGIONAL = {
    "POST /v1/users/sign_in": "POST /v1/tokens",
    "DELETE /v1/apps/{app}/variables/{variable_id}": "DELETE /v1/apps/{app}/variables",
    "GET /v1/account/keys": "GET /v1/keys",
    "GET /v1/account/keys/{key_id}": "GET /v1/keys/{key_id}",
    "POST /v1/account/keys": "POST /v1/keys",
    "DELETE /v1/account/keys/{key_id}": "DELETE /v1/keys/{key_id}",
}


def reached(sandbox: Sandbox, route: str) -> list[int | None]:
    """The statuses that answered the requests to a route, in their order."""
    method, _, address = route.partition(" ")
    path, _, query = address.partition("?")
    place = re.compile(NAME.sub("[^/]+", path))
    return [
        request.status
        for request in sandbox.requests
        if request.method == method
        and place.fullmatch(request.path)
        and dict(parse_qsl(query)).items() <= request.query.items()
    ]


@pytest.mark.parametrize("row", [*DOCUMENTED, *UNDOCUMENTED], ids=str)
def test_a_command_reaches_the_route(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path, row: Documented, protocol: str
) -> None:
    route = REGIONAL.get(row.route, row.route) if protocol == "regional" else row.route
    (tmp_path / "cert.pem").write_text(CERTIFICATE)
    (tmp_path / "key.pem").write_text(KEY)
    [variable, *_] = sandbox.store.app(sandbox.main_app).variables
    line = row.line.replace("{variable}", variable["id"])
    if row.shows:
        terminal = scalingo.terminal(line)
        terminal.expect(row.shows)
        if row.left:
            eventually(lambda: bool(reached(sandbox, row.route)))
            terminal.sendintr()
        terminal.expect(pexpect.EOF)
        terminal.wait()
        assert terminal.exitstatus == (130 if row.left else 0)
    else:
        result = scalingo(line, stdin=row.stdin.replace("{password}", sandbox.password))
        assert result.code == 0, result.stderr
    assert row.status in reached(sandbox, route)


def test_the_list_is_complete() -> None:
    listed = [row.route for row in DOCUMENTED]
    assert len(listed) == len(set(listed)) == 46


def test_every_route_of_the_sandbox_is_listed() -> None:
    routes = [row.route.partition("?")[0] for row in DOCUMENTED + UNDOCUMENTED]
    listed = {NAME.sub("{}", route) for route in routes}
    served = {
        f"{route.methods[0]} {NAME.sub('{}', '/'.join(route.segments))}"
        for route in ROUTES
        if "legacy" in route.services
    }
    assert served == listed - {"HEAD /v1/apps/{}"}


def test_a_misprint_is_no_route(scalingo: CommandLine) -> None:
    """From February to May 2015 the documents said POST for what every client knew as GET."""
    result = scalingo("api POST /apps/{app}/logs")
    assert (result.code, result.stdout) == (1, "")
    assert "(405" in result.stderr
