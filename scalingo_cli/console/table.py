"""Records on stdout: a Rich table or card at a terminal, TAB-separated lines in a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scalingo_cli.console.terminal import ANSI, Terminal, coloured
from scalingo_cli.console.view import Column, Record, resolved
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


def separated(records: Iterable[Record], columns: Mapping[str, str | Column]) -> Iterator[str]:
    """Yield one line for each record: its cells untruncated, with TABs between them."""
    cells_of = [resolved(column) for column in columns.values()]
    paint = coloured(None)
    for record in records:
        cells = []
        for column in cells_of:
            cell = visible(column.text(record))
            colour = column.colour and column.colour(record)
            cells.append(f"\x1b[{ANSI[colour]}m{cell}\x1b[0m" if paint and colour else cell)
        yield "\t".join(cells) + "\n"


def line(record: Record, columns: Mapping[str, str | Column]) -> str:
    """Return one record for a terminal, untruncated on one line."""
    cells = [_shown(resolved(column), record) for column in columns.values()]
    return "  ".join(cells).rstrip() + "\n"


def table(
    records: Sequence[Record], columns: Mapping[str, str | Column], terminal: Terminal
) -> tuple[str, list[str]]:
    """Return a table for a terminal, and the titles of the columns that did not fit.

    IDs come last: people read them least. One that does not fit is cut, as its start is enough.
    """
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    ids = [title for title, column in columns.items() if column == "id"]
    order = [*(title for title in columns if title not in ids), *ids]
    titled = {title: resolved(columns[title]) for title in order}
    rows = [[_shown(column, record) for column in titled.values()] for record in records]
    wanted = [
        max([cell_len(title), *(cell_len(row[index]) for row in rows)])
        for index, title in enumerate(titled)
    ]
    words = [
        0
        if title in ids
        else max(cell_len(word) for row in rows for word in [*row[index].split(), ""])
        for index, title in enumerate(titled)
    ]
    gap, widths = fitted(wanted, terminal.columns, words)
    grid = Table(
        box=box.SIMPLE_HEAD,  # which has a space between two columns
        padding=(0, gap - 1),
        collapse_padding=True,
        pad_edge=False,
        show_edge=False,
        header_style="none",
    )
    for (title, column), width in zip(titled.items(), widths, strict=False):
        grid.add_column(
            Text(title, style="bold"),
            width=width,
            justify="right" if column.right else "left",
            overflow="crop" if title in ids else "fold",
            no_wrap=title in ids,
        )
    for record, row in zip(records, rows, strict=True):
        styles = [column.colour and column.colour(record) for column in titled.values()]
        cells = [Text(cell, style=style or "") for cell, style in zip(row, styles, strict=True)]
        grid.add_row(*cells[: len(widths)])
    return rendered(grid, terminal), list(titled)[len(widths) :]


def card(record: Record, columns: Mapping[str, str | Column], terminal: Terminal) -> str:
    """Return one record for a terminal, a line for each column that is not empty."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for title, column in columns.items():
        field = resolved(column)
        if not (cell := _shown(field, record)):
            continue
        colour = field.colour and field.colour(record)
        grid.add_row(Text(title, style="bold"), Text(cell, style=colour or ""))
    return rendered(grid, terminal)


def _shown(column: Column, record: Record) -> str:
    return visible((column.shown or column.text)(record))


_RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"  # what Rich draws the line below a heading with


GAP = 2  # between two columns; 1 if that makes the table fit


LEGIBLE = 8  # a narrower column is not worth showing


LONGEST_WORD = 24  # a longer one is broken


def fitted(wanted: Sequence[int], room: int, words: Sequence[int] = ()) -> tuple[int, list[int]]:
    """Return the gap and the columns' widths for a terminal of `room` characters.

    The first column identifies the record and keeps its width. The others are in order of
    importance: the last ones are narrowed first, and left out if they do not fit even so. `words`
    are the lengths of the columns' longest words, which are not broken.
    """
    words = [min(word, LONGEST_WORD) for word in words] or [0] * len(wanted)
    for count in range(len(wanted), 1, -1):
        gaps = count - 1
        gap = GAP if sum(wanted[:count]) + GAP * gaps <= room else 1
        widths = _narrowed(wanted[:count], room - gap * gaps, words)
        if sum(widths) + gap * gaps <= room:
            return gap, widths
    return GAP, [min(wanted[0], room)]


def _narrowed(wanted: Sequence[int], room: int, words: Sequence[int]) -> list[int]:
    widths = list(wanted)
    for least in (2 * LEGIBLE, LEGIBLE):
        for index in range(len(widths) - 1, 0, -1):
            excess = max(sum(widths) - room, 0)
            bound = max(least, words[index])
            widths[index] = max(min(widths[index], bound), widths[index] - excess)
    return widths


def rendered(renderable: object, terminal: Terminal) -> str:
    """Return what Rich draws for a terminal, as its encoding allows."""
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
    except UnicodeEncodeError:  # an encoding without this character would show its escape
        return text.replace(_RULE, "-")
    return text
