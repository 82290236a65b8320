"""A document that is requested at an interval, and redrawn in place at a terminal."""

from __future__ import annotations

import math
import sys
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from scalingo_cli.console import table
from scalingo_cli.console.screen import is_screen, redraw
from scalingo_cli.polling.poller import Poller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scalingo_cli.console.terminal import Terminal
    from scalingo_cli.console.view import Record, View
    from scalingo_cli.session import Session

Shown = TypeVar("Shown", bound="Record")


def watch(session: Session, ask: Callable[[], Record], view: View, seconds: float) -> None:
    """Show a document repeatedly, until Ctrl-C.

    At a terminal, the table is redrawn; elsewhere, an empty line separates the tables, and JSON
    is one line each time. A platform that does not respond is asked again; raises TryAgain if it
    does not respond the first time.

    Args:
        session: Where it is shown.
        ask: Returns the document.
        view: How it looks.
        seconds: The pause between two requests.
    """
    console = session.console
    documents = repeated(session, ask, seconds)
    if console.as_json:
        for document in documents:
            console.show_json_line(document)
    elif is_screen():
        redraw(documents, partial(_drawn, view))
    else:
        for number, document in enumerate(documents):
            console.write("\n" if number else "")
            console.show(document, view)
            sys.stdout.flush()


def repeated(session: Session, ask: Callable[[], Shown], seconds: float) -> Iterator[Shown]:
    """Yield what `ask` returns, every so many seconds; raises TryAgain as `watch` does."""
    poller = Poller.of(session, math.inf, soonest_seconds=seconds, failures=1, endless=True)
    return poller.answers(lambda _: ask())


def _drawn(view: View, document: Record, screen: Terminal) -> str:
    records = document[view.many]
    return table.table(records, view.columns, screen)[0] if records else view.empty
