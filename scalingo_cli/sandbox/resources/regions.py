"""Regions of the regional platform, and where the API of each is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scalingo_cli.sandbox.http.messages import document
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.models import Host

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import Row

REGIONS = {"osc-fr1": "Paris", "osc-secnum-fr1": "Paris, SecNumCloud"}


@route("GET", "/v1/regions", on=["auth"])
def list_(call: Call) -> Response:
    """List the regions; the addresses of their APIs end before the version."""
    return document({"regions": [_shown(call, name) for name in REGIONS]})


def _shown(call: Call, name: str) -> Row:
    return {
        "name": name,
        "display_name": REGIONS[name],
        "api": call.store.urls[Host("api", name)],
        "dashboard": f"https://dashboard.{name}.scalingo.example",
        "database_api": call.store.urls[Host("db", name)],
        "ssh": f"{urlsplit(call.store.urls[Host('api', name)]).hostname}:22",
        "default": name == next(iter(REGIONS)),
    }
