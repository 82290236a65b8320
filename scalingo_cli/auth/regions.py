"""The URL of each region's API: built in, cached for a day, or requested."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scalingo_cli import settings
from scalingo_cli.errors import Failed, NotFound, did_you_mean
from scalingo_cli.storage import private_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# The regions of the public platform, so that a first command needs no look-up.
BUILT_IN = {
    "osc-fr1": "https://api.osc-fr1.scalingo.com",
    "osc-secnum-fr1": "https://api.osc-secnum-fr1.scalingo.com",
}
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
    url = known_url(name, auth)
    if url is None:
        document = listing()
        remember(auth, document)
        urls = _urls(document)
        url = urls.get(name)
        if url is None:
            near = did_you_mean(name, urls)
            raise NotFound(
                f'Region "{name}" not found.', f"{near} List them: scalingo regions".strip()
            )
    return settings.base(url, f"The API of region {name}").url


def known_url(name: str, auth: settings.Base) -> str | None:
    """Return the base URL of a region's API if it is known without a request, unchecked."""
    if auth.url == settings.DEFAULT_AUTH_URL and name in BUILT_IN:
        return BUILT_IN[name]
    return _remembered(auth).get(name)


def remember(auth: settings.Base, document: Mapping[str, Any]) -> None:
    """Cache the platform's regions, unless SCALINGO_NO_CACHE is set."""
    if os.environ.get("SCALINGO_NO_CACHE"):
        return
    path = _path(auth)
    with suppress(OSError):  # only saves a request
        private_file.make_directory(path.parent)
        private_file.replace(path, json.dumps({"at": time.time(), "urls": _urls(document)}))


def _remembered(auth: settings.Base) -> dict[str, str]:
    if os.environ.get("SCALINGO_NO_CACHE"):
        return {}
    try:
        kept = private_file.read(_path(auth))
        fresh = 0 <= time.time() - kept["at"] < DAY
        return dict(kept["urls"]) if fresh else {}
    except (Failed, ValueError, KeyError, TypeError):  # as if it had not been cached
        return {}


def _path(auth: settings.Base) -> Path:
    from urllib.parse import quote

    return settings.cache_dir() / f"regions-{quote(auth.host, safe='')}.json"


def _urls(document: Mapping[str, Any]) -> dict[str, str]:
    return {str(region["name"]): str(region["api"]) for region in document["regions"]}
