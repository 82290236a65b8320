"""A series of numbers as a chart of block characters, legible without colour."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scalingo_cli.console.table import rendered
from scalingo_cli.console.terminal import encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from scalingo_cli.console.terminal import Terminal

    Point = tuple[datetime, float | None]

ROWS = 8
BLOCKS = " ▁▂▃▄▅▆▇█"
PLAIN = " ..::||##"  # where the terminal's encoding lacks those
AXIS, CORNER, LINE = "│", "└", "─"
MOST_COLUMNS = 200


def chart(
    points: Sequence[Point],
    terminal: Terminal,
    spelt: Callable[[float], str],
    *,
    colour: str,
    base: int = 10,
) -> str:
    """Return a chart with its axes, as wide as the terminal.

    Each column shows the highest value of its interval. Times are local.

    Args:
        points: The moments, each with a value or None, the oldest first; at least one.
        terminal: What to draw for.
        spelt: Returns a value with its unit.
        colour: The colour of the blocks.
        base: The base of the units of values: 10, or 1024 for bytes.

    Returns:
        The lines of the chart.
    """
    from rich.text import Text

    known = [value for _, value in points if value is not None]
    top = _ceiling(max([*known, 0.0]), base)
    labels = [spelt(top), spelt(top / 2), spelt(0)]
    if labels[1] in (labels[0], labels[2]):
        labels[1] = ""
    margin = max(map(len, labels))
    room = max(min(terminal.columns, MOST_COLUMNS) - margin - 2, 8)
    columns = _stretched(_columns(points, min(room, len(points))), room)
    levels = [_level(value, top) for value in columns]
    drawn = Text()
    for row in reversed(range(ROWS)):
        label = {ROWS - 1: labels[0], ROWS // 2 - 1: labels[1]}.get(row, "")
        cells = (BLOCKS[min(max(level - 8 * row, 0), 8)] for level in levels)
        drawn.append(f"{label:>{margin}} {AXIS}").append("".join(cells).rstrip(), style=colour)
        drawn.append("\n")
    start, middle, end = points[0][0], points[len(points) // 2][0], points[-1][0]
    drawn.append(f"{labels[2]:>{margin}} {CORNER}{LINE * room}\n")
    drawn.append(" " * (margin + 2) + _times(start, middle, end, room))
    text = rendered(drawn, terminal)
    if encodable(text):
        return text
    return text.translate(str.maketrans(BLOCKS + AXIS + CORNER + LINE, PLAIN + "|+-"))


def summary(points: Sequence[Point], spelt: Callable[[float], str]) -> str:
    """Return the newest, lowest, mean and highest value in words."""
    known = [value for _, value in points if value is not None]
    if not known:
        return "No values."
    mean = sum(known) / len(known)
    words = {"now": known[-1], "min": min(known), "mean": mean, "max": max(known)}
    return "  ".join(f"{name} {spelt(value)}" for name, value in words.items())


def _ceiling(value: float, base: int) -> float:
    """Return the next number that is easy to read, such as 15, 200 or 4000."""
    if value <= 0:
        return 1.0
    unit = 1.0 if base == 10 else float(base) ** max(math.floor(math.log(value, base)), 0)
    power = 10.0 ** math.floor(math.log10(value / unit))
    steps = (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15)
    return next(unit * power * step for step in steps if unit * power * step >= value)


def _columns(points: Sequence[Point], count: int) -> list[float | None]:
    found: list[float | None] = [None] * count
    for index, (_, value) in enumerate(points):
        place = index * count // len(points)
        if value is not None:
            found[place] = max(value, found[place] or 0.0)
    return found


def _stretched(columns: Sequence[float | None], room: int) -> list[float | None]:
    return [columns[place * len(columns) // room] for place in range(room)]


def _level(value: float | None, top: float) -> int:
    """Return how many eighths of a row are filled; a value above zero fills at least one."""
    if value is None or value <= 0:
        return 0
    return max(1, round(value / top * 8 * ROWS))


def _times(start: datetime, middle: datetime, end: datetime, width: int) -> str:
    days = (end - start).total_seconds() > 86_400
    shown = [
        f"{each.astimezone():{'%a %H:%M' if days else '%H:%M'}}" for each in (start, middle, end)
    ]
    if width < 4 * len(shown[0]):
        return f"{shown[0]}{shown[2]:>{max(width - len(shown[0]), len(shown[2]) + 1)}}"
    left = f"{shown[0]}{shown[1]:>{width // 2 - len(shown[0]) + len(shown[1]) // 2}}"
    return f"{left}{shown[2]:>{width - len(left)}}"
