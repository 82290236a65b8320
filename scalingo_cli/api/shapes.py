"""The fields that commands rely on in the API's documents: checked here, so no command has to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scalingo_cli.errors import MAY_BE_DONE, Failed

if TYPE_CHECKING:
    from scalingo_cli.api.document import Document

TEXT = (str,)
# Each collection, by its root, and the types of its records' fields, if present.
COLLECTIONS: dict[str, dict[str, tuple[type, ...]]] = {
    "addon_categories": {},
    "addon_providers": {},
    "addons": {},
    "apps": {"name": TEXT},
    "archives": {"from": TEXT, "to": TEXT, "url": TEXT},
    "collaborators": {"email": TEXT},
    "database-users": {"name": TEXT},
    "database_backups": {},
    "containers": {"amount": (int,), "name": TEXT},
    "deployments": {},
    "domains": {"name": TEXT},
    "drains": {"url": TEXT},
    "events": {},
    "jobs": {"command": TEXT},
    "keys": {"name": TEXT},
    "event_types": {},
    "notification_platforms": {},
    "notifiers": {},
    "plans": {},
    "projects": {"name": TEXT},
    "regions": {"api": TEXT, "name": TEXT},
    "stacks": {"name": TEXT},
    "stats": {},
    "tokens": {},
    "variables": {"name": TEXT, "value": (str, type(None))},
}
# Likewise for the roots of single records.
RECORDS: dict[str, dict[str, tuple[type, ...]]] = {
    "addon": {},
    "app": {"name": TEXT},
    "collaborator": {"email": TEXT},
    "database": {},
    "database_backup": {},
    "deployment": {},
    "domain": {"name": TEXT},
    "drain": {"url": TEXT},
    "key": {"name": TEXT},
    "operation": {},
    "project": {"name": TEXT},
    "source": {"download_url": TEXT, "upload_url": TEXT},
    "user": {},
    "variable": {"name": TEXT, "value": (str, type(None))},
}
# Roots that mean something else in responses to other requests: the part of the path to check.
ONLY_AT = {"operation": "/operations/", "variables": "/variables"}
_WORDS = {bool: "a boolean", dict: "an object", float: "a number", int: "a number"}
_WORDS |= {list: "a list", str: "text", type(None): "null"}


class Record(dict[str, Any]):
    """A record that raises Failed for a missing field, instead of a KeyError."""

    def __init__(self, fields: dict[str, Any], asked: str, place: str) -> None:
        super().__init__(fields)
        self._asked = asked
        self._place = place

    def __missing__(self, field: str) -> Any:
        """Raise Failed for a missing field that the API promises."""
        raise _odd(self._asked, f"{self._place}.{field}", "missing")


def settle(document: Document) -> Document:
    """Return a document whose known roots have the promised types; a null list becomes empty.

    Raises Failed, which names the request and the field, for a different type.
    """
    for root in document.keys() & COLLECTIONS.keys():
        if ONLY_AT.get(root, "") not in document.asked:
            continue
        settle_list(document, root)
    for root in document.keys() & RECORDS.keys():
        if ONLY_AT.get(root, "") not in document.asked:
            continue
        document[root] = _record(document[root], RECORDS[root], document.asked, root)
    return document


def settle_list(document: Document, root: str) -> None:
    """Let a root be the list of records that it is by the API; null becomes an empty list.

    Raises Failed, which names the request and the field, for a missing root or a different type.
    """
    records = [] if document[root] is None else document[root]
    if not isinstance(records, list):
        raise _odd(document.asked, root, _words(records))
    fields = COLLECTIONS.get(root, {})
    document[root] = [
        _record(each, fields, document.asked, f"{root}[{index}]")
        for index, each in enumerate(records)
    ]


def _record(value: object, fields: dict[str, tuple[type, ...]], asked: str, place: str) -> Record:
    if not isinstance(value, dict):
        raise _odd(asked, place, _words(value))
    if isinstance(value.get("id"), (dict, list)):
        raise _odd(asked, f"{place}.id", _words(value["id"]))
    for name in fields.keys() & value.keys():
        if type(value[name]) not in fields[name]:
            raise _odd(asked, f"{place}.{name}", _words(value[name]))
    return Record(value, asked, place)


def _words(value: object) -> str:
    return _WORDS[type(value)]


def _odd(asked: str, place: str, found: str) -> Failed:
    return Failed(
        f"The response{f' to {asked}' if asked else ''} is not what the API promises:"
        f' "{place}" is {found}.',
        None if asked.startswith("GET") else MAY_BE_DONE,
    )
