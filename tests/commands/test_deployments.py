"""Stories of `scalingo deployments`."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pexpect
import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere
from tests.programs import require
from tests.refusals import REFUSALS, refuse

FAILURES = ["crashed-error", "timeout-error", "build-error", "hook-error", "aborted"]


def deployment(**fields: Any) -> dict[str, Any]:
    return {"deployment": {"id": "d1", **fields}}


# list


def test_in_a_pipe_one_a_line_newest_first(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("deployments list")
    newest = sandbox.store.app(sandbox.main_app).deployments[-1]
    assert said.lines[0][:2] == [newest.id, "success"]
    assert said.lines[0][2].endswith("Z")
    assert said.lines[0][3:] == [newest.git_ref, "ilse"]
    assert (len(said.lines), said.code, said.stderr) == (14, 0, "")
    assert {line[1] for line in said.lines} == {"success", *FAILURES}
    assert scalingo("deployments") == said


def test_at_a_terminal_a_table(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("deployments", SCALINGO_FORCE_TTY="100", NO_COLOR="1")
    header, _, first, *_ = said.stdout.splitlines()
    assert header.split() == ["Status", "Date", "Commit", "By", "ID"]
    newest = sandbox.store.app(sandbox.main_app).deployments[-1]
    assert first.split() == ["success", "5h", "ago", newest.git_ref[:8], "ilse", newest.id]


def test_pages(scalingo: CommandLine) -> None:
    everything = scalingo("deployments --all").lines
    page = scalingo("deployments --page 2 --per-page 5")
    assert page.lines == everything[5:10]
    assert page.stderr == "Page 2 of 3, 14 in total. For more: --page 3, --all.\n"
    assert scalingo("deployments --limit 3").lines == everything[:3]
    assert scalingo("deployments --page 9").stderr == "Page 9 does not exist; the last page is 1.\n"
    meta = scalingo("deployments --all --per-page 3 --json").json["meta"]["pagination"]
    assert (meta["total_pages"], meta["total_count"]) == (1, 14)
    assert scalingo("deployments --all --page 2").code == 2


def test_jq_reads_it(scalingo: CommandLine) -> None:
    said = subprocess.run(
        [require("jq"), "[.deployments[].status] | unique | length"],
        input=scalingo("deployments --json").raw_stdout,
        capture_output=True,
        check=True,
    )
    assert said.stdout == b"6\n"


def test_an_app_never_deployed(scalingo: CommandLine) -> None:
    said = scalingo("deployments --app pinecrate-next")
    assert (said.code, said.stdout, said.stderr) == (0, "", "Nothing has been deployed yet.\n")
    for line in ("show", "output latest", "follow"):
        said = scalingo(f"deployments {line} --app pinecrate-next")
        assert (said.code, said.stdout) == (3, "")
        assert said.stderr == "Error: pinecrate-next has never been deployed.\n"


# show


def test_show_the_latest_or_another(scalingo: CommandLine, sandbox: Sandbox) -> None:
    newest, second = sandbox.store.app(sandbox.main_app).deployments[:-3:-1]
    shown = scalingo("deployments show")
    assert shown.lines[0][0] == newest.id
    assert shown.lines[0][5] == "75 s"
    assert scalingo("deployments show latest") == shown
    assert scalingo(f"deployments show {second.id}").lines[0][0] == second.id


def test_show_takes_the_start_of_an_id_or_of_a_commit(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    deployments = sandbox.store.app(sandbox.main_app).deployments
    wanted = deployments[0]
    for given in (wanted.id[-12:], wanted.git_ref[-8:]):
        assert scalingo(f"deployments show {given}").code == 3
    wanted.id, wanted.git_ref = "3f9c2aa0", "beefed" + wanted.git_ref[6:]
    for given in ("3f9c", "3f9c2aa0", "beef", "beefed", wanted.git_ref[:9], wanted.git_ref):
        assert scalingo(f"deployments show {given}").lines[0][0] == wanted.id, given
        assert scalingo(f"deployments output {given}").stdout
    assert scalingo("deployments follow beefed --json").json["deployment"]["id"] == wanted.id
    said = scalingo("deployments show abcd")
    assert (said.code, said.stdout) == (3, "")
    assert said.stderr.startswith('Error: pinecrate-shop has no deployment "abcd".\n')


def test_show_lists_the_deployments_of_a_commit_that_was_deployed_twice(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    first, second, *_ = sandbox.store.app(sandbox.main_app).deployments
    first.git_ref = second.git_ref = "3f9c2" + "0" * 35
    for given in ("3f9c2", first.git_ref):
        said = scalingo(f"deployments show {given}")
        assert (said.code, said.stdout) == (2, "")
        assert said.stderr.startswith(f'Error: 2 of them begin with "{given}".\nUse a whole ID: ')
        assert all(f"{each.id} (" in said.stderr for each in (first, second))
        assert "  success  3f9c2000)" in said.stderr
    for deployment in sandbox.store.app(sandbox.main_app).deployments:
        deployment.git_ref = first.git_ref
    said = scalingo("deployments show 3f9c2")
    assert said.code == 2
    assert f", and {len(scalingo('deployments --all').lines) - 10} more. List them: " in said.stderr


def test_show_at_a_terminal_and_as_json(
    scalingo: CommandLine, sandbox: Sandbox, protocol: str
) -> None:
    shown = scalingo("deployments show", SCALINGO_FORCE_TTY="80", NO_COLOR="1")
    titles = [line.split()[0] for line in shown.stdout.splitlines()]
    document = scalingo("deployments show --json").json
    if protocol == "regional":  # it alone tells the size
        assert titles.pop() == "Image"
        megabytes = document["deployment"]["image_size"] / 2**20
        assert shown.stdout.splitlines()[-1].split() == ["Image", f"{megabytes:.0f}", "MiB"]
    assert titles == ["ID", "Status", "Date", "Commit", "By", "Duration"]
    assert set(document) == {"deployment"}
    assert document["deployment"]["links"]["output"].startswith(sandbox.url)


def test_what_is_not_there(scalingo: CommandLine) -> None:
    for line in ("show nope", "output nope", "follow nope"):
        said = scalingo(f"deployments {line}")
        assert (said.code, said.stdout) == (3, "")
        assert said.stderr == (
            'Error: No such deployment "nope".\n'
            "List them: scalingo deployments --app pinecrate-shop\n"
        )


@pytest.mark.parametrize("deployment_id", ["..", "a/b?c#d", "", "[red]"])
def test_an_id_reaches_no_other_endpoint(
    deployment_id: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo(["deployments", "show", deployment_id]).code in {2, 3}
    assert [request.path.count("/") for request in sandbox.requests] in ([], [5])


# output


def test_output_is_the_text_as_it_is(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("deployments output")
    assert said.stdout.startswith("<-- Start deployment of pinecrate-shop")
    assert said.stdout.endswith("\n")
    assert (said.code, said.stderr) == (0, "")
    assert "authorization" in sandbox.requests[-1].headers
    failed = next(
        deployment
        for deployment in sandbox.store.app(sandbox.main_app).deployments
        if deployment.outcome == "build-error"
    )
    assert scalingo(f"deployments output {failed.id}").stdout != said.stdout


def test_output_of_any_bytes_is_unchanged_in_a_pipe(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    data = bytes(range(256)) * 5000
    elsewhere.will_answer(deployment(links={"output": "/out"}))
    elsewhere.will_answer(data)
    said = scalingo("deployments output d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.raw_stdout, said.code) == (data, 0)


def test_the_token_goes_to_the_own_origin_alone(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    other = elsewhere.url.replace("127.0.0.1", "localhost")
    for link in (f"{elsewhere.url}/out", "/out", f"{other}/out"):
        elsewhere.answers.clear()
        elsewhere.will_answer(deployment(links={"output": link}))
        elsewhere.will_answer(b"built\n")
        said = scalingo("deployments output d1", SCALINGO_API_URL=elsewhere.url)
        assert (said.code, said.stdout) == (0, "built\n")
    signed = ["Authorization" in headers for _, _, headers in elsewhere.seen]
    assert signed == [True, True, True, True, True, False]
    assert "Cookie" not in elsewhere.seen[-1][2]


def test_a_redirected_output_carries_no_token(
    scalingo: CommandLine, sandbox: Sandbox, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(b"stored\n")
    newest = sandbox.store.app(sandbox.main_app).deployments[-1].id
    path = f"/v1/apps/pinecrate-shop/deployments/{newest}/output"
    sandbox.fail_next("redirect", path=path, location=f"{elsewhere.url}/stored")
    said = scalingo("deployments output")
    assert (said.code, said.stdout) == (0, "stored\n")
    ((method, asked, headers),) = elsewhere.seen
    assert (method, asked, "Authorization" in headers) == ("GET", "/stored", False)


@pytest.mark.parametrize("links", [None, {}, {"output": None}, {"output": ""}, "none"])
def test_without_a_link_the_documented_route(
    links: object, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(deployment(links=links))
    elsewhere.will_answer(b"built\n")
    assert scalingo("deployments output d1", SCALINGO_API_URL=elsewhere.url).code == 0
    assert elsewhere.paths[-1] == "/v1/apps/pinecrate-shop/deployments/d1/output"


@pytest.mark.parametrize("link", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://[", "gopher:"])
def test_a_link_of_another_kind_is_not_opened(
    link: str, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(deployment(links={"output": link}))
    said = scalingo("deployments output d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    assert said.stderr == "Error: The platform returned a link that cannot be followed.\n"


# follow


def test_follow_to_success(scalingo: CommandLine, sandbox: Sandbox) -> None:
    deployment_id = sandbox.deploy(sandbox.main_app, seconds=0.2)
    said = scalingo("deployments follow")
    assert (said.code, said.stdout) == (0, scalingo("deployments output").stdout)
    assert said.stderr.endswith("deployment: success\n")
    json = scalingo("deployments follow --json")
    assert (json.json["deployment"]["id"], json.stderr) == (deployment_id, "")


@pytest.mark.parametrize("outcome", FAILURES)
def test_follow_to_failure(outcome: str, scalingo: CommandLine, sandbox: Sandbox) -> None:
    deployment_id = sandbox.deploy(sandbox.main_app, outcome, seconds=0.1)
    said = scalingo("deployments follow latest")
    assert (said.code, said.stdout) == (1, scalingo("deployments output").stdout)
    assert said.stderr.endswith(f"Error: The deployment failed: {outcome}.\n")
    error = scalingo("deployments follow latest --json").error
    assert error["code"] == 1
    output = f"scalingo deployments output {deployment_id} --app pinecrate-shop"
    assert error["hint"] == f"Read its output: {output}"


def test_follow_out_of_time(scalingo: CommandLine, sandbox: Sandbox) -> None:
    deployment_id = sandbox.deploy(sandbox.main_app, seconds=600)
    said = scalingo("deployments follow --timeout 0.3")
    assert (said.code, said.stdout) == (124, scalingo("deployments output").stdout)
    assert said.stderr.splitlines() == [
        "deployment: queued",
        "Error: The deployment is still queued after 0.3 seconds; it continues.",
        f"To follow it again: scalingo deployments follow {deployment_id} --app pinecrate-shop",
    ]


def test_deployments_follow_next_takes_the_one_in_progress(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.deploy(sandbox.main_app, "build-error", seconds=600)
    said = scalingo("deployments follow --next --timeout 0.3")
    assert said.code == 124
    assert "The deployment is still queued" in said.stderr
    assert "Waiting" not in said.stderr


def test_deployments_follow_next_waits_for_it(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal("deployments follow --next")
    terminal.expect("Waiting for the next deployment of pinecrate-shop")
    sandbox.deploy(sandbox.main_app, "build-error", seconds=0.1)
    terminal.expect("Build failed")
    terminal.expect("Error: The deployment failed: build-error.")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 1


def test_deployments_follow_next_gives_up_when_time_is_up(scalingo: CommandLine) -> None:
    said = scalingo("deployments follow --next --timeout 0.2")
    assert (said.code, said.stdout) == (124, "")
    assert said.stderr.splitlines()[-2:] == [
        "Error: No deployment of pinecrate-shop started in 0.2 seconds.",
        "To wait again: scalingo deployments follow --next --app pinecrate-shop",
    ]
    assert scalingo("deployments follow latest --next").code == 2


@pytest.mark.regional
def test_deployments_clear_cache_lets_the_next_one_start_anew(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("deployments clear-cache")
    assert (said.code, said.stdout) == (0, "")
    assert "Deleted the deployment cache of pinecrate-shop." in said.stderr
    sandbox.deploy(sandbox.main_app, seconds=0)
    assert "Building without what was cached" in scalingo("deployments output").stdout


@pytest.mark.legacy
def test_deployments_clear_cache_on_the_legacy_api(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert (scalingo("deployments clear-cache").code, sandbox.requests) == (2, [])


def test_follow_until_ctrl_c(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.deploy(sandbox.main_app, seconds=600)
    terminal = scalingo.terminal("deployments follow")
    terminal.expect("queued")
    terminal.sendintr()
    terminal.expect("Interrupted; the deployment continues.")
    terminal.expect("scalingo deployments follow [0-9a-f-]{36}")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130


@pytest.mark.parametrize("fields", [{}, {"status": None}, {"status": 3}])
def test_a_record_without_status_does_not_hang(
    fields: dict[str, Any], scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(deployment(**fields))
    said = scalingo("deployments follow d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    assert said.stderr == "Error: The platform did not send the status of this deployment.\n"


# refusals


def test_an_output_that_is_refused(scalingo: CommandLine, sandbox: Sandbox) -> None:
    newest = sandbox.store.app(sandbox.main_app).deployments[-1].id
    path = f"/v1/apps/pinecrate-shop/deployments/{newest}/output"
    for refusal in REFUSALS:
        if refusal.status:
            refuse(sandbox, refusal, path=path)
            said = scalingo("deployments output --no-retry")
            assert (said.code, said.stdout) == (refusal.code, ""), refusal
            assert refusal.says in said.stderr


def test_an_output_that_is_cut(scalingo: CommandLine, sandbox: Sandbox) -> None:
    whole = scalingo("deployments output").stdout
    newest = sandbox.store.app(sandbox.main_app).deployments[-1].id
    path = f"/v1/apps/pinecrate-shop/deployments/{newest}/output"
    sandbox.fail_next("cut_body", path=path)
    said = scalingo("deployments output")
    assert said.code == 6
    assert whole.startswith(said.stdout)
    assert re.search("connection to .* was lost before the response was complete", said.stderr)


@pytest.mark.regional
def test_deployments_show_says_where_the_output_of_a_failure_is(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    failed = sandbox.deploy(sandbox.main_app, outcome="build-error", seconds=0)
    hint = f"Read its output: scalingo deployments output {failed} --app {sandbox.main_app}\n"
    assert scalingo(f"deployments show {failed}").stderr == hint
    assert scalingo(f"deployments show {failed} --json").stderr == ""
    sandbox.deploy(sandbox.main_app, seconds=0)
    assert scalingo("deployments show").stderr == ""


@pytest.mark.regional
def test_deployments_follow_names_the_deployment_whatever_started_it(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    deployment = {"id": "d1", "type": "archive", "status": "success"}
    elsewhere.will_answer({"deployment": deployment})
    elsewhere.will_answer(b"built\n")
    said = scalingo("deployments follow d1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (0, "built\n")
    assert said.stderr == "deployment: success\n"


def test_deployments_show_takes_the_start_of_an_id_or_of_a_commit(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    newest = sandbox.store.app(sandbox.main_app).deployments[-1]
    for given in (newest.id[:8], newest.git_ref[:8]):
        assert scalingo(f"deployments show {given}").lines[0][0] == newest.id
    missing = scalingo("deployments show 00000000")
    assert (missing.code, missing.stdout) == (3, "")
    assert 'has no deployment "00000000".' in missing.stderr
