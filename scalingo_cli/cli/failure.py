"""How a command line ends: its exit code, or any exception as one of our errors, also as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.errors import DryRunEnded, ExitCode, Failed, Interrupted, Misused, ScalingoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.session import Session


def exit_code_of(root: click.Command, arguments: Sequence[str], session: Session) -> int:
    """Run a command line, and return its exit code. Raises what stopped it."""
    # Not `root.main`, which exits with 1 on a closed pipe and prints an empty line on Ctrl-C.
    try:
        with root.make_context("scalingo", list(arguments), obj=session) as context:
            code = root.invoke(context)
    except click.exceptions.Exit as end:
        code = end.exit_code
    except DryRunEnded:
        code = ExitCode.DONE
    finally:
        session.console.stop_drawing()
    return code if isinstance(code, int) else ExitCode.DONE


def failure_of(error: BaseException) -> ScalingoError:
    """Return what stopped a command as one of our errors.

    The message of an unexpected error is left out, for it may quote a secret.
    """
    if isinstance(error, ScalingoError):
        return error
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        return Interrupted("Interrupted.")
    if isinstance(error, click.ClickException):
        return Misused(error.format_message())
    if isinstance(error, OSError):
        problem = error.filename or "Could not write the output"
        return Failed(f"{problem}: {error.strerror or error}.")
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    place = f", {last.tb_frame.f_code.co_name} line {last.tb_lineno}" if last else ""
    return Failed(
        f"Unexpected error in scalingo ({type(error).__name__}{place}).",
        "This is a bug. Run the command again with --debug to see where it fails, and report it.",
    )


def document_of(error: ScalingoError, may_have_changed: bool) -> dict[str, Any]:
    """Return the JSON object of an error.

    `may_have_changed` says that the command changed something before it failed, as far as it can
    be known.
    """
    return {
        "message": error.message,
        "code": int(error.exit_code),
        "status": error.status,
        "hint": error.hint,
        "request_id": error.request_id,
        "retryable": error.is_temporary and not may_have_changed,
        "next_steps": error.next_steps,
    }
