"""TLS connections that are made while the modules that will use them are imported.

Each is equivalent to one that requests makes, or it is not used: if the host needs a proxy, cannot
be reached or is not trusted, requests makes its own connection and reports the problem.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from scalingo_cli import settings
from scalingo_cli.process.background import begun

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from concurrent.futures import Future

CONNECT_SECONDS = 10.0
FRESH_SECONDS = 5.0  # a server may have closed what has been silent for longer


class HeadStarts:
    """Connections that are begun before they are needed, each of which can be taken once.

    `find_url` returns the URL of a service by its name, `auth`, `regional` or `database`; None if
    the authentication API has to be asked for it first.
    """

    def __init__(self, find_url: Callable[[str], str | None]) -> None:
        self._find_url = find_url
        self._begun: list[_HeadStart] = []
        self._lock = threading.Lock()
        self._trust = _Trust()

    def to_service(self, name: str) -> None:
        """Begin a connection to a service."""
        url = self._find_url(name)
        if url is None and not self._begun:  # only one request asks where it is
            url = self._find_url("auth")
        if url:
            self.toward(url)

    def toward(self, url: str) -> None:
        """Begin a connection to the host of a URL over TLS, unless it leads out of the sandbox."""
        from urllib.parse import urlsplit

        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "https" and (not settings.in_sandbox() or settings.is_loopback(host)):
            head_start = _HeadStart((host, parts.port or 443), self._trust)
            with self._lock:
                self._begun.append(head_start)

    def take(
        self, host: str, port: int, authorities: str | None, timeout_seconds: float | None
    ) -> ssl.SSLSocket | None:
        """Return a connection, or None if there is no fresh one to this host.

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
            own = next((each for each in self._begun if each.origin == (host, port)), None)
            if own is None:
                return None
            self._begun.remove(own)
        made = own.result(timeout_seconds)
        if made and self._trust.authorities == authorities and own.is_fresh:
            return made
        if made:
            made.close()
        return None


class _HeadStart:
    """A connection to an origin, a host and a port, which is begun now."""

    def __init__(self, origin: tuple[str, int], trust: _Trust) -> None:
        self.origin = origin
        self._trust = trust
        self._made_at = 0.0
        self._future: Future[ssl.SSLSocket] = begun(self._connected)

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self._made_at < FRESH_SECONDS

    def result(self, timeout_seconds: float | None) -> ssl.SSLSocket | None:
        """Return the connection, or None if it failed. Raises TimeoutError as `take` does."""
        try:
            return self._future.result(timeout_seconds)
        except TimeoutError:
            self._future.add_done_callback(_closed)
            raise
        except Exception:  # requests will hit it too, and report it
            return None

    def _connected(self) -> ssl.SSLSocket:
        import socket

        if _has_proxy():
            raise ConnectionError("the connection goes through a proxy")
        plain = socket.create_connection(self.origin, CONNECT_SECONDS)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made = self._trust.context().wrap_socket(
                plain, server_hostname=self.origin[0], do_handshake_on_connect=False
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


class _Trust:
    """The authorities that requests trusts, which are read once for all connections."""

    def __init__(self) -> None:
        self.authorities = ""
        self._context: ssl.SSLContext | None = None
        self._lock = threading.Lock()

    def context(self) -> ssl.SSLContext:
        """Return a context that trusts them."""
        with self._lock:
            if self._context is None:
                self._context = self._read()
            return self._context

    def _read(self) -> ssl.SSLContext:
        import ssl

        trusted = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        if not trusted:
            from certifi import where

            trusted = where()
        self.authorities = trusted
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
