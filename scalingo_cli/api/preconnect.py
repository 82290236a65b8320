"""A TLS connection that is made while the modules that will use it are imported.

It is as good as one of requests' own, or it is not used: where a proxy leads to the host, where
the host cannot be reached or is not trusted, requests makes its own, and meets what is wrong.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from scalingo_cli.process.background import begun

if TYPE_CHECKING:
    import ssl
    from concurrent.futures import Future

CONNECT_SECONDS = 10.0
FRESH_SECONDS = 5.0  # a server may have closed what has been silent for longer


class HeadStart:
    """A connection to a host, which is begun now and can be taken once."""

    def __init__(self, host: str, port: int) -> None:
        self._origin = (host, port)
        self._authorities = ""
        self._made_at = 0.0
        self._lock = threading.Lock()
        self._begun: Future[ssl.SSLSocket] | None = begun(self._connected)

    @classmethod
    def toward(cls, url: str) -> HeadStart | None:
        """Return a connection to the host of a URL, begun now; None for plain HTTP."""
        from urllib.parse import urlsplit

        parts = urlsplit(url)
        return cls(parts.hostname or "", parts.port or 443) if parts.scheme == "https" else None

    def take(
        self, host: str, port: int, authorities: str | None, timeout: float | None
    ) -> ssl.SSLSocket | None:
        """Return the connection, None where there is none that leads there and is fresh.

        `authorities` is the file or directory of those whose certificates are trusted. Waits for
        it up to `timeout` seconds. Raises TimeoutError when the host takes longer.
        """
        with self._lock:
            if self._begun is None or self._origin != (host, port):
                return None
            future, self._begun = self._begun, None
        try:
            made = future.result(timeout)
        except TimeoutError:
            future.add_done_callback(_closed)
            raise
        except Exception:  # requests will meet it, too, and explain it
            return None
        if self._authorities == authorities and time.monotonic() - self._made_at < FRESH_SECONDS:
            return made
        made.close()
        return None

    def _connected(self) -> ssl.SSLSocket:
        import socket

        if _has_proxy():
            raise ConnectionError("the connection goes through a proxy")
        plain = socket.create_connection(self._origin, CONNECT_SECONDS)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made = self._context().wrap_socket(
                plain, server_hostname=self._origin[0], do_handshake_on_connect=False
            )
        except BaseException:
            plain.close()
            raise
        try:
            made.do_handshake()  # explicitly: a socket cut off before would be wrapped without
        except BaseException:
            made.close()
            raise
        self._made_at = time.monotonic()
        return made

    def _context(self) -> ssl.SSLContext:
        """Return a context that trusts whom requests trusts."""
        import ssl

        trusted = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        if not trusted:
            from certifi import where

            trusted = where()
        self._authorities = trusted
        folder = os.path.isdir(trusted)  # noqa: PTH112 - nothing is imported that can wait
        context = ssl.create_default_context(
            cafile=None if folder else trusted, capath=trusted if folder else None
        )
        context.set_alpn_protocols(["http/1.1"])
        return context


def _closed(future: Future[ssl.SSLSocket]) -> None:
    if not future.exception():
        future.result().close()


def _has_proxy() -> bool:
    """Tell whether any host may be reached through a proxy."""
    if sys.platform == "darwin":  # where the system's settings count as well
        from urllib.request import getproxies

        return bool(getproxies())
    names = {name.lower() for name, value in os.environ.items() if value}
    return any(name.endswith("_proxy") for name in names - {"no_proxy"})
