"""Profiles: how slow the simulated platform is, and how often it fails."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.control.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Profile:
    """Responses take from the first to the last of `latency` seconds; some are faults instead.

    `errors` has the share of each kind of fault, from 0 to 1: see faults. The random draws are the
    same at each start. Raises ValueError for invalid values.
    """

    latency: tuple[float, float] = (0.0, 0.0)
    errors: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first, last = self.latency
        self.latency = (float(first), float(last))
        if not 0 <= first <= last:
            raise ValueError("latency: two numbers of seconds, the smaller one first")
        for kind, share in self.errors.items():
            Fault(kind)
            if not 0 <= share <= 1:
                raise ValueError(f"errors: the share of {kind} is from 0 to 1")
        self._random = random.Random(2015)  # noqa: S311 - the same each time

    def delay(self) -> float:
        """Draw how many seconds a response takes."""
        return self._random.uniform(*self.latency)

    def fault(self) -> Fault | None:
        """Draw a fault, or None."""
        drawn = self._random.random()
        for kind, share in self.errors.items():
            if drawn < share:
                return Fault(kind)
            drawn -= share
        return None


PROFILES: dict[str, Profile] = {
    "slow": Profile(latency=(0.4, 2.0)),
    "flaky": Profile(latency=(0.05, 0.4), errors={"503": 0.05, "cut": 0.03, "cut_body": 0.02}),
}
