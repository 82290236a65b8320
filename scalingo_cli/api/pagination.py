"""A paginated collection: one page of it, its newest records, or all of it, as one document."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from scalingo_cli.api.document import Document, rooted, sent
from scalingo_cli.console.position import position
from scalingo_cli.errors import BadUsage
from scalingo_cli.text import json_text

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import Unpack

    from scalingo_cli.api.client import API
    from scalingo_cli.api.messages import Given

LARGE_PAGE = 100  # requested when many pages are needed; the platform may send fewer
Keep = Callable[[Mapping[str, Any]], bool]


class Source(Protocol):
    """What collections are read from: an API, or the part of one below a path."""

    def get(self, *path: str, **given: Unpack[Given]) -> Document:
        """Return the document at a path."""


class Wanted:
    """Which records of a collection are wanted; by default, the first page.

    Args:
        limit: How many of the newest records to get.
        everything: Whether to get all of them.
        page: The number of the only page to get.
        per_page: The number of records on a page; by default, the platform's.

    Raises:
        BadUsage: More than one of `limit`, `everything` and `page` is given.
    """

    def __init__(
        self,
        limit: int | None = None,
        everything: bool = False,
        page: int | None = None,
        per_page: int | None = None,
    ) -> None:
        self.limit = limit
        self.everything = everything
        self.page = page
        self.per_page = per_page
        given = {"--limit": limit, "--all": everything, "--page": page}
        names = [name for name, value in given.items() if value]
        if len(names) > 1:
            raise BadUsage(f"{' and '.join(names)} cannot be combined.")


class Page(NamedTuple):
    """One response of a collection, and which of its records no earlier page had."""

    document: Document
    root: str
    new: Sequence[int]

    @property
    def records(self) -> list[Any]:
        """The new records."""
        records = self.document[self.root]
        return [records[index] for index in self.new]

    @property
    def texts(self) -> list[str]:
        """The new records as JSON text, as the platform sent them."""
        if not self.new:
            return []
        texts = json_text.items(json_text.fields(self.document.text)[self.root])
        return [texts[index] for index in self.new]

    @property
    def documents(self) -> Iterator[Document]:
        """The new records, each with the text that it was parsed from."""
        for record, text in zip(self.records, self.texts, strict=True):
            yield sent(text, record)

    def kept(self, keep: Keep) -> Page:
        """Return the page with those of its new records that `keep` selects."""
        records = self.document[self.root]
        return self._replace(new=[index for index in self.new if keep(records[index])])


class Listing(NamedTuple):
    """The wanted records of a collection, in `pages`, which are fetched while they are read.

    `is_one_page` says that it is a single page, the platform's own document; `is_endless` that
    only the collection itself limits it.
    """

    root: str
    pages: Iterator[Page]
    is_one_page: bool = False
    is_endless: bool = False

    def noting(self, note: Callable[[list[Any]], object]) -> Listing:
        """Return the same listing, which calls `note` with the records of each page it reads."""

        def noted() -> Iterator[Page]:
            for page in self.pages:
                note(page.records)
                yield page

        return self._replace(pages=noted())

    def gathered(self) -> Document:
        """Return all of it as one document."""
        if self.is_one_page:
            return next(self.pages).document
        return rooted("".join(self.json()))

    def json(self) -> Iterator[str]:
        """Yield its text as one JSON document, piece by piece as the pages arrive.

        Other fields are those of the first page; `meta` describes the whole, as a single page.
        """
        count = 0
        beside: dict[str, str] = {}
        for page in self.pages:
            if not beside:
                beside = json_text.fields(page.document.text)
                yield f"{{{json.dumps(self.root)}: ["
            if texts := page.texts:
                yield (", " if count else "") + ", ".join(texts)
                count += len(texts)
        beside["meta"] = json.dumps({"pagination": _single_page(count)})
        beside.pop(self.root, None)
        yield "]" + "".join(f", {json.dumps(name)}: {text}" for name, text in beside.items()) + "}"


def listing(
    source: Source, *parts: str, root: str, wanted: Wanted, keep: Keep | None = None
) -> Listing:
    """Return the wanted records of a collection.

    Args:
        source: What to ask.
        parts: The path of the collection.
        root: The key of the records in a document.
        wanted: Which records to get.
        keep: Selects records; all pages are searched for them.

    Returns:
        The listing, whose pages are fetched while they are read.
    """
    if not (wanted.everything or wanted.limit or keep):
        document = source.get(*parts, params=_query(wanted.page, wanted.per_page))
        page = Page(document, root, range(len(document[root])))
        return Listing(root, iter([page]), is_one_page=True)
    size = LARGE_PAGE if keep or not wanted.limit else min(wanted.limit, LARGE_PAGE)
    params = [("per_page", wanted.per_page or size)]
    pages = _pages(source, parts, root, params, most=None if keep else wanted.limit)
    if keep:
        pages = (page.kept(keep) for page in pages)
    return Listing(root, _up_to(wanted.limit, pages), is_endless=wanted.everything)


def whole(api: API, *parts: str, params: Sequence[tuple[str, str | int]]) -> Listing:
    """Return every page of the collection at this path.

    A single page, or a document that is not a collection, is returned as received. `params` are
    those of each request; `per_page` may be among them. Raises Misused if `page` is.
    """
    names = [name for name, _ in params]
    if "page" in names:
        raise BadUsage("--paginate cannot be combined with a page in PATH.", "Remove one of them.")
    first = api.get(*parts, params=params)
    root = next((name for name, value in first.items() if isinstance(value, list)), None)
    if root is None or not position(first).goes_on:
        return Listing(root or "", iter([Page(first, root or "", ())]), is_one_page=True)
    sized = params if "per_page" in names else [*params, ("per_page", LARGE_PAGE)]
    return Listing(root, _pages(api, parts, root, sized), is_endless=True)


def each(api: API, *parts: str, root: str) -> Iterator[Document]:
    """Yield the collection's records, newest first, each once and with its text."""
    for page in _pages(api, parts, root, [("per_page", LARGE_PAGE)]):
        yield from page.documents


def _up_to(limit: int | None, pages: Iterator[Page]) -> Iterator[Page]:
    """Yield pages up to the one that holds the last of `limit` records."""
    count = 0
    for page in pages:
        left = None if limit is None else limit - count
        yield page._replace(new=page.new[:left])
        count += len(page.new)
        if limit is not None and count >= limit:
            return


def _pages(
    source: Source,
    parts: tuple[str, ...],
    root: str,
    params: Sequence[tuple[str, str | int]],
    most: int | None = None,
) -> Iterator[Page]:
    """Yield the pages of the collection at this path, as many as hold `most` records.

    Several are fetched at the same time, once the first one has said how many there are.
    """

    def get(number: int) -> Document:
        return source.get(*parts, params=[("page", number), *params])

    first = get(1)
    at = position(first)
    size = len(first[root])
    if at.page == 1 and size and at.records and at.pages == -(-at.records // size):
        page = Page(first, root, range(size))
        yield page
        yield from _ahead(page, get, at.records, most)
    else:
        yield from walk(root, lambda number: first if number == 1 else get(number))


STALE_PAGES = 10  # with nothing new, one after another: the platform ignores `page`
AT_ONCE = 8  # pages that are fetched at the same time


def _ahead(
    page: Page, get: Callable[[int], Document], count: int, most: int | None
) -> Iterator[Page]:
    """Yield the pages after the first of `count` records in all, as many as hold `most` of them.

    Every page says how many records there are by then, so the position of each, counted from the
    oldest one, is known, and new records do not change it: a record that moved to the next page
    is left out there, and a page that was fetched too early to have it is fetched again.
    """
    from concurrent.futures import wait

    from scalingo_cli.process.background import begun

    root, size = page.root, len(page.new)
    seen, stale = set(map(_id, page.records)), 0
    left = count - size
    end = 0 if most is None else max(count - most, 0)
    asked: deque[Future[Document]] = deque()
    number = upcoming = 2
    try:
        while left > end:
            last = number - 1 - (end - left) // size
            while upcoming <= last and len(asked) < min(2 * (number - 1), AT_ONCE):
                asked.append(begun(partial(get, upcoming)))
                upcoming += 1
            document = asked.popleft().result()
            if _left_from(document, root, number, size) < left:
                document = get(number)
            known = _left_from(document, root, number, size) - left
            if known < 0:  # records vanished: the positions are no longer known
                yield from walk(root, get, number - 1, known=page.records)
                return
            records = document[root]
            page = Page(document, root, _unseen(records, seen, range(known, len(records))))
            yield page
            left -= max(len(records) - known, 0)
            number += 1
            stale = 0 if page.new or known >= len(records) else stale + 1
            if stale == STALE_PAGES:
                return
    except GeneratorExit:
        wait(asked)  # no request outlives the listing
        raise


def _left_from(document: Document, root: str, number: int, size: int) -> int:
    """Return how many records there are from the first one of a page on, or -1 if unclear."""
    count = position(document).records
    left = -1 if count is None else count - (number - 1) * size
    return left if len(document[root]) == max(min(left, size), 0) else -1


def walk(
    root: str, get: Callable[[int], Document], start: int = 1, known: Iterable[Any] = ()
) -> Iterator[Page]:
    """Yield the pages of a collection, one after another.

    New records push older ones to the next page, so some arrive twice. The last page is where
    the platform's count says (`current_page >= total_pages`), or an empty one; without a count,
    one with nothing new. `next_page` is not trusted: it may be null, clamped or never end.

    Args:
        root: The key of the records in a document.
        get: Returns the document of a page, by its number.
        start: The number of the first page to get.
        known: Records that do not count as new.

    Returns:
        The pages, each with the records that no earlier page had.
    """
    seen, stale = set(map(_id, known)), 0
    for number in itertools.count(start):
        document = get(number)
        records = document[root]
        new = _unseen(records, seen, range(len(records)))
        yield Page(document, root, new)
        stale = 0 if new else stale + 1
        pages = position(document).pages
        if not records or (not new if pages is None else number >= pages) or stale == STALE_PAGES:
            return


def _unseen(records: Sequence[Any], seen: set[Any], indexes: Iterable[int]) -> list[int]:
    """Return which of these records were not `seen`, and add all of them to it."""
    new = [index for index in indexes if (id_ := _id(records[index])) is None or id_ not in seen]
    seen.update(map(_id, records))
    return new


def _id(record: Any) -> str | int | None:
    id_ = record.get("id") if isinstance(record, dict) else None
    return id_ if isinstance(id_, (str, int)) else None


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
