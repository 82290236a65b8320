"""Everything the pretend platform knows: users, their apps and what belongs to those."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scalingo_cli.sandbox.clock import stamp
from scalingo_cli.sandbox.messages import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scalingo_cli.sandbox.clock import Clock
    from scalingo_cli.sandbox.one_off import OneOff
    from scalingo_cli.sandbox.streams import Streams

Row = dict[str, Any]


@dataclass
class User:
    """An account."""

    id: str
    username: str
    email: str
    password: str
    token: str
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    location: str = ""
    verified: bool = True
    keys: list[Row] = field(default_factory=list)

    def short(self) -> Row:
        """Return the account as owners, pushers and authors are shown."""
        return {"username": self.username, "email": self.email, "id": self.id}


@dataclass
class Operation:
    """Something that a scale or a restart set going; its status follows from the time."""

    id: str
    type: str
    created: datetime
    seconds: float
    outcome: str
    error: str
    before: list[Row]
    settled: bool = False

    def status(self, now: datetime) -> str:
        """Return pending, running, or how it ended (`never` runs for ever)."""
        elapsed = (now - self.created).total_seconds()
        if elapsed < self.seconds * 0.2:
            return "pending"
        if elapsed < self.seconds or self.outcome == "never":
            return "running"
        return self.outcome

    def finished(self, now: datetime) -> bool:
        """Tell whether it has ended."""
        return self.status(now) in ("done", "error")

    @property
    def end(self) -> datetime:
        """The moment it ends."""
        return self.created + timedelta(seconds=self.seconds)


@dataclass
class Deployment:
    """A deployment; its status and its output follow from the time."""

    id: str
    created: datetime
    git_ref: str
    pusher: User
    outcome: str
    seconds: float
    settled: bool = False


@dataclass
class App:
    """An application and all that belongs to it; lists are oldest first."""

    id: str
    name: str
    owner: User
    created_at: str
    updated_at: str
    last_deployed_at: str | None = None
    last_deployed_by: str | None = None
    crashed: bool = False
    formation: list[Row] = field(default_factory=list)
    variables: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    collaborators: list[Row] = field(default_factory=list)
    domains: list[Row] = field(default_factory=list)
    addons: list[Row] = field(default_factory=list)
    logs: list[tuple[datetime, str, str]] = field(default_factory=list)
    log_tokens: dict[str, datetime] = field(default_factory=dict)
    busy_seconds: int = 0

    def busy(self, now: datetime) -> Operation | None:
        """Return the operation in progress, if any: there is one at a time."""
        last = self.operations[-1] if self.operations else None
        return last if last and not last.finished(now) else None

    def status(self, now: datetime) -> str:
        """Return what the platform says the application is doing."""
        if operation := self.busy(now):
            return "scaling" if operation.type == "scale" else "restarting"
        if self.last_deployed_at is None:
            return "new"
        if not any(container["amount"] for container in self.formation):
            return "stopped"
        return "crashed" if self.crashed else "running"

    def containers(self) -> list[str]:
        """Return the names of the containers that the formation asks for."""
        return [f"{row['name']}-{i}" for row in self.formation for i in range(1, row["amount"] + 1)]


class Store:
    """The state of one sandbox; ids come from a seed, dates from the clock."""

    def __init__(self, clock: Clock, url: str, operation_seconds: float, streams: Streams) -> None:
        self.clock = clock
        self.url = url
        self.attach_at = url
        self.operation_seconds = operation_seconds
        self.page_shape = "documented"
        self.next_operation = ("done", "")
        self.streams = streams
        self.empty_logs = 404
        self.users: list[User] = []
        self.apps: list[App] = []
        self.one_offs: list[OneOff] = []
        self._random = random.Random(2015)  # noqa: S311 - ids have to be the same each time

    def new_id(self) -> str:
        """Return a fresh 24-digit hexadecimal id."""
        return f"{self._random.getrandbits(96):024x}"

    def new_uuid(self) -> str:
        """Return a fresh UUID."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def new_secret(self) -> str:
        """Return a fresh secret."""
        return f"{self._random.getrandbits(160):040x}"

    def stamp(self) -> str:
        """Return the present as a date of the API."""
        return stamp(self.clock.now())

    def user(self, login: str) -> User | None:
        """Return the user with this user name or e-mail."""
        return next((u for u in self.users if login in (u.username, u.email)), None)

    def user_of_token(self, token: str) -> User | None:
        """Return the user whose API token this is."""
        return next((u for u in self.users if u.token == token), None)

    def apps_of(self, user: User) -> list[App]:
        """Return what a user owns or works on."""
        return [app for app in self.apps if self.allowed(app, user)]

    def allowed(self, app: App, user: User) -> bool:
        """Tell whether a user may see an application."""
        return app.owner is user or any(
            row["email"] == user.email and row["status"] == "accepted" for row in app.collaborators
        )

    def app(self, name: str, user: User | None = None) -> App:
        """Return the application with this name or id that `user` may see, or refuse with 404."""
        for app in self.apps:
            if name in (app.name, app.id) and (user is None or self.allowed(app, user)):
                return app
        raise not_found("app")

    def record(self, app: App, user: User, kind: str, data: Row | None = None) -> Row:
        """Add an event to an application and return it."""
        event = {
            "id": self.new_id(),
            "created_at": self.stamp(),
            "user": user.short(),
            "app_id": app.id,
            "type": kind,
        }
        if data is not None:
            event["type_data"] = data
        app.events.append(event)
        return event

    def log(self, app: App, source: str, text: str) -> None:
        """Let a container of an application log the lines of `text`, and its followers know."""
        moment = self.clock.now()
        with self.streams.changed:
            app.logs += [(moment, source, said) for said in text.split("\n")]
            self.streams.changed.notify_all()

    def add_events(self, app: str, count: int) -> None:
        """Add `count` events to the application of this name, for tests about long histories."""
        target = self.app(app)
        for number in range(1, count + 1):
            self.record(target, target.owner, "run", {"command": f"bin/tally --box {number}"})


def find(rows: Iterable[Row], row_id: str, resource: str) -> Row:
    """Return the row with this id, or refuse with the 404 that names `resource`."""
    for row in rows:
        if row["id"] == row_id:
            return row
    raise not_found(resource)
