"""Stories of `scalingo operations`: one is shown, or waited for."""

from __future__ import annotations

import re

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere


def started(scalingo: CommandLine, sandbox: Sandbox, outcome: str = "done") -> str:
    """Restart the main app and return the operation's id."""
    sandbox.end_next_operation(outcome)
    operation_id = scalingo("restart --json").json["operation"]["id"]
    assert isinstance(operation_id, str)
    return operation_id


def operation(status: object) -> dict[str, object]:
    return {"operation": {"id": "5d1f", "type": "scale", "status": status, "error": "no room"}}


# show


def test_show(scalingo: CommandLine, sandbox: Sandbox) -> None:
    operation_id = started(scalingo, sandbox)
    sandbox.advance(5)
    said = scalingo(f"operations show {operation_id}")
    (line,) = said.lines
    assert line[:3] == [operation_id, "restart", "done"]
    assert line[4] > line[3]
    assert line[5] == ""
    document = scalingo(f"operations show {operation_id} --json").json
    assert document["operation"]["status"] == "done"


def test_show_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    operation_id = started(scalingo, sandbox, "never")
    said = scalingo(f"operations show {operation_id}", SCALINGO_FORCE_TTY="60", NO_COLOR="1")
    rows = dict(
        line.split(maxsplit=1) for line in said.stdout.splitlines() if len(line.split()) > 1
    )
    assert rows["ID"].strip() == operation_id
    assert "Finished" not in rows


def test_what_is_not_there(scalingo: CommandLine) -> None:
    for line in ("operations show nope", "operations wait nope"):
        said = scalingo(line)
        assert (said.code, said.stdout) == (3, "")
        assert said.stderr == 'Error: No such operation "nope".\n'


@pytest.mark.parametrize(
    "line", ["operations", "operations show", "operations wait", "operations x"]
)
def test_misuse(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout) == (2, "")
    assert "Usage: scalingo operations" in said.stderr
    assert sandbox.requests == []


# wait


def test_wait_until_it_is_done(scalingo: CommandLine, sandbox: Sandbox) -> None:
    operation_id = started(scalingo, sandbox)
    said = scalingo(f"operations wait {operation_id}")
    assert (said.code, said.lines[0][:3]) == (0, [operation_id, "restart", "done"])
    assert said.stderr.endswith("restart: done\n")
    json = scalingo(f"operations wait {operation_id} --json")
    assert (json.json["operation"]["id"], json.stderr) == (operation_id, "")


def test_an_operation_that_ends_in_error(scalingo: CommandLine, sandbox: Sandbox) -> None:
    operation_id = started(scalingo, sandbox, "error")
    said = scalingo(f"operations wait {operation_id}")
    assert (said.code, said.stdout) == (1, "")
    assert said.stderr.endswith(
        "Error: The operation ended with status error: web-1 did not come back.\n"
    )
    assert scalingo(f"operations wait {operation_id} --json").error["code"] == 1


def test_out_of_time(scalingo: CommandLine, sandbox: Sandbox) -> None:
    operation_id = started(scalingo, sandbox, "never")
    sandbox.advance(1)
    resume = f"To wait for it: scalingo operations wait {operation_id} --app pinecrate-shop"
    said = scalingo(f"operations wait {operation_id} --timeout 0.3")
    assert (said.code, said.stdout) == (124, "")
    assert said.stderr.splitlines() == [
        "restart: running",
        "Error: The operation is still running after 0.3 seconds; it continues.",
        resume,
    ]
    error = scalingo(f"operations wait {operation_id} --timeout 0.01 --json").error
    assert (error["code"], error["hint"]) == (124, resume)


@pytest.mark.parametrize("line", ["scale web:3", "restart"])
def test_out_of_time_after_a_change(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.end_next_operation("never")
    said = scalingo(f"{line} --wait --timeout 0.01")
    assert (said.code, said.stdout) == (124, "")
    operation_id = sandbox.store.app(sandbox.main_app).operations[-1].id
    assert said.stderr.endswith(f"scalingo operations wait {operation_id} --app pinecrate-shop\n")


@pytest.mark.parametrize("line", ["operations wait {}", "restart --wait", "scale web:3 --wait"])
def test_ctrl_c_says_that_it_goes_on(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    if "{}" in line:
        line = line.format(started(scalingo, sandbox, "never"))
    sandbox.end_next_operation("never")
    terminal = scalingo.terminal(line)
    terminal.expect(": running")
    terminal.sendintr()
    terminal.expect("\r\nInterrupted; the operation continues.\r\n")
    terminal.expect("To wait for it: scalingo operations wait [0-9a-f]{24} --app pinecrate")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130


def test_a_platform_without_an_answer_for_a_while(scalingo: CommandLine, sandbox: Sandbox) -> None:
    operation_id = started(scalingo, sandbox)
    for kind in ("503", "cut", "429"):
        sandbox.fail_next(kind, retry_after="0")
    said = scalingo(f"operations wait {operation_id}")
    assert (said.code, said.lines[0][2]) == (0, "done")
    assert said.stderr.count("Retrying.") == 3


@pytest.mark.slow
def test_a_platform_without_an_answer_for_long(scalingo: CommandLine, sandbox: Sandbox) -> None:
    operation_id = started(scalingo, sandbox)
    sandbox.fail_next("503", times=99, path="/v1/apps/pinecrate-shop/operations")
    error = scalingo(f"operations wait {operation_id} --json").error
    assert (error["code"], error["status"]) == (6, 503)
    assert error["hint"].startswith("To wait for it: scalingo operations wait")
    late = scalingo(f"operations wait {operation_id} --timeout 0.1")
    assert late.code == 124
    assert "The platform sent no status of the operation in 0.1 seconds." in late.stderr


@pytest.mark.parametrize("status", [None, 5, {}])
def test_an_invalid_status_does_not_hang(
    status: object, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(operation(status))
    said = scalingo("operations wait 5d1f", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    assert said.stderr == "Error: The platform did not send the status of this operation.\n"


def test_an_unknown_status_is_an_end(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer(operation("pending"))
    elsewhere.will_answer(operation("cancelled"))
    said = scalingo("operations wait 5d1f", SCALINGO_API_URL=elsewhere.url)
    assert said.code == 1
    assert said.stderr.endswith("Error: The operation ended with status cancelled: no room.\n")


@pytest.mark.regional
@pytest.mark.parametrize("line", ["operations wait {}", "scale web:3 --wait"])
def test_timeout_holds_on_a_silent_platform(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    operation_id = started(scalingo, sandbox, "never") if "{}" in line else ""
    sandbox.advance(5)
    sandbox.fail_next("slow", 9, "GET", f"/v1/apps/{sandbox.main_app}/operations", delay=9)
    said = scalingo(f"{line.format(operation_id)} --timeout 0.1")
    assert (said.code, said.stdout) == (124, "")
    # Two seconds of silence each are enough for the first look and the last.
    # A busy machine has used up a part of them.
    assert len(re.findall(r"(in [12]\.\d|for [12](\.\d+)?) s\. Retrying\.", said.stderr)) == 1
    assert "The platform sent no status of the operation in 0.1 seconds." in said.stderr
