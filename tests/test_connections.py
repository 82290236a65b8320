"""Which connections a command opens: as many as it uses, at once where it needs several answers."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.command_tree import Node, leaves
from tests.counting_proxy import PATIENCE, CountingProxy, counting_proxy
from tests.relays import CHUNK, certificate, copy, listening

# These ask at a terminal, or start a platform.
APART = {"login", "sandbox"}


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("authorities"), "IP:127.0.0.1")


@pytest.fixture(scope="module")
def doors(running_sandbox: Sandbox, authorities: Path) -> Iterator[CountingProxy]:
    with counting_proxy(running_sandbox, authorities) as there:
        yield there


@pytest.fixture
def way(sandbox: Sandbox, doors: CountingProxy) -> Iterator[CountingProxy]:
    with doors.announced_by(sandbox):
        yield doors


def through(scalingo: CommandLine, way: CountingProxy) -> CommandLine:
    """The same user, whose variables name the way through TLS."""
    urls = {name: way.urls.get(value, value) for name, value in scalingo.environment.items()}
    return scalingo.where(**urls, REQUESTS_CA_BUNDLE=str(way.authorities))


def settled() -> None:
    """Wait for what a command line of this process has left in the background."""
    for thread in threading.enumerate():
        if thread.name == "scalingo":
            thread.join()


@pytest.mark.parametrize("node", [each for each in leaves() if str(each) not in APART], ids=str)
def test_no_connection_is_opened_and_not_used(
    node: Node, examples: CommandLine, way: CountingProxy, tmp_path: Path
) -> None:
    scalingo = through(examples, way)
    example = node.examples[0]
    for _ in range(2):  # the second time, it knows what the first one has looked up
        example.run(scalingo, tmp_path)
        settled()
        assert way.opened == way.asked


# What each line asks for at the same time: that many requests whose path matches.
AT_ONCE = {
    "ps": (2, ""),
    "apps show": (2, ""),
    "apps update --stack scalingo-24 --project Harvest": (2, ""),
    "scale web:3": (2, ""),
    "collaborators": (2, ""),
    "projects delete Cellar --yes": (2, ""),
    "alerts show {alert}": (2, ""),
    "alerts add web --metric cpu --limit 0.8 --notify Kitchen": (3, ""),
    "alerts update {alert} --type web --metric cpu --notify Kitchen": (4, ""),
    "autoscalers add web --metric cpu --target 0.75 --min 2 --max 6": (2, ""),
    "autoscalers update worker --metric cpu": (2, ""),
    "notifiers show Kitchen": (2, ""),
    "notifiers add email --name Team --to a@example.com --event app_deployed": (4, ""),
    "notifiers update Kitchen --to a@example.com --event app_deployed --no-all-events": (4, ""),
    "log-drains --with-addons": (3, "/log_drains "),
}


@contextlib.contextmanager
def gathering(port: int, count: int, end: str) -> Iterator[str]:
    """A way to `port` that lets the first `count` reads of such paths pass once all are there."""
    barrier = threading.Barrier(count, timeout=PATIENCE)
    left = [object()] * count

    def serve(visitor: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port)) as inside:
            answers = threading.Thread(target=copy, args=[inside, visitor])
            answers.start()
            while data := visitor.recv(CHUNK):
                if data.startswith(b"GET ") and end.encode() in data.partition(b"\r\n")[0]:
                    with contextlib.suppress(IndexError):  # they have passed
                        left.pop()
                        barrier.wait()
                inside.sendall(data)
            inside.shutdown(socket.SHUT_WR)
            answers.join()

    with listening(serve) as own:
        yield f"http://127.0.0.1:{own}"


@pytest.mark.parametrize("line", AT_ONCE)
def test_independent_reads_are_sent_at_once(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    count, end = AT_ONCE[line]
    words = line.format(alert=scalingo("alerts").lines[0][0])
    sandbox.clear_requests()
    with gathering(int(sandbox.url.rpartition(":")[2]), count, end) as url:
        said = scalingo.process(words, SCALINGO_API_URL=url, SCALINGO_FORCE_TTY="80")
    assert said.code == 0, said.stderr
    reads = [each for each in sandbox.requests if each.method == "GET"]
    assert len({each.port for each in reads}) >= count


def test_both_connections_of_ps_are_made_at_once(
    scalingo: CommandLine, way: CountingProxy, tmp_path: Path
) -> None:
    assert through(scalingo, way).process("ps").code == 0
    assert way.opened == way.asked == {"api": 2}


# The host of the logs


def test_logs_connects_to_the_host_of_last_time_while_it_asks_for_the_address(
    scalingo: CommandLine, way: CountingProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = through(scalingo, way)
    first = user.process("logs")
    assert (first.code, way.opened) == (0, {"api": 1, "links": 1})
    [notes] = tmp_path.rglob("log-hosts.json")
    assert notes.stat().st_mode & 0o777 == 0o600
    [[_, origin]] = json.loads(notes.read_text()).values()
    assert origin == way.origins["links"]
    monkeypatch.setattr(way, "may_answer", lambda: way.opened["links"] == 2)
    second = user.process("logs")
    assert (second.code, second.stdout) == (0, first.stdout)
    assert way.opened == way.asked == {"api": 2, "links": 2}


def test_logs_of_a_host_that_is_new_go_there_alone(
    scalingo: CommandLine, way: CountingProxy, tmp_path: Path
) -> None:
    user = through(scalingo, way)
    shown = user.process("logs").stdout
    [notes] = tmp_path.rglob("log-hosts.json")
    asked: list[bytes] = []
    with listening(lambda visitor: asked.append(visitor.recv(CHUNK))) as port:
        old = json.dumps(
            {
                name: [at, f"https://127.0.0.1:{port}"]
                for name, [at, _] in json.loads(notes.read_text()).items()
            }
        )
        notes.write_text(old)
        assert user.process("logs").stdout == shown
    assert all(each[:1] in (b"\x16", b"") for each in asked)  # the hello of TLS, if even that
    assert f"127.0.0.1:{port}" not in notes.read_text()


# Errors


def refused(sandbox: Sandbox, *names: str) -> None:
    for name in names:
        path = f"/v1/apps/{sandbox.main_app}/{name}"
        sandbox.fail_next("422", 9, "GET", path, body=f'{{"error": "no {name}"}}')


@pytest.mark.parametrize(
    ("names", "says"),
    [(["ps"], "no ps"), (["containers"], "no containers"), (["ps", "containers"], "no containers")],
)
def test_the_error_is_that_of_the_first_which_failed(
    names: list[str], says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    refused(sandbox, *names)
    said = scalingo("ps")
    assert (said.code, said.stdout) == (5, "")
    assert says in said.stderr
    assert said.stderr.count("Error: ") == 1


def test_each_of_them_has_its_own_tries(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for name in ("ps", "containers"):
        path = f"/v1/apps/{sandbox.main_app}/{name}"
        sandbox.fail_next("503", 4, "GET", path, retry_after="0")
    said = scalingo("ps")
    assert said.code == 0
    assert said.stderr.count("Retrying in") == 8


def test_a_bearer_is_had_once_for_both(scalingo: CommandLine, sandbox: Sandbox) -> None:
    cold = scalingo.where(SCALINGO_NO_CACHE="1")
    assert cold("ps").code == 0
    assert len(exchanges(sandbox)) == 1
    sandbox.clear_requests()
    sandbox.fail_next("401", 9, "POST", "/v1/tokens/exchange")
    said = cold("ps")
    assert (said.code, len(exchanges(sandbox))) == (4, 1)
    assert said.stderr.count("Error: ") == 1


def exchanges(sandbox: Sandbox) -> list[str]:
    return [each.path for each in sandbox.requests if each.path == "/v1/tokens/exchange"]


def test_a_bearer_that_is_refused_is_renewed_once_for_both(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.revoke_bearers()
    assert scalingo("ps").code == 0
    assert len(exchanges(sandbox)) == 1


def test_a_dry_run_reads_at_once_and_holds_back_the_change(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("projects delete Cellar --yes --dry-run")
    assert said.code == 0
    assert said.stdout.startswith("DELETE /v1/projects/")
    assert sorted(each.path for each in sandbox.requests) == ["/v1/apps", "/v1/projects"]


def test_debug_says_which_request_a_response_is_to(scalingo: CommandLine, sandbox: Sandbox) -> None:
    with gathering(int(sandbox.url.rpartition(":")[2]), 2, "") as url:
        said = scalingo.process("ps --debug-body", SCALINGO_API_URL=url)
    one, other, answer, body, last, _ = said.stderr.splitlines()
    app = f"{url}/v1/apps/{sandbox.main_app}"
    assert {one, other} == {f"> GET {app}/ps", f"> GET {app}/containers"}
    assert answer.startswith("< 200 OK, ")
    asked = answer.partition(", to ")[2]
    assert asked in {f"GET {app}/ps", f"GET {app}/containers"}
    assert body.startswith('< {"containers": [')
    assert ('"state"' in body) == asked.endswith("/ps")
    assert ", to " not in last


def test_ctrl_c_ends_a_command_that_waits_for_both(scalingo: CommandLine, sandbox: Sandbox) -> None:
    asked = threading.Semaphore(0)
    over = threading.Event()

    def serve(visitor: socket.socket) -> None:
        visitor.recv(CHUNK)
        asked.release()
        over.wait(PATIENCE)

    with listening(serve) as port:
        user = scalingo.where(SCALINGO_API_URL=f"http://127.0.0.1:{port}")
        with user.start("ps", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            for _ in range(2):
                assert asked.acquire(timeout=PATIENCE)
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=PATIENCE)
        over.set()
    assert (process.returncode, stdout, stderr) == (130, b"", b"\nInterrupted.\n")
