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
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.settings import ENVIRONMENT
from tests.command_line import SCALINGO
from tests.ports import reserved
from tests.programs import require

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def sandboxed(
    script: str, tmp_path: Path, operation_seconds: float = 0.1, /, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a script as `scalingo sandbox --app my-app -- sh -c SCRIPT` does."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    scalingo = bin_ / "scalingo"
    scalingo.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scalingo_cli "$@"\n')
    scalingo.chmod(0o755)
    environment = {
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
        "SCALINGO_APP": "my-app",
    }
    with Sandbox(0, operation_seconds, main_app="my-app", lively=True) as sandbox:
        return subprocess.run(
            ["sh", "-euc", script],
            env={**environment, **sandbox.environment(), **more},
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
    # Each state of an operation lasts for a look at least, and all of them take "2 s".
    shown = sandboxed("\n".join(script), tmp_path, 2.4).stdout
    assert shown.splitlines() == session.splitlines()


def jobs() -> list[str]:
    github, gitlab = blocks("yaml")
    [run] = re.findall(r" run: \|\n((?: {10}.*\n)+)", github)
    [script] = re.findall(r"^  script:\n((?: {4}- .*\n)+)", gitlab, re.MULTILINE)
    return [textwrap.dedent(run), re.sub(r"^ *- ", "", script, flags=re.MULTILINE)]


def ci_job(number: int, tmp_path: Path, **host: str) -> str:
    """Run a job of the README's as its host does, on the sandbox, and return what it printed."""
    require("jq")
    script = jobs()[number]
    assert len(script.splitlines()) == 4
    (tmp_path / "Procfile").write_text("web: true\n")
    job = sandboxed(script, tmp_path, **host)
    assert job.returncode == 0, job.stdout
    assert "web 2 → 3" in job.stdout
    return job.stdout


def test_the_github_job_passes_with_a_summary_and_the_outputs_that_it_uses(tmp_path: Path) -> None:
    github, _ = blocks("yaml")
    summary, outputs = tmp_path / "summary.md", tmp_path / "outputs"
    for file in (summary, outputs):
        file.touch()
    ci_job(
        0,
        tmp_path,
        GITHUB_ACTIONS="true",
        GITHUB_STEP_SUMMARY=str(summary),
        GITHUB_OUTPUT=str(outputs),
    )
    assert [row.split(" | ")[0] for row in summary.read_text().splitlines()[2:]] == [
        "| `scalingo deploy`",
        "| `scalingo scale`",
    ]
    [used] = re.findall(r"outputs\.(\w+)", github)
    assert re.search(rf"^{used}<<.*\nhttps://my-app\.", outputs.read_text(), re.MULTILINE)


def test_the_gitlab_job_passes_and_leaves_the_variable_that_it_uses(tmp_path: Path) -> None:
    _, gitlab = blocks("yaml")
    [file] = re.findall(r"SCALINGO_CI_DOTENV: (.*)", gitlab)
    shown = ci_job(1, tmp_path, GITLAB_CI="true", SCALINGO_CI_DOTENV=file)
    assert "section_start:" in shown
    [used] = re.findall(r"url: \$(\w+)", gitlab)
    assert f"dotenv: {file}\n" in gitlab
    assert re.search(rf"^{used}=https://my-app\.", (tmp_path / file).read_text(), re.MULTILINE)


def test_the_steps_that_start_the_simulator_give_the_next_ones_its_variables(
    tmp_path: Path,
) -> None:
    [step] = [block for block in blocks("text") if "GITHUB_ENV" in block]
    variables = tmp_path / "github_env"
    variables.touch()
    script = textwrap.dedent(step.partition("- run: |\n")[2])
    ended = sandboxed(f"{script}kill $!\n", tmp_path, GITHUB_ENV=str(variables))
    assert ended.returncode == 0, ended.stdout
    names = {line.partition("=")[0] for line in variables.read_text().splitlines()}
    assert {"SCALINGO_API_URL", "SCALINGO_AUTH_URL", "SCALINGO_API_TOKEN"} <= names


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


def test_the_service_of_gitlab_is_there_for_another_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("curl")
    require("jq")
    [recipe] = [block for block in blocks("text") if block.startswith("services:")]
    [command] = re.findall(r'command: \["(.*)"\]', recipe)
    installs, command = command.split(" && exec ")
    assert installs == "pip install scalingo-cli"
    variables = dict(re.findall(r"^  (SCALINGO_\w+): (.*)$", recipe, re.MULTILINE))
    _, *lines = re.findall(r"^  - (.*)$", recipe.partition("before_script:\n")[2], re.MULTILINE)
    with reserved(8) as port:
        for number, ours in ((18800, port), (18801, port + 1)):
            command = command.replace(str(number), str(ours))
            variables = {
                name: text.replace(str(number), str(ours)) for name, text in variables.items()
            }
        # The alias leads to the service only inside of GitLab.
        (tmp_path / ".curlrc").write_text(f'resolve = "simulator:{port + 1}:127.0.0.1"\n')
        for name, text in {**variables, "HOME": str(tmp_path)}.items():
            monkeypatch.setenv(name, text)
        service = subprocess.Popen(
            [*SCALINGO, *command.split()[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            shown = subprocess.run(
                ["bash", "-euc", "\n".join([*lines, "echo $SCALINGO_API_TOKEN"])],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        finally:
            service.terminate()
            service.wait(timeout=60)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("tk-us-")


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
