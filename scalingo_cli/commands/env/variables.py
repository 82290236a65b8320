"""The variables of an app: compared with a dotenv file without showing values, edited, changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from scalingo_cli.console.tally import accounting, one_by_one
from scalingo_cli.console.view import Column, View
from scalingo_cli.errors import (
    Declined,
    Failed,
    Misused,
    NextStep,
    NotFound,
    Rejected,
    ScalingoError,
    UnknownApp,
)
from scalingo_cli.settings import HINT_SECONDS
from scalingo_cli.storage import input_file
from scalingo_cli.text.escape import MASK, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from scalingo_cli.api.document import Document
    from scalingo_cli.api.messages import Answer
    from scalingo_cli.commands.env.editor import Draft
    from scalingo_cli.console.console import Console
    from scalingo_cli.session import App, Session

Read = TypeVar("Read")

MOST_NAMED = 30  # in one line
AT_REST = {"new", "stopped"}  # statuses of an app without running containers
_CHANGED = f"{MASK} → {MASK}"
_SHOWN = {"add": ("+", "add"), "change": ("~", f"change {_CHANGED}"), "leave": (" ", "leave")}
_COLOURS = {"add": "green", "change": "bold"}

DIFFERENCE = View(
    "differences",
    "difference",
    {
        "  Name": Column(
            lambda record: record["name"],
            lambda record: f"{_SHOWN[record['import']][0]} {record['name']}",
            lambda record: _COLOURS.get(record["import"]),
        ),
        "Import": Column(
            lambda record: record["import"],
            lambda record: _SHOWN[record["import"]][1],
            lambda record: _COLOURS.get(record["import"]),
        ),
    },
    empty="No differences.",
)


VALUES = DIFFERENCE._replace(
    columns={
        **DIFFERENCE.columns,
        "Import": Column(
            lambda record: record["import"], colour=lambda record: _COLOURS.get(record["import"])
        ),
        "Before": "before",
        "After": "after",
    },
    whole=True,
)


def hide(console: Console, *several: Mapping[str, str]) -> None:
    """Hide the values that look secret in the log of a CI job, before something writes them."""
    for given in several:
        console.hide(
            {"variables": [{"name": name, "value": value} for name, value in given.items()]}
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

    @property
    def to_set(self) -> dict[str, str]:
        """The values of what is added or changed."""
        return {**self.added, **self.changed}

    def document(self, current: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return what an import would do with each name, to be shown through `DIFFERENCE`.

        With the `current` values, its records have the values before and after, for `VALUES`.
        """
        deeds = {"add": self.added, "change": self.changed, "leave": self.lacking}
        records: list[dict[str, str | None]] = [
            {"name": name, "import": deed} for deed, names in deeds.items() for name in names
        ]
        if current is not None:
            after = self.to_set
            for record in records:
                name = str(record["name"])
                before = current.get(name)
                record |= {"before": before, "after": after.get(name, before)}
        return {DIFFERENCE.many: records}

    def report(self, console: Console) -> None:
        """Report each name, before the changes are made and missing variables are removed."""
        for name in self.added:
            console.announce(f"+ {name}", "green")
        for name in self.changed:
            console.announce(f"~ {name}  {_CHANGED}", "bold")
        for name in self.lacking:
            console.announce(f"- {name}", "red")


def difference(current: Mapping[str, str], wanted: Mapping[str, str]) -> Difference:
    """Return the difference between the `wanted` and the `current` values, sorted by name."""
    both = wanted.keys() & current
    return Difference(
        {name: wanted[name] for name in sorted(wanted.keys() - both)},
        {name: wanted[name] for name in sorted(both) if wanted[name] != current[name]},
        sorted(current.keys() - both),
    )


def of_file(file: str) -> dict[str, str]:
    """Return the variables of a dotenv file, "-" being standard input.

    Raises Misused if it is invalid.
    """
    from scalingo_cli.commands.env import dotenv

    return _read(file, dotenv.parse)


def names_of_file(file: str) -> list[str]:
    """Return the names in a file that lists variables, with or without values. Raises Misused."""
    from scalingo_cli.commands.env import dotenv

    return _read(file, dotenv.names)


def _read(file: str, parse: Callable[[str], Read]) -> Read:
    text = input_file.text(file)
    try:
        return parse(text)
    except ValueError as error:
        raise Misused(f"{input_file.name(file)}, {error}.") from None


def of_app(app: App, *, resolve: bool = False) -> Document:
    """Return the platform's document of the app's variables.

    With `resolve`, the value $OTHER is replaced by that of OTHER, as in the app's containers.
    """
    # Whatever the name of the parameter suggests, `false` is what replaces $OTHER.
    params = {"aliases": "false"} if resolve else None
    return app.api.get("apps", app.name, "variables", params=params)


def rows(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the records in a document of variables; null counts as an empty list."""
    return document["variables"] or []


def values(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the values in a document of variables, by their names."""
    return {row["name"]: row["value"] or "" for row in rows(document)}


def text(app: App, document: Document) -> str:
    """Return a document of variables as a dotenv file to edit.

    Raises Failed when no such file can hold them.
    """
    heading = f"# Variables of {visible(app.name)}. To remove one, delete its line.\n"
    try:
        from scalingo_cli.commands.env import dotenv

        lines = dotenv.dump(values(document))
        lines.encode()
    except UnicodeEncodeError:
        raise Failed("A value is not valid text and cannot be written to a file.") from None
    except ValueError as error:
        raise Failed(f"{error}.") from None
    return heading + lines


def edited(app: App, session: Session, draft: Draft, before: Document, *, yes: bool) -> Difference:
    """Let the user edit the variables, and confirm the difference.

    They can edit again after an error, or after seeing the difference.

    Args:
        app: The app.
        session: Shows the difference and asks.
        draft: The text to edit.
        before: The document of the variables as they are.
        yes: Whether --yes was given.

    Returns:
        The difference.

    Raises:
        Declined: The user said no. Raises Misused if the text stays invalid.
    """
    while True:
        draft.edit()
        try:
            change = difference(values(before), of_file(str(draft.path)))
        except Misused as error:
            if not session.prompter.can_ask:
                raise
            session.say(error.message)
            if session.prompter.ask("Edit again? [Y/n]", otherwise="").lower() in {"n", "no"}:
                raise
            continue
        if not change:
            return change
        change.report(session.console)
        if yes or session.console.is_dry_run:
            return change
        answer = session.prompter.decision(
            f"Send this to {app.name}?",
            "[y]es, [e]dit again, [N]o:",
            otherwise="Pass --yes to proceed.",
        ).lower()
        if answer in {"y", "yes"}:
            return change
        if answer not in {"e", "edit"}:
            raise Declined("Nothing was sent.")


def require_unchanged(app: App, console: Console, before: Document) -> None:
    """Raise Rejected when the app's variables are not those of a document any more."""
    if change := difference(values(before), values(of_app(app))):
        raise Rejected(
            f"{', '.join(change.names)} changed on the platform in the meantime: nothing was sent.",
            NextStep("Edit the current values", app.line("env edit")),
        )


def replace(app: App, session: Session, wanted: Mapping[str, str], *, yes: bool) -> None:
    """Replace all variables of an app, once the user agrees to what is removed.

    Args:
        app: The app.
        session: Shows the difference and asks.
        wanted: The variables that the app will have.
        yes: Whether --yes was given.

    Raises:
        Misused: There are no variables. Raises Declined if the user says no.
    """
    if not wanted:
        raise Misused(
            f"The file defines no variables: --prune would remove every variable of {app.name}.",
            f"To remove them all, list them: {app.line('env unset NAME...')}",
        )
    document = of_app(app)
    change = difference(values(document), wanted)
    if not change:
        session.say("No differences: nothing to do.")
        return
    change.report(session.console)
    if change.lacking:
        count = len(change.lacking)
        what = f"the {count} variables" if count > 1 else "the variable"
        session.prompter.agree(f"Remove {what} marked - from {app.name} for good?", yes)
    apply(app, session.console, change, document)


def put(app: App, console: Console, given: Mapping[str, str]) -> None:
    """Set variables, all in one request, and say which."""
    if document := _put(app, console, given):
        console.say(f"Set {listed([row['name'] for row in rows(document)])}.")


def bring(app: App, console: Console, given: Mapping[str, str]) -> None:
    """Set those of the variables that differ from the app's, and say which, and how many do not."""
    change = difference(values(of_app(app)), given)
    same = len(given) - len(change.to_set)
    if not change.to_set:
        which = f"All {same} variables are" if same > 1 else f"{next(iter(given))} is"
        console.say(f"{which} the same already: nothing to do.")
        return
    if _put(app, console, change.to_set):
        done = {"added": change.added, "changed": change.changed}
        said = ", ".join(f"{verb} {listed(list(of))}" for verb, of in done.items() if of)
        rest = f"; {same} {'were' if same > 1 else 'was'} the same already" if same else ""
        console.say(f"{said[0].upper()}{said[1:]}{rest}.")
        remind(app, console)


def send(app: App, given: Mapping[str, str]) -> Answer:
    """Set variables, all in one request, and return the platform's answer."""
    body = {"variables": [{"name": name, "value": value} for name, value in given.items()]}
    return app.api.send("PUT", "apps", app.name, "variables", json=body)


def _put(app: App, console: Console, given: Mapping[str, str]) -> Document | None:
    """Set variables, all in one request, and show the platform's document if --json asks for it.

    Returns it; None in a dry run, which has none.
    """
    answer = send(app, given)
    if console.is_dry_run:
        return None
    if console.as_json:
        console.show_json(answer.document)
    return answer.document


def listed(names: Sequence[str]) -> str:
    """Return names in one line, or how many there are if they are too many for one."""
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} variables"


def remove(app: App, console: Console, records: Iterable[Mapping[str, Any]]) -> None:
    """Remove variables, given as the platform's records of them, and report which.

    The regional platform takes one request for all of them; the legacy API takes one for each.
    """
    import shlex

    ids = {record["name"]: str(record["id"]) for record in records}
    # Whether the one at which it stops was removed may not be known.
    resume = app.line("env unset --ignore-missing")
    if app.api.platform.is_regional:
        body = {"variable_ids": list(ids.values())}
        with accounting(lambda: NextStep("To finish", f"{resume} {shlex.join(ids)}")):
            app.api.send("DELETE", "apps", app.name, "variables", json=body)
        console.say(f"Removed {', '.join(ids)}.")
        return
    one_by_one(console, "Removed", ids, lambda name: _remove_one(app, ids[name]), resume=resume)


def _remove_one(app: App, variable_id: str) -> None:
    try:
        app.api.send("DELETE", "apps", app.name, "variables", variable_id)
    except UnknownApp:
        raise
    except NotFound:  # already removed: by somebody else, or the response was lost
        return


def apply(app: App, console: Console, change: Difference, document: Document) -> None:
    """Send a difference: first what is new or changed, then what is removed.

    Args:
        app: The app.
        console: Reports what was done.
        change: The difference.
        document: The document of the variables as they are.
    """
    if change.to_set:
        put(app, console, change.to_set)
    if change.lacking:
        found = {row["name"]: row for row in rows(document)}
        remove(app, console, [found[name] for name in change.lacking])
    remind(app, console)


def remind(app: App, console: Console) -> None:
    """Say how a change of variables reaches the containers, if any are running."""
    if console.is_dry_run or console.as_json:
        return
    try:
        status = app.api.get("apps", app.name, within_seconds=HINT_SECONDS)["app"].get("status")
    except ScalingoError:  # the hint does no harm to an app without containers
        status = None
    if status not in AT_REST:
        console.say(NextStep("Restart to apply", app.line("restart")))
