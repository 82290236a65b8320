"""Where apps may be: the accounts that signed in on this machine, in each of their regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from scalingo_cli.errors import BadUsage, NotAllowed, NotFound, RegionClosed, ScalingoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from scalingo_cli.api.document import Document
    from scalingo_cli.auth.context import Context
    from scalingo_cli.session import Session

Item = TypeVar("Item")
T = TypeVar("T")


class Place(NamedTuple):
    """A user in a region: `session.apis.of(place.auth)` is its API.

    Attributes:
        auth: The account, region and token. `auth.line` returns a command line for the place; its
            `account_option` and `region_option` are the options that lead there.
        account: The name of the account as --account takes it; empty for the token of the
            environment, and for one that was stored without an account.
        region: The region, or None on the legacy API.
    """

    auth: Context
    account: str
    region: str | None

    def __str__(self) -> str:
        """Name the place for messages."""
        where = f"region {self.region}" if self.region else self.auth.platform.host
        return f"{self.account}, {where}" if self.account else where


class Failure(NamedTuple):
    """What failed, `where`, in words; empty if there is nothing else."""

    where: str
    error: ScalingoError

    def __str__(self) -> str:
        """Say what failed and why."""
        return f"{self.where}: {self.error.message}" if self.where else self.error.message


def report(failures: Sequence[Failure]) -> None:
    """Raise the error of the first failure, if any, with all of them in its message."""
    if failures:
        error = failures[0].error
        error.message = " ".join(map(str, failures))
        raise error


def everywhere(
    session: Session, *, regions: bool, accounts: bool
) -> tuple[list[Place], list[Failure]]:
    """Return the places to look in, the one in force first.

    The platform is asked for the regions of each account at most once a day, for all accounts at
    the same time. The token of an account goes only to the platform that it signed in to.

    Args:
        session: The session.
        regions: Whether to include all regions, and not only the one in force for an account.
        accounts: Whether to include all accounts, and not only the one in force. A token in the
            environment is the only one, for it overrides any account.

    Returns:
        The places, and what failed: accounts without a token, or whose other regions are unknown.
    """
    users = _users(session) if accounts else [(_name(session.auth), session.auth)]

    def look(user: tuple[str, Context]) -> tuple[list[Place], list[Failure]]:
        name, auth = user
        _ = auth.token
        places, failures = [Place(auth, name, auth.platform.region)], []
        try:
            others = auth.other_regions() if regions else []
            places += [Place(auth.at(region), name, region) for region in others]
        except NotAllowed:  # anywhere
            raise
        except ScalingoError as error:
            failures.append(Failure(f"the other regions of {name or 'this account'}", error))
        return places, failures

    found: list[Place] = []
    failed: list[Failure] = []
    for (name, _), answer in at_once(users, look):
        if isinstance(answer, ScalingoError):
            failed.append(Failure(name, answer))
        else:
            found += answer[0]
            failed += answer[1]
    return found, failed


def _users(session: Session) -> list[tuple[str, Context]]:
    """Return the name and the context of each account, the one in force first."""
    from scalingo_cli.auth import accounts, credentials

    if credentials.in_environment():
        return [("", session.auth)]
    in_force = _name(session.auth)
    names = accounts.unique_names().values()
    others = [(name, session.apis.context(name)) for name in names if name != in_force]
    return [(in_force, session.auth), *others]


def _name(auth: Context) -> str:
    """Return the name of the account whose token is in force, if it is one's."""
    from scalingo_cli.auth import accounts, credentials

    if credentials.in_environment():
        return ""
    return accounts.unique_names().get(auth.token_key, "")


def check(session: Session, *, regions: bool, accounts: bool) -> None:
    """Raise BadUsage if the command line names all regions or accounts, and a single one.

    Say so if the token of the environment overrides all accounts.
    """
    from scalingo_cli.auth import credentials

    if regions and session.auth.region_option is not None:
        raise BadUsage("--all-regions cannot be combined with --region.")
    if accounts and session.auth.account_option is not None:
        raise BadUsage("--all-accounts cannot be combined with --account.")
    if accounts and credentials.in_environment():
        session.console.progress(f"{credentials.VARIABLE} is set and overrides any account.")


def gather(
    session: Session, *path: str, regions: bool, accounts: bool
) -> tuple[Document, list[Failure]]:
    """Return one document of a collection of every account and region, and what failed.

    Each record has the fields `account`, null for the token of the environment, and `region`,
    null on the legacy API. A region that is closed to an account is skipped, with a message.

    Args:
        session: The session.
        path: The path of the collection, whose last part is its root.
        regions: As in `everywhere`.
        accounts: As in `everywhere`.

    Returns:
        The document and the failures; the records that could be had are in the document.

    Raises:
        BadUsage: The command line names a single region or account as well.
    """
    from scalingo_cli.api.document import merged

    check(session, regions=regions, accounts=accounts)
    places, failures = everywhere(session, regions=regions, accounts=accounts)
    answers, failed = asked(session, places, *path)
    found = [
        (document, {"account": place.account or None, "region": place.region})
        for place, document in answers
    ]
    return merged(path[-1], found), [*failures, *failed]


def asked(
    session: Session, places: Iterable[Place], *path: str
) -> tuple[list[tuple[Place, Document]], list[Failure]]:
    """Return the document at a path from each place, and what failed.

    A region that is closed to an account is skipped, with a message.
    """
    found: list[tuple[Place, Document]] = []
    failures: list[Failure] = []
    places = list(places)
    for place, answer in at_once(places, lambda place: session.apis.of(place.auth).get(*path)):
        if isinstance(answer, RegionClosed) and place.auth.region_option:
            session.console.progress(f"Skipped {place}: {answer.message}")
        elif isinstance(answer, ScalingoError):
            failures.append(Failure(str(place) if len(places) > 1 else "", answer))
        else:
            found.append((place, answer))
    return found, failures


def with_app(session: Session, name: str, within_seconds: float) -> list[Place]:
    """Return the places, except the one in force, that have an app of this name.

    What fails is left out; --debug shows it.

    Args:
        session: The session.
        name: The name or ID of the app.
        within_seconds: How long to wait for each response.

    Returns:
        The places, in the order of `everywhere`.
    """
    import re

    if not re.fullmatch(r"[\w-]{1,60}", name, re.ASCII):  # which no app is called
        return []

    def ask(place: Place) -> bool:
        session.apis.of(place.auth).get("apps", name, within_seconds=within_seconds)
        return True

    places, failures = everywhere(session, regions=True, accounts=True)
    others = [place for place in places if place.auth is not session.auth]
    found = []
    for place, answer in at_once(others, ask):
        if not isinstance(answer, ScalingoError):
            found.append(place)
        elif not isinstance(answer, NotFound):
            failures.append(Failure(str(place), answer))
    if session.apis.debug:
        for failure in failures:
            session.say(f"* Looked for {name} elsewhere. {failure}")
    return found


def at_once(
    items: Iterable[Item], ask: Callable[[Item], T]
) -> Iterator[tuple[Item, T | ScalingoError]]:
    """Yield each item with what `ask` returns for it, or raises, in the order of the items.

    Several are asked at the same time, in threads of their own.
    """
    from functools import partial

    from scalingo_cli.process.background import in_turn

    items = list(items)
    for item, answer in zip(items, in_turn(partial(ask, item) for item in items), strict=True):
        try:
            result: T | ScalingoError = answer.result()
        except ScalingoError as error:
            result = error
        yield item, result
