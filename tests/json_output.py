"""What --json prints: JSON from the first byte to the last."""

from __future__ import annotations

import json
from typing import Any

from tests.command_line import Result
from tests.command_tree import Node

# These start other programs, or tell of failures on stdout: they have tests of their own.
APART = {"doctor check", "run", "sandbox"}
# One object a line, not one document.
LINE_BY_LINE = {"each", "logs"}


def documents(node: Node, result: Result) -> list[Any]:
    """Check what a command printed with --json, and return its documents: mostly one, or none."""
    assert not result.stdout or result.stdout.endswith(("}\n", "}", "]\n"))
    lines = result.stdout.splitlines() if str(node) in LINE_BY_LINE else [result.stdout]
    found = [_parsed(line) for line in lines if line]
    assert all(isinstance(each, (dict, list)) for each in found)
    if result.code not in {0, 10}:  # 10 tells that two things differ, as asked
        assert result.stdout == ""
        assert _parsed(result.stderr.splitlines()[-1]).keys() == {"error"}
    return found


def _parsed(text: str) -> Any:
    def refuse(name: str) -> None:
        raise ValueError(name)

    return json.loads(text, parse_constant=refuse)


def kind(document: Any) -> str:
    """What JMESPath calls the type of a document."""
    return "array" if isinstance(document, list) else "object"


def fields(document: Any) -> Any:
    """The fields of a document, without their values, which differ from run to run."""
    if isinstance(document, list):
        return [fields(each) for each in document[:1]]
    if isinstance(document, dict):
        return {name: fields(value) for name, value in document.items()}
    return None
