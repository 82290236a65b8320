"""Stories of `scalingo stats`, once and with `--watch`."""

from __future__ import annotations

import io
import json
import signal
import subprocess

import pexpect
import pyte
import pytest

from scalingo_cli.commands.stats import STATS, watch
from scalingo_cli.errors import TryAgain
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.session import Session
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere
from tests.refusals import REFUSALS, refuse

TITLES = ["Container", "CPU", "Memory", "Limit", "Peak", "Swap", "Swap limit", "Swap peak"]
FIELDS = [
    "id",
    "cpu_usage",
    "memory_usage",
    "memory_limit",
    "highest_memory_usage",
    "swap_usage",
    "swap_limit",
    "highest_swap_usage",
]


def usage(**changed: object) -> dict[str, object]:
    """A document with what one container uses."""
    sizes = dict(zip(FIELDS[1:], [3, 1023, 536_870_912, 1_572_864, 0, 2**40, 10_188], strict=True))
    return {"stats": [{"id": "web-1", **sizes, **changed}]}


def test_in_a_pipe_sizes_are_in_bytes(scalingo: CommandLine) -> None:
    said = scalingo("stats")
    assert (said.code, said.stderr) == (0, "")
    assert [line[0] for line in said.lines] == ["web-1", "web-2", "worker-1", "clock-1"]
    assert [line[3] for line in said.lines] == ["536870912", "536870912", "1073741824", "268435456"]
    assert all(field.isdecimal() for line in said.lines for field in line[1:])


def test_at_a_terminal_sizes_have_a_unit(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer(usage(swap_usage=None))
    said = scalingo("stats", SCALINGO_API_URL=elsewhere.url, SCALINGO_FORCE_TTY="80", NO_COLOR="1")
    titles, _, row = said.stdout.splitlines()
    assert titles.split() == " ".join(TITLES).split()
    assert " ".join(row.split()) == "web-1 3% 1023 B 512 MiB 1.5 MiB 1.0 TiB 9.9 KiB"


def test_numbers_that_move(scalingo: CommandLine, sandbox: Sandbox) -> None:
    first = scalingo("stats").stdout
    sandbox.advance(20)
    assert scalingo("stats").stdout != first


def test_json(scalingo: CommandLine) -> None:
    document = scalingo("stats --json").json
    assert document.keys() == {"stats"}
    assert list(document["stats"][0]) == FIELDS


@pytest.mark.parametrize("app", ["pinecrate-import", "pinecrate-next", "pinecrate-blog"])
def test_nothing_runs(app: str, scalingo: CommandLine) -> None:
    said = scalingo(f"stats --app {app}")
    assert (said.code, said.stdout, said.stderr) == (0, "", "No container is running.\n")


def test_stats_watch_meets_every_refusal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for refusal in REFUSALS:
        refuse(sandbox, refusal)
        said = scalingo("stats --watch --no-retry")
        assert (said.code, said.stdout) == (refusal.code, ""), refusal
        assert refusal.says in said.stderr


@pytest.mark.parametrize(
    "line", ["stats web", "stats --interval 3", "stats --watch --interval 1", "stats --watch=2"]
)
def test_misuse(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout, sandbox.requests) == (2, "", [])


# --watch


def test_watch_in_a_pipe(scalingo: CommandLine) -> None:
    with scalingo.start(
        "stats --watch --interval 2", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        lines = [process.stdout.readline().removesuffix("\n") for _ in range(9)]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == "\nInterrupted.\n"
    names = ["web-1", "web-2", "worker-1", "clock-1"]
    assert [line.split("\t")[0] for line in lines] == [*names, "", *names]
    assert lines[:4] != lines[5:]


def test_watch_as_json_while_the_platform_is_away(scalingo: CommandLine, sandbox: Sandbox) -> None:
    def be_away() -> None:
        sandbox.advance(2)
        sandbox.fail_next("503")

    said = scalingo.meanwhile(be_away)("stats --watch --json")
    assert not sandbox.faults
    lines = said.stdout.splitlines()
    assert [json.loads(line).keys() for line in lines] == [{"stats"}, {"stats"}]
    assert lines[0] != lines[1]
    assert said.error["code"] == 130


def test_watch_with_query_is_a_line_each_time(scalingo: CommandLine) -> None:
    twice = scalingo.meanwhile(lambda: None)
    said = twice(["stats", "--watch", "--query", "stats[?starts_with(id,'w')].id"])
    assert said.stdout == '["web-1","web-2","worker-1"]\n' * 2
    twice = scalingo.meanwhile(lambda: None)
    assert twice("stats --metric cpu --watch --query type(@) --raw").stdout == "array\n" * 2


def test_watch_redraws_in_place_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal("stats --watch --interval 2")
    terminal.logfile_read = io.StringIO()
    terminal.expect("clock-1")
    sandbox.advance(10)
    terminal.expect("clock-1")
    terminal.sendintr()
    terminal.expect("Interrupted.")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
    assert len(sandbox.requests) == 2
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(terminal.logfile_read.getvalue())
    assert [line.split()[0] for line in screen.display if "%" in line] == [
        "web-1",
        "web-2",
        "worker-1",
        "clock-1",
    ]
    assert screen.display[0].split()[:2] == ["Container", "CPU"]
    assert not screen.cursor.hidden


def test_a_watch_that_is_ended_leaves_the_cursor(scalingo: CommandLine) -> None:
    terminal = scalingo.terminal("stats --watch")
    terminal.expect("\x1b\\[\\?25l")
    terminal.expect("clock-1")
    terminal.kill(signal.SIGTERM)
    terminal.expect("\x1b\\[\\?25h")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 143


def test_an_unreachable_platform_is_reported_once(capsys: pytest.CaptureFixture[str]) -> None:
    answers: list[object] = [usage(), TryAgain("away"), TryAgain("away"), usage(), TryAgain("away")]

    def ask() -> dict[str, object]:
        if not answers:
            raise KeyboardInterrupt
        answer = answers.pop(0)
        if isinstance(answer, TryAgain):
            raise answer
        assert isinstance(answer, dict)
        return answer

    with pytest.raises(KeyboardInterrupt):
        watch.watch(Session(), ask, STATS, 0)
    out, told = capsys.readouterr()
    assert out.count("web-1") == 2
    assert told.splitlines() == ["away Retrying until Ctrl-C."] * 2


@pytest.mark.regional
def test_stats_watch_passes_numbers_unchanged(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer(b'{"stats": [{"id": "web-1", "n": 1e999, "d": 0.1234567890123456789}]}')
    elsewhere.will_answer({"error": "gone"}, 404)
    elsewhere.answers[0][1]["Content-Type"] = "application/json"
    said = scalingo("stats --watch --interval 2 --json", SCALINGO_API_URL=elsewhere.url)
    assert said.code == 3
    assert said.stdout == '{"stats":[{"id":"web-1","n":1e999,"d":0.1234567890123456789}]}\n'
