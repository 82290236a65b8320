"""Stories of `scalingo collaborators`."""

from __future__ import annotations

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.changes import changes, methods
from tests.command_line import CommandLine
from tests.terminals import leave

NOOR, TOMASZ, JONAS, ILSE = (
    f"{name}@pinecrate.example" for name in ("noor", "tomasz", "jonas", "ilse")
)
NEW = "lena@example.com"


def test_in_a_pipe_each_collaborator_is_a_line(scalingo: CommandLine) -> None:
    result = scalingo("collaborators")
    assert (result.code, result.stderr) == (0, "")
    assert [line[:3] for line in result.lines] == [
        [TOMASZ, "tomasz", "accepted"],
        [JONAS, "n/a", "pending"],
        [ILSE, "ilse", "accepted"],
    ]
    rows = scalingo("collaborators --json").json["collaborators"]
    assert [line[3] for line in result.lines] == [row["id"] for row in rows]
    assert {line[4] for line in result.lines} == {"collaborator"}


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_at_a_terminal_pending_invitations_look_different(
    scalingo: CommandLine, columns: str
) -> None:
    result = scalingo("collaborators", SCALINGO_FORCE_TTY=columns, NO_COLOR="1")
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert lines[0].startswith("E-mail")
    assert lines[2].startswith(NOOR)
    [pending] = [line for line in lines if JONAS in line]
    assert "n/a" not in pending
    assert "invited" in pending
    assert result.stdout.count("invited") == 1


def test_the_link_of_an_invitation_is_only_in_json(scalingo: CommandLine) -> None:
    links = [
        row["invitation_link"]
        for row in scalingo("collaborators --json").json["collaborators"]
        if row["status"] == "pending"
    ]
    added = scalingo(f"collaborators add {NEW} --json").json["collaborator"]
    assert added["status"] == "pending"
    links.append(added["invitation_link"])
    assert all("token=" in link for link in links)
    for line in ("", "add mo@example.com", f"remove {NEW} --yes", f"remove {JONAS} --yes"):
        for columns in ("", "200"):
            result = scalingo(f"collaborators {line} --debug-body", SCALINGO_FORCE_TTY=columns)
            for link in links:
                assert link.partition("token=")[2] not in result.stdout + result.stderr


def test_nobody_else_says_how_to_invite(scalingo: CommandLine) -> None:
    result = scalingo("collaborators --app pinecrate-next")
    assert (result.code, result.stdout) == (0, "")
    assert "scalingo collaborators add EMAIL" in result.stderr


def test_someone_is_invited(scalingo: CommandLine, sandbox: Sandbox, protocol: str) -> None:
    result = scalingo(f"collaborators add {NEW}")
    assert (result.code, result.lines[0][:3]) == (0, [NEW, "n/a", "pending"])
    assert result.stderr == f"Invited {NEW} to work on {sandbox.main_app}.\n"
    role = {"is_limited": False} if protocol == "regional" else {}
    assert sandbox.requests[-1].json == {"collaborator": {"email": NEW, **role}}
    sandbox.accept(sandbox.main_app, NEW)
    assert scalingo("collaborators").lines[-1][:3] == [NEW, "lena", "accepted"]


@pytest.mark.regional
def test_someone_is_invited_to_do_less(scalingo: CommandLine) -> None:
    assert scalingo(f"collaborators add {NEW} --limited").code == 0
    shown = scalingo("collaborators", SCALINGO_FORCE_TTY="120", NO_COLOR="1").stdout
    [line] = [line for line in shown.splitlines() if NEW in line]
    assert "invited, not accepted yet" in line
    assert "limited" in line
    assert scalingo("collaborators").lines[-1][4] == "limited"


@pytest.mark.regional
def test_collaborators_update_limits_and_lifts(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo(f"collaborators update {ILSE} --limited")
    assert (result.code, result.lines[0][4]) == (0, "limited")
    assert result.stderr == f"{ILSE} has limited permissions on {sandbox.main_app}.\n"
    assert scalingo(f"collaborators-update {ILSE} --no-limited").lines[0][4] == "collaborator"
    bodies = [each.json for each in sandbox.requests if each.method == "PATCH"]
    assert bodies == [{"collaborator": {"is_limited": limited}} for limited in (True, False)]


@pytest.mark.regional
def test_collaborators_update_lifts_nothing_unless_asked(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo(f"collaborators-update {ILSE}")
    assert (result.code, result.stdout) == (2, "")
    assert "use --limited or --no-limited" in result.stderr
    assert scalingo("collaborators update stranger@example.com --limited").code == 3
    assert changes(sandbox) == []


@pytest.mark.legacy
def test_legacy_limits_nobody(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo(f"collaborators add {NEW} --limited")
    assert (said.code, sandbox.requests) == (2, [])
    assert "the regional platform does" in said.stderr


def test_the_invited_are_shown_at_a_terminal(scalingo: CommandLine) -> None:
    shown = scalingo(f"collaborators add {NEW}", SCALINGO_FORCE_TTY="60", NO_COLOR="1").stdout
    assert "invited, not accepted yet" in shown
    assert "http" not in shown


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("lena", "is not an e-mail address"),
        ("", "is not an e-mail address"),
        ("[red]@\x1b[2J", "is not an e-mail address"),
        (TOMASZ, "works on this application already"),
        ("noor@pinecrate.example", "works on this application already"),
    ],
)
def test_the_platform_rejects_an_invitation(scalingo: CommandLine, email: str, said: str) -> None:
    result = scalingo(["collaborators", "add", email])
    assert (result.code, result.stdout) == (5, "")
    assert f"email {said}" in result.stderr


def test_only_the_owner_invites_and_removes(scalingo: CommandLine) -> None:
    for line in (f"add {NEW}", "remove noor@pinecrate.example --yes"):
        result = scalingo(f"collaborators {line} --app hedgerow-map --json")
        assert (result.code, result.stdout) == (4, "")
        assert result.error["status"] == 403
        assert "Only the owner" in result.error["message"]


def test_a_collaborator_is_removed_by_email_or_id(scalingo: CommandLine, sandbox: Sandbox) -> None:
    rows = scalingo("collaborators --json").json["collaborators"]
    removed = scalingo(f"collaborators remove {TOMASZ} --yes")
    assert (removed.code, removed.stdout) == (0, "")
    assert removed.stderr == f"Removed the collaborator {TOMASZ} from {sandbox.main_app}.\n"
    assert scalingo(["collaborators", "remove", rows[1]["id"], "--yes"]).code == 0
    assert sandbox.requests[-1].path.endswith(f"/collaborators/{rows[1]['id']}")
    assert [line[0] for line in scalingo("collaborators").lines] == [ILSE]


def test_an_unknown_collaborator_is_not_found_and_the_nearest_is_offered(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    result = scalingo("collaborators remove Ilse@pinecrate.exmple --yes")
    assert (result.code, result.stdout) == (3, "")
    said = f'{sandbox.main_app} has no collaborator "Ilse@pinecrate.exmple".'
    assert said in result.stderr
    assert f"Did you mean {ILSE}" in result.stderr
    assert f"List them: scalingo collaborators --app {sandbox.main_app}" in result.stderr
    unknown = scalingo("collaborators remove n/a --yes --json")
    assert (unknown.code, unknown.error["code"]) == (3, 3)
    assert changes(sandbox) == []


def test_removing_asks_at_a_terminal(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal(f"collaborators remove {JONAS}", columns=120)
    terminal.expect(f"Remove the invitation of {JONAS} from {sandbox.main_app}\\? \\[y/N\\] ")
    terminal.sendline("")
    terminal.expect("Nothing was done")
    terminal.wait()
    assert terminal.exitstatus == 2
    assert changes(sandbox) == []
    terminal = scalingo.terminal(f"collaborators remove {ILSE}", columns=120)
    terminal.expect(f"Remove the collaborator {ILSE} from ")
    terminal.sendline("Y")
    terminal.expect("Removed the collaborator")
    terminal.wait()
    assert terminal.exitstatus == 0
    assert methods(sandbox) == ["DELETE"]


def test_removing_without_a_terminal_needs_yes(scalingo: CommandLine, sandbox: Sandbox) -> None:
    result = scalingo(f"collaborators remove {JONAS}")
    assert result.code == 2
    assert "Pass --yes to proceed." in result.stderr
    assert changes(sandbox) == []


def test_ctrl_c_at_the_question_removes_nobody(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal(f"collaborators remove {JONAS}")
    terminal.expect("y/N")
    code, said = leave(terminal)
    assert (code, "Interrupted" in said) == (130, True)
    assert changes(sandbox) == []


def test_a_dry_run_prints_the_request_alone(scalingo: CommandLine, sandbox: Sandbox) -> None:
    added = scalingo(f"collaborators add {NEW} --dry-run")
    path = f"/v1/apps/{sandbox.main_app}/collaborators"
    assert added.stdout.startswith(f'POST {path}\n{{"collaborator": {{"email": "{NEW}"')
    removed = scalingo(f"collaborators remove {JONAS} --dry-run")
    assert removed.stdout.startswith(f"DELETE {path}/")
    assert added.stderr == removed.stderr == ""
    assert changes(sandbox) == []


def test_hostile_names_are_data(scalingo: CommandLine, sandbox: Sandbox) -> None:
    row = sandbox.store.apps[0].collaborators[0]
    row |= {"email": "[red]\x1b[2J@x", "username": None, "status": "user account deleted"}
    assert scalingo("collaborators").lines[0][:3] == [r"[red]\x1b[2J@x", "", "user account deleted"]
    assert r"[red]\x1b[2J@x" in scalingo("collaborators", SCALINGO_FORCE_TTY="120").stdout
