"""Stories of `scalingo sandbox`, with a command to run there or without."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from errno import ECONNREFUSED
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox.sandbox import EVERYWHERE
from tests.command_line import CommandLine
from tests.ports import reserved
from tests.processes import eventually, gone
from tests.refusals import BILLING


@pytest.fixture
def user(scalingo: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line of someone who is not signed in, with a directory for temporary files."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{scalingo.environment['PATH']}"
    return scalingo.where(
        SCALINGO_API_URL=None,
        SCALINGO_AUTH_URL=None,
        SCALINGO_DB_URL=None,
        SCALINGO_API_TOKEN=None,
        SCALINGO_APP=None,
        SCALINGO_REGION=None,
        TMPDIR=str(temporary),
        PATH=path,
    )


@pytest.fixture(autouse=True)
def nothing_is_left(user: CommandLine) -> Iterator[None]:
    yield
    assert list(Path(user.environment["TMPDIR"]).iterdir()) == []


ADDRESSES = ("SCALINGO_API_URL", "SCALINGO_AUTH_URL", "SCALINGO_DB_URL", "SCALINGO_DB_API_URL")
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(user: CommandLine) -> Iterator[Start]:
    """Starts `scalingo sandbox` in a process of its own, which the test's end ends."""
    processes = []

    def sandbox(*arguments: str) -> subprocess.Popen[str]:
        process = user.start(
            ["sandbox", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        processes.append(process)
        return process

    yield sandbox
    for process in processes:
        process.terminate()
        process.communicate()


def stopped(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """Send a signal, and return the exit code and what was said on stderr."""
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


# a command


def test_a_command_runs_there(user: CommandLine) -> None:
    said = user.process(["sandbox", "--", "sh", "-c", "scalingo apps | cut -f 1 | head -n 1"])
    assert (said.code, said.stdout, said.stderr) == (0, "pinecrate-shop\n", "")


def test_it_is_the_regional_platform(user: CommandLine) -> None:
    """A program that knows it leads there, and the bearer it asks for opens the region's API."""
    script = """
        token=$(curl -s -u ":$SCALINGO_API_TOKEN" -X POST "$SCALINGO_AUTH_URL/v1/tokens/exchange")
        bearer=$(echo "$token" | jq -r .token)
        curl -s -H "Authorization: Bearer $bearer" "$SCALINGO_API_URL/v1/apps/$SCALINGO_APP" |
            jq -r .app.region
        echo $SCALINGO_REGION ${SCALINGO_DB_URL%%:*}
    """
    said = user.process(["sandbox", "--region", "osc-secnum-fr1", "--", "sh", "-c", script])
    assert (said.code, said.stderr) == (0, "")
    assert said.stdout == "osc-secnum-fr1\nosc-secnum-fr1 http\n"
    for there in (user, user.where(SCALINGO_REGION="osc-fr1")):
        said = there.process(["sandbox", "--", "sh", "-c", "echo $SCALINGO_REGION"])
        assert (said.code, said.stdout) == (0, "osc-fr1\n")
    assert user.process(["sandbox", "--region", "moon", "--", "true"]).code == 2


def test_it_can_serve_the_legacy_api(user: CommandLine) -> None:
    script = 'curl -s -u ":$SCALINGO_API_TOKEN" "$SCALINGO_API_URL/v1/apps" | jq ".apps | length"'
    there = user.where(SCALINGO_REGION="osc-fr1")
    said = there.process(["sandbox", "--legacy", "--", "sh", "-c", f"{script}; scalingo whoami"])
    assert (said.code, said.stdout.split()[:2], said.stderr) == (0, ["6", "noor"], "")
    assert user.process("sandbox --legacy --region osc-fr1 -- true").code == 2


@pytest.mark.parametrize("options", [[], ["--legacy"]])
def test_every_address_is_the_sandboxs_own(options: list[str], user: CommandLine) -> None:
    """Whatever client runs inside, with the variables of whatever user."""
    mine = user.where(**dict.fromkeys(ADDRESSES, "https://api.example"), SCALINGO_TOKEN="mine")
    said = mine.process(["sandbox", *options, "--", "env"])
    told = dict(line.split("=", 1) for line in said.stdout.splitlines())
    assert all(told[name].startswith("http://127.0.0.1:") for name in ADDRESSES)
    assert told["SCALINGO_TOKEN"] == told["SCALINGO_API_TOKEN"] != "mine"
    assert told["SCALINGO_SANDBOX"] == "1"
    assert "api.example" not in said.stdout


def test_what_it_does_not_serve_is_said_at_the_end(user: CommandLine) -> None:
    script = """
        curl -s -o /dev/null "$SCALINGO_AUTH_URL/v1/tea?sugar=1"
        curl -s -o /dev/null "$SCALINGO_AUTH_URL/v1/tea"
        curl -s --oauth2-bearer "$SCALINGO_SANDBOX_SECRET" "$SCALINGO_API_URL/_sandbox/unserved"
    """
    said = user.process(["sandbox", "--", "sh", "-c", script])
    [row] = said.json["unserved"]
    assert row == {"method": "GET", "path": "/v1/tea", "service": "auth", "times": 2}
    assert said.stderr == "The sandbox does not serve GET /v1/tea.\n"


def test_a_terminal_shows_the_address(user: CommandLine) -> None:
    terminal = user.terminal(["sandbox", "--", "sh", "-c", "echo ready"], columns=200)
    terminal.expect_exact("Sandbox: a local simulator of Scalingo (region osc-fr1).")
    terminal.expect_exact("It ends when sh does.")
    terminal.expect("ready")
    terminal.expect(pexpect.EOF)


def test_the_time_at_the_start(user: CommandLine) -> None:
    line = "sandbox --now 2026-03-04T12:00:00Z -- scalingo events --limit 1 --json"
    assert user.process(line).json["events"][0]["created_at"].startswith("2026-03-0")
    assert user.process("sandbox --now tomorrow -- true").code == 2


def test_a_file_of_variables_is_there_while_it_runs(user: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "sandbox.env"
    script = f"stat -c %a {file}; env -i sh -c 'set -a; . {file}; env' | sort"
    said = user.process(["sandbox", "--env-file", str(file), "--", "sh", "-c", script])
    mode, *lines = said.stdout.splitlines()
    assert mode == "600"
    assert {*ADDRESSES, "SCALINGO_SANDBOX_SECRET"} <= {line.partition("=")[0] for line in lines}
    assert not file.exists()
    nowhere = user.process("sandbox --env-file /proc/none/x -- true")
    assert (nowhere.code, nowhere.stdout) == (1, "")
    assert nowhere.stderr.startswith("Error: Could not write /proc/none/x: ")


def test_another_host_is_open_to_the_network(user: CommandLine) -> None:
    """It is reached by its name, and says so."""
    script = """
        port=${SCALINGO_AUTH_URL##*:}
        curl -s -o /dev/null -w '%{http_code} ' -H "Host: simulator:$port" "127.0.0.2:$port/v1/keys"
        curl -s -o /dev/null -w '%{http_code} ' -H "Host: another:$port" "127.0.0.2:$port/v1/keys"
        echo $SCALINGO_API_URL
    """
    said = user.process(["sandbox", "--host", "simulator", "--", "sh", "-c", script])
    own, another, url = said.stdout.split()
    assert (own, another) == ("401", "403")
    assert url.startswith("http://simulator:")
    assert said.stderr.startswith("Other machines can reach this sandbox at simulator")
    local = user.process(["sandbox", "--host", "127.0.0.3", "--", "scalingo", "whoami"])
    assert (local.code, local.stderr) == (0, "")
    everywhere = user.process(["sandbox", "--host", EVERYWHERE, "--", "scalingo", "whoami"])
    assert (everywhere.code, everywhere.lines[0][0]) == (0, "noor")


def test_a_secret_that_is_shared(user: CommandLine) -> None:
    """Who runs it as a service names the secret; a sandbox inside another draws its own."""
    secret = "known-to-all-jobs-of-this-run"
    shared = user.where(SCALINGO_SANDBOX_SECRET=secret)
    inner = "scalingo sandbox -- sh -c 'echo $SCALINGO_SANDBOX_SECRET'"
    script = f"echo $SCALINGO_SANDBOX_SECRET; {inner}"
    outer, other = shared.process(["sandbox", "--", "sh", "-c", script]).stdout.split()
    assert outer == secret != other
    short = user.where(SCALINGO_SANDBOX_SECRET="short").process("sandbox -- true")
    assert (short.code, short.stdout) == (2, "")


def test_what_a_killed_one_left_is_removed_by_the_next(user: CommandLine, start: Start) -> None:
    temporary = Path(user.environment["TMPDIR"])
    run = "scalingo api POST '/apps/{app}/run' -f command='sleep 600' -F detached=true"
    process = start("--", "sh", "-c", f"{run} >/dev/null; echo $$; exec sleep 600")
    assert process.stdout
    child = int(process.stdout.readline())
    [note] = temporary.glob("*/.process")
    one_off = int(note.read_text().split()[0])
    alive = start("--", "sh", "-c", "echo $SCALINGO_CONFIG_DIR; exec sleep 600")
    assert alive.stdout
    in_use = Path(alive.stdout.readline().strip())
    process.kill()
    process.wait()
    os.kill(child, signal.SIGKILL)  # it is the user's own: nobody else ends it
    assert not gone(one_off)
    assert len(list(temporary.iterdir())) == 5  # two of each sandbox, one of the container
    assert user.process("sandbox -- true").code == 0
    eventually(lambda: gone(one_off))
    left = list(temporary.iterdir())
    assert (len(left), in_use in left) == (2, True)
    assert stopped(alive, signal.SIGTERM)[0] == 143


def test_journals_of_each_are_in_the_directory_of_the_sandbox(user: CommandLine) -> None:
    line = "scalingo each --match pinecrate-next --yes -- restart"
    said = user.process(["sandbox", "--", "sh", "-c", f"{line}; ls $SCALINGO_STATE_DIR/each"])
    assert "To do what is left" in said.stderr
    assert said.stdout.endswith(".jsonl\n")
    assert not list(Path(user.environment["HOME"]).rglob("*.jsonl"))


def test_dashes_may_be_left_out(user: CommandLine) -> None:
    assert user.process("sandbox scalingo apps --json").json["apps"]


def test_the_main_app_is_called_as_the_user_says(user: CommandLine) -> None:
    for line in ("sandbox -a my-app -- scalingo scale", "-a my-app sandbox -- scalingo scale"):
        assert user.process(line).lines[0][0] == "web"
    said = user.where(SCALINGO_APP="her-app").process("sandbox -- scalingo apps show")
    assert said.lines[0][0] == "her-app"


@pytest.mark.parametrize("code", [0, 3, 255])
def test_it_exits_with_the_commands_code(code: int, user: CommandLine) -> None:
    assert user.process(["sandbox", "--", "sh", "-c", f"exit {code}"]).code == code


def test_a_command_that_a_signal_ended(user: CommandLine) -> None:
    assert user.process(["sandbox", "--", "sh", "-c", "kill -KILL $$"]).code == 128 + 9


def test_streams_are_the_commands_own(user: CommandLine) -> None:
    said = user.process(["sandbox", "--", "sh", "-c", "cat; echo no >&2"], stdin=b"\0\xff data")
    assert (said.raw_stdout, said.stderr) == (b"\0\xff data", "no\n")


def test_words_arrive_as_they_are(user: CommandLine) -> None:
    said = user.process(["sandbox", "--", "printf", "%s|", "a b", "$HOME", "--json", "--", "é"])
    assert said.stdout == "a b|$HOME|--json|--|é|"


def test_nothing_is_kept(user: CommandLine) -> None:
    for _ in range(2):
        said = user.process(["sandbox", "--", "sh", "-c", "scalingo env set X=1 && scalingo env"])
        assert len(said.lines) == 20


def test_the_sandbox_stops_with_its_command(user: CommandLine) -> None:
    with reserved(6) as port:
        line = f"sandbox --port {port} -- sh -c 'printf %s $SCALINGO_API_URL'"
        url = user.process(line).stdout
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == ECONNREFUSED


def test_the_only_program_that_changes_is_scalingo(user: CommandLine, tmp_path: Path) -> None:
    theirs = tmp_path / "bin"
    theirs.mkdir()
    for name in ("scalingo", "python3"):
        (theirs / name).write_text(f"#!/bin/sh\necho their {name}\n")
        (theirs / name).chmod(0o755)
    path = f"{theirs}{os.pathsep}{user.environment['PATH']}"
    said = user.process(["sandbox", "--", "sh", "-c", "python3; scalingo apps | wc -l"], PATH=path)
    assert said.stdout.split() == ["their", "python3", "6"]


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_no_proxy_stands_between(variable: str, user: CommandLine) -> None:
    behind = user.where(**{variable: "http://127.0.0.1:1", "NO_PROXY": "intern.example"})
    line = 'curl -s "$SCALINGO_API_URL/_sandbox" >/dev/null && scalingo apps && echo $NO_PROXY'
    said = behind.process(["sandbox", "--", "sh", "-c", line])
    assert said.code == 0
    assert said.stdout.splitlines()[-1] == "intern.example,127.0.0.1"


def test_the_users_own_platform_and_token_are_out_of_reach(user: CommandLine) -> None:
    mine = user.where(SCALINGO_API_URL="http://127.0.0.1:1", SCALINGO_API_TOKEN="mine")
    said = mine.process("sandbox -- scalingo whoami")
    assert (said.code, said.lines[0][0]) == (0, "noor")


def test_an_unverified_account(user: CommandLine) -> None:
    """Its token is among what the controls say to whoever has their secret."""
    script = """
        own=$(curl -s --oauth2-bearer "$SCALINGO_SANDBOX_SECRET" "$SCALINGO_API_URL/_sandbox")
        export SCALINGO_API_TOKEN=$(echo "$own" | jq -r .unverified_token)
        scalingo scale web:2 --app saltmarsh-diary
    """
    said = user.process(["sandbox", "--", "sh", "-c", script])
    assert said.code == 5
    assert said.stderr.endswith(f"\nSee {BILLING}\n")


def test_a_wrong_token_is_refused(user: CommandLine) -> None:
    script = """
        export SCALINGO_API_TOKEN=wrong
        scalingo apps; echo $?
        scalingo events; echo $?
        curl -fs -u :x "$SCALINGO_API_URL/v1/apps"; echo $?
    """
    assert user.process(["sandbox", "--", "sh", "-c", script]).stdout.split() == ["4", "4", "22"]


# a command that does not run


def test_a_missing_program(user: CommandLine) -> None:
    said = user.process("sandbox -- no-such-program --help")
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr == "Error: Program no-such-program not found.\n"


def test_a_file_that_is_no_program(user: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "release.sh").write_text("echo released\n")
    said = user.process("sandbox -- ./release.sh")
    assert (said.code, said.stderr) == (2, "Error: ./release.sh is not executable.\n")
    (tmp_path / "release.sh").chmod(0o755)
    said = user.process("sandbox -- ./release.sh")
    assert said.code == 1
    assert said.stderr == (
        "Error: Could not run ./release.sh: Exec format error.\n"
        "Check that its first line names an interpreter.\n"
    )


def test_a_port_that_is_taken(user: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = user.process(f"sandbox --port {port} -- true")
    assert (said.code, said.stdout) == (1, "")
    assert said.stderr == (
        f"Error: The sandbox could not listen on port {port}: Address already in use.\n"
        "Without --port, it uses a free one.\n"
    )
    assert user.process("sandbox --port 70000 -- true").code == 2


# signals


def test_ctrl_c_is_the_commands_to_handle(user: CommandLine) -> None:
    terminal = user.terminal(["sandbox", "--", "sh", "-c", "echo ready; exec sleep 600"])
    terminal.expect("ready")
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    assert (terminal.before or "").strip() in {"", "^C"}
    terminal.close()
    assert terminal.exitstatus == 130


def test_a_command_may_survive_ctrl_c(user: CommandLine) -> None:
    script = "trap 'echo cleaned up; exit 7' INT; echo ready; while :; do sleep 0.05; done"
    terminal = user.terminal(["sandbox", "--", "sh", "-c", script])
    terminal.expect("ready")
    terminal.sendintr()
    terminal.expect("cleaned up")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 7


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_command_too(number: int, start: Start) -> None:
    process = start("--", "sh", "-c", "echo $$; exec sleep 600")
    assert process.stdout
    child = int(process.stdout.readline())
    assert stopped(process, number) == (128 + number, "")
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


# without a command


def lines_of(process: subprocess.Popen[str]) -> str:
    """The lines to export that a bare sandbox prints."""
    assert process.stderr
    assert process.stdout
    assert "The sandbox runs until Ctrl-C." in process.stderr.readline()
    process.stdout.flush()
    text = os.read(process.stdout.fileno(), 65536).decode()
    assert all(line.startswith("export ") for line in text.splitlines())
    return text


def test_a_shell_evaluates_the_lines(start: Start, user: CommandLine) -> None:
    process = start("--app", "it's an app")
    said = subprocess.run(
        ["sh", "-c", 'eval "$EXPORTS"; scalingo scale | wc -l; echo "$SCALINGO_APP"'],
        env={**user.environment, "EXPORTS": lines_of(process)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (said.stdout.split(maxsplit=1), said.stderr) == (["3", "it's an app\n"], "")
    assert stopped(process, signal.SIGTERM)[0] == 143


def test_ctrl_c_ends_it(user: CommandLine) -> None:
    terminal = user.terminal("sandbox")
    terminal.expect("export SCALINGO_API_URL=http://127.0.0.1:")
    terminal.expect("The sandbox runs until Ctrl-C.")
    terminal.sendintr()
    terminal.expect("Interrupted.")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130


@pytest.mark.parametrize(
    ("options", "name"), [([], "SCALINGO_AUTH_URL"), (["--legacy"], "SCALINGO_API_URL")]
)
def test_a_port_of_ones_own(options: list[str], name: str, start: Start) -> None:
    """The first of them."""
    with reserved(6) as port:
        process = start("--port", str(port), *options)
        assert f"export {name}=http://127.0.0.1:{port}\n" in lines_of(process)
        assert stopped(process, signal.SIGTERM)[0] == 143


def test_sandbox_removes_what_was_killed_before_it_had_a_lock(
    scalingo: CommandLine, tmp_path: Path
) -> None:
    abandoned, starting = tmp_path / ".scalingo-sandbox-old", tmp_path / ".scalingo-sandbox-new"
    abandoned.mkdir()
    starting.mkdir()
    os.utime(abandoned, (0, 0))
    assert scalingo.process("sandbox -- true", TMPDIR=str(tmp_path)).code == 0
    assert (abandoned.exists(), starting.exists()) == (False, True)
