"""Delivers notifications by HTTP, to this machine and nowhere else."""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 5.0  # to wait for an answer
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def deliver(url: str, content: object, ended: Callable[[str], None]) -> None:
    """Send JSON to a URL in the background, and call `ended` with how that went."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        ended("not sent: it is not at http://127.0.0.1")
        return
    body = json.dumps(content).encode()
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"

    def send() -> None:
        connection = HTTPConnection(parts.netloc.rpartition("@")[2], timeout=SECONDS)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            ended(str(connection.getresponse().status))
        except (OSError, HTTPException) as error:
            ended(f"failed: {error}")
        finally:
            connection.close()

    threading.Thread(target=send, daemon=True).start()
