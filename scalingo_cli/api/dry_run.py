"""`--dry-run`: the requests that a command would send, instead of sending them."""

from __future__ import annotations

import shlex
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scalingo_cli.console.json_output import json_text
from scalingo_cli.text.escape import MASK, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scalingo_cli.api.messages import Answer, Request, Transport
    from scalingo_cli.api.redaction import Secrets

_ASK = ["curl", "--silent", "--show-error", "--fail", "--request", "POST"]
_TAKE = r"""sed 's/.*"token": *"\([^"]*\)".*/\1/'"""
_BEARER = 'header = "Authorization: Bearer %s"'


@dataclass
class HeldBack:
    """A request held back, without its secrets; `signed` is whether it carries the token.

    `exchange` is the URL where the regional platform exchanges the token for a bearer; the legacy
    API has none. `token_url` is where an add-on's token is requested with it. `file` is the name
    of a file whose bytes are the body. `place` says which account or region it is sent to, if that
    is not clear.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    signed: bool
    exchange: str | None = None
    token_url: str | None = None
    file: str = ""
    place: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """The request as `--json` shows it."""
        document = {"method": self.method, "url": self.url, "body": self.body}
        return {**document, "headers": dict(self.headers)} if self.headers else document

    @property
    def plain(self) -> str:
        """Method and path, each header, then the body; before them the place as a comment."""
        parts = urlsplit(self.url)
        query = f"?{parts.query}" if parts.query else ""
        headers = [f"{name}: {value}" for name, value in self.headers.items()]
        lines = [f"{self.method} {parts.path}{query}", *headers, *self._body()]
        return "\n".join([f"# {visible(self.place)}", *lines] if self.place else lines)

    @property
    def curl(self) -> str:
        """A line for a shell; the token reaches curl through a pipe, not on its command line."""
        words = ["curl", "--request", self.method]
        if set(self.url) & set("[]{}"):
            words += ["--globoff"]
        headers = dict(self.headers)
        if self.body is not None:
            headers.setdefault("Content-Type", "application/json")
        for name, value in headers.items():
            words += ["--header", f"{name}: {value}"]
        if self.file:
            words += ["--upload-file", self.file]
        else:
            for text in self._body():
                words += ["--data-raw", text]
        words += [self.url]
        if not self.signed:
            return shlex.join(words)
        if self.exchange:
            variable = "SCALINGO_ADDON_TOKEN" if self.token_url else "SCALINGO_BEARER"
            return _piped(_BEARER, variable, words)
        return _piped('user = ":%s"', "SCALINGO_API_TOKEN", words)

    @property
    def curl_before(self) -> list[str]:
        """Shell lines to run first: the token is exchanged for a bearer, that for an add-on's."""
        if not (self.signed and self.exchange):
            return []
        asking = _piped('user = ":%s"', "SCALINGO_API_TOKEN", [*_ASK, self.exchange])
        lines = [f"SCALINGO_BEARER=$({asking} | {_TAKE})"]
        if self.token_url:
            asking = _piped(_BEARER, "SCALINGO_BEARER", [*_ASK, self.token_url])
            lines.append(f"SCALINGO_ADDON_TOKEN=$({asking} | {_TAKE})")
        return lines

    def _body(self) -> list[str]:
        return [] if self.body is None else [json_text(self.body).strip()]


def _piped(config: str, variable: str, curl: list[str]) -> str:
    """Return curl's line, with the secret in a variable of the shell piped in as configuration."""
    command, *words = curl
    return f"""printf '{config}' "${variable}" | {shlex.join([command, "--config", "-", *words])}"""


class DryRunTransport:
    """A transport that sends requests that only read, and holds back the others.

    Args:
        inner: The transport for requests that are sent anyway.
        dry_run: Collects the requests that are held back.
        secrets: Removes the secrets from them.
        exchange: The URL where the token is exchanged for a bearer, or None on the legacy API.
    """

    def __init__(
        self, inner: Transport, dry_run: DryRun, secrets: Secrets, exchange: str | None
    ) -> None:
        self._inner = inner
        self._dry_run = dry_run
        self._secrets = secrets
        self._exchange = exchange

    @contextmanager
    def send(self, request: Request) -> Iterator[Answer]:
        """Send a read; for a change, yield a response that ends the command when it is read."""
        if not request.changes:
            with self._inner.send(request) as answer:
                yield answer
            return
        self._dry_run.requests.append(self._held_back(request))
        from scalingo_cli.api.messages import Unsent

        yield Unsent()

    def _held_back(self, request: Request) -> HeldBack:
        from requests import Request as Prepared

        from scalingo_cli.api.auth import Anonymous

        url = Prepared(request.method, request.url, params=list(request.params)).prepare().url
        body: Any = request.body
        file = ""
        if isinstance(body, bytes):
            body = self._secrets.body(body)
        elif body is not None:
            file = str(body)
            body = f"{len(body)} bytes of {body}"
        find_token_url = request.service.find_token_url
        return HeldBack(
            request.method,
            self._secrets.url(url or request.url),
            self._secrets.masked(request.headers),
            body,
            signed=not isinstance(request.auth or request.service.signer, Anonymous),
            exchange=self._exchange,
            token_url=find_token_url() if find_token_url else None,
            file=file,
        )


@dataclass
class DryRun:
    """Collects the requests of a dry run; `form` is `plain`, or `curl` for command lines."""

    form: str
    requests: list[HeldBack] = field(default_factory=list)

    @property
    def document(self) -> dict[str, Any]:
        """The requests as one JSON document."""
        return {"requests": [request.document for request in self.requests]}

    def write(self) -> None:
        """Write the requests to stdout, as text or as curl commands."""
        lines = [r.curl if self.form == "curl" else r.plain for r in self.requests]
        if self.form == "curl":
            before = [line for request in self.requests for line in request.curl_before]
            lines = [*dict.fromkeys(before), *lines]
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        if not lines:
            sys.stderr.write("Nothing would be changed.\n")
        elif self.form == "curl":
            sys.stderr.write("".join(f"{line}\n" for line in self._missing(lines)))

    def _missing(self, lines: list[str]) -> Iterator[str]:
        """Yield what the user has to supply before pasting the lines."""
        from scalingo_cli.auth import credentials

        if any(MASK in line for line in lines):
            yield f"Replace each {MASK} with the secret that it stands for."
        if any(request.signed for request in self.requests) and not credentials.in_environment():
            yield f"The commands read the token from {credentials.VARIABLE}: set it first."
