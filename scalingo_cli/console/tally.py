"""What was done before a run failed or was interrupted, and what is left."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from scalingo_cli.errors import Interrupted, NextStep, ScalingoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scalingo_cli.console.console import Console


def one_by_one(
    console: Console,
    done: str,
    names: Iterable[str],
    act: Callable[[str], object],
    *,
    resume: str = "",
) -> None:
    """Act on each name in turn, and report what was done.

    If one fails or is interrupted, the error's hint says what is left, and how to do it.

    Args:
        console: Where to report it.
        done: What was done, such as "Removed".
        names: The names to act on.
        act: Acts on one name.
        resume: The command for the rest, to which their names are added (default: none does).
    """
    import shlex

    left = list(names)
    finished: list[str] = []

    def tally() -> str:
        so_far = f"{done} {', '.join(finished)}. " if finished else ""
        if left and resume:
            return NextStep(f"{so_far}To finish", f"{resume} {shlex.join(left)}")
        return f"{so_far}Left: {', '.join(left)}." if left and finished else so_far.strip()

    with accounting(tally):
        while left:
            act(left[0])
            finished.append(left.pop(0))
    console.say(tally())


@contextmanager
def accounting(tally: Callable[[], str]) -> Iterator[None]:
    """If the block fails or is interrupted, add to the error what was done and what not."""
    try:
        yield
    except ScalingoError as error:
        error.advise(tally())
        raise
    except KeyboardInterrupt:
        raise Interrupted("Interrupted.", tally()) from None
