"""Docstrings say what a function takes, returns and raises, and in which units."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "scalingo_cli"

# The decorator documents the signature; a command's docstring is its help, a control's its summary.
DECORATED = re.compile(
    r"\b(?:command|knob|on_database|route|creates|updates|deletes|lists|shows)\b"
)

QUANTITY = re.compile(
    r"(?:.*_)?(?:age|delay|duration|interval|latency|patience|pause|period|size|timeout|within)"
)


class Function(NamedTuple):
    where: str
    node: ast.FunctionDef
    docstring: str

    @property
    def parameters(self) -> list[ast.arg]:
        given = self.node.args
        named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        return [parameter for parameter in named if parameter.arg not in {"self", "cls"}]

    @property
    def variadic(self) -> tuple[ast.arg | None, ast.arg | None]:
        return self.node.args.vararg, self.node.args.kwarg

    @property
    def raises(self) -> bool:
        raised = [node.exc for node in _own(self.node) if isinstance(node, ast.Raise) and node.exc]
        return any(ast.unparse(error) != "NotImplementedError" for error in raised)

    @property
    def returns(self) -> bool:
        return self.node.returns is not None and ast.unparse(self.node.returns) != "None"


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function, without those of functions inside it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            yield node
            yield from _own(node)


def _functions(parent: ast.Module | ast.ClassDef, where: str) -> Iterator[Function]:
    for node in parent.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _functions(node, f"{where}:{node.name}")
        elif isinstance(node, ast.FunctionDef):
            is_init = node.name == "__init__"
            docstring = ast.get_docstring(parent if is_init else node) or ""
            decorators = " ".join(map(ast.unparse, node.decorator_list))
            is_public = is_init or not node.name.startswith("_")
            if is_public and not DECORATED.search(decorators):
                yield Function(f"{where}:{node.name}", node, docstring)


@cache
def functions() -> list[Function]:
    return [
        function
        for module in sorted(PACKAGE.rglob("*.py"))
        for function in _functions(
            ast.parse(module.read_text(encoding="utf-8")), str(module.relative_to(PROJECT))
        )
    ]


def test_docstrings_of_long_signatures_have_args_returns_and_raises() -> None:
    lacking = []
    for function in functions():
        if len(function.parameters) <= 3 or re.search(r"See `\w+\.\w+`", function.docstring):
            continue
        sections = {"Args:": True, "Returns:": function.returns, "Raises:": function.raises}
        lacking += [
            f"{function.where}: {section}"
            for section, needed in sections.items()
            if needed and section not in function.docstring
        ]
    assert lacking == []


def test_docstrings_describe_every_parameter_and_no_other() -> None:
    for function in functions():
        if "Args:" not in function.docstring:
            continue
        args = function.docstring.partition("Args:\n")[2].split("\n\n")[0]
        described = re.findall(r"^    (\w+):", args, re.MULTILINE)
        named = [parameter.arg for parameter in function.parameters]
        variadic = [given.arg for given in function.variadic if given]
        assert set(named) <= set(described) <= {*named, *variadic}, function.where


def test_numbers_of_seconds_and_bytes_have_their_unit_in_the_name() -> None:
    unclear = [
        f"{function.where}: {parameter.arg}"
        for function in functions()
        for parameter in function.parameters
        if parameter.annotation
        and re.search(r"\b(?:int|float)\b", ast.unparse(parameter.annotation))
        and "[" not in ast.unparse(parameter.annotation)
        and QUANTITY.fullmatch(parameter.arg)
    ]
    assert unclear == []
