"""`scalingo login`: sign in and keep the token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.console.view import View
from scalingo_cli.errors import (
    BadUsage,
    Interrupted,
    NextStep,
    NotAllowed,
    NotFound,
    OTPRequired,
    ScalingoError,
    TryAgain,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_cli.api.client import API
    from scalingo_cli.session import Session

TRIES_AT_A_TERMINAL = 3
YES = {"", "y", "yes"}  # what [Y/n] takes for yes
UNATTENDED = "In scripts, use --email with --password-stdin, or --with-token."
USER = View("users", "user", {"Username": "username", "E-mail": "email"})


@click.command(
    "login",
    cls=Command,
    chooses_region=True,
    changes=True,
    changes_here=True,
    rehearses=False,
    examples=[
        "scalingo login",
        "scalingo login --email you@example.com --password-stdin < password.txt",
        "scalingo login --with-token < token.txt",
        "scalingo login --region osc-fr1",
    ],
)
@click.option("--email", metavar="EMAIL", help="E-mail address or username (default: ask).")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--with-token", is_flag=True, help="Read an API token from standard input instead.")
@click.option(
    "--otp", metavar="CODE", help="One-time code for two-factor authentication (default: ask)."
)
@click.option(
    "--insecure-storage",
    is_flag=True,
    help="If there is no keyring, store the token in a file that only you can read.",
)
@click.option("--api-token", metavar="TOKEN", hidden=True)  # as the official client has it
@click.option("--password-only", is_flag=True, hidden=True, expose_value=False)  # as above; always
@click.pass_obj
def command(
    session: Session,
    email: str | None,
    password_stdin: bool,
    with_token: bool,
    otp: str | None,
    insecure_storage: bool,
    api_token: str | None,
) -> None:
    """Sign in and store the token in the keyring.

    Asks for your e-mail and password; scripts use --email with --password-stdin, or --with-token.
    Detects whether your account is on the legacy API or on the regional platform. There, the
    region is osc-fr1 unless --region names a different one, and later commands need no --region.
    Run it again to add accounts: see scalingo accounts.
    """
    if with_token and (email or password_stdin):
        raise BadUsage("--with-token cannot be combined with --email or --password-stdin.")
    if api_token is not None:
        if with_token or email or password_stdin:
            raise BadUsage("--api-token cannot be combined with other ways to sign in.")
        session.console.say_public("a token", "scalingo login --with-token < FILE")
    if password_stdin and not email:
        raise BadUsage("--password-stdin requires --email.")
    from scalingo_cli.auth import credentials

    prompter = session.prompter
    is_piped = with_token or password_stdin
    if not is_piped and api_token is None:
        prompter.require_terminal("Password:" if email else "E-mail:", UNATTENDED)
    if prompter.can_ask:
        insecure_storage = insecure_storage or _prefers_file(session)
    piped = api_token or ""
    if is_piped:
        piped = prompter.secret("API token:" if with_token else "Password:")
    if not (insecure_storage or prompter.can_ask):
        credentials.keyring(session.auth.platform.host)
    if with_token or api_token is not None:
        signed_in = _with_token(session, piped)
    else:
        signed_in = _asked(session, email, piped, _Passwords(session, otp))
    try:
        name, user, place = _kept(signed_in, insecure=insecure_storage)
    except ScalingoError as error:
        error.advise(_taken_back(signed_in))
        raise
    except KeyboardInterrupt:
        raise Interrupted("Interrupted.", _taken_back(signed_in)) from None
    if session.console.as_json:
        session.show({"user": user}, USER)
    platform = signed_in.api.platform
    session.say(f"Welcome, {name}.")
    where = f"regional platform, region {platform.region}" if platform.region else "legacy API"
    session.say(f"You are signed in to the {where}.")
    session.say(f"The token for {platform.host} is stored in {place}.")
    if credentials.in_environment():
        session.say(f"{credentials.VARIABLE} is set and overrides the token just stored.")


class SignedIn(NamedTuple):
    """A token that the platform took: the API signed in with it, and whose it is.

    `made` is its id on the regional platform if this sign-in created it.
    """

    api: API
    token: str
    made: str | None = None
    user: Any = None


def _prefers_file(session: Session) -> bool:
    """Return whether to store the token in a file, which is offered if there is no keyring.

    Raises NotAllowed, with the ways out, if they decline.
    """
    from scalingo_cli.auth import credentials

    try:
        credentials.keyring(session.auth.platform.host)
    except NotAllowed as error:
        session.say(error.message)
        question = "Keep the token in a file that only you can read? [Y/n]"
        if session.prompter.ask(question, otherwise="").casefold() not in YES:
            raise
        return True
    return False


def _kept(signed_in: SignedIn, *, insecure: bool) -> tuple[str, Any, str]:
    """Keep the token and the account; return the user's name and record, and the place in words.

    Raises NotFound if the region does not exist.
    """
    from scalingo_cli.auth import accounts, credentials
    from scalingo_cli.storage import completion_cache

    platform = signed_in.api.platform
    user = signed_in.user or signed_in.api.get("users", "self")["user"]
    _ = platform.url  # an unknown region is found out now
    name = str(user.get("username") or user.get("email"))
    with accounts.signing_in():
        key = accounts.key_for(name, platform.host)
        place = credentials.keep(key, signed_in.token, insecure=insecure)
        completion_cache.forget()
        try:
            accounts.add(
                accounts.Account(key, name, platform.host, platform.region, signed_in.made)
            )
        except ScalingoError:
            credentials.forget(key)
            raise
    return name, user, place


def _taken_back(signed_in: SignedIn) -> str:
    """Revoke the token of a sign-in that could not be kept; return what to say about it."""
    if not signed_in.made:
        return ""
    try:
        signed_in.api.send("DELETE", "tokens", signed_in.made)
    except ScalingoError as error:
        if error.status in (401, 404):  # it is not valid any more
            return ""
        return (
            "The token that was created for this sign-in may still be valid:"
            " revoke it once you are signed in, see scalingo tokens."
        )
    return "The token that was created for this sign-in was revoked."


def _with_token(session: Session, token: str) -> SignedIn:
    """Return a sign-in by a token, to the platform that takes it."""
    from scalingo_cli.auth import credentials, regions

    region = regions.by_default()
    if session.auth.platform.is_regional or region is None:
        return SignedIn(session.api_with(token), token)
    if credentials.is_regional(token.strip()):
        return SignedIn(session.api_with(token, region), token)
    api = session.api_with(token)
    try:
        return SignedIn(api, token, user=api.get("users", "self")["user"])
    except ScalingoError as refused:
        if not _may_be_elsewhere(refused):
            raise
        api = session.api_with(token, region)
        try:
            return SignedIn(api, token, user=api.get("users", "self")["user"])
        except (NotAllowed, NotFound):
            raise refused from None


def _may_be_elsewhere(refused: ScalingoError) -> bool:
    """Return whether the regional platform may take what the legacy API did not.

    That is so if the legacy API refuses it, is gone or cannot be reached at all.
    """
    return isinstance(refused, (NotAllowed, NotFound)) or (
        isinstance(refused, TryAgain) and refused.unsent
    )


class _Passwords:
    """Signs in by password, first to the platform in force; remembers the one that accepts it."""

    def __init__(self, session: Session, otp: str | None) -> None:
        self._session = session
        self._otp = otp
        self._region: str | None = None  # a different one than that in force
        self.is_right = False  # the password: what was refused is the one-time code

    def __call__(self, email: str, password: str) -> SignedIn:
        """Return the sign-in. Raises NotAllowed if it is refused."""
        from scalingo_cli.auth import regions

        if self._region or self._session.auth.platform.is_regional:
            return self._regional(email, password)
        try:
            return self._legacy(email, password)
        except ScalingoError as refused:
            self._region = regions.by_default()
            if not (self._region and _may_be_elsewhere(refused)):
                raise
            try:
                return self._regional(email, password)
            except NotFound:  # there is no regional platform beside this one
                raise refused from None
            finally:
                if isinstance(refused, NotAllowed) and not self.is_right:
                    self._region = None  # it is not known yet which of the two has the user

    def _legacy(self, email: str, password: str) -> SignedIn:
        from scalingo_cli.api.auth import ANONYMOUS

        user = {"login": email, "password": password}
        try:
            answer = self._session.api.send(
                "POST", "users", "sign_in", json={"user": user}, auth=ANONYMOUS
            )
        except NotFound as error:
            error.message = "This platform does not support signing in through the legacy API."
            error.hints = [NextStep("Choose a region", "scalingo login --region osc-fr1")]
            raise
        document = answer.document
        token = document["authentication_token"]
        return SignedIn(self._session.api_with(token), token, user=document["user"])

    def _regional(self, email: str, password: str) -> SignedIn:
        """Create a token, with a one-time code if the platform asks for one."""
        prompter = self._session.prompter
        try:
            return self._created(email, password, self._otp)
        except OTPRequired as error:
            if self._otp or not prompter.can_ask:
                error.hints = ["In scripts, pass it with --otp."]
                raise
        self.is_right = True
        tries = TRIES_AT_A_TERMINAL
        while True:
            code = prompter.ask("One-time code:", otherwise="Pass it with --otp.")
            tries -= 1
            try:
                return self._created(email, password, code)
            except NotAllowed:
                if not tries:
                    raise
                self._session.say("The platform refused the one-time code. Try again.")

    def _created(self, email: str, password: str, otp: str | None) -> SignedIn:
        import platform

        from scalingo_cli.api.auth import Password, not_regional

        api = self._session.api_with("", self._region)
        name = f"scalingo-cli on {platform.node() or 'unknown host'}"
        try:
            answer = api.send(
                "POST",
                "tokens",
                json={"token": {"name": name}},
                headers={"X-Authorization-OTP": otp} if otp else {},
                auth=Password(email, password),
            )
        except NotFound as error:
            raise not_regional(error) from None
        document = answer.document["token"]
        token = document["token"]
        return SignedIn(self._session.api_with(token, self._region), token, document["id"])


def _asked(session: Session, email: str | None, piped: str, sign_in: _Passwords) -> SignedIn:
    """Return the sign-in of a user; a person may try three times.

    `email` is the option --email, `piped` the password from standard input.
    """
    from functools import partial

    prompter = session.prompter
    tries = 1 if piped else TRIES_AT_A_TERMINAL
    login = email or ""
    while True:
        if not email:
            offered = f" [{login}]" if login else ""
            login = prompter.ask(f"E-mail{offered}:", otherwise=UNATTENDED) or login
        password = piped or prompter.ask_hidden("Password:", otherwise=UNATTENDED)
        tries -= 1
        try:
            return _once_it_can_be_reached(session, partial(sign_in, login, password))
        except NotAllowed as refused:
            if not tries or sign_in.is_right:
                raise
            session.say(f"{refused.message} Try again.")


def _once_it_can_be_reached(session: Session, sign_in: Callable[[], SignedIn]) -> SignedIn:
    """Sign in; without a connection a person may try again, and need not type everything again."""
    while True:
        try:
            return sign_in()
        except TryAgain as error:
            if not (error.unsent and session.prompter.can_ask):
                raise
            session.say(error.message)
            if session.prompter.ask("Try again? [Y/n]", otherwise="").casefold() not in YES:
                raise
