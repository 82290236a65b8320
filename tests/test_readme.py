"""README does not rot: its session, its CI jobs and its tables are what the code does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import scalingo_cli
from scalingo_cli.errors import ExitCode
from scalingo_cli.settings import ENVIRONMENT
from tests.programs import require

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def sandboxed(
    script: str, tmp_path: Path, protocol: str = "regional"
) -> subprocess.CompletedProcess[str]:
    """Run a script as the README says: scalingo sandbox --app my-app -- sh -c SCRIPT."""
    command = [sys.executable, "-m", "scalingo_cli", "sandbox", "--app", "my-app"]
    command += ["--legacy"] if protocol == "legacy" else ["--region", "osc-fr1"]
    command += ["--operation-seconds", "1.5", "--"]  # each state lasts for a poll at least
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    scalingo = bin_ / "scalingo"
    scalingo.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scalingo_cli "$@"\n')
    scalingo.chmod(0o755)
    environment = {**os.environ, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [*command, "sh", "-euc", script],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("session", blocks("console"))
def test_each_session_goes_as_shown(session: str, tmp_path: Path) -> None:
    require("jq")
    script = ["export SCALINGO_FORCE_TTY=100 NO_COLOR=1"]
    for line in re.findall(r"^\$ (.*)$", session, re.MULTILINE):
        pipe = "unset SCALINGO_FORCE_TTY;" if " | cut" in line or " | jq" in line else ""
        script += [f"cat <<'LINE'\n$ {line}\nLINE", f"({pipe} {line})"]
    shown = sandboxed("\n".join(script), tmp_path).stdout
    assert shown.splitlines() == session.splitlines()


def jobs() -> list[str]:
    github, gitlab = blocks("yaml")
    [run] = re.findall(r"- run: \|\n((?: {10}.*\n)+)", github)
    script = gitlab.partition("  script:\n")[2]
    return [textwrap.dedent(run), re.sub(r"^ *- ", "", script, flags=re.MULTILINE)]


@pytest.mark.parametrize("script", jobs(), ids=["GitHub", "GitLab"])
def test_each_ci_job_passes_on_the_sandbox(script: str, tmp_path: Path) -> None:
    require("jq")
    assert len(script.splitlines()) == 3
    job = sandboxed(script, tmp_path)
    assert job.returncode == 0, job.stdout
    assert "web 2 → 3" in job.stdout


def test_a_ci_job_fails_when_its_check_does(tmp_path: Path) -> None:
    require("jq")
    script = jobs()[0].replace('"running"', '"crashed"')
    assert sandboxed(script, tmp_path).returncode == 1


def test_the_fault_of_the_example_reaches_the_script(tmp_path: Path) -> None:
    require("curl")
    [example] = [block for block in blocks("sh") if "_sandbox/faults" in block]
    script = re.fullmatch(r"scalingo sandbox -- sh -c '\n(.*)'\n", example, re.DOTALL)
    assert script
    assert "exit code 6" in sandboxed(script[1], tmp_path).stdout


def test_the_lines_for_completion_work_in_an_empty_home(tmp_path: Path) -> None:
    [lines] = [block for block in blocks("sh") if block.startswith("mkdir")]
    home = tmp_path / "home"
    home.mkdir()
    shown = sandboxed(f"export HOME={home}\n{lines}", tmp_path)
    assert (shown.returncode, shown.stdout) == (0, "")
    assert len([file for file in home.rglob("*") if file.is_file() and file.stat().st_size]) == 3


def table(title: str) -> dict[str, str]:
    """The rows of the table whose first column has this title."""
    lines = README.partition(f"\n| {title} | ")[2].partition("\n\n")[0].splitlines()[2:]
    rows = [line.strip("| ").split(" | ", 1) for line in lines]
    return {name.replace("`", ""): text for name, text in rows}


def test_the_tables_of_exit_codes_and_variables_are_those_of_the_code() -> None:
    assert table("Exit code") == {str(code.value): code.meaning for code in ExitCode}
    assert table("Variable") == ENVIRONMENT


def test_each_promise_names_what_holds_it() -> None:
    tests = {path.name for path in PROJECT.glob("tests/**/test_*.py")}
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    rows = CONTRIBUTING.partition("\n| Promise | Held by |\n|---|---|\n")[2].partition("\n\n")[0]
    assert len(rows.splitlines()) > 10
    for row in rows.splitlines():
        holders = re.findall(r"`([^`]*)`", row.rpartition(" | ")[2])
        assert holders
        assert set(holders) <= tests | {f"make {target}" for target in targets}


def test_no_variable_is_read_that_the_table_lacks() -> None:
    package = Path(scalingo_cli.__file__).parent
    told = {name for names in ENVIRONMENT for name in names.split(", ")}
    read = {
        name
        for module in package.rglob("*.py")
        for name in re.findall(
            r"environ(?:\.get\(|\[)\"([A-Z_]+)\"", module.read_text(encoding="utf-8")
        )
    }
    assert "SCALINGO_APP" in read
    shells = {"BASH_COMPLETION_USER_DIR", "FPATH", "SHELL"}  # where they look for completion
    shells |= {f"XDG_{name}" for name in ("CONFIG_HOME", "DATA_HOME", "DATA_DIRS")}
    desktop = {"DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY"}  # whether there is one
    assert read - told == {"PATH", *shells, *desktop}
