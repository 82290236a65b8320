"""A command of several requests that stops midway says what is done; run again, it does the rest.

Faults are of kinds that no retry mends.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine, Result

APP = "pinecrate-shop"
UNSET = "env unset GREETING MOTTO SHOP_ENV"


def variables(sandbox: Sandbox) -> dict[str, str]:
    return {row["name"]: row["value"] for row in sandbox.store.app(APP).variables}


def path_of(sandbox: Sandbox, name: str) -> str:
    """Where the legacy API removes a variable."""
    [found] = [row["id"] for row in sandbox.store.app(APP).variables if row["name"] == name]
    return f"/v1/apps/{APP}/variables/{found}"


def finish(scalingo: CommandLine, said: Result) -> Result:
    """Run the command that a hint ends in."""
    found = re.search(r"(?:To finish|To wait for it): scalingo (.*)", said.stderr)
    assert found, said.stderr
    return scalingo(shlex.split(found[1]))


# Variables


@pytest.mark.legacy  # the regional platform removes them all in one request
@pytest.mark.parametrize(("kind", "code"), [("503", 6), ("500", 6), ("403", 4)])
def test_unset_stops_midway(kind: str, code: int, scalingo: CommandLine, sandbox: Sandbox) -> None:
    tries = 5 if kind == "503" else 1
    sandbox.fail_next(kind, path=path_of(sandbox, "MOTTO"), times=2 * tries)
    as_json = scalingo("env unset FEATURES MOTTO SHOP_ENV --json")
    assert (as_json.code, as_json.stdout) == (code, "")
    rest = f"To finish: scalingo env unset --ignore-missing --app {APP} MOTTO SHOP_ENV"
    assert as_json.error["hint"].endswith(f"Removed FEATURES. {rest}")
    said = scalingo(UNSET)
    assert (said.code, said.stdout) == (code, "")
    assert said.stderr.endswith(f"Removed GREETING. {rest}\n")
    assert {"MOTTO", "SHOP_ENV"} < variables(sandbox).keys()
    assert finish(scalingo, said).code == 0
    assert not {"FEATURES", "GREETING", "MOTTO", "SHOP_ENV"} & variables(sandbox).keys()
    assert finish(scalingo, said).code == 0  # and again: there is nothing left to do


def test_unset_is_done_and_the_answer_is_lost(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("500", method="DELETE", executed=True)
    said = scalingo(UNSET)
    assert said.code == 6
    assert "GREETING" not in variables(sandbox)
    assert finish(scalingo, said).code == 0
    assert not {"GREETING", "MOTTO", "SHOP_ENV"} & variables(sandbox).keys()


@pytest.mark.legacy  # the regional platform removes them all in one request
def test_a_variable_that_somebody_else_removed_meanwhile(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    body = '{"resource": "variable", "error": "not found"}'
    sandbox.fail_next("404", method="DELETE", body=body, executed=True)
    assert scalingo(UNSET).code == 0
    assert not {"GREETING", "MOTTO", "SHOP_ENV"} & variables(sandbox).keys()


@pytest.mark.parametrize("way", ["import", "edit"])
def test_variables_of_a_file_stop_midway(
    way: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("GREETING=ahoy\nNEW=1\n")
    here: Callable[[str], Result] = scalingo
    line = "env import --prune --yes .env"
    if way == "edit":  # what was edited is kept in TMPDIR, which a process looks up once
        here = scalingo.where(EDITOR="cp .env", TMPDIR=str(tmp_path)).process
        line = "env edit --yes"
    sandbox.fail_next("500", method="DELETE")
    said = here(line)
    assert said.code == 6
    assert "Set NEW, GREETING.\n" in said.stderr
    assert "Removed" not in said.stderr
    assert "To finish: scalingo env unset" in said.stderr
    assert variables(sandbox)["GREETING"] == "ahoy"
    assert "MOTTO" in variables(sandbox)
    again = here(line) if way == "import" else finish(scalingo, said)
    assert again.code == 0
    assert variables(sandbox) == {"GREETING": "ahoy", "NEW": "1"}
    sandbox.fail_next("500", method="PUT")
    (tmp_path / ".env").write_text("OTHER=1\n")
    said = here(line)
    assert (said.code, "Set " in said.stderr) == (6, False)
    assert variables(sandbox) == {"GREETING": "ahoy", "NEW": "1"}


# Containers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/attach"),
        ("CONNECT", "/attach"),
        # The legacy API tells at once where to attach.
        pytest.param("GET", f"/v1/apps/{APP}/op", marks=pytest.mark.regional),
    ],
)
def test_run_stops_before_the_command(
    method: str, path: str, scalingo: CommandLine, sandbox: Sandbox, protocol: str, tmp_path: Path
) -> None:
    (tmp_path / "dump").write_text("x\n")
    sandbox.fail_next("403", method=method, path=path)
    said = scalingo("run --file dump cat /tmp/uploads/dump")
    assert (said.code, said.stdout) == (4, "")
    kind = "job" if protocol == "legacy" else "one-off"
    told = (
        f"{kind}-1 of {APP} was started and may still be running: check before you run it again.\n"
    )
    assert said.stderr.endswith(told)
    assert scalingo("run --file dump cat /tmp/uploads/dump").stdout == "x\n"


def test_a_run_that_was_not_started(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("403", method="POST", path=f"/v1/apps/{APP}/run")
    assert "was started" not in scalingo("run true").stderr


@pytest.mark.parametrize("line", ["scale web:3 --wait", "restart --wait"])
def test_an_operation_goes_on_unseen(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("403", path=f"/v1/apps/{APP}/operations")
    said = scalingo(line)
    assert said.code == 4
    assert finish(scalingo, said).code == 0


# A deployment


@pytest.mark.regional
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/sources"), ("PUT", "/")])
def test_nothing_is_deployed(
    method: str, path: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "Procfile").write_text("web: bin/web\n")
    sandbox.fail_next("403", method=method, path=path)
    before = len(sandbox.store.app(APP).deployments)
    said = scalingo("deploy .")
    assert said.code == 4
    assert said.stderr.endswith("Nothing was deployed.\n")
    assert len(sandbox.store.app(APP).deployments) == before
    assert scalingo("deploy .").code == 0


@pytest.mark.regional
def test_a_deployment_goes_on_unseen(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "Procfile").write_text("web: bin/web\n")
    sandbox.fail_next("403", method="GET", path=f"/v1/apps/{APP}/deployments/")
    said = scalingo("deploy . --follow")
    assert said.code == 4
    newest = sandbox.store.app(APP).deployments[-1].id
    assert f"scalingo deployments follow {newest} --app {APP}" in said.stderr


# Signing in and out


def sign_in(scalingo: CommandLine, sandbox: Sandbox, **where: str | None) -> Result:
    line = f"login --email {sandbox.email} --password-stdin --insecure-storage"
    return scalingo(line, stdin=sandbox.password, SCALINGO_API_TOKEN=None, **where)


@pytest.mark.regional
@pytest.mark.parametrize("way", ["whose it is", "where it is kept"])
def test_a_sign_in_that_fails_leaves_no_token(
    way: str, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    before = list(sandbox.store.tokens)
    where: dict[str, str | None] = {}
    if way == "whose it is":
        sandbox.fail_next("500", path="/v1/users/self")
    else:
        (tmp_path / "file").touch()
        where = {"SCALINGO_CONFIG_DIR": str(tmp_path / "file" / "config")}
    said = sign_in(scalingo, sandbox, **where)
    assert said.code in {1, 6}
    assert sandbox.store.tokens == before
    assert scalingo("whoami", SCALINGO_API_TOKEN=None).code == 4
    assert sign_in(scalingo, sandbox).code == 0


@pytest.mark.regional
@pytest.mark.parametrize(("kind", "method"), [("500", "DELETE"), ("503", "DELETE")])
def test_a_sign_out_that_the_platform_does_not_hear(
    kind: str, method: str | None, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None, SCALINGO_NO_CACHE="1")
    assert sign_in(user, sandbox).code == 0
    sandbox.fail_next(kind, method=method, times=99)
    said = user("logout")
    assert (said.code, said.stdout) == (6, "")
    assert "Signed out of " in said.stderr
    assert "Error: The token is still valid on the platform: " in said.stderr
    kept = json.loads((tmp_path / "config" / "credentials.json").read_text())
    assert kept["tokens"] == {}
    assert user("accounts").stdout == ""
    assert user("whoami").code == 4


@pytest.mark.regional
def test_a_sign_out_that_this_machine_does_not_do(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    before = len(sandbox.store.tokens)
    assert sign_in(scalingo, sandbox).code == 0
    (tmp_path / "config" / "credentials.json").chmod(0o644)  # so that it is not to be trusted
    said = scalingo("logout", SCALINGO_API_TOKEN=None)
    assert said.code == 1
    (tmp_path / "config" / "credentials.json").chmod(0o600)
    assert scalingo("logout", SCALINGO_API_TOKEN=None).code == 0
    assert len(sandbox.store.tokens) == before


@pytest.mark.regional
def test_a_renewed_token_that_cannot_be_stored_is_shown(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    assert sign_in(scalingo, sandbox).code == 0
    mine = sandbox.store.tokens[-1]
    lock = tmp_path / "config" / "credentials.json.lock"
    lock.unlink()
    lock.mkdir()
    said = scalingo(["tokens", "renew", mine.id], SCALINGO_API_TOKEN=None)
    assert said.code == 1
    assert said.stdout == f"{mine.value}\n"
    assert f'Renewed token "{mine.name}".' in said.stderr
    assert "Could not write" in said.stderr
    lock.rmdir()
    line = "login --with-token --insecure-storage"
    assert scalingo(line, stdin=said.stdout, SCALINGO_API_TOKEN=None).code == 0
    assert scalingo("whoami", SCALINGO_API_TOKEN=None).code == 0
