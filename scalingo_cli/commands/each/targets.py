"""Which apps a run is about: those of the accounts and regions asked for that match."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli import places
from scalingo_cli.commands.apps import projects_of
from scalingo_cli.console.view import at, plain
from scalingo_cli.errors import NextStep, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.places import Place
    from scalingo_cli.session import Session


def key(app: str, region: str | None, account: str) -> str:
    """Return what identifies an app in a journal."""
    return "/".join([app, region or "", account])


class Target(NamedTuple):
    """An app, and the account and region in which it is."""

    app: str
    place: Place

    @property
    def key(self) -> str:
        """What identifies it in a journal."""
        return key(self.app, self.place.region, self.place.account)


class Wanted(NamedTuple):
    """Which apps are wanted: those that every criterion matches; an empty one matches all.

    Attributes:
        project: The name or the ID of their project, or OWNER/NAME.
        statuses: Their statuses.
        patterns: Shell patterns of their names, or the names themselves.
        exceptions: The same, of those that are not wanted.
    """

    project: str | None
    statuses: Sequence[str]
    patterns: Sequence[str]
    exceptions: Sequence[str]

    def match(self, app: Any) -> bool:
        """Return whether an app is wanted."""
        return (
            (self.project is None or self.project in projects_of(app))
            and (not self.statuses or plain(at(app, "status")) in self.statuses)
            and self.match_name(plain(at(app, "name")))
        )

    def match_name(self, name: str) -> bool:
        """Return whether an app of this name is wanted, as far as its name goes."""
        return (
            not self.patterns or any(_matches(name, each) for each in self.patterns)
        ) and not any(_matches(name, each) for each in self.exceptions)


def _matches(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern)


def chosen(session: Session, found: Sequence[Place], wanted: Wanted) -> list[Target]:
    """Return the wanted apps of some places, which each send their list once.

    An app that several accounts may see is there once, with the first of them. A region that is
    closed to an account is skipped, with a message.

    Raises:
        NotFound: There are none. Raises as the API does if any place does not send its list: the
            choice would be incomplete.
    """
    answers, failures = places.asked(session, found, "apps")
    places.report(failures)
    apps: dict[tuple[str, str | None, str], tuple[Place, Any]] = {}
    for place, document in answers:
        for app in document["apps"] or ():
            name = plain(at(app, "name"))
            apps.setdefault((place.auth.platform.host, place.region, name), (place, app))
    targets = [
        Target(name, place) for (_, _, name), (place, app) in apps.items() if wanted.match(app)
    ]
    if not targets:
        raise NotFound(
            f"None of your {len(apps)} apps match." if apps else "You have no apps.",
            NextStep("List them", session.auth.line("apps")),
        )
    return targets
