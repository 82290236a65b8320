"""A regular noun of the API: where its records are, and which one a name or an ID refers to.

NOTIFIERS = Collection(NOTIFIER, path=("notifiers",), called_by=("name",))
NOTIFIERS.get(app)                  the document of the list, to be shown
NOTIFIERS.one(app, "name or id")    one record of it
app.api.send("DELETE", *NOTIFIERS.at(app, record_id))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.console import lookup
from scalingo_cli.console.view import plain
from scalingo_cli.session import App

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scalingo_cli.api.client import API
    from scalingo_cli.api.document import Document
    from scalingo_cli.console.view import Record, View
    from scalingo_cli.session import Session


class Collection(NamedTuple):
    """The records that `view` shows.

    Attributes:
        view: How they look; `view.many` is their root in a list, `view.listing` lists them.
        path: The end of their path: below an app, or below `/v1`.
        of_app: Whether they belong to an app; otherwise to the account.
        called_by: The dotted paths to the names of a record, besides its ID.
        is_regional: Whether only the regional platform has them; the legacy API raises Misused.
        noun: What messages call a record; by default, its root.
    """

    view: View
    path: tuple[str, ...]
    of_app: bool = True
    called_by: tuple[str, ...] = ("name",)
    is_regional: bool = False
    noun: str = ""

    def _api(self, owner: App | Session) -> API:
        if self.is_regional and not isinstance(owner, App):
            return owner.regional_api
        return owner.api

    def at(self, owner: App | Session, *rest: str) -> tuple[str, ...]:
        """Return the path of the collection, or of `rest` below it."""
        above = ("apps", owner.name) if self.of_app and isinstance(owner, App) else ()
        return (*above, *self.path, *rest)

    def get(self, owner: App | Session, **params: Any) -> Document:
        """Return the document of the list, raising as the API does; `params` are the query."""
        from scalingo_cli.api.shapes import settle_list

        document = self._api(owner).get(*self.at(owner), params=params or None)
        settle_list(document, self.view.many)
        return document

    def show(self, owner: App | Session, given: str) -> Document:
        """Return the document of the record with this ID or name. Raises as `one` does."""
        return self._api(owner).get(*self.at(owner, plain(self.one(owner, given)["id"])))

    def one(self, owner: App | Session, given: str) -> Record:
        """Return the record with this ID or name.

        Raises NotFound if there is none, and Misused if there are several.
        """
        return self.each(owner, [given])[0]

    def each(self, owner: App | Session, given: Iterable[str]) -> list[Record]:
        """Return the record with each ID or name, all of one list. Raises as `one` does."""
        line = owner.line if isinstance(owner, App) else owner.auth.line
        who = owner.name if self.of_app and isinstance(owner, App) else "Your account"
        records = self.get(owner)[self.view.many]
        return [
            lookup.one(
                records,
                word,
                *self.called_by,
                missing=f"{who} has no {self.noun or self.view.one}",
                listing=line(self.view.listing.removesuffix(" list")),
            )
            for word in given
        ]
