"""Uploads: files that are read while they are sent."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from scalingo_cli.errors import Failed, Misused
from scalingo_cli.storage import input_file, packing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import ExitStack
    from typing import BinaryIO

    from scalingo_cli.api.client import API
    from scalingo_cli.api.services import Service
    from scalingo_cli.console.console import Console

_CHUNK = 64 * 1024


def opened(paths: Iterable[str], stack: ExitStack) -> list[Body]:
    """Open files until the end of `stack`, each as a form of its own; a directory is packed.

    Raises Misused as `input_file.opened` does, and for two files with the same name, and Failed if
    there is no room to pack.
    """
    forms: dict[str, Body] = {}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            name = f"{path.resolve().name or 'root'}.tar.gz"
            file = _packed(path, stack)
        else:
            name = path.name
            file = stack.enter_context(input_file.opened(given))
        if name in forms:
            raise Misused(f"Two of the files are named {name}.", "Rename one of them.")
        forms[name] = form(name, file, os.fstat(file.fileno()).st_size)
    return list(forms.values())


def _packed(directory: Path, stack: ExitStack) -> BinaryIO:
    try:
        names = list(packing.walked(directory))
    except OSError as error:
        raise Misused(f"Could not read {error.filename}: {error.strerror}.") from error
    if not names:
        raise Misused(f"There is no file in {directory}.")
    return packing.packed(directory, names, stack)


class Body:
    """The body of an upload: a file between a head and a tail; `len()` is the size of all three.

    `on_sent` is called with how many bytes of the file were sent so far.

    Args:
        name: The name of the file.
        file: The file, which can be read more than once.
        size_bytes: Its size.
        content_type: The content type of the request.
        head: What is sent before the file.
        tail: What is sent after it.
    """

    def __init__(
        self,
        name: str,
        file: BinaryIO,
        size_bytes: int,
        content_type: str,
        head: bytes,
        tail: bytes,
    ) -> None:
        self.name = name
        self.size_bytes = size_bytes
        self.content_type = content_type
        self.on_sent: Callable[[int], object] = lambda _: None
        self._file = file
        self._head = head
        self._tail = tail

    def __str__(self) -> str:
        return self.name

    def __len__(self) -> int:
        return len(self._head) + self.size_bytes + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes, from the beginning each time they are sent.

        Raises Failed if the file is shorter than its size.
        """
        self._file.seek(0)
        self.on_sent(0)
        if self._head:
            yield self._head
        left = self.size_bytes
        while left:
            chunk = self._file.read(min(_CHUNK, left))
            if not chunk:
                raise Failed(f"{self.name} was truncated while it was being sent.")
            left -= len(chunk)
            yield chunk
            self.on_sent(self.size_bytes - left)
        if self._tail:
            yield self._tail


def form(name: str, file: BinaryIO, size_bytes: int) -> Body:
    """Return a multipart form with one field, `file`."""
    boundary = secrets.token_hex(16)
    # Quoted as browsers do: see "multipart form data" in the HTML standard.
    quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = os.fsencode(
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    tail = f"\r\n--{boundary}--\r\n".encode()
    return Body(name, file, size_bytes, f"multipart/form-data; boundary={boundary}", head, tail)


def archive(name: str, file: BinaryIO) -> Body:
    """Return a gzip'd archive as it is."""
    size = os.fstat(file.fileno()).st_size
    return Body(name, file, size, "application/x-gzip", b"", b"")


def send(
    api: API, method: str, place: Service, body: Body, console: Console, *, shown: bool = True
) -> None:
    """Send an upload.

    Args:
        api: The API that sends it.
        method: The HTTP method.
        place: The address to send it to.
        body: The upload.
        console: Where progress is drawn.
        shown: Whether it is.

    Raises Failed if the file has shrunk, and otherwise as `API.send` does.
    """
    with console.progress_bar(body.size_bytes, body.name, shown=shown) as advance:
        body.on_sent = lambda so_far: advance(so_far, body.size_bytes)
        api.send(method, service=place, body=body, headers={"Content-Type": body.content_type})
