"""Mistakes: the nearest names are offered, and a usage error shows how it goes."""

from __future__ import annotations

import pytest

from scalingo_cli.cli.synonyms import SYNONYMS
from scalingo_cli.contents import CONTENTS
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.command_tree import tree


def test_a_usage_error_shows_the_usage_and_an_example(scalingo: CommandLine) -> None:
    for node in tree():
        result = scalingo([*node.words, "--no-such-option"])
        assert (result.code, result.stdout) == (2, ""), node
        error, hint, *rest = result.stderr.splitlines()
        assert error == "Error: Unknown option --no-such-option."
        assert hint.startswith(("Did you mean --", "For help: scalingo "))
        usage, example = " ".join(rest[:-1]), rest[-1]
        assert usage.startswith(f"Usage: scalingo {str(node).removesuffix(' list')}")
        assert example.startswith("Example: "), node
        assert node.words[0] in example


def test_with_json_after_the_mistake_it_is_json(scalingo: CommandLine) -> None:
    for node in tree():
        result = scalingo([*node.words, "--no-such-option", "--json"])
        assert (result.code, result.stdout) == (2, ""), node
        assert result.error["message"] == "Unknown option --no-such-option."
        official = scalingo([*node.words, "--no-such-option", "--format=json"])
        assert official.stderr == result.stderr
        assert (result.error["code"], result.error["status"]) == (2, None)


@pytest.mark.parametrize(
    ("line", "error", "hint"),
    [
        (
            "aps",
            'Unknown command "aps".',
            "Did you mean apps, ps or api? scalingo help all lists all commands.",
        ),
        (
            "EVENT",
            'Unknown command "EVENT".',
            "Did you mean events? scalingo help all lists all commands.",
        ),
        ("wibble", 'Unknown command "wibble".', "scalingo help all lists all commands."),
        ("env ste A=1", 'Unknown command "ste".', "Did you mean set?"),
        ("apps wibble", 'Unknown command "wibble".', "For help: scalingo apps --help"),
        ("scale --wiat", "Unknown option --wiat.", "Did you mean --wait?"),
        ("scale --app", "Option '--app' requires an argument.", None),
        (
            "--jsn apps",
            "Unknown option --jsn.",
            "Did you mean --json? scalingo help all lists all commands.",
        ),
        ("apps --jsn", "Unknown option --jsn.", "Did you mean --json?"),
        (
            "events --limit=x",
            "Invalid value for '--limit': 'x' is not a whole number from 1 on.",
            None,
        ),
        ("scale -z", "Unknown option -z.", "For help: scalingo scale --help"),
        ("apps show a b", "Got unexpected extra argument (b).", None),
        ("apps create", "Missing argument 'NAME'.", None),
        ("events --limit 1 --all", "--limit and --all cannot be combined.", None),
        ("env set A=1 A=2", "A is set twice.", None),
        ("api GET apps --input -", "GET takes no body.", None),
        ("login --password-stdin", "--password-stdin requires --email.", None),
        (
            "appz",
            'Unknown command "appz".',
            "Did you mean apps? scalingo help all lists all commands.",
        ),
        ("operations", "scalingo operations requires a command: show or wait.", None),
        (
            "logs --lines=-1",
            "Invalid value for '-n' / '--lines': '-1' is not a whole number from 0 on.",
            None,
        ),
        (
            "scale --wait --timeout nan",
            "Invalid value for '--timeout': 'nan' is not a number above 0.",
            None,
        ),
    ],
)
def test_what_was_meant(line: str, error: str, hint: str | None, scalingo: CommandLine) -> None:
    result = scalingo(line)
    assert result.code == 2
    said, *more = result.stderr.splitlines()
    assert said == f"Error: {error}"
    if hint:
        assert more[0] == hint
    if more[0].endswith("lists all commands."):  # a usage of the root shows nothing
        assert len(more) == 1
    else:
        assert more[-2].startswith("Usage: scalingo ")
        assert more[-1].startswith("Example: scalingo ")
    as_json = scalingo(f"{line} --json")
    if "--app" not in line:
        assert as_json.error["message"] == error
        assert as_json.error["hint"] == hint


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("delete", "apps delete"),
        ("info", "apps show"),
        ("postgresql", "databases or addons"),
        ("releases", "deployments"),
        ("rollback", "deployments or deploy"),
        ("secrets", "env"),
        ("domains delete x", "remove"),
        ("domains info x", "show"),
        ("tokens delete x", "revoke"),
        ("addons add lark small", "postlark"),
        ("env --version", "scalingo --version"),
        ("env list --acount x", "--account"),
    ],
)
def test_other_words_for_a_command_are_understood(
    line: str, meant: str, scalingo: CommandLine
) -> None:
    result = scalingo(line)
    assert result.code in {2, 3}
    assert f"Did you mean {meant}?" in result.stderr


def test_an_app_is_offered_by_a_part_of_its_name(scalingo: CommandLine) -> None:
    assert "Did you mean pinecrate-shop?" in scalingo("env -a shop").stderr
    assert "Did you mean pinecrate-shop?" in scalingo("env -a Pinecrate-Shop").stderr


def test_every_synonym_leads_to_a_command(scalingo: CommandLine) -> None:
    verbs = {word for node in tree() for word in node.words[1:]}
    for word, lines in SYNONYMS.items():
        assert not any(word in section for section in CONTENTS.values())
        for line in lines:
            known = scalingo(f"{line.removeprefix('scalingo ')} --help").code == 0
            assert known or line in verbs, line


def test_hidden_names_are_not_offered(scalingo: CommandLine) -> None:
    assert "--synchronous" not in scalingo("scale --synchronus").stderr
    assert "env-get" not in scalingo("env-gte").stderr


def test_a_mistyped_word_is_not_obeyed_by_the_terminal(scalingo: CommandLine) -> None:
    for line in (
        ["\x1b[2J"],
        ["apps", "\x1b[2J"],
        ["apps", "--\x1b[2J"],
        ["apps", "show", "--[red]"],
    ):
        result = scalingo(line)
        assert result.code in {2, 3}
        assert "\x1b" not in result.stderr
    assert "Unknown option --[red]." in result.stderr


def test_a_mistyped_app_is_offered_those_near(scalingo: CommandLine) -> None:
    result = scalingo("scale --app pinecrate-sop")
    assert result.code == 3
    assert result.stderr == (
        'Error: App "pinecrate-sop" not found in region osc-fr1.\n'
        "Did you mean pinecrate-shop, pinecrate-api or pinecrate-blog? List your apps:"
        " scalingo apps\n"
    )
    result = scalingo("events --app pinecrate-blgo --json")
    assert result.error["hint"].startswith("Did you mean pinecrate-blog, ")
    assert scalingo("apps show zzz").stderr.endswith(
        '"zzz" not found in region osc-fr1.\nList your apps: scalingo apps\n'
    )


@pytest.mark.parametrize("fault", ["503", "cut", "html", "401"])
def test_a_listing_that_fails_does_not_hide_the_error(
    fault: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.fail_next(fault, path="/v1/apps", method="GET", times=9)
    app = "/v1/apps/pinecrate-sop"  # the stacks are asked for at the same time
    sandbox.fail_next("404", path=app, body='{"resource": "app", "error": "not found"}')
    sandbox.faults.reverse()
    result = scalingo("apps show pinecrate-sop")
    assert result.code == 3
    assert result.stderr == (
        'Error: App "pinecrate-sop" not found in region osc-fr1.\nList your apps: scalingo apps\n'
    )


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("env get GRETING", "GREETING"),
        ("env get greeting", "GREETING"),
        ("env unset MOTO", "MOTTO"),
        ("scale wbe:2", "web"),
        ("scale workers:2", "worker"),
        ("restart wbe", "web"),
        ("events --type scal", "scale"),
    ],
)
def test_other_mistyped_names_are_offered_those_near(
    line: str, near: str, scalingo: CommandLine
) -> None:
    result = scalingo(line)
    assert result.code in {0, 2, 3}
    assert f"Did you mean {near}" in result.stderr


@pytest.mark.parametrize(
    ("line", "begin"),
    [
        ("env", "env set NAME=VALUE"),
        ("domains", "domains add NAME"),
        ("addons", "addons providers"),
        ("collaborators", "collaborators add EMAIL"),
    ],
)
def test_an_empty_list_shows_the_first_step(line: str, begin: str, scalingo: CommandLine) -> None:
    result = scalingo(f"{line} --app pinecrate-next")
    assert (result.code, result.stdout) == (0, "")
    assert result.stderr.endswith(f": scalingo {begin} --app pinecrate-next\n")
    assert scalingo(f"{line} --app pinecrate-next --json").stderr == ""


@pytest.mark.regional
def test_the_line_to_type_leads_to_the_same_platform(scalingo: CommandLine) -> None:
    result = scalingo("env --region osc-fr1 --app zzz")
    assert result.stderr.endswith("List your apps: scalingo apps --region osc-fr1\n")
    result = scalingo("env set A=1 --region osc-fr1 --app pinecrate-api")
    assert result.stderr.endswith(": scalingo restart --app pinecrate-api --region osc-fr1\n")
