"""Server-Sent Events, read from bytes that are cut anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.errors import Failed

if TYPE_CHECKING:
    from collections.abc import Iterator


LARGEST_BYTES = 16 * 1024 * 1024  # of an event


class EventStream:
    """One stream of events, framed as in the HTML standard.

    `feed` takes the bytes that arrived and yields the name and the data of each event that they
    complete. An event that is unfinished at the end of the stream is never yielded. One larger
    than LARGEST_BYTES raises Failed.
    """

    def __init__(self) -> None:
        self._unfinished: list[bytes] = []  # the pieces of the unfinished line
        self._after_return = False
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0  # of the unfinished line and data

    def feed(self, chunk: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield the events that `chunk`, of at least one byte, completes."""
        if self._after_return:  # CR LF is one line break, also when it is cut in two
            chunk = chunk.removeprefix(b"\n")
        self._after_return = chunk.endswith(b"\r")
        *lines, rest = (chunk + b"|").splitlines()  # at LF, CR LF or CR
        for line in lines:
            self._unfinished.append(line)
            event = self._line(b"".join(self._unfinished))
            self._unfinished.clear()
            self._size = sum(map(len, self._data))
            if event:
                yield event
        self._unfinished.append(rest[:-1])
        self._size += len(rest) - 1
        if self._size > LARGEST_BYTES:
            raise Failed(f"The stream sent an event of over {LARGEST_BYTES // 1024**2} MiB.")

    def _line(self, line: bytes) -> tuple[bytes, bytes] | None:
        """Process one line; return the event that it ends, if any."""
        if not line:
            event = (self._name, b"\n".join(self._data)) if self._data else None
            self._name, self._data = b"", []
            return event
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"event":
            self._name = value
        return None
