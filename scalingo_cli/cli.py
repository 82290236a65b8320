"""The root command and its table of contents; the one place where errors are printed."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from scalingo_cli import __version__
from scalingo_cli.errors import ExitCode, Misused, ScalingoError
from scalingo_cli.options import common_options, session_of, spelt_apart
from scalingo_cli.output import visible
from scalingo_cli.rehearsal import Rehearsed
from scalingo_cli.session import Session

# Every command by section, with its one line of help: the first line of its docstring.
CONTENTS: dict[str, dict[str, str]] = {
    "Account": {
        "login": "Sign in and keep the token in the keyring.",
        "logout": "Forget the token.",
        "whoami": "Tell who is signed in, where, and by which token.",
    },
    "Apps": {
        "apps": "List, create, rename, transfer and delete apps.",
        "env": "Read and change the variables of an app.",
        "events": "Tell what happened to an app.",
        "deployments": "List, show and follow deployments.",
    },
    "Containers": {
        "scale": "Show or change how many containers run, and their size.",
        "restart": "Restart containers.",
        "operations": "Show an operation, or wait for its end.",
    },
    "More": {"sandbox": "Run a pretend Scalingo on this machine."},
}


class Root(click.Group):
    """The root command: it imports the module of the one command that runs, and no other."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options that stand before the command."""
        return super().parse_args(ctx, spelt_apart(args, interspersed=False))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name in the order of the help."""
        return [name for section in CONTENTS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, None where there is none by this name."""
        if cmd_name not in self.list_commands(ctx):
            from scalingo_cli import drop_in

            return drop_in.command(self, ctx, cmd_name)
        from importlib import import_module

        module = import_module(f"scalingo_cli.commands.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of contents."""
        width = max(map(len, self.list_commands(ctx)))
        for section, commands in CONTENTS.items():
            with formatter.section(section):
                formatter.write_dl(
                    [(f"{name:{width}}", summary) for name, summary in commands.items()]
                )


@click.group(
    cls=Root,
    params=common_options(takes_app=True, root=True),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Try it without an account: scalingo sandbox -- scalingo apps",
)
@click.version_option(__version__, message="%(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """The Scalingo platform at the command line."""
    session_of(context)


def main(arguments: list[str]) -> int:
    """Run one command line, print its error if it has one, and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal shows its own encoding; data in a pipe is UTF-8, as it is read back.
        encoding = None if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="backslashreplace")  # type: ignore[union-attr] # always text streams
    session = Session()
    try:
        code = cli.main(
            arguments or ["--help"], prog_name="scalingo", standalone_mode=False, obj=session
        )
        _end_rehearsal(session)
        sys.stdout.flush()
        return code if isinstance(code, int) else ExitCode.DONE
    except Rehearsed:
        _end_rehearsal(session)
        return ExitCode.DONE
    except ScalingoError as error:
        report(error, session)
        return error.exit_code
    except click.ClickException as error:
        report(misuse(error), session, usage=getattr(error, "ctx", None))
        return ExitCode.MISUSED
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("\nInterrupted.\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader has left: nothing more to say, and nothing to flush at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE


def _end_rehearsal(session: Session) -> None:
    if session.rehearsal:
        session.rehearsal.write(as_json=session.as_json)


def misuse(error: click.ClickException) -> ScalingoError:
    """Return Click's complaint as one of ours."""
    return Misused(error.format_message())


def report(error: ScalingoError, session: Session, usage: click.Context | None = None) -> None:
    """Print an error on stderr, as JSON where the user asked for JSON."""
    if session.as_json:
        import json

        fields: dict[str, Any] = {
            "message": error.message,
            "code": int(error.exit_code),
            "status": error.status,
            "hint": error.hint,
            "request_id": error.request_id,
        }
        sys.stderr.write(json.dumps({"error": fields}) + "\n")
        return
    sys.stderr.write(f"Error: {visible(error.message)}\n")
    if usage:
        sys.stderr.write(f"{usage.get_usage()}\n")
    if error.hint:
        sys.stderr.write(f"{visible(error.hint)}\n")
