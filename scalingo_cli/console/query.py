"""`--query`: what a JMESPath expression selects from the JSON that a command prints.

jmespath is imported when an expression is compiled, and not by any other command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scalingo_cli.errors import Misused, QueryFailed
from scalingo_cli.text import exact_json
from scalingo_cli.text.escape import harmless, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jmespath.exceptions import JMESPathError

AS_IT_IS = "To see what the expression is applied to, replace --query with --json."


class Query:
    """A compiled expression. Raises Misused, with the position, if it is invalid."""

    def __init__(self, expression: str) -> None:
        import jmespath
        from jmespath.exceptions import JMESPathError

        try:
            self._compiled = jmespath.compile(expression)
        except JMESPathError as error:
            raise _invalid(expression, error) from error
        except (ValueError, RecursionError) as error:  # numbers too long, brackets too deep
            raise Misused("--query is not a valid JMESPath expression.") from error
        for name, count in _calls(self._compiled.parsed):
            _require_function(expression, name, count)
        self._options = jmespath.Options(custom_functions=_functions())

    def of(self, text: str) -> Any:
        """Return what the expression selects from JSON text; numbers keep their spelling.

        Raises QueryFailed if a function of it does not take what is there.
        """
        from jmespath.exceptions import JMESPathTypeError

        try:
            return self._compiled.search(exact_json.loads(text), self._options)
        except JMESPathTypeError as error:
            wanted = " or ".join(kind.replace("-", " of ") for kind in error.expected_types)
            raise QueryFailed(
                f"--query failed: {error.function_name}() takes {wanted}.", AS_IT_IS
            ) from error
        except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
            raise _unfit() from error

    def json(self, text: str) -> str:
        """Return what it selects from JSON text, as JSON on one line. Raises as `of`."""
        return _written(self.of(text), exact_json.dumps)

    def bare(self, text: str, *, escaped: bool) -> str:
        """Return what it selects from JSON text as lines, strings without quotes.

        A list has a line for each item; an item that is a list itself has TABs between its
        values. In these, control characters are escaped; in a single string only if `escaped`
        is set. null is empty, and everything else is JSON. Raises QueryFailed as `of`.
        """

        def lines(selected: Any) -> str:
            if isinstance(selected, list):
                return "".join(map(_row, selected))
            return (harmless(_cell(selected)) if escaped else _cell(selected)) + "\n"

        return _written(self.of(text), lines)

    def bare_line(self, text: str) -> str:
        """Return what it selects from one record of a stream as one line: a list has TABs.

        Raises QueryFailed as `of`.
        """
        return _written(self.of(text), _row)


def _written(selected: Any, write: Callable[[Any], str]) -> str:
    """Return what `write` makes of the selected value. Raises QueryFailed if that is not JSON."""
    try:
        return write(selected)
    except (ValueError, TypeError, RecursionError) as error:
        raise _unfit() from error


def _row(item: Any) -> str:
    cells = item if isinstance(item, list) else [item]
    return "\t".join(visible(_cell(cell)) for cell in cells) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else exact_json.dumps(value)


def _unfit() -> QueryFailed:
    return QueryFailed("--query failed: the expression does not fit the response.", AS_IT_IS)


def _invalid(expression: str, error: JMESPathError) -> Misused:
    """Return the error for an expression that cannot be compiled, with the position in it."""
    from jmespath.exceptions import IncompleteExpressionError, LexerError, ParseError

    if not isinstance(error, ParseError):
        return Misused("--query requires an expression.", "For example: --query 'apps[].name'")
    position = error.lex_position
    if isinstance(error, IncompleteExpressionError) or position >= len(expression):
        return Misused(
            "--query is not a valid JMESPath expression: it ends too early,"
            f" at character {len(expression) + 1}."
        )
    if not isinstance(error, LexerError):
        return _misused(expression, position, f'unexpected "{error.token_value}"')
    problem = "unclosed" if error.message.startswith("Unclosed") else "unexpected"
    return _misused(expression, position, f"{problem} {expression[position]}")


def _misused(expression: str, position: int, problem: str) -> Misused:
    return Misused(
        f"--query is not a valid JMESPath expression: {problem} at character {position + 1}.",
        f"It is valid up to here: {expression[:position].rstrip()}" if position else None,
    )


def _calls(node: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the name of each function that a compiled expression calls, and of how many values."""
    if node["type"] == "function_expression":
        yield node["value"], len(node["children"])
    for child in node["children"]:
        if isinstance(child, dict):
            yield from _calls(child)


def _require_function(expression: str, name: str, count: int) -> None:
    """Raise Misused unless there is a function of that name that takes so many values."""
    from jmespath.functions import Functions

    position = expression.find(name)
    if name not in Functions.FUNCTION_TABLE:
        raise _misused(expression, position, f"unknown function {name}()")
    wanted = Functions.FUNCTION_TABLE[name]["signature"]
    is_variadic = wanted and wanted[-1].get("variadic")
    if count < len(wanted) or (count > len(wanted) and not is_variadic):
        least = "at least " if is_variadic else ""
        values = f"{least}{len(wanted)} value{'s' if len(wanted) > 1 else ''}, not {count}"
        raise _misused(expression, position, f"{name}() takes {values},")


def _functions() -> Any:
    """Return JMESPath's functions; text made of a number has its spelling."""
    from jmespath.functions import Functions, signature

    class Exact(Functions):
        @signature({"types": []})
        def _func_to_string(self, value: Any) -> str:
            return value if isinstance(value, str) else exact_json.dumps(value)

    return Exact()
