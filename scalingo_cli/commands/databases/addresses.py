"""The addresses of databases among the variables of an app."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli import database as databases
from scalingo_cli.commands.env import variables
from scalingo_cli.console.view import plain
from scalingo_cli.errors import Misused, NextStep, NotFound, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from scalingo_cli.session import App, Session

# The databases that an address may lead to, by its scheme, and by the platform's variables.
SCHEMES = {
    "mongodb": "mongodb",
    "mongodb+srv": "mongodb",
    "mysql": "mysql",
    "mysql2": "mysql",
    "postgis": "postgresql",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "redis": "redis",
    "rediss": "redis",
}
_OWN = re.compile(r"SCALINGO_([A-Z]+)(_\w+)?_URL")  # what the platform calls its variables
PORTS = {
    "elasticsearch": 9200,
    "influxdb": 8086,
    "mongodb": 27017,
    "mysql": 3306,
    "opensearch": 9200,
    "postgresql": 5432,
    "redis": 6379,
}
# A password may hold any character, even one that should have been encoded.
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:(?P<user>\S*?)@)?(?P<hosts>[\w.,:\[\]-]+)"
    r"(?P<rest>(?:[/?#]\S*)?)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?P<host>\[[^\]]+\]|[^:\[\]]+)(?::(?P<port>\d{1,5}))?")
_NAMES_HOSTS = re.compile(r"(replicaSet|directConnection|loadBalanced)=", re.IGNORECASE)


class Address(NamedTuple):
    """The URL of a database.

    Attributes:
        names: The variables that have it, of which the first is the one to mention.
        kind: The type of the database, such as postgresql; empty if that is not known.
        scheme: Its beginning, such as postgres.
        user: The user and the password as they are written, empty for none.
        host: The host, or the first of several.
        port: Its port.
        rest: The path and the query.
        others: How many more hosts there are.
    """

    names: tuple[str, ...]
    kind: str
    scheme: str
    user: str
    host: str
    port: int
    rest: str
    others: int

    @property
    def name(self) -> str:
        """What the database is called in messages: its type, and its variable."""
        return f"{self.kind} ({self.names[0]})" if self.kind else self.names[0]

    @property
    def user_name(self) -> str:
        """The name of the user, empty for none."""
        from urllib.parse import unquote

        return unquote(self.user.partition(":")[0])

    @property
    def password(self) -> str:
        """The password, empty for none."""
        from urllib.parse import unquote

        return unquote(self.user.partition(":")[2])

    @property
    def database(self) -> str:
        """The name of the database, empty for none."""
        from urllib.parse import unquote

        return unquote(re.split("[?#]", self.rest)[0].strip("/"))

    def at(self, place: str, *, password: bool = True) -> str:
        """Return the URL with a different place, HOST:PORT, and without its password if so asked.

        A driver of MongoDB would otherwise connect to the hosts that the database itself names.
        """
        rest = self.rest
        if self.kind == "mongodb":
            path, _, query = rest.partition("?")
            kept = [each for each in query.split("&") if each and not _NAMES_HOSTS.match(each)]
            rest = f"{path or '/'}?{'&'.join([*kept, 'directConnection=true'])}"
        user = self.user if password else self.user.partition(":")[0]
        return f"{self.scheme}://{user}{'@' if user else ''}{place}{rest}"


def parsed(names: tuple[str, ...], url: str) -> Address | None:
    """Return the address that a value is, or None if it is not one."""
    match = _URL.fullmatch(url.strip())
    if match is None:
        return None
    scheme = match["scheme"].lower()
    kind = SCHEMES.get(scheme) or _kind_of(names)
    first, *others = match["hosts"].split(",")
    place = _PLACE.fullmatch(first)
    port = int((place and place["port"]) or PORTS.get(kind, 0))
    if place is None or not 0 < port < 2**16:
        return None
    user, host = match["user"] or "", place["host"].strip("[]")
    return Address(names, kind, scheme, user, host, port, match["rest"], len(others))


def _kind_of(names: tuple[str, ...]) -> str:
    """Return the type of database that the platform's own variables name, empty for none."""
    for match in filter(None, map(_OWN.fullmatch, names)):
        word = match[1].lower()
        kind = databases.ALIASES.get(word, word)
        if kind in PORTS:
            return kind
    return ""


class Choice(NamedTuple):
    """The app in force, the address of its database, and the names of all its variables."""

    app: App
    address: Address
    names: Collection[str]


def chosen(session: Session, variable: str | None, kind: str | None = None) -> Choice:
    """Return the address of a database of the app in force.

    Args:
        session: Its options --addon and --database choose one.
        variable: The variable that has the address, or the address itself; None for the only one.
        kind: The type of the database, None for any.

    Returns:
        The address, with the app and its variables.

    Raises:
        NotFound: There is none.
        Misused: There are several, or it is a dedicated database, which is in a network of its own.
    """
    addon, dedicated = databases.choice(session)
    if dedicated is not None:
        raise Misused(
            f"{dedicated} is a dedicated database: it has no tunnel, and no containers.",
            "Connect to it directly. To let your address in: scalingo databases firewall add CIDR"
            f" --database {dedicated}. Its own: scalingo databases endpoints {dedicated}",
        )
    app = session.regional_app()
    values = variables.values(variables.of_app(app, resolve=True))
    if variable is not None:
        return Choice(app, _named(app, values, variable), values.keys())
    found = [each for each in _all(values) if kind in {None, each.kind}]
    if addon is not None:
        found = _of_addon(app, found, addon)
    own = [each for each in found if _OWN.fullmatch(each.names[0])]
    found = own or found
    if not found:
        which = f"a database of type {kind}" if kind else "such a database"
        raise NotFound(
            f"{app.name} has no variable with the address of {which}.",
            "Name one: --variable NAME.",
            NextStep("List them", app.line("env")),
        )
    if len(found) > 1:
        names = ", ".join(each.names[0] for each in found)
        raise Misused(f"{app.name} has {len(found)} databases: {names}.", "Use --variable NAME.")
    return Choice(app, found[0], values.keys())


def _of_addon(app: App, found: Sequence[Address], addon: str) -> list[Address]:
    """Return the addresses that lead to an add-on. Raises NotFound and Misused as `of` does."""
    record = databases.of(app, app.api.get("apps", app.name, "addons")["addons"] or [], addon)
    kind = databases.kind_of(record)
    of_kind = [each for each in found if each.kind == kind]
    resource = _letters(plain(record.get("resource_id")))
    narrowed = [each for each in of_kind if resource in _letters(each.host + each.rest)]
    return narrowed if len(of_kind) > 1 and narrowed else of_kind


def _all(values: Mapping[str, str]) -> list[Address]:
    """Return the address of each known database, with all variables that have it."""
    names: dict[str, list[str]] = {}
    for name in sorted(values, key=lambda name: (not _OWN.fullmatch(name), name)):
        names.setdefault(values[name], []).append(name)
    found = (parsed(tuple(those), value) for value, those in names.items())
    return [address for address in found if address and address.kind]


def _named(app: App, values: Mapping[str, str], variable: str) -> Address:
    """Return the address that a variable has. Raises NotFound and Misused, without its value."""
    value = values.get(variable)
    if value is None and variable in values.values():
        value = variable
    if value is None:
        if "://" in variable:  # which may hold a password
            raise NotFound(f"No variable of {app.name} has this address.")
        near = did_you_mean(variable, values)
        raise NotFound(
            f"{app.name} has no variable {variable}.", near, NextStep("List them", app.line("env"))
        )
    names = [name for name in values if values[name] == value]
    names.sort(key=lambda name: name != variable)
    address = parsed(tuple(names), value)
    if address is None:
        raise Misused(f"{names[0]} has no address with a host and a port.")
    return address


def _letters(name: str) -> str:
    return name.casefold().replace("-", "_")
