"""Every field of the answers to many commands, changed to what it should not be: no crash.

`make test` runs a sample; MUTATIONS=all runs all of them.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlsplit

import pytest

from scalingo_cli.api import services
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Quiet, served

LINES = [
    "apps",
    "apps show",
    "apps create tea-room",
    "apps dashboard",
    "apps open",
    "apps update --force-https --project Harvest --stack scalingo-20",
    "apps --project Harvest",
    "apps rename kiosk-two --confirm {app}",
    "addons",
    "addons add scalingo-redis seedling",
    "addons categories",
    "addons plans scalingo-redis",
    "addons providers",
    "alerts",
    "alerts add web --metric cpu --limit 0.8 --notify Kitchen",
    "autoscalers",
    "autoscalers add web --metric cpu --target 1 --min 1 --max 2",
    "autoscalers disable worker",
    "collaborators",
    "collaborators add new@example.com",
    "collaborators update ilse@pinecrate.example --limited",
    "cron-tasks",
    "events --all-apps",
    "git show",
    "private-network domains",
    "projects",
    "projects show Harvest",
    "projects delete Cellar --yes",
    "stacks",
    "domains update www.pinecrate.example --canonical",
    "collaborators remove jonas@pinecrate.example --yes",
    "deployments",
    "deployments follow latest",
    "deployments output latest",
    "deployments show latest",
    "doctor",
    "domains",
    "domains add shop.example.com",
    "domains show www.pinecrate.example",
    "env",
    "env diff --with pinecrate-api",
    "env copy pinecrate-api --yes",
    "env export",
    "env set A=1",
    "env unset GREETING",
    "events",
    "events --all",
    "events --limit 3",
    "integrations",
    "integrations branches github pinecrate/shop",
    "integrations import-keys github",
    "keys",
    "link",
    "link create https://github.com/pinecrate/shop --app pinecrate-blog --branch main",
    "link deploy main",
    "review-apps",
    "review-apps create 81",
    "review-apps show 84",
    "logs -n 3",
    "notifiers",
    "notifiers add email --name Team --to noor --event app_scaled",
    "notifiers platforms",
    "notifiers show Kitchen",
    "operations show op-1",
    "ps",
    "regions",
    "restart --wait",
    "run true",
    "scale",
    "scale web:+1 --wait",
    "stats",
    "tokens",
    "tokens create ci",
    "whoami",
]
MUTANTS: list[Any] = [None, "", "text", 7, -1, 2**70, 1.5, True, [], [None], [1], {}, {"a": 1}]
MISSING = object()
SAMPLE = 401  # one of so many

Answer = tuple[str, str, int, dict[str, str], bytes]  # method, path, status, headers, body
Place = tuple[str | int, ...]


def recorded(line: str, scalingo: CommandLine, sandbox: Sandbox) -> list[Answer]:
    """What the sandbox answers to each request of a command."""
    answers: list[Answer] = []

    class Handler(Quiet):
        def pass_on(self) -> None:
            parts = urlsplit(self.path).path.removeprefix("/v1/").split("/")
            home = sandbox.auth_url if services.of(parts) == "auth" else sandbox.url
            connection = HTTPConnection(urlsplit(home or sandbox.url).netloc)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            content = response.read()
            connection.close()
            kept = {
                name: response.headers[name]
                for name in ("Content-Type", "Location")
                if name in response.headers
            }
            path = urlsplit(self.path).path
            answers.append((self.command, path, response.status, kept, content))
            give(self, answers[-1])

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on  # noqa: N815 - so called

    with served(Handler) as url:
        scalingo(line, SCALINGO_API_URL=url, SCALINGO_AUTH_URL=url)
    return answers


@contextlib.contextmanager
def replay(line: str, scalingo: CommandLine) -> Iterator[Callable[[list[Answer]], str]]:
    """Give what returns what a command says on stderr when it is answered like this."""
    left: list[Answer] = []

    class Handler(Quiet):
        def give(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = (self.command, urlsplit(self.path).path)
            known = [answer for answer in left if answer[:2] == asked]
            if len(known) > 1:
                left.remove(known[0])
            give(self, known[0] if known else (*asked, 404, {}, b"{}"))

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = give  # noqa: N815 - so called

    with served(Handler) as url:
        there = scalingo.where(
            SCALINGO_API_URL=url,
            SCALINGO_AUTH_URL=url,
            SCALINGO_DEADLINE="2",
            SCALINGO_NO_CACHE="1",
        )

        as_json = cycle(["", "--json "])  # whose errors are held to more

        def said(answers: list[Answer]) -> str:
            left[:] = answers
            return there(f"{next(as_json)}{line}").stderr

        yield said


def give(handler: Quiet, answer: Answer) -> None:
    _, _, status, headers, body = answer
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """The place of each value in a JSON document; of a list its first two items."""
    yield here
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*here, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:2]):
            yield from places(inner, (*here, index))


def mutated(document: Any, place: Place, mutant: Any) -> Any:
    """The document, changed: with another value at a place, or with nothing there."""
    if not place:
        return None if mutant is MISSING else mutant
    inside = document
    for key in place[:-1]:
        inside = inside[key]
    if mutant is MISSING:
        del inside[place[-1]]
    else:
        inside[place[-1]] = mutant
    return document


def mutations(answers: list[Answer]) -> Iterator[tuple[int, Place, Any]]:
    for number, (_, _, status, headers, body) in enumerate(answers):
        if status < 300 and "json" in headers.get("Content-Type", ""):
            for place in places(json.loads(body)):
                for mutant in [*MUTANTS, MISSING]:
                    yield number, place, mutant


@pytest.mark.parametrize("line", LINES)
def test_a_changed_response_is_no_unexpected_error(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    line = line.replace("{app}", sandbox.main_app)
    answers = recorded(line, scalingo, sandbox)
    step = 1 if os.environ.get("MUTATIONS") == "all" else SAMPLE
    crashed = []
    with replay(line, scalingo) as answered:
        for number, place, mutant in islice(mutations(answers), len(line) % step, None, step):
            document = mutated(json.loads(answers[number][4]), place, mutant)
            spoilt = list(answers)
            spoilt[number] = (*answers[number][:4], json.dumps(document).encode())
            said = answered(spoilt)
            if "Unexpected error" in said:
                crashed.append((answers[number][:2], place, mutant, said.partition("(")[2][:70]))
    assert crashed == []
