from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.programs import require

MAIN = "pinecrate-shop"
NAMES = [MAIN, "pinecrate-api", "pinecrate-blog", "pinecrate-import", "pinecrate-next"]


def sent(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [(request.method, request.path) for request in sandbox.requests]


def names(scalingo: CommandLine) -> list[str]:
    return [line[0] for line in scalingo("apps").lines]


# list and show


def test_in_a_pipe_one_app_a_line(scalingo: CommandLine) -> None:
    said = scalingo("apps list")
    assert said.lines[1][:3] == ["pinecrate-api", "running", "noor"]
    assert said.lines[1][3].endswith("Z")
    assert said.lines[4] == ["pinecrate-next", "new", "noor", ""]
    assert (said.code, said.stderr) == (0, "")
    assert scalingo("apps") == said


def test_at_a_terminal_a_table(scalingo: CommandLine) -> None:
    said = scalingo("apps", SCALINGO_FORCE_TTY="80", NO_COLOR="1")
    header, _, *rows = said.stdout.splitlines()
    assert header.split() == ["Name", "Status", "Owner", "Deployed"]
    assert rows[1].split() == ["pinecrate-api", "running", "noor", "3", "days", "ago"]
    assert rows[4].split() == ["pinecrate-next", "new", "noor", "never"]


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


# create, rename, transfer


def test_create_tells_how_to_deploy(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    said = scalingo("apps create tea-room")
    assert (said.code, said.lines[0][:2]) == (0, ["tea-room", "new"])
    assert sandbox.requests[0].json == {"app": {"name": "tea-room"}}
    created, add, push = said.stderr.splitlines()
    assert created == "Created tea-room. To deploy it with git:"
    assert push == "  git push scalingo HEAD:master"
    subprocess.run([require("git"), "init", "--quiet", str(tmp_path)], check=True)
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
    assert sent(sandbox) == [("DELETE", "/v1/apps/pinecrate-next")]


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
    assert 'App "nothing" not found.' in said.stderr
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
