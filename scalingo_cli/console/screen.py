"""What is redrawn in place at a terminal: a table on stdout, progress on stderr."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from scalingo_cli.console.terminal import terminal
from scalingo_cli.process import background
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import ExitStack

    from rich.progress import Progress, ProgressColumn

    from scalingo_cli.console.terminal import Terminal
    from scalingo_cli.console.view import Record

Shown = TypeVar("Shown", bound="Record")


def is_screen() -> bool:
    """Return whether stdout can be redrawn in place."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def redraw(documents: Iterator[Shown], draw: Callable[[Shown, Terminal], str]) -> None:
    """Draw each document in the place of the one before it, at a terminal."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    def drawn(document: Shown) -> Text:
        screen = terminal()
        return Text.from_ansi(draw(document, screen)) if screen else Text()

    # If stderr is the terminal too, messages are printed above the table.
    live = Live(
        drawn(next(documents)),
        console=Console(file=sys.stdout),
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=sys.stderr.isatty(),
    )
    try:  # an interrupt may come before a `with` block would have begun
        live.start(refresh=True)
        for document in documents:
            live.update(drawn(document), refresh=True)
    finally:
        live.stop()


@contextmanager
def spinner(drawn: ExitStack) -> Iterator[Callable[[str], object]]:
    """Yield a function that shows a status on stderr, after a spinner and before the seconds.

    An interrupt may come before the caller's `with` block has begun: closing `drawn` erases it.
    """
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    text = TextColumn("{task.description}", markup=False)
    progress = _progress(SpinnerColumn(), text, TimeElapsedColumn())
    task = progress.add_task("")
    drawn.callback(progress.stop)
    try:
        with background.signals_for_the_main_thread():
            progress.start()
        yield lambda message: progress.update(task, description=visible(message))
    finally:
        progress.stop()


@contextmanager
def progress_bar(
    drawn: ExitStack, total: int | None, title: str
) -> Iterator[Callable[[int, int | None], object]]:
    """Yield a function that shows on stderr how many bytes there are so far, and of how many.

    As with `spinner`, closing `drawn` erases it.
    """
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    named = [TextColumn("{task.description}", markup=False)] if title else []
    progress = _progress(
        *named,
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    task = progress.add_task(visible(title), total=total)
    drawn.callback(progress.stop)
    try:
        with background.signals_for_the_main_thread():
            progress.start()
        yield lambda so_far, total: progress.update(task, completed=so_far, total=total)
    finally:
        progress.stop()


def _progress(*columns: ProgressColumn) -> Progress:
    """Return progress to draw on stderr in these columns, and to erase at its end."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    return Progress(*columns, console=console, transient=True)
