"""JSON as Python values and back, without changing how any number is spelt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


class Spelt(float):
    """A number of a JSON text, with the `text` that it was read from: `1.0`, `1e400`, `-0`."""

    text: str

    @classmethod
    def read(cls, text: str) -> Spelt:
        """Return the number that a text spells."""
        number = cls(text)
        number.text = text
        return number


Spelt.__name__ = "float"  # jmespath knows a type by its name


def loads(text: str) -> Any:
    """Return the value of JSON text. Raises ValueError and RecursionError as `json.loads` does."""
    return json.loads(text, parse_float=Spelt.read, parse_int=_whole)


def _whole(text: str) -> int | Spelt:
    try:
        number = int(text)
    except ValueError:  # more digits than Python converts
        return Spelt.read(text)
    return number if text != "-0" else Spelt.read(text)


def dumps(value: Any) -> str:
    """Return JSON text on one line, letters unescaped.

    Raises ValueError for a number that JSON cannot spell, and TypeError for what is not JSON.
    """
    if isinstance(value, Spelt):
        return value.text
    if isinstance(value, Mapping):
        # One frame for each level, for JSON may be nested nearly as deep as Python allows.
        keys, values = list(map(dumps, value)), list(map(dumps, value.values()))
        return f"{{{', '.join(map(': '.join, zip(keys, values, strict=True)))}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(dumps, value))}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
