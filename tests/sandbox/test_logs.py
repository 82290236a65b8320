"""Logs of the sandbox: dumps of any size, and streams that ping, fall silent and are cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from select import select
from typing import Any

import pytest
import requests

from scalingo_cli.sandbox import Sandbox
from tests.sandbox.conftest import Http


def logs(http: Http, sandbox: Sandbox, query: str = "", **more: Any) -> requests.Response:
    """What is found at a fresh address of the main app's logs."""
    address: str = http("GET", f"/v1/apps/{sandbox.main_app}/logs").json()["logs_url"]
    return requests.get(address + query, timeout=10, **more)


def frames(response: requests.Response) -> Iterator[Any]:
    """The events of a stream."""
    return (json.loads(line.removeprefix(b"data: ")) for line in response.iter_lines(1) if line)


def test_an_address_is_good_for_a_minute(sandbox: Sandbox, http: Http) -> None:
    address = http("GET", f"/v1/apps/{sandbox.main_app}/logs").json()["logs_url"]
    assert requests.get(address, timeout=10).status_code == 200
    sandbox.advance(61)
    assert requests.get(address, timeout=10).status_code == 401


@pytest.mark.parametrize("status", [404, 204])
def test_no_logs_are_a_status(sandbox: Sandbox, http: Http, status: int) -> None:
    sandbox.forget_logs(sandbox.main_app, status)
    answer = logs(http, sandbox)
    assert (answer.status_code, answer.text) == (status, "")


def test_much_is_made_up_before_what_was_logged(sandbox: Sandbox, http: Http) -> None:
    kept = logs(http, sandbox, "&n=1000").text
    sandbox.add_many_logs(sandbox.main_app, 1_000_000)
    whole = logs(http, sandbox, "&n=1000000").text
    assert len(whole) > 1_000_000
    assert whole.endswith(kept)
    assert whole.splitlines() == sorted(whole.splitlines(), key=lambda line: line[:29])
    assert logs(http, sandbox, "&n=300").text.splitlines() == whole.splitlines()[-300:]
    workers = [line for line in whole.splitlines() if "[worker-1]" in line]
    assert logs(http, sandbox, "&n=1000&filter=worker").text.splitlines() == workers[-1000:]


def test_a_stream_begins_with_the_history_asked_for(sandbox: Sandbox, http: Http) -> None:
    last = logs(http, sandbox, "&n=2").text
    with logs(http, sandbox, "&n=2&stream=true", stream=True) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        events = frames(stream)
        assert next(events) == {"event": "log", "log": last}
        sandbox.streams.wait_for(1, timeout_seconds=60)
        sandbox.log(sandbox.main_app, "web-1", "one\nand the same")
        said = [line.split("] ")[1] for line in next(events)["log"].splitlines()]
        assert said == ["one", "and the same"]


def test_a_stream_pings_or_is_silent(sandbox: Sandbox, http: Http) -> None:
    sandbox.streams.ping_seconds = 0.01
    with logs(http, sandbox, "&stream=true", stream=True) as stream:
        events = frames(stream)
        assert [next(events)["event"] for _ in range(2)] == ["ping", "ping"]
    sandbox.streams.silence(True)
    with logs(http, sandbox, "&stream=true", stream=True) as stream:
        assert select([stream.raw], [], [], 0.2) == ([], [], [])


def test_a_cut_tears_a_line_in_two(sandbox: Sandbox, http: Http) -> None:
    with logs(http, sandbox, "&stream=true", stream=True) as stream:
        sandbox.streams.wait_for(1, timeout_seconds=60)
        sandbox.streams.cut()
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            list(stream.iter_content(1))
    sandbox.streams.wait_for(0, timeout_seconds=60)


def test_a_script_logs_and_cuts_over_http(sandbox: Sandbox, http: Http) -> None:
    with logs(http, sandbox, "&stream=true", stream=True) as stream:
        line = {"app": sandbox.main_app, "container": "web-1", "text": "from a script"}
        assert http("POST", "/_sandbox/logs", line).status_code == 204
        assert "from a script" in next(frames(stream))["log"]
        assert http("POST", "/_sandbox/streams", {"do": "sing"}).status_code == 422
        assert http("POST", "/_sandbox/streams", {"do": "silence"}).status_code == 204
        assert http("POST", "/_sandbox/streams", {"do": "speak"}).status_code == 204
        assert http("POST", "/_sandbox/streams", {"do": "cut"}).status_code == 204
    sandbox.streams.wait_for(0, timeout_seconds=60)


def test_the_apps_of_a_lively_sandbox_go_on_logging() -> None:
    with Sandbox(protocol="legacy", lively=True) as sandbox:

        def last() -> str:
            address = requests.get(
                f"{sandbox.url}/v1/apps/{sandbox.main_app}/logs",
                auth=("", sandbox.token),
                timeout=9,
            ).json()["logs_url"]
            return requests.get(f"{address}&n=1", timeout=9).text

        before = last()
        sandbox.advance(60)
        assert last() > before
