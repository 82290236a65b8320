"""Stories of `scalingo review-apps`."""

from __future__ import annotations

from scalingo_cli.sandbox import Sandbox
from tests.changes import bodies, changes
from tests.command_line import CommandLine


def test_review_apps_take_one_request(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """The official client asks for each app, and panics at one that was never deployed."""
    sandbox.clear_requests()
    result = scalingo("review-apps")
    assert (result.code, result.stderr) == (0, "")
    assert result.lines[0][:4] == ["pinecrate-shop-pr84", "84", "Leeks by the metre", ""]
    assert len(sandbox.requests) == 1


def test_review_apps_are_shown_by_number_or_name(scalingo: CommandLine) -> None:
    [listed] = scalingo("review-apps --json").json["review_apps"]
    for name in ("84", "pinecrate-shop-pr84"):
        assert scalingo(f"review-apps show {name} --json").json == {"review_app": listed}
    shown = scalingo("review-apps show 84", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout
    assert "never" in shown
    missing = scalingo("review-apps show 85")
    assert (missing.code, 'has no review app "85"' in missing.stderr) == (3, True)


def test_review_apps_create(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("review-apps create 81")
    assert result.lines[0][:3] == ["pinecrate-shop-pr81", "81", "Weigh the [red] onions"]
    assert result.stderr == "Creating pinecrate-shop-pr81.\n"
    assert bodies(sandbox) == [{"pull_request_id": 81}]
    assert len(scalingo("review-apps").lines) == 2
    again = scalingo("review-apps create 81")
    assert (again.code, "has a review app already" in again.stderr) == (5, True)


def test_review_apps_create_of_a_fork_asks(scalingo: CommandLine, sandbox: Sandbox) -> None:
    refused = scalingo("review-apps create 84")
    assert (refused.code, refused.stdout) == (2, "")
    assert "from the fork lena/shop" in refused.stderr
    assert "Pass --aware-of-security-risks" in refused.stderr
    assert changes(sandbox) == []
    sandbox.store.app(sandbox.main_app).rows("review_apps").clear()
    assert scalingo("review-apps create 84 --aware-of-security-risks").code == 0


def test_review_apps_create_without_such_a_pull_request(scalingo: CommandLine) -> None:
    result = scalingo("review-apps create 7")
    assert (result.code, result.stdout) == (3, "")


def test_review_apps_of_an_app_without_a_link(scalingo: CommandLine) -> None:
    result = scalingo("review-apps --app pinecrate-blog")
    assert (result.code, result.stdout) == (3, "")
    assert "No such link to a repository." in result.stderr
