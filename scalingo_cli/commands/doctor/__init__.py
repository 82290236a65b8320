"""`scalingo doctor`: what works here and in scripts, and what to do about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.console.view import Column, View, status
from scalingo_cli.errors import ExitCode

if TYPE_CHECKING:
    from scalingo_cli.session import Session

CHECK = View(
    "checks",
    "check",
    {"Check": "name", "Status": status("status"), "Found": "message", "Remedy": "remedy"},
)
# At a terminal, fixes are below the table, so that they can be copied.
SHORT = View(
    "checks", "check", {title: CHECK.columns[title] for title in ("Check", "Status", "Found")}
)


FINDING = View(
    "findings",
    "finding",
    {
        "Place": Column(lambda record: f"{record['file']}:{record['line']}"),
        "Line": "text",
        "Instead": "instead",
        "Problem": "problem",
    },
    empty="Nothing to replace.",
)


@click.group("doctor", cls=Group, default="check")
def command() -> None:
    """Check the sign-in, the connection and the local setup."""


@command.command(
    "scripts",
    examples=[
        "scalingo doctor scripts .",
        "scalingo doctor scripts . --json | jq -r '.findings[].instead'",
    ],
)
@click.argument("directory", metavar="DIRECTORY|FILE", type=click.Path())
@click.pass_obj
def scripts(session: Session, directory: str) -> ExitCode:
    """Find lines in scripts and CI files to replace, and show what replaces each.

    Finds lines that read the official client's tables, put a token on a command line, or wait by
    sleeping. Nothing is changed. Exits with 10 if there are such lines.
    """
    from dataclasses import asdict

    from scalingo_cli.commands.doctor import script_lines

    findings = [asdict(finding) for finding in script_lines.search(directory)]
    session.show({"findings": findings}, FINDING)
    return ExitCode.DIFFERENT if findings else ExitCode.DONE


@command.command(
    "check",
    takes_app=True,
    examples=[
        "scalingo doctor",
        "scalingo doctor --json | jq -r '.checks[] | select(.status != \"ok\") | .remedy'",
    ],
)
@click.pass_context
def check(context: click.Context) -> ExitCode:
    """Check the sign-in, the connection and the local setup.

    Each check ends in ok, a warning or a failure, with a suggested fix. Exits with 1 if any check
    fails.
    """
    from scalingo_cli.commands.doctor import checks
    from scalingo_cli.completion import scripts

    session: Session = context.obj
    root = cast("click.Group", context.find_root().command)
    findings = list(checks.diagnose(session, lambda shell: scripts.script(shell, root)))
    from dataclasses import asdict

    document = {"checks": [asdict(finding) for finding in findings]}
    session.show(document, SHORT if session.console.terminal else CHECK)
    if session.console.terminal and not session.console.as_json:
        for finding in findings:
            if finding.remedy:
                session.say(f"{finding.name}: {finding.remedy}")
    failed = any(finding.status == checks.FAILURE for finding in findings)
    return ExitCode.FAILED if failed else ExitCode.DONE
