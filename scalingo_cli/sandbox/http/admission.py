"""Which requests are accepted: those of programs that use the sandbox's address, no web pages.

A page whose name was rebound to this machine sends its own name as Host, any other page an
Origin. Both are refused before anything else is checked.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scalingo_cli.sandbox.http.messages import refused

if TYPE_CHECKING:
    from collections.abc import Container
    from email.message import Message

# The official client puts this before its version, where it opens a WebSocket: the Origin of a
# page has no path.
_NO_PAGE = re.compile(r"http://scalingo-cli\.local/[\w.-]*")


def admit(target: str, headers: Message, names: Container[str]) -> None:
    """Refuse with 403 a request for a different host, and any that a browser sends.

    `target` is as in the first line of the request; `names` are the hosts that count as this one,
    besides the loopback addresses, which nobody can rebind.
    """
    hosts = [f"//{value}" for value in headers.get_all("Host", [])]
    if len(hosts) != 1 or not all(_is_here(url, names) for url in [*hosts, *_absolute(target)]):
        raise refused(403, "This sandbox answers to its own address only: see the Host header")
    for origin in headers.get_all("Origin", []):
        if not _NO_PAGE.fullmatch(origin):
            raise refused(403, "This sandbox does not answer web pages: see the Origin header")


def _absolute(target: str) -> list[str]:
    return [target] if "://" in target.partition("?")[0] else []


def _is_here(url: str, names: Container[str]) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name in names:
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
