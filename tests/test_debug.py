"""`--debug`: what it shows, and what it hides; tests/test_examples.py tries each command."""

from __future__ import annotations

import base64
import json
import re
from html import escape
from pathlib import Path
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.command_tree import leaves
from tests.fake_servers import Elsewhere
from tests.needles import NEEDLE, SECRETS, secrets


def test_login_shows_no_secret(examples: CommandLine, sandbox: Sandbox, tmp_path: Path) -> None:
    """The examples of all other commands are in tests/test_examples.py."""
    [login] = [node for node in leaves() if str(node) == "login"]
    for example in login.examples:
        result = example.run(examples, tmp_path, "--debug-body")
        for secret in secrets(sandbox):
            assert secret not in result.stdout + result.stderr, example


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("debug", [[], ["--debug-body"]], ids=["plain", "debug"])
def test_a_secret_that_the_platform_quotes_is_not_repeated(
    kind: str, debug: list[str], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    secret = SECRETS[kind]
    quoted = [secret, repr(secret), json.dumps(secret), f"in {secret.strip()}, it says"]
    for body, content_type in (
        (
            json.dumps({"errors": {"value": quoted, secret: ["is not a valid name"]}}),
            "application/json",
        ),
        (json.dumps({"error": quoted[0]}, ensure_ascii=False), "application/json"),
        (f"<p>{escape(secret)}</p>", "text/html"),
        (f"Retry later: {secret}", "text/plain"),
    ):
        sandbox.fail_next("422", body=body, content_type=content_type)
        result = scalingo([*debug, "env", "set", f"TOKEN={secret}"])
        assert result.code == 5
        assert NEEDLE not in result.stdout + result.stderr
        assert SECRETS["short"] not in result.stdout + result.stderr


def test_a_token_that_the_platform_quotes_is_not_repeated(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("403", body=json.dumps({"error": f"{sandbox.token} may not"}))
    result = scalingo("apps --debug-body")
    assert sandbox.token not in result.stderr
    assert "You are not allowed to do this: *** may not." in result.stderr


def test_each_request_and_response_is_logged(scalingo: CommandLine, sandbox: Sandbox) -> None:
    quiet = scalingo("scale web:3")
    sandbox.advance(60)
    result = scalingo("scale web:3 --debug")
    assert result.code == 0
    assert result.stdout == quiet.stdout
    url = f"{sandbox.url}/v1/apps/{sandbox.main_app}"
    *reads, change, accepted, said = result.stderr.splitlines()
    asked = {line for line in reads if line.startswith("> ")}
    assert asked == {f"> GET {url}/containers", f"> GET {url}/autoscalers"}  # at the same time
    for answer in set(reads) - asked:
        fields = r"< 200 OK, \d+ ms, \d+ bytes, request id [0-9a-f-]{36}(, to GET \S+)?"
        assert re.fullmatch(fields, answer)
    body = len(sandbox.requests[-1].body)
    assert change == f"> POST {url}/scale ({body} bytes)"
    assert accepted.startswith("< 202 Accepted, ")
    assert said[0] not in "<>"


def test_body_adds_the_bodies(scalingo: CommandLine) -> None:
    result = scalingo(["env", "set", "COLOUR=n33dle", "--debug-body"])
    _, sent, _, received, *_ = result.stderr.splitlines()
    assert json.loads(sent.removeprefix("> ")) == {
        "variables": [{"name": "COLOUR", "value": "***"}]
    }
    assert json.loads(received.removeprefix("< "))["variables"][0]["value"] == "***"


def test_a_value_that_is_short_spoils_no_other_field(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo(["env", "set", "FIRST=1", "--debug-body"])
    assert f'"id": "{sandbox.store.app(sandbox.main_app).variables[-1]["id"]}"' in result.stderr


def test_neither_password_nor_token_shows_at_sign_in(
    scalingo: CommandLine, sandbox: Sandbox, protocol: str
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    words = ["login", "--email", sandbox.email, "--password-stdin", "--insecure-storage"]
    result = user([*words, "--debug-body"], stdin=sandbox.password)
    assert result.code == 0
    assert sandbox.password not in result.stdout + result.stderr
    masked = ["token"] if protocol == "regional" else ["password", "authentication_token"]
    assert all(f'"{name}": "***"' in result.stderr for name in masked)
    result = user("logout --debug-body")
    assert result.code == 0
    result = user("login --with-token --insecure-storage --debug-body", stdin=sandbox.token)
    assert result.code == 0
    assert sandbox.token not in result.stdout + result.stderr


def test_a_secret_in_a_query_is_masked(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo(["api", "GET", "/apps?value=n33dle&token=n33dle&page=2", "--debug-body"])
    assert f"> GET {sandbox.url}/v1/apps?value=***&token=***&page=2\n" in result.stderr
    assert "n33dle" not in result.stderr
    result = scalingo(["api", "DELETE", "/apps?password=n33dle+x&x=n33dle+x", "--dry-run"])
    assert result.stdout == "DELETE /v1/apps?password=***&x=***\n"


def test_it_may_precede_the_command_too(scalingo: CommandLine) -> None:
    assert "> GET " in scalingo("--debug apps").stderr
    assert "> GET " in scalingo("apps --debug").stderr
    assert "> GET " in scalingo("apps --debug list").stderr


def test_a_redirect_is_logged_in_order(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("redirect", location=f"{sandbox.url}/v1/apps?token=n33dle")
    lines = scalingo("apps --debug").stderr.splitlines()
    assert [line.split(",")[0] for line in lines] == [
        f"> GET {sandbox.url}/v1/apps",
        "< 302 Found",
        f"> GET {sandbox.url}/v1/apps?token=***",
        "< 400 Bad Request",
        "Error: The platform rejected the request: unknown query parameter: token.",
    ]


@pytest.mark.parametrize("fault", ["cut", "cut_body"])
def test_a_missing_response_is_logged_once(
    fault: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next(fault)
    result = scalingo("apps --debug")
    assert result.code == 0
    assert result.stderr.count("< incomplete response") == 1
    assert result.stderr.count("< 200 OK") == 1


def test_what_the_platform_says_cannot_move_the_cursor(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("400", body=json.dumps({"error": "\x1b[2J\u202e"}))
    assert "\x1b" not in scalingo("apps --debug-body").stderr


def test_a_token_that_is_quoted_in_base64_is_not_repeated(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    token = "t0ken-n33dle-123456"
    basic = base64.b64encode(f":{token}".encode()).decode()
    elsewhere.will_answer({"error": f"bad header Authorization: Basic {basic}"}, 422)
    for options in ("", "--debug-body"):
        said = scalingo(
            f"apps {options}",
            SCALINGO_API_URL=elsewhere.url,
            SCALINGO_API_TOKEN=token,
            SCALINGO_REGION=None,
        )
        assert said.code == 5
        assert basic not in said.stderr
        assert "Authorization: Basic ***" in said.stderr


HIDDEN: dict[str, Any] = {
    "variables of an add-on": {"variables": [f"REDIS_URL=redis://:{NEEDLE}@h:1"]},
    "a webhook": {"type_data": {"webhook_url": f"https://hooks.example/T0/{NEEDLE}{NEEDLE}"}},
    "a drain": {"drain": {"url": f"https://logs.example/{NEEDLE}{NEEDLE}"}},
    "drains": {"drains": [{"url": f"https://logs.example/{NEEDLE}{NEEDLE}"}]},
    "a signature": {"url": f"https://b.example/a.tgz?X-Amz-Signature={NEEDLE}"},
    "a credential": {"url": f"https://b.example/a.tgz?X-Amz-Credential={NEEDLE}"},
    "a password in a command": {"command": f"psql postgres://u:{NEEDLE}@h:1/d -c 'select 1'"},
    "a cookie": {"Set-Cookie": f"session={NEEDLE}"},
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_secret_in_an_answer_is_masked(
    name: str, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"apps": [{"name": "x", **HIDDEN[name]}]})
    said = scalingo("apps --debug-body", SCALINGO_API_URL=elsewhere.url)
    assert said.code == 0
    assert NEEDLE not in said.stderr
    assert "***" in said.stderr


@pytest.mark.parametrize("header", ["Cookie", "Set-Cookie", "X-Amz-Signature", "X-Auth-Token"])
def test_a_header_that_holds_a_secret_is_masked(header: str, scalingo: CommandLine) -> None:
    said = scalingo(["api", "POST", "/apps", "-H", f"{header}: {NEEDLE}", "--dry-run"])
    assert said.stdout == f"POST /v1/apps\n{header}: ***\n"


def test_a_signed_address_is_masked_in_a_dry_run(scalingo: CommandLine) -> None:
    url = f"https://b.example/a.tgz?X-Amz-Signature={NEEDLE}"
    said = scalingo(["deploy", url, "--dry-run"])
    assert (said.code, NEEDLE in said.stdout) == (0, False)
    assert "X-Amz-Signature=***" in said.stdout


def test_a_variable_of_a_one_off_is_not_repeated(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("422", 1, "POST", body=json.dumps({"error": f"odd: {NEEDLE}-value"}))
    said = scalingo(f"run --env A={NEEDLE}-value true")
    assert said.code == 5
    assert said.stderr == "Error: The platform rejected the request: odd: ***.\n"
