"""How the platform is looked at again and again, in a time of the test's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scalingo_cli.errors import TryAgain
from scalingo_cli.polling.pace import Pace
from scalingo_cli.polling.poller import Poller
from scalingo_cli.process.clock import Clock


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Looks:
    """Looks that take a second each; `answers` are given in turn, the last one for ever."""

    def __init__(self, time: Time, answers: list[str | TryAgain]) -> None:
        self.time = time
        self.answers = answers
        self.begun: list[float] = []
        self.within: list[float] = []

    def __call__(self, within: float) -> str:
        self.begun.append(self.time.now - 1000)
        self.within.append(within)
        self.time.now += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, TryAgain):
            raise answer
        return answer


@pytest.fixture
def time() -> Time:
    return Time()


Start = Callable[..., Poller]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def start(time: Time, said: list[str]) -> Start:
    def started(timeout: float, *, endless: bool = False) -> Poller:
        pace = Pace(Clock(lambda: time.now, time.sleep))
        return Poller(pace, said.append, timeout, endless=endless)

    return started


def busy(seconds: int = 0) -> TryAgain:
    error = TryAgain("Busy.")
    error.retry_after = seconds
    return error


def test_the_last_look_is_at_the_deadline(start: Start, time: Time) -> None:
    looks = Looks(time, ["going on"])
    assert set(start(10).answers(looks)) == {"going on"}
    assert looks.begun[-1] == 10
    assert looks.begun[-2] < 9
    assert looks.within[0] == 10
    assert looks.within[-1] == 2  # time to answer, also at the end


def test_a_pause_is_as_long_as_the_platform_wants(start: Start, time: Time) -> None:
    looks = Looks(time, ["one", busy(30), "two"])
    answers = start(100).answers(looks)
    assert [next(answers), next(answers)] == ["one", "two"]
    assert looks.begun[2] - looks.begun[1] >= 31


def test_a_pause_does_not_outlast_the_deadline(start: Start, time: Time) -> None:
    looks = Looks(time, ["one", busy(1000), "last"])
    assert list(start(20).answers(looks)) == ["one", "last"]
    assert looks.begun[-1] == 20


def test_polling_ends_after_five_failures_in_a_row(
    start: Start, time: Time, said: list[str]
) -> None:
    four = [busy() for _ in range(4)]
    looks = Looks(time, [*four, "one", *four, "two", busy()])
    answers = start(1000).answers(looks)
    assert [next(answers), next(answers)] == ["one", "two"]
    with pytest.raises(TryAgain):
        next(answers)
    assert len(looks.begun) == 15
    assert said == ["Busy. Retrying."] * 12


def test_without_an_end_retries_never_stop_after_the_first_response(
    start: Start, time: Time, said: list[str]
) -> None:
    looks = Looks(time, ["one", *[busy() for _ in range(50)], "two"])
    answers = start(float("inf"), endless=True).answers(looks)
    assert [next(answers), next(answers)] == ["one", "two"]
    assert said == ["Busy. Retrying until Ctrl-C."]
    never = start(float("inf"), endless=True).answers(Looks(time, [busy()]))
    with pytest.raises(TryAgain):
        next(never)
