"""Stacks, container sizes, event types and notification platforms.

Anyone may ask.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from scalingo_cli.sandbox.http.messages import document, invalid
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.resources.formation import MEGABYTES
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import Row

# The first is the default one.
STACKS: list[Row] = [
    {
        "id": "st-6f0c7d1e-3b52-4a98-8d0e-51a7c2f3b924",
        "name": "scalingo-24",
        "base_image": "scalingo/scalingo-24:v9",
        "default": True,
        "created_at": "2024-10-03T08:20:11.318Z",
        "description": "Ubuntu 24.04",
        "deprecated_at": None,
    },
    {
        "id": "st-0d94e8b3-7a16-4c2f-b5e7-8c63d1f0a275",
        "name": "scalingo-20",
        "base_image": "scalingo/scalingo-20:v31",
        "default": False,
        "created_at": "2020-09-14T12:47:30.006Z",
        "description": "Ubuntu 20.04",
        "deprecated_at": "2025-05-31",
    },
]


# Their names are not the types of events, which are more specific.
CATEGORIES = {"app_operations": "App operations", "addons": "Add-ons", "members": "Collaborators"}
EVENT_TYPES = [
    ("app_deployed", 0, "App deployed"),
    ("app_restarted", 0, "App restarted"),
    ("app_scaled", 0, "App scaled"),
    ("addon_provisioned", 1, "Add-on ready"),
    ("collaborator_added", 2, "Collaborator invited"),
]
PLATFORMS = {"slack": "Slack", "webhook": "Webhook", "email": "E-mail"}
# id: label, suffix, what measures it
METRICS = {
    "cpu": ("CPU", "%", "global"),
    "memory": ("Memory", "%", "global"),
    "swap": ("Swap", "%", "global"),
    "p95_response_time": ("Response time (95th percentile)", "ms", "router"),
    "5XX": ("Errors (5xx)", "", "router"),
    "rpm": ("Requests per minute", "rpm", "router"),
    "rpm_per_container": ("Requests per minute and container", "rpm", "router"),
}
_CPU = {"S": "low", "M": "standard", "L": "standard"}  # the others: high


def size(region: str, name: str) -> Row:
    """Return a size of containers, as each container shows its own."""
    ordinal = list(MEGABYTES).index(name)
    hourly = 10 * 2**ordinal  # cents
    return {
        "id": str(UUID(int=0x7C31B5E20D984F46A5B3C9D8E1F2A400 + ordinal)),
        "name": name,
        "human_name": name,
        "human_cpu": f"{_CPU.get(name, 'high')} CPU priority",
        "memory": MEGABYTES[name] * 1024**2,
        "ordinal": ordinal + 2,
        "hourly_price": hourly,
        "thirtydays_price": 72 * hourly,
        "pids_limit": 128 * 2**ordinal,
        "swap": None,
        "pricings": {
            "default": {"price": f"{hourly / 6000:.10f}", "currency": "EUR", "period": "minute"}
        },
        "sku": f"{region}-app-{name}",
    }


@route("GET", "/v1/features/container_sizes", on=["api"], query=["app_id"], auth="optional")
def container_sizes(call: Call) -> Response:
    """List the sizes of containers."""
    return document({"container_sizes": [size(call.region, name) for name in MEGABYTES]})


@route("GET", "/v1/features/stacks", on=["api"], auth="optional")
def stacks(call: Call) -> Response:
    """List the stacks that apps run on."""
    return document({"stacks": STACKS})


@route("GET", "/v1/features/metrics", on=["api"], auth="optional")
def metrics(call: Call) -> Response:
    """List what is measured, and what alerts and autoscalers can watch."""
    names = ("label", "suffix", "type")
    rows = [{"id": name, **dict(zip(names, words, strict=True))} for name, words in METRICS.items()]
    return document({"metrics": rows})


def require_metric(name: str) -> None:
    """Refuse what is not measured."""
    if name not in METRICS:
        raise invalid(metric=f"should be one of {', '.join(METRICS)}")


def require_number(field: str, value: object) -> None:
    """Refuse what is not a number above zero."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise invalid(**{field: "should be a number above 0"})


def text(metric: str, value: float) -> str:
    """Return a value of a metric as events write it; what is in per cent is a fraction."""
    suffix = METRICS[metric][1]
    return f"{value * 100:g}%" if suffix == "%" else f"{value:g} {suffix}".strip()


def _id(kind: str, number: int) -> str:
    return f"58a1c07e{kind.encode().hex():0<12}{number:04x}"[:24]


@route("GET", "/v1/event_categories", on=["api"], auth="optional")
def event_categories(call: Call) -> Response:
    """List the categories of the events that notifiers can send."""
    rows = [
        {"id": _id("cats", n), "name": name, "position": n + 1, "display_name": title}
        for n, (name, title) in enumerate(CATEGORIES.items())
    ]
    return document({"event_categories": rows})


@route("GET", "/v1/event_types", on=["api"], auth="optional")
def event_types(call: Call) -> Response:
    """List the events that notifiers can send."""
    return document({"event_types": event_kinds()})


@cache  # each event that is recorded is looked up
def event_kinds() -> tuple[Row, ...]:
    """Return the events that notifiers can send."""
    return tuple(
        {
            "id": _id("kind", n),
            "category_id": _id("cats", category),
            "name": name,
            "display_name": title,
            "description": title,
            "template": f"{title}: {{{{ .AppName }}}}",
        }
        for n, (name, category, title) in enumerate(EVENT_TYPES)
    )


def platforms() -> list[Row]:
    """Return where notifiers can send events to."""
    return [
        {
            "id": _id("plat", n),
            "name": name,
            "display_name": title,
            "logo_url": f"//logos.scalingo.example/{name}.svg",
            "available_event_ids": [_id("kind", kind) for kind in range(len(EVENT_TYPES))],
            "description": f"Sends it by {title}.",
        }
        for n, (name, title) in enumerate(PLATFORMS.items())
    ]


@route("GET", "/v1/notification_platforms", on=["api"], auth="optional")
def notification_platforms(call: Call) -> Response:
    """List where notifiers can send events to."""
    return document({"notification_platforms": platforms()})


@route("GET", "/v1/notification_platforms/search", on=["api"], query=["name"], auth="optional")
def search_platforms(call: Call) -> Response:
    """List those of this name."""
    rows = [row for row in platforms() if row["name"] == call.query.get("name")]
    return document({"notification_platforms": rows})


@route("GET", "/v1/notification_platforms/{platform_id}", on=["api"], auth="optional")
def notification_platform(call: Call) -> Response:
    """Show one of them."""
    found = find(platforms(), call.names["platform_id"], "notification_platform")
    return document({"notification_platform": found})
