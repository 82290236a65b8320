"""The Scalingo HTTP API: rooted JSON in, rooted JSON out. Verbs, and almost no nouns."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar, overload

from scalingo_cli.api import services

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import Any, Unpack

    from scalingo_cli.api.channel import Channel
    from scalingo_cli.api.document import Document
    from scalingo_cli.api.messages import Answer, Given
    from scalingo_cli.api.preconnect import HeadStarts
    from scalingo_cli.api.services import Service
    from scalingo_cli.api.wire import Wire
    from scalingo_cli.settings import Platform

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


class API:
    """One platform, one user.

    Importing requests takes a while, so a first request begins its connection before that.

    Args:
        platform: Where its services are.
        make_wire: Returns what sends the requests; called at the first one.
        head_starts: Begins connections; None begins none.
    """

    def __init__(
        self,
        platform: Platform,
        make_wire: Callable[[], Wire],
        head_starts: HeadStarts | None = None,
    ) -> None:
        self.platform = platform
        self._make_wire = make_wire
        self._made: Wire | None = None
        self._head_starts = head_starts
        self._lock = threading.Lock()  # a command may start with several requests at once

    @property
    def _wire(self) -> Wire:
        with self._lock:
            if self._made is None:
                self._made = self._make_wire()
            return self._made

    def _expect(self, service: str) -> None:
        """Begin a connection to a service if this request is one of the first."""
        if self._head_starts and self._made is None:
            self._head_starts.to_service(service)

    def expect(self, url: str) -> None:
        """Begin a connection to the host of a URL, which a request probably goes to soon.

        Nothing is sent there but what TLS needs; the request uses it only if it goes there.
        """
        if self._head_starts:
            self._head_starts.toward(url)

    # Requests

    def get(self, *path: str, **given: Unpack[Given]) -> Document:
        """Return the document at this path below `/v1`, such as `get("apps", app)`.

        Raises as `send` does, and Failed if the response is not a document.
        """
        return self.send("GET", *path, **given).document

    def send(self, method: str, *path: str, **given: Unpack[Given]) -> Answer:
        """Send one request to a path below `/v1` and return its response, read as a whole.

        Raises the error that `api.refusals` has for the status, TryAgain if the platform cannot
        be reached or its response is cut off, Failed for a web page, and Misused for names and
        values that are not text.
        """
        with self._answer(method, path, given, whole=True) as answer:
            return answer

    def stream(
        self, method: str, *path: str, **given: Unpack[Given]
    ) -> AbstractContextManager[Answer]:
        """Send one request and yield its response, whose body arrives as it is read.

        Raises as `send` does, also while reading.
        """
        return self._answer(method, path, given, whole=False)

    def _answer(
        self, method: str, path: tuple[str, ...], given: Given, *, whole: bool
    ) -> AbstractContextManager[Answer]:
        if "service" not in given:
            self._expect(services.of(path))
        wire = self._wire
        return wire.answer(wire.request(method, path, given, whole=whole))

    @overload
    def together(self, one: Callable[[], A], other: Callable[[], B], /) -> tuple[A, B]: ...

    @overload
    def together(
        self, one: Callable[[], A], other: Callable[[], B], third: Callable[[], C], /
    ) -> tuple[A, B, C]: ...

    @overload
    def together(self, *calls: Callable[[], A]) -> tuple[A, ...]: ...

    def together(self, *calls: Callable[[], Any]) -> tuple[Any, ...]:
        """Return what each of these calls returns, all of them being made at the same time.

        They only read, and none needs what another returns. If some fail, raises the error of the
        first of these, once all have ended.
        """
        from scalingo_cli.process.background import together

        return together(*calls)

    def connect(self, place: Service) -> Channel:
        """Return a raw connection to `place`. Raises as `send` does."""
        return self._wire.connect(place)

    # Addresses

    def database(self, app: str, addon: str) -> Service:
        """Return the database API, signed with the token of the add-on with the ID `addon`.

        The token is requested from the region's API when it is first needed, and sent to no
        other origin. Raises Misused on the legacy API, and if the address is unknown.
        """
        self._expect("database")
        return self._wire.database(app, addon)

    def url(self, *path: str) -> str:
        """Return the URL of a path below `/v1`. Raises Misused as `services.path` does."""
        return self._wire.url(*path)

    def link(self, url: str) -> Service:
        """Return a link from the platform as a service to ask.

        A relative link starts at the API's own origin; the token is sent to that origin only.
        Raises Failed if it is not a web link.
        """
        return self._wire.link(url)

    def place(self, url: str, *, signed: bool = True) -> Service:
        """Return an address from the platform, such as an upload's, as a service to ask.

        Requests are `signed` with the token, unless the address itself is all that it requires.
        Raises Failed for an address that would send the token unencrypted over a network.
        """
        return self._wire.place(url, signed=signed)

    def way(self) -> tuple[str | None, str]:
        """Return the proxy to the API, without its password, or None; and the file or directory
        of the authorities whose certificates are trusted.
        """
        return self._wire.way()
