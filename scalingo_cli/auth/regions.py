"""Where a region's API, database API and SSH host are: built in, cached for a day, or requested."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scalingo_cli import settings
from scalingo_cli.errors import Failed, Misused, NextStep, NotFound, did_you_mean
from scalingo_cli.storage import private_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# The regions of the public platform, so that a first command needs no look-up.
BUILT_IN = {
    "osc-fr1": "https://api.osc-fr1.scalingo.com",
    "osc-secnum-fr1": "https://api.osc-secnum-fr1.scalingo.com",
}
API, DATABASE_API, SSH = "api", "database_api", "ssh"  # the fields of a region that are kept
DEFAULT = "osc-fr1"
DAY = 86_400  # seconds


def by_default() -> str | None:
    """Return the region to use if nothing selects one, or None if it may be the legacy API.

    An address in `SCALINGO_API_URL` is that of a legacy API, unless it is a region's or
    `SCALINGO_AUTH_URL` is set as well: no token is sent to a different platform.
    """
    api = settings.api_base()
    if api is None or settings.auth_is_given():
        return DEFAULT
    return next((name for name, url in BUILT_IN.items() if url == api.url), None)


def api_url(name: str, auth: settings.Base, listing: Callable[[], Mapping[str, Any]]) -> str:
    """Return the base URL of a region's API, without /v1.

    `listing` asks the authentication API for its `regions`. Raises NotFound for a name that the
    platform does not have, and Misused for a URL that the token must not be sent to.
    """
    url = known_url(name, auth) or _listed(name, auth, listing)[API]
    return settings.base(url, f"The API of region {name}").url


def database_url(name: str, auth: settings.Base, listing: Callable[[], Mapping[str, Any]]) -> str:
    """Return the base URL of a region's database API, without /api. Raises as `api_url` does.

    Raises Misused as well if the region has no such API.
    """
    url = known_database_url(name, auth)
    if url is None:
        url = _listed(name, auth, listing)[DATABASE_API]
    if not url:
        raise Misused(f"The region {name} names no database API.", "Set SCALINGO_DB_URL.")
    return settings.base(url, f"The database API of region {name}").url


def ssh_host(name: str, auth: settings.Base, listing: Callable[[], Mapping[str, Any]]) -> str:
    """Return the SSH host of a region, with its port if that is not 22.

    Raises NotFound for a name that the platform does not have, and Misused if it names none.
    """
    if auth.url == settings.DEFAULT_AUTH_URL and name in BUILT_IN:
        return BUILT_IN[name].replace("https://api.", "ssh.")
    host = (_remembered(auth).get(name) or _listed(name, auth, listing))[SSH]
    if not host:
        raise Misused(f"The region {name} names no SSH host.", "Set SCALINGO_SSH_HOST.")
    return host


def known_url(name: str, auth: settings.Base) -> str | None:
    """Return the base URL of a region's API if it is known without a request, unchecked."""
    if auth.url == settings.DEFAULT_AUTH_URL and name in BUILT_IN:
        return BUILT_IN[name]
    return _remembered(auth).get(name, {}).get(API)


def known_database_url(name: str, auth: settings.Base) -> str | None:
    """Return that of a region's database API likewise; empty if the region has none."""
    if auth.url == settings.DEFAULT_AUTH_URL and name in BUILT_IN:
        return BUILT_IN[name].replace("//api.", "//db-api.")
    return _remembered(auth).get(name, {}).get(DATABASE_API)


def _listed(
    name: str, auth: settings.Base, listing: Callable[[], Mapping[str, Any]]
) -> dict[str, str]:
    """Return the URLs of a region that the platform lists. Raises NotFound if it does not."""
    urls = _asked(auth, listing)
    if name not in urls:
        near = did_you_mean(name, urls)
        raise NotFound(
            f'Region "{name}" not found.', near, NextStep("List them", "scalingo regions")
        )
    return urls[name]


def names(auth: settings.Base, listing: Callable[[], Mapping[str, Any]]) -> list[str]:
    """Return the names of all regions of the platform. Raises as `listing` does."""
    return list(_remembered(auth) or _asked(auth, listing))


def _asked(
    auth: settings.Base, listing: Callable[[], Mapping[str, Any]]
) -> dict[str, dict[str, str]]:
    """Return the URLs of the regions that the platform lists, which are cached from now on."""
    document = listing()
    remember(auth, document)
    return _urls(document)


def remember(auth: settings.Base, document: Mapping[str, Any]) -> None:
    """Cache the platform's regions, unless SCALINGO_NO_CACHE is set."""
    if os.environ.get("SCALINGO_NO_CACHE"):
        return
    path = _path(auth)
    with suppress(OSError):  # only saves a request
        private_file.make_directory(path.parent)
        private_file.replace(path, json.dumps({"at": time.time(), "urls": _urls(document)}))


def _remembered(auth: settings.Base) -> dict[str, dict[str, str]]:
    if os.environ.get("SCALINGO_NO_CACHE"):
        return {}
    try:
        kept = private_file.read(_path(auth))
        fresh = 0 <= time.time() - kept["at"] < DAY
        if not fresh:
            return {}
        return {
            name: {field: str(urls[field]) for field in (API, DATABASE_API, SSH)}
            for name, urls in kept["urls"].items()
        }
    except (AttributeError, Failed, ValueError, KeyError, TypeError):  # or an earlier version's
        return {}


def _path(auth: settings.Base) -> Path:
    from urllib.parse import quote

    return settings.cache_dir() / f"regions-{quote(auth.host, safe='')}.json"


def _urls(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {
        str(region["name"]): {
            API: str(region[API]),
            DATABASE_API: str(region.get(DATABASE_API) or ""),
            SSH: str(region.get(SSH) or ""),
        }
        for region in document["regions"]
    }
