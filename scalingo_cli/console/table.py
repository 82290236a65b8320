"""Records on stdout: a Rich table or card at a terminal, TAB-separated lines in a pipe."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli.console.terminal import ANSI, Terminal, coloured, encodable
from scalingo_cli.console.view import Column, Record, resolved
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.console import Console as RichConsole


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
    """Return a table for a terminal, and the titles of the columns that did not fit."""
    pieces, left_out = drawn([records], columns, terminal)
    return "".join(pieces), left_out


def drawn(
    pages: Iterable[Sequence[Record]],
    columns: Mapping[str, str | Column],
    terminal: Terminal,
    *,
    whole: bool = False,
) -> tuple[Iterator[str], list[str]]:
    """Draw a table, a piece for each page.

    The columns fit the first page that has records; what is longer on a later one is folded. IDs
    come last: people read them least. One that does not fit is cut, as its start is enough.

    It looks as Rich draws it, which would take seconds for thousands of rows: Rich measures each
    cell many times.

    Args:
        pages: The records.
        columns: The columns.
        terminal: Where it is to fit.
        whole: Whether all columns are shown, with words broken if necessary.

    Returns:
        The pieces, and the titles of the columns that did not fit.
    """
    ids = [title for title, column in columns.items() if column == "id"]
    order = [*(title for title in columns if title not in ids), *ids]
    titled = {title: resolved(columns[title]) for title in order}
    pages = iter(pages)
    first = next(filter(None, pages), [])
    sample = [[_shown(column, record) for column in titled.values()] for record in first]
    gap, widths = _fitting(order, ids, sample, terminal.columns, whole=whole)
    fields = [
        _Field(titled[title], width, title in ids)
        for title, width in zip(order, widths, strict=False)
    ]
    grid = _Grid(fields, gap, coloured(terminal))

    def pieces() -> Iterator[str]:
        if first:
            yield grid.head(order) + "".join(map(grid.row, first, sample))
        for page in pages:
            rows = [[_shown(field.column, record) for field in fields] for record in page]
            yield "".join(map(grid.row, page, rows))

    return pieces(), order[len(widths) :]


def _fitting(
    titles: Sequence[str],
    ids: Sequence[str],
    rows: Sequence[Sequence[str]],
    room: int,
    *,
    whole: bool,
) -> tuple[int, list[int]]:
    """Return the gap and the widths of the columns of these rows, as `fitted` and `drawn` do."""
    from rich.cells import cell_len

    cells_of = [[row[index] for row in rows] for index in range(len(titles))]

    def words() -> list[int]:
        return [
            0 if title in ids else max(map(cell_len, [*" ".join(cells).split(), ""]))
            for title, cells in zip(titles, cells_of, strict=True)
        ]

    wanted = [
        max(map(cell_len, [title, *cells])) for title, cells in zip(titles, cells_of, strict=True)
    ]
    gap, widths = fitted(wanted, room, words)
    if whole and len(widths) < len(titles):
        gap, widths = 1, _squeezed(wanted, room - (len(titles) - 1))
    return gap, widths


class _Field(NamedTuple):
    """A column with its width; what is longer is folded, or cut if `is_cut`."""

    column: Column
    width: int
    is_cut: bool

    def lines(self, text: str, style: str) -> list[str]:
        """Return the lines of a cell, as wide as the column, in a `style` of ANSI if any."""
        width, is_ascii = self.width, text.isascii()
        if is_ascii and (self.is_cut or len(text) <= width):
            fits = text[:width]
            lines = [fits.rstrip().rjust(width) if self.column.right else fits.ljust(width)]
        else:
            lines = self._by_width(text)
        start, end = (f"\x1b[{style}m", "\x1b[0m") if style else ("", "")
        if is_ascii:
            return [f"{start}{line}{end}" for line in lines] if style else lines
        from rich.cells import cell_len

        # What joins characters may join a space.
        return [f"{start}{line}{end}{' ' * (width - cell_len(line))}" for line in lines]

    def _by_width(self, text: str) -> list[str]:
        from rich.cells import cell_len

        if len(text) > self.width or cell_len(text) > self.width:
            return self._wrapped(text)
        if self.column.right:
            text = text.rstrip()
            return [" " * (self.width - cell_len(text)) + text]
        return [text + " " * (self.width - cell_len(text))]

    def _wrapped(self, text: str) -> list[str]:
        if self.is_cut:
            from rich.cells import set_cell_size

            return [set_cell_size(text, self.width)]
        from rich.text import Text

        lines = Text(text).wrap(
            _console(),
            self.width,
            justify="right" if self.column.right else "left",
            overflow="fold",
        )
        return [line.plain for line in lines]


@cache
def _console() -> RichConsole:
    """Return a console, which Rich requires to wrap text, and does not use."""
    from rich.console import Console

    return Console()


class _Grid(NamedTuple):
    """The columns of a table, the spaces between two of them, and whether cells are painted."""

    fields: Sequence[_Field]
    gap: int
    paint: bool

    def head(self, titles: Sequence[str]) -> str:
        """Return the titles, and the rule below them."""
        style = ANSI["bold"] if self.paint else ""
        cells = [
            field.lines(title, style) for title, field in zip(titles, self.fields, strict=False)
        ]
        height = max(map(len, cells))
        blank = [
            [" " * field.width] * (height - len(cell))
            for cell, field in zip(cells, self.fields, strict=True)
        ]
        width = sum(field.width for field in self.fields) + self.gap * (len(self.fields) - 1)
        rule = (_RULE if encodable(_RULE) else "-") * width
        return (
            self._joined([above + cell for above, cell in zip(blank, cells, strict=True)])
            + f"{rule}\n"
        )

    def row(self, record: Record, cells: Sequence[str]) -> str:
        """Return the line of a record, or several if a cell is folded."""
        return self._joined(
            [
                field.lines(cell, self._style(field.column, record))
                for cell, field in zip(cells, self.fields, strict=False)
            ]
        )

    def _style(self, column: Column, record: Record) -> str:
        colour = column.colour and column.colour(record) if self.paint else None
        return ANSI[colour] if colour else ""

    def _joined(self, cells: Sequence[list[str]]) -> str:
        """Return the lines that these cells make side by side."""
        gap = " " * self.gap
        if all(len(cell) == 1 for cell in cells):
            return gap.join([cell[0] for cell in cells]).rstrip() + "\n"
        blanks = [" " * field.width for field in self.fields]
        return "".join(
            gap.join(
                cell[index] if index < len(cell) else blank
                for cell, blank in zip(cells, blanks, strict=True)
            ).rstrip()
            + "\n"
            for index in range(max(map(len, cells)))
        )


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


_RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"  # what the line below a heading is drawn with
GAP = 2  # between two columns; 1 if that makes the table fit
LEGIBLE = 8  # a narrower column is not worth showing
LONGEST_WORD = 24  # a longer one is broken


def fitted(
    wanted: Sequence[int], room: int, find_words: Callable[[], Sequence[int]]
) -> tuple[int, list[int]]:
    """Return the gap and the columns' widths for a terminal of `room` characters.

    The first column identifies the record and keeps its width. The others are in order of
    importance: the last ones are narrowed first, and left out if they do not fit even so.
    `find_words` returns the lengths of the columns' longest words, which are not broken.
    """
    if sum(wanted) + GAP * (len(wanted) - 1) <= room:
        return GAP, list(wanted)
    words = [min(word, LONGEST_WORD) for word in find_words()]
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


def _squeezed(wanted: Sequence[int], room: int) -> list[int]:
    """Return the widths with which all columns fit; the first one is narrowed last."""
    least = [min(want, LEGIBLE) for want in wanted[1:]]
    if wanted[0] + sum(least) <= room:
        return [wanted[0], *_shares(wanted[1:], room - wanted[0])]
    return _shares(wanted, room)


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """Return the widths if what the narrow columns leave is divided equally among the wide ones."""
    widths = list(wanted)
    by_width = sorted(range(len(wanted)), key=wanted.__getitem__)
    for others, index in zip(range(len(wanted), 0, -1), by_width, strict=True):
        widths[index] = max(min(wanted[index], room // others), 2)  # one wide character
        room -= widths[index]
    return widths


def rendered(renderable: object, terminal: Terminal) -> str:
    """Return what Rich draws for a terminal."""
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
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())
