"""Names that the platform knows, so that a typo is found before anything is sent."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from scalingo_cli.console import lookup
from scalingo_cli.console.view import at, plain
from scalingo_cli.errors import Misused, NextStep, NotFound, ScalingoError, UnknownApp, did_you_mean
from scalingo_cli.settings import HINT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Unpack

    from scalingo_cli.api.client import API
    from scalingo_cli.api.messages import Given
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App


# What alerts and autoscalers take besides what the platform lists.
UNLISTED_METRICS = ("all", "rpm", "servers_amount")
FRACTIONS = {"cpu", "memory", "swap"}  # metrics that are measured in per cent, sent as fractions


def require(app: App, container_type: str | None, metric: str | None) -> None:
    """Raise as the two below do for each name that is given; both lists are asked for at once."""
    checks: list[Callable[[], None]] = []
    if container_type is not None:
        checks.append(lambda: require_container_type(app, container_type))
    if metric is not None:
        checks.append(lambda: require_metric(app, metric))
    app.api.together(*checks)


def require_container_type(app: App, name: str) -> None:
    """Raise NotFound, with the nearest names, for a type that the app's formation lacks."""
    known = container_types(app)
    if name not in known:
        raise NotFound(f'Container type "{name}" not found.', _hint(name, known))


def container_types(app: App, **given: Unpack[Given]) -> list[str]:
    """Return the types of the app's formation. Raises as `API.get` does."""
    rows = app.api.get("apps", app.name, "containers", **given)["containers"]
    return [plain(at(row, "name")) for row in rows or ()]


@contextmanager
def suggesting(
    what: str, name: str, find_names: Callable[[], Iterable[str]], *, listing: str = ""
) -> Iterator[None]:
    """If the block does not find `name`, name it in the error, with the nearest names.

    Args:
        what: What messages call it, such as "Container type".
        name: The name, as typed.
        find_names: Asks for the names that exist, which is worth `HINT_SECONDS`.
        listing: The command that lists them, for the hint; by default, it has all of them.

    Returns:
        The context manager of the block.

    Raises:
        NotFound: The error of the block; unchanged if it is about something else, or if nobody
            knows the names.
    """
    try:
        yield
    except UnknownApp:
        raise
    except NotFound as error:
        with suppress(ScalingoError):
            names = list(find_names())
            if name not in names:
                error.message = f'{what} "{name}" not found.'
                error.hints = []
                if listing:
                    error.advise(did_you_mean(name, names), NextStep("List them", listing))
                else:
                    error.advise(_hint(name, names))
        raise


def require_metric(app: App, name: str) -> None:
    """Raise Misused, with the nearest names, for a metric that the platform does not measure."""
    rows = app.api.get("features", "metrics")["metrics"]
    known = [plain(at(row, "id")) for row in rows or ()]
    if name not in {*known, *UNLISTED_METRICS}:
        raise unknown("metric", name, known)


def odd_fraction(metric: str, value: float) -> str:
    """Return a warning about a value that is too large for its metric, empty if it is not."""
    if metric not in FRACTIONS or value <= 1:
        return ""
    return (
        f"Warning: {metric} is a fraction: {value:g} is {value * 100:g}%."
        f" For {value:g}%, give {value / 100:g}."
    )


def unknown(what: str, name: str, known: Iterable[str]) -> Misused:
    """Return the error for a name that is not one of those `known`."""
    return Misused(f'"{name}" is not a valid {what}.', _hint(name, list(known)))


def _hint(name: str, known: list[str]) -> str:
    all_of_them = f"Valid values: {', '.join(known)}." if known else "There are none yet."
    return " ".join(filter(None, [did_you_mean(name, known), all_of_them]))


def nearest_apps(api: API, name: str) -> str:
    """Return a question that offers the user's apps with names near this one, if any."""
    try:
        apps = api.get("apps", within_seconds=HINT_SECONDS)["apps"] or []
    except ScalingoError:  # the error is reported without it
        return ""
    return did_you_mean(name, [plain(at(app, "name")) for app in apps])


def plan(api: API, provider_id: str, name: str, listing: str) -> Record:
    """Return a plan of a provider of add-ons or databases, by its name.

    Args:
        api: The API to ask.
        provider_id: The ID of the provider.
        name: Its name or ID, as typed.
        listing: The command that lists the plans of a provider, for the hint.

    Returns:
        The record of the plan.

    Raises:
        NotFound: The provider has no such plan. Otherwise raises as `API.get` does.
    """
    return lookup.one(
        api.get("addon_providers", provider_id, "plans")["plans"],
        name,
        "name",
        missing=f"{provider_id} has no plan",
        listing=f"scalingo {listing} {provider_id}",
    )
