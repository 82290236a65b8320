"""Packs files into a temporary .tar.gz."""

from __future__ import annotations

import os
import tarfile
import tempfile
from typing import TYPE_CHECKING

from scalingo_cli.errors import Failed, Misused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import ExitStack
    from pathlib import Path
    from typing import BinaryIO


def packed(directory: Path, names: Iterable[str], stack: ExitStack) -> BinaryIO:
    """Pack files of a directory below one root, which is called as it is, until `stack` ends.

    Args:
        directory: The directory.
        names: Its files and symbolic links, relative to it.
        stack: Removes the archive at its end.

    Raises:
        Misused: One of them cannot be read.
        Failed: There is no room to pack.
    """
    root = directory.resolve().name or "app"
    try:
        archive = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            for name in sorted(names):
                tar.add(directory / name, arcname=f"{root}/{name}", recursive=False)
        archive.seek(0)
    except OSError as error:
        if error.filename:  # it is one of those to be packed
            raise Misused(f"Could not read {error.filename}: {error.strerror}.") from error
        raise Failed(f"Could not pack {directory}: {error.strerror}.") from error
    return archive


def packed_file(file: BinaryIO, name: str, stack: ExitStack) -> BinaryIO:
    """Pack an open file under a name of several parts, until `stack` ends; raises OSError."""
    archive = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.addfile(tar.gettarinfo(arcname=name, fileobj=file), file)
    archive.seek(0)
    return archive


def walked(directory: Path) -> Iterator[str]:
    """Yield the files and symbolic links of a directory, however deep it is, but those of git."""
    below = [""]
    while below:
        parent = below.pop()
        with os.scandir(directory / parent) as entries:
            for entry in entries:
                name = os.path.join(parent, entry.name)  # noqa: PTH118 - a Path would be slower
                if entry.name == ".git":
                    continue
                if entry.is_symlink() or entry.is_file():
                    yield name
                elif entry.is_dir():
                    below.append(name)
