"""A paginated collection: one page of it, its newest records, or all of it, as one document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scalingo_cli.api import API, Document

LARGE_PAGE = 100  # asked for when many pages are needed; the platform may give less
Keep = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Wanted:
    """What of a collection is wanted: `page` alone, the newest `limit`, or `everything`.

    With none of the three: the first page, as the platform sizes it.
    """

    limit: int | None = None
    everything: bool = False
    page: int | None = None
    per_page: int | None = None


def listing(api: API, *parts: str, root: str, wanted: Wanted, keep: Keep | None = None) -> Document:
    """Return what is wanted of the collection at this path, rooted at `root`.

    One page is the platform's own document. Records gathered over pages, or picked by `keep`,
    become one page whose `meta.pagination` is true of it.
    """
    if not (wanted.everything or wanted.limit or keep):
        return api.get(*parts, params=_query(wanted.page, wanted.per_page))
    if wanted.page:
        document = api.get(*parts, params=_query(wanted.page, wanted.per_page))
        records: Iterator[Any] = iter(document[root])
    else:
        records = each(api, *parts, root=root, per_page=wanted.per_page or LARGE_PAGE)
    kept = []
    for record in records:
        if keep is None or keep(record):
            kept.append(record)
            if len(kept) == wanted.limit:
                break
    return {root: kept, "meta": {"pagination": _single_page(len(kept))}}


def each(api: API, *parts: str, root: str, per_page: int = LARGE_PAGE) -> Iterator[Any]:
    """Yield the collection's records, page after page, each once.

    The end is where the platform's own count says (`current_page >= total_pages`), or the first
    page that holds nothing new: no `next_page` is trusted, for it may be null, clamped or never
    end. Records that moved to the next page because new ones came in meanwhile are not repeated.
    """
    seen: set[object] = set()
    page = 1
    while True:
        document = api.get(*parts, params=_query(page, per_page))
        new = [record for record in document[root] if record.get("id") not in seen]
        seen.update(record["id"] for record in new if "id" in record)
        yield from new
        total = pages(document)
        if not new or (total is not None and page >= total):
            return
        page += 1


def pages(document: Mapping[str, Any]) -> int | None:
    """Return how many pages a document says there are, in either documented form of `meta`."""
    meta = document.get("meta")
    pagination = meta.get("pagination", meta) if isinstance(meta, dict) else None
    total = pagination.get("total_pages") if isinstance(pagination, dict) else None
    return total if isinstance(total, int) else None


def _query(page: int | None, per_page: int | None) -> dict[str, int]:
    asked = {"page": page, "per_page": per_page}
    return {name: value for name, value in asked.items() if value is not None}


def _single_page(count: int) -> dict[str, int | None]:
    return {
        "current_page": 1,
        "prev_page": None,
        "next_page": None,
        "total_pages": 1,
        "total_count": count,
    }
