"""Which app a command works on, and that no name leads anywhere else."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.http.messages import Received
from tests.checkouts import git
from tests.command_line import CommandLine

OTHER = "pinecrate-api"
ITS_VARIABLES = f"/v1/apps/{OTHER}/variables"


@pytest.fixture
def checkout(scalingo: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git checkout, which is the current directory; SCALINGO_APP is not set."""
    directory = tmp_path / "checkout"
    git("init", "--quiet", str(directory))
    monkeypatch.chdir(directory)
    del scalingo.environment["SCALINGO_APP"]
    return directory


@pytest.mark.parametrize(
    "line",
    [
        f"env list --app {OTHER}",
        f"env list -a {OTHER}",
        f"env list -a{OTHER}",
        f"env --app {OTHER} list",
        f"env --app={OTHER} list",
        f"env -a{OTHER} list",
        f"env -a {OTHER}",
        f"env -a{OTHER}",
        f"--app {OTHER} env list",
        f"-a{OTHER} env",
        f"--app pinecrate-blog env --app {OTHER}",
    ],
)
def test_the_option_stands_anywhere(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo(line).code == 0
    assert [request.path for request in sandbox.requests] == [ITS_VARIABLES]


def test_the_option_overrides_the_variable_and_that_the_checkout(
    checkout: Path, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    git("remote", "add", "scalingo", "git@scalingo.com:pinecrate-shop.git")
    scalingo("env")
    scalingo("env", SCALINGO_APP="pinecrate-blog")
    scalingo(f"env --app {OTHER}", SCALINGO_APP="pinecrate-blog")
    assert [request.path.split("/")[3] for request in sandbox.requests] == [
        "pinecrate-shop",
        "pinecrate-blog",
        OTHER,
    ]


@pytest.mark.parametrize(
    "url",
    [
        f"git@scalingo.com:{OTHER}.git",
        f"git@ssh.osc-fr1.scalingo.com:{OTHER}.git",
        f"git@ssh.osc-secnum-fr1.scalingo.com:{OTHER}",
        f"ssh://git@ssh.osc-fr1.scalingo.com:22/{OTHER}.git",
    ],
)
def test_the_git_remote_names_the_app(
    url: str,
    checkout: Path,
    scalingo: CommandLine,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    git("remote", "add", "origin", "git@github.com:pinecrate/shop.git")
    git("remote", "add", "scalingo", url)
    (checkout / "src").mkdir()
    monkeypatch.chdir(checkout / "src")
    assert scalingo("env").code == 0
    assert [request.path for request in sandbox.requests] == [ITS_VARIABLES]


def test_a_linked_worktree_is_a_checkout_too(
    checkout: Path, scalingo: CommandLine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("remote", "add", "scalingo", f"git@scalingo.com:{OTHER}.git")
    git("commit", "--quiet", "--allow-empty", "--message", "Begin")
    git("worktree", "add", "--quiet", "../linked")
    monkeypatch.chdir(checkout.parent / "linked")
    assert scalingo("env").code == 0
    assert [request.path for request in sandbox.requests] == [ITS_VARIABLES]


def test_a_remote_that_git_writes_shorter(
    checkout: Path, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    git("config", "url.git@ssh.osc-fr1.scalingo.com:.insteadOf", "paas:")
    git("remote", "add", "scalingo", f"paas:{OTHER}.git")
    assert scalingo("env").code == 0
    assert [request.path for request in sandbox.requests] == [ITS_VARIABLES]


@pytest.mark.parametrize("where", ["no checkout", "no remote", "another host", "no git"])
def test_without_an_app_the_three_ways_are_named(
    where: str, checkout: Path, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    if where == "another host":
        git("remote", "add", "scalingo", "git@scalingo.com.example:shop.git")
    if where == "no checkout":
        checkout.rename(tmp_path / "elsewhere")
    path = str(tmp_path) if where == "no git" else scalingo.environment["PATH"]
    said = scalingo("env", PATH=path)
    assert said.code == 2
    assert all(way in said.stderr for way in ("--app NAME", "SCALINGO_APP", "git remote"))
    json = scalingo("env --json", PATH=path)
    assert (json.code, json.stdout, json.error["code"]) == (2, "", 2)
    assert not sandbox.requests


@pytest.mark.parametrize("line", ["whoami", "keys", "apps", "tokens create x", "regions"])
def test_an_app_for_a_command_that_acts_on_none(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    for options in (f"-a {OTHER}", f"--app={OTHER}", "--app ''"):
        said = scalingo(f"{options} {line}")
        assert (said.code, said.stdout) == (2, "")
        assert "cannot be combined with --app: it acts on no app.\n" in said.stderr
    assert not sandbox.requests


@pytest.mark.parametrize("line", ["env --app ''", "env list --app=", "--app '' apps show"])
def test_an_empty_app_is_not_taken_for_none(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    """`--app "$APP"` in a script where APP is not set must not reach another app."""
    said = scalingo(line)
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr == "Error: --app requires a name.\n"
    assert not sandbox.requests


HOSTILE = [
    "../x",
    "a/b",
    "a/../pinecrate-api",
    "?",
    "x?current_name=x",
    "#",
    "%2e%2e",
    "%2Fetc",
    "a\\b",
    "[red]",
    "\x1b[31mred",
    "\x9b2J",
    "a\tb\nc",
    "\u202etxt",
    "a b;id",
    "é",
    "x" * 20_000,
]
NO_NAMES = ["", ".", "..", "\udcff"]
COMMANDS: list[list[str]] = [
    ["apps", "show", "NAME"],
    ["apps", "rename", "NAME", "tea-room", "--confirm", "NAME"],
    ["apps", "transfer", "NAME", "ilse@pinecrate.example", "--confirm", "NAME"],
    ["apps", "delete", "NAME", "--confirm", "NAME"],
    ["env", "--app", "NAME"],
    ["env", "set", "A=b", "--app", "NAME"],
]


def named(sandbox: Sandbox) -> list[Received]:
    """The requests, without that for the stacks, which `apps show` sends at the same time."""
    return [each for each in sandbox.requests if each.path != "/v1/features/stacks"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_no_name_reaches_another_endpoint(
    command: list[str], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    for name in HOSTILE:
        sandbox.clear_requests()
        said = scalingo([name if word == "NAME" else word for word in command])
        assert (said.code, said.stdout) == (3, ""), ascii(name)
        assert said.stderr.replace("\n", "").isprintable()
        request, listing = named(sandbox)
        assert listing.path == "/v1/apps"  # to offer the apps called nearly so
        assert [unquote(part) for part in request.path.split("/")][:4] == ["", "v1", "apps", name]
        assert request.path.count("/") <= 4


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_what_is_no_name_is_sent_nowhere(
    command: list[str], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    for name in NO_NAMES:
        said = scalingo([name if word == "NAME" else word for word in command])
        assert (said.code, said.stdout) == (2, ""), ascii(name)
        assert said.stderr.replace("\n", "").isprintable()
    assert not named(sandbox)


def test_nor_does_one_in_the_environment(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for name in HOSTILE:
        sandbox.clear_requests()
        assert scalingo("env", SCALINGO_APP=name).code == 3, ascii(name)
        request, _ = sandbox.requests
        assert [unquote(part) for part in request.path.split("/")] == [
            *("", "v1", "apps", name, "variables")
        ]


def test_a_git_remote_holds_no_path(checkout: Path, scalingo: CommandLine) -> None:
    for app in ("../x", "a/b", "..", "x?y", ""):
        git("config", "remote.scalingo.url", f"git@scalingo.com:{app}.git")
        said = scalingo("env")
        assert said.code in {2, 3}
        assert said.stdout == ""


@pytest.mark.regional
def test_the_hint_names_the_remote_of_the_region_in_force(
    scalingo: CommandLine, tmp_path: Path
) -> None:
    user = scalingo.where(SCALINGO_APP=None)
    assert "git remote add scalingo git@ssh.osc-fr1.scalingo.com:NAME.git\n" in user("env").stderr
    git("init", "--quiet", str(tmp_path))
    address = "https://noor:secret@github.com/pinecrate/shop.git"
    git("remote", "add", "scalingo", address)
    said = user("env")
    assert said.code == 2
    assert "the remote scalingo has a different host" in said.stderr
    assert "secret" not in said.stderr
