"""A regular noun of the API: rows that are listed, shown, created, changed and deleted.

    NOTIFIERS = Collection("notifiers", "notifier", of="app", id="no-{uuid}", events="notifier")

    @NOTIFIERS.creates({"name": str, "platform_id": str, "active?": bool})
    def new(call: Call, given: Row) -> Row:
        return {"name": given["name"], "active": given.get("active", True)}

    NOTIFIERS.lists()
    NOTIFIERS.shows()
    NOTIFIERS.updates({"active?": bool})
    NOTIFIERS.deletes()

Each of the five registers one route, and can decorate a function for what is special.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from scalingo_cli.sandbox.http.messages import Response, document, nothing
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scalingo_cli.sandbox.state.models import Row, Service
    from scalingo_cli.sandbox.state.store import Store

Shape = Mapping[str, Any]


class Collection:
    """The rows of one noun that belong to each app, or to each account.

    Args:
        name: The plural: the key of the list, and the end of the path.
        singular: The key of one row, and what a 404 names.
        of: Whose the rows are.
        id: The form of a new id, with `{hex}` (24 digits) or `{uuid}`; the dialect's if it has one.
        events: The noun in events, after `new_`, `edit_` or `delete_`. Empty: no events.
        event_data: Returns the data of the event of a verb (new, edit, delete); by default, none.
        on: The hosts that have it, with the path on each unless it is the usual one.
        missing: What a 404 names, if it is not the singular.
    """

    def __init__(
        self,
        name: str,
        singular: str,
        *,
        of: Literal["app", "account"] = "app",
        id: str = "{hex}",  # noqa: A002 - what it is
        events: str = "",
        event_data: Callable[[str, Row], Row] | None = None,
        on: Iterable[Service] | Mapping[Service, str] = ("api",),
        missing: str = "",
    ) -> None:
        self.name = name
        self.singular = singular
        self.of = of
        self.id = id
        self.events = events
        self.missing = missing or singular
        self.event_data = event_data or (lambda verb, row: {})
        usual = f"/v1/apps/{{app}}/{name}" if of == "app" else f"/v1/{name}"
        self.paths = on if isinstance(on, Mapping) else dict.fromkeys(on, usual)

    def rows(self, call: Call) -> list[Row]:
        """Return the rows of the app or the account of a request."""
        owner = call.app if self.of == "app" else call.user
        return owner.rows(self.name)

    def find(self, call: Call) -> Row:
        """Return the row whose ID is in the path. Raises Missing if there is none."""
        return find(self.rows(call), call.names[f"{self.singular}_id"], self.missing)

    def row(self, store: Store, fields: Row) -> Row:
        """Return a row with a new ID, in the form of the store's dialect, without storing it."""
        new_id = store.new_id_of(self.singular, self.id)
        return store.dialect.row(self.singular, {"id": new_id, **fields})

    def record(self, call: Call, verb: str, row: Row, **more: Any) -> None:
        """Add the event of this verb (new, edit, delete) to the app or the account."""
        if not self.events:
            return
        kind, data = f"{verb}_{self.events}", {**self.event_data(verb, row), **more}
        if self.of == "app":
            call.record(kind, data)
        else:
            call.store.record_of_account(call.user, kind, data)

    def lists(self, shown: Callable[[Call, Row], Row] | None = None) -> None:
        """Serve GET of the list; `shown` turns a row into its form in the list."""

        def list_(call: Call) -> Response:
            rows = self.rows(call)
            return document({self.name: [shown(call, row) for row in rows] if shown else rows})

        self._route("GET", "", list_)

    def shows(self, shown: Callable[[Call, Row], Row] | None = None) -> None:
        """Serve GET of one row."""

        def show(call: Call) -> Response:
            row = self.find(call)
            return document({self.singular: shown(call, row) if shown else row})

        self._route("GET", self._one, show)

    def creates(self, shape: Shape) -> Callable[[Callable[[Call, Row], Row]], Any]:
        """Serve POST: the decorated function returns the new row's fields, without an ID."""

        def decorate(new: Callable[[Call, Row], Row]) -> Any:
            def create(call: Call) -> Response:
                fields = new(call, call.rooted(self.singular, self._known(call, shape)))
                row = fields if "id" in fields else self.row(call.store, fields)
                self.rows(call).append(row)
                self.record(call, "new", row)
                return document({self.singular: row}, 201)

            self._route("POST", "", create)
            return new

        return decorate

    def updates(self, shape: Shape) -> Callable[[Callable[[Call, Row, Row], Row | None]], Any]:
        """Serve PATCH and PUT of one row, which takes the fields that are given.

        A decorated function does that itself, and returns further data for the event, or None for
        no event.
        """
        changes: list[Callable[[Call, Row, Row], Row | None]] = [_take]

        def update(call: Call) -> Response:
            row = self.find(call)
            given = call.rooted(self.singular, self._known(call, shape))
            more = changes[-1](call, row, given)
            if more is not None:
                self.record(call, "edit", row, **more)
            return document({self.singular: row})

        self._route("PATCH PUT", self._one, update)

        def decorate(change: Callable[[Call, Row, Row], Row | None]) -> Any:
            changes.append(change)
            return change

        return decorate

    def deletes(self) -> Callable[[Callable[[Call, Row], None]], Any]:
        """Serve DELETE of one row; a decorated function is called first, and may refuse."""
        before: list[Callable[[Call, Row], None]] = []

        def delete(call: Call) -> Response:
            row = self.find(call)
            for each in before:
                each(call, row)
            self.rows(call).remove(row)
            self.record(call, "delete", row)
            return nothing()

        self._route("DELETE", self._one, delete)

        def decorate(function: Callable[[Call, Row], None]) -> Any:
            before.append(function)
            return function

        return decorate

    @property
    def _one(self) -> str:
        return f"/{{{self.singular}_id}}"

    def _known(self, call: Call, shape: Shape) -> dict[str, Any]:
        return call.dialect.row(self.singular, shape)

    def _route(self, methods: str, rest: str, answer: Callable[[Call], Response]) -> None:
        for service, path in self.paths.items():
            route(methods, path + rest, on=[service])(answer)


def _take(_call: Call, row: Row, given: Row) -> Row:
    row.update(given)
    return {}
