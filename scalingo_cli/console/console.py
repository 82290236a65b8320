"""What a command shows, reports and asks: data on stdout, messages and prompts on stderr."""

from __future__ import annotations

import itertools
import os
import sys
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.console import terminal
from scalingo_cli.console.json_output import json_line, json_text, text_as_json, text_as_line
from scalingo_cli.console.prose import for_stderr, write
from scalingo_cli.errors import Declined, Interrupted, Misused, NextStep, ScalingoError
from scalingo_cli.settings import ci_host
from scalingo_cli.text.escape import harmless, json_piece, no_command, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TextIO

    from scalingo_cli.console.ci.host import Host
    from scalingo_cli.console.listing import Listing
    from scalingo_cli.console.query import Query
    from scalingo_cli.console.terminal import Terminal
    from scalingo_cli.console.view import Column, Record, View


NOTED = 1000  # records of an endless listing that are kept for completion
# What later steps of a CI job may need: for each root of a document, names and fields.
FACTS = {
    "app": {"app_url": "url"},
    "deployment": {"deployment_id": "id", "deployment_status": "status", "commit": "git_ref"},
    "operation": {"operation_id": "id", "operation_status": "status"},
}


class Streams(NamedTuple):
    """Where a run writes, and the terminal that stdout is, if it is one.

    A run with streams of its own reads no input.
    """

    stdout: TextIO
    stderr: TextIO
    terminal: Terminal | None = None


class Console:
    """One run's standard streams.

    The options --json, --query, --raw, --no-pager and --silent set its fields.

    `is_agreed` answers its questions with yes: they were asked for all apps at once. Without
    `shows_records`, tables are left out, and only values are written. `done` has its messages
    about what was done, and `facts` what the platform's documents say about it, by name.

    Args:
        held_back: Returns the requests that a dry run has held back so far, or None without one.
        remember: Called with the listing of a view, what completion offers of it, and whether
            there are more.
        hint: Returns the command line for some words, with the app in force.
        who: Returns who is signed in, and where, in words.
        secrets_in: Returns the secrets in a document.
        streams: Where to write, without anybody to ask; by default, the process's own streams.
    """

    def __init__(
        self,
        *,
        held_back: Callable[[], Sequence[object] | None],
        remember: Callable[[str, Iterable[tuple[str, str]], bool], None],
        hint: Callable[[str], str],
        who: Callable[[], str],
        secrets_in: Callable[[Mapping[str, Any]], Iterable[str]],
        streams: Streams | None = None,
    ) -> None:
        self._streams = streams
        self.is_agreed = False
        self.shows_records = True
        self.as_json = False
        self.query: Query | None = None
        self.is_bare = False
        self.use_pager = True
        self.is_silent = False
        self.speaks_to_ci = True
        self.done: list[str] = []
        self.facts: dict[str, str] = {}
        self._secrets_in = secrets_in
        self._held_back = held_back
        self._remember = remember
        self._hint = hint
        self._who = who

    @property
    def is_dry_run(self) -> bool:
        """Whether requests are shown instead of sent."""
        return self._held_back() is not None

    @cached_property
    def terminal(self) -> Terminal | None:
        """The terminal that stdout is, or None for a pipe or a file."""
        return self._streams.terminal if self._streams else terminal.terminal()

    @property
    def stdout(self) -> TextIO:
        """The stream for data."""
        return self._streams.stdout if self._streams else sys.stdout

    @property
    def stderr(self) -> TextIO:
        """The stream for messages."""
        return self._streams.stderr if self._streams else sys.stderr

    @cached_property
    def _host(self) -> Host:
        name = ci_host()
        if name == "github":
            from scalingo_cli.console.ci.github import GitHub

            return GitHub()
        from scalingo_cli.console.ci.gitlab import GitLab

        return GitLab()

    def share_host(self, other: Console) -> None:
        """Speak to the host of a CI job as `other` does, if it does."""
        self.speaks_to_ci = other.speaks_to_ci
        if host := other.ci:
            self._host = host

    @property
    def ci(self) -> Host | None:
        """The host of the CI job that this runs in, unless --no-ci hides it."""
        return self._host if self.speaks_to_ci and ci_host() else None

    @property
    def _log(self) -> Host | None:
        """The host whose log stderr is, unless stderr is one JSON object or belongs to a run."""
        return None if self.as_json or self._streams else self.ci

    def mask(self, values: Iterable[str]) -> None:
        """Hide values in the log of a CI job, if its host can, before they are written."""
        if not self.is_dry_run and (host := self.ci):
            host.mask(values)

    def hide(self, document: Mapping[str, Any]) -> None:
        """Hide the secrets of a document in the log of a CI job, before it is written."""
        if self.ci and self.ci.masks:
            self.mask(self._secrets_in(document))

    def keep_facts(self, document: Mapping[str, Any]) -> None:
        """Keep what later steps of a CI job may need from a document."""
        if self.ci:
            for root, fields in FACTS.items():
                record = document.get(root)
                if isinstance(record, dict):
                    found = {name: record.get(field) for name, field in fields.items()}
                    self.facts |= {
                        name: value for name, value in found.items() if isinstance(value, str)
                    }

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Let the log of a CI job fold what is reported in the block."""
        host = self._log
        if host:
            host.begin_group(title)
        try:
            yield
        finally:
            if host:
                host.end_group()

    def let_through(self) -> None:
        """Keep the host of a CI job from reading commands in bytes from elsewhere on stdout."""
        if host := self._log:
            host.let_through()

    def show(self, document: Mapping[str, Any], view: View) -> None:
        """Write a document of the API to stdout: as JSON with --json, else through `view`.

        A dry run shows only requests.
        """
        from scalingo_cli.console import table

        terminal = self.terminal
        if self.is_dry_run:
            return
        self.keep_facts(document)
        if view.many in document:
            self._note(view, document[view.many] or [], partial="meta" in document)
        if not self.shows_records:
            return
        if self.as_json:
            self.show_json(document)
            return
        self.hide(document)
        if view.many not in document:
            columns = {**view.columns, **view.details}
            record = document[view.one]
            if terminal:
                self._page([table.card(record, columns, terminal)])
            else:
                self._write_lines(table.separated([record], columns))
        elif not document[view.many]:
            self._say_empty(document, view)
        elif terminal:
            self._show_table([document[view.many]], view, terminal)
        else:
            self._write_lines(table.separated(document[view.many], view.columns))

    def _show_table(
        self, pages: Iterable[Sequence[Record]], view: View, terminal: Terminal
    ) -> None:
        from scalingo_cli.console import table

        pieces, left_out = table.drawn(pages, view.columns, terminal, whole=view.whole)
        self._page(pieces)
        if left_out:
            self.say(f"Columns hidden to fit: {', '.join(left_out)}. Use --json to see everything.")

    def show_listing(self, listing: Listing, view: View) -> None:
        """Write the wanted records of a collection to stdout, as `show` does.

        An endless listing is written while it arrives, except as JSON to a terminal. In a table,
        the columns fit its first page.
        """
        from scalingo_cli.console import table

        terminal = self.terminal
        if (terminal and self.as_json) or self.is_dry_run or not listing.is_endless:
            document = listing.gathered()
            self.show(document, view)
            if listing.is_one_page:
                self.say_more_pages(document)
            return
        first: list[Any] = []
        listing = listing.noting(lambda records: first.extend(records[: NOTED - len(first)]))
        if self.as_json:
            self.show_json_of(listing)
        else:
            pages = (page.records for page in listing.pages)
            if terminal:
                self._show_table(pages, view, terminal)
            else:
                for records in pages:
                    self._write_lines(table.separated(records, view.columns))
                    self.stdout.flush()
            if not first:
                self._say_empty({}, view)
        self._note(view, first, partial=True)

    def show_json_of(self, listing: Listing) -> None:
        """Write the wanted records of a collection to stdout as JSON, while they arrive."""
        if self.terminal or self.is_dry_run or self.query or listing.is_one_page:
            self.show_json(listing.gathered())
            return
        if self.ci and self.ci.masks:
            listing = listing.noting(lambda records: self.hide({"records": records}))
        for piece in listing.json():
            self.write(json_piece(piece))
            self.stdout.flush()
        self.write("\n")

    def _note(self, view: View, records: list[Any], *, partial: bool) -> None:
        """Let completion offer these records; `partial` means that there are more."""
        if view.listing:
            self._remember(view.listing, view.words(records), partial)

    def _say_empty(self, document: Mapping[str, Any], view: View) -> None:
        from scalingo_cli.console.position import position

        at = position(document)
        if at.is_beyond:
            self.say(f"Page {at.page} does not exist; the last page is {at.pages}.")
        elif view.empty:
            first = self._hint(view.first) if view.first else ""
            self.say(f"{view.empty} {first}".strip())

    def show_each(
        self, records: Iterable[Mapping[str, Any]], columns: Mapping[str, str | Column]
    ) -> None:
        """Write each record on a line of its own as it arrives, as JSON with --json."""
        from scalingo_cli.console import table

        for record in records:
            if self.as_json:
                self.write(self.json_line(record))
            elif self.terminal:
                self.write(table.line(record, columns))
            else:
                self.write("".join(table.separated([record], columns)))
            self.stdout.flush()

    def show_json(self, document: Mapping[str, Any]) -> None:
        """Write a document of the API to stdout as JSON, or what --query selects from it."""
        if not self.is_dry_run:
            self.hide(document)
            self._page([self.json(document)])

    def json(self, document: Mapping[str, Any]) -> str:
        """Return a document as --json or --query shows it."""
        if self.query is None:
            return json_text(document, self.terminal)
        text = json_text(document)
        if self.is_bare:
            return self.query.bare(text, escaped=bool(self.terminal))
        return text_as_json(self.query.json(text), self.terminal)

    def json_line(self, record: Mapping[str, Any]) -> str:
        """Return a record as a line of JSON, or what --query selects from it as a line."""
        if self.query is None:
            return json_line(record)
        text = json_text(record)
        return self.query.bare_line(text) if self.is_bare else text_as_line(self.query.json(text))

    def show_json_line(self, document: Mapping[str, Any]) -> None:
        """Write a document to stdout as a line of JSON, which arrives at once."""
        self.hide(document)
        self.write(self.json_line(document))
        self.stdout.flush()

    def _page(self, pieces: Iterable[str]) -> None:
        """Write text to stdout as it arrives, through a pager if it is longer than the terminal."""
        pieces = iter(pieces)
        written: list[str] = []

        def kept() -> Iterator[str]:
            for piece in pieces:
                written.append(piece)
                yield piece

        terminal = self.terminal
        if terminal and terminal.interactive and self.use_pager:
            from scalingo_cli.console import pager

            lines = 0
            for piece in kept():
                lines += piece.count("\n")
                if lines >= terminal.rows:
                    if pager.show(itertools.chain(written[:], kept())):
                        return
                    break
        for piece in itertools.chain(written, pieces):
            self.write(piece)
            self.stdout.flush()

    def show_value(self, document: Mapping[str, Any], value: str, *, secret: bool = False) -> None:
        """Write one bare value and a line break to stdout, or its document with --json.

        At a terminal, control characters are escaped; elsewhere the value is unchanged. The log of
        a CI job hides it from then on if it is `secret`.
        """
        if secret:
            self.mask([value])
        if self.as_json:
            self.write(self.json(document))
        else:
            self.write((harmless(value) if self.terminal else value) + "\n")

    def write(self, text: str) -> None:
        """Write text to stdout, unchanged; a dry run writes only requests."""
        if not self.is_dry_run:
            self._write_lines([text])

    def _write_lines(self, lines: Iterable[str]) -> None:
        """Write lines to stdout; the host of a CI job reads none of them as a command."""
        host = None if self._streams else self.ci
        if host is None:
            self.stdout.writelines(lines)
            return
        for line in lines:
            if any(no_command(each) != each for each in line.splitlines()):
                host.let_through()
            self.stdout.write(line)
        self.stdout.flush()  # before the host reads commands again

    def write_file(self, text: str) -> None:
        """Write a file's text to stdout; at a terminal, with control characters escaped."""
        shown = self.terminal if self._streams else self.stdout.isatty()
        self.write(harmless(text) if shown else text)

    def pass_on(self, chunks: Iterable[bytes]) -> None:
        """Write bytes to stdout unchanged, as they arrive; none in a dry run."""
        if self.is_dry_run:
            return
        self.stdout.flush()
        self.let_through()
        for chunk in chunks:
            self.stdout.buffer.write(chunk)
            self.stdout.buffer.flush()

    def say(self, message: str, colour: str | None = None) -> None:
        """Print a message on stderr, at a terminal in a `colour`.

        A dry run is silent once it has held back a request: what follows did not happen.
        A message that cannot be written, to a full disk for instance, does not end the command.
        """
        if self._speaks:
            if not isinstance(message, NextStep):
                self.done.append(message)
            self.announce(message, colour)

    def say_public(self, secret: str, better: str) -> None:
        """Report that everybody can see a secret, such as "a token"; `better` is the safe line."""
        self.say(
            f"Every user of this machine can see {secret} on a command line, and shells keep it in"
            f" their history. Better: {better}"
        )

    def progress(self, message: str) -> None:
        """Report progress. Silent with --json, whose stderr is one JSON object on errors."""
        if not self.as_json:
            self.say(message)

    def status(self, message: str) -> None:
        """Report a status on the way to an end, as `progress` does."""
        if not self.as_json:
            self.announce(message)

    def announce(self, message: str, colour: str | None = None) -> None:
        """Say what is about to happen, as `say` does: a summary has only what was done."""
        if self._speaks:
            with suppress(OSError):
                write(for_stderr(message, colour, self.stderr), self.stderr)

    @property
    def _speaks(self) -> bool:
        """Whether messages are printed."""
        return not self.is_silent and not self._held_back()

    @property
    def _animates(self) -> bool:
        """Whether progress may be drawn on stderr, and redrawn."""
        is_dumb = os.environ.get("TERM") == "dumb"
        return not self.as_json and self.stderr.isatty() and not is_dumb

    @contextmanager
    def spinner(self, title: str) -> Iterator[Callable[[str], object]]:
        """Yield a function that reports statuses; at a terminal, with a spinner and the seconds.

        In a pipe each is a line of its own; the log of a CI job folds them under a `title`.
        """
        if not self._animates:
            with self.group(title):
                yield self.status
            return
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        from scalingo_cli.console.screen import progress

        text = TextColumn("{task.description}", markup=False)
        bar = progress(SpinnerColumn(), text, TimeElapsedColumn())
        task = bar.add_task("")
        try:  # an interrupt may come before a `with` block would have begun
            bar.start()
            yield lambda message: bar.update(task, description=visible(message))
        finally:
            bar.stop()

    @contextmanager
    def progress_bar(
        self, total: int | None, *, shown: bool = True
    ) -> Iterator[Callable[[int, int | None], None]]:
        """Yield a function that takes how many bytes there are so far, and of how many.

        At a terminal, if it is to be `shown`, that is a bar on stderr; elsewhere it does nothing.
        """
        if not shown or not self._animates:
            yield lambda so_far, total: None
            return
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        from scalingo_cli.console.screen import progress

        bar = progress(BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
        task = bar.add_task("", total=total)
        try:
            bar.start()
            yield lambda so_far, total: bar.update(task, completed=so_far, total=total)
        finally:
            bar.stop()

    def say_more_pages(self, document: Mapping[str, Any], also: str = ", --all") -> None:
        """Mention that there are more pages, if the `meta` says so, and the options to get them."""
        from scalingo_cli.console.position import position

        at = position(document)
        if at.goes_on:
            more = f"--page {(at.page or 0) + 1}{also}"
            self.say(f"Page {at.page} of {at.pages}, {at.records} in total. For more: {more}.")

    def one_by_one(
        self, done: str, names: Iterable[str], act: Callable[[str], object], *, resume: str = ""
    ) -> None:
        """Act on each name in turn, and report what was done.

        If one fails or is interrupted, the error's hint says what is left, and how to do it.

        Args:
            done: What was done, such as "Removed".
            names: The names to act on.
            act: Acts on one name.
            resume: The command for the rest, to which their names are added (default: none does).
        """
        import shlex

        left = list(names)
        finished: list[str] = []

        def tally() -> str:
            so_far = f"{done} {', '.join(finished)}. " if finished else ""
            if left and resume:
                return NextStep(f"{so_far}To finish", f"{resume} {shlex.join(left)}")
            return f"{so_far}Left: {', '.join(left)}." if left and finished else so_far.strip()

        with self.accounting(tally):
            while left:
                act(left[0])
                finished.append(left.pop(0))
        self.say(tally())

    @contextmanager
    def accounting(self, tally: Callable[[], str]) -> Iterator[None]:
        """If the block fails or is interrupted, add to the error what was done and what not."""
        try:
            yield
        except ScalingoError as error:
            error.advise(tally())
            raise
        except KeyboardInterrupt:
            raise Interrupted("Interrupted.", tally()) from None

    @property
    def can_ask(self) -> bool:
        """Whether a person can answer: stdin and stderr are terminals."""
        return not self._streams and sys.stdin.isatty() and self.stderr.isatty()

    @property
    def can_choose(self) -> bool:
        """Whether a person can choose from a list: not with --json, in CI, on a dumb terminal."""
        is_dumb = os.environ.get("TERM", "dumb") == "dumb"
        return self.can_ask and not (self.as_json or is_dumb or os.environ.get("CI"))

    def choose(self, title: str, choices: Iterable[tuple[str, str]]) -> str | None:
        """Return the name that the user chooses from a list on stderr, or None after Esc.

        Each choice is a name and what is shown after it; `can_choose` must be true. Raises
        KeyboardInterrupt for Ctrl-C.
        """
        from scalingo_cli.console.chooser import Choice, choose

        return choose(title, [Choice(*each) for each in choices], self.stderr)

    def ask(self, question: str, *, otherwise: str) -> str:
        """Return the line that the user enters.

        Raises Misused with the hint `otherwise` if there is no terminal, and KeyboardInterrupt if
        the user ends the input.
        """
        self.require_terminal(question, otherwise)
        self.stderr.write(visible(question) + " ")
        self.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt
        return line.strip()

    def ask_hidden(self, question: str, *, otherwise: str) -> str:
        """Return what the user types without showing it. Raises as `ask` does."""
        self.require_terminal(question, otherwise)
        from getpass import getpass

        try:
            return getpass(f"{visible(question)} ", stream=self.stderr)
        except EOFError:
            raise KeyboardInterrupt from None

    def secret(self, question: str, *, whole: bool = False) -> str:
        """Return the first line of standard input, or all of it (`whole`) but the last line break.

        At a terminal, asks for one line and hides it. Raises Misused as `ask` does, and if
        standard input has no such text.
        """
        if self._streams or sys.stdin.isatty():
            return self.ask_hidden(
                question, otherwise="Redirect a file or a pipe to standard input."
            )
        from scalingo_cli.storage import input_file

        return input_file.text("-").removesuffix("\n") if whole else input_file.first_line()

    def require_terminal(self, question: str, otherwise: str) -> None:
        """Raise Misused with the hint `otherwise` if there is no terminal to ask at."""
        if not self.can_ask:
            raise Misused(
                f'Cannot ask "{question.rstrip(" :?")}": there is no terminal.', otherwise
            )

    def decision(
        self, question: str, answers: str = "", *, otherwise: str, warning: str = ""
    ) -> str:
        """Show who is signed in, and where; then ask, and return what the user enters.

        Args:
            question: The question.
            answers: The possible answers, shown after the question.
            otherwise: The hint of the error, which says what to do without a terminal.
            warning: What to say before the question.

        Returns:
            The line that the user enters. Raises as `ask` does.
        """
        self.require_terminal(question, otherwise)
        self.say(f"Signed in {self._who()}.")
        if warning:
            self.say(warning)
        return self.ask(f"{question} {answers}".strip(), otherwise=otherwise)

    def agree(self, question: str, given: bool, option: str = "--yes") -> None:
        """Ask a yes-or-no `question`, unless `given`, which is the value of an `option`.

        Raises Declined if the answer is no, and Misused if there is no terminal.
        """
        if self.is_dry_run or self.is_agreed or given:
            return
        answer = self.decision(question, "[y/N]", otherwise=f"Pass {option} to proceed.")
        if answer.casefold() not in {"y", "yes"}:
            raise Declined("Nothing was done.")

    def confirm(self, consequence: str, name: str, given: str | None) -> None:
        """Show the `consequence`, and have the user type `name` to confirm it.

        `given` is the value of --confirm. Raises Misused if it or what the user types is not
        `name`, and if there is no terminal.
        """
        if given is None:
            if self.is_dry_run or self.is_agreed:
                return
            import shlex

            given = self.decision(
                f"Type {name} to confirm:",
                otherwise=f"{consequence} Pass --confirm {shlex.quote(name)} to proceed.",
                warning=consequence,
            )
        if given != name:
            raise Misused(f'"{given}" is not "{name}": nothing was done.')
