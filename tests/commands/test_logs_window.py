"""Stories of `scalingo logs --since` and `scalingo logs-archives`: a window of the logs, whole."""

from __future__ import annotations

import gzip
import json
import os
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalingo_cli.commands.logs import archives
from scalingo_cli.errors import Failed
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.resources.logs import line
from scalingo_cli.text.dates import point
from tests.command_line import CommandLine

START = datetime(2026, 3, 1, 2, 0, 1, tzinfo=UTC)  # after a line that the sandbox makes up
LINK = "signature="


def logs_of(sandbox: Sandbox, *entries: tuple[float, str, str]) -> list[str]:
    """Let the main app have logged these: seconds after START, container, text."""
    app = sandbox.store.app(sandbox.main_app)
    app.logs[:] = [(START + timedelta(seconds=s), source, said) for s, source, said in entries]
    return [line(*entry).removesuffix("\n") for entry in app.logs]


def borders(sandbox: Sandbox, *pairs: tuple[float, float], buffered: int | None) -> None:
    rows = [
        {
            "from": (START + timedelta(seconds=a)).isoformat(),
            "to": (START + timedelta(seconds=b)).isoformat(),
        }
        for a, b in pairs
    ]
    sandbox.archive_logs(sandbox.main_app, rows, buffered)


def window(since: float, until: float) -> str:
    ends = [START + timedelta(seconds=each) for each in (since, until)]
    return f"logs --since {ends[0]:%Y-%m-%dT%H:%M:%S.%fZ} --until {ends[1]:%Y-%m-%dT%H:%M:%S.%fZ}"


def test_logs_since_joins_archives_and_live_logs(scalingo: CommandLine, sandbox: Sandbox) -> None:
    logged = logs_of(sandbox, *((number, "web-1", f"line {number}") for number in range(100)))
    borders(sandbox, (0, 30), (30, 60), (55, 80), buffered=40)
    said = scalingo(window(10, 90))
    assert said.code == 0
    assert said.stdout.splitlines() == logged[10:90]
    assert re.fullmatch(r"Logs of \S+ from .* to .*:\n", said.stderr)
    assert LINK not in said.stderr


def test_logs_since_and_until_within_archives_leave_the_live_logs_alone(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    logged = logs_of(sandbox, *((number, "web-1", f"line {number}") for number in range(100)))
    borders(sandbox, (0, 30), (30, 60), (60, 99), buffered=5)
    assert scalingo(window(40, 50)).stdout.splitlines() == logged[40:50]
    asked = [request.path.split("/")[1] for request in sandbox.requests if "v1" not in request.path]
    assert asked == ["archives"]  # one of three


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_logs_since_shows_what_was_logged_whatever_the_borders(
    scalingo: CommandLine, sandbox: Sandbox, data: st.DataObject
) -> None:
    steps = data.draw(st.lists(st.sampled_from([0.0, 0.25, 1.0, 1.75, 9.0]), max_size=40))
    texts = st.sampled_from(["ready", "ready", "GET / 200", "}", "", "\u202e[red]"])
    seconds, entries = 0.0, []
    for step in steps:
        seconds += step
        entries.append(
            (seconds, data.draw(st.sampled_from(["web-1", "worker-1"])), data.draw(texts))
        )
    logged = logs_of(sandbox, *entries)
    moments = st.integers(0, 4 * int(seconds + 2)).map(lambda quarter: quarter / 4)
    buffered = data.draw(st.integers(0, len(entries)))
    if buffered:  # what was logged at one moment is not torn apart
        oldest = entries[-buffered][0]
        buffered = sum(each[0] >= oldest for each in entries)
    live = entries[-buffered][0] if buffered else seconds + 2
    ends = [0.0, *sorted(data.draw(st.lists(moments, max_size=6))), max(live, 0.0)]
    overlaps = data.draw(st.lists(moments, min_size=len(ends), max_size=len(ends)))
    pairs = [
        (max(start - overlap, 0.0), end)
        for start, end, overlap in zip(ends, ends[1:], overlaps, strict=False)
        if end > start
    ]
    pairs.append((pairs[-1][0] if pairs else 0.0, live + data.draw(moments)))
    borders(sandbox, *pairs, buffered=buffered)
    since, until = sorted([data.draw(moments), data.draw(moments)])
    said = scalingo(window(since, until + 0.25))
    assert said.code == 0
    expected = [
        text
        for text, (moment, _, _) in zip(logged, entries, strict=True)
        if since <= moment < until + 0.25
    ]
    assert said.stdout.split("\n")[:-1] == expected


def test_logs_since_filter_and_grep(scalingo: CommandLine, sandbox: Sandbox) -> None:
    logged = logs_of(
        sandbox,
        (0, "web-1", "GET / 200"),
        (1, "web-2", "GET / 500 error"),
        (2, "worker-1", "error"),
        (3, "web-1", "web error [red]"),
    )
    borders(sandbox, (0, 2), buffered=2)
    said = scalingo(f"{window(0, 9)} --filter web --grep 'error|timeout'")
    assert said.stdout.splitlines() == [logged[1], logged[3]]
    [first, second] = map(json.loads, scalingo(f"{window(0, 2)} --json").stdout.splitlines())
    assert (first["container"], second["message"]) == ("web-1", "GET / 500 error")
    assert scalingo("logs --grep 'worker-1'").stdout == ""  # the message, not its head
    assert scalingo("logs --grep error --filter worker").stdout.splitlines() == [logged[2]]


def test_logs_around_an_event(scalingo: CommandLine, sandbox: Sandbox) -> None:
    [event] = scalingo("events --limit 1 --json").json["events"]
    moment = datetime.fromisoformat(event["created_at"])
    app = sandbox.store.app(sandbox.main_app)
    expected = [
        line(*entry).removesuffix("\n")
        for entry in app.logs
        if abs(entry[0] - moment) < timedelta(minutes=5)
    ]
    for given_id in ("latest", event["id"]):
        said = scalingo(f"logs --around {given_id}")
        shown = said.stdout.splitlines()
        assert (said.code, shown[-len(expected) :]) == (0, expected)
        assert len(shown) - len(expected) <= 2  # from before the lines that the app keeps
    assert scalingo("logs --around ffffffff").code == 3


def test_logs_since_reports_what_nothing_covers(scalingo: CommandLine, sandbox: Sandbox) -> None:
    logged = logs_of(sandbox, *((number, "web-1", f"line {number}") for number in range(100)))
    borders(sandbox, (0, 20), (40, 99), buffered=10)
    said = scalingo(window(10, 50), TZ="UTC")
    assert said.stdout.splitlines() == logged[10:20] + logged[40:50]
    gap = "2026-03-01 02:00:21 to 2026-03-01 02:00:41"
    assert f"Neither an archive nor the live logs cover {gap}." in said.stderr


@pytest.mark.parametrize(
    ("line_", "says"),
    [
        ("logs --until 02:10", "--until requires --since"),
        ("logs --since yesterday", '--since "yesterday" is not a moment'),
        ("logs --since 1h --until 2h", "Nothing lies between"),
        ("logs --since 1h --follow", "cannot be combined"),
        ("logs --since 1h -n 5", "cannot be combined"),
        ("logs --since 1h --around latest", "cannot be combined"),
        ("logs --grep '('", "not a regular expression"),
    ],
)
def test_logs_since_misuse(scalingo: CommandLine, line_: str, says: str) -> None:
    said = scalingo(line_)
    assert (said.code, said.stdout) == (2, "")
    assert says in said.stderr


def test_logs_since_times() -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    with mock.patch.dict(os.environ, {"TZ": "UTC"}):
        import time

        time.tzset()
        assert point("15m", now) == now - timedelta(minutes=15)
        assert point("2:10", now) == now.replace(hour=2, minute=10)
        assert point("23:50:30", now) == datetime(2026, 2, 28, 23, 50, 30, tzinfo=UTC)
        after = datetime(2026, 2, 28, 23, 50, tzinfo=UTC)
        assert point("00:20", now, after) == datetime(2026, 3, 1, 0, 20, tzinfo=UTC)
        assert point("2026-02-01", now) == datetime(2026, 2, 1, tzinfo=UTC)
        assert point("2026-02-01T02:10+02:00", now) == datetime(2026, 2, 1, 0, 10, tzinfo=UTC)
        for odd in ("", "24:00", "2:1", "6 weeks", "-5m"):
            with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
                point(odd, now)
    time.tzset()


# Archives


def test_logs_archives_in_a_pipe(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("logs-archives")
    assert (said.code, len(said.lines)) == (0, 10)
    assert said.stderr == "There are more archives: list them with --all.\n"
    assert all(re.fullmatch(r"[\d-]{10}T[\d:]{8}Z", cell) for row in said.lines for cell in row[:2])
    everything = scalingo("logs-archives --all")
    assert (everything.stderr, len(everything.lines)) == ("", 28)
    assert everything.lines == sorted(everything.lines, reverse=True)
    assert everything.lines[10:20] == scalingo("la -p 2").lines
    assert LINK not in said.stdout + everything.stdout
    assert [request.query for request in sandbox.requests][1:4] == [
        {},
        {"cursor": "10"},
        {"cursor": "20"},
    ]


def test_logs_archives_show_no_link(scalingo: CommandLine) -> None:
    shown = scalingo("logs-archives --debug-body", SCALINGO_FORCE_TTY="60", NO_COLOR="1")
    signatures = [
        record["url"].partition(LINK)[2]
        for record in scalingo("logs-archives --json").json["archives"]
    ]
    assert all(signatures)
    assert LINK not in re.sub(r"signature=\*\*\*", "", shown.stdout + shown.stderr)
    assert max(map(len, shown.stdout.splitlines())) <= 60
    fetched = scalingo("logs-archives download latest --debug-body --force")
    assert LINK not in re.sub(r"signature=\*\*\*", "", fetched.stderr)


def test_logs_archives_download(scalingo: CommandLine, tmp_path: Path) -> None:
    newest, _, third, *_ = [row[0] for row in scalingo("logs-archives").lines]
    said = scalingo(f"logs-archives download latest {third} --output logs")
    assert said.code == 0
    assert said.stderr == f"Downloaded {newest}, {third}.\n"
    files = [tmp_path / written for [written] in said.lines]
    assert [file.name for file in files] == [
        f"pinecrate-shop-{name.replace(':', '')}.log.gz" for name in (newest, third)
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert b"[web-1]" in gzip.decompress(files[0].read_bytes())
    assert sorted(each.name for each in (tmp_path / "logs").iterdir()) == sorted(
        file.name for file in files
    )
    again = scalingo("logs-archives download latest --output logs")
    assert (again.code, again.stdout) == (2, "")
    assert "--force" in again.stderr
    assert scalingo("logs-archives download latest --output logs --force").code == 0
    assert scalingo("logs-archives download 2001-01-01").code == 3


def test_logs_archives_ask_for_an_expired_link_again(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("403", path="/archives/")
    said = scalingo("logs --since 8h --until 7h")
    assert (said.code, len(said.lines)) == (0, 12)


def test_logs_archives_that_cannot_be_fetched(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.fail_next("403", times=2, path="/archives/")
    said = scalingo("logs --since 8h --until 7h")
    assert (said.code, said.stdout) == (1, "")
    assert "could not be fetched (403)" in said.stderr
    sandbox.fail_next("cut", times=2, path="/archives/")
    said = scalingo("logs-archives download latest --no-retry")
    assert (said.code, said.stdout) == (6, "")
    assert not list(tmp_path.glob("*.gz"))


@pytest.mark.parametrize("cut", [1, 9, -1])
def test_logs_archives_that_are_damaged_are_an_error(cut: int) -> None:
    whole = gzip.compress(b"a line\n" * 99) + gzip.compress(b"another\n")
    pieces = [whole[at : at + 3] for at in range(0, len(whole), 3)]
    assert b"".join(archives.unpacked(pieces)) == b"a line\n" * 99 + b"another\n"
    assert b"".join(archives.unpacked([b"plain", b" text"])) == b"plain text"
    with pytest.raises(Failed):
        list(archives.unpacked([whole[:cut] if cut < 0 else whole[: len(whole) // 2 + cut]]))


def test_logs_archives_dates() -> None:
    expected = datetime(2017, 3, 24, 12, 0, tzinfo=UTC)
    assert archives.moment("Fri Mar 24 14:00:00 +0200 CEST 2017") == expected
    assert archives.moment("2017-03-24T12:00:00.000Z") == expected
    with pytest.raises(Failed):
        archives.moment("yesterday")
