"""Finds the one record of a listing that a name or an id means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from scalingo_cli.console.view import at, plain
from scalingo_cli.errors import Misused, NotFound, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Known = TypeVar("Known", bound="Mapping[str, Any]")


def one(
    records: Sequence[Mapping[str, Any]], given: str, *names: str, missing: str, listing: str
) -> Mapping[str, Any]:
    """Return the record whose id is `given`, else the one called so, or whose id begins so.

    `names` are the dotted paths to what a record is called. Raises Misused if there are several,
    and NotFound for none: the words `missing`, the nearest names, and the command `listing` that
    lists them all.
    """

    def called(record: Mapping[str, Any]) -> list[str]:
        return [name for path in names if (name := plain(at(record, path)))]

    found = (
        [record for record in records if plain(record.get("id")) == given]
        or [record for record in records if given in called(record)]
        or [record for record in records if _begins(record, given)]
    )
    if not found:
        near = did_you_mean(given, [name for record in records for name in called(record)])
        raise NotFound(f'{missing} "{given}".', f"{near} List them: {listing}".strip())
    if len(found) > 1:
        ids = ", ".join(plain(record.get("id")) for record in found)
        raise Misused(f'"{given}" matches {len(found)} records.', f"Use an ID instead: {ids}")
    return found[0]


SHORTEST_START = 4  # characters of an id


def by_start(
    records: Iterable[Known], given: str, *fields: str, missing: str, listing: str
) -> Known:
    """Return the record whose id is `given`, else the only one whose id or field begins so.

    Looks at the records one by one, and at no more of them once the id is found. Raises as `one`
    does.
    """
    near = []
    for record in records:
        if plain(record.get("id")) == given:
            return record
        if _begins(record, given, *fields):
            near.append(record)
    if not near:
        raise NotFound(f'{missing} "{given}".', f"List them: {listing}")
    if len(near) > 1:
        ids = ", ".join(plain(record.get("id")) for record in near)
        raise Misused(f'{len(near)} of them begin with "{given}".', f"Use a whole id: {ids}")
    return near[0]


def _begins(record: Mapping[str, Any], given: str, *fields: str) -> bool:
    is_like_one = len(given) >= SHORTEST_START and not given.isalpha()
    return is_like_one and any(
        plain(at(record, field)).startswith(given) for field in ("id", *fields)
    )
