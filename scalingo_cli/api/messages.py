"""A request to the platform and its response: the two values that every transport handles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypedDict
from urllib.parse import urlsplit

from scalingo_cli import errors
from scalingo_cli.api.document import Document, rooted
from scalingo_cli.api.shapes import settle

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import requests
    from requests.auth import AuthBase

    from scalingo_cli.api.services import Service

Query = Mapping[str, str | int] | Sequence[tuple[str, str | int]]
READS = frozenset({"GET", "HEAD"})


class Upload(Protocol):
    """A body that is read while it is sent, from the start at each attempt; `str()` names it."""

    def __len__(self) -> int:
        """Return the size in bytes."""

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes."""


class Given(TypedDict, total=False):
    """What a request may have besides its method and path.

    Attributes:
        json: The body, as a JSON value.
        body: The body, as it is.
        params: The query.
        headers: Headers besides the client's own.
        service: The service to ask, instead of the one that serves the path.
        auth: Signs the request, instead of the service.
        within_seconds: Seconds to wait for a response; the caller will ask again.
    """

    json: object
    body: bytes | Upload | None
    params: Query | None
    headers: Mapping[str, str]
    service: Service
    auth: AuthBase
    within_seconds: float | None


@dataclass(frozen=True)
class Request:
    """A request to a service.

    Attributes:
        method: The HTTP method.
        service: Gives the base URL, and signs the request.
        path: The parts of the path below the base, unquoted.
        params: The query, in order.
        headers: Headers besides the client's own.
        body: What is sent.
        auth: Signs the request instead of the service.
        whole: Whether the response is read before it is returned; otherwise it is streamed.
        within_seconds: How long to wait for a response, without retries: the caller asks again.
        changes: Whether the request may change something.
    """

    method: str
    service: Service
    path: tuple[str, ...] = ()
    params: Sequence[tuple[str, str | int]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Upload | None = None
    auth: AuthBase | None = None
    whole: bool = True
    within_seconds: float | None = None
    changes: bool = True

    @property
    def url(self) -> str:
        """The URL without the query."""
        return self.service.url(*self.path)

    def __str__(self) -> str:
        """Name the request for people."""
        return f"{self.method} /{'/'.join(self.path)}" if self.path else self.method


class Answer:
    """A response of the platform that is not a refusal.

    Args:
        response: The response as requests has it.
        chunks: Its bytes as they arrive.
        hide: Removes the secrets from a text.
        asked: The request, in words.
    """

    def __init__(
        self,
        response: requests.Response,
        chunks: Iterator[bytes],
        hide: Callable[[str], str],
        asked: str,
    ) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.chunks = chunks
        self._response = response
        self._hide = hide
        self._asked = asked

    @property
    def location(self) -> str | None:
        """The URL of the operation that the request started, or None if it started none.

        Raises Failed if it is not a valid URL.
        """
        location: str | None = self.headers.get("Location")
        try:
            urlsplit(location)
        except ValueError:
            raise errors.Failed(
                "The platform gave an invalid address for the operation.", errors.MAY_BE_DONE
            ) from None
        return location

    @property
    def kind(self) -> str:
        """The body's content type, without parameters; empty if the response has none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip()

    @property
    def request_id(self) -> str | None:
        """The platform's ID of the request, or None if it does not send one."""
        return self.headers.get("X-Request-Id")

    @property
    def heading(self) -> list[str]:
        """The status line and the headers, as HTTP/1.1 writes them, without secrets."""
        status = f"HTTP/1.1 {self.status} {self._response.reason or ''}".strip()
        headers = [f"{name}: {value}" for name, value in self.headers.items()]
        return list(map(self._hide, [status, *headers]))

    @property
    def content(self) -> bytes:
        """The whole body, read now unless it has been read."""
        if not hasattr(self, "_content"):
            self._content = b"".join(self.chunks)
        return self._content

    @property
    def body(self) -> str:
        """The body as text. Raises Failed if it is not UTF-8."""
        try:
            return self.content.decode()
        except UnicodeDecodeError as error:
            raise errors.Failed(
                f"The response is not UTF-8 text (byte {error.start}).", request_id=self.request_id
            ) from None

    @property
    def document(self) -> Document:
        """The rooted JSON object of the body, with the fields that commands rely on.

        Raises Failed if it is anything else.
        """
        return settle(self.unsettled)

    @property
    def unsettled(self) -> Document:
        """The rooted JSON object of the body, whatever its fields. Raises Failed as `document`."""
        return rooted(self.body, self.kind, self.request_id, asked=self._asked)


class Unsent(Answer):
    """Stands in for the response to a request that a dry run held back."""

    def __init__(self) -> None:
        pass

    def __getattribute__(self, name: str) -> Any:
        """End the dry run: there is no response to read."""
        raise errors.DryRunEnded


class Transport(Protocol):
    """Sends requests to the platform, or intercepts them: a dry run, a recording."""

    def send(self, request: Request) -> AbstractContextManager[Answer]:
        """Send a request and return its response, which must be read inside the `with` block."""


def pairs(query: Query | None) -> list[tuple[str, str | int]]:
    """Return the parameters of a query, in order."""
    return list(query.items() if isinstance(query, Mapping) else query or ())
