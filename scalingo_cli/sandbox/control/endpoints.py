"""What tests and users can change, break and look up in a running sandbox."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scalingo_cli.sandbox.control.faults import Fault, Faults
from scalingo_cli.sandbox.control.knobs import KNOBS, knob
from scalingo_cli.sandbox.control.profile import Profile
from scalingo_cli.sandbox.http.pagination import SHAPES
from scalingo_cli.sandbox.resources import (
    collaborators,
    databases,
    deployments,
    logs,
    logs_archives,
    measures,
    operations,
    regions,
    series,
)
from scalingo_cli.sandbox.seed import events

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from scalingo_cli.sandbox.http.messages import Received
    from scalingo_cli.sandbox.state.clock import Clock
    from scalingo_cli.sandbox.state.models import Issued, Row
    from scalingo_cli.sandbox.state.store import Store
    from scalingo_cli.sandbox.state.streams import Streams

FACTS = (
    "url",
    "username",
    "email",
    "password",
    "token",
    "main_app",
    "unverified_email",
    "unverified_password",
    "unverified_token",
    "protocol",
    "region",
    "auth_url",
    "db_url",
    "otp_email",
    "otp_password",
    "otp_code",
)


class Controls:
    """The controls of a sandbox: those with a `knob` are endpoints below /_sandbox as well."""

    lock: threading.RLock
    clock: Clock
    store: Store
    streams: Streams
    faults: Faults
    requests: list[Received]
    errors: list[str]
    names: set[str]
    profile: Profile
    issued: Issued

    def settle(self) -> None:
        """Apply the effects of whatever has ended by now."""
        raise NotImplementedError

    @knob("GET", "")
    def describe(self) -> Row:
        """Show the addresses of the sandbox, who can sign in, and the controls."""
        facts = {name: getattr(self, name) for name in FACTS}
        return facts | {"controls": [each.shown() for each in KNOBS.values()]}

    @knob("POST", "reset")
    def reset(self) -> None:
        """Restore the starting data, with an empty record of requests and no faults."""
        raise NotImplementedError

    @knob("POST", "clock", seconds=float)
    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock forward."""
        with self.lock:
            self.clock.advance(seconds)
            self.settle()

    # What was asked, and what went wrong

    @knob("GET", "requests", answers="requests")
    def recorded(self) -> list[Row]:
        """List the requests that were received, without secrets."""
        rows = [asdict(received) for received in self.requests]
        return [row | {"body": row["body"].decode(errors="replace")} for row in rows]

    @knob("DELETE", "requests")
    def clear_requests(self) -> None:
        """Empty the record of requests."""
        with self.lock:
            self.requests.clear()

    @knob("GET", "state")
    def state(self) -> Row:
        """Show users, tokens and apps as one document, with passwords and tokens."""
        raise NotImplementedError

    @knob("PUT", "state", users=list, tokens=list, apps=list)
    def load(self, users: list[Any], tokens: Sequence[Any] = (), apps: Sequence[Any] = ()) -> None:
        """Replace users, tokens and apps by those of such a document, until the next reset."""
        raise NotImplementedError

    @knob("GET", "openapi.json")
    def describe_api(self) -> Row:
        """Show the routes as an OpenAPI document."""
        raise NotImplementedError

    @knob("POST", "profile", latency=list, errors=dict)
    def behave(self, latency: Sequence[float] = (0, 0), errors: Row | None = None) -> None:
        """Delay responses by the first to the last of `latency` seconds, and let some fail."""
        first, last = latency
        with self.lock:
            self.profile = Profile((first, last), errors or {})

    @knob("GET", "unserved", answers="unserved")
    def unserved(self) -> list[Row]:
        """List the requests that have no route here, with their counts."""
        raise NotImplementedError

    @knob("GET", "errors", answers="errors")
    def defects(self) -> list[str]:
        """List the tracebacks of errors inside the sandbox itself."""
        return self.errors

    @knob("GET", "faults", answers="faults")
    def pending_faults(self) -> list[Row]:
        """List the faults that are still to come."""
        return [asdict(fault) for fault in self.faults]

    @knob(
        "POST",
        "faults",
        kind=str,
        times=int,
        method=str | None,
        path=str | None,
        service=str | None,
        region=str | None,
        delay=float,
        location=str,
        retry_after=str | int | None,
        body=str | None,
        content_type=str | None,
        executed=bool,
    )
    def fail_next(
        self,
        kind: str,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
        **details: Any,
    ) -> None:
        """Spoil the next `times` responses to `method` on paths that begin with `path`.

        The module faults has the kinds and the details.
        """
        fault = Fault(kind, times, method, path, **details)
        with self.lock:
            self.faults.append(fault)

    @knob("DELETE", "faults")
    def clear_faults(self) -> None:
        """Remove the faults still to come, and end the delays under way."""
        with self.lock:
            self.faults.over.set()
            self.faults = Faults()

    # Who may ask what, and how often

    @knob("POST", "rate", requests=int | None)
    def limit_rate(self, requests: int | None = 60) -> None:
        """Limit the requests per minute, by the sandbox's clock; null: no limit."""
        with self.lock:
            self.store.rate_limit = requests

    @knob("POST", "regions", region=str)
    def disable_region(self, region: str) -> None:
        """Refuse every request to the API of a region, until the next reset."""
        with self.lock:
            self.store.disabled_regions.add(_one_of("region", region, regions.REGIONS))

    @knob("POST", "bearers", seconds=float)
    def shorten_bearers(self, seconds: float) -> None:
        """Let new bearers be valid for so many seconds, until the next reset."""
        with self.lock:
            self.store.bearer_seconds = float(seconds)

    @knob("DELETE", "bearers")
    def revoke_bearers(self) -> None:
        """Revoke every bearer; tokens stay valid, and can be exchanged for new ones."""
        with self.lock:
            self.store.revoked |= self.issued.bearers.keys()

    @knob("POST", "pagination", shape=str)
    def paginate(self, shape: str) -> None:
        """Choose the variant of `meta` that paginated collections carry: see pagination."""
        with self.lock:
            self.store.page_shape = _one_of("shape", shape, SHAPES)

    # What happens on the platform

    @knob("POST", "operations", outcome=str, error=str)
    def end_next_operation(self, outcome: str, error: str = "web-1 did not come back") -> None:
        """Choose how the next operation ends: done, error (with this text) or never."""
        with self.lock:
            self.store.next_operation = (_one_of("outcome", outcome, operations.OUTCOMES), error)

    @knob("POST", "deployments", answers="deployment_id", app=str, outcome=str, seconds=float)
    def deploy(self, app: str, outcome: str = "success", seconds: float = 1.0) -> str:
        """Start a deployment of `app` that ends in `outcome` after `seconds`; return its id."""
        with self.lock:
            return deployments.start(self.store, self.store.app(app), outcome, float(seconds)).id

    @knob("POST", "archives", outcome=str)
    def end_next_deployment(self, outcome: str) -> None:
        """Choose how the next deployment of an archive ends."""
        with self.lock:
            self.store.next_deployment = _one_of("outcome", outcome, deployments.PHASES)

    @knob("POST", "backups", outcome=str, size=int)
    def end_next_backup(self, outcome: str = "done", size: int = 48 * 1024) -> None:
        """Choose how the next backup of a database ends, done or error, and its size in bytes."""
        with self.lock:
            self.store.next_backup = (_one_of("outcome", outcome, ("done", "error")), size)

    @knob("POST", "events", answers="event", type=str, app=str)
    def add_event(self, type: str, app: str | None = None) -> Row:  # noqa: A002 - its name in JSON
        """Add an event of a type of the regional platform, to `app` or to the main app."""
        with self.lock:
            return events.add_event(self.store, type, app)

    @knob("POST", "measures", app=str, container_type=str, metric=str, value=float)
    def measure(self, app: str, container_type: str, metric: str, value: float) -> None:
        """Let containers of `app` be measured at `value`, which autoscalers and alerts watch."""
        with self.lock:
            measures.take(self.store, self.store.app(app), container_type, metric, float(value))
            self.settle()

    @knob("GET", "deliveries", answers="deliveries")
    def notified(self) -> list[Row]:
        """List the notifications that notifiers sent, with how each delivery ended."""
        return self.store.deliveries

    @knob("POST", "leaks", app=str, container_type=str)
    def leak(self, app: str, container_type: str) -> None:
        """Make containers of `app` leak memory from now on."""
        with self.lock:
            series.leak(self.store.app(app), container_type, self.clock.now())

    @knob("POST", "collaborators", app=str, email=str)
    def accept(self, app: str, email: str) -> None:
        """Accept the invitation of `email` to `app`."""
        with self.lock:
            collaborators.accept(self.store, self.store.app(app), email)

    @knob("POST", "logs", app=str, container=str, text=str)
    def log(self, app: str, container: str, text: str) -> None:
        """Add the lines of `text` to the logs of `app`, or of the database with this add-on ID."""
        with self.lock:
            self.store.log(databases.logged(self.store, app), container, text)

    @knob("POST", "logs-archives", app=str, archives=list, buffered=int | None)
    def archive_logs(self, app: str, archives: list[Row], buffered: int | None = None) -> None:
        """Give the logs of `app` these archives (`from`, `to`), and dumps `buffered` lines."""
        with self.lock:
            logged = databases.logged(self.store, app)
            logs_archives.keep(logged, archives)
            logged.buffered_lines = buffered

    def add_many_logs(self, app: str, size_bytes: int) -> None:
        """Begin the logs of `app` with at least `size_bytes`, generated as they are read."""
        with self.lock:
            self.store.app(app).busy_seconds = -(-size_bytes // logs.BUSY_BYTES)

    def add_many_events(self, app: str, count: int) -> None:
        """Begin the events of `app` with `count` more, generated as they are read."""
        with self.lock:
            self.store.app(app).distant_events = count

    def forget_logs(self, app: str, status: int = 404) -> None:
        """Empty the logs of `app`; a dump of no logs then has the status `status`, 404 or 204."""
        with self.lock:
            databases.logged(self.store, app).logs.clear()
            self.store.empty_logs = status

    # Connections that stay open

    @knob("POST", "streams", do=str)
    def disturb_streams(self, do: str) -> None:
        """Cut or silence the open log streams, or resume them."""
        if _one_of("action", do, ("cut", "silence", "speak")) == "cut":
            self.streams.cut()
        else:
            self.streams.silence(do == "silence")

    @knob("POST", "idle")
    def idle_out(self) -> None:
        """End every one-off container as if its client had been idle for half an hour."""
        with self.lock:
            for each in self.store.one_offs:
                each.container.idle_out()

    @knob("DELETE", "attached")
    def drop_attached(self) -> None:
        """Cut the connection of every client that is attached to a one-off container."""
        with self.lock:
            for each in self.store.one_offs:
                if each.attached:
                    each.container.drop()

    def attach_at(self, url: str) -> None:
        """Use `url` as the address to attach to one-off containers, until the next reset.

        Something there, such as a TLS terminator, has to forward to the sandbox.
        """
        with self.lock:
            self.store.attach_at = url
            self.names.add(urlsplit(url).hostname or "")


def _one_of(what: str, value: str, known: Any) -> str:
    if value not in known:
        raise ValueError(f"unknown {what} {value!r}: one of {', '.join(known)}")
    return value
