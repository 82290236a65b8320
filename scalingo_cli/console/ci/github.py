"""GitHub Actions: workflow commands on stderr, which it reads as it does stdout; step files."""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import TYPE_CHECKING

from scalingo_cli.console.ci.files import append
from scalingo_cli.console.ci.host import Host, Report, write
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES = 2**20  # of a summary and of the outputs of a step
LONGEST = 400  # characters of a text in the summary
SHORTEST_MASK = 4  # characters: masking "1" or "no" would hide them wherever they appear
COMMON = r"(?i)true|false|null|none|-----(?:BEGIN|END) .*"  # likewise
HEADER = "| Command | App | Commit | Result | Took |\n| --- | --- | --- | --- | --- |\n"


class GitHub(Host):
    """A step of a GitHub Actions job.

    Commands that were stopped stay so until the end of the step if this process is killed.
    """

    masks = True
    outputs_variable = "GITHUB_OUTPUT"

    def __init__(self) -> None:
        self._token = ""  # while commands are stopped
        self._groups = 0

    def begin_group(self, title: str) -> None:
        """Begin a part of the log that can be folded; groups do not nest, so inner ones are lines.

        The title may hold names from the platform.
        """
        if not self._groups:
            self._command("group", title)
        self._groups += 1

    def end_group(self) -> None:
        """End the part that can be folded."""
        self._groups -= 1
        if not self._groups:
            self._command("endgroup")

    def let_through(self) -> None:
        """Stop workflow commands, for text from elsewhere may look like one."""
        if not self._token:
            from secrets import token_hex

            self._token = token_hex(16)
            write(command("stop-commands", self._token))

    def close(self) -> None:
        """Resume workflow commands."""
        if self._token:
            write(f"::{self._token}::")
            self._token = ""

    def mask(self, values: Iterable[str]) -> None:
        """Hide values in the log from now on: each line of each, as a mask is one line.

        The mask is written only to a pipe, such as the runner's: in a file the secret would stay.
        """
        if not _is_pipe():
            return
        lines = {line.strip() for value in values for line in value.splitlines()}
        for line in sorted(lines):
            if len(line) >= SHORTEST_MASK and not re.fullmatch(COMMON, line):
                self._command("add-mask", line)

    def annotate(self, title: str, message: str) -> None:
        """Show an error in the summary of the run and beside the commit."""
        self._command("error", message, title=title)

    def report(self, report: Report) -> list[str]:
        """Add a row to the job summary, and set the outputs of the step."""
        problems = [
            append("GITHUB_STEP_SUMMARY", lambda held: summary(report, held), MOST_BYTES),
            append(self.outputs_variable, lambda held: outputs(report, held), MOST_BYTES),
        ]
        return list(filter(None, problems))

    def _command(self, name: str, value: str = "", **properties: str) -> None:
        self.close()
        write(command(name, value, **properties))


def _is_pipe() -> bool:
    try:
        mode = os.fstat(sys.stderr.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def command(name: str, value: str = "", **properties: str) -> str:
    """Return a workflow command, escaped as the runner unescapes it."""
    given = ",".join(f"{key}={_escaped(text, ':,')}" for key, text in properties.items())
    return f"::{name}{' ' if given else ''}{given}::{_escaped(value)}"


def _escaped(text: str, more: str = "") -> str:
    return re.sub(f"[%\r\n{more}]", lambda match: f"%{ord(match[0]):02X}", text)


def summary(report: Report, held: bytes) -> str:
    """Return a row of Markdown, with a header unless `held`, the summary so far, ends in a row."""
    result = "done" if not report.exit_code else f"failed, exit code {int(report.exit_code)}"
    if said := code(report.result):
        result += f": {said}"
    cells = [
        code(report.command),
        code(report.app or ""),
        code(report.facts.get("commit", "")),
        result,
        f"{report.seconds:.0f} s",
    ]
    row = f"| {' | '.join(cells)} |\n"
    if held.rpartition(b"\n")[0].rpartition(b"\n")[2].startswith(b"| `scalingo"):
        return row
    start = "" if not held else "\n" if held.endswith(b"\n") else "\n\n"
    return f"{start}{HEADER}{row}"


def code(text: str) -> str:
    """Return a text as a code span in a table: no Markdown, HTML, mention or link in it is read."""
    text = visible(text).strip()
    if not text:
        return ""
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}…"
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{edge}{text}{edge}{fence}".replace("|", r"\|")


def outputs(report: Report, held: bytes) -> str:
    """Return the outputs of a step, each between random delimiters, so that no value can end it."""
    from secrets import token_hex

    delimiter = f"ghadelimiter_{token_hex(16)}"
    lines = [
        f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in report.outputs.items()
    ]
    return ("" if not held or held.endswith(b"\n") else "\n") + "".join(lines)
