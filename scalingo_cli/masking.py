"""Requests and answers with their secrets masked, fit for a log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

MASK = "***"
# Fields that hold a secret wherever they stand: variables' values, credentials, private links.
_SECRET_FIELDS = {
    "authentication_token",
    "invitation_link",
    "old_value",
    "otp",
    "password",
    "tlskey",
    "token",
    "value",
}
_SECRET_LINKS = {"attach_url", "download_url", "logs_url", "upload_url"}
_SECRET_MAPPINGS = {"env"}  # names to values, of a one-off container


def masked(value: Any, field: str = "") -> Any:
    """Return a JSON value with each secret in it replaced by asterisks.

    `field` is the name it stands under. An object or a list is looked into even there, for
    `token` names an object in some answers and a string in others.
    """
    if isinstance(value, Mapping):
        if field in _SECRET_MAPPINGS:
            return dict.fromkeys(value, MASK)
        return {name: masked(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, field) for inner in value]
    if value in (None, ""):
        return value
    if field in _SECRET_FIELDS:
        return MASK
    if field in _SECRET_LINKS:
        return _without_path(str(value))
    return masked_url(value) if isinstance(value, str) and "://" in value else value


def scrubbed(text: str, body: object) -> str:
    """Return `text` without the secrets of a request's body, for a refusal may repeat them.

    A short secret is looked for as a whole word, so that a value `1` spoils no number.
    """
    for secret in sorted(set(_secrets(body)), key=len, reverse=True):
        if secret in text:
            edges = (r"(?<!\w)", r"(?!\w)") if len(secret) < 8 else ("", "")
            text = re.sub(re.escape(secret).join(edges), MASK, text)
    return text


def _secrets(value: object, field: str = "") -> Iterator[str]:
    """Yield what `masked` would hide, whole and line by line."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _secrets(inner, field if field in _SECRET_MAPPINGS else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _secrets(inner, field)
    elif field in _SECRET_FIELDS | _SECRET_MAPPINGS:
        yield from filter(None, map(str.strip, [str(value), *str(value).splitlines()]))


def masked_url(url: str) -> str:
    """Return a URL without its password and without the values of `token` and `signature`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    netloc = parts.netloc
    if "@" in netloc:
        netloc = f"{MASK}@{netloc.rpartition('@')[2]}"
    query = parts.query
    if "token" in query.lower() or "signature" in query.lower():
        query = urlencode(
            [
                (name, MASK if "token" in name.lower() or "signature" in name.lower() else value)
                for name, value in parse_qsl(query, keep_blank_values=True)
            ],
            safe="*",
            quote_via=quote,
        )
    return urlunsplit(parts._replace(netloc=netloc, query=query))


def _without_path(url: str) -> str:
    """Return a link whose very path is a credential as its origin alone."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{MASK}"
