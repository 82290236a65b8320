"""`scalingo api`: any request, as it was typed; any answer, as it was received."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Quiet, served


def received(sandbox: Sandbox, path: str) -> bytes:
    """The body of an answer, fetched without our client."""
    basic = f"Basic {base64.b64encode(f':{sandbox.token}'.encode()).decode()}"
    if sandbox.auth_url is None:
        return fetched("GET", f"{sandbox.url}/v1{path}", basic)
    bearer = json.loads(fetched("POST", f"{sandbox.auth_url}/v1/tokens/exchange", basic))["token"]
    home = sandbox.auth_url if path.startswith("/users/") else sandbox.url
    return fetched("GET", f"{home}/v1{path}", f"Bearer {bearer}")


def fetched(method: str, url: str, authorization: str) -> bytes:
    request = urllib.request.Request(url, method=method)  # noqa: S310 - the sandbox's
    request.add_header("Authorization", authorization)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        body: bytes = answer.read()
    return body


def body(scalingo: CommandLine, line: str | list[str], **more: Any) -> Any:
    """The JSON that a POST would send."""
    words = line.split() if isinstance(line, str) else line
    result = scalingo(["api", "POST", "/apps", *words, "--dry-run", "--json"], **more)
    assert result.code == 0, result.stderr
    return result.json["requests"][0]["body"]


# The place


@pytest.mark.both
@pytest.mark.parametrize("path", ["/apps", "apps", "/v1/apps", "v1/apps", "/apps/"])
def test_a_path_is_taken_with_and_without_its_beginning(
    path: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo(["api", "GET", path])
    assert result.code == 0
    assert result.raw_stdout == received(sandbox, "/apps")
    assert result.stderr == ""
    assert sandbox.requests[0].path == "/v1/apps"


@pytest.mark.both
def test_the_app_in_force_is_filled_in(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("api GET /apps/{app}").json["app"]["name"] == sandbox.main_app
    assert scalingo("api GET /apps/{app} --app pinecrate-api").json["app"]["name"] == (
        "pinecrate-api"
    )
    result = scalingo("api DELETE /apps/{app}?current_name={app}")
    assert (result.code, result.stdout, result.stderr) == (0, "", "")
    assert sandbox.requests[-1].query == {"current_name": sandbox.main_app}


def test_an_app_is_looked_for_only_where_it_is_named(scalingo: CommandLine) -> None:
    assert scalingo("api GET /apps", SCALINGO_APP=None).code == 0
    result = scalingo("api GET /apps/{app}", SCALINGO_APP=None)
    assert result.code == 2
    assert "No app selected" in result.stderr


def test_an_app_of_any_name_stays_one_part_of_the_path(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo("api GET /apps/{app}/variables", SCALINGO_APP="../users/self?x#[red]")
    assert result.code == 3
    assert sandbox.requests[0].path == "/v1/apps/..%2Fusers%2Fself%3Fx%23%5Bred%5D/variables"


@pytest.mark.parametrize(
    "path",
    [
        "/apps/../users/self",
        "/apps/%2e%2E/users/self",
        "/apps/./x",
        "/apps//x",
        "//evil.example/v1/apps",
        "https://evil.example/v1/apps",
        "/",
    ],
)
def test_no_path_leads_elsewhere(path: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo(["api", "GET", path])
    assert (result.code, result.stdout) == (2, "")
    assert sandbox.requests == []


def test_not_even_a_whole_url_of_the_platform(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo(["api", "GET", f"{sandbox.url}/v1/apps"])
    assert result.code == 2
    assert "the part after /v1" in result.stderr


def test_a_query_can_hold_anything(scalingo: CommandLine, sandbox: Sandbox) -> None:
    scalingo(["api", "GET", "/apps?url=https://x.example/?y=1&empty=&plus=a%2Bb+c"])
    assert sandbox.requests[0].query == {
        "url": "https://x.example/?y=1",
        "empty": "",
        "plus": "a+b c",
    }


def test_a_method_in_any_case(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("api get /apps").code == 0
    assert scalingo("api HEAD /apps").stdout == ""
    assert [request.method for request in sandbox.requests] == ["GET", "HEAD"]
    assert scalingo("api /apps").code == 2


# What is sent


def test_fields_make_a_rooted_body(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("api POST /apps -f app[name]=tea-room")
    assert result.json["app"]["name"] == "tea-room"
    assert sandbox.requests[0].json == {"app": {"name": "tea-room"}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("12", 12),
        ("-1.5", -1.5),
        ("1e3", 1000.0),
        ("007", "007"),
        ("1e999", "1e999"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("", ""),
        ("two words", "two words"),
        ("a=b", "a=b"),
        ('"12"', "12"),
        ("[1, {}]", [1, {}]),
        ('{"name": "web"}', {"name": "web"}),
    ],
)
def test_a_field_is_json_where_it_can_be(text: str, value: object, scalingo: CommandLine) -> None:
    assert body(scalingo, ["-F", f"key={text}"]) == {"key": value}
    assert body(scalingo, ["-f", f"key={text}"]) == {"key": text}


def test_a_field_can_be_deep_and_a_list(scalingo: CommandLine) -> None:
    fields = "-F app[owner][age]=3 -f app[owner][email]=x@y.example -f scope[]=web -f scope[]=job"
    assert body(scalingo, fields) == {
        "app": {"owner": {"age": 3, "email": "x@y.example"}},
        "scope": ["web", "job"],
    }
    assert body(scalingo, "-f a[b][]=1 -f a[b][]=2") == {"a": {"b": ["1", "2"]}}


def test_a_field_can_be_a_file(scalingo: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("line 1\nline 2\n")
    assert body(scalingo, "-F domain[note]=@key.txt") == {"domain": {"note": "line 1\nline 2\n"}}
    assert body(scalingo, "-F note=@-", stdin="typed") == {"note": "typed"}
    assert body(scalingo, "-f note=@-", stdin="typed") == {"note": "@-"}


@pytest.mark.parametrize(
    "words",
    [
        "-f s3cret",
        "-F =s3cret",
        "-f a[=s3cret",
        "-f [a]=s3cret",
        "-f a[][b]=s3cret",
        "-f a=s3cret -f a=s3cret",
        "-f a=s3cret -f a[b]=s3cret",
        "-f a=s3cret -f a[]=s3cret",
        "-F a=[s3cret",
        '-F a="s3cret',
        "-F a=@missing-file",
        "-F a=@- -F b=@-",
        "-f a=s3cret --input -",
        "-H s3cret",
        "-H na(me:s3cret",
    ],
)
def test_an_invalid_field_is_refused_without_repeating_it(
    words: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo(["api", "POST", "/apps", *words.split()], stdin="s3cret")
    assert (result.code, result.stdout) == (2, "")
    assert "s3cret" not in result.stderr
    assert sandbox.requests == []


def test_fields_of_a_read_make_the_query(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("api GET /apps/{app}/events?page=2 -F per_page=3")
    assert len(result.json["events"]) == 3
    assert sandbox.requests[0].query == {"page": "2", "per_page": "3"}
    assert sandbox.requests[0].body == b""
    scalingo("api DELETE /apps/{app} -f current_name=other")
    assert sandbox.requests[1].query == {"current_name": "other"}


def test_a_file_is_sent_as_it_is(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> None:
    text = '{ "variables":\t[{"name": "CITY", "value": "Łódź"}] }\n'.encode()
    (tmp_path / "variables.json").write_bytes(text)
    assert scalingo("api PUT /apps/{app}/variables --input variables.json").code == 0
    assert scalingo("api PUT /apps/{app}/variables --input -", stdin=text).code == 0
    assert [request.body for request in sandbox.requests] == [text, text]
    assert sandbox.requests[0].headers["content-type"] == "application/json"
    assert scalingo("api PUT /apps/{app}/variables --input -", stdin=b"\xff{").code == 5
    assert scalingo("api PUT /apps/{app}/variables --input missing").code == 2
    assert scalingo("api GET /apps --input -", stdin=text).code == 2


def test_headers_are_sent_too(scalingo: CommandLine, sandbox: Sandbox) -> None:
    scalingo(["api", "GET", "/apps", "-H", "X-Dry-Run: true", "-H", "accept:*/*"])
    assert sandbox.requests[0].headers["x-dry-run"] == "true"
    assert sandbox.requests[0].headers["accept"] == "*/*"
    for name in ("Authorization", "authorization", "AUTHORIZATION"):
        result = scalingo(["api", "GET", "/apps", "-H", f"{name}: Basic s3cret"])
        assert result.code == 2
        assert "scalingo login" in result.stderr
    assert scalingo(["api", "GET", "/apps", "-H", "X-Name: two\r\nX-Other: lines"]).code == 2


def test_a_dry_run_sends_reads_alone(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("api GET /apps --dry-run")
    assert (result.code, result.stdout, result.stderr) == (0, "", "Nothing would be changed.\n")
    words = ["-f", "app[name]=tea", "-H", "X-Dry-Run: true", "-H", "X-Api-Key: s3cret"]
    result = scalingo(["api", "POST", "/apps", *words, "--dry-run"])
    assert result.stdout == (
        'POST /v1/apps\nX-Dry-Run: true\nX-Api-Key: ***\n{"app": {"name": "tea"}}\n'
    )
    assert [request.method for request in sandbox.requests] == ["GET"]
    result = scalingo("api POST /apps --input - --curl", stdin="s3cret, no JSON")
    assert result.code == 0
    assert "s3cret" not in result.stdout


# What is received


def test_text_is_passed_on_byte_for_byte(scalingo: CommandLine, sandbox: Sandbox) -> None:
    deployment = sandbox.store.app(sandbox.main_app).deployments[-1].id
    path = f"/apps/{sandbox.main_app}/deployments/{deployment}/output"
    result = scalingo(["api", "GET", path])
    assert result.raw_stdout == received(sandbox, path)
    assert result.raw_stdout.count(b"\n") > 5
    result = scalingo(["api", "GET", path, "--json"])
    assert (result.code, result.stdout) == (1, "")
    assert result.error["message"] == "The response is not JSON (text/plain)."


def test_include_prints_status_and_headers_first(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("api GET /apps/{app} -i")
    heading, _, rest = result.stdout.partition("\n\n")
    status, *headers = heading.splitlines()
    assert status == "HTTP/1.1 200 OK"
    assert "Content-Type: application/json; charset=utf-8" in headers
    assert rest.encode() == received(sandbox, f"/apps/{sandbox.main_app}")
    assert scalingo("api HEAD /apps/{app} -i").stdout.startswith("HTTP/1.1 200 OK\n")
    assert scalingo("api GET /apps -i --json").code == 2


def test_json_is_set_out_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.user(sandbox.username).company = "\x9b2J\u202e"  # type: ignore[union-attr] # there
    result = scalingo("api GET /users/self", SCALINGO_FORCE_TTY="60")
    assert result.stdout.startswith('{\n  "user": {\n')
    assert "\x9b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert result.json == json.loads(received(sandbox, "/users/self"))


def test_at_a_terminal_broken_json_is_an_error(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("garbage")
    result = scalingo("api GET /apps", SCALINGO_FORCE_TTY="60")
    assert (result.code, result.stdout) == (1, "")
    assert "not the JSON that the API documents" in result.stderr


def test_every_page_is_one_document(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("api GET /apps/{app}/events --paginate")
    count = len(sandbox.store.app(sandbox.main_app).events)
    assert len(result.json["events"]) == count
    assert result.json["meta"]["pagination"]["total_count"] == count
    assert result.json["meta"]["pagination"]["total_pages"] == 1
    assert result.json == scalingo("events --all --json").json


def test_pages_can_have_another_size(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("api GET /apps/{app}/events?per_page=40 --paginate")
    assert len(result.json["events"]) == len(sandbox.store.app(sandbox.main_app).events)
    assert {request.query["per_page"] for request in sandbox.requests} == {"40"}


def test_what_has_one_page_is_left_as_it_was_received(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    one_page = f"/apps/{sandbox.main_app}/deployments?per_page=1000"
    for path in ("/apps", "/users/self", one_page):
        assert scalingo(["api", "GET", path, "--paginate"]).json == json.loads(
            received(sandbox, path)
        )


@pytest.mark.parametrize(
    "line", ["POST /apps --paginate", "GET /apps --paginate -i", "GET /apps?page=2 --paginate"]
)
def test_pages_are_read_and_nothing_else(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo(f"api {line}").code == 2
    assert sandbox.requests == []


@pytest.mark.parametrize(
    ("fault", "code"), [("404", 3), ("403", 4), ("422", 5), ("503", 6), ("html", 1)]
)
def test_errors_are_those_of_every_command(
    fault: str, code: int, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next(fault, times=10)
    result = scalingo("api GET /apps")
    assert (result.code, result.stdout) == (code, "")
    assert "\nError: " in f"\n{result.stderr}"
    result = scalingo("api GET /apps --json")
    assert (result.code, result.stdout, result.error["code"]) == (code, "", code)


def test_without_a_token_there_is_no_request(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("api GET /apps", SCALINGO_API_TOKEN=None)
    assert (result.code, result.stdout) == (4, "")
    assert sandbox.requests == []


def test_an_answer_cut_halfway_is_an_error(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("cut_body")
    result = scalingo("api GET /apps")
    assert result.code == 6
    assert "was lost before" in result.stderr


MEGABYTES = 64


class Torrent(Quiet):
    """Answers with 64 MB of text."""

    def do_GET(self) -> None:  # noqa: N802 - so called
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(MEGABYTES << 20))
        self.end_headers()
        for _ in range(MEGABYTES):
            self.wfile.write(b"0123456789abcde\n" * (1 << 16))


@pytest.fixture
def torrent() -> Iterator[str]:
    with served(Torrent) as url:
        yield url


# A process between the tests and scalingo: Linux counts a parent's memory as its child's first.
MEASURE = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "scalingo_cli", *sys.argv[1:]])
_, status, usage = os.wait4(child.pid, 0)
sys.stderr.write(f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}")
"""


def test_a_huge_answer_needs_little_memory(
    torrent: str, scalingo: CommandLine, tmp_path: Path
) -> None:
    with (tmp_path / "out").open("wb") as file:
        child = subprocess.run(
            [sys.executable, "-c", MEASURE, "api", "GET", "/apps/x/output"],
            stdout=file,
            stderr=subprocess.PIPE,
            env={**scalingo.environment, "SCALINGO_API_URL": torrent},
            check=True,
        )
    code, memory = map(int, child.stderr.split())
    assert code == 0
    assert (tmp_path / "out").stat().st_size == MEGABYTES << 20
    kilobyte = 1024 if sys.platform == "darwin" else 1
    assert memory // kilobyte < 60_000
