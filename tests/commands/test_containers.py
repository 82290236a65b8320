"""`scalingo containers`: what runs, one by one; one-off containers stopped, signals sent."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere

API = "--app pinecrate-api"
ONE_OFF = "one-off-4117"


def sent(sandbox: Sandbox) -> list[tuple[str, object]]:
    """What was sent to single containers: the last word of the path, and the body."""
    return [
        (request.path.rpartition("/")[2], request.json)
        for request in sandbox.requests
        if request.method == "POST" and "/containers/" in request.path
    ]


def test_containers_list_in_a_pipe_has_the_name_first(scalingo: CommandLine) -> None:
    said = scalingo(f"containers {API}")
    assert (said.code, said.stderr) == (0, "")
    assert [line[:3] for line in said.lines] == [
        ["web-1", "running", "M"],
        [ONE_OFF, "running", "L"],
    ]
    document = scalingo(f"containers {API} --json").json
    assert document == scalingo("api GET /apps/pinecrate-api/ps").json


def test_containers_list_masks_secrets_in_commands(scalingo: CommandLine) -> None:
    command = "sleep 60; psql 'postgres://u:quince@h/db'"
    started = scalingo(["run", "--detached", command])
    listed = scalingo("containers list")
    assert (started.code, listed.code) == (0, 0)
    for shown in (started.stdout, listed.stdout):
        assert "psql 'postgres://u:***@h/db'" in shown
        assert "quince" not in shown


def test_containers_list_at_a_terminal_says_how_old_each_is(scalingo: CommandLine) -> None:
    said = scalingo(f"containers {API}", SCALINGO_FORCE_TTY="120", NO_COLOR="1").stdout
    assert "3d ago" in said
    assert said.splitlines()[0].split() == ["Name", "State", "Size", "Created", "Command", "ID"]


def test_containers_list_of_an_app_where_nothing_runs(scalingo: CommandLine) -> None:
    said = scalingo("containers --app pinecrate-blog")
    assert (said.code, said.stdout, said.stderr) == (0, "", "Nothing is running.\n")


def test_containers_list_reads_a_platform_that_sends_no_label(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    row = {"id": "1", "type": "[red]", "type_index": 3, "state": "booting", "size": "S"}
    elsewhere.will_answer({"containers": [row]})
    said = scalingo("containers", SCALINGO_API_URL=elsewhere.url)
    assert said.lines == [["[red]-3", "booting", "S", "", "", "1"]]


@pytest.mark.parametrize("word", [ONE_OFF, "4117"])
def test_containers_stop_ends_a_one_off_container(scalingo: CommandLine, word: str) -> None:
    said = scalingo(f"containers stop {word} {API}")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == f"Stop of {ONE_OFF} requested.\n"
    assert [line[0] for line in scalingo(f"containers {API}").lines] == ["web-1"]


def test_containers_stop_waits_until_it_is_gone(
    scalingo: CommandLine, elsewhere: Elsewhere, sandbox: Sandbox
) -> None:
    document = scalingo(f"containers {API} --json").json
    elsewhere.will_answer(document)
    elsewhere.will_answer(b"", 202)
    elsewhere.will_answer(document)
    elsewhere.will_answer({"containers": None})
    said = scalingo(f"containers stop 4117 {API} --wait", SCALINGO_API_URL=elsewhere.url)
    assert said.code == 0
    assert said.stderr.splitlines() == [
        "container: stopping",
        "container: stopped",
        f"Stopped {ONE_OFF}.",
    ]
    assert [path.rpartition("/")[2] for path in elsewhere.paths] == ["ps", "stop", "ps", "ps"]


def test_containers_stop_gives_up_when_time_is_up(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    document = scalingo(f"containers {API} --json").json
    elsewhere.will_answer(document)
    elsewhere.will_answer(b"", 202)
    elsewhere.will_answer(document)
    line = f"containers stop 4117 {API} --wait --timeout 0.1"
    said = scalingo(line, SCALINGO_API_URL=elsewhere.url)
    assert said.code == 124
    assert "The container is still stopping after 0.1 seconds" in said.stderr


def test_containers_stop_refuses_a_container_of_the_formation(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("containers stop web-1")
    assert (said.code, said.stdout, sent(sandbox)) == (2, "", [])
    assert "web-1 is not a one-off container." in said.stderr
    restart = "scalingo restart web-1 --app pinecrate-shop"
    fewer = "scalingo scale web:-1 --app pinecrate-shop"
    assert said.stderr.splitlines()[1:] == [f"Restart it: {restart}", f"Run fewer of them: {fewer}"]


@pytest.mark.parametrize("word", ["one-off-9", "9", "nothing"])
def test_containers_stop_of_what_does_not_run(
    scalingo: CommandLine, sandbox: Sandbox, word: str
) -> None:
    said = scalingo(f"containers stop {word}")
    assert (said.code, said.stdout, sent(sandbox)) == (3, "", [])
    assert "List them: scalingo containers --app pinecrate-shop" in said.stderr


def test_containers_signal_reaches_all_containers_of_a_type(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("containers signal usr1 web worker-1 web-1")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == "Sent SIGUSR1 to web-1, web-2, worker-1.\n"
    assert sent(sandbox) == [("kill", {"signal": "SIGUSR1"})] * 3
    assert "received SIGUSR1" in scalingo("logs -n 3").stdout


def test_containers_signal_sends_nothing_if_a_name_does_not_exist(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("containers signal SIGUSR1 web wrker")
    assert (said.code, said.stdout, sent(sandbox)) == (3, "", [])
    assert 'has no running container "wrker".' in said.stderr
    assert "Did you mean worker" in said.stderr


def test_containers_signal_takes_those_that_the_platform_delivers(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("containers signal SIGKILL web")
    assert (said.code, said.stdout, sandbox.requests) == (2, "", [])
    assert "Valid values: SIGUSR1, SIGUSR2." in said.stderr


def test_containers_signal_that_is_refused_is_a_failure(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("403", method="POST", times=9)
    said = scalingo("containers signal SIGUSR2 web")
    assert said.code == 4
    resume = "To finish: scalingo containers signal SIGUSR2 --app pinecrate-shop web-1 web-2"
    assert resume in said.stderr


def test_containers_sizes_need_no_account(scalingo: CommandLine) -> None:
    said = scalingo("containers sizes", SCALINGO_API_TOKEN=None)
    assert said.code == 0
    assert [line[:2] for line in said.lines][:2] == [["S", "268435456"], ["M", "536870912"]]
    shown = scalingo("containers sizes", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout
    assert "512 MiB" in shown
    assert "€14.40" in shown


@pytest.mark.legacy
@pytest.mark.parametrize("line", ["containers", "containers sizes", "containers stop 1"])
def test_containers_exist_on_the_regional_platform_only(
    scalingo: CommandLine, sandbox: Sandbox, line: str
) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout, sandbox.requests) == (2, "", [])
    assert "the regional platform does" in said.stderr
