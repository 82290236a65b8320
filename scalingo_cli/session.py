"""What every command receives: the API, what to show, what to say, what to ask."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scalingo_cli import settings
from scalingo_cli.console import table, terminal
from scalingo_cli.console.json_output import json_line, json_text
from scalingo_cli.console.view import at
from scalingo_cli.errors import (
    Declined,
    Interrupted,
    Misused,
    NotAllowed,
    ScalingoError,
    did_you_mean,
)
from scalingo_cli.text.escape import harmless, json_piece, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from scalingo_cli.api.client import API
    from scalingo_cli.api.document import Document
    from scalingo_cli.api.dry_run import Rehearsal
    from scalingo_cli.api.pagination import Listing
    from scalingo_cli.api.preconnect import HeadStart
    from scalingo_cli.auth.accounts import Account
    from scalingo_cli.auth.credentials import Token
    from scalingo_cli.console.terminal import Terminal
    from scalingo_cli.console.view import Column, View


SUGGESTION_SECONDS = 3.0  # a suggestion is not worth a longer wait


class Session:
    """One run of the command line. Options fill in its fields while they are parsed."""

    def __init__(self) -> None:
        self.as_json = False
        self.app_option: str | None = None
        self.account_option: str | None = None
        self.region_option: str | None = None
        self.debug: str | None = None
        self.use_pager = True
        self.retries = True
        self.rehearsal: Rehearsal | None = None

    @cached_property
    def remote(self) -> settings.Remote | None:
        """What the git remote of this checkout names."""
        return settings.remote_of_checkout()

    @cached_property
    def account(self) -> Account | None:
        """The account that --account names, else the one in use, else None.

        Raises NotFound for a name that never signed in here, and Misused where the environment's
        token goes before it.
        """
        from scalingo_cli.auth import accounts, credentials

        if self.account_option is None:
            return accounts.in_use()
        if credentials.in_environment():
            raise Misused(
                f"{credentials.VARIABLE} is set, and goes before any account.",
                "Unset it to use --account.",
            )
        return accounts.named(self.account_option)

    @cached_property
    def platform(self) -> settings.Platform:
        """The platform in force: the legacy API, unless a region is.

        Raises Misused where the environment names none. A region that the platform does not know
        is found out when its API is needed.
        """
        region = settings.region_in_force(
            self.region_option, lambda: None if self.account_option else self.remote
        )
        api = settings.api_base()
        if region is None and (self.account_option or api is None) and self.account:
            region = self.account.region
        if region is None:
            return settings.legacy()
        auth = settings.auth_base()
        return settings.Platform(lambda: self.region_url(self.api), auth.host, region, auth.url)

    def region_url(self, api: API) -> str:
        """Return the base of the region in force, which `api` may be asked for.

        Raises NotFound for a region that the platform does not know.
        """
        from scalingo_cli.auth import regions

        name = self.platform.region or ""
        if given := settings.api_base_of(name):
            return given.url
        return regions.api_url(name, settings.auth_base(), lambda: api.get("regions"))

    @cached_property
    def token_key(self) -> str:
        """What the token in force is kept under: the account's, else the platform's host."""
        return self._key_at(self.platform.host)

    def _key_at(self, host: str) -> str:
        from scalingo_cli.auth import accounts, credentials

        if self.account_option is not None and self.account:
            if self.account.host != host:  # which must not hear the token of another
                raise Misused(
                    f"{self.account.name} signed in to {self.account.host}, not to {host}.",
                    "Set SCALINGO_API_URL, or SCALINGO_AUTH_URL, to where that was.",
                )
            return self.account.key
        if credentials.in_environment():  # no account counts, nor can its file be at fault
            return host
        keys = (account.key for account in accounts.known() if account.host == host)
        return next(keys, host)

    @cached_property
    def api(self) -> API:
        """The platform's API, signed in with the token in force on first need."""
        return self._api(self.platform, lambda: self.token)

    @property
    def regional_api(self) -> API:
        """The API of the regional platform. Raises Misused where no region is in force."""
        if not self.platform.is_regional:
            from scalingo_cli.auth.regions import BUILT_IN

            raise Misused(
                "The legacy API has no such thing; the regional platform has.",
                f"Name its region ({', '.join(BUILT_IN)}) with --region or SCALINGO_REGION.",
            )
        return self.api

    def api_with(self, token: str) -> API:
        """Return the platform's API, signed in with a token that is not kept yet."""
        from scalingo_cli.auth import credentials

        return self._api(self.platform, lambda: credentials.token(token, "standard input"))

    @cached_property
    def open_api(self) -> API:
        """The API of what anyone may read: signed in where that works, else without a token."""
        from scalingo_cli.auth import credentials

        try:
            if credentials.find(self.token_key):
                return self.api  # which asks for one bearer only
        except ScalingoError as error:
            self.say(f"{error.message} Going on without signing in.")
        return self._api(self.platform, lambda: None)

    def _api(self, platform: settings.Platform, find_token: Callable[[], Token | None]) -> API:
        head_start = None if self.rehearsal else self._head_start(platform)
        from scalingo_cli.api.client import API

        return API(
            platform,
            find_token,
            keep_bearer=self._keep_bearer,
            tell=self._tell_waiting,
            persistent=self.retries and not os.environ.get("SCALINGO_NO_RETRY"),
            rehearsal=self.rehearsal,
            debug=self.debug,
            head_start=head_start,
        )

    def _head_start(self, platform: settings.Platform) -> HeadStart | None:
        """Begin to connect to where the first request probably goes, if that takes a while."""
        from urllib.parse import urlsplit

        from scalingo_cli.auth import regions

        if platform.region is None:
            url = platform.url
        elif given := settings.api_base_of(platform.region):
            url = given.url
        else:
            auth = settings.auth_base()
            url = regions.known_url(platform.region, auth) or auth.url
        parts = urlsplit(url)
        if parts.scheme != "https":
            return None
        from scalingo_cli.api.preconnect import HeadStart

        return HeadStart(parts.hostname or "", parts.port or 443)

    def _keep_bearer(self, token: Token, bearer: str) -> None:
        from scalingo_cli.auth import credentials

        if token.place:
            credentials.keep_bearer(self._key_at(settings.auth_base().host), token, bearer)

    @cached_property
    def token(self) -> Token:
        """The token in force. Raises NotAllowed where there is none."""
        return self._token_for(self.platform.host)

    def _token_for(self, host: str) -> Token:
        from scalingo_cli.auth import credentials

        token = credentials.find(self._key_at(host))
        if token is None:
            raise NotAllowed(
                f"You are not signed in to {host}.",
                f"Run {self.line('login')}, or set {credentials.VARIABLE}.",
            )
        return token

    @cached_property
    def app(self) -> str:
        """The app in force. Raises Misused when nothing names one."""
        return settings.app_in_force(self.app_option, lambda: self.remote)

    def line(self, words: str, app: str = "") -> str:
        """Return the command line that does `words` on the platform that this one speaks to.

        It names the `app` where one is given, and the region and the account where this one does.
        """
        from shlex import quote

        options = {"app": app, "region": self.region_option, "account": self.account_option}
        given = [f" --{name} {quote(value)}" for name, value in options.items() if value]
        return f"scalingo {words}{''.join(given)}"

    def line_for_app(self, words: str) -> str:
        """Return the command line that does `words` for the app in force."""
        return self.line(words, self.app)

    def nearest_apps(self, name: str) -> str:
        """Return a question that offers the user's apps that are called nearly so, if any are."""
        try:
            apps = self.api.get("apps", within=SUGGESTION_SECONDS)["apps"] or []
        except ScalingoError:  # the error that this is to explain stands without it
            return ""
        return did_you_mean(name, [str(at(app, "name")) for app in apps])

    @cached_property
    def terminal(self) -> Terminal | None:
        """The terminal that stdout is, None for a pipe or a file."""
        return terminal.terminal()

    def show(self, document: Mapping[str, Any], view: View) -> None:
        """Write a document of the API to stdout, as JSON where asked, else through `view`.

        A rehearsal shows nothing but requests.
        """
        terminal = self.terminal
        if self.rehearsal:
            return
        if view.many in document:
            self._keep_words(view, document[view.many] or [], partial="meta" in document)
        if self.as_json:
            self.show_json(document)
        elif view.many not in document:
            columns = {**view.columns, **view.details}
            record = document[view.one]
            if terminal:
                self._page(table.card(record, columns, terminal))
            else:
                sys.stdout.writelines(table.separated([record], columns))
        elif not document[view.many]:
            self._say_empty(document, view)
        elif terminal:
            text, left_out = table.table(document[view.many], view.columns, terminal)
            self._page(text)
            if left_out:
                self.say(f"No room for {', '.join(left_out)} here; --json has it all.")
        else:
            sys.stdout.writelines(table.separated(document[view.many], view.columns))

    def show_listing(self, listing: Listing, view: View) -> None:
        """Write what is wanted of a collection to stdout, as `show` does.

        What has no end but the collection's own is written while it comes, except to a terminal,
        whose columns have to fit all of it.
        """
        if self.terminal or self.rehearsal or not listing.is_endless:
            document = listing.gathered()
            self.show(document, view)
            if listing.is_one_page:
                self._say_more_pages(document)
            return
        from scalingo_cli.storage import completion_cache

        first: list[Any] = []
        listing = listing.noting(
            lambda records: first.extend(records[: completion_cache.MOST - len(first)])
        )
        if self.as_json:
            self.show_json_of(listing)
        else:
            for page in listing.pages:
                sys.stdout.writelines(table.separated(page.records, view.columns))
                sys.stdout.flush()
            if not first:
                self._say_empty({}, view)
        self._keep_words(view, first, partial=True)

    def show_json_of(self, listing: Listing) -> None:
        """Write what is wanted of a collection to stdout as JSON, while it comes."""
        if self.terminal or self.rehearsal or listing.is_one_page:
            self.show_json(listing.gathered())
            return
        for piece in listing.json():
            self.write(json_piece(piece))
            sys.stdout.flush()
        self.write("\n")

    def _keep_words(self, view: View, records: list[Any], *, partial: bool) -> None:
        """Let completion offer what identifies these records; `partial` are not all there are."""
        if view.listing and not self.region_option and not self.account_option:
            from scalingo_cli.storage import completion_cache

            app = "" if view.listing in completion_cache.OF_THE_ACCOUNT else self.app
            completion_cache.keep(view.listing, app, map(view.identity, records), partial=partial)

    def _say_empty(self, document: Mapping[str, Any], view: View) -> None:
        from scalingo_cli.api import pagination

        at = pagination.position(document)
        if at.is_beyond:
            self.say(f"There is no page {at.page}: the last one is {at.pages}.")
        elif view.empty:
            first = self.line_for_app(view.first) if view.first else ""
            self.say(f"{view.empty} {first}".strip())

    def show_each(
        self, records: Iterable[Mapping[str, Any]], columns: Mapping[str, str | Column]
    ) -> None:
        """Write each record on a line of its own as soon as it is there, as JSON where asked."""
        for record in records:
            if self.as_json:
                self.write(json_line(record))
            elif self.terminal:
                self.write(table.line(record, columns))
            else:
                self.write("".join(table.separated([record], columns)))
            sys.stdout.flush()

    def show_json(self, document: Mapping[str, Any]) -> None:
        """Write a document of the API to stdout as JSON."""
        if not self.rehearsal:
            self._page(json_text(document, readable=bool(self.terminal)))

    def _page(self, text: str) -> None:
        """Write text to stdout, through a pager where a person would have to scroll back."""
        terminal = self.terminal
        if terminal and terminal.interactive and self.use_pager:
            from scalingo_cli.console import pager

            if text.count("\n") >= terminal.rows and pager.show(text):
                return
        self.write(text)

    def show_value(self, document: Mapping[str, Any], value: str) -> None:
        """Write one bare value and a line break to stdout, or its document where JSON is asked.

        At a terminal the value cannot act on it; elsewhere it is unchanged.
        """
        if self.as_json:
            self.write(json_text(document, readable=bool(self.terminal)))
        else:
            self.write((harmless(value) if self.terminal else value) + "\n")

    def write(self, text: str) -> None:
        """Write text to stdout, unchanged; a rehearsal writes nothing but requests."""
        if not self.rehearsal:
            sys.stdout.write(text)

    def write_file(self, text: str) -> None:
        """Write a file's text to stdout, unchanged but where it would act on a terminal."""
        self.write(harmless(text) if sys.stdout.isatty() else text)

    def pass_on(self, chunks: Iterable[bytes]) -> None:
        """Write bytes to stdout as they arrive and as they are; none in a rehearsal."""
        if self.rehearsal:
            return
        sys.stdout.flush()
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()

    def say(self, message: str) -> None:
        """Tell the user something on stderr, in one line.

        A rehearsal keeps silent once it has held back a request: what follows did not happen.
        Nothing ends because it cannot be told, on a full disk for instance.
        """
        if self.rehearsal and self.rehearsal.requests:
            return
        with suppress(OSError):
            sys.stderr.write(visible(message) + "\n")

    def tell_progress(self, message: str) -> None:
        """Tell how far something is. Silent with --json, whose errors are one JSON object."""
        if not self.as_json:
            self.say(message)

    def _tell_waiting(self, message: str) -> None:
        """Tell a person why nothing happens for a while; a log need not know."""
        if sys.stderr.isatty():
            self.tell_progress(message)

    def _say_more_pages(self, document: Document) -> None:
        """Tell that a listing goes on, where its `meta` says so."""
        from scalingo_cli.api import pagination

        at = pagination.position(document)
        if at.goes_on:
            more = f"--page {(at.page or 0) + 1}, --all"
            self.say(f"Page {at.page} of {at.pages}, {at.records} in all. For more: {more}.")

    def one_by_one(
        self, done: str, names: Iterable[str], act: Callable[[str], object], *, resume: str
    ) -> None:
        """Act on each name in turn, and tell what was done.

        When one fails or is interrupted, also tells how to do the rest: `resume` is the command
        to which the names are added.
        """
        import shlex

        left = list(names)
        finished: list[str] = []

        def tally() -> str:
            so_far = f"{done} {', '.join(finished)}." if finished else ""
            return f"{so_far} To finish: {resume} {shlex.join(left)}" if left else so_far

        with self.accounting(tally):
            while left:
                act(left[0])
                finished.append(left.pop(0))
        self.say(tally())

    @contextmanager
    def accounting(self, tally: Callable[[], str]) -> Iterator[None]:
        """When the block fails or is interrupted, add to the error what was done and what not."""
        try:
            yield
        except ScalingoError as error:
            error.hint = " ".join(filter(None, [error.hint, tally().strip()]))
            raise
        except KeyboardInterrupt:
            raise Interrupted("Interrupted.", tally().strip()) from None

    @property
    def can_ask(self) -> bool:
        """Whether a person is there to answer: stdin and stderr are terminals."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, question: str, *, otherwise: str) -> str:
        """Return the line that the user answers.

        Raises Misused with the hint `otherwise` when there is no terminal to ask at, and
        KeyboardInterrupt when the user ends the input.
        """
        self.require_terminal(question, otherwise)
        sys.stderr.write(visible(question) + " ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt
        return line.strip()

    def ask_hidden(self, question: str, *, otherwise: str) -> str:
        """Return what the user types without showing it. Raises as `ask` does."""
        self.require_terminal(question, otherwise)
        from getpass import getpass

        try:
            return getpass(f"{visible(question)} ", stream=sys.stderr)
        except EOFError:
            raise KeyboardInterrupt from None

    def secret(self, question: str, *, whole: bool = False) -> str:
        """Return the first line of standard input, or the `whole` of it but its last line break.

        At a terminal, asks for one line and hides it. Raises Misused as `ask` does, and where
        standard input has no such text.
        """
        if sys.stdin.isatty():
            return self.ask_hidden(question, otherwise="Give standard input a file or a pipe.")
        from scalingo_cli.storage import input_file

        return input_file.text("-").removesuffix("\n") if whole else input_file.first_line()

    def require_terminal(self, question: str, otherwise: str) -> None:
        """Raise Misused with the hint `otherwise` when there is no terminal to ask at."""
        if not self.can_ask:
            raise Misused(f'There is no terminal to ask "{question.rstrip(" :?")}" at.', otherwise)

    def decision(
        self, question: str, answers: str = "", *, otherwise: str, warning: str = ""
    ) -> str:
        """Return what the user answers, once they know who is about to act, and where.

        `answers` are those there are, as told behind the question. Raises as `ask` does.
        """
        self.require_terminal(question, otherwise)
        self.say(f"You are {self._whose}.")
        if warning:
            self.say(warning)
        return self.ask(f"{question} {answers}".strip(), otherwise=otherwise)

    @property
    def _whose(self) -> str:
        """Who is about to act, and where, in words."""
        from scalingo_cli.auth import accounts, credentials

        if credentials.in_environment():
            return f"the owner of {credentials.VARIABLE} at {self.platform}"
        key = self.token_key
        names = (account.name for account in accounts.known() if account.key == key)
        return f"{next(names, 'signed in')} at {self.platform}"

    def agree(self, question: str, given: bool) -> None:
        """Make sure that the user agrees to what `question` names. `given` is --yes.

        Raises Declined when the answer is no, and Misused when there is no terminal to ask at.
        """
        if self.rehearsal or given:
            return
        answer = self.decision(question, "[y/N]", otherwise="Add --yes to go ahead.")
        if answer.casefold() not in {"y", "yes"}:
            raise Declined("Nothing was done.")

    def confirm(self, what: str, name: str, given: str | None) -> None:
        """Make sure that the user means to destroy `what`, by typing its `name`.

        `given` is the value of --confirm. Raises Misused when it differs from `name`, when the
        answer does, or when there is no terminal to ask at.
        """
        if given is None:
            if self.rehearsal:
                return
            import shlex

            given = self.decision(
                f"Type {name} to confirm:",
                otherwise=f"Add --confirm {shlex.quote(name)} to go ahead.",
                warning=f"This destroys {what}. It cannot be undone.",
            )
        if given != name:
            raise Misused(f'"{given}" is not "{name}": nothing was done.')
