"""Stories of `scalingo log-drains`, whose URLs are credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.text import drains
from tests.changes import bodies, changes, methods, methods_and_paths
from tests.command_line import CommandLine

TOKENS = ("0rch4rd-drain-7719", "d09f00d5c1b24e6fb03a", "h4rv3st-syslog-51")
OVH = "ovh://:0rch4rd-drain-7719@tag2.logs.pinecrate.example:6514"


def test_log_drains_in_a_pipe(scalingo: CommandLine) -> None:
    said = scalingo("log-drains")
    assert (said.code, said.stderr) == (0, "")
    assert said.lines == [
        ["tag2.logs.pinecrate.example:6514", "ovh://***@tag2.logs.pinecrate.example:6514"],
        ["datadog", "datadog://***?region=eu-west-2"],
    ]


def test_log_drains_at_a_terminal(scalingo: CommandLine) -> None:
    shown = scalingo("log-drains --with-addons", SCALINGO_FORCE_TTY="60", NO_COLOR="1").stdout
    assert max(map(len, shown.splitlines())) <= 60
    assert shown.split()[:2] == ["Drain", "URL"]
    assert not any(token in shown for token in TOKENS)


def test_log_drains_json_is_the_document(scalingo: CommandLine) -> None:
    document = scalingo("log-drains --json").json
    assert [list(drain) for drain in document["drains"]] == [["app_id", "url"]] * 2
    assert document["drains"][0]["url"] == OVH


def test_log_drains_of_an_addon(scalingo: CommandLine, sandbox: Sandbox) -> None:
    [line] = scalingo("log-drains --addon postgresql").lines
    assert line[0] == "syslog.pinecrate.example:6514"
    assert sandbox.requests[-1].path.endswith("/log_drains")
    assert "/addons/ad-" in sandbox.requests[-1].path
    everything = scalingo("log-drains --with-addons").lines
    assert [each[2] for each in everything] == [sandbox.main_app] * 2 + ["postgresql"]


def test_log_drains_without_any(scalingo: CommandLine) -> None:
    said = scalingo("log-drains --app pinecrate-api")
    assert (said.code, said.stdout) == (0, "")
    assert "scalingo log-drains add TYPE --app pinecrate-api" in said.stderr


@pytest.mark.parametrize("given", ["--token-stdin", "--token -"])
def test_log_drains_add_takes_the_token_from_stdin(
    scalingo: CommandLine, sandbox: Sandbox, given: str
) -> None:
    line = f"log-drains add datadog --drain-region eu-west-2 {given}"
    said = scalingo(line, stdin="5ecret-of-datadog\n")
    assert said.code == 0
    sent = {"type": "datadog", "drain_region": "eu-west-2", "token": "5ecret-of-datadog"}
    assert changes(sandbox)[0].json == {"drain": sent}
    assert said.lines == [["datadog", "datadog://***?region=eu-west-2"]]
    assert said.stderr == f"Added the datadog log drain to {sandbox.main_app}.\n"
    for spied in (f"{line} --dry-run", f"{line} --curl", f"{line} --debug-body"):
        spy = scalingo(spied, stdin="5ecret-of-datadog\n")
        assert "5ecret" not in spy.stdout + spy.stderr


def test_log_drains_add_sends_only_what_was_given(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("log-drains add papertrail --host logs7.papertrailapp.com --port 31207")
    assert said.code == 0
    drain = {"type": "papertrail", "host": "logs7.papertrailapp.com", "port": "31207"}
    assert changes(sandbox)[0].json == {"drain": drain}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("log-drains add datdog", "Did you mean datadog?"),
        ("log-drains add", "Missing argument 'TYPE'"),
        ("log-drains add datadog", "--token-stdin < FILE"),
        ("log-drains add elk", "--url-stdin < FILE"),
        ("log-drains add papertrail --host a.example", "requires --port"),
        ("log-drains add syslog --host a.example --port x", "is not a whole number"),
        ("log-drains add logtail --token-stdin", "standard input is empty"),
        ("log-drains --addon redis --with-addons", "cannot be combined"),
    ],
)
def test_log_drains_misuse_sends_nothing(
    scalingo: CommandLine, sandbox: Sandbox, line: str, says: str
) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout) == (2, "")
    assert says in said.stderr
    assert changes(sandbox) == []


def test_log_drains_add_that_fails_exits_non_zero(scalingo: CommandLine) -> None:
    line = "log-drains add papertrail --host logs7.example --port 31207"
    assert scalingo(line).code == 0
    said = scalingo(line)
    assert (said.code, said.stdout) == (5, "")
    assert said.stderr.splitlines() == [
        "Error: The platform rejected the request: url is already a log drain."
    ]


def test_log_drains_add_to_addons_reports_what_is_left(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    scalingo("log-drains add papertrail --host logs7.example --port 1 --addon postgresql")
    said = scalingo("log-drains add papertrail --host logs7.example --port 1 --with-addons")
    assert said.code == 5
    added = f"Added the papertrail log drain to {sandbox.main_app}."
    assert f"{added} Left: postgresql, postlark.\n" in said.stderr


def test_log_drains_remove_by_a_part_of_its_name(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("log-drains remove tag2.logs --yes")
    assert said.code == 0
    assert methods_and_paths(sandbox) == [f"DELETE /v1/apps/{sandbox.main_app}/log_drains"]
    assert bodies(sandbox) == [{"url": OVH}]  # none in a query, which is logged
    assert not any(token in said.stderr for token in TOKENS)
    assert [line[0] for line in scalingo("log-drains").lines] == ["datadog"]
    [event] = scalingo("events --limit 1").lines
    assert "ovh://tag2.logs.pinecrate.example:6514 removed" in event


def test_log_drains_remove_asks(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("log-drains remove datadog")
    assert said.code == 2
    assert "Remove the log drain datadog://***?region=eu-west-2 from" in said.stderr
    assert changes(sandbox) == []


def test_log_drains_remove_what_is_not_there(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("log-drains remove datdog --yes")
    assert said.code == 3
    assert "Did you mean datadog?" in said.stderr
    said = scalingo("log-drains remove ovh://:5ecretly@other.example:1 --yes")
    assert said.code == 3
    assert "5ecretly" not in said.stderr
    scalingo("log-drains add papertrail --host tag2.example --port 1")
    said = scalingo("log-drains remove tag2 --yes")
    assert said.code == 2
    assert "matches 2 log drains" in said.stderr
    assert not any(token in said.stderr for token in TOKENS)
    assert methods(sandbox) == ["POST"]


def test_log_drains_remove_falls_back_on_the_query(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("422", method="DELETE")
    assert scalingo("log-drains remove datadog --yes").code == 0
    assert [each.query for each in changes(sandbox)] == [
        {},
        {"url": "datadog://d09f00d5c1b24e6fb03a?region=eu-west-2"},
    ]


def test_log_drains_official_spellings(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    added = "log-drains-add --type syslog --token 5ecretly --host a.example --port 12"
    said = scalingo(f"{added} --with-databases")
    assert said.code == 0
    assert "Every user of this machine can see a token" in said.stderr
    assert len(changes(sandbox)) == 3
    said = scalingo("log-drains-remove syslog://:5ecretly@a.example:12 --only-app --yes")
    assert (said.code, len(changes(sandbox))) == (0, 4)
    said = scalingo("log-drains-remove syslog://:5ecretly@a.example:12 --yes")
    assert (said.code, len(changes(sandbox))) == (0, 6)
    assert "from postgresql, postlark." in said.stderr


@pytest.mark.parametrize(
    ("url", "name", "shown"),
    [
        ("datadog://TOKEN?region=eu", "datadog", "datadog://***?region=eu"),
        ("ovh://:TOKEN@a.example:6514", "a.example:6514", "ovh://***@a.example:6514"),
        ("https://a.example/in/TOKEN?key=TOKEN", "a.example", "https://a.example/***?key=***"),
        ("tcp+tls://localhost:8080", "localhost:8080", "tcp+tls://localhost:8080"),
        ("TOKEN", "***", "***"),
        ("http://[TOKEN", "***", "***"),
    ],
)
def test_log_drains_urls_are_masked(url: str, name: str, shown: str) -> None:
    assert drains.name(url) == name
    assert drains.masked(url) == shown
