"""The lines of an app's logs: parsed, coloured for a terminal, or as JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Batch = list[bytes]  # lines without their ends that arrived together
LONGEST_BYTES = 1024 * 1024  # of a line; a longer one becomes several

# 2015-02-16 02:02:43.930163178 +0000 UTC [web-1] message, as the logs' documentation shows it.
LINE = re.compile(
    rb"(?P<date>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d(?:\.\d+)?)"
    rb" (?P<offset>[+-]\d\d:?\d\d) \S+ \[(?P<container>[^\]\s]+)\] ?(?P<message>.*)",
    re.DOTALL,
)

# Of the 256 colours, some that stand out from black as well as from white; no red, for that
# would look like an error.
PALETTE = (30, 130, 99, 28, 164, 32, 100)


def lines(chunks: Iterable[bytes]) -> Iterator[Batch]:
    """Yield the lines that each chunk completes; at the end, a line that has no end.

    What has no end after LONGEST_BYTES is yielded as a line, too.
    """
    unfinished: Batch = []
    size = 0
    for chunk in chunks:
        *whole, rest = chunk.split(b"\n")
        if whole:
            whole[0] = b"".join([*unfinished, whole[0]])
            unfinished, size = [], 0
            yield whole
        unfinished.append(rest)
        size += len(rest)
        if size > LONGEST_BYTES:
            yield [b"".join(unfinished)]
            unfinished, size = [], 0
    if last := b"".join(unfinished):
        yield [last]


def written(batches: Iterable[Batch], write: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """Yield each batch as bytes, its lines as `write` writes them."""
    return (b"".join(map(write, batch)) for batch in batches)


def raw(line: bytes) -> bytes:
    """Return a line as it was logged."""
    return line + b"\n"


def record(line: bytes) -> dict[str, str | None]:
    """Return a line as a record: when, which container, what it said.

    A line without the platform's head, such as the rest of an entry of several lines, has
    neither `timestamp` nor `container`. What is not UTF-8 becomes U+FFFD.
    """
    text = line.decode("utf-8", "replace")
    found = LINE.match(line)
    if not found:
        return {"timestamp": None, "container": None, "message": text}
    date, time, offset, container, message = (
        part.decode("utf-8", "replace") for part in found.groups()
    )
    zone = "Z" if offset.strip("+-0:") == "" else f"{offset[:3]}:{offset[-2:]}"
    return {"timestamp": f"{date}T{time}{zone}", "container": container, "message": message}


def painted(line: bytes) -> bytes:
    """Return a line with its container's name in the colour of that name.

    What the app logged stays as it is, its own colours too; they end with the line.
    """
    found = LINE.match(line)
    head = b""
    if found:
        start, end = found.span("container")
        container = found["container"]
        head = b"%b\x1b[38;5;%dm[%b]\x1b[0m" % (line[: start - 1], colour(container), container)
        line = line[end + 1 :]
    return head + line + (b"\x1b[0m\n" if b"\x1b" in line else b"\n")


def colour(container: bytes) -> int:
    """Return the colour of a container, the same in every run; those of a type differ."""
    kind, _, number = container.rpartition(b"-")
    index = crc32(kind) + int(number[-9:]) if number.isdigit() else crc32(container)
    return PALETTE[index % len(PALETTE)]
