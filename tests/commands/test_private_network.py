"""Stories of `scalingo private-network`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

NAMES = [
    f"{container}.pinecrate-shop.private.example"
    for container in ("web-1", "web-2", "worker-1", "clock-1")
]


def test_private_network_domains_in_a_pipe_one_a_line(scalingo: CommandLine) -> None:
    result = scalingo("private-network domains")
    assert (result.code, result.stdout.splitlines(), result.stderr) == (0, NAMES, "")
    assert scalingo("private-network") == result
    document = scalingo("private-networks-domain-names --json").json["domain_names"]
    assert document["data"] == NAMES
    assert document["meta"]["pagination"]["total_count"] == len(NAMES)


def test_private_network_domains_say_how_to_go_on(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("private-network domains --per-page 3")
    assert result.stdout.splitlines() == NAMES[:3]
    assert "Page 1 of 2, 4 in total. For more: --page 2." in result.stderr
    second = scalingo("private-network domains --per-page 3 --page 2")
    assert (second.stdout.splitlines(), second.stderr) == (NAMES[3:], "")
    assert sandbox.requests[-1].query == {"page": "2", "per_page": "3"}


def test_private_network_domains_of_an_app_without_containers(scalingo: CommandLine) -> None:
    result = scalingo("private-network domains --app pinecrate-blog")
    assert (result.code, result.stdout) == (0, "")
    assert "This app has no names on the private network." in result.stderr


@pytest.mark.parametrize("wrong", ["0", "51", "x"])
def test_private_network_domains_with_a_page_that_is_too_large(
    scalingo: CommandLine, sandbox: Sandbox, wrong: str
) -> None:
    assert scalingo(f"private-network domains --per-page {wrong}").code == 2
    assert sandbox.requests == []


def test_private_network_domains_of_another_shape(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("200", body='{"domain_names": []}')
    result = scalingo("private-network domains")
    assert (result.code, result.stdout) == (1, "")
