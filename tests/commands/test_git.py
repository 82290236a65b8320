"""Stories of `scalingo git`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.checkouts import git
from tests.command_line import CommandLine

URL = "git@ssh.osc-fr1.scalingo.com:pinecrate-shop.git"


def test_git_show_prints_the_bare_url(scalingo: CommandLine) -> None:
    result = scalingo("git show")
    assert (result.code, result.stdout, result.stderr) == (0, f"{URL}\n", "")
    assert scalingo("git-show --json").json["app"]["git_url"] == URL
    assert scalingo("git show --app nosuchapp").code == 3


@pytest.mark.usefixtures("checkout")
def test_git_setup_adds_the_remote_in_a_subdirectory(scalingo: CommandLine) -> None:
    result = scalingo("git setup")
    assert (result.code, result.stdout) == (0, f"{URL}\n")
    assert result.stderr == (
        "Added the git remote scalingo. To deploy: git push scalingo HEAD:master\n"
    )
    assert git("remote", "get-url", "scalingo") == URL
    again = scalingo("git-setup")
    assert (again.code, "leads to pinecrate-shop already" in again.stderr) == (0, True)
    assert scalingo("git-setup -r staging --app pinecrate-api").code == 0
    assert git("remote") == "scalingo\nstaging"
    assert scalingo("apps show", SCALINGO_APP=None).lines[0][0] == "pinecrate-shop"


@pytest.mark.usefixtures("checkout")
def test_git_setup_changes_a_remote_only_by_force_and_keeps_its_branches(
    scalingo: CommandLine,
) -> None:
    git("remote", "add", "scalingo", "https://noor:secret@git.example/old.git")
    git("config", "branch.main.remote", "scalingo")
    result = scalingo("git setup")
    assert (result.code, result.stdout) == (2, "")
    assert "Pass --force to change it" in result.stderr
    assert "secret" not in result.stderr
    assert scalingo("git setup --force").code == 0
    assert git("remote", "get-url", "scalingo") == URL
    assert git("config", "branch.main.remote") == "scalingo"


def test_git_setup_outside_of_a_checkout(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("git setup")
    assert (result.code, result.stdout) == (2, "")
    assert "This directory is not in a git checkout." in result.stderr
    assert scalingo("git setup", PATH="/nowhere").code == 2
    assert sandbox.requests == []


@pytest.mark.usefixtures("checkout")
def test_git_setup_passes_the_words_of_git_on(scalingo: CommandLine) -> None:
    result = scalingo("git setup --remote 'not a name'")
    assert (result.code, result.stdout) == (1, "")
    assert "git remote add failed" in result.stderr
