"""Stories of `scalingo alerts`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import bodies, changes
from tests.command_line import CommandLine
from tests.webhooks import webhook


@pytest.fixture
def seeded(sandbox: Sandbox) -> str:
    """The id of the alert that the main app has."""
    return str(sandbox.store.app(sandbox.main_app).rows("alerts")[0]["id"])


def kitchen(sandbox: Sandbox) -> str:
    return str(sandbox.store.app(sandbox.main_app).rows("notifiers")[0]["id"])


def test_alerts_in_a_pipe(scalingo: CommandLine, seeded: str) -> None:
    result = scalingo("alerts")
    assert (result.code, result.stderr) == (0, "")
    assert result.lines == [[seeded, "web", "memory", "above 0.85", "enabled", "5m", "1h"]]


def test_alerts_at_a_terminal_have_an_id_that_can_be_typed(
    scalingo: CommandLine, seeded: str
) -> None:
    shown = scalingo("alerts", SCALINGO_FORCE_TTY="60", NO_COLOR="1").stdout
    assert max(map(len, shown.splitlines())) <= 60
    typed = shown.splitlines()[-1].split()[0]
    assert seeded.startswith(typed)
    assert scalingo(f"alerts show {typed} --json").json["alert"]["id"] == seeded


def test_alerts_show_names_the_notifiers(scalingo: CommandLine, seeded: str) -> None:
    assert scalingo(f"alerts show {seeded}").lines[0][7] == "Kitchen"


def test_alerts_add_sends_what_was_given(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """The official client always sends "0s" and 0 for the durations."""
    result = scalingo("alerts add web --metric cpu --limit 0.8 --json")
    assert result.json["alert"]["container_type"] == "web"
    assert result.stderr == "Added an alert for cpu of web.\n"
    assert bodies(sandbox) == [{"alert": {"container_type": "web", "metric": "cpu", "limit": 0.8}}]


def test_alerts_durations_are_as_the_api_has_them(
    scalingo: CommandLine, sandbox: Sandbox, seeded: str
) -> None:
    """The official client sends reminders in nanoseconds where the API has "5m30s"."""
    line = "alerts-update {} --duration-before-trigger 3m -r 330s --notifiers Kitchen"
    result = scalingo(line.format(seeded))
    assert result.lines[0][5:] == ["3m", "5m30s"]
    assert bodies(sandbox) == [
        {
            "alert": {
                "duration_before_trigger": 180_000_000_000,
                "remind_every": "5m30s",
                "notifiers": [kitchen(sandbox)],
            }
        }
    ]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("add wbe --metric cpu --limit 0.7", 3, "Did you mean web?"),
        ("add web --metric memry --limit 0.7", 2, "Did you mean memory?"),
        ("add web --metric cpu --limit 0.7 --notify Kitchn", 3, "Did you mean Kitchen?"),
        ("add web --metric cpu --limit 0.7 --remind-every 5", 2, "not a duration such as 90s"),
        ("add web --metric cpu --limit 0.7 --for 1.5m", 2, "not a duration such as 90s"),
        ("update al-1", 2, "Nothing to change"),
        ("enable al-none", 3, 'pinecrate-shop has no alert "al-none".'),
        ("remove al-none --yes", 3, 'pinecrate-shop has no alert "al-none".'),
    ],
)
def test_alerts_refuse_a_typo_before_anything_is_sent(
    scalingo: CommandLine, sandbox: Sandbox, line: str, code: int, said: str
) -> None:
    result = scalingo(f"alerts {line}")
    assert (result.code, result.stdout) == (code, "")
    assert said in result.stderr
    assert changes(sandbox) == []


def test_alerts_warn_of_a_percentage(scalingo: CommandLine) -> None:
    assert "give 0.8." in scalingo("alerts add web --metric cpu --limit 80").stderr
    assert "Warning" not in scalingo("alerts add web --metric 5XX --limit 80").stderr


def test_alerts_are_disabled_and_enabled(
    scalingo: CommandLine, sandbox: Sandbox, seeded: str
) -> None:
    assert scalingo(f"alerts disable {seeded}").lines[0][4] == "disabled"
    assert scalingo(f"alerts update {seeded} --enable").lines[0][4] == "enabled"
    assert bodies(sandbox) == [{"alert": {"disabled": off}} for off in (True, False)]


def test_alerts_remove_asks(scalingo: CommandLine, seeded: str) -> None:
    terminal = scalingo.terminal(f"alerts remove {seeded}")
    terminal.expect("Remove the alert for memory of web above 0.85 from pinecrate-shop?")
    terminal.sendline("y")
    terminal.expect("Removed the alert")
    terminal.wait()
    assert terminal.exitstatus == 0
    assert "alerts add TYPE" in scalingo("alerts").stderr


def test_an_alert_fires_reminds_ends_and_calls_a_webhook(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    app = sandbox.main_app
    with webhook() as received:
        line = "notifiers add webhook --name Pager --webhook-url-stdin"
        assert scalingo(line, stdin=received.url).code == 0
        line = "alerts add web --metric cpu --limit 0.8 --for 1m --remind-every 10m --notify Pager"
        assert scalingo(line).code == 0
        sandbox.measure(app, "web", "cpu", 0.9)
        assert received.is_empty  # it has not lasted a minute
        sandbox.advance(60)
        first = received.next()
        assert (first["type"], first["app_name"]) == ("alert", app)
        assert (first["type_data"]["activated"], first["type_data"]["value_text"]) == (True, "90%")
        sandbox.advance(600)
        assert received.next()["type_data"]["activated"] is True
        sandbox.measure(app, "web", "cpu", 0.2)
        assert received.next()["type_data"]["activated"] is False
    said = [line[3] for line in scalingo("events --limit 3").lines]
    assert said == [
        f"over: {app} web: cpu at 20%, limit 80%",
        f"{app} web: cpu at 90%, limit 80%",
        f"{app} web: cpu at 90%, limit 80%",
    ]


def test_an_alert_fires_when_a_leak_fills_the_memory(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("alerts add worker --metric memory --limit 0.6").code == 0
    sandbox.leak(sandbox.main_app, "worker")
    sandbox.advance(60)
    assert "alert" not in [line[2] for line in scalingo("events --limit 2").lines]
    sandbox.advance(600)
    newest = scalingo("events --limit 1").lines[0]
    assert newest[2:4] == ["alert", f"{sandbox.main_app} worker: memory at 72%, limit 60%"]


def test_an_alert_below_its_limit_and_all_alerts(scalingo: CommandLine, sandbox: Sandbox) -> None:
    with webhook() as received:
        line = "notifiers add webhook --name Pager --webhook-url-stdin --all-alerts"
        assert scalingo(line, stdin=received.url).code == 0
        assert scalingo("alerts add web --metric rpm --limit 10 --below").code == 0
        sandbox.measure(sandbox.main_app, "web", "rpm", 3)
        assert received.next()["type_data"]["send_when_below"] is True
