"""The sandbox stands alone, and no part of it leads back to itself."""

from __future__ import annotations

import ast
from pathlib import Path

import scalingo_cli.sandbox

ROOT = Path(scalingo_cli.sandbox.__file__).parent
FLOORS = ["sandbox", "control", "seed", "resources", "http", "state", "runtime"]


def imported(file: Path) -> set[str]:
    """The modules of this program that a file imports, for types too."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
    return {name for name in names if name.startswith("scalingo_cli.")}


def test_the_sandbox_imports_nothing_of_the_client() -> None:
    for file in ROOT.rglob("*.py"):
        assert all(name.startswith("scalingo_cli.sandbox.") for name in imported(file)), file


def test_each_folder_imports_from_those_below_it_only() -> None:
    for file in ROOT.rglob("*.py"):
        floor = file.relative_to(ROOT).parts[0].removesuffix(".py")
        if floor == "__init__":
            continue
        for name in imported(file):
            below = name.split(".")[2]
            if below != floor and below in FLOORS:
                assert FLOORS.index(below) > FLOORS.index(floor), f"{file} imports {name}"


def test_no_module_leads_back_to_itself() -> None:
    files = {
        ".".join(("scalingo_cli", "sandbox", *file.relative_to(ROOT).with_suffix("").parts)): file
        for file in ROOT.rglob("*.py")
        if file.name != "__init__.py"
    }
    names = {module: imported(file) for module, file in files.items()}
    leads = {
        module: {other for other in files for name in named if f"{name}.".startswith(f"{other}.")}
        for module, named in names.items()
    }
    for module in files:
        reached: set[str] = set()
        ahead = set(leads[module])
        while ahead:
            each = ahead.pop()
            reached.add(each)
            ahead |= leads[each] - reached
        assert module not in reached, module
