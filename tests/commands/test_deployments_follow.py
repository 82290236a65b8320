"""`deployments follow`: what a deployment prints, as it grows, whatever the connection does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere
from tests.processes import Follower, eventually


def record(status: str) -> dict[str, Any]:
    return {"deployment": {"id": "d1", "status": status, "links": {"output": "/out"}}}


def test_output_comes_as_it_grows(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.deploy(sandbox.main_app, seconds=1000)
    follower = Follower(scalingo, "deployments follow", tmp_path)
    follower.has_said("deployment: queued\n")
    eventually(lambda: "Start deployment" in follower.stdout)
    seen = follower.stdout
    for seconds, status in ((400, "building"), (350, "pushing"), (150, "starting")):
        sandbox.advance(seconds)
        follower.has_said(f"deployment: {status}\n")
        eventually(lambda: follower.stdout == scalingo("deployments output").stdout)
        assert follower.stdout.startswith(seen)
        assert len(follower.stdout) > len(seen)
        seen = follower.stdout
    sandbox.advance(200)
    assert follower.code == 0
    assert follower.stdout == scalingo("deployments output").stdout
    statuses = ["queued", "building", "pushing", "starting", "success"]
    assert follower.stderr.splitlines() == [f"deployment: {status}" for status in statuses]


def test_an_outage_is_reported_once_and_loses_nothing(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.deploy(sandbox.main_app, outcome="build-error", seconds=1000)

    def fail() -> None:
        output = next(sent.path for sent in sandbox.requests if sent.path.endswith("output"))
        sandbox.fail_next("503")
        sandbox.fail_next("cut_body", path=output)
        sandbox.fail_next("cut")
        sandbox.advance(1000)

    said = scalingo.meanwhile(fail, *[lambda: None] * 9)("deployments follow")
    assert said.code == 1
    assert not sandbox.faults
    assert said.stdout == scalingo("deployments output").stdout
    assert said.stderr.count("Retrying.") == 1
    assert said.stderr.endswith("Error: The deployment failed: build-error.\n")


@pytest.mark.parametrize("more", [{}, {"SCALINGO_FORCE_TTY": "80"}], ids=["pipe", "tty"])
def test_a_character_may_come_in_two_parts(
    scalingo: CommandLine, elsewhere: Elsewhere, more: dict[str, str]
) -> None:
    text = "\x1b[32mcafé 東京\x1b[0m\n".encode()
    for end in (3, 10, 13, 13):
        elsewhere.will_answer(record("building"))
        elsewhere.will_answer(text[:end])
    elsewhere.will_answer(record("success"))
    elsewhere.will_answer(text)
    said = scalingo("deployments follow d1", SCALINGO_API_URL=elsewhere.url, **more)
    assert (said.code, said.raw_stdout) == (0, text)


def test_any_bytes_pass_as_they_are(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    text = bytes(range(256)) * 3000
    for end, status in ((1, "queued"), (200_001, "building"), (len(text), "success")):
        elsewhere.will_answer(record(status))
        elsewhere.will_answer(text[:end])
    said = scalingo("deployments follow d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.raw_stdout) == (0, text)


def test_an_output_that_is_not_there_yet(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer(record("queued"))
    elsewhere.will_answer({"error": "not found"}, 404)
    elsewhere.will_answer(record("success"))
    elsewhere.will_answer(b"built\n")
    said = scalingo("deployments follow d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (0, "built\n")
    assert said.stderr == "deployment: queued\ndeployment: success\n"


def test_an_output_that_never_was(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer(record("aborted"))
    elsewhere.will_answer({"error": "not found"}, 404)
    said = scalingo("deployments follow d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    assert "The deployment failed: aborted." in said.stderr


def test_with_json_how_it_ended_and_no_output(scalingo: CommandLine, sandbox: Sandbox) -> None:
    deployment_id = sandbox.deploy(sandbox.main_app, seconds=0.1)
    said = scalingo("deployments follow --json")
    assert (said.code, said.stderr) == (0, "")
    assert said.json["deployment"]["id"] == deployment_id
    assert said.json["deployment"]["status"] == "success"


@pytest.mark.parametrize(("kind", "code"), [("401", 4), ("404", 3), ("html", 1)])
def test_a_refusal_ends_it(scalingo: CommandLine, sandbox: Sandbox, kind: str, code: int) -> None:
    sandbox.deploy(sandbox.main_app, seconds=1000)
    # A new bearer heals a single 401.
    said = scalingo.meanwhile(lambda: sandbox.fail_next(kind, times=2))("deployments follow")
    assert said.code == code
    assert said.stderr.startswith("deployment: queued\nError: ")


@pytest.mark.regional
def test_output_that_is_shorter_for_once_is_not_repeated(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    for text in (b"abc", b"ab", b"", b"abcd"):
        elsewhere.will_answer(record("success" if text == b"abcd" else "building"))
        elsewhere.will_answer(text)
    said = scalingo("deployments follow d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (0, "abcd")


@pytest.mark.regional
def test_only_the_new_output_is_read_if_the_platform_offers_that(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(record("building"))
    elsewhere.will_answer(b"abc")
    elsewhere.will_answer(record("building"))
    elsewhere.will_answer(b"def", 206, Content_Range="bytes 3-5/6")
    elsewhere.will_answer(record("building"))
    elsewhere.will_answer({"error": "nothing there"}, 416)
    elsewhere.will_answer(record("building"))
    elsewhere.will_answer(b"efg", 206, Content_Range="bytes 4-6/7")  # overlaps
    elsewhere.will_answer(record("success"))
    elsewhere.will_answer(b"abcdefgh")
    said = scalingo("deployments follow d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (0, "abcdefgh")
    looks = [headers for _, path, headers in elsewhere.seen if path == "/out"]
    ranges = [None, "bytes=3-", "bytes=6-", "bytes=6-", "bytes=7-"]
    assert [headers.get("Range") for headers in looks] == ranges
    assert [headers.get("Accept-Encoding") for headers in looks[1:]] == ["identity"] * 4


@pytest.mark.regional
@pytest.mark.parametrize("part", ["", "bytes */3", "lines 3-5/6"])
def test_a_part_of_the_output_that_is_nowhere_is_an_error(
    part: str, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(record("building"))
    elsewhere.will_answer(b"abc", 206, Content_Range=part)
    said = scalingo("deployments follow d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    assert "sent a part of the output" in said.stderr
