"""What a user installs: the wheel and the sdist, built here and used away from the source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from scalingo_cli import __version__
from scalingo_cli.docs import manual
from tests.programs import require
from tests.shells import COMPINIT, Shell

pytestmark = pytest.mark.ci

PROJECT = Path(__file__).parent.parent
WHEEL = f"scalingo_cli-{__version__}-py3-none-any.whl"
SDIST = f"scalingo_cli-{__version__}.tar.gz"
INSTALLED = {
    "completions/scalingo.bash": "share/bash-completion/completions/scalingo",
    "completions/scalingo.fish": "share/fish/vendor_completions.d/scalingo.fish",
    "completions/_scalingo": "share/zsh/site-functions/_scalingo",
}


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a program, and return its output once it went well."""
    kept = {"PATH", "HOME", "LANG"}  # and how pip reaches its index on this machine
    mine = {
        name: value
        for name, value in os.environ.items()
        if name in kept or name.startswith(("PIP_", "HTTP", "http", "no_proxy", "NO_PROXY", "SSL"))
    }
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=mine | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def build(source: Path, into: Path) -> Path:
    """Build the sdist and, from it, the wheel; the build's tools are those of this environment."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", into, source, cwd=into.parent)
    return into


def checkout(into: Path) -> Path:
    """Copy the project without what is no part of it."""
    left_out = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "dist", "*.pyc")
    shutil.copytree(PROJECT, into, ignore=left_out)
    return into


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("packages")
    return build(checkout(directory / "source"), directory / "dist")


def test_each_dependency_has_a_lowest_release_that_is_tested() -> None:
    """And no other bound: `make test-lowest` takes each for a pin."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert all(re.fullmatch(r"[a-z0-9-]+>=[0-9.]+", each) for each in project["dependencies"])


def test_another_build_gives_the_same_bytes(packages: Path, tmp_path: Path) -> None:
    """On another day, in another directory, by a user with another umask."""
    source = checkout(tmp_path / "elsewhere")
    for path in source.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o775 if path.is_dir() or os.access(path, os.X_OK) else 0o664)
    again = build(source, tmp_path / "again")
    assert sorted(path.name for path in again.iterdir()) == [WHEEL, SDIST]
    for name in (WHEEL, SDIST):
        assert (again / name).read_bytes() == (packages / name).read_bytes()


def test_the_sdist_holds_all_that_tests_need(packages: Path) -> None:
    with tarfile.open(packages / SDIST) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    tracked = {
        str(path.relative_to(PROJECT))
        for directory in ("scalingo_cli", "tests", "completions", "man")
        for path in (PROJECT / directory).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert tracked | {"README.md", "LICENSE", "Makefile", "pyproject.toml"} <= held


def test_the_wheel_holds_no_more_than_the_program(packages: Path) -> None:
    with zipfile.ZipFile(packages / WHEEL) as archive:
        top = {name.partition("/")[0] for name in archive.namelist()}
    stem = f"scalingo_cli-{__version__}"
    assert top == {"scalingo_cli", f"{stem}.data", f"{stem}.dist-info"}


def check_installed(prefix: Path) -> None:
    """Completions and manual are where shells and man look, as they are in the project."""
    pages = {
        page: page.replace("man/", "share/man/man1/")
        for page in manual.files()
        if page.startswith("man/")
    }
    for source, place in (pages | INSTALLED).items():
        assert (prefix / place).read_text() == (PROJECT / source).read_text()


def check_found_by_shells(prefix: Path, directory: Path) -> None:
    """Shells that know the prefix, as they are of /usr and /usr/local, complete."""
    share = prefix / "share"
    environment = {
        "PATH": f"{prefix}/bin:/usr/bin:/bin",
        "HOME": str(directory),
        "LANG": "C.UTF-8",
        "XDG_DATA_DIRS": f"{share}:/usr/share",
    }
    for shell, line in {
        "bash with bash-completion": ":",
        "fish": ":",
        "zsh": f"fpath=({share}/zsh/site-functions $fpath); {COMPINIT}",
    }.items():
        with Shell(shell, environment, directory, read=line) as at:
            assert at.tab("scalingo completion ba") == "scalingo completion bash "


@pytest.mark.timeout(600)  # pip installs, and several programs start
def test_the_installed_wheel_does_the_main_job(packages: Path, tmp_path: Path) -> None:
    """In an environment with nothing else in it, the source tree out of reach."""
    prefix = tmp_path / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", prefix, cwd=tmp_path)
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", prefix / "bin" / "python"]
    run(*pip, "install", "--quiet", "--no-compile", packages / WHEEL, cwd=tmp_path)
    scalingo = prefix / "bin" / "scalingo"
    place = run(
        prefix / "bin" / "python",
        "-c",
        "import scalingo_cli; print(scalingo_cli.__file__)",
        cwd=tmp_path,
    )
    assert Path(place).is_relative_to(prefix)
    check_installed(prefix)
    assert run(scalingo, "--version", cwd=tmp_path) == f"scalingo version {__version__}\n"
    assert "scalingo sandbox -- scalingo apps" in run(scalingo, "--help", cwd=tmp_path)
    shutil.copy(PROJECT / "tests" / "demo.sh", tmp_path)
    shown = run(scalingo, "sandbox", "--", "sh", "demo.sh", cwd=tmp_path)
    assert "scale: done" in shown
    check_found_by_shells(prefix, tmp_path)


def test_pipx_installs_the_wheel(packages: Path, tmp_path: Path) -> None:
    home = tmp_path / "pipx"
    run(
        require("pipx"),
        "install",
        "--python",
        sys.executable,
        packages / WHEEL,
        cwd=tmp_path,
        PIPX_HOME=str(home),
        PIPX_BIN_DIR=str(tmp_path / "bin"),
        PIPX_MAN_DIR=str(tmp_path / "man"),
    )
    scalingo = tmp_path / "bin" / "scalingo"
    assert run(scalingo, "--version", cwd=tmp_path) == f"scalingo version {__version__}\n"
    assert "pinecrate" in run(scalingo, "sandbox", "--", "scalingo", "apps", cwd=tmp_path)
    check_installed(home / "venvs" / "scalingo-cli")
