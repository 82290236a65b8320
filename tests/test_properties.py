"""What holds whatever the user types and whatever the platform answers.

In CI (where `CI` is set) hypothesis draws the same examples at each run.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scalingo_cli.errors import ExitCode
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine
from tests.command_tree import Node, leaves
from tests.fake_servers import Elsewhere
from tests.programs import in_ci


def examples(count: int) -> settings:
    """So many examples, each in the environment that the fixtures made once for all of them.

    Outside CI, where each run draws new ones, a third of them.
    """
    count = count if in_ci() else count // 3
    own = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=count, deadline=None, suppress_health_check=own)


# JSON, as text: numbers beyond 64 bits and doubles, keys given twice, halves of surrogate pairs

ANY_TEXT = st.text(st.characters(), max_size=8) | st.sampled_from(
    ["", "\ud800", "\udfff\ud800", "\0", "\x1b[2J", "\u202e", "\u2028", "a\tb\nc", "[red]", '"\\']
)
NUMBERS = st.from_regex(
    r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True
)
STRINGS = ANY_TEXT.map(json.dumps) | st.text(st.characters(exclude_categories=["Cs"])).map(
    lambda text: json.dumps(text, ensure_ascii=False)
)
SPACE = st.sampled_from(["", "", " ", "\n\t", "\r\n"])


def objects(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    members = st.lists(st.tuples(STRINGS | st.just('"twice"'), SPACE, values), max_size=4)
    return members.map(
        lambda given: f"{{{','.join(f'{key}{space}:{value}' for key, space, value in given)}}}"
    )


VALUES = st.recursive(
    NUMBERS | STRINGS | st.sampled_from(["null", "true", "false"]),
    lambda inner: (
        objects(inner)
        | st.tuples(st.lists(inner, max_size=4), SPACE).map(
            lambda given: f"[{given[1]}{f',{given[1]}'.join(given[0])}]"
        )
    ),
    max_leaves=8,
)
JSON = {"Content-Type": "application/json"}
EXTREMES = [
    "1e400",
    "-1E-400",
    "123456789012345678901234567890",
    "0.1000000000000000055511151231257827",
    "9" * 4000,
    '{"a": 1, "a": 2}',
    r'"\ud800"',
    "[" * 500 + "]" * 500,
]


def meaning(text: str) -> Any:
    """A JSON text as what it says: every digit of a number, every member of an object."""
    return json.loads(
        text,
        parse_int=Decimal,
        parse_float=Decimal,
        object_pairs_hook=lambda members: ("object", members),
    )


@pytest.mark.legacy  # what is printed of an answer does not depend on the protocol
@pytest.mark.parametrize("width", [None, "80"], ids=["pipe", "terminal"])
@pytest.mark.parametrize(
    ("line", "root"),
    [("api GET /apps --json", "apps"), ("apps --json", "apps"), ("apps show x --json", "app")],
)
@examples(25)
@given(VALUES, st.lists(objects(VALUES), max_size=3))
@example(value=f"[{','.join(EXTREMES)}]", records=[f'{{"size": {EXTREMES[0]}}}'])
def test_any_document_comes_out_of_json_equal(
    line: str,
    root: str,
    width: str | None,
    scalingo: CommandLine,
    elsewhere: Elsewhere,
    value: str,
    records: list[str],
) -> None:
    apps = [f'{{"name": "a", "x": {app}}}' for app in [value, *records]]
    rooted = apps[0] if root == "app" else f"[{','.join(apps)}]"
    document = f'{{"x": {value}, "{root}": {rooted}}}'
    elsewhere.answers[:] = [(200, JSON, document.encode())]
    said = scalingo(line, SCALINGO_API_URL=elsewhere.url, SCALINGO_FORCE_TTY=width)
    assert (said.code, said.stderr) == (0, "")
    assert meaning(said.stdout) == meaning(document)


@pytest.mark.legacy  # what is printed of an answer does not depend on the protocol
@examples(25)
@given(st.lists(VALUES, max_size=3), st.lists(VALUES, max_size=3))
@example(first=EXTREMES, second=EXTREMES)
def test_any_records_of_all_pages_come_out_of_json_equal(
    scalingo: CommandLine, elsewhere: Elsewhere, first: list[str], second: list[str]
) -> None:
    values = enumerate([*first, *second])
    records = [f'{{"id": "{number}", "x": {value}, "x": {value}}}' for number, value in values]
    elsewhere.answers.clear()
    for number, page in enumerate([records[: len(first)], records[len(first) :]], 1):
        meta = f'{{"current_page": {number}, "total_pages": 2}}'
        document = f'{{"events": [{",".join(page)}], "meta": {meta}}}'
        elsewhere.answers.append((200, JSON, document.encode()))
    said = scalingo("events --all --json", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stderr) == (0, "")
    _, members = meaning(said.stdout)
    # A page without a record is the end, whatever it says of another.
    told = records if first else []
    assert dict(members)["events"] == meaning(f"[{','.join(told)}]")


def value(text: str) -> Any:
    """A JSON text as a value: every digit of a number, the last member of a name."""
    return json.loads(text, parse_int=Decimal, parse_float=Decimal)


@pytest.mark.legacy  # what is selected from an answer does not depend on the protocol
@examples(50)
@given(st.lists(VALUES, max_size=3))
@example(EXTREMES)
def test_any_values_come_out_of_query_equal(
    scalingo: CommandLine, elsewhere: Elsewhere, values: list[str]
) -> None:
    document = f'{{"apps": [{",".join(values)}]}}'
    elsewhere.answers[:] = [(200, JSON, document.encode())]
    line = ["api", "GET", "/apps", "--query", "{found: apps}"]
    said = scalingo(line, SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stderr) == (0, "")
    assert value(said.stdout) == {"found": value(document)["apps"]}


# Tables

TABLES = {
    "apps": ("apps", ["name", "status", "owner", "last_deployed_at"]),
    "env": ("variables", ["name", "value"]),
    "collaborators": ("collaborators", ["username", "email", "status"]),
    "domains": ("domains", ["name", "ssl", "validity"]),
}


@pytest.mark.legacy  # what is printed of an answer does not depend on the protocol
@pytest.mark.parametrize("line", TABLES)
@examples(25)
@given(st.data())
def test_any_table_of_any_strings_is_one_line_a_record_in_a_pipe(
    line: str, scalingo: CommandLine, elsewhere: Elsewhere, data: st.DataObject
) -> None:
    root, fields = TABLES[line]
    record = st.fixed_dictionaries({field: st.text() | ANY_TEXT for field in fields})
    records = data.draw(st.lists(record, min_size=1, max_size=5))
    elsewhere.answers.clear()
    elsewhere.will_answer({root: records})
    said = scalingo(line, SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stderr) == (0, "")
    assert len(said.stdout.splitlines()) == said.raw_stdout.count(b"\n") == len(records)
    assert len({len(cells) for cells in said.lines}) == 1


# Command lines

# They would serve, follow or redraw for ever, or run what is typed as a program.
ENDLESS = {"--follow", "--watch"}
RUNNING = {"sandbox", "run", "env run", "databases console", "databases tunnel"}
JUNK = (
    st.text(st.characters(exclude_characters="\0"), max_size=6).filter(
        lambda text: not text.startswith("-") or text == "-"
    )
    | st.text("-axyz=:/@#{}[]\"'%$0199.~\n\x1b\udc80é", min_size=1, max_size=6)
    | st.sampled_from(
        [
            *["", "-", "--", "--json", "--dry-run", "--yes", "--all", "--help", "--debug-body"],
            *["pinecrate-shop", "web:2", "A=1", "web=-1", "GET", "/apps/{app}", "9" * 30, "1e9"],
        ]
    )
)
COMMANDS = [node for node in leaves() if str(node) not in RUNNING]


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """The words of a command, its options with values of all sorts, and words of no sense."""
    node: Node = draw(st.sampled_from(COMMANDS))
    pieces: list[list[str]] = [[word] for word in draw(st.lists(JUNK, max_size=3))]
    options = [each for each in node.options if not ENDLESS & set(each.opts)]
    for option in draw(st.lists(st.sampled_from(options), max_size=3)):
        value = [] if option.is_flag else [draw(JUNK)]
        pieces.append([draw(st.sampled_from(option.opts)), *value])
    rest = [word for piece in draw(st.permutations(pieces)) for word in piece]
    before = draw(st.lists(JUNK, max_size=1)) if draw(st.integers(0, 9)) == 0 else []
    return [*before, *node.words, *rest]


@pytest.mark.regional
@examples(100)
@given(command_lines())
def test_any_command_line_ends_in_an_exit_code_of_the_table(
    scalingo: CommandLine, sandbox: Sandbox, tmp_path: Path, words: list[str]
) -> None:
    sandbox.reset()
    said = scalingo(words, PATH=str(tmp_path / "no-programs"), SCALINGO_TIMEOUT="5")
    assert said.code in list(ExitCode)
    assert "Traceback" not in said.stderr
    assert "Unexpected error" not in said.stderr
