"""Where the token goes: to the platform, and to nobody who is named, met or started on the way.

Two ports of this machine are two origins. More is in test_credentials.py (how the token is kept),
test_bearers.py, test_debug.py (what is shown) and test_which_platform.py (no plain http).
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.seed import company
from tests import relays
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere

pytestmark = pytest.mark.both

MAIN = company.MAIN_APP
PAGE = {"events": [{"id": "e1"}], "meta": {"current_page": 1, "total_pages": 2}}


def secrets(scalingo: CommandLine) -> set[str]:
    """The token in force, as it is and as Basic authentication spells it, and its bearers."""
    token = scalingo.environment["SCALINGO_API_TOKEN"]
    caches = Path(scalingo.environment["HOME"], ".cache/scalingo").glob("bearer-*")
    known = {token, *(cache.read_text() for cache in caches)}
    return known | {b64encode(f":{secret}".encode()).decode() for secret in known}


# Links, redirects and headers that name another origin


@pytest.fixture
def led_astray(
    scalingo: CommandLine, elsewhere: Elsewhere, stranger: Elsewhere, tmp_path: Path
) -> CommandLine:
    """Somebody whose platform is `elsewhere`, and who has a ~/.netrc with a password for all."""
    stranger.will_answer({"apps": [], "user": {"username": "noor"}, **PAGE})
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login noor password hunter2\n")
    netrc.chmod(0o600)
    return scalingo.where(SCALINGO_API_URL=elsewhere.url)


def assert_knows_nothing(scalingo: CommandLine, stranger: Elsewhere) -> None:
    heard = stranger.heard
    assert not any(secret in heard for secret in secrets(scalingo))
    assert not any(name in heard.lower() for name in ("authorization:", "cookie:", "hunter2"))


LINKS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "links.output": ("deployments output d1", [{"deployment": {"links": {"output": "{}/out"}}}]),
    "links.output, followed": (
        "deployments follow d1",
        [{"deployment": {"id": "d1", "status": "success", "links": {"output": "{}/out"}}}],
    ),
    "logs_url": ("logs", [{"app": {}, "logs_url": "{}/logs?token=its-own"}]),
    "upload_url": (
        "deploy . --no-follow",
        [
            {"source": {"upload_url": "{}/put?x=1", "download_url": "{}/get"}},
            {"deployment": {"id": "d1"}},
        ],
    ),
}


def filled(value: Any, url: str) -> Any:
    """A JSON value with the place of the stranger in its links."""
    if isinstance(value, dict):
        return {name: filled(inner, url) for name, inner in value.items()}
    return value.replace("{}", url) if isinstance(value, str) else value


@pytest.mark.parametrize(
    "link",
    [pytest.param(link, marks=pytest.mark.regional if "upload" in link else ()) for link in LINKS],
)
def test_a_link_leads_no_token_elsewhere(
    link: str, led_astray: CommandLine, elsewhere: Elsewhere, stranger: Elsewhere
) -> None:
    line, answers = LINKS[link]
    for answer in answers:
        elsewhere.will_answer(filled(answer, stranger.url), Set_Cookie="session=hunter2; Path=/")
    assert led_astray(line).code == 0
    assert stranger.seen
    assert_knows_nothing(led_astray, stranger)


@pytest.mark.parametrize("line", ["apps", "events --all", "api GET /apps", "logs", "whoami"])
def test_a_redirect_leads_no_token_elsewhere(
    line: str, led_astray: CommandLine, elsewhere: Elsewhere, stranger: Elsewhere, protocol: str
) -> None:
    if line == "events --all":
        elsewhere.will_answer(PAGE)
    elsewhere.will_answer(
        b"", 302, Location=f"{stranger.url}/v1/there", Set_Cookie="session=hunter2; Path=/"
    )
    auth = elsewhere.url if line == "whoami" and protocol == "regional" else None
    where = {"SCALINGO_AUTH_URL": auth} if auth else {}
    said = led_astray(line, **where)
    assert said.code == (1 if line == "logs" else 0), said  # it tells of no logs
    assert {urlsplit(path).path for path in stranger.paths} == {"/v1/there"}
    assert_knows_nothing(led_astray, stranger)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_a_change_elsewhere(
    status: int, led_astray: CommandLine, elsewhere: Elsewhere, stranger: Elsewhere
) -> None:
    elsewhere.will_answer(b"", status, Location=f"{stranger.url}/v1/apps")
    for line in ("apps create tea-room", f"apps delete {MAIN} --confirm {MAIN}", "restart --wait"):
        said = led_astray(line)
        assert (said.code, said.stdout) == (1, "")
        assert "The platform returned an unexpected response" in said.stderr
    assert not stranger.seen


@pytest.mark.parametrize("line", ["restart --wait", "scale web:1 --wait"])
def test_the_location_of_an_operation_leads_nowhere_else(
    line: str, led_astray: CommandLine, elsewhere: Elsewhere, stranger: Elsewhere, protocol: str
) -> None:
    containers = {"containers": [{"name": "web", "amount": 2}]}
    if "scale" in line:  # the two reads of the regional platform arrive in any order
        for _ in range(2 if protocol == "regional" else 1):
            elsewhere.will_answer({**containers, "autoscalers": []})
    location = f"{stranger.url}/v1/apps/x/operations/o1/?a=b"
    elsewhere.will_answer(containers, 202, Location=location)
    elsewhere.will_answer({"operation": {"id": "o1", "status": "done"}})
    assert led_astray(line).code == 0
    assert elsewhere.paths[-1] == f"/v1/apps/{MAIN}/operations/o1"
    assert not stranger.seen


def test_no_link_to_the_next_page_is_followed(
    led_astray: CommandLine, elsewhere: Elsewhere, stranger: Elsewhere
) -> None:
    there = f"{stranger.url}/v1/events?page=2"
    meta = {"current_page": 1, "total_pages": 2, "next_page": there, "next": there}
    links = {"next": there, "self": there}
    page = {"events": [{"id": "e1"}], "meta": {"pagination": meta}, "links": links}
    elsewhere.will_answer(page, Link=f'<{there}>; rel="next"')
    last = {"current_page": 2, "total_pages": 2, "next_page": None}
    elsewhere.will_answer({"events": [{"id": "e2"}], "meta": {"pagination": last}})
    assert len(led_astray("events --all").lines) == 2
    assert not stranger.seen


# A proxy


@contextlib.contextmanager
def overheard(ports: dict[str, int], heads: list[str], rest: bytearray) -> Iterator[int]:
    """A proxy to these hosts that keeps each head it is sent, and all bytes that come after."""

    def serve(visitor: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += visitor.recv(relays.CHUNK)
        heads.append(head.decode())
        method, target, _ = heads[-1].splitlines()[0].split(" ")
        if method != "CONNECT":
            visitor.sendall(b"HTTP/1.1 200 Well\r\nContent-Length: 6\r\n\r\na line")
            return
        with socket.create_connection(("127.0.0.1", ports[target.partition(":")[0]])) as inside:
            visitor.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=relays.copy, args=[inside, visitor])
            back.start()
            with contextlib.suppress(OSError):
                while data := visitor.recv(relays.CHUNK):
                    rest.extend(data)
                    inside.sendall(data)
            with contextlib.suppress(OSError):
                inside.shutdown(socket.SHUT_WR)
            back.join()

    with relays.listening(serve) as port:
        yield port


def test_a_proxy_sees_no_more_than_where_to_connect(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"api.pinecrate.example": sandbox.url, "auth.pinecrate.example": sandbox.auth_url}
    monkeypatch.setattr(sandbox, "names", set(names))
    authority = relays.certificate(tmp_path, *(f"DNS:{name}" for name in names))
    heads: list[str] = []
    rest = bytearray()
    app = sandbox.store.app(sandbox.main_app)
    with contextlib.ExitStack() as stack:
        ports = {
            name: stack.enter_context(relays.end_of_tls(authority, urlsplit(url).port or 0))
            for name, url in names.items()
            if url
        }
        port = stack.enter_context(overheard(ports, heads, rest))
        away = scalingo.where(
            SCALINGO_API_URL="https://api.pinecrate.example",
            SCALINGO_AUTH_URL="https://auth.pinecrate.example",
            REQUESTS_CA_BUNDLE=str(authority),
            HTTPS_PROXY=f"http://noor:pass%20word@127.0.0.1:{port}",
            HTTP_PROXY=f"http://noor:pass%20word@127.0.0.1:{port}",
            SCALINGO_NO_CACHE="1",
        )
        for line in ("apps", "whoami", "env set A=s3cr3t"):
            said = away.process(line)
            assert said.code == 0, said.stderr
        tunnels = list(heads)
        sandbox.fail_next(
            "200",
            path=f"/v1/apps/{app.name}/logs",
            body='{"app": {}, "logs_url": "http://l.example/x"}',
        )
        assert away.process("logs").stdout == "a line"
    for head in tunnels:
        line, *headers = head.strip().splitlines()
        host = urlsplit(f"//{line.split(' ')[1]}").hostname
        assert line.startswith(f"CONNECT {host}:443 HTTP/1.")
        assert host in names
        given = dict(header.split(": ", 1) for header in headers)
        assert set(given) <= {"Host", "Proxy-Authorization", "User-Agent"}
        basic = given["Proxy-Authorization"].removeprefix("Basic ")
        assert b64decode(basic) == b"noor:pass word"
    assert not any("proxy-authorization" in request.headers for request in sandbox.requests)
    in_clear = heads[-1]  # plain http, as the platform asked: its address is the platform's to give
    assert in_clear.startswith("GET http://l.example/x")
    for secret in (*secrets(scalingo), "s3cr3t"):
        assert secret not in in_clear
        assert secret.encode() not in rest


def test_a_sandbox_on_this_machine_is_no_matter_for_a_proxy(
    scalingo: CommandLine, stranger: Elsewhere
) -> None:
    stranger.will_answer({})
    proxies = dict.fromkeys(["HTTP_PROXY", "http_proxy", "ALL_PROXY"], stranger.url)
    assert scalingo("apps", **proxies).code == 0
    assert scalingo("logs", **proxies).code == 0
    assert not stranger.seen


# This machine

RECORD = """#!/bin/sh
# Notes how this program and the one that started it were started, what it inherited, and who may
# read its files.
{ echo "$0 $*"; tr '\\0' ' ' </proc/$PPID/cmdline; tr '\\0' ' ' </proc/self/environ; } >>"$RECORD"
for file; do [ -f "$file" ] && stat -c 'mode %a' "$file" >>"$RECORD"; done
exit 1
"""


@pytest.fixture
def anyone_may_read() -> Iterator[None]:
    """A user whose new files are for everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_neither_a_command_line_nor_another_program_has_the_token(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path, anyone_may_read: None
) -> None:
    """Git, an editor and a pager, started by somebody whose token is in the file."""
    record = tmp_path / "record"
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "editor", "pager"):
        (programs / name).write_text(RECORD)
        (programs / name).chmod(0o755)
    token = scalingo.environment["SCALINGO_API_TOKEN"]
    user = scalingo.where(
        SCALINGO_API_TOKEN=None,
        SCALINGO_APP=None,
        RECORD=str(record),
        PATH=f"{programs}:{scalingo.environment['PATH']}",
        EDITOR="editor",
        PAGER="pager",
    )
    login = "login --with-token --insecure-storage"
    assert user.process(login, stdin=token).code == 0
    assert user.process("env").code == 2  # no app is named: git was asked
    assert user.process(f"env edit --app {sandbox.main_app} --yes").code == 1  # the editor
    pages = user.fresh.terminal("apps", rows=4)
    pages.expect(pexpect.EOF)
    pages.close()
    text = record.read_text()
    assert all(f"bin/{name}" in text for name in ("git", "editor", "pager"))
    assert "scalingo_cli apps" in text
    assert "HOME=" in text
    assert "mode 600" in text
    assert "mode 644" not in text
    assert token not in text
    kept = Path(user.environment["SCALINGO_CONFIG_DIR"], "credentials.json").read_text()
    assert token in kept
    assert not any(part in text for part in kept.split('"') if len(part) > 60)  # nor the bearer


@pytest.mark.parametrize("place", ["environment", "file"])
def test_no_file_that_others_may_read_has_the_token(
    place: str,
    scalingo: CommandLine,
    tmp_path: Path,
    anyone_may_read: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    token = scalingo.environment["SCALINGO_API_TOKEN"]
    user = scalingo if place == "environment" else scalingo.where(SCALINGO_API_TOKEN=None)
    if place == "file":
        assert user("login --with-token --insecure-storage", stdin=token).code == 0
    for line in ("apps", "env", "whoami", "logs", "events --all", "doctor", "deployments output"):
        assert user(line).code in {0, 1}
    for line in ("env set A=1", "accounts", "apps nowhere", "regions", "completion bash"):
        user(f"{line} --debug-body" if line != "completion bash" else line)
    places = {
        path: (path.read_text(), stat.S_IMODE(path.stat().st_mode))
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    holders = {path.name for path, (text, _) in places.items() if token in text}
    assert holders == ({"credentials.json"} if place == "file" else set())
    assert {mode for _, mode in places.values()} == {0o600}


# The programs that this one starts


@pytest.mark.regional
def test_the_editor_and_the_pager_do_not_get_the_token(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    program = tmp_path / "tell"
    program.write_text(f"#!/bin/sh\nenv > {tmp_path}/given\n")
    program.chmod(0o755)
    scalingo("env edit --yes", VISUAL=str(program))
    assert "SCALINGO_API_URL=" in (tmp_path / "given").read_text()
    assert sandbox.token not in (tmp_path / "given").read_text()
    (tmp_path / "given").unlink()
    terminal = scalingo.terminal("events", rows=5, PAGER=str(program))
    terminal.expect(pexpect.EOF)
    assert sandbox.token not in (tmp_path / "given").read_text()


# The cache of regions


@pytest.mark.regional
@pytest.mark.parametrize("foreign", [True, False])
def test_regions_that_others_wrote_are_not_believed(
    foreign: bool, scalingo: CommandLine, sandbox: Sandbox, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    from urllib.parse import quote

    elsewhere.will_answer({"apps": []})
    host = (sandbox.auth_url or "").removeprefix("http://")
    cache = tmp_path / "cache" / f"regions-{quote(host, safe='')}.json"
    cache.parent.mkdir(exist_ok=True)
    cache.write_text(json.dumps({"at": time.time(), "urls": {"osc-fr1": elsewhere.url}}))
    cache.chmod(0o600 if foreign else 0o644)
    if foreign:
        if os.geteuid():
            pytest.skip("only root can give a file away")
        os.chown(cache, 65534, 65534)
    said = scalingo("apps", SCALINGO_API_URL=None, SCALINGO_CACHE_DIR=str(cache.parent))
    assert sandbox.main_app in said.stdout
    assert not elsewhere.seen


@pytest.mark.regional
def test_the_cache_directory_is_of_this_user_alone(scalingo: CommandLine, tmp_path: Path) -> None:
    home = tmp_path / "fresh"
    home.mkdir()
    before = os.umask(0)
    try:
        scalingo("apps", SCALINGO_CACHE_DIR=str(home / "cache" / "scalingo"))
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in home.rglob("*") if each.is_dir()}
    assert modes == {0o700}
