"""Stories of `scalingo events`: its list, and one event."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere
from tests.programs import require
from tests.refusals import REFUSALS, assert_refused

DOCUMENTED = {
    "accept_collaborator",
    "delete_addon",
    "delete_collaborator",
    "delete_domain",
    "delete_variable",
    "deployment",
    "edit_domain",
    "edit_variable",
    "edit_variables",
    "new_addon",
    "new_app",
    "new_collaborator",
    "new_domain",
    "new_variable",
    "rename_app",
    "restart",
    "run",
    "scale",
    "transfer_app",
    "upgrade_addon",
}


def record(sandbox: Sandbox, kind: str, **data: Any) -> str:
    """Add an event to the main app and return its id."""
    app = sandbox.store.app(sandbox.main_app)
    return str(sandbox.store.record(app, app.owner, kind, data)["id"])


def happened(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The events of the main app, oldest first."""
    return sandbox.store.app(sandbox.main_app).events


# what a line says


def test_a_page_in_a_pipe_at_a_terminal_and_as_json(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    events = happened(sandbox)
    piped = scalingo("events list")
    newest = events[-1]
    assert piped.lines[0] == [newest["id"], newest["created_at"], "restart", "web", "noor"]
    assert len(piped.lines) == 30
    pages = -(-len(events) // 30)
    assert (
        piped.stderr == f"Page 1 of {pages}, {len(events)} in total. For more: --page 2, --all.\n"
    )
    assert scalingo("events") == piped
    shown = scalingo("events", SCALINGO_FORCE_TTY="100", NO_COLOR="1").stdout.splitlines()
    assert shown[0].split() == ["Date", "Type", "What", "By", "ID"]
    assert shown[2].split()[1:-1] == ["ago", "restart", "web", "noor"]
    assert all(len(line) <= 100 for line in shown)
    whole = scalingo("events --json")
    assert whole.json["events"] == events[: -30 - 1 : -1]
    assert whole.json["meta"]["pagination"]["next_page"] == 2
    assert whole.lines == [[whole.stdout.strip()]]


def test_each_type_is_described_in_words(scalingo: CommandLine, sandbox: Sandbox) -> None:
    told = {line[2]: line[3] for line in scalingo("events --all").lines}
    assert set(told) == {event["type"] for event in happened(sandbox)} >= DOCUMENTED
    assert {kind: what for kind, what in told.items() if what in ("", kind)} == {}
    assert told["rename_app"] == "pinecrate → pinecrate-shop"
    assert told["upgrade_addon"] == "postgresql postgresql-sandbox → postgresql-starter-512"
    assert told["edit_domain"] == "shop.pinecrate.example with TLS"
    assert told["accept_collaborator"] == "tomasz@pinecrate.example joined, invited by noor"


def test_scales_are_described_in_both_forms(scalingo: CommandLine) -> None:
    told = [line[3] for line in scalingo("events --type scale").lines]
    assert "worker 1:M → 1:L, clock 0 → 1" in told  # under type_data, amounts with sizes
    assert "worker 0 → 1" in told  # beside the type, bare amounts
    assert "web 1 → 3" in told


def test_flat_and_nested_events_read_the_same(scalingo: CommandLine) -> None:
    lines = scalingo("events --all").lines
    changed = {line[1][:4]: line[3] for line in lines if line[2] == "edit_variable"}
    assert changed["2015"] == "WEB_CONCURRENCY changed"
    assert "SHOP_ENV changed" in changed.values()


def values_of_variables(sandbox: Sandbox) -> set[str]:
    """Every value that an event of the main app holds and that could be no name."""

    def found(value: object) -> set[str]:
        if isinstance(value, list):
            return {value for each in value for value in found(each)}
        if not isinstance(value, dict):
            return set()
        here = {value[key] for key in ("value", "old_value") if key in value}
        return here.union(*map(found, value.values()))

    values = found(happened(sandbox))
    return {str(value) for value in values if len(str(value)) > 4}


@pytest.mark.parametrize("width", [None, "200"])
def test_no_value_of_a_variable_is_shown(
    width: str | None, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    record(sandbox, "new_variable", name="DATABASE_URL", value="postgres://u:hunter2@db.example")
    secrets = values_of_variables(sandbox)
    assert {"production", "postgres://u:hunter2@db.example"} < secrets
    shown = scalingo("events --all", SCALINGO_FORCE_TTY=width)
    assert "DATABASE_URL added" in shown.stdout
    assert [secret for secret in secrets if secret in shown.stdout + shown.stderr] == []


def test_an_unknown_type_is_shown_by_its_name(scalingo: CommandLine, sandbox: Sandbox) -> None:
    record(sandbox, "teleport_app", destination="the moon")
    line = scalingo("events --limit 1").lines[0]
    assert line[2:] == ["teleport_app", "teleport app", "noor"]


def test_an_event_without_author_or_data(scalingo: CommandLine, sandbox: Sandbox) -> None:
    event_id = record(sandbox, "scale")
    event = happened(sandbox)[-1]
    event["type_data"] = event["user"] = None
    assert scalingo("events --limit 1").lines == [
        [event_id, event["created_at"], "scale", "scale", ""]
    ]


@pytest.mark.parametrize("width", [None, "120"])
def test_hostile_text_stays_text(
    width: str | None, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    record(sandbox, "run", command="[red]rm[/red] \x1b[2J\n\u202egnp.exe")
    said = scalingo("events --limit 1", SCALINGO_FORCE_TTY=width, NO_COLOR="1")
    assert r"[red]rm[/red] \x1b[2J\n\u202egnp.exe" in " ".join(said.stdout.split())
    assert "\x1b" not in said.stdout


# which events


def test_limit_takes_the_newest(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("events --limit 5")
    assert said.lines == scalingo("events").lines[:5]
    assert said.stderr == ""
    assert sandbox.requests[0].query == {"page": "1", "per_page": "5"}


def test_limit_goes_over_pages(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("events --limit 17 --per-page 7 --json")
    assert sorted(request.query["page"] for request in sandbox.requests) == ["1", "2", "3"]
    newest = happened(sandbox)[: -17 - 1 : -1]
    assert said.json["events"] == newest
    assert said.json["meta"]["pagination"]["total_count"] == 17


def test_limit_beyond_what_there_is(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("events --limit 500")
    assert (said.code, len(said.lines)) == (0, len(happened(sandbox)))


def test_all_is_one_document_with_a_true_meta(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("events --all --json")
    assert said.json["events"] == happened(sandbox)[::-1]
    assert said.json["meta"] == {
        "pagination": {
            "current_page": 1,
            "prev_page": None,
            "next_page": None,
            "total_pages": 1,
            "total_count": len(happened(sandbox)),
        }
    }
    assert list(said.json) == ["events", "meta"]


def test_jq_reads_it(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = subprocess.run(
        [require("jq"), ".meta.pagination.total_count"],
        input=scalingo("events --all --json").raw_stdout,
        capture_output=True,
        check=True,
    )
    assert int(said.stdout) == len(happened(sandbox))


def test_one_page(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("events --page 2 --per-page 10 --json")
    newest = happened(sandbox)[-11 : -20 - 1 : -1]
    assert said.json["events"] == newest
    assert said.json["meta"]["pagination"]["current_page"] == 2
    last = -(-len(happened(sandbox)) // 10)
    assert scalingo(f"events --page {last} --per-page 10").stderr == ""


def test_a_page_beyond_the_end(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("events --page 9")
    assert (said.code, said.stdout) == (0, "")
    last = -(-len(happened(sandbox)) // 30)
    assert said.stderr == f"Page 9 does not exist; the last page is {last}.\n"
    json = scalingo("events --page 9 --json").json
    assert json["events"] == []
    assert json["meta"]["pagination"]["current_page"] == 9


def test_only_some_types(scalingo: CommandLine) -> None:
    said = scalingo("events --type restart --type run")
    assert {line[2] for line in said.lines} == {"restart", "run"}
    everything = scalingo("events --all").lines
    assert said.lines == [line for line in everything if line[2] in {"restart", "run"}]
    assert said.stderr == ""
    two = scalingo("events --type restart --limit 2 --json").json
    assert [event["type"] for event in two["events"]] == ["restart", "restart"]
    assert two["meta"]["pagination"]["total_count"] == 2


def test_a_type_that_never_happened(scalingo: CommandLine, sandbox: Sandbox) -> None:
    happened(sandbox)[:] = [event for event in happened(sandbox) if event["type"] != "crash"]
    said = scalingo("events --type scael")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == "No events of type scael. Did you mean scale?\n"
    assert scalingo("events --type crash").stderr == "No events of type crash.\n"
    assert scalingo("events --type crash --json").json["events"] == []


def test_no_event_at_all(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.app("pinecrate-next").events.clear()
    said = scalingo("events --app pinecrate-next")
    assert (said.code, said.stdout, said.stderr) == (0, "", "No events yet.\n")
    assert scalingo("events --app pinecrate-next --all").stderr == "No events yet.\n"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--all --page 2", "--all and --page cannot be combined."),
        ("--all --limit 2", "--limit and --all cannot be combined."),
        ("--limit 2 --page 2", "--limit and --page cannot be combined."),
        ("--type run --page 2", "--type and --page cannot be combined."),
        ("--limit 0", "Invalid value for '--limit'"),
        ("--page -1", "Invalid value for '--page'"),
        ("--per-page many", "Invalid value for '--per-page'"),
        ("--type", "requires an argument"),
        ("extra", 'Unknown command "extra".'),
    ],
)
def test_misuse_is_reported_before_anything_is_sent(
    options: str, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(f"events {options}")
    assert (said.code, said.stdout) == (2, "")
    assert says in said.stderr
    assert scalingo(f"events --json {options}").error["code"] == 2
    assert sandbox.requests == []


def test_ten_thousand_events(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.add_events(sandbox.main_app, 10_000)
    said = scalingo("events --all")
    assert len({line[0] for line in said.lines}) == len(happened(sandbox)) > 10_000
    assert len(sandbox.requests) == -(-len(happened(sandbox)) // 100)


def test_a_reader_that_leaves_ends_it_quietly(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.add_events(sandbox.main_app, 2_000)  # more than a pipe holds
    said = subprocess.run(
        [
            "bash",
            "-o",
            "pipefail",
            "-c",
            f"{sys.executable} -m scalingo_cli events --all | head -n 1",
        ],
        env=scalingo.environment,
        capture_output=True,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, b"")
    assert said.stdout.count(b"\n") == 1


# show


def test_show_one(scalingo: CommandLine, sandbox: Sandbox) -> None:
    oldest = happened(sandbox)[0]
    assert scalingo(f"events show {oldest['id']}").lines[0][:2] == [
        oldest["id"],
        oldest["created_at"],
    ]
    assert scalingo(f"events show {oldest['id']} --json").json == {"event": oldest}
    shown = scalingo(f"events show {oldest['id']}", SCALINGO_FORCE_TTY="80", NO_COLOR="1")
    titles = [line.split()[0] for line in shown.stdout.splitlines()]
    assert titles == ["ID", "Date", "Type", "What", "By", "App"]


def test_show_what_is_not_there(scalingo: CommandLine) -> None:
    said = scalingo("events show 5d1f0c00")
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr == (
        'Error: pinecrate-shop has no event "5d1f0c00".\n'
        "List them: scalingo events --app pinecrate-shop\n"
    )
    assert scalingo("events show nope --json").error["code"] == 3
    assert scalingo("events show").code == 2


# refusals


def test_an_app_that_is_not_there(scalingo: CommandLine) -> None:
    said = scalingo("events --app elsewhere")
    assert said.code == 3
    assert 'App "elsewhere" not found' in said.stderr


def test_events_all_meets_every_refusal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for refusal in REFUSALS:
        assert_refused(scalingo, sandbox, "events --all", refusal)


def test_no_token(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("events", SCALINGO_API_TOKEN=None).code == 4
    assert sandbox.requests == []


@pytest.mark.parametrize("content", [{"events": 5}, {"events": [5]}, {"events": {"a": 1}}])
def test_a_document_of_another_make(
    content: object, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(content)
    said = scalingo("events --all", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    assert said.stderr.startswith("Error: The response to GET /apps/")


def test_events_show_takes_latest_and_the_start_of_an_id(scalingo: CommandLine) -> None:
    newest, *_ = scalingo("events").lines
    assert scalingo("events show latest").lines[0][0] == newest[0]
    ids = [line[0] for line in scalingo("events --all").lines]
    start = next(
        newest[0][:n] for n in range(4, 25) if sum(i.startswith(newest[0][:n]) for i in ids) == 1
    )
    assert scalingo(f"events show {start}").lines[0][0] == newest[0]
    assert scalingo("events show 0000").code == 3


def test_events_show_lists_the_events_that_begin_alike(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    first, second = sandbox.store.app(sandbox.main_app).events[:2]
    first["id"], second["id"] = "3f9c01", "3f9c02"
    said = scalingo("events show 3f9c")
    assert (said.code, said.stdout) == (2, "")
    assert said.stderr.startswith('Error: 2 of them begin with "3f9c".\nUse a whole ID: ')
    assert "3f9c01 (" in said.stderr
    assert "3f9c02 (" in said.stderr


def test_events_show_passes_numbers_unchanged(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer(b'{"events": [{"id": "e1", "n": 1e999, "d": 0.1234567890123456789}]}')
    elsewhere.answers[0][1]["Content-Type"] = "application/json"
    said = scalingo("events show e1 --json", SCALINGO_API_URL=elsewhere.url)
    assert said.stdout == '{"event": {"id": "e1", "n": 1e999, "d": 0.1234567890123456789}}\n'


@pytest.mark.regional
def test_events_of_all_apps_and_of_the_account(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_APP=None)
    result = user("events --all-apps --limit 60")
    assert (result.code, result.stderr) == (0, "")
    assert {request.path for request in sandbox.requests} == {"/v1/events"}
    apps = {line[5] for line in result.lines}
    assert {"pinecrate-shop", "pinecrate-import", ""} <= apps
    assert {"regenerate_token"} <= {line[2] for line in result.lines}
    assert user("user-timeline --page 2 --per-page 5").lines == result.lines[5:10]
    assert scalingo("events --all-apps --app pinecrate-shop").code == 2


@pytest.mark.legacy
def test_events_of_all_apps_are_of_the_regional_platform(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("events --all-apps").code == 2
    assert sandbox.requests == []
