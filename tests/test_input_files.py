"""Files that the user names: pipes and devices hold up nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import changes
from tests.command_line import SCALINGO, CommandLine

EMAIL = Sandbox.email


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("run --file pipe true", "pipe is not a regular file."),
        ("keys add laptop pipe", "pipe is empty; expected a public key on a single line."),
        ("env import pipe", "nothing to do."),
    ],
)
def test_a_pipe_that_nobody_writes_to_ends(
    line: str, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    os.mkfifo("pipe")
    assert says in scalingo(line).stderr
    assert changes(sandbox) == []


def test_env_import_reads_a_pipe_to_its_end(scalingo: CommandLine) -> None:
    said = scalingo.shell("scalingo env import <(sleep 0.1; echo SLOW=1; sleep 0.1; echo B=2)")
    assert said.code == 0, said.stderr
    assert scalingo("env get SLOW").stdout == "1\n"
    assert scalingo("env get B").stdout == "2\n"


@pytest.mark.parametrize("line", ["keys add laptop /dev/zero", "env import /dev/zero"])
def test_a_device_without_an_end_is_refused(line: str, scalingo: CommandLine) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr == "Error: /dev/zero is larger than 64 MiB.\n"


@pytest.mark.parametrize(
    "line", ["login --with-token", f"login --email {EMAIL} --password-stdin --insecure-storage"]
)
def test_login_refuses_a_line_without_an_end(line: str, scalingo: CommandLine) -> None:
    with Path("/dev/zero").open("rb") as endless:
        said = subprocess.run(
            [*SCALINGO, *line.split()],
            stdin=endless,
            capture_output=True,
            text=True,
            env=scalingo.with_({"SCALINGO_API_TOKEN": None}),
            check=False,
            timeout=60,
        )
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == "Error: The first line of standard input is over 65536 bytes long.\n"


def test_env_edit_refuses_a_pipe_in_place_of_the_file(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nrm "$1"\nmkfifo "$1"\n')
    editor.chmod(0o700)
    said = scalingo.process("env edit --yes", EDITOR=str(editor))
    assert said.code == 1
    assert "did not leave a regular file: nothing was sent." in said.stderr
    assert changes(sandbox) == []
