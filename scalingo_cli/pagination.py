"""A paginated collection: one page of it, its newest records, or all of it, as one document."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from scalingo_cli.api import API, Document

LARGE_PAGE = 100  # asked for when many pages are needed; the platform may give less
Keep = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Wanted:
    """What of a collection is wanted: `page` alone, the newest `limit`, or `everything`.

    With none of the three: the first page, as the platform sizes it. Raises Misused for more
    than one of them.
    """

    limit: int | None = None
    everything: bool = False
    page: int | None = None
    per_page: int | None = None

    def __post_init__(self) -> None:
        given = {"--limit": self.limit, "--all": self.everything, "--page": self.page}
        names = [name for name, value in given.items() if value]
        if len(names) > 1:
            raise BadUsage(f"{' and '.join(names)} exclude each other.")


@dataclass(frozen=True)
class Position:
    """Where a page stands in its collection; None where the platform does not tell."""

    page: int | None
    pages: int | None
    count: int | None

    @property
    def goes_on(self) -> bool:
        """Whether there are pages after this one."""
        return self.page is not None and self.pages is not None and self.page < self.pages

    @property
    def is_beyond(self) -> bool:
        """Whether the last page comes before this one."""
        return self.page is not None and bool(self.pages) and self.page > (self.pages or 0)


def position(document: Mapping[str, Any]) -> Position:
    """Return the position that a document's `meta` tells, in either documented form."""
    meta = document.get("meta")
    told = meta.get("pagination", meta) if isinstance(meta, dict) else None
    numbers = told if isinstance(told, dict) else {}
    page, pages, count = (
        number if isinstance(number := numbers.get(key), int) else None
        for key in ("current_page", "total_pages", "total_count")
    )
    return Position(page, pages, count)


def listing(api: API, *parts: str, root: str, wanted: Wanted, keep: Keep | None = None) -> Document:
    """Return what is wanted of the collection at this path, rooted at `root`.

    One page is the platform's own document. Records gathered over pages, or picked by `keep`,
    become one page whose `meta.pagination` is true of it.
    """
    if not (wanted.everything or wanted.limit or keep):
        return api.get(*parts, params=_query(wanted.page, wanted.per_page))
    size = LARGE_PAGE if keep or not wanted.limit else min(wanted.limit, LARGE_PAGE)
    whole: Document = {}
    kept: list[Any] = []
    for document, records in _pages(api, parts, root, [("per_page", wanted.per_page or size)]):
        whole = whole or document
        kept += filter(keep, records) if keep else records
        if wanted.limit and len(kept) >= wanted.limit:
            break
    kept = kept[: wanted.limit]
    return {**whole, root: kept, "meta": {"pagination": _single_page(len(kept))}}


def whole(api: API, *parts: str, params: Sequence[tuple[str, str | int]]) -> Document:
    """Return every page of the collection at this path as one document.

    What fits one page, or is no collection, is the platform's own document. `params` are those
    of each request; `per_page` may be among them. Raises Misused where `page` is.
    """
    names = [name for name, _ in params]
    if "page" in names:
        raise BadUsage("--paginate asks for every page, PATH for one.", "Leave one out.")
    first = api.get(*parts, params=params)
    root = next((name for name, value in first.items() if isinstance(value, list)), None)
    if root is None or not position(first).goes_on:
        return first
    sized = params if "per_page" in names else [*params, ("per_page", LARGE_PAGE)]
    records = [record for _, new in _pages(api, parts, root, sized) for record in new]
    return {**first, root: records, "meta": {"pagination": _single_page(len(records))}}


def each(api: API, *parts: str, root: str) -> Iterator[Any]:
    """Yield the collection's records, newest first, each once."""
    for _, records in _pages(api, parts, root, [("per_page", LARGE_PAGE)]):
        yield from records


def _pages(
    api: API, parts: tuple[str, ...], root: str, params: Sequence[tuple[str, str | int]]
) -> Iterator[tuple[Document, list[Any]]]:
    """Walk through the collection at this path; a page after the first is asked for patiently."""
    return walk(
        root, lambda page: api.get(*parts, params=[("page", page), *params], patient=page > 1)
    )


def walk(root: str, get: Callable[[int], Document]) -> Iterator[tuple[Document, list[Any]]]:
    """Yield each page that `get` gives, and those of its records that no page before it had.

    Records come again when new ones push them to the next page. The end is where the platform's
    count says (`current_page >= total_pages`), or an empty page; without a count, a page that
    holds nothing new. No `next_page` is trusted: it may be null, clamped or never end.
    """
    seen: set[object] = set()
    for page in itertools.count(1):
        document = get(page)
        new = [record for record in document[root] if record.get("id") not in seen]
        seen.update(record["id"] for record in new if "id" in record)
        yield document, new
        pages = position(document).pages
        if not document[root] or (not new if pages is None else page >= pages):
            return


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
