"""The URL of a log drain without what makes it a credential."""

from __future__ import annotations

from scalingo_cli.text.escape import MASK

_WEB = {"http", "https", "ws", "wss"}
_SHOWN = {"region"}  # of the query


def is_token(scheme: str, netloc: str) -> bool:
    """Return whether a token stands in the place of the host, as in `datadog://TOKEN`."""
    host = netloc.rpartition("@")[2]
    is_host = "." in host or ":" in host or host in {"", "localhost"}
    return scheme not in _WEB and not is_host


def name(url: str) -> str:
    """Return where a drain leads: its host and port, or its scheme if it has none; MASK if odd."""
    scheme, netloc = _parts(url)
    host = netloc.rpartition("@")[2]
    return (scheme if is_token(scheme, netloc) or not host else host) or MASK


def masked(url: str) -> str:
    """Return a drain's URL with asterisks for user, password, token, path and query."""
    from urllib.parse import parse_qsl, urlencode, urlsplit

    scheme, netloc = _parts(url)
    if not scheme:
        return MASK
    parts = urlsplit(url)
    if is_token(scheme, netloc):
        netloc = MASK
    elif "@" in netloc:
        netloc = f"{MASK}@{netloc.rpartition('@')[2]}"
    path = f"/{MASK}" if parts.path.strip("/") else ""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([(key, each if key in _SHOWN else MASK) for key, each in pairs], safe="*")
    return f"{scheme}://{netloc}{path}{'?' if query else ''}{query}"


def _parts(url: str) -> tuple[str, str]:
    """Return scheme and authority of a URL, both empty if it is not one."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return (parts.scheme, parts.netloc) if "://" in url else ("", "")
