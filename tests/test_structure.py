"""What a run costs, by its structure: modules, requests, connections, calls of the keyring."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.command_tree import tree

# Runs command lines, whose words have TABs between them, and writes what that has imported.
RUN = """
import sys
from scalingo_cli.__main__ import main
_, file, *lines = sys.argv
codes = set()
for line in lines:
    sys.argv[1:] = line.split("\\t")
    codes.add(int(main()))
names = list(sys.modules)
with open(file, "w") as told:
    print(*codes, file=told)
    print(*names, file=told)
"""
# What no help text needs, nor a usage error.
NEEDLESS = {
    "asyncio",
    "dataclasses",
    "hashlib",
    "ipaddress",
    "keyring",
    "pathlib",
    "platformdirs",
    "requests",
    "rich",
    "ssl",
    "subprocess",
    "tarfile",
    "tempfile",
    "urllib.parse",
    "urllib3",
}
once = pytest.mark.regional  # no platform is asked, so that one protocol is enough
OF_HELP = {
    "__main__",
    "cli",
    "cli.command",
    "cli.failure",
    "cli.options",
    "cli.types",
    "console",
    "console.console",
    "console.json_output",
    "console.prose",
    "console.terminal",
    "console.view",
    "contents",
    "errors",
    "main",
    "process",
    "process.signals",
    "selection",
    "session",
    "settings",
    "text",
    "text.dates",
    "text.escape",
}
OF_AN_ERROR = {"cli.synonyms", "compat"}
OF_A_COMMAND = {"console.tally", "commands", "commands.apps"}


@cache
def modules(code: str) -> frozenset[str]:
    """What Python imports for this code."""
    script = f"{code}\nimport sys; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    return frozenset(answer.decode().split())


class Imports:
    """Runs command lines in one process, and lists the modules that they import.

    `codes` are those that the last ones ended with.
    """

    def __init__(self, scalingo: CommandLine, directory: Path) -> None:
        self._scalingo = scalingo
        self._file = directory / "modules"
        self.codes: set[int] = set()

    def __call__(self, *lines: list[str], **environment: str | None) -> set[str]:
        subprocess.run(
            [sys.executable, "-c", RUN, str(self._file), *map("\t".join, lines)],
            env=self._scalingo.with_(environment),
            capture_output=True,
            check=True,
        )
        codes, names = self._file.read_text().splitlines()
        self.codes = set(map(int, codes.split()))
        return set(names.split())


@pytest.fixture
def imports(scalingo: CommandLine, tmp_path: Path) -> Imports:
    return Imports(scalingo, tmp_path)


def ours(names: set[str]) -> set[str]:
    """Our own modules among these, by their names within the package."""
    package = "scalingo_cli."
    return {name.removeprefix(package) for name in names if name.startswith(package)}


@once
def test_the_version_takes_nothing(imports: Imports) -> None:
    new = imports(["--version"]) - modules("pass")
    assert new == {"gc", "scalingo_cli", "scalingo_cli.__main__"}


@once
@pytest.mark.parametrize(
    ("line", "more"),
    [
        (["--help"], set()),
        (["--no-such-option"], OF_AN_ERROR),
        (["apps", "--help"], {*OF_A_COMMAND, "cli.tree"}),
        (["apps", "--no-such-option"], {*OF_A_COMMAND, *OF_AN_ERROR}),
    ],
    ids=["all", "an option", "a group", "an option of a group"],
)
def test_help_and_usage_errors_take_click_and_little_else(
    line: list[str], more: set[str], imports: Imports
) -> None:
    names = imports(line)
    assert ours(names) == OF_HELP | more
    assert NEEDLESS & (names - modules("import click")) == set()


@once
@pytest.mark.parametrize(("option", "code"), [("--help", 0), ("-h", 0), ("--no-such-option", 2)])
def test_no_command_needs_more_for_its_help_or_a_usage_error(
    option: str, code: int, imports: Imports
) -> None:
    names = imports(*([*node.words, option] for node in tree()))
    assert imports.codes == {code}
    assert NEEDLESS & (names - modules("import click")) == set()


@once
def test_completion_takes_no_click(scalingo: CommandLine, imports: Imports) -> None:
    scalingo("apps")
    names = imports(["__complete", "apps list", ""])
    assert ours(names) == {"__main__", "errors", "settings", "storage", "storage.completion_cache"}
    assert not {"click", "dataclasses", "requests", "subprocess"} & names


def test_a_listing_is_one_request(imports: Imports, sandbox: Sandbox) -> None:
    names = imports(["apps", "--json"])
    assert [request.path for request in sandbox.requests] == ["/v1/apps"]
    assert not {"rich", "keyring", "subprocess"} & names


def test_a_table_takes_the_widths_of_rich_and_no_more_requests(
    imports: Imports, sandbox: Sandbox
) -> None:
    names = imports(["apps"], SCALINGO_FORCE_TTY="80")
    assert [request.path for request in sandbox.requests] == ["/v1/apps"]
    assert "rich.cells" in names
    assert not {"keyring", "rich.console", "rich.table", "rich.text"} & names


KEYRING = """
from keyring.backend import KeyringBackend

class Counting(KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        with open({calls!r}, "a") as calls:
            calls.write("get\\n")
        return {token!r}

    def set_password(self, service, username, password):
        raise NotImplementedError

    def delete_password(self, service, username):
        raise NotImplementedError
"""


def test_the_keyring_is_asked_once(imports: Imports, sandbox: Sandbox, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    plugin = tmp_path / "plugins" / "counting.py"
    plugin.parent.mkdir()
    plugin.write_text(KEYRING.format(calls=str(calls), token=sandbox.token))
    names = imports(
        ["events", "--all"],
        SCALINGO_API_TOKEN=None,
        SCALINGO_NO_CACHE="1",
        PYTHONPATH=str(plugin.parent),
        PYTHON_KEYRING_BACKEND="counting.Counting",
    )
    assert {request.status for request in sandbox.requests} == {200}
    assert calls.read_text() == "get\n"
    assert not {name for name in names if name.startswith("keyring.backends.")} - {
        "keyring.backends.fail"
    }


def connections(sandbox: Sandbox) -> int:
    """How many connections the recorded requests came over."""
    return len({request.port for request in sandbox.requests})


@pytest.mark.parametrize("line", ["restart web --wait", "env set A=1", "domains add a.example"])
def test_requests_share_a_connection(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo(line).code == 0
    assert connections(sandbox) == 1


def test_each_page_is_asked_for_once(scalingo: CommandLine, sandbox: Sandbox) -> None:
    own = len(sandbox.store.app(sandbox.main_app).events)
    sandbox.add_many_events(sandbox.main_app, 1150 - own)
    assert scalingo("events --all").code == 0
    pages = [int(request.query["page"]) for request in sandbox.requests]
    assert sorted(pages) == list(range(1, 13))
    assert connections(sandbox) <= 9  # the first, and one for each of those asked for at once


AT_ONCE = """
import threading
from scalingo_cli.session import Session

session = Session()
api = session.api
barrier = threading.Barrier(20)
names = set()

def ask():
    barrier.wait()
    names.add(api.get("users", "self")["user"]["username"])

threads = [threading.Thread(target=ask) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*names)
"""


def test_twenty_first_requests_at_once_ask_the_keyring_once(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    plugin = tmp_path / "plugins" / "counting.py"
    plugin.parent.mkdir()
    plugin.write_text(KEYRING.format(calls=str(calls), token=sandbox.token))
    answer = subprocess.run(
        [sys.executable, "-c", AT_ONCE],
        env=scalingo.with_(
            {
                "SCALINGO_API_TOKEN": None,
                "SCALINGO_NO_CACHE": "1",
                "PYTHONPATH": str(plugin.parent),
                "PYTHON_KEYRING_BACKEND": "counting.Counting",
            }
        ),
        capture_output=True,
        check=True,
    )
    assert answer.stdout.split() == [b"noor"]
    assert [request.status for request in sandbox.requests if "self" in request.path] == [200] * 20
    assert calls.read_text() == "get\n"
