"""Stories of `scalingo logs`: the last lines of an app, and those that follow."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pexpect
import pytest

from scalingo_cli.commands.logs.lines import PALETTE
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere

PAINT = re.compile(r"\x1b\[38;5;(\d+)m\[([^\]]+)\]\x1b\[0m")


def logged(sandbox: Sandbox) -> list[str]:
    """The lines of the main app, oldest first, as the platform keeps them."""
    from scalingo_cli.sandbox.resources.logs import line

    return [line(*entry).removesuffix("\n") for entry in sandbox.store.app(sandbox.main_app).logs]


def say(sandbox: Sandbox, text: str, container: str = "web-1") -> None:
    sandbox.log(sandbox.main_app, container, text)


def asked_of_logs(sandbox: Sandbox) -> list[dict[str, str]]:
    """The queries of the requests to the host of the logs."""
    return [request.query for request in sandbox.requests if request.path.startswith("/apps/")]


class Following:
    """A command that follows, in a process of its own, read while it runs."""

    def __init__(self, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        self.process = process
        self._errors = errors
        self._read = b""
        self._ended = False
        self._more = threading.Condition()
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        assert self.process.stdout
        while piece := os.read(self.process.stdout.fileno(), 1 << 16):
            with self._more:
                self._read += piece
                self._more.notify()
        with self._more:
            self._ended = True
            self._more.notify()

    def lines(self, count: int) -> list[str]:
        """The next `count` lines of stdout."""
        with self._more:
            self._more.wait_for(lambda: self._ended or self._read.count(b"\n") >= count, 30)
            *lines, self._read = self._read.split(b"\n", count)
        return [line.decode() for line in lines]

    @property
    def stderr(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode()

    def interrupt(self) -> int:
        """Press Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def end(self) -> int:
        """Wait for the end, at which nothing is left on stdout; return the exit code."""
        code = self.process.wait(30)
        with self._more:
            self._more.wait_for(lambda: self._ended, 30)
        assert self._read == b""
        return code


def reads_the_stream(logs: Following, sandbox: Sandbox) -> None:
    """Wait until the dump that is asked for once the stream is open is over."""
    sandbox.streams.wait_for(1, timeout_seconds=60)
    say(sandbox, "up to here")
    assert logs.lines(1) == logged(sandbox)[-1:]


@contextmanager
def following(
    scalingo: CommandLine, tmp_path: Path, line: str, **environment: str
) -> Iterator[Following]:
    with (
        (tmp_path / "stderr").open("wb+") as errors,
        scalingo.where(**environment).start(
            line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        try:
            yield Following(process, errors)
        finally:
            process.kill()


# A dump


def test_the_last_lines(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("logs -n 3")
    assert (said.code, said.stderr) == (0, "")
    assert said.stdout.splitlines() == logged(sandbox)[-3:]
    assert asked_of_logs(sandbox)[-1]["n"] == "3"


def test_as_many_lines_as_the_platform_gives(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("logs").stdout.splitlines() == logged(sandbox)[-100:]
    assert asked_of_logs(sandbox)[-1].keys() - {"timestamp"} == {"token"}  # of the link itself


def test_no_lines(scalingo: CommandLine) -> None:
    said = scalingo("logs -n 0")
    assert (said.code, said.stdout, said.stderr) == (0, "", "")


def test_in_a_pipe_the_lines_are_as_they_were_logged(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    say(sandbox, "\x1b]0;title\x07 \x1b[31mred\x1b[0m [bold]\x85\u202e\r progress")
    assert scalingo("logs -n 1").stdout == logged(sandbox)[-1] + "\n"


@pytest.mark.parametrize(
    ("only", "containers"),
    [("web-1", {"web-1"}), ("web", {"web-1", "web-2"}), ("worker|clock", {"worker-1", "clock-1"})],
)
def test_filter(only: str, containers: set[str], scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(["logs", "--filter", only])
    assert {line.split("[")[1].split("]")[0] for line in said.stdout.splitlines()} == containers
    assert asked_of_logs(sandbox)[-1]["filter"] == only


def test_a_filter_that_matches_nothing(scalingo: CommandLine) -> None:
    said = scalingo("logs --filter mailer")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr.startswith(
        "No logs yet from mailer. See what is running: scalingo ps --app "
    )


def test_an_invalid_filter(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("logs --filter '('")
    assert (said.code, said.stdout) == (5, "")
    assert "filter is not a regular expression" in said.stderr
    sandbox.clear_requests()
    assert scalingo("logs --filter ''").code == 2
    assert sandbox.requests == []


@pytest.mark.parametrize("status", [404, 204])
@pytest.mark.parametrize("line", ["logs", "logs --json", "logs -n 5"])
def test_nothing_logged_yet(
    line: str, status: int, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.forget_logs(sandbox.main_app, status)
    said = scalingo(line)
    assert (said.code, said.stdout, said.stderr) == (0, "", "No logs yet.\n")


@pytest.mark.parametrize("line", ["logs", "logs --follow"])
@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("401", 4, "The log server refused access (401)."),
        ("403", 4, "The log server refused access (403)."),
        ("503", 6, "returned an error (503)"),
        ("429", 6, "too many"),
        ("html", 1, "text/html"),
        ("cut", 6, "was lost before the response was complete"),
    ],
)
def test_the_logs_are_refused(
    line: str, kind: str, code: int, words: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next(kind, times=9, path="/apps/")
    said = scalingo(line)
    assert (said.code, said.stdout) == (code, "")
    assert words in said.stderr


def test_a_dump_that_is_cut(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.add_many_logs(sandbox.main_app, 1)
    sandbox.fail_next("cut_body", path="/apps/")
    said = scalingo("logs -n 10000")
    assert said.code == 6
    assert "was lost before the response was complete" in said.stderr
    whole = scalingo("logs -n 10000").stdout
    assert whole.startswith(said.stdout)
    assert 0 < len(said.stdout) < len(whole)


@pytest.mark.regional
def test_logs_ask_for_a_new_address_if_theirs_is_refused(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("401", path="/apps/")
    said = scalingo("logs -n 3")
    assert (said.code, said.stdout.splitlines()) == (0, logged(sandbox)[-3:])
    assert [r.path.startswith("/v1/") for r in sandbox.requests] == [True, False, True, False]


def test_an_invalid_address(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer({"app": {}, "logs_url": None})
    said = scalingo("logs", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    assert "returned no log URL for pinecrate-shop" in said.stderr


# Where our token goes


def test_our_token_stays_with_the_api(scalingo: CommandLine, sandbox: Sandbox) -> None:
    scalingo("logs")
    asked, read = sandbox.requests
    assert "authorization" in asked.headers
    assert "authorization" not in read.headers


def test_the_address_is_used_as_given(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    given = f"{elsewhere.url}/deep/logs?token=a%2Fb%3D&timestamp=17&x"
    elsewhere.will_answer({"app": {}, "logs_url": given})
    elsewhere.will_answer(b"no end of line")
    said = scalingo("logs -n 5 --filter 'web|clock'", SCALINGO_API_URL=elsewhere.url)
    assert said.stdout == "no end of line"
    method, path, headers = elsewhere.seen[-1]
    assert (method, path) == (
        "GET",
        "/deep/logs?token=a%2Fb%3D&timestamp=17&x&n=5&filter=web%7Cclock",
    )
    assert "Authorization" not in headers


@pytest.mark.parametrize("path", ["/v1/", "/apps/"])
def test_a_redirect_gets_no_token(
    path: str, scalingo: CommandLine, sandbox: Sandbox, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"app": {}, "logs_url": f"{elsewhere.url}/logs"})
    elsewhere.will_answer(b"moved\n")
    sandbox.fail_next("redirect", path=path, location=f"{elsewhere.url}/moved")
    assert scalingo("logs").code == 0
    assert elsewhere.seen
    assert all("Authorization" not in headers for _, _, headers in elsewhere.seen)


# At a terminal, and as JSON


def test_each_container_has_a_colour_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("logs", SCALINGO_FORCE_TTY="80")
    painted = {(name, colour) for colour, name in PAINT.findall(said.stdout)}
    assert {name for name, _ in painted} == {"web-1", "web-2", "worker-1", "clock-1", "router"}
    colours = dict(painted)
    assert len(colours) == len(painted)
    assert colours["web-1"] != colours["web-2"]
    alone = scalingo("logs --filter web-2", SCALINGO_FORCE_TTY="80")
    assert {(name, colour) for colour, name in PAINT.findall(alone.stdout)} <= painted
    bare = PAINT.sub(r"[\2]", said.stdout)
    assert bare == "".join(
        f"{line}\x1b[0m\n" if "\x1b" in line else f"{line}\n" for line in logged(sandbox)[-100:]
    )


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"CLICOLOR": "0"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(
    variable: dict[str, str], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("logs", SCALINGO_FORCE_TTY="80", **variable)
    assert said.stdout.splitlines() == logged(sandbox)[-100:]


def test_the_colours_are_legible_on_black_and_on_white() -> None:
    steps = (0, 95, 135, 175, 215, 255)
    for colour in PALETTE:
        place = colour - 16
        rgb = (steps[place // 36], steps[place // 6 % 6], steps[place % 6])
        linear = [(c / 255 / 12.92) if c < 11 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
        light = sum(
            share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
        )
        assert (light + 0.05) / 0.05 > 3.5
        assert 1.05 / (light + 0.05) > 3.5


def test_json_is_one_object_a_line(scalingo: CommandLine, sandbox: Sandbox) -> None:
    say(sandbox, 'said "so" \x1b[31m\x9b\u202e', "worker-1")
    said = scalingo("logs -n 2 --json")
    assert (said.code, said.stderr) == (0, "")
    before, last = map(json.loads, said.stdout.splitlines())
    assert before.keys() == last.keys() == {"timestamp", "container", "message"}
    assert last["container"] == "worker-1"
    assert last["message"] == 'said "so" \x1b[31m\x9b\u202e'
    date, time = logged(sandbox)[-1].split()[:2]
    assert last["timestamp"] == f"{date}T{time}Z"
    assert not set("\x1b\x9b\u202e") & set(said.stdout)


def test_json_of_lines_that_are_not_the_platforms(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"app": {}, "logs_url": f"{elsewhere.url}/logs?token=t"})
    elsewhere.will_answer(
        "2020-07-01 12:00:00.5 +0200 CEST [one-off-9] Zürich\n".encode()
        + b"  at line 5 \xff\n\n2020-07-01 12:00:01 +0000 UTC [web-1]\r\nno end"
    )
    said = scalingo("logs --json", SCALINGO_API_URL=elsewhere.url)
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    stamp = "2020-07-01T12:00:00.5+02:00"
    assert rows[0] == {"timestamp": stamp, "container": "one-off-9", "message": "Zürich"}
    assert [row["message"] for row in rows] == ["Zürich", "  at line 5 \ufffd", "", "\r", "no end"]
    assert [row["container"] for row in rows] == ["one-off-9", None, None, "web-1", None]


# Memory

PEAK = """
import resource, subprocess, sys
scalingo = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
size, newlines = 0, 0
while piece := scalingo.stdout.read(1 << 20):
    size, newlines = size + len(piece), newlines + piece.count(b"\\n")
code = scalingo.wait()
print(code, size, newlines, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak(scalingo: CommandLine, line: str) -> tuple[int, int, int, int]:
    """A command's exit code, the size and the lines of its output, its peak memory in KiB.

    A small process starts it: the kernel counts the memory of the one that starts it, too.
    """
    command = [sys.executable, "-c", PEAK, sys.executable, "-m", "scalingo_cli"]
    answer = subprocess.run(
        [*command, *shlex.split(line)],
        capture_output=True,
        env=scalingo.with_({}),
        check=True,
        timeout=60,
    )
    code, size, lines, memory = map(int, answer.stdout.split())
    return code, size, lines, memory if sys.platform == "linux" else memory // 1024


def test_a_dump_of_200_mb_takes_little_memory(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.add_many_logs(sandbox.main_app, 200_000_000)
    lines = sandbox.store.app(sandbox.main_app).busy_seconds * 1000 + len(logged(sandbox))
    code, size, count, memory = peak(scalingo, "logs -n 9000000")
    assert (code, count) == (0, lines)
    assert size > 200_000_000
    assert memory < 60_000


def test_a_long_dump_as_json_takes_little_memory(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.add_many_logs(sandbox.main_app, 20_000_000)
    lines = sandbox.store.app(sandbox.main_app).busy_seconds * 1000 + len(logged(sandbox))
    code, _, count, memory = peak(scalingo, "logs -n 9000000 --json")
    assert (code, count) == (0, lines)
    assert memory < 60_000


# Following


def test_follow(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> None:
    with following(scalingo, tmp_path, "logs --follow -n 2") as logs:
        assert logs.lines(2) == logged(sandbox)[-2:]
        sandbox.streams.wait_for(1, timeout_seconds=60)
        say(sandbox, "one\none\nand \x1b[31manother", "worker-1")
        assert logs.lines(3) == logged(sandbox)[-3:]
        say(sandbox, "the last")
        assert logs.lines(1) == logged(sandbox)[-1:]
        assert logs.interrupt() == 130
        assert logs.stderr == "\nInterrupted.\n"
    assert all(
        "authorization" not in request.headers
        for request in sandbox.requests
        if request.path.startswith("/apps/")
    )


@pytest.mark.parametrize("shape", ["event", "name", "raw", "awkward"])
def test_every_way_that_a_line_may_come(
    shape: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.streams.shape = shape
    sandbox.streams.ping_seconds = 0.01
    with following(scalingo, tmp_path, "logs -f -n 0 --filter web") as logs:
        sandbox.streams.wait_for(1, timeout_seconds=60)
        sandbox.streams.wait_for_pings(2, timeout_seconds=60)
        said = "route Łódź → 東京\n\n  indented: {colon}\n" + "wide " * 5000
        say(sandbox, "not this", "worker-1")
        say(sandbox, said, "web-2")
        assert [line.split("] ", 1)[1] for line in logs.lines(4)] == said.split("\n")
        assert logs.interrupt() == 130


def test_follow_as_json(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> None:
    with following(scalingo, tmp_path, "logs --follow -n 1 --json") as logs:
        logs.lines(1)
        sandbox.streams.wait_for(1, timeout_seconds=60)
        say(sandbox, "news")
        sandbox.streams.cut()
        say(sandbox, "more")
        rows: list[Any] = [json.loads(line) for line in logs.lines(2)]
        assert [row["message"] for row in rows] == ["news", "more"]
        sandbox.streams.wait_for(1, timeout_seconds=60)
        sandbox.fail_next("404", path="/v1/", body='{"resource": "app", "error": "not found"}')
        sandbox.streams.cut()
        assert logs.end() == 3
        assert json.loads(logs.stderr)["error"]["code"] == 3


def test_a_cut_loses_and_repeats_nothing(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    with following(scalingo, tmp_path, "logs --follow -n 1") as logs:
        logs.lines(1)
        reads_the_stream(logs, sandbox)
        sandbox.advance(61)  # the address is good for nothing any more
        sandbox.streams.cut()
        say(sandbox, "while it was cut\nwhile it was cut")
        assert logs.lines(2) == logged(sandbox)[-2:]
        sandbox.streams.wait_for(1, timeout_seconds=60)
        say(sandbox, "afterwards")
        assert logs.lines(1) == logged(sandbox)[-1:]
        assert logs.interrupt() == 130
        marker, *rest = logs.stderr.splitlines()
        assert re.fullmatch(
            r"-- The connection to 127\.0\.0\.1:\d+ was lost before the response was complete\."
            r" Resumed; no lines were lost\. --",
            marker,
        )
        assert rest == ["", "Interrupted."]


@pytest.mark.regional
@pytest.mark.parametrize("count", [10, 1000])
def test_logs_follow_loses_nothing_if_its_first_dump_is_cut(
    count: int, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    for number in range(1000):
        say(sandbox, f"line {number} " + "wide " * 40)
    sandbox.fail_next("cut_body", path="/apps/")
    with following(scalingo, tmp_path, f"logs --follow -n {count}") as logs:
        assert logs.lines(count) == logged(sandbox)[-count:]
        assert logs.interrupt() == 130
        assert not sandbox.faults


@pytest.mark.regional
def test_logs_follow_counts_lines_that_are_all_alike(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    with following(scalingo, tmp_path, "logs --follow -n 1") as logs:
        logs.lines(1)
        reads_the_stream(logs, sandbox)
        say(sandbox, "progress" + "\n." * 1500)
        assert len(logs.lines(1501)) == 1501
        with sandbox.lock:
            sandbox.streams.cut()
            kept = sandbox.store.app(sandbox.main_app).logs
            kept.extend([kept[-1]] * 64)
        assert logs.lines(64) == logged(sandbox)[-64:]
        assert logs.interrupt() == 130
        assert "Resumed; no lines were lost. --" in logs.stderr


def test_lines_that_the_platform_forgot(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    with following(scalingo, tmp_path, "logs --follow -n 1") as logs:
        logs.lines(1)
        reads_the_stream(logs, sandbox)
        with sandbox.lock:
            sandbox.streams.cut()
            sandbox.forget_logs(sandbox.main_app)
            say(sandbox, "a new beginning")
        assert logs.lines(1) == logged(sandbox)
        assert logs.interrupt() == 130
        assert "Resumed; some lines may be missing here. --\n" in logs.stderr


def test_a_silent_stream_is_resumed(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.streams.ping_seconds = 0.05
    with following(scalingo, tmp_path, "logs -f -n 1", SCALINGO_TIMEOUT="2") as logs:
        logs.lines(1)
        sandbox.streams.wait_for(1, timeout_seconds=60)
        sandbox.streams.wait_for_pings(50, timeout_seconds=60)  # longer than a silence may last
        say(sandbox, "quiet is not silent")
        logs.lines(1)
        assert [query for query in asked_of_logs(sandbox) if "stream" in query][1:] == []
        sandbox.streams.silence(True)
        say(sandbox, "behind a dead connection")
        assert logs.lines(1) == logged(sandbox)[-1:]
        assert "sent nothing for 2 s. Resumed; no lines were lost. --\n" in logs.stderr
        assert logs.interrupt() == 130


def test_a_platform_that_is_away_for_a_while(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    with following(scalingo, tmp_path, "logs --follow -n 1") as logs:
        logs.lines(1)
        reads_the_stream(logs, sandbox)
        with sandbox.lock:
            sandbox.fail_next("503", times=2)
            sandbox.streams.cut()
            say(sandbox, "meanwhile")
        assert logs.lines(1) == logged(sandbox)[-1:]
        assert logs.interrupt() == 130
        again, marker, *_ = logs.stderr.splitlines()
        assert "(503" in again
        assert again.endswith(" Retrying until Ctrl-C.")
        assert "(503" in marker
        assert marker.endswith(" Resumed; no lines were lost. --")


@pytest.mark.parametrize(
    ("kind", "path", "code"),
    [("401", "/v1/", 4), ("403", "/apps/", 4), ("404", "/v1/", 3), ("400", "/apps/", 5)],
)
def test_a_refusal_that_waiting_does_not_mend_ends_it(
    kind: str, path: str, code: int, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    with following(scalingo, tmp_path, "logs --follow -n 1") as logs:
        logs.lines(1)
        reads_the_stream(logs, sandbox)
        sandbox.fail_next(kind, path=path, times=2)
        sandbox.streams.cut()
        assert logs.end() == code
        assert "Error: " in logs.stderr


def test_an_app_that_never_logged_is_waited_for(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.forget_logs(sandbox.main_app)
    sandbox.fail_next("404", times=2, path="/apps/", body="")
    with following(scalingo, tmp_path, "logs --follow") as logs:
        sandbox.streams.wait_for(1, timeout_seconds=60)
        say(sandbox, "the first words")
        assert logs.lines(1) == logged(sandbox)
        assert logs.interrupt() == 130
        assert logs.stderr.startswith("No logs yet.\n")


def test_no_platform_from_the_start(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("503")
    said = scalingo("logs --follow")
    assert (said.code, said.stdout) == (6, "")
    assert len(sandbox.requests) == 1


def test_a_reader_that_has_enough(scalingo: CommandLine, sandbox: Sandbox) -> None:
    with scalingo.start(
        "logs --follow -n 1", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        sandbox.streams.wait_for(1, timeout_seconds=60)
        process.stdout.close()
        say(sandbox, "nobody reads this")
        assert (process.wait(30), process.stderr.read()) == (0, b"")


def test_a_hundred_thousand_lines_and_ten_cuts(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    def entries(name: str) -> str:
        """2,500 lines of one moment: some all the same, some the same as in other entries."""
        return "\n".join(f"{name}.{number}" + "\ntick" * 30 + "\n}" * 19 for number in range(50))

    with following(scalingo, tmp_path, "logs --follow -n 0") as logs:
        got = []
        for part in range(10):
            sandbox.streams.wait_for(1, timeout_seconds=60)
            for word in ("resumed", "followed"):  # the second comes from the stream itself
                say(sandbox, f"{part} is {word}")
                got += logs.lines(1)
            for piece in "abc":
                say(sandbox, entries(f"{part}.{piece}"))
            sandbox.streams.cut()
            say(sandbox, entries(f"{part}.d"))
            got += logs.lines(10_000)
        assert len(got) > 100_000
        assert got == logged(sandbox)[-len(got) :]
        assert logs.interrupt() == 130
        assert logs.stderr.count("Resumed; no lines were lost. --\n") == 10
        assert len(logs.stderr.splitlines()) == 12


def test_follow_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal("logs --follow -n 1")
    terminal.expect(PAINT.pattern)
    sandbox.streams.wait_for(1, timeout_seconds=60)
    say(sandbox, "hello", "worker-1")
    terminal.expect(PAINT.pattern + r" hello\r\n")
    assert isinstance(terminal.match, re.Match)
    assert terminal.match[2] == "worker-1"
    sandbox.streams.cut()
    say(sandbox, "again", "worker-1")
    terminal.expect(r"Resumed; no lines were lost\. --\r\n")
    terminal.expect(r" again\r\n")
    terminal.sendintr()
    terminal.expect("Interrupted.")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130


@pytest.mark.parametrize("line", ["logs -n x", "logs -n -1", "logs web", "logs --tail"])
def test_misuse(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout) == (2, "")
    assert "Usage: scalingo logs" in said.stderr
    assert sandbox.requests == []
