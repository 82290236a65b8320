"""Log drains of apps and add-ons: their URLs, which hold the tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import Response, document, invalid, not_found, nothing
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.state.models import App, Row

OF_APP = "/v1/apps/{app}/log_drains"
OF_ADDON = "/v1/apps/{app}/addons/{addon_id}/log_drains"

# Each type with the form of its URL, whose fields are required.
URLS = {
    "appsignal": "appsignal://{token}",
    "betterstack": "betterstack://{token}",
    "datadog": "datadog://{token}?region={drain_region}",
    "elk": "{url}",
    "logtail": "logtail://{token}",
    "ovh-graylog": "ovh://:{token}@{host}:6514",
    "papertrail": "papertrail://{host}:{port}",
    "syslog": "syslog://:{token}@{host}:{port}",
}
OPTIONAL = {"datadog": {"drain_region": "us"}, "syslog": {"token": ""}}
FIELDS = ("token", "host", "port", "drain_region", "url")


def _rows(call: Call) -> list[Row]:
    if "addon_id" not in call.names:
        return call.app.rows("log_drains")
    return of_addon(call.app, find(call.app.addons, call.names["addon_id"], "addon")["id"])


def of_addon(app: App, addon_id: str) -> list[Row]:
    """Return the rows of an add-on's drains."""
    return app.rows(f"log_drains of {addon_id}")


def new(app: App, given: Row) -> Row:
    """Return the drain that a request describes; refuse one that lacks something."""
    kind = given["type"]
    if kind not in URLS:
        raise invalid(type=f"should be one of {', '.join(URLS)}")
    fields = OPTIONAL.get(kind, {}) | {name: given[name] for name in FIELDS if given.get(name)}
    form = URLS[kind]
    if lacking := [name for name in FIELDS if f"{{{name}}}" in form and name not in fields]:
        raise invalid(**dict.fromkeys(lacking, "missing field"))
    return {"app_id": app.id, "url": form.format(**fields).replace("//:@", "//")}


@route("GET", OF_APP, on=["api"])
@route("GET", OF_ADDON, on=["api"])
def list_(call: Call) -> Response:
    """List the drains of an app or an add-on."""
    return document({"drains": _rows(call)})


@route("POST", OF_APP, on=["api"])
@route("POST", OF_ADDON, on=["api"])
def create(call: Call) -> Response:
    """Add a drain; a port is a string."""
    rows = _rows(call)
    row = new(call.app, call.rooted("drain", {"type": str} | {f"{name}?": str for name in FIELDS}))
    if any(each["url"] == row["url"] for each in rows):
        raise invalid(url="is already a log drain")
    rows.append(row)
    _record(call, "new", row["url"])
    return document({"drain": {"url": row["url"]}}, 201)


@route("DELETE", OF_APP, on=["api"], query=["url"], deletes_with_body=True)
@route("DELETE", OF_ADDON, on=["api"], query=["url"], deletes_with_body=True)
def delete(call: Call) -> Response:
    """Remove the drain with this URL, which the body or the query names."""
    url = call.query.get("url") or call.document({"url": str})["url"]
    rows = _rows(call)
    kept = [row for row in rows if row["url"] != url]
    if len(kept) == len(rows):
        raise not_found("log_drain")
    rows[:] = kept
    _record(call, "delete", url)
    return nothing()


def _record(call: Call, verb: str, url: str) -> None:
    if "addon_id" not in call.names:
        call.record(f"{verb}_log_drain", {"url": url})
        return
    addon = find(call.app.addons, call.names["addon_id"], "addon")
    named = {"addon_uuid": addon["id"], "addon_name": addon["addon_provider"]["name"]}
    call.record(f"{verb}_addon_log_drain", {"url": url, **named})
