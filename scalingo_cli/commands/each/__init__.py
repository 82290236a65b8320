"""`scalingo each`: one command on many apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import everywhere_options, option, without_asking
from scalingo_cli.cli.types import CommandLine, Number, Word
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from scalingo_cli.session import Session

AT_ONCE = 4  # apps at a time, unless --jobs says otherwise
STATUSES = ("new", "running", "stopped", "crashed", "booting", "restarting", "scaling")


@click.command(
    "each",
    cls=Command,
    changes=True,
    reads_if=lambda _: False,  # its command may; that is asked when the root is known
    reversible=False,
    context_settings={"allow_interspersed_args": False},
    examples=[
        "scalingo each --match 'pinecrate-*' -- ps",
        "scalingo each --status running --all-regions -- scale | cut -f 1-4",
        "scalingo each --project Harvest --dry-run -- restart",
        "scalingo each --status running --match 'pinecrate-*' --yes -- restart --wait",
        "scalingo each --resume",
    ],
)
@option(
    "--project",
    metavar="NAME|ID",
    type=Word(listing="projects list"),
    help="Project of the apps, also as OWNER/NAME (default: all).",
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    metavar="STATUS",
    type=Word(*STATUSES),
    help="Status of the apps (default: all); may be repeated.",
)
@click.option(
    "--match",
    "patterns",
    multiple=True,
    metavar="PATTERN",
    type=Word(listing="apps list"),
    help="Name or pattern of the apps, such as 'shop-*' (default: all); may be repeated.",
)
@click.option(
    "--except",
    "exceptions",
    multiple=True,
    metavar="PATTERN",
    type=Word(listing="apps list"),
    help="Name or pattern of apps to leave out; may be repeated.",
)
@everywhere_options
@click.option(
    "-j",
    "--jobs",
    type=Number(int, 1, 40),
    metavar="N",
    default=AT_ONCE,
    help=f"Apps at the same time (default: {AT_ONCE}).",
)
@click.option("--fail-fast", is_flag=True, help="Start on no more apps after a failure.")
@click.option("--resume", is_flag=True, help="Continue an earlier run that did not finish.")
@click.option("--forget", is_flag=True, help="Forget an earlier run instead of continuing it.")
@click.option(
    "--unfinished",
    type=click.Choice(["again", "skip"]),
    metavar="again|skip",
    help="With --resume: what to do about apps that may have been changed already (default: ask).",
)
@without_asking
@click.option(
    "--confirm",
    metavar="'N apps'",
    help="Number of apps, to skip the prompt before they lose data.",
)
@click.argument("words", nargs=-1, type=CommandLine(), metavar="-- COMMAND...")
@click.pass_context
def command(context: click.Context, /, words: tuple[str, ...], **options: Any) -> int:
    """Run a command on many apps.

    COMMAND is any command that takes --app, written without that option. It runs on each app that
    matches all of --project, --status, --match and --except. A command that only reads starts
    immediately, and each line that it prints begins with the name of the app; one that changes
    something lists the apps and asks first. All apps of an account share its limit of 60 requests a
    minute.

    A failure does not stop the others. The exit code is the worst one; from best to worst: 0, 10,
    124, 6, 5, 3, 4, 2, 1, 130. With --json, prints a line for each app with its exit code, and its
    document or its error.

    Changes are recorded in a journal. After Ctrl-C, a failure or a crash, --resume does what is
    left, on the same apps (--match and --except narrow them down), changes nothing twice, and asks
    about apps that may have been changed already. A command with values, such as env set, must be
    given again, because values are not stored. --forget drops the last run that did not finish, or
    that of COMMAND.
    """
    from scalingo_cli.commands.each.many import forget, run

    session: Session = context.obj
    if session.selection.is_of_app:
        raise BadUsage("--app and --remote cannot be combined with each: use --match NAME.")
    if options["unfinished"] and not options["resume"]:
        raise BadUsage("--unfinished requires --resume.")
    if options.pop("forget"):
        if any(value for name, value in options.items() if name != "jobs"):
            raise BadUsage("--forget can only be combined with a command.")
        return forget(session, words)
    if not words and not options["resume"]:
        raise BadUsage("Missing command. For example: scalingo each --match 'shop-*' -- restart")
    return run(context.find_root().command, session, words, **options)
