"""`env diff`, `env import --prune`, `env edit` and `env run`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pexpect
import pytest

from scalingo_cli.commands.env import dotenv
from scalingo_cli.sandbox import Sandbox
from tests.changes import methods
from tests.command_line import SCALINGO, CommandLine
from tests.terminals import leave

SECRET = "hunter2-never-shown"

Variables = Callable[[], dict[str, str]]
Methods = Callable[[], list[str]]
Write = Callable[..., str]
Script = Callable[[str], str]


@pytest.fixture
def variables(sandbox: Sandbox) -> Variables:
    """What the platform holds at the moment."""
    app = sandbox.store.app(sandbox.main_app)
    return lambda: {row["name"]: row["value"] for row in app.variables}


@pytest.fixture
def changes(sandbox: Sandbox) -> Methods:
    """The methods of the requests that asked for a change."""
    return lambda: methods(sandbox)


@pytest.fixture
def file(tmp_path: Path, variables: Variables) -> Write:
    """Writes a dotenv file of the platform's variables, some changed, or left out where None."""

    def write(**changed: str | None) -> str:
        wanted: Mapping[str, str | None] = {**variables(), **changed}
        kept = {name: value for name, value in wanted.items() if value is not None}
        path = tmp_path / "wanted.env"
        path.write_text(dotenv.dump(kept))
        return str(path)

    return write


@pytest.fixture
def editor(tmp_path: Path, scalingo: CommandLine) -> Script:
    """Writes an editor: a shell script whose $1 is the file. Temporary files go to tmp_path/tmp."""
    (tmp_path / "tmp").mkdir()
    scalingo.environment["TMPDIR"] = str(tmp_path / "tmp")

    def write(script: str) -> str:
        path = tmp_path / "editor"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        return str(path)

    return write


def left_behind(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "tmp").rglob("*") if path.is_file()]


def ended(child: pexpect.spawn[str]) -> int:
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus is not None
    return child.exitstatus


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


class TestDiff:
    def test_the_same_is_no_difference(self, scalingo: CommandLine, file: Write) -> None:
        result = scalingo(["env", "diff", "--exit-code", file()])
        assert (result.code, result.stdout, result.stderr) == (0, "", "No differences.\n")

    def test_a_record_for_each_name_and_no_value(self, scalingo: CommandLine, file: Write) -> None:
        wanted = file(ZEBRA=SECRET, ADDED=SECRET, MOTTO=SECRET, SHOP_ENV=None)
        result = scalingo(["env", "diff", wanted])
        assert result.code == 0
        assert result.lines == [
            ["ADDED", "add"],
            ["ZEBRA", "add"],
            ["MOTTO", "change"],
            ["SHOP_ENV", "leave"],
        ]
        assert SECRET not in result.stdout + result.stderr
        assert "carrots" not in result.stdout + result.stderr

    @pytest.mark.parametrize("change", [{"NEW": "1"}, {"MOTTO": "1"}, {"MOTTO": None}])
    def test_a_script_learns_of_any_difference(
        self, scalingo: CommandLine, file: Write, change: dict[str, str | None]
    ) -> None:
        assert scalingo(["env", "diff", "--exit-code", file(**change)]).code == 10
        assert scalingo(["env", "diff", file(**change)]).code == 0

    def test_at_a_terminal_signs_show_what_colour_would(
        self, scalingo: CommandLine, file: Write
    ) -> None:
        wanted = file(ADDED=SECRET, MOTTO=SECRET, SHOP_ENV=None)
        result = scalingo(["env", "diff", wanted], SCALINGO_FORCE_TTY="60", NO_COLOR="1")
        assert [line.split() for line in result.stdout.splitlines()[2:]] == [
            ["+", "ADDED", "add"],
            ["~", "MOTTO", "change", "***", "→", "***"],
            ["SHOP_ENV", "leave"],
        ]

    def test_json_names_names_alone(self, scalingo: CommandLine, file: Write) -> None:
        result = scalingo(["env", "diff", "--json", file(ADDED=SECRET, SHOP_ENV=None)])
        assert result.json == {
            "differences": [
                {"name": "ADDED", "import": "add"},
                {"name": "SHOP_ENV", "import": "leave"},
            ]
        }
        assert scalingo(["env", "diff", "--json", file()]).json == {"differences": []}

    def test_of_standard_input(self, scalingo: CommandLine) -> None:
        exported = scalingo("env export").raw_stdout
        assert scalingo("env diff --exit-code -", stdin=exported).code == 0
        assert scalingo("env diff --exit-code -", stdin=exported + b"NEW=1\n").code == 10

    def test_an_app_without_variables(
        self, scalingo: CommandLine, sandbox: Sandbox, file: Write
    ) -> None:
        wanted = file()
        sandbox.store.app(sandbox.main_app).variables.clear()
        result = scalingo(["env", "diff", wanted])
        assert {line[1] for line in result.lines} == {"add"}

    def test_nothing_is_requested_for_an_invalid_file(
        self, scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
    ) -> None:
        (tmp_path / "bad.env").write_text(f"A=1\n{SECRET}\n")
        for name in ("bad.env", "missing.env", "."):
            result = scalingo(["env", "diff", name])
            assert result.code == 2
            assert name in result.stderr
            assert SECRET not in result.stderr
        assert not sandbox.requests

    def test_errors(self, scalingo: CommandLine, sandbox: Sandbox, file: Write) -> None:
        wanted = file()
        assert scalingo(["env", "diff", wanted], SCALINGO_API_TOKEN=None).code == 4
        assert scalingo(["env", "diff", wanted], SCALINGO_API_TOKEN="none").code == 4
        assert scalingo(["env", "diff", wanted, "--app", "[red]"]).code == 3
        sandbox.fail_next("503", times=5)
        result = scalingo(["env", "diff", "--json", wanted])
        assert (result.code, result.stdout, result.error["status"]) == (6, "", 503)


class TestPrune:
    def test_makes_the_platform_what_the_file_says(
        self,
        scalingo: CommandLine,
        sandbox: Sandbox,
        file: Write,
        variables: Variables,
        changes: Methods,
        protocol: str,
    ) -> None:
        wanted = file(ADDED=SECRET, MOTTO=SECRET, SHOP_ENV=None, GREETING=None)
        result = scalingo(["env", "import", "--prune", "--yes", wanted])
        assert result.code == 0
        assert variables() == dotenv.parse(Path(wanted).read_text())
        assert result.stdout == ""
        assert result.stderr.splitlines()[:6] == [
            "+ ADDED",
            "~ MOTTO  *** → ***",
            "- GREETING",
            "- SHOP_ENV",
            "Set ADDED, MOTTO.",
            "Removed GREETING, SHOP_ENV.",
        ]
        assert "scalingo restart --app" in result.stderr
        assert changes() == ["PUT", *["DELETE"] * (1 if protocol == "regional" else 2)]
        sent = next(request.json for request in sandbox.requests if request.method == "PUT")
        assert [variable["name"] for variable in sent["variables"]] == ["ADDED", "MOTTO"]

    def test_again_there_is_nothing_to_do(
        self, scalingo: CommandLine, file: Write, changes: Methods
    ) -> None:
        result = scalingo(["env", "import", "--prune", file()])
        assert (result.code, result.stderr) == (0, "No differences: nothing to do.\n")
        assert not changes()

    def test_without_a_terminal_nothing_is_removed(
        self, scalingo: CommandLine, file: Write, changes: Methods
    ) -> None:
        result = scalingo(["env", "import", "--prune", file(MOTTO="1", SHOP_ENV=None)])
        assert result.code == 2
        assert "- SHOP_ENV\n" in result.stderr
        assert "--yes" in result.stderr
        assert not changes()

    def test_what_removes_nothing_asks_nothing(
        self, scalingo: CommandLine, file: Write, variables: Variables, changes: Methods
    ) -> None:
        assert scalingo(["env", "import", "--prune", file(MOTTO="new")]).code == 0
        assert variables()["MOTTO"] == "new"
        assert changes() == ["PUT"]

    def test_an_empty_file_removes_nothing(self, scalingo: CommandLine, changes: Methods) -> None:
        result = scalingo("env import --prune --yes -", stdin="# generated\n")
        assert result.code == 2
        assert "would remove every variable" in result.stderr
        assert not changes()

    def test_a_dry_run_asks_nothing_and_sends_nothing(
        self, scalingo: CommandLine, file: Write, changes: Methods, protocol: str
    ) -> None:
        wanted = file(ADDED=SECRET, SHOP_ENV=None)
        result = scalingo(["env", "import", "--prune", "--dry-run", wanted])
        assert result.code == 0
        assert [line.split()[0] for line in result.stdout.splitlines()] == [
            "PUT",
            '{"variables":',
            "DELETE",
            *(['{"variable_ids":'] if protocol == "regional" else []),
        ]
        assert SECRET not in result.stdout + result.stderr
        assert "- SHOP_ENV" in result.stderr
        assert not changes()

    @pytest.mark.legacy  # the regional platform removes them all in one request
    def test_a_failure_midway_reports_what_was_done_and_the_same_command_finishes(
        self, scalingo: CommandLine, sandbox: Sandbox, file: Write, variables: Variables
    ) -> None:
        app = sandbox.store.app(sandbox.main_app)
        wanted = file(ADDED="1", MOTTO=None, SHOP_ENV=None, THEME_COLOR=None)
        [second] = [row["id"] for row in app.variables if row["name"] == "SHOP_ENV"]
        sandbox.fail_next("503", times=5, path=f"/v1/apps/{app.name}/variables/{second}")
        result = scalingo(["env", "import", "--prune", "--yes", wanted])
        assert result.code == 6
        assert "Set ADDED.\n" in result.stderr
        assert "Removed MOTTO. To finish: " in result.stderr
        assert "SHOP_ENV THEME_COLOR" in result.stderr
        assert {"SHOP_ENV", "THEME_COLOR"} < variables().keys()
        assert scalingo(["env", "import", "--prune", "--yes", wanted]).code == 0
        assert variables() == dotenv.parse(Path(wanted).read_text())

    def test_when_nothing_can_be_set_nothing_is_removed(
        self, scalingo: CommandLine, file: Write, variables: Variables
    ) -> None:
        before = variables()
        result = scalingo(["env", "import", "--prune", "--yes", file(A="x" * 9000, MOTTO=None)])
        assert result.code == 5
        assert "xxx" not in result.stderr
        assert variables() == before

    @pytest.mark.parametrize(("answer", "code"), [("y", 0), ("YES", 0), ("n", 2), ("", 2)])
    def test_a_person_sees_and_is_asked(
        self, scalingo: CommandLine, file: Write, variables: Variables, answer: str, code: int
    ) -> None:
        wanted = file(ADDED=SECRET, SHOP_ENV=None)
        child = scalingo.terminal(["env", "import", "--prune", wanted], NO_COLOR="1")
        child.expect_exact("+ ADDED\r\n- SHOP_ENV\r\n")
        child.expect_exact("Remove the variable marked - from ")
        child.expect_exact("for good? [y/N]")
        assert "SHOP_ENV" in variables()
        child.sendline(answer)
        assert ended(child) == code
        assert SECRET not in str(child.before)
        assert ("SHOP_ENV" in variables()) == (code != 0)
        assert ("ADDED" in variables()) == (code == 0)

    def test_ctrl_c_at_the_question_changes_nothing(
        self, scalingo: CommandLine, file: Write, changes: Methods
    ) -> None:
        child = scalingo.terminal(["env", "import", "--prune", file(MOTTO="1", SHOP_ENV=None)])
        child.expect_exact("[y/N]")
        assert leave(child)[0] == 130
        assert not changes()

    @pytest.mark.legacy  # the regional platform removes them all in one request
    def test_ctrl_c_midway_reports_what_was_done(
        self, scalingo: CommandLine, sandbox: Sandbox, file: Write, changes: Methods
    ) -> None:
        app = sandbox.store.app(sandbox.main_app)
        [second] = [row["id"] for row in app.variables if row["name"] == "SHOP_ENV"]
        sandbox.fail_next("slow", path=f"/v1/apps/{app.name}/variables/{second}", delay=60)
        child = scalingo.terminal(
            ["env", "import", "--prune", "--yes", file(MOTTO=None, SHOP_ENV=None)]
        )
        until(lambda: changes() == ["DELETE", "DELETE"])
        child.sendintr()
        child.expect_exact("Removed MOTTO. To finish: scalingo env unset")
        assert ended(child) == 130


class TestEdit:
    def test_a_person_sees_what_changed_and_agrees(
        self,
        scalingo: CommandLine,
        editor: Script,
        variables: Variables,
        changes: Methods,
        tmp_path: Path,
    ) -> None:
        script = editor(
            f'cp "$1" {tmp_path}/opened\n'
            f'stat -c "%a %F" "$(dirname "$1")" "$1" > {tmp_path}/modes\n'
            f'sed -i -e "s/^MOTTO=.*/MOTTO={SECRET}/" -e /^SHOP_ENV=/d "$1"\n'
            'echo NEW=1 >> "$1"; echo backup > "$1~"'
        )
        before = variables()
        child = scalingo.terminal("env edit", EDITOR=script, NO_COLOR="1")
        child.expect_exact("+ NEW\r\n~ MOTTO  *** → ***\r\n- SHOP_ENV\r\nSigned in with ")
        child.expect_exact("Send this to ")
        assert SECRET not in str(child.before)
        assert not changes()
        child.sendline("y")
        assert ended(child) == 0
        expected = {**before, "MOTTO": SECRET, "NEW": "1"}
        del expected["SHOP_ENV"]
        assert variables() == expected
        assert changes() == ["PUT", "DELETE"]
        assert dotenv.parse((tmp_path / "opened").read_text()) == before
        assert (tmp_path / "modes").read_text() == "700 directory\n600 regular file\n"
        assert not list((tmp_path / "tmp").iterdir())

    @pytest.mark.parametrize("answer", ["n", "", "what"])
    def test_without_a_yes_nothing_is_sent_nor_left(
        self, scalingo: CommandLine, editor: Script, changes: Methods, tmp_path: Path, answer: str
    ) -> None:
        child = scalingo.terminal("env edit", EDITOR=editor('echo NEW=1 >> "$1"'))
        child.expect_exact("[N]o:")
        child.sendline(answer)
        child.expect_exact("Nothing was sent")
        assert ended(child) == 2
        assert not changes()
        assert not list((tmp_path / "tmp").iterdir())

    def test_it_can_be_edited_again(
        self, scalingo: CommandLine, editor: Script, variables: Variables
    ) -> None:
        script = editor('sed -i "s/^TWICE=.*/TWICE=2/;t;\\$aTWICE=1" "$1"')
        child = scalingo.terminal("env edit", EDITOR=script)
        child.expect_exact("[N]o:")
        child.sendline("e")
        child.expect_exact("[N]o:")
        child.sendline("y")
        assert ended(child) == 0
        assert variables()["TWICE"] == "2"

    def test_unchanged_nothing_is_sent(
        self, scalingo: CommandLine, editor: Script, changes: Methods, tmp_path: Path
    ) -> None:
        child = scalingo.terminal("env edit", EDITOR=editor('echo "# a comment" >> "$1"'))
        child.expect_exact("No variables changed: nothing was sent.")
        assert ended(child) == 0
        assert not changes()
        assert not list((tmp_path / "tmp").iterdir())

    def test_text_that_cannot_be_read_is_edited_again(
        self, scalingo: CommandLine, editor: Script, variables: Variables
    ) -> None:
        script = editor(
            f'if grep -q "^{SECRET}" "$1"; then sed -i "s/^{SECRET}/FIXED=1/" "$1"\n'
            f'else echo "{SECRET}" >> "$1"; fi'
        )
        child = scalingo.terminal("env edit", EDITOR=script)
        child.expect("line [0-9]+: expected NAME=value.\r\nEdit again\\? \\[Y/n\\]")
        assert SECRET not in str(child.before)
        child.sendline("")
        child.expect_exact("+ FIXED")
        child.sendline("y")
        assert ended(child) == 0
        assert variables()["FIXED"] == "1"

    @pytest.mark.parametrize("end", ["echo loose words", "printf '\\377'"])
    def test_text_that_cannot_be_read_is_kept(
        self, scalingo: CommandLine, editor: Script, changes: Methods, tmp_path: Path, end: str
    ) -> None:
        child = scalingo.terminal(
            "env edit", EDITOR=editor(f'echo NEW={SECRET} >> "$1"; {end} >> "$1"'), columns=300
        )
        child.expect_exact("Edit again? [Y/n]")
        child.sendline("n")
        child.expect_exact("Your edits are saved in ")
        assert ended(child) == 2
        kept = Path(str(child.before).split()[0])
        assert f"NEW={SECRET}".encode() in kept.read_bytes()
        assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        assert left_behind(tmp_path) == [kept]
        assert not changes()

    def test_refused_when_the_platform_changed_meanwhile(
        self,
        scalingo: CommandLine,
        editor: Script,
        variables: Variables,
        changes: Methods,
        tmp_path: Path,
    ) -> None:
        child = scalingo.terminal("env edit", EDITOR=editor(f'echo "NEW={SECRET}" >> "$1"'))
        child.expect_exact("[N]o:")
        assert scalingo("env set MOTTO=else").code == 0
        child.sendline("y")
        child.expect_exact("MOTTO changed on the platform in the meantime: nothing was sent.")
        assert ended(child) == 5
        assert changes() == ["PUT"]
        assert "NEW" not in variables()
        [kept] = left_behind(tmp_path)
        assert f"NEW={SECRET}" in kept.read_text()
        again = scalingo(["env", "diff", str(kept)])
        assert again.lines == [["NEW", "add"], ["MOTTO", "change"]]

    def test_what_the_platform_rejects_is_kept(
        self, scalingo: CommandLine, editor: Script, tmp_path: Path
    ) -> None:
        script = editor('echo "1NAME=x" >> "$1"')
        result = scalingo.process("env edit --yes", EDITOR=script)
        assert result.code == 5
        assert "Your edits are saved in" in result.stderr
        [kept] = left_behind(tmp_path)
        assert "1NAME=x" in kept.read_text()

    def test_ctrl_c_at_the_question_leaves_nothing(
        self, scalingo: CommandLine, editor: Script, changes: Methods, tmp_path: Path
    ) -> None:
        child = scalingo.terminal("env edit", EDITOR=editor('echo NEW=1 >> "$1"'))
        child.expect_exact("[N]o:")
        assert leave(child)[0] == 130
        assert not changes()
        assert not list((tmp_path / "tmp").iterdir())

    def test_ctrl_c_is_the_editor_s(
        self, scalingo: CommandLine, editor: Script, tmp_path: Path
    ) -> None:
        script = editor(
            "trap 'echo NEW=1 >> \"$1\"; exit 0' INT; echo opened; while :; do sleep 0.05; done"
        )
        child = scalingo.terminal("env edit", EDITOR=script)
        child.expect_exact("opened")
        child.sendintr()
        child.expect_exact("+ NEW")
        child.sendline("n")
        assert ended(child) == 2
        assert not list((tmp_path / "tmp").iterdir())

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_no_signal_leaves_the_file(
        self,
        scalingo: CommandLine,
        editor: Script,
        changes: Methods,
        tmp_path: Path,
        number: signal.Signals,
    ) -> None:
        child = scalingo.terminal("env edit", EDITOR=editor('echo NEW=1 >> "$1"'))
        child.expect_exact("[N]o:")
        child.kill(number)
        assert ended(child) == 128 + number
        assert not list((tmp_path / "tmp").iterdir())
        assert not changes()

    def test_an_editor_that_fails(
        self, scalingo: CommandLine, editor: Script, changes: Methods, tmp_path: Path
    ) -> None:
        child = scalingo.terminal("env edit", EDITOR=editor("exit 3"))
        child.expect_exact("exited with 3: nothing was sent.")
        assert ended(child) == 1
        assert not list((tmp_path / "tmp").iterdir())
        result = scalingo("env edit --yes", EDITOR="no-such-editor")
        assert result.code == 1
        assert "no-such-editor" in result.stderr
        assert not changes()

    def test_an_editor_that_removes_the_file(
        self, scalingo: CommandLine, editor: Script, changes: Methods, tmp_path: Path
    ) -> None:
        result = scalingo.process("env edit --yes", EDITOR=editor('rm "$1"'))
        assert result.code == 2
        assert "Could not read" in result.stderr
        assert not changes()
        assert not list((tmp_path / "tmp").iterdir())

    def test_visual_wins_and_may_hold_arguments(
        self, scalingo: CommandLine, editor: Script, variables: Variables
    ) -> None:
        script = editor('[ "$1" = --wait ] && echo "NEW=1" >> "$2"')
        result = scalingo("env edit --yes", VISUAL=f"'{script}' --wait", EDITOR="false")
        assert result.code == 0
        assert variables()["NEW"] == "1"

    def test_vi_where_none_is_named(
        self, scalingo: CommandLine, editor: Script, variables: Variables, tmp_path: Path
    ) -> None:
        (tmp_path / "bin").mkdir()
        Path(editor('echo "NEW=vi" >> "$1"')).rename(tmp_path / "bin" / "vi")
        path = f"{tmp_path}/bin{os.pathsep}{scalingo.environment['PATH']}"
        child = scalingo.terminal("env edit --yes", PATH=path)
        child.expect(pexpect.EOF)
        assert variables()["NEW"] == "vi"

    def test_without_a_terminal_no_editor_starts(
        self, scalingo: CommandLine, editor: Script, tmp_path: Path
    ) -> None:
        result = scalingo("env edit", EDITOR=editor(f"touch {tmp_path}/started"))
        assert result.code == 2
        assert "--yes" in result.stderr
        assert not (tmp_path / "started").exists()
        for option in ("--yes", "--dry-run"):
            result = scalingo(f"env edit {option}", EDITOR=None, VISUAL=None)
            assert (result.code, result.stdout) == (2, "")
            assert result.stderr.startswith("Error: The default editor, vi, needs a terminal.\n")

    def test_a_dry_run_shows_and_sends_nothing(
        self, scalingo: CommandLine, editor: Script, changes: Methods, protocol: str
    ) -> None:
        script = editor(f'sed -i /^MOTTO=/d "$1"; echo "NEW={SECRET}" >> "$1"')
        result = scalingo("env edit --dry-run", EDITOR=script)
        assert result.code == 0
        assert "+ NEW\n- MOTTO\n" in result.stderr
        assert [line.split()[0] for line in result.stdout.splitlines()] == [
            "PUT",
            '{"variables":',
            "DELETE",
            *(['{"variable_ids":'] if protocol == "regional" else []),
        ]
        assert SECRET not in result.stdout + result.stderr
        assert not changes()

    def test_what_no_file_can_hold(
        self, scalingo: CommandLine, sandbox: Sandbox, editor: Script, tmp_path: Path
    ) -> None:
        sandbox.store.app(sandbox.main_app).variables.append(
            {"id": "1", "name": "A B", "value": SECRET}
        )
        result = scalingo("env edit --yes", EDITOR=editor(f"touch {tmp_path}/started"))
        assert result.code == 1
        assert "'A B' is not a valid name" in result.stderr
        assert not (tmp_path / "started").exists()

    def test_errors(self, scalingo: CommandLine, sandbox: Sandbox, editor: Script) -> None:
        script = editor("true")
        assert scalingo("env edit --yes", EDITOR=script, SCALINGO_API_TOKEN=None).code == 4
        assert scalingo("env edit --yes --app nope", EDITOR=script).code == 3
        sandbox.fail_next("503", times=5)
        assert scalingo("env edit --yes", EDITOR=script).code == 6


class TestRun:
    def test_the_app_s_variables_win(self, scalingo: CommandLine, variables: Variables) -> None:
        print_all = [
            sys.executable,
            "-c",
            "import os, sys; sys.stdout.write(str(dict(os.environ)))",
        ]
        result = scalingo.process(["env", "run", "--", *print_all], MOTTO="mine", OTHER="mine")
        told = eval(result.stdout)  # noqa: S307 - what the line above wrote
        resolved = {**variables(), "DATABASE_URL": variables()["SCALINGO_POSTGRESQL_URL"]}
        assert {name: told[name] for name in resolved} == resolved
        assert told["OTHER"] == "mine"

    @pytest.mark.parametrize(
        ("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)]
    )
    def test_the_exit_code_is_the_command_s(
        self, scalingo: CommandLine, script: str, code: int
    ) -> None:
        assert scalingo(["env", "run", "--", "sh", "-c", script]).code == code

    def test_its_words_and_streams_are_its_own(self, scalingo: CommandLine) -> None:
        script = 'printf "%s." "$@"; cat; echo oops >&2'
        result = scalingo.process(
            ["env", "run", "sh", "-c", script, "-", "a b", "--json", "--app=x", "--"],
            stdin=b"\xff\n",
        )
        assert result.raw_stdout == b"a b.--json.--app=x.--.\xff\n"
        assert result.stderr == "oops\n"

    def test_ctrl_c_is_the_command_s(self, scalingo: CommandLine) -> None:
        script = "trap 'exit 9' INT; echo ready; while :; do sleep 0.05; done"
        child = scalingo.terminal(["env", "run", "--", "sh", "-c", script])
        child.expect_exact("ready")
        child.sendintr()
        assert ended(child) == 9

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_signals_are_passed_on(self, scalingo: CommandLine, number: signal.Signals) -> None:
        script = f"trap 'exit 9' {number.name[3:]}; echo ready; while :; do sleep 0.05; done"
        child = scalingo.terminal(["env", "run", "--", "sh", "-c", script])
        child.expect_exact("ready")
        child.kill(number)
        assert ended(child) == 9

    def test_what_is_ignored_stays_so(self, scalingo: CommandLine) -> None:
        script = "trap '' HUP; exec \"$@\""
        inner = "import signal; print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)"
        command = [*SCALINGO, "env", "run", sys.executable, "-c", inner]
        told = subprocess.run(
            ["sh", "-c", script, "-", *command],
            env=scalingo.environment,
            capture_output=True,
            check=True,
        )
        assert told.stdout == b"True\n"

    @pytest.mark.parametrize(("name", "value"), [("A", "\0"), ("A=B", "1")])
    def test_what_no_environment_holds(
        self, scalingo: CommandLine, sandbox: Sandbox, name: str, value: str
    ) -> None:
        row = {"id": "1", "name": name, "value": SECRET + value}
        sandbox.store.app(sandbox.main_app).variables.append(row)
        result = scalingo(["env", "run", "true"])
        assert result.code == 1
        assert f"{name} cannot be passed to a program" in result.stderr
        assert SECRET not in result.stderr

    def test_no_such_program(self, scalingo: CommandLine, tmp_path: Path) -> None:
        result = scalingo("env run no-such-program")
        assert (result.code, result.stderr) == (2, "Error: Program no-such-program not found.\n")
        (tmp_path / "damaged").write_bytes(b"\x7fELF")
        (tmp_path / "damaged").chmod(0o700)
        result = scalingo(["env", "run", str(tmp_path / "damaged")])
        assert result.code == 1
        assert "Could not run" in result.stderr

    def test_errors(self, scalingo: CommandLine, sandbox: Sandbox) -> None:
        assert scalingo("env run").code == 2
        assert scalingo("env run true", SCALINGO_API_TOKEN=None).code == 4
        assert scalingo("env run --app nope true").code == 3
        sandbox.fail_next("503", times=5)
        assert scalingo("env run true").code == 6
