"""Signals, full disks and closed streams: no traceback, no torn file, the terminal as before."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine, Result
from tests.processes import eventually
from tests.programs import require
from tests.terminals import Start

APP = "pinecrate-shop"


def shell(scalingo: CommandLine, line: str) -> Result:
    """Run a line of bash, which shows no traceback however it ends."""
    done = scalingo.shell(line)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done


# Signals, at a terminal

PLACES = {
    "a hidden prompt": ("login --email noor@pinecrate.example --insecure-storage", "Password: "),
    "a question": ("collaborators remove ilse@pinecrate.example", r"\[y/N\] "),
    "a request": ("apps", None),
    "a wait": ("scale web:3 --wait", "scale: running"),
    "a watch": ("stats --watch", "clock-1"),
    "a stream": ("logs --follow -n 1", r"\]"),
    "a bar": ("run --file large true", "MiB"),
    "a pager": ("env", ":"),
}


CASES = [(place, number) for place in PLACES for number in (signal.SIGTERM, signal.SIGINT)]
CASES += [("a hidden prompt", signal.SIGHUP), ("a pager", signal.SIGHUP)]


@pytest.mark.legacy
@pytest.mark.parametrize(("place", "number"), CASES)
def test_a_signal_leaves_the_terminal_as_it_was(
    place: str, number: signal.Signals, at_terminal: Start, sandbox: Sandbox, tmp_path: Path
) -> None:
    line, ready = PLACES[place]
    if place == "a request":
        sandbox.fail_next("slow", delay=60)
    elif place == "a wait":
        sandbox.end_next_operation("never")
    elif place == "a bar":
        (tmp_path / "large").write_bytes(bytes(2**20))
        sandbox.fail_next("slow", delay=60, method="POST", path="/attach")
    elif place == "a pager":
        require("less")
    terminal = at_terminal(*line.split(), rows=8)
    if ready:
        terminal.expect(ready)
    else:
        eventually(lambda: bool(sandbox.requests))
    if number != signal.SIGINT:
        os.kill(terminal.client, number)
    else:
        terminal.type("\x03")
        if place == "a pager":  # whose key it is
            terminal.type("q")
    code, shown = terminal.end()
    assert code == (0 if place == "a pager" and number == signal.SIGINT else 128 + number)
    assert "Traceback" not in shown
    assert "\nError: " not in shown
    if number == signal.SIGINT and place != "a pager":
        assert "\r\nInterrupted" in shown
    if place in {"a watch", "a bar"}:  # which hide the cursor
        assert re.findall(r"\x1b\[\?25([hl])", shown)[-1:] == ["h"]


@pytest.mark.legacy
def test_a_signal_at_any_moment_of_the_start_leaves_no_traceback(scalingo: CommandLine) -> None:
    # From an import hook, for no clock would hit the moments that matter.
    hook = """
import os, sys
class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), {number})
sys.meta_path.insert(0, Hook())
from scalingo_cli.__main__ import main
sys.exit(main())
"""
    for module in ("scalingo_cli.main", "click", "scalingo_cli.commands.apps", "requests"):
        for number in (signal.SIGTERM, signal.SIGINT):
            program = hook.format(module=module, number=int(number))
            done = subprocess.run(
                [sys.executable, "-c", program, "apps"],
                env=scalingo.environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert done.returncode in {128 + number, -number}, done
            assert done.stderr in {"", "\nInterrupted.\n"}
            assert done.stdout == ""


@pytest.mark.parametrize("line", ["apps", "ps"])
def test_a_signal_that_came_while_it_was_suspended_ends_it(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    """So it is with Ctrl-Z and `kill %1`."""
    sandbox.fail_next("slow", 9, path="/v1/apps", delay=600)
    with scalingo.where(SCALINGO_TIMEOUT="600").start(line) as client:
        try:
            eventually(lambda: any(r.path.startswith("/v1/apps") for r in sandbox.requests))
            client.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, client.pid, os.WSTOPPED)
            client.terminate()
            client.send_signal(signal.SIGCONT)
            assert client.wait(60) == 143
        finally:
            client.kill()


def test_a_signal_that_came_while_a_bar_was_suspended_ends_it(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "large").write_bytes(bytes(2**20))
    sandbox.fail_next("slow", path="/attach", method="POST", delay=600)
    terminal = scalingo.terminal("run --file large true", SCALINGO_TIMEOUT="600")
    terminal.expect("MiB")
    assert terminal.pid
    terminal.kill(signal.SIGSTOP)
    os.waitid(os.P_PID, terminal.pid, os.WSTOPPED)
    terminal.kill(signal.SIGINT)
    terminal.kill(signal.SIGCONT)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130


@pytest.mark.legacy
def test_a_signal_midway_says_what_was_done(scalingo: CommandLine, sandbox: Sandbox) -> None:
    [stuck] = [v["id"] for v in sandbox.store.app(APP).variables if v["name"] == "MOTTO"]
    sandbox.fail_next("slow", delay=60, path=f"/v1/apps/{APP}/variables/{stuck}")
    with scalingo.start("env unset GREETING MOTTO", stderr=subprocess.PIPE, text=True) as client:
        eventually(lambda: any(r.path.endswith(stuck) for r in sandbox.requests))
        client.terminate()
        _, said = client.communicate()
    assert client.returncode == 143
    assert "Removed GREETING. To finish: scalingo env unset" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_the_editor_is_open_ends_both(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path, number: signal.Signals
) -> None:
    begun = tmp_path / "begun"
    user = scalingo.where(EDITOR=f"touch {begun}; exec sleep 60; :")
    with user.start("env edit --yes", stderr=subprocess.PIPE, text=True) as client:
        eventually(begun.exists)
        client.send_signal(number)
        _, said = client.communicate()
    assert client.returncode == 128 + number
    assert said == "\nInterrupted.\n"
    assert {request.method for request in sandbox.requests} == {"GET"}


# A full disk

FULL = "Could not write the output: No space left on device."


@pytest.mark.legacy
@pytest.mark.parametrize(
    "line",
    [
        *["--version", "--help", "apps --help", "completion bash"],
        *["apps", "events --all", "env export", "logs", "deployments output", "run echo x"],
    ],
)
def test_output_on_a_full_disk(line: str, scalingo: CommandLine) -> None:
    assert on_a_full_disk(scalingo, line) == Result(1, b"", f"Error: {FULL}\n")


@pytest.mark.legacy
def test_a_full_disk_with_json(scalingo: CommandLine) -> None:
    done = on_a_full_disk(scalingo, "apps --json")
    assert done.code == 1
    assert (done.error["message"], done.error["code"]) == (FULL, 1)


def on_a_full_disk(scalingo: CommandLine, line: str) -> Result:
    """Run a command line whose output cannot be written."""
    with (
        Path("/dev/full").open("wb") as full,
        scalingo.start(line, stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE) as run,
    ):
        _, said = run.communicate(timeout=60)
    return Result(run.returncode, b"", said.decode())


@pytest.mark.legacy
@pytest.mark.parametrize("closing", ["2> /dev/full", "2>&-", "2> >(exec <&-)"])
def test_a_message_that_cannot_be_written_stops_nothing(
    closing: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("A=1\n")
    assert shell(scalingo, f"scalingo env import --prune --yes .env {closing}").code == 0
    assert [row["name"] for row in sandbox.store.app(APP).variables] == ["A"]
    assert shell(scalingo, f"scalingo apps show nowhere {closing}").code == 3


@pytest.mark.parametrize(
    ("line", "kibibytes", "code"),
    [
        ("login --with-token --insecure-storage <<< $SCALINGO_API_TOKEN", 0, 1),
        ("apps", 0, 0),
        ("env edit --yes", 1, 1),
        ("accounts use noor", 0, 1),
        pytest.param("deploy . --region osc-fr1", 1, 1, marks=pytest.mark.regional),
    ],
)
def test_files_on_a_full_disk(
    line: str, kibibytes: int, code: int, scalingo: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "data").write_bytes(os.urandom(2**16))
    kept = "login --with-token --insecure-storage"
    assert scalingo(kept, stdin=scalingo.environment["SCALINGO_API_TOKEN"]).code == 0
    file = tmp_path / "config" / "credentials.json"
    before = file.read_bytes()
    here = scalingo.where(
        TMPDIR=str(tmp_path / "tmp"),
        EDITOR="true",
        PYTHONDONTWRITEBYTECODE="1",  # which Python 3.11 does not notice to be cut short
    )
    done = shell(here, f"ulimit -f {kibibytes}; scalingo {line}")
    assert done.code == code, done.stderr
    if code:
        assert done.stderr.startswith("Error: ")
        assert "File too large." in done.stderr
    else:
        assert done.stdout
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if path.stat().st_size] == [file.name]
    assert not list((tmp_path / "tmp").iterdir())
    cache = tmp_path / ".cache" / "scalingo"
    written = [path for path in cache.rglob("*") if path.is_file() and "." in path.name]
    assert written == []


# Closed streams


@pytest.mark.legacy
@pytest.mark.parametrize(
    "line",
    [
        *["--help", "completion bash", "apps", "env --json", "logs"],
        *["events --all", "events --all --json"],
    ],
)
def test_a_reader_that_left(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.add_many_events(APP, 1000)
    reading, writing = os.pipe()
    os.close(reading)
    with scalingo.start(line, stdout=writing, stderr=subprocess.PIPE) as client:
        os.close(writing)
        _, said = client.communicate(timeout=60)
    assert (client.returncode, said) == (0, b"")


@pytest.mark.legacy
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_becomes_no_file(
    closed: str, scalingo: CommandLine, tmp_path: Path
) -> None:
    line = f"login --with-token --insecure-storage <<< $SCALINGO_API_TOKEN {closed}"
    code = shell(scalingo, f"scalingo {line}").code
    assert code == (2 if "<&-" in closed else 0)
    if code == 0:
        kept = json.loads((tmp_path / "config" / "credentials.json").read_text())
        assert list(kept["tokens"].values()) == [scalingo.environment["SCALINGO_API_TOKEN"]]
    assert shell(scalingo, f"scalingo env set A=1 {closed}").code == 0
    assert (
        shell(scalingo, f"scalingo collaborators remove ilse@pinecrate.example {closed}").code == 2
    )
