"""Environment variables as text: `parse` reads what `dump` writes, and a shell reads `shell`'s.

Why not python-dotenv: it skips an invalid line, at which an import has to stop, it does not write
files, and up to 1.2.2 it misread quoted values that end in a backslash.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Possessive quantifiers (`*+`) never backtrack, so every input takes linear time. They follow
# single characters only: Python before 3.11.5 misreads them after a group.
_NAME = re.compile(r"[A-Za-z0-9_-]++")
_SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+")
_NOTHING = re.compile(r"[ \t]*+(?:#[^\n]*+)?(?:\n|\Z)")
_HEAD = re.compile(rf"[ \t]*+(?:export[ \t]++(?!=))?({_NAME.pattern})[ \t]*+=")
_ALONE = re.compile(rf"[ \t]*+(?:export[ \t]++)?({_NAME.pattern})[ \t]*+(?:#[^\n]*+)?(?:\n|\Z)")
_QUOTED = re.compile(r"""[ \t]*+(?:'([^']*+)'|"([^"\\]*+(?:\\.[^"\\]*+)*)")""", re.DOTALL)

_MEANINGS = {r"\n": "\n", r"\r": "\r", r"\t": "\t", r"\\": "\\", r"\"": '"', r"\$": "$"}
_ESCAPE = re.compile("|".join(map(re.escape, _MEANINGS)))
_ESCAPES = str.maketrans({character: escape for escape, character in _MEANINGS.items()})

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]*+")
_NOT_LITERAL = re.compile(r"['\r]|\\\\|\\\Z")


def parse(text: str) -> dict[str, str]:
    r"""Return the variables of a dotenv file; if a name is repeated, the last value.

    A line is empty, a `# comment`, or `NAME=value` with or without `export`. A value is unquoted,
    up to a space and `#`; or in single quotes, all of it literal; or in double quotes, in which
    `\n \r \t \\ \" \$` are escapes. Quotes may span lines, every line end is a newline, and
    `$OTHER` is never replaced.

    Raises ValueError with the line's number, but not its text, which may be a secret.
    """
    return {name: value or "" for name, value in _entries(text, bare_names=False)}


def names(text: str) -> list[str]:
    """Return the names in a file that lists variables, each once.

    A line is as in `parse`, or a name without a value. Raises ValueError as `parse` does.
    """
    return list(dict.fromkeys(name for name, _ in _entries(text, bare_names=True)))


def _entries(text: str, *, bare_names: bool) -> Iterator[tuple[str, str | None]]:
    """Yield each name of a file and its value, None for a name alone if `bare_names` may be."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    position = 0
    while position < len(text):
        if nothing := _NOTHING.match(text, position):
            position = nothing.end()
        elif head := _HEAD.match(text, position):
            value, position = _value_at(text, head.end())
            yield head[1], value
        elif bare_names and (alone := _ALONE.match(text, position)):
            position = alone.end()
            yield alone[1], None
        elif "=" in text[position : _line_end(text, position)]:
            problem = "a name consists of letters, digits, hyphens and underscores"
            raise _error(text, position, problem)
        else:
            expected = "a name or NAME=value" if bare_names else "NAME=value"
            raise _error(text, position, f"expected {expected}")


def dump(variables: Mapping[str, str]) -> str:
    r"""Return `variables` as a dotenv file, one `NAME=value` after another, that `parse` reads.

    Quotes are chosen so that other programs read the same values if they can: none around a plain
    value, single ones unless some program would find an escape or a `$OTHER` to replace in them.

    Raises ValueError for a name that the platform would refuse.
    """
    for name in variables:
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} is not a valid name: use letters, digits, hyphens and underscores"
            )
    return "".join(f"{name}={_quote(value)}\n" for name, value in variables.items())


def shell(variables: Mapping[str, str]) -> str:
    """Return `export NAME=value` lines for a POSIX shell to read, or to `eval`.

    Raises ValueError for what no shell can hold: a NUL, or a name with a hyphen or a digit first.
    """
    for name, value in variables.items():
        if not _SHELL_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a valid name for a shell variable")
        if "\0" in value:
            raise ValueError(f"{name} contains a NUL character, which a shell variable cannot hold")
    return "".join(f"export {name}={_shell_word(value)}\n" for name, value in variables.items())


def _shell_word(value: str) -> str:
    # zsh reads a bare `=ls` as the path of a program.
    import shlex

    return f"'{value}'" if "=" in value and "'" not in value else shlex.quote(value)


def _value_at(text: str, position: int) -> tuple[str, int]:
    """Return the value that starts at `position`, and the start of the next line."""
    if quoted := _QUOTED.match(text, position):
        rest = _NOTHING.match(text, quoted.end())
        if not rest:
            raise _error(text, quoted.end(), "only a comment may follow the closing quote")
        literal, escaped = quoted.groups()
        value = _ESCAPE.sub(lambda escape: _MEANINGS[escape[0]], escaped or "")
        return value if literal is None else literal, rest.end()
    end = _line_end(text, position)
    bare = text[position:end].partition(" #")[0].partition("\t#")[0].strip(" \t")
    if bare.startswith(("'", '"')):
        raise _error(text, position, "the quote opened here is never closed")
    return bare, end + 1


def _quote(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    # A line break is easier to read as an escape, but in double quotes `$` starts a reference.
    if not _NOT_LITERAL.search(value) and ("\n" not in value or "$" in value):
        return f"'{value}'"
    return '"' + value.translate(_ESCAPES) + '"'


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _error(text: str, position: int, problem: str) -> ValueError:
    return ValueError(f"line {text.count(chr(10), 0, position) + 1}: {problem}")
