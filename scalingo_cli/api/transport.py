"""The connection to the platform: requests, kept to their time, their size and their origin."""

from __future__ import annotations

import io
import ssl
import time
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

from scalingo_cli import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.api.debug import Trace
    from scalingo_cli.api.preconnect import HeadStart

LARGEST_ANSWER = 256 * 2**20  # bytes, unpacked, of an answer that is taken in as a whole
LARGEST_REFUSAL = 2**20  # bytes
_CHUNK = 64 * 1024


class TooLarge(requests.RequestException):
    """An answer is larger than any that makes sense, such as a small one that unpacks to much."""


class TooSlow(requests.RequestException):
    """An answer keeps coming, but its time, so many `seconds`, is over."""

    def __init__(self, seconds: float, request: requests.PreparedRequest) -> None:
        super().__init__(request=request)
        self.seconds = seconds


class Connection(requests.Session):
    """A requests session that keeps no cookies, and whose redirects carry no credentials elsewhere.

    With a `trace`, it tells of each request and of each answer. A connection that had a
    `head_start` is used where it fits.
    """

    def __init__(self, trace: Trace | None = None, head_start: HeadStart | None = None) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # they go to any port
        self.trace = trace
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(head_start))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send one request; redirects come through here again, each on its own."""
        if not self.trace:
            return super().send(request, **kwargs)
        self.trace.request(request)
        # Told before a redirect is followed or a refused bearer renewed, and by no copy twice.
        others = [hook for hook in request.hooks["response"] if hook != self._traced]
        request.hooks["response"] = [self._traced, *others]
        try:
            return super().send(request, **kwargs)
        except requests.RequestException as error:
            if error.request in {None, request}:  # not that of a redirect, which told it itself
                self.trace.failure(error)
            raise

    def _traced(self, response: requests.Response, **options: Any) -> None:
        if self.trace:
            self.trace.answer(response, streamed=bool(options.get("stream")))

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Drop the authorization of a request that is redirected elsewhere, and any cookie."""
        prepared_request.headers.pop("Cookie", None)
        if not same_origin(prepared_request.url or "", response.request.url or ""):
            prepared_request.headers.pop("Authorization", None)


class _Adapter(HTTPAdapter):
    """Takes in an answer as a whole, unless it is a stream, within its time and its size.

    Its time is the `total` of the `timeout`, a `urllib3.Timeout`.
    """

    def __init__(self, head_start: HeadStart | None) -> None:
        super().__init__()
        if head_start:
            pools = self.poolmanager.pool_classes_by_scheme
            pool = _pool_with(head_start)
            self.poolmanager.pool_classes_by_scheme = {**pools, "https": pool}

    def send(
        self, request: requests.PreparedRequest, stream: bool = False, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send one request. Raises TooLarge and TooSlow as well."""
        started = time.monotonic()
        response = super().send(request, stream, *args, **kwargs)
        refused = response.status_code >= 300
        if stream and not refused:
            return response
        timeout = kwargs.get("timeout")
        total = timeout.total if isinstance(timeout, urllib3.Timeout) else None
        ends = started + total if isinstance(total, (int, float)) else None
        content = io.BytesIO()
        with response:
            for piece in arriving(response):
                content.write(piece)
                if content.tell() > (LARGEST_REFUSAL if refused else LARGEST_ANSWER):
                    raise TooLarge(request=request)
                if ends and time.monotonic() > ends:
                    raise TooSlow(time.monotonic() - started, request)
        content.seek(0)
        response.raw = content
        return response


def _pool_with(head_start: HeadStart) -> type[HTTPSConnectionPool]:
    """Return a kind of pool that takes the connection which had a head start."""

    class Begun(HTTPSConnection):
        def connect(self) -> None:
            authorities = self.ca_certs or self.ca_cert_dir
            try:
                made = head_start.take(self.host, self.port, authorities, self.timeout)
            except TimeoutError as error:
                raise ConnectTimeoutError(self, "The host did not answer in time.") from error
            if made:
                self.sock, self.is_verified = made, True
            else:
                super().connect()

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Begun

    return Pool


def arriving(response: requests.Response) -> Iterator[bytes]:
    """Yield what has arrived of a body; requests' own iterators wait until a piece is full."""
    try:
        while piece := response.raw.read1(_CHUNK, decode_content=True):
            yield piece
    except urllib3.exceptions.DecodeError as error:
        raise requests.exceptions.ContentDecodingError(error) from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ConnectionError(error) from error


def same_origin(one: str, other: str) -> bool:
    """Tell whether two URLs share scheme, host and port."""

    def origin(url: str) -> tuple[str, str | None, int | None]:
        parts = urlsplit(url)
        return (
            parts.scheme,
            parts.hostname,
            parts.port or {"https": 443, "http": 80}.get(parts.scheme),
        )

    return origin(one) == origin(other)


def unreachable(
    error: Exception, method: str, host: str, timeout: urllib3.Timeout
) -> errors.ScalingoError:
    """Return what to raise where `host` gave no whole answer to a request: why, in one sentence.

    `timeout` is how long a connection, a silence and the whole of it could last.
    """
    causes = list(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    hint = "Check your connection, then try again."
    lost = hint
    if method not in {"GET", "HEAD"}:
        lost = errors.MAY_BE_DONE
    if isinstance(error, requests.exceptions.SSLError):
        return _untrusted(host, causes)
    if isinstance(error, (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)):
        return _unsent(f"The proxy did not connect to {host}.", "Check HTTPS_PROXY and NO_PROXY.")
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return _unsent(
            f"{host} did not accept a connection in {timeout.connect_timeout:g} s.", hint
        )
    if isinstance(error, requests.exceptions.ReadTimeout) or "ReadTimeoutError" in names:
        return errors.TryAgain(f"{host} was silent for {timeout.read_timeout:g} s.", lost)
    if names & {"NameResolutionError", "gaierror"}:
        return _unsent(f"The name {host} could not be resolved.", hint)
    if names & {"NewConnectionError", "NotConnected"}:
        system = next((c.strerror for c in causes if isinstance(c, OSError) and c.strerror), None)
        return _unsent(f"No connection to {host}: {system or 'refused'}.", hint)
    if isinstance(
        error, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)
    ):
        return errors.TryAgain(f"The connection to {host} was cut before the answer's end.", lost)
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return errors.Failed(f"The answer of {host} is damaged: it does not decompress.")
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return errors.Failed(f"{host} redirects in circles.")
    if isinstance(error, TooLarge):
        return errors.Failed(f"The answer of {host} is larger than {LARGEST_ANSWER >> 20} MiB.")
    if isinstance(error, TooSlow):
        return errors.TryAgain(f"{host} gave no whole answer in {error.seconds:.1f} s.", lost)
    # Not what the error says: it may hold the URL of a proxy, with its password.
    return errors.Failed(
        f"No request can be made to {host} ({type(error).__name__}).",
        "Check SCALINGO_API_URL, HTTPS_PROXY and ALL_PROXY.",
    )


def _unsent(message: str, hint: str) -> errors.TryAgain:
    error = errors.TryAgain(message, hint)
    error.unsent = True
    return error


def _untrusted(host: str, causes: list[Any]) -> errors.TryAgain:
    error = errors.TryAgain(
        f"No trusted connection to {host}: {_tls_reason(causes)}.",
        "Behind a proxy with its own authority, set REQUESTS_CA_BUNDLE to its certificate.",
    )
    error.lasts = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes)
    return error


def _tls_reason(causes: list[Any]) -> str:
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            said = getattr(cause, "verify_message", "") or (cause.reason or "").replace("_", " ")
            if said:
                return said
    return "the TLS handshake failed"


def _causes(error: BaseException | None) -> Iterator[Any]:
    """Yield an exception and all that it wraps, in whichever way libraries wrap them."""
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
