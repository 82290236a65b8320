"""How a request is signed: with the token, a bearer obtained for it, or nothing."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64decode
from math import inf
from typing import TYPE_CHECKING, Any, cast

from requests.auth import AuthBase, HTTPBasicAuth

from scalingo_cli.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from scalingo_cli.auth.credentials import Token

RENEW_WITHIN = 300  # seconds: a bearer that ends sooner is exchanged for a new one


class Anonymous(AuthBase):
    """Sends no credentials; without it requests would look into ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request as it is."""
        return request


ANONYMOUS = Anonymous()


class Password(HTTPBasicAuth):
    """The e-mail and the password of a user, for the sign-in."""

    def __init__(self, email: str, password: str) -> None:
        super().__init__(email.encode(), password.encode())
        self.secret = password


class TokenAuth(AuthBase):
    """Basic authentication with an empty user: a legacy token or a regional bearer.

    Signs requests to URLs that `is_ours` accepts, if `find` returns credentials.
    """

    def __init__(self, is_ours: Callable[[str], bool], find: Callable[[], str | None]) -> None:
        self._is_ours = is_ours
        self._find = find

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign the request, unless it goes elsewhere."""
        if self._is_ours(request.url or "") and (password := self._find()):
            return cast("requests.PreparedRequest", HTTPBasicAuth("", password)(request))
        return request


class BearerAuth(AuthBase):
    """The regional platform: a one-hour bearer, obtained in exchange for the API token.

    The token is exchanged if it has no bearer that is still valid for a while, shortly before that
    one expires, and when the platform refuses one that it accepted before.

    Args:
        is_ours: Returns whether a URL may be sent the bearer.
        find_token: Returns the token, or None if nobody is signed in.
        exchange: Returns a new bearer for the token.
        resend: Sends a prepared request unchanged.
        is_refusal: Returns whether a response refuses the bearer.
    """

    def __init__(
        self,
        is_ours: Callable[[str], bool],
        find_token: Callable[[], Token | None],
        *,
        exchange: Callable[[Token], str],
        resend: Callable[..., requests.Response],
        is_refusal: Callable[[requests.Response], bool] = lambda answer: answer.status_code == 401,
    ) -> None:
        self._is_refusal = is_refusal
        self._is_ours = is_ours
        self._find_token = find_token
        self._exchange = exchange
        self._resend = resend
        self._bearer: str | None = None
        self._is_new = False  # the platform has not taken it yet
        self._spare = 0.0  # seconds before its expiry at which it is renewed
        self._refusal: NotAllowed | None = None  # of the token, which no request gets past
        self._lock = threading.Lock()  # pages are asked for at the same time

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request."""
        if self._is_ours(request.url or "") and (bearer := self.bearer()):
            request.headers["Authorization"] = f"Bearer {bearer}"
            request.hooks["response"].append(self._renew)
        return request

    def bearer(self) -> str | None:
        """Return the bearer in force, or None without a token. Raises what the exchange raises."""
        token = self._find_token()
        if token is None:
            return None
        with self._lock:
            if self._bearer is None and token.bearer and seconds_left(token.bearer) > RENEW_WITHIN:
                self._take(token.bearer, is_new=False)
            if self._bearer is None or seconds_left(self._bearer) <= self._spare:
                self._renew_from(token)
            return self._bearer

    def _renew_from(self, token: Token) -> None:
        """Exchange the token, unless it has been refused before."""
        if self._refusal:
            raise self._refusal
        try:
            bearer = self._exchange(token)
        except NotAllowed as error:
            self._refusal = error
            raise
        self._take(bearer, is_new=True)

    def _take(self, bearer: str, *, is_new: bool) -> None:
        left = seconds_left(bearer)
        self._bearer, self._is_new = bearer, is_new
        # One that has expired by this machine's clock is used until the platform refuses it.
        self._spare = min(RENEW_WITHIN, left / 2) if left > 0 else -inf

    def _renew(self, response: requests.Response, **options: Any) -> requests.Response:
        """Retry a refused request with a new bearer, unless a new one was refused."""
        signature = response.request.headers.get("Authorization", "")
        token = self._find_token()
        if not token or not signature:
            return response  # one that was redirected elsewhere is not signed, nor may it be
        if not self._is_refusal(response):
            with self._lock:
                self._is_new &= signature != f"Bearer {self._bearer}"
            return response
        response.content  # noqa: B018 - read, so that its connection can be used again
        with self._lock:
            if signature == f"Bearer {self._bearer}":  # no other thread has renewed it
                if self._is_new:
                    return response
                self._renew_from(token)
        again = response.request.copy()
        again.headers["Authorization"] = f"Bearer {self.bearer()}"
        again.hooks["response"].remove(self._renew)
        # A change that is redirected would arrive as a GET.
        return self._resend(again, allow_redirects=again.method in {"GET", "HEAD"}, **options)


def refuses_addon_token(answer: requests.Response) -> bool:
    """Return whether a response of a database API refuses the add-on's token: 401, or its 400."""
    if answer.status_code != 400:
        return answer.status_code == 401
    try:
        document = json.loads(answer.content)
    except (RecursionError, ValueError):
        return False
    return isinstance(document, dict) and document.get("error") == "unauthorized"


def not_regional(error: NotFound) -> NotFound:
    """Return the error for a platform without the tokens of the regional platform."""
    return NotFound(
        "This address is not the regional platform: it has no tokens.",
        "Check SCALINGO_AUTH_URL, or unset the region to use the legacy API.",
        status=error.status,
        request_id=error.request_id,
    )


def seconds_left(bearer: str) -> float:
    """Return for how long a bearer (a JSON Web Token) is still valid, or 0 if it does not say.

    Its signature is not checked; the platform does that.
    """
    try:
        payload = bearer.split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return float(claims["exp"]) - time.time()
    except (ArithmeticError, IndexError, KeyError, RecursionError, TypeError, ValueError):
        return 0.0
