"""What the console requires of a collection that arrives page by page; for types alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Page(Protocol):
    """Some records of a collection."""

    @property
    def records(self) -> list[Any]:
        """Those that no earlier page had."""


class Listing(Protocol):
    """The wanted records of a collection, in `pages`, which are fetched while they are read.

    `is_one_page` says that it is a single page, `is_endless` that only the collection itself
    limits it.
    """

    @property
    def pages(self) -> Iterator[Page]:
        """The pages of records."""

    @property
    def is_one_page(self) -> bool:
        """Whether it is the platform's own document."""

    @property
    def is_endless(self) -> bool:
        """Whether all of the collection is wanted."""

    def noting(self, note: Callable[[list[Any]], object]) -> Listing:
        """Return the same listing, which calls `note` with the records of each page it reads."""

    def gathered(self) -> Mapping[str, Any]:
        """Return all records as one document."""

    def json(self) -> Iterator[str]:
        """Yield all records as the text of one JSON document, piece by piece."""
