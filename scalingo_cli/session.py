"""The session that every command receives: console, authentication and API, wired together."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.console.console import Console
from scalingo_cli.console.view import at, plain
from scalingo_cli.errors import BadUsage, Misused, NoAppSelected, ScalingoError
from scalingo_cli.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Unpack

    from scalingo_cli.api.apis import APIs
    from scalingo_cli.api.client import API
    from scalingo_cli.api.document import Document
    from scalingo_cli.api.dry_run import DryRun
    from scalingo_cli.api.messages import Given
    from scalingo_cli.auth.context import Context
    from scalingo_cli.console.console import Streams
    from scalingo_cli.console.prompter import Prompter
    from scalingo_cli.process.clock import Clock


class App(NamedTuple):
    """An app: its API, its name, and `line`, which returns a command line for it.

    `app.line("restart")` is `scalingo restart --app my-app`.
    """

    api: API
    name: str
    line: Callable[[str], str]

    def get(self, *rest: str, **given: Unpack[Given]) -> Document:
        """Return the document at the path below the app. Raises as `API.get` does."""
        return self.api.get("apps", self.name, *rest, **given)


class Session:
    """One run of the command line. Options set its fields while they are parsed.

    `command` is the one that runs, without its arguments, `is_reported` whether a CI job
    reports it, for it changes something or waits, and `acted_on` the app that it asked for last.

    Args:
        streams: Where it writes; by default, the process's own streams.
        clock: The time that it waits in; by default, the machine's.
    """

    def __init__(self, streams: Streams | None = None, clock: Clock | None = None) -> None:
        self._given_clock = clock
        self.started = time.monotonic()
        self.selection = Selection()
        self.command = "scalingo"
        self.is_reported = False
        self.acted_on: str | None = None
        self.console = Console(
            held_back=lambda: self.dry_run.requests if self.dry_run else None,
            remember=self._remember,
            hint=self._line,
            secrets_in=_secrets_in,
            streams=streams,
        )
        self.show = self.console.show
        self.say = self.console.say

    @cached_property
    def clock(self) -> Clock:
        """The time that it waits in."""
        from scalingo_cli.process.clock import Clock

        return self._given_clock or Clock()

    @property
    def dry_run(self) -> DryRun | None:
        """What --dry-run holds back; None without it, and if no API was needed."""
        apis: APIs | None = vars(self).get("apis")
        return apis.dry_run if apis else None

    @cached_property
    def apis(self) -> APIs:
        """What makes the APIs, imported on first need: a usage error needs none."""
        from scalingo_cli.api.apis import APIs

        return APIs(lambda: self.selection.remote, lambda: self.console, self.clock)

    @cached_property
    def auth(self) -> Context:
        """The account, region and token in use."""
        return self.apis.context()

    @cached_property
    def prompter(self) -> Prompter:
        """What asks the user."""
        from scalingo_cli.console.prompter import Prompter

        return Prompter(self.console, lambda: self.auth.owner)

    def app(self, name: str | None = None) -> App:
        """Return the app called `name`, else the one in force, else one that the user chooses.

        Raises Misused if there is none, and BadUsage if --app names a different one.
        """
        if name is None:
            try:
                name = self.selection.app_name(lambda: self.auth.platform.region)
            except NoAppSelected:
                name = self.selection.app_option = self._chosen_app()
                if name is None:
                    raise
        elif (option := self.selection.app_option) not in {None, name}:
            raise BadUsage(f"NAME is {name}, but --app is {option}.", "Give one of them.")
        self.acted_on = name
        return App(self.api, name, lambda words: self.auth.line(words, name))

    def _chosen_app(self) -> str | None:
        """Return the name of the app that the user chooses; None if none is, or nobody can."""
        if not self.prompter.can_choose:
            return None
        apps = self.api.get("apps")["apps"] or []
        choices = [(plain(at(app, "name")), plain(at(app, "status"))) for app in apps]
        title = f"App in {self.auth.platform.region or self.auth.platform.host}:"
        name = self.prompter.choose(title, choices) if choices else None
        if name is not None:
            from shlex import quote

            self.say(f"Chose {name}. To skip the question, add: --app {quote(name)}")
        return name

    @property
    def api(self) -> API:
        """The platform's API, signed in with the token in use on first need."""
        return self.apis.of(self.auth)

    @property
    def regional_api(self) -> API:
        """The API of the regional platform. Raises Misused unless a region is selected."""
        if not self.auth.platform.is_regional:
            from scalingo_cli.auth.regions import BUILT_IN

            raise Misused(
                "The legacy API has no such thing; the regional platform does.",
                f"Name its region ({', '.join(BUILT_IN)}) with --region or SCALINGO_REGION.",
            )
        return self.api

    def regional_app(self) -> App:
        """Return the app in use as `app` does. Raises Misused on the legacy API as well."""
        return self.app()._replace(api=self.regional_api)

    @cached_property
    def open_api(self) -> API:
        """The API for public documents: signed in if that works, otherwise without a token."""
        try:
            if self.auth.find_token():
                return self.api  # which requests only one bearer
        except ScalingoError as error:
            self.say(f"{error.message} Continuing without signing in.")
        return self.apis.with_token(self.auth, lambda: None)

    def api_with(self, token: str, region: str | None = None) -> API:
        """Return an API signed in with a token that is not stored yet, empty for none.

        It is that of the platform in use, or of the regional platform if a `region` is given.
        """
        from scalingo_cli.auth import credentials

        return self.apis.with_token(
            self.auth,
            lambda: credentials.token(token, "standard input") if token else None,
            region or self.auth.platform.region,
        )

    def one_of_many(self, app: str, auth: Context, streams: Streams) -> Session:
        """Return the session of one app of several, for which the same questions were answered.

        Args:
            app: The name of the app.
            auth: Its account and region.
            streams: Where it writes.

        Returns:
            The session.
        """
        session = Session(streams, self.clock)
        session.selection.app_option = app
        session.auth = auth
        self.apis.share(session.apis)
        session.console.as_json = self.console.as_json
        session.prompter.is_agreed = True
        session.console.share_host(self.console)
        return session

    def _line(self, words: str) -> str:
        """Return a command line that does `words` with what this one acts on."""
        return self.selection.line(lambda: self.auth.line(words), lambda: self.app().line(words))

    def _remember(self, listing: str, words: Iterable[tuple[str, str]], partial: bool) -> None:
        """Let completion offer what a listing showed, unless options selected the account."""
        if self.auth.region_option or self.auth.account_option:
            return
        from scalingo_cli.storage import completion_cache

        is_of_account = listing in completion_cache.OF_THE_ACCOUNT
        if not is_of_account and (self.selection.addon or self.selection.database):
            return
        app = "" if is_of_account else self.app().name
        completion_cache.keep(listing, app, words, partial=partial)


def _secrets_in(document: Mapping[str, Any]) -> set[str]:
    from scalingo_cli.api.redaction import secrets_in

    return secrets_in(document)
