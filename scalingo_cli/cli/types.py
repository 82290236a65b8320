"""Parameter types: words that shells complete, programs, numbers with bounds."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.types import StringParamType

if TYPE_CHECKING:
    from collections.abc import Callable

Number = TypeVar("Number", int, float)


class Word(StringParamType):
    """Text that shells complete: `fixed` words, and what the command `listing` shows.

    A listing's words are the first column of its `View`; `suffix` is added to each, for the user
    to continue typing. Any other text is accepted as well.
    """

    def __init__(self, *fixed: str, listing: str = "", suffix: str = "") -> None:
        self.fixed = fixed
        self.listing = listing
        self.suffix = suffix


class Program(StringParamType):
    """A local program and its arguments, completed by the shell as if they were typed alone."""


def number(
    kind: type[Number], least: int, most: float = inf, *, excluded: bool = False
) -> Callable[[Any], Number]:
    """Return a Click type for a number; Click's own ranges report `x>=1` to the user.

    Args:
        kind: `int` or `float`.
        least: The lower bound.
        most: The upper bound.
        excluded: Whether `least` itself is too low.

    Returns:
        A function that parses a number, or raises click.BadParameter.
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


def duration(given: Any) -> int:
    """Return the seconds of a duration such as 90s, 5m or 1h30m."""
    parts = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", str(given).strip().lower())
    if not given or not parts:
        raise click.BadParameter(f"{str(given)!r} is not a duration such as 90s, 5m or 1h30m.")
    hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return hours * 3600 + minutes * 60 + seconds


def spelt(seconds: float) -> str:
    """Return seconds as a duration such as 1h30m."""
    minutes, rest = divmod(seconds, 60)
    parts = zip((*divmod(int(minutes), 60), rest), "hms", strict=True)
    return "".join(f"{count:g}{unit}" for count, unit in parts if count) or "0s"
