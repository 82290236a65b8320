"""Paginated collections, with the documented `meta` or one of its known variants.

`page` counts from 1; `per_page` is 30 for events and 20 elsewhere, and silently limited to 100.
Values that are not positive integers are refused with 400. Pages after the last one are empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from scalingo_cli.sandbox.http.messages import document, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.http.routing import Call

T = TypeVar("T")

MAXIMUM = 100
QUERY = ("page", "per_page")

# documented:    meta.pagination with prev_page and next_page, null at the ends
# flat:          the same keys directly under meta
# previous_page: prev_page is called previous_page
# clamped:       per_page as well; prev_page is at least 1, next_page at most the last page
# endless:       next_page always names one more page
SHAPES = ("documented", "flat", "previous_page", "clamped", "endless")


def page(
    call: Call, root: str, items: Sequence[T], shown: Callable[[T], Any], default: int = 20
) -> Response:
    """Return the requested page of a collection, newest first.

    Args:
        call: The request.
        root: The key of the rows in the document.
        items: The whole collection, oldest first.
        shown: Turns an item into its row.
        default: The number of rows on a page, unless the request has one.

    Returns:
        The response.
    """
    number = _positive(call, "page", 1)
    size = min(_positive(call, "per_page", default), MAXIMUM)
    return _page(call, root, items, shown, number, size)


def whole(call: Call, root: str, items: Sequence[T], shown: Callable[[T], Any]) -> Response:
    """Return a whole collection as one page, newest first.

    Args:
        call: The request.
        root: The key of the rows in the document.
        items: The collection, oldest first.
        shown: Turns an item into its row.

    Returns:
        The response.
    """
    return _page(call, root, items, shown, 1, max(len(items), 1))


def _page(
    call: Call, root: str, items: Sequence[T], shown: Callable[[T], Any], number: int, size: int
) -> Response:
    end = max(len(items) - (number - 1) * size, 0)
    rows = [shown(item) for item in reversed(items[max(end - size, 0) : end])]
    total = -(-len(items) // size)
    pagination: dict[str, Any] = {
        "current_page": number,
        "prev_page": number - 1 or None,
        "next_page": number + 1 if number < total else None,
        "total_pages": total,
        "total_count": len(items),
    }
    meta: dict[str, Any] = {"pagination": pagination}
    match call.store.page_shape:
        case "flat":
            meta = pagination
        case "previous_page":
            pagination["previous_page"] = pagination.pop("prev_page")
        case "clamped":
            pagination["per_page"] = size
            pagination["prev_page"] = max(number - 1, 1)
            pagination["next_page"] = max(min(number + 1, total), 1)
        case "endless":
            pagination["next_page"] = number + 1
    return document({root: rows, "meta": meta})


def _positive(call: Call, name: str, default: int) -> int:
    value = call.query.get(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value)):
        raise refused(400, f"{name} should be a positive integer, not {value!r}")
    return int(value)
