"""How a kind of record looks: its columns, and the text of each cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from scalingo_cli.text.dates import ago, local

Record = Mapping[str, Any]


# Green and red are legible on dark and light backgrounds; yellow and blue are not.
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


class Column(NamedTuple):
    """One column: `text` turns a record into its cell for a pipe, `shown` for a terminal.

    `colour` returns the cell's colour, which only repeats what the text says.
    """

    text: Callable[[Record], str]
    shown: Callable[[Record], str] | None = None
    colour: Callable[[Record], str | None] | None = None
    right: bool = False


class View(NamedTuple):
    """How a kind of record looks as a table.

    `many` and `one` are its roots in documents. A column is a dotted path into the record or a
    `Column`; the first one identifies the record, the rest are in order of importance. `details`
    are further columns for a record shown alone. `empty` is what to say if the list is empty,
    followed by the command `first` that adds one to an app.
    `listing` is the command that lists them, if completion offers what identifies them, with
    `about` as its description: never a value or a secret, for it is cached. `also` is what else
    names a record. `whole` says that no column may be left out of a table that does not fit.
    """

    many: str
    one: str
    columns: Mapping[str, str | Column]
    details: Mapping[str, str | Column] = MappingProxyType({})
    empty: str = ""
    first: str = ""
    listing: str = ""
    about: tuple[str | Column, ...] = ()
    also: str | Column = ""
    whole: bool = False

    def identity(self, record: Record) -> str:
        """Return what identifies a record: its first cell, as it is in a pipe."""
        return resolved(next(iter(self.columns.values()))).text(record)

    def offered(self, record: Record) -> tuple[str, str]:
        """Return what completion offers for a record: its identity, and its description."""
        columns = map(resolved, self.about)
        about = "  ".join(filter(None, (_shown(column, record) for column in columns)))
        return self.identity(record), about

    def words(self, records: Sequence[Record]) -> Iterator[tuple[str, str]]:
        """Yield what completion offers for records, and then what else names a single one."""
        yield from map(self.offered, records)
        if self.also:
            from collections import Counter

            names = [_shown(resolved(self.also), record) for record in records]
            times = Counter(names)
            for name, record in zip(names, records, strict=True):
                if name and times[name] == 1:
                    yield name, "  ".join(reversed(self.offered(record)))  # zsh joins like ones


def _shown(column: Column, record: Record) -> str:
    return (column.shown or column.text)(record)


def at(record: object, dotted: str) -> object:
    """Return the value at a dotted path in nested mappings, or None if there is none."""
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


def date(dotted: str, *, unset: str = "never") -> Column:
    """Return a column for a date: as sent in a pipe, relative to now at a terminal.

    `unset` is what a terminal shows if there is none.
    """

    def text(record: Record) -> str:
        return plain(at(record, dotted))

    return Column(text, lambda record: ago(sent) if (sent := text(record)) else unset)


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
        lambda record: with_unit(at(record, dotted)),
        right=True,
    )


def with_unit(count: object) -> str:
    """Return a number of bytes with a unit; what is not a number as it is."""
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
    """Return a column for a status, green if all is well and red if not."""
    return Column(
        lambda record: plain(at(record, dotted)),
        colour=lambda record: _STATUS_COLOURS.get(plain(at(record, dotted))),
    )


def resolved(column: str | Column) -> Column:
    """Return the column for a dotted path, or the column itself."""
    if isinstance(column, Column):
        return column
    return Column(lambda record: plain(at(record, column)))
