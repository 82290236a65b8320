"""The API's JSON on stdout: as it was received, with control characters escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scalingo_cli.console.terminal import ANSI, coloured
from scalingo_cli.text.escape import json_piece

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalingo_cli.console.terminal import Terminal


# Bold and green are legible on dark and light backgrounds.
_COLOURS = {"key": ANSI["bold"], "string": ANSI["green"]}


def json_text(document: Mapping[str, Any], terminal: Terminal | None = None) -> str:
    """Return the API's document: as it was received; for a `terminal` indented and in colour.

    Characters that could control a terminal become JSON escapes, which changes no value.
    """
    text: str = getattr(document, "text", "")
    if not text:
        import json

        text = json.dumps(document, ensure_ascii=False)
    return text_as_json(text, terminal)


def text_as_json(text: str, terminal: Terminal | None = None) -> str:
    """Return JSON text for stdout, as `json_text` does."""
    if terminal:
        from scalingo_cli.text.json_text import indented

        # A program that asks for the format of a terminal reads the text as JSON all the same.
        is_coloured = terminal.interactive and coloured(terminal)
        text = indented(text, _painted) if is_coloured else indented(text)
    return json_piece(text.strip()) + "\n"


def _painted(kind: str, piece: str) -> str:
    return f"\x1b[{_COLOURS[kind]}m{piece}\x1b[0m"


def json_line(record: Mapping[str, Any]) -> str:
    """Return one record as compact JSON on a line of its own, escaped as in `json_text`.

    Numbers and strings from the API keep their spelling.
    """
    text: str = getattr(record, "text", "")
    if text:
        return text_as_line(text)
    import json

    return json_piece(json.dumps(record, ensure_ascii=False, separators=(",", ":"))) + "\n"


def text_as_line(text: str) -> str:
    """Return JSON text on a line of its own, as `json_line` does."""
    from scalingo_cli.text.json_text import compact

    return json_piece(compact(text)) + "\n"
