"""What is sent again when there was no answer, and what is not."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.elsewhere import Elsewhere
from tests.relays import copy

# What does no more when it is done twice, and what does.
REPEATABLE = {
    "GET": "apps",
    "PUT": "env set A=1",
    "DELETE": "collaborators remove jonas@pinecrate.example --yes",
}
ONCE = {"POST": "apps create tea-room", "PATCH": "apps transfer {app} tomasz@pinecrate.example"}


@pytest.fixture
def scalingo(scalingo: CommandLine) -> CommandLine:
    return scalingo.where(SCALINGO_NO_RETRY=None)


BUSY = ["429", "502", "503", "504"]


def tries(sandbox: Sandbox, method: str) -> int:
    return sum(request.method == method for request in sandbox.requests)


@pytest.mark.parametrize("method", REPEATABLE)
def test_what_may_be_done_twice_is_sent_again(
    method: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path = {"GET": "/v1/apps"}.get(method, "/v1/apps/")
    for status in BUSY:
        sandbox.fail_next(status, 1, method, path, retry_after="0")
    said = scalingo(REPEATABLE[method])
    assert said.code == 0
    for number in (2, 3, 4, 5):  # in a pipe as well, once each
        assert said.stderr.count(f" Trying again in 0 s ({number} of 5).\n") == 1
    assert tries(sandbox, method) >= 5


@pytest.mark.parametrize("kind", ["cut", "cut_body"])
def test_so_it_is_when_the_connection_is_cut(
    kind: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next(kind)
    assert scalingo("apps").code == 0
    assert len(sandbox.requests) == 2


@pytest.mark.parametrize("method", ONCE)
def test_what_may_have_arrived_is_not_done_twice(
    method: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    line = ONCE[method].format(app=sandbox.main_app)
    for number, kind in enumerate(["502", "503", "504", "cut", "cut_body"], start=1):
        sandbox.fail_next(kind, 1, method, retry_after="0" if kind.isdigit() else None)
        said = scalingo(line)
        assert said.code == 6
        assert tries(sandbox, method) == number
        assert "look before you retry" in said.stderr


@pytest.mark.parametrize("method", ONCE)
def test_what_was_turned_away_did_not_arrive(
    method: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("429", 1, method, retry_after="0")
    assert scalingo(ONCE[method].format(app=sandbox.main_app)).code == 0
    assert tries(sandbox, method) == 2


def test_a_change_waits_for_a_platform_that_takes_no_connection(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))  # whoever knocks is refused, until somebody listens
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        terminal = scalingo.terminal("apps create tea-room", SCALINGO_API_URL=url)
        terminal.expect(r"refused\.? Trying again in 1 s \(2 of 2\)\.")
        door.listen()
        visitor = door.accept()[0]
        with visitor, socket.create_connection(("127.0.0.1", port)) as inside:
            towards = threading.Thread(target=copy, args=[visitor, inside], daemon=True)
            towards.start()
            answers = threading.Thread(target=copy, args=[inside, visitor], daemon=True)
            answers.start()
            terminal.expect("Created tea-room")
            terminal.wait()
            towards.join()
            answers.join()
        assert terminal.exitstatus == 0


def test_a_deletion_whose_answer_was_lost(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("cut", 1, "DELETE", executed=True)
    said = scalingo(f"apps delete {sandbox.main_app} --confirm {sandbox.main_app}")
    assert said.code == 3
    assert "An earlier try had no answer, and may well have deleted it." in said.stderr


def test_it_is_let_alone_after_four_more_tries_or_none(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("503", times=99, retry_after="0")
    assert scalingo("apps").code == 6
    assert len(sandbox.requests) == 5
    assert scalingo("apps --no-retry").code == 6
    assert scalingo("apps", SCALINGO_NO_RETRY="1").code == 6
    assert len(sandbox.requests) == 7


def test_what_no_second_try_mends(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for status, code in {"400": 5, "403": 4, "404": 3, "500": 6}.items():
        sandbox.clear_requests()
        sandbox.fail_next(status, retry_after="0")
        assert scalingo("apps").code == code
        assert len(sandbox.requests) == 1


def test_retry_after_may_be_a_date(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    there = scalingo.where(SCALINGO_API_URL=elsewhere.url)
    past, future = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1))
    elsewhere.will_answer(b"", 503, Retry_After=format_datetime(past, usegmt=True))
    elsewhere.will_answer(b"", 503, Retry_After="soon")  # as good as none
    elsewhere.will_answer(b"", 429, Retry_After=format_datetime(future, usegmt=True))
    said = there("apps")
    assert said.code == 6
    assert "Try again in 35" in said.stderr  # seconds, more than the deadline leaves
    assert len(elsewhere.seen) == 3


def test_all_tries_together_have_a_deadline(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("503", times=99, retry_after="2")
    said = scalingo("apps", SCALINGO_DEADLINE="1.5")
    assert said.code == 6
    assert len(sandbox.requests) == 1
    wrong = scalingo("apps", SCALINGO_DEADLINE="soon")
    assert (wrong.code, wrong.stderr.startswith("Error: SCALINGO_DEADLINE")) == (2, True)
