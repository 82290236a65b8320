"""Databases: an add-on as seen by an API of its own, with its own bearer."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, invalid, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import authentication, database_versions, operations
from scalingo_cli.sandbox.resources.database_versions import VERSIONS
from scalingo_cli.sandbox.state import database_logs
from scalingo_cli.sandbox.state.clock import stamp, stamp_utc
from scalingo_cli.sandbox.state.models import Backup, Database, Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Logged, Operation, Row
    from scalingo_cli.sandbox.state.store import Store

FEATURES = {
    "postgresql": ["force-ssl", "publicly-available", "continuous-backups"],
    "redis": ["force-ssl", "publicly-available", "redis-rdb", "redis-aof", "redis-cache"],
    "mysql": ["force-ssl", "publicly-available"],
    "mongodb": ["force-ssl", "publicly-available"],
    "opensearch": ["force-ssl", "publicly-available"],
    "influxdb": ["publicly-available"],
}
DAYS_KEPT = 7  # as many periodic backups, one a day, and so far back goes a recovery


def on_database(
    methods: str, path: str = "", *, query: Iterable[str] = (), deletes_with_body: bool = False
) -> Callable[[Callable[[Call, App, Row, Database], Response]], object]:
    """Register a function as the handler of a path below a database.

    It is called with the call, the app, the add-on's row and the database, if the request carries
    the bearer of the add-on.

    Args:
        methods: The HTTP methods, separated by spaces.
        path: The rest of the path.
        query: The query parameters that it takes.
        deletes_with_body: Whether its DELETE takes a body.

    Returns:
        A decorator.
    """

    def register(answer: Callable[[Call, App, Row, Database], Response]) -> object:
        def authenticated(call: Call) -> Response:
            return answer(call, *_found(call))

        route(
            methods,
            f"/api/databases/{{database}}{path}",
            on=["db"],
            auth="none",
            query=query,
            deletes_with_body=deletes_with_body,
        )(authenticated)
        return answer

    return register


def _found(call: Call) -> tuple[App, Row, Database]:
    addon_id = call.names["database"]
    if authentication.addon_id(call) != addon_id:
        raise authentication.unauthorized(call.request)
    for app in call.store.apps:
        for row in app.addons:
            known = kind_of(row) in VERSIONS and app.region == call.region
            if row["id"] == addon_id and known:
                return app, row, of(call.store, app, row)
    raise refused(404, "Database not found")


def of(store: Store, app: App, addon: Row) -> Database:
    """Return the database of an add-on, with logs, and a backup for each of its last days."""
    if addon["id"] not in app.databases:
        kind = kind_of(addon)
        database = Database(
            addon["id"],
            kind,
            version=VERSIONS[kind][0],
            features=[{"name": "force-ssl", "status": "ACTIVATED"}],
            window={"weekday_utc": 2, "starting_hour_utc": 22, "duration_in_hour": 6},
            users=[user(addon["resource_id"], protected=True), user("reporting", read_only=True)],
        )
        app.databases[addon["id"]] = database
        now = store.clock.now()
        born = datetime.fromisoformat(addon["provisioned_at"])
        days = min((now - born).days, DAYS_KEPT)
        database.oldest_recovery = now - timedelta(days=days)
        database_logs.fill(database, now)
        midnight = now.replace(hour=1, minute=0, second=4, microsecond=0)
        for day in range(days, 0, -1):
            backup = _periodic(store, addon, midnight - timedelta(days=day))
            database.backups.append(backup)
        if days:
            _maintained(store, database, now)
    return app.databases[addon["id"]]


def logged(store: Store, name: str) -> Logged:
    """Return the app, or the database with this add-on ID, that logs. Raises Missing."""
    for app in store.apps:
        for row in app.addons:
            if row["id"] == name and kind_of(row) in VERSIONS:
                return of(store, app, row)
    return store.app(name)


def kind_of(addon: Row) -> str:
    """Return the kind of an add-on's database."""
    return str(addon["addon_provider"]["id"]).removesuffix("-ng")


def _periodic(store: Store, addon: Row, moment: datetime) -> Backup:
    name = f"{moment:%Y%m%d%H%M%S}_{addon['resource_id']}"
    return Backup(store.new_id(), name, moment, "periodic", 167, size=48 * 1024)


def _maintained(store: Store, database: Database, now: datetime) -> None:
    past, started = now - timedelta(days=20), now - timedelta(days=20) + timedelta(minutes=1)
    for status, begun in (("done", started), ("scheduled", None)):
        database.maintenance.append(
            {
                "id": store.new_id(),
                "database_id": database.addon_id,
                "type": "minor-upgrade",
                "status": status,
                "started_at": stamp_utc(begun) if begun else None,
                "ended_at": stamp_utc(past + timedelta(minutes=9)) if begun else None,
            }
        )


def user(name: str, *, read_only: bool = False, protected: bool = False) -> Row:
    """Return a user of a database, without its password."""
    return {
        "name": name,
        "read_only": read_only,
        "protected": protected,
        "dbms_attributes": {"password_encryption": "SCRAM-SHA-256"},
    }


def begin(call: Call, database: Database, kind: str) -> Operation:
    """Start an operation on a database; refuse with 422 while another is in progress."""
    if database.busy(call.store.clock.now()):
        raise invalid(database="is busy: wait for the operation in progress to finish")
    operation = operations.begin(call.store, kind, [])
    database.operations.append(operation)
    return operation


def operation_row(call: Call, operation: Operation) -> Row:
    """Return an operation on a database as the API shows it; its statuses are its own."""
    now = call.store.clock.now()
    status = operation.status(now)
    return {
        "id": operation.id,
        "type": operation.type,
        "status": {"done": "finished"}.get(status, status),
        "created_at": stamp(operation.created),
        "finished_at": stamp(operation.end) if operation.finished(now) else None,
        "error": operation.error if status == "error" else None,
    }


def _features(call: Call, database: Database) -> list[Row]:
    now = call.store.clock.now()
    for name, moment in list(database.changing.items()):
        if now >= moment:
            del database.changing[name]
            [row] = [row for row in database.features if row["name"] == name]
            if row["status"] == "PENDING_TO_REMOVE":
                database.features.remove(row)
            row["status"] = "ACTIVATED"
    return database.features


def _shown(call: Call, app: App, addon: Row, database: Database) -> Row:
    kind, now = database.kind, call.store.clock.now()
    _settle(addon, database, now)
    following = database_versions.after(kind, database.version)
    current = database.busy(now)
    return {
        "id": addon["id"],
        "resource_id": addon["resource_id"],
        "app_name": app.name,
        "created_at": addon["provisioned_at"],
        "encryption_at_rest": True,
        "features": _features(call, database),
        "maintenance_window": database.window,
        "plan": (database.former_plan or addon["plan"])["name"],
        "status": database.status(now) if database.operations else addon["status"],
        "type_id": database_versions.type_id(kind),
        "type_name": kind,
        "version_id": database_versions.version_id(kind, database.version),
        "next_version_id": following and database_versions.version_id(kind, following),
        "readable_version": database.version,
        "hostname": _hostname(app, addon),
        "instances": [],
        "current_operation_id": current and current.id,
        "cluster": "business" in addon["plan"]["name"],
        "periodic_backups_enabled": database.periodic_backups,
        "periodic_backups_scheduled_at": database.backup_hours,
    }


def _hostname(app: App, addon: Row) -> str:
    name = addon["resource_id"].replace("_", "-")
    return f"{name}.{kind_of(addon)}.{app.region}.scalingo.example:31044"


@on_database("GET")
def show(call: Call, app: App, addon: Row, database: Database) -> Response:
    """Show a database."""
    return document({"database": _shown(call, app, addon, database)})


@on_database("PATCH PUT")
def update(call: Call, app: App, addon: Row, database: Database) -> Response:
    """Change when a database is backed up and maintained."""
    shape = {
        "periodic_backups_enabled?": bool,
        "periodic_backups_scheduled_at?": object,
        "maintenance_window?": dict,
    }
    given = call.rooted("database", shape)
    window = call.checked(
        given.get("maintenance_window", {}), {"weekday_utc?": int, "starting_hour_utc?": int}
    )
    hours = given.get("periodic_backups_scheduled_at", database.backup_hours)
    hours = hours if isinstance(hours, list) else [hours]
    if not all(type(hour) is int and 0 <= hour <= 23 for hour in hours):
        raise invalid(periodic_backups_scheduled_at="should be an hour from 0 to 23")
    if not 0 <= window.get("weekday_utc", 0) <= 6:
        raise invalid(weekday_utc="should be from 0 to 6")
    if not 0 <= window.get("starting_hour_utc", 0) <= 23:
        raise invalid(starting_hour_utc="should be from 0 to 23")
    database.backup_hours = hours
    database.periodic_backups = given.get("periodic_backups_enabled", database.periodic_backups)
    database.window.update(window)
    return document({"database": _shown(call, app, addon, database)})


@on_database("POST", "/features")
def enable(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Start to enable a feature."""
    name = call.rooted("feature", {"name": str})["name"]
    if name not in FEATURES[database.kind]:
        raise invalid(feature=f"{name} is not a feature of {database.kind}")
    if all(row["name"] != name for row in _features(call, database)):
        database.features.append({"name": name, "status": "PENDING_TO_ACTIVATE"})
        _change_feature(call, database, name)
    [row] = [row for row in database.features if row["name"] == name]
    return document({**row, "message": f"{name} is being enabled"})


@on_database("DELETE", "/features", query=["feature"])
def disable(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Start to disable a feature."""
    name = call.query.get("feature", "")
    rows = [row for row in _features(call, database) if row["name"] == name]
    if not rows:
        raise invalid(feature=f"{name} is not enabled")
    rows[0]["status"] = "PENDING_TO_REMOVE"
    _change_feature(call, database, name)
    return document({"message": f"{name} is being disabled"})


def _change_feature(call: Call, database: Database, name: str) -> None:
    seconds = timedelta(seconds=call.store.operation_seconds)
    database.changing[name] = call.store.clock.now() + seconds


@on_database("POST", "/upgrade")
def upgrade(call: Call, _app: App, addon: Row, database: Database) -> Response:
    """Upgrade a database to the next version; one that has the last version is refused."""
    _settle(addon, database, call.store.clock.now())
    version = database_versions.after(database.kind, database.version)
    if version is None:
        raise invalid(database=f"has the latest version, {database.version}")
    operation = begin(call, database, "upgrade")
    address = f"{call.store.urls[call.request.host]}/api/operations/{operation.id}"
    row = database_versions.version_row(database.kind, version)
    del row["next_upgrade"]
    body = {
        **row,
        "message": f"Database upgrade to {version} is pending",
        "operation_id": operation.id,
        "maintenance_window": database.window,
        "release_number": 7,
        "warning_message": "",
        "deleted_at": None,
        "allowed_plugins": [],
    }
    return document(body, 202, Location=address)


def change_plan(store: Store, app: App, addon: Row, plan: Row) -> None:
    """Give an add-on a plan; its database, if it has one, keeps the former plan until it is done.

    Args:
        store: The state of the sandbox.
        app: The app.
        addon: The add-on.
        plan: The plan.
    """
    former, addon["plan"] = addon["plan"], plan
    if store.dialect.regions and kind_of(addon) in VERSIONS:
        database = of(store, app, addon)
        database.former_plan = former
        database.operations.append(operations.begin(store, "change_plan", []))


def _settle(addon: Row, database: Database, now: datetime) -> None:
    """Let what has ended have its effect."""
    for each in database.operations:
        if each.settled or not each.finished(now):
            continue
        each.settled = True
        is_done = each.status(now) == "done"
        if each.type == "upgrade" and is_done:
            following = database_versions.after(database.kind, database.version)
            database.version = following or database.version
        if each.type == "change_plan" and database.former_plan:
            addon["plan"] = addon["plan"] if is_done else database.former_plan
            database.former_plan = None


@on_database("GET", "/operations/{operation_id}")
def show_operation(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Show an operation on a database."""
    return _operation(call, database.operations)


@route("GET", "/api/operations/{operation_id}", on=["db"], auth="none")
def find_operation(call: Call) -> Response:
    """Show an operation on any database, with its bearer."""
    addon_id = authentication.addon_id(call) or ""
    for app in call.store.apps:
        if addon_id in app.databases:
            return _operation(call, app.databases[addon_id].operations)
    raise authentication.unauthorized(call.request)


def _operation(call: Call, running: list[Operation]) -> Response:
    for each in running:
        if each.id == call.names["operation_id"]:
            return document({"operation": operation_row(call, each)})
    raise Missing("operation")


@on_database("GET", "/pitr/recovery_window")
def recovery_window(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Show the times that a database can be restored to; the field names are not documented."""
    oldest, now = database.oldest_recovery, call.store.clock.now()
    window = {"earliest": stamp_utc(oldest or now), "latest": stamp_utc(now)}
    return document({"recovery_window": window})


@on_database("POST", "/pitr/restore")
def restore(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Restore a database to a point in time, which discards everything since."""
    given = call.document({"restore_time": str})["restore_time"]
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise invalid(restore_time="is not a time") from None
    now = call.store.clock.now()
    if moment.tzinfo is None or not (database.oldest_recovery or now) <= moment <= now:
        raise invalid(restore_time="is outside of the recovery window")
    operation = begin(call, database, "pitr_restore")
    database.oldest_recovery = operation.end
    return document({"operation": operation_row(call, operation)}, 201)


@on_database("GET", "/instances_status")
def instances(_call: Call, _app: App, addon: Row, _database: Database) -> Response:
    """List the instances of a database: the root is an array."""
    business = "business" in addon["plan"]["name"]
    roles = ["leader", "follower"] if business else ["leader"]
    rows: list[Row] = [{"type": "gateway", "role": ""}] if business else []
    rows += [{"type": "db-node", "role": role} for role in roles]
    for number, row in enumerate(rows):
        digest = hashlib.sha256(f"{addon['id']} {number}".encode()).hexdigest()
        row |= {"id": digest[:24], "status": "running"}
    return document(rows)


@on_database("GET", "/metrics")
def metrics(_call: Call, app: App, addon: Row, _database: Database) -> Response:
    """Show the current usage of a database."""
    memory = {"memory": 148_897_792, "memory_max": 231_735_296, "memory_limit": 536_870_912}
    swap = {"swap": 16_384, "swap_max": 0, "swap_limit": 536_870_912}
    stats: Row = {"database_stats": {"data_size": 9_311_744}, "real_disk_size": 41_238_528}
    digest = hashlib.sha256(f"{addon['id']} 0".encode()).hexdigest()
    instance = {
        "instance_id": digest[:24],
        "instance_address": f"{digest[:24]}.{_hostname(app, addon)}",
        "real_disk_size": stats["real_disk_size"],
        "cpu": {"usage_in_percents": 4},
        "memory": {
            "memory_usage": memory["memory"],
            "memory_limit": memory["memory_limit"],
            "max_memory_usage": memory["memory_max"],
            "swap_usage": swap["swap"],
            "swap_limit": swap["swap_limit"],
            "max_swap_usage": swap["swap_max"],
        },
    }
    rest = {**stats, "instances_metrics": {digest[:24]: instance}}
    return document({"cpu_usage": 4, "memory": {**memory, **swap}, **rest})
