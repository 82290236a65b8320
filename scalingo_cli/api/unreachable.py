"""Why the platform could not be reached, or did not answer completely, as an error in words."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import requests

from scalingo_cli import errors
from scalingo_cli.api.connection import LARGEST_ANSWER, BadRedirect, CutInside, TooLarge, TooSlow

if TYPE_CHECKING:
    from collections.abc import Iterator

    import urllib3


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
