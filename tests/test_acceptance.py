"""The acceptance run, with the sandbox in the place of the platform, and what it recorded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests import acceptance

pytestmark = pytest.mark.ci

PROJECT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "tests.acceptance"]


@pytest.fixture
def platform() -> dict[str, str]:
    """The variables of somebody who has no account."""
    hidden = ("SCALINGO", "PROXY", "proxy")
    return {k: v for k, v in os.environ.items() if not any(word in k for word in hidden)}


def test_without_a_token_nothing_is_done(platform: dict[str, str]) -> None:
    done = subprocess.run(COMMAND, cwd=PROJECT, env=platform, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Set SCALINGO_ACCEPTANCE_TOKEN" in done.stderr


def test_the_main_job_ends_well_and_leaves_nothing(platform: dict[str, str]) -> None:
    with Sandbox(operation_seconds=0.1) as sandbox:
        before = {app.name for app in sandbox.store.apps}
        there = {
            "SCALINGO_ACCEPTANCE_TOKEN": sandbox.token,
            "SCALINGO_ACCEPTANCE_AUTH_URL": str(sandbox.auth_url),
        }
        done = subprocess.run(
            COMMAND,
            cwd=PROJECT,
            env={**platform, **there},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert {app.name for app in sandbox.store.apps} == before
    steps = dict(line.split(": ") for line in done.stderr.splitlines())
    assert {name: steps[name] for name in ("create", "deploy", "run", "events-2", "missing")} == {
        "create": "201",
        "deploy": "0",
        "run": "7",
        "events-2": "200",
        "missing": "404",
    }
    assert {steps[name] for name in ("scale", "restart", "logs")} == {"0"}


def test_interrupted_it_deletes_what_it_made_and_compares_what_came(
    platform: dict[str, str],
) -> None:
    with Sandbox(operation_seconds=60) as sandbox:
        before = {app.name for app in sandbox.store.apps}
        there = {
            "SCALINGO_ACCEPTANCE_TOKEN": sandbox.token,
            "SCALINGO_ACCEPTANCE_AUTH_URL": str(sandbox.auth_url),
        }
        process = subprocess.Popen(
            COMMAND,
            cwd=PROJECT,
            env={**platform, **there},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        sandbox.fail_next(
            "200", method="GET", path="/v1/apps/acceptance", body='{"app": {"id": 7}}'
        )
        assert process.stderr
        while not process.stderr.readline().startswith("variables: 200"):
            pass
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=90)
        assert process.returncode == 1
        assert "show: .app.id is int, in the sandbox str\n" in out
        assert "Stopped after 4 steps: KeyboardInterrupt" in err
        assert {app.name for app in sandbox.store.apps} == before


def test_what_was_recorded_is_what_the_sandbox_answers(tmp_path: Path) -> None:
    ours = acceptance.of_the_sandbox()
    assert acceptance.compared(acceptance.recorded(acceptance.RECORDED), ours) == []
    acceptance.record(ours, tmp_path)
    again = acceptance.recorded(tmp_path)
    assert {answer.step for answer in again} == {answer.step for answer in ours}
    assert acceptance.compared(again, ours) == []
    text = "".join(file.read_text() for file in tmp_path.iterdir())
    assert not [word for word in ("acceptance-", "noor", "hello", "127.0.0.1") if word in text]


def test_a_difference_is_reported() -> None:
    ours = acceptance.Answer(
        "show", 200, {"app": {"name": "a", "limits": {}, "domains": [{"id": 1}]}}
    )
    theirs = {"app": {"name": 7, "domains": [{"id": 1, "ssl": True}]}}
    assert acceptance.compared([replace(ours, status=202, body=theirs)], [ours]) == [
        "show: 202, the sandbox 200",
        "show: .app.domains[].ssl is missing in the sandbox",
        "show: .app.limits is in the sandbox only",
        "show: .app.name is int, in the sandbox str",
    ]
