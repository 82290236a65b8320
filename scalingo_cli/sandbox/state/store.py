"""The state of one simulated platform: users, their apps, and what belongs to those."""

from __future__ import annotations

import io
import pickle
import random
import secrets
import uuid
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from scalingo_cli.sandbox.state.clock import stamp
from scalingo_cli.sandbox.state.models import (
    ApiToken,
    App,
    Host,
    Missing,
    OneOff,
    Row,
    Source,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scalingo_cli.sandbox.state.clock import Clock
    from scalingo_cli.sandbox.state.dialect import Dialect
    from scalingo_cli.sandbox.state.models import Backup, Issued, Logged
    from scalingo_cli.sandbox.state.streams import Streams


class Snapshot:
    """A copy of some data, of which further copies are made all the time.

    These share what cannot be changed: most of the data is lines of logs and dates.
    """

    def __init__(self, data: Any) -> None:
        pickled = io.BytesIO()
        pickler = _Pickler(pickled, pickle.HIGHEST_PROTOCOL)
        pickler.dump(data)
        self._pickled, self._shared = pickled.getvalue(), pickler.shared

    def copy(self) -> Any:
        """Return a copy of the data."""
        unpickler = _Unpickler(io.BytesIO(self._pickled))
        unpickler.shared = self._shared
        return unpickler.load()


class _Pickler(pickle.Pickler):
    """Leaves out what copies share, and collects it in `shared`."""

    def __init__(self, file: IO[bytes], protocol: int) -> None:
        super().__init__(file, protocol)
        self.shared: list[Any] = []

    def persistent_id(self, value: Any) -> int | None:
        """Return the number of a value that the copies share, None for any other."""
        if isinstance(value, datetime) or (isinstance(value, tuple) and all(map(_is_plain, value))):
            self.shared.append(value)
            return len(self.shared) - 1
        return None


class _Unpickler(pickle.Unpickler):  # of what this program wrote and kept in memory
    shared: list[Any]

    def persistent_load(self, number: int) -> Any:
        """Return what the copies share."""
        return self.shared[number]


def _is_plain(value: Any) -> bool:
    return isinstance(value, (datetime, str, int))


class Store:
    """The state of one sandbox; IDs come from a seed, dates from the clock.

    Records whose shape depends on the dialect are stored as clients see them. `heard` is called
    with each new event of an app; `deliveries` are the notifications, and their results.

    Args:
        dialect: The protocol.
        clock: The sandbox's clock.
        urls: The URLs of the hosts.
        operation_seconds: How long a scale or a restart takes.
        bearer_seconds: How long a bearer is valid.
        streams: The open log streams.
        issued: The bearers, which outlive the store.
    """

    def __init__(
        self,
        dialect: Dialect,
        clock: Clock,
        urls: Mapping[Host, str],
        operation_seconds: float,
        bearer_seconds: float,
        streams: Streams,
        issued: Issued,
    ) -> None:
        self.dialect = dialect
        self.clock = clock
        self.urls = urls
        self.attach_at = self.links_url
        self.operation_seconds = operation_seconds
        self.bearer_seconds = bearer_seconds
        self.page_shape = dialect.page_shape
        self.next_operation = ("done", "")
        self.streams = streams
        self.empty_logs = dialect.status_of_no_logs
        self.tokens: list[ApiToken] = []
        self.issued = issued
        self.revoked: set[str] = set()
        self.users: list[User] = []
        self.apps: list[App] = []
        self.one_offs: list[OneOff] = []
        self.sources: list[Source] = []
        self.next_deployment = "success"
        self.next_backup: tuple[str, int] = ("done", 48 * 1024)
        self.downloads: dict[str, tuple[Backup, datetime]] = {}
        self.rate_limit: int | None = None
        self.admitted: list[datetime] = []
        self.disabled_regions: set[str] = set()
        self.deliveries: list[Row] = []
        self.heard: Callable[[App, Row], None] = lambda app, event: None
        self._random = random.Random(2015)  # noqa: S311 - ids have to be the same each time

    def snapshot(self) -> Snapshot:
        """Return users, tokens and apps as they are now, for `restore`."""
        return Snapshot((self.users, self.tokens, self.apps, self._random))

    def restore(self, snapshot: Snapshot) -> None:
        """Restore users, tokens and apps from a `snapshot`."""
        self.users, self.tokens, self.apps, self._random = snapshot.copy()

    def api_url(self, region: str) -> str:
        """Return the host of the apps of a region."""
        return self.urls[self.dialect.api(region)]

    @property
    def links_url(self) -> str:
        """The host of logs and one-off containers."""
        return self.urls[self.dialect.links]

    @property
    def socket_url(self) -> str:
        """The same host for WebSockets."""
        return self.links_url.replace("http", "ws", 1)

    @property
    def regions(self) -> list[str]:
        """The names of the regions, the default one first; none on the legacy API."""
        return [host.region for host in self.urls if host.service == "api"]

    def new_id(self) -> str:
        """Return a new ID of 24 hexadecimal digits."""
        return f"{self._random.getrandbits(96):024x}"

    def new_id_of(self, noun: str, form: str = "{hex}") -> str:
        """Return a new ID in the dialect's form for a noun, by default in `form`."""
        form = self.dialect.ids.get(noun, form)
        made = self.new_uuid() if "{uuid}" in form else self.new_id()
        return form.format(uuid=made, hex=made)

    def new_uuid(self) -> str:
        """Return a new UUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def new_user_id(self) -> str:
        """Return a new ID of a user."""
        return self.new_id_of("user")

    def new_secret(self) -> str:
        """Return a new secret: not from the seed, for it grants access."""
        return secrets.token_hex(20)

    def new_sha(self) -> str:
        """Return a new ID of a commit."""
        return f"{self._random.getrandbits(160):040x}"

    def stamp(self) -> str:
        """Return the current time as a date of the API."""
        return stamp(self.clock.now())

    def user(self, login: str) -> User | None:
        """Return the user with this username or e-mail address."""
        return next((u for u in self.users if login in (u.username, u.email)), None)

    def user_of_token(self, token: str) -> User | None:
        """Return the user with this API token."""
        tokens = [(each.token, each) for each in self.users if each.token]
        tokens += [(each.value, each.user) for each in self.tokens]
        return next((user for value, user in tokens if value == token), None)

    def apps_of(self, user: User, region: str) -> list[App]:
        """Return the apps that a user owns or collaborates on in a region."""
        return [app for app in self.apps if app.region == region and self.allowed(app, user)]

    def allowed(self, app: App, user: User) -> bool:
        """Return whether a user may see an app."""
        return app.owner is user or any(
            row["email"] == user.email and row["status"] == "accepted" for row in app.collaborators
        )

    def app(self, name: str, user: User | None = None, region: str | None = None) -> App:
        """Return the app with this name or ID. Raises Missing if there is none.

        It has to be one that `user` may see, and that is in `region`, if these are given.
        """
        for app in self.apps:
            if (
                name in (app.name, app.id)
                and (user is None or self.allowed(app, user))
                and region in (None, app.region)
            ):
                return app
        raise Missing("app")

    def record(self, app: App, user: User, kind: str, data: Row | None = None) -> Row:
        """Add an event to an app.

        Args:
            app: The app.
            user: Who did it.
            kind: The type of the event.
            data: Its `type_data`.

        Returns:
            The event.
        """
        event = self.event(app, user, kind, data, self.new_id(), self.stamp())
        app.events.append(event)
        self.heard(app, event)
        return event

    def event(
        self, app: App, user: User, kind: str, data: Row | None, event_id: str, created_at: str
    ) -> Row:
        """Return an event of an app as the API shows it.

        Args:
            app: The app.
            user: Who did it.
            kind: The type of the event.
            data: Its `type_data`.
            event_id: Its ID.
            created_at: Its date.

        Returns:
            The event.
        """
        event: Row = {
            "id": event_id,
            "created_at": created_at,
            "user": user.short(),
            "app_id": app.id,
            "app_name": app.name,
            "type": kind,
        }
        if data is not None or not self.dialect.dates_of_2015:
            event["type_data"] = data or {}
        return self.dialect.row("event", event)

    def record_of_account(
        self, user: User, kind: str, data: Row | None = None, project: Row | None = None
    ) -> Row:
        """Add an event to an account, or to one of its projects.

        Args:
            user: The account.
            kind: The type of the event.
            data: Its `type_data`.
            project: The project, if it is one's.

        Returns:
            The event.
        """
        event = {"id": self.new_id(), "created_at": self.stamp(), "user": user.short()}
        if project:
            event |= {"project_id": project["id"], "project_name": project["name"]}
        event |= {"type": kind, "type_data": data or {}}
        user.events.append(event)
        return event

    def log(self, logged: Logged, source: str, text: str) -> None:
        """Add the lines of `text` to the logs of a container, and wake the open streams."""
        moment = self.clock.now()
        with self.streams.changed:
            logged.logs += [(moment, source, said) for said in text.split("\n")]
            self.streams.changed.notify_all()

    def add_events(self, app: str, count: int) -> None:
        """Add `count` events to the app of this name, for tests with long histories."""
        target = self.app(app)
        for number in range(1, count + 1):
            self.record(target, target.owner, "run", {"command": f"bin/tally --box {number}"})
