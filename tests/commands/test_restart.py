"""Stories of `scalingo restart`."""

from __future__ import annotations

import re
from typing import Any

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine


def asked(sandbox: Sandbox) -> Any:
    """The body of the one request to restart."""
    (sent,) = [request for request in sandbox.requests if request.method == "POST"]
    return sent.json


def test_everything(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("restart")
    assert (said.code, asked(sandbox)) == (0, {})
    operation_id = sandbox.store.app(sandbox.main_app).operations[-1].id
    assert said.lines[0][:2] == [operation_id, "restart"]
    assert said.stderr == (
        f"Restart requested. To wait for it: scalingo operations wait {operation_id}"
        " --app pinecrate-shop\n"
    )


@pytest.mark.parametrize("scope", [["web"], ["worker-1"], ["web-2", "clock", "worker"]])
def test_some(scope: list[str], scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo(["restart", *scope]).code == 0
    assert asked(sandbox) == {"scope": scope}


def test_waiting(scalingo: CommandLine) -> None:
    said = scalingo("restart web --wait --timeout 60")
    assert (said.code, said.lines[0][1:3]) == (0, ["restart", "done"])
    assert re.search(r"restart: done\nRestarted web of pinecrate-shop in \d+ s\.\n$", said.stderr)
    said = scalingo("restart --wait")
    assert "Restarted all containers of pinecrate-shop in " in said.stderr


def test_at_a_terminal(scalingo: CommandLine) -> None:
    said = scalingo("restart --wait", SCALINGO_FORCE_TTY="60", NO_COLOR="1")
    titles = [line.split()[0] for line in said.stdout.splitlines()]
    assert titles == ["ID", "Type", "Status", "Started", "Finished"]


def test_with_json_the_operation(scalingo: CommandLine, sandbox: Sandbox) -> None:
    waited = scalingo("restart --wait --json")
    assert (waited.json["operation"]["status"], waited.stderr) == ("done", "")
    sandbox.end_next_operation("never")
    assert scalingo("restart --json").json["operation"]["status"] in {"pending", "running"}


def test_a_dry_run_sends_nothing(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("restart web --wait --dry-run")
    assert said.stdout == 'POST /v1/apps/pinecrate-shop/restart\n{"scope": ["web"]}\n'
    assert (said.code, said.stderr) == (0, "")
    assert {request.method for request in sandbox.requests} == {"GET"}


@pytest.mark.parametrize("name", ["wbe", "wbe-1", "web-", "web-one", "WEB", "[red]", ""])
def test_what_the_app_does_not_have(name: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(["restart", "worker", name])
    assert (said.code, said.stdout) == (3, "")
    assert f'Container type "{name}" not found.' in said.stderr
    assert "Valid types: web, worker, clock." in said.stderr
    assert {request.method for request in sandbox.requests} == {"GET"}


def test_a_container_that_does_not_run(scalingo: CommandLine) -> None:
    said = scalingo("restart web-9")
    assert (said.code, said.stdout) == (5, "")
    assert "scope web-9: no such container" in said.stderr


def test_an_app_never_deployed(scalingo: CommandLine) -> None:
    said = scalingo("restart --app pinecrate-next")
    assert said.code == 5
    assert "was never deployed: there is nothing to restart" in said.stderr


def test_an_operation_that_ends_in_error(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.end_next_operation("error")
    said = scalingo("restart --wait")
    assert (said.code, said.stdout) == (1, "")
    assert "Error: The operation ended with status error: web-1 did not come back." in said.stderr


def test_an_operation_that_is_out_of_sight_goes_on(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("503", times=5, path="/v1/apps/pinecrate-shop/operations")
    said = scalingo("restart")
    assert (said.code, said.stdout) == (6, "")
    operation_id = sandbox.store.app(sandbox.main_app).operations[-1].id
    assert said.stderr.endswith(f"scalingo operations wait {operation_id} --app pinecrate-shop\n")


def test_a_timeout_needs_a_wait(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("restart --timeout 5")
    assert (said.code, sandbox.requests) == (2, [])
    assert said.stderr.startswith("Error: --timeout requires --wait.\nUsage: scalingo restart")


def test_an_answer_that_names_no_operation(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("garbage", times=2, method="POST")
    said = scalingo("restart --wait")
    assert (said.code, said.stdout) == (1, "")
    assert said.stderr == (
        "Error: The platform did not return an operation for the restart of pinecrate-shop.\n"
    )
    assert scalingo("restart --json").error["code"] == 1


@pytest.mark.regional
def test_restart_shows_no_empty_row_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.end_next_operation("never")
    said = scalingo("restart", SCALINGO_FORCE_TTY="80", NO_COLOR="1")
    assert [line.split()[0] for line in said.stdout.splitlines()] == [
        *("ID", "Type", "Status", "Started")
    ]


@pytest.mark.regional
@pytest.mark.parametrize("line", ["restart --wait", "scale web:3 --wait"])
def test_waiting_at_a_terminal_shows_the_seconds_and_leaves_one_line(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.end_next_operation("never")
    terminal = scalingo.terminal(line)
    terminal.expect(r"(restart|scale): running (\x1b\[\d+m)?0:00:0[1-9]")
    terminal.sendintr()
    terminal.expect("Interrupted; the operation continues.")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 130


@pytest.mark.regional
@pytest.mark.parametrize("line", ["restart", "scale web:3"])
def test_a_busy_app_is_said_to_be(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.end_next_operation("never")
    assert scalingo("restart").code == 0
    sandbox.advance(1)
    said = scalingo(line)
    assert said.code == 5
    assert said.stderr.splitlines()[1] == (
        "pinecrate-shop is restarting. Retry when it is not:"
        " scalingo apps show --app pinecrate-shop"
    )
    sandbox.fail_next("503", method="GET", path="/v1/apps/pinecrate-shop", times=2)
    assert scalingo("restart").code == 5
