"""`--dry-run`: the requests that a command would send, instead of sending them."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scalingo_cli.masking import masked, masked_url


class Rehearsed(Exception):
    """The command needs the answer of a request that was not sent: the rehearsal ends there."""


@dataclass
class Rehearsal:
    """Collects requests; `form` is `plain`, or `curl` for command lines."""

    form: str
    requests: list[dict[str, Any]] = field(default_factory=list)

    def note(self, method: str, url: str, body: object) -> None:
        """Remember a request instead of sending it."""
        self.requests.append({"method": method, "url": masked_url(url), "body": masked(body)})

    def write(self, *, as_json: bool) -> None:
        """Write the requests to stdout: as text, as curl commands, or as one JSON document."""
        import json

        if as_json:
            sys.stdout.write(json.dumps({"requests": self.requests}, ensure_ascii=False) + "\n")
            return
        for request in self.requests:
            body = request["body"]
            text = None if body is None else json.dumps(body, ensure_ascii=False)
            if self.form == "curl":
                line = _curl(request["method"], request["url"], text)
            else:
                parts = urlsplit(request["url"])
                query = f"?{parts.query}" if parts.query else ""
                line = f"{request['method']} {parts.path}{query}"
                line += f"\n{text}" if text else ""
            sys.stdout.write(f"{line}\n")


def _curl(method: str, url: str, body: str | None) -> str:
    # The token reaches curl through a pipe, so that it is on no process's command line.
    words = ["curl", "--config", "-", "--request", method, url]
    if body is not None:
        words += ["--header", "Content-Type: application/json", "--data", body]
    return f"""printf 'user = ":%s"' "$SCALINGO_API_TOKEN" | {shlex.join(words)}"""
