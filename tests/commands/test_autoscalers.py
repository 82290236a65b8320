"""Stories of `scalingo autoscalers`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import bodies, changes
from tests.command_line import CommandLine


def test_autoscalers_in_a_pipe(scalingo: CommandLine) -> None:
    result = scalingo("autoscalers")
    assert (result.code, result.stderr) == (0, "")
    assert [line[:6] for line in result.lines] == [["worker", "cpu", "0.75", "1", "4", "enabled"]]


def test_autoscalers_at_a_terminal(scalingo: CommandLine) -> None:
    shown = scalingo("autoscalers", SCALINGO_FORCE_TTY="80", NO_COLOR="1").stdout
    assert shown.startswith("Type    Metric  Target")
    assert "never" in shown


def test_autoscalers_of_an_app_without_any(scalingo: CommandLine) -> None:
    result = scalingo("autoscalers --app pinecrate-api")
    assert (result.code, result.stdout) == (0, "")
    assert "scalingo autoscalers add TYPE --metric" in result.stderr


def test_autoscalers_add_sends_what_was_given(scalingo: CommandLine, sandbox: Sandbox) -> None:
    line = "autoscalers add web --metric rpm_per_container --target 150 --min 2 --max 6"
    result = scalingo(f"{line} --json")
    assert result.json["autoscaler"]["container_type"] == "web"
    assert bodies(sandbox) == [
        {
            "autoscaler": {
                "container_type": "web",
                "metric": "rpm_per_container",
                "target": 150,
                "min_containers": 2,
                "max_containers": 6,
            }
        }
    ]
    assert "Added an autoscaler for web: 2 to 6 containers." in result.stderr
    again = scalingo(line)
    assert (again.code, again.stdout) == (5, "")
    assert "has already been taken" in again.stderr


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("add wbe --metric cpu --target 0.7 --min 1 --max 2", 3, "Did you mean web?"),
        ("add web --metric cpus --target 0.7 --min 1 --max 2", 2, "Did you mean cpu?"),
        ("add web --metric cpu --target 0.7 --min 3 --max 2", 2, "--min is 3, which is more than"),
        ("add web --metric cpu --target 0 --min 1 --max 2", 2, "a number above 0"),
        ("add web --metric cpu --min 1 --max 2", 2, "--target"),
        ("update worker", 2, "Nothing to change"),
    ],
)
def test_autoscalers_refuse_a_typo_before_anything_is_sent(
    scalingo: CommandLine, sandbox: Sandbox, line: str, code: int, said: str
) -> None:
    result = scalingo(f"autoscalers {line}")
    assert (result.code, result.stdout) == (code, "")
    assert said in result.stderr
    assert changes(sandbox) == []


def test_autoscalers_warn_of_a_percentage(scalingo: CommandLine) -> None:
    result = scalingo("autoscalers add web --metric memory --target 80 --min 2 --max 3")
    assert result.code == 0
    assert "memory is a fraction: 80 is 8000%. For 80%, give 0.8." in result.stderr


def test_autoscalers_update_leaves_the_rest(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo("autoscalers update worker --max 6")
    assert result.lines[0][:6] == ["worker", "cpu", "0.75", "1", "6", "enabled"]
    assert bodies(sandbox) == [{"autoscaler": {"max_containers": 6}}]


def test_autoscalers_are_disabled_and_enabled(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for verb, state in (("disable", "disabled"), ("enable", "enabled")):
        result = scalingo(f"autoscalers {verb} worker")
        assert result.lines[0][5] == state
        assert result.stderr == f"{verb.capitalize()}d the autoscaler of worker.\n"
    assert bodies(sandbox) == [{"autoscaler": {"disabled": off}} for off in (True, False)]


@pytest.mark.parametrize("verb", ["show", "enable", "disable", "remove", "update --max 3"])
def test_autoscalers_of_a_type_without_one_is_an_error(
    scalingo: CommandLine, sandbox: Sandbox, verb: str
) -> None:
    """The official client exits with 0."""
    result = scalingo(f"autoscalers {verb} clock")
    assert (result.code, result.stdout) == (3, "")
    assert 'pinecrate-shop has no autoscaler "clock".' in result.stderr
    assert changes(sandbox) == []


def test_autoscalers_remove_asks(scalingo: CommandLine) -> None:
    assert "Pass --yes" in scalingo("autoscalers remove worker").stderr
    assert scalingo("autoscalers").lines
    assert scalingo("autoscalers remove worker --yes").code == 0
    assert scalingo("autoscalers").stdout == ""


def test_an_autoscaler_scales_and_leaves_events(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.measure(sandbox.main_app, "worker", "cpu", 0.9)
    amount = {line[0]: line[1] for line in scalingo("scale").lines}
    assert amount["worker"] == "2"
    event = scalingo("events --limit 1 --json").json["events"][0]
    assert (event["type"], event["user"]["username"]) == ("scale", "scalingo-platform")
    assert event["type_data"]["containers"]["worker"] == "2:L"
    sandbox.measure(sandbox.main_app, "worker", "cpu", 0.1)
    sandbox.advance(61)  # one change a minute
    assert {line[0]: line[1] for line in scalingo("scale").lines}["worker"] == "1"
    assert scalingo("autoscalers --json").json["autoscalers"][0]["last_scale"] > "2000"


def test_scaling_by_hand_disables_the_autoscaler(scalingo: CommandLine) -> None:
    assert scalingo("scale web:3 --wait").code == 0
    assert scalingo("autoscalers").lines[0][5] == "enabled"
    assert scalingo("scale worker:3 --wait").code == 0
    assert scalingo("autoscalers").lines[0][5] == "disabled"
