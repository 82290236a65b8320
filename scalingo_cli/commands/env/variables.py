"""The variables of an app: compared with a dotenv file without showing a value, edited, changed."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.commands.env import dotenv
from scalingo_cli.console.view import Column, View
from scalingo_cli.errors import Declined, Failed, Misused, NotFound, Rejected, UnknownApp
from scalingo_cli.storage import input_file
from scalingo_cli.text.escape import MASK, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scalingo_cli.api.document import Document
    from scalingo_cli.commands.env.editor import Draft
    from scalingo_cli.session import Session

MOST_NAMED = 30  # in one line
_CHANGED = f"{MASK} → {MASK}"
_SHOWN = {"add": ("+", "add"), "change": ("~", f"change {_CHANGED}"), "leave": (" ", "leave")}

DIFFERENCE = View(
    "differences",
    "difference",
    {
        "  Name": Column(
            lambda record: record["name"],
            lambda record: f"{_SHOWN[record['import']][0]} {record['name']}",
        ),
        "Import": Column(
            lambda record: record["import"], lambda record: _SHOWN[record["import"]][1]
        ),
    },
    empty="No difference.",
)


class Difference(NamedTuple):
    """What a file adds to an app's variables, what it changes, and the names that it lacks."""

    added: Mapping[str, str]
    changed: Mapping[str, str]
    lacking: list[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.lacking)

    @property
    def names(self) -> list[str]:
        """The names of all that differs."""
        return [*self.added, *self.changed, *self.lacking]

    def document(self) -> dict[str, Any]:
        """Return what an import would do with each name, to be shown through `DIFFERENCE`."""
        deeds = {"add": self.added, "change": self.changed, "leave": self.lacking}
        return {
            DIFFERENCE.many: [
                {"name": name, "import": deed} for deed, names in deeds.items() for name in names
            ]
        }

    def tell(self, session: Session) -> None:
        """Tell each name, before all of it is done and what lacks is removed."""
        for name in self.added:
            session.say(f"+ {name}")
        for name in self.changed:
            session.say(f"~ {name}  {_CHANGED}")
        for name in self.lacking:
            session.say(f"- {name}")


def difference(current: Mapping[str, str], wanted: Mapping[str, str]) -> Difference:
    """Return what tells the values `wanted` from the `current` ones, in the order of the names."""
    both = wanted.keys() & current
    return Difference(
        {name: wanted[name] for name in sorted(wanted.keys() - both)},
        {name: wanted[name] for name in sorted(both) if wanted[name] != current[name]},
        sorted(current.keys() - both),
    )


def of_file(file: str) -> dict[str, str]:
    """Return the variables of a dotenv file, "-" being standard input.

    Raises Misused when it is none.
    """
    text = input_file.text(file)
    try:
        return dotenv.parse(text)
    except ValueError as error:
        raise Misused(f"{input_file.name(file)}, {error}.") from None


def of_app(session: Session) -> Document:
    """Return the platform's document of the app's variables."""
    return session.api.get("apps", session.app, "variables")


def rows(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the records in a document of variables; the platform's null is none."""
    return document["variables"] or []


def values(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the values in a document of variables, by their names."""
    return {row["name"]: row["value"] or "" for row in rows(document)}


def text(session: Session, document: Document) -> str:
    """Return a document of variables as a dotenv file to edit.

    Raises Failed when no such file can hold them.
    """
    heading = f"# The variables of {visible(session.app)}: to remove one, remove its line.\n"
    try:
        lines = dotenv.dump(values(document))
        lines.encode()
    except UnicodeEncodeError:
        raise Failed("A value is no text that a file can hold.") from None
    except ValueError as error:
        raise Failed(f"{error}.") from None
    return heading + lines


def edited(session: Session, draft: Draft, before: Document, *, yes: bool) -> Difference:
    """Return how the user changed variables in a draft of them, once they agree to it.

    They may edit again what cannot be read, or what they see of the difference. Raises Declined
    when they say no, Misused when the text stays unreadable. `yes` is the option --yes.
    """
    while True:
        draft.edit()
        try:
            change = difference(values(before), of_file(str(draft.path)))
        except Misused as error:
            if not session.can_ask:
                raise
            session.say(error.message)
            if session.ask("Edit again? [Y/n]", otherwise="").lower() in {"n", "no"}:
                raise
            continue
        if not change:
            return change
        change.tell(session)
        if yes or session.rehearsal:
            return change
        answer = session.decision(
            f"Send this to {session.app}?",
            "[y]es, [e]dit again, [N]o:",
            otherwise="Add --yes to go ahead.",
        ).lower()
        if answer in {"y", "yes"}:
            return change
        if answer not in {"e", "edit"}:
            raise Declined("Nothing was sent.")


def require_unchanged(session: Session, before: Document) -> None:
    """Raise Rejected when the app's variables are not those of a document any more."""
    if change := difference(values(before), values(of_app(session))):
        raise Rejected(
            f"{', '.join(change.names)} changed on the platform meanwhile: nothing was sent.",
            f"Edit them as they are now: {session.line_for_app('env edit')}",
        )


def replace(session: Session, wanted: Mapping[str, str], *, yes: bool) -> None:
    """Make the app's variables the `wanted` ones, once the user agrees to what is removed.

    `yes` is the option --yes. Raises Declined when they say no, Misused when nothing is wanted.
    """
    if not wanted:
        raise Misused(
            f"No variable in there: --prune would leave none to {session.app}.",
            f"To remove them all, name them: {session.line_for_app('env unset NAME...')}",
        )
    document = of_app(session)
    change = difference(values(document), wanted)
    if not change:
        session.say("No difference: nothing to do.")
        return
    change.tell(session)
    if change.lacking:
        count = len(change.lacking)
        what = f"the {count} variables" if count > 1 else "the variable"
        session.agree(f"Remove {what} marked - from {session.app} for good?", yes)
    apply(session, change, document)


def put(session: Session, given: Mapping[str, str]) -> None:
    """Set variables, all in one request, and tell which."""
    body = {"variables": [{"name": name, "value": value} for name, value in given.items()]}
    answer = session.api.send("PUT", "apps", session.app, "variables", json=body)
    if not session.rehearsal:
        names = [row["name"] for row in rows(answer.document)]
        few = len(names) <= MOST_NAMED
        session.say(f"Set {', '.join(names) if few else f'{len(names)} variables'}.")


def remove(session: Session, records: Iterable[Mapping[str, Any]]) -> None:
    """Remove variables, given as the platform's records of them, and tell which.

    The regional platform takes one request for all of them; the legacy API takes one for each.
    """
    ids = {record["name"]: str(record["id"]) for record in records}
    # Whether the one at which it stops was removed may not be known.
    resume = session.line_for_app("env unset --ignore-missing")
    if session.platform.is_regional:
        body = {"variable_ids": list(ids.values())}
        with session.accounting(lambda: f"To finish: {resume} {shlex.join(ids)}"):
            session.api.send("DELETE", "apps", session.app, "variables", json=body)
        session.say(f"Removed {', '.join(ids)}.")
        return
    session.one_by_one("Removed", ids, lambda name: _remove_one(session, ids[name]), resume=resume)


def _remove_one(session: Session, variable_id: str) -> None:
    try:
        session.api.send("DELETE", "apps", session.app, "variables", variable_id)
    except UnknownApp:
        raise
    except NotFound:  # gone already: somebody else was faster, or an answer was lost
        return


def apply(session: Session, change: Difference, document: Document) -> None:
    """Send a difference from a document of variables: what is new or changed, then what goes."""
    if change.added or change.changed:
        put(session, {**change.added, **change.changed})
    if change.lacking:
        found = {row["name"]: row for row in rows(document)}
        remove(session, [found[name] for name in change.lacking])
    remind(session)


def remind(session: Session) -> None:
    """Tell how a change of variables reaches the running containers."""
    restart = session.line_for_app("restart")
    session.say(f"The running containers keep the old values until: {restart}")
