"""What a command line acts on: its region, app, add-on or database, from options to git remote."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from scalingo_cli import settings
from scalingo_cli.errors import BadUsage, Misused, NoAppSelected

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_cli.git_remote import Remote


class Selection:
    """The values of --app, --remote, --addon and --database, set while they are parsed.

    What was not given stays None. `takes_database` says whether the command that runs can act
    on a database.
    """

    def __init__(self) -> None:
        self.app_option: str | None = None
        self.remote_option: str | None = None
        self.addon_option: str | None = None
        self.database_option: str | None = None
        self.takes_database = False
        self._app_default: str | None = None

    @cached_property
    def remote(self) -> Remote | None:
        """What the git remote of this checkout names.

        Raises Misused if --remote names one that does not exist, or is not Scalingo's.
        """
        from scalingo_cli import git_remote

        found = git_remote.find(self.remote_option or settings.GIT_REMOTE)
        if found is None and self.remote_option:
            raise Misused(
                f'This checkout has no git remote "{self.remote_option}" of Scalingo.',
                "List its remotes: git remote -v",
            )
        return found

    @property
    def is_of_app(self) -> bool:
        """Whether an option names the app, which overrides the variable of a database."""
        return self.app_option is not None or self.remote_option is not None

    @property
    def addon_options(self) -> dict[str, str | None]:
        """The values of --addon and --database, None for each that was not given."""
        return {"--addon": self.addon_option, "--database": self.database_option}

    @property
    def addon(self) -> str | None:
        """The add-on that --addon or SCALINGO_ADDON names: an ID, or its provider."""
        return self.addon_option or os.environ.get("SCALINGO_ADDON") or None

    @property
    def database(self) -> str | None:
        """The database that --database or SCALINGO_DATABASE names, which is an app of its own."""
        return self.database_option or os.environ.get("SCALINGO_DATABASE") or None

    def let_database_be_the_app(self) -> None:
        """Take the database, which is an app of its own, for the app.

        --database names it, else SCALINGO_DATABASE if neither --app nor --remote was given. Raises
        BadUsage if both --app and --database were given.
        """
        if self.database_option is None:
            self._app_default = self.database
            return
        if self.app_option is not None:
            raise BadUsage("--app and --database cannot be combined.")
        if not self.database_option:
            raise BadUsage("--database requires a name.")
        self.app_option = self.database_option

    def app_name(self, region: Callable[[], str | None]) -> str:
        """Return the name of the app in force, for which see `app_in_force`.

        `region` returns the region in force. Raises NoAppSelected if nothing names an app.
        """
        option = self.app_option
        if option is None and self.remote_option and self.remote:
            option = self.remote.app
        if option is None:
            option = self._app_default
        return app_in_force(option, lambda: self.remote, region)

    def line(self, words: Callable[[], str], app_words: Callable[[], str]) -> str:
        """Return a command line with the options of the add-on or database, if one is selected.

        Args:
            words: Returns the command line that names no app.
            app_words: Returns the one for the app in force.
        """
        from shlex import quote

        database = self.database_option or (None if self.is_of_app else self.database)
        if self.takes_database and database:
            return f"{words()} --database {quote(database)}"
        addon = self.addon if self.takes_database else None
        return app_words() + (f" --addon {quote(addon)}" if addon else "")


def region_in_force(option: str | None, remote: Callable[[], Remote | None]) -> str | None:
    """Return the region that is selected for this run, or None.

    That is `option` (from --region), `SCALINGO_REGION`, or that of the git `remote`; the last is
    ignored if `SCALINGO_API_URL` names a platform of its own.
    """
    if option == "":
        raise Misused("--region requires a name.")
    asked = option or os.environ.get("SCALINGO_REGION")
    if asked or os.environ.get("SCALINGO_API_URL"):
        return asked or None
    found = remote()
    return found.region if found else None


def app_in_force(
    option: str | None,
    remote: Callable[[], Remote | None],
    region: Callable[[], str | None] = lambda: None,
) -> str:
    """Return the app's name: `option` (from --app), `SCALINGO_APP`, that of the git `remote`.

    `region` returns the one in force, for the hint. Raises NoAppSelected if none of the three names
    an app, and Misused for an empty --app: a script that passes one does not mean the git remote's.
    """
    if option == "":
        raise Misused("--app requires a name.")
    app = option or os.environ.get("SCALINGO_APP")
    if not app and (found := remote()):
        app = found.app
    if not app:
        from scalingo_cli import git_remote

        name = region()
        host = f"ssh.{name}.scalingo.com" if name else "scalingo.com"
        foreign = git_remote.url()
        raise NoAppSelected(
            "No app selected.",
            "Use --app NAME, set SCALINGO_APP, or add a git remote:"
            f" git remote add {settings.GIT_REMOTE} git@{host}:NAME.git"
            + (f" (the remote {settings.GIT_REMOTE} has a different host)" if foreign else ""),
        )
    return app
