"""Stories of `scalingo scale`."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere
from tests.refusals import BILLING


def asked(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The containers of the one request to scale."""
    (sent,) = [request for request in sandbox.requests if request.method == "POST"]
    containers: list[dict[str, Any]] = sent.json["containers"]
    return containers


def formation(scalingo: CommandLine, options: str = "") -> dict[str, str]:
    return {line[0]: ":".join(line[1:3]) for line in scalingo(f"scale {options}").lines}


# what runs


def test_without_arguments_the_formation(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("scale")
    assert said.lines == [
        ["web", "2", "M", "gunicorn shop.http --bind 0.0.0.0:$PORT"],
        ["worker", "1", "L", "bin/worker --queue orders"],
        ["clock", "1", "S", "bin/clock"],
    ]
    assert said.stderr == ""
    assert [request.method for request in sandbox.requests] == ["GET"]


def test_at_a_terminal_a_table(scalingo: CommandLine) -> None:
    said = scalingo("scale", SCALINGO_FORCE_TTY="60", NO_COLOR="1")
    header, _, first, *_ = said.stdout.splitlines()
    assert header.split() == ["Type", "Amount", "Size", "Command"]
    assert first.split()[:3] == ["web", "2", "M"]


def test_with_json_the_document(scalingo: CommandLine) -> None:
    web, *_ = scalingo("scale --json").json["containers"]
    assert set(web) == {"id", "app_id", "name", "amount", "size", "command"}


# changes


def test_an_amount(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("scale web:3")
    assert said.code == 0
    assert asked(sandbox) == [{"name": "web", "amount": 3}]
    assert [line[:3] for line in said.lines] == [
        ["web", "3", "M"],
        ["worker", "1", "L"],
        ["clock", "1", "S"],
    ]
    operation_id = sandbox.store.app(sandbox.main_app).operations[-1].id
    assert said.stderr == (
        f"Scale requested. To wait for it: scalingo operations wait {operation_id} --app"
        " pinecrate-shop\n"
    )


@pytest.mark.parametrize(
    ("change", "container"),
    [
        ("web:+1", {"name": "web", "amount": 3}),
        ("web:-1", {"name": "web", "amount": 1}),
        ("web:-2", {"name": "web", "amount": 0}),
        ("web:+0", {"name": "web", "amount": 2}),
        ("web:0", {"name": "web", "amount": 0}),
        ("web:+1:XL", {"name": "web", "amount": 3, "size": "XL"}),
        ("worker:2:s", {"name": "worker", "amount": 2, "size": "S"}),
        ("web::L", {"name": "web", "amount": 2, "size": "L"}),
        ("web:2:2XL", {"name": "web", "amount": 2, "size": "2XL"}),
    ],
)
def test_relative_amounts_and_sizes(
    change: str, container: dict[str, Any], scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo(f"scale {change}").code == 0
    assert asked(sandbox) == [container]


def test_a_size_touches_its_type_alone(scalingo: CommandLine, sandbox: Sandbox) -> None:
    assert scalingo("scale web:3:XL worker:+1 --wait").code == 0
    assert asked(sandbox) == [
        {"name": "web", "amount": 3, "size": "XL"},
        {"name": "worker", "amount": 2},
    ]
    assert formation(scalingo) == {"web": "3:XL", "worker": "2:L", "clock": "1:S"}


def test_waiting_reports_the_progress(scalingo: CommandLine) -> None:
    said = scalingo("scale web:3 --wait")
    assert said.code == 0
    assert said.lines[0][:2] == ["web", "3"]
    *told, last, scaled = said.stderr.splitlines()
    assert last == "scale: done"
    assert set(told) <= {"scale: pending", "scale: running"}
    assert re.fullmatch(r"Scaled pinecrate-shop in \d+ s\.", scaled)


def test_waiting_with_json_says_nothing_else(scalingo: CommandLine) -> None:
    said = scalingo("scale web:3 --wait --json")
    assert said.json["containers"][0]["amount"] == 3
    assert said.stderr == ""


def test_an_app_never_deployed_has_no_operation_to_wait_for(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo("scale web:2:L --wait --app pinecrate-next")
    assert (said.code, said.lines[0][:3]) == (0, ["web", "2", "L"])
    assert (
        said.stderr
        == "pinecrate-next has not been deployed yet; its first deployment starts these.\n"
    )
    assert not sandbox.store.app("pinecrate-next").operations


def test_an_app_without_any_type(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.store.app("pinecrate-next").formation.clear()
    said = scalingo("scale --app pinecrate-next")
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr == "No container types yet; the first deployment creates them.\n"
    refused = scalingo("scale web:1 --app pinecrate-next")
    assert (refused.code, refused.stderr.splitlines()[1]) == (3, "There are no types yet.")


def test_a_dry_run_sends_nothing(scalingo: CommandLine, sandbox: Sandbox) -> None:
    said = scalingo("scale web:+1 --wait --dry-run")
    assert said.code == 0
    assert said.stdout.splitlines() == [
        "POST /v1/apps/pinecrate-shop/scale",
        json.dumps({"containers": [{"name": "web", "amount": 3}]}),
    ]
    assert {request.method for request in sandbox.requests} == {"GET"}


# autoscalers


def test_scale_warns_that_it_disables_the_autoscaler(scalingo: CommandLine) -> None:
    warning = (
        "This disables the autoscaler of worker. To enable it again:"
        " scalingo autoscalers enable worker --app pinecrate-shop\n"
    )
    said = scalingo("scale worker:2")
    assert said.code == 0
    assert said.stderr.startswith(warning)
    [state] = [line[5] for line in scalingo("autoscalers").lines if line[0] == "worker"]
    assert state == "disabled"
    assert "autoscaler" not in scalingo("scale worker:1").stderr


def test_scale_of_a_type_without_an_autoscaler_warns_of_nothing(scalingo: CommandLine) -> None:
    assert "autoscaler" not in scalingo("scale web:1").stderr


def test_scale_needs_no_list_of_autoscalers(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("404", path="/v1/apps/pinecrate-shop/autoscalers")
    assert scalingo("scale worker:2").code == 0


# misuse


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ("web", 2, '"web" is invalid: expected TYPE:AMOUNT[:SIZE].'),
        ("web:", 2, '"web:" is invalid: expected'),
        (":2", 2, '":2" is invalid: expected'),
        ("web:2:", 2, '"web:2:" is invalid: expected'),
        ("web::", 2, '"web::" is invalid: expected'),
        ("web:+:L", 2, '"web:+:L" is invalid: expected'),
        ("web:2:L:M", 2, '"web:2:L:M" is invalid: expected'),
        ("web:two", 2, '"web:two" is invalid: expected'),
        ("web:1.5", 2, '"web:1.5" is invalid: expected'),
        ("web:--1", 2, '"web:--1" is invalid: expected'),
        ("web:\u0661", 2, '"web:\u0661" is invalid: expected'),
        (f"web:{'9' * 5000}", 2, "is invalid: expected"),
        ("web=2", 2, '"web=2" is invalid: expected'),
        ("web:-3", 2, "Cannot remove 3 containers: web has only 2."),
        ("wbe:2", 3, 'Container type "wbe" not found.\nDid you mean web?'),
        ("Web:2", 3, 'Container type "Web" not found.\nDid you mean web?'),
        ("queue:2", 3, "Valid types: web, worker, clock."),
        ("[red]:2", 3, 'Container type "[red]" not found.'),
    ],
)
def test_each_argument_is_checked_before_anything_is_sent(
    change: str, code: int, says: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(["scale", "worker:2", change])
    assert (said.code, said.stdout) == (code, "")
    assert says in said.stderr
    assert {request.method for request in sandbox.requests} == {"GET"}
    assert scalingo(["scale", change, "--json"]).error["code"] == code


def test_a_type_is_named_once(scalingo: CommandLine) -> None:
    said = scalingo("scale web:1 worker:2 web:+1")
    assert said.code == 2
    assert said.stderr.startswith("Error: web is named twice.\nUsage: scalingo scale ")


@pytest.mark.parametrize("options", ["--timeout 5", "--wait --timeout 0", "--wait --timeout nan"])
def test_a_timeout_needs_a_wait_and_a_number(
    options: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    said = scalingo(f"scale web:3 {options}")
    assert (said.code, said.stdout) == (2, "")
    assert "--timeout" in said.stderr
    assert sandbox.requests == []


# refusals of the platform


def test_what_the_platform_finds_too_many(scalingo: CommandLine, protocol: str) -> None:
    said = scalingo("scale web:99:HUGE")
    assert said.code == 5
    amount, size = (
        ("container-web-amount", "container-web-size")
        if protocol == "regional"
        else ("web amount", "web size")
    )
    assert f" {amount} may not be more than 10" in said.stderr
    assert f" {size} should be one of S, M, L" in said.stderr


def test_an_unverified_account_is_shown_where_to_pay(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    priya = scalingo.where(SCALINGO_API_TOKEN=sandbox.unverified_token)
    said = priya("scale web:2 --app saltmarsh-diary")
    assert (said.code, said.stdout) == (5, "")
    assert said.stderr.startswith("Error: Your account has to be verified")
    assert said.stderr.endswith(f"\nSee {BILLING}\n")
    error = priya("scale web:2 --app saltmarsh-diary --json").error
    assert (error["status"], error["hint"]) == (402, f"See {BILLING}")


def test_another_operation_in_progress(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.end_next_operation("never")
    assert scalingo("restart").code == 0
    said = scalingo("scale web:3")
    assert said.code == 5
    assert "app is restarting: wait for the operation in progress to finish" in said.stderr


def test_an_operation_that_ends_in_error(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.end_next_operation("error", "no room for web-3")
    said = scalingo("scale web:3 --wait")
    assert (said.code, said.stdout) == (1, "")
    last = said.stderr.splitlines()[-1]
    assert last == "Error: The operation ended with status error: no room for web-3."
    assert formation(scalingo)["web"] == "2:M"
    sandbox.end_next_operation("error", "no room for web-3")
    error = scalingo("scale web:3 --wait --json").error
    assert (error["code"], error["status"]) == (1, None)


def test_an_answer_that_is_lost_may_have_been_done(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("cut", method="POST", executed=True)
    said = scalingo("scale web:3")
    assert said.code == 6
    assert said.stderr.endswith("\nThe change may have been made anyway: check before you retry.\n")
    assert len([request for request in sandbox.requests if request.method == "POST"]) == 1


@pytest.mark.parametrize("containers", [[{}], [{"name": "web"}], [5]])
def test_a_formation_of_another_make(
    containers: object, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({"containers": containers})
    said = scalingo("scale web:1", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout) == (1, "")
    assert {method for method, _, _ in elsewhere.seen} == {"GET"}


@pytest.mark.regional
def test_scale_of_an_unverified_account_has_one_free_container(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=sandbox.unverified_token)
    [app] = [line[0] for line in user("apps").lines][:1]
    assert user(f"scale --app {app} web:1:M").code == 0
    assert user(f"scale --app {app} web:1:L").code == 5
    assert user(f"scale --app {app} web:2:M").code == 5
