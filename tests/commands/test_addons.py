"""Stories of `scalingo addons` and its catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import changes, methods
from tests.command_line import CommandLine

POSTGRES, POSTLARK, REDIS = "postgresql", "postlark", "redis"
TERMINAL = {"SCALINGO_FORCE_TTY": "80", "NO_COLOR": "1"}


def test_in_a_pipe_each_addon_is_a_line(scalingo: CommandLine) -> None:
    result = scalingo("addons")
    assert (result.code, result.stderr) == (0, "")
    assert [line[1:4] for line in result.lines] == [
        [POSTGRES, "postgresql-starter-512", "pinecrate_sh_4187"],
        [POSTLARK, "pocket", "pinecrate_sh_1763"],
    ]
    addons = scalingo("addons --json").json["addons"]
    assert [line[0] for line in result.lines] == [addon["id"] for addon in addons]
    if "status" in addons[0]:  # which the legacy API does not say
        assert [line[5] for line in result.lines] == ["running", "running"]


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_at_a_terminal_addons_are_a_table(scalingo: CommandLine, columns: str) -> None:
    result = scalingo("addons", SCALINGO_FORCE_TTY=columns, NO_COLOR="1")
    lines = result.stdout.splitlines()
    assert lines[0].split()[:2] == ["Provider", "Plan"]
    assert max(map(len, lines)) <= int(columns)
    [addon, _] = scalingo("addons --json").json["addons"]
    assert addon["resource_id"] in result.stdout
    start = lines[2].split()[-1]  # of the id, which comes last and may have no room
    assert addon["id"].startswith(start) or "ID. Use --json" in result.stderr


def test_no_addon_says_where_to_look(scalingo: CommandLine) -> None:
    result = scalingo("addons --app pinecrate-api")
    assert (result.code, result.stdout) == (0, "")
    assert "scalingo addons providers" in result.stderr


def test_an_addon_is_added_by_names(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo(f"addons add {REDIS} redis-sandbox")
    assert (result.code, result.lines[0][1:3]) == (0, [REDIS, "redis-sandbox"])
    assert result.stderr.splitlines() == [
        "Redis is being set up",
        "Adds SCALINGO_REDIS_URL, REDIS_URL.",
        f"Restart to apply: scalingo restart --app {sandbox.main_app}",
    ]
    providers = scalingo("addons providers --json").json["addon_providers"]
    plan = next(row for row in providers if row["id"] == REDIS)["plans"][0]
    [post] = [request for request in sandbox.requests if request.method == "POST"]
    assert post.json == {"addon": {"addon_provider_id": REDIS, "plan_id": plan["id"]}}
    shown = scalingo(["addons", "remove", "Redis", "--confirm", "Redis"])
    assert shown.code == 0


def test_an_addon_is_added_by_ids_and_by_the_providers_name(scalingo: CommandLine) -> None:
    [plan, *_] = scalingo(f"addons plans {REDIS} --json").json["plans"]
    result = scalingo(["addons", "add", "Redis", plan["id"]], **TERMINAL)
    assert result.code == 0
    assert "redis-sandbox" in result.stdout
    assert "just now" in result.stdout


def test_json_is_the_answer_with_its_message_and_variables(scalingo: CommandLine) -> None:
    added = scalingo(f"addons add {REDIS} redis-sandbox --json").json
    assert set(added) == {"addon", "message", "variables"}
    upgraded = scalingo(f"addons upgrade {REDIS} redis-starter-512 --json").json
    assert upgraded["addon"]["plan"]["name"] == "redis-starter-512"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"variables": ["A_URL", "B_URL"]}, "Adds A_URL, B_URL."),
        ({"vars": ["A_URL"]}, "Adds A_URL."),
        ({"variables": [{"name": "A_URL", "value": "s3cret"}]}, "Adds A_URL=***."),
        ({"variables": ["A_URL=s3cret"]}, "Adds A_URL=***."),
        ({"variables": {"A_URL": "s3cret"}}, "Adds A_URL."),
        ({"variables": None}, ""),
        ({"variables": []}, ""),
        ({}, ""),
    ],
)
@pytest.mark.parametrize("with_addon", [True, False], ids=["addon", "none"])
def test_every_shape_of_the_answer_is_read_and_no_value_shows(
    scalingo: CommandLine, sandbox: Sandbox, told: dict[str, Any], said: str, with_addon: bool
) -> None:
    addon = {"addon": {"id": "ad-1", "plan": None}} if with_addon else {}
    body = json.dumps({**addon, "message": "It is on its way", **told})
    sandbox.fail_next("200", times=3, method="PATCH", body=body)
    line = f"addons upgrade {POSTLARK} satchel"
    for result in (scalingo(line), scalingo(line, **TERMINAL)):
        assert result.code == 0
        assert ("ad-1" in result.stdout) is with_addon
        assert result.stderr.startswith(f"It is on its way\n{said}")
        assert "s3cret" not in result.stdout + result.stderr
    as_json = scalingo(f"{line} --json")
    assert as_json.json == json.loads(body)
    assert "s3cret" not in as_json.stderr


def test_an_addon_is_upgraded_by_its_provider_or_its_id(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo(f"addons upgrade {POSTGRES} postgresql-starter-1024")
    assert (result.code, result.lines[0][1:3]) == (0, [POSTGRES, "postgresql-starter-1024"])
    assert result.stderr == "PostgreSQL is moving to the plan postgresql-starter-1024\n"
    addon = scalingo("addons --json").json["addons"][0]
    again = scalingo(["addons", "upgrade", addon["id"], "postgresql-starter-512"])
    assert again.lines[0][0] == addon["id"]
    assert methods(sandbox) == ["PATCH", "PATCH"]


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("add redi redis-sandbox", 'No provider "redi"', f"Did you mean {REDIS}"),
        (f"add {REDIS} redis-sandbo", 'redis has no plan "redis-sandbo"', "mean redis-sandbox?"),
        ("add x y", 'No provider "x"', "List them: scalingo addons providers"),
        ("upgrade postlrk satchel", 'has no add-on "postlrk"', "Did you mean postlark"),
        (f"upgrade {POSTLARK} sachel", 'postlark has no plan "sachel"', "scalingo addons plans"),
        (f"remove {REDIS}", f'has no add-on "{REDIS}"', "List them: scalingo addons --app"),
        ("plans redi", 'No provider "redi"', f"Did you mean {REDIS}"),
        ("providers --category Data", 'No category "Data"', "Did you mean Databases?"),
    ],
)
def test_what_is_not_there_is_not_found_and_the_nearest_is_offered(
    scalingo: CommandLine, sandbox: Sandbox, line: str, said: str, hint: str
) -> None:
    result = scalingo(f"addons {line}")
    assert (result.code, result.stdout) == (3, "")
    assert said in result.stderr
    assert hint in result.stderr
    assert changes(sandbox) == []


def test_two_addons_of_one_provider_need_an_id(scalingo: CommandLine, sandbox: Sandbox) -> None:
    addons = sandbox.store.apps[0].addons
    addons.append({**addons[0], "id": "54c0e1a2706c616e0000000f"})
    upgrade = f"upgrade {POSTGRES} postgresql-starter-1024"
    for line in (upgrade, f"remove {POSTGRES} --confirm {POSTGRES}"):
        result = scalingo(f"addons {line}")
        assert (result.code, result.stdout) == (2, "")
        assert f'has 2 add-ons "{POSTGRES}".' in result.stderr
        assert all(addon["id"] in result.stderr for addon in (addons[0], addons[-1]))
    assert changes(sandbox) == []
    assert scalingo(["addons", "upgrade", addons[-1]["id"], "postgresql-starter-1024"]).code == 0


def test_the_platform_rejects_a_second_addon_of_a_provider(scalingo: CommandLine) -> None:
    result = scalingo(f"addons add {POSTLARK} pocket --json")
    assert (result.code, result.stdout) == (5, "")
    assert result.error["status"] == 422


def test_what_costs_needs_a_verified_account(scalingo: CommandLine, sandbox: Sandbox) -> None:
    unverified = scalingo.where(
        SCALINGO_API_TOKEN=sandbox.unverified_token, SCALINGO_APP="saltmarsh-diary"
    )
    assert unverified(f"addons add {REDIS} redis-sandbox").code == 0
    for line in (f"upgrade {REDIS} redis-starter-512", f"add {POSTLARK} satchel"):
        result = unverified(f"addons {line}")
        assert (result.code, result.stdout) == (5, "")
        assert "verified" in result.stderr
        assert "See https://" in result.stderr


def test_removing_names_what_it_destroys_and_asks(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal(f"addons remove {POSTGRES}", columns=200)
    terminal.expect(r"This deletes the add-on PostgreSQL \(pinecrate_sh_4187\) of ")
    terminal.expect("with all its data and variables and cannot be undone.")
    terminal.expect(f"Type {POSTGRES} to confirm:")
    terminal.sendline("yes")
    terminal.expect("nothing was done")
    terminal.wait()
    assert terminal.exitstatus == 2
    assert changes(sandbox) == []
    terminal = scalingo.terminal(f"addons remove {POSTGRES}")
    terminal.expect("to confirm:")
    terminal.sendline(POSTGRES)
    terminal.expect(r"Removed PostgreSQL \(pinecrate_sh_4187\) from ")
    terminal.wait()
    assert terminal.exitstatus == 0
    assert [line[1] for line in scalingo("addons").lines] == [POSTLARK]


def test_removing_without_a_terminal_needs_confirm(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo(f"addons remove {POSTLARK}")
    assert result.code == 2
    assert f"Pass --confirm {POSTLARK} to proceed." in result.stderr
    by_name = scalingo(["addons", "remove", "PostgreSQL"])
    assert "Pass --confirm PostgreSQL to proceed." in by_name.stderr
    assert scalingo(f"addons remove {POSTLARK} --confirm {POSTGRES}").code == 2
    assert changes(sandbox) == []
    removed = scalingo(f"addons remove {POSTLARK} --confirm {POSTLARK}")
    assert (removed.code, removed.stdout) == (0, "")
    assert "POSTLARK_URL" not in scalingo("env --json").stdout


def test_a_dry_run_prints_the_request_alone(scalingo: CommandLine, sandbox: Sandbox) -> None:
    lines = {
        "POST": f"add {REDIS} redis-sandbox",
        "PATCH": f"upgrade {POSTLARK} satchel",
        "DELETE": f"remove {POSTLARK}",
    }
    for method, line in lines.items():
        result = scalingo(f"addons {line} --dry-run")
        assert (result.code, result.stderr) == (0, "")
        assert result.stdout.startswith(f"{method} /v1/apps/{sandbox.main_app}/addons")
    assert changes(sandbox) == []


def test_the_catalogue_in_a_pipe_and_at_a_terminal(scalingo: CommandLine) -> None:
    providers = scalingo("addons providers")
    assert providers.lines[0][:3] == [POSTGRES, "PostgreSQL", "Databases"]
    assert [line[:2] for line in scalingo(f"addons plans {POSTLARK}").lines] == [
        ["pocket", "0.0"],
        ["satchel", "7.5"],
    ]
    assert [line[0] for line in scalingo("addons categories").lines] == [
        "Databases",
        "E-mail",
        "Observation",
    ]
    for line in ("providers", f"plans {POSTLARK}", "categories"):
        shown = scalingo(f"addons {line}", **TERMINAL).stdout.splitlines()
        assert shown[0].startswith(("ID", "Name"))
        assert max(map(len, shown)) <= 80


def test_the_catalogue_as_json_is_the_document_of_the_api(scalingo: CommandLine) -> None:
    providers = scalingo("addons providers --json").json["addon_providers"]
    assert {"logo_url", "description", "plans", "category"} < set(providers[0])
    plans = scalingo(f"addons plans {POSTGRES} --json").json["plans"]
    assert [plan["id"] for plan in plans] == [plan["id"] for plan in providers[0]["plans"]]
    assert set(scalingo("addons categories --json").json) == {"addon_categories"}


def test_providers_of_one_category_by_name_or_id(scalingo: CommandLine, sandbox: Sandbox) -> None:
    [_, mail, _] = scalingo("addons categories --json").json["addon_categories"]
    for category in (mail["name"], mail["id"]):
        result = scalingo(["addons", "providers", "--category", category])
        assert [line[0] for line in result.lines] == [POSTLARK]
        assert sandbox.requests[-1].query == {"category_id": mail["id"]}


CATALOGUE = ["providers", f"plans {POSTGRES}", "categories", "providers --category Databases"]


@pytest.mark.parametrize("line", CATALOGUE)
def test_the_catalogue_needs_no_account_and_no_app(
    scalingo: CommandLine, sandbox: Sandbox, line: str
) -> None:
    result = scalingo(f"addons {line}", SCALINGO_API_TOKEN=None, SCALINGO_APP=None)
    assert (result.code, result.stderr) == (0, "")
    assert result.lines
    assert not any("authorization" in request.headers for request in sandbox.requests)


def test_the_catalogue_shows_more_to_who_is_signed_in(scalingo: CommandLine) -> None:
    assert "lanternlight" in scalingo("addons providers").stdout
    assert "lanternlight" not in scalingo("addons providers", SCALINGO_API_TOKEN=None).stdout
    assert scalingo("addons plans lanternlight", SCALINGO_API_TOKEN=None).code == 3


def test_a_locked_keyring_does_not_close_the_catalogue(
    scalingo: CommandLine, locked_secret_service: dict[str, str]
) -> None:
    locked = scalingo.where(
        SCALINGO_API_TOKEN=None, PYTHON_KEYRING_BACKEND=None, **locked_secret_service
    )
    result = locked.process(f"addons plans {POSTGRES}")
    assert result.code == 0
    assert len(result.lines) == 6
    assert result.stderr == "The keyring is locked. Continuing without signing in.\n"
    assert locked.process("addons").code == 4


def test_a_file_of_tokens_that_others_can_read_is_not_used(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("login --with-token --insecure-storage", stdin=sandbox.token).code == 0
    signed_out = scalingo.where(SCALINGO_API_TOKEN=None)
    assert "lanternlight" in signed_out("addons providers").stdout
    (Path(scalingo.environment["SCALINGO_CONFIG_DIR"]) / "credentials.json").chmod(0o644)
    result = signed_out("addons providers")
    assert result.code == 0
    assert "lanternlight" not in result.stdout
    assert "Other users can read the tokens" in result.stderr


def test_hostile_names_are_data(scalingo: CommandLine, sandbox: Sandbox) -> None:
    addon = sandbox.store.apps[0].addons[0]
    addon["resource_id"] = "[red]\x1b[2J"
    assert scalingo("addons").lines[0][2:4] == ["postgresql-starter-512", r"[red]\x1b[2J"]
    assert r"[red]\x1b[2J" in scalingo("addons", SCALINGO_FORCE_TTY="120").stdout
    assert r"[red]\x1b[2J" in scalingo(f"addons remove {POSTGRES} --confirm {POSTGRES}").stderr


@pytest.mark.parametrize(
    "line",
    ["", "add postlark pocket", "upgrade postlark satchel", "remove postlark --confirm postlark"],
)
def test_what_can_go_wrong_with_every_command(scalingo: CommandLine, line: str) -> None:
    assert scalingo(f"addons {line}", SCALINGO_API_TOKEN=None).code == 4
    assert scalingo(f"addons {line}", SCALINGO_API_TOKEN="wrong").code == 4
    assert scalingo(f"addons {line}", SCALINGO_APP="no-such-app").code == 3
    assert scalingo(f"addons {line}", SCALINGO_APP=None).code == 2


@pytest.mark.parametrize("line", ["", *CATALOGUE])
def test_a_platform_that_cannot_answer(scalingo: CommandLine, sandbox: Sandbox, line: str) -> None:
    assert scalingo(f"addons {line}", SCALINGO_API_URL="http://127.0.0.1:1").code == 6
    for body in ("{}", "[]", "<html>"):
        sandbox.fail_next("200", body=body)
        result = scalingo(f"addons {line}")
        assert (result.code, result.stdout) == (1, "")


def test_categories_at_a_terminal_have_no_markdown(scalingo: CommandLine) -> None:
    assert "Places to *keep* things." in scalingo("addons categories").stdout
    assert "Places to keep things." in scalingo("addons categories", SCALINGO_FORCE_TTY="80").stdout
