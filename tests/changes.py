"""What a sandbox was asked to change: its requests without those that read or sign in."""

from __future__ import annotations

import re
from typing import Any

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.http.messages import Received

SIGN_IN = re.compile(r"/v1/(users/sign_in|tokens/exchange|apps/[^/]+/addons/[^/]+/token)")


def is_change(request: Received) -> bool:
    """Whether a request is more than a look or a sign-in."""
    return request.method not in {"GET", "HEAD"} and not SIGN_IN.fullmatch(request.path)


def changes(sandbox: Sandbox) -> list[Received]:
    """The requests that asked for a change, whatever the response was, in their order."""
    return list(filter(is_change, sandbox.requests))


def methods(sandbox: Sandbox) -> list[str]:
    """Their methods."""
    return [each.method for each in changes(sandbox)]


def bodies(sandbox: Sandbox) -> list[Any]:
    """Their bodies, parsed; None for one without."""
    return [each.json for each in changes(sandbox)]


def methods_and_bodies(sandbox: Sandbox) -> list[tuple[str, Any]]:
    """Their methods, each with its body."""
    return [(each.method, each.json) for each in changes(sandbox)]


def methods_and_paths(sandbox: Sandbox) -> list[str]:
    """Their methods and paths, such as `DELETE /v1/apps/shop`."""
    return [f"{each.method} {each.path}" for each in changes(sandbox)]
