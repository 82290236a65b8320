"""The APIs that one run uses, all made in one way: retried, rehearsed and logged as options say."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from scalingo_cli.auth.context import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_cli.api.client import API
    from scalingo_cli.api.dry_run import DryRun
    from scalingo_cli.api.wire import Wire
    from scalingo_cli.auth.credentials import Token
    from scalingo_cli.console.console import Console
    from scalingo_cli.git_remote import Remote
    from scalingo_cli.process.clock import Clock


class APIs:
    """Makes the APIs of a run. The options --debug, --no-retry and --dry-run set its fields.

    `before_change` is called before each request that changes something.

    Args:
        remote: Returns what the git remote of this checkout names, if anything.
        console: Returns where pauses and retries are reported.
        clock: The time of these pauses.
    """

    def __init__(
        self, remote: Callable[[], Remote | None], console: Callable[[], Console], clock: Clock
    ) -> None:
        self.debug: str | None = None
        self.retries = True
        self.dry_run: DryRun | None = None
        self.before_change: Callable[[], object] = lambda: None
        self._remote = remote
        self._console = console
        self._clock = clock
        self._apis: dict[Context, API] = {}
        self._wires: list[Wire] = []
        self._parts: list[APIs] = []

    @property
    def persists(self) -> bool:
        """Whether failed requests are retried."""
        return self.retries and not os.environ.get("SCALINGO_NO_RETRY")

    @property
    def may_have_changed(self) -> bool:
        """Whether something was changed on the platform, as far as it can be known."""
        parts: list[Wire | APIs] = [*self._wires, *self._parts]
        return any(part.may_have_changed for part in parts)

    def context(self, account: str | None = None) -> Context:
        """Return a new context: of the account in use, or of that which --account calls so."""
        regions = cache(lambda: self.of(auth).get("regions"))
        auth = Context(self._remote, regions, self._clock)
        auth.account_option = account
        return auth

    def of(self, auth: Context) -> API:
        """Return the API of a context, signed in with its token on first need."""
        made = self._apis.get(auth) or self.with_token(auth, lambda: auth.token)
        return self._apis.setdefault(auth, made)  # the same one for all threads

    def with_token(
        self, auth: Context, find: Callable[[], Token | None], region: str | None = None
    ) -> API:
        """Return the API of a context, signed in with the token that `find` returns, if any.

        It is that of the platform in use, or of the regional platform if a `region` is given.
        """
        from scalingo_cli.api.client import API
        from scalingo_cli.api.preconnect import HeadStarts

        to = auth.regional(region, lambda: api.get("regions")) if region else auth.platform
        head_starts = (
            None if self.dry_run else HeadStarts(lambda service: auth.known_url(to, service))
        )

        def wire() -> Wire:
            from scalingo_cli.api.wire import Wire  # which takes a while

            made = Wire(
                to,
                find,
                keep_bearer=auth.keep_bearer,
                notify=self._console().progress,
                persistent=self.persists,
                rate=auth.rate,
                before_change=self.before_change,
                dry_run=self.dry_run,
                debug=self.debug,
                head_starts=head_starts,
            )
            self._wires.append(made)
            return made

        api = API(to, wire, head_starts)
        return api

    def share(self, other: APIs) -> None:
        """Let another run, which is a part of this one, send its requests in the same way."""
        other.debug = self.debug
        other.retries = self.retries
        if self.dry_run:
            other.dry_run = type(self.dry_run)(self.dry_run.form)
        self._parts.append(other)
