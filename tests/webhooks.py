"""A place on this machine that notifications are sent to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from tests.fake_servers import Quiet, served

SECONDS = 60  # to wait for a notification, which comes in the background


class Received:
    """The `url` of a webhook, and what came there."""

    def __init__(self, url: str, bodies: SimpleQueue[Any]) -> None:
        self.url = f"{url}/hooks/fr3sh-cr4tes-0f-l33ks"
        self._bodies = bodies

    def next(self) -> Any:
        """The JSON of the next notification; raises Empty if none comes."""
        return self._bodies.get(timeout=SECONDS)

    @property
    def is_empty(self) -> bool:
        return self._bodies.empty()


@contextmanager
def webhook() -> Iterator[Received]:
    """Listen for notifications."""
    bodies: SimpleQueue[Any] = SimpleQueue()

    class Handler(Quiet):
        def do_POST(self) -> None:  # noqa: N802 - so called
            bodies.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    with served(Handler) as url:
        yield Received(url, bodies)
