"""Runs a command line for many apps, several at a time, in threads of this process."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli.cli.failure import exit_code_of, failure_of
from scalingo_cli.commands.each.output import taken
from scalingo_cli.errors import BadUsage, ExitCode, ScalingoError
from scalingo_cli.process.background import begun
from scalingo_cli.storage import input_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import click

    from scalingo_cli.session import Session

# From the best to the worst. Those on the left may be gone by themselves, or are no failures;
# those on the right need somebody to look.
FROM_BEST_TO_WORST = (
    ExitCode.DONE,
    ExitCode.DIFFERENT,
    ExitCode.TIMED_OUT,
    ExitCode.TRY_AGAIN,
    ExitCode.REJECTED,
    ExitCode.NOT_FOUND,
    ExitCode.NOT_ALLOWED,
    ExitCode.MISUSED,
    ExitCode.FAILED,
    ExitCode.INTERRUPTED,
    ExitCode.HUNG_UP,
    ExitCode.TERMINATED,
)


class Outcome(NamedTuple):
    """How the command ended for one app.

    Attributes:
        code: Its exit code.
        error: Why it failed, None if it did not.
        text: What it printed on stdout.
        may_have_changed: Whether it changed something, as far as it can be known.
        seconds: How long it took.
    """

    code: ExitCode
    error: ScalingoError | None
    text: str
    may_have_changed: bool
    seconds: float


class Run:
    """One run over some apps, in threads that begin with `start`.

    `ended` has the number of each app whose command has ended, in that order, and its outcome.

    Args:
        root: The root command.
        words: The command line.
        sessions: The session of each app.
        on_end: Called with the number of an app and its outcome, in the thread that it ran in.
        fail_fast: Whether a failure keeps the others from starting.
    """

    def __init__(
        self,
        root: click.Command,
        words: Sequence[str],
        sessions: Sequence[Session],
        *,
        on_end: Callable[[int, Outcome], object],
        fail_fast: bool,
    ) -> None:
        self.ended: list[tuple[int, Outcome]] = []
        self._root = root
        self._words = words
        self._sessions = sessions
        self._on_end = on_end
        self._fail_fast = fail_fast
        self._left: Iterator[int] = iter(range(len(sessions)))
        self._working = 0
        self._failure: BaseException | None = None
        self._changed = threading.Condition()

    def start(self, at_once: int) -> None:
        """Begin with so many apps at a time."""
        self._working = min(at_once, len(self._sessions))
        for _ in range(self._working):
            begun(self._work)

    def close(self) -> None:
        """Let no more apps begin."""
        with self._changed:
            self._left = iter(())

    def wait(self, known: int) -> bool:
        """Wait until more than `known` apps have ended; return False if there will be no more.

        Raises what `on_end` raised.
        """
        with self._changed:
            while len(self.ended) <= known and self._working:
                self._changed.wait()
            if self._failure:
                raise self._failure
            return len(self.ended) > known

    def _work(self) -> None:
        try:
            while (number := self._next()) is not None:
                outcome = self._attempt(self._sessions[number])
                is_mistake = isinstance(outcome.error, BadUsage)  # of all of them alike
                if outcome.error and (self._fail_fast or is_mistake):
                    self.close()
                self._on_end(number, outcome)
                with self._changed:
                    self.ended.append((number, outcome))
                    self._changed.notify_all()
        except BaseException as error:  # it is the waiting thread's
            self._failure = error
            self.close()
        finally:
            with self._changed:
                self._working -= 1
                self._changed.notify_all()

    def _next(self) -> int | None:
        with self._changed:
            return next(self._left, None)

    def _attempt(self, session: Session) -> Outcome:
        started = time.monotonic()
        code: int = ExitCode.DONE
        failure: ScalingoError | None = None
        with input_file.without_stdin():
            try:
                code = exit_code_of(self._root, self._words, session)
            except Exception as error:
                failure = failure_of(error)
        session.console.stderr.close()
        return Outcome(
            failure.exit_code if failure else _documented(code),
            failure,
            taken(session.console),
            session.apis.may_have_changed,
            time.monotonic() - started,
        )


def _documented(code: int) -> ExitCode:
    """Return an exit code as one of those that are documented."""
    return next((each for each in ExitCode if each == code), ExitCode.FAILED)


def worst(codes: Sequence[ExitCode]) -> ExitCode:
    """Return the worst of some exit codes."""
    return max(codes, key=FROM_BEST_TO_WORST.index, default=ExitCode.DONE)
