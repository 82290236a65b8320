"""Stories of `scalingo notifiers`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import bodies, changes
from tests.command_line import CommandLine
from tests.webhooks import webhook

SECRET = "s3cr3t"  # of the seed's webhook
URL = "https://hooks.chat.example/T9/B7/fr3sh-cr4tes-0f-l33ks"


def test_notifiers_in_a_pipe_mask_the_webhook(scalingo: CommandLine) -> None:
    result = scalingo("notifiers")
    assert (result.code, result.stderr) == (0, "")
    assert result.lines == [
        ["Kitchen", "slack", "enabled", "2 events", "https://hooks.chat.example/***"],
        ["On call", "email", "enabled", "", "night@pinecrate.example"],
    ]


def test_notifiers_json_is_the_document(scalingo: CommandLine) -> None:
    first = scalingo("notifiers --json").json["notifiers"][0]
    assert first["type_data"]["webhook_url"].endswith(SECRET)
    assert scalingo("notifiers show Kitchen --json").json == {"notifier": first}


def test_notifiers_at_a_terminal(scalingo: CommandLine) -> None:
    for columns in ("60", "120"):
        shown = scalingo("notifiers", SCALINGO_FORCE_TTY=columns, NO_COLOR="1").stdout
        assert shown.startswith("Name")
        assert SECRET not in shown
        assert max(map(len, shown.splitlines())) <= int(columns)


def test_notifiers_show_names_the_events(scalingo: CommandLine) -> None:
    [line] = scalingo("notifiers show Kitchen").lines
    assert line[3] == "app_deployed, app_restarted"
    assert SECRET not in str(line)


def test_notifiers_add_a_webhook_from_standard_input(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    line = "notifiers add slack --name Dock --webhook-url-stdin --event app_scaled --debug-body"
    result = scalingo(line, stdin=f"{URL}\n")
    assert result.code == 0
    assert result.lines[0][:5] == [
        "Dock",
        "slack",
        "enabled",
        "1 event",
        "https://hooks.chat.example/***",
    ]
    assert "fr3sh" not in result.stdout + result.stderr
    [given] = bodies(sandbox)
    assert given["notifier"].keys() == {"platform_id", "name", "selected_event_ids", "type_data"}
    assert given["notifier"]["type_data"] == {"webhook_url": URL}
    events = scalingo("events --limit 1 --debug-body")
    assert "Dock (slack) added" in events.stdout
    assert "fr3sh" not in events.stdout + events.stderr


def test_notifiers_dry_run_masks_the_webhook(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for way in ("--dry-run", "--curl"):
        for option in ("--webhook-url-stdin", "--webhook-url -"):
            line = f"notifiers add webhook --name Dock {option} {way}"
            result = scalingo(line, stdin=URL)
            assert (result.code, "hooks.chat.example/***" in result.stdout) == (0, True)
            assert "fr3sh" not in result.stdout
            assert "command line" not in result.stderr
    assert changes(sandbox) == []


def test_notifiers_add_warns_of_a_webhook_on_the_command_line(scalingo: CommandLine) -> None:
    result = scalingo(["notifiers-add", "-p", "slack", "-n", "Dock", "-u", URL])
    assert result.code == 0
    assert "Every user of this machine can see a URL" in result.stderr
    assert "fr3sh" not in result.stdout + result.stderr
    assert "-u," not in scalingo("notifiers add --help").stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("add slak --name Dock", "Did you mean slack?"),
        ("add slack --name Dock", "slack requires --webhook-url-stdin."),
        ("add email --name Team --to a@b.example --event app_deploy", "Did you mean app_deploy"),
        ("add email --name Team --to jonas", "not the owner or an accepted"),
        ("add email --name Team --all-events --event app_scaled", "cannot be combined"),
        ("update Kitchen", "Nothing to change"),
    ],
)
def test_notifiers_refuse_a_typo_before_anything_is_sent(
    scalingo: CommandLine, sandbox: Sandbox, line: str, said: str
) -> None:
    """The official client leaves out an event that it does not know, silently."""
    result = scalingo(f"notifiers {line}")
    assert (result.code, result.stdout) == (2, "")
    assert said in result.stderr
    assert changes(sandbox) == []


def test_notifiers_add_collaborators(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("notifiers add email --name Team --to noor --to ilse --all-alerts").code == 0
    [given] = bodies(sandbox)
    assert given["notifier"]["send_all_alerts"] is True
    people = {user.username: user.id for user in sandbox.store.users}
    assert given["notifier"]["type_data"] == {"user_ids": [people["noor"], people["ilse"]]}


def test_notifiers_update_sends_what_changes(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """The official client never sends --email, and always an empty type_data and empty ids."""
    assert scalingo("notifiers update 'On call' --to day@pinecrate.example").code == 0
    assert scalingo("notifiers update Kitchen --disable").code == 0
    assert scalingo("notifiers enable Kitchen").lines[0][2] == "enabled"
    assert bodies(sandbox) == [
        {"notifier": {"type_data": {"emails": ["day@pinecrate.example"]}}},
        {"notifier": {"active": False}},
        {"notifier": {"active": True}},
    ]


def test_notifiers_update_does_not_leave_all_events_on(scalingo: CommandLine) -> None:
    assert scalingo("notifiers update Kitchen --all-events").lines[0][3] == "all events"
    refused = scalingo("notifiers update Kitchen --event app_scaled")
    assert (refused.code, "add --no-all-events" in refused.stderr) == (2, True)
    result = scalingo("notifiers update Kitchen --event app_scaled --no-all-events")
    assert result.lines[0][3] == "1 event"


def test_notifiers_without_such_a_name(scalingo: CommandLine) -> None:
    for verb in ("show", "test", "remove", "enable", "update --disable"):
        result = scalingo(f"notifiers {verb} Kitchn")
        assert (result.code, result.stdout) == (3, "")
        assert "Did you mean Kitchen?" in result.stderr


def test_notifiers_remove_asks(scalingo: CommandLine) -> None:
    assert "Pass --yes" in scalingo("notifiers remove Kitchen").stderr
    assert scalingo("notifiers remove Kitchen --yes").stderr.startswith("Removed the notifier")
    assert [line[0] for line in scalingo("notifiers").lines] == ["On call"]


def test_notifiers_platforms_and_events_need_no_app(scalingo: CommandLine) -> None:
    user = scalingo.where(SCALINGO_APP=None)
    assert {line[0] for line in user("notifiers platforms").lines} >= {"slack", "webhook", "email"}
    assert "app_deployed" in {line[0] for line in user("notifiers events").lines}


def test_a_notifier_sends_what_was_chosen(scalingo: CommandLine, sandbox: Sandbox) -> None:
    with webhook() as received:
        line = "notifiers add webhook --name Dock --webhook-url-stdin --event app_restarted"
        assert scalingo(line, stdin=received.url).code == 0
        assert scalingo("notifiers test Dock").stderr == "Sent a test notification to Dock.\n"
        assert received.next()["type"] == "test"
        assert scalingo("env set COLOUR=green").code == 0
        assert scalingo("restart web --wait").code == 0
        event = received.next()
        assert (event["type"], event["type_data"]) == ("restart", {"scope": ["web"]})
        assert scalingo("notifiers disable Dock").code == 0
        assert scalingo("restart --wait").code == 0
    sent_by_dock = [each for each in sandbox.notified() if each["notifier"] == "Dock"]
    assert [each["event"] for each in sent_by_dock] == ["test", "restart"]


def test_nothing_is_sent_beyond_this_machine(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("notifiers test Kitchen").code == 0
    assert scalingo("notifiers test 'On call'").code == 0
    assert [each["status"] for each in sandbox.notified()] == [
        "not sent: it is not at http://127.0.0.1",
        "not sent: a sandbox sends no e-mail",
    ]
