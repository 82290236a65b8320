"""Environment variables as text, there and back."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalingo_cli.commands.env import dotenv
from tests.programs import require

if TYPE_CHECKING:
    from pathlib import Path

TRICKY = st.text(alphabet="a0 \t\n\r\0'\"\\#$={}`!~\x01\x1b\x7f\x85\u2028\ufeffé😀", max_size=12)
VALUES = TRICKY | st.text(max_size=30) | st.text(st.characters(categories=["Cs", "Cc", "Zs"]))
VARIABLES = st.dictionaries(st.from_regex(r"[A-Za-z0-9_-]+", fullmatch=True), VALUES, max_size=5)

NOT_A_PAIR = "expected NAME=value"
BAD_NAME = "a name consists of letters, digits, hyphens and underscores"
NEVER_CLOSED = "the quote opened here is never closed"
TEXT_AFTER = "only a comment may follow the closing quote"
SHELLS = [path for name in ("sh", "dash", "bash", "zsh") if (path := shutil.which(name))]


def parsed(text: str) -> tuple[dict[str, str], str]:
    try:
        return dotenv.parse(text), ""
    except ValueError as error:
        return {}, str(error)


@settings(deadline=None)
@given(VARIABLES)
def test_what_is_dumped_is_parsed(variables: dict[str, str]) -> None:
    text = dotenv.dump(variables)
    assert dotenv.parse(text) == variables
    assert dotenv.parse("\ufeff" + text.replace("\n", "\r\n")) == variables


@settings(deadline=None)
@given(TRICKY | st.text("A=\"'\\ #\n", max_size=20))
def test_any_text_is_parsed_or_refused_without_repeating_it(text: str) -> None:
    variables, problem = parsed(f"SECRET={text}")
    assert dotenv.parse(dotenv.dump(variables)) == variables
    assert problem.partition(": ")[2] in {"", NOT_A_PAIR, BAD_NAME, NEVER_CLOSED, TEXT_AFTER}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("", "A="),
        ("postgres://eva@db:5432/shop", "A=postgres://eva@db:5432/shop"),
        ("two words", "A='two words'"),
        ("cash $MONEY", "A='cash $MONEY'"),
        ("#1", "A='#1'"),
        ('say "hi"', "A='say \"hi\"'"),
        (r"C:\temp", r"A='C:\temp'"),
        ("it's", 'A="it\'s"'),
        ("it's $5", 'A="it\'s \\$5"'),
        ("one\ntwo", r'A="one\ntwo"'),
        ("$one\ntwo", "A='$one\ntwo'"),
        ("one\r\n", r'A="one\r\n"'),
        ("end\\", r'A="end\\"'),
        (r"\\host", r'A="\\\\host"'),
        ("é", "A='é'"),
    ],
)
def test_quotes_are_the_most_portable_ones(value: str, line: str) -> None:
    assert dotenv.dump({"A": value}) == line + "\n"
    assert dotenv.parse(line) == {"A": value}


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("", {}),
        ("\n \t\n# A=1\n  # B=2", {}),
        ("A=1\nB=2\n", {"A": "1", "B": "2"}),
        ("A=1\r\nB='2\r\n3'\r\n", {"A": "1", "B": "2\n3"}),
        ("\ufeffA=1", {"A": "1"}),
        ("export A=1\n  export\tB = 2\nexport=3\nexport =4", {"A": "1", "B": "2", "export": "4"}),
        ("  A \t=  one two \t\nB=", {"A": "one two", "B": ""}),
        (
            "A=1 # one\nB=a#b\nC=#c\nD= # none\nE=1\t#",
            {"A": "1", "B": "a#b", "C": "#c", "D": "", "E": "1"},
        ),
        (r"A='a\n\' # literal", {"A": r"a\n" + "\\"}),
        ("A='one\n# two\n'\nB=2", {"A": "one\n# two\n", "B": "2"}),
        (r'A="\n\r\t\\\"\$\x\'" # escapes', {"A": "\n\r\t\\\"$\\x\\'"}),
        ('A="one\nB=two \\" three"# done\nC=3', {"A": 'one\nB=two " three', "C": "3"}),
        ('A=$B ${C}\nB="$A"', {"A": "$B ${C}", "B": "$A"}),
        ("A=it's 5\" wide", {"A": "it's 5\" wide"}),
        ("A==\\n=", {"A": "=\\n="}),
        ("A=1\nA=2", {"A": "2"}),
        ("my-name=1\n2B=2", {"my-name": "1", "2B": "2"}),
    ],
)
def test_files_as_people_write_them(text: str, variables: dict[str, str]) -> None:
    assert dotenv.parse(text) == variables


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A=1\n\nhunter2\n", f"line 3: {NOT_A_PAIR}"),
        ("export A", f"line 1: {NOT_A_PAIR}"),
        ("A='1\n2\n'\nhunter 2=3", f"line 4: {BAD_NAME}"),
        ("=hunter2", f"line 1: {BAD_NAME}"),
        ("export =hunter2\nÉTÉ=hunter2", f"line 2: {BAD_NAME}"),
        ("A=1\r\nB='hunter2\r\nC=3", f"line 2: {NEVER_CLOSED}"),
        ('A=1\rB="hunter2\\"\nC=3', f"line 2: {NEVER_CLOSED}"),
        ('A="', f"line 1: {NEVER_CLOSED}"),
        ("A='1\n2'hunter2'", f"line 2: {TEXT_AFTER}"),
        ('A="1" hunter2', f"line 1: {TEXT_AFTER}"),
    ],
)
def test_errors_name_the_line_and_no_text(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="line") as error:
        dotenv.parse(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "text",
    [
        'A="' + r"\\" * 1_000_000 + '"',
        'A="' + r"\"" * 1_000_000,
        "A=1" + " " * 2_000_000 + "x",
        "A" + " " * 2_000_000,
        "A=''" + " " * 2_000_000 + "x",
        "A='" * 700_000,
        "export " * 300_000,
        "A=x #" + " #" * 1_000_000,
        "A='\n'\n" * 300_000,
    ],
    ids=lambda text: text[:10],
)
def test_a_huge_file_takes_linear_time(text: str) -> None:
    start = time.process_time()
    parsed(text)
    assert time.process_time() - start < 3


@pytest.mark.parametrize("shell", SHELLS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists((TRICKY | st.text()).map(lambda value: value.replace("\0", "")), max_size=5))
def test_a_shell_reads_the_same_values(shell: str, tmp_path: Path, values: list[str]) -> None:
    variables = {f"TEST_{index}": value for index, value in enumerate(values)}
    script = tmp_path / "variables"
    script.write_bytes(dotenv.shell(variables).encode())
    for read in ('. "$0"', 'eval "$(cat "$0")"'):
        command = [shell, "-c", f"{read} && env -0", str(script)]
        told = subprocess.run(command, check=True, capture_output=True).stdout
        exported = dict(line.split("=", 1) for line in told.decode().split("\0") if line)
        assert {name: exported.get(name) for name in variables} == variables


@pytest.mark.parametrize("value", ["=0", "=", "a:=ls", "=ls='it'"])
def test_dotenv_shell_keeps_an_equals_sign_from_zsh(value: str) -> None:
    line = dotenv.shell({"TEST": value}) + "env -0"
    told = subprocess.run([require("zsh"), "-c", line], check=True, capture_output=True).stdout
    assert f"TEST={value}" in told.decode().split("\0")


def test_a_shell_cannot_hold_everything() -> None:
    with pytest.raises(ValueError, match="A contains a NUL character"):
        dotenv.shell({"A": "hunter2\0"})
    for name in ("my-name", "2B", "A\n", "A;ls", "É", ""):
        with pytest.raises(ValueError, match="is not a valid name for a shell variable"):
            dotenv.shell({name: "1"})


@pytest.mark.parametrize("name", ["", "A B", "A=B", "A\n", "É", "#A"])
def test_a_name_that_no_file_can_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid name: use letters, digits"):
        dotenv.dump({name: "hunter2"})
