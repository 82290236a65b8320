"""The processes that the fork server forks are as those that start afresh."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import fork_server
from tests.command_line import CommandLine, Result

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it uses prctl")


@pytest.fixture(autouse=True)
def away_from_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are forked, in CI too."""
    monkeypatch.delenv("CI", raising=False)


# As `env run` hands it on to a program.
LOOK = """
import json, os, signal
os.umask(umask := os.umask(0))
print(json.dumps({
    "directory": os.getcwd(),
    "environment": dict(os.environ),
    "files": sorted(os.listdir("/proc/self/fd")),
    "nice": os.nice(0),
    "session": os.getsid(0),
    "group": os.getpgrp(),
    "signals": [x for x in open("/proc/self/status") if x.startswith(("SigB", "SigI", "SigC"))],
    "umask": umask,
}))
"""


def test_a_forked_process_is_as_one_that_starts_afresh(
    scalingo: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    line = ["env", "run", "--", sys.executable, "-c", LOOK]
    before = os.umask(0o027)
    try:
        forked, fresh = scalingo.process(line), scalingo.fresh.process(line)
    finally:
        os.umask(before)
    assert forked == fresh
    assert (forked.json["umask"], forked.json["directory"]) == (0o027, str(tmp_path / "below"))


def test_a_forked_process_writes_and_ends_as_one_that_starts_afresh(scalingo: CommandLine) -> None:
    for line in ("--version", "apps --json", "apps show none", "no-such-command", "env set A"):
        assert scalingo.process(line) == scalingo.fresh.process(line)
    unwritten = [_into_a_full_disk(user, "apps") for user in (scalingo, scalingo.fresh)]
    assert unwritten[0] == unwritten[1]
    assert unwritten[0].code == 1


def _into_a_full_disk(scalingo: CommandLine, line: str) -> Result:
    with (
        Path("/dev/full").open("wb") as full,
        scalingo.start(line, stdout=full, stderr=subprocess.PIPE) as process,
    ):
        _, said = process.communicate(timeout=60)
    return Result(process.returncode, b"", said.decode())


def test_a_forked_process_is_a_child_that_reports_its_signal(scalingo: CommandLine) -> None:
    for number in (signal.SIGKILL, signal.SIGTERM):
        with scalingo.start("logs --follow", stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            status = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            assert int(status[1]) == os.getpid()
            process.send_signal(number)
            expected = -number if number == signal.SIGKILL else 128 + number
            assert process.wait(60) == expected


@pytest.mark.parametrize("variable", ["PYTHONUTF8", "PYTHONIOENCODING", "LC_ALL", "LANGUAGE"])
def test_no_process_is_forked_in_an_environment_that_python_reads(variable: str) -> None:
    ordinary = {**fork_server.ENVIRONMENT, "PATH": os.defpath, "PYTHON_KEYRING_BACKEND": "x"}
    assert fork_server.forks(ordinary)
    assert not fork_server.forks({**ordinary, variable: "1"})
    assert not fork_server.forks({**ordinary, "LANG": "C"})
    assert not fork_server.forks({})
