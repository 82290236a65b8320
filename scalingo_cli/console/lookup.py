"""Finds the record of a listing that a name or an ID refers to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from scalingo_cli.console.view import at, plain
from scalingo_cli.errors import Misused, NextStep, NotFound, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scalingo_cli.console.view import View

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

    is_like_an_id = len(given) >= SHORTEST_START and not given.isalpha()
    found = (
        [record for record in records if plain(record.get("id")) == given]
        or [record for record in records if given in called(record)]
        or [record for record in records if is_like_an_id and _begins(record, given)]
    )
    if not found:
        near = did_you_mean(given, [name for record in records for name in called(record)])
        raise NotFound(f'{missing} "{given}".', near, NextStep("List them", listing))
    if len(found) > 1:
        ids = ", ".join(plain(record.get("id")) for record in found)
        raise Misused(f'"{given}" matches {len(found)} records.', f"Use an ID instead: {ids}")
    return found[0]


SHORTEST_START = 4  # characters of an id
MOST_CANDIDATES = 10  # that an error lists


def may_be_start(given: str) -> bool:
    """Return whether this may be the start of an id, or a commit, and is not a whole id."""
    is_hexadecimal = re.fullmatch(rf"[0-9a-f-]{{{SHORTEST_START},40}}", given)
    return bool(is_hexadecimal) and not re.fullmatch(r"[0-9a-f]{24}|[0-9a-f-]{36}", given)


def by_start(
    records: Iterable[Known], given: str, *fields: str, view: View, missing: str, listing: str
) -> Known:
    """Return the record with this ID, else the only one whose ID or field begins like this.

    Records are read one by one, and no further once the ID is found.

    Args:
        records: The records to search.
        given: The ID or its beginning, as typed.
        fields: The dotted paths to further fields to compare.
        view: Describes the candidates if there are several.
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
        if len(given) >= SHORTEST_START and _begins(record, given, *fields):
            near.append(record)
    if not near:
        raise NotFound(f'{missing} "{given}".', NextStep("List them", listing))
    if len(near) > 1:
        candidates = [_described(record, view) for record in near[:MOST_CANDIDATES]]
        if len(near) > MOST_CANDIDATES:
            candidates.append(f"and {len(near) - MOST_CANDIDATES} more")
        raise Misused(
            f'{len(near)} of them begin with "{given}".',
            f"Use a whole ID: {', '.join(candidates)}. List them: {listing}",
        )
    return near[0]


def _described(record: Mapping[str, Any], view: View) -> str:
    name, about = view.offered(record)
    return f"{name} ({about})" if about else name


def _begins(record: Mapping[str, Any], given: str, *fields: str) -> bool:
    return any(plain(at(record, field)).startswith(given) for field in ("id", *fields))
