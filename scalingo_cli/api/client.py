"""The Scalingo HTTP API: rooted JSON in, rooted JSON out. Verbs, no nouns."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy

from scalingo_cli import __version__, errors, settings
from scalingo_cli.api.auth import Anonymous, BearerAuth, TokenAuth
from scalingo_cli.api.document import Document, no_document, rooted
from scalingo_cli.api.dry_run import Rehearsal, Request
from scalingo_cli.api.preconnect import CONNECT_SECONDS, HeadStart
from scalingo_cli.api.redaction import Secrets
from scalingo_cli.api.retry import Retries
from scalingo_cli.api.transport import Connection, arriving, same_origin, unreachable

if TYPE_CHECKING:
    from scalingo_cli.api.debug import Trace
    from scalingo_cli.api.tunnel import Channel
    from scalingo_cli.auth.credentials import Token
    from scalingo_cli.settings import Platform

Query = Mapping[str, str | int] | Sequence[tuple[str, str | int]]

OF_A_PERSON = {"account", "keys", "regions", "tokens", "users"}
REGIONAL_PREFIX = "tk-us-"  # of the tokens that are exchanged for bearers
READS = {"GET", "HEAD"}


class Answer:
    """An answer of the platform that is not a refusal.

    `location` is the `Location` header, in answers that start an operation (202). `hide` takes
    the secrets out of a text.
    """

    def __init__(self, response: requests.Response, hide: Callable[[str], str]) -> None:
        self._hide = hide
        self.status = response.status_code
        self.headers = response.headers
        self._response = response

    @property
    def location(self) -> str | None:
        """The URL of the operation that the request started, or None where there is none."""
        return self.headers.get("Location")

    @property
    def kind(self) -> str:
        """The body's content type, without parameters; empty where there is none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip()

    @property
    def heading(self) -> list[str]:
        """The status line and the headers, as HTTP/1.1 writes them, without secrets."""
        status = f"HTTP/1.1 {self.status} {self._response.reason or ''}".strip()
        headers = [f"{name}: {value}" for name, value in self.headers.items()]
        return list(map(self._hide, [status, *headers]))

    @property
    def chunks(self) -> Iterator[bytes]:
        """The body's bytes as they arrive."""
        return arriving(self._response)

    @property
    def body(self) -> str:
        """The body as text. Raises Failed for what is not UTF-8, which all of the API's is."""
        try:
            return self._response.content.decode()
        except UnicodeDecodeError as error:
            raise errors.Failed(
                f"The answer is not UTF-8 text (byte {error.start}).",
                request_id=_request_id(self._response),
            ) from None

    @property
    def document(self) -> Document:
        """The rooted JSON object of the body. Raises Failed when it is anything else."""
        return rooted(self.body, self.kind, _request_id(self._response))


class Unsent(Answer):
    """Stands for the answer of a request that a rehearsal did not send."""

    def __init__(self) -> None:
        pass

    def __getattribute__(self, name: str) -> Any:
        """End the rehearsal: whatever is asked of the answer, there is none."""
        raise errors.Rehearsed


def _require_text(*given: object) -> None:
    """Raise Misused where a string holds bytes of the command line that are not UTF-8."""
    try:
        json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise errors.Misused("A name or a value is not UTF-8 text.") from None


def pairs(query: Query | None) -> list[tuple[str, str | int]]:
    """Return the parameters of a query, one after another."""
    return list(query.items() if isinstance(query, Mapping) else query or ())


def _dumped(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def path(*parts: str) -> str:
    """Join path parts, each quoted so that none can reach another endpoint.

    Raises Misused for an empty part and for the two that URLs read as directories.
    """
    for part in parts:
        if part in {"", ".", ".."}:
            raise errors.Misused(f'"{part}" is not a name or an id.')
    return "/".join(quote(part, safe="") for part in parts)


class API:
    """One platform, one user. `find_token` is called when the first request needs it.

    On the regional platform, `keep_bearer` is called with each bearer that the token was
    exchanged for.
    A request that had no answer is sent again where that is safe, if `persistent`; `tell` is
    called with what the user should know meanwhile. With a `rehearsal`, only reads are sent.
    `debug` is None, or `on` or `body` to trace each request and answer on stderr. The first
    connection may have had a `head_start`.
    """

    def __init__(
        self,
        platform: Platform,
        find_token: Callable[[], Token | None],
        *,
        keep_bearer: Callable[[Token, str], None],
        tell: Callable[[str], None],
        persistent: bool = True,
        rehearsal: Rehearsal | None = None,
        debug: str | None = None,
        head_start: HeadStart | None = None,
    ) -> None:
        self.platform = platform
        self._tell = tell
        self._persistent = persistent
        self._silence_seconds = settings.silence_seconds()
        self._deadline_seconds = settings.deadline_seconds()
        self._busy_until = 0.0
        self._rehearsal = rehearsal
        self._find_token = find_token
        self._token: Token | None = None
        self._secrets = Secrets()
        self._connection = Connection(self._trace(debug), head_start)
        self._keep_bearer = keep_bearer
        self._bearers = BearerAuth(
            self._is_ours,
            self._remembered_token,
            exchange=self._exchanged,
            resend=self._connection.send,
        )
        self._connection.auth = (
            self._bearers if platform.is_regional else TokenAuth(self._is_ours, self._password)
        )
        self._connection.headers.update(
            {"Accept": "application/json", "User-Agent": f"scalingo-cli/{__version__} (Python)"}
        )

    def _remembered_token(self) -> Token | None:
        if self._token is None:
            self._token = self._find_token()
        if self._token:
            self._secrets.add(self._token.value)
            if self._token.bearer:
                self._secrets.add(self._token.bearer)
        return self._token

    def _password(self) -> str | None:
        """Return what Basic authentication carries, None where nobody is signed in."""
        if self.platform.is_regional:
            return self._bearers.bearer()
        token = self._remembered_token()
        return token.value if token else None

    def _trusted_with(self, url: str) -> TokenAuth:
        """Return what signs requests to `url` and the places beside it."""
        return TokenAuth(lambda other: same_origin(other, url), self._password)

    def _is_ours(self, url: str) -> bool:
        """Tell whether a URL is of the origins that the token may go to."""
        auth = self.platform.auth_url
        return bool(auth and same_origin(url, auth)) or same_origin(url, self.platform.url)

    @property
    def _exchange_url(self) -> str | None:
        """Where the regional platform exchanges tokens; None on the legacy API."""
        home = self.platform.auth_url
        return f"{home}/v1/tokens/exchange" if home else None

    def _exchanged(self, token: Token) -> str:
        """Return a new bearer for the token (POST tokens/exchange, Basic with an empty user)."""
        url = self._exchange_url or ""
        basic = HTTPBasicAuth("", token.value)
        with self._exchange("POST", url, parts=("tokens", "exchange"), auth=basic) as response:
            bearer = str(Answer(response, self._secrets.hide).document["token"])
        self._secrets.add(bearer)
        self._keep_bearer(token, bearer)
        return bearer

    def _trace(self, debug: str | None) -> Trace | None:
        if not debug:
            return None
        from scalingo_cli.api.debug import Trace

        return Trace(self._secrets, bodies=debug == "body")

    def get(
        self, *parts: str, params: Query | None = None, within: float | None = None
    ) -> Document:
        """Return the document at this path below `/v1`, such as `get("apps", app)`.

        Raises as `send` does, and Failed for what is no document.
        """
        return self.send("GET", *parts, params=params, within=within).document

    def send(
        self,
        method: str,
        *parts: str,
        json: object = None,
        params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        anonymous: bool = False,
        password: tuple[str, str] | None = None,
        within: float | None = None,
    ) -> Answer:
        """Send one request to a path below `/v1` and return its answer.

        `json` is the body. It is signed with the token, unless it is `anonymous` or signed with
        the `password` of a user, an e-mail before it. `within` shortens the wait for a silent
        platform to so many seconds. Raises what `errors.refusal` says for each refusing status,
        TryAgain when the platform cannot be reached or its answer is cut, Failed for a web page,
        and Misused for names and values that are not text.
        """
        _require_text(parts, params, json)
        body = None if json is None else _dumped(json)
        with self.request(
            method,
            *parts,
            body=body,
            params=params,
            headers=headers,
            anonymous=anonymous,
            password=password,
            stream=False,
            within=within,
        ) as answer:
            return answer

    @contextmanager
    def request(
        self,
        method: str,
        *parts: str,
        body: bytes | None = None,
        params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        anonymous: bool = False,
        password: tuple[str, str] | None = None,
        stream: bool = True,
        within: float | None = None,
    ) -> Iterator[Answer]:
        """Send one request and yield its answer, whose body arrives as it is read.

        `body` is JSON as it goes over the wire; `within` is that of `send`. Raises as `send`
        does, also while reading.
        """
        url = self.url(*parts)
        auth: AuthBase | None = Anonymous() if anonymous else None
        if password:
            self._secrets.add(password[1])
            auth = HTTPBasicAuth(*(each.encode() for each in password))
        self._secrets.learn_body(body or b"")
        for name, value in pairs(params):
            self._secrets.learn(value, name)
        if self._rehearsal and method not in READS:
            whole = requests.Request(method, url, params=pairs(params)).prepare().url or url
            self._rehearsal.requests.append(
                Request(
                    method,
                    self._secrets.url(whole),
                    self._secrets.masked(headers or {}),
                    None if body is None else self._secrets.body(body),
                    signed=not anonymous,
                    exchange=self._exchange_url,
                )
            )
            yield Unsent()
            return
        with self._exchange(
            method,
            url,
            parts=parts,
            data=body,
            params=pairs(params),
            headers={**({"Content-Type": "application/json"} if body else {}), **(headers or {})},
            auth=auth,
            stream=stream,
            bounded=not stream,
            within=within,
        ) as response:
            answer = Answer(response, self._secrets.hide)
            if answer.kind == "text/html":
                rooted(answer.body, answer.kind, _request_id(response))
            yield answer

    def url(self, *parts: str) -> str:
        """Return the URL of a path below `/v1`. Raises Misused as `path` does.

        On the regional platform what belongs to a person and not to a region is at the
        authentication API, and the keys of an account have a path of their own there.
        """
        if self.platform.auth_url and parts and parts[0] in OF_A_PERSON:
            parts = parts[1:] if parts[:2] == ("account", "keys") else parts
            return f"{self.platform.auth_url}/v1/{path(*parts)}"
        return f"{self.platform.url}/v1/{path(*parts)}"

    def stream(self, url: str, within: float | None = None) -> Iterator[bytes]:
        """Yield the bytes at `url`, as `reading` does."""
        with self.reading(url, within=within) as chunks:
            yield from chunks

    @contextmanager
    def reading(
        self,
        url: str,
        *,
        params: Query | None = None,
        anonymous: bool = False,
        within: float | None = None,
    ) -> Iterator[Iterator[bytes]]:
        """Ask for `url`, a link that the platform gave, and yield the bytes there as they arrive.

        `params` are added to the link's own. A relative link is taken from the API's own origin;
        the token goes to that origin only, and nowhere when the request is `anonymous`. `within`
        is that of `send`. Raises as `send` does, also while reading.
        """
        with self._exchange(
            "GET",
            self._absolute(url),
            params=pairs(params),
            headers={"Accept": "*/*"},
            auth=Anonymous() if anonymous else None,
            stream=True,
            bounded=False,
            within=within,
        ) as response:
            if "html" in response.headers.get("Content-Type", ""):
                raise no_document("text/html", _request_id(response))
            yield arriving(response)

    def _absolute(self, link: str) -> str:
        """Return a link that the platform gave as a URL. Raises Failed where it is no web link."""
        try:
            parts = urlsplit(urljoin(f"{self.platform.url}/", link))
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise errors.Failed("The platform gave a link that cannot be followed.")
        return parts.geturl()

    @contextmanager
    def _exchange(
        self,
        method: str,
        url: str,
        *,
        parts: tuple[str, ...] = (),
        within: float | None = None,
        bounded: bool = True,
        **options: Any,
    ) -> Iterator[requests.Response]:
        """Send one request, again where that is safe, and yield the answer that is no refusal.

        A `bounded` one has a deadline for all its tries together; an upload and a stream have
        none. Where `within` says how soon an answer is wanted, whoever asks will ask again.
        """
        retries = Retries(method, self._deadline_seconds if bounded else math.inf)
        while True:
            time.sleep(max(self._busy_until - time.monotonic(), 0))
            timeout = urllib3.Timeout(
                connect=min(CONNECT_SECONDS, within or math.inf),
                read=min(self._silence_seconds, within or math.inf),
                total=max(retries.left, 0.001) if bounded else None,
            )
            try:
                response = self._answer(method, url, parts, timeout, **options)
                break
            except errors.ScalingoError as error:
                if retries.count and method == "DELETE" and isinstance(error, errors.NotFound):
                    error.hint = "An earlier try had no answer, and may well have deleted it."
                repeats = self._persistent and not within
                pause = retries.pause_after(error) if repeats else None
                if pause is None:
                    raise
                self._tell(f"{error.message} Trying again in {math.ceil(pause)} s.")
                if error.status == 429:  # which holds for every request
                    self._busy_until = max(self._busy_until, time.monotonic() + pause)
                else:
                    time.sleep(pause)
        with response, self._explained(method, url, timeout):
            yield response

    def _answer(
        self,
        method: str,
        url: str,
        parts: tuple[str, ...],
        timeout: urllib3.Timeout,
        **options: Any,
    ) -> requests.Response:
        if settings.is_loopback(urlsplit(url).hostname or ""):
            options["proxies"] = {"http": "", "https": ""}  # no other machine can reach it
        with self._explained(method, url, timeout):
            response = self._connection.request(
                method,
                url,
                timeout=timeout,  # type: ignore[arg-type] # requests takes urllib3's, too
                allow_redirects=method in READS,  # the others would arrive as a GET
                **options,
            )
        if response.status_code >= 300:
            raise self._refusal(response, parts)
        return response

    @contextmanager
    def _explained(self, method: str, url: str, timeout: urllib3.Timeout) -> Iterator[None]:
        try:
            yield
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise unreachable(error, method, urlsplit(url).netloc, timeout) from error
        except OSError as error:
            if error.errno is not None:
                raise
            # So requests complains of a CA bundle that it cannot find.
            raise errors.Misused(f"{error}.", "Check REQUESTS_CA_BUNDLE.") from error

    def _refusal(self, response: requests.Response, parts: tuple[str, ...]) -> errors.ScalingoError:
        return errors.refusal(
            response.status_code,
            self._secrets.complaint(response.content.decode("utf-8", "replace")),
            parts=parts,
            retry_after=_retry_after(response),
            request_id=_request_id(response),
            token_source=self._token.source
            if self._token and "Authorization" in response.request.headers
            else None,
            token_of_elsewhere=self._token is not None
            and self._token.value.startswith(REGIONAL_PREFIX) != self.platform.is_regional,
            is_regional=self.platform.is_regional,
            method=response.request.method or "",
        )

    def send_to(
        self,
        method: str,
        url: str,
        *,
        json: object = None,
        body: Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        signed: bool = True,
    ) -> Answer:
        """Send one request to `url`: a place of the token's holder that the platform named.

        It is `signed` with the token, unless the address itself is all that it takes. The body is
        `json`, or what `body` yields and `len()` tells the size of. Raises as `send` does, and
        Failed where the token would cross a network in clear.
        """
        url = self._entrusted(url)
        auth = self._trusted_with(url) if signed else Anonymous()
        with self._exchange(
            method, url, json=json, data=body, headers=headers, auth=auth, bounded=body is None
        ) as response:
            return Answer(response, self._secrets.hide)

    def connect(self, url: str) -> Channel:
        """Return a raw connection to `url`, as `send_to` understands it. Raises as that does."""
        from scalingo_cli.api import tunnel

        url = self._entrusted(url)
        auth = self._trusted_with(url)
        request = self._connection.prepare_request(requests.Request("CONNECT", url, auth=auth))
        proxy, authorities = self._way(url)
        timeout = (CONNECT_SECONDS, self._silence_seconds)
        trace = self._connection.trace
        if trace:
            trace.request(request)
        try:
            response, opened = tunnel.connect(
                request,
                authorities=authorities,
                proxy=proxy,
                proxy_headers=HTTPAdapter().proxy_headers(proxy) if proxy else {},
                timeout=timeout,
            )
        except requests.RequestException as error:
            if trace:
                trace.failure(error)
            patience = urllib3.Timeout(connect=timeout[0], read=timeout[1])
            raise unreachable(error, "CONNECT", urlsplit(url).netloc, patience) from error
        except OSError as error:
            raise errors.Misused(
                f"The certificates in {authorities} cannot be read.", "Check REQUESTS_CA_BUNDLE."
            ) from error
        if trace:
            trace.answer(response, streamed=response.ok)
        if response.status_code not in {200, 202}:
            opened.abort()
            raise self._refusal(response, ())
        return opened

    def way(self) -> tuple[str | None, str]:
        """Return the proxy on the way to the API, None for none and without its password, and
        the file or directory of the authorities whose certificates are trusted.
        """
        proxy, authorities = self._way(self.platform.url)
        return proxy and self._secrets.url(proxy), authorities

    def _way(self, url: str) -> tuple[str | None, str]:
        asked = self._connection.merge_environment_settings(url, {}, None, None, None)
        trusted = asked["verify"]
        authorities = DEFAULT_CA_BUNDLE_PATH if trusted is True else str(trusted)
        if settings.is_loopback(urlsplit(url).hostname or ""):
            return None, authorities  # no other machine can reach it
        proxy = select_proxy(url, asked["proxies"])
        return proxy if not proxy or "://" in proxy else f"http://{proxy}", authorities

    def _entrusted(self, url: str) -> str:
        """Return a URL that the token may be sent to. Raises Failed for any other."""
        self._secrets.learn(url, "attach_url")
        try:
            whole = requests.Request("GET", url).prepare().url or ""
        except requests.RequestException as error:
            raise errors.Failed("The platform gave an address that is none.") from error
        parts = urlsplit(whole)
        host = parts.hostname or ""
        if parts.scheme == "https" or (parts.scheme == "http" and settings.is_loopback(host)):
            return whole
        raise errors.Failed(
            f"The platform's address would send your token to {host or 'nowhere'} in clear:"
            f" it is {parts.scheme or 'no'}, not https."
        )


def _retry_after(response: requests.Response) -> int | None:
    """Return how many seconds to wait, from a number or a date; None where that is not told."""
    header = response.headers.get("Retry-After")
    try:
        return math.ceil(urllib3.Retry().parse_retry_after(header)) if header else None
    except (urllib3.exceptions.InvalidHeader, OverflowError):
        return None


def _request_id(response: requests.Response) -> str | None:
    return response.headers.get("X-Request-Id")
