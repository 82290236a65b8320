"""One-off containers: started by run, attached to at an address of their own, once.

A container gets a terminal if `env` has TERM, as when the client runs at one; otherwise its input
and output are pipes. It runs until its command ends or its client leaves. On the regional platform,
its address is in an operation that is done, and a detached one has neither: it runs at once, and
its output is logged.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import Response, document, invalid, not_found, refused, text
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import apps, operations, variables
from scalingo_cli.sandbox.resources.formation import MEGABYTES
from scalingo_cli.sandbox.runtime.process import Container
from scalingo_cli.sandbox.state.models import OneOff

if TYPE_CHECKING:
    from datetime import datetime

    from scalingo_cli.sandbox.state.models import Row, Service
    from scalingo_cli.sandbox.state.store import Store

MOST = 10
SHAPE = {"command": str, "env?": dict, "size?": str, "has_uploads?": bool, "detached?": bool}
VISITS: tuple[Service, ...] = ("legacy", "links")
PATIENCE = timedelta(minutes=30)  # until a container that nobody attached to is ended


@route("POST", "/v1/apps/{app}/run")
def run(call: Call) -> Response:
    """Start a one-off container, and return where to attach to it."""
    app, store = call.app, call.store
    given = call.document(call.dialect.row("run", SHAPE))
    command, environment, size = given["command"], given.get("env", {}), given.get("size", "M")
    size = size or ("" if call.strict else "M")
    if not command.strip():
        raise invalid(command="should not be empty")
    if "\0" in command:
        raise invalid(command="holds a null character")
    for name, value in environment.items():
        if not isinstance(value, str) or "\0" in name + value or not name or "=" in name:
            raise invalid(env=f"{name!r} should be the name of a string")
    if size not in MEGABYTES:
        raise invalid(size=f"should be one of {', '.join(MEGABYTES)}")
    if app.last_deployed_at is None:
        raise invalid(app="was never deployed: there is nothing to run")
    here = [one_off for one_off in store.one_offs if one_off.app is app]
    if sum(not one_off.container.ended.is_set() for one_off in here) >= MOST:
        raise invalid(app=f"has {MOST} one-off containers already")
    number = len(here) + 1
    own = {row["name"]: row["value"] for row in variables.resolved(app.variables)}
    kind = call.dialect.one_off
    platform = {"APP": app.name, "CONTAINER": f"{kind}-{number}"}
    container = Container(
        command, {**platform, **own, **environment}, terminal="TERM" in environment
    )
    one_off = OneOff(
        id=store.new_id(),
        app=app,
        number=number,
        command=command,
        size=size,
        secret=store.new_secret(),
        created=store.clock.now(),
        container=container,
        detached=given.get("detached", False),
    )
    store.one_offs.append(one_off)
    call.record("run", {"command": command, **({"detached": True} if one_off.detached else {})})
    row = {
        "id": one_off.id,
        "type": kind,
        "type_index": number,
        "created_at": store.stamp(),
        "memory": MEGABYTES[size] * 1024.0**2,
        "state": "booting",
        "app": apps.shown(store, app),
    }
    url = f"{store.attach_at}/attach/{one_off.secret}"
    if call.dialect.attached_at_once:
        return document({"container": row, "attach_url": url})
    row |= {"label": f"{kind}-{number}", "command": command}
    if one_off.detached:
        container.work(lambda text: store.log(app, f"{kind}-{number}", text))
        return document({"container": row})
    start = operations.begin(store, "start-one-off", app.formation)
    start.result = {"start_one_off_data": {"attach_url": url, "container_id": one_off.id}}
    one_off.start = start
    told = {"operation": start.id, "operation_url": operations.address(call, start)}
    return document({"container": row, **told})


@route("CONNECT", "/attach/{secret}", on=VISITS)
def attach(call: Call) -> Response:
    """Hand the connection over to the container, from the first byte after the head."""
    one_off = _found(call, attached=False)
    one_off.attached = True
    return Response(200, then=one_off.container.serve)


@route("PUT", "/attach/{secret}", on=VISITS)
def resize(call: Call) -> Response:
    """Set the size of the client's terminal."""
    one_off = _found(call)
    size = call.document({"width": int, "height": int})
    for name, value in size.items():
        if not 0 < value < 2**16:
            raise invalid(**{name: "should be a number of characters"})
    one_off.container.resize(size["width"], size["height"])
    return Response(200)


@route("POST", "/attach/{secret}/files", on=VISITS, body="multipart/form-data")
def upload(call: Call) -> Response:
    """Store a file for a container that nobody has attached to yet."""
    one_off = _found(call, attached=False)
    name, content = _file(call.request.headers["content-type"], call.request.body)
    one_off.container.keep(name, content)
    return Response(200)


@route("GET", "/attach/{secret}/wait", on=VISITS)
def wait(call: Call) -> Response:
    """Wait for the exit code; 408 if the container was idle for too long.

    Only regional clients ask for it.
    """
    container = _found(call, ended=True).container

    def end() -> Response:
        code = container.wait()
        told = text("Request Timeout", 408) if code is None else document({"exit_code": code})
        return replace(told, last=True)

    return Response(200, later=end)


def settle(store: Store, now: datetime) -> None:
    """End the containers that nobody attached to in time."""
    for one_off in store.one_offs:
        idle = not (one_off.attached or one_off.detached or one_off.container.ended.is_set())
        failed = one_off.start and one_off.start.status(now) == "error"
        if idle and (failed or now - one_off.created > PATIENCE):
            one_off.container.end()


def end_all(store: Store) -> None:
    """End every one-off container."""
    for one_off in store.one_offs:
        one_off.container.end()


def _found(call: Call, *, attached: bool | None = None, ended: bool = False) -> OneOff:
    """Return the one-off of the path, or refuse with 404.

    Refuses one that has ended, unless `ended`, and one whose `attached` is not the one given.
    """
    for one_off in call.store.one_offs:
        if (
            one_off.secret == call.names["secret"]
            and call.store.allowed(one_off.app, call.user)
            and attached in (None, one_off.attached)
            and (ended or not one_off.container.ended.is_set())
        ):
            return one_off
    raise not_found("container")


def _file(content_type: str, body: bytes) -> tuple[str, bytes]:
    """Return the name and the content of the one file in a form, whose field is `file`."""
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    start, end = b"--" + boundary + b"\r\n", b"\r\n--" + boundary + b"--\r\n"
    if not (boundary and body.startswith(start) and body.endswith(end)):
        raise refused(400, "This is no form: its boundaries are missing")
    head, separator, content = body[len(start) : -len(end)].partition(b"\r\n\r\n")
    if not separator or b"\r\n--" + boundary in content:
        raise refused(400, "One file at a time, with a head of its own")
    fields: Row = {}
    for line in head.decode(errors="replace").split("\r\n"):
        if line.lower().startswith("content-disposition: form-data;"):
            for field in line.split(";")[1:]:
                key, _, value = field.strip().partition("=")
                fields[key] = value.strip('"')
    name = PurePosixPath(fields.get("filename", "")).name
    if fields.get("name") != "file" or name in ("", ".", "..") or "\0" in name:
        raise refused(400, "The form should have a field `file` with a file name")
    return name, content
