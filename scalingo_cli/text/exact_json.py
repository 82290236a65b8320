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


class _Text(str):
    """A piece of JSON text, among values that are still to be written."""

    __slots__ = ()


def dumps(value: Any) -> str:
    """Return JSON text on one line, letters unescaped.

    Raises ValueError for a number that JSON cannot spell, and TypeError for what is not JSON.
    """
    written: list[str] = []
    waiting = [value]  # the next one last: JSON may be nested deeper than functions may
    while waiting:
        item = waiting.pop()
        if isinstance(item, _Text):
            written.append(item)
        elif isinstance(item, Spelt):
            written.append(item.text)
        elif isinstance(item, Mapping):
            waiting.append(_Text("}"))
            for index, name in reversed(list(enumerate(item))):
                waiting += [item[name], _Text(f"{', ' if index else ''}{_scalar(name)}: ")]
            waiting.append(_Text("{"))
        elif isinstance(item, list):
            waiting.append(_Text("]"))
            for index in reversed(range(len(item))):
                waiting += [item[index], _Text(", " if index else "")]
            waiting.append(_Text("["))
        else:
            written.append(_scalar(item))
    return "".join(written)


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
