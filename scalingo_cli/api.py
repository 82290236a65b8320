"""The Scalingo HTTP API: rooted JSON in, rooted JSON out. Verbs, no nouns."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy

from scalingo_cli import __version__, errors, settings
from scalingo_cli.bearer import BearerAuth
from scalingo_cli.masking import Secrets
from scalingo_cli.rehearsal import Rehearsal, Request

if TYPE_CHECKING:
    from scalingo_cli.channel import Channel
    from scalingo_cli.credentials import Token
    from scalingo_cli.settings import Platform
    from scalingo_cli.trace import Trace

Document = dict[str, Any]
Query = Mapping[str, str | int] | Sequence[tuple[str, str | int]]

OF_A_PERSON = {"account", "keys", "regions", "tokens", "users"}
PREFIX_OF_TODAY = "tk-us-"  # of the tokens that are exchanged for bearers
READS = {"GET", "HEAD"}
CONNECT_SECONDS = 10.0


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
        return _arriving(self._response)

    @property
    def body(self) -> str:
        """The body as text; JSON and the platform's plain text are both UTF-8."""
        return self._response.content.decode("utf-8", "replace")

    @property
    def document(self) -> Document:
        """The rooted JSON object of the body. Raises Failed when it is anything else."""
        return rooted(self.body, self.kind, _request_id(self._response))


class Received(dict[str, Any]):
    """A document that knows the JSON `text` it was read from, to be passed on unchanged.

    A root that is not there raises Failed instead of a KeyError.
    """

    text = ""

    def __missing__(self, root: str) -> Any:
        """Refuse to go on without what the API promises."""
        raise errors.Failed(
            f'The answer lacks the "{root}" that the API promises.', "Check SCALINGO_API_URL."
        )


def rooted(text: str, content_type: str, request_id: str | None) -> Received:
    """Return the rooted JSON object that `text` holds.

    Raises Failed when it is not JSON (HTML from a proxy, say) or not an object.
    """
    try:
        content = json.loads(text, parse_constant=_no_constant)
        if not isinstance(content, dict):
            raise ValueError("the root is not an object")
    except (ValueError, RecursionError) as error:
        kind = content_type or "no content type"
        raise errors.Failed(
            f"The answer is not the JSON that the API promises ({kind}).",
            "A proxy may stand between you and the platform: check SCALINGO_API_URL and"
            " HTTPS_PROXY.",
            request_id=request_id,
        ) from error
    document = Received(content)
    document.text = text
    return document


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


class TokenAuth(AuthBase):
    """Basic authentication with an empty user: the token of version 1, or a bearer of today's.

    Signs what `is_ours` says goes to the platform, where `find` finds something to sign with.
    """

    def __init__(self, is_ours: Callable[[str], bool], find: Callable[[], str | None]) -> None:
        self._is_ours = is_ours
        self._find = find

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign the request, unless it goes elsewhere."""
        if self._is_ours(request.url or "") and (password := self._find()):
            return cast("requests.PreparedRequest", HTTPBasicAuth("", password)(request))
        return request


class Anonymous(AuthBase):
    """Sends no credentials; without it requests would look into ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Return the request as it is."""
        return request


class Unsent(Answer):
    """Stands for the answer of a request that a rehearsal did not send."""

    def __init__(self) -> None:
        pass

    def __getattribute__(self, name: str) -> Any:
        """End the rehearsal: whatever is asked of the answer, there is none."""
        raise errors.Rehearsed


class Connection(requests.Session):
    """A requests session that keeps no cookies, and whose redirects carry no credentials elsewhere.

    With a `trace`, it tells of each request and of each answer.
    """

    def __init__(self, trace: Trace | None = None) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # they go to any port
        self.trace = trace

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

    On today's platform, `keep_bearer` is called with each bearer that the token was exchanged for.
    `tell` is called with what the user should know while a patient request waits. With a
    `rehearsal`, only reads are sent. `debug` is None, or `on` or `body` to trace each request
    and answer on stderr.
    """

    def __init__(
        self,
        platform: Platform,
        find_token: Callable[[], Token | None],
        *,
        keep_bearer: Callable[[Token, str], None],
        tell: Callable[[str], None],
        rehearsal: Rehearsal | None = None,
        debug: str | None = None,
    ) -> None:
        self.platform = platform
        self._tell = tell
        self._silence_seconds = settings.silence_seconds()
        self._rehearsal = rehearsal
        self._find_token = find_token
        self._token: Token | None = None
        self._secrets = Secrets()
        self._connection = Connection(self._trace(debug))
        self._keep_bearer = keep_bearer
        self._bearers = BearerAuth(
            self._is_ours,
            self._remembered_token,
            exchange=self._exchanged,
            resend=self._connection.send,
        )
        self._connection.auth = (
            self._bearers if platform.is_todays else TokenAuth(self._is_ours, self._password)
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
        if self.platform.is_todays:
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
        """Where today's platform exchanges tokens; None in version 1."""
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
        from scalingo_cli.trace import Trace

        return Trace(self._secrets, bodies=debug == "body")

    def get(
        self,
        *parts: str,
        params: Query | None = None,
        within: float | None = None,
        patient: bool = False,
    ) -> Document:
        """Return the document at this path of version 1, such as `get("apps", app)`.

        A `patient` request is made again while the platform has no answer, when it says so or
        after 2, 4, 8, 16 and 32 seconds: together longer than the minute that it counts requests
        in. Raises as `send` does, and Failed for what is no document.
        """
        for exponent in range(1, 6) if patient else ():
            try:
                return self.send("GET", *parts, params=params, within=within).document
            except errors.TryAgain as error:
                pause = 2**exponent if error.retry_after is None else error.retry_after
                self._tell(f"{error.message} Asking again in {pause} seconds.")
                time.sleep(pause)
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
        """Send one request to a path of version 1 and return its answer.

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
            within=within,
        ) as response:
            answer = Answer(response, self._secrets.hide)
            if answer.kind == "text/html":
                rooted(answer.body, answer.kind, _request_id(response))
            yield answer

    def url(self, *parts: str) -> str:
        """Return the URL of a path of version 1. Raises Misused as `path` does.

        On today's platform what belongs to a person and not to a region is at the authentication
        API, and the keys of an account have a path of their own there.
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
            within=within,
        ) as response:
            if "html" in response.headers.get("Content-Type", ""):
                rooted("", "text/html", _request_id(response))
            yield _arriving(response)

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
        **options: Any,
    ) -> Iterator[requests.Response]:
        host = urlsplit(url).netloc
        timeout = (CONNECT_SECONDS, self._silence_seconds)
        if within is not None:
            timeout = (min(CONNECT_SECONDS, within), min(self._silence_seconds, within))
        if settings.is_loopback(urlsplit(url).hostname or ""):
            options["proxies"] = {"http": "", "https": ""}  # no other machine can reach it
        try:
            with self._connection.request(
                method,
                url,
                timeout=timeout,
                allow_redirects=method in READS,  # the others would arrive as a GET
                **options,
            ) as response:
                if response.status_code >= 300:
                    raise self._refusal(response, parts)
                yield response
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _unreachable(error, method, host, timeout) from error
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
            retry_after=response.headers.get("Retry-After"),
            request_id=_request_id(response),
            token_source=self._token.source
            if self._token and "Authorization" in response.request.headers
            else None,
            token_of_elsewhere=self._token is not None
            and self._token.value.startswith(PREFIX_OF_TODAY) != self.platform.is_todays,
            is_todays=self.platform.is_todays,
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
            method, url, json=json, data=body, headers=headers, auth=auth
        ) as response:
            return Answer(response, self._secrets.hide)

    def connect(self, url: str) -> Channel:
        """Return a raw connection to `url`, as `send_to` understands it. Raises as that does."""
        from scalingo_cli import channel

        url = self._entrusted(url)
        auth = self._trusted_with(url)
        request = self._connection.prepare_request(requests.Request("CONNECT", url, auth=auth))
        proxy, authorities = self._way(url)
        timeout = (CONNECT_SECONDS, self._silence_seconds)
        trace = self._connection.trace
        if trace:
            trace.request(request)
        try:
            response, opened = channel.connect(
                request,
                authorities=authorities,
                proxy=proxy,
                proxy_headers=HTTPAdapter().proxy_headers(proxy) if proxy else {},
                timeout=timeout,
            )
        except requests.RequestException as error:
            if trace:
                trace.failure(error)
            raise _unreachable(error, "CONNECT", urlsplit(url).netloc, timeout) from error
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


def _arriving(response: requests.Response) -> Iterator[bytes]:
    """Yield what has arrived of a body; requests' own iterators wait until a piece is full."""
    try:
        while piece := response.raw.read1(64 * 1024, decode_content=True):
            yield piece
    except urllib3.exceptions.DecodeError as error:
        raise requests.exceptions.ContentDecodingError(error) from error
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ConnectionError(error) from error


def _request_id(response: requests.Response) -> str | None:
    return response.headers.get("X-Request-Id")


def _unreachable(
    error: Exception, method: str, host: str, timeout: tuple[float, float]
) -> errors.ScalingoError:
    """Say in one sentence why `host` gave no whole answer to a request.

    `timeout` is how many seconds a connection and then a silence could last.
    """
    causes = list(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    hint = "Check your connection, then try again."
    lost = hint if method in READS else "It may have been done all the same: look before you retry."
    if isinstance(error, requests.exceptions.SSLError):
        return errors.TryAgain(
            f"No trusted connection to {host}: {_tls_reason(causes)}.",
            "Behind a proxy with its own authority, set REQUESTS_CA_BUNDLE to its certificate.",
        )
    if isinstance(error, (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)):
        return errors.TryAgain(
            f"The proxy did not connect to {host}.", "Check HTTPS_PROXY and NO_PROXY."
        )
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return errors.TryAgain(f"{host} did not accept a connection in {timeout[0]:g} s.", hint)
    if isinstance(error, requests.exceptions.ReadTimeout) or "ReadTimeoutError" in names:
        return errors.TryAgain(f"{host} was silent for {timeout[1]:g} s.", lost)
    if names & {"NameResolutionError", "gaierror"}:
        return errors.TryAgain(f"The name {host} could not be resolved.", hint)
    if names & {"NewConnectionError", "NotConnected"}:
        system = next((c.strerror for c in causes if isinstance(c, OSError) and c.strerror), None)
        return errors.TryAgain(f"No connection to {host}: {system or 'refused'}.", hint)
    if isinstance(
        error, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)
    ):
        return errors.TryAgain(f"The connection to {host} was cut before the answer's end.", lost)
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return errors.Failed(f"The answer of {host} is damaged: it does not decompress.")
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return errors.Failed(f"{host} redirects in circles.")
    # Not what the error says: it may hold the URL of a proxy, with its password.
    return errors.Failed(
        f"No request can be made to {host} ({type(error).__name__}).",
        "Check SCALINGO_API_URL, HTTPS_PROXY and ALL_PROXY.",
    )


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
