"""`events --follow`: each new event once, in order, whatever the connection does."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere
from tests.processes import Follower, eventually
from tests.refusals import REFUSALS, refuse

Follow = Callable[..., Follower]
FOLLOWING = "Following pinecrate-shop. Press Ctrl-C to stop.\n"


@pytest.fixture
def follow(scalingo: CommandLine, tmp_path: Path) -> Iterator[Follow]:
    """Follows, in a process of its own, and has begun to when it returns."""
    started = []

    def start(options: str = "") -> Follower:
        follower = Follower(scalingo, f"events --follow {options}", tmp_path)
        started.append(follower)
        follower.has_said(FOLLOWING)
        return follower

    yield start
    for follower in started:
        follower.process.kill()
        follower.process.wait()


def happen(sandbox: Sandbox, count: int = 1, kind: str = "run") -> list[str]:
    """Let so many events happen at once; return their ids."""
    with sandbox.lock:
        app = sandbox.store.app(sandbox.main_app)
        events = [
            sandbox.store.record(app, app.owner, kind, {"command": f"bin/tally {n}"})
            for n in range(count)
        ]
    return [event["id"] for event in events]


def ids(lines: list[list[str]]) -> list[str]:
    return [line[0] for line in lines]


def polls(sandbox: Sandbox) -> int:
    return sum(request.path.endswith("/events") for request in sandbox.requests)


def test_new_events_as_they_come(follow: Follow, sandbox: Sandbox) -> None:
    follower = follow()
    first = happen(sandbox)
    assert ids(follower.lines(1)) == first
    more = happen(sandbox, 2)
    assert ids(follower.lines(3)) == first + more
    assert follower.interrupt() == 130
    assert follower.lines(3)[0][2:] == ["run", "bin/tally 0", "noor"]
    assert follower.stderr == f"{FOLLOWING}\nInterrupted.\n"


def test_a_line_is_that_of_the_listing(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo.meanwhile(lambda: happen(sandbox, 2))("events --follow")
    assert said.code == 130
    assert said.lines == scalingo("events --limit 2").lines[::-1]


def test_the_newest_of_before_first(scalingo: CommandLine, sandbox: Sandbox) -> None:
    before = ids(scalingo("events --limit 40").lines)[::-1]
    said = scalingo.meanwhile(lambda: before.extend(happen(sandbox)))("events --follow --limit 40")
    assert (len(before), ids(said.lines)) == (41, before)


def test_more_of_before_than_there_are(scalingo: CommandLine) -> None:
    before = ids(scalingo("events --all").lines)[::-1]
    assert ids(scalingo.meanwhile()("events --follow --limit 9999").lines) == before


def test_with_query_what_it_selects_from_each_event(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    line = "events --follow --limit 2 --raw --query [id,type]"
    said = scalingo.meanwhile(lambda: happen(sandbox))(line)
    latest = sandbox.store.app(sandbox.main_app).events[-3:]
    assert said.lines == [[event["id"], event["type"]] for event in latest]


def test_with_json_one_compact_object_a_line(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    app = sandbox.store.app(sandbox.main_app)
    sandbox.store.record(app, app.owner, "run", {"command": "é \u202e\n\x1b €"})
    follower = Follower(scalingo, "events --follow --limit 2 --json", tmp_path)
    follower.lines(2)
    new = sandbox.store.record(app, app.owner, "restart")
    follower.lines(3)
    assert follower.interrupt() == 130
    lines = follower.stdout.splitlines()
    assert [json.loads(line) for line in lines] == app.events[-3:]
    assert lines[-1] == json.dumps(new, separators=(",", ":"))
    assert "é \\u202e\\n\\u001b €" in lines[1]


def test_only_some_types(scalingo: CommandLine, sandbox: Sandbox) -> None:
    [before] = ids(scalingo("events --type restart --limit 1").lines)
    new: list[str] = []

    def live() -> None:
        happen(sandbox, 3)
        new.extend(happen(sandbox, kind="restart"))

    line = "events --follow --type restart --type new_domain --limit 2"
    followed = ids(scalingo.meanwhile(live)(line).lines)
    assert (len(followed), followed[-1:]) == (3, new)
    assert before in followed


def test_an_app_where_nothing_happened_yet(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.app(sandbox.main_app).events.clear()
    new: list[str] = []
    said = scalingo.meanwhile(lambda: new.extend(happen(sandbox, 31)))("events --follow")
    assert (len(new), ids(said.lines)) == (31, new)


@pytest.mark.parametrize("shape", ["flat", "previous_page", "clamped", "endless"])
def test_more_than_a_page_at_once(scalingo: CommandLine, sandbox: Sandbox, shape: str) -> None:
    sandbox.paginate(shape)
    new: list[str] = []
    said = scalingo.meanwhile(lambda: new.extend(happen(sandbox, 59)))("events --follow")
    assert (len(new), ids(said.lines)) == (59, new)


def test_an_outage_is_reported_once_and_loses_nothing(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    new: list[str] = []

    def fail(*kinds: str) -> None:
        for kind in kinds:
            sandbox.fail_next(kind, retry_after=0)
        new.extend(happen(sandbox, 2))

    pauses = [lambda: None] * 5
    follow = scalingo.meanwhile(
        lambda: fail("503", "cut", "cut_body", "429"), *pauses, lambda: fail("500"), *pauses
    )
    said = follow("events --follow")
    assert not sandbox.faults
    assert (len(new), ids(said.lines)) == (4, new)
    assert said.stderr.count("Retrying until Ctrl-C.") == 2


def test_under_load_each_event_comes_once_and_in_order(follow: Follow, sandbox: Sandbox) -> None:
    follower = follow()
    happened: list[str] = []

    def live() -> None:
        """With every request, more happens, and now and then the answer is lost."""
        for number, fault in enumerate(["", "cut_body", "", "503", "cut", ""]):
            asked = polls(sandbox)
            eventually(lambda asked=asked: polls(sandbox) > asked)  # type: ignore[misc]
            happened.extend(happen(sandbox, 17 * number + 1))
            if fault:
                sandbox.fail_next(fault)

    life = threading.Thread(target=live)
    life.start()
    life.join()
    assert ids(follower.lines(len(happened))) == happened


@pytest.mark.parametrize(("kind", "code"), [("401", 4), ("403", 4), ("404", 3), ("html", 1)])
def test_a_refusal_ends_it(scalingo: CommandLine, sandbox: Sandbox, kind: str, code: int) -> None:
    # A new bearer heals a single 401.
    said = scalingo.meanwhile(lambda: sandbox.fail_next(kind, times=99))("events --follow")
    assert (said.code, said.stdout) == (code, "")
    assert said.stderr.startswith(f"{FOLLOWING}Error: ")


def test_a_refusal_from_the_beginning(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for refusal in REFUSALS:
        if refusal.code != 6:
            refuse(sandbox, refusal)
            said = scalingo("events --follow")
            assert (said.code, said.stdout) == (refusal.code, ""), refusal
            assert refusal.says in said.stderr


@pytest.mark.slow
def test_no_response_from_the_beginning(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("503", times=99)
    said = scalingo("events --follow --json")
    assert (said.code, said.stdout, said.error["status"]) == (6, "", 503)


def test_who_may_not(scalingo: CommandLine) -> None:
    assert scalingo("events --follow", SCALINGO_API_TOKEN=None).code == 4
    assert scalingo("events --follow", SCALINGO_API_TOKEN="none").code == 4
    assert scalingo("events --follow --app [red]").code == 3


@pytest.mark.parametrize("options", ["--all", "--page 2", "--per-page 5", "--limit 0"])
def test_misuse(scalingo: CommandLine, sandbox: Sandbox, options: str) -> None:
    said = scalingo(f"events --follow {options}")
    assert (said.code, said.stdout) == (2, "")
    assert not sandbox.requests


def test_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    app = sandbox.store.app(sandbox.main_app)
    terminal = scalingo.terminal("events -f", columns=60, TZ="UTC")
    terminal.expect_exact(FOLLOWING.strip())
    event = sandbox.store.record(app, app.owner, "run", {"command": "\x1b[2J [red]\u202e"})
    terminal.expect(f"{event['id']}  \\d{{4}}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  run  ")
    terminal.expect_exact("\\x1b[2J [red]\\u202e  noor\r\n")
    terminal.sendintr()
    terminal.expect_exact("Interrupted.")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130


def test_a_reader_that_leaves_ends_it_quietly(scalingo: CommandLine, sandbox: Sandbox) -> None:
    with scalingo.start(
        "events --follow --limit 2", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        happen(sandbox)
        assert process.wait(20) == 0
        assert process.stderr.read().decode() in {"", FOLLOWING}


@pytest.mark.regional
def test_events_follow_passes_numbers_unchanged(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(b'{"events": [ {"id": "e1", "n": 1e999, "d": 0.1234567890123456789} ]}')
    elsewhere.will_answer({"error": "gone"}, 404)
    elsewhere.answers[0][1]["Content-Type"] = "application/json"
    said = scalingo("events --follow --limit 1 --json", SCALINGO_API_URL=elsewhere.url)
    assert said.code == 3
    assert said.stdout == '{"id":"e1","n":1e999,"d":0.1234567890123456789}\n'
