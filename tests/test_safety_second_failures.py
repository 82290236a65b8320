"""What stops midway by a cut or by silence, and what fails again while it is being mended.

Retries are on, but for what the platform may have done they must not matter.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine, Result
from tests.processes import Follower, eventually

pytestmark = pytest.mark.regional

APP = "pinecrate-shop"
EXCHANGE = "/v1/tokens/exchange"


@pytest.fixture(params=["cut", "silence"])
def stop(request: pytest.FixtureRequest, sandbox: Sandbox) -> Stop:
    """Stops the requests of a method and a path, by a cut or by silence."""
    return Stop(sandbox, str(request.param))


class Stop:
    def __init__(self, sandbox: Sandbox, kind: str) -> None:
        self.sandbox = sandbox
        self.kind = {"cut": "cut", "silence": "slow"}[kind]

    def __call__(self, method: str, path: str = "", times: int = 1) -> None:
        self.sandbox.fail_next(self.kind, times, method, path, delay=60, executed=True)


@pytest.fixture
def scalingo(scalingo: CommandLine) -> CommandLine:
    """The command line of somebody who waits a second for an answer, and retries."""
    return scalingo.where(SCALINGO_TIMEOUT="1")


def sent(sandbox: Sandbox, method: str, path: str = "") -> int:
    """How many requests of a method and a path came."""
    return sum(r.method == method and r.path.startswith(path) for r in sandbox.requests)


def assert_stopped(said: Result, *hints: str) -> None:
    assert (said.code, said.stdout) == (6, "")
    for hint in hints:
        assert hint in said.stderr


@pytest.mark.parametrize("line", ["scale web:3 --wait", "restart --wait"])
def test_an_operation_is_not_started_twice(
    line: str, scalingo: CommandLine, sandbox: Sandbox, stop: Stop
) -> None:
    stop("POST", f"/v1/apps/{APP}")
    assert_stopped(scalingo(line), "may have been made anyway")
    assert sent(sandbox, "POST", f"/v1/apps/{APP}") == 1


def test_an_operation_out_of_sight_for_a_while_is_waited_for(
    scalingo: CommandLine, sandbox: Sandbox, stop: Stop
) -> None:
    stop("GET", f"/v1/apps/{APP}/operations", times=3)
    said = scalingo("restart --wait")
    assert said.code == 0, said.stderr
    assert said.stderr.count("Retrying.") == 3


@pytest.mark.parametrize("method", ["POST", "CONNECT"])
def test_run_is_not_started_twice(
    method: str, scalingo: CommandLine, sandbox: Sandbox, stop: Stop, tmp_path: Path
) -> None:
    (tmp_path / "dump").write_text("x\n")
    stop(method, "/attach")
    said = scalingo("run --file dump cat /tmp/uploads/dump")
    assert_stopped(
        said, f"of {APP} was started and may still be running: check before you run it again."
    )
    assert sent(sandbox, "POST", f"/v1/apps/{APP}/run") == 1


def test_deploy_asks_for_one_deployment(
    scalingo: CommandLine, sandbox: Sandbox, stop: Stop
) -> None:
    before = len(sandbox.store.app(APP).deployments)
    stop("POST", f"/v1/apps/{APP}/deployments")
    said = scalingo("deploy https://example.com/app.tar.gz")
    assert_stopped(said, "may have been made anyway")
    assert sent(sandbox, "POST", f"/v1/apps/{APP}/deployments") == 1
    assert len(sandbox.store.app(APP).deployments) == before + 1


def test_deploy_sends_an_upload_again_whole(
    scalingo: CommandLine, sandbox: Sandbox, stop: Stop, tmp_path: Path
) -> None:
    (tmp_path / "Procfile").write_text("web: bin/web\n")
    stop("PUT")
    said = scalingo("deploy .")
    assert said.code == 0, said.stderr
    assert sent(sandbox, "PUT") == 2
    file = sandbox.store.sources[-1].file
    assert file
    file.seek(0)
    with tarfile.open(fileobj=file, mode="r:gz") as tar:
        assert any(name.endswith("/Procfile") for name in tar.getnames())


def test_variables_that_stop_between_two_requests_are_finished(
    scalingo: CommandLine, sandbox: Sandbox, stop: Stop, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("GREETING=ahoy\nNEW=1\n")
    stop("DELETE", f"/v1/apps/{APP}/variables", times=9)
    said = scalingo("env import --prune --yes .env", SCALINGO_DEADLINE="1.5")
    assert said.code == 6
    assert "Set NEW, GREETING.\n" in said.stderr
    assert "To finish: scalingo env unset --ignore-missing" in said.stderr
    sandbox.clear_faults()
    assert scalingo("env import --prune --yes .env").code == 0
    names = [row["name"] for row in sandbox.store.app(APP).variables]
    assert sorted(names) == ["GREETING", "NEW"]


# What fails again


@pytest.fixture
def follow(scalingo: CommandLine, tmp_path: Path) -> Follow:
    return Follow(scalingo, tmp_path)


class Follow:
    def __init__(self, scalingo: CommandLine, directory: Path) -> None:
        self.scalingo = scalingo
        self.directory = directory

    def __call__(self, line: str) -> Follower:
        return Follower(self.scalingo, line, self.directory)


def test_logs_that_are_cut_while_they_are_resumed_lose_nothing(
    follow: Follow, sandbox: Sandbox
) -> None:
    follower = follow("logs --follow -n 1")
    try:
        follower.lines(1)
        sandbox.streams.wait_for(1, timeout_seconds=60)
        sandbox.log(APP, "web-1", "before")
        eventually(lambda: "before" in follower.stdout)
        with sandbox.lock:
            sandbox.fail_next("cut_body", 1, "GET", "/apps/")  # what was missed
            sandbox.fail_next("503", 1, "GET", f"/v1/apps/{APP}/logs")
            sandbox.fail_next("cut", 1, "GET", "/apps/")
            sandbox.streams.cut()
            for number in range(50):
                sandbox.log(APP, "web-1", f"meanwhile {number}")
        eventually(lambda: "meanwhile 49" in follower.stdout)
        sandbox.log(APP, "web-1", "afterwards")
        eventually(lambda: "afterwards" in follower.stdout)
        shown = [line.split("] ", 1)[1] for line in follower.stdout.splitlines()[1:]]
        assert shown == ["before", *(f"meanwhile {n}" for n in range(50)), "afterwards"]
        assert not sandbox.faults
    finally:
        follower.process.kill()
        follower.process.wait()


@pytest.mark.parametrize("line", ["events --follow", "deployments follow", "logs --follow -n 1"])
def test_following_ends_if_a_new_bearer_is_refused(
    line: str, follow: Follow, sandbox: Sandbox
) -> None:
    sandbox.deploy(APP, seconds=1000)
    follower = follow(line)
    try:
        eventually(lambda: len(sandbox.requests) > 1)
        if "logs" in line:
            sandbox.streams.wait_for(1, timeout_seconds=60)
        with sandbox.lock:
            sandbox.fail_next("401", 99)
            sandbox.fail_next("401", 99, "POST", "/v1/tokens/exchange")
            sandbox.streams.cut()
        assert follower.code == 4
        assert "Error: The platform refused the token from SCALINGO_API_TOKEN." in follower.stderr
    finally:
        follower.process.kill()
        follower.process.wait()


def test_run_says_so_if_the_exit_code_is_silent(
    scalingo: CommandLine, sandbox: Sandbox, stop: Stop
) -> None:
    stop("GET", "/attach", times=9)
    said = scalingo("run 'echo out; exit 3'", SCALINGO_DEADLINE="1.5")
    assert (said.code, said.stdout) == (1, "out\n")
    assert " is unknown. " in said.stderr


# A refusal, a cut or a silence while renewing


@pytest.mark.parametrize("line", ["apps", "apps create tea-room", "databases show"])
def test_a_renewal_that_stops_is_tried_again(
    line: str, scalingo: CommandLine, sandbox: Sandbox, stop: Stop
) -> None:
    sandbox.revoke_bearers()
    stop("POST", EXCHANGE)
    said = scalingo(line)
    assert said.code == 0, said.stderr
    assert sent(sandbox, "POST", EXCHANGE) == 2
    assert len([app for app in sandbox.store.apps if app.name == "tea-room"]) == line.count("tea")


@pytest.mark.parametrize("line", ["apps", "apps create tea-room", "databases show"])
@pytest.mark.parametrize(("kind", "code"), [("401", 4), ("403", 4), ("429", 6), ("503", 6)])
def test_a_renewal_that_is_refused_is_what_is_reported(
    kind: str, code: int, line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.revoke_bearers()
    sandbox.fail_next(kind, 99, "POST", EXCHANGE)
    said = scalingo(line)
    assert (said.code, said.stdout) == (code, "")
    assert sent(sandbox, "POST", EXCHANGE) == (5 if code == 6 else 1)
    assert "made anyway" not in said.stderr
    assert not [app for app in sandbox.store.apps if app.name == "tea-room"]


def test_a_change_whose_renewal_succeeds_and_that_is_then_cut_is_not_retried(
    scalingo: CommandLine, sandbox: Sandbox, stop: Stop
) -> None:
    sandbox.revoke_bearers()
    sandbox.fail_next("401", 1, "POST", "/v1/apps")
    stop("POST", "/v1/apps")
    assert_stopped(scalingo("apps create tea-room"), "may have been made anyway")
    assert sent(sandbox, "POST", "/v1/apps") == 2


def test_a_bearer_of_a_database_that_is_refused_and_not_renewed(
    scalingo: CommandLine, sandbox: Sandbox, stop: Stop
) -> None:
    assert scalingo("databases show").code == 0
    token = f"/v1/apps/{APP}/addons"
    sandbox.clear_requests()
    sandbox.fail_next("401", 1, "GET", "/api/databases")
    stop("POST", token)
    said = scalingo("databases show")
    assert said.code == 0, said.stderr
    sandbox.clear_requests()
    sandbox.fail_next("401", 1, "GET", "/api/databases")
    sandbox.fail_next("403", 1, "POST", token)
    said = scalingo("databases show")
    assert (said.code, said.stdout) == (4, "")
    assert sent(sandbox, "POST", token) == 1


# A cut while resuming


def test_a_backup_is_resumed_until_it_is_whole(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    first = scalingo("backups").lines[0][0]
    assert scalingo(f"backups download {first} -o whole").code == 0
    path = next(r.path for r in reversed(sandbox.requests) if r.method == "GET")
    for _ in range(2):
        sandbox.fail_next("cut_body", 1, "GET", path)
    sandbox.fail_next("503", 1, "GET", path)
    said = scalingo(f"backups download {first} -o again")
    assert said.code == 0, said.stderr
    assert (tmp_path / "again").read_bytes() == (tmp_path / "whole").read_bytes()


@pytest.mark.parametrize(("kind", "code"), [("403", 4), ("404", 3), ("503", 6)])
def test_a_backup_whose_new_link_is_refused(
    kind: str, code: int, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    first = scalingo("backups").lines[0][0]
    assert scalingo(f"backups download {first} -o whole").code == 0
    download, link = [r.path for r in sandbox.requests if r.method == "GET"][-1:-3:-1]
    assert link != download
    sandbox.fail_next("cut_body", 1, "GET", download)
    sandbox.fail_next("403", 9, "GET", download)  # it has expired
    sandbox.fail_next("slow", 1, "GET", link, delay=0)  # the first one is granted
    sandbox.fail_next(kind, 9, "GET", link)
    said = scalingo(f"backups download {first} -o again")
    assert (said.code, said.stdout) == (code, "")
    assert not (tmp_path / "again").exists()


# An error while undoing


@pytest.mark.parametrize("kind", ["cut", "silence", "503", "403"])
def test_a_sign_in_that_can_be_neither_kept_nor_undone_says_so(
    kind: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    before = len(sandbox.store.tokens)
    sandbox.fail_next("500", path="/v1/users/self")
    sandbox.fail_next("slow" if kind == "silence" else kind, 99, "DELETE", delay=60)
    said = scalingo(
        f"login --email {sandbox.email} --password-stdin --insecure-storage",
        stdin=sandbox.password,
        SCALINGO_API_TOKEN=None,
        SCALINGO_DEADLINE="1.5",
    )
    assert (said.code, said.stdout) == (6, "")
    assert "may still be valid: revoke it" in said.stderr
    assert len(sandbox.store.tokens) == before + (kind != "silence")  # which was heard
