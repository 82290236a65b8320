"""Stories of `scalingo integrations`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import changes
from tests.command_line import CommandLine

TOKEN = "gl-0rch4rd-0f-pl0ms-9f27c1"
ADD = "integrations add gitlab-self-hosted --url https://git.example.com"


def test_integrations_in_a_pipe_show_no_token(scalingo: CommandLine) -> None:
    result = scalingo("integrations --debug-body")
    assert result.lines == [["github", "noor-github", "https://github.com"]]
    [listed] = scalingo("integrations --json").json["scm_integrations"]
    assert listed["access_token"]
    assert listed["access_token"] not in result.stderr
    assert scalingo("integrations show github").lines[0][:3] == result.lines[0]
    assert listed["access_token"] not in scalingo("integrations show github").stdout


def test_integrations_need_no_app(scalingo: CommandLine) -> None:
    assert scalingo("integrations", SCALINGO_APP=None).code == 0


@pytest.mark.parametrize("option", ["--token-stdin", "--token -"])
def test_integrations_add_with_a_token_from_standard_input(
    scalingo: CommandLine, sandbox: Sandbox, option: str
) -> None:
    result = scalingo(f"{ADD} {option} --debug-body", stdin=f"{TOKEN}\n")
    assert (result.code, result.lines[0][0]) == (0, "gitlab-self-hosted")
    assert "command line" not in result.stderr
    assert TOKEN not in result.stdout + result.stderr
    [given] = [request.json for request in sandbox.requests if request.method == "POST"]
    assert given["scm_integration"]["access_token"] == TOKEN
    assert TOKEN not in scalingo(f"{ADD} --token-stdin --dry-run", stdin=TOKEN).stdout


def test_integrations_add_asks_for_the_token_at_a_terminal(scalingo: CommandLine) -> None:
    terminal = scalingo.terminal(ADD)
    terminal.expect("Access token:")
    terminal.sendline(TOKEN)
    terminal.expect("Added the integration")
    assert TOKEN not in str(terminal.before)
    terminal.wait()
    assert terminal.exitstatus == 0


def test_integrations_add_without_a_terminal_does_not_hang(scalingo: CommandLine) -> None:
    result = scalingo(ADD)
    assert (result.code, "Pass --token-stdin" in result.stderr) == (2, True)


def test_integrations_add_warns_of_a_token_on_the_command_line(scalingo: CommandLine) -> None:
    line = f"integrations-add gitlab-self-hosted --url https://git.example.com --token {TOKEN}"
    result = scalingo(line)
    assert (result.code, "can see a token on a command line" in result.stderr) == (0, True)
    assert TOKEN not in result.stdout + result.stderr


def test_integrations_add_github_prints_the_page(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("integrations add github")
    assert (result.code, result.stdout) == (0, f"{sandbox.auth_url}/users/github/link\n")
    assert changes(sandbox) == []


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("add githb", 2, "Did you mean github"),
        ("add github-enterprise", 2, "github-enterprise requires --url."),
        ("show gitlab", 3, 'Your account has no integration "gitlab".'),
        ("import-keys gitlab", 3, "List them: scalingo integrations"),
        ("branches github pinecrate/none", 3, '"pinecrate/none" not found.'),
    ],
)
def test_integrations_refuse(
    scalingo: CommandLine, sandbox: Sandbox, line: str, code: int, said: str
) -> None:
    result = scalingo(f"integrations {line}")
    assert (result.code, result.stdout) == (code, "")
    assert said in result.stderr
    assert changes(sandbox) == []


def test_integrations_import_keys(scalingo: CommandLine) -> None:
    result = scalingo("integrations import-keys github")
    assert result.lines[0][:2] == ["github-Orchard", "ssh-ed25519"]
    assert result.stderr == "Added 1 key.\n"
    again = scalingo("integrations import-keys github")
    assert (again.code, again.stdout, again.stderr) == (0, "", "No new keys.\n")
    assert "github-Orchard" in scalingo("keys").stdout


def test_integrations_search(scalingo: CommandLine) -> None:
    assert [line[0] for line in scalingo("integrations repos github").lines] == [
        "pinecrate/shop",
        "pinecrate/scales",
    ]
    assert [line[0] for line in scalingo("integrations repos github shop").lines] == [
        "pinecrate/shop"
    ]
    [pull] = scalingo("integrations pulls github onions").lines
    assert pull[:2] == ["81", "Weigh the [red] onions"]
    assert "main" in scalingo("integrations branches github pinecrate/shop").stdout.split()


def test_integrations_remove_asks(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert "Pass --yes" in scalingo("integrations remove github").stderr
    assert changes(sandbox) == []
    result = scalingo("integrations remove github --yes")
    assert result.stderr == "Removed the integration with github (noor-github).\n"
    assert "integrations add github" in scalingo("integrations").stderr


def test_integrations_branches_of_a_mistyped_repository(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("integrations branches github pinecrate/shpo")
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr == (
        'Error: Repository "pinecrate/shpo" not found.\n'
        "Did you mean pinecrate/shop or pinecrate/scales?"
        " List them: scalingo integrations repos github\n"
    )
    [integration] = {request.path.split("/")[3] for request in sandbox.requests[1:]}
    sandbox.fail_next("503", path=f"/v1/scm_integrations/{integration}/search_repos")
    said = scalingo("integrations branches github pinecrate/shpo")
    assert said.code == 3
    assert "(Repository not found)." in said.stderr
