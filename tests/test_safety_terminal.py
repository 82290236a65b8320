"""Nothing that the platform says acts on the terminal, wherever it is shown; raw output is as is.

Every answer of the sandbox passes a relay that makes each of its words hostile.
"""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.seed.company import public_key
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere, Quiet, served

HOSTILE = "[red]\x1b[2J\x1b]0;owned\x07\r\n\t\u202egnp.exe\u200b\x9b31m\x7f"
SPELT = r"[red]\x1b[2J\x1b]0;owned\x07\r\n\t\u202egnp.exe\u200b\x9b31m\x7f"
OWNED = r"\x1b]0;owned\x07"
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]")
TERMINAL = {"SCALINGO_FORCE_TTY": "120", "NO_COLOR": "1"}  # so that no escape is our own
# What the client goes on with: ids, secrets, addresses.
KEPT = {"id", "type", "token", "authentication_token", "api", "attach_url", "logs_url"}
KEPT |= {"operation", "operation_url", "download_url", "upload_url", "output", "deployments_stream"}


def hostile(value: Any, kept: set[str], key: str = "") -> Any:
    """The same JSON with something hostile at the end of each text but those `kept`."""
    if isinstance(value, dict):
        return {name: hostile(each, kept, name) for name, each in value.items()}
    if isinstance(value, list):
        return [hostile(each, kept, key) for each in value]
    return value + HOSTILE if isinstance(value, str) and key not in kept else value


@contextmanager
def hostile_relay(url: str) -> Iterator[str]:
    """An address that answers as the one at `url` does, in hostile words."""

    class Handler(Quiet):
        def relay(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            there = http.client.HTTPConnection(urlsplit(url).netloc)
            there.request(self.command, self.path, body, dict(self.headers.items()))
            answer = there.getresponse()
            content = answer.read()
            there.close()
            if "json" in answer.headers.get("Content-Type", ""):
                kept = KEPT - {"id"} if self.path.endswith("/stats") else KEPT
                spoilt = hostile(json.loads(content), kept)
                content = json.dumps(spoilt, ensure_ascii=False).encode()
            elif content:
                content += HOSTILE.encode()
            self.send_response(answer.status, f"{answer.reason}\x1b[2J")
            for name in ("Content-Type", "Location"):
                if value := answer.headers.get(name):
                    self.send_header(name, value)
            self.send_header("X-Request-Id", "\x1b[2J\x9b31m")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = relay  # noqa: N815 - so called

    with served(Handler) as address:
        yield address


@pytest.fixture
def hostile_platform(scalingo: CommandLine, sandbox: Sandbox) -> Iterator[CommandLine]:
    """The command line of a user whose platform has nothing but hostile words."""
    with ExitStack() as stack:
        addresses = {"SCALINGO_API_URL": stack.enter_context(hostile_relay(sandbox.url))}
        if sandbox.auth_url:
            addresses["SCALINGO_AUTH_URL"] = stack.enter_context(hostile_relay(sandbox.auth_url))
        yield scalingo.where(**addresses)


def assert_harmless(text: str) -> None:
    assert not ACTS.search(text), ascii(text)


EVERYWHERE = [
    "addons",
    "addons add redis 54c0e1a2706c616e00020001",
    "addons categories",
    "addons plans redis",
    "addons providers",
    "apps",
    "apps create tea-room",
    "apps rename {app} {app}-2 --confirm {app}",
    "apps show",
    "collaborators",
    "collaborators add lena@pinecrate.example",
    "collaborators remove {collaborator} --yes",
    "deployments",
    "deployments show latest",
    "domains",
    "domains add fresh.pinecrate.example",
    "domains remove {domain} --yes",
    "env",
    "env diff .env",
    "env import --prune --yes .env",
    "env set A=1",
    "events",
    "keys",
    "keys add laptop id.pub",
    "keys remove {key} --yes",
    "ps",
    "restart",
    "scale",
    "stats",
    "whoami",
    # errors
    "apps show nowhere",
    "collaborators add nobody",
    "domains add not_a_name",
    "domains show nowhere",
    "env get NOWHERE",
    "operations show nowhere",
    "restart nowhere",
    "scale nowhere:1",
    # what a status ends in
    "restart --wait",
    "scale web:3 --wait",
    "logs --filter nowhere",
]
SILENT = {"domains show nowhere", "env get NOWHERE", "logs --filter nowhere"}


@pytest.mark.parametrize("line", EVERYWHERE)
def test_hostile_words_are_spelt_out(
    line: str, hostile_platform: CommandLine, scalingo: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("GREETING=hello\n")
    (tmp_path / "id.pub").write_text(public_key("you@laptop"))
    if "{" in line:
        ids = {"app": scalingo.environment["SCALINGO_APP"]}
        for name in ("collaborator", "domain", "key"):
            if f"{{{name}}}" in line:
                ids[name] = scalingo(f"{name}s --json").json[f"{name}s"][0]["id"]
        line = line.format(**ids)
    in_a_pipe = hostile_platform(line)
    assert_harmless(in_a_pipe.stdout + in_a_pipe.stderr)
    shown = OWNED in in_a_pipe.stdout + in_a_pipe.stderr
    assert shown == (line not in SILENT)  # the relay did its work
    at_a_terminal = hostile_platform(line, **TERMINAL)
    assert_harmless(at_a_terminal.stdout.replace("\t", "\x00") + at_a_terminal.stderr)
    as_json = hostile_platform(f"{line} --json", **TERMINAL)
    assert_harmless(as_json.stdout + as_json.stderr)
    traced = hostile_platform(f"{line} --debug-body")
    assert_harmless(traced.stdout + traced.stderr)
    assert "\\x1b[2J" in traced.stderr


@pytest.mark.regional
@pytest.mark.parametrize("line", ["tokens", "regions", "deploy . --no-follow"])
def test_hostile_words_on_the_regional_platform(line: str, hostile_platform: CommandLine) -> None:
    for more in ({}, TERMINAL):
        said = hostile_platform(line, **more)
        assert_harmless(said.stdout + said.stderr)
        assert "\\x1b[2J" in said.stdout + said.stderr


@pytest.mark.both
def test_who_signs_in_is_data(hostile_platform: CommandLine, sandbox: Sandbox) -> None:
    line = f"login --email {sandbox.email} --password-stdin --insecure-storage"
    said = hostile_platform(line, stdin=sandbox.password, SCALINGO_API_TOKEN=None)
    assert said.code == 0
    assert f"Welcome, noor{SPELT}." in said.stderr
    for line in ("accounts", "doctor", "whoami", "logout"):
        said = hostile_platform(line, SCALINGO_API_TOKEN=None, **TERMINAL)
        assert_harmless(said.stdout + said.stderr)


def test_a_document_is_equal_and_harmless(hostile_platform: CommandLine) -> None:
    for more in ({}, TERMINAL):
        said = hostile_platform("api GET /apps/{app}", **more)
        assert said.json["app"]["status"] == f"running{HOSTILE}"
    terminal = hostile_platform.terminal("api -i GET /apps/{app}", NO_COLOR="1", PAGER="")
    terminal.expect(pexpect.EOF)
    assert terminal.before
    assert_harmless(terminal.before.replace("\r\n", "\n"))
    text = hostile_platform("api GET /apps/{app}/deployments/latest", **TERMINAL)
    assert_harmless(text.stdout + text.stderr)


@pytest.mark.parametrize("line", ["collaborators remove {id}", "env import --prune .env"])
def test_a_question_is_one_line_of_text(
    line: str, hostile_platform: CommandLine, scalingo: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("GREETING=hello\n")
    collaborator = scalingo("collaborators --json").json["collaborators"][0]["id"]
    terminal = hostile_platform.terminal(line.format(id=collaborator), columns=300, NO_COLOR="1")
    terminal.expect_exact("[y/N]")
    assert terminal.before
    assert_harmless(terminal.before.replace("\r\n", "\n"))
    assert SPELT in terminal.before
    terminal.sendline("n")
    terminal.wait()


def test_a_table_that_is_redrawn(hostile_platform: CommandLine) -> None:
    terminal = hostile_platform.terminal("stats --watch", columns=200)
    terminal.expect_exact("owned")
    terminal.expect_exact("owned")
    terminal.sendintr()
    terminal.expect_exact("Interrupted.")
    drawn = str(terminal.before)
    assert not {"\x07", "\x9b", "\u202e", "\u200b"} & set(drawn)
    assert "\x1b]0" not in drawn
    terminal.wait()


def test_completion_and_help_have_none_of_it(
    hostile_platform: CommandLine, sandbox: Sandbox
) -> None:
    assert hostile_platform("apps").code == 0
    offered = hostile_platform.process(["__complete", "apps list", ""])
    assert offered.stdout == ""
    sandbox.clear_requests()
    assert_harmless(hostile_platform("apps show --help", **TERMINAL).stdout)
    assert sandbox.requests == []


@pytest.mark.parametrize("where", [{}, TERMINAL], ids=["pipe", "terminal"])
def test_raw_output_is_passed_on_as_it_is(
    where: dict[str, str], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.log(sandbox.main_app, "web-1", HOSTILE.replace("\n", ""))
    said = scalingo("logs -n 1", **where)
    assert HOSTILE.replace("\n", "").encode() in said.raw_stdout
    said = scalingo(["run", "-e", f"WORDS={HOSTILE}", 'printf %s "$WORDS"'], **where)
    assert said.raw_stdout == HOSTILE.encode()
    short = "\x1b[2J\r\x07\u202e"
    sandbox.store.app(sandbox.main_app).deployments[-1].git_ref = short  # which its output tells
    assert short.encode() in scalingo("deployments output", **where).raw_stdout


def test_letters_that_cannot_be_seen_are_spelt_out(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"domains": [{"name": "a\u3164b\xadc\ufff9d \u6771"}]})
    said = scalingo("domains", SCALINGO_API_URL=elsewhere.url)
    assert said.lines[0][0] == r"a\u3164b\xadc\ufff9d" + " \u6771"
    assert scalingo("domains --json", SCALINGO_API_URL=elsewhere.url).json["domains"] == [
        {"name": "a\u3164b\xadc\ufff9d \u6771"}
    ]
