"""The sandbox itself: HTTP servers around a store, with a record of the requests."""

from __future__ import annotations

import hmac
import importlib
import pkgutil
import random
import secrets
import threading
import traceback
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from selectors import EVENT_READ, DefaultSelector
from socket import socketpair
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scalingo_cli.sandbox import resources
from scalingo_cli.sandbox.control import knobs, openapi
from scalingo_cli.sandbox.control.endpoints import Controls
from scalingo_cli.sandbox.control.faults import Faults
from scalingo_cli.sandbox.control.profile import Profile
from scalingo_cli.sandbox.http import routing, server
from scalingo_cli.sandbox.http.messages import (
    Received,
    Refusal,
    Request,
    Response,
    document,
    no_such_page,
    not_found,
    refused,
    text,
)
from scalingo_cli.sandbox.resources import (
    authentication,
    deployments,
    measures,
    notifiers,
    one_off,
    operations,
    regions,
    repo_links,
    sources,
)
from scalingo_cli.sandbox.runtime import programs
from scalingo_cli.sandbox.runtime.directory import Directory
from scalingo_cli.sandbox.seed import company
from scalingo_cli.sandbox.seed import document as state_document
from scalingo_cli.sandbox.state.clock import Clock
from scalingo_cli.sandbox.state.credentials import Credentials
from scalingo_cli.sandbox.state.dialect import DIALECTS
from scalingo_cli.sandbox.state.models import Host, Issued, Missing
from scalingo_cli.sandbox.state.store import Snapshot, Store
from scalingo_cli.sandbox.state.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Importing a resource registers its routes.
for _each in pkgutil.iter_modules(resources.__path__):
    importlib.import_module(f"{resources.__name__}.{_each.name}")


LOCAL = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared with what is asked for


class Sandbox(Controls):
    """A local simulator of the Scalingo API, which runs inside `with Sandbox():`.

    With the `legacy` protocol, there is one host, at `url`, which takes the API token. With
    `regional`, the API of the region at `url` takes bearers, which `auth_url` returns in exchange
    for the API token; only this one has two-factor sign-in (`otp_email`, `otp_password`,
    `otp_code`). Passwords and tokens are new at each start.

    `streams` are the open log streams, to be cut or silenced; `names` are further hosts that
    requests may be for.

    Args:
        port: The first of as many ports as the platform has hosts; 0 takes any free ones.
        operation_seconds: How long a scale or a restart takes.
        now: The time at the start, which dates in the data count back from; by default, now.
        main_app: The name of the app that has most of the data.
        lively: Whether the apps log a line now and then.
        protocol: `legacy` or `regional`.
        region: The region that has most of the data.
        bearer_seconds: How long a bearer is valid.
        strict: Whether to refuse what the platform ignores: unknown fields and query parameters,
            null for absent, a body without its root, a repeated parameter.
        secret: The bearer for the controls at `/_sandbox`; by default, a random one.
        host: The name or address that clients use; if it is not a loopback address, other
            machines are served too. 0.0.0.0 does that, with 127.0.0.1 in responses.
        data: A document to start with (see the module document) instead of the starting data.
        profile: Makes it slow or flaky.

    Raises:
        ValueError: The protocol or the region is unknown, or `data` is invalid.
        OSError: A port cannot be had.
    """

    username = company.MAIN.username
    email = company.MAIN.email
    unverified_email = company.UNVERIFIED.email
    otp_email = company.TWO_FACTOR.email
    otp_code = company.TWO_FACTOR.otp

    def __init__(
        self,
        port: int = 0,
        operation_seconds: float = 1.0,
        now: datetime | None = None,
        main_app: str | None = None,
        lively: bool = False,
        protocol: str = "regional",
        region: str = "osc-fr1",
        bearer_seconds: float = 3600,
        strict: bool = False,
        secret: str | None = None,
        host: str = LOCAL,
        data: Mapping[str, Any] | None = None,
        profile: Profile | None = None,
    ) -> None:
        if protocol not in DIALECTS:
            raise ValueError(f"unknown protocol {protocol!r}: one of {', '.join(DIALECTS)}")
        if region not in regions.REGIONS:
            raise ValueError(f"unknown region {region!r}: one of {', '.join(regions.REGIONS)}")
        self.protocol = protocol
        self.dialect = DIALECTS[protocol]
        self.region = region if self.dialect.regions else ""
        self.bearer_seconds = bearer_seconds
        self.secret = secret or secrets.token_hex(20)
        self._credentials = Credentials()
        self.host = LOCAL if host == EVERYWHERE else host
        self.is_local = host == "localhost" or host.startswith("127.")
        self.names: set[str] = {self.host}
        self._own_profile = self.profile = profile or Profile()
        self._data = data
        self._known: dict[str, tuple[str, str]] = {}  # passwords and tokens at the start
        self._unserved: dict[tuple[str, str, str], int] = {}
        self.lively = lively
        self.strict = strict
        self.streams = Streams()
        self.main_app = main_app or company.MAIN_APP
        if data and data.get("users"):
            self.username, self.email = data["users"][0]["username"], data["users"][0]["email"]
            self.main_app = main_app or next((row["name"] for row in data.get("apps", ())), "")
        self.lock = threading.RLock()
        self.clock = Clock(now)
        self.faults = Faults()
        self.operation_seconds = operation_seconds
        self.stopping = threading.Event()
        self._servers = server.listen(self, self.dialect.hosts(list(regions.REGIONS)), port)
        self.urls = {each.host: each.url for each in self._servers}
        self.url = self.urls[self.dialect.api(region)]
        self._bell, self._clapper = socketpair()  # written to when it is time to stop
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self.issued = Issued()
        self.store = self._new_store()
        self._snapshots: dict[str, Snapshot] = {}  # made once: tests restore them all the time
        try:
            self.reset()
        except ValueError:  # the data
            self._bell.close()
            self._clapper.close()
            for each in self._servers:
                each.close()
            raise
        self._programs = Directory()
        self.ssh = programs.install("ssh", "ssh", self._programs.path)

    def __enter__(self) -> Sandbox:
        self._listening.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.faults.over.set()
        self._clapper.close()
        self._listening.join()
        self.streams.end()
        one_off.end_all(self.store)
        sources.drop_all(self.store)
        for each in self._servers:
            each.close()
        self._programs.remove()

    @property
    def password(self) -> str:
        """The main user's password."""
        return self.password_of(self.username)

    @property
    def token(self) -> str:
        """The main user's API token."""
        return self.token_of(self.username)

    @property
    def unverified_password(self) -> str:
        """The password of the user with an unverified account."""
        return self.password_of(company.UNVERIFIED.username)

    @property
    def unverified_token(self) -> str:
        """The API token of the user with an unverified account."""
        return self.token_of(company.UNVERIFIED.username)

    @property
    def otp_password(self) -> str:
        """The password of the user with two-factor authentication."""
        return self.password_of(company.TWO_FACTOR.username)

    def token_of(self, username: str) -> str:
        """Return the first API token of a user of the starting data; empty for anybody else."""
        return self._known.get(username, ("", ""))[1]

    def password_of(self, username: str) -> str:
        """Return the password of a user of the starting data; empty for anybody else."""
        return self._known.get(username, ("", ""))[0]

    def state(self) -> dict[str, Any]:
        """Return users, tokens and apps as one document: see the module document."""
        with self.lock:
            return state_document.dump(self.store)

    def load(self, users: list[Any], tokens: Sequence[Any] = (), apps: Sequence[Any] = ()) -> None:
        """Take users, tokens and apps from such a document, until the next reset.

        Raises ValueError if it is invalid.
        """
        with self.lock:
            state_document.load(self.store, {"users": users, "tokens": tokens, "apps": apps})

    def describe_api(self) -> dict[str, Any]:
        """Return the routes as an OpenAPI document."""
        return openapi.document(routing.ROUTES, self.urls)

    def unserved(self) -> list[dict[str, Any]]:
        """Return the requests without a route: method, path, service, count."""
        with self.lock:
            names = ("method", "path", "service")
            return [
                {**dict(zip(names, asked, strict=True)), "times": times}
                for asked, times in self._unserved.items()
            ]

    @property
    def api_url(self) -> str:
        """The base of the API for apps, without /v1: the same as `url`."""
        return self.url

    @property
    def auth_url(self) -> str | None:
        """The base of the authentication API; None on the legacy API, which has none."""
        return self.urls.get(Host("auth"))

    @property
    def links_url(self) -> str:
        """The base of the addresses of logs and one-off containers."""
        return self.urls.get(Host("links"), self.url)

    @property
    def db_url(self) -> str | None:
        """The base of the regional API of databases in the region; None on the legacy API."""
        return self.urls.get(Host("db", self.region))

    def environment(self) -> dict[str, str]:
        """Return the variables that point any client here, signed in, and nowhere else.

        Services that the legacy API lacks have an address here as well, and an empty region.
        """
        databases = self.db_url or self.url
        return {
            "SCALINGO_API_URL": self.url,
            "SCALINGO_AUTH_URL": self.auth_url or self.url,
            "SCALINGO_DB_URL": databases,
            "SCALINGO_DB_API_URL": databases,
            "SCALINGO_REGION": self.region,
            "SCALINGO_API_TOKEN": self.token,
            "SCALINGO_TOKEN": self.token,
            "SCALINGO_SSH": str(self.ssh),
            "SCALINGO_SSH_HOST": f"{self.host}:22",
            "SCALINGO_SSH_HOST_KEY": "",
            "SCALINGO_SANDBOX": "1",
            "SCALINGO_SANDBOX_SECRET": self.secret,
        }

    def _new_store(self) -> Store:
        return Store(
            self.dialect,
            self.clock,
            self.urls,
            self.operation_seconds,
            self.bearer_seconds,
            self.streams,
            self.issued,
        )

    def reset(self) -> None:
        """Restore the starting data, with an empty record and no faults.

        Earlier bearers are valid again, revoked or not, as long as their tokens exist.
        """
        with self.lock:
            self.clock.reset()
            one_off.end_all(self.store)
            sources.drop_all(self.store)
            self.streams.end()
            self.streams = Streams(lively=self.lively)
            self.store = self._new_store()
            self.store.restore(self._starting_data(self.main_app))
            self.store.heard = partial(notifiers.pass_on, self.store)
            self.clear_faults()
            self.requests: list[Received] = []
            self._unserved.clear()
            self.profile = self._own_profile
            self.errors: list[str] = []
            self._random = random.Random(2015)  # noqa: S311 - request ids are the same each time

    def _starting_data(self, main_app: str) -> Snapshot:
        if main_app not in self._snapshots:
            store = self._new_store()
            if self._data is None:
                company.fill(store, main_app, self.region)
                self._credentials.replace(store)
            else:
                state_document.load(store, self._data)
            self._known = {user.username: (user.password, user.token) for user in store.users}
            for token in reversed(store.tokens):
                self._known[token.user.username] = (token.user.password, token.value)
            self._snapshots[main_app] = store.snapshot()
        return self._snapshots[main_app]

    def announce(self, address: Callable[[str], str]) -> None:
        """Restore the starting data, and use `address(url)` instead of `url` in responses.

        What listens there, such as a relay, has to forward to the sandbox.
        """
        self.urls = {host: address(url) for host, url in self.urls.items()}
        self.names |= {urlsplit(url).hostname or "" for url in self.urls.values()}
        self.reset()

    def answer(self, request: Request) -> Response:
        """Return the response to one request, and record it if it is for the API."""
        with self.lock:
            if request.path.split("/")[1:2] == ["_sandbox"]:
                return self._guarded(request.host, lambda: self._controlled(request))
            received = self._received(request)
            self.requests.append(received)
            request_id = request.headers.get("x-request-id") or str(
                uuid.UUID(int=self._random.getrandbits(128), version=4)
            )
            over = self.faults.over
            fault = self.faults.draw(request)
            fault = fault or self.profile.fault()
            if fault:
                response = fault.spoil(
                    lambda: self._guarded(request.host, lambda: self._carry_out(request))
                )
            else:
                response = self._guarded(request.host, lambda: self._carry_out(request))
        if response.later:
            response = replace(response.later(), delay=response.delay, delivery=response.delivery)
        response.delay += self.profile.delay()
        response.over = over
        received.status = response.status
        response.headers["X-Request-Id"] = request_id
        return response

    def _controlled(self, request: Request) -> Response:
        bearer = authentication.bearer(request.headers.get("authorization", "")) or ""
        if not hmac.compare_digest(bearer.encode(), self.secret.encode()):
            raise refused(401, "The controls need SCALINGO_SANDBOX_SECRET as a bearer")
        if request.body:
            routing.require_type(request, "application/json")
        return knobs.answer(self, request)

    def _received(self, request: Request) -> Received:
        headers = dict(request.headers)
        if "authorization" in headers:
            headers["authorization"] = authentication.marker(self.store, headers["authorization"])
        if "x-authorization-otp" in headers:
            headers["x-authorization-otp"] = "<one-time code>"
        return Received(**{**vars(request), "headers": headers, "file": None})

    def _guarded(self, host: Host, action: Callable[[], Response]) -> Response:
        try:
            return action()
        except Refusal as refusal:
            return refusal.response
        except Missing as missing:
            absent = no_such_page() if host.service == "auth" else not_found(missing.resource)
            return absent.response
        except Exception:
            self.errors.append(traceback.format_exc())
            return document({"error": "The sandbox itself is broken: see its errors"}, 500)

    def _carry_out(self, request: Request) -> Response:
        self.settle()
        self._admit(request)
        try:
            route, names = routing.find(request)
        except Refusal:
            asked = (request.method, request.path, request.host.service)
            self._unserved[asked] = self._unserved.get(asked, 0) + 1
            raise
        user = authentication.who(self.store, request)
        if user is None and route.auth == "token":
            raise authentication.unauthorized(request)
        routing.check(request, route, self.strict)
        return route.answer(routing.Call(request, self.store, user, names, self.strict))

    def _admit(self, request: Request) -> None:
        """Refuse with 429 beyond the rate limit, and with 403 in a region that is disabled."""
        store, host = self.store, request.host
        if store.rate_limit is not None and host.service != "links":
            now = store.clock.now()
            minute = [moment for moment in store.admitted if now - moment < timedelta(minutes=1)]
            if len(minute) >= store.rate_limit:
                raise Refusal(text("Retry later", 429))
            store.admitted = [*minute, now]
        if host.service in ("api", "db") and host.region in store.disabled_regions:
            raise refused(
                403, f"The region {host.region} is not open to you", code="region_disabled"
            )

    def _listen(self) -> None:
        with self._bell, DefaultSelector() as selector:
            selector.register(self._bell, EVENT_READ)
            for each in self._servers:
                selector.register(each, EVENT_READ, each)
            while not self.stopping.is_set():
                for key, _ in selector.select():
                    if key.data:
                        key.data.handle_request()

    def settle(self) -> None:
        """Apply the effects of whatever has ended by now."""
        now = self.clock.now()
        operations.settle(self.store, now)
        deployments.settle(self.store, now)
        one_off.settle(self.store, now)
        measures.settle(self.store, now)
        repo_links.settle(self.store, now)
