"""The benchmarks still run: every row is measured, whatever its figure."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.__main__ import PROGRAMS
from tests.programs import require

PROJECT = Path(__file__).parent.parent


def test_every_row_is_measured() -> None:
    for program in PROGRAMS:
        require(program)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.strip("|\n").split("|") for line in done.stdout.splitlines()[2:]]
    assert len(rows) == 14
    for row in rows:
        what, _, reached, goal, verdict = map(str.strip, row)
        assert what
        assert re.search(r"\d", reached)
        assert re.search(r"\d|before", goal)
        assert verdict in {"met", "missed"}
