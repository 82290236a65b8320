"""Files on their way to the platform: a form with one file in it, read while it is sent."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalingo_cli.errors import Failed, Misused
from scalingo_cli.output import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import ExitStack
    from typing import BinaryIO

    from scalingo_cli.api import API

_CHUNK = 64 * 1024


def opened(paths: Iterable[str], stack: ExitStack) -> list[Form]:
    """Open files until the end of `stack`, each as a form of its own.

    Raises Misused for what cannot be read, is no file, or shares its name with another.
    """
    forms: dict[str, Form] = {}
    for given in paths:
        path = Path(given)
        try:
            file = stack.enter_context(path.open("rb"))
        except OSError as error:
            raise Misused(f"{given} cannot be read: {error.strerror}.") from error
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Misused(f"{given} is no ordinary file.", "Write it to a file first.")
        if path.name in forms:
            raise Misused(f"Two of the files are called {path.name}.", "Rename one of them.")
        forms[path.name] = Form(path.name, file, status.st_size)
    return list(forms.values())


class Form:
    """A multipart form whose one field, `file`, is a file of `size` bytes; `len()` is its own."""

    def __init__(self, name: str, file: BinaryIO, size: int) -> None:
        self.name = name
        self.size = size
        self.told: Callable[[int], object] = lambda _: None
        self._file = file
        boundary = secrets.token_hex(16)
        # Spelt as browsers do: the HTML standard, "multipart form data".
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._head = os.fsencode(
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        self._tail = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self._head) + self.size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the form's bytes, telling `told` how many of the file's go out.

        Raises Failed when the file ends before its size.
        """
        yield self._head
        left = self.size
        while left:
            chunk = self._file.read(min(_CHUNK, left))
            if not chunk:
                raise Failed(f"{self.name} became shorter while it was sent.")
            left -= len(chunk)
            yield chunk
            self.told(len(chunk))
        yield self._tail


def send(api: API, url: str, form: Form) -> None:
    """Send a form to `url`. Raises what `API.send_to` does, and Failed for a file that shrinks."""
    with _progress(form):
        api.send_to("POST", url, body=form, headers={"Content-Type": form.content_type})


@contextmanager
def _progress(form: Form) -> Iterator[None]:
    """Draw a bar on stderr while the form is sent, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    columns: list[Any] = [TextColumn("{task.description}", markup=False), BarColumn()]
    columns += [DownloadColumn(binary_units=True), TransferSpeedColumn()]
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(visible(form.name), total=form.size)
        form.told = lambda count: bar.update(task, advance=count)
        yield
