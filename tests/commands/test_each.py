"""Stories of `scalingo each`: one command on many apps."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.resources import apps
from tests import virtual_time
from tests.command_line import CommandLine, Result
from tests.processes import Follower, eventually
from tests.terminals import leave

HERE, THERE = "osc-fr1", "osc-secnum-fr1"
DONE = {200, 201, 202, 204}


def fleet(sandbox: Sandbox, *names: str, region: str = HERE, owner: str = "noor") -> None:
    """Give somebody running apps of these names."""
    store = sandbox.store
    user = store.user(owner)
    assert user
    with sandbox.lock:
        for name in names:
            app = apps.new(store, user, name, region)
            app.last_deployed_at = store.stamp()
            store.apps.append(app)


@pytest.fixture
def shops(sandbox: Sandbox) -> list[str]:
    """Three running apps."""
    names = ["shop-1", "shop-2", "shop-3"]
    fleet(sandbox, *names)
    return names


def changes(sandbox: Sandbox, path: str = "") -> Counter[str]:
    """How many changes of each app were accepted, whose paths end so."""
    return Counter(
        request.path.split("/")[3]
        for request in sandbox.requests
        if request.method != "GET" and request.status in DONE and request.path.endswith(path)
        if request.path.startswith("/v1/apps/")
    )


def journals(scalingo: CommandLine) -> list[Path]:
    """The journals that are left."""
    return list(Path(scalingo.environment["HOME"]).rglob("each/*.jsonl"))


def result_of(process: subprocess.Popen[str]) -> Result:
    stdout, stderr = process.communicate(timeout=60)
    return Result(process.returncode, stdout.encode(), stderr)


# Reading


def test_each_reads_at_once_and_names_the_app_of_each_line(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    for name in shops:
        assert scalingo(f"env set TIER={name[-1]}0 --app {name}").code == 0
    sandbox.clear_requests()
    said = scalingo("each --match 'shop-*' -- env get TIER")
    assert (said.code, said.stderr) == (0, "")
    assert said.lines == [["shop-1", "10"], ["shop-2", "20"], ["shop-3", "30"]]
    assert Counter(request.path for request in sandbox.requests)["/v1/apps"] == 1
    assert not journals(scalingo)


def test_each_in_a_pipe_of_a_shell(scalingo: CommandLine, shops: list[str]) -> None:
    said = scalingo.shell("scalingo each --match 'shop-*' -- ps | cut -f1,2")
    assert (said.code, said.lines) == (0, [[name, "web"] for name in shops])


def test_each_as_json_has_an_object_for_each_app(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    sandbox.fail_next("422", path="/v1/apps/shop-2/containers", body='{"error": "no"}')
    said = scalingo("each --match 'shop-*' --json -- scale")
    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert [line["app"] for line in lines] == shops
    assert [line["exit_code"] for line in lines] == [0, 5, 0]
    assert {line["region"] for line in lines} == {HERE}
    assert {line["account"] for line in lines} == {None}
    assert lines[0]["document"] == scalingo("scale --app shop-1 --json").json
    assert lines[0]["error"] is None
    assert (lines[1]["document"], lines[1]["error"]["status"]) == (None, 422)
    assert lines[1]["error"].keys() == said.error.keys()
    assert (said.code, said.error["code"]) == (5, 5)
    assert said.error["message"] == "scale on 3 apps: 2 done, 1 failed."


def test_each_as_json_of_lines_and_of_text(scalingo: CommandLine, shops: list[str]) -> None:
    said = scalingo(
        "each --match my-app --match shop-1 --json -- env export", SCALINGO_APP="shop-3"
    )
    assert [json.loads(line)["document"] for line in said.stdout.splitlines()]
    said = scalingo(["each", "--match", "pinecrate-shop", "--json", "--", "logs", "-n", "2"])
    documents = json.loads(said.stdout)["documents"]
    assert len(documents) == 2
    assert documents[0].keys() == {"timestamp", "container", "message"}


def test_each_with_a_query_selects_from_the_object_of_each_app(
    scalingo: CommandLine, shops: list[str]
) -> None:
    query = "[app, document.containers[0].amount]"
    said = scalingo(["each", "--match", "shop-*", "--query", query, "--", "scale"])
    assert said.stdout == '["shop-1",1]\n["shop-2",1]\n["shop-3",1]\n'
    said = scalingo(["each", "--match", "shop-*", "--query", "app", "--raw", "--", "scale"])
    assert said.stdout == "shop-1\nshop-2\nshop-3\n"
    inner = ["scale", "--query", "containers[].name"]
    said = scalingo(["each", "--match", "shop-1", "--", *inner])
    assert json.loads(said.stdout)["document"] == ["web"]


def test_each_at_a_terminal_shows_tables_beside_the_names(
    scalingo: CommandLine, shops: list[str]
) -> None:
    said = scalingo("each --match 'shop-*' -- ps", SCALINGO_FORCE_TTY="60", NO_COLOR="1")
    assert said.code == 0
    lines = said.stdout.splitlines()
    assert lines[0].split()[:2] == ["shop-1", "Type"]
    assert all(line.startswith("shop-") and len(line) <= 60 for line in lines)


# Choosing


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ("--match 'pinecrate-*'", {"api", "blog", "import", "next", "shop"}),
        ("--match 'pinecrate-*' --except '*-[abn]*'", {"import", "shop"}),
        ("--match pinecrate-api --match pinecrate-blog", {"api", "blog"}),
        ("--match 'pinecrate-*' --status crashed --status stopped", {"blog", "import"}),
        ("--project Harvest", {"blog", "import"}),
        ("--project noor/Harvest --status stopped", {"blog"}),
    ],
)
def test_each_chooses_by_project_status_and_name(
    options: str, chosen: set[str], scalingo: CommandLine
) -> None:
    said = scalingo(f"each {options} --json -- env list")
    names = {json.loads(line)["app"] for line in said.stdout.splitlines()}
    assert names == {f"pinecrate-{name}" for name in chosen}


@pytest.mark.parametrize("line", ["env list", "restart"])
def test_each_without_a_match_is_not_found(
    line: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(f"each --match 'shpo-*' --yes -- {line}")
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr.startswith("Error: None of your 6 apps match.\n")
    assert "scalingo apps" in said.stderr
    assert scalingo(f"each --match '' --yes --json -- {line}").error["code"] == 3
    assert {request.method for request in sandbox.requests} == {"GET"}


def test_each_with_an_app_called_red(scalingo: CommandLine, sandbox: Sandbox) -> None:
    fleet(sandbox, "[red]", "r")
    said = scalingo("each --match '[red]' --yes -- env set A=1")
    assert said.code == 0
    assert [line[0] for line in said.lines] == ["[red]", "r"]
    said = scalingo("each --match '[red]' --except r -- env get A", SCALINGO_FORCE_TTY="80")
    assert said.stdout == "[red]  1\n"


def test_each_does_not_start_with_an_incomplete_choice(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("500", path="/v1/apps")
    said = scalingo("each --all-regions --yes -- restart")
    assert (said.code, said.stdout) == (6, "")
    assert not changes(sandbox)


@pytest.fixture
def two(two: CommandLine, sandbox: Sandbox) -> CommandLine:
    """Somebody with two accounts, each with an app in each region."""
    for name in ("ilse", "noor"):
        for region in (HERE, THERE):
            fleet(sandbox, f"stall-{name}", region=region, owner=name)
    return two.where(SCALINGO_APP=None)


def test_each_in_all_regions_and_of_all_accounts(two: CommandLine, sandbox: Sandbox) -> None:
    said = two("each --all-regions --all-accounts --match 'stall-*' --yes -- env set A=1")
    assert said.code == 0
    rows = [line[:4] for line in said.lines]
    assert rows == [
        ["stall-noor", HERE, "noor", "done"],
        ["stall-noor", THERE, "noor", "done"],
        ["stall-ilse", HERE, "ilse", "done"],
        ["stall-ilse", THERE, "ilse", "done"],
    ]
    sent = [request for request in sandbox.requests if request.method == "PUT"]
    assert {(request.path.split("/")[3], request.region) for request in sent} == {
        (f"stall-{name}", region) for name in ("noor", "ilse") for region in (HERE, THERE)
    }
    for request in sent:
        name = request.path.split("/")[3].removeprefix("stall-")
        assert request.headers["authorization"] == f"Bearer <bearer of {name}>"
    lists = Counter(
        (request.region, request.headers["authorization"])
        for request in sandbox.requests
        if request.path == "/v1/apps"
    )
    assert set(lists.values()) == {1}
    read = two("each --all-regions --all-accounts --match 'stall-*' -- env get A")
    assert read.lines == [[*row[:3], "1"] for row in rows]
    assert two("each --all-accounts --account noor -- ps").code == 2
    line = "each --all-regions --match stall-noor --dry-run -- apps update --force-https"
    shown = 'PATCH /v1/apps/stall-noor\n{"app": {"force_https": true}}\n'
    assert two(line).stdout == f"# {HERE}\n{shown}# {THERE}\n{shown}"


def test_each_changes_an_app_of_two_accounts_once(two: CommandLine, sandbox: Sandbox) -> None:
    said = two("each --all-accounts --match hedgerow-map --yes -- env set A=1")
    assert [line[:3] for line in said.lines] == [["hedgerow-map", HERE, "noor"]]
    assert changes(sandbox) == {"hedgerow-map": 1}


# Changing


def test_each_that_changes_something_asks_once_at_a_terminal(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    terminal = scalingo.terminal("each --match 'shop-*' -- restart")
    terminal.expect(r"restart on 3 apps: shop-1, shop-2, shop-3\.")
    terminal.expect(r"Run restart on 3 apps\? \[y/N\] ")
    terminal.sendline("y")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert "[y/N]" not in str(terminal.before)
    assert changes(sandbox, "/restart") == dict.fromkeys(shops, 1)
    terminal = scalingo.terminal("each --match 'shop-*' -- restart")
    terminal.expect(r"\[y/N\] ")
    terminal.sendline("")
    terminal.expect("Nothing was done")
    assert changes(sandbox, "/restart") == dict.fromkeys(shops, 1)


def test_each_that_changes_something_needs_a_terminal_or_yes(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    said = scalingo("each --match 'shop-*' -- restart")
    assert (said.code, said.stdout) == (2, "")
    assert "--yes" in said.stderr
    assert not changes(sandbox)
    said = scalingo("each --match 'shop-*' --yes -- restart --wait")
    assert said.code == 0
    assert [line[0] for line in said.lines] == shops
    assert {tuple(line[3:5]) for line in said.lines} == {("done", "0")}
    for name in shops:
        assert f"{name}: restart: done\n" in said.stderr
        assert f"\n{name}: done (" in said.stderr
    assert not journals(scalingo)


def test_each_in_github_actions_is_one_row_of_the_summary(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str], tmp_path: Path
) -> None:
    summary = tmp_path / "summary"
    summary.touch()
    user = scalingo.where(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    said = user.process("each --match 'shop-*' --yes -- env set PASSWORD=n33dle")
    assert said.code == 0
    row = summary.read_text().splitlines()[-1]
    assert row.startswith("| `scalingo each` |  |  | done: `env set on 3 apps: 3 done.` |")
    said = user.process("each --match 'shop-*' -- env get PASSWORD")
    assert [line[1] for line in said.lines] == ["n33dle"] * 3
    assert "::add-mask::n33dle" in said.stderr


def test_each_that_destroys_asks_for_the_number_of_apps(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    line = "each --match 'shop-*' --yes"
    assert scalingo(f"{line} -- apps delete").code == 2
    assert scalingo(f"{line} --confirm '2 apps' -- apps delete").code == 2
    assert not changes(sandbox)
    assert scalingo(f"{line} --confirm '3 apps' -- apps delete").code == 0
    assert changes(sandbox) == dict.fromkeys(shops, 1)


def test_each_dry_run_shows_the_requests_of_all_apps(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    for line in ("each --dry-run --match 'shop-*' -- restart web", "each -- restart web --dry-run"):
        said = scalingo(line)
        assert (said.code, said.stderr) == (0, "") if "match" in line else (5, said.stderr)
        wanted = [f'POST /v1/apps/{name}/restart\n{{"scope": ["web"]}}\n' for name in shops]
        assert "".join(wanted) in said.stdout
    said = scalingo("each --dry-run --json --match 'shop-*' -- env set SECRET=n33dle")
    assert [each["method"] for each in said.json["requests"]] == ["PUT"] * 3
    assert "n33dle" not in said.stdout
    assert not changes(sandbox)
    assert not journals(scalingo)


def test_each_goes_on_after_a_failure_and_exits_with_the_worst_code(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    fleet(sandbox, "shop-4")
    sandbox.fail_next("422", path="/v1/apps/shop-1/restart")
    sandbox.fail_next("403", path="/v1/apps/shop-2/restart")
    sandbox.fail_next("429", times=5, path="/v1/apps/shop-3/restart")
    said = scalingo("each --match 'shop-*' --yes -- restart")
    assert said.code == 4
    assert [(line[0], *line[3:5]) for line in said.lines] == [
        ("shop-1", "failed", "5"),
        ("shop-2", "failed", "4"),
        ("shop-3", "failed", "6"),
        ("shop-4", "done", "0"),
    ]
    assert "shop-1: " in said.stderr
    last = said.stderr.splitlines()[-2:]
    assert last[0] == "Error: restart on 4 apps: 3 failed, 1 done."
    assert last[1] == "To do what is left: scalingo each --resume"
    again = scalingo("each --resume --yes")
    assert again.code == 0
    assert changes(sandbox, "/restart") == dict.fromkeys([*shops, "shop-4"], 1)


def test_each_fail_fast_starts_no_more(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    sandbox.fail_next("422", path="/v1/apps/shop-2/restart")
    said = scalingo("each --match 'shop-*' --yes --fail-fast --jobs 1 -- restart")
    assert said.code == 5
    assert [line[3] for line in said.lines] == ["done", "failed", "not started"]
    assert changes(sandbox) == {"shop-1": 1}
    assert scalingo("each --resume --yes").code == 0
    assert changes(sandbox) == dict.fromkeys(shops, 1)


def test_each_with_a_mistake_in_the_command_line_sends_nothing(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    for line, says in {
        "apps lst": "",
        "restart --wiat": "--wait",
        "restart --timeout 3": "--timeout requires --wait",
        "each -- ps": "does not act on an app",
        "sandbox -- ls": "does not act on an app",
        "login": "does not act on an app",
        "logout": "does not act on an app",
        "apps list": "does not act on an app",
        "logs -f": "does not end",
        "events --follow": "does not end",
        "stats --watch": "does not end",
        "run bash": "only run --detached",
        "databases console": "stays open",
        "databases tunnel": "stays open",
        "env edit": "opens an editor",
        "env run ls": "on this machine",
        "git setup": "on this machine",
        "env set A=-": "Standard input",
        "env import -": "Standard input",
        "log-drains add datadog --token-stdin": "Standard input",
        "restart --app my-app": "which chooses the apps",
        "restart --region osc-fr1": "belong before the command",
        "backups download -o here": "leave out --output",
        "destroy my-app": "not one of them",
    }.items():
        said = scalingo(f"each --yes -- {line}")
        assert (said.code, said.stdout) == (2, ""), line
        assert says in said.stderr, line
    assert not sandbox.requests
    assert scalingo("each --match 'shop-*'").code == 2
    assert scalingo("--app my-app each -- ps").code == 2
    assert scalingo("each --unfinished skip -- ps").code == 2


def test_each_without_a_token(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    for options in ("", "--all-accounts", "--all-regions"):
        said = user(f"each {options} -- ps")
        assert (said.code, said.stdout) == (4, "")
        assert said.stderr.startswith("Error: You are not signed in to ")
    assert not sandbox.requests


def test_each_stops_at_a_mistake_that_is_one_for_every_app(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("each --jobs 1 --yes -- apps update")
    assert said.code == 2
    assert said.stderr.count("Nothing to change") == 1
    assert [line[3] for line in said.lines].count("not started") == 5
    assert not changes(sandbox)


# The journal


@pytest.fixture
def journal(scalingo: CommandLine, sandbox: Sandbox, shops: list[str]) -> Path:
    """The journal of a restart that failed on the second of three apps."""
    sandbox.fail_next("422", path="/v1/apps/shop-2/restart")
    assert scalingo("each --match 'shop-*' --yes -- restart").code == 5
    [journal] = journals(scalingo)
    return journal


def test_each_keeps_no_value_on_the_disk(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    sandbox.fail_next("422", path="/v1/apps/shop-2")
    line = "each --match 'shop-*' --yes"
    said = scalingo(f"{line} -- env set PIN=n33dle")
    assert said.code == 5
    assert "n33dle" not in said.stderr
    [journal] = journals(scalingo)
    assert "n33dle" not in journal.read_text()
    assert (journal.stat().st_mode & 0o777, journal.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    said = scalingo("each --resume --yes")
    assert said.code == 2
    assert "values that env set was given are not kept" in said.stderr
    other = scalingo(f"{line} --resume -- env set PIN=0ther")
    assert (other.code, other.stderr) == (0, "Nothing to resume: no run has left anything.\n")
    assert scalingo(f"{line} --resume -- env set PIN=n33dle").code == 0
    assert changes(sandbox) == dict.fromkeys(shops, 1)
    assert not journals(scalingo)


def test_each_keeps_no_url_on_the_disk(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    words = "log-drains remove https://any:n33dle@logs.example"
    said = scalingo(f"each --match 'shop-*' --yes -- {words}")
    assert said.code == 3
    [journal] = journals(scalingo)
    assert "n33dle" not in journal.read_text()


def test_each_resume_skips_runs_on_another_platform_and_says_which_it_resumes(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str], journal: Path
) -> None:
    elsewhere = journal.with_name("29990101T000000-00000000.jsonl")
    elsewhere.write_text(journal.read_text().replace("region osc-fr1", "region osc-far"))
    said = scalingo("each --resume --yes")
    assert said.code == 0
    assert re.match(r"Resuming restart of \d{4}-\d\d-\d\d \d\d:\d\d UTC\.\n", said.stderr)
    assert changes(sandbox, "/restart") == dict.fromkeys(shops, 1)
    assert journals(scalingo) == [elsewhere]
    said = scalingo("each --resume --yes")
    assert (said.code, "That run was on " in said.stderr) == (2, True)


@pytest.mark.parametrize(
    "options", ["--project Harvest", "--status stopped", "--all-regions", "--all-accounts"]
)
def test_each_resume_takes_no_different_choice(
    options: str, scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    sandbox.fail_next("422", path="/v1/apps/shop-2/restart")
    line = "each --status running --match 'shop-*' --yes"
    assert scalingo(f"{line} -- restart").code == 5
    said = scalingo(f"each --resume --yes {options}")
    assert (said.code, said.stdout) == (2, "")
    assert f"{options.split(maxsplit=1)[0]} differs from that of the run" in said.stderr
    assert changes(sandbox, "/restart") == {"shop-1": 1, "shop-3": 1}
    assert scalingo(f"{line} --resume -- restart").code == 0


def test_each_in_an_unknown_region(scalingo: CommandLine) -> None:
    said = scalingo("each --region osc-nope -- ps")
    assert said.code == 3
    assert said.stderr.startswith('Error: Region "osc-nope" not found.\n')


def test_each_resume_dry_run_names_what_is_in_doubt(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    sandbox.fail_next("cut", path="/v1/apps/shop-2/restart", executed=True)
    assert scalingo("each --match 'shop-*' --yes -- restart").code == 6
    [journal] = journals(scalingo)
    before = journal.read_text()
    said = scalingo("each --resume --dry-run")
    assert (said.code, said.stdout) == (0, "")
    assert "are left as they are: shop-2." in said.stderr
    said = scalingo("each --resume --dry-run --unfinished again")
    assert (said.code, said.stdout) == (0, "POST /v1/apps/shop-2/restart\n{}\n")
    assert scalingo("each --resume --dry-run --unfinished skip").code == 0
    assert journal.read_text() == before


@pytest.mark.usefixtures("journal")
def test_each_resume_twice_does_nothing_the_second_time(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("each --resume --yes").code == 0
    sandbox.clear_requests()
    said = scalingo("each --resume --yes")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == "Nothing to resume: no run has left anything.\n"
    assert not sandbox.requests


@pytest.mark.usefixtures("journal")
def test_each_resume_dry_run_leaves_everything_as_it_is(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    for _ in range(2):
        said = scalingo("each --resume --dry-run")
        assert (said.code, said.stdout) == (0, "POST /v1/apps/shop-2/restart\n{}\n")
    assert scalingo("each --resume --yes").code == 0
    assert changes(sandbox, "/restart") == dict.fromkeys(shops, 1)


def test_each_resume_asks_about_what_may_have_been_changed(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    sandbox.fail_next("503", path="/v1/apps/shop-2/restart")  # so it says
    sandbox.fail_next("cut", path="/v1/apps/shop-3/restart", executed=True)
    said = scalingo("each --match 'shop-*' --yes -- restart")
    assert [line[3] for line in said.lines] == ["done", "unfinished", "unfinished"]
    said = scalingo("each --resume --yes")
    assert said.code == 1
    assert "may have been changed already, and are left as they are: shop-2, shop-3." in said.stderr
    assert scalingo("each --resume --yes --match shop-2 --unfinished again").code == 1
    terminal = scalingo.terminal("each --resume")
    terminal.expect(r"may have changed: shop-3\.")
    terminal.expect(r"\[again/skip/N\] ")
    terminal.sendline("skip")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert changes(sandbox, "/restart") == dict.fromkeys(shops, 1)
    assert not journals(scalingo)


def test_each_resume_that_fails_again_leaves_in_doubt_what_was(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    sandbox.fail_next("cut", path="/v1/apps/shop-2/restart", executed=True)
    assert scalingo("each --match 'shop-*' --yes -- restart").code == 6
    sandbox.fail_next("422", path="/v1/apps/shop-2/restart")
    assert scalingo("each --resume --yes --unfinished again").code == 5
    said = scalingo("each --resume --yes")
    assert (said.code, [line[3] for line in said.lines]) == (1, ["done", "unfinished", "done"])
    assert changes(sandbox, "/restart") == dict.fromkeys(shops, 1)


def test_each_forget_drops_a_run(scalingo: CommandLine, sandbox: Sandbox, shops: list[str]) -> None:
    sandbox.fail_next("422", times=2, path="/v1/apps/shop-2/restart")
    for line in ("restart web --wait", "restart"):  # one after the other
        assert scalingo(f"each --match 'shop-*' --yes -- {line}").code == 5
    first, second = journals(scalingo)
    would = scalingo("each --forget --dry-run")
    assert (would.code, would.stderr.startswith("This would forget restart of ")) == (0, True)
    assert journals(scalingo) == [first, second]
    said = scalingo("each --forget -- scalingo restart")
    assert (said.code, said.stdout) == (0, "")
    assert re.fullmatch(
        r"Forgot restart of \d{4}-\d\d-\d\d \d\d:\d\d UTC, which is not done for: shop-2\.\n",
        said.stderr,
    )
    assert len(journals(scalingo)) == 1
    assert scalingo("each --forget").code == 0
    assert not journals(scalingo)
    said = scalingo("each --forget")
    assert (said.code, said.stderr) == (0, "Nothing to forget: no run has left anything.\n")
    assert changes(sandbox, "/restart") == {"shop-1": 2, "shop-3": 2}


@pytest.mark.parametrize("options", ["--resume", "--match 'shop-*'", "--yes", "--all-regions"])
def test_each_forget_takes_no_other_options(options: str, scalingo: CommandLine) -> None:
    said = scalingo(f"each --forget {options}")
    assert said.code == 2
    assert "--forget can only be combined with a command." in said.stderr


def test_each_resume_only_of_a_run_that_has_ended(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str], tmp_path: Path
) -> None:
    sandbox.fail_next("slow", delay=60, path="/v1/apps/shop-1/restart")
    run = Follower(scalingo, "each --match 'shop-*' --yes -- restart", tmp_path)
    eventually(lambda: changes(sandbox, "/restart")["shop-3"] == 1)
    said = scalingo("each --resume --yes")
    assert said.code == 2
    assert "still going on" in said.stderr
    second = scalingo("each --match 'shop-*' --yes -- env set A=1")  # at the same time
    assert second.code == 0
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()


def test_each_needs_its_journal_to_change_something(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    user = scalingo.where(SCALINGO_STATE_DIR=str(tmp_path / "file"))
    said = user("each --match 'shop-*' --yes -- restart")
    assert (said.code, said.stdout) == (1, "")
    assert "SCALINGO_STATE_DIR" in said.stderr
    assert not changes(sandbox)
    assert user("each --match 'shop-*' -- ps").code == 0


def test_each_resumes_after_a_note_that_was_cut_off(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str], journal: Path
) -> None:
    with journal.open("a") as file:
        file.write('{"key": "shop-2/osc-fr1/", "sta')
    assert scalingo("each --resume --yes").code == 0
    assert changes(sandbox, "/restart") == dict.fromkeys(shops, 1)


def test_each_forgets_a_journal_after_a_month(scalingo: CommandLine, journal: Path) -> None:
    a_month_ago = time.time() - 31 * 86_400
    os.utime(journal, (a_month_ago, a_month_ago))
    assert (
        scalingo("each --resume --yes").stderr == "Nothing to resume: no run has left anything.\n"
    )
    assert not journals(scalingo)


def test_each_resume_only_where_the_run_was(two: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("422", path="/v1/apps/stall-ilse/variables")
    line = "each --match stall-ilse --yes"
    assert two(f"{line} --account ilse -- env unset --ignore-missing A").code == 5
    said = two(f"{line} --resume")
    assert said.code == 1
    assert "stall-ilse is an app of the account ilse in osc-fr1, which is not in use" in said.stderr
    assert "--account ilse" in said.stderr
    said = two(f"{line} --resume --account ilse --region {THERE}")
    assert (said.code, "That run was on " in said.stderr) == (2, True)
    assert two(f"{line} --resume --account ilse").code == 0


def test_each_whose_reader_leaves_changes_all_the_same(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    said = scalingo.shell("scalingo each --match 'shop-*' --yes --json -- restart | head -c 1")
    assert said.stdout == "{"
    assert "Traceback" not in said.stderr
    assert changes(sandbox) == dict.fromkeys(shops, 1)


@pytest.mark.legacy
def test_each_on_the_legacy_api(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("each --status running --yes -- env set A=1")
    assert said.code == 0
    said = scalingo("each --status running --all-regions -- env get A")
    assert {line[1] for line in said.lines} == {"1"}


# Ctrl-C


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_each_interrupted_finishes_what_is_under_way_and_says_how_to_resume(
    number: signal.Signals,
    scalingo: CommandLine,
    sandbox: Sandbox,
    shops: list[str],
    tmp_path: Path,
) -> None:
    sandbox.fail_next("slow", delay=600, path="/v1/apps/shop-2/variables", method="PUT")
    line = "each --match 'shop-*' --jobs 1 --yes"
    run = Follower(scalingo, f"{line} -- env set A=1", tmp_path)
    eventually(lambda: changes(sandbox)["shop-2"] == 1)
    run.process.send_signal(number)
    run.has_said("Stopping after the requests under way.")
    sandbox.clear_faults()
    assert run.code == 128 + number
    assert "Interrupted: env set on 3 apps: " in run.stderr
    assert "1 not started" in run.stderr
    assert "--resume" in run.stderr
    assert "Traceback" not in run.stderr
    states = [line.split("\t")[3] for line in run.stdout.splitlines()]
    assert states[0] == "done"
    assert states[2] == "not started"
    assert scalingo(f"{line} --resume --unfinished skip -- env set A=1").code == 0
    assert changes(sandbox) == dict.fromkeys(shops, 1)


def test_each_interrupted_twice_leaves_at_once(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str], tmp_path: Path
) -> None:
    sandbox.fail_next("slow", delay=60, times=3, method="POST")
    run = Follower(scalingo, "each --match 'shop-*' --yes -- restart", tmp_path)
    eventually(lambda: len(changes(sandbox)) == 3)
    run.process.send_signal(signal.SIGINT)
    run.has_said("Ctrl-C again")
    assert run.interrupt() == 130
    assert "3 sending" in run.stderr
    assert scalingo("each --resume --unfinished skip --yes").code == 0
    assert changes(sandbox) == dict.fromkeys(shops, 1)


def test_each_left_at_the_question_does_nothing(
    scalingo: CommandLine, sandbox: Sandbox, shops: list[str]
) -> None:
    terminal = scalingo.terminal("each --match 'shop-*' -- restart")
    terminal.expect(r"\[y/N\] ")
    code, _ = leave(terminal)
    assert code == 130
    assert not changes(sandbox)
    assert not journals(scalingo)


# Many apps


def test_each_of_forty_apps_within_the_rate_limit_killed_and_resumed(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    """The 17th fails, the machine is lost at the 30th; in the end, each was restarted once."""
    names = [f"shop-{number:02}" for number in range(1, 41)]
    fleet(sandbox, *names)
    sandbox.limit_rate(60)
    sandbox.fail_next("503", path="/v1/apps/shop-17/restart")
    sandbox.fail_next("slow", times=4, delay=600, method="POST", path="/v1/apps/shop-3")
    lost = virtual_time.start(
        scalingo, sandbox, *["each", "--match", "shop-*", "--yes", "--", "restart"]
    )
    eventually(lambda: len(changes(sandbox, "/restart").keys() & set(names[29:])) == 4)
    lost.kill()
    assert result_of(lost).code == -signal.SIGKILL
    sandbox.clear_faults()
    assert len(changes(sandbox, "/restart")) == 32
    first = result_of(virtual_time.start(scalingo, sandbox, *["each", "--resume", "--yes"]))
    assert first.code == 1
    left = "shop-17, shop-30, shop-31, shop-32, shop-33"
    assert f"left as they are: {left}. Check them" in first.stderr
    assert changes(sandbox, "/restart") == dict.fromkeys(set(names) - {"shop-17"}, 1)
    for options in ("--match shop-17 --unfinished again", "--unfinished skip"):
        line = f"each --resume --yes {options}"
        last = result_of(virtual_time.start(scalingo, sandbox, *line.split()))
    assert (last.code, len(last.lines)) == (0, 40)
    assert changes(sandbox, "/restart") == dict.fromkeys(names, 1)
    assert not [request for request in sandbox.requests if request.status == 429]
    assert not journals(scalingo)


def test_each_of_forty_apps_reads_within_the_rate_limit(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    names = [f"shop-{number:02}" for number in range(1, 41)]
    fleet(sandbox, *names)
    sandbox.limit_rate(60)
    sandbox.fail_next("429", path="/v1/apps/shop-09", retry_after="0")
    user = scalingo
    words = ["each", "--match", "shop-*", "--jobs", "12", "--", "scale"]
    said = result_of(virtual_time.start(user, sandbox, *words))
    assert (said.code, [line[0] for line in said.lines]) == (0, names)
    refused = [request.path for request in sandbox.requests if request.status == 429]
    assert refused == ["/v1/apps/shop-09/containers"]
