"""A directory as the gzip'd tar that the platform deploys from."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scalingo_cli.errors import Failed, Misused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import ExitStack
    from typing import BinaryIO

GZIP = b"\x1f\x8b"


def opened(given: str, stack: ExitStack) -> BinaryIO:
    """Open the archive at `given`, or pack the directory there, until the end of `stack`.

    Raises Misused for what cannot be read, and for a file that is no gzip'd archive; Failed where
    there is no room to pack.
    """
    path = Path(given)
    try:
        if path.is_dir():
            return _packed(path, stack)
        file = stack.enter_context(path.open("rb"))
        start = file.read(len(GZIP))
        file.seek(0)
    except OSError as error:
        raise Misused(f"{error.filename or given} cannot be read: {error.strerror}.") from error
    if start != GZIP:
        raise Misused(f"{given} is no .tar.gz archive.", "Name the directory itself to pack it.")
    return file


def _packed(directory: Path, stack: ExitStack) -> BinaryIO:
    """Pack what belongs to a directory below one root, which is how the platform wants it."""
    root = directory.resolve().name or "app"
    try:
        packed = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name in sorted(_contents(directory)):
                tar.add(directory / name, arcname=f"{root}/{name}", recursive=False)
        packed.seek(0)
    except OSError as error:
        if error.filename:  # it is one of those to be packed
            raise
        raise Failed(f"There is no room to pack {directory}: {error.strerror}.") from error
    return packed


def _contents(directory: Path) -> Iterable[str]:
    """Return the files of a directory: as git sees them in a checkout, else all of them.

    Git leaves out what .gitignore names; what is not committed yet goes along.
    """
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=directory,
            capture_output=True,
            check=False,
        )
    except OSError:  # git is not installed
        listed = None
    if listed and listed.returncode == 0:
        names = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
        # A file that was removed since is still in the index.
        return [name for name in names if name and _is_file(directory / name)]
    return [str(path.relative_to(directory)) for path in directory.rglob("*") if _is_file(path)]


def _is_file(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def commit_of(directory: str) -> str | None:
    """Return the commit that a directory's checkout is at, None where it is no checkout."""
    try:
        told = subprocess.run(
            ["git", "rev-parse", "--verify", "--quiet", "HEAD"],
            cwd=directory,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:  # no git, or no directory
        return None
    return told.stdout.strip() or None
