"""The benchmarks still run: every row is measured, whatever its figure."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import PROGRAMS
from tests.programs import require

pytestmark = pytest.mark.ci

PROJECT = Path(__file__).parent.parent
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")


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
    rows = cells(done.stdout)
    for what, _, reached, _, verdict in rows:
        assert what
        assert re.search(r"\d", reached)
        assert verdict in {"met", "missed"}
    promised = CONTRIBUTING.partition("## Speed")[2].partition("\n\n| What")[2].partition("\n\n")[0]
    assert [row[3] for row in rows] == [row[2] for row in cells(promised)]


def cells(table: str) -> list[list[str]]:
    """The cells of each row below the head of a table."""
    rows = [line.strip().strip("|").split("|") for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in row] for row in rows]
