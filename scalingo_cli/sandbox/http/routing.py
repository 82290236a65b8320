"""Which function handles which request, with the user known and query and body checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from scalingo_cli.sandbox.http.messages import Refusal, document, invalid, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from scalingo_cli.sandbox.http.messages import Request, Response
    from scalingo_cli.sandbox.state.dialect import Dialect
    from scalingo_cli.sandbox.state.models import App, Row, Service, User
    from scalingo_cli.sandbox.state.store import Store

# The token or the bearer that the host takes; the same if it is there; whatever the route's own
# function makes of what came.
Auth = Literal["token", "optional", "none"]
APPS: tuple[Service, ...] = ("legacy", "api")


@dataclass(frozen=True)
class Route:
    """One path of the API with the methods that one function answers."""

    methods: tuple[str, ...]
    segments: tuple[str, ...]
    services: tuple[Service, ...]
    auth: Auth
    query: frozenset[str]
    body: str
    deletes_with_body: bool
    streamed: bool
    answer: Callable[[Call], Response]

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """Return the values of the path's {names}, or None if the path is different."""
        if len(segments) != len(self.segments):
            return None
        names = {}
        for expected, actual in zip(self.segments, segments, strict=True):
            if expected.startswith("{") and actual:
                names[expected[1:-1]] = unquote(actual)
            elif expected != actual:
                return None
        return names


ROUTES: list[Route] = []


def route(
    methods: str,
    path: str,
    *,
    on: Iterable[Service] = APPS,
    query: Iterable[str] = (),
    auth: Auth = "token",
    body: str = "application/json",
    deletes_with_body: bool = False,
    streamed: bool = False,
) -> Callable[[Callable[[Call], Response]], Callable[[Call], Response]]:
    """Register a function as the handler of a path.

    Args:
        methods: The HTTP methods, separated by spaces.
        path: The path, with {names}.
        on: The services whose hosts have it.
        query: The query parameters that it takes.
        auth: The authentication that it requires.
        body: The content type of its body.
        deletes_with_body: Whether its DELETE takes a body.
        streamed: Whether the body is handed over as a file.

    Returns:
        A decorator that returns its function unchanged.
    """

    def register(answer: Callable[[Call], Response]) -> Callable[[Call], Response]:
        ROUTES.append(
            Route(
                tuple(methods.split()),
                tuple(path.split("/")),
                tuple(on),
                auth,
                frozenset(query),
                body,
                deletes_with_body,
                streamed,
                answer,
            )
        )
        return answer

    return register


def streamed(request: Request) -> bool:
    """Return whether the route of a request takes its body as a file."""
    segments = request.path.split("/")
    return any(
        candidate.streamed
        and request.method in candidate.methods
        and request.host.service in candidate.services
        and candidate.match(segments) is not None
        for candidate in ROUTES
    )


def find(request: Request) -> tuple[Route, dict[str, str]]:
    """Return the route of a request and the values in its path, or refuse with 404 or 405."""
    segments = request.path.split("/")
    method = "GET" if request.method == "HEAD" else request.method
    found = []
    allowed: set[str] = set()
    for candidate in ROUTES:
        if request.host.service not in candidate.services:
            continue
        names = candidate.match(segments)
        if names is not None:
            allowed.update(candidate.methods)
            if method in candidate.methods:
                found.append((candidate, names))
    if found:
        return min(found, key=lambda match: len(match[1]))  # apps/collaboration is no app
    if not allowed:
        raise refused(404, f"no such path: {request.path}")
    if "GET" in allowed:
        allowed.add("HEAD")
    message = f"{request.path} does not answer to {request.method}"
    raise Refusal(document({"error": message}, 405, Allow=", ".join(sorted(allowed))))


class Call:
    """One request, as its handler sees it.

    Args:
        request: The HTTP request.
        store: The state of the sandbox.
        user: The user whose token it carries, if any.
        names: The values of the {names} in the path.
        strict: Whether unknown fields and parameters are refused.
    """

    def __init__(
        self, request: Request, store: Store, user: User | None, names: dict[str, str], strict: bool
    ) -> None:
        self.request = request
        self.store = store
        self.visitor = user
        self.names = names
        self.strict = strict

    @property
    def query(self) -> dict[str, str]:
        """The query parameters, all of them known to the route."""
        return self.request.query

    @property
    def user(self) -> User:
        """The user whose token the request carries."""
        if self.visitor is None:
            raise LookupError("a route without authentication has no user")
        return self.visitor

    @property
    def dialect(self) -> Dialect:
        """The protocol that the sandbox serves."""
        return self.store.dialect

    @property
    def region(self) -> str:
        """The region of the host; empty on the legacy API, which has none."""
        return self.request.host.region

    @cached_property
    def app(self) -> App:
        """The app that the path names."""
        return self.store.app(self.names["app"], self.user, self.region)

    def owned_app(self, action: str) -> App:
        """Return the app that the path names, or refuse if only its owner may do `action`."""
        if self.app.owner is not self.user:
            raise refused(403, f"Only the owner of {self.app.name} may {action} it")
        return self.app

    def document(self, shape: Mapping[str, Any]) -> Row:
        """Return the request's JSON object, checked: fields of `shape` with a ? are optional."""
        return self.checked(parsed(self.request.body), shape)

    def rooted(self, root: str, shape: Mapping[str, Any]) -> Row:
        """Return the object under the root of the request's JSON, checked like `document`.

        Some clients leave the root out, which a strict sandbox does not accept.
        """
        given = parsed(self.request.body)
        if not self.strict and root not in given:
            return self.checked(given, shape)
        inner: Row = self.checked(given, {root: dict})[root]
        return self.checked(inner, shape)

    def checked(self, given: Row, shape: Mapping[str, Any]) -> Row:
        """Return the given fields of `shape`, or refuse with 422 those of a wrong type.

        A strict sandbox refuses every other field. Otherwise they are ignored, as on the platform,
        and null means absent.
        """
        if not self.strict:
            known = {name.removesuffix("?") for name in shape}
            given = {name: given[name] for name in given if name in known}
            given = {name: value for name, value in given.items() if value is not None}
        return checked(given, shape)

    def record(self, kind: str, data: Row | None = None) -> None:
        """Add an event by this user to the app of the path."""
        self.store.record(self.app, self.user, kind, data)

    def touch(self) -> None:
        """Set the app's date of change to now."""
        self.app.updated_at = self.store.stamp()


def check(request: Request, found: Route, strict: bool) -> None:
    """Refuse what a route does not take.

    A strict sandbox also refuses unknown query parameters, and a body that is not read.
    """
    if strict and (unknown := sorted(request.query.keys() - found.query)):
        raise refused(400, f"unknown query parameter: {', '.join(unknown)}")
    if request.body or request.file:
        reads = request.method in ("GET", "HEAD")
        ignored = reads or (request.method == "DELETE" and not found.deletes_with_body)
        if ignored and not strict:
            return
        if ignored:
            raise refused(400, f"{request.method} takes no body")
        require_type(request, found.body)


def require_type(request: Request, expected: str) -> None:
    """Refuse a body of a type other than `expected`: web pages can send some types unasked."""
    given = request.headers.get("content-type", "").partition(";")[0]
    if given.strip().lower() != expected:
        raise refused(400, f"the Content-Type should be {expected}")


def parsed(body: bytes) -> Row:
    """Return the JSON object in a body; an empty body and other JSON count as an empty object."""
    if not body:
        return {}
    try:
        content = json.loads(body)
        json.dumps(content, ensure_ascii=False).encode()
    except ValueError as error:
        raise refused(400, f"There was a problem in the JSON you submitted: {error}") from None
    return content if isinstance(content, dict) else {}


def checked(given: Row, shape: Mapping[str, Any]) -> Row:
    """Return `given` if it has exactly the fields of `shape`, each of its type."""
    known = {name.removesuffix("?"): kind for name, kind in shape.items()}
    for name in given:
        if name not in known:
            raise invalid(**{name: "unknown field"})
    for name in shape:
        if name not in given and not name.endswith("?"):
            raise invalid(**{name: "missing field"})
    for name, kind in known.items():
        if name in given and kind is not object and type(given[name]) is not kind:
            raise invalid(**{name: f"should be {_WORDS.get(kind, 'something else')}"})
    return given


_WORDS: dict[Any, str] = {
    str: "a string",
    int: "an integer",
    list: "a list",
    bool: "true or false",
    dict: "an object",
    float: "a number",
}
