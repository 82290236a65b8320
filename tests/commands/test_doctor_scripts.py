"""`scalingo doctor scripts`: lines of scripts and CI files, and what replaces each."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import SCALINGO, CommandLine
from tests.programs import require


def findings(scalingo: CommandLine, tmp_path: Path, text: str) -> list[tuple[str, str]]:
    """The place of each line that is found in a script, and what replaces it."""
    (tmp_path / "release.sh").write_text(f"#!/bin/sh\n{text}\n")
    said = scalingo("doctor scripts .")
    assert said.code == (10 if said.stdout else 0), said.stderr
    return [(line[0], line[2]) for line in said.lines]


ADDON = "addons --json | jq -r '.addons[] | select(.addon_provider.id == \"postgresql\") | .id'"


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        (
            "id=$(scalingo addons | grep postgresql | cut -d'|' -f3 | tr -d ' ')",
            f"id=$(scalingo {ADDON})",
        ),
        (
            "export ID=`scalingo --app $APP addons | grep -i postgresql | awk -F '│' '{print $3}'`",
            f"export ID=`scalingo --app $APP {ADDON}`",
        ),
        (
            'id="$( scalingo --app "${app}" addons \\\n | grep postgresql \\\n | tr -d " " )"',
            f'id="$( scalingo --app "${{app}}" {ADDON})"',
        ),
        (
            "scalingo addons | grep $NAME | cut -d'|' -f3 > id.txt",
            'scalingo addons --json | jq -r --arg word "$NAME"'
            " '.addons[] | select(.addon_provider.id == $word) | .id' > id.txt",
        ),
        (
            "scalingo apps | tail -n +4 | cut -d' ' -f2",
            "scalingo apps --json | jq -r '.apps[] | .name'",
        ),
        (
            "if scalingo apps | grep -q shop; then",
            "if scalingo apps --json | jq -e 'any(.apps[]; .name == \"shop\")' > /dev/null; then",
        ),
        (
            'if scalingo whoami | grep -q "You are logged in"; then',
            "if scalingo whoami > /dev/null; then",
        ),
        ("me=$(scalingo whoami | awk '{print $6}')", "me=$(scalingo whoami | cut -f 1)"),
        ('scalingo login --api-token "$TOKEN"', 'export SCALINGO_API_TOKEN="$TOKEN"'),
        (
            "scalingo login --api-token=${{ secrets.SCALINGO }} > /dev/null",
            'export SCALINGO_API_TOKEN="${{ secrets.SCALINGO }}"',
        ),
        (
            "scalingo -a x log-drains-add --type logtail --token $T",
            'printf %s "$T" | scalingo -a x log-drains-add --type logtail --token-stdin',
        ),
    ],
)
def test_doctor_scripts_shows_what_replaces_a_line(
    line: str, instead: str, scalingo: CommandLine, tmp_path: Path
) -> None:
    assert findings(scalingo, tmp_path, line) == [("release.sh:2", instead)]


@pytest.mark.parametrize(
    ("lines", "place", "instead"),
    [
        ("scalingo scale web:2\nsleep 60", 3, "line 2: scalingo scale web:2 --wait"),
        ("scalingo -a x restart && sleep 5", 2, "line 2: scalingo -a x restart --wait"),
        (
            "scalingo scale web:2\nscalingo integration-link-manual-deploy main\nsleep 60",
            4,
            "line 3: scalingo integration-link-manual-deploy main --follow",
        ),
        (
            "git push scalingo main\necho wait\nsleep 120",
            4,
            "after line 2: scalingo deployments follow --next",
        ),
        (
            "until scalingo deployments | grep -q success; do sleep 5; done",
            2,
            "scalingo deployments follow --next",
        ),
    ],
)
def test_doctor_scripts_finds_sleeps(
    lines: str, place: int, instead: str, scalingo: CommandLine, tmp_path: Path
) -> None:
    assert (f"release.sh:{place}", instead) in findings(scalingo, tmp_path, lines)


@pytest.mark.parametrize(
    "line",
    [
        "scalingo addons --json | jq -r '.addons[].id' | head -n 1",
        "scalingo run psql | grep rows",
        "scalingo env-get TOKEN | tr -d '\\n'",
        "scalingo logs | grep -c error",
        "# scalingo login --api-token $TOKEN",
        "sleep 5",
        "scalingo scale web:2 --wait",
        "my-scalingo addons | grep redis",
        "scalingo restart > out.txt; cat out.txt | grep x",
    ],
)
def test_doctor_scripts_leaves_other_lines_alone(
    line: str, scalingo: CommandLine, tmp_path: Path
) -> None:
    assert findings(scalingo, tmp_path, line) == []


def test_doctor_scripts_repeats_no_token(scalingo: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "release.sh").write_text(
        "scalingo login --api-token hunter2 && scalingo apps | grep x\n"
        "SCALINGO_API_TOKEN=tk-us-hunter2 scalingo apps | cut -c 3-\n"
    )
    for options in ("", "--json"):
        said = scalingo(f"doctor scripts . {options}")
        assert said.code == 10
        assert "hunter2" not in said.stdout + said.stderr
        assert "***" in said.stdout


def test_doctor_scripts_reads_ci_files_and_no_others(scalingo: CommandLine, tmp_path: Path) -> None:
    line = "scalingo login --api-token $T\n"
    for name in (
        ".github/workflows/deploy.yml",
        ".gitlab-ci.yml",
        "Makefile",
        "bin/release",
        "README.md",
        "node_modules/x/run.sh",
        ".git/hooks/post-commit",
        "notes",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{line}" if name == "bin/release" else line)
    (tmp_path / "picture.sh").write_bytes(b"\xff\xfescalingo login --api-token $T")
    said = scalingo("doctor scripts . --json")
    assert [finding["file"] for finding in said.json["findings"]] == [
        ".github/workflows/deploy.yml",
        ".gitlab-ci.yml",
        "Makefile",
        "bin/release",
    ]
    assert [
        row["line"] for row in scalingo("doctor scripts bin/release --json").json["findings"]
    ] == [2]


def test_doctor_scripts_of_nothing(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("doctor scripts .")
    assert (said.code, said.stdout, said.stderr) == (0, "", "Nothing to replace.\n")
    said = scalingo("doctor scripts nowhere")
    assert (said.code, said.stdout) == (2, "")
    assert "Could not read nowhere: No such file or directory." in said.stderr
    assert sandbox.requests == []


def test_what_doctor_scripts_shows_works(scalingo: CommandLine, tmp_path: Path) -> None:
    require("jq")
    [(_, instead)] = findings(scalingo, tmp_path, "scalingo addons | grep postgresql | cut -f3")
    line = instead.replace("scalingo", shlex.join(SCALINGO), 1)
    done = subprocess.run(
        ["sh", "-c", line], env=scalingo.environment, capture_output=True, text=True, check=True
    )
    [postgresql] = [
        row["id"]
        for row in scalingo("addons --json").json["addons"]
        if row["addon_provider"]["id"] == "postgresql"
    ]
    assert done.stdout == f"{postgresql}\n"
