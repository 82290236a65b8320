"""The plugin of pytest: README's example passes in a project that knows nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def run(tests: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "test_release.py").write_text(tests)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=folder,
        env={"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_example_of_the_readme(tmp_path: Path) -> None:
    [example] = re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)
    done = run(example, tmp_path)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout


AGAIN = """
import pytest


@pytest.mark.parametrize("time", [1, 2])
def test_the_main_app_is_there(scalingo_sandbox, time):
    assert scalingo_sandbox.store.app(scalingo_sandbox.main_app)
    scalingo_sandbox.store.apps.clear()
"""


def test_each_test_begins_with_the_starting_data(tmp_path: Path) -> None:
    done = run(AGAIN, tmp_path)
    assert (done.returncode, "2 passed" in done.stdout) == (0, True), done.stdout


def test_nobody_but_pytest_imports_it() -> None:
    [found] = entry_points(group="pytest11", name="scalingo_sandbox")
    assert found.value == "scalingo_cli.sandbox.pytest_plugin"
    program = "import sys, scalingo_cli.sandbox; print('pytest' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout == "False\n"
