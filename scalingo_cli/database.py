"""Which database a command is about: an add-on of the app, or a dedicated one, and its API."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli import settings
from scalingo_cli.console.view import at, plain
from scalingo_cli.errors import BadUsage, Misused, NextStep, NotFound, UnknownApp, did_you_mean
from scalingo_cli.session import App
from scalingo_cli.storage.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Unpack

    from scalingo_cli.api.client import API
    from scalingo_cli.api.document import Document
    from scalingo_cli.api.messages import Answer, Given
    from scalingo_cli.api.services import Service
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session

# The databases of the platform, by the ids of their providers, and what people call them.
KINDS = ("postgresql", "mysql", "mongodb", "redis", "opensearch", "elasticsearch", "influxdb")
ALIASES = {
    "es": "elasticsearch",
    "influx": "influxdb",
    "mgo": "mongodb",
    "mongo": "mongodb",
    "pgsql": "postgresql",
    "postgre": "postgresql",
    "postgres": "postgresql",
    "psql": "postgresql",
}
# What the API calls what was not found, and our words for the list of those that exist.
LISTINGS = {
    "database_backup": "backups",
    "database_user": "databases users",
    "maintenance": "databases maintenance",
}
CHOICES = Notes("databases.json", 3600)  # as long as the token of an add-on is good
_ID = re.compile(r"ad-[0-9a-f-]{36}", re.IGNORECASE)


class Database(NamedTuple):
    """A database.

    Attributes:
        app: The app that it belongs to; a dedicated database is one of its own.
        service: Its API.
        id: The id of its add-on.
        kind: Its type, such as postgresql; empty if that is not known.
        options: Those that choose it on a command line.
    """

    app: App
    service: Service
    id: str
    kind: str
    options: str

    @property
    def api(self) -> API:
        """The API of the region, which other services are reached through as well."""
        return self.app.api

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.app.name if self.is_dedicated else f"{self.kind or self.id} of {self.app.name}"

    @property
    def is_dedicated(self) -> bool:
        """Whether it is an app of its own, and not an add-on."""
        return self.options.startswith("--database")

    def line(self, words: str) -> str:
        """Return the command line that does `words` with this database."""
        if self.is_dedicated:
            return f"scalingo {words} {self.options}"
        return " ".join(filter(None, [self.app.line(words), self.options]))

    def get(self, *rest: str, **given: Unpack[Given]) -> Document:
        """Return the document at the path below the database. Raises as `API.get` does."""
        given["service"] = self.service
        with self._known(*rest):
            return self.app.api.get("databases", self.id, *rest, **given)

    def send(self, method: str, *rest: str, **given: Unpack[Given]) -> Answer:
        """Send a request to the path below the database. Raises as `API.send` does."""
        given["service"] = self.service
        with self._known(*rest):
            return self.app.api.send(method, "databases", self.id, *rest, **given)

    @contextmanager
    def _known(self, *rest: str) -> Iterator[None]:
        """Choose anew the next time if what was chosen is no longer there."""
        try:
            yield
        except NotFound as error:
            CHOICES.forget()
            if (not rest or error.resource == "database") and not error.hints:
                where = "scalingo databases" if self.is_dedicated else self.app.line("addons")
                error.advise(NextStep("List your databases", where))
            if (listing := LISTINGS.get(error.resource)) and not error.hints:
                error.advise(NextStep("List them", self.line(listing)))
            raise


def chosen(session: Session, name: str | None = None, *, anew: bool = False) -> Database:
    """Return the database that the command line, else the environment, chooses.

    Without a choice it is the only database of the app. `name` is a dedicated one that the command
    line names without an option. `anew` asks the platform, though the choice may be known from a
    command before: for what changes something.

    Raises:
        BadUsage: Options choose two.
        Misused: Nothing chooses one of several, and on the legacy API.
        NotFound: There is none.
    """
    api = session.regional_api
    addon, dedicated = choice(session, name)
    if dedicated is not None:
        app = App(api, dedicated, lambda words: session.auth.line(words, dedicated))
        options = f"--database {_quoted(dedicated)}"
    else:
        app = session.app()
        options = f"--addon {_quoted(addon)}" if addon else ""
    if addon and _ID.fullmatch(addon):
        return Database(app, api.database(app.name, addon), addon, "", options)
    words = [settings.auth_base().host, str(session.auth.platform.region), app.name, addon or ""]
    key = " ".join([*words, str(dedicated is not None)])
    is_cached = not os.environ.get("SCALINGO_NO_CACHE")
    known = CHOICES.find(key) if is_cached and not anew else None
    if known is None or len(known) != len(("id", "kind")):
        if dedicated is not None:
            record = _dedicated(session, dedicated)
        else:
            record = of(app, app.get("addons")["addons"], addon)
        known = [plain(record["id"]), kind_of(record)]
        if is_cached:
            CHOICES.keep(key, *known)
    addon_id, kind = known
    return Database(app, api.database(app.name, addon_id), addon_id, kind, options)


def app_or_database(
    session: Session, *, is_regional: bool = True, anew: bool = False
) -> App | Database:
    """Return the app or, if an option or the environment chooses one, a database.

    `is_regional` is whether the legacy API lacks what is wanted of the app, `anew` is as for
    `chosen`. Raises as `chosen` does.
    """
    if is_chosen(session):
        return chosen(session, anew=anew)
    return session.regional_app() if is_regional else session.app()


def is_chosen(session: Session) -> bool:
    """Return whether an option or the environment chooses a database. Raises as `chosen` does."""
    return choice(session) != (None, None)


def choice(session: Session, name: str | None = None) -> tuple[str | None, str | None]:
    """Return the add-on and the dedicated database that are chosen, at most one of them.

    Raises BadUsage and Misused if two are.
    """
    addon, dedicated = session.selection.addon_option, session.selection.database_option
    if name is not None and dedicated not in {None, name}:
        raise BadUsage(f"DATABASE is {name}, but --database is {dedicated}.", "Give one of them.")
    dedicated = dedicated if name is None else name
    for option, given in {"--addon": addon, "--database": dedicated}.items():
        if given == "":
            raise Misused(f"{option} requires a name.")
    if dedicated is not None:
        for option, given in {"--addon": addon, "--app": session.selection.app_option}.items():
            if given is not None:
                raise BadUsage(f"{option} and --database cannot be combined.")
        return None, dedicated
    if addon is not None:
        return addon, None
    addon, dedicated = session.selection.addon, session.selection.database
    if session.selection.is_of_app:
        return addon, None
    if addon and dedicated:
        raise Misused("SCALINGO_ADDON and SCALINGO_DATABASE are both set.", "Unset one of them.")
    return addon, dedicated


def of(app: App, records: Sequence[Record], given: str | None) -> Record:
    """Return the add-on of an app that `given` means, else the app's only database.

    It is an id, a type or one of its usual short forms, or the name of the resource. Raises
    NotFound if there is none, and Misused if there are several.
    """
    listing = app.line("addons")
    if given is None:
        found = [record for record in records if kind_of(record) in KINDS]
        if not found:
            raise NotFound(
                f"{app.name} has no database.",
                NextStep("Add one", app.line("addons add postgresql postgresql-starter-512")),
            )
        if len(found) > 1:
            kinds = ", ".join(f"{kind_of(each)} ({plain(each['id'])})" for each in found)
            raise Misused(
                f"{app.name} has {len(found)} databases: {kinds}.", "Choose one with --addon."
            )
        return found[0]
    word = _normal(given)
    found = (
        [record for record in records if plain(record.get("id")) == given]
        or [record for record in records if plain(record.get("resource_id")) == given]
        or [record for record in records if word in _names(record)]
    )
    if not found:
        near = did_you_mean(word, [name for record in records for name in _names(record)])
        raise NotFound(f'{app.name} has no add-on "{given}".', near, NextStep("List them", listing))
    if len(found) > 1:
        ids = ", ".join(plain(record["id"]) for record in found)
        raise Misused(f'{app.name} has {len(found)} add-ons "{given}".', f"Use an ID: {ids}")
    return found[0]


def _dedicated(session: Session, name: str) -> Record:
    """Return the only add-on of a dedicated database. Raises as `chosen` does."""
    api = session.regional_api
    try:
        records: Sequence[Record] = api.get("apps", name, "addons")["addons"]
    except UnknownApp as error:
        known = [plain(at(row, "name")) for row in api.get("databases")["databases"] or []]
        hint = f"{did_you_mean(name, known)} List them: {session.auth.line('databases')}".strip()
        raise NotFound(f'Database "{name}" not found.', hint, status=error.status) from None
    if len(records) > 1:
        raise Misused(
            f"{name} is an app with {len(records)} add-ons, not a dedicated database.",
            f"Use --app {_quoted(name)} and --addon.",
        )
    if not records:
        raise NotFound(
            f"{name} has no add-on: it is not a dedicated database, or is still being created."
        )
    return records[0]


def kind_of(record: Record) -> str:
    """Return the type of an add-on's database, such as postgresql."""
    return _normal(plain(at(record, "addon_provider.id")))


def _names(record: Record) -> list[str]:
    fields = ("addon_provider.id", "addon_provider.name")
    return [_normal(name) for field in fields if (name := plain(at(record, field)))]


def _normal(name: str) -> str:
    """Return what a type is called here: `scalingo-postgres` and `psql` are postgresql."""
    word = name.strip().casefold().removeprefix("scalingo-").removesuffix("-ng")
    return ALIASES.get(word, word)


def _quoted(word: str | None) -> str:
    from shlex import quote

    return quote(word or "")
