"""A TLS connection that is made while the modules that will use it are imported.

It is equivalent to one that requests makes, or it is not used: if the host needs a proxy, cannot
be reached or is not trusted, requests makes its own connection and reports the problem.
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
    """A connection to a host, which is started now and can be taken once."""

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
        self, host: str, port: int, authorities: str | None, timeout_seconds: float | None
    ) -> ssl.SSLSocket | None:
        """Return the connection, or None if there is no fresh one to this host.

        Args:
            host: The host to reach.
            port: Its port.
            authorities: The file or directory of the authorities whose certificates are trusted.
            timeout_seconds: How long to wait until it is made.

        Returns:
            The connection, which is the caller's to close.

        Raises:
            TimeoutError: The host took longer.
        """
        with self._lock:
            if self._begun is None or self._origin != (host, port):
                return None
            future, self._begun = self._begun, None
        try:
            made = future.result(timeout_seconds)
        except TimeoutError:
            future.add_done_callback(_closed)
            raise
        except Exception:  # requests will hit it too, and report it
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
        """Return a context that trusts the authorities that requests trusts."""
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
    """Return whether any host may be reached through a proxy."""
    if sys.platform == "darwin":  # these consult the system's settings as well
        from urllib.request import getproxies

        return bool(getproxies())
    names = {name.lower() for name, value in os.environ.items() if value}
    return any(name.endswith("_proxy") for name in names - {"no_proxy"})
