"""Untrusted text, escaped: it never moves the cursor and is never markup."""

from __future__ import annotations

import re

MASK = "***"  # stands for a value that is not shown


# C0 and C1 controls, DEL, line separators, surrogates, and the marks that reorder or hide text
# or cannot be seen.
# Patterns are compiled when first used: most runs do not need them.
_UNSAFE_IN_JSON = (
    "[\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\ud800-\udfff]"
)


_UNSAFE = f"[\x00-\x1f{_UNSAFE_IN_JSON[1:]}"


_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    """Return `text` with every character that could move the cursor or reorder it escaped."""
    return text if text.isascii() and text.isprintable() else re.sub(_UNSAFE, _spelt, text)


def no_command(line: str) -> str:
    """Return a line that GitHub Actions does not read as a workflow command.

    It reads `::` at the start of a line, after white space, and `##[` anywhere.
    """
    line = line.replace("##[", r"##\x5b")
    text = line.lstrip()
    return line.replace("::", r"\x3a:", 1) if text.startswith("::") else line


def _spelt(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    return _ESCAPES.get(char) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


def json_piece(text: str) -> str:
    """Return JSON text, or a part of it, that cannot control a terminal: see `json_text`."""
    return re.sub(_UNSAFE_IN_JSON, _json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}"


def harmless(text: str) -> str:
    """Return `text` with every control character escaped except line breaks."""
    return "\n".join(map(visible, text.split("\n")))
