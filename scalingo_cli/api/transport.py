"""The connection to the platform: limits on time, size and origin, around requests."""

from __future__ import annotations

import io
import os
import socket
import ssl
import threading
import time
import zlib
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

from scalingo_cli import errors, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from requests.auth import AuthBase

    from scalingo_cli.api.channel import Channel
    from scalingo_cli.api.preconnect import HeadStarts

LARGEST_ANSWER = 256 * 2**20  # bytes, unpacked, of a response that is read as a whole
LARGEST_REFUSAL = 2**20  # bytes
_CHUNK = 64 * 1024


class TooLarge(requests.RequestException):
    """A response is larger than any valid one, such as a decompression bomb."""


class BadRedirect(requests.RequestException):
    """A response redirects to something that is not a URL."""


class TooSlow(requests.RequestException):
    """A response is still arriving, but its time limit, so many `seconds`, is over."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Limit:
    """The time that one exchange may take: when it is over, the sockets are shut down.

    A socket's timeout starts again with each byte; this one does not. In a `with` block, it limits
    what the thread sends inside.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self.seconds = seconds
        self._started = time.monotonic()
        self._ends = self._started + seconds
        self._over = False
        self._sockets: list[socket.socket] = []
        self._changed = threading.Condition()
        self._watching = False

    @property
    def seconds_left(self) -> float:
        """How many seconds are left: always more than zero, which would mean no limit."""
        return max(self._ends - time.monotonic(), 0.001)

    def allow(self, seconds: float) -> None:
        """End in so many seconds from now instead."""
        with self._changed:
            now = time.monotonic()
            self.seconds = now - self._started + seconds
            if now + seconds < self._ends:  # otherwise, the thread checks when it wakes
                self._changed.notify()
            self._ends = now + seconds

    def watch(self, sock: Any) -> None:
        """Shut this socket down as well at the end."""
        with self._changed:
            # A duplicate, for TLS takes the socket over and http.client may close it at any time.
            self._sockets.append(socket.socket(fileno=os.dup(sock.fileno())))
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        with self._changed:
            while not self._over:
                left = self._ends - time.monotonic()
                if left <= 0:
                    self.expired = True
                    for sock in self._sockets:
                        with suppress(OSError):  # the other side has closed it
                            sock.shutdown(socket.SHUT_RDWR)
                    self._watching = False
                    return
                self._changed.wait(min(left, threading.TIMEOUT_MAX))

    def end(self) -> None:
        """Release the sockets: the exchange is over."""
        with self._changed:
            self._over = True
            self._changed.notify()
            for sock in self._sockets:
                sock.close()
            self._sockets.clear()

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Apply to what this thread sends until the block ends."""
        token = _LIMIT.set(self)
        try:
            yield
        finally:
            _LIMIT.reset(token)


_LIMIT: ContextVar[Limit | None] = ContextVar("limit", default=None)


def limit_in_force() -> Limit | None:
    """Return the limit on what this thread sends now."""
    return _LIMIT.get()


def _watch(sock: Any) -> None:
    if limit := _LIMIT.get():
        limit.watch(sock)


_HEAD_STARTS: ContextVar[HeadStarts | None] = ContextVar("head_starts", default=None)


class _Connection(HTTPConnection):
    """A connection that obeys the limit in force."""

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        _watch(sock)
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            _watch(self.sock)
        super().request(*args, **kwargs)


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS; it uses a connection with a head start if there is one."""

    def connect(self) -> None:
        authorities = self.ca_certs or self.ca_cert_dir
        head_starts = _HEAD_STARTS.get()
        try:
            made = head_starts and head_starts.take(self.host, self.port, authorities, self.timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "The host did not respond in time.") from error
        if made:
            self.sock, self.is_verified = made, True
            _watch(made)
        else:
            super().connect()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _SecurePool}


class Connector(BaseAdapter):
    """An adapter of requests that can also send a CONNECT."""

    def connect(
        self,
        request: requests.PreparedRequest,
        *,
        proxy: str | None,
        authorities: str,
        timeout: urllib3.Timeout,
    ) -> tuple[requests.Response, Channel]:
        """Send a CONNECT.

        Args:
            request: The request.
            proxy: The URL of a proxy, or None.
            authorities: A file or a directory of the certificates to trust.
            timeout: The limits for connecting and for a silence.

        Returns:
            The response and the raw connection. Raises as `channel.connect` does, and Misused if
            the request would leave the sandbox.
        """
        raise NotImplementedError


class Connection(requests.Session):
    """A requests session without cookies, whose redirects carry no credentials to other origins.

    Everything is sent through `adapter`.
    """

    def __init__(self, adapter: Connector) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # sent to any port
        self._adapter = adapter
        for scheme in ("https://", "http://"):
            self.mount(scheme, adapter)

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Drop any cookie, and the authorization if the request is redirected to another origin."""
        prepared_request.headers.pop("Cookie", None)
        if not same_origin(prepared_request.url or "", response.request.url or ""):
            prepared_request.headers.pop("Authorization", None)

    def connect(
        self, url: str, auth: AuthBase, timeout: urllib3.Timeout
    ) -> tuple[requests.Response, Channel]:
        """Send a CONNECT, and return its response and the raw connection.

        Raises requests.RequestException, and OSError if the trusted certificates cannot be read.
        """
        request = self.prepare_request(requests.Request("CONNECT", url, auth=auth))
        proxy, authorities = self.way(url)
        return self._adapter.connect(request, proxy=proxy, authorities=authorities, timeout=timeout)

    def way(self, url: str) -> tuple[str | None, str]:
        """Return the proxy to `url`, or None; and the file or directory of the authorities whose
        certificates are trusted.
        """
        asked = self.merge_environment_settings(url, {}, None, None, None)
        trusted = asked["verify"]
        authorities = DEFAULT_CA_BUNDLE_PATH if trusted is True else str(trusted)
        if settings.is_loopback(urlsplit(url).hostname or ""):
            return None, authorities  # no other machine can reach it
        proxy = select_proxy(url, asked["proxies"])
        return proxy if not proxy or "://" in proxy else f"http://{proxy}", authorities


class Adapter(Connector, HTTPAdapter):
    """Reads a response as a whole, unless it is a stream, within its limits of time and size.

    A connection with a head start is used if it leads to the same host.
    """

    def __init__(self, head_starts: HeadStarts | None) -> None:
        super().__init__()
        self._head_starts = head_starts
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        """Return the pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(
        self, request: requests.PreparedRequest, stream: bool = False, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send one request. Also raises TooLarge, and Misused if it would leave the sandbox."""
        settings.stay_in_sandbox(request.url or "")
        token = _HEAD_STARTS.set(self._head_starts)
        try:
            response = super().send(request, stream, *args, **kwargs)
        finally:
            _HEAD_STARTS.reset(token)
        refused = response.status_code >= 300
        if stream and not refused:
            return response
        content = io.BytesIO()
        with response:
            for piece in arriving(response):
                content.write(piece)
                if content.tell() > (LARGEST_REFUSAL if refused else LARGEST_ANSWER):
                    raise TooLarge(request=request)
        content.seek(0)
        response.raw = content
        return response

    def connect(
        self,
        request: requests.PreparedRequest,
        *,
        proxy: str | None,
        authorities: str,
        timeout: urllib3.Timeout,
    ) -> tuple[requests.Response, Channel]:
        """Send a CONNECT. See `Connector.connect`."""
        from scalingo_cli.api import channel

        settings.stay_in_sandbox(request.url or "")
        return channel.connect(
            request,
            authorities=authorities,
            proxy=proxy,
            proxy_headers=self.proxy_headers(proxy) if proxy else {},
            timeout=timeout,
            watch=_watch,
        )


def arriving(response: requests.Response) -> Iterator[bytes]:
    """Yield a body as it arrives; requests' own iterators wait until a chunk is full.

    Raises as requests does; for a body that ends inside its compression, a ContentDecodingError
    that CutInside caused.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    try:
        if encoding in {"gzip", "x-gzip"}:
            yield from _unpacked(partial(response.raw.read1, _CHUNK, decode_content=False))
            return
        while piece := response.raw.read1(_CHUNK, decode_content=True):
            yield piece
    except (urllib3.exceptions.DecodeError, zlib.error) as error:
        raise requests.exceptions.ContentDecodingError(error) from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ConnectionError(error) from error


def _unpacked(read: Callable[[], bytes]) -> Iterator[bytes]:
    """Yield gzip'd bytes unpacked. Raises zlib.error if they end before their checksum.

    urllib3 takes such an end for the end of the response.
    """
    member = zlib.decompressobj(wbits=31)
    begun = False
    while packed := read():
        begun = True
        while packed:
            if member.eof:
                member = zlib.decompressobj(wbits=31)
            if piece := member.decompress(packed, _CHUNK):
                yield piece
            packed = member.unused_data if member.eof else member.unconsumed_tail
    if begun and not member.eof:
        raise CutInside


class CutInside(zlib.error):
    """A body ended inside its compression."""


def same_origin(one: str, other: str) -> bool:
    """Return whether two URLs have the same scheme, host and port."""

    def origin(url: str) -> tuple[str, str | None, int | None]:
        parts = urlsplit(url)
        return (
            parts.scheme,
            parts.hostname,
            parts.port or {"https": 443, "http": 80}.get(parts.scheme),
        )

    return origin(one) == origin(other)


def unreachable(
    error: Exception, host: str, timeout: urllib3.Timeout, *, changes: bool
) -> errors.ScalingoError:
    """Return the error for a request that `host` did not answer completely, with the reason.

    Args:
        error: What requests or urllib3 raised.
        host: The host, with its port unless it is the usual one.
        timeout: The limits for connecting and for a silence.
        changes: Whether the request may have changed something.

    Returns:
        The error to raise.
    """
    causes = list(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    hint = "Check your connection, then try again."
    lost = errors.MAY_BE_DONE if changes else hint
    if isinstance(error, requests.exceptions.SSLError):
        return _untrusted(host, causes)
    if isinstance(error, (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)):
        return _unsent(f"The proxy could not connect to {host}.", "Check HTTPS_PROXY and NO_PROXY.")
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return _unsent(
            f"{host} did not accept a connection in {timeout.connect_timeout:.3g} s.", hint
        )
    if isinstance(error, requests.exceptions.ReadTimeout) or "ReadTimeoutError" in names:
        return errors.TryAgain(f"{host} sent nothing for {timeout.read_timeout:.3g} s.", lost)
    if names & {"NameResolutionError", "gaierror"}:
        failure = _unsent(f"Could not resolve the host name {host}.", hint)
        failure.unreachable = True
        return failure
    if names & {"NewConnectionError", "NotConnected"}:
        system = next((c.strerror for c in causes if isinstance(c, OSError) and c.strerror), None)
        failure = _unsent(f"Could not connect to {host}: {system or 'refused'}.", hint)
        failure.unreachable = True
        return failure
    cut = f"The connection to {host} was lost before the response was complete."
    if any(isinstance(cause, CutInside) for cause in causes):
        return errors.TryAgain(cut, lost)
    if isinstance(
        error, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)
    ):
        return errors.TryAgain(cut, lost)
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return errors.Failed(f"The response from {host} is corrupt: it could not be decompressed.")
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return errors.Failed(f"{host} redirects in a loop.")
    if isinstance(error, TooLarge):
        return errors.Failed(f"The response from {host} is larger than {LARGEST_ANSWER >> 20} MiB.")
    if isinstance(error, TooSlow):
        return errors.TryAgain(
            f"{host} sent no complete response within {error.seconds:.1f} s.", lost
        )
    if isinstance(error, BadRedirect):
        return errors.Failed(f"{host} redirects to an invalid address.")
    # Not the error's own text: it may contain the URL of a proxy, with its password.
    return errors.Failed(
        f"Could not send a request to {host} ({type(error).__name__}).",
        "Check SCALINGO_API_URL, HTTPS_PROXY and ALL_PROXY.",
    )


def _unsent(message: str, hint: str) -> errors.TryAgain:
    error = errors.TryAgain(message, hint)
    error.unsent = True
    return error


# What OpenSSL says if the other side speaks no TLS, or no version or cipher that this one knows.
_NO_TLS_IN_COMMON = {
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "UNSUPPORTED_PROTOCOL",
    "WRONG_VERSION_NUMBER",
}


def _untrusted(host: str, causes: list[Any]) -> errors.TryAgain:
    error = errors.TryAgain(
        f"Could not establish a trusted connection to {host}: {_tls_reason(causes)}.",
        "If a proxy uses its own certificate authority, set REQUESTS_CA_BUNDLE to its certificate.",
    )
    error.lasts = any(
        isinstance(cause, ssl.SSLCertVerificationError)
        or (isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS_IN_COMMON)
        for cause in causes
    )
    error.is_temporary = not error.lasts
    return error


def _tls_reason(causes: list[Any]) -> str:
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            said = getattr(cause, "verify_message", "") or (cause.reason or "").replace("_", " ")
            if said:
                return said
    return "the TLS handshake failed"


def _causes(error: BaseException | None) -> Iterator[Any]:
    """Yield an exception and all that it wraps, in all the ways in which libraries wrap them."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [
                cause.__cause__,
                cause.__context__,
                getattr(cause, "reason", None),
                *cause.args,
            ]
