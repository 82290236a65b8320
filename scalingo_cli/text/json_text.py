"""JSON text split and laid out without changing how any value is spelt."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_SPACE = re.compile(r"[ \t\n\r]*")
_PIECE = r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+'


def fields(text: str) -> dict[str, str]:
    """Return the text of each field of a JSON object; the last one if a name is repeated."""
    return {json.loads(name): value for name, value in _members(text)}


def joined(fields: Mapping[str, str]) -> str:
    """Return the text of a JSON object with these fields, each given as text."""
    return "{" + ", ".join(f"{json.dumps(name)}: {text}" for name, text in fields.items()) + "}"


def items(text: str) -> list[str]:
    """Return the text of each item of a JSON array."""
    return [value for _, value in _members(text)]


def _members(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text of each value in an object or array; in an object, each after its name."""
    decode = json.JSONDecoder().raw_decode
    position = _after_space(text, 0)
    is_object = text[position] == "{"
    position = _after_space(text, position + 1)
    while text[position] not in "}]":
        name = ""
        if is_object:
            end = decode(text, position)[1]
            name = text[position:end]
            position = _after_space(text, _after_space(text, end) + 1)  # over the colon
        end = decode(text, position)[1]
        yield name, text[position:end]
        position = _after_space(text, end)
        if text[position] == ",":
            position = _after_space(text, position + 1)


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def compact(text: str) -> str:
    """Return JSON text on one line, without spaces between its values."""
    return "".join(re.findall(_PIECE, text))


def indented(text: str, paint: Callable[[str, str], str] = lambda _kind, piece: piece) -> str:
    """Return JSON text with a line for each value, indented by two spaces, letters unescaped.

    `paint` returns what to write for a piece of the kind "key" or "string".
    """
    lines = [""]
    level = 0
    pieces = re.findall(_PIECE, text)
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if index + 1 < len(pieces) else ""
        if piece in "{[":
            lines[-1] += piece
            if following not in ("}", "]"):
                level += 1
                lines.append("  " * level)
        elif piece in "}]":
            if pieces[index - 1] not in ("{", "["):
                level -= 1
                lines.append("  " * level)
            lines[-1] += piece
        elif piece == ",":
            lines[-1] += piece
            lines.append("  " * level)
        elif piece == ":":
            lines[-1] += ": "
        elif piece.startswith('"'):
            letters = json.dumps(json.loads(piece), ensure_ascii=False)
            kind = "key" if following == ":" else "string"
            lines[-1] += paint(kind, letters if "\\u" in piece else piece)
        else:
            lines[-1] += piece
    return "\n".join(lines)
