"""The error to raise for each status of a response that refuses a request."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scalingo_cli.errors import (
    MAY_BE_DONE,
    Failed,
    NextStep,
    NotAllowed,
    NotFound,
    OTPRequired,
    RegionClosed,
    Rejected,
    ScalingoError,
    TryAgain,
    UnknownApp,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_REASON = 400  # characters
DATABASE_URL = "SCALINGO_DB_URL"  # the variable of the database API


@dataclass
class Refusal:
    """A response with a status of 300 or more.

    Its body has one of the documented forms: `error`, `errors`, `resource`, `url`, `message`, or
    plain text.

    Attributes:
        status: The HTTP status.
        body: The text of the response, without secrets.
        parts: The parts of the path, to name what was not found.
        changes: Whether the request may have changed something.
        retry_after: In how many seconds the platform accepts a retry.
        request_id: The platform's ID of the request.
        token_source: Where the refused token came from, or None if the request carried none.
        token_of_elsewhere: Whether the token looks like one of the other platform.
        is_regional: Whether the request went to the regional platform.
        region: The region in force, or None on the legacy API.
        variable: The environment variable that sets the address of the service.
    """

    status: int
    body: str
    parts: tuple[str, ...] = ()
    changes: bool = False
    retry_after: int | None = None
    request_id: str | None = None
    token_source: str | None = None
    token_of_elsewhere: bool = False
    is_regional: bool = False
    region: str | None = None
    variable: str = "SCALINGO_API_URL"
    document: Mapping[str, object] = field(init=False)
    reason: str = field(init=False)

    def __post_init__(self) -> None:
        """Read the body."""
        self.document = _document(self.body)
        self.reason = _reason(self.document)

    def error(self) -> ScalingoError:
        """Return the error to raise."""
        general = _server_failed if self.status >= 500 else _refused
        if self.status < 400:
            general = _redirected
        error = BY_STATUS.get(self.status, general)(self)
        error.status, error.request_id = self.status, self.request_id
        error.retry_after = self.retry_after
        return error

    def because(self, before: str = "") -> str:
        """Return the platform's reason behind a colon, if it gave one."""
        return f"{before}: {self.reason}" if self.reason else before


def _unauthorized(refusal: Refusal) -> ScalingoError:
    if refusal.token_source and refusal.variable == DATABASE_URL:
        return NotAllowed(
            "The platform refused a new token of the add-on.",
            f"Check that {refusal.variable} is the address of this region, if it is set.",
        )
    if not refusal.token_source:
        if refusal.reason == "OTP Required":  # with this exact text, as the official client does
            return OTPRequired("The platform asks for a one-time code.")
        return NotAllowed(
            f"The platform refused the sign-in: {refusal.reason or 'no reason given'}."
        )
    hint: str
    if refusal.token_of_elsewhere and not refusal.is_regional:
        hint = "It belongs to a region: set --region or SCALINGO_REGION."
    elif refusal.token_source == "SCALINGO_API_TOKEN":  # noqa: S105 - a variable's name
        hint = NextStep("Check its value, or unset it and run", "scalingo login")
    else:
        hint = NextStep("Sign in again", "scalingo login")
    form = None
    if refusal.token_of_elsewhere and refusal.is_regional:
        form = "Tokens of the regional platform begin with tk-."
    return NotAllowed(f"The platform refused the token from {refusal.token_source}.", form, hint)


def _payment_required(refusal: Refusal) -> ScalingoError:
    asks = "The platform asks for a verified account or a payment method"
    url = refusal.document.get("url")
    return Rejected(f"{refusal.reason or asks}.", f"See {url}" if url else None)


def _forbidden(refusal: Refusal) -> ScalingoError:
    message = f"{refusal.because('You are not allowed to do this')}."
    if refusal.document.get("code") == "region_disabled":
        listing = NextStep("List them", "scalingo regions")
        return RegionClosed(message, "Choose a different region with --region.", listing)
    return NotAllowed(message)


# What the platform calls resources, and what people do.
_RESOURCES = {
    "database_backup": "backup",
    "database_user": "user",
    "scm_integration": "integration",
    "scm_repo_link": "link to a repository",
}


def _not_found(refusal: Refusal) -> ScalingoError:
    parts = refusal.parts
    resource = str(refusal.document.get("resource") or "")
    if refusal.reason == "Database not found" and parts[:1] == ("databases",) and len(parts) > 1:
        lacking = NotFound(f'Database "{parts[1]}" not found.')
        lacking.resource, lacking.collection = "database", parts[:1]
        return lacking
    if resource == "app" and len(parts) > 1:
        where = f" in region {refusal.region}" if refusal.region else ""
        unknown = UnknownApp(f'App "{parts[1]}" not found{where}.')
        unknown.app = parts[1]
        return unknown
    if resource:
        collection = parts[-2] if len(parts) % 2 == 0 and parts else ""
        singular = collection.removesuffix("s")
        is_last = collection != resource and (
            singular.endswith(resource) or f"_{resource}".endswith(f"_{singular}")
        )
        name = f' "{parts[-1]}"' if is_last else ""
        words = _RESOURCES.get(resource, resource.replace("_", " "))
        error = NotFound(f"No such {words}{name}.")
        error.resource = resource
        if is_last:
            error.collection = parts[:-1]
        return error
    detail = f" ({refusal.reason})" if refusal.reason not in {"", "not found"} else ""
    place = f"at {'/'.join(parts)}" if parts else "there"
    hint = None
    if not refusal.document:  # a web page
        hint = f"Check that {refusal.variable} is the URL of the API."
        if parts and len(parts) % 2 == 0:
            hint = f"It may have been removed meanwhile. If not: {hint[0].lower()}{hint[1:]}"
    return NotFound(f"Nothing found {place}{detail}.", hint)


def _timed_out(refusal: Refusal) -> ScalingoError:
    return TryAgain(
        "The platform timed out waiting for the request.", "Check your connection, then try again."
    )


def _too_many(refusal: Refusal) -> ScalingoError:
    seconds = refusal.retry_after
    return TryAgain(
        "Rate limit reached: too many requests in one minute.",
        f"Try again in {'a minute' if seconds is None else f'{seconds} seconds'}.",
    )


def _bad_request(refusal: Refusal) -> ScalingoError:
    if refusal.variable == DATABASE_URL and refusal.reason == "unauthorized":
        return _unauthorized(refusal)  # which this API says so
    return _rejected(refusal)


def _rejected(refusal: Refusal) -> ScalingoError:
    reason = refusal.reason or f"no reason given ({refusal.status})"
    return Rejected(f"The platform rejected the request: {reason}.")


def _server_failed(refusal: Refusal) -> ScalingoError:
    hint = "Try again in a moment; https://scalingostatus.com reports incidents."
    message = f"The platform returned an error ({refusal.because(str(refusal.status))})."
    return TryAgain(message, MAY_BE_DONE if refusal.changes else hint)


def _redirected(refusal: Refusal) -> ScalingoError:
    return Failed(
        f"The platform returned an unexpected response ({refusal.status}).",
        f"Check {refusal.variable}.",
    )


def _refused(refusal: Refusal) -> ScalingoError:
    return Failed(f"The platform refused the request ({refusal.because(str(refusal.status))}).")


BY_STATUS: dict[int, Callable[[Refusal], ScalingoError]] = {
    400: _bad_request,
    401: _unauthorized,
    402: _payment_required,
    403: _forbidden,
    404: _not_found,
    408: _timed_out,
    409: _rejected,
    410: _not_found,
    422: _rejected,
    429: _too_many,
}


def _document(body: str) -> dict[str, object]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):  # plain text (429) or HTML: the status speaks
        return {}
    return document if isinstance(document, dict) else {}


def _reason(document: Mapping[str, object]) -> str:
    """Return the platform's own reason, on one line of readable length, without a full stop."""
    for key in ("errors", "error", "message"):
        try:
            reasons = "; ".join(_flat(document.get(key) or []))
        except RecursionError:  # nobody could read it anyway
            return ""
        if reasons:
            line = " ".join(reasons.split())
            return line.rstrip(".") if len(line) <= LONGEST_REASON else f"{line[:LONGEST_REASON]}…"
    return ""


def _flat(reasons: object, field: str = "") -> list[str]:
    """Flatten `{"web": {"amount": ["is negative"]}}` to `["web amount is negative"]`."""
    if isinstance(reasons, dict):
        return [
            line
            for key, value in reasons.items()
            for line in _flat(value, f"{field} {key}".strip())
        ]
    if isinstance(reasons, list):
        return [line for reason in reasons for line in _flat(reason, field)]
    return [f"{field} {reasons}".strip()]
