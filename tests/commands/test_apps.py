"""Stories of `scalingo apps`."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.seed.events import PROJECT
from tests.changes import bodies, changes, methods_and_bodies
from tests.checkouts import git
from tests.command_line import CommandLine
from tests.programs import require

MAIN = "pinecrate-shop"
NAMES = [MAIN, "pinecrate-api", "pinecrate-blog", "pinecrate-import", "pinecrate-next"]


def names(scalingo: CommandLine) -> list[str]:
    return [line[0] for line in scalingo("apps").lines]


# list and show


def test_in_a_pipe_one_app_a_line(scalingo: CommandLine) -> None:
    said = scalingo("apps list")
    assert said.lines[1][:3] == ["pinecrate-api", "running", "noor"]
    assert said.lines[1][3].endswith("Z")
    assert said.lines[4] == ["pinecrate-next", "new", "noor", "", "default"]
    assert (said.code, said.stderr) == (0, "")
    assert scalingo("apps") == said


def test_at_a_terminal_a_table(scalingo: CommandLine) -> None:
    said = scalingo("apps", SCALINGO_FORCE_TTY="80", NO_COLOR="1")
    header, _, *rows = said.stdout.splitlines()
    assert header.split() == ["Name", "Status", "Owner", "Deployed", "Project"]
    assert rows[1].split() == ["pinecrate-api", "running", "noor", "3d", "ago", "default"]
    assert rows[4].split() == ["pinecrate-next", "new", "noor", "never", "default"]


@pytest.mark.parametrize("width", [40, 60, 200])
def test_no_width_cuts_a_name(width: int, scalingo: CommandLine) -> None:
    said = scalingo("apps", SCALINGO_FORCE_TTY=str(width), NO_COLOR="1")
    assert all(len(line) <= width for line in said.stdout.splitlines())
    assert [name for name in NAMES if name not in said.stdout] == []


def test_with_json_the_document(scalingo: CommandLine) -> None:
    apps = scalingo("apps --json").json["apps"]
    assert [app["name"] for app in apps][:5] == NAMES
    assert scalingo("apps show --json").json == {"app": apps[0]}


def test_jq_reads_it(scalingo: CommandLine) -> None:
    said = subprocess.run(
        [require("jq"), "-r", ".apps[].name"],
        input=scalingo("apps --json").raw_stdout,
        capture_output=True,
        check=True,
    )
    assert said.stdout.decode().split()[:5] == NAMES


@pytest.mark.regional
def test_the_stack_has_its_name_wherever_an_app_is_shown(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    stack = scalingo("stacks").lines[0][0]
    for line in (
        "apps create tea-room",
        "apps show tea-room",
        f"apps update tea-room --stack {stack}",
        "apps rename tea-room tea-garden --confirm tea-room",
    ):
        assert scalingo(line).lines[0][10] == stack, line
    sandbox.fail_next("503", path="/v1/features/stacks")
    said = scalingo("apps update tea-garden --force-https")
    assert (said.code, said.lines[0][10].startswith("st-")) == (0, True)


def test_show_takes_the_app_in_force_or_a_name_or_an_id(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo("apps show").lines[0][0] == MAIN
    assert scalingo("apps show --app pinecrate-blog").lines[0][0] == "pinecrate-blog"
    assert scalingo("apps show pinecrate-api").lines[0][0] == "pinecrate-api"
    app = sandbox.store.app("pinecrate-api")
    assert scalingo(f"apps show {app.id}").lines[0][0] == "pinecrate-api"


def test_show_at_a_terminal(scalingo: CommandLine) -> None:
    app = scalingo("apps show pinecrate-api --json").json["app"]
    said = scalingo("apps show pinecrate-api", SCALINGO_FORCE_TTY="80", NO_COLOR="1")
    fields = dict(line.split(maxsplit=1) for line in said.stdout.splitlines())
    assert fields["Name"].strip() == "pinecrate-api"
    assert fields["Git"].strip() == app["git_url"]
    assert app["git_url"].startswith("git@")


def test_an_account_without_apps(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.apps.clear()
    said = scalingo("apps")
    assert (said.code, said.stdout) == (0, "")
    assert "scalingo apps create NAME" in said.stderr
    assert scalingo("apps --json").json == {"apps": []}


def test_an_app_whose_name_is_hostile(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """No platform takes such a name; one that lies must not act on a terminal."""
    sandbox.store.app("pinecrate-api").name = "[red]\x1b[2J\u202e\tname"
    shown = "[red]\\x1b[2J\\u202e\\tname"
    assert shown in names(scalingo)
    assert shown in scalingo("apps", SCALINGO_FORCE_TTY="80").stdout


def test_a_list_of_thousands(scalingo: CommandLine, sandbox: Sandbox) -> None:
    copies = [sandbox.store.app(MAIN)] * 3000
    sandbox.store.apps.extend(copies)
    assert len(scalingo("apps").lines) == 3006


def test_show_has_the_settings(scalingo: CommandLine) -> None:
    assert scalingo("apps update --force-https --stack scalingo-20").code == 0
    said = scalingo("apps show", SCALINGO_FORCE_TTY="100", NO_COLOR="1").stdout
    fields = dict(re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in said.splitlines())
    assert fields["Project"] == "default"
    assert fields["Stack"] == "scalingo-20"
    assert fields["HTTPS forced"] == "yes"
    assert [fields[name] for name in ("Sticky session", "Router logs", "Health data")] == ["no"] * 3


def test_show_does_without_the_name_of_the_stack(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("503", path="/v1/features/stacks")
    said = scalingo("apps show")
    assert (said.code, said.stderr) == (0, "")
    assert said.lines[0][0] == MAIN
    assert any(cell.startswith("st-") for cell in said.lines[0])


@pytest.mark.parametrize("project", ["Harvest", "noor/Harvest", PROJECT["id"]])
def test_list_of_a_project(scalingo: CommandLine, project: str) -> None:
    said = scalingo(f"apps --project {project}")
    assert [line[0] for line in said.lines] == ["pinecrate-blog", "pinecrate-import"]
    document = scalingo(f"apps --project {project} --json").json
    whole = scalingo("apps --json").json
    assert document == {**whole, "apps": [whole["apps"][2], whole["apps"][3]]}


def test_list_of_a_project_without_apps_and_of_an_unknown_one(scalingo: CommandLine) -> None:
    said = scalingo("apps --project Cellar")
    assert (said.code, said.stdout, said.stderr) == (0, "", "The project Cellar has no apps.\n")
    assert scalingo("apps --project Cellar --json").json == {"apps": []}
    unknown = scalingo("apps --project Celar")
    assert (unknown.code, unknown.stdout) == (3, "")
    assert "Did you mean Cellar?" in unknown.stderr


# update


def test_update_sends_what_was_given_and_nothing_else(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("apps update --force-https --no-router-logs")
    assert (said.code, said.lines[0][0]) == (0, MAIN)
    assert said.stderr == (
        f"Updated {MAIN}: HTTP is redirected to HTTPS, its requests are not logged.\n"
    )
    assert methods_and_bodies(sandbox) == [
        ("PATCH", {"app": {"force_https": True, "router_logs": False}})
    ]


def test_update_takes_a_stack_and_a_project_by_name(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("apps update pinecrate-api --stack scalingo-20 --project Harvest")
    assert said.code == 0
    assert "its project is Harvest" in said.stderr
    assert "The next deployment uses the new stack, and builds without its cache." in said.stderr
    app = scalingo("apps show pinecrate-api --json").json["app"]
    assert app["project"]["name"] == "Harvest"
    events = [row["type"] for row in sandbox.store.app("pinecrate-api").events[-2:]]
    assert events == ["stack_changed", "update_app_project"]


@pytest.mark.parametrize("line", ["--stack scalingo-42", "--project Nowhere"])
def test_update_to_what_is_not_there(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo(f"apps update {line}").code == 3
    assert changes(sandbox) == []


def test_update_without_a_change_is_misuse(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("apps update")
    assert (said.code, said.stdout) == (2, "")
    assert sandbox.requests == []


@pytest.mark.legacy
def test_update_is_of_the_regional_platform(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("apps update --force-https").code == 2
    assert scalingo("apps create tea-room --hds").code == 2
    assert sandbox.requests == []


def test_official_toggles_say_what_they_did(scalingo: CommandLine, sandbox: Sandbox) -> None:
    """Bare, the official `force-https` enables, and its `router-logs` disables."""
    assert "HTTP is redirected to HTTPS" in scalingo("force-https").stderr
    assert "its requests are not logged" in scalingo("router-logs").stderr
    assert scalingo("force-https --disable=false").code == 2
    assert scalingo("sticky-session -e -d").code == 2
    assert bodies(sandbox) == [{"app": {"force_https": True}}, {"app": {"router_logs": False}}]


# open, dashboard

URL = f"https://{MAIN}.osc-fr1.scalingo.io"
DASHBOARD = f"https://dashboard.scalingo.com/apps/osc-fr1/{MAIN}"


@pytest.fixture
def browser(tmp_path: Path) -> tuple[str, Path]:
    """A browser that keeps the address and its environment, and the file where it does."""
    opened = tmp_path / "opened"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$1" > {opened}.new\nenv >> {opened}.new\n')
    with program.open("a") as file:
        file.write(f"mv {opened}.new {opened}\n")
    program.chmod(0o755)
    return f"{program} %s", opened


@pytest.mark.parametrize(("line", "url"), [("apps open", URL), ("apps dashboard", DASHBOARD)])
def test_open_at_a_terminal_starts_the_browser(
    line: str, url: str, scalingo: CommandLine, browser: tuple[str, Path], sandbox: Sandbox
) -> None:
    terminal = scalingo.terminal(line, DISPLAY=":0", BROWSER=browser[0])
    terminal.expect_exact(f"Opened {url}")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0
    assert browser[1].read_text().splitlines()[0] == url
    assert sandbox.token not in browser[1].read_text()


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"DISPLAY": ":0", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"},
        {"DISPLAY": ":0", "SCALINGO_SANDBOX": "1"},
        {"DISPLAY": ":0", "BROWSER": "/nowhere/browser %s", "PATH": "/nowhere"},
    ],
)
def test_open_prints_the_url_without_a_display_over_ssh_and_in_the_sandbox(
    where: dict[str, str | None], scalingo: CommandLine, browser: tuple[str, Path]
) -> None:
    user = scalingo.where(BROWSER=browser[0]).where(**where)
    terminal = user.terminal("apps open")
    terminal.expect_exact(f"{URL}\r\n")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0
    assert not browser[1].exists()


def test_open_in_a_pipe_prints_the_url(scalingo: CommandLine, browser: tuple[str, Path]) -> None:
    user = scalingo.where(DISPLAY=":0", BROWSER=browser[0])
    said = user("apps open")
    assert (said.code, said.stdout, said.stderr) == (0, f"{URL}\n", "")
    assert user("dashboard").stdout == f"{DASHBOARD}\n"
    assert user("apps open --json").json == {"url": URL}
    assert not browser[1].exists()


@pytest.mark.parametrize("line", ["apps open nosuchapp", "apps dashboard nosuchapp"])
def test_open_looks_whether_the_app_is_there(line: str, scalingo: CommandLine) -> None:
    assert scalingo(line).code == 3


def test_open_opens_nothing_but_the_web(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("200", body='{"app": {"name": "x", "url": "file:///etc/passwd"}}')
    said = scalingo("apps open")
    assert (said.code, said.stdout) == (1, "")


# create, rename, transfer


@pytest.mark.usefixtures("checkout")
def test_create_adds_the_remote_of_a_checkout(scalingo: CommandLine) -> None:
    said = scalingo("apps create tea-room")
    assert said.stderr.splitlines() == [
        "Created tea-room, and added the git remote scalingo. To deploy it:",
        "  git push scalingo HEAD:master",
    ]
    assert git("remote", "get-url", "scalingo") == "git@ssh.osc-fr1.scalingo.com:tea-room.git"
    again = scalingo("create second-room")
    assert "git remote add scalingo" in again.stderr
    assert git("remote", "get-url", "scalingo") == "git@ssh.osc-fr1.scalingo.com:tea-room.git"
    assert scalingo("create third-room --remote staging").code == 0
    assert git("remote", "get-url", "staging") == "git@ssh.osc-fr1.scalingo.com:third-room.git"


@pytest.mark.usefixtures("checkout")
def test_create_in_the_sandbox_leaves_the_checkout_alone(scalingo: CommandLine) -> None:
    assert scalingo("apps create tea-room", SCALINGO_SANDBOX="1").code == 0
    assert git("remote") == ""


def test_create_with_a_remote_that_cannot_be_added_creates_nothing(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    said = scalingo("apps create tea-room --remote staging")
    assert (said.code, said.stdout) == (2, "")
    assert "--remote requires a git checkout" in said.stderr
    git("init", "--quiet", str(tmp_path))
    git("remote", "add", "staging", "git@git.example:x.git")
    assert "The git remote staging exists." in scalingo("create tea-room --remote staging").stderr
    assert sandbox.requests == []


def test_create_with_project_and_buildpack(scalingo: CommandLine, sandbox: Sandbox) -> None:
    line = "apps create tea-room --project Harvest --buildpack https://git.example/pack --hds"
    assert scalingo(line).code == 0
    fields = {"name": "tea-room", "hds_resource": True, "project_id": PROJECT["id"]}
    variable = {"name": "BUILDPACK_URL", "value": "https://git.example/pack"}
    assert methods_and_bodies(sandbox) == [
        ("POST", {"app": fields}),
        ("PUT", {"variables": [variable]}),
    ]
    assert scalingo("apps show tea-room --json").json["app"]["project"]["name"] == "Harvest"


def test_create_says_what_was_done_if_the_buildpack_fails(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next("503", times=9, method="PUT")
    said = scalingo("apps create tea-room --buildpack https://git.example/pack")
    assert (said.code, said.stdout) == (6, "")
    assert "Created tea-room. To set its buildpack:" in said.stderr
    assert "scalingo env set BUILDPACK_URL=URL --app tea-room" in said.stderr


def test_create_says_how_to_deploy(scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path) -> None:
    said = scalingo("apps create tea-room")
    assert (said.code, said.lines[0][:2]) == (0, ["tea-room", "new"])
    assert sandbox.requests[0].json == {"app": {"name": "tea-room"}}
    created, add, push = said.stderr.splitlines()
    assert created == "Created tea-room. To deploy it with git:"
    assert push == "  git push scalingo HEAD:master"
    git("init", "--quiet", str(tmp_path))
    subprocess.run(shlex.split(add), cwd=tmp_path, check=True)
    assert scalingo("apps show", SCALINGO_APP=None).lines[0][0] == "tea-room"


def test_create_with_json(scalingo: CommandLine) -> None:
    assert scalingo("apps create tea-room --json").json["app"]["name"] == "tea-room"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tea", "name must have 6 to 48 characters"),
        ("Tea-Room", "name may hold lower case letters, digits and hyphens only"),
        (MAIN, "name is already taken"),
        ("", "name can't be blank; name must have 6 to 48 characters"),
        ("[red]", "name must have 6 to 48 characters; name may hold lower case"),
    ],
)
def test_a_name_that_the_platform_rejects(name: str, reason: str, scalingo: CommandLine) -> None:
    said = scalingo(["apps", "create", name])
    assert (said.code, said.stdout) == (5, "")
    assert f"rejected the request: {reason}" in said.stderr
    renamed = scalingo(["apps", "rename", "pinecrate-api", name, "--confirm", "pinecrate-api"])
    assert f"rejected the request: {reason}".split(";")[0] in renamed.stderr


def test_an_unverified_account_is_shown_where_to_pay(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=sandbox.unverified_token)
    said = user("apps create tea-room")
    assert (said.code, said.stdout) == (5, "")
    assert "See https://dashboard.scalingo.example/billing" in said.stderr
    json = user("apps create tea-room --json")
    assert (json.stdout, json.error["code"], json.error["status"]) == ("", 5, 402)


def test_rename(scalingo: CommandLine, sandbox: Sandbox, protocol: str) -> None:
    said = scalingo("apps rename pinecrate-api tea-room --confirm pinecrate-api")
    assert (said.code, said.lines[0][0]) == (0, "tea-room")
    assert sandbox.requests[0].json == {"current_name": "pinecrate-api", "new_name": "tea-room"}
    host = "scalingo.com" if protocol == "legacy" else "ssh.osc-fr1.scalingo.com"
    assert said.stderr.splitlines() == [
        "Renamed pinecrate-api to tea-room. In each checkout, run:",
        f"  git remote set-url scalingo git@{host}:tea-room.git",
    ]
    assert "tea-room" in names(scalingo)
    assert (
        scalingo("apps rename tea-room pinecrate-api --confirm tea-room --json").json["app"]["name"]
        == "pinecrate-api"
    )


def test_transfer(scalingo: CommandLine, sandbox: Sandbox, protocol: str) -> None:
    said = scalingo(f"apps transfer {MAIN} ilse@pinecrate.example --confirm {MAIN}")
    assert (said.code, said.lines[0][2]) == (0, "ilse")
    email = "ilse@pinecrate.example"
    owner = email if protocol == "regional" else {"email": email}
    assert sandbox.requests[0].json == {"app": {"owner": owner}}
    assert said.stderr == f"Transferred {MAIN} to ilse@pinecrate.example.\n"
    again = scalingo(f"apps transfer {MAIN} noor@pinecrate.example --confirm {MAIN} --json")
    assert (again.code, again.error["status"]) == (4, 403)


def test_transfer_to_a_stranger(scalingo: CommandLine) -> None:
    said = scalingo(f"apps transfer {MAIN} stranger@pear.example --confirm {MAIN}")
    assert said.code == 5
    assert "owner should be the e-mail of an accepted collaborator" in said.stderr


def test_what_only_the_owner_may(scalingo: CommandLine) -> None:
    for line in (
        "rename hedgerow-map tea-room --confirm hedgerow-map",
        "delete hedgerow-map --confirm hedgerow-map",
    ):
        said = scalingo(f"apps {line}")
        assert (said.code, said.stdout) == (4, "")
        assert "Only the owner of hedgerow-map may" in said.stderr


def test_create_in_a_region_that_is_not_open_offers_the_others(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.disable_region("osc-fr1")
    said = scalingo("apps create tea-room")
    assert (said.code, said.stdout) == (4, "")
    assert "Choose a different region with --region. List them: scalingo regions" in said.stderr


# delete


def test_delete_asks_for_the_name(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal("apps delete pinecrate-next")
    terminal.expect("This deletes the app pinecrate-next with .* and cannot be undone.")
    assert not sandbox.requests
    terminal.expect("Type pinecrate-next to confirm: ")
    terminal.sendline("pinecrate-next")
    terminal.expect("Deleted pinecrate-next.")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0
    [request] = sandbox.requests
    assert (request.method, request.path) == ("DELETE", "/v1/apps/pinecrate-next")
    assert request.query == {"current_name": "pinecrate-next"}
    assert "pinecrate-next" not in names(scalingo)


@pytest.mark.parametrize(
    ("typed", "says", "code"),
    [
        ("pinecrate-nxt\r", '"pinecrate-nxt" is not "pinecrate-next": nothing was done.', 2),
        ("y\r", '"y" is not "pinecrate-next": nothing was done.', 2),
        ("\r", '"" is not "pinecrate-next": nothing was done.', 2),
        ("\x03", "Interrupted.", 130),
        ("\x04", "Interrupted.", 130),
    ],
)
def test_anything_else_deletes_nothing(
    typed: str, says: str, code: int, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    terminal = scalingo.terminal("apps delete pinecrate-next")
    terminal.expect("to confirm: ")
    terminal.send(typed)
    terminal.expect_exact(says)
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == code
    assert not sandbox.requests


def test_delete_in_a_script(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("apps delete pinecrate-next --confirm pinecrate-next")
    assert (said.code, said.stdout, said.stderr) == (0, "", "Deleted pinecrate-next.\n")
    [request] = sandbox.requests
    assert (request.method, request.path) == ("DELETE", "/v1/apps/pinecrate-next")


@pytest.mark.parametrize("confirm", ["pinecrate-shop", "yes", "", "PINECRATE-NEXT"])
def test_a_wrong_confirmation(confirm: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(["apps", "delete", "pinecrate-next", "--confirm", confirm])
    assert (said.code, said.stdout) == (2, "")
    assert "nothing was done" in said.stderr
    assert not sandbox.requests


def test_without_a_terminal_nothing_is_deleted(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo.process("apps delete pinecrate-next", stdin="pinecrate-next\n")
    assert (said.code, said.stdout) == (2, "")
    assert "Pass --confirm pinecrate-next to proceed." in said.stderr
    json = scalingo("apps delete pinecrate-next --json")
    assert (json.stdout, json.error["code"]) == ("", 2)
    assert not sandbox.requests


# What can go wrong


@pytest.mark.parametrize(
    "line",
    [
        "apps show nothing",
        "apps rename nothing tea-room --confirm nothing",
        "apps transfer nothing ilse@pinecrate.example --confirm nothing",
        "apps delete nothing --confirm nothing",
    ],
)
def test_an_app_that_is_not_there(line: str, scalingo: CommandLine) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout) == (3, "")
    assert 'App "nothing" not found in region osc-fr1.' in said.stderr
    assert "List your apps: scalingo apps" in said.stderr
    assert scalingo(f"{line} --json").error["status"] == 404


EACH_COMMAND = [
    "apps",
    "apps show",
    "apps create tea-room",
    "apps rename pinecrate-api tea-room --confirm pinecrate-api",
    f"apps transfer {MAIN} ilse@pinecrate.example --confirm {MAIN}",
    "apps delete pinecrate-next --confirm pinecrate-next",
]


@pytest.mark.parametrize("line", ["apps show a b", "apps create", "apps rename a", "apps nonsense"])
def test_misuse(line: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(line)
    assert (said.code, said.stdout) == (2, "")
    assert "Usage: scalingo apps" in said.stderr
    assert scalingo(f"{line} --json").error["code"] == 2
    assert not sandbox.requests


@pytest.mark.parametrize(
    ("line", "consequence"),
    [
        ("rename pinecrate-next tea-room", "its present one stops working."),
        ("transfer pinecrate-next ilse@pinecrate.example", "who alone can give it back."),
    ],
)
def test_rename_and_transfer_ask_for_the_name(
    line: str, consequence: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(f"apps {line}")
    assert (said.code, said.stdout) == (2, "")
    assert "Pass --confirm pinecrate-next to proceed." in said.stderr
    assert scalingo(f"apps {line} --confirm other").code == 2
    assert sandbox.requests == []
    terminal = scalingo.terminal(f"apps {line}", columns=200)
    terminal.expect(consequence)
    terminal.expect("Type pinecrate-next to confirm: ")
    terminal.sendline("no")
    terminal.expect("nothing was done")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 2
    assert sandbox.requests == []


def test_show_of_a_crashed_app_says_where_to_look(scalingo: CommandLine) -> None:
    hint = "pinecrate-import has crashed. To see why: scalingo logs --app pinecrate-import\n"
    assert scalingo("apps show pinecrate-import").stderr == hint
    assert scalingo("apps show pinecrate-import --json").stderr == ""
    assert scalingo("apps show pinecrate-api").stderr == ""
