"""How often the platform is asked, in a time of the test's own."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise

import pytest

from scalingo_cli.auth.rate import Rate
from scalingo_cli.polling.pace import Pace
from scalingo_cli.process.clock import Clock


class Time:
    """A time of its own: whoever sleeps moves it to when that is over, unless it is later."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        end = self.now + seconds
        with self._lock:
            self.now = max(self.now, end)


def busiest_minute(moments: list[float]) -> int:
    return max(bisect_left(moments, start + 60) - first for first, start in enumerate(moments))


@pytest.mark.parametrize("at_a_time", [1, 2, 7])
@pytest.mark.parametrize("news", [lambda _: False, lambda _: True, lambda look: look % 40 < 20])
def test_sixty_requests_a_minute_are_never_reached(
    at_a_time: int, news: Callable[[int], bool]
) -> None:
    time = Time()
    pace = Pace(Clock(lambda: time.now, time.sleep))
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
    pace = Pace(Clock(lambda: time.now, time.sleep))

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


@pytest.mark.parametrize("count", [1, 4, 40])
def test_the_rate_of_an_account_is_one_for_all_of_its_threads(count: int) -> None:
    time = Time()
    rate = Rate(Clock(lambda: time.now, time.sleep), limited=True)
    moments: list[float] = []

    def send() -> None:
        for _ in range(400 // count):
            rate.take()
            moments.append(time.now)

    workers = [threading.Thread(target=send) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(moments) == 400
    assert busiest_minute(sorted(moments)) < 60
    assert moments[19] == 1000.0  # a short run does not wait at all


def test_the_rate_lets_everybody_wait_after_a_429() -> None:
    time = Time()
    rate = Rate(Clock(lambda: time.now, time.sleep))
    rate.busy(30)
    rate.wait_while_busy(at_most=10)
    assert time.now == pytest.approx(1010)
    rate.wait_while_busy(at_most=99)
    assert time.now == pytest.approx(1030)


def test_the_rate_stops_waiting_when_it_is_stopped() -> None:
    time = Time()

    def stop() -> None:
        if time.now > 1003:
            raise KeyboardInterrupt

    rate = Rate(Clock(lambda: time.now, time.sleep), stop=stop)
    with pytest.raises(KeyboardInterrupt):
        rate.sleep(60)
    assert time.now < 1005
