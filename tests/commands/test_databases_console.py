"""`scalingo databases console`, with a real psql on a real PostgreSQL, and stand-ins."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.commands.test_databases_tunnel import VARIABLE, give
from tests.servers import LOCAL, Postgres, SSHServer
from tests.terminals import Start

SCRIPT = """DROP TABLE IF EXISTS crates;
CREATE TABLE crates (n int);
INSERT INTO crates VALUES (6), (7);
SELECT 'sum', sum(n) FROM crates;
"""
SECRET = "s3cr;et&$(x)"  # what a shell would run a part of
ENCODED = "s3cr%3Bet%26%24(x)"


def started(sandbox: Sandbox) -> Any:
    """The body of the request that started the container."""
    return next(request.json for request in sandbox.requests if request.path.endswith("/run"))


@pytest.fixture
def shop(scalingo: CommandLine, sandbox: Sandbox, postgres: Postgres) -> CommandLine:
    """Types command lines for an app whose database is a real one."""
    give(sandbox, **{VARIABLE: postgres.url})
    return scalingo


# In a container


def test_console_reads_a_script_in_a_pipe(shop: CommandLine, postgres: Postgres) -> None:
    said = shop("databases console -- -q -At", stdin=SCRIPT)
    assert (said.code, said.stdout.splitlines()[-1]) == (0, "sum|13")
    assert said.stderr == ""
    failed = shop("databases console -- -v ON_ERROR_STOP=1", stdin="SELECT nonsense;\nSELECT 1;\n")
    assert (failed.code, "1 row" in failed.stdout) == (3, False)
    assert 'column "nonsense" does not exist' in failed.stdout


def test_console_at_a_terminal(
    shop: CommandLine, sandbox: Sandbox, at_terminal: Start, postgres: Postgres
) -> None:
    terminal = at_terminal("databases", "console", "--", "--no-psqlrc")
    terminal.expect(f"{postgres.name}=[#>] ")
    command = started(sandbox)["command"]
    assert command == f'dbclient-fetcher pgsql && exec psql "${VARIABLE}" --no-psqlrc'
    terminal.type("SELECT 6 * 7 AS answer;\r")
    terminal.expect(r" 42\s")
    terminal.type("\\q\r")
    assert terminal.end()[0] == 0


def test_console_keeps_the_password_out_of_the_command(
    shop: CommandLine, sandbox: Sandbox, postgres: Postgres
) -> None:
    assert shop("databases console -- -c 'SELECT 1'").code == 0
    body = started(sandbox)
    assert body["command"].endswith(f"exec psql \"${VARIABLE}\" -c 'SELECT 1'")
    assert "pe%40r" not in json.dumps(body)
    app = sandbox.store.app(sandbox.main_app)
    assert "pe%40r" not in shop("events --type run --limit 1 --json").stdout
    assert app.name in shop("apps --json").stdout


@pytest.mark.parametrize(
    ("address", "command", "variables"),
    [
        (f"redis://:{ENCODED}@r.example:30001", 'exec redis-cli -u "$DB_URL"', {}),
        (f"rediss://u:{ENCODED}@r.example:30001", 'exec redis-cli -u "$DB_URL"', {}),
        (f"postgis://u:{ENCODED}@p.example/d", 'exec psql "postgres://${DB_URL#*://}"', {}),
        (
            f"mongodb://u:{ENCODED}@one.example:1,two.example:2/d?replicaSet=r",
            "if command -v mongosh >/dev/null; then exec mongosh"
            ' "$DB_URL"; else exec mongo "$DB_URL"; fi',
            {},
        ),
        (
            f"mysql://user:{ENCODED}@m.example:30002/shop?useSSL=true",
            "exec mysql --host=m.example --port=30002 --user=user --database=shop",
            {"MYSQL_PWD": SECRET},
        ),
    ],
)
def test_console_of_each_kind(
    scalingo: CommandLine, sandbox: Sandbox, address: str, command: str, variables: dict[str, str]
) -> None:
    give(sandbox, DB_URL=address)
    said = scalingo("databases console --variable DB_URL")
    assert said.code == 0, said.stderr
    assert "The sandbox has no database at" in said.stdout
    body = started(sandbox)
    assert body["command"].endswith(command)
    assert not {SECRET, ENCODED} & set(shlex.split(body["command"]))
    assert SECRET not in body["command"]
    assert {name: value for name, value in body["env"].items() if name != "CLIENT_OS"} == variables
    shown = scalingo("databases console --variable DB_URL --dry-run").stdout
    assert not any(secret in shown for secret in (SECRET, ENCODED))


def test_console_of_influxdb(scalingo: CommandLine, sandbox: Sandbox) -> None:
    give(sandbox, SCALINGO_INFLUX_URL=f"https://u:{ENCODED}@i.example:30003/measures")
    said = scalingo("influx-console")
    assert said.code == 0, said.stderr
    body = started(sandbox)
    line = "exec influx -host i.example -port 30003 -ssl -database measures"
    assert body["command"].endswith(line)
    assert body["env"]["INFLUX_PASSWORD"] == SECRET


# Which one


def test_console_of_one_of_several(scalingo: CommandLine, sandbox: Sandbox) -> None:
    give(sandbox, SCALINGO_REDIS_URL="redis://:pw@r.example:1", REDIS_URL="redis://:pw@r.example:1")
    said = scalingo("databases console")
    assert (said.code, said.stdout) == (2, "")
    assert f"has 2 databases: {VARIABLE}, SCALINGO_REDIS_URL." in said.stderr
    assert "--variable NAME" in said.stderr
    for line in ("databases console --kind redis", "redis-console", "redis-console -e REDIS_URL"):
        sandbox.clear_requests()
        assert scalingo(line).code == 0
        assert "exec redis-cli" in started(sandbox)["command"]
    assert "exec psql" not in str(started(sandbox))
    assert scalingo("databases console --addon postgresql").code == 0
    give(sandbox, SCALINGO_POSTGRESQL_2_URL="postgres://u:p@other.example:1/other")
    sandbox.clear_requests()
    assert scalingo("databases console --addon postgresql").code == 0  # by its resource
    assert f'"${VARIABLE}"' in started(sandbox)["command"]
    missing = scalingo("databases console --addon mysql")
    assert (missing.code, missing.stdout) == (3, "")


def test_console_takes_the_variable_of_exactly_that_name(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    give(sandbox, MY_URL_OLD="redis://:old@r.example:1")
    said = scalingo("redis-console --env MY_URL")
    assert (said.code, said.stdout) == (3, "")
    assert "has no variable MY_URL." in said.stderr
    assert "Did you mean MY_URL_OLD" in said.stderr
    assert "old@" not in said.stderr


def test_console_of_a_variable_of_a_different_kind(scalingo: CommandLine, sandbox: Sandbox) -> None:
    give(sandbox, CACHE_URL="redis://:s3cret@r.example:1")
    for line, kind in {
        "databases console --kind mysql --variable CACHE_URL": "mysql",
        "pgsql-console -e CACHE_URL": "postgresql",
        "influxdb-console -e CACHE_URL": "influxdb",
    }.items():
        said = scalingo(line)
        assert (said.code, said.stdout) == (2, "")
        assert said.stderr == f"Error: CACHE_URL leads to redis, not to {kind}.\n"


def test_console_of_what_is_no_database(scalingo: CommandLine, sandbox: Sandbox) -> None:
    give(sandbox, BROKEN_URL="postgres://u:s3cret@:x:y/", SEARCH_URL="https://u:s3cret@s.example")
    broken = scalingo("databases console --variable BROKEN_URL")
    assert (broken.code, broken.stdout) == (2, "")
    assert "BROKEN_URL has no address with a host and a port." in broken.stderr
    nothing = scalingo("databases console --kind mongodb")
    assert (nothing.code, nothing.stdout) == (3, "")
    assert "no variable with the address of a database of type mongodb." in nothing.stderr
    give(sandbox, SCALINGO_OPENSEARCH_URL="https://u:s3cret@s.example:9200")
    search = scalingo("databases console --variable SCALINGO_OPENSEARCH_URL")
    assert (search.code, search.stdout) == (2, "")
    assert "scalingo databases tunnel" in search.stderr
    assert "s3cret" not in broken.stderr + nothing.stderr + search.stderr


def test_console_and_tunnel_of_a_dedicated_database(scalingo: CommandLine) -> None:
    for words in ("console", "tunnel"):
        said = scalingo(f"databases {words} --database orders-db", SCALINGO_APP=None)
        assert (said.code, said.stdout) == (2, "")
        assert "orders-db is a dedicated database" in said.stderr
        assert "scalingo databases endpoints orders-db" in said.stderr


# On this machine


def test_console_local_has_the_password_in_no_command_line(
    shop: CommandLine, ssh_server: SSHServer, postgres: Postgres, tmp_path: Path
) -> None:
    local = shop.where(**ssh_server.environment)
    said = local.process("databases console --local -- -At", stdin="SELECT 6 * 7;\n")
    assert (said.code, said.stdout) == (0, "42\n")
    program = tmp_path / "bin" / "psql"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$0" "$@"; exit 5\n')
    program.chmod(0o755)
    own = local.where(PATH=f"{program.parent}:{os.environ['PATH']}")
    failed = own.process("databases console --local")
    assert failed.code == 5
    assert f"{postgres.user}@{LOCAL}:10" in failed.stdout
    assert "pe%40r" not in failed.stdout


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"redis://:{ENCODED}@{LOCAL}:7", ["redis-cli", "-h", LOCAL, "-p"]),
        (f"mysql://user:{ENCODED}@{LOCAL}:7/shop", ["mysql", f"--host={LOCAL}", "--user=user"]),
        (f"mongodb://u:{ENCODED}@{LOCAL}:7/shop", ["mongosh", "--nodb", "--shell"]),
    ],
)
def test_console_local_of_each_kind(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path, address: str, words: list[str]
) -> None:
    give(sandbox, DB_URL=address)
    program = tmp_path / "bin" / words[0]
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"; env >&2\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    said = scalingo.process("databases console --local --variable DB_URL", PATH=path)
    assert said.code == 0, said.stderr
    assert set(words[1:]) <= set(said.stdout.split())
    assert not any(secret in said.stdout for secret in (SECRET, ENCODED))
    assert SECRET in said.stderr or f":{ENCODED}@{LOCAL}:1" in said.stderr


def test_console_local_without_the_program(scalingo: CommandLine, tmp_path: Path) -> None:
    said = scalingo("databases console --local", PATH=str(tmp_path))
    assert (said.code, said.stdout) == (2, "")
    assert "Program psql not found." in said.stderr
    assert scalingo("databases console --local --size L").code == 2
