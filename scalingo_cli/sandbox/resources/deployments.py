"""Deployments: their history, and one's way from queued to its end while its output grows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scalingo_cli.sandbox.http import pagination, websocket
from scalingo_cli.sandbox.http.messages import document, invalid, not_found, nothing, refused, text
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources import catalogue, sources
from scalingo_cli.sandbox.state import bearers
from scalingo_cli.sandbox.state.clock import stamp_utc
from scalingo_cli.sandbox.state.models import Deployment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

# The way to each end: phases, and the share of the whole time when each of them is over.
_WHOLE_WAY = (("queued", 0.1), ("building", 0.7), ("pushing", 0.85), ("starting", 1.0))
PHASES = {
    "success": _WHOLE_WAY,
    "crashed-error": _WHOLE_WAY,
    "timeout-error": _WHOLE_WAY,
    "hook-error": _WHOLE_WAY,
    "build-error": (("queued", 0.1), ("building", 1.0)),
    "aborted": (("queued", 1.0),),
}

TICK = 0.05  # seconds between two looks at what is new
IMAGE_SIZE = 96 * 1024**2  # bytes, as OUTPUT says

FETCHED = ["-----> Fetching source, 214 files, 3.2 MB"]
OUTPUT = {
    "queued": ["<-- Start deployment of {app} at {ref} -->"],
    "building": [
        "-----> Python application detected",
        "       Reading .python-version: 3.4.3",
        "-----> Installing dependencies from requirements.txt",
        "       Collecting falcon, gunicorn, psycopg2, redis",
        "       Installed 14 packages in 8.6 s",
        "-----> Gathering static files",
        "       61 files copied to /app/public",
        "       Caching the environment for the next build",
        "-----> Procfile declares: {types}",
    ],
    "pushing": ["-----> Build complete, shipping the image", "       Image size: 96 MB"],
    "starting": [
        "-----> Waiting for the application to boot",
        "       web-1 is listening on its port",
    ],
}

ENDING = {
    "success": "<-- {url} is up, deployed in {seconds} s -->",
    "crashed-error": " !     web-1 stopped with status 1 while it was booting\n"
    " !     The previous version keeps running",
    "timeout-error": " !     web-1 did not listen on $PORT within 60 s\n"
    " !     The previous version keeps running",
    "hook-error": " !     postdeploy: `bin/migrate` ended with status 2\n"
    " !     The previous version keeps running",
    "build-error": " !     Could not find a version of falcon that satisfies ==0.3.9\n"
    " !     Build failed",
    "aborted": " !     Aborted: a newer push took its place",
}


def start(store: Store, app: App, outcome: str, seconds: float) -> Deployment:
    """Start a deployment by the app's owner.

    Args:
        store: The state of the sandbox.
        app: The app.
        outcome: The status that it ends with.
        seconds: How long it takes.

    Returns:
        The deployment.

    Raises:
        ValueError: The outcome is unknown.
    """
    if outcome not in PHASES:
        raise ValueError(f"unknown outcome {outcome!r}: one of {', '.join(PHASES)}")
    deployment = Deployment(
        id=store.new_uuid(),
        created=store.clock.now(),
        git_ref=store.new_sha(),
        pusher=app.owner,
        outcome=outcome,
        seconds=seconds,
    )
    deployment.cached, app.cached = app.cached, True
    app.deployments.append(deployment)
    return deployment


def settle(store: Store, now: datetime) -> None:
    """Let the deployments that have ended by `now` have their effect on their apps."""
    for app in store.apps:
        for deployment in app.deployments:
            if not deployment.settled and _status(deployment, now) == deployment.outcome:
                deployment.settled = True
                _finish(store, app, deployment)


def _finish(store: Store, app: App, deployment: Deployment) -> None:
    if deployment.outcome == "success":
        app.last_deployed_at = stamp_utc(_end(deployment))
        app.last_deployed_by = deployment.pusher.username
        app.crashed = False
        for row in app.formation:
            row["command"] = row["command"] or f"bin/{row['name']}"
    store.record(app, deployment.pusher, "deployment", event_data(store, deployment))


def event_data(store: Store, deployment: Deployment) -> Row:
    """Return what the event of a finished deployment says about it."""
    data: Row = {
        "deployment_id": deployment.id,
        "pusher": deployment.pusher.username,
        "git_ref": deployment.git_ref,
        "status": deployment.outcome,
        "duration": round(deployment.seconds),
        "deployment_type": deployment.type,
        "git_ref_url": None,
        "stack": catalogue.STACKS[0]["name"],
        "finished_at": _end(deployment).isoformat(timespec="milliseconds"),
        "last_commits": {"commits": [], "remaining": 0},
    }
    return store.dialect.row("deployment event", data)


def _end(deployment: Deployment) -> datetime:
    return deployment.created + timedelta(seconds=deployment.seconds)


def _progress(deployment: Deployment, now: datetime) -> float:
    elapsed = (now - deployment.created).total_seconds()
    return min(elapsed / deployment.seconds, 1.0) if deployment.seconds else 1.0


def _status(deployment: Deployment, now: datetime) -> str:
    progress = _progress(deployment, now)
    for phase, until in PHASES[deployment.outcome]:
        if progress < until:
            return phase
    return deployment.outcome


def output(store: Store, app: App, deployment: Deployment, now: datetime) -> str:
    """Return the output of a deployment so far.

    Args:
        store: The state of the sandbox.
        app: The app.
        deployment: The deployment.
        now: The current time.

    Returns:
        The output.
    """
    url = store.dialect.addresses["url"].format(name=app.name, region=app.region)
    progress = _progress(deployment, now)
    words = {
        "app": app.name,
        "ref": deployment.git_ref[:7],
        "seconds": round(deployment.seconds),
        "types": ", ".join(row["name"] for row in app.formation),
        "url": url,
    }
    lines = []
    begin = 0.0
    for phase, until in PHASES[deployment.outcome]:
        written = [line.format(**words) for line in OUTPUT[phase]]
        if phase == "queued":
            written += deployment.fetched or FETCHED
        if phase == "building" and not deployment.cached:
            written = ["-----> Building without what was cached", *written]
        if phase == "building" and deployment.problem:
            written = []
        if phase == "starting" and deployment.outcome != "success":
            written = written[:1]
        share = (progress - begin) / (until - begin)
        lines += written[: max(0, int(share * len(written) + 1))]
        begin = until
    if progress >= 1:
        lines.append(deployment.problem or ENDING[deployment.outcome].format(**words))
    return "".join(f"{line}\n" for line in lines)


def shown(call: Call, deployment: Deployment) -> Row:
    """Return a deployment as the API shows it."""
    now = call.store.clock.now()
    app = call.app
    earlier = app.deployments[: app.deployments.index(deployment)]
    status = _status(deployment, now)
    built = status not in ("queued", "building", "build-error")
    registry = f"registry.{app.region}.scalingo.example"
    ended = status == deployment.outcome
    elapsed = (min(now, _end(deployment)) - deployment.created).total_seconds()
    address = (
        f"{call.store.api_url(call.region)}/v1/apps/{call.app.name}/deployments/{deployment.id}"
    )
    row = {
        "id": deployment.id,
        "app_id": app.id,
        "created_at": stamp_utc(deployment.created),
        "status": status,
        "duration": round(elapsed),
        "git_ref": deployment.git_ref,
        "pusher": deployment.pusher.short(),
        "links": {"output": f"{address}/output"},
        # of another form than the start, as everywhere on the platform
        "finished_at": _end(deployment).isoformat(timespec="milliseconds") if ended else None,
        "previous_git_ref": earlier[-1].git_ref if earlier else None,
        "type": deployment.type,
        "image": f"{registry}/{app.name}:{deployment.id[:8]}" if built else None,
        "image_size": IMAGE_SIZE if built else None,
        "registry": registry,
        "stack_base_image": catalogue.STACKS[0]["base_image"],
        "postdeploy_hook": None,
    }
    return call.dialect.row("deployment", row)


def _named(call: Call) -> Deployment:
    for deployment in call.app.deployments:
        if deployment.id == call.names["deployment_id"]:
            return deployment
    raise not_found("deployment")


@route("GET", "/v1/apps/{app}/deployments", query=pagination.QUERY)
def list_(call: Call) -> Response:
    """List the deployments of an app, newest first."""
    deployments = call.app.deployments
    return pagination.page(call, "deployments", deployments, lambda row: shown(call, row))


@route("POST", "/v1/apps/{app}/deployments", on=["api"])
def create(call: Call) -> Response:
    """Deploy the archive at an address; errors in it are reported when it is fetched."""
    store, app = call.store, call.app
    given = call.rooted("deployment", {"source_url": str, "git_ref?": str})
    address = urlsplit(given["source_url"])
    if address.scheme not in ("http", "https") or not address.netloc:
        raise invalid(source_url="is not the URL of an archive")
    names, problem = sources.contents(store, given["source_url"])
    outcome, store.next_deployment = store.next_deployment, "success"
    deployment = start(
        store, app, "build-error" if problem else outcome, 2 * store.operation_seconds
    )
    deployment.type = "archive"
    deployment.pusher = call.user
    deployment.git_ref = given.get("git_ref") or deployment.git_ref
    deployment.fetched = ["-----> Fetching the archive", *(f"       {name}" for name in names)]
    deployment.problem = f" !     The archive cannot be used: {problem}" if problem else ""
    return document({"deployment": shown(call, deployment)}, 201)


@route("DELETE", "/v1/apps/{app}/caches/deployment", on=["api"])
def forget_cache(call: Call) -> Response:
    """Delete what builds keep for later ones."""
    call.app.cached = False
    return nothing()


@route("GET", "/apps/{app}/deployments", on=["links"], auth="none")
def stream(call: Call) -> Response:
    """Report deployments as they progress, to a client whose first message has a bearer."""
    app = call.store.app(call.names["app"])
    if not websocket.asked(call.request):
        raise refused(426, "This is sent over a WebSocket")
    return websocket.accept(call.request, lambda visitor: _report(call.store, app, visitor))


def _report(store: Store, app: App, visitor: websocket.WebSocket) -> None:
    try:
        greeting = json.loads(visitor.hear() or "{}")
        token = greeting["data"]["token"] if greeting.get("type") == "auth" else ""
    except (ValueError, KeyError, TypeError, AttributeError):
        token = ""
    user = bearers.user(store, str(token))
    if user is None or not store.allowed(app, user):
        return
    streams = store.streams
    told = {each.id: (each.outcome, "") for each in app.deployments if each.settled}
    silent = 0.0
    with streams.joined(streams.cuts):
        while not streams.ended:
            news = list(_news(store, app, told))
            silent = 0.0 if news else silent + TICK
            if silent >= streams.ping_seconds:
                silent = 0.0
                news = [{"type": "ping", "data": {"ts": int(store.clock.now().timestamp())}}]
            for each in news:
                visitor.send(websocket.frame(json.dumps(each)))
            with streams.changed:
                streams.changed.wait_for(lambda: streams.ended, TICK)


def _news(store: Store, app: App, sent: dict[str, tuple[str, str]]) -> Iterator[Row]:
    """Yield what is new since `sent`, which has the status and the output of each."""
    now = store.clock.now()
    for deployment in list(app.deployments):
        deployment_id = deployment.id
        status, said = _status(deployment, now), output(store, app, deployment, now)
        if deployment_id not in sent:
            yield {"type": "new", "data": {"deployment": deployment_id}}
        last_status, last_output = sent.get(deployment_id, ("", ""))
        if status == last_status and deployment.settled:
            continue
        if more := said.removeprefix(last_output):
            yield {"type": "log", "id": deployment_id, "data": {"content": more}}
        if status != last_status:
            yield {"type": "status", "id": deployment_id, "data": {"status": status}}
        sent[deployment_id] = (status, said)


@route("GET", "/v1/apps/{app}/deployments/{deployment_id}")
def show(call: Call) -> Response:
    """Show one deployment."""
    return document({"deployment": shown(call, _named(call))})


@route("GET", "/v1/apps/{app}/deployments/{deployment_id}/output")
def show_output(call: Call) -> Response:
    """Show what a deployment has written so far."""
    return text(output(call.store, call.app, _named(call), call.store.clock.now()))
