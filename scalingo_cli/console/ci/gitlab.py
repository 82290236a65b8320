"""GitLab CI: sections of the job log, and a report of variables for later jobs, if asked for.

It has neither masks at run time nor annotations of a line or summaries of text.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from scalingo_cli.console.ci.files import append
from scalingo_cli.console.ci.host import Host, write
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from scalingo_cli.console.ci.host import Report

MOST_BYTES = 5 * 1024  # of a dotenv report
CLEAR = "\x1b[0K"  # hides a marker in the log; the 0 is required


class GitLab(Host):
    """A GitLab CI job."""

    outputs_variable = "SCALINGO_CI_DOTENV"

    def __init__(self) -> None:
        self._sections: list[str] = []

    def begin_group(self, title: str) -> None:
        """Begin a section. The title may hold names from the platform."""
        from secrets import token_hex

        self._sections.append(f"scalingo_{token_hex(4)}")  # unique within the job
        marker = f"section_start:{time.time():.0f}:{self._sections[-1]}"
        write(f"{CLEAR}{marker}\r{CLEAR}{visible(title)}")

    def end_group(self) -> None:
        """End the section."""
        write(f"{CLEAR}section_end:{time.time():.0f}:{self._sections.pop()}\r{CLEAR}")

    def report(self, report: Report) -> list[str]:
        """Add the outputs to the dotenv report that `SCALINGO_CI_DOTENV` names, if it does."""
        problem = append(
            self.outputs_variable, lambda held: variables(report, held), MOST_BYTES, create=True
        )
        return [problem] if problem else []


def variables(report: Report, held: bytes) -> str:
    """Return the lines of a dotenv report. What one cannot hold, such as spaces, is left out."""
    start = "" if not held or held.endswith(b"\n") else "\n"
    lines = [
        f"SCALINGO_{'APP_NAME' if name == 'app' else name.upper()}={value}\n"
        for name, value in report.outputs.items()
        if re.fullmatch(r"""[^\s'"`$\\#]+""", value)
    ]
    return start + "".join(lines)
