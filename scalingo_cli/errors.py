"""Everything that can go wrong: one sentence, a hint, an exit code."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click


class ExitCode(IntEnum):
    """The exit codes that scripts can rely on, each with its `meaning` in README and manual."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> ExitCode:
        """Make the code a number that knows what it means."""
        self = int.__new__(cls, code)
        self._value_ = code
        self.meaning = meaning
        return self

    DONE = 0, "done"
    FAILED = 1, "failed: what ran on the platform ended in error, or anything not below"
    MISUSED = 2, "misused, or a question could not be asked because there is no terminal"
    NOT_FOUND = 3, "not found (404)"
    NOT_ALLOWED = 4, "not signed in or not allowed (401, 403)"
    REJECTED = 5, "rejected (400, 402, 409, 422)"
    TRY_AGAIN = 6, "try again later (429, 5xx, no connection, no answer in time)"
    DIFFERENT = 10, "there is a difference, where `--exit-code` asks about one"
    TIMED_OUT = 124, "`--timeout` ran out"
    HUNG_UP = 129, "the terminal was closed (SIGHUP)"
    INTERRUPTED = 130, "interrupted"
    TERMINATED = 143, "terminated (SIGTERM)"


class ScalingoError(Exception):
    """What stopped the command.

    `message` is one sentence in the user's words and `hint` says what to run or change next.
    `status` and `request_id` are set when the platform answered, `retry_after` when it said in
    how many seconds to ask again.
    """

    exit_code = ExitCode.FAILED
    retry_after: int | None = None

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        *,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status
        self.request_id = request_id


class Failed(ScalingoError):
    """What ran on the platform ended in error, or anything that no other class names."""


class Misused(ScalingoError):
    """The command line is wrong, or a question could not be asked."""

    exit_code = ExitCode.MISUSED


class BadUsage(Misused):
    """The options or arguments do not go together, or are not of the form that they should be.

    `ctx` is what the command was run with, for its usage to be shown.
    """

    ctx: click.Context | None = None


class Declined(Misused):
    """The user was asked and said no."""


class NotFound(ScalingoError):
    """The platform has no such thing (404)."""

    exit_code = ExitCode.NOT_FOUND


class UnknownApp(NotFound):
    """The platform has no app called `app`, or none that the user may see."""

    app = ""


class NotAllowed(ScalingoError):
    """Not signed in, or signed in as someone who may not do this (401, 403)."""

    exit_code = ExitCode.NOT_ALLOWED


class OTPRequired(NotAllowed):
    """The password was right, and the platform also asks for a one-time code."""


class Rejected(ScalingoError):
    """The platform understood and refused (400, 402, 409, 422)."""

    exit_code = ExitCode.REJECTED


class TryAgain(ScalingoError):
    """The platform is out of reach or busy for now (429, 5xx, no connection, no answer).

    `unsent` says that the request surely did not arrive, `lasts` that a moment changes nothing.
    """

    exit_code = ExitCode.TRY_AGAIN
    unsent = False
    lasts = False


class TimedOut(ScalingoError):
    """`--timeout` ran out while the operation goes on."""

    exit_code = ExitCode.TIMED_OUT


class Interrupted(ScalingoError):
    """The user pressed Ctrl-C."""

    exit_code = ExitCode.INTERRUPTED


class Rehearsed(Exception):
    """Not an error: a rehearsal ends where the answer of a request is needed that was not sent."""


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return a question that offers the names nearest to `name`, empty where none is near."""
    from difflib import get_close_matches

    spelt: dict[str, str] = {}
    for known in names:
        spelt.setdefault(known.casefold(), known)
    near = [spelt[match] for match in get_close_matches(name.casefold(), spelt)]
    if not near:
        return ""
    *others, last = near
    return f"Did you mean {', '.join(others)} or {last}?" if others else f"Did you mean {last}?"


MAY_BE_DONE = "It may have been done all the same: look before you retry."


def refusal(
    status: int,
    body: str,
    *,
    parts: tuple[str, ...] = (),
    retry_after: int | None = None,
    request_id: str | None = None,
    token_source: str | None = None,
    token_of_elsewhere: bool = False,
    is_regional: bool = False,
    method: str = "GET",
) -> ScalingoError:
    """Turn an HTTP status of 300 or more into the error to raise; no other place does.

    `parts` are the path's parts, to name what was not found; `token_source` is where the
    refused token came from, None when the request carried none; `token_of_elsewhere` says that
    it looks like one of the other platform: `is_regional` tells which was asked. `method` tells
    whether something may have been done. The bodies are those of the API's documents: `error`,
    `errors`, `resource`, `url`, `message`, or plain text.
    """
    document = _document(body)
    said = _said(document)
    kind: type[ScalingoError] = Failed
    hint: str | None = None
    if status == 401:
        kind = NotAllowed
        if token_source:
            message = f"The platform refused the token from {token_source}."
            if token_of_elsewhere and not is_regional:
                hint = "It belongs to a region: name one with --region or SCALINGO_REGION."
            elif token_source == "SCALINGO_API_TOKEN":  # noqa: S105 - a variable's name
                hint = "Check its value, or unset it and run: scalingo login"
            else:
                hint = "Sign in again: scalingo login"
            if token_of_elsewhere and is_regional:
                hint = f"A region's tokens begin with tk-. {hint}"
        elif said == "OTP Required":  # exactly, by the official client
            kind = OTPRequired
            message = "The platform asks for a one-time code."
            hint = "Scripts give it with --otp."
        else:
            message = f"The platform refused to sign you in: {said or 'no reason given'}."
    elif status == 402:
        kind = Rejected
        message = f"{said or 'The platform asks for a verified account or a payment method'}."
        url = document.get("url")
        hint = f"See {url}" if url else None
    elif status == 403:
        kind = NotAllowed
        message = f"You are not allowed to do this{f': {said}' if said else ''}."
    elif status in {404, 410} and parts == ("users", "sign_in"):
        kind = NotFound
        message = "This platform no longer signs in the way of the legacy API."
        hint = "Name a region: scalingo login --region osc-fr1"
    elif status in {404, 410} and (
        parts == ("tokens", "exchange") or (parts == ("tokens",) and not token_source)
    ):
        kind = NotFound
        message = "This platform makes no tokens: it is not the regional."
        hint = "Check SCALINGO_AUTH_URL; for the legacy API, name no region."
    elif status == 404:
        kind = UnknownApp if document.get("resource") == "app" and len(parts) > 1 else NotFound
        message, hint = _missing(document, said, parts)
    elif status == 408:
        kind = TryAgain
        message = "The platform gave up waiting for the request."
        hint = "Check your connection, then try again."
    elif status == 429:
        kind = TryAgain
        message = "The platform takes no more requests for now: too many in one minute."
        hint = f"Try again in {'a minute' if retry_after is None else f'{retry_after} seconds'}."
    elif status in {400, 409, 422}:
        kind = Rejected
        message = f"The platform rejected the request: {said or f'no reason given ({status})'}."
    elif status >= 500:
        kind = TryAgain
        message = f"The platform failed to answer ({status}{f': {said}' if said else ''})."
        hint = MAY_BE_DONE
        if method in {"GET", "HEAD"}:
            hint = "Try again in a moment; https://scalingostatus.com tells of incidents."
    elif status < 400:
        message = f"The platform points elsewhere instead of answering ({status})."
        hint = "Check SCALINGO_API_URL."
    else:
        message = f"The platform refused the request ({status}{f': {said}' if said else ''})."
    error = kind(message, hint, status=status, request_id=request_id)
    error.retry_after = retry_after
    if isinstance(error, UnknownApp):
        error.app = parts[1]
    return error


LONGEST_REASON = 400  # characters
LISTED = {"addons", "collaborators", "deployments", "domains", "events"}  # by commands called so


def _document(body: str) -> dict[str, object]:
    import json

    try:
        document = json.loads(body)
    except (ValueError, RecursionError):  # plain text (429) or HTML: the status speaks
        return {}
    return document if isinstance(document, dict) else {}


def _said(document: dict[str, object]) -> str:
    """Return the platform's own reason, on one line of a readable length, without full stop."""
    for key in ("errors", "error", "message"):
        if reasons := "; ".join(_flat(document.get(key) or [])):
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


def _missing(
    document: dict[str, object], said: str, parts: tuple[str, ...]
) -> tuple[str, str | None]:
    resource = str(document.get("resource") or "").replace("_", " ")
    if not resource:
        detail = f" ({said})" if said and said != "not found" else ""
        hint = None if document else "Check that SCALINGO_API_URL leads to the API."
        place = f"at {'/'.join(parts)}" if parts else "there"
        return f"The platform has nothing {place}{detail}.", hint
    if resource == "app" and len(parts) > 1:
        return f'There is no app called "{parts[1]}".', None
    name = f' "{parts[-1]}"' if len(parts) % 2 == 0 and parts else ""
    hint = None
    if len(parts) == 4 and parts[2] in LISTED:
        from shlex import quote

        hint = f"List them: scalingo {parts[2]} --app {quote(parts[1])}"
    return f"There is no such {resource}{name}.", hint
