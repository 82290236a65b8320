"""What can go wrong between a command line and its answer, and what the user reads about it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pexpect
import pytest

import scalingo_cli
from scalingo_cli.cli.failure import failure_of
from scalingo_cli.main import write_traceback
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere

PACKAGE = Path(scalingo_cli.__file__).parent

# no answer


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "1e3", "inf", "9999999"])
def test_a_timeout_that_is_no_time(seconds: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("apps", SCALINGO_TIMEOUT=seconds)
    assert (said.code, sandbox.requests) == (2, [])
    assert said.stderr.startswith("Error: SCALINGO_TIMEOUT is not a number of seconds.\n")
    said = scalingo("apps", SCALINGO_KEYRING_TIMEOUT=seconds, SCALINGO_API_TOKEN=None)
    assert (said.code, sandbox.requests) == (2, [])
    assert said.stderr.startswith("Error: SCALINGO_KEYRING_TIMEOUT is not a number of seconds.\n")


@pytest.mark.parametrize("proxy", ["http://u:hunter2@127.0.0.1:1", "http://u:hunter2@[", "x://"])
def test_a_proxy_that_does_not_work(proxy: str, scalingo: CommandLine) -> None:
    said = scalingo("apps", SCALINGO_API_URL="https://api.nowhere.invalid", HTTPS_PROXY=proxy)
    assert said.code in {1, 6}
    assert "HTTPS_PROXY" in said.stderr
    assert "hunter2" not in said.stderr


def test_a_bundle_of_certificates_that_is_not_there(scalingo: CommandLine, tmp_path: Path) -> None:
    said = scalingo(
        "apps",
        SCALINGO_API_URL="https://api.nowhere.invalid",
        REQUESTS_CA_BUNDLE=str(tmp_path / "none.pem"),
    )
    assert said.code == 2
    assert "none.pem" in said.stderr
    assert said.stderr.endswith("Check REQUESTS_CA_BUNDLE.\n")


# an answer of another kind


@pytest.mark.parametrize("body", [b"", b"[]", b"[[1, 2]]", b"null", b"7", b'"apps"'], ids=range(6))
def test_json_that_is_no_document(body: bytes, scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer(body, Content_Type="application/json")
    said = scalingo("apps", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    assert said.stderr.splitlines() == [
        "Error: The response is not the JSON that the API documents (application/json).",
        "Is there a proxy in between? Check SCALINGO_API_URL and HTTPS_PROXY.",
    ]


def test_the_request_id_is_passed_on(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("500")
    error = scalingo("apps --json").error
    assert len(error["request_id"]) == 36


def test_what_the_platform_says_is_no_markup_and_moves_no_cursor(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    body = '{"errors": {"[red]na\\u001b[2Jme": ["is\\nodd\\u202e"]}}'
    sandbox.fail_next("422", body=body)
    said = scalingo("apps", SCALINGO_FORCE_TTY="80")
    assert said.stderr == (
        "Error: The platform rejected the request: [red]na\\x1b[2Jme is odd\\u202e.\n"
    )


def test_a_reason_of_any_length_is_one_sentence(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("400", body=f'{{"error": "{"words " * 10_000}"}}')
    said = scalingo("apps")
    assert len(said.stderr) < 500
    assert said.stderr.count("\n") == 1


# credentials


def test_redirects_in_a_circle(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("redirect", times=99, location=f"{sandbox.url}/v1/apps")
    said = scalingo("apps")
    assert said.code == 1
    assert said.stderr.endswith(" redirects in a loop.\n")


@pytest.mark.both
def test_the_netrc_is_not_consulted(
    scalingo: CommandLine, sandbox: Sandbox, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\ndefault login a password b\n")
    netrc.chmod(0o600)
    elsewhere.will_answer({"apps": []})
    sandbox.fail_next("redirect", path="/v1/apps", location=elsewhere.url)
    with_netrc = scalingo.where(NETRC=str(netrc))
    assert with_netrc("apps").code == 0
    assert "Authorization" not in elsewhere.seen[0][2]
    login = f"login --email {sandbox.email} --password-stdin --insecure-storage"
    assert with_netrc(login, stdin=sandbox.password, SCALINGO_API_TOKEN=None).code == 0
    way_in = "/v1/tokens" if sandbox.auth_url else "/v1/users/sign_in"
    signed_in = next(sent for sent in sandbox.requests if sent.path == way_in)
    if sandbox.auth_url:  # that of the user who signs in, or the answer would be no token
        assert signed_in.status == 201
    else:
        assert "authorization" not in signed_in.headers


@pytest.mark.both
def test_a_refused_token_names_its_source(scalingo: CommandLine, sandbox: Sandbox) -> None:
    nobodys = "tk-us-hunter2" if sandbox.auth_url else "hunter2"
    said = scalingo("apps", SCALINGO_API_TOKEN=nobodys)
    assert (said.code, said.stdout) == (4, "")
    assert said.stderr == (
        "Error: The platform refused the token from SCALINGO_API_TOKEN.\n"
        "Check its value, or unset it and run: scalingo login\n"
    )
    login = "login --with-token --insecure-storage"
    signed_out = scalingo.where(SCALINGO_API_TOKEN=None)
    assert signed_out(login, stdin=sandbox.token).code == 0
    sandbox.fail_next("401", times=99)
    said = signed_out("apps")
    assert said.code == 4
    assert "The platform refused the token from " in said.stderr
    assert said.stderr.endswith("Sign in again: scalingo login\n")
    assert sandbox.token not in said.stderr


# what to do next


def test_an_error_that_may_pass_can_be_retried_if_nothing_was_changed(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    def retryable(line: str, kind: str, **given: Any) -> bool:
        sandbox.reset()
        sandbox.fail_next(kind, 9, **given)
        return bool(scalingo(f"{line} --no-retry --json").error["retryable"])

    assert retryable("apps", "503", path="/v1/apps")
    assert retryable("apps", "cut", path="/v1/apps")
    assert retryable("env set A=1", "429", method="PUT")  # which did not let it in
    assert not retryable("env set A=1", "503", method="PUT")
    assert not retryable("env set A=1", "cut", method="PUT")
    assert not retryable("env set A=1", "422", method="PUT")
    assert not scalingo("apps show nope --json").error["retryable"]
    nowhere = scalingo("env set A=1 --json", SCALINGO_API_URL="http://127.0.0.1:9")
    assert nowhere.error["retryable"]


def test_a_busy_app_can_be_retried(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.end_next_operation("never")
    assert scalingo("scale web:3").code == 0
    error = scalingo("restart --json").error
    assert (error["code"], error["retryable"]) == (5, True)
    app = ["--app", sandbox.main_app]
    assert error["next_steps"] == [["scalingo", "apps", "show", *app]]


def test_a_wait_that_ends_early_shows_how_to_go_on(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.clock.stop()  # else the operation ends first on a busy machine
    error = scalingo("restart --wait --timeout 0.01 --json").error
    assert (error["code"], error["retryable"]) == (124, False)
    [line] = error["next_steps"]
    assert line[:3] == ["scalingo", "operations", "wait"]
    said = scalingo(f"operations wait {line[3]} --timeout 0.0001 --json")
    assert (said.code, said.error["retryable"]) == (124, True)
    sandbox.advance(1)
    assert scalingo(line[1:]).code == 0


@pytest.mark.parametrize("name", ["$(id)", "a b", "'", '"', "--yes", "[red]"])
def test_next_steps_quote_what_they_name(name: str, scalingo: CommandLine) -> None:
    error = scalingo(["env", "get", "A", f"--app={name}", "--json"]).error
    assert error["next_steps"][-1] == ["scalingo", "apps"]
    line = ["env", "get", "NONE", "--json", "--region", "osc-fr1"]
    assert scalingo(line).error["next_steps"][0][-2:] == ["--region", "osc-fr1"]
    finished = scalingo(["operations", "wait", name, "--json"])
    assert finished.error["code"] in {2, 3}


def test_each_command_of_a_hint_ends_its_line(scalingo: CommandLine) -> None:
    said = scalingo("containers stop web-1")
    assert [line.partition(": ")[0] for line in said.stderr.splitlines()] == [
        "Error",
        "Restart it",
        "Run fewer of them",
    ]


def test_a_command_in_a_hint_is_one_of_its_next_steps() -> None:
    written = re.compile(r"^\s*f?[\"'].*: (?:scalingo [a-z]|\{[\w.]+\.line\()", re.MULTILINE)
    placeholder = re.compile(r" [A-Z]{3,}|NAME")
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                for hint in map(ast.unparse, node.exc.args[1:]):
                    assert placeholder.search(hint) or not written.search(hint), (module, hint)


# the ends of a command line


def test_a_full_disk_hides_no_other_error(scalingo: CommandLine) -> None:
    said = scalingo.shell("scalingo apps show nope >/dev/full")
    assert (said.code, said.stderr.split("\n")[0]) == (
        3,
        'Error: App "nope" not found in region osc-fr1.',
    )
    assert scalingo.shell("scalingo apps show nope 2>/dev/full").code == 3


def test_a_reader_that_leaves_hides_no_error(scalingo: CommandLine) -> None:
    said = scalingo.shell("set -o pipefail; scalingo apps show nope 2>&1 | true")
    assert (said.code, said.stdout) == (3, "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("apps >&-", 0),
        ("apps show nope >&-", 3),
        ("apps show nope 2>&-", 3),
        ("apps >&- 2>&-", 0),
        ("login <&-", 2),
        ("env set EMPTY=- <&-", 0),
    ],
)
def test_streams_that_are_closed(line: str, code: int, scalingo: CommandLine) -> None:
    said = scalingo.shell(f"scalingo {line}")
    assert (said.code, said.stdout) == (code, "")
    assert "Traceback" not in said.stderr


def test_ctrl_c_with_json(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("slow", delay=30)
    terminal = scalingo.terminal("--debug apps --json")
    terminal.expect("> GET")
    terminal.sendintr()
    terminal.expect('{"error": {"message": "Interrupted.", "code": 130, "status": null')
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130


def test_what_nobody_foresaw_is_one_sentence_without_what_it_quotes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # No story leads here any more: answers of another shape are errors in words.
    try:
        int("hunter2")
    except ValueError as error:
        failure = failure_of(error)
        write_traceback(error)
    assert failure.exit_code == 1
    assert failure.message.startswith("Unexpected error in scalingo (ValueError, ")
    assert failure.hint
    assert failure.hint.startswith("This is a bug. Run the command again with --debug")
    traceback = capsys.readouterr().err
    assert "test_errors.py" in traceback
    assert "hunter2" not in failure.message + traceback.replace('int("hunter2")', "")


# a refusal of what carried no token


def test_an_upload_that_is_refused_blames_no_token(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "Procfile").write_text("web: true\n")
    sandbox.fail_next("401", 1, "PUT")
    said = scalingo(["deploy", str(tmp_path / "shop")])
    assert said.code == 4
    assert "refused the token" not in said.stderr


def test_a_redirect_that_is_refused_elsewhere_blames_no_token(
    scalingo: CommandLine, sandbox: Sandbox, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"error": "who are you"}, 401)
    sandbox.fail_next("redirect", path="/v1/apps", location=elsewhere.url)
    said = scalingo("apps")
    assert said.code == 4
    assert "refused the token" not in said.stderr
    assert "Authorization" not in elsewhere.seen[0][2]
