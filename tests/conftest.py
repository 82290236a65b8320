"""Fixtures: a sandbox, and a command line that talks to it."""

from __future__ import annotations

import gc
import inspect
import os
import signal
from collections.abc import Iterator
from itertools import filterfalse
from pathlib import Path
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.seed import company
from tests.command_line import CommandLine, without_pauses
from tests.command_tree import FILES, MAIN_APP
from tests.programs import in_ci

pytest_plugins = [
    "tests.accounts",
    "tests.checkouts",
    "tests.ci_hosts",
    "tests.fake_servers",
    "tests.secret_service",
    "tests.servers",
    "tests.terminals",
]


def pytest_configure() -> None:
    """Let Ctrl-C reach what stories start: a shell's background ignores it, and so do its heirs."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.disable()  # until the tests are collected, nearly all that is made stays


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run three stories at a time on each core: many wait for a process, or for a deadline."""
    return 3 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def protocol(request: pytest.FixtureRequest) -> str:
    """What the sandbox and the client speak."""
    return str(request.param)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a story on the regional platform; on legacy as its marks say.

    One that asks for `protocol` runs on both as well.
    """
    if "protocol" in metafunc.fixturenames:
        metafunc.parametrize("protocol", _protocols(metafunc), indirect=True, scope="session")


def _protocols(metafunc: pytest.Metafunc) -> list[str]:
    for alone in ("legacy", "regional"):
        if metafunc.definition.get_closest_marker(alone):
            return [alone]
    asked = "protocol" in inspect.signature(metafunc.function).parameters
    both = asked or metafunc.definition.get_closest_marker("both") is not None
    return ["legacy", "regional"] if both else ["regional"]


# What only the regional platform has.
REGIONAL_COMMANDS = (
    "alerts",
    "autoscalers",
    "backups",
    "databases",
    "deploy",
    "integrations",
    "link",
    "log-drains",
    "logs-archives",
    "notifiers",
    "regions",
    "review-apps",
    "tokens",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what the legacy API does not have, and skip what only CI runs."""
    items[:] = filterfalse(_is_lacking, items)
    if not in_ci():
        for item in items:
            if item.get_closest_marker("ci"):
                item.add_marker(pytest.mark.skip(reason="only if CI=true"))


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what lasts: the modules, and thousands of tests.

    What a story leaves, it looks for less often: a run of the client makes little that is cyclic.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def _is_lacking(item: pytest.Item) -> bool:
    """Whether it is a case of the legacy API that only the regional platform has."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    if parameters.get("protocol") != "legacy" or item.get_closest_marker("legacy"):
        return False
    if item.get_closest_marker("regional"):
        return True
    node = parameters.get("node", parameters.get("line", ""))
    walked = str(node)
    lines = [walked, *(example.line for example in getattr(node, "examples", [])[:1])]
    return walked.startswith(REGIONAL_COMMANDS) or any("--region " in line for line in lines)


class Impatient(Sandbox):
    """A sandbox whose refusals say `Retry-After: 0`, so that no retry waits."""

    def fail_next(self, kind: str, *where: Any, **details: Any) -> None:
        if kind.isdigit():
            details.setdefault("retry_after", "0")
        super().fail_next(kind, *where, **details)


@pytest.fixture(scope="session")
def running_sandbox(protocol: str) -> Iterator[Sandbox]:
    with Impatient(operation_seconds=0.1, protocol=protocol, strict=True) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """The sandbox with its starting data; a defect of its own fails the test.

    Its main app has the name of the help's if a test runs examples.
    """
    running_sandbox.main_app = MAIN_APP if "examples" in request.fixturenames else company.MAIN_APP
    running_sandbox.reset()
    yield running_sandbox
    assert not running_sandbox.errors


@pytest.fixture(scope="session")
def used_home(
    running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> dict[Path, bytes]:
    """The files in a home where the client has run: on the regional platform, its bearer."""
    home = tmp_path_factory.mktemp("home")
    running_sandbox.reset()  # an earlier story may have left it with bearers that do not last
    assert CommandLine(_environment(running_sandbox, home))("whoami").code == 0
    files = filter(Path.is_file, home.rglob("*"))
    return {file.relative_to(home): file.read_bytes() for file in files}


@pytest.fixture
def environment(used_home: dict[Path, bytes], sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    """The environment of a user who is signed in to the sandbox, and works on its main app."""
    for name, content in used_home.items():
        file = tmp_path / name
        file.parent.mkdir(mode=0o700, parents=True)
        file.touch(mode=0o600)
        file.write_bytes(content)
    return _environment(sandbox, tmp_path)


def _environment(sandbox: Sandbox, home: Path) -> dict[str, str]:
    own = sandbox.environment()
    for name in ("SCALINGO_SANDBOX", "SCALINGO_SANDBOX_SECRET", "SCALINGO_TOKEN"):
        del own[name]  # a client like any other
    return {
        **own,
        "SCALINGO_APP": sandbox.main_app,
        "SCALINGO_CONFIG_DIR": str(home / "config"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def scalingo(
    environment: dict[str, str], sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """Runs command lines as a user would type them, in a pipe."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(environment, without_pauses(sandbox.advance))


@pytest.fixture
def examples(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> CommandLine:
    """Runs examples of the help: the main app has their name for it, and their files are there."""
    secrets = {"token.txt": f"{sandbox.token}\n", "password.txt": f"{sandbox.password}\n"}
    for name, text in {**FILES, **secrets}.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        file.chmod(0o600)
    editor = "sed -i '$aEDITED=yes'"  # adds a line
    return scalingo.where(EDITOR=editor)
