"""The sandbox's own controls over HTTP, for those who cannot call Python.

    GET    /_sandbox               {"url", "email", "password", "token", "main_app", …}
    GET    /_sandbox/requests      {"requests": [{method, path, query, headers, body, host, …}]}
    DELETE /_sandbox/requests      empties the record
    GET    /_sandbox/errors        {"errors": [traceback]}: what went wrong inside the sandbox
    GET    /_sandbox/faults        {"faults": [{kind, times, …}]}: those still to come
    POST   /_sandbox/faults        {"kind", "times"?, "method"?, "path"?, …}: see the module faults
    DELETE /_sandbox/faults        forgets them
    POST   /_sandbox/operations    {"outcome": "done|error|never", "error"?}: of the next one
    POST   /_sandbox/deployments   {"app", "outcome"?, "seconds"?}: starts one; {"deployment_id"}
    POST   /_sandbox/collaborators {"app", "email"}: the person invited accepts
    POST   /_sandbox/logs          {"app", "container", "text"}: logs the lines of the text
    POST   /_sandbox/streams       {"do": "cut|silence|speak"}: to the log streams that are open
    POST   /_sandbox/pagination    {"shape"}: see the module pagination
    POST   /_sandbox/archives      {"outcome"}: of the next deployment of an archive
    POST   /_sandbox/events        {"type", "app"?}: adds an event of the regional platform
    POST   /_sandbox/rate          {"requests": number|null}: allowed in a minute
    POST   /_sandbox/regions       {"region"}: is disabled
    POST   /_sandbox/bearers       {"seconds"}: how long new ones are good
    DELETE /_sandbox/bearers       revokes them, not the tokens they were made from
    POST   /_sandbox/idle          {}: every one-off container ends as if its visitor were silent
    DELETE /_sandbox/attached      cuts off everyone who is attached to a one-off container
    POST   /_sandbox/clock         {"seconds"}: pushes the clock forward
    POST   /_sandbox/reset         starting data again, faults off, record empty

These need no token, are not in the record and never fail on demand.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scalingo_cli.sandbox.http.messages import document, nothing, refused
from scalingo_cli.sandbox.http.routing import checked, parsed

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Request, Response
    from scalingo_cli.sandbox.sandbox import Sandbox
    from scalingo_cli.sandbox.state.store import Row
    from scalingo_cli.sandbox.state.streams import Streams

_SHAPES: dict[str, dict[str, type]] = {
    "faults": {
        "kind": str,
        "times?": int,
        "method?": str,
        "path?": str,
        "service?": str,
        "delay?": object,
        "location?": str,
        "retry_after?": object,
        "body?": str,
        "content_type?": str,
        "executed?": bool,
    },
    "operations": {"outcome": str, "error?": str},
    "deployments": {"app": str, "outcome?": str, "seconds?": object},
    "collaborators": {"app": str, "email": str},
    "logs": {"app": str, "container": str, "text": str},
    "streams": {"do": str},
    "pagination": {"shape": str},
    "archives": {"outcome": str},
    "events": {"type": str, "app?": str},
    "rate": {"requests": object},
    "regions": {"region": str},
    "clock": {"seconds": object},
    "bearers": {"seconds": object},
    "idle": {},
    "reset": {},
}


def answer(sandbox: Sandbox, request: Request) -> Response:
    """Carry out one request to the controls of `sandbox`."""
    name = request.path.removeprefix("/_sandbox").removeprefix("/")
    match request.method, name:
        case (("GET" | "HEAD"), _):
            if name in _READ:
                return document(_READ[name](sandbox))
        case "DELETE", "requests":
            sandbox.clear_requests()
            return nothing()
        case "DELETE", "faults":
            sandbox.faults.clear()
            return nothing()
        case "DELETE", "bearers":
            sandbox.revoke_bearers()
            return nothing()
        case "DELETE", "attached":
            sandbox.drop_attached()
            return nothing()
        case "POST", _ if name in _SHAPES:
            given = checked(parsed(request.body), _SHAPES[name])
            try:
                return _post(sandbox, name, given)
            except (ValueError, TypeError, KeyError) as error:
                raise refused(422, str(error)) from None
    raise refused(404, f"no such control: {request.method} {request.path}")


def _post(sandbox: Sandbox, name: str, given: Row) -> Response:
    match name:
        case "faults":
            sandbox.fail_next(**given)
        case "operations":
            sandbox.end_next_operation(**given)
        case "deployments":
            return document({"deployment_id": sandbox.deploy(**given)}, 201)
        case "collaborators":
            sandbox.accept(**given)
        case "logs":
            sandbox.log(**given)
        case "streams":
            _act_on(sandbox.streams, given["do"])
        case "pagination":
            sandbox.paginate(**given)
        case "archives":
            sandbox.end_next_deployment(**given)
        case "events":
            added = sandbox.store.add_event(given["type"], given.get("app"))
            return document({"event": added}, 201)
        case "rate":
            sandbox.limit_rate(**given)
        case "regions":
            sandbox.disable_region(**given)
        case "clock":
            sandbox.advance(**given)
        case "bearers":
            sandbox.shorten_bearers(**given)
        case "idle":
            sandbox.idle_out()
        case "reset":
            sandbox.reset()
    return nothing()


def _act_on(streams: Streams, action: str) -> None:
    match action:
        case "cut":
            streams.cut()
        case "silence" | "speak":
            streams.silence(action == "silence")
        case _:
            raise ValueError(f"unknown action {action!r}: cut, silence or speak")


def _self(sandbox: Sandbox) -> Any:
    names = ("url", "username", "email", "password", "token", "main_app")
    unverified = ("unverified_email", "unverified_password", "unverified_token")
    regional = ("protocol", "region", "auth_url", "db_url", "otp_email", "otp_password", "otp_code")
    return {name: getattr(sandbox, name) for name in names + unverified + regional}


def _requests(sandbox: Sandbox) -> Any:
    rows = [asdict(received) for received in sandbox.requests]
    return {"requests": [row | {"body": row["body"].decode(errors="replace")} for row in rows]}


def _errors(sandbox: Sandbox) -> Any:
    return {"errors": sandbox.errors}


def _faults(sandbox: Sandbox) -> Any:
    return {"faults": [asdict(fault) for fault in sandbox.faults]}


_READ = {"": _self, "requests": _requests, "errors": _errors, "faults": _faults}
