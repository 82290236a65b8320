"""The token: found in the environment, the keyring or the file, kept there and forgotten."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import secretstorage
from jeepney.io.blocking import open_dbus_connection
from platformdirs import user_config_path

from scalingo_cli.auth import credentials
from scalingo_cli.errors import Failed, NotAllowed
from scalingo_cli.storage import private_file

HOST = "api.example.com"
TOKEN = "tk-us-0123456789"
WAYS_OUT = ("SCALINGO_API_TOKEN", "scalingo login --insecure-storage")

# What lets a child measure its own coverage: keyrings are asked in children only.
COVERAGE = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}

DRIVER = f"""
import json, sys
from scalingo_cli.auth import credentials
from scalingo_cli.errors import ScalingoError
names = vars(credentials) | dict(HOST={HOST!r}, TOKEN={TOKEN!r})
for call in sys.argv[1:]:
    try:
        answer = dict(got=eval(call, names))
    except ScalingoError as error:
        answer = dict(error=error.message, hint=error.hint, exit_code=error.exit_code)
    answer["imported"] = list(sys.modules)
    print(json.dumps(answer, default=lambda token: dict(value=token.value, source=token.source)))
"""


def ask(environment: dict[str, str], *calls: str) -> list[dict[str, Any]]:
    """Make calls such as `find(HOST)` one after another, in one process of their own.

    Return what each returned or raised, and what was imported by then.
    """
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, *calls],
        env=COVERAGE | environment,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def got(environment: dict[str, str], *calls: str) -> list[Any]:
    """Return what each call returned."""
    return [answer["got"] for answer in ask(environment, *calls)]


def credentials_file(environment: dict[str, str]) -> Path:
    return Path(environment["HOME"], ".config/scalingo/credentials.json")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the credentials file belongs, in this process."""
    monkeypatch.delenv("SCALINGO_API_TOKEN", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("SCALINGO_CONFIG_DIR", raising=False)
    return user_config_path("scalingo") / "credentials.json"


def written(file: Path, text: str, mode: int = 0o600) -> Path:
    file.parent.mkdir(parents=True)
    file.write_text(text)
    file.chmod(mode)
    return file


# The environment


def test_the_environment_wins_and_no_keyring_is_imported(
    silent_secret_service: dict[str, str],
) -> None:
    given = {"SCALINGO_API_TOKEN": f" {TOKEN}\n"}
    [answer] = ask(silent_secret_service | given, "find(HOST)")
    assert answer["got"] == {"value": TOKEN, "source": "SCALINGO_API_TOKEN"}
    assert "keyring" not in answer["imported"]


@pytest.mark.parametrize("empty", ["", " \n"])
def test_an_empty_variable_is_no_token(no_keyring: dict[str, str], empty: str) -> None:
    assert got(no_keyring | {"SCALINGO_API_TOKEN": empty}, "find(HOST)") == [None]


@pytest.mark.parametrize(
    "bad", ["tk secret", "tk\nsecret", "tk\x7fsecret", "tk\x85secret", "tk☕secret"]
)
def test_what_a_header_cannot_carry_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    monkeypatch.setenv("SCALINGO_API_TOKEN", bad)
    for refused in (lambda: credentials.find(HOST), lambda: credentials.keep(HOST, bad)):
        with pytest.raises(NotAllowed) as caught:
            refused()
        assert "secret" not in caught.value.message + str(caught.value.hint)


def test_an_empty_token_is_not_kept() -> None:
    with pytest.raises(NotAllowed, match="empty"):
        credentials.keep(HOST, " \n")


def test_a_token_does_not_show_itself() -> None:
    assert TOKEN not in repr(credentials.Token(TOKEN, "SCALINGO_API_TOKEN"))


# The keyring


def test_a_token_is_kept_found_and_forgotten(secret_service: dict[str, str]) -> None:
    keyring = "the keyring (SecretService Keyring)"
    assert got(secret_service, "find(HOST)", "keep(HOST, TOKEN + chr(10))") == [None, keyring]
    found = {"value": TOKEN, "source": keyring}
    there = got(secret_service, "find(HOST)", "find('another.example.com')", "forget(HOST)")
    assert there == [found, None, [keyring]]
    assert got(secret_service, "forget(HOST)", "find(HOST)") == [[], None]


def test_the_backend_is_remembered_and_the_others_are_not_tried_again(
    secret_service: dict[str, str],
) -> None:
    first, _ = ask(secret_service, "find(HOST)", "keep(HOST, TOKEN)")
    assert "keyring.backends.kwallet" in first["imported"]
    [found] = ask(secret_service, "find(HOST)")
    assert found["got"]["value"] == TOKEN
    assert "keyring.backends.kwallet" not in found["imported"]
    null = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    assert got(secret_service | null, "find(HOST)") == [None]
    gone = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    for said in ask(secret_service | gone, "find(HOST)", "forget(HOST)"):
        assert "The keyring that was used before is not available here." in said["error"]


def test_the_keyring_is_enough_where_no_file_can_be_written(secret_service: dict[str, str]) -> None:
    secret_service["SCALINGO_CONFIG_DIR"] = "/proc/scalingo"
    kept, found, refused = ask(
        secret_service, "keep(HOST, TOKEN)", "find(HOST)", "keep(HOST, TOKEN, insecure=True)"
    )
    assert "error" not in kept
    assert found["got"]["value"] == TOKEN
    assert refused["error"].startswith("Could not write /proc/scalingo/credentials.json: ")


def test_every_entry_of_the_host_is_forgotten(secret_service: dict[str, str]) -> None:
    ask(secret_service, "keep(HOST, TOKEN)")
    with open_dbus_connection(secret_service["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        collection = secretstorage.get_default_collection(connection)
        attributes = {"service": "scalingo", "username": HOST, "application": "another program"}
        collection.create_item("A second entry", attributes, TOKEN.encode())
    assert got(secret_service, "forget(HOST)", "find(HOST)")[1] is None


def test_a_token_in_the_keyring_replaces_the_one_in_the_file(
    secret_service: dict[str, str],
) -> None:
    *_, found = got(
        secret_service,
        "keep(HOST, 'tk-old', insecure=True)",
        "keep('another.example.com', 'tk-other', insecure=True)",
        "keep(HOST, TOKEN)",
        "find(HOST)",
    )
    assert found["value"] == TOKEN
    assert json.loads(credentials_file(secret_service).read_text())["tokens"] == {
        "another.example.com": "tk-other"
    }


def test_both_places_are_forgotten(secret_service: dict[str, str]) -> None:
    newer = "keep(HOST, 'tk-newer', insecure=True)"
    ask(secret_service, "keep(HOST, TOKEN)", newer)
    found, forgotten, none = got(secret_service, "find(HOST)", "forget(HOST)", "find(HOST)")
    assert found["value"] == "tk-newer"
    assert forgotten == [
        "the keyring (SecretService Keyring)",
        f"the file {credentials_file(secret_service)}",
    ]
    assert none is None


@pytest.mark.parametrize(
    "circumstances", ["no bus", "an empty bus", "the fail backend"], ids=lambda text: text
)
def test_without_any_keyring_nobody_is_signed_in(
    circumstances: str, request: pytest.FixtureRequest
) -> None:
    environment: dict[str, str] = request.getfixturevalue(
        "session_bus" if circumstances == "an empty bus" else "no_keyring"
    )
    if circumstances == "the fail backend":
        environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    found, forgotten, refused = ask(environment, "find(HOST)", "forget(HOST)", "keep(HOST, TOKEN)")
    assert (found["got"], forgotten["got"]) == (None, [])
    assert refused["error"] == "No keyring is available on this machine."
    assert refused["exit_code"] == 4
    assert all(way in refused["hint"] for way in WAYS_OUT)


def test_what_the_null_backend_loses_is_noticed(no_keyring: dict[str, str]) -> None:
    no_keyring["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    found, forgotten, refused = ask(no_keyring, "find(HOST)", "forget(HOST)", "keep(HOST, TOKEN)")
    assert (found["got"], forgotten["got"]) == (None, [])
    assert refused["error"] == "The keyring (null Keyring) did not store the token."
    assert all(way in refused["hint"] for way in WAYS_OUT)


def refuses_everything(environment: dict[str, str], problem: str) -> None:
    """`find`, `keep` and `forget` fail alike, each with its advice."""
    *others, forgetting = ask(environment, "find(HOST)", "keep(HOST, TOKEN)", "forget(HOST)")
    for refused in others:
        assert refused["error"] == f"The keyring {problem}."
        assert refused["exit_code"] == 4
        assert all(way in refused["hint"] for way in WAYS_OUT)
    assert forgetting["error"] == f"The keyring {problem}. It may still hold a token for {HOST}."
    assert forgetting["exit_code"] == 4


def test_a_locked_keyring(locked_secret_service: dict[str, str]) -> None:
    refuses_everything(locked_secret_service, "is locked")


def test_a_keyring_that_was_never_unlocked(new_secret_service: dict[str, str]) -> None:
    refuses_everything(new_secret_service, "could not be opened: it may never have been unlocked")


@pytest.mark.parametrize("silent", ["silent_secret_service", "silent_prompter"])
def test_a_keyring_that_never_answers(silent: str, request: pytest.FixtureRequest) -> None:
    environment: dict[str, str] = request.getfixturevalue(silent)
    problem = "did not respond within 0.5 seconds; it may be waiting to be unlocked"
    refuses_everything(environment, problem)


@pytest.mark.slow
def test_a_keyring_that_never_answers_is_waited_for(silent_secret_service: dict[str, str]) -> None:
    started = time.monotonic()
    [refused] = ask(silent_secret_service | {"SCALINGO_KEYRING_TIMEOUT": ""}, "find(HOST)")
    assert "did not respond within 3 seconds" in refused["error"]
    assert time.monotonic() - started >= 3


def test_the_file_is_forgotten_though_the_keyring_is_locked(
    locked_secret_service: dict[str, str],
) -> None:
    kept, refused = ask(locked_secret_service, "keep(HOST, TOKEN, insecure=True)", "forget(HOST)")
    assert refused["error"].startswith(
        f"Deleted the token from {kept['got']}. The keyring is locked."
    )
    assert TOKEN not in credentials_file(locked_secret_service).read_text()


BACKEND = """
from keyring.backend import KeyringBackend
{preamble}
class Keyring(KeyringBackend):
    priority = 9
    def get_password(self, service, username):
        {body}
    def set_password(self, service, username, password):
        {body}
"""


@pytest.mark.parametrize(
    ("preamble", "body", "name"),
    [
        ("", "raise RuntimeError('no disk for', locals())", "RuntimeError"),
        ("", "raise SystemExit('no')", "SystemExit"),
        ("import no_such_module", "pass", "ModuleNotFoundError"),
    ],
    ids=["raises", "exits", "does not load"],
)
def test_a_broken_backend(
    no_keyring: dict[str, str], tmp_path: Path, preamble: str, body: str, name: str
) -> None:
    Path(tmp_path, "broken_backend.py").write_text(BACKEND.format(preamble=preamble, body=body))
    no_keyring["PYTHONPATH"] = str(tmp_path)
    no_keyring["PYTHON_KEYRING_BACKEND"] = "broken_backend.Keyring"
    refuses_everything(no_keyring, f"failed ({name})")


# The file


def test_the_file_is_private_from_its_directory_on(file: Path) -> None:
    umask = os.umask(0)
    try:
        assert credentials.keep(HOST, TOKEN, insecure=True) == f"the file {file}"
    finally:
        os.umask(umask)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert {
        path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in file.parent.iterdir()
    } == {"credentials.json": "0o600", "credentials.json.lock": "0o600"}
    assert credentials.find(HOST) == credentials.Token(TOKEN, f"the file {file}")


def test_the_file_answers_without_a_keyring(no_keyring: dict[str, str]) -> None:
    where = f"the file {credentials_file(no_keyring)}"
    _, found, forgotten, none = ask(
        no_keyring, "keep(HOST, TOKEN, insecure=True)", "find(HOST)", "forget(HOST)", "find(HOST)"
    )
    assert found["got"] == {"value": TOKEN, "source": where}
    assert "keyring" not in found["imported"]
    assert (forgotten["got"], none["got"]) == ([where], None)


WRITERS = """
import os
from scalingo_cli.auth import credentials
held, starting_gun = os.pipe()
for number in range(50):
    if not os.fork():
        os.close(starting_gun)
        os.read(held, 1)
        credentials.keep(f"{number}.example.com", f"tk-{number}", insecure=True)
        os._exit(0)
os.close(starting_gun)
assert [os.wait()[1] for _ in range(50)] == [0] * 50
"""


def test_a_sign_in_is_not_lost_to_another_at_the_same_time(no_keyring: dict[str, str]) -> None:
    writing = subprocess.run([sys.executable, "-c", WRITERS], env=no_keyring, check=False)
    assert writing.returncode == 0
    tokens = {f"{number}.example.com": f"tk-{number}" for number in range(50)}
    assert json.loads(credentials_file(no_keyring).read_text()) == {"tokens": tokens}
    assert len(list(credentials_file(no_keyring).parent.iterdir())) == 2


def test_what_others_wrote_into_the_file_stays(file: Path) -> None:
    written(file, '{"written by": "a later version", "tokens": {"other.example.com": "tk-é"}}')
    credentials.keep(HOST, TOKEN, insecure=True)
    assert json.loads(file.read_text()) == {
        "written by": "a later version",
        "tokens": {"other.example.com": "tk-é", HOST: TOKEN},
    }


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_that_others_can_read_is_refused(file: Path, mode: int) -> None:
    before = json.dumps({"tokens": {HOST: TOKEN}})
    written(file, before, mode)
    for refused in (lambda: credentials.find(HOST), lambda: credentials.keep(HOST, "tk-new")):
        with pytest.raises(Failed, match=r"Other users can .*credentials\.json") as caught:
            refused()
        assert caught.value.hint == f"Run: chmod 600 {file}"
    assert file.read_text() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_refused(file: Path) -> None:
    os.chown(written(file, json.dumps({"tokens": {HOST: TOKEN}})), 65534, -1)
    with pytest.raises(Failed, match="belongs to another user"):
        credentials.find(HOST)


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", '{"tokens": []}', '{"tokens": {"host": 1}}', '"\udce9"', "[" * 99999],
    ids=lambda damage: damage[:30],
)
def test_a_damaged_file_is_named_and_left_alone(file: Path, damage: str) -> None:
    before = damage.encode(errors="surrogateescape")
    written(file, "").write_bytes(before)
    for refused in (
        lambda: credentials.find(HOST),
        lambda: credentials.keep(HOST, TOKEN),
        lambda: credentials.keep(HOST, TOKEN, insecure=True),
    ):
        with pytest.raises(Failed, match=str(file)):
            refused()
    assert file.read_bytes() == before
    assert {path.name for path in file.parent.iterdir()} <= {file.name, f"{file.name}.lock"}


def test_a_symlink_is_replaced_and_its_target_left_alone(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.json"
    target.write_text('{"tokens": {"other.example.com": "tk-other"}}')
    target.chmod(0o600)
    file.parent.mkdir(parents=True)
    file.symlink_to(target)
    credentials.keep(HOST, TOKEN, insecure=True)
    assert not file.is_symlink()
    assert json.loads(file.read_text())["tokens"].keys() == {"other.example.com", HOST}
    assert TOKEN not in target.read_text()


def test_a_directory_that_cannot_be_made(file: Path) -> None:
    file.parent.parent.write_text("a file where the directory should be")
    with pytest.raises(Failed, match=f"{file}: Not a directory"):
        credentials.keep(HOST, TOKEN, insecure=True)


def test_a_full_disk_leaves_the_file_as_it_was(file: Path) -> None:
    """A limit on the size of files stands for the full disk."""
    import resource
    import signal

    credentials.keep(HOST, TOKEN, insecure=True)
    before = file.read_text()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        with pytest.raises(Failed, match=f"Could not write {file}: File too large"):
            credentials.keep("other.example.com", TOKEN, insecure=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert file.read_text() == before
    assert len(list(file.parent.iterdir())) == 2


# A bearer that comes late


def test_a_late_bearer_leaves_a_newer_token_in_the_file(file: Path) -> None:
    credentials.keep(HOST, TOKEN, insecure=True)
    signed_in = credentials.find(HOST)
    assert signed_in
    credentials.keep(HOST, "tk-us-newer", insecure=True)
    credentials.keep_bearer(HOST, signed_in, "late.bearer")
    assert json.loads(file.read_text())["tokens"] == {HOST: "tk-us-newer"}
    now = credentials.find(HOST)
    assert now
    credentials.keep_bearer(HOST, now, "its.bearer")
    assert json.loads(file.read_text())["tokens"] == {HOST: "tk-us-newer its.bearer"}


def test_a_late_bearer_leaves_a_newer_token_in_the_keyring(secret_service: dict[str, str]) -> None:
    *_, value, bearer, _, its_bearer = got(
        secret_service,
        "keep(HOST, TOKEN)",
        "(signed_in := find(HOST))",
        "keep(HOST, 'tk-us-newer')",
        "keep_bearer(HOST, signed_in, 'late.bearer')",
        "(now := find(HOST)).value",
        "now.bearer",
        "keep_bearer(HOST, now, 'its.bearer')",
        "find(HOST).bearer",
    )
    assert (value, bearer, its_bearer) == ("tk-us-newer", None, "its.bearer")


# Keyrings that answer oddly


ODD = """
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        return {answer}
    def set_password(self, service, username, password):
        pass
    def delete_password(self, service, username):
        pass
"""


@pytest.mark.parametrize("answer", ["b'tk-us-1'", "7", "['tk-us-1']"])
def test_a_keyring_that_gives_no_text_has_failed(
    answer: str, no_keyring: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "odd.py").write_text(ODD.format(answer=answer))
    environment = {"PYTHONPATH": str(tmp_path), "PYTHON_KEYRING_BACKEND": "odd.Keyring"}
    for said in ask(no_keyring | environment, "find(HOST)", "keyring(HOST)", "forget(HOST)"):
        assert said["error"].startswith("The keyring failed (TypeError).")
        assert said["exit_code"] == 4


def test_a_keyring_that_deletes_nothing_is_not_asked_for_ever(
    no_keyring: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "odd.py").write_text(ODD.format(answer="'tk-us-1'"))
    environment = {"PYTHONPATH": str(tmp_path), "PYTHON_KEYRING_BACKEND": "odd.Keyring"}
    [said] = ask(no_keyring | environment, "forget(HOST)")
    assert said["error"].startswith("The keyring failed (RuntimeError).")


def test_a_pipe_in_the_place_of_the_file_is_refused_at_once(file: Path) -> None:
    file.parent.mkdir(parents=True)
    os.mkfifo(file, 0o600)
    with pytest.raises(Failed, match="is not an ordinary file"):
        credentials.find(HOST)


def test_a_private_file_is_on_the_disk_before_it_takes_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.json"
    at_that_moment: list[bool] = []
    fsync = os.fsync

    def noted(handle: int) -> None:
        at_that_moment.append(file.exists())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    private_file.replace(file, "{}")
    assert (at_that_moment, file.read_text()) == ([False], "{}")
