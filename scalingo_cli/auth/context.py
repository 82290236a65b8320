"""The account, platform, region and token in force, each determined when first needed."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scalingo_cli import settings
from scalingo_cli.errors import Misused, NextStep, NotAllowed
from scalingo_cli.selection import region_in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scalingo_cli.auth.accounts import Account
    from scalingo_cli.auth.credentials import Token
    from scalingo_cli.auth.rate import Rate
    from scalingo_cli.git_remote import Remote
    from scalingo_cli.process.clock import Clock


class Context:
    """The user, the platform and the token of one run.

    The options --account and --region set its fields while they are parsed. `remote` looks up the
    git remote of this checkout, `regions` asks the platform for its regions. Requests wait in the
    time of `clock`.
    """

    def __init__(
        self,
        remote: Callable[[], Remote | None],
        regions: Callable[[], Mapping[str, Any]],
        clock: Clock,
    ) -> None:
        self.account_option: str | None = None
        self.region_option: str | None = None
        self._remote = remote
        self._regions = regions
        self._clock = clock
        self._found: list[Token | None] = []  # at most one, which `at` shares
        self._lock = threading.Lock()  # a command may start with several requests at once

    @cached_property
    def rate(self) -> Rate:
        """What the account's requests wait for."""
        from scalingo_cli.auth.rate import Rate

        return Rate(self._clock)

    @cached_property
    def account(self) -> Account | None:
        """The account that --account names, else the one in use, else None.

        Raises NotFound for a name that never signed in here, and Misused if the token of the
        environment overrides it.
        """
        from scalingo_cli.auth import accounts, credentials

        if self.account_option is None:
            return accounts.in_use()
        if credentials.in_environment():
            raise Misused(
                f"{credentials.VARIABLE} is set and overrides any account.",
                "Unset it to use --account.",
            )
        return accounts.named(self.account_option)

    @cached_property
    def platform(self) -> settings.Platform:
        """The platform in force: the legacy API, unless a region is selected.

        Raises Misused if an address in the environment is invalid. An unknown region is reported
        when its API is needed.
        """
        region = region_in_force(
            self.region_option, lambda: None if self.account_option else self._remote()
        )
        region = region or self._region_of_account() or self._region_of_token()
        return self.regional(region, self._regions) if region else settings.legacy()

    def at(self, region: str) -> Context:
        """Return the same user in a different region; the token is looked up once for both."""
        from copy import copy

        there = copy(self)
        there.region_option = region
        vars(there).pop("platform", None)
        return there

    def other_regions(self) -> list[str]:
        """Return the regions besides the one in force where this user may have apps.

        There are none on the legacy API, nor with an address in `SCALINGO_API_URL` and no
        `SCALINGO_REGION`: it would be taken for the API of each of them. Raises as the API does.
        """
        from scalingo_cli.auth import regions

        here = self.platform.region
        if here is None or settings.api_is_of_any_region():
            return []
        names = regions.names(settings.auth_base(), self._regions)
        return [name for name in names if name != here]

    def _region_of_account(self) -> str | None:
        """Return the account's region, unless the environment names a different platform's API."""
        if self.account_option is None and settings.api_base():
            if not settings.auth_is_given():
                return None
            if self.account and self.account.host != settings.auth_base().host:
                return None
        return self.account.region if self.account else None

    def _region_of_token(self) -> str | None:
        """Return the default region if the token in the environment is a regional one."""
        from scalingo_cli.auth import credentials, regions

        return regions.by_default() if credentials.is_regional(credentials.given()) else None

    def regional(self, region: str, listing: Callable[[], Mapping[str, Any]]) -> settings.Platform:
        """Return the regional platform with this region; `listing` asks it for its regions.

        An unknown region raises NotFound when its API is needed.
        """
        auth = settings.auth_base()
        settings.api_base()  # an invalid address is reported, whichever service is asked

        def url() -> str:
            from scalingo_cli.auth import regions

            if given := settings.api_base_of(region):
                return given.url
            return regions.api_url(region, auth, listing)

        def database_url() -> str:
            from scalingo_cli.auth import regions

            if given := settings.database_base_of(region):
                return given.url
            return regions.database_url(region, auth, listing)

        return settings.Platform(url, auth.host, region, auth.url, database_url)

    @property
    def ssh_host(self) -> str:
        """The SSH host of the region in force, with its port if that is not 22.

        Raises NotFound for an unknown region, and Misused for a host outside of the sandbox.
        """
        from scalingo_cli.auth import regions

        region = str(self.platform.region)
        host = settings.ssh_host() or regions.ssh_host(region, settings.auth_base(), self._regions)
        settings.stay_in_sandbox(f"ssh://{host}")
        return host

    def known_url(self, platform: settings.Platform, service: str) -> str | None:
        """Return the URL of a service, `auth`, `regional` or `database`, if that is known.

        On the legacy API there is one for all of them.
        """
        from scalingo_cli.auth import regions

        region = platform.region
        if region is None:
            return platform.url
        auth = settings.auth_base()
        if service == "auth":
            return auth.url
        if service == "database":
            given = settings.database_base_of(region)
            known = regions.known_database_url
        else:
            given = settings.api_base_of(region)
            known = regions.known_url
        return given.url if given else known(region, auth)

    @cached_property
    def token_key(self) -> str:
        """The key that the token in force is stored under: the account's, else the host."""
        return self._key_at(self.platform.host)

    def _key_at(self, host: str) -> str:
        from scalingo_cli.auth import accounts, credentials

        if self.account_option is not None and self.account:
            if self.account.host != host:  # which must not receive a different one's token
                raise Misused(
                    f"{self.account.name} signed in to {self.account.host}, not to {host}.",
                    "Set SCALINGO_API_URL or SCALINGO_AUTH_URL to that platform.",
                )
            return self.account.key
        if credentials.in_environment():  # accounts are ignored, so a damaged file does not matter
            return host
        keys = (account.key for account in accounts.known() if account.host == host)
        return next(keys, host)

    @property
    def token(self) -> Token:
        """The token in force. Raises NotAllowed if there is none, or if it cannot be looked up."""
        token = self.find_token()
        if token is None:
            from scalingo_cli.auth import credentials

            raise NotAllowed(
                f"You are not signed in to {self.platform.host}.",
                NextStep(f"Set {credentials.VARIABLE}, or sign in", self.line("login")),
            )
        return token

    def find_token(self) -> Token | None:
        """Return the token in force, looked up once, or None.

        Raises NotAllowed and Failed as `credentials.find` does.
        """
        with self._lock:
            if not self._found:
                from scalingo_cli.auth import credentials

                self._found.append(credentials.find(self.token_key))
            return self._found[0]

    def keep_bearer(self, token: Token, bearer: str, addon: str = "") -> None:
        """Store a bearer, or an add-on's, next to the token that was exchanged for it.

        What is signed with the same token later in this run, in any region, uses the bearer too.
        """
        from dataclasses import replace

        from scalingo_cli.auth import credentials

        with self._lock:
            if not addon and self._found == [token]:
                self._found[0] = replace(token, bearer=bearer, addons={})
        if token.place:
            key = self._key_at(settings.auth_base().host)
            credentials.keep_bearer(key, token, bearer, addon)

    @property
    def owner(self) -> str:
        """Who is signed in, and where: `as noor on auth.scalingo.com, region osc-fr1`."""
        from scalingo_cli.auth import accounts, credentials

        if credentials.in_environment():
            return f"with {credentials.VARIABLE} on {self.platform}"
        key = self.token_key
        names = (f"as {account.name} " for account in accounts.known() if account.key == key)
        return f"{next(names, '')}on {self.platform}"

    def line(self, words: str, app: str = "") -> str:
        """Return the command line for `words` on the same platform as this one.

        It has --app if `app` is given, and --region and --account if this command line has them.
        """
        from shlex import quote

        of_app = [f"--app {quote(app)}"] if app else []
        return " ".join(["scalingo", words, *of_app, *self.options()])

    def options(self, prefix: str = "") -> list[str]:
        """Return --region and --account, quoted for a shell, as far as they were given.

        With a prefix, their names begin with it, as those of a second app do.
        """
        from shlex import quote

        given = {"region": self.region_option, "account": self.account_option}
        return [f"--{prefix}{name} {quote(value)}" for name, value in given.items() if value]
