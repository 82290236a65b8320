"""How often the platform is asked, in a time of the test's own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise

import pytest

from scalingo_cli.polling.rate import Pace


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


def busiest_minute(moments: list[float]) -> int:
    return max(bisect_left(moments, start + 60) - first for first, start in enumerate(moments))


@pytest.mark.parametrize("at_a_time", [1, 2, 7])
@pytest.mark.parametrize("news", [lambda _: False, lambda _: True, lambda look: look % 40 < 20])
def test_sixty_requests_a_minute_are_never_reached(
    at_a_time: int, news: Callable[[int], bool]
) -> None:
    time = Time()
    pace = Pace(now=lambda: time.now, sleep=time.sleep)
    moments = []
    for look in range(300):
        for _ in range(at_a_time):
            pace.request()
            moments.append(time.now)
        if news(look):
            pace.hurry()
        pace.wait()
    assert busiest_minute(moments) < 60


def test_soon_at_first_and_after_news() -> None:
    time = Time()
    pace = Pace(now=lambda: time.now, sleep=time.sleep)

    def waits(count: int, at_least: float = 0, at_most: float = 99) -> list[float]:
        moments = [time.now]
        for _ in range(count):
            pace.wait(at_least, at_most)
            moments.append(time.now)
        return [after - before for before, after in pairwise(moments)]

    assert waits(6) == [0.25, 0.5, 1, 2, 2, 2]
    pace.hurry()
    assert waits(3) == [0.25, 0.5, 1]
    assert waits(1, at_least=30) == [30]
    assert waits(1, at_most=0.1) == [pytest.approx(0.1)]
