"""Stories of bearers: how many requests a command makes, and what becomes of a bearer."""

from __future__ import annotations

import json
import stat
import threading
from base64 import urlsafe_b64encode
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere, Quiet, served

pytestmark = pytest.mark.regional
LOGIN = f"login --email {Sandbox.email} --password-stdin"
EXCHANGE = "/v1/tokens/exchange"


def asked(sandbox: Sandbox) -> list[tuple[str, int | None]]:
    return [(request.path, request.status) for request in sandbox.requests]


def caches(user: CommandLine) -> list[Path]:
    return list(Path(user.environment["HOME"], ".cache/scalingo").glob("bearer-*"))


@pytest.fixture
def from_file(scalingo: CommandLine, sandbox: Sandbox) -> CommandLine:
    """Somebody whose token is kept in the file."""
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    assert user(f"{LOGIN} --insecure-storage", stdin=sandbox.password).code == 0
    return user


def exchange(sandbox: Sandbox, token: str) -> str:
    """A bearer, had by another client."""
    answer = requests.post(f"{sandbox.auth_url}{EXCHANGE}", auth=("", token), timeout=10)
    return str(answer.json()["token"])


# How many requests

# What each asks for when the bearer and the region are known.
WARM = {
    **dict.fromkeys(["apps", "env", "env get GREETING"], 1),
    **dict.fromkeys(["events", "deployments", "scale", "stats", "domains", "collaborators"], 1),
    **dict.fromkeys(["addons", "addons providers", "api GET /apps"], 1),
    **dict.fromkeys(["whoami", "keys", "tokens", "regions"], 1),
    **dict.fromkeys(
        ["apps show", "env set A=1", "ps", "logs", "deployments show", "addons plans redis"], 2
    ),
    "deployments output": 3,
}


@pytest.mark.parametrize(("line", "warm"), WARM.items())
def test_a_cold_command_asks_twice_more_than_a_warm_one(
    line: str, warm: int, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo(line).code == 0
    assert len(sandbox.requests) == warm
    assert sandbox.requests[0].headers["authorization"] == "Bearer <bearer of noor>"
    [cache] = caches(scalingo)
    cache.unlink()
    user = scalingo.where(SCALINGO_API_URL=None)
    sandbox.clear_requests()
    assert user(line).code == 0
    paths = [path for path, _ in asked(sandbox)]
    assert (paths[0], paths.count(EXCHANGE)) == (EXCHANGE, 1)
    needs_region = sandbox.requests[-1].service != "auth"
    assert len(paths) == warm + 1 + needs_region
    sandbox.clear_requests()
    assert user(line).code == 0
    assert len(sandbox.requests) == warm


def test_pages_asked_for_at_once_share_a_bearer(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.add_events(sandbox.main_app, 500)
    assert scalingo("events --all", SCALINGO_NO_CACHE="1").code == 0
    assert [path for path, _ in asked(sandbox)].count(EXCHANGE) == 1
    sandbox.revoke_bearers()
    sandbox.clear_requests()
    assert scalingo("events --all").code == 0
    assert [path for path, _ in asked(sandbox)].count(EXCHANGE) == 1


# What becomes of it


def test_one_that_was_revoked_is_renewed(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.revoke_bearers()
    assert scalingo("apps").code == 0
    assert asked(sandbox) == [("/v1/apps", 401), (EXCHANGE, 200), ("/v1/apps", 200)]
    sandbox.clear_requests()
    assert scalingo("apps").code == 0
    assert asked(sandbox) == [("/v1/apps", 200)]


def test_one_that_the_run_itself_had_is_renewed(scalingo: CommandLine, sandbox: Sandbox) -> None:
    domains = f"/v1/apps/{sandbox.main_app}/domains"
    shop = scalingo("domains --json").json["domains"][0]
    one = f"{domains}/{shop['id']}"
    sandbox.clear_requests()
    sandbox.fail_next("401", path=one)
    assert scalingo(["domains", "show", shop["id"]], SCALINGO_NO_CACHE="1").code == 0
    assert asked(sandbox)[:3] == [(EXCHANGE, 200), (domains, 200), (one, 401)]
    assert asked(sandbox)[3:] == [(EXCHANGE, 200), (one, 200)]


def test_one_that_is_over_by_our_clock_is_used(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.advance(-7200)
    assert scalingo("ps", SCALINGO_NO_CACHE="1").code == 0
    assert [path for path, _ in asked(sandbox)].count(EXCHANGE) == 1


def test_a_change_is_made_once_when_its_bearer_is_renewed(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.revoke_bearers()
    assert scalingo("apps create tea-room").code == 0
    first, exchange, second = (each for each in sandbox.requests if each.method == "POST")
    assert [(each.path, each.status) for each in (first, exchange, second)] == [
        ("/v1/apps", 401),
        (EXCHANGE, 200),
        ("/v1/apps", 201),
    ]
    assert first.json == second.json


def test_one_that_expired_is_renewed(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.advance(3601)
    assert scalingo("apps").code == 0
    assert asked(sandbox)[-2:] == [(EXCHANGE, 200), ("/v1/apps", 200)]


def test_one_that_soon_expires_is_renewed_before(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.shorten_bearers(200)
    caches(scalingo)[0].unlink()
    for _ in range(2):
        sandbox.clear_requests()
        assert scalingo("apps").code == 0
        assert asked(sandbox) == [(EXCHANGE, 200), ("/v1/apps", 200)]


@pytest.mark.parametrize("foreign", ["", "tk", "a.b.c", "a.bnVsbA.c", "é", "x" * 100_000, "a b\n"])
def test_what_is_no_bearer_is_renewed(
    foreign: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    caches(scalingo)[0].write_text(foreign)
    assert scalingo("apps").code == 0
    assert asked(sandbox) == [(EXCHANGE, 200), ("/v1/apps", 200)]


def test_one_of_another_platform_is_renewed(scalingo: CommandLine, sandbox: Sandbox) -> None:
    with Sandbox() as other:
        caches(scalingo)[0].write_text(exchange(other, other.token))
    assert scalingo("apps").code == 0
    assert asked(sandbox) == [("/v1/apps", 401), (EXCHANGE, 200), ("/v1/apps", 200)]


def test_one_that_is_refused_twice_ends_in_a_sentence(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("401", times=99, path="/v1/apps")
    said = scalingo("apps")
    assert (said.code, said.stdout) == (4, "")
    assert said.stderr == (
        "Error: The platform refused the token from SCALINGO_API_TOKEN.\n"
        "Check its value, or unset it and run: scalingo login\n"
    )
    assert [path for path, _ in asked(sandbox)] == ["/v1/apps", EXCHANGE, "/v1/apps"]


def test_a_token_that_was_revoked_ends_in_a_sentence(
    from_file: CommandLine, sandbox: Sandbox
) -> None:
    assert from_file("apps").code == 0
    sandbox.store.tokens.pop()
    said = from_file("apps")
    assert (said.code, said.stdout) == (4, "")
    assert said.stderr.startswith("Error: The platform refused the token from the file ")
    assert said.stderr.endswith("\nSign in again: scalingo login\n")


def test_a_redirect_to_another_origin_gets_no_renewed_bearer(
    scalingo: CommandLine, sandbox: Sandbox, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"error": "who are you?"}, status=401)
    sandbox.fail_next("redirect", path="/v1/apps", location=f"{elsewhere.url}/v1/apps")
    assert scalingo("apps").code == 4
    assert ["Authorization" in headers for _, _, headers in elsewhere.seen] == [False]


# Where it is kept


def test_the_file_is_private_and_holds_no_token(scalingo: CommandLine, sandbox: Sandbox) -> None:
    [cache] = caches(scalingo)
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.parent.stat().st_mode) == 0o700
    assert sandbox.token not in cache.read_text() + cache.name
    assert cache.read_text().count(".") == 2


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_can_touch_is_not_trusted(
    mode: int, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    [cache] = caches(scalingo)
    cache.chmod(mode)
    assert scalingo("apps").code == 0
    assert asked(sandbox) == [(EXCHANGE, 200), ("/v1/apps", 200)]
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600


def test_nothing_is_kept_without_a_cache(scalingo: CommandLine, sandbox: Sandbox) -> None:
    caches(scalingo)[0].unlink()
    for _ in range(2):
        sandbox.clear_requests()
        assert scalingo("apps", SCALINGO_NO_CACHE="1").code == 0
        assert asked(sandbox) == [(EXCHANGE, 200), ("/v1/apps", 200)]
    assert caches(scalingo) == []


def test_a_cache_that_cannot_be_written_costs_a_request(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("apps", SCALINGO_CACHE_DIR="/proc/scalingo").code == 0
    assert asked(sandbox) == [(EXCHANGE, 200), ("/v1/apps", 200)]


def test_each_token_has_its_own(scalingo: CommandLine, sandbox: Sandbox) -> None:
    ilses = sandbox.token_of("ilse")
    assert scalingo("whoami", SCALINGO_API_TOKEN=ilses).lines[0][0] == "ilse"
    assert scalingo("whoami").lines[0][0] == "noor"
    assert len(caches(scalingo)) == 2


def test_beside_the_token_in_the_file(from_file: CommandLine, sandbox: Sandbox) -> None:
    assert from_file("apps").code == 0
    sandbox.clear_requests()
    assert from_file("apps").code == 0
    assert asked(sandbox) == [("/v1/apps", 200)]
    path = Path(from_file.environment["SCALINGO_CONFIG_DIR"], "credentials.json")
    [kept] = json.loads(path.read_text())["tokens"].values()
    token, bearer = kept.split(" ")
    assert token == sandbox.store.tokens[-1].value
    assert bearer.count(".") == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_beside_the_token_in_the_keyring(
    scalingo: CommandLine, sandbox: Sandbox, secret_service: dict[str, str]
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None, **secret_service)
    assert user.process(LOGIN, stdin=sandbox.password).code == 0
    assert user.process("apps").code == 0
    sandbox.clear_requests()
    assert user.process("apps").code == 0
    assert asked(sandbox) == [("/v1/apps", 200)]
    assert caches(user) == []
    assert user.process("logout").code == 0
    assert user.process("apps").code == 4


# What shows


@pytest.mark.parametrize("options", ["--debug", "--debug-body", "--debug-body --json"])
def test_neither_token_nor_bearer_shows(
    options: str, from_file: CommandLine, sandbox: Sandbox
) -> None:
    path = Path(from_file.environment["SCALINGO_CONFIG_DIR"], "credentials.json")
    shown = ""
    for line in ("whoami", "apps", "env set A=1"):
        for _ in ("cold", "warm"):
            said = from_file(f"{line} {options}")
            assert said.code == 0
            shown += said.stdout + said.stderr
        sandbox.revoke_bearers()
    login = f"{LOGIN} --insecure-storage {options}"
    said = from_file(login, stdin=sandbox.password)
    shown += said.stdout + said.stderr
    assert from_file("apps").code == 0
    [kept] = json.loads(path.read_text())["tokens"].values()
    assert EXCHANGE in shown
    assert not any(secret in shown for secret in kept.split(" "))
    assert not any(token.value in shown for token in sandbox.store.tokens)
    assert "eyJ" not in shown  # as every bearer begins
    assert sandbox.password not in shown


def test_two_pages_refused_at_once_both_go_on_with_one_new_bearer(scalingo: CommandLine) -> None:
    given: list[str] = []
    both = threading.Barrier(2)

    class Handler(Quiet):
        def do_POST(self) -> None:  # noqa: N802 - so called
            given.append(f"h.e30.{len(given)}")
            self._answer(200, {"token": given[-1]})

        def do_GET(self) -> None:  # noqa: N802 - so called
            page = int(parse_qs(urlsplit(self.path).query)["page"][0])
            if page > 1 and self.headers["Authorization"] == "Bearer h.e30.0":
                both.wait(10)  # no new bearer before both pages were asked for with the old one
                self._answer(401, {"error": "expired"})
                return
            meta = {"current_page": page, "total_pages": 3, "total_count": 3}
            self._answer(200, {"events": [{"id": f"e-{page}"}], "meta": meta})

        def _answer(self, status: int, document: object) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with served(Handler) as url:
        where = {"SCALINGO_API_URL": url, "SCALINGO_AUTH_URL": url, "SCALINGO_NO_CACHE": "1"}
        said = scalingo("events --all", **where)
    assert (said.code, [line[0] for line in said.lines]) == (0, ["e-1", "e-2", "e-3"])
    assert len(given) == 2


def test_one_of_two_minutes_is_used_for_as_long_as_it_lives(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.shorten_bearers(120)
    assert scalingo("ps", SCALINGO_NO_CACHE="1").code == 0
    assert [path for path, _ in asked(sandbox)].count(EXCHANGE) == 1


@pytest.mark.parametrize("bearer", ["a\r\nX: 1", "€", "", "a b"])
def test_one_that_no_header_can_carry_is_refused(
    bearer: str, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"token": bearer})
    url = elsewhere.url
    said = scalingo("apps", SCALINGO_API_URL=url, SCALINGO_AUTH_URL=url, SCALINGO_NO_CACHE="1")
    assert (said.code, len(elsewhere.seen)) == (1, 1)
    assert said.stderr == "Error: The platform returned a bearer that is not valid in a header.\n"


@pytest.mark.parametrize("payload", ["[" * 3000, '{"exp": %s}' % ("9" * 400), '{"exp": []}', "7"])
def test_one_that_says_nothing_of_its_end_is_used(
    payload: str, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    bearer = f"h.{urlsafe_b64encode(payload.encode()).decode()}.s"
    elsewhere.will_answer({"token": bearer})
    elsewhere.will_answer({"apps": []})
    url = elsewhere.url
    said = scalingo("apps", SCALINGO_API_URL=url, SCALINGO_AUTH_URL=url, SCALINGO_NO_CACHE="1")
    assert said.code == 0
    assert elsewhere.seen[1][2]["Authorization"] == f"Bearer {bearer}"
