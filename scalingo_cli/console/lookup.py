"""Finds the record of a listing that a name or an ID refers to."""

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
    """Return the record with this ID, else with this name, else whose ID begins like this.

    Args:
        records: The records to search.
        given: The name or ID, as typed.
        names: The dotted paths to the names of a record.
        missing: The error's words if there is none, such as "my-app has no domain".
        listing: The command that lists them, for the hint.

    Returns:
        The record.

    Raises:
        Misused: Several records match.
        NotFound: No record matches; the hint has the nearest names.
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
    """Return the record with this ID, else the only one whose ID or field begins like this.

    Records are read one by one, and no further once the ID is found.

    Args:
        records: The records to search.
        given: The ID or its beginning, as typed.
        fields: The dotted paths to further fields to compare.
        missing: The error's words if there is none.
        listing: The command that lists them, for the hint.

    Returns:
        The record.

    Raises:
        Misused: Several records match.
        NotFound: No record matches.
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
