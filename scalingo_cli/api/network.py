"""The transport that reaches the platform: sends each request in its time, and again when safe."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import urllib3

from scalingo_cli import errors, settings
from scalingo_cli.api.connection import BadRedirect, TooSlow, arriving
from scalingo_cli.api.limit import Limit, limit_in_force
from scalingo_cli.api.messages import READS, Answer, Request, Upload
from scalingo_cli.api.preconnect import CONNECT_SECONDS
from scalingo_cli.api.refusals import Refusal
from scalingo_cli.api.retry import REPEATABLE, Budget, Retries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from requests.auth import AuthBase

    from scalingo_cli.api.channel import Channel
    from scalingo_cli.api.connection import Connection
    from scalingo_cli.api.redaction import Secrets
    from scalingo_cli.auth.rate import Rate


class Network:
    """Sends requests over one `connection`.

    Args:
        connection: The requests session.
        secrets: Removes the secrets from refusals.
        blame: Returns what a `Refusal` needs about the token that a refused request carried.
        notify: Called with a message for the user while a request is retried.
        persistent: Whether requests that get no response are retried when that is safe.
        rate: What each request waits for, its retries included.
        before_change: Called before a request that may change something is sent.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        secrets: Secrets,
        blame: Callable[[requests.Response], Mapping[str, Any]],
        notify: Callable[[str], None],
        persistent: bool,
        rate: Rate,
        before_change: Callable[[], object],
    ) -> None:
        self._connection = connection
        self._secrets = secrets
        self._blame = blame
        self._notify = notify
        self._persistent = persistent
        self._silence_seconds = settings.silence_seconds()
        self._deadline_seconds = settings.deadline_seconds()
        self._budget = Budget()
        self._rate = rate
        self._before_change = before_change

    @contextmanager
    def send(self, request: Request) -> Iterator[Answer]:
        """Send a request, retry it when that is safe, and yield the response if it is no refusal.

        All attempts together have a deadline, which for a streamed response ends at its head.
        Raises `Refusal.error` for each refusing status, TryAgain if the platform cannot be
        reached or its response is cut off, and Failed for an invalid response.
        """
        _ = request.url  # which may take a request of its own
        seconds = min(self._deadline_seconds, request.within_seconds or math.inf)
        is_upload = request.body is not None and not isinstance(request.body, bytes)
        self._rate.take()
        retries = Retries(
            self._budget,
            repeatable=request.method in REPEATABLE or not request.changes,
            deadline_seconds=math.inf if is_upload else seconds,
            longest_pause_seconds=seconds,
            now=self._rate.now,
        )
        with self._budget.shared():
            response, limit = self._tried(request, retries)
        try:
            with response:
                yield self._answer(request, response, limit)
        finally:
            limit.end()

    def _tried(self, request: Request, retries: Retries) -> tuple[requests.Response, Limit]:
        """Send a request until it is answered, and return the response with its time limit."""
        while True:
            self._rate.wait_while_busy(retries.seconds_left)
            if request.changes:
                self._before_change()
            limit = Limit(retries.seconds_left)
            try:
                with limit.in_force():
                    response = self._try(request)
                retries.succeeded()
                return response, limit
            except errors.ScalingoError as error:
                limit.end()
                if retries.tries > 1 and request.method == "DELETE":
                    _mark_lost_deletion(error)
                persists = self._persistent and request.within_seconds is None
                pause = retries.pause_after(error) if persists else None
                if pause is None:
                    raise
                if error.status == 429:  # which concerns every request
                    self._rate.busy(pause)
                self._notify(
                    f"{error.message} Retrying in {math.ceil(pause)} s ({retries.tries}"
                    f" of {retries.most})."
                )
                if error.status != 429:
                    self._rate.sleep(pause)
                self._rate.take()
            except BaseException:
                limit.end()
                raise

    @contextmanager
    def once(self, request: Request) -> Iterator[Answer]:
        """Send a request as part of a different one: a single attempt, within that one's time.

        If it fails, the other one is retried, for it certainly did not arrive.
        """
        self._rate.take()
        try:
            with self._try(request) as response:
                yield self._answer(request, response, limit_in_force())
        except errors.TryAgain as error:
            error.unsent = True
            raise

    def connect(self, url: str, auth: AuthBase) -> Channel:
        """Return a raw connection to `url`. Raises as `send` does."""
        limit = Limit(self._deadline_seconds)
        try:
            with limit.in_force(), self._explained(None, limit, url=url):
                response, channel = self._connection.connect(url, auth, self._timeout(None))
        except OSError as error:
            raise errors.Misused(
                f"Could not read the certificates in {self.way(url)[1]}.",
                "Check REQUESTS_CA_BUNDLE.",
            ) from error
        finally:
            limit.end()
        if response.status_code not in {200, 202}:
            channel.abort()
            raise self._refusal(response)
        return channel

    def way(self, url: str) -> tuple[str | None, str]:
        """Return the proxy to `url`, without its password, or None; and the file or directory
        of the authorities whose certificates are trusted.
        """
        proxy, authorities = self._connection.way(url)
        return proxy and self._secrets.url(proxy), authorities

    def _timeout(self, within_seconds: float | None) -> urllib3.Timeout:
        within = within_seconds or math.inf
        limit = limit_in_force()
        return urllib3.Timeout(
            connect=min(CONNECT_SECONDS, within, limit.seconds_left if limit else math.inf),
            read=min(self._silence_seconds, within),
        )

    def _try(self, request: Request) -> requests.Response:
        """Send a request once. Raises as `send` does."""
        limit = limit_in_force()
        url, body, headers = request.url, request.body, dict(request.headers)
        options: dict[str, Any] = {}
        if settings.is_loopback(urlsplit(url).hostname or ""):
            options["proxies"] = {"http": "", "https": ""}  # no other machine can reach it
        if body is not None and not isinstance(body, bytes):
            body = _Sent(body, lambda: limit.allow(self._deadline_seconds) if limit else None)
        elif body:
            headers = {"Content-Type": "application/json", **headers}
        with self._explained(request, limit):
            response = self._connection.request(
                request.method,
                url,
                params=list(request.params),
                data=body,
                headers=headers,
                auth=request.auth or request.service.signer,
                timeout=self._timeout(request.within_seconds),  # type: ignore[arg-type] # urllib3's
                allow_redirects=request.method in READS,  # other methods would arrive as a GET
                stream=not request.whole,
                **options,
            )
            if limit and limit.expired:  # the end of the connection counts as that of a head
                response.close()
                raise TooSlow(limit.seconds)
        if response.status_code >= 300:
            raise self._refusal(response, request)
        return response

    def _answer(self, request: Request, response: requests.Response, limit: Limit | None) -> Answer:
        answer = Answer(
            response,
            self._chunks(request, response, limit),
            self._secrets.hide,
            self._secrets.hide(str(request)),
        )
        if answer.kind == "text/html":
            _ = answer.unsettled  # a web page, which the API never sends
        return answer

    def _chunks(
        self, request: Request, response: requests.Response, limit: Limit | None
    ) -> Iterator[bytes]:
        """Yield a body as it arrives; a silence longer than allowed counts as a cut."""
        if request.whole:
            yield response.content
            return
        silence = self._timeout(request.within_seconds).read_timeout or math.inf
        pieces = arriving(response)
        while True:
            if limit:
                limit.allow(float(silence))
            with self._explained(request, limit, late=requests.exceptions.ReadTimeout()):
                piece = next(pieces, b"")
                if limit and limit.expired:
                    raise requests.exceptions.ReadTimeout
            if not piece:
                return
            yield piece

    @contextmanager
    def _explained(
        self,
        request: Request | None,
        limit: Limit | None,
        *,
        url: str = "",
        late: requests.RequestException | None = None,
    ) -> Iterator[None]:
        """Raise one of our errors for those of requests and urllib3.

        `late` says what happened if the limit has expired; by default, the response took too long.
        """
        timeout = self._timeout(request.within_seconds if request else None)
        try:
            try:
                yield
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                if limit and limit.expired:
                    raise late or TooSlow(limit.seconds) from error
                raise
            except ValueError as error:
                raise BadRedirect from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            from scalingo_cli.api.unreachable import unreachable

            host = urlsplit(request.url if request else url).netloc
            changes = request.changes if request else True
            raise unreachable(error, host, timeout, changes=changes) from error
        except OSError as error:
            if error.errno is not None:
                raise
            # This is how requests reports a CA bundle that it cannot find.
            raise errors.Misused(f"{error}.", "Check REQUESTS_CA_BUNDLE.") from error

    def _refusal(
        self, response: requests.Response, request: Request | None = None
    ) -> errors.ScalingoError:
        return Refusal(
            response.status_code,
            self._secrets.complaint(response.content.decode("utf-8", "replace")),
            parts=request.path if request else (),
            changes=request.changes if request else False,
            retry_after=_retry_after(response),
            request_id=response.headers.get("X-Request-Id"),
            variable=request.service.variable if request else "SCALINGO_API_URL",
            **self._blame(response),
        ).error()


class _Sent:
    """The body of an upload: calls `moved` before each piece, for an upload has no time limit."""

    def __init__(self, body: Upload, moved: Callable[[], None]) -> None:
        self._body = body
        self._moved = moved

    def __len__(self) -> int:
        return len(self._body)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            self._moved()
            yield piece


def _mark_lost_deletion(error: errors.ScalingoError) -> None:
    if isinstance(error, (errors.NotFound, errors.Rejected)):
        error.hints = ["An earlier attempt got no response and may have deleted it."]


def _retry_after(response: requests.Response) -> int | None:
    """Return how many seconds to wait, from a number or a date; None if it is neither."""
    header = response.headers.get("Retry-After")
    try:
        return math.ceil(urllib3.Retry().parse_retry_after(header)) if header else None
    except (urllib3.exceptions.InvalidHeader, OverflowError, ValueError):
        return None
