"""Everything that can go wrong: one sentence, a hint, an exit code."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes that scripts can rely on; README has the same table."""

    DONE = 0
    FAILED = 1
    MISUSED = 2
    NOT_FOUND = 3
    NOT_ALLOWED = 4
    REJECTED = 5
    TRY_AGAIN = 6
    TIMED_OUT = 124
    INTERRUPTED = 130


class ScalingoError(Exception):
    """What stopped the command.

    `message` is one sentence in the user's words and `hint` says what to run or change next.
    `status` and `request_id` are set when the platform answered.
    """

    exit_code = ExitCode.FAILED

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


class NotFound(ScalingoError):
    """The platform has no such thing (404)."""

    exit_code = ExitCode.NOT_FOUND


class NotAllowed(ScalingoError):
    """Not signed in, or signed in as someone who may not do this (401, 403)."""

    exit_code = ExitCode.NOT_ALLOWED


class Rejected(ScalingoError):
    """The platform understood and refused (400, 402, 409, 422)."""

    exit_code = ExitCode.REJECTED


class TryAgain(ScalingoError):
    """The platform is out of reach or busy for now (429, 5xx, no connection, no answer)."""

    exit_code = ExitCode.TRY_AGAIN


class TimedOut(ScalingoError):
    """`--timeout` ran out while the operation goes on."""

    exit_code = ExitCode.TIMED_OUT
