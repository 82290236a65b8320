"""Parameter types: words that shells complete, programs, numbers with bounds."""

from __future__ import annotations

import re
from math import inf
from typing import Any

import click
from click.types import StringParamType


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


class CommandLine(StringParamType):
    """A command line of this client, completed as if it were typed alone."""


class CommandName(StringParamType):
    """The words of a command of this client, without its options and arguments."""


class Number(click.ParamType):  # type: ignore[type-arg] # generic only in later releases
    """A number within bounds; Click's own ranges report `x>=1` to the user.

    Args:
        kind: `int` or `float`.
        least: The lower bound.
        most: The upper bound.
        excluded: Whether `least` itself is too low.
    """

    name = "number"

    def __init__(
        self,
        kind: type[int] | type[float],
        least: int,
        most: float = inf,
        *,
        excluded: bool = False,
    ) -> None:
        self.kind = kind
        self.least = least
        self.most = most
        self.excluded = excluded

    def __str__(self) -> str:
        """Say which numbers are valid, such as "a whole number from 1 to 8"."""
        end = "" if self.most == inf else f" to {self.most}"
        bounds = f"above {self.least}" if self.excluded else f"from {self.least}{end or ' on'}"
        return f"a {'whole ' if self.kind is int else ''}number {bounds}"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | float:
        """Return the number that was given. Raises click.BadParameter if it is not valid."""
        try:
            number = self.kind(value)
        except ValueError:
            number = None
        too_low = number is not None and self.excluded and number == self.least
        if number is None or too_low or not self.least <= number <= self.most:
            raise click.BadParameter(f"{str(value)!r} is not {self}.")
        return number


def duration(given: Any) -> int:
    """Return the seconds of a duration such as 90s, 5m or 1h30m."""
    text = str(given).strip().lower()
    parts = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text)
    if not text or not parts:
        raise click.BadParameter(f"{str(given)!r} is not a duration such as 90s, 5m or 1h30m.")
    hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return hours * 3600 + minutes * 60 + seconds


def spelt(seconds: float) -> str:
    """Return seconds as a duration such as 1h30m."""
    minutes, rest = divmod(seconds, 60)
    parts = zip((*divmod(int(minutes), 60), rest), "hms", strict=True)
    return "".join(f"{count:g}{unit}" for count, unit in parts if count) or "0s"
