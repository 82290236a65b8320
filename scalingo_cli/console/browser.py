"""The browser of whoever sits at this machine."""

from __future__ import annotations

import os
import sys

from scalingo_cli import settings


def is_here() -> bool:
    """Return whether a browser would show up before the user: a display, and nothing in between.

    Over SSH it would not, and inside the sandbox no address leads to the outside.
    """
    if os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY") or settings.in_sandbox():
        return False
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform == "darwin" or bool(has_display)


def opened(url: str) -> bool:
    """Open a URL, and return whether that worked; the browser does not get the token."""
    import webbrowser

    token = os.environ.pop(settings.TOKEN_VARIABLE, None)
    try:
        return webbrowser.open(url)
    finally:
        if token is not None:
            os.environ[settings.TOKEN_VARIABLE] = token
