"""The session and the adapter of requests: limits on time, size and origin of what is sent."""

from __future__ import annotations

import io
import zlib
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

from scalingo_cli import settings
from scalingo_cli.api.limit import watch

if TYPE_CHECKING:
    import socket
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


_HEAD_STARTS: ContextVar[HeadStarts | None] = ContextVar("head_starts", default=None)


class _Connection(HTTPConnection):
    """A connection that obeys the limit in force."""

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        watch(sock)
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            watch(self.sock)
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
            watch(made)
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
            watch=watch,
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
