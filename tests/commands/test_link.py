"""Stories of `scalingo link`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import bodies, changes
from tests.command_line import CommandLine

SHOP = "https://github.com/pinecrate/shop"


def test_link_shows_the_repository(scalingo: CommandLine) -> None:
    result = scalingo("link")
    assert (result.code, result.stderr) == (0, "")
    assert result.lines[0][:6] == ["pinecrate/shop", "github", "main", "yes", "yes", "after 2 h"]
    document = scalingo("link show --json").json
    assert document["scm_repo_link"]["hours_before_delete_on_close"] == 2
    shown = scalingo("link", SCALINGO_FORCE_TTY="60", NO_COLOR="1").stdout
    assert max(map(len, shown.splitlines())) <= 60


def test_link_of_an_app_without_one(scalingo: CommandLine) -> None:
    for line in ("link", "link update --auto-deploy", "link delete --yes", "link deploy main"):
        result = scalingo(f"{line} --app pinecrate-blog")
        assert (result.code, result.stdout) == (3, "")
        assert "No such link to a repository." in result.stderr


def test_link_create_sends_what_was_given(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """The official client sends every flag that was not given as false."""
    integration = scalingo("integrations --json").json["scm_integrations"][0]["id"]
    result = scalingo(f"link create {SHOP} --app pinecrate-blog --branch harvest --auto-deploy")
    assert (result.code, result.lines[0][2]) == (0, "harvest")
    assert result.stderr == f"Linked pinecrate-blog to {SHOP}.\n"
    assert bodies(sandbox) == [
        {
            "scm_repo_link": {
                "source": SHOP,
                "auth_integration_uuid": integration,
                "branch": "harvest",
                "auto_deploy_enabled": True,
            }
        }
    ]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (f"create {SHOP}", 5, "already linked"),
        ("create https://github.com/pinecrate/none --app pinecrate-blog", 3, "repository"),
        ("create https://git.example.com/a/b --app pinecrate-blog", 3, "integrations add"),
        ("create pinecrate/shop --app pinecrate-blog", 2, "not the URL of a repository"),
    ],
)
def test_link_create_refusals_are_failures(
    scalingo: CommandLine, line: str, code: int, said: str
) -> None:
    """The official client exits with 0 for these."""
    result = scalingo(f"link {line}")
    assert (result.code, result.stdout) == (code, "")
    assert said in result.stderr


def test_link_create_that_the_host_refuses(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("403", method="POST", body='{"error": "401 - Bad credentials", "code": ""}')
    result = scalingo(f"link create {SHOP} --app pinecrate-blog")
    assert (result.code, result.stdout) == (4, "")
    assert "401 - Bad credentials" in result.stderr


def test_link_update_sends_48_hours(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """The official client sends 0: every stale review app is destroyed at once."""
    line = "--destroy-on-stale --hours-before-destroy-on-stale 48"
    result = scalingo(f"integration-link-update {line}")
    assert (result.code, result.lines[0][6]) == (0, "after 48 h")
    assert bodies(sandbox) == [
        {"scm_repo_link": {"delete_stale_enabled": True, "hours_before_delete_stale": 48}}
    ]
    sandbox.advance(47 * 3600)
    assert len(scalingo("review-apps").lines) == 1
    sandbox.advance(3600)
    assert scalingo("review-apps").lines == []
    assert scalingo("events --limit 1 --json").json["events"][0]["type"] == "destroy_review_app"


def test_link_update_never_destroys_at_once_by_omission(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo("link update --destroy-on-stale")
    assert (result.code, result.stdout) == (2, "")
    assert "requires --hours-before-destroy-on-stale" in result.stderr
    zero = scalingo("link update --destroy-on-stale --hours-before-destroy-on-stale 0")
    assert (zero.code, "a whole number from 1 on" in zero.stderr) == (2, True)
    assert changes(sandbox) == []


def test_link_update_leaves_the_rest(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("link update --no-auto-deploy").lines[0][3:6] == ["no", "yes", "after 2 h"]
    assert bodies(sandbox) == [{"scm_repo_link": {"auto_deploy_enabled": False}}]
    assert "Nothing to change" in scalingo("link update").stderr


def test_link_update_asks_before_forks_are_allowed(scalingo: CommandLine) -> None:
    line = "link update --allow-review-apps-from-forks"
    refused = scalingo(line)
    assert (refused.code, "Pass --aware-of-security-risks" in refused.stderr) == (2, True)
    assert scalingo(f"{line} --aware-of-security-risks").lines[0][7] == "yes"
    terminal = scalingo.terminal("link update --allow-review-apps-from-forks")
    terminal.expect("can then run code")
    terminal.sendline("n")
    terminal.expect("Nothing was done")
    terminal.wait()
    assert terminal.exitstatus == 2


def test_link_deploy(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("link deploy main")
    assert result.code == 0
    assert f"scalingo deployments follow {result.lines[0][0]}" in result.stderr
    assert bodies(sandbox) == [{"branch": "main"}]
    unknown = scalingo("link deploy moon --follow")
    assert (unknown.code, unknown.stdout) == (3, "")


@pytest.mark.parametrize(("outcome", "code"), [("success", 0), ("build-error", 1)])
def test_link_deploy_follow_ends_as_the_deployment(
    scalingo: CommandLine, sandbox: Sandbox, outcome: str, code: int
) -> None:
    sandbox.end_next_deployment(outcome)
    result = scalingo("integration-link-manual-deploy main --follow")
    assert result.code == code
    assert "-----> Python application detected" in result.stdout


def test_link_delete_asks(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert "Pass --yes" in scalingo("link delete").stderr
    assert changes(sandbox) == []
    result = scalingo("link delete --yes")
    assert result.stderr == "Unlinked pinecrate-shop from pinecrate/shop.\n"
    assert scalingo("link").code == 3
