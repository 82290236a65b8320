"""A paginated collection: one page of it, its newest records, or all of it, as one document."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.api.document import Document, rooted
from scalingo_cli.console.position import position
from scalingo_cli.errors import BadUsage
from scalingo_cli.text import json_text

if TYPE_CHECKING:
    from concurrent.futures import Future

    from scalingo_cli.api.client import API

LARGE_PAGE = 100  # asked for when many pages are needed; the platform may give less
Keep = Callable[[Mapping[str, Any]], bool]


class Wanted:
    """What of a collection is wanted: `page` alone, the newest `limit`, or `everything`.

    With none of the three: the first page, as the platform sizes it. Raises Misused for more
    than one of them.
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
    """One answer of a collection, and which of its records no page before it had."""

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
        """The new records as the platform spelt them."""
        if not self.new:
            return []
        texts = json_text.items(json_text.fields(self.document.text)[self.root])
        return [texts[index] for index in self.new]

    @property
    def documents(self) -> Iterator[Document]:
        """The new records, each with the text that it was read from."""
        for record, text in zip(self.records, self.texts, strict=True):
            document = Document(record)
            document.text = text
            yield document

    def kept(self, keep: Keep) -> Page:
        """Return the page with those of its new records that `keep` picks."""
        records = self.document[self.root]
        return self._replace(new=[index for index in self.new if keep(records[index])])


class Listing(NamedTuple):
    """What is wanted of a collection, in `pages`, which are asked for while they are read.

    `is_one_page` says that it is a single page, the platform's own document; `is_endless` that
    nothing but the collection itself limits it.
    """

    root: str
    pages: Iterator[Page]
    is_one_page: bool = False
    is_endless: bool = False

    def noting(self, note: Callable[[list[Any]], object]) -> Listing:
        """Return the same, which calls `note` with the records of each page as it comes."""

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
        """Yield the text of it as one JSON document, piece by piece as the pages come.

        What stands beside the records is that of the first page, and the `meta` is true of the
        whole: one page.
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


def listing(api: API, *parts: str, root: str, wanted: Wanted, keep: Keep | None = None) -> Listing:
    """Return what is wanted of the collection at this path, rooted at `root`.

    `keep` picks records, and looks through all pages for them.
    """
    if not (wanted.everything or wanted.limit or keep):
        document = api.get(*parts, params=_query(wanted.page, wanted.per_page))
        page = Page(document, root, range(len(document[root])))
        return Listing(root, iter([page]), is_one_page=True)
    size = LARGE_PAGE if keep or not wanted.limit else min(wanted.limit, LARGE_PAGE)
    params = [("per_page", wanted.per_page or size)]
    pages = _pages(api, parts, root, params, most=None if keep else wanted.limit)
    if keep:
        pages = (page.kept(keep) for page in pages)
    return Listing(root, _up_to(wanted.limit, pages), is_endless=wanted.everything)


def whole(api: API, *parts: str, params: Sequence[tuple[str, str | int]]) -> Listing:
    """Return every page of the collection at this path.

    What fits one page, or is no collection, is the platform's own document. `params` are those
    of each request; `per_page` may be among them. Raises Misused where `page` is.
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
    api: API,
    parts: tuple[str, ...],
    root: str,
    params: Sequence[tuple[str, str | int]],
    most: int | None = None,
) -> Iterator[Page]:
    """Yield the pages of the collection at this path, as many as hold `most` records.

    Several are asked for at the same time, once the first one told how many there are.
    """

    def get(number: int) -> Document:
        return api.get(*parts, params=[("page", number), *params])

    first = get(1)
    at = position(first)
    size = len(first[root])
    if at.page == 1 and size and at.records and at.pages == -(-at.records // size):
        page = Page(first, root, range(size))
        yield page
        yield from _ahead(page, get, at.records, most)
    else:
        yield from walk(root, lambda number: first if number == 1 else get(number))


STALE_PAGES = 10  # with nothing new, one after another: the platform ignores what is asked
AT_ONCE = 8  # pages that are asked for at the same time


def _ahead(
    page: Page, get: Callable[[int], Document], count: int, most: int | None
) -> Iterator[Page]:
    """Yield the pages after the first of `count` records in all, as many as hold `most` of them.

    Every page tells how many records there are by then, so the place of each counted from the
    oldest one is known, which does not change when new ones come in: a record that moved to the
    next page is left out there, and a page that was asked for too early for it is asked for again.
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
            if known < 0:  # records vanished: there is no short cut any more
                yield from walk(root, get, number - 1, told=page.records)
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
    """Return how many records there are from the first one of a page on, -1 if it is unclear."""
    count = position(document).records
    left = -1 if count is None else count - (number - 1) * size
    return left if len(document[root]) == max(min(left, size), 0) else -1


def walk(
    root: str, get: Callable[[int], Document], start: int = 1, told: Iterable[Any] = ()
) -> Iterator[Page]:
    """Yield each page that `get` gives, one after another.

    Records come again when new ones push them to the next page: those of an earlier page, or
    that were `told`, are not new. The end is where the platform's count says (`current_page >=
    total_pages`), or an empty page; without a count, a page that holds nothing new. No
    `next_page` is trusted: it may be null, clamped or never end.
    """
    seen, stale = set(map(_id, told)), 0
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
    """Return which of these records were not `seen`, which all of them are from then on."""
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
