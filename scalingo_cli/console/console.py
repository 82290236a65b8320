"""What a command shows and reports: data on stdout, messages on stderr."""

from __future__ import annotations

import itertools
import os
import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.console import terminal
from scalingo_cli.console.json_output import json_line, json_text, text_as_json, text_as_line
from scalingo_cli.console.prose import for_stderr, write
from scalingo_cli.errors import NextStep
from scalingo_cli.settings import ci_host
from scalingo_cli.text.escape import harmless, json_piece, no_command

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

    Without `shows_records`, tables are left out, and only values are written. `done` has its
    messages about what was done, and `facts` what the platform's documents say about it, by name.

    Args:
        held_back: Returns the requests that a dry run has held back so far, or None without one.
        remember: Called with the listing of a view, what completion offers of it, and whether
            there are more.
        hint: Returns the command line for some words, with the app in force.
        secrets_in: Returns the secrets in a document.
        streams: Where to write, without anybody to ask; by default, the process's own streams.
    """

    def __init__(
        self,
        *,
        held_back: Callable[[], Sequence[object] | None],
        remember: Callable[[str, Iterable[tuple[str, str]], bool], None],
        hint: Callable[[str], str],
        secrets_in: Callable[[Mapping[str, Any]], Iterable[str]],
        streams: Streams | None = None,
    ) -> None:
        self._streams = streams
        self.shows_records = True
        self.as_json = False
        self.query: Query | None = None
        self.is_bare = False
        self.use_pager = True
        self.is_silent = False
        self.speaks_to_ci = True
        self.done: list[str] = []
        self.facts: dict[str, str] = {}
        self._drawn = ExitStack()
        self._secrets_in = secrets_in
        self._held_back = held_back
        self._remember = remember
        self._hint = hint

    @property
    def is_of_process(self) -> bool:
        """Whether it has the process's own streams: only then can anybody be asked."""
        return self._streams is None

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

    def stop_drawing(self) -> None:
        """Erase the spinner or bar that an interrupt left behind, and show the cursor again."""
        self._drawn.close()

    @contextmanager
    def spinner(self, title: str) -> Iterator[Callable[[str], object]]:
        """Yield a function that reports statuses; at a terminal, with a spinner and the seconds.

        In a pipe each is a line of its own; the log of a CI job folds them under a `title`.
        """
        if not self._animates:
            with self.group(title):
                yield self.status
            return
        from scalingo_cli.console import screen

        with screen.spinner(self._drawn) as say:
            yield say

    @contextmanager
    def progress_bar(
        self, total: int | None, title: str = "", *, shown: bool = True
    ) -> Iterator[Callable[[int, int | None], object]]:
        """Yield a function that takes how many bytes there are so far, and of how many.

        At a terminal, if it is to be `shown`, that is a bar on stderr; elsewhere it does nothing.
        """
        if not shown or not self._animates:
            yield lambda so_far, total: None
            return
        from scalingo_cli.console import screen

        with screen.progress_bar(self._drawn, total, title) as advance:
            yield advance

    def say_more_pages(self, document: Mapping[str, Any], also: str = ", --all") -> None:
        """Mention that there are more pages, if the `meta` says so, and the options to get them."""
        from scalingo_cli.console.position import position

        at = position(document)
        if at.goes_on:
            more = f"--page {(at.page or 0) + 1}{also}"
            self.say(f"Page {at.page} of {at.pages}, {at.records} in total. For more: {more}.")
