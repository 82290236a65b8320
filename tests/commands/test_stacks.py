"""Stories of `scalingo stacks`."""

from __future__ import annotations

from tests.command_line import CommandLine


def test_stacks_leaves_the_deprecated_ones_out(scalingo: CommandLine) -> None:
    result = scalingo("stacks")
    assert (result.code, result.stderr) == (0, "")
    assert [line[:3] for line in result.lines] == [["scalingo-24", "Ubuntu 24.04", "yes"]]


def test_stacks_with_the_deprecated_ones(scalingo: CommandLine) -> None:
    lines = scalingo("stacks --with-deprecated").lines
    assert [line[0] for line in lines] == ["scalingo-24", "scalingo-20"]
    assert lines[1][3] == "2025-05-31"
    shown = scalingo("stacks --with-deprecated", SCALINGO_FORCE_TTY="100", NO_COLOR="1").stdout
    assert "ago" in shown
    assert "never" not in shown


def test_stacks_json_is_the_document(scalingo: CommandLine) -> None:
    rows = scalingo("stacks --json").json["stacks"]
    assert [row["name"] for row in rows] == ["scalingo-24", "scalingo-20"]
