"""Finds the one record of a listing that a name or an id means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scalingo_cli.console.view import at, plain
from scalingo_cli.errors import Misused, NotFound, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def one(
    records: Sequence[Mapping[str, Any]], given: str, *names: str, missing: str, listing: str
) -> Mapping[str, Any]:
    """Return the record whose id is `given`, else the only one that is called so.

    `names` are the dotted paths to what a record is called. Raises Misused where several are
    called so, and NotFound for none: the words `missing`, the nearest names, and the command
    `listing` that tells them all.
    """

    def called(record: Mapping[str, Any]) -> list[str]:
        return [name for path in names if (name := plain(at(record, path)))]

    found = [record for record in records if plain(record.get("id")) == given] or [
        record for record in records if given in called(record)
    ]
    if not found:
        near = did_you_mean(given, [name for record in records for name in called(record)])
        raise NotFound(f'{missing} "{given}".', f"{near} List them: {listing}".strip())
    if len(found) > 1:
        ids = ", ".join(plain(record.get("id")) for record in found)
        raise Misused(f'"{given}" matches {len(found)} records.', f"Use an ID instead: {ids}")
    return found[0]
