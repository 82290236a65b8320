"""The API's JSON on stdout: as it was received, with control characters escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scalingo_cli.text.escape import json_piece

if TYPE_CHECKING:
    from collections.abc import Mapping


def json_text(document: Mapping[str, Any], *, readable: bool) -> str:
    """Return the API's document: indented if `readable`, else as it was received.

    Characters that could control a terminal become JSON escapes, which changes no value.
    """
    text: str = getattr(document, "text", "")
    if not text:
        import json

        text = json.dumps(document, ensure_ascii=False)
    return text_as_json(text, readable=readable)


def text_as_json(text: str, *, readable: bool) -> str:
    """Return JSON text for stdout, as `json_text` does."""
    if readable:
        from scalingo_cli.text.json_text import indented

        text = indented(text)
    return json_piece(text.strip()) + "\n"


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
