"""`scalingo databases tunnel`, through a real sshd to a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.ports import reserved
from tests.processes import Follower, eventually, gone
from tests.programs import require
from tests.servers import LOCAL, Postgres, SSHServer

VARIABLE = "SCALINGO_POSTGRESQL_URL"
SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"  # which PostgreSQL answers with N, or S
Open = Callable[..., Follower]


def give(sandbox: Sandbox, **variables: str) -> None:
    """Let variables of the main app have other values, or new variables these."""
    app = sandbox.store.app(sandbox.main_app)
    for name, value in variables.items():
        row = next((row for row in app.variables if row["name"] == name), None)
        if row is None:
            row = {**app.variables[0], "id": f"va-{name}", "name": name}
            app.variables.append(row)
        row["value"] = value


@pytest.fixture
def tunnels(
    scalingo: CommandLine, sandbox: Sandbox, postgres: Postgres, ssh_server: SSHServer
) -> CommandLine:
    """Types command lines for an app whose database is a real one, behind a real sshd."""
    give(sandbox, **{VARIABLE: postgres.url})
    return scalingo.where(**ssh_server.environment)


@pytest.fixture
def open_tunnel(tunnels: CommandLine, tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def start(*, any_port: bool = False, **environment: str | None) -> Follower:
            line = "databases tunnel"
            if not any_port:  # one that nobody takes during an interruption
                line += f" --port {stack.enter_context(reserved(1))}"
            follower = Follower(tunnels.where(**environment), line, tmp_path)
            stack.callback(follower.process.wait)
            stack.callback(follower.process.terminate)
            return follower

        yield start


def place(follower: Follower) -> tuple[str, int]:
    """Where the tunnel is, once it is open."""
    [[where]] = follower.lines(1)
    host, port = where.split(":")
    return host, int(port)


def answer(port: int, postgres: Postgres) -> str:
    """What PostgreSQL at a port answers to psql."""
    line = ["psql", "-h", LOCAL, "-p", str(port), "-U", postgres.user, postgres.name]
    done = subprocess.run(
        [*line, "-Atc", "SELECT 6 * 7"],
        env={**os.environ, "PGPASSWORD": postgres.password},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode().strip()


def listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex((LOCAL, port)) == 0


# A command


def test_tunnel_runs_a_command_whose_variables_lead_to_it(
    tunnels: CommandLine, ssh_server: SSHServer, postgres: Postgres
) -> None:
    line = ["databases", "tunnel", "--", "sh", "-c"]
    said = tunnels.process([*line, 'psql "$DATABASE_URL" -Atc "SELECT 6 * 7"; exit 3'])
    assert (said.code, said.stdout) == (3, "42\n")
    assert said.stderr.startswith(f"Tunnel from {LOCAL}:")
    both = tunnels.process([*line, f"echo $DATABASE_URL; echo ${VARIABLE}"])
    assert both.lines[0] == both.lines[1]
    assert both.lines[0][0].startswith(postgres.url.partition(LOCAL)[0])
    assert postgres.user not in ssh_server.asked
    assert "pe%40r" not in ssh_server.asked


def test_tunnel_leaves_ctrl_c_to_the_command(tunnels: CommandLine) -> None:
    script = 'trap "echo stopped; exit 7" INT; echo ready; while :; do sleep 0.1; done'
    child = tunnels.terminal(["databases", "tunnel", "--", "sh", "-c", script])
    child.expect("ready")
    child.sendcontrol("c")
    child.expect("stopped")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 7


# Alone


def test_tunnel_prints_where_it_is_and_is_open_until_ctrl_c(
    open_tunnel: Open, sandbox: Sandbox, postgres: Postgres
) -> None:
    tunnel = open_tunnel()
    host, port = place(tunnel)
    assert host == LOCAL
    assert answer(port, postgres) == "42"
    tunnel.process.send_signal(signal.SIGINT)
    assert tunnel.process.wait() == 130
    assert tunnel.stdout == f"{LOCAL}:{port}\n"
    assert tunnel.stderr.splitlines() == [
        f"Tunnel to postgresql ({VARIABLE}) of {sandbox.main_app}, open until Ctrl-C.",
        "",
        "Interrupted.",
    ]
    assert not listens(port)


def test_tunnel_leaves_no_ssh_behind(open_tunnel: Open, ssh_server: SSHServer) -> None:
    tunnel = open_tunnel()
    place(tunnel)
    *_, last = ssh_server.processes
    assert not gone(last)
    tunnel.process.terminate()
    assert tunnel.process.wait() == 143
    assert gone(last)


def test_tunnel_that_is_killed_leaves_nothing_open(
    open_tunnel: Open, ssh_server: SSHServer, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    tunnel = open_tunnel(TMPDIR=str(temporary))
    _, port = place(tunnel)
    *_, last = ssh_server.processes
    tunnel.process.kill()
    tunnel.process.wait()
    eventually(lambda: gone(last))
    assert not listens(port)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    "line", ["ForkAfterAuthentication yes", "RemoteCommand date", "Tunnel yes"]
)
def test_tunnel_with_a_configuration_of_ssh_that_is_not_for_tunnels(
    line: str, tunnels: CommandLine, ssh_server: SSHServer
) -> None:
    configuration = ssh_server.directory / "ssh_config"
    configuration.write_text(f"IgnoreUnknown ForkAfter*\n{configuration.read_text()} {line}\n")
    said = tunnels.process(
        ["databases", "tunnel", "--", "sh", "-c", 'psql "$DATABASE_URL" -Atc "SELECT 6"']
    )
    assert said.lines == [["6"]]
    assert "interrupted" not in said.stderr
    assert all(gone(process) for process in ssh_server.processes)


# Interruptions


def test_tunnel_that_is_cut_reconnects_and_a_connection_that_is_cut_stays_cut(
    open_tunnel: Open, ssh_server: SSHServer, postgres: Postgres
) -> None:
    tunnel = open_tunnel()
    place_of_it = place(tunnel)
    with socket.create_connection(place_of_it, timeout=60) as client:
        client.sendall(SSL_REQUEST)
        assert client.recv(1) == b"N"
        ssh_server.cut()
        assert client.recv(1) == b""
    tunnel.has_said("The tunnel is open again.")
    assert "The tunnel was interrupted: " in tunnel.stderr
    assert answer(place_of_it[1], postgres) == "42"
    assert tunnel.stdout.count("\n") == 1


def test_tunnel_waits_longer_and_longer_for_a_server_that_is_away(
    open_tunnel: Open, ssh_server: SSHServer, postgres: Postgres
) -> None:
    tunnel = open_tunnel()
    port = place(tunnel)[1]
    ssh_server.stop()
    tunnel.has_said("Next attempt in 2 s.")
    assert "Next attempt in 1 s." in tunnel.stderr
    ssh_server.start()
    tunnel.has_said("The tunnel is open again.")
    assert answer(port, postgres) == "42"


def test_tunnel_ends_when_the_key_is_refused_later(
    open_tunnel: Open, ssh_server: SSHServer
) -> None:
    tunnel = open_tunnel()
    place(tunnel)
    shutil.copy(ssh_server.directory / "other_id.pub", ssh_server.directory / "authorized_keys")
    ssh_server.cut()
    assert tunnel.process.wait(60) == 4
    assert f"{LOCAL} refused your SSH key." in tunnel.stderr


def test_tunnel_ends_when_the_host_key_changes_later(
    open_tunnel: Open, ssh_server: SSHServer
) -> None:
    tunnel = open_tunnel()
    place(tunnel)
    ssh_server.stop()
    ssh_server.start("other_host_key")
    assert tunnel.process.wait(60) == 1
    assert f"{LOCAL} presented an unknown host key. " in tunnel.stderr


def test_tunnel_ends_when_a_different_program_takes_its_port(
    open_tunnel: Open, ssh_server: SSHServer
) -> None:
    tunnel = open_tunnel()
    where = place(tunnel)
    ssh_server.stop()
    tunnel.has_said("The tunnel was interrupted: ")
    with socket.create_server(where):
        ssh_server.start()
        assert tunnel.process.wait(60) == 1
    error = f"Error: During the interruption, another program took port {where[1]}."
    assert tunnel.stderr.splitlines()[-1] == error


def test_tunnel_to_a_database_that_refuses_reports_it_and_goes_on(
    open_tunnel: Open, sandbox: Sandbox
) -> None:
    with reserved(1) as closed:
        give(sandbox, **{VARIABLE: f"postgres://u:s3cret@{LOCAL}:{closed}/d"})
        tunnel = open_tunnel()
        where = place(tunnel)
        line = f"The platform could not connect to {LOCAL}:{closed}: Connection refused."
        for count in (1, 2):
            with socket.create_connection(where, timeout=60) as client:
                assert client.recv(1) == b""
            eventually(lambda: tunnel.stderr.count(line) == count)  # noqa: B023 - called at once
        assert tunnel.process.poll() is None
        assert "s3cret" not in tunnel.stderr


# Keys


def test_tunnel_with_a_key_that_is_refused(tunnels: CommandLine, ssh_server: SSHServer) -> None:
    other = ssh_server.directory / "other_id"
    shutil.copy(f"{other}.pub", ssh_server.directory / "authorized_keys")
    said = tunnels.process("databases tunnel")
    assert (said.code, said.stdout) == (4, "")
    error, hint = said.stderr.splitlines()
    assert error == f"Error: {LOCAL} refused your SSH key."
    assert "scalingo keys add NAME ~/.ssh/id_ed25519.pub" in hint
    assert tunnels.process(f"databases tunnel --identity {other} -- true").code == 0


def test_tunnel_to_a_host_with_a_different_key_sends_nothing(
    tunnels: CommandLine, ssh_server: SSHServer
) -> None:
    known = ssh_server.directory / "known_hosts"
    key = (ssh_server.directory / "host_key.pub").read_text()
    known.write_text(f"* {key}")  # as after a careless yes
    before = known.read_bytes()
    published = ssh_server.fingerprint("other_host_key")
    said = tunnels.process("databases tunnel", SCALINGO_SSH_HOST_KEY=published)
    assert (said.code, said.stdout) == (1, "")
    error, hint = said.stderr.splitlines()
    assert error.startswith(f"Error: {LOCAL} presented an unknown host key, SHA256:")
    assert ssh_server.fingerprint() in error
    assert "https://doc.scalingo.com/platform/internals/regions" in hint
    assert ssh_server.asked.count("\n") == 1  # and nobody signed in
    several = f"{published},{ssh_server.fingerprint()}"
    line = "databases tunnel -- true"
    assert tunnels.process(line, SCALINGO_SSH_HOST_KEY=several).code == 0
    assert known.read_bytes() == before


@pytest.mark.parametrize("region", ["osc-fr1", "osc-secnum-fr1"])
def test_tunnel_knows_the_published_keys_of_the_platform(
    tunnels: CommandLine, ssh_server: SSHServer, region: str
) -> None:
    host = f"ssh.{region}.scalingo.com"
    with (ssh_server.directory / "ssh_config").open("a") as config:
        config.write(f"Host {host}\n HostName {LOCAL}\n Port {ssh_server.port}\n")
        config.write(" StrictHostKeyChecking no\n")
    impostor = {"SCALINGO_SSH_HOST": host, "SCALINGO_SSH_HOST_KEY": ""}
    said = tunnels.process("databases tunnel", **impostor)
    assert (said.code, said.stdout) == (1, "")
    assert f"{host} presented an unknown host key" in said.stderr
    assert not (ssh_server.directory / "known_hosts").exists()


def test_tunnel_shows_what_ssh_logs_with_debug(tunnels: CommandLine) -> None:
    said = tunnels.process("databases tunnel --debug -- true")
    assert said.code == 0
    assert f"debug1: Local connections to {LOCAL}:" in said.stderr
    assert "pe%40r" not in said.stderr


def test_tunnel_to_any_other_host_is_for_the_users_known_hosts(
    tunnels: CommandLine, ssh_server: SSHServer
) -> None:
    own = tunnels.where(SCALINGO_SSH_HOST_KEY=None)
    said = own.process("databases tunnel -- true")
    assert (said.code, said.stdout) == (1, "")
    assert f"Your known_hosts has no host key of {LOCAL}" in said.stderr
    assert f"ssh -p {ssh_server.port} git@{LOCAL}" in said.stderr
    key = (ssh_server.directory / "host_key.pub").read_text()
    (ssh_server.directory / "known_hosts").write_text(f"[{LOCAL}]:{ssh_server.port} {key}")
    assert own.process("databases tunnel -- true").code == 0


# Ports


def test_tunnel_takes_the_port_that_is_named_or_none(
    tunnels: CommandLine, ssh_server: SSHServer
) -> None:
    with reserved(1) as port:
        line = f"databases tunnel --port {port} -- true"
        assert f"{LOCAL}:{port} " in tunnels.process(line).stderr
        with socket.create_server((LOCAL, port), reuse_port=False):
            asked = ssh_server.asked
            said = tunnels.process(line)
    assert (said.code, said.stdout) == (1, "")
    assert f"Error: Port {port} is already in use." in said.stderr
    assert "the next free one" in said.stderr
    assert ssh_server.asked.count(f":{port}:") == asked.count(f":{port}:")


def test_tunnel_takes_the_next_free_port_if_none_is_named(open_tunnel: Open) -> None:
    with ExitStack() as stack:
        with suppress(OSError):  # somebody else has it
            stack.enter_context(socket.create_server((LOCAL, 10000)))
        port = place(open_tunnel(any_port=True))[1]
    assert 10000 < port < 10100


# Without a connection


def test_tunnel_without_ssh_or_to_nowhere(tunnels: CommandLine, tmp_path: Path) -> None:
    said = tunnels.process("databases tunnel", SCALINGO_SSH=str(tmp_path / "no-ssh"))
    assert (said.code, said.stdout) == (2, "")
    assert "no-ssh not found." in said.stderr
    with reserved(1) as closed:
        said = tunnels.process("databases tunnel", SCALINGO_SSH_HOST=f"{LOCAL}:{closed}")
    assert (said.code, said.stdout) == (6, "")
    assert f"Could not connect to {LOCAL}: " in said.stderr
    assert "Connection refused." in said.stderr


# Which one


def test_tunnel_of_the_official_client(
    tunnels: CommandLine, postgres: Postgres, tmp_path: Path
) -> None:
    with reserved(1) as port:
        line = f"db-tunnel -p {port} -b {LOCAL} --reconnect"
        for words in (VARIABLE, "DATABASE_URL", postgres.url, ""):
            tunnel = Follower(tunnels, f"{line} {words}", tmp_path)
            assert place(tunnel) == (LOCAL, port)
            assert answer(port, postgres) == "42"
            tunnel.process.terminate()
            assert tunnel.code == 143
            assert ("Other users of this machine can read" in tunnel.stderr) == ("://" in words)


def test_tunnel_of_an_unknown_variable_or_an_invalid_address(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    unknown = scalingo("db-tunnel DATABASE_URI")
    assert (unknown.code, unknown.stdout) == (3, "")
    assert "Did you mean DATABASE_URL?" in unknown.stderr
    give(sandbox, BROKEN="postgres://u:s3cret@h:port/d", WIDE="mongodb+srv://u:s3cret@h.example/d")
    for name, reason in {
        "BROKEN": "BROKEN has no address with a host and a port.",
        "WIDE": "mongodb+srv:// names no host",
        "postgres://u:s3cret@nowhere.example:1/d": "No variable of",
    }.items():
        said = scalingo(f"db-tunnel {name}")
        assert (said.code in {2, 3}, said.stdout) == (True, "")
        assert reason in said.stderr
        assert "s3cret" not in said.stderr.replace(name, "")


def test_tunnel_takes_no_variable_or_address_for_a_command(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    for word, code, reason in [
        (VARIABLE, 2, f"Use --variable {VARIABLE}."),
        ("SHOP_ENV", 2, "Use --variable SHOP_ENV."),
        ("postgres://u:s3cret@h.example/d", 2, "Name the variable that has it: --variable NAME."),
        ("OTHER_URL", 3, f"neither a program nor a variable of {sandbox.main_app}."),
        (VARIABLE.lower(), 2, f"Program {VARIABLE.lower()} not found."),
    ]:
        said = scalingo(["databases", "tunnel", word])
        assert (said.code, said.stdout) == (code, ""), said
        assert reason in said.stderr
        assert "s3cret" not in said.stderr


def test_tunnel_rewrites_the_address_and_nothing_else(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    for address, local in {
        "postgres://u:p%40@h.example/d?sslmode=prefer": "postgres://u:p%40@{}/d?sslmode=prefer",
        "redis://:p@h.example:30001": "redis://:p@{}",
        "mysql2://u@[2001:db8::1]:3307/d": "mysql2://u@{}/d",
        "postgres://u:p/#?@h.example:1/d": "postgres://u:p/#?@{}/d",
        "mongodb://u:p@a.example:1,b.example:2/d?replicaSet=r&ssl=true": "mongodb://u:p@{}/d"
        "?ssl=true&directConnection=true",
        "amqp://u:p@h.example:5672/v": "amqp://u:p@{}/v",
    }.items():
        give(sandbox, DB_URL=address)
        line = "databases tunnel --variable DB_URL -- printenv DB_URL"
        said = scalingo.process(line)
        assert said.code == 0, said.stderr
        place = said.stderr.partition("Tunnel from ")[2].split()[0]
        assert said.stdout == f"{local.format(place)}\n"
        assert ("lists 2 hosts" in said.stderr) == ("b.example" in address)


def test_tunnel_says_what_cannot_work_or_is_open_to_others(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    give(sandbox, DB_URL="postgres://u:p@h.example:1/d?sslmode=verify-full")
    said = scalingo.process("databases tunnel --variable DB_URL --bind 0.0.0.0 -- true")
    assert said.code == 0, said.stderr
    assert "sslmode=verify-full will fail" in said.stderr
    assert "Anyone who can reach 0.0.0.0 over the network" in said.stderr
    nowhere = scalingo.process("databases tunnel --bind 192.0.2.1 -- true")
    assert (nowhere.code, nowhere.stdout) == (2, "")
    assert "192.0.2.1 is not an address of this machine." in nowhere.stderr


def test_tunnel_with_settings_that_are_invalid(scalingo: CommandLine) -> None:
    invalid = {"SCALINGO_SSH_HOST": "-oProxyCommand=x", "SCALINGO_SSH_HOST_KEY": "MD5:1"}
    for name, value in invalid.items():
        said = scalingo("databases tunnel", **{name: value})
        assert (said.code, said.stdout) == (2, "")
        assert name in said.stderr or value in said.stderr
    outside = scalingo("databases tunnel", SCALINGO_SANDBOX="1", SCALINGO_SSH_HOST="ssh.example")
    assert (outside.code, outside.stdout) == (2, "")
    assert "leads out of it" in outside.stderr


def test_tunnel_in_the_sandbox_ends_there(scalingo: CommandLine) -> None:
    require("psql")
    line = ["databases", "tunnel", "--", "sh", "-c", 'psql "$DATABASE_URL" -c "SELECT 1"']
    said = scalingo.process(line)
    assert (said.code, said.stdout) == (2, "")
    assert "FATAL:  there is no database behind this tunnel" in said.stderr


def test_tunnel_in_a_region_whose_host_is_listed(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo.process("databases tunnel -- true", SCALINGO_SSH_HOST=None)
    assert said.code == 0, said.stderr
    assert "/v1/regions" in [request.path for request in sandbox.requests]
