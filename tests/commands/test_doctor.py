"""`scalingo doctor`: what it finds, well or not, and that it always comes to an end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from scalingo_cli import __version__
from scalingo_cli.sandbox import Sandbox
from tests.command_line import SCALINGO, CommandLine
from tests.fake_servers import Elsewhere

NAMES = [
    *("scalingo", "python", "platform", "clock", "token", "keyring"),
    *("proxy", "certificates", "app", "completion"),
]
CLOSED = "http://127.0.0.1:9"


@pytest.fixture
def healthy(scalingo: CommandLine) -> CommandLine:
    """A user whose machine lacks nothing but a keyring."""
    return scalingo.where(SHELL="/bin/sh", REQUESTS_CA_BUNDLE=None)


def found(user: CommandLine, line: str = "doctor", **environment: str | None) -> dict[str, Any]:
    """Each thing that was looked at, by name."""
    result = user.where(**environment)(f"{line} --json")
    checks = {check["name"]: check for check in result.json["checks"]}
    assert result.stderr == ""
    assert result.code == ("failure" in {check["status"] for check in checks.values()})
    for check in checks.values():
        assert check.keys() == {"name", "status", "message", "remedy"}
        assert check["status"] in {"ok", "warning", "failure"}
        assert (check["remedy"] is None) == (check["status"] == "ok"), check
    return checks


def test_where_all_is_well_it_exits_with_0(healthy: CommandLine, sandbox: Sandbox) -> None:
    result = healthy("doctor")
    assert (result.code, result.stderr) == (0, "")
    checks = {name: (status, message) for name, status, message, _ in result.lines}
    assert list(checks) == NAMES
    keyring = checks.pop("keyring")
    assert keyring == ("warning", "No keyring is available on this machine.")
    assert {status for status, _ in checks.values()} == {"ok"}
    assert checks["scalingo"][1].startswith(f"version {__version__} in ")
    assert checks["python"][1].startswith(f"{sys.version_info[0]}.{sys.version_info[1]}.")
    assert checks["platform"][1].startswith(f"{sandbox.url} responds in ")
    assert checks["clock"][1] == "in sync with the platform's"
    assert checks["token"][1] == "from SCALINGO_API_TOKEN, belongs to noor"
    assert checks["app"][1] == f"{sandbox.main_app}, from SCALINGO_APP"


def test_colours_in_a_pipe_are_those_of_what_is_well(healthy: CommandLine) -> None:
    result = healthy("doctor", CLICOLOR_FORCE="1")
    assert (result.code, result.stderr) == (0, "")
    statuses = {name: status for name, status, *_ in result.lines}
    assert statuses.pop("keyring") == "warning"
    assert set(statuses.values()) == {"\x1b[32mok\x1b[0m"}


def test_in_json_it_is_an_object_of_ours(healthy: CommandLine) -> None:
    assert list(found(healthy)) == NAMES


@pytest.mark.parametrize("width", [60, 80, 200])
def test_at_a_terminal_remedies_stand_below_the_table(width: int, healthy: CommandLine) -> None:
    result = healthy("doctor", SCALINGO_FORCE_TTY=str(width), NO_COLOR="1", SHELL="/bin/bash")
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["Check", "Status", "Found"]
    assert max(map(len, lines)) <= width
    assert [line.split()[0] for line in lines[2:] if line[0] != " "] == NAMES
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["keyring", "completion"]


# The platform


def test_the_network_is_down(healthy: CommandLine) -> None:
    checks = found(healthy, SCALINGO_API_URL=CLOSED)
    assert "clock" not in checks
    assert checks["platform"]["status"] == "failure"
    assert checks["platform"]["message"].startswith("Could not connect to 127.0.0.1:9")
    assert checks["token"]["status"] == "warning"
    assert checks["token"]["message"] == "from SCALINGO_API_TOKEN, not checked"


@pytest.mark.parametrize("fault", ["503", "html", "garbage", "cut", "429"])
def test_the_platform_is_not_well(fault: str, healthy: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next(fault, times=9, path="/v1/addon_categories")
    checks = found(healthy)
    assert checks["platform"]["status"] == "failure"
    assert "clock" not in checks
    assert checks["app"]["status"] == "ok"


def test_the_address_is_invalid(healthy: CommandLine) -> None:
    checks = found(healthy, SCALINGO_API_URL="http://api.example")
    assert list(checks) == ["scalingo", "python", "platform", "app", "completion"]
    assert "unencrypted" in checks["platform"]["message"]


@pytest.mark.parametrize(("minutes", "way"), [(-120, "ahead of"), (+5, "behind")])
def test_a_clock_that_is_wrong(
    minutes: int, way: str, healthy: CommandLine, elsewhere: Elsewhere
) -> None:
    theirs = datetime.now(UTC) + timedelta(minutes=minutes)
    elsewhere.will_answer({"user": {"username": "noor"}}, Date=format_datetime(theirs, usegmt=True))
    clock = found(healthy, SCALINGO_API_URL=elsewhere.url)["clock"]
    assert clock["status"] == "warning"
    seconds, rest = clock["message"].split(" ", 1)
    assert rest == f"seconds {way} the platform's"
    assert abs(int(seconds) - abs(minutes) * 60) < 30


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_platform_without_the_time(date: str, healthy: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer({"user": {"username": "noor"}}, Date=date)
    clock = found(healthy, SCALINGO_API_URL=elsewhere.url)["clock"]
    assert clock["message"] == "not compared: the platform sent no date"


# The token and the keyring


def test_there_is_no_token(healthy: CommandLine) -> None:
    token = found(healthy, SCALINGO_API_TOKEN=None)["token"]
    assert token["status"] == "failure"
    assert token["remedy"] == "Set SCALINGO_API_TOKEN, or sign in: scalingo login"


def test_the_token_is_refused(healthy: CommandLine) -> None:
    token = found(healthy, SCALINGO_API_TOKEN="n33dle")["token"]
    assert token["message"] == "The platform refused the token from SCALINGO_API_TOKEN."
    assert "scalingo login" in token["remedy"]


def test_no_token_is_shown(healthy: CommandLine, sandbox: Sandbox) -> None:
    for options in ("", "--json", "--debug-body"):
        result = healthy(f"doctor {options}")
        assert sandbox.token not in result.stdout + result.stderr


def test_the_file_of_tokens_is_open_to_all(healthy: CommandLine, sandbox: Sandbox) -> None:
    user = healthy.where(SCALINGO_API_TOKEN=None)
    assert user("login --with-token --insecure-storage", stdin=sandbox.token).code == 0
    file = Path(user.environment["SCALINGO_CONFIG_DIR"], "credentials.json")
    assert found(user)["token"]["message"] == f"from the file {file}, belongs to noor"
    file.chmod(0o644)
    checks = found(user)
    assert checks["token"]["status"] == checks["keyring"]["status"] == "failure"
    assert checks["token"]["remedy"].startswith("Run: chmod 600 ")


def in_process(environment: dict[str, str]) -> dict[str, Any]:
    result = subprocess.run(
        [*SCALINGO, "doctor", "--json"],
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def test_the_keyring_answers(
    secret_service: dict[str, str], healthy: CommandLine, tmp_path: Path
) -> None:
    environment = {**healthy.environment, **secret_service}
    environment.pop("PYTHON_KEYRING_BACKEND", None)
    keyring = in_process(environment)["keyring"]
    assert keyring["status"] == "ok"
    assert keyring["message"].endswith(" works")


@pytest.mark.slow
def test_a_keyring_that_is_silent_holds_nothing_up(
    silent_secret_service: dict[str, str], healthy: CommandLine
) -> None:
    environment = {**healthy.environment, **silent_secret_service}
    environment.pop("PYTHON_KEYRING_BACKEND", None)
    checks = in_process(environment)
    assert checks["keyring"]["status"] == "warning"
    assert "did not respond within 0.5 seconds" in checks["keyring"]["message"]
    assert checks["token"]["status"] == "ok"


# The way


def test_the_password_of_a_proxy_is_not_shown(healthy: CommandLine) -> None:
    for proxy in ("http://user:n33dle@127.0.0.1:9", "user:n33dle@127.0.0.1:9"):
        user = healthy.where(SCALINGO_API_URL="https://api.scalingo.example", HTTPS_PROXY=proxy)
        assert found(user)["proxy"]["message"] == "http://***@127.0.0.1:9"
        assert found(user)["platform"]["status"] == "failure"
        result = user("doctor --debug-body")
        assert "n33dle" not in result.stdout + result.stderr


@pytest.mark.both
def test_no_proxy_is_taken_where_none_may_be(healthy: CommandLine, sandbox: Sandbox) -> None:
    host = (sandbox.auth_url or sandbox.url).removeprefix("http://")
    checks = found(healthy, HTTP_PROXY=CLOSED, HTTPS_PROXY=CLOSED)
    assert checks["proxy"]["message"] == f"none for {host}"
    closed = dict.fromkeys(["SCALINGO_API_URL", "SCALINGO_AUTH_URL"], "https://127.0.0.2:9")
    checks = found(healthy, **closed, HTTPS_PROXY=CLOSED, NO_PROXY="127.0.0.2")
    assert checks["proxy"]["message"] == "none for 127.0.0.2:9"


def test_the_authorities_in_force(healthy: CommandLine, tmp_path: Path) -> None:
    checks = found(healthy)
    assert Path(checks["certificates"]["message"].removeprefix("authorities from ")).exists()
    checks = found(healthy, REQUESTS_CA_BUNDLE=str(tmp_path))
    assert checks["certificates"]["message"] == f"authorities from {tmp_path}"
    checks = found(healthy, REQUESTS_CA_BUNDLE=str(tmp_path / "missing"))
    assert checks["certificates"]["status"] == "failure"
    assert "REQUESTS_CA_BUNDLE" in checks["certificates"]["remedy"]


# The app


def test_the_app_of_each_source(healthy: CommandLine, tmp_path: Path) -> None:
    assert found(healthy, "doctor --app tea-room")["app"]["message"] == "tea-room, from --app"
    user = healthy.where(SCALINGO_APP=None)
    assert found(user)["app"]["status"] == "warning"
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    remote = ["git", "-C", str(tmp_path), "remote", "add", "scalingo", "git@scalingo.com:crate.git"]
    subprocess.run(remote, check=True)
    assert found(user)["app"]["message"] == "crate, from the git remote scalingo"
    subprocess.run([*remote[:-2], "test", "git@scalingo.com:crate-test.git"], check=True)
    chosen = found(healthy, "--remote test doctor")["app"]["message"]
    assert chosen == "crate-test, from the git remote test"
    (tmp_path / "empty").mkdir()
    assert found(user, PATH=str(tmp_path / "empty"))["app"]["status"] == "warning"


# Completion


@pytest.mark.parametrize("shell", ["bash", "fish", "zsh"])
def test_its_remedy_installs_the_completion(
    shell: str, healthy: CommandLine, tmp_path: Path
) -> None:
    user = healthy.where(SHELL=f"/usr/bin/{shell}", XDG_DATA_DIRS=str(tmp_path / "share"))
    missing = found(user)["completion"]
    assert missing["status"] == "warning"
    assert missing["message"].startswith(f"not installed for {shell}")
    search = os.pathsep.join([str(Path(sys.executable).parent), user.environment["PATH"]])
    subprocess.run(
        ["sh", "-ec", missing["remedy"]], env={**user.environment, "PATH": search}, check=True
    )
    installed = found(user)["completion"]
    assert installed["status"] == "ok"
    place = Path(installed["message"].removeprefix(f"installed for {shell} in "))
    assert place.is_relative_to(tmp_path)

    place.write_text("complete -W apps scalingo\n")
    old = found(user)["completion"]
    assert (old["status"], old["message"]) == ("warning", f"outdated in {place}")
    assert old["remedy"] == f"scalingo completion {shell} > {place}"


@pytest.mark.parametrize(
    ("shell", "place"),
    [
        ("bash", "bash-completion/completions/scalingo"),
        ("fish", "fish/vendor_completions.d/scalingo.fish"),
        ("zsh", "zsh/site-functions/_scalingo"),
    ],
)
def test_where_the_wheel_puts_it_counts(
    shell: str, place: str, healthy: CommandLine, tmp_path: Path
) -> None:
    script = tmp_path / "share" / place
    script.parent.mkdir(parents=True)
    script.write_text(healthy(f"completion {shell}").stdout)
    user = healthy.where(SHELL=f"/bin/{shell}", XDG_DATA_DIRS=f"/nowhere:{tmp_path / 'share'}")
    assert found(user)["completion"]["message"] == f"installed for {shell} in {script}"


def test_other_shells_have_none(healthy: CommandLine) -> None:
    assert found(healthy)["completion"]["message"] == "not available for sh"
    unknown = found(healthy, SHELL=None)["completion"]
    assert unknown["message"] == "not available for your shell, which is unknown"


def test_doctor_installs_the_completion_of_bash_in_the_users_data_directory(
    healthy: CommandLine, tmp_path: Path
) -> None:
    user = healthy.where(SHELL="/bin/bash", XDG_DATA_HOME=str(tmp_path / "data"), XDG_DATA_DIRS="/")
    assert f"{tmp_path}/data/bash-completion/" in found(user)["completion"]["remedy"]
