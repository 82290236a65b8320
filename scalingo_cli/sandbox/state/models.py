"""The nouns of the platform: plain records, which import only each other."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scalingo_cli.sandbox.runtime.process import Container

Row = dict[str, Any]

# The hosts of a platform. Legacy has one; regional has one for accounts, one for each region's
# apps and one for its databases, and those that are only known from addresses in answers.
Service = Literal["legacy", "auth", "api", "db", "links"]


@dataclass(frozen=True)
class Host:
    """One host of a platform; `region` is empty if it serves all of them."""

    service: Service = "legacy"
    region: str = ""


@dataclass(kw_only=True)
class HasRows:
    """What rows belong to, an account or an app; some are in attributes of their own."""

    collections: dict[str, list[Row]] = field(default_factory=dict)

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a collection, by its plural: to read and to change."""
        own: list[Row] | None = vars(self).get(name)
        return self.collections.setdefault(name, []) if own is None else own


@dataclass
class User(HasRows):
    """An account; with an `otp`, a regional sign-in also requires this one-time code."""

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
    otp: str = ""
    keys: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)

    def short(self) -> Row:
        """Return the account as owners, pushers and authors are shown."""
        return {"username": self.username, "email": self.email, "id": self.id}


# Whoever acts when the platform does.
PLATFORM = User(
    id="54b3a1c67069653d1f000000",
    username="scalingo-platform",
    email="deploy@scalingo.example",
    password="",
    token="",
)


@dataclass
class ApiToken:
    """An API token of the regional platform; `value` is shown once."""

    id: str
    name: str
    user: User
    value: str
    created_at: str
    last_used_at: str | None = None


@dataclass
class Operation:
    """Something that takes a while; its status depends on the time.

    `before` is the formation until it is done; `result` has further fields to show from then on.
    """

    id: str
    type: str
    created: datetime
    seconds: float
    outcome: str
    error: str
    before: list[Row] = field(default_factory=list)
    result: Row = field(default_factory=dict)
    settled: bool = False

    def status(self, now: datetime) -> str:
        """Return pending, running, or how it ended (`never` runs forever)."""
        elapsed = (now - self.created).total_seconds()
        if elapsed < self.seconds * 0.2:
            return "pending"
        if elapsed < self.seconds or self.outcome == "never":
            return "running"
        return self.outcome

    def finished(self, now: datetime) -> bool:
        """Return whether it has ended."""
        return self.status(now) in ("done", "error")

    @property
    def end(self) -> datetime:
        """The time when it ends."""
        return self.created + timedelta(seconds=self.seconds)


@dataclass
class Deployment:
    """A deployment; its status and its output depend on the time.

    One of an archive has what was found in it, `fetched`, or its `problem`.
    """

    id: str
    created: datetime
    git_ref: str
    pusher: User
    outcome: str
    seconds: float
    settled: bool = False
    type: str = "deployment"
    cached: bool = True
    fetched: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass
class Backup:
    """A backup of a database; its status depends on the time, its archive has `size` bytes."""

    id: str
    name: str
    created: datetime
    method: str
    seconds: float
    outcome: str = "done"
    size: int = 0

    def status(self, now: datetime) -> str:
        """Return scheduled, running, or how it ended."""
        elapsed = (now - self.created).total_seconds()
        if elapsed < self.seconds * 0.2:
            return "scheduled"
        return "running" if elapsed < self.seconds else self.outcome


@dataclass(kw_only=True)
class Logged:
    """What has logs, an app or a database: its lines, the oldest first, and their addresses."""

    logs: list[tuple[datetime, str, str]] = field(default_factory=list)
    log_tokens: dict[str, datetime] = field(default_factory=dict)
    busy_seconds: int = 0
    buffered_lines: int | None = None  # newest ones that a dump has; None: all
    logs_archives: list[Row] = field(default_factory=list)

    @property
    def log_id(self) -> str:
        """What names it in the addresses of its logs."""
        raise NotImplementedError

    def status(self, now: datetime) -> str:
        """Return its status on the platform."""
        raise NotImplementedError


@dataclass
class Database(Logged):
    """The database behind an add-on; rows and lists are oldest first.

    A feature whose status is pending is enabled or disabled at its time in `changing`.
    """

    addon_id: str
    kind: str
    features: list[Row]
    window: Row
    users: list[Row]
    version: str
    former_plan: Row | None = None  # while it changes
    backups: list[Backup] = field(default_factory=list)
    maintenance: list[Row] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    changing: dict[str, datetime] = field(default_factory=dict)
    periodic_backups: bool = True
    backup_hours: list[int] = field(default_factory=lambda: [1])
    oldest_recovery: datetime | None = None

    @property
    def log_id(self) -> str:
        """The ID of its add-on."""
        return self.addon_id

    def busy(self, now: datetime) -> Operation | None:
        """Return the operation in progress, if any."""
        return next((each for each in self.operations if not each.finished(now)), None)

    def status(self, now: datetime) -> str:
        """Return its status; it runs for a moment before its plan begins to change."""
        operation = self.busy(now)
        if operation is None:
            ends = [(each.type, each.status(now)) for each in self.operations]
            return "stopped" if ("create", "error") in ends else "running"
        if operation.type == "create":
            return "creating"
        if operation.type != "change_plan":
            return "upgrading"
        return "running" if operation.status(now) == "pending" else "updating"


@dataclass
class App(Logged, HasRows):
    """An app and everything that belongs to it; lists are oldest first.

    The legacy API has no `region` and no `settings`.
    """

    id: str
    name: str
    owner: User
    created_at: str
    updated_at: str
    region: str = ""
    settings: Row = field(default_factory=dict)
    cached: bool = True  # what builds keep for later ones
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
    databases: dict[str, Database] = field(default_factory=dict)
    distant_events: int = 0  # those before `events`, generated as they are read

    @property
    def log_id(self) -> str:
        """Its name."""
        return self.name

    @property
    def is_dedicated(self) -> bool:
        """Whether it is a dedicated database, which is not among the apps."""
        return "dedicated" in self.collections

    def busy(self, now: datetime) -> Operation | None:
        """Return the operation in progress, if any: there is one at a time."""
        last = self.operations[-1] if self.operations else None
        return last if last and not last.finished(now) else None

    def status(self, now: datetime) -> str:
        """Return the app's status on the platform."""
        if operation := self.busy(now):
            return "scaling" if operation.type == "scale" else "restarting"
        if self.last_deployed_at is None:
            return "new"
        if not any(container["amount"] for container in self.formation):
            return "stopped"
        return "crashed" if self.crashed else "running"

    def containers(self) -> list[str]:
        """Return the names of the containers in the formation."""
        return [f"{row['name']}-{i}" for row in self.formation for i in range(1, row["amount"] + 1)]


@dataclass
class OneOff:
    """A one-off container; its address ends in `secret`.

    `start` is the operation that starts it, if there is one.
    """

    id: str
    app: App
    number: int
    command: str
    size: str
    secret: str
    created: datetime
    container: Container
    attached: bool = False
    detached: bool = False
    start: Operation | None = None


@dataclass
class Source:
    """A place for one archive, which is in `file` once it was uploaded."""

    id: str
    upload_token: str
    download_token: str
    until: datetime
    file: IO[bytes] | None = None


@dataclass(frozen=True)
class Bearer:
    """A bearer's token and purpose; without an `addon_id` it is valid for the whole API."""

    token: ApiToken
    addon_id: str | None = None


@dataclass
class Issued:
    """The bearers of one sandbox, by their random part, and the key that they are signed with.

    They outlive a reset of its data; one that was signed with a different key is foreign.
    """

    key: bytes = field(default_factory=lambda: secrets.token_bytes(64))
    bearers: dict[str, Bearer] = field(default_factory=dict)


class Missing(LookupError):
    """Nothing of this kind has this name or ID."""

    def __init__(self, resource: str) -> None:
        super().__init__(resource)
        self.resource = resource


def find(rows: Iterable[Row], row_id: str, resource: str) -> Row:
    """Return the row with this ID. Raises Missing, which names `resource`, if there is none."""
    for row in rows:
        if row["id"] == row_id:
            return row
    raise Missing(resource)
