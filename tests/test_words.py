"""Help, messages, docstrings, names of tests, README, CONTRIBUTING: a native engineer's words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scalingo_cli.cli import tree
from scalingo_cli.main import cli

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "scalingo_cli"

# What reads as translated, each with what to write instead.
LEFT_OUT = {
    r"\b(?:tell|tells|told)\b": "show, print, list, report",
    r"\bpretend\w*": "local simulator",
    r"\btoday's platform": "regional platform",
    r"\bversion 1\b": "legacy API",
    r"(?<!there )\bis none\b": "is not a valid",
    r"\bthere are not\b": "do not exist",
    r", where none\b": "if there is none",
    r"\bgoes (?:with|without)\b": "requires, cannot be combined with",
    r"\bbr(?:oke|eaks) off\b": "failed, was interrupted",
    r"\bgo(?:es)? before\b": "overrides",
    r"\bsend again\b|\bsent again\b": "retry",
    r"\bgood no more\b": "stops working",
    r"\bno answer\b": "no response",
}


def words_left_out(text: str) -> list[str]:
    return [
        f"{found[0]!r} in {' '.join(text.split())[:100]!r}: {better}"
        for pattern, better in LEFT_OUT.items()
        for found in re.finditer(pattern, text, re.IGNORECASE)
    ]


def docstrings(parsed: ast.Module) -> dict[int, str]:
    """Return the docstrings of a module by the identity of their node."""
    return {
        id(node.body[0].value): ast.get_docstring(node) or ""
        for node in ast.walk(parsed)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def messages(module: Path) -> Iterator[str]:
    """Yield the string literals of a module that contain a space, without docstrings."""
    parsed = ast.parse(module.read_text(encoding="utf-8"))
    documentation = docstrings(parsed)
    for node in ast.walk(parsed):
        text = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and " " in text and id(node) not in documentation:
            yield text


def test_help_texts_are_in_plain_english() -> None:
    texts = [
        text
        for context in tree.walk(cli)
        for text in [context.command.help, *(option.help for option in tree.options(context))]
        if text
    ]
    assert len(texts) > 100
    assert [found for text in texts for found in words_left_out(text)] == []


def test_messages_are_in_plain_english() -> None:
    texts = [text for module in PACKAGE.rglob("*.py") for text in messages(module)]
    assert len(texts) > 300
    assert [found for text in texts for found in words_left_out(text)] == []


@pytest.mark.parametrize("folder", ["scalingo_cli", "tests", "benchmarks"])
def test_docstrings_are_in_plain_english(folder: str) -> None:
    found = [
        f"{path.relative_to(PROJECT)}: {left_out}"
        for path in (PROJECT / folder).rglob("*.py")
        for text in docstrings(ast.parse(path.read_text(encoding="utf-8"))).values()
        for left_out in words_left_out(text)
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_names_are_in_plain_english(folder: str) -> None:
    found = [
        f"{path.relative_to(PROJECT)}: {left_out}"
        for path in (PROJECT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for left_out in words_left_out(node.name.strip("_").replace("_", " "))
    ]
    assert found == []


@pytest.mark.parametrize(
    "name", ["CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "pyproject.toml"]
)
def test_pages_are_in_plain_english(name: str) -> None:
    prose = re.sub(
        r"```.*?```|`[^`]*`", "", (PROJECT / name).read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert [found for text in prose.split("\n\n") for found in words_left_out(text)] == []
