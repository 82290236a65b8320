"""The root command; the one place where errors are printed."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import click

from scalingo_cli import __version__
from scalingo_cli.cli.command import EVERYTHING, Branch, NoSuchCommand
from scalingo_cli.cli.failure import document_of, exit_code_of, failure_of
from scalingo_cli.cli.options import (
    app_option,
    dry_run_options,
    global_options,
    json_option,
    query_options,
    remote_option,
    session_of,
)
from scalingo_cli.console.prose import for_stderr
from scalingo_cli.contents import CONTENTS, LONG_TAIL
from scalingo_cli.errors import (
    BadUsage,
    Declined,
    ExitCode,
    Interrupted,
    Misused,
    NextStep,
    NotFound,
    QueryFailed,
    ScalingoError,
    UnknownApp,
    nearest,
    one_of,
)
from scalingo_cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.process.clock import Clock

EXAMPLE = "scalingo sandbox -- scalingo apps"
STREAMS = ("stdin", "stdout", "stderr")


def _help_all(context: click.Context, _: click.Parameter, asked: bool) -> None:
    """Print the help with every command in it."""
    if asked:
        context.meta[EVERYTHING] = True
        click.echo(context.get_help(), color=context.color)
        context.exit()


class Root(Branch):
    """The root command: it imports only the module of the command that runs."""

    examples = (EXAMPLE,)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name in the order of the help."""
        return [name for section in CONTENTS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None if there is none by this name."""
        if cmd_name not in self.list_commands(ctx):
            from scalingo_cli import compat

            return compat.command(cmd_name)
        from importlib import import_module

        module = import_module(f"scalingo_cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command named by the first word, in our spelling or the official one."""
        if args[0] not in self.list_commands(ctx):
            from scalingo_cli import compat

            args = compat.ours(ctx, args)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of contents, without the long tail unless all of it is asked for."""
        left_out = set() if ctx.meta.get(EVERYTHING) else LONG_TAIL
        width = max(len(name) for name in self.list_commands(ctx) if name not in left_out)
        for section, commands in CONTENTS.items():
            with formatter.section(section):
                formatter.write_dl(
                    [
                        (f"{name:{width}}", summary)
                        for name, summary in commands.items()
                        if name not in left_out
                    ]
                )
        if left_out:
            formatter.write("\nAll commands: scalingo help all\n")


@click.group(
    cls=Root,
    params=[
        app_option(),
        remote_option(),
        json_option(),
        *query_options(hidden=True),
        *dry_run_options(hidden=True),
        *global_options(hidden=False),
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"Try it without an account: {EXAMPLE}",
)
@click.option(
    "--help-all", is_flag=True, is_eager=True, expose_value=False, hidden=True, callback=_help_all
)
@click.version_option(__version__, "-v", "--version", message="scalingo version %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Work with the Scalingo platform from the command line."""
    session_of(context)


def main(arguments: list[str], clock: Clock | None = None) -> int:
    """Run one command line, print its error if it has one, and return its exit code.

    What waits for the platform's rate limit, to retry a request or between two looks, does so in
    the time of `clock`, by default the machine's.
    """
    session = Session(clock=clock)
    usage: click.Context | None = None
    try:
        _prepare_streams()
        code = _run(arguments or ["--help"], session)
        dry_run = session.dry_run
        if dry_run and session.console.as_json:
            sys.stdout.write(session.console.json(dry_run.document))
        elif dry_run:
            dry_run.write()
        sys.stdout.flush()
        _report_to_ci(session, code)
        _flush_stderr()
        return code
    except ScalingoError as error:
        failure = error
        usage = error.ctx if isinstance(error, BadUsage) else None
    except click.ClickException as error:
        failure = misuse(error)
        usage = getattr(error, "ctx", None) if type(failure) is Misused else None
        session.console.as_json = session.console.as_json or asks_for_json(arguments)
    except (click.Abort, KeyboardInterrupt) as error:
        failure = failure_of(error)
    except BrokenPipeError:  # the reader has gone, so there is nobody to report it to
        if host := session.console.ci:
            host.close()
        _close_streams()
        return ExitCode.DONE
    except Exception as error:
        failure = failure_of(error)
        if session.apis.debug and not isinstance(error, OSError):
            write_traceback(error)
    _report_last(failure, session, usage)
    return failure.exit_code


def _run(arguments: list[str], session: Session) -> int:
    """Run a command line, and return its exit code. Raises what stopped it, with advice."""
    try:
        return exit_code_of(cli, arguments, session)
    except QueryFailed as error:
        if session.apis.may_have_changed:
            error.advise("The change was made: only its output failed.")
        raise
    except UnknownApp as error:
        from scalingo_cli.elsewhere import hints

        error.advise(*hints(error, cli, arguments, session))
        raise
    except NotFound as error:
        if not error.hints:
            error.advise(_listing(error.collection, session))
        raise


def _listing(collection: Sequence[str], session: Session) -> str | None:
    """Return the command that lists the collection in which something was not found, if any."""
    match collection:
        case ["apps", _, "operations"]:  # the API does not list them
            return None
        case ["databases"]:
            return NextStep("List them", session.auth.line("databases"))
        case ["apps", app, noun] if any(noun in commands for commands in CONTENTS.values()):
            return NextStep("List them", session.auth.line(noun, app))
    return None


def _prepare_streams() -> None:
    # A stream that the caller closed would be the next file that we open, and get our output.
    while (handle := os.open(os.devnull, os.O_RDWR)) < len(STREAMS):
        pass
    os.close(handle)
    for number, name in enumerate(STREAMS):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r"))
    for name in STREAMS[1:]:
        stream = getattr(sys, name)
        # A terminal has its own encoding; data in a pipe is UTF-8, as when it is read back.
        encoding = None if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _report_last(failure: ScalingoError, session: Session, usage: click.Context | None) -> None:
    """Report what ends this process, and leave no output that Python would fail to flush."""
    try:
        report(failure, session, usage)
        _report_to_ci(session, failure.exit_code, failure)
        sys.stderr.flush()
        sys.stdout.flush()
    except OSError:  # nobody can read it: the exit code has to do
        _close_streams()


def _report_to_ci(session: Session, code: int, failure: ScalingoError | None = None) -> None:
    """Report to the host of a CI job, if this is one, how the run ended."""
    console = session.console
    host = console.ci
    if host is None:
        return
    host.close()
    if failure and not isinstance(failure, (Declined, Interrupted)) and not console.as_json:
        host.annotate(session.command, " ".join([failure.message, *failure.hints]))
    if not session.is_reported or session.dry_run:
        return
    from scalingo_cli.console.ci.host import Report

    facts = dict(console.facts)
    if host.needs_url and session.acted_on and not failure and "deployment_id" in facts:
        facts["app_url"] = _url_of_app(session, session.acted_on)
    result = failure.message if failure else " ".join(console.done)
    seconds = time.monotonic() - session.started
    for problem in host.report(
        Report(session.command, session.acted_on, result, code, seconds, facts)
    ):
        console.progress(problem)


def _url_of_app(session: Session, name: str) -> str:
    """Return the address of an app, empty if the platform does not send it soon."""
    from scalingo_cli.console.view import at
    from scalingo_cli.settings import HINT_SECONDS

    try:
        document = session.api.get("apps", name, within_seconds=HINT_SECONDS)
    except ScalingoError:  # the report is made without it
        return ""
    return str(at(document, "app.url") or "")


def _flush_stderr() -> None:
    """Drop messages that nobody can read, for Python would exit with 120 over them."""
    try:
        sys.stderr.flush()
    except OSError:
        _close_streams()


def _close_streams() -> None:
    """Discard what remains to be flushed, for Python would report it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def misuse(error: click.ClickException) -> ScalingoError:
    """Return Click's usage error as one of ours, with the names nearest to a mistyped one.

    It quotes what was typed, unless that is a key.
    """
    message, _, choices = error.format_message().partition(" Choose from:")
    message = f"{message.removesuffix('.')}."
    hint = f"Valid values: {' '.join(choices.split())}." if choices else None
    if "-----BEGIN " in message:
        message = "Pass the name of the key's file, not the key itself."
    elif isinstance(error, NoSuchCommand) and isinstance(error.ctx, click.Context):
        hint = _nearest(error.name, error.ctx)
    elif isinstance(error, click.NoSuchOption) and error.ctx:
        from scalingo_cli import compat

        absent = compat.absent_option(error.ctx.command_path, error.option_name)
        if absent:
            return absent
        message = f"Unknown option {error.option_name}."
        hint = _nearest(error.option_name, error.ctx)
    return Misused(message, hint)


def _nearest(name: str, context: click.Context) -> str:
    """Return which of a command's options or commands may have been meant, or what lists them."""
    from scalingo_cli.cli.synonyms import SYNONYMS

    command = context.command
    everything = f"{context.command_path} --help"
    near = list(SYNONYMS.get(name.casefold(), ()))
    if name.startswith("-"):
        # Without dashes, which all options have in common.
        spelt = {
            spelling.lstrip("-"): spelling
            for parameter in [*command.get_params(context), *global_options(hidden=False)]
            if isinstance(parameter, click.Option) and not parameter.hidden
            for spelling in parameter.opts
        }
        near = near or [spelt[word] for word in nearest(name.lstrip("-"), spelt)]
    elif isinstance(command, click.Group):
        names = command.list_commands(context)
        near = [line for line in near if line.split()[0] in names] or nearest(name, names)
    if context.parent is None:
        return f"{one_of(near)} {context.command_path} help all lists all commands.".strip()
    return one_of(near) or NextStep("For help", everything)


def asks_for_json(arguments: list[str]) -> bool:
    """Return whether a command line that could not be parsed asks for JSON with its options."""
    options = arguments[: arguments.index("--") if "--" in arguments else None]
    return any(
        word in {"--json", "--format=json", "--query"} or word.startswith("--query=")
        for word in options
    )


def write_traceback(error: Exception) -> None:
    """Write the traceback of an error to stderr, without its message, which may quote secrets."""
    import traceback

    sys.stderr.writelines(traceback.format_tb(error.__traceback__))
    sys.stderr.write(f"{type(error).__name__}\n")


def report(error: ScalingoError, session: Session, usage: click.Context | None = None) -> None:
    """Print an error on stderr, as JSON with --json."""
    if session.console.as_json:
        import json

        text = json.dumps({"error": document_of(error, session.apis.may_have_changed)})
        # GitHub Actions would read a command in it.
        sys.stderr.write(text.replace("##[", r"##\u005b") + "\n")
        return
    # Ctrl-C leaves the cursor after a ^C; answering no is not an error.
    start = {Interrupted: "\n", Declined: ""}.get(type(error), "Error: ")
    sys.stderr.write(start if start == "\n" else "")
    sys.stderr.write(
        for_stderr(start.strip("\n") + error.message, "red" if start == "Error: " else None)
    )
    sys.stderr.writelines(map(for_stderr, error.advice))
    if usage and usage.parent:  # that of the root shows nothing
        sys.stderr.write(f"{usage.get_usage()}\n")
        for example in getattr(usage.command, "examples", ())[:1]:
            sys.stderr.write(f"Example: {example}\n")
