"""Everything that can go wrong: one sentence, a hint, an exit code."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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

    DONE = 0, "success"
    FAILED = 1, "failure: something failed on the platform, or any error not listed below"
    MISUSED = 2, "invalid usage, or an answer was needed and there is no terminal"
    NOT_FOUND = 3, "not found (404)"
    NOT_ALLOWED = 4, "not signed in or not allowed (401, 403)"
    REJECTED = 5, "rejected (400, 402, 409, 422)"
    TRY_AGAIN = 6, "try again later (429, 5xx, no connection, no response in time)"
    DIFFERENT = 10, "differences found (with `--exit-code`), or variables missing (`env check`)"
    TIMED_OUT = 124, "`--timeout` expired"
    HUNG_UP = 129, "the terminal was closed (SIGHUP)"
    INTERRUPTED = 130, "interrupted"
    TERMINATED = 143, "terminated (SIGTERM)"


class NextStep(str):
    """A hint that ends with a command line: `NextStep("List them", "scalingo apps")`.

    The line can be run as it is: a hint with a placeholder in its command is plain text.
    """

    line: str

    def __new__(cls, purpose: str, line: str) -> NextStep:
        """Write the hint."""
        self = super().__new__(cls, f"{purpose}: {line}")
        self.line = line
        return self


class ScalingoError(Exception):
    """What stopped the command.

    `hints` say what to run or change next. `is_temporary` says that it may be gone later although
    nobody changes anything, and `retry_after` in how many seconds, if the platform sent that.

    Args:
        message: One sentence in the user's words.
        hints: The hints; None is left out.
        status: The HTTP status, if the platform answered.
        request_id: The platform's ID of the request.
    """

    exit_code = ExitCode.FAILED
    is_temporary = False
    retry_after: int | None = None

    def __init__(
        self,
        message: str,
        *hints: str | None,
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hints: list[str] = []
        self.advise(*hints)
        self.status = status
        self.request_id = request_id

    def advise(self, *hints: str | None) -> None:
        """Add hints; None and empty ones are left out."""
        self.hints += filter(None, hints)

    @property
    def advice(self) -> list[str]:
        """The hints in lines, each of which ends with a command line if it has one."""
        lines = [""]
        for hint in self.hints:
            lines[-1] = f"{lines[-1]} {hint}".strip()
            if isinstance(hint, NextStep):
                lines.append("")
        return list(filter(None, lines))

    @property
    def hint(self) -> str | None:
        """The hints as one text; None if there are none."""
        return "\n".join(self.advice) or None

    @property
    def next_steps(self) -> list[list[str]]:
        """The command lines of the hints, as lists of words."""
        import shlex

        return [shlex.split(hint.line) for hint in self.hints if isinstance(hint, NextStep)]


class Failed(ScalingoError):
    """Something failed on the platform, or any error without a class of its own."""


class QueryFailed(Failed):
    """The expression of --query cannot be applied to what the command would have printed."""


class Misused(ScalingoError):
    """The command line is wrong, or a question could not be asked."""

    exit_code = ExitCode.MISUSED


class NoAppSelected(Misused):
    """Nothing names the app to act on."""


class BadUsage(Misused):
    """The options or arguments cannot be combined, or one is invalid.

    `ctx` is the command's context, for its usage to be shown.
    """

    ctx: click.Context | None = None


class Declined(Misused):
    """The user was asked and said no."""


class NotFound(ScalingoError):
    """The platform has no such thing (404).

    `collection` is the path of the collection that lacks it, such as ("apps", "tea-room",
    "domains"); `resource` is what the platform calls it, empty if it does not say.
    """

    exit_code = ExitCode.NOT_FOUND
    resource = ""
    collection: tuple[str, ...] = ()


class UnknownApp(NotFound):
    """The platform has no app called `app`, or the user may not see it.

    If it is a second app, `prefix` begins its own options for region and account, such as `with-`.
    """

    app = ""
    prefix = ""


class NotAllowed(ScalingoError):
    """Not signed in, or signed in as someone who may not do this (401, 403)."""

    exit_code = ExitCode.NOT_ALLOWED


class RegionClosed(NotAllowed):
    """The user has no access to the region."""


class OTPRequired(NotAllowed):
    """The password was right, and the platform also asks for a one-time code."""


class Rejected(ScalingoError):
    """The platform understood and refused (400, 402, 409, 422)."""

    exit_code = ExitCode.REJECTED


class TryAgain(ScalingoError):
    """The platform cannot be reached or is busy (429, 5xx, no connection, no response).

    `unsent` says that the request certainly did not arrive, `lasts` that an immediate retry is
    useless, `unreachable` that the address does not resolve or accepts no connection.
    """

    exit_code = ExitCode.TRY_AGAIN
    is_temporary = True
    unsent = False
    lasts = False
    unreachable = False

    @property
    def may_have_arrived(self) -> bool:
        """Whether the platform may have acted on the request: not at its rate limit (429)."""
        return self.status != 429 and not self.unsent


class TimedOut(ScalingoError):
    """`--timeout` expired while the operation continues."""

    exit_code = ExitCode.TIMED_OUT
    is_temporary = True


class Interrupted(ScalingoError):
    """The user pressed Ctrl-C."""

    exit_code = ExitCode.INTERRUPTED


class DryRunEnded(Exception):
    """Not an error: a dry run ends when it needs the response to a request that was not sent."""


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return a question with the names nearest to `name`; empty if none is near."""
    return one_of(nearest(name, names))


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """Return at most three names that are spelt like `name`, or else that contain it.

    One that differs only in case is the only one.
    """
    from difflib import get_close_matches

    spelt: dict[str, str] = {}
    for known in names:
        spelt.setdefault(known.casefold(), known)
    word = name.casefold()
    if word in spelt:
        return [spelt[word]]
    near = get_close_matches(word, spelt)
    if not near and len(word) >= SHORTEST_PART:
        near = [known for known in spelt if word in known][:3]
    return [spelt[match] for match in near]


def one_of(names: Sequence[str]) -> str:
    """Return the question whether one of the names was meant; empty if there are none."""
    if not names:
        return ""
    *others, last = names
    return f"Did you mean {', '.join(others)} or {last}?" if others else f"Did you mean {last}?"


SHORTEST_PART = 3  # characters that a name needs to be searched for in others
MAY_BE_DONE = "The change may have been made anyway: check before you retry."
