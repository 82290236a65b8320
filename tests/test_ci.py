"""In a CI job: groups, masks, annotations, summaries and outputs, in the formats of the hosts."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalingo_cli.api.redaction import secrets_in
from scalingo_cli.console.ci import github
from scalingo_cli.console.ci.host import Report
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.text.escape import no_command, visible
from tests import ci_hosts
from tests.ci_hosts import Command, dotenv_report, github_log, on_github, outputs, sections, table
from tests.command_line import CommandLine

HOSTILE = "::error::pwned ##[error]pwned | <b>@all</b> `x` [a](b) %0A\n::warning::"


@pytest.fixture
def job(scalingo: CommandLine, step: Path) -> CommandLine:
    """Runs command lines in a step of GitHub Actions."""
    return scalingo.where(**on_github(step))


def as_one_stream(scalingo: CommandLine, *words: str) -> str:
    """What a command line writes to stdout and stderr, as a log has it."""
    with scalingo.start(
        [*words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        written: bytes = process.communicate(timeout=60)[0]
    return written.decode()


# the log of GitHub


def test_what_waits_is_folded(job: CommandLine, sandbox: Sandbox) -> None:
    said = job("scale web:+1 --wait")
    log = github_log(said.stderr)
    title = f"Waiting for the operation on {sandbox.main_app}"
    assert log.commands == [Command("group", title), Command("endgroup")]
    inside = said.stderr.partition("::group::")[2].partition("::endgroup::")[0]
    assert "scale: done" in inside
    assert said.stderr.splitlines()[-1].startswith("Scaled ")


def test_a_failure_is_an_annotation(job: CommandLine) -> None:
    said = job(["apps", "show", "none"])
    assert github_log(said.stderr).commands == [
        Command(
            "error",
            'App "none" not found in region osc-fr1. List your apps: scalingo apps',
            (("title", "scalingo apps show"),),
        )
    ]
    assert said.stderr.startswith('Error: App "none" not found')  # for people, as ever
    assert [each.name for each in github_log(job("apps none").stderr).commands] == ["error"]


def test_a_wait_that_fails_is_folded_to_its_end(job: CommandLine, sandbox: Sandbox) -> None:
    sandbox.end_next_operation("error", "no [red] room, 100% full:\nsorry")
    names = [each.name for each in github_log(job("restart --wait").stderr).commands]
    assert names == ["group", "endgroup", "error"]


@given(st.text(), st.text(), st.text())
def test_commands_are_read_as_they_were_meant(title: str, other: str, value: str) -> None:
    line = github.command("error", value, title=title, other=other)
    assert "\n" not in line
    if not (title and other):  # the runner drops empty properties
        return
    read = github_log(line).commands
    assert read == [Command("error", value, (("title", title), ("other", other)))]


@given(st.text())
def test_no_text_of_the_platform_is_a_command_on_stderr(text: str) -> None:
    for line in (text, f"::error::{text}", f" \t::error::{text}", f"{text}##[error]{text}"):
        assert github_log(no_command(visible(line))).commands == []


def test_a_name_is_no_command_on_stderr(job: CommandLine) -> None:
    said = job(["tokens", "create", HOSTILE, "--region", "osc-fr1"])
    assert said.code == 0
    assert github_log(said.stderr).commands == []
    said = job(["apps", "show", HOSTILE])
    [error] = github_log(said.stderr).commands
    assert error.name == "error"
    assert "::error::pwned" in error.value
    said = job(["apps", "show", HOSTILE, "--json"])
    assert github_log(said.stderr).commands == []
    assert HOSTILE in said.error["message"]


def test_what_is_passed_on_to_stdout_is_no_command(job: CommandLine, sandbox: Sandbox) -> None:
    text = "::add-mask::my-app\n ::stop-commands::forever\na ##[error]b"
    sandbox.log(sandbox.main_app, "web-1", text)
    plain = job("logs -n 3", GITHUB_ACTIONS=None)
    assert "##[error]b" in plain.stdout
    assert job("logs -n 3").stdout == plain.stdout
    log = github_log(as_one_stream(job, "logs", "-n", "3"))
    assert log.commands == []
    assert set(plain.stdout.splitlines()) <= set(log.shown)
    output = github_log(as_one_stream(job, "deployments", "follow", "latest"))
    assert [each.name for each in output.commands] == ["group", "endgroup"]
    attached = as_one_stream(job, "run", "echo ::error::x; echo '##[error]y'")
    assert github_log(attached).commands == []
    assert "::error::x\n" in attached


def test_no_value_on_stdout_is_a_command(job: CommandLine) -> None:
    value = "::error::x\n a ##[error]y"
    assert job(["env", "set", f"TEXT={value}"]).code == 0
    for line in (
        ["env", "get", "TEXT"],
        ["env", "get", "TEXT", "--query", "variable.value", "--raw"],
        ["env", "get", "TEXT", "--json"],
        ["env"],
        ["env", "export"],
        ["each", "--match", "pinecrate-shop", "--", "env", "get", "TEXT"],
    ):
        plain = job(line, GITHUB_ACTIONS=None)
        assert "##[error]y" in plain.stdout, line
        assert job(line).stdout == plain.stdout, line
        log = github_log(as_one_stream(job, *line))
        assert {each.name for each in log.commands} <= {"add-mask"}, line
        assert set(plain.stdout.splitlines()) <= set(log.shown), line


def test_commands_resume_if_the_reader_leaves(job: CommandLine, sandbox: Sandbox) -> None:
    sandbox.log(sandbox.main_app, "web-1", "crate\n" * 40_000)
    said = job.shell("scalingo logs -n 10000 | head -n 1")
    assert said.code == 0
    assert "::stop-commands::" in said.stderr
    assert github_log(said.stderr).commands == []  # and none is stopped at the end


def test_with_json_stderr_is_one_object(job: CommandLine, step: Path) -> None:
    said = job("scale web:+1 --wait --json")
    assert (said.code, said.stderr) == (0, "")
    assert outputs((step / "outputs").read_text())["status"] == "success"
    assert job("apps show none --json").error["code"] == 3


# masks


def masked(text: str) -> list[str]:
    return [each.value for each in github_log(text).commands if each.name == "add-mask"]


def test_a_value_is_masked_before_it_is_printed(job: CommandLine) -> None:
    secret = "correct horse\n  100%25 battery\n\ntrue\nno\n-----BEGIN KEY-----\nhorse::error::"
    assert job(["env", "set", "PASSPHRASE=-"], stdin=secret).code == 0
    for line in (["env", "get", "PASSPHRASE"], ["env", "get", "PASSPHRASE", "--json"]):
        shown = as_one_stream(job, *line)
        assert masked(shown) == ["100%25 battery", "correct horse", "horse::error::"]
        assert shown.index("::add-mask::correct") < shown.rindex("correct")
    in_a_file = job(["env", "get", "PASSPHRASE"])  # as stderr is in this test
    assert (in_a_file.stdout, in_a_file.stderr) == (f"{secret}\n", "")


@pytest.mark.parametrize(
    "line", ["tokens create ci", "tokens create ci --json", "tokens renew laptop"]
)
def test_a_new_token_is_masked(line: str, job: CommandLine) -> None:
    said = job.process(f"{line} --region osc-fr1")
    [token] = masked(said.stderr)
    assert token.startswith("tk-us-")
    assert token in said.stdout


def test_a_new_password_is_masked(job: CommandLine) -> None:
    said = job.process("databases users create metabase --region osc-fr1")
    assert masked(said.stderr) == [said.stdout.strip()]


@pytest.mark.parametrize(
    "line",
    [
        "env",
        "env --json",
        "env export",
        "env export --format json",
        "env diff --show-values --with pinecrate-api",
        "env run -- true",
    ],
)
def test_lists_of_variables_mask_those_that_look_secret(line: str, job: CommandLine) -> None:
    assert job("env set API_KEY=s3same-street URL=https://me:hunter22@example.com/").code == 0
    hidden = masked(job.process(line).stderr)
    assert {"s3same-street", "hunter22", "https://me:hunter22@example.com/"} <= set(hidden)
    assert "production" not in hidden  # or the word would be hidden everywhere


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["variables", "name", "value", "token", "x"]), inner)
    ),
)


@given(JSON)
def test_any_document_is_searched_for_secrets(document: object) -> None:
    found = secrets_in({"token": "t0p-secret", "x": document})
    assert "t0p-secret" in found
    assert all(isinstance(secret, str) for secret in secrets_in(document))


def test_links_that_are_secrets_are_masked_in_json(job: CommandLine) -> None:
    said = job.process("collaborators --json")
    links = re.findall(r'"invitation_link": "([^"]+)"', said.stdout)
    assert links
    assert set(links) <= set(masked(said.stderr))


# the summary of a step


def test_a_summary_has_a_row_for_each_change(
    job: CommandLine, sandbox: Sandbox, step: Path
) -> None:
    (step / "summary").write_text("# Mine")
    assert job("scale web:+1 --wait").code == 0
    assert job("env set A=hunter2").code == 0
    assert job("apps").code == 0
    sandbox.end_next_operation("error")
    assert job("restart --wait").code == 1
    markdown = (step / "summary").read_text()
    assert markdown.startswith("# Mine\n\n| Command |")
    assert "hunter2" not in markdown
    rows = table(markdown.removeprefix("# Mine"))
    app = sandbox.main_app
    assert [(row["Command"], row["App"]) for row in rows] == [
        ("scalingo scale", app),
        ("scalingo env set", app),
        ("scalingo restart", app),
    ]
    assert re.fullmatch(rf"done: Scaled {app} in \d+ s\.", rows[0]["Result"])
    assert rows[1]["Result"] == "done: Set A."
    assert rows[2]["Result"].startswith("failed, exit code 1: The operation ended with status err")
    assert all(re.fullmatch(r"\d+ s", row["Took"]) for row in rows)


def test_a_summary_has_the_commit_of_a_deployment(
    job: CommandLine, sandbox: Sandbox, step: Path, tmp_path: Path
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "Procfile").write_text("web: true\n")
    assert job("deploy shop --ref v1.2").code == 0
    [row] = table((step / "summary").read_text())
    assert (row["Command"], row["Commit"]) == ("scalingo deploy", "v1.2")
    found = outputs((step / "outputs").read_text())
    app = sandbox.main_app
    assert found.pop("deployment_id") in (job("deployments show latest").stdout)
    assert found == {
        "status": "success",
        "exit_code": "0",
        "app": app,
        "app_url": f"https://{app}.osc-fr1.scalingo.io",
        "deployment_status": "success",
        "commit": "v1.2",
    }


def test_each_leaves_a_row_if_its_command_changes_something(
    job: CommandLine, sandbox: Sandbox, step: Path
) -> None:
    app = sandbox.main_app
    said = job.process(f"each --match {app} -- env get GREETING")
    assert said.code == 0
    assert masked(said.stderr) == ["It's crate day"]
    assert {file.read_text() for file in step.iterdir()} == {""}
    said = job.process(f"each --match {app} --yes -- restart --wait")
    assert said.code == 0
    [begin, end] = github_log(said.stderr).commands
    assert (begin.name, begin.value, end.name) == ("group", "restart on 1 app", "endgroup")
    [row] = table((step / "summary").read_text())
    assert (row["Command"], row["Result"]) == ("scalingo each", "done: restart on 1 app: 1 done.")


def test_a_summary_has_no_preview(job: CommandLine, step: Path) -> None:
    assert job("env copy pinecrate-api --yes").code == 0
    assert "`Copied API_ENV, API_TIMEOUT from" in step.joinpath("summary").read_text()


def test_a_dry_run_leaves_nothing(job: CommandLine, step: Path) -> None:
    assert job("scale web:+1 --dry-run").code == 0
    assert {file.read_text() for file in step.iterdir()} == {""}


def report(text: str) -> Report:
    return Report(text, text, text, 1, 2.0, {"commit": text, "deployment_id": text})


@given(st.text())
@hypothesis.example(" ")
def test_no_text_of_the_platform_is_markdown(text: str) -> None:
    markdown = github.summary(report(text), b"")
    shown = visible(text).strip()
    if len(shown) > github.LONGEST:
        shown = f"{shown[: github.LONGEST]}…"
    [row] = table(markdown)
    assert row["App"] == row["Commit"] == shown
    assert row["Result"].removeprefix("failed, exit code 1").removeprefix(": ") == shown
    assert len(markdown.splitlines()) == 3


@given(st.text(st.characters(exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")))
def test_no_value_ends_an_output(text: str) -> None:
    read = outputs(github.outputs(report(f"{text}\nexit_code=7"), b""))
    assert read["exit_code"] == "1"
    assert read["deployment_id"] == f"{text}\nexit_code=7"


def _missing(file: Path) -> None:
    file.unlink()


def _directory(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _link(file: Path) -> None:
    target = file.rename(file.with_suffix(".target"))
    file.symlink_to(target)


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _full(file: Path) -> None:
    file.write_bytes(b"x" * (2**20 - 10))


@pytest.mark.parametrize("spoil", [_missing, _directory, _link, _pipe, _full])
def test_files_that_cannot_be_written_are_a_warning(
    spoil: pytest.FixtureRequest, job: CommandLine, step: Path
) -> None:
    for name in ("summary", "outputs"):
        spoil(step / name)  # type: ignore[operator] # one of the functions above
    before = {file: file.stat().st_size for file in step.iterdir() if file.is_file()}
    said = job("env set A=1")
    assert said.code == 0
    assert "Could not write GITHUB_STEP_SUMMARY: " in said.stderr
    assert "Could not write GITHUB_OUTPUT: " in said.stderr
    assert {file: file.stat().st_size for file in step.iterdir() if file.is_file()} == before
    assert job("env set A=1", GITHUB_OUTPUT="", GITHUB_STEP_SUMMARY=None).stderr.startswith("Set")


@pytest.mark.parametrize("host", ["GITHUB_ACTIONS", "GITLAB_CI"])
def test_it_can_be_turned_off(host: str, scalingo: CommandLine, step: Path) -> None:
    job = scalingo.where(
        **{**on_github(step), "GITHUB_ACTIONS": None, host: "true"},
        SCALINGO_CI_DOTENV=str(step / "outputs"),
    )
    for line, off in (("--no-ci restart --wait", "on"), ("restart --wait", "off")):
        said = job.process(line, SCALINGO_CI=off)
        assert said.code == 0
        assert "::" not in said.stderr
        assert "section_" not in said.stderr
    assert masked(job.process("env get GREETING --no-ci").stderr) == []
    assert {file.read_text() for file in step.iterdir()} == {""}
    elsewhere = scalingo.process("restart --wait", GITHUB_ACTIONS="1", GITLAB_CI="")
    assert "::" not in elsewhere.stderr


# GitLab


def test_gitlab_folds_what_waits(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo.process("scale web:+1 --wait", GITLAB_CI="true")
    [(header, lines)] = sections(said.stderr)
    assert header == f"Waiting for the operation on {sandbox.main_app}"
    assert lines[-1] == "scale: done"
    followed = as_one_stream(scalingo.where(GITLAB_CI="true"), "deployments", "follow", "latest")
    [(header, lines)] = sections(followed)
    assert header.startswith("Deployment ")
    assert lines[-1] == "deployment: success"


def test_gitlab_gets_a_dotenv_report_if_asked(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path
) -> None:
    job = scalingo.where(GITLAB_CI="true")
    assert job("restart --wait").code == 0
    file = tmp_path / "deploy.env"
    named = job.where(SCALINGO_CI_DOTENV="deploy.env")
    assert named("apps").code == 0
    assert not file.exists()
    assert named("deploy https://example.com/app.tar.gz 'v1 $HOME' --no-follow").code == 0
    read = dotenv_report(file.read_text())
    assert {"SCALINGO_STATUS", "SCALINGO_DEPLOYMENT_ID", "SCALINGO_APP_NAME"} <= read.keys()
    assert "SCALINGO_COMMIT" not in read  # a report cannot hold it
    assert named("restart --wait").code == 0
    read = dotenv_report(file.read_text())
    assert read["SCALINGO_APP_NAME"] == sandbox.main_app
    assert read["SCALINGO_OPERATION_STATUS"] == "done"
    file.write_text("A=1\n" * 1270)
    said = named("restart --wait")
    assert said.code == 0
    assert "Could not write SCALINGO_CI_DOTENV: it would hold more than 5120 bytes." in said.stderr


# the readers above


def test_the_readers_read_the_examples_of_the_documentation() -> None:
    log = github_log(
        "::error file=app.js,line=1,title=YOUR%3ATITLE::Missing%0Asemicolon\n"
        "::stop-commands::0123456789abcdef\n::warning:: not\n::0123456789abcdef::\n  ::debug::x\n"
        "then ##[error]old\n::unknown::x"
    )
    title = (("file", "app.js"), ("line", "1"), ("title", "YOUR:TITLE"))
    assert log.commands == [
        Command("error", "Missing\nsemicolon", title),
        Command("debug", "x"),
        Command("error", "old"),
    ]
    assert log.shown == ["::warning:: not", "::unknown::x"]
    assert outputs("a=b=c\nJSON<<EOF\n1\n2\nEOF\n") == {"a": "b=c", "JSON": "1\n2"}
    assert ci_hosts.sections(
        "\x1b[0Ksection_start:1560896352:my_first_section\r\x1b[0KHeader\nthis line\n"
        "\x1b[0Ksection_end:1560896353:my_first_section\r\x1b[0K\n"
    ) == [("Header", ["this line"])]
