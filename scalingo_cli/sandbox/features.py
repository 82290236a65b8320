"""What today's platform offers: stacks and sizes of containers. Anyone may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.sandbox.messages import document
from scalingo_cli.sandbox.routes import Call, route

if TYPE_CHECKING:
    from scalingo_cli.sandbox.messages import Response
    from scalingo_cli.sandbox.store import Row

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


@route("GET", "/v1/features/stacks", on=["api"], auth="none")
def stacks(call: Call) -> Response:
    """List the stacks that applications run on."""
    return document({"stacks": STACKS})
