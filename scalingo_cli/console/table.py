"""Payloads on stdout: a Rich table, TAB-separated text, or the API's JSON."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

Record = Mapping[str, Any]

MASK = "***"  # stands for a value that is not shown

# C0 and C1 controls, DEL, line separators, surrogates, and the marks that reorder or hide text.
# Patterns are compiled when they are used first: most runs do without them.
_UNSAFE_IN_JSON = "[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
_UNSAFE = f"[\x00-\x1f{_UNSAFE_IN_JSON[1:]}"
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

# Green and red are legible on dark and on light backgrounds; yellow and blue are not on both.
_STATUS_COLOURS = {
    **dict.fromkeys(["running", "success", "done", "accepted", "ok"], "green"),
    **dict.fromkeys(
        [
            "aborted",
            "build-error",
            "crashed",
            "crashed-error",
            "error",
            "failure",
            "hook-error",
            "timeout-error",
        ],
        "red",
    ),
}
_ANSI = {"green": "32", "red": "31"}


def visible(text: str) -> str:
    """Return `text` with every character that could move the cursor or reorder it spelt out."""
    return text if text.isprintable() else re.sub(_UNSAFE, _spelt, text)


def _spelt(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    return _ESCAPES.get(char) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


class Column(NamedTuple):
    """One column: `text` turns a record into its cell for a pipe, `shown` for a terminal.

    `colour` gives the cell's colour, which repeats what the words already say.
    """

    text: Callable[[Record], str]
    shown: Callable[[Record], str] | None = None
    colour: Callable[[Record], str | None] | None = None
    right: bool = False


class View(NamedTuple):
    """How a kind of record looks as a table.

    `many` and `one` are the roots it is found under. A column is a dotted path into the record
    or a `Column`; the first one identifies the record, the rest come by importance. `details`
    are further columns for a record shown alone. `empty` is what to say of an empty list, before
    the command `first` that would change that for an app.
    `listing` is the command that lists them, where completion offers what identifies them.
    """

    many: str
    one: str
    columns: Mapping[str, str | Column]
    details: Mapping[str, str | Column] = MappingProxyType({})
    empty: str = ""
    first: str = ""
    listing: str = ""

    def identity(self, record: Record) -> str:
        """Return what identifies a record: its first cell, as it is in a pipe."""
        return _column(next(iter(self.columns.values()))).text(record)


def at(record: object, dotted: str) -> object:
    """Return what a dotted path leads to in nested mappings, None where it leads nowhere."""
    for key in dotted.split("."):
        record = record.get(key) if isinstance(record, Mapping) else None
    return record


def plain(value: object) -> str:
    """Return a JSON value as the text of a cell; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value, ensure_ascii=False)
    return str(value)


def date(dotted: str) -> Column:
    """Return a column for a date: as sent in a pipe, relative to now at a terminal."""
    return Column(
        lambda record: plain(at(record, dotted)), lambda record: ago(plain(at(record, dotted)))
    )


def moment(dotted: str) -> Column:
    """Return a column for a date: as sent in a pipe, in local time at a terminal."""
    return Column(
        lambda record: plain(at(record, dotted)), lambda record: local(plain(at(record, dotted)))
    )


def number(dotted: str) -> Column:
    """Return a right-aligned column."""
    return Column(lambda record: plain(at(record, dotted)), right=True)


def size(dotted: str) -> Column:
    """Return a column for a number of bytes: as sent in a pipe, with a unit at a terminal."""
    return Column(
        lambda record: plain(at(record, dotted)),
        lambda record: _with_unit(at(record, dotted)),
        right=True,
    )


def _with_unit(count: object) -> str:
    if not isinstance(count, (int, float)):
        return plain(count)
    amount = float(count)
    units = ["B", "KiB", "MiB", "GiB", "TiB"]
    while amount >= 1023.5 and len(units) > 1:
        amount /= 1024
        del units[0]
    digits = 1 if amount < 9.95 and units[0] != "B" else 0
    return f"{amount:.{digits}f} {units[0]}"


def status(dotted: str) -> Column:
    """Return a column for a status, green where all is well and red where it is not."""
    return Column(
        lambda record: plain(at(record, dotted)),
        colour=lambda record: _STATUS_COLOURS.get(plain(at(record, dotted))),
    )


def seconds_until(sent: str) -> float | None:
    """Return how far ahead an ISO 8601 date is, in seconds; None for one that means never.

    The API's null, absent key and year 1 all mean never. What is no date gives None as well.
    """
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(sent)
    except ValueError:
        return None
    if moment.year == 1:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()


def ago(sent: str) -> str:
    """Return an ISO 8601 date relative to now, in words; "never" where there is none.

    What is no date is returned as sent.
    """
    seconds = seconds_until(sent)
    if seconds is None:
        return "never" if not sent or sent.startswith("0001-") else sent
    words = _span(abs(seconds))
    if words == "now":
        return "just now"
    return f"in {words}" if seconds >= 0 else f"{words} ago"


def local(sent: str) -> str:
    """Return an ISO 8601 date in local time; what is no date is returned as sent."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(sent).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return sent


def _span(seconds: float) -> str:
    for unit, size in (
        ("year", 31_557_600),
        ("month", 2_629_800),
        ("day", 86_400),
        ("hour", 3_600),
        ("minute", 60),
        ("second", 1),
    ):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "now"


class Terminal(NamedTuple):
    """The terminal that stdout is: its size in characters, and whether a person sits at it."""

    columns: int
    rows: int
    interactive: bool


def terminal() -> Terminal | None:
    """Return the terminal to render for, or None where stdout is a pipe or a file.

    `SCALINGO_FORCE_TTY` holds the width of a terminal to render for whatever stdout is.
    """
    forced = os.environ.get("SCALINGO_FORCE_TTY", "")
    interactive = sys.stdout.isatty()
    if not forced and not interactive:
        return None
    import shutil

    size = shutil.get_terminal_size()
    columns = int(forced) if forced.isdecimal() and int(forced) else size.columns
    return Terminal(columns, size.lines, interactive and not forced and sys.stdin.isatty())


def coloured(terminal: Terminal | None) -> bool:
    """Tell whether to use colour: NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM, in this order."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    if os.environ.get("CLICOLOR") == "0" or os.environ.get("TERM") == "dumb":
        return False
    return terminal is not None


def json_text(document: Mapping[str, Any], terminal: Terminal | None) -> str:
    """Return the API's document: indented for a terminal, else as it was received.

    Characters that could act on a terminal are JSON escapes, which changes no value.
    """
    text: str = getattr(document, "text", "")
    if not text:
        import json

        text = json.dumps(document, ensure_ascii=False)
    if terminal:
        from scalingo_cli.text.json_text import indented

        text = indented(text)
    return json_piece(text.strip()) + "\n"


def json_piece(text: str) -> str:
    """Return JSON text, or a part of it, that cannot act on a terminal: see `json_text`."""
    return re.sub(_UNSAFE_IN_JSON, _json_escape, text)


def json_line(record: Record) -> str:
    """Return one record as compact JSON on a line of its own, harmless as in `json_text`."""
    import json

    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return json_piece(text) + "\n"


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}"


def separated(records: Iterable[Record], columns: Mapping[str, str | Column]) -> Iterator[str]:
    """Yield one line for each record: its cells whole, TABs between them."""
    resolved = [_column(column) for column in columns.values()]
    paint = coloured(None)
    for record in records:
        cells = []
        for column in resolved:
            cell = visible(column.text(record))
            colour = column.colour and column.colour(record)
            cells.append(f"\x1b[{_ANSI[colour]}m{cell}\x1b[0m" if paint and colour else cell)
        yield "\t".join(cells) + "\n"


def line(record: Record, columns: Mapping[str, str | Column]) -> str:
    """Return one record for a terminal, whole and on one line."""
    cells = [_shown(_column(column), record) for column in columns.values()]
    return "  ".join(cells).rstrip() + "\n"


def table(
    records: Sequence[Record], columns: Mapping[str, str | Column], terminal: Terminal
) -> tuple[str, list[str]]:
    """Return a table for a terminal, and the titles of the columns that had no room in it."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    resolved = {title: _column(column) for title, column in columns.items()}
    rows = [[_shown(column, record) for column in resolved.values()] for record in records]
    wanted = [
        max([cell_len(title), *(cell_len(row[index]) for row in rows)])
        for index, title in enumerate(resolved)
    ]
    gap, widths = fitted(wanted, terminal.columns)
    grid = Table(
        box=box.SIMPLE_HEAD,  # which has a blank between two columns
        padding=(0, gap - 1),
        collapse_padding=True,
        pad_edge=False,
        show_edge=False,
        header_style="none",
    )
    for (title, column), width in zip(resolved.items(), widths, strict=False):
        grid.add_column(
            Text(title, style="bold"),
            width=width,
            justify="right" if column.right else "left",
            overflow="fold",
        )
    for record, row in zip(records, rows, strict=True):
        styles = [column.colour and column.colour(record) for column in resolved.values()]
        cells = [Text(cell, style=style or "") for cell, style in zip(row, styles, strict=True)]
        grid.add_row(*cells[: len(widths)])
    return _rendered(grid, terminal), list(resolved)[len(widths) :]


def card(record: Record, columns: Mapping[str, str | Column], terminal: Terminal) -> str:
    """Return one record for a terminal, a line for each column."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for title, column in columns.items():
        resolved = _column(column)
        colour = resolved.colour and resolved.colour(record)
        grid.add_row(Text(title, style="bold"), Text(_shown(resolved, record), style=colour or ""))
    return _rendered(grid, terminal)


def _column(column: str | Column) -> Column:
    if isinstance(column, Column):
        return column
    return Column(lambda record: plain(at(record, column)))


def _shown(column: Column, record: Record) -> str:
    return visible((column.shown or column.text)(record))


_RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"  # what Rich draws the line below a heading with
GAP = 2  # between two columns; 1 where that is what lacks
LEGIBLE = 8  # a column narrower than that is not worth its place


def fitted(wanted: Sequence[int], room: int) -> tuple[int, list[int]]:
    """Return the gap and the columns' widths for a terminal of `room` characters.

    The first column identifies the record and keeps its width. The others come by importance:
    the last ones are narrowed first, and left out where even narrow ones have no room.
    """
    for count in range(len(wanted), 1, -1):
        gaps = count - 1
        gap = GAP if sum(wanted[:count]) + GAP * gaps <= room else 1
        widths = _narrowed(wanted[:count], room - gap * gaps)
        if sum(widths) + gap * gaps <= room:
            return gap, widths
    return GAP, [min(wanted[0], room)]


def _narrowed(wanted: Sequence[int], room: int) -> list[int]:
    widths = list(wanted)
    for least in (2 * LEGIBLE, LEGIBLE):
        for index in range(len(widths) - 1, 0, -1):
            excess = max(sum(widths) - room, 0)
            widths[index] = max(min(widths[index], least), widths[index] - excess)
    return widths


def _rendered(renderable: object, terminal: Terminal) -> str:
    import io

    from rich.console import Console

    colour = coloured(terminal)
    file = io.StringIO()
    Console(
        file=file,
        width=terminal.columns,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        safe_box=True,
        _environ={},
    ).print(renderable)
    text = "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:  # what cannot be shown is spelt out: a rule of that is no rule
        return text.replace(_RULE, "-")
    return text
