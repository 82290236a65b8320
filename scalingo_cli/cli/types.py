"""Argument types: words that shells complete, programs, numbers with bounds."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.types import StringParamType

if TYPE_CHECKING:
    from collections.abc import Callable

Number = TypeVar("Number", int, float)


class Word(StringParamType):
    """Text that shells complete: `fixed` words, and what the command `listing` shows.

    A listing's words are the first column of its `View`; `suffix` follows each of them, where the
    user goes on typing. Any other text is as good.
    """

    def __init__(self, *fixed: str, listing: str = "", suffix: str = "") -> None:
        self.fixed = fixed
        self.listing = listing
        self.suffix = suffix


class Program(StringParamType):
    """A program of this machine and its arguments, which shells complete as they do without us."""


def number(
    kind: type[Number], least: int, most: float = inf, *, excluded: bool = False
) -> Callable[[Any], Number]:
    """Return what reads a number of a `kind` from `least` on, or above it where it is `excluded`.

    Click's own ranges tell people of `x>=1` and of "a valid integer range".
    """
    end = "" if most == inf else f" to {most}"
    bounds = f"above {least}" if excluded else f"from {least}{end or ' on'}"
    words = f"a {'whole ' if kind is int else ''}number {bounds}"

    def read(given: Any) -> Number:
        try:
            value = kind(given)
        except ValueError:
            value = None
        if value is None or not least <= value <= most or (excluded and value == least):
            raise click.BadParameter(f"{str(given)!r} is not {words}.")
        return value

    return read
