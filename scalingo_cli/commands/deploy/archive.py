"""A directory as the gzip'd tar that the platform deploys from."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scalingo_cli.errors import Failed, Misused
from scalingo_cli.settings import environment_of_helpers
from scalingo_cli.storage import input_file, packing

if TYPE_CHECKING:
    from contextlib import ExitStack
    from typing import BinaryIO

    from scalingo_cli.api.client import API

GZIP = b"\x1f\x8b"
ZIP = b"PK\3\4"

# A checkout may be a stranger's: nothing that its configuration names is executed.
GIT = [
    "git",
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "protocol.allow=never"),  # a partial clone would fetch what it lacks
]
# These would make git look at a different checkout than the one around the directory.
OF_ANOTHER_CHECKOUT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR")

TRUST = ["git", "config", "--global", "--add", "safe.directory"]


def opened(given: str, stack: ExitStack) -> BinaryIO:
    """Open the archive at `given`, or pack the directory there, until the end of `stack`.

    Raises Misused for what cannot be read, and for a file that is not a gzip'd archive; Failed
    if there is no room to pack, or if git cannot say what belongs to a checkout.
    """
    if Path(given).is_dir():
        return _packed(Path(given), stack)
    file = stack.enter_context(input_file.opened(given))
    if file.read(len(GZIP)) != GZIP:
        raise Misused(
            f"{given} is not a .tar.gz archive.",
            "To deploy a directory, pass the directory itself.",
        )
    file.seek(0)
    return file


def file_name(given: str) -> str:
    """Return the name of the file at a path or a URL."""
    return given.partition("?")[0].rpartition("/")[2]


def war(api: API, given: str, root: str, stack: ExitStack) -> BinaryIO:
    """Pack the Java archive at a path or a URL below `root`, until the end of `stack`.

    Args:
        api: Fetches it from a URL.
        given: The path or the URL.
        root: What to call the directory that the platform wants it in.
        stack: Removes the archive at its end.

    Returns:
        The packed archive.

    Raises:
        Misused: It cannot be read, or is not a Java archive.
        Failed: There is no room to pack.
        ScalingoError: It cannot be fetched, as `API.stream` raises.
    """
    file: BinaryIO
    try:
        if given.startswith(("http://", "https://")):
            file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
            with api.stream("GET", service=api.link(given)) as answer:
                file.writelines(answer.chunks)
            file.seek(0)
        else:
            file = stack.enter_context(input_file.opened(given))
        if file.read(len(ZIP)) != ZIP:
            raise Misused(f"{given} is not a .war archive.")
        file.seek(0)
        name = file_name(given).removesuffix(".war")
        return packing.packed_file(file, f"{root}/{name}.war", stack)
    except OSError as error:
        raise Failed(f"Could not pack {given}: {error.strerror}.") from error


def _packed(directory: Path, stack: ExitStack) -> BinaryIO:
    """Pack what belongs to a directory, raising as `packing.packed` does; Misused for nothing."""
    try:
        names = _contents(directory)
    except OSError as error:
        raise Misused(f"Could not read {error.filename}: {error.strerror}.") from error
    if not names:
        raise Misused(
            f"There is no file to deploy in {directory}, or git ignores them all.",
            "To deploy what git ignores, pack it: tar -czf app.tar.gz DIRECTORY",
        )
    return packing.packed(directory, names, stack)


def _contents(directory: Path) -> list[str]:
    """Return the names of the files and symbolic links of a directory, relative to it.

    In a git checkout those that git tracks, and others that .gitignore does not name; else all of
    them. `.git` itself never belongs to it.
    """
    if not _is_checkout(directory):
        return list(packing.walked(directory))
    listed = _git(directory, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listed.returncode:
        reason = listed.stderr.strip().split("\n")[0].removeprefix("fatal: ").rstrip(".")
        trust = shlex.join([*TRUST, str(directory.resolve())])
        raise Failed(
            f"git refuses to list the files of {directory}: {reason}.",
            f"To trust this checkout: {trust}" if "ownership" in reason else None,
        )
    # A file that was removed since is still in the index.
    return [name for name in listed.stdout.split("\0") if name and _belongs(directory, name)]


def _belongs(directory: Path, name: str) -> bool:
    """Return whether a file of the index still is in the directory, and not beyond a link."""
    path = directory / name
    parents = list(Path(name).parents)[:-1]
    return _is_file(path) and not any((directory / parent).is_symlink() for parent in parents)


def _is_file(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def commit_of(directory: str) -> str | None:
    """Return the commit that a directory's checkout is at.

    None for a file, for a directory outside of a checkout, and before the first commit.
    """
    path = Path(directory)
    if not (path.is_dir() and _is_checkout(path)):
        return None
    return _git(path, "rev-parse", "--verify", "--quiet", "HEAD").stdout.strip() or None


def _is_checkout(directory: Path) -> bool:
    """Return whether a directory is in a git checkout, by looking for `.git` and not by git."""
    whole = directory.resolve()
    return any(os.path.lexists(parent / ".git") for parent in (whole, *whole.parents))


def _git(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run git in a checkout, whatever its configuration names. Raises Failed if there is no git."""
    environment = {
        k: v for k, v in environment_of_helpers().items() if k not in OF_ANOTHER_CHECKOUT
    }
    try:
        return subprocess.run(
            [*GIT, *words],
            cwd=directory,
            env={**environment, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except OSError as error:
        raise Failed(
            f"{directory} is a git checkout, and git cannot be run: {error.strerror}.",
            "Install git, or pass an archive instead of the directory.",
        ) from error
