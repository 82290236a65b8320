"""Which platform a command talks to: SCALINGO_API_URL."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

pytestmark = pytest.mark.both


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
def test_the_version_may_be_part_of_the_url(
    end: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("apps", SCALINGO_API_URL=sandbox.url + end).code == 0
    assert [(request.service, request.path) for request in sandbox.requests] == [
        ("api" if sandbox.auth_url else "legacy", "/v1/apps")
    ]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_plain_http_to_this_machine(host: str, scalingo: CommandLine) -> None:
    """Nobody listens on that port: that the connection is tried is what counts."""
    assert scalingo("apps", SCALINGO_API_URL=f"http://{host}:1").code == 6


@pytest.mark.parametrize(
    "host",
    [
        "api.scalingo.com",
        "localhost.example",
        "notlocalhost",
        "evil-localhost",
        "x.localhost",
        "127.0.0.1.example",
        "128.0.0.1",
        "0x7f.1",
        "[::ffff:8.8.8.8]",
    ],
)
def test_plain_http_to_anywhere_else_is_refused(host: str, scalingo: CommandLine) -> None:
    said = scalingo("whoami", SCALINGO_API_URL=f"http://{host}")
    assert (said.code, said.stdout) == (2, "")
    assert f"would send your token to {host.strip('[]')} unencrypted" in said.stderr
    json = scalingo("whoami --json", SCALINGO_API_URL=f"http://{host}")
    assert (
        json.error["hint"] == "Use https; plain http is allowed only for a sandbox on this machine."
    )


@pytest.mark.parametrize(
    "url",
    [
        "api.scalingo.com",
        "ftp://api.scalingo.com",
        "https://",
        "https:///v1",
        "https://noor:secret@api.scalingo.com",
        "http://@127.0.0.1",
        "http://127.0.0.1@api.example",
        "http://127.0.0.1\\@api.example",
        "http://127.0.0.1\\.example",
        "https://api scalingo com",
        "https://api.scalingo.com?secret",
        "https://api.scalingo.com#secret",
        "https://api.scalingo.com:port",
        "https://api.scalingo.com:99999",
        "https://[::1",
    ],
)
def test_what_is_no_url_of_an_api(url: str, scalingo: CommandLine) -> None:
    said = scalingo("whoami", SCALINGO_API_URL=url)
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr.startswith("Error: SCALINGO_API_URL ")
    assert "https://api.scalingo.com, or unset it" in said.stderr
    assert "secret" not in said.stderr


def test_an_empty_url_is_unset(scalingo: CommandLine, protocol: str) -> None:
    """Without a token nothing is sent, so that this test does not reach the real platform."""
    said = scalingo("apps", SCALINGO_API_URL="", SCALINGO_AUTH_URL="", SCALINGO_API_TOKEN=None)
    assert said.code == 4
    service = "auth" if protocol == "regional" else "api"
    assert f"You are not signed in to {service}.scalingo.com." in said.stderr


def test_the_token_is_sent_to_no_other_host(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """The other host is the same sandbox by another name."""
    other = sandbox.url.replace("127.0.0.1", "localhost")
    sandbox.fail_next("redirect", location=f"{other}/v1/apps")
    assert scalingo("apps").code == 4
    first, redirected = sandbox.requests
    assert "authorization" in first.headers
    assert "authorization" not in redirected.headers


def test_a_redirected_change_is_not_taken_for_done(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("redirect", location=f"{sandbox.url}/v1/apps")
    said = scalingo("apps create tea-room")
    assert (said.code, said.stdout) == (1, "")
    assert "returned an unexpected response (302)" in said.stderr
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize(
    "line", ["whoami", "apps", "apps create tea-room", "env get A", "env set A=b"]
)
def test_another_api_that_speaks_json(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("200", body='{"ok": true}')
    said = scalingo(line)
    assert (said.code, said.stdout) == (1, "")
    assert "Error: The response to " in said.stderr
    assert ' has no "' in said.stderr
    assert "Check SCALINGO_API_URL." in said.stderr


def test_no_response_leads_out_of_the_sandbox(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """Neither a redirect, nor an address for logs, nor one for a one-off container."""
    inside = scalingo.where(SCALINGO_SANDBOX="1")
    away = "https://api.example/v1/apps"
    logs = f"/v1/apps/{sandbox.main_app}/logs"
    for line in ("apps", "logs", "run true"):
        if line == "apps":
            sandbox.fail_next("redirect", location=away, path="/v1/apps")
        elif line == "logs":
            body = f'{{"app": {{}}, "logs_url": "{away}?token=a"}}'
            sandbox.fail_next("200", path=logs, body=body)
        else:
            sandbox.attach_at("https://api.example")
        said = inside(line)
        assert (said.code, said.stdout) == (2, ""), line
        assert said.stderr.startswith(
            "Error: This is the sandbox, and the address of api.example leads out of it."
        )
    sandbox.reset()
    assert inside("apps").code == 0


@pytest.mark.regional
@pytest.mark.parametrize("variable", ["SCALINGO_API_URL", "SCALINGO_AUTH_URL"])
@pytest.mark.parametrize("address", ["", "https://api.example.com"])
def test_nothing_leads_out_of_the_sandbox(
    variable: str, address: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    user = scalingo.where(
        SCALINGO_SANDBOX="1",
        SCALINGO_API_URL=None,
        SCALINGO_AUTH_URL=None,
        SCALINGO_REGION="osc-fr1",
    )
    said = user("apps", **{variable: address})
    assert (said.code, said.stdout) == (2, "")
    assert "Error: This is the sandbox, and " in said.stderr
    assert not sandbox.requests


@pytest.mark.regional
def test_whoami_names_the_sandbox(scalingo: CommandLine) -> None:
    [[_, _, platform, _]] = scalingo("whoami", SCALINGO_SANDBOX="1").lines
    assert platform.startswith("sandbox 127.0.0.1:")
