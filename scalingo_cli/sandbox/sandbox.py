"""The sandbox itself: an HTTP server around the store, with a record of what it was asked."""

from __future__ import annotations

import errno
import json
import random
import threading
import traceback
import uuid
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from selectors import EVENT_READ, DefaultSelector
from socket import socketpair
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from scalingo_cli.sandbox.control import endpoints
from scalingo_cli.sandbox.control.faults import Fault, Faults
from scalingo_cli.sandbox.http import routing
from scalingo_cli.sandbox.http.messages import (
    Cut,
    Host,
    Refusal,
    Request,
    Response,
    document,
    refused,
    text,
)
from scalingo_cli.sandbox.http.pagination import SHAPES
from scalingo_cli.sandbox.resources import (
    addons,
    apps,
    authentication,
    collaborators,
    databases,
    deployments,
    domains,
    events,
    features,
    keys,
    logs,
    one_off,
    operations,
    ps,
    regions,
    scaling,
    sources,
    tokens,
    variables,
)
from scalingo_cli.sandbox.seed import company
from scalingo_cli.sandbox.state import bearers
from scalingo_cli.sandbox.state.clock import Clock
from scalingo_cli.sandbox.state.store import Store
from scalingo_cli.sandbox.state.streams import Streams

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Generator, Sequence
    from io import BufferedReader
    from types import TracebackType

# Importing a resource registers its routes.
RESOURCES = (
    authentication,
    apps,
    variables,
    scaling,
    operations,
    events,
    deployments,
    collaborators,
    domains,
    addons,
    keys,
    logs,
    one_off,
    tokens,
    regions,
    features,
    sources,
    ps,
    databases,
)

# The hosts of each protocol; a sandbox listens at a port for each of them.
HOSTS: dict[str, list[Host]] = {
    "legacy": [Host()],
    "regional": [
        Host("auth"),
        *(Host("api", region) for region in regions.REGIONS),
        *(Host("db", region) for region in regions.REGIONS),
        Host("links"),
    ],
}


@dataclass
class Received(Request):
    """A request as recorded: whose token it carried, not which; `status` answered it.

    `service` and `region` tell which host it came to.
    """

    status: int | None = None

    @property
    def service(self) -> str:
        """The service that its host gives: `legacy`, or one of the regional platform's."""
        return self.host.service

    @property
    def region(self) -> str:
        """The region of its host, if that is of one."""
        return self.host.region

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body) if self.body else None


class Sandbox:
    """A pretend platform; it runs between `with Sandbox() as sandbox:` and the end of the block.

    `port` 0 takes any free one, and as many as the platform has hosts, any other begins a row of
    them; `operation_seconds` is how long a scale or a restart takes; `now` is the moment that the
    starting data is dated by, the present unless given; `main_app` is another name for the
    application that has most of the data; in a `lively` sandbox the applications log a line now
    and then.

    The `protocol` is `legacy`, one host at `url` that takes the API token, or `regional`: `url`,
    the API of `region`, where most of the data is, takes bearers that are good for
    `bearer_seconds`, in exchange for the API token at `auth_url`. Only there two-factor sign-in
    exists (`otp_email`, `otp_password`, `otp_code`).

    `streams` are the log streams that are open, to be cut or silenced.
    """

    username = company.MAIN.username
    email = company.MAIN.email
    password = company.MAIN.password
    token = company.MAIN.token
    unverified_email = company.UNVERIFIED.email
    unverified_password = company.UNVERIFIED.password
    unverified_token = company.UNVERIFIED.token
    otp_email = company.TWO_FACTOR.email
    otp_password = company.TWO_FACTOR.password
    otp_code = company.TWO_FACTOR.otp

    def __init__(
        self,
        port: int = 0,
        operation_seconds: float = 1.0,
        now: datetime | None = None,
        main_app: str | None = None,
        lively: bool = False,
        protocol: str = "legacy",
        region: str = "osc-fr1",
        bearer_seconds: float = 3600,
    ) -> None:
        if protocol not in HOSTS:
            raise ValueError(f"unknown protocol {protocol!r}: one of {', '.join(HOSTS)}")
        if region not in regions.REGIONS:
            raise ValueError(f"unknown region {region!r}: one of {', '.join(regions.REGIONS)}")
        self.protocol = protocol
        self.region = region if protocol == "regional" else ""
        self.bearer_seconds = bearer_seconds
        if protocol == "regional":
            self.token = company.TOKENS["noor"][0][1]
            self.unverified_token = company.TOKENS["priya"][0][1]
        self.lively = lively
        self.streams = Streams()
        self.main_app = main_app or company.MAIN_APP
        self.lock = threading.RLock()
        self.clock = Clock(now)
        self.operation_seconds = operation_seconds
        self.stopping = threading.Event()
        self._servers = _servers(self, HOSTS[protocol], port)
        self.urls = {server.host: server.url for server in self._servers}
        self.url = self.urls[Host("api", region) if protocol == "regional" else Host()]
        self._bell, self._clapper = socketpair()  # rung when it is time to stop
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._issued = bearers.Issued()
        self.store = self._new_store()
        self._snapshots: dict[str, bytes] = {}  # made once: stories go back to them all the time
        self.reset()

    def __enter__(self) -> Sandbox:
        self._listening.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._clapper.close()
        self._listening.join()
        self.streams.end()
        one_off.end_all(self.store)
        sources.drop_all(self.store)
        for server in self._servers:
            server.close()

    @property
    def api_url(self) -> str:
        """The base of the API of apps, without /v1: the same as `url`."""
        return self.url

    @property
    def auth_url(self) -> str | None:
        """The base of the platform's authentication API; None on the legacy API, which has none."""
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
        """Return the variables that lead a client of this sandbox to it, signed in."""
        environment = {"SCALINGO_API_URL": self.url, "SCALINGO_API_TOKEN": self.token}
        if self.auth_url and self.db_url:
            environment["SCALINGO_REGION"] = self.region
            environment["SCALINGO_AUTH_URL"] = self.auth_url
            environment["SCALINGO_DB_URL"] = self.db_url
        return environment

    def _new_store(self) -> Store:
        return Store(
            self.clock,
            self.urls,
            self.operation_seconds,
            self.bearer_seconds,
            self.streams,
            self._issued,
        )

    def reset(self) -> None:
        """Go back to the starting data, with an empty record and no fault.

        Bearers had before are good again, revoked or not, for as long as their tokens are there.
        """
        with self.lock:
            self.clock.reset()
            one_off.end_all(self.store)
            sources.drop_all(self.store)
            self.streams.end()
            self.streams = Streams(lively=self.lively)
            self.store = self._new_store()
            self.store.restore(self._starting_data(self.main_app))
            self.faults = Faults()
            self.requests: list[Received] = []
            self.errors: list[str] = []
            self._random = random.Random(2015)  # noqa: S311 - request ids are the same each time

    def _starting_data(self, main_app: str) -> bytes:
        if main_app not in self._snapshots:
            store = self._new_store()
            company.furnish(store, main_app, self.region)
            self._snapshots[main_app] = store.snapshot()
        return self._snapshots[main_app]

    def clear_requests(self) -> None:
        """Empty the record of requests."""
        with self.lock:
            self.requests.clear()

    def advance(self, seconds: float) -> None:
        """Push the sandbox's clock forward."""
        with self.lock:
            self.clock.advance(seconds)
            self._settle()

    def shorten_bearers(self, seconds: float) -> None:
        """Let new bearers be good for so many seconds, until the next reset."""
        with self.lock:
            self.store.bearer_seconds = float(seconds)

    def revoke_bearers(self) -> None:
        """Let no bearer be good any more; tokens are, and may be exchanged for new ones."""
        with self.lock:
            self.store.revoked |= self._issued.bearers.keys()

    def fail_next(
        self,
        kind: str,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
        **details: Any,
    ) -> None:
        """Spoil the next `times` answers to `method` on what begins with `path`: see faults."""
        fault = Fault(kind, times, method, path, **details)
        with self.lock:
            self.faults.append(fault)

    def end_next_operation(self, outcome: str, error: str = "web-1 did not come back") -> None:
        """Decide how the next operation ends: done, error (with this text) or never."""
        if outcome not in operations.OUTCOMES:
            raise ValueError(f"unknown outcome {outcome!r}: {', '.join(operations.OUTCOMES)}")
        with self.lock:
            self.store.next_operation = (outcome, error)

    def end_next_deployment(self, outcome: str) -> None:
        """Decide how the next deployment of an archive ends."""
        if outcome not in deployments.PHASES:
            raise ValueError(f"unknown outcome {outcome!r}: one of {', '.join(deployments.PHASES)}")
        with self.lock:
            self.store.next_deployment = outcome

    def limit_rate(self, requests: int | None = 60) -> None:
        """Refuse more than so many requests a minute, by the sandbox's clock; None: no limit."""
        with self.lock:
            self.store.rate_limit = requests

    def disable_region(self, region: str) -> None:
        """Refuse everyone who asks the API of a region, until the next reset."""
        if region not in regions.REGIONS:
            raise ValueError(f"unknown region {region!r}: one of {', '.join(regions.REGIONS)}")
        with self.lock:
            self.store.disabled_regions.add(region)

    def paginate(self, shape: str) -> None:
        """Choose the variant of `meta` that collections in pages carry: see pagination."""
        if shape not in SHAPES:
            raise ValueError(f"unknown shape {shape!r}: one of {', '.join(SHAPES)}")
        with self.lock:
            self.store.page_shape = shape

    def deploy(self, app: str, outcome: str = "success", seconds: float = 1.0) -> str:
        """Start a deployment of `app` that ends in `outcome` after `seconds`; return its id."""
        with self.lock:
            return deployments.start(self.store, self.store.app(app), outcome, float(seconds)).id

    def log(self, app: str, container: str, text: str) -> None:
        """Let a container of `app` log the lines of `text`."""
        with self.lock:
            self.store.log(self.store.app(app), container, text)

    def log_much(self, app: str, size: int) -> None:
        """Let the logs of `app` begin with at least `size` bytes, made up as they are read."""
        with self.lock:
            self.store.app(app).busy_seconds = -(-size // logs.BUSY_BYTES)

    def happen_much(self, app: str, count: int) -> None:
        """Let the events of `app` begin with `count` more, made up as they are read."""
        with self.lock:
            self.store.app(app).distant_events = count

    def forget_logs(self, app: str, status: int = 404) -> None:
        """Empty the logs of `app`; a dump of no logs is answered with `status`, 404 or 204."""
        with self.lock:
            self.store.app(app).logs.clear()
            self.store.empty_logs = status

    def accept(self, app: str, email: str) -> None:
        """Let the person invited to `app` under `email` accept."""
        with self.lock:
            collaborators.accept(self.store, self.store.app(app), email)

    def idle_out(self) -> None:
        """End every one-off container as if its visitor had been silent for half an hour."""
        with self.lock:
            for each in self.store.one_offs:
                each.container.idle_out()

    def drop_attached(self) -> None:
        """Cut off, without a word, everyone who is attached to a one-off container."""
        with self.lock:
            for each in self.store.one_offs:
                if each.attached:
                    each.container.drop()

    def attach_at(self, url: str) -> None:
        """Give `url` as where to attach to one-off containers, until the next reset.

        Something there, such as an end of TLS, has to pass on to the sandbox.
        """
        with self.lock:
            self.store.attach_at = url

    def announce(self, address: Callable[[str], str]) -> None:
        """Go back to the starting data, and name `address(url)` where answers would name `url`.

        What listens there, such as a relay, has to pass on to the sandbox.
        """
        self.urls = {host: address(url) for host, url in self.urls.items()}
        self.reset()

    def answer(self, request: Request) -> Response:
        """Return the response to one request, noted in the record if it is for the API."""
        with self.lock:
            if request.path.split("/")[1:2] == ["_sandbox"]:
                return self._guarded(lambda: endpoints.answer(self, request))
            received = self._received(request)
            self.requests.append(received)
            request_id = request.headers.get("x-request-id") or str(
                uuid.UUID(int=self._random.getrandbits(128), version=4)
            )
            fault = self.faults.draw(request)
            if fault:
                response = fault.spoil(lambda: self._guarded(lambda: self._carry_out(request)))
            else:
                response = self._guarded(lambda: self._carry_out(request))
        if response.later:
            response = replace(response.later(), delay=response.delay, delivery=response.delivery)
        received.status = response.status
        response.headers["X-Request-Id"] = request_id
        return response

    def _received(self, request: Request) -> Received:
        headers = dict(request.headers)
        if "authorization" in headers:
            headers["authorization"] = authentication.marker(self.store, headers["authorization"])
        if "x-authorization-otp" in headers:
            headers["x-authorization-otp"] = "<one-time code>"
        return Received(**{**vars(request), "headers": headers, "file": None})

    def _guarded(self, action: Callable[[], Response]) -> Response:
        try:
            return action()
        except Refusal as refusal:
            return refusal.response
        except Exception:
            self.errors.append(traceback.format_exc())
            return document({"error": "The sandbox itself is broken: see its errors"}, 500)

    def _carry_out(self, request: Request) -> Response:
        self._settle()
        self._admit(request)
        route, names = routing.find(request)
        user = authentication.who(self.store, request)
        if user is None and route.auth == "token":
            raise authentication.unauthorized(request)
        routing.check(request, route)
        return route.answer(routing.Call(request, self.store, user, names))

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
            for server in self._servers:
                selector.register(server, EVENT_READ, server)
            while not self.stopping.is_set():
                for key, _ in selector.select():
                    if key.data:
                        key.data.handle_request()

    def _settle(self) -> None:
        now = self.clock.now()
        operations.settle(self.store, now)
        deployments.settle(self.store, now)
        one_off.settle(self.store, now)


def _servers(sandbox: Sandbox, hosts: Sequence[Host], port: int) -> list[_Server]:
    """Listen as each of the hosts, at ports in a row unless `port` is 0; all of them or none."""
    if port + len(hosts) - 1 > 65535:
        raise OSError(errno.EINVAL, f"it needs {len(hosts)} ports in a row")
    servers: list[_Server] = []
    try:
        for number, host in enumerate(hosts):
            servers.append(_Server(sandbox, host, port and port + number))
    except OSError:
        for server in servers:
            server.server_close()
        raise
    return servers


class _Server(ThreadingHTTPServer):
    """One host of a sandbox; closing it closes the connections that are still open."""

    daemon_threads = True
    request_queue_size = 128
    timeout = 0  # it is asked when somebody is there

    def __init__(self, sandbox: Sandbox, host: Host, port: int) -> None:
        self.sandbox = sandbox
        self.host = host
        self.connections: set[socket.socket] = set()
        self.idle = threading.Condition()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without the look-up of the host's full name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep an error in the handler for the tests, and say nothing."""
        self.sandbox.errors.append(traceback.format_exc())

    def close(self) -> None:
        """Stop listening, end every connection and wait for that to be done."""
        self.server_close()
        with self.idle:
            for connection in self.connections:
                _shut(connection)
            self.idle.wait_for(lambda: not self.connections, timeout=2)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(2)
    except OSError:
        return  # the client was faster


class _Handler(BaseHTTPRequestHandler):
    """One connection: requests in, responses out, nothing written anywhere else."""

    server: _Server
    rfile: BufferedReader
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        """Join the open connections."""
        super().setup()
        with self.server.idle:
            self.server.connections.add(self.request)

    def finish(self) -> None:
        """Leave the open connections; a client that is gone is no error."""
        try:
            super().finish()
        except ConnectionError:
            self.rfile.close()
        finally:
            self.request.close()
            with self.server.idle:
                self.server.connections.discard(self.request)
                self.server.idle.notify_all()

    def handle(self) -> None:
        """Answer request after request until either side leaves."""
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def answer(self) -> None:
        """Answer one request."""
        try:
            request = self._request()
        except Refusal as refusal:
            self.close_connection = True
            self._send(refusal.response)
            return
        response = self.server.sandbox.answer(request)
        if request.file:
            request.file.close()
        if response.delay:
            self.server.sandbox.stopping.wait(response.delay)
        self._send(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - so called
    do_OPTIONS = do_CONNECT = answer  # noqa: N815 - as above

    def version_string(self) -> str:
        """Return what the Server header says."""
        return "scalingo-sandbox"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has above
        """Write nothing."""

    def _request(self) -> Request:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            raise refused(411, "The sandbox reads bodies with a Content-Length only")
        target = urlsplit(self.path)
        query = parse_qsl(target.query, keep_blank_values=True)
        single = [name for name, _ in query if not name.endswith("[]")]
        if len(set(single)) < len(single):
            raise refused(400, f"A parameter is there twice in ?{target.query}")
        lists: dict[str, list[str]] = {}
        for name, value in query:
            lists.setdefault(name, []).append(value)
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = self.server.host
        request = Request(self.command, target.path, dict(query), headers, b"", host, lists)
        request.port = self.client_address[1]
        if routing.streamed(request):
            request.file = sources.spooled(self.rfile, int(length))
        else:
            request.body = self.rfile.read(int(length))
        return request

    def _send(self, response: Response) -> None:
        self.close_connection |= response.last
        if response.delivery == "none":
            self.close_connection = True
            return
        self.send_response(response.status)
        if response.content_type:
            self.send_header("Content-Type", response.content_type)
        for name, value in response.headers.items():
            self.send_header(name, value)
        hands_over = response.delivery == "whole" and self.command != "HEAD"
        then = response.then if hands_over else None
        if response.chunks is not None:
            self.send_header("Transfer-Encoding", "chunked")
        elif not then and response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if response.chunks is not None and self.command != "HEAD":
            self._send_chunks(response, response.chunks)
            return
        body = b"" if self.command == "HEAD" else response.body
        if response.delivery == "half":
            self.close_connection = True
            body = body[: len(body) // 2]
        self.wfile.write(body)
        if then:
            self.close_connection = True
            self.wfile.flush()
            self.connection.setblocking(False)
            early = self.rfile.peek()
            self.connection.setblocking(True)
            then(self.connection, early)

    def _send_chunks(self, response: Response, chunks: Generator[bytes]) -> None:
        self.wfile.flush()
        with closing(chunks):
            try:
                for chunk in chunks:
                    part = chunk[: len(chunk) // 2] if response.delivery == "half" else chunk
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
                    self.wfile.flush()
                    if part != chunk:
                        raise Cut
            except Cut:
                self.close_connection = True
                return
        self.wfile.write(b"0\r\n\r\n")
