"""One user's way to one platform: builds requests, signs them, and exchanges tokens for bearers."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import requests

from scalingo_cli import __version__, errors, settings
from scalingo_cli.api import services
from scalingo_cli.api.auth import (
    ANONYMOUS,
    BearerAuth,
    Password,
    TokenAuth,
    not_regional,
    refuses_addon_token,
)
from scalingo_cli.api.connection import Adapter, Connection, Connector, same_origin
from scalingo_cli.api.messages import READS, Answer, Given, Request, Transport, pairs
from scalingo_cli.api.network import Network
from scalingo_cli.api.redaction import Secrets
from scalingo_cli.api.services import Service
from scalingo_cli.auth import credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from scalingo_cli.api.channel import Channel
    from scalingo_cli.api.dry_run import DryRun
    from scalingo_cli.api.preconnect import HeadStarts
    from scalingo_cli.auth.credentials import Token
    from scalingo_cli.auth.rate import Rate
    from scalingo_cli.settings import Platform

_HEADER_TEXT = r"[!-~]+"


class Wire:
    """One platform, one user; importing it imports requests, which takes a while.

    `may_have_changed` says that a request has changed something there, or may have done so though
    no response came.

    Args:
        platform: Where its services are.
        find_token: Called when the first request needs the token.
        keep_bearer: Called with the token, each bearer that it was exchanged for, and the ID of
            the add-on that it is for, empty for none.
        notify: Called with a message for the user while a request is retried.
        rate: What each request waits for.
        persistent: Whether requests that get no response are retried when that is safe.
        before_change: Called before a request that may change something is sent.
        dry_run: Collects the requests of a dry run instead of sending them; None sends them.
        debug: None, or `on` or `body` to log each request and response to stderr.
        head_starts: Connections that are already being made.
    """

    def __init__(
        self,
        platform: Platform,
        find_token: Callable[[], Token | None],
        *,
        keep_bearer: Callable[[Token, str, str], None],
        notify: Callable[[str], None],
        rate: Rate,
        persistent: bool = True,
        before_change: Callable[[], object] = lambda: None,
        dry_run: DryRun | None = None,
        debug: str | None = None,
        head_starts: HeadStarts | None = None,
    ) -> None:
        self.platform = platform
        self._find_token = find_token
        self._keep_bearer = keep_bearer
        self._token: Token | None = None
        self._secrets = Secrets()
        self.may_have_changed = False
        connection = Connection(self._adapter(head_starts, debug))
        connection.headers.update(
            {
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"scalingo-cli/{__version__} (Python)",
            }
        )
        self._network = Network(
            connection,
            secrets=self._secrets,
            blame=self._blame,
            notify=notify,
            persistent=persistent,
            rate=rate,
            before_change=before_change,
        )

        def resend(*given: Any, **options: Any) -> requests.Response:
            rate.take()
            return connection.send(*given, **options)

        self._resend = resend
        self._bearers = BearerAuth(
            self._is_ours, self._remembered_token, exchange=self._exchanged, resend=resend
        )
        signer = self._bearers if platform.is_regional else TokenAuth(self._is_ours, self._password)
        self._services = {
            "auth": Service("auth", lambda: f"{platform.auth_url}/v1", signer, "SCALINGO_AUTH_URL"),
            "regional": Service("regional", lambda: f"{platform.url}/v1", signer),
            "legacy": Service("legacy", lambda: f"{platform.url}/v1", signer),
        }
        self._transport: Transport = self._network
        if dry_run:
            self._transport = self._held_back(dry_run)

    def _adapter(self, head_starts: HeadStarts | None, debug: str | None) -> Connector:
        adapter = Adapter(head_starts)
        if not debug:
            return adapter
        from scalingo_cli.api.debug import Traced

        return Traced(adapter, self._secrets, bodies=debug == "body")

    def _held_back(self, dry_run: DryRun) -> Transport:
        from scalingo_cli.api.dry_run import DryRunTransport

        auth = self._services["auth"]
        exchange = auth.url("tokens", "exchange") if self.platform.is_regional else None
        return DryRunTransport(self._network, dry_run, self._secrets, exchange)

    # Requests

    def connect(self, place: Service) -> Channel:
        """Return a raw connection to `place`. Raises as `answer` does."""
        return self._network.connect(place.url(), place.signer)

    def request(self, method: str, path: tuple[str, ...], given: Given, *, whole: bool) -> Request:
        """Return a request.

        Args:
            method: The HTTP method.
            path: The path below `/v1`.
            given: What it has besides.
            whole: Whether its response is read before it is returned.

        Returns:
            The request.

        Raises:
            Misused: A name or a value is not text.
        """
        _require_text(path, given.get("params"), given.get("json"))
        service = given.get("service")
        if service is None:
            service, path = self._service(path)
        body = given.get("body")
        if (document := given.get("json")) is not None:
            body = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
        return Request(
            method,
            service,
            path,
            params=pairs(given.get("params")),
            headers=given.get("headers", {}),
            body=body,
            auth=given.get("auth"),
            whole=whole,
            within_seconds=given.get("within_seconds"),
            changes=method not in READS,
        )

    @contextmanager
    def answer(self, request: Request) -> Iterator[Answer]:
        """Send a request and yield its response. Raises as `API.send` does."""
        if isinstance(request.auth, Password):
            self._secrets.add(request.auth.secret)
        if isinstance(request.body, bytes):
            self._secrets.learn_body(request.body)
        for name, value in request.params:
            self._secrets.learn(value, name)
        try:
            with self._transport.send(request) as answer:
                self.may_have_changed |= request.changes
                yield answer
        except errors.TryAgain as error:
            self.may_have_changed |= request.changes and error.may_have_arrived
            raise

    # Addresses

    def _service(self, path: tuple[str, ...]) -> tuple[Service, tuple[str, ...]]:
        """Return the service of a path below `/v1`, and the path as that service spells it."""
        if not self.platform.is_regional:
            return self._services["legacy"], path
        name = services.of(path)
        if name == "database":
            raise errors.Misused("A path of the database API requires --addon.")
        return self._services[name], path[1:] if path[:2] == ("account", "keys") else path

    def database(self, app: str, addon: str) -> Service:
        """Return the database API, signed with the token of the add-on with the ID `addon`.

        The token is requested from the region's API when it is first needed, and sent to no
        other origin. Raises Misused on the legacy API, and if the address is unknown.
        """
        find_url = self.platform.find_database_url
        if not find_url:
            raise errors.Misused("The legacy API has no database API.", "Name a region: --region")
        base = cache(find_url)
        signer = BearerAuth(
            lambda url: same_origin(url, base()),
            lambda: self._token_of(addon),
            exchange=lambda token: self._addon_token(token, app, addon),
            resend=self._resend,
            is_refusal=refuses_addon_token,
        )
        return Service(
            "database",
            lambda: f"{base()}/api",
            signer,
            "SCALINGO_DB_URL",
            lambda: self._services["regional"].url("apps", app, "addons", addon, "token"),
        )

    def _token_of(self, addon: str) -> Token | None:
        """Return the token with the bearer of an add-on, if that was kept."""
        token = self._remembered_token()
        return token and replace(token, bearer=token.addons.get(addon))

    def _addon_token(self, token: Token, app: str, addon: str) -> str:
        """Return a new token of an add-on, which changes nothing though it is a POST."""
        path = ("apps", app, "addons", addon, "token")
        request = Request("POST", self._services["regional"], path, changes=False)
        with self._network.once(request) as answer:
            bearer = _bearer(answer.document["addon"].get("token"))
        self._secrets.add(bearer)
        self._keep_bearer(token, bearer, addon)
        return bearer

    def url(self, *path: str) -> str:
        """Return the URL of a path below `/v1`. Raises Misused as `services.path` does."""
        service, path = self._service(path)
        return service.url(*path)

    def link(self, url: str) -> Service:
        """Return a link from the platform as a service to ask.

        A relative link starts at the API's own origin; the token is sent to that origin only.
        Raises Failed if it is not a web link.
        """
        try:
            parts = urlsplit(urljoin(f"{self.platform.url}/", url))
            _ = parts.port  # raises if it is not a number
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise errors.Failed("The platform returned a link that cannot be followed.")
        return Service("link", parts.geturl, self._services["legacy"].signer)

    def place(self, url: str, *, signed: bool = True) -> Service:
        """Return an address from the platform, such as an upload's, as a service to ask.

        Requests are `signed` with the token, unless the address itself is all that it requires.
        Raises Failed for an address that would send the token unencrypted over a network.
        """
        url = self._entrusted(url)
        signer = TokenAuth(lambda other: same_origin(other, url), self._password)
        return Service("place", lambda: url, signer if signed else ANONYMOUS)

    def _entrusted(self, url: str) -> str:
        """Return a URL that the token may be sent to. Raises Failed for any other."""
        self._secrets.learn(url, "attach_url")
        try:
            whole = requests.Request("GET", url).prepare().url or ""
            parts = urlsplit(whole)
        except (requests.RequestException, ValueError) as error:
            raise errors.Failed("The platform returned an invalid URL.") from error
        host = parts.hostname or ""
        if parts.scheme == "https" or (parts.scheme == "http" and settings.is_loopback(host)):
            return whole
        raise errors.Failed(
            f"The URL from the platform would send your token to {host or 'nowhere'}"
            f" unencrypted: its scheme is {parts.scheme or 'missing'}, not https."
        )

    def way(self) -> tuple[str | None, str]:
        """Return the proxy to the API, without its password, or None; and the file or directory
        of the authorities whose certificates are trusted.
        """
        return self._network.way(self.platform.url)

    def _is_ours(self, url: str) -> bool:
        """Return whether a URL has an origin that the token may be sent to."""
        auth = self.platform.auth_url
        return bool(auth and same_origin(url, auth)) or same_origin(url, self.platform.url)

    # Credentials

    def _remembered_token(self) -> Token | None:
        if self._token is None:
            self._token = self._find_token()
        if self._token:
            self._secrets.add(self._token.value)
            for bearer in filter(None, [self._token.bearer, *self._token.addons.values()]):
                self._secrets.add(bearer)
        return self._token

    def _password(self) -> str | None:
        """Return the password for Basic authentication, or None if nobody is signed in."""
        if self.platform.is_regional:
            return self._bearers.bearer()
        token = self._remembered_token()
        return token.value if token else None

    def _exchanged(self, token: Token) -> str:
        """Return a new bearer for the token (POST tokens/exchange, Basic with an empty user)."""
        request = Request(
            "POST",
            self._services["auth"],
            ("tokens", "exchange"),
            auth=Password("", token.value),
            changes=False,
        )
        try:
            with self._network.once(request) as answer:
                bearer = str(answer.document["token"])
        except errors.NotFound as error:
            raise not_regional(error) from None
        self._secrets.add(_bearer(bearer))
        self._keep_bearer(token, bearer, "")
        return bearer

    def _blame(self, response: requests.Response) -> dict[str, Any]:
        """Return what a refusal says about the token that its request carried."""
        token, is_regional = self._token, self.platform.is_regional
        carried = token if "Authorization" in response.request.headers else None
        is_a_regions = token is not None and credentials.is_regional(token.value)
        return {
            "token_source": carried.source if carried else None,
            "token_of_elsewhere": token is not None and is_a_regions != is_regional,
            "is_regional": is_regional,
            "region": self.platform.region,
        }


def _bearer(text: object) -> str:
    """Return a bearer. Raises Failed if a header cannot carry it."""
    if isinstance(text, str) and re.fullmatch(_HEADER_TEXT, text):
        return text
    raise errors.Failed("The platform returned a bearer that is not valid in a header.")


def _require_text(*given: object) -> None:
    """Raise Misused if a string holds bytes of the command line that are not UTF-8."""
    try:
        json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise errors.Misused("A name or a value is not UTF-8 text.") from None
