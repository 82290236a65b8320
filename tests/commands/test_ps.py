"""Stories of `scalingo ps`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere


@pytest.mark.both
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
    assert title.split() == ["Type", "Amount", "Size", "Running", "Command", "Created"]
    assert set(rule) == {"─"}
    assert web.split()[:5] == ["web", "2", "M", "web-1", "web-2"]


def test_json_is_both_documents(scalingo: CommandLine, sandbox: Sandbox, protocol: str) -> None:
    document = scalingo("ps --json").json
    running = {"legacy": "stats", "regional": "ps"}[protocol]
    asked = sorted(request.path for request in sandbox.requests)
    assert asked == [f"/v1/apps/{sandbox.main_app}/{path}" for path in ("containers", running)]
    assert document.keys() == {"containers", running}
    assert document["containers"] == scalingo("scale --json").json["containers"]
    [rows] = scalingo(f"api GET /apps/{{app}}/{running}").json.values()
    assert [(row["id"], *row) for row in document[running]] == [(row["id"], *row) for row in rows]
    assert len(rows) == 4


@pytest.mark.regional
def test_what_runs_besides_the_formation(scalingo: CommandLine) -> None:
    started = scalingo("api POST /apps/{app}/run -f command='sleep 99' -F detached=true").json
    label = started["container"]["label"]
    [line] = scalingo("ps").lines[3:]
    assert line[:5] == ["one-off", "", "M", label, "sleep 99"]
    *_, shown = scalingo("ps", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout.splitlines()
    assert shown.split()[:5] == ["one-off", "M", label, "sleep", "99"]


@pytest.mark.both
def test_an_app_that_crashed_runs_nothing(scalingo: CommandLine) -> None:
    line = "ps --app pinecrate-import"
    assert [row[:4] for row in scalingo(line).lines] == [
        ["web", "1", "S", ""],
        ["importer", "1", "XL", ""],
    ]
    assert "none" in scalingo(line, SCALINGO_FORCE_TTY="80").stdout


@pytest.mark.regional
def test_a_state_is_shown_and_every_field_is_kept(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    size = {"name": "2XL"}
    older = {"created_at": "2026-03-01T10:00:00.000Z"}
    younger = {"created_at": "2026-03-02T10:00:00.000Z"}
    rows = [
        {"type": "web", "type_index": 2, "state": "booting", "container_size": size, **younger},
        {"type": "web", "type_index": 1, "state": "running", "container_size": size, **older},
        {"type": "[red]\x1b[2J", "type_index": 7, "size": "S", "command": None},
    ]
    formation = {"containers": [{"name": "web", "amount": 2}], "rack": 4}
    elsewhere.will_answer_at("/containers", formation)
    elsewhere.will_answer_at("/ps", {"containers": rows, "zone": "b"})
    said = scalingo("ps", SCALINGO_API_URL=elsewhere.url)
    assert said.lines == [
        ["web", "2", "", "web-2:booting web-1", "", "2026-03-02T10:00:00.000Z"],
        ["[red]\\x1b[2J", "", "S", "[red]\\x1b[2J-7", "", ""],
    ]
    document = scalingo("ps --json", SCALINGO_API_URL=elsewhere.url).json
    assert (document["rack"], document["zone"], document["ps"]) == (4, "b", rows)


@pytest.mark.parametrize("containers", [[], None])
def test_an_app_without_a_type(
    containers: object, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"stats": [], "containers": containers})
    said = scalingo("ps", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == "No container types yet; the first deployment creates them.\n"


@pytest.mark.both
@pytest.mark.parametrize("rows", [{"containers": None, "stats": None}, {"stats": [{}]}, {}])
def test_a_platform_that_does_not_say_what_runs(
    rows: object, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    formation = {"containers": [{"name": "[red]", "amount": 1, "size": "M"}]}
    elsewhere.will_answer_at("/containers", formation)
    elsewhere.will_answer(rows)
    said = scalingo("ps", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.lines) == (0, [["[red]", "1", "M", "", "", ""]])


def test_ps_takes_a_type_that_is_no_text(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer_at("/containers", {"containers": [{"name": "web", "amount": 1}]})
    elsewhere.will_answer_at("/ps", {"containers": [{"type": [], "type_index": 1}]})
    said = scalingo("ps", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, len(said.lines)) == (0, 2)


def test_ps_of_a_crashed_app_says_that_nothing_runs(scalingo: CommandLine) -> None:
    said = scalingo("ps --app pinecrate-import", SCALINGO_FORCE_TTY="80")
    assert "\x1b[31mnone" in said.stdout
    assert said.stderr == (
        "No container of web, importer is running. "
        "To see why: scalingo events --app pinecrate-import\n"
    )
    assert scalingo("ps --app pinecrate-import --json").stderr == ""
    assert scalingo("ps --app pinecrate-blog").stderr == ""  # scaled to none


def test_misuse(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("ps web")
    assert (said.code, said.stdout, sandbox.requests) == (2, "", [])
    assert "Usage: scalingo ps" in said.stderr
