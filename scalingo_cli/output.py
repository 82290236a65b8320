"""Payloads on stdout: a Rich table, TAB-separated text, or the API's JSON."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Record = Mapping[str, Any]

# C0 and C1 controls, DEL, line separators, surrogates, and the marks that reorder or hide text.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_UNSAFE_IN_JSON = re.compile(
    "[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    """Return `text` with every character that could move the cursor or reorder it spelt out."""
    return _UNSAFE.sub(_spelt, text)


def _spelt(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    return _ESCAPES.get(char) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


@dataclass(frozen=True)
class Column:
    """One column: `text` turns a record into its cell for a pipe, `shown` for a terminal."""

    text: Callable[[Record], str]
    shown: Callable[[Record], str] | None = None
    right: bool = False


@dataclass(frozen=True)
class View:
    """How a kind of record looks as a table.

    `many` and `one` are the roots it is found under. A column is a dotted path into the record
    or a `Column`; the first one identifies the record, the rest come by importance. `details`
    are further columns for a record shown alone. `empty` is what to say of an empty list.
    """

    many: str
    one: str
    columns: Mapping[str, str | Column]
    details: Mapping[str, str | Column] = field(default_factory=dict)
    empty: str = ""


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


def number(dotted: str) -> Column:
    """Return a right-aligned column."""
    return Column(lambda record: plain(at(record, dotted)), right=True)


def ago(sent: str) -> str:
    """Return an ISO 8601 date relative to now, in words; "never" where there is none.

    The API's null, absent key and year 1 all mean never; what is no date is returned as sent.
    """
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(sent)
    except ValueError:
        return sent or "never"
    if moment.year == 1:
        return "never"
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (datetime.now(UTC) - moment).total_seconds()
    words = _span(abs(seconds))
    if words == "now":
        return "just now"
    return f"{words} ago" if seconds > 0 else f"in {words}"


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


@dataclass(frozen=True)
class Terminal:
    """The terminal that stdout is: its width in columns and whether to use colour."""

    width: int
    colour: bool


def terminal() -> Terminal | None:
    """Return the terminal to render for, or None where stdout is a pipe or a file.

    `SCALINGO_FORCE_TTY` holds the width of a terminal to render for whatever stdout is.
    """
    forced = os.environ.get("SCALINGO_FORCE_TTY", "")
    if not forced and not sys.stdout.isatty():
        return None
    if forced.isdigit() and int(forced) > 0:
        width = int(forced)
    else:
        import shutil

        width = shutil.get_terminal_size().columns
    return Terminal(width, _colour())


def _colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("TERM") != "dumb"


def write_json(document: Mapping[str, Any], terminal: Terminal | None) -> None:
    """Write the API's document: indented at a terminal, else as it was received.

    Characters that could act on a terminal are written as JSON escapes, which changes no value.
    """
    text: str = getattr(document, "text", "")
    if terminal or not text:
        import json

        text = json.dumps(document, ensure_ascii=False, indent=2 if terminal else None)
    sys.stdout.write(_UNSAFE_IN_JSON.sub(_json_escape, text.strip()) + "\n")


def _json_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def write_records(
    records: Sequence[Record], columns: Mapping[str, str | Column], terminal: Terminal | None
) -> None:
    """Write one record a line: a table at a terminal, else TAB-separated, whole and unadorned."""
    resolved = {title: _column(column) for title, column in columns.items()}
    if terminal:
        rows = [[_shown(column, record) for column in resolved.values()] for record in records]
        _write_table(resolved, rows, terminal)
        return
    for record in records:
        cells = (visible(column.text(record)) for column in resolved.values())
        sys.stdout.write("\t".join(cells) + "\n")


def write_record(
    record: Record, columns: Mapping[str, str | Column], terminal: Terminal | None
) -> None:
    """Write one record: a line for each column at a terminal, else one TAB-separated line."""
    if not terminal:
        write_records([record], columns, None)
        return
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for title, column in columns.items():
        grid.add_row(Text(title, style="bold"), Text(_shown(_column(column), record)))
    _print(grid, terminal)


def _column(column: str | Column) -> Column:
    if isinstance(column, Column):
        return column
    return Column(lambda record: plain(at(record, column)))


def _shown(column: Column, record: Record) -> str:
    return visible((column.shown or column.text)(record))


def _write_table(
    columns: Mapping[str, Column], rows: Iterable[list[str]], terminal: Terminal
) -> None:
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    wanted = [
        max([cell_len(title), *(cell_len(row[index]) for row in rows)])
        for index, title in enumerate(columns)
    ]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    widths = fitted(wanted, terminal.width - 3 * (len(wanted) - 1))
    for (title, column), width in zip(columns.items(), widths, strict=True):
        table.add_column(
            Text(title), width=width, justify="right" if column.right else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _print(table, terminal)


def fitted(wanted: Sequence[int], room: int) -> list[int]:
    """Return column widths of at most `room` in all, narrowing the widest column first.

    The first column keeps its width, for it identifies the record.
    """
    widths = list(wanted)
    while sum(widths) > room and max(widths[1:], default=1) > 1:
        widest = max(range(1, len(widths)), key=lambda index: (widths[index], index))
        widths[widest] -= 1
    return widths


def _print(renderable: object, terminal: Terminal) -> None:
    from rich.console import Console

    console = Console(
        file=sys.stdout,
        width=terminal.width,
        force_terminal=terminal.colour,
        color_system="standard" if terminal.colour else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    console.print(renderable)
