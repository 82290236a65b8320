"""Draws README's picture, light and dark: a session in the sandbox, as Rich exports it to SVG."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from scalingo_cli.sandbox import Sandbox

if TYPE_CHECKING:
    from rich.terminal_theme import TerminalTheme

APP = "my-app"
SESSION = ("apps", "ps", "domains")
COLUMNS = 84
TITLE = "scalingo"


def pictures() -> dict[str, str]:
    """Return the two pictures as SVG, by their paths in the project."""
    from rich import terminal_theme

    session = _session()
    return {
        "images/session-light.svg": _svg(session, terminal_theme.DEFAULT_TERMINAL_THEME),
        "images/session-dark.svg": _svg(session, terminal_theme.DIMMED_MONOKAI),
    }


def _session() -> str:
    """Return the session as a terminal receives it, with escape sequences."""
    with Sandbox(main_app=APP) as sandbox:
        environment = {
            **sandbox.environment(),
            "CLICOLOR_FORCE": "1",
            "HOME": os.devnull,
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "SCALINGO_APP": APP,
            "SCALINGO_CONFIG_DIR": os.devnull,
            "SCALINGO_FORCE_TTY": str(COLUMNS),
            "SCALINGO_NO_CACHE": "1",
            "TERM": "xterm-256color",
        }
        return "\n".join(_command(words, environment) for words in SESSION)


def _command(words: str, environment: dict[str, str]) -> str:
    shown = subprocess.run(
        [sys.executable, "-m", "scalingo_cli", *words.split()],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return f"\x1b[1m$ scalingo {words}\x1b[0m\n{shown}"


def _svg(session: str, theme: TerminalTheme) -> str:
    """Draw a terminal with `session`, in the fonts of the reader's machine."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=StringIO(), record=True, width=COLUMNS, force_terminal=True, color_system="truecolor"
    )
    console.print(Text.from_ansi(session), soft_wrap=True)
    drawn = console.export_svg(title=TITLE, theme=theme, unique_id="scalingo")
    # Web fonts would be fetched from a third party by everyone who looks at it.
    drawn = re.sub(r" *@font-face \{.*?\n    \}\n", "", drawn, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"
