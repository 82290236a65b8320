"""Answers of a shape that nobody expects: null for a list, and fields of another type."""

from __future__ import annotations

from typing import Any

import pytest

from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere

NULLS = {
    "events": ("events", 0, "No events yet."),
    "events --all": ("events", 0, "No events yet."),
    "deployments": ("deployments", 0, "Nothing has been deployed yet."),
    "scale web:1": ("containers", 3, 'Container type "web" not found.'),
    "restart web": ("containers", 3, 'Container type "web" not found.'),
    "domains remove x --yes": ("domains", 3, 'has no domain "x".'),
    "keys remove x --yes": ("keys", 3, 'has no key "x".'),
    "addons remove x --confirm x": ("addons", 3, 'has no add-on "x".'),
    "notifiers": ("notifiers", 0, ""),
    "notifiers show x": ("notifiers", 3, 'has no notifier "x".'),
    "autoscalers show web": ("autoscalers", 3, 'has no autoscaler "web".'),
    "collaborators remove x --yes": ("collaborators", 3, 'has no collaborator "x".'),
}


@pytest.mark.parametrize("line", NULLS)
def test_null_is_an_empty_list(line: str, scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    root, code, words = NULLS[line]
    answer = {"autoscalers": None, root: None, "token": "h.e30.s"}
    elsewhere.will_answer(answer)  # also that of the exchange, and of what scale looks at
    said = scalingo(line, SCALINGO_API_URL=elsewhere.url, SCALINGO_AUTH_URL=elsewhere.url)
    assert (said.code, said.stdout) == (code, "")
    assert words in said.stderr


ODD: dict[str, tuple[str, Any, str]] = {
    "created without an app": ("apps create x", {"app": None}, '"app" is null'),
    "an app that is text": ("apps show x", {"app": "x"}, '"app" is text'),
    "apps that are an object": ("apps", {"apps": {"name": "x"}}, '"apps" is an object'),
    "an app that is a number": ("apps", {"apps": [{"name": "x"}, 7]}, '"apps[1]" is a number'),
    "a variable without a value": (
        "env export",
        {"variables": [{"name": "A"}]},
        '"variables[0].value" is missing',
    ),
    "a value that is a number": (
        "env export",
        {"variables": [{"name": "A", "value": 5}]},
        '"variables[0].value" is a number',
    ),
    "an amount that is null": (
        "scale web:1",
        {"containers": [{"name": "web", "amount": None}]},
        '"containers[0].amount" is null',
    ),
    "an amount that is a boolean": (
        "scale web:1",
        {"containers": [{"name": "web", "amount": True}]},
        '"containers[0].amount" is a boolean',
    ),
    "platforms that are a number": (
        "notifiers add email --name Team --all-events",
        {"notification_platforms": 7},
        '"notification_platforms" is a number',
    ),
    "alerts that are text": ("alerts", {"alerts": ["x"]}, '"alerts[0]" is text'),
    "ids that are lists": ("events", {"events": [{"id": [1]}]}, '"events[0].id" is a list'),
}


@pytest.mark.parametrize("name", ODD)
def test_another_type_names_the_request_and_the_field(
    name: str, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    line, answer, words = ODD[name]
    elsewhere.will_answer(answer)
    said = scalingo(line, SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    asked = [
        f"{method} {path.partition('?')[0].removeprefix('/v1')}"
        for method, path, _ in elsewhere.seen
    ]
    assert said.stderr.splitlines()[0] in [  # several may be asked at once
        f"Error: The response to {request} is not what the API promises: {words}."
        for request in asked
    ]


def test_api_passes_on_whatever_comes(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer({"apps": 7})
    said = scalingo("api GET /apps", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.json) == (0, {"apps": 7})


@pytest.mark.parametrize("status", [200, 202, 204])
def test_api_with_json_takes_an_empty_answer(
    status: int, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(b"", status)
    said = scalingo("api POST /apps/{app}/restart --json", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout, said.stderr) == (0, "", "")


def test_a_refusal_that_names_another_resource_quotes_no_name(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"resource": "plan", "error": "not found"}, 404)
    said = scalingo(
        "api PATCH /apps/{app}/addons/ad-1 -f plan_id=x", SCALINGO_API_URL=elsewhere.url
    )
    assert (said.code, said.stderr) == (3, "Error: No such plan.\n")
