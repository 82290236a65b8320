"""Stories of `scalingo stats --metric`: what was measured, as a chart and as lines."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

BLOCKS = set("▁▂▃▄▅▆▇█")


def values(scalingo: CommandLine, line: str) -> list[float]:
    said = scalingo(line)
    assert (said.code, said.stderr) == (0, "")
    return [float(row[1]) for row in said.lines]


def test_stats_metric_in_a_pipe(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("stats --metric cpu --since 6h")
    assert (said.code, said.stderr) == (0, "")
    moments = [datetime.fromisoformat(row[0]) for row in said.lines]
    assert moments == sorted(moments)
    assert 5.9 < (moments[-1] - moments[0]).total_seconds() / 3600 <= 6
    request = sandbox.requests[-1]
    assert request.path.endswith("/stats/cpu/web")
    assert request.query == {"since": "6"}


def test_stats_metric_json_is_the_array_of_the_api(scalingo: CommandLine, sandbox: Sandbox) -> None:
    rows = scalingo("stats --metric rpm --json").json
    assert {tuple(row) for row in rows} == {("time", "value")}
    assert sandbox.requests[-1].query == {"status_code": "all", "since": "1"}


@pytest.mark.parametrize("width", [60, 120])
@pytest.mark.parametrize("metric", ["cpu", "memory", "swap", "rpm", "5xx", "p95"])
def test_stats_metric_at_a_terminal(scalingo: CommandLine, width: int, metric: str) -> None:
    said = scalingo(
        f"stats --metric {metric} --since 24h", SCALINGO_FORCE_TTY=str(width), NO_COLOR="1"
    )
    assert (said.code, said.stderr) == (0, "")
    title, *rows, axis, times, summary = said.stdout.splitlines()
    assert title.endswith("pinecrate-shop")
    assert len(rows) == 8
    assert max(map(len, said.stdout.splitlines())) <= width
    assert len(axis) == width
    assert len(re.findall(r"\d\d:\d\d", times)) == 3
    assert BLOCKS & set("".join(rows)) or metric == "swap"
    assert re.fullmatch(r"now \S+.*  min .*  mean .*  max .*", summary)
    assert "\x1b" not in said.stdout


def test_stats_metric_of_one_container(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("stats --metric memory --type web-2").code == 0
    assert sandbox.requests[-1].path.endswith("/stats/memory/web/2")


def test_stats_metric_in_ascii(scalingo: CommandLine) -> None:
    said = scalingo.process(
        "stats --metric cpu", SCALINGO_FORCE_TTY="60", NO_COLOR="1", PYTHONIOENCODING="ascii"
    )
    assert said.code == 0
    assert said.raw_stdout.isascii() or b"\\u" not in said.raw_stdout


def test_stats_metric_a_deployment_that_goes_wrong_raises_5xx_and_p95(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.clock.stop()
    before = {name: values(scalingo, f"stats --metric {name}")[-1] for name in ("5xx", "p95")}
    sandbox.deploy(sandbox.main_app, outcome="crashed-error", seconds=5)
    sandbox.advance(90)
    after = {name: values(scalingo, f"stats --metric {name}")[-1] for name in ("5xx", "p95")}
    assert after["5xx"] > before["5xx"] + 50
    assert after["p95"] > 3 * before["p95"]
    sandbox.advance(3600)
    assert values(scalingo, "stats --metric 5xx")[-1] < 10


def test_stats_metric_a_leak_raises_memory(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.clock.stop()
    sandbox.leak(sandbox.main_app, "worker")
    sandbox.advance(20 * 60)
    worker = values(scalingo, "stats --metric memory --type worker")
    assert worker[-1] > 1.3 * worker[0]
    web = values(scalingo, "stats --metric memory")
    assert web[-1] < 1.3 * web[0]


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("stats --metric cpus", 2, "Did you mean cpu?"),
        ("stats --metric rpm --type web", 2, "cannot be combined"),
        ("stats --metric cpu --since 4d", 2, "limited to the last 71 hours"),
        ("stats --metric cpu --since soon", 2, "is not a time"),
        ("stats --type web", 2, "--type requires --metric"),
        ("stats --since 6h", 2, "--since requires --metric"),
        ("stats --metric cpu --type wob", 3, ""),
        ("stats --metric cpu --app pinecrate-blog", 3, ""),
    ],
)
def test_stats_metric_misuse(scalingo: CommandLine, line: str, code: int, says: str) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout) == (code, "")
    assert says in said.stderr


def test_stats_metric_watch_redraws_the_chart(scalingo: CommandLine) -> None:
    child = scalingo.terminal("stats --metric cpu --watch --interval 2", columns=60)
    child.expect("now ")
    child.expect("now ")
    child.sendintr()
    child.expect(__import__("pexpect").EOF)
    child.wait()
    assert child.exitstatus == 130


def test_stats_metric_of_a_mistyped_type(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for kind in ("wbe", "wbe-1"):
        said = scalingo(f"stats --metric cpu --type {kind}")
        assert (said.code, said.stdout) == (3, "")
        assert said.stderr.startswith(
            'Error: Container type "wbe" not found.\nDid you mean web? Valid values: web, '
        )
    sandbox.fail_next("503", path=f"/v1/apps/{sandbox.main_app}/containers")
    said = scalingo("stats --metric cpu --type wbe")
    assert said.code == 3
    assert said.stderr.startswith("Error: No such container type.")
