"""The layers of the client and of the sandbox: imports point down, those of types included."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "scalingo_cli"
# Packages and modules from the top down. Those of one layer do not import each other.
LAYERS = [
    ["docs", "__main__"],
    ["main"],
    ["compat", "contents", "elsewhere"],
    ["commands"],
    ["completion"],
    ["cli", "collection", "known", "places", "polling"],
    ["database"],
    ["session"],
    ["api"],
    ["auth"],
    ["console"],
    ["storage"],
    ["selection"],
    ["git_remote"],
    ["process", "settings", "text"],
    ["errors"],
]
# The other side of the wire, and who starts it: no other import crosses it, in either direction.
SANDBOX_LAYERS = [
    ["sandbox.pytest_plugin"],
    ["sandbox"],
    ["sandbox.sandbox"],
    ["sandbox.control"],
    ["sandbox.seed"],
    ["sandbox.resources"],
    ["sandbox.http"],
    ["sandbox.state"],
    ["sandbox.runtime"],
]
START_THE_SANDBOX = ["commands.sandbox", "docs.picture"]


def module(path: Path) -> str:
    """The name of a module within the package, such as `api.client`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module(path): path for path in PACKAGE.rglob("*.py")}


def imports(path: Path) -> set[str]:
    """The modules of the package that a module imports anywhere in its text."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    ours = (name.removeprefix("scalingo_cli.") for name in found if name.startswith("scalingo_cli"))
    return {name if name in MODULES else name.rpartition(".")[0] for name in ours} & MODULES.keys()


@cache
def all_imports() -> dict[str, set[str]]:
    """Those of each module. Not at import: each worker collects every test, and few run these."""
    return {name: imports(path) for name, path in MODULES.items() if name != "__init__"}


def package(name: str) -> str:
    """The top-level package of a module, or the module itself; within the sandbox, those there."""
    parts = name.split(".")
    return ".".join(parts[: 2 if parts[0] == "sandbox" else 1])


def imported_by(above: str) -> set[str]:
    """The other packages that the modules of a package import from."""
    names = {
        package(other)
        for name, others in all_imports().items()
        if package(name) == above
        for other in others
        if not (name in START_THE_SANDBOX and other.startswith("sandbox"))
    }
    return names - {above, "__init__"}


def test_every_package_has_its_layer() -> None:
    named = [name for layer in LAYERS + SANDBOX_LAYERS for name in layer]
    assert sorted(named) == sorted({package(name) for name in all_imports()})


@pytest.mark.parametrize("layers", [LAYERS, SANDBOX_LAYERS], ids=["client", "sandbox"])
def test_a_package_imports_only_from_the_layers_below_it(layers: list[list[str]]) -> None:
    for number, layer in enumerate(layers, 1):
        below = {name for names in layers[number:] for name in names}
        for name in layer:
            assert imported_by(name) <= below, name


def test_no_import_leads_back() -> None:
    for name in sorted({package(name) for name in MODULES} - {"__init__"}):
        graph = {one: those for one, those in all_imports().items() if package(one) == name}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            pytest.fail(" → ".join(error.args[1]))
