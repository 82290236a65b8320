"""A host of CI jobs, and what a run can say to it: nothing that fails the job, or is on stdout."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli.console import prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Report(NamedTuple):
    """What one run did, for the summary and the outputs of a job.

    Attributes:
        command: The command, such as `scalingo scale`, without arguments, which may be secret.
        app: The app that it acted on, if any.
        result: What was done, or what went wrong.
        exit_code: The exit code.
        seconds: How long it took.
        facts: What later steps may need, by name, such as `deployment_id`.
    """

    command: str
    app: str | None
    result: str
    exit_code: int
    seconds: float
    facts: Mapping[str, str]

    @property
    def outputs(self) -> dict[str, str]:
        """All that later steps may need, by name."""
        status = "failure" if self.exit_code else "success"
        own = {"status": status, "exit_code": str(int(self.exit_code))}
        return {**own, **({"app": self.app} if self.app else {}), **self.facts}


class Host:
    """A host that shows nothing. The others write to stderr and to files, never to stdout."""

    masks = False  # whether `mask` does anything
    outputs_variable = ""  # names the file for outputs, if they are wanted

    @property
    def needs_url(self) -> bool:
        """Whether the address of a deployed app is one of the outputs."""
        return bool(os.environ.get(self.outputs_variable))

    def begin_group(self, title: str) -> None:
        """Begin a part of the log that can be folded."""

    def end_group(self) -> None:
        """End the part that can be folded."""

    def let_through(self) -> None:
        """Let the host read no commands in what follows on stdout, until the next call or close."""

    def close(self) -> None:
        """Let the host read commands again."""

    def mask(self, values: Iterable[str]) -> None:
        """Hide values in the log from now on."""

    def annotate(self, title: str, message: str) -> None:
        """Show an error where the host collects them."""

    def report(self, report: Report) -> list[str]:
        """Add a run to the summary and the outputs of the job; return what could not be written."""
        return []


def write(text: str) -> None:
    """Write a line to stderr at once; one that nobody can read is dropped."""
    with suppress(OSError, ValueError):
        prose.write(f"{text}\n")
