"""What is retried when no response came, and what is not."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from scalingo_cli.api.retry import Budget, Retries
from scalingo_cli.errors import TryAgain
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere, Quiet, served
from tests.processes import Follower
from tests.relays import copy

# What does no more when it is done twice, and what does.
REPEATABLE = {
    "GET": "apps",
    "PUT": "env set A=1",
    "DELETE": "collaborators remove jonas@pinecrate.example --yes",
}
ONCE = {
    "POST": "apps create tea-room",
    "PATCH": "apps transfer {app} tomasz@pinecrate.example --confirm {app}",
}


BUSY = ["429", "502", "503", "504"]


def tries(sandbox: Sandbox, method: str) -> int:
    return sum(request.method == method for request in sandbox.requests)


@pytest.mark.parametrize("method", REPEATABLE)
def test_what_may_be_done_twice_is_retried(
    method: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    path = {"GET": "/v1/apps"}.get(method, "/v1/apps/")
    for status in BUSY:
        sandbox.fail_next(status, 1, method, path, retry_after="0")
    said = scalingo(REPEATABLE[method])
    assert said.code == 0
    for number in (2, 3, 4, 5):  # in a pipe as well, once each
        assert said.stderr.count(f" Retrying in 0 s ({number} of 5).\n") == 1
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
    for number, kind in enumerate(["502", "503", "504", "cut", "cut_body", "slow"], start=1):
        details = {"retry_after": "0"} if kind.isdigit() else {}
        sandbox.fail_next(kind, 1, method, **(details if kind != "slow" else {"delay": 60}))
        said = scalingo(line, SCALINGO_TIMEOUT="0.3" if kind == "slow" else None)
        assert said.code == 6
        assert tries(sandbox, method) == number
        assert "check before you retry" in said.stderr


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
        terminal.expect(r"refused\.? Retrying in 1 s \(2 of 2\)\.")
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
    assert "An earlier attempt got no response and may have deleted it." in said.stderr


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
    assert re.search(r"Try again in (3600|35..) seconds", said.stderr)  # after the deadline
    assert len(elsewhere.seen) == 3


def test_all_tries_together_have_a_deadline(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("503", times=99, retry_after="2")
    said = scalingo("apps", SCALINGO_DEADLINE="1.5")
    assert said.code == 6
    assert len(sandbox.requests) == 1
    wrong = scalingo("apps", SCALINGO_DEADLINE="soon")
    assert (wrong.code, wrong.stderr.startswith("Error: SCALINGO_DEADLINE")) == (2, True)


# One budget


def exchanges(sandbox: Sandbox) -> int:
    return sum(request.path == "/v1/tokens/exchange" for request in sandbox.requests)


@pytest.fixture
def cold(scalingo: CommandLine) -> CommandLine:
    """Somebody whose bearer is kept nowhere."""
    return scalingo.where(SCALINGO_NO_CACHE="1")


def test_a_sign_in_that_fails_is_tried_five_times_in_all(
    cold: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("503", 99, "POST", "/v1/tokens/exchange", retry_after="0")
    said = cold("apps")
    assert (said.code, exchanges(sandbox)) == (6, 5)
    assert said.stderr.count("Retrying in") == 4
    assert said.stderr.endswith(
        "Try again in a moment; https://scalingostatus.com reports incidents.\n"
    )


def test_a_change_whose_sign_in_failed_was_not_sent_and_is_tried_again(
    cold: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("503", 2, "POST", "/v1/tokens/exchange", retry_after="0")
    assert cold("apps create tea-room").code == 0
    assert (exchanges(sandbox), tries(sandbox, "POST")) == (3, 4)


def test_the_tries_of_the_sign_in_count_for_the_request(
    cold: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("503", 3, "POST", "/v1/tokens/exchange", retry_after="0")
    sandbox.fail_next("503", 99, "GET", "/v1/apps", retry_after="0")
    assert cold("apps").code == 6
    assert (exchanges(sandbox), tries(sandbox, "GET")) == (4, 2)


def test_the_requests_of_a_command_share_their_tries(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    line = "collaborators remove jonas@pinecrate.example --yes"
    sandbox.fail_next("503", 3, "GET", retry_after="0")
    sandbox.fail_next("503", 3, "DELETE", retry_after="0")
    said = scalingo(line)
    assert (said.code, tries(sandbox, "GET"), tries(sandbox, "DELETE")) == (6, 4, 2)


def test_a_name_that_does_not_resolve_gets_one_quick_retry(cold: CommandLine) -> None:
    for url in ("https://api.nowhere.invalid", "http://127.0.0.1:1"):
        said = cold("apps", SCALINGO_AUTH_URL=url, SCALINGO_API_URL=url)
        assert said.code == 6
        assert said.stderr.count("Retrying in 1 s (2 of 2).") == 1
        assert said.stderr.count("Retrying in") == 1


def test_json_keeps_stderr_for_the_error(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("503", 99, retry_after="0")
    assert scalingo("apps --json").error["status"] == 503


# Pauses


def pauses(status: int | None, *, repeatable: bool = True, **fields: bool | int) -> list[float]:
    """The pauses before each further try at a request that fails like this each time."""
    error = TryAgain("It failed.", status=status)
    for name, value in fields.items():
        setattr(error, name, value)
    retries = Retries(
        Budget(), repeatable=repeatable, deadline_seconds=300, longest_pause_seconds=300
    )
    return list(iter(lambda: retries.pause_after(error), None))


def test_pauses_grow_and_are_as_long_as_the_platform_counts() -> None:
    for status, least in ((503, 0.5), (None, 0.5), (429, 4.0)):
        waited = pauses(status)
        assert len(waited) == 4
        for number, pause in enumerate(waited):
            assert least * 2**number <= pause <= 1.5 * least * 2**number
    assert sum(pauses(429)) >= 60  # requests are counted by the minute


def test_what_a_moment_does_not_change_is_not_tried_again() -> None:
    assert pauses(None, lasts=True, unsent=True) == []  # a certificate that is not trusted
    assert pauses(500) == []
    assert pauses(503, repeatable=False) == []
    assert len(pauses(503, repeatable=False, unsent=True)) == 4
    assert len(pauses(429, repeatable=False)) == 4
    assert len(pauses(None, unsent=True, unreachable=True)) == 1


def test_a_pause_that_ends_after_the_deadline_is_an_end() -> None:
    assert pauses(503, retry_after=299) == [299, 299, 299, 299]
    assert pauses(503, retry_after=301) == []
    assert pauses(503, retry_after=10**9) == []


def test_success_earns_retries_back() -> None:
    budget = Budget()
    while budget.spend():
        pass
    Retries(budget, repeatable=True, deadline_seconds=1, longest_pause_seconds=1).succeeded()
    assert [budget.spend(), budget.spend()] == [True, False]


@pytest.mark.parametrize("line", ["api GET /apps", "logs", "apps"])
@pytest.mark.parametrize("kind", ["503", "429"])
def test_no_retry_after_is_longer_than_the_deadline(
    kind: str, line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next(kind, 9, "GET", retry_after=str(10**9))
    assert scalingo(line, SCALINGO_DEADLINE="5").code == 6
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("header", ["9" * 5000, "Wed, 21 Oct 10000 07:28:00 GMT", "-1", "soon", ""])
def test_a_retry_after_that_is_not_a_time_is_as_good_as_none(
    header: str, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(b"", 503, Retry_After=header)
    elsewhere.will_answer({"apps": []})
    assert scalingo("apps", SCALINGO_API_URL=elsewhere.url).code == 0


def test_a_429_holds_back_every_request(scalingo: CommandLine, tmp_path: Path) -> None:
    arrived: list[float] = []
    refused: list[float] = []
    released = threading.Event()

    class Handler(Quiet):
        def do_GET(self) -> None:  # noqa: N802 - so called
            arrived.append(time.monotonic())
            page = int(parse_qs(urlsplit(self.path).query)["page"][0])
            status, document = 200, {"events": [{"id": f"e-{page}"}], "meta": meta(page)}
            if page == 5 and not refused:
                refused.append(time.monotonic())
                status, document = 429, {}
            elif page in {3, 4, 6}:  # those under way with page 5
                released.wait()
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Retry-After", "1")
            self.end_headers()
            self.wfile.write(body)

    def meta(page: int) -> dict[str, int]:
        return {"current_page": page, "total_pages": 40, "total_count": 40}

    with served(Handler) as url:
        following = Follower(scalingo.where(SCALINGO_API_URL=url), "events --all", tmp_path)
        following.has_said("Retrying in 1 s (2 of 5).")
        known = len(arrived)
        released.set()
        assert (following.code, len(following.lines(40))) == (0, 40)
    too_early = [moment for moment in arrived[known:] if moment < refused[0] + 1]
    assert len(too_early) <= 7  # those of the other threads that were under way


def test_an_upload_is_sent_from_its_beginning_again(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "Procfile").write_text("web: true\n" * 9999)
    for kind in ("503", "cut"):
        details = {"retry_after": "0"} if kind == "503" else {}
        sandbox.fail_next(kind, 1, "PUT", **details)
    said = scalingo(["deploy", str(tmp_path / "shop")])
    assert said.code == 0, said.stderr
    uploads = [request for request in sandbox.requests if request.method == "PUT"]
    assert len(uploads) == 3
    file = sandbox.store.sources[-1].file
    assert file
    file.seek(0)
    assert str(len(file.read())) == uploads[-1].headers["content-length"]


@pytest.mark.parametrize("silence", ["60", "1"])
def test_a_wait_with_a_timeout_ends_in_time_when_the_platform_is_silent(
    silence: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("slow", 99, "GET", f"/v1/apps/{sandbox.main_app}/operations", delay=20.0)
    said = scalingo("scale web:1 --wait --timeout 1", SCALINGO_TIMEOUT=silence)
    assert said.code == 124
