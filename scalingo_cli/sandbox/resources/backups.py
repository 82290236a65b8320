"""Backups of databases: manual or nightly, downloaded as archives, restored."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import Response, document, invalid, refused
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources.databases import begin, on_database, operation_row
from scalingo_cli.sandbox.state.clock import stamp
from scalingo_cli.sandbox.state.models import Backup, Missing

if TYPE_CHECKING:
    from scalingo_cli.sandbox.state.models import App, Database, Row

LIFE = timedelta(minutes=10)  # of the address of an archive
ARCHIVE = "application/gzip"


def _shown(call: Call, database: Database, backup: Backup) -> Row:
    now = call.store.clock.now()
    status = backup.status(now)
    started = backup.created + timedelta(seconds=backup.seconds * 0.2)
    return {
        "id": backup.id,
        "created_at": stamp(backup.created),
        "started_at": None if status == "scheduled" else stamp(started),
        "name": backup.name,
        "size": len(content(backup)) if status == "done" else None,
        "status": status,
        "database_id": database.addon_id,
        "method": backup.method,
    }


def _named(call: Call, database: Database) -> Backup:
    for backup in database.backups:
        if backup.id == call.names["backup_id"]:
            return backup
    raise Missing("database_backup")


@on_database("GET", "/backups")
def list_(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """List the backups, newest first."""
    rows = [_shown(call, database, backup) for backup in reversed(database.backups)]
    return document({"database_backups": rows})


@on_database("POST", "/backups")
def create(call: Call, _app: App, addon: Row, database: Database) -> Response:
    """Start a backup; it has no operation, but a status of its own."""
    store, now = call.store, call.store.clock.now()
    (outcome, size), store.next_backup = store.next_backup, ("done", 48 * 1024)
    name = f"{now:%Y%m%d%H%M%S}_{addon['resource_id']}"
    seconds = store.operation_seconds
    backup = Backup(store.new_id(), name, now, "manual", seconds, outcome, size)
    database.backups.append(backup)
    return document({"database_backup": _shown(call, database, backup)}, 201)


@on_database("GET", "/backups/{backup_id}")
def show(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Show one backup."""
    return document({"database_backup": _shown(call, database, _named(call, database))})


@on_database("GET", "/backups/{backup_id}/archive")
def archive(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Return an address of the archive, with a token of its own, valid for ten minutes."""
    store, backup = call.store, _named(call, database)
    if backup.status(store.clock.now()) != "done":
        raise invalid(database_backup="is not done")
    token = store.new_secret()
    store.downloads[token] = (backup, store.clock.now() + LIFE)
    path = f"/api/databases/{database.addon_id}/backups/{backup.id}/download?token={token}"
    return document({"download_url": f"{store.urls[call.request.host]}{path}"})


@on_database("POST", "/backups/{backup_id}/restore")
def restore(call: Call, _app: App, _addon: Row, database: Database) -> Response:
    """Restore a backup."""
    if _named(call, database).status(call.store.clock.now()) != "done":
        raise invalid(database_backup="is not done")
    operation = begin(call, database, "backup_restore")
    return document({"operation": operation_row(call, operation)})


@route(
    "GET",
    "/api/databases/{database}/backups/{backup_id}/download",
    on=["db"],
    query=["token"],
    auth="none",
)
def download(call: Call) -> Response:
    """Send the archive, or the requested range of it if it is still the same."""
    backup, until = call.store.downloads.get(call.query.get("token", ""), (None, None))
    if backup is None or until is None or backup.id != call.names["backup_id"]:
        raise refused(403, "This address is not valid")
    if call.store.clock.now() > until:
        raise refused(403, "This address has expired")
    body, headers = content(backup), call.request.headers
    tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    sent = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Content-Disposition": f'attachment; filename="{backup.name}.tar.gz"',
    }
    asked = headers.get("range", "")
    if not asked.startswith("bytes=") or headers.get("if-range", tag) != tag:
        return Response(200, body, ARCHIVE, sent)
    first, last = _range(asked.removeprefix("bytes="), len(body))
    if first > last:
        return Response(416, b"", ARCHIVE, {**sent, "Content-Range": f"bytes */{len(body)}"})
    sent["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return Response(206, body[first : last + 1], ARCHIVE, sent)


def _range(asked: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte of a range; the first is larger if there is none."""
    start, _, end = asked.partition("-")
    if not (start + end).isdigit():
        return 1, 0
    if not start:
        return max(size - int(end), 0), size - 1
    return int(start), min(int(end), size - 1) if end else size - 1


@lru_cache(maxsize=8)
def _packed(name: str, size: int) -> bytes:
    # text that does not shrink much, so that the archive is about as large as was asked for
    text = bytearray(b"-- a dump of the sandbox's database\n")
    number = 0
    while len(text) < size:
        digest = hashlib.sha512(f"{name} {number}".encode()).digest()
        text += b"insert into crates values ('" + digest + b"');\n"
        number += 1
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as archive,
    ):
        member = tarfile.TarInfo(f"{name}/dump.sql")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(bytes(text)))
    return packed.getvalue()


def content(backup: Backup) -> bytes:
    """Return the archive of a backup: a tar.gz with a dump."""
    return _packed(backup.name, backup.size)
