"""What grows on the platform, followed: each part of it once, whatever the connection does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scalingo_cli.api import pagination
from scalingo_cli.errors import NotFound
from scalingo_cli.polling import operations
from scalingo_cli.polling.rate import Pace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scalingo_cli.api.document import Document
    from scalingo_cli.api.pagination import Keep
    from scalingo_cli.console.console import Console
    from scalingo_cli.session import App

Records = list[dict[str, Any]]

PAGE = 30  # as many as the platform gives by itself


class Growth:
    """A text that grows. `new` is what it got between the last two times it was read."""

    def __init__(self) -> None:
        self.new: list[bytes] = []
        self._length = 0

    def read(self, whole: Iterable[bytes]) -> None:
        """Read the text from its start; what is not there yet (404) is empty.

        When that fails nothing is new, and all of it will be the next time.
        """
        self.new = []
        new = []
        position = 0
        try:
            for chunk in whole:
                if more := chunk[max(self._length - position, 0) :]:
                    new.append(more)
                position += len(chunk)
        except NotFound:
            return
        self.new, self._length = new, max(self._length, position)


def news(
    app: App, console: Console, *parts: str, root: str, latest: int = 0, keep: Keep | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the `latest` records of the collection at this path, and then each new one as it comes.

    Oldest first, and only those that `keep` picks. There is no end to it: raises what the
    platform refuses, and TryAgain where it never answered.
    """
    told: set[object] = set()
    following = False

    pace = Pace()

    def get(page: int, within: float) -> Document:
        pace.request()
        size = PAGE if following or not latest else pagination.LARGE_PAGE
        params = {"page": page, "per_page": size}
        return app.api.get(*parts, params=params, within=within)

    def look(within: float) -> Records:
        found: Records = []
        seen: set[object] = set()
        for page in pagination.walk(root, lambda number: get(number, within)):
            records = page.records
            new = [record for record in records if record.get("id") not in told]
            seen.update(record.get("id") for record in new)
            found += filter(keep, new) if keep else new
            if len(new) < len(records) if following else len(found) >= latest:
                break
        told.update(seen)
        if seen:
            pace.hurry()
        return (found if following else found[:latest])[::-1]

    for records in operations.polled(console, look, pace, math.inf, lasting=True):
        yield from records
        if not following:
            following = True
            console.progress(f"Following {app.name}. Ctrl-C ends it.")
