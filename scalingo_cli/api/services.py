"""The services of the platform: where each is, who signs its requests, what paths it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from scalingo_cli.errors import Misused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from requests.auth import AuthBase

# Beginnings of the paths that the authentication API serves; the region's API serves the rest.
AUTH = {
    ("account", "keys"),  # the legacy API's ("keys",)
    ("account", "profile"),
    ("client",),
    ("contracts",),
    ("keys",),
    ("organizations",),
    ("regions",),
    ("scm_integrations",),
    ("tokens",),
    ("users", "account"),
    ("users", "delete"),
    ("users", "roles"),
    ("users", "self"),
    ("users", "sign_in"),
    ("users", "stop_free_trial"),
}
DATABASE = ("api",)  # the beginning of each path of a database API
# Paths that anyone may read.
PUBLIC = {
    ("addon_categories",),
    ("addon_providers",),
    ("event_categories",),
    ("event_types",),
    ("features",),
    ("notification_platforms",),
}


class Service(NamedTuple):
    """One API: `find_base` returns the base of its URLs, `signer` signs its requests.

    `variable` is the environment variable that sets its address. `find_token_url` returns where its
    own token is requested with the bearer, if it has one.
    """

    name: str
    find_base: Callable[[], str]
    signer: AuthBase
    variable: str = "SCALINGO_API_URL"
    find_token_url: Callable[[], str] | None = None

    def url(self, *parts: str) -> str:
        """Return the URL of a path. Raises Misused as `path` does."""
        base = self.find_base()
        return f"{base}/{path(*parts)}" if parts else base


def path(*parts: str) -> str:
    """Join path parts, each quoted so that none can reach another endpoint.

    Raises Misused for an empty part, and for `.` and `..`.
    """
    for part in parts:
        if part in {"", ".", ".."}:
            raise Misused(f'"{part}" is not a valid name or ID.')
    return "/".join(quote(part, safe="") for part in parts)


def of(parts: Sequence[str]) -> str:
    """Return which service of the regional platform serves a path: auth, regional or database."""
    if tuple(parts[:1]) == DATABASE:
        return "database"
    return "auth" if {tuple(parts[:1]), tuple(parts[:2])} & AUTH else "regional"


def is_public(parts: Sequence[str]) -> bool:
    """Return whether anyone may read this path, signed in or not."""
    return tuple(parts[:1]) in PUBLIC
