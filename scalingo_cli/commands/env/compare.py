"""The variables of two apps: compared without showing values, and copied from one to the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.commands.env import variables
from scalingo_cli.console.view import Column, View, at, plain
from scalingo_cli.errors import NextStep, NotFound, UnknownApp
from scalingo_cli.session import App
from scalingo_cli.text.escape import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalingo_cli.api.document import Document
    from scalingo_cli.session import Session

# The addresses of databases, as the platform calls them; their other names, such as DATABASE_URL,
# have one of these as their value, after a `$`. The API does not say which variables it sets.
OF_THE_PLATFORM = re.compile(r"SCALINGO_\w+_URL")
_MARKS = {"only-here": "<", "only-there": ">", "different": "~", "same": " ", "platform": " "}
_COLOURS = {"only-here": "green", "only-there": "green", "different": "bold"}


class Other(NamedTuple):
    """A second app, which may be of a different account or region than the one in use.

    Attributes:
        app: The app.
        prefix: What its options for region and account begin with, such as `with-`.
        listing: What lists the apps there, if one of these options was given.
    """

    app: App
    prefix: str
    listing: str

    @property
    def document(self) -> Document:
        """The platform's document of its variables. Raises NotFound if there is no such app."""
        try:
            return variables.of_app(self.app)
        except UnknownApp as error:
            if not self.listing:
                error.prefix = self.prefix
                raise
            hint = NextStep("List the apps there", self.listing)
            raise NotFound(error.message, hint) from None


def other(
    session: Session, name: str, prefix: str, region: str | None, account: str | None
) -> Other:
    """Return the app of this name.

    Args:
        session: The session.
        name: The name of the app.
        prefix: What its options for region and account begin with, such as `with-`.
        region: Its region; None for that of the account, or the one in use.
        account: Its account; None for the one in use.

    Returns:
        The app, which has not been asked for yet.

    Raises:
        NotFound: The account never signed in here. Raises Misused if the token of the environment
            overrides it.
    """
    auth = session.auth if account is None else session.apis.context(account)
    if region is not None:
        auth = auth.at(region)
    app = App(session.apis.of(auth), name, lambda words: auth.line(words, name))
    return Other(app, prefix, "" if auth is session.auth else auth.line("apps"))


def is_of_the_platform(name: str, value: str) -> bool:
    """Return whether the platform set a variable: the address of a database, or a name for it."""
    aliased = value[1:] if value.startswith("$") else ""
    return any(OF_THE_PLATFORM.fullmatch(each) for each in (name, aliased))


class Comparison(NamedTuple):
    """The variables of the app in force, `here`, and of a second one, `there`."""

    here: Mapping[str, str]
    there: Mapping[str, str]

    def state(self, name: str) -> str:
        """Return how the variable compares; `platform` if the platform set it in one of them."""
        values = [values[name] for values in self if name in values]
        if any(is_of_the_platform(name, value) for value in values):
            return "platform"
        if len(values) == 1:
            return "only-here" if name in self.here else "only-there"
        return "same" if values[0] == values[1] else "different"

    @property
    def names(self) -> list[str]:
        """The names of all variables: those that differ first, each kind sorted."""
        order = list(_MARKS)
        return sorted(
            self.here.keys() | self.there, key=lambda name: (order.index(self.state(name)), name)
        )

    @property
    def differs(self) -> bool:
        """Whether a variable differs that the platform did not set."""
        return any(self.state(name) not in {"same", "platform"} for name in self.names)

    def document(self, here: str, there: str, *, values: bool) -> dict[str, Any]:
        """Return it as a document, with the names of the apps, and with the `values` if asked."""
        rows = []
        for name in self.names:
            row: dict[str, Any] = {"name": name, "state": self.state(name)}
            if values:
                row |= {"here": self.here.get(name), "there": self.there.get(name)}
            rows.append(row)
        return {"here": here, "there": there, "variables": rows}


def view(here: str, there: str, *, values: bool, terminal: bool) -> View:
    """Return how a comparison looks.

    Args:
        here: The name of the app in force.
        there: The name of the second one.
        values: Whether to show the values.
        terminal: Whether it is for a terminal, where values leave no room for the state in words.

    Returns:
        The view.
    """
    words = {
        "only-here": f"only in {here}",
        "only-there": f"only in {there}",
        "different": f"different {MASK} ≠ {MASK}",
        "same": "same",
        "platform": "set by the platform",
    }

    def colour(record: Mapping[str, Any]) -> str | None:
        return _COLOURS.get(record["state"])

    columns: dict[str, str | Column] = {
        "  Name": Column(
            lambda record: record["name"],
            lambda record: f"{_MARKS[record['state']]} {record['name']}",
            colour,
        ),
        "State": Column(lambda record: record["state"], lambda row: words[row["state"]], colour),
    }
    if values:
        if terminal:
            del columns["State"]
        columns[here] = Column(lambda record: plain(at(record, "here")))
        columns[there] = Column(lambda record: plain(at(record, "there")))
    empty = "Neither app has variables."
    return View("variables", "variable", columns, empty=empty, whole=values)


class Copy(NamedTuple):
    """What to copy: `change` is what differs, `same` and `skipped` are names of the rest.

    `unmatched` are the patterns that no name matches.
    """

    change: variables.Difference
    same: list[str]
    skipped: list[str]
    unmatched: list[str]

    def document(self, source: str, target: str) -> dict[str, Any]:
        """Return it as a document, without values."""
        change = self.change
        deeds = {"add": change.added, "change": change.changed, "same": self.same}
        rows = [(name, deed) for deed, names in deeds.items() for name in names]
        rows += [(name, "skip") for name in self.skipped]
        return {
            "from": source,
            "to": target,
            "variables": [{"name": name, "copy": deed} for name, deed in rows],
        }


def of_both(app: App, second: Other) -> Comparison:
    """Return the variables of two apps, which are asked for at the same time."""
    here, there = app.api.together(lambda: variables.of_app(app), lambda: second.document)
    return Comparison(variables.values(here), variables.values(there))


def copied(two: Comparison, only: Sequence[str], but: Sequence[str]) -> Copy:
    """Return what to copy from there to here.

    Args:
        two: The variables of both apps.
        only: Patterns such as `STRIPE_*`, one of which a name has to match; none for all.
        but: Patterns that a name must not match.

    Returns:
        What to copy. Variables that the platform set, in either app, are skipped.
    """
    from fnmatch import fnmatchcase

    here, there = two
    matched = {pattern: [name for name in there if fnmatchcase(name, pattern)] for pattern in only}
    named = {name for names in matched.values() for name in names} if only else set(there)
    chosen = [
        name for name in sorted(named) if not any(fnmatchcase(name, pattern) for pattern in but)
    ]
    skipped = [
        name
        for name in chosen
        if is_of_the_platform(name, there[name]) or is_of_the_platform(name, here.get(name, ""))
    ]
    wanted = {name: there[name] for name in chosen if name not in skipped}
    change = variables.difference(here, wanted)._replace(lacking=[])
    same = [name for name in wanted if here.get(name) == wanted[name]]
    unmatched = [pattern for pattern, names in matched.items() if not names]
    return Copy(change, same, skipped, unmatched)


def copy(session: Session, source: App, target: App, what: Copy, *, yes: bool) -> None:
    """Copy variables once the user agrees, in one request, and say which.

    Args:
        session: Shows the preview and asks.
        source: The app to copy from.
        target: The app to copy to.
        what: What to copy.
        yes: Whether --yes was given.

    Raises:
        Declined: The user said no. Raises Misused if there is no terminal to ask at.
    """
    console = session.console
    names = what.change.names
    what.change.report(console)
    if what.skipped:
        console.progress(f"Skipped, because the platform sets them: {', '.join(what.skipped)}.")
    if what.unmatched:
        console.progress(f"No variable of {source.name} matches {' or '.join(what.unmatched)}.")
    if not names:
        console.progress(f"Nothing to copy from {source.name} to {target.name}.")
    else:
        count = f"these {len(names)} variables" if len(names) > 1 else "this variable"
        session.prompter.agree(f"Copy {count} from {source.name} to {target.name}?", yes)
        variables.send(target, what.change.to_set)
        console.progress(f"Copied {variables.listed(names)} from {source.name} to {target.name}.")
    if console.as_json:
        console.show_json(what.document(source.name, target.name))
    if names:
        variables.remind(target, console)


MISSING = View(
    "variables",
    "variable",
    {"Name": Column(lambda record: record["name"], colour=lambda _: "red"), "Problem": "problem"},
)


def lacking(wanted: Sequence[str], values: Mapping[str, str]) -> list[dict[str, str]]:
    """Return a record for each name that is missing among the values, or whose value is empty."""
    return [
        {"name": name, "problem": "empty" if name in values else "missing"}
        for name in wanted
        if not values.get(name)
    ]
