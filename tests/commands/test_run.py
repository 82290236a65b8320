"""`scalingo run`: a command in a one-off container, at a terminal and between pipes."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pexpect
import pytest

from scalingo_cli.api import upload
from scalingo_cli.errors import Failed
from scalingo_cli.sandbox import Sandbox
from tests import relays
from tests.command_line import SCALINGO, CommandLine
from tests.processes import eventually, gone
from tests.programs import require
from tests.terminals import Start

MEBIBYTE = 2**20


def asked(sandbox: Sandbox) -> Any:
    """The body of the request that started the container."""
    return next(request.json for request in sandbox.requests if request.path.endswith("/run"))


# What is run


def test_several_words_reach_the_command_as_they_are(scalingo: CommandLine) -> None:
    words = ["a  b", "$HOME", "it's", "*", "", "--json", "-a", "é", "--", "\\"]
    said = scalingo(["run", "printf", "<%s>\\n", *words])
    assert (said.code, said.stderr) == (0, "")
    assert said.stdout.splitlines() == [f"<{word}>" for word in words]


def test_a_single_word_is_a_line_for_the_shell(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(["run", "cd / && pwd; echo $APP | tr a-z A-Z >&2"])
    assert said.stdout == f"/\n{sandbox.main_app.upper()}\n"
    assert asked(sandbox)["command"].startswith("cd / && pwd")


def test_options_end_where_the_command_begins(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("run --size l -- echo --size s --app nowhere --help")
    assert said.stdout == "--size s --app nowhere --help\n"
    assert asked(sandbox)["size"] == "L"
    assert asked(sandbox)["command"] == "echo --size s --app nowhere --help"


@pytest.mark.both
def test_the_run_is_an_event(scalingo: CommandLine) -> None:
    assert scalingo("run bin/none").code == 127
    assert "bin/none" in scalingo("events --limit 1").stdout


def test_variables_are_added_to_those_of_the_app(scalingo: CommandLine, sandbox: Sandbox) -> None:
    command = "echo $SHOP_ENV $ONE $TWO $CLIENT_OS; env | grep -c TERM"
    said = scalingo(["run", "-e", "ONE=1=1", "--env", "TWO", command], TWO="from here")
    assert said.stdout == f"production 1=1 from here {sys.platform}\n0\n"
    assert asked(sandbox)["env"] == {"CLIENT_OS": sys.platform, "ONE": "1=1", "TWO": "from here"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("run", "Missing argument"),
        ("run --env =1 true", "--env requires NAME=VALUE or NAME."),
        ("run --env A=1 --env A=2 true", "A is set twice."),
        ("run --env NOT_HERE true", "NOT_HERE is not set here."),
        ("run --file nowhere true", "Could not read nowhere: No such file or directory."),
        ("run --file empty true", "There is no file in empty."),
        ("run --detached --file one/a true", "--file cannot be combined with --detached"),
        ("run --detached --tty true", "--tty cannot be combined with --detached"),
        ("run --file /dev/null true", "/dev/null is not a regular file."),
        ("run --file one/a --file two/a true", "Two of the files are named a."),
    ],
)
def test_misuse_starts_nothing(
    line: str, message: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").touch()
    said = scalingo(line)
    assert (said.code, said.stdout) == (2, "")
    assert message in said.stderr
    assert sandbox.requests == []


def test_what_would_be_sent(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "dump").write_text("x")
    said = scalingo("run --dry-run --env A=hidden --file dump echo 'a b'")
    path, body = said.stdout.splitlines()
    assert path == f"POST /v1/apps/{sandbox.main_app}/run"
    assert json.loads(body)["command"] == "echo 'a b'"
    assert json.loads(body)["env"]["A"] == "***"
    assert sandbox.requests == []


def test_run_type_is_the_command_of_the_type_with_further_words(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    [web] = [row for row in sandbox.store.app(sandbox.main_app).formation if row["name"] == "web"]
    web["command"] = "printf '<%s>' \"a  b\""
    said = scalingo(["run", "--type", "web", "c  d", "$HOME"])
    assert (said.code, said.stdout) == (0, "<a  b><c  d><$HOME>")
    assert asked(sandbox)["command"] == "printf '<%s>' \"a  b\" 'c  d' '$HOME'"
    assert scalingo("run -t web").stdout == "<a  b>"


def test_run_type_that_the_app_lacks(scalingo: CommandLine) -> None:
    said = scalingo("run --type wrker")
    assert (said.code, said.stdout) == (3, "")
    assert "Did you mean worker?" in said.stderr


def test_run_type_without_a_command_yet(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.app(sandbox.main_app).formation[0]["command"] = ""
    said = scalingo("run --type web")
    assert (said.code, said.stdout) == (2, "")
    assert "has no command yet" in said.stderr


def test_run_detached_prints_the_container_and_where_its_output_is(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("run --detached --size L echo 'sold  out'")
    assert (said.code, said.lines[0][:2]) == (0, ["one-off-1", "booting"])
    assert said.stderr == (
        "Started one-off-1. To follow its output:"
        " scalingo logs --follow --filter one-off-1 --app pinecrate-shop\n"
    )
    body = {"command": "echo 'sold  out'", "size": "L", "detached": True}
    assert asked(sandbox) == {**body, "env": {"CLIENT_OS": sys.platform}}
    eventually(lambda: "sold  out" in scalingo("logs --filter one-off-1").stdout)


def test_run_detached_json_is_the_document(scalingo: CommandLine) -> None:
    said = scalingo("run --detached --json sleep 99")
    assert said.json["container"]["label"] == "one-off-1"
    listed = [line[0] for line in scalingo("containers").lines]
    assert "one-off-1" in listed
    assert scalingo("containers stop 1").code == 0


@pytest.mark.legacy
def test_run_detached_on_the_legacy_api(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("run --detached true")
    assert (said.code, sandbox.requests) == (2, [])


def test_run_silent_says_nothing_but_errors(at_terminal: Start, tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(bytes(5 * MEBIBYTE))
    code, shown = at_terminal("run", "--silent", "--file", "dump", "echo here; exit 3").end()
    assert (code, shown) == (3, "here\r\n")


def test_run_file_packs_a_directory(scalingo: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "deep").mkdir(parents=True)
    (tmp_path / "seeds" / "deep" / "leeks.sql").write_text("insert")
    (tmp_path / "seeds" / ".gitignore").write_text("*")
    (tmp_path / ".git").mkdir()
    line = "cd $TMPDIR && tar -xzf /tmp/uploads/seeds.tar.gz && cat seeds/deep/leeks.sql"
    said = scalingo(["run", "--file", "seeds", line])
    assert (said.code, said.stdout) == (0, "insert")
    assert said.stderr == "Sent seeds.tar.gz to /tmp/uploads.\n"


# What comes back


@pytest.mark.both
@pytest.mark.parametrize("code", [0, 1, 3, 130, 255])
def test_the_exit_code_is_the_containers(code: int, scalingo: CommandLine) -> None:
    assert scalingo(f"run 'echo done; exit {code}'").code == code


def test_an_exit_code_that_is_not_returned_counts_as_success(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("404", method="GET", path="/attach")
    assert scalingo("run 'exit 3'").code == 0


@pytest.mark.both
def test_a_container_that_the_platform_ended(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("408", method="GET", path="/attach")
    said = scalingo("run true")
    assert said.code == 1
    assert "stopped the container: it produced no output for too long" in said.stderr


def test_no_success_is_claimed_if_the_platform_fails_to_say(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("503", method="GET", path="/attach", times=9)
    said = scalingo("run 'echo out'")
    assert (said.code, said.stdout) == (1, "out\n")
    assert (
        "The exit code of the container is unknown. The platform returned an error" in said.stderr
    )
    assert "check before you run it again" in said.stderr


def test_output_is_passed_on_byte_for_byte(scalingo: CommandLine) -> None:
    said = scalingo(r"run 'printf \\033[31m\\000\\377\\r\\n'")
    assert said.raw_stdout == b"\x1b[31m\0\xff\r\n"


@pytest.mark.both
@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [
        ("401", 4, "The platform refused the token from SCALINGO_API_TOKEN."),
        ("403", 4, "You are not allowed to do this: fault 403."),
        ("404", 3, "Nothing found there (fault 404)."),
        ("503", 6, "The platform returned an error (503)."),
        ("redirect", 1, "returned an unexpected response (302)"),
        ("cut", 6, "was lost before the response was complete"),
    ],
)
def test_an_attachment_that_is_refused(
    kind: str, code: int, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next(kind, method="CONNECT")
    said = scalingo("run echo never")
    assert (said.code, said.stdout) == (code, "")
    assert says in said.stderr


@pytest.mark.both
@pytest.mark.parametrize(
    ("address", "says"),
    [
        (
            "http://run-1.scalingo.example:5000",
            "send your token to run-1.scalingo.example unencrypted",
        ),
        ("http://127.0.0.1.example", "send your token to 127.0.0.1.example unencrypted"),
        ("http://127.0.0.1@run.example", "send your token to run.example unencrypted"),
        ("ftp://127.0.0.1", "unencrypted"),
        ("127.0.0.1:80", "unencrypted"),
        ("http://127.0.0.1:port", "an invalid URL"),
        ("https://", "an invalid URL"),
    ],
)
def test_the_token_goes_nowhere_in_clear(
    address: str, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.attach_at(address)
    said = scalingo("run true")
    assert (said.code, said.stdout) == (1, "")
    assert says in said.stderr
    assert "CONNECT" not in [request.method for request in sandbox.requests]


def test_nobody_at_the_address(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.attach_at("http://127.0.0.1:1")
    said = scalingo("run true")
    assert said.code == 6
    assert "Could not connect to 127.0.0.1:1: Connection refused." in said.stderr


class AttachServer:
    """Answers CONNECT in its own words, and `waited` to the question how it ended.

    Without that it answers all else with 404, as one of 2015 does.
    """

    def __init__(self, answer: bytes, waited: str = "") -> None:
        self.answer = answer
        self.waited = waited
        self.done = threading.Event()

    def __call__(self, visitor: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += visitor.recv(4096)
        if not head.startswith(b"CONNECT /attach/"):
            status = b"200 OK" if self.waited else b"404 Not Found"
            length = b"Content-Length: %d\r\n\r\n" % len(self.waited)
            kind = b"Content-Type: application/json\r\n"
            visitor.sendall(b"HTTP/1.1 %b\r\n%b%b" % (status, kind, length) + self.waited.encode())
        elif self.answer:
            visitor.sendall(self.answer)
        else:
            self.done.wait(20)


@pytest.mark.parametrize("status", ["200 OK", "202 Accepted", "200"])
def test_what_comes_along_with_the_answer_is_not_lost(
    status: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    answer = f"HTTP/1.1 {status}\r\nDate: regional\r\n\r\n".encode() + b"\r\n\r\n\xff early"
    with relays.listening(AttachServer(answer)) as port:
        sandbox.attach_at(f"http://127.0.0.1:{port}")
        said = scalingo("run true")
    assert (said.code, said.raw_stdout, said.stderr) == (0, b"\r\n\r\n\xff early", "")


def test_run_reads_past_interim_responses(scalingo: CommandLine, sandbox: Sandbox) -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    with relays.listening(AttachServer(interim + b"HTTP/1.1 200 OK\r\n\r\nearly")) as port:
        sandbox.attach_at(f"http://127.0.0.1:{port}")
        said = scalingo("run true")
    assert (said.code, said.stdout, said.stderr) == (0, "early", "")


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 9999, 6, "was lost before the response was complete"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", 6, "was lost before the response was complete"),
        (b"HTTP/1.1 200 OK\r\n", 6, "was lost before the response was complete"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**17, 6, "was lost before the response was complete"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 1, "unexpected response (204)"),
        (b'HTTP/1.1 403 No\r\nContent-Length: 13\r\n\r\n{"error":"x"}', 4, "do this: x."),
        (b"HTTP/1.1 503 No\r\nContent-Length: many\r\n\r\n", 6, "returned an error (503)"),
    ],
)
def test_an_answer_that_attaches_nothing(
    answer: bytes, code: int, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    with relays.listening(AttachServer(answer)) as port:
        sandbox.attach_at(f"http://127.0.0.1:{port}")
        said = scalingo("run true")
    assert (said.code, said.stdout) == (code, "")
    assert says in said.stderr


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        *(("3", 3), ('"3"', 3), ("3.0", 3), ("0", 0), ("255", 255), ("null", 0)),
        *(("256", 1), ("-1", 1), ('"odd"', 1), ("true", 1), ("2.5", 1), ("[]", 1), ("1e999", 1)),
    ],
)
def test_run_takes_an_exit_code_however_it_is_spelt(
    sent: str, code: int, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    server = AttachServer(b"HTTP/1.1 200 OK\r\n\r\n", waited=f'{{"exit_code": {sent}}}')
    with relays.listening(server) as port:
        sandbox.attach_at(f"http://127.0.0.1:{port}")
        assert scalingo("run true").code == code


def test_a_silent_attach_server(scalingo: CommandLine, sandbox: Sandbox) -> None:
    server = AttachServer(b"")
    with relays.listening(server) as port:
        sandbox.attach_at(f"http://127.0.0.1:{port}")
        said = scalingo("run true", SCALINGO_TIMEOUT="0.2")
        server.done.set()
    assert (said.code, said.stdout) == (6, "")
    assert f"127.0.0.1:{port} sent nothing for 0.2 s." in said.stderr


def test_debug_logs_each_step_and_no_secret(
    scalingo: CommandLine, sandbox: Sandbox, protocol: str
) -> None:
    said = scalingo("--debug-body run --tty --env KEY=n33dle true")
    steps = [line.split()[1] for line in said.stderr.splitlines() if line.startswith("> ")]
    operation, wait = ["GET"] * (protocol == "regional"), "GET"
    methods = [step for step in steps if step.isupper()]
    assert list(dict.fromkeys(methods[:-1])) == ["POST", *operation, "CONNECT"]
    assert methods[-1] == wait
    secret = sandbox.store.one_offs[0].secret
    for hidden in (secret, sandbox.token, "n33dle", "Basic"):
        assert hidden not in said.stderr + said.stdout


# Between pipes


def test_ten_mebibytes_each_way(scalingo: CommandLine) -> None:
    data = os.urandom(10 * MEBIBYTE)
    said = scalingo.process("run cat", stdin=data)
    assert (said.code, said.stderr) == (0, "")
    assert said.raw_stdout == data


def test_an_empty_input_ends_at_once(scalingo: CommandLine) -> None:
    assert scalingo("run 'cat; echo end'").stdout == "end\n"
    closed = f"exec <&-; exec {shlex.join(SCALINGO)} run 'cat; echo end'"
    done = subprocess.run(
        ["sh", "-c", closed], env=scalingo.environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"end\n")


def test_whoever_reads_no_more_ends_the_run(scalingo: CommandLine) -> None:
    line = f"{shlex.join(SCALINGO)} run 'echo $$; exec yes' < /dev/null | head -1"
    done = subprocess.run(
        ["sh", "-c", line], env=scalingo.environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    eventually(lambda: gone(int(done.stdout)))


def test_a_command_may_leave_input_unread(scalingo: CommandLine) -> None:
    said = scalingo.process("run head -n 1", stdin=b"first\n" + b"more\n" * MEBIBYTE)
    assert (said.code, said.stdout, said.stderr) == (0, "first\n", "")


@pytest.mark.both
def test_a_terminal_on_demand(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("run --tty 'tty; cat'", stdin="half a line")
    assert said.code == 0
    assert "/dev/" in said.stdout
    assert said.stdout.count("half a line") == 2  # the terminal's echo, and cat's
    assert asked(sandbox)["env"]["TERM"] == "dumb"
    assert scalingo("run --env TERM=vt100 'tty; echo $TERM'").stdout.endswith("vt100\r\n")
    assert scalingo("run --no-tty tty").code == 1


@pytest.mark.parametrize("stop", ["drop", "SIGINT", "SIGTERM", "SIGHUP"])
def test_a_run_that_is_cut_short(stop: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    with scalingo.start(
        ["run", "echo $$; trap '' HUP; while :; do sleep 0.1; done"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as client:
        assert client.stdout
        pid = int(client.stdout.readline())
        if stop == "drop":
            sandbox.drop_attached()
        else:
            client.send_signal(getattr(signal, stop))
        _, said = client.communicate()
    eventually(lambda: gone(pid))
    if stop == "drop":
        assert client.returncode == 1
        assert "Error: The connection to the container was lost." in said
    else:
        code = 128 + getattr(signal, stop)
        assert (client.returncode, said.strip()) == (code, "Interrupted.")


# Files


def test_files_are_there_before_the_command(scalingo: CommandLine, tmp_path: Path) -> None:
    data = os.urandom(5 * MEBIBYTE)
    (tmp_path / "dump").write_bytes(data)
    (tmp_path / 'it\'s "é"').write_bytes(b"")
    said = scalingo(["run", "-f", "dump", "-f", 'it\'s "é"', "ls /tmp/uploads; cat /tmp/uploads/*"])
    assert said.code == 0
    assert said.raw_stdout == "dump\nit's %22é%22\n".encode() + data
    assert said.stderr == 'Sent dump to /tmp/uploads.\nSent it\'s "é" to /tmp/uploads.\n'


def test_a_file_of_any_size_takes_no_memory(scalingo: CommandLine, tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(80 * MEBIBYTE)
    measure = (
        "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
    )
    words = [*SCALINGO, "run", "--file", "large", "wc -c < /tmp/uploads/large"]
    done = subprocess.run(
        [sys.executable, "-c", measure, *words],
        env=scalingo.environment,
        capture_output=True,
        check=True,
    )
    size, memory = map(int, done.stdout.split())
    unit = 1 if sys.platform == "darwin" else 1024
    assert size == 80 * MEBIBYTE
    assert memory * unit < 64 * MEBIBYTE


def test_a_file_that_is_refused(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "dump").write_text("x")
    sandbox.fail_next("413", method="POST", path="/attach")
    said = scalingo("run --file dump true")
    assert (said.code, said.stdout) == (1, "")
    assert "The platform refused the request (413: fault 413)." in said.stderr
    assert "CONNECT" not in [request.method for request in sandbox.requests]


def test_a_file_that_shrinks_is_not_sent_as_if_whole(tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(b"x" * 100_000)
    with path.open("rb") as file:
        form = upload.form("dump", file, 100_000)
        path.write_bytes(b"x" * 99_999)
        with pytest.raises(Failed, match="dump was truncated"):
            b"".join(form)


# At a terminal


def test_a_full_screen_program(at_terminal: Start, tmp_path: Path) -> None:
    require("less")
    (tmp_path / "long").write_text("".join(f"line {number}\n" for number in range(1, 1001)))
    terminal = at_terminal(
        "run", "--file", "long", "less -S /tmp/uploads/long", columns=60, rows=20
    )
    first = terminal.screen("line 19 ")
    assert first.split()[:4] == ["line", "1", "line", "2"]
    terminal.type(" ")
    assert "line 20 " in terminal.screen("line 38 ")
    terminal.type("G")
    terminal.screen("line 1000")
    terminal.resize(100, 40)
    terminal.type("g")
    terminal.screen("line 1 ", "line 39 ")
    terminal.type("q")
    assert terminal.end()[0] == 0


def test_the_container_has_the_size_of_the_terminal_from_the_start(at_terminal: Start) -> None:
    terminal = at_terminal("run", "stty size; echo $TERM", columns=101, rows=33)
    code, shown = terminal.end()
    assert code == 0
    assert shown.splitlines()[-2:] == ["33 101", "xterm-256color"]


def test_a_resize_reaches_the_program(at_terminal: Start) -> None:
    terminal = at_terminal(
        "run", "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done"
    )
    terminal.expect("ready")
    terminal.resize(132, 50)
    terminal.expect("50 132")
    terminal.resize(40, 10)
    terminal.expect("10 40")
    terminal.type("\x03")
    assert terminal.end()[0] == 130


def test_a_size_that_is_refused_at_first_is_retried(at_terminal: Start, sandbox: Sandbox) -> None:
    sandbox.fail_next("404", method="PUT")
    command = "while :; do stty size; sleep 0.05; done"
    terminal = at_terminal("run", command, columns=101, rows=33)
    terminal.expect("33 101")
    terminal.type("\x03")
    terminal.end()


def test_a_size_that_is_never_accepted_is_reported_at_the_end(
    at_terminal: Start, sandbox: Sandbox
) -> None:
    sandbox.fail_next("503", method="PUT", times=9)
    terminal = at_terminal("run", "sleep 0.3")
    code, shown = terminal.end()
    assert code == 0
    assert "Could not send the terminal size to " in shown
    assert "The platform returned an error" in " ".join(shown.split())


def test_run_sends_the_last_of_many_sizes(at_terminal: Start, sandbox: Sandbox) -> None:
    terminal = at_terminal("run", "while :; do stty size; sleep 0.05; done")
    for columns in range(100, 160):
        terminal.resize(columns, 40)
    terminal.expect("40 159")
    terminal.type("\x03")
    terminal.end()
    assert [r.method for r in sandbox.requests].count("PUT") < 60


def test_control_keys_are_the_programs(at_terminal: Start) -> None:
    terminal = at_terminal(
        "run",
        "trap 'echo caught; exit 7' INT; echo ready in $CONTAINER.; while :; do sleep 0.05; done",
    )
    attached = r"Attached to (\S+) of pinecrate-shop\. To detach, press Enter and type ~\.\r\n"
    container = terminal.expect(attached)[1]
    terminal.expect(rf"ready in {container}\.")
    terminal.type("\x03")
    terminal.expect("caught")
    assert terminal.end()[0] == 7
    terminal = at_terminal("run", "stty raw -echo; printf 'ready.'; head -c 4 | od -An -tx1")
    terminal.expect(r"ready\.")
    terminal.type("\x03\x1a\x1c\x04")
    terminal.expect("03 1a 1c 04")
    assert terminal.end()[0] == 0


def test_enter_tilde_dot_leaves(at_terminal: Start) -> None:
    terminal = at_terminal("run", "echo pid $$ in $CONTAINER.; exec cat")
    pid, container = terminal.expect(r"pid (\d+) in (\S+)\.").groups()
    terminal.type("one ~.\r")
    terminal.expect("one ~.\r\none ~.\r\n")
    terminal.type("~~.\r")
    terminal.expect("~.\r\n~.\r\n")
    terminal.type("~x\r")
    terminal.expect("~x\r\n~x\r\n")
    assert not gone(int(pid))
    terminal.type("~")
    terminal.type(".")
    code, shown = terminal.end()
    assert code == 130
    assert f"\r\nDetached from {container} of pinecrate-shop." in shown
    eventually(lambda: gone(int(pid)))


def test_end_of_input_is_typed(at_terminal: Start) -> None:
    terminal = at_terminal("run", "cat; echo end of cat")
    terminal.expect("To detach")
    terminal.type("\x04")
    terminal.expect("end of cat")
    assert terminal.end()[0] == 0


@pytest.mark.parametrize("way", ["drop", "SIGTERM", "SIGHUP", "SIGINT"])
def test_the_terminal_is_as_before_however_it_ends(
    way: str, at_terminal: Start, sandbox: Sandbox
) -> None:
    terminal = at_terminal("run", "echo pid $$.; stty raw -echo; printf 'ready.'; sleep 100")
    pid = int(terminal.expect(r"pid (\d+)\.")[1])
    terminal.expect(r"ready\.")
    if way == "drop":
        sandbox.drop_attached()
    else:
        os.kill(terminal.client, getattr(signal, way))
    code, shown = terminal.end()
    assert code == (1 if way == "drop" else 128 + getattr(signal, way))
    shown = re.sub(r"\x1b\[\d+m", "", shown)
    assert ("\r\nError: The connection to the container was lost." in shown) == (way == "drop")
    eventually(lambda: gone(pid))


def test_when_the_terminal_closes_the_container_ends(at_terminal: Start) -> None:
    terminal = at_terminal("run", "echo pid $$.; sleep 100")
    pid = int(terminal.expect(r"pid (\d+)\.")[1])
    terminal.child.close(force=True)
    eventually(lambda: gone(pid))


def test_output_in_a_pipe_keeps_the_terminal_as_it_is(scalingo: CommandLine) -> None:
    line = f"{shlex.join(SCALINGO)} run 'test -t 1 || echo no terminal; cat' | cat"
    child = pexpect.spawn(
        "sh", ["-c", line], env=scalingo.with_({"TERM": "xterm"}), encoding="utf-8", timeout=60
    )
    child.expect("no terminal\r\n")
    child.send("typed\r")
    child.expect("typed\r\ntyped\r\n")
    child.send("\x04")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_files_go_with_a_bar(at_terminal: Start, tmp_path: Path) -> None:
    (tmp_path / "large[red]").write_bytes(bytes(5 * MEBIBYTE))
    code, shown = at_terminal("run", "--file", "large[red]", "true").end()
    assert code == 0
    assert "5.2" not in shown  # binary units
    assert re.search(r"large\[red\].*5\.0/5\.0 MiB", shown)
    assert "Sent large[red] to /tmp/uploads." in shown


# Over TLS, and through a proxy


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("authority")
    return relays.certificate(directory, "DNS:run-1.pinecrate.example", "IP:127.0.0.1")


@pytest.fixture
def tls_port(authority: Path, sandbox: Sandbox) -> Iterator[int]:
    place = urlsplit(sandbox.store.attach_at)
    assert place.port
    with relays.end_of_tls(authority, place.port) as port:
        yield port
        sandbox.reset()  # ends what is attached, so that the relay ends, too


def test_over_tls(
    scalingo: CommandLine, sandbox: Sandbox, authority: Path, tls_port: int, tmp_path: Path
) -> None:
    sandbox.attach_at(f"https://127.0.0.1:{tls_port}")
    data = os.urandom(10 * MEBIBYTE)
    (tmp_path / "dump").write_bytes(data)
    trusting = scalingo.where(REQUESTS_CA_BUNDLE=str(authority))
    command = "run --file dump 'cmp - /tmp/uploads/dump && cat /tmp/uploads/dump; exit 5'"
    said = trusting.process(command, stdin=data)
    assert said.code == 5
    assert said.raw_stdout == data
    assert trusting.process("run cat", stdin=data).raw_stdout == data


def test_who_proves_nothing_gets_no_token(
    scalingo: CommandLine, sandbox: Sandbox, authority: Path, tls_port: int, tmp_path: Path
) -> None:
    sandbox.attach_at(f"https://127.0.0.1:{tls_port}")
    said = scalingo("run true")
    assert said.code == 6
    assert (
        f"Could not establish a trusted connection to 127.0.0.1:{tls_port}: self-signed"
        " certificate."
    ) in said.stderr
    sandbox.attach_at(f"https://localhost:{tls_port}")
    said = scalingo("run true", REQUESTS_CA_BUNDLE=str(authority))
    assert said.code == 6
    assert "Hostname mismatch" in said.stderr
    sandbox.attach_at(f"https://127.0.0.1:{tls_port}")
    (tmp_path / "empty.pem").touch()
    for bundle in ("nowhere.pem", "empty.pem"):
        said = scalingo("run true", REQUESTS_CA_BUNDLE=str(tmp_path / bundle))
        assert said.code == 2
        assert "Check REQUESTS_CA_BUNDLE." in said.stderr
    assert "CONNECT" not in [request.method for request in sandbox.requests]


def test_tls_that_ends_without_a_word_is_no_end(
    scalingo: CommandLine, sandbox: Sandbox, authority: Path, tls_port: int
) -> None:
    sandbox.attach_at(f"https://127.0.0.1:{tls_port}")
    with scalingo.where(REQUESTS_CA_BUNDLE=str(authority)).start(
        ["run", "echo ready; sleep 100"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as client:
        assert client.stdout
        assert client.stdout.readline() == "ready\n"
        sandbox.drop_attached()
        _, said = client.communicate()
    assert client.returncode == 1
    assert "The connection to the container was lost." in said


@pytest.mark.both
def test_through_a_proxy(
    scalingo: CommandLine, sandbox: Sandbox, authority: Path, tls_port: int, tmp_path: Path
) -> None:
    sandbox.attach_at("https://run-1.pinecrate.example:5000")
    (tmp_path / "dump").write_text("a dump\n")
    wanted: list[str] = []
    with relays.proxy(tls_port, "noor:pass word", wanted) as port:
        away = scalingo.where(
            REQUESTS_CA_BUNDLE=str(authority),
            HTTPS_PROXY=f"http://noor:pass%20word@127.0.0.1:{port}",
            HTTP_PROXY="http://127.0.0.1:1",
        )
        said = away("run --debug --file dump 'cat /tmp/uploads/dump -; exit 9'", stdin="typed")
        assert (said.code, said.stdout) == (9, "a dump\ntyped")
        assert set(wanted) == {"CONNECT run-1.pinecrate.example:5000"}
        for hidden in ("pass word", "pass%20word", sandbox.token):
            assert hidden not in said.stderr
        refused = away.where(HTTPS_PROXY=f"http://127.0.0.1:{port}")("run true")
        assert refused.code == 6
        assert "The proxy could not connect to run-1.pinecrate.example:5000." in refused.stderr
        count = len(wanted)
        direct = away.where(NO_PROXY="pinecrate.example")("run true")
        assert direct.code == 6
        assert "Could not resolve the host name run-1.pinecrate.example:5000" in direct.stderr
        assert len(wanted) == count
    for proxy in ("https://127.0.0.1:1", "socks5://127.0.0.1:1", "http://127.0.0.1:1"):
        said = away.where(HTTPS_PROXY=proxy)("run true")
        assert (said.code, said.stdout) in [(6, ""), (1, "")]
        assert "Error: " in said.stderr


@pytest.mark.regional
def test_run_masks_its_variables_if_the_platform_repeats_them(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    body = json.dumps({"error": "A=hunter2-and-more is not welcome"})
    sandbox.fail_next("422", method="POST", body=body)
    said = scalingo("run --env A=hunter2-and-more true")
    assert said.code == 5
    assert "A=*** is not welcome" in said.stderr
    assert "hunter2" not in said.stderr


def test_run_keeps_the_connection_alive(
    scalingo: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_ = []
    setsockopt = socket.socket.setsockopt

    def noted(connection: socket.socket, *option: Any) -> None:
        set_.append(option[:2])
        setsockopt(connection, *option)

    monkeypatch.setattr(socket.socket, "setsockopt", noted)
    assert scalingo("run true").code == 0
    assert (socket.SOL_SOCKET, socket.SO_KEEPALIVE) in set_
