from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.elsewhere import Elsewhere
from tests.refusals import REFUSALS, Refusal, assert_refused


def test_the_formation_and_what_runs(scalingo: CommandLine) -> None:
    said = scalingo("ps")
    assert (said.code, said.stderr) == (0, "")
    assert [line[:4] for line in said.lines] == [
        ["web", "2", "M", "web-1 web-2"],
        ["worker", "1", "L", "worker-1"],
        ["clock", "1", "S", "clock-1"],
    ]


def test_at_a_terminal(scalingo: CommandLine) -> None:
    title, rule, web, *_ = scalingo("ps", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout.splitlines()
    assert title.split() == ["Type", "Amount", "Size", "Running", "Command"]
    assert set(rule) == {"─"}
    assert web.split()[:5] == ["web", "2", "M", "web-1", "web-2"]


def test_json_is_both_documents(scalingo: CommandLine) -> None:
    document = scalingo("ps --json").json
    assert document.keys() == {"containers", "stats"}
    assert document["containers"] == scalingo("scale --json").json["containers"]
    assert [row["id"] for row in document["stats"]] == ["web-1", "web-2", "worker-1", "clock-1"]


def test_an_app_that_crashed_runs_nothing(scalingo: CommandLine) -> None:
    line = "ps --app pinecrate-import"
    assert [row[:4] for row in scalingo(line).lines] == [
        ["web", "1", "S", ""],
        ["importer", "1", "XL", ""],
    ]
    assert "none" in scalingo(line, SCALINGO_FORCE_TTY="80").stdout


@pytest.mark.parametrize("containers", [[], None])
def test_an_app_without_a_type(
    containers: object, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"containers": containers})
    elsewhere.will_answer({"stats": []})
    said = scalingo("ps", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == "No container type yet: the first deployment brings them.\n"


@pytest.mark.parametrize("stats", [{"stats": None}, {"stats": [{}]}, {}])
def test_a_platform_that_tells_nothing_of_what_runs(
    stats: object, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"containers": [{"name": "[red]", "amount": 1, "size": "M"}]})
    elsewhere.will_answer(stats)
    said = scalingo("ps", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.lines) == (0, [["[red]", "1", "M", "", ""]])


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_what_may_come_instead(refusal: Refusal, scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert_refused(scalingo, sandbox, "ps", refusal)


def test_misuse(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("ps web")
    assert (said.code, said.stdout, sandbox.requests) == (2, "", [])
    assert "Usage: scalingo ps" in said.stderr
