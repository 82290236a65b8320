"""The floors of the house: what each room imports lies below it, for types only or not."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "scalingo_cli"
# The rooms from the top to the ground. Those of one floor do not know each other.
FLOORS = [
    ["docs", "__main__"],
    ["main"],
    ["compat"],
    ["commands"],
    ["completion"],
    ["cli", "collection", "polling"],
    ["session"],
    ["api"],
    ["auth"],
    ["console"],
    ["storage"],
    ["process", "settings", "text"],
    ["errors"],
]
STREET = "sandbox"  # the other side of the wire: only the command of that name knows it
TO_BE_CUT = {("api.debug", "api.transport")}  # leads back; to be made shorter only


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


IMPORTS = {name: imports(path) for name, path in MODULES.items() if name != "__init__"}


def room(name: str) -> str:
    """The folder that a module lies in, or the module itself where it lies in none."""
    return name.partition(".")[0]


def doors(above: str) -> set[str]:
    """The other rooms that the modules of a room import from."""
    names = {
        room(each) for name, each_of in IMPORTS.items() if room(name) == above for each in each_of
    }
    return names - {above, "__init__"}


def test_every_room_has_its_floor() -> None:
    named = [name for floor in FLOORS for name in floor] + [STREET]
    assert sorted(named) == sorted({room(name) for name in IMPORTS})


@pytest.mark.parametrize("floor", range(len(FLOORS)), ids=lambda number: "-".join(FLOORS[number]))
def test_a_room_imports_from_the_floors_below_it_only(floor: int) -> None:
    below = {name for names in FLOORS[floor + 1 :] for name in names}
    for name in FLOORS[floor]:
        assert doors(name) - {STREET} <= below


def test_the_sandbox_stands_alone() -> None:
    assert doors(STREET) == set()
    assert {name for name, those in IMPORTS.items() if STREET in map(room, those)} - {
        name for name in IMPORTS if room(name) == STREET
    } <= {"commands.sandbox", "docs.picture"}


@pytest.mark.parametrize("name", sorted({room(name) for name in IMPORTS}))
def test_no_import_leads_back(name: str) -> None:
    graph = {
        one: {other for other in those if (one, other) not in TO_BE_CUT}
        for one, those in IMPORTS.items()
        if room(one) == name
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
