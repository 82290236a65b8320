"""The controls under /_sandbox: each is declared once, at the function that it calls.

`@knob("POST", "rate", requests=int | None)` gives the endpoint, the validation of its body, and the
line of documentation: the first line of the function's docstring. Controls require the sandbox's
own secret as a bearer (`$SCALINGO_SANDBOX_SECRET`) instead of an API token, are not in the record
of requests, and are not hit by faults.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from scalingo_cli.sandbox.http.messages import document, nothing, refused
from scalingo_cli.sandbox.http.routing import parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scalingo_cli.sandbox.http.messages import Request, Response
    from scalingo_cli.sandbox.state.models import Row

PREFIX = "/_sandbox"
Function = TypeVar("Function", bound="Callable[..., Any]")


@dataclass(frozen=True)
class Knob:
    """One control: its request, the fields of its JSON with their types, and what it does."""

    method: str
    name: str
    fields: Mapping[str, Any]
    answers: str
    function: Callable[..., Any]

    @property
    def path(self) -> str:
        """The path of the endpoint."""
        return f"{PREFIX}/{self.name}".rstrip("/")

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def optional(self) -> set[str]:
        """The fields that may be left out."""
        parameters = inspect.signature(self.function).parameters
        return {
            name
            for name in self.fields
            if name not in parameters or parameters[name].default is not inspect.Parameter.empty
        }

    def shown(self) -> Row:
        """Return this control as `GET /_sandbox` lists it."""
        fields = {
            name + "?" * (name in self.optional): " or ".join(_WORDS[kind] for kind in _kinds(each))
            for name, each in self.fields.items()
        }
        row: Row = {"method": self.method, "path": self.path, "fields": fields}
        return row | {"does": self.summary}

    def answer(self, target: object, request: Request) -> Response:
        """Call the method of `target` with the fields of the body, and return its result."""
        given = {} if self.method == "GET" else self._checked(parsed(request.body))
        try:
            result = getattr(target, self.function.__name__)(**given)
        except (ValueError, TypeError, KeyError) as error:
            raise refused(422, str(error)) from None
        if not self.answers and result is None:
            return nothing()
        content = {self.answers: result} if self.answers else result
        return document(content, 201 if self.method == "POST" else 200)

    def _checked(self, given: Row) -> Row:
        for name, value in given.items():
            if name not in self.fields:
                raise refused(422, f"{name}: unknown field")
            kinds = _kinds(self.fields[name])
            if type(value) not in (*kinds, *([int] if float in kinds else [])):
                raise refused(422, f"{name}: should be {_WORDS[kinds[0]]}")
        for name in self.fields:
            if name not in given and name not in self.optional:
                raise refused(422, f"{name}: missing field")
        return given


KNOBS: dict[tuple[str, str], Knob] = {}

_WORDS: dict[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "array",
    NoneType: "null",
}


def _kinds(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if isinstance(kind, UnionType) else (kind,)


def knob(
    method: str, name: str, /, *, answers: str = "", **fields: Any
) -> Callable[[Function], Function]:
    """Register a function as the control `method` /_sandbox/`name`.

    Args:
        method: The HTTP method.
        name: The rest of the path.
        answers: The key of the function's result in the response.
        fields: The types of the fields; one is optional if the function has a default for it.

    Returns:
        A decorator that returns its function unchanged.
    """

    def register(function: Function) -> Function:
        KNOBS[method, name] = Knob(method, name, fields, answers, function)
        return function

    return register


def answer(target: object, request: Request) -> Response:
    """Return the response to a request for a control of `target`."""
    name = request.path.removeprefix(PREFIX).removeprefix("/")
    method = "GET" if request.method == "HEAD" else request.method
    if (method, name) not in KNOBS:
        raise refused(404, f"no such control: {request.method} {request.path}")
    return KNOBS[method, name].answer(target, request)
