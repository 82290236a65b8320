"""The position of a page in its collection, from the `meta` of its document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Position(NamedTuple):
    """The position of a page in its collection; None for what the platform does not say."""

    page: int | None
    pages: int | None
    records: int | None

    @property
    def goes_on(self) -> bool:
        """Whether there are pages after this one."""
        return self.page is not None and self.pages is not None and self.page < self.pages

    @property
    def is_beyond(self) -> bool:
        """Whether the last page comes before this one."""
        return self.page is not None and bool(self.pages) and self.page > (self.pages or 0)


def position(document: Mapping[str, Any]) -> Position:
    """Return the position that a document's `meta` gives, in either documented form."""
    meta = document.get("meta")
    told = meta.get("pagination", meta) if isinstance(meta, dict) else None
    numbers = told if isinstance(told, dict) else {}
    page, pages, records = (
        number if isinstance(number := numbers.get(key), int) else None
        for key in ("current_page", "total_pages", "total_count")
    )
    return Position(page, pages, records)
