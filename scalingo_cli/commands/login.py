"""`scalingo login`: sign in and keep the token."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.console.view import View
from scalingo_cli.errors import BadUsage, NotAllowed, NotFound, OTPRequired, ScalingoError

if TYPE_CHECKING:
    from scalingo_cli.api.document import Document
    from scalingo_cli.session import Session

TRIES_AT_A_TERMINAL = 3
UNATTENDED = "Scripts sign in with --email and --password-stdin, or --with-token."
USER = View("users", "user", {"Username": "username", "E-mail": "email"})


@click.command(
    "login",
    cls=Command,
    chooses_region=True,
    examples=[
        "scalingo login",
        "scalingo login --email you@example.com --password-stdin < password.txt",
        "scalingo login --with-token < token.txt",
        "scalingo login --region osc-fr1",
    ],
)
@click.option("--email", metavar="EMAIL", help="Sign in with this e-mail or user name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--with-token", is_flag=True, help="Read an API token from standard input instead.")
@click.option("--otp", metavar="CODE", help="The one-time code of two-factor authentication.")
@click.option(
    "--insecure-storage",
    is_flag=True,
    help="Keep the token in a file that only you can read, where there is no keyring.",
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
    """Sign in and keep the token in the keyring.

    Asks for your e-mail and password; scripts give --email with --password-stdin, or
    --with-token. With --region, signs in to the regional platform, and stays there: later commands
    need no --region. May be repeated for other accounts: see scalingo accounts.
    """
    if with_token and (email or password_stdin):
        raise BadUsage("--with-token goes without --email and --password-stdin.")
    if api_token is not None:
        if with_token or email or password_stdin:
            raise BadUsage("--api-token cannot be combined with other ways to sign in.")
        session.say(
            "Every user of this machine can see a token on a command line, and shells keep it in"
            " their history. Better: scalingo login --with-token < FILE"
        )
    if password_stdin and not email:
        raise BadUsage("--password-stdin goes with --email.")
    from scalingo_cli.auth import accounts, credentials
    from scalingo_cli.storage import completion_cache

    platform = session.auth.platform
    user = made = None
    if api_token is not None:
        token = api_token
    elif with_token:
        token = session.console.secret("API token:")
    elif platform.is_regional:
        document = _sign_in(session, email, password_stdin, _Regional(otp))["token"]
        token, made = document["token"], document["id"]
    else:
        document = _sign_in(session, email, password_stdin, _legacy)
        token, user = document["authentication_token"], document["user"]
    with session.console.accounting(lambda: _taken_back(session, token, made)):
        user = user or _owner(session, token)
        name = str(user.get("username") or user.get("email"))
        with accounts.signing_in():
            key = accounts.key_for(name, platform.host)
            place = credentials.keep(key, token, insecure=insecure_storage)
            completion_cache.forget()
            try:
                accounts.add(accounts.Account(key, name, platform.host, platform.region, made))
            except ScalingoError:
                credentials.forget(key)
                raise
    if session.console.as_json:
        session.show({"user": user}, USER)
    session.say(f"Welcome, {name}.")
    session.say(f"The token for {platform.host} is kept in {place}.")
    if credentials.in_environment():
        session.say(f"{credentials.VARIABLE} is set: it goes before the token kept just now.")


def _owner(session: Session, token: str) -> Any:
    """Return whose a token is. Raises NotFound where the region in force does not exist."""
    api = session.api_with(token)
    user = api.get("users", "self")["user"]
    if session.auth.platform.is_regional:
        session.auth.region_url(lambda: api.get("regions"))
    return user


def _taken_back(session: Session, token: str, made: str | None) -> str:
    """Revoke a token that was `made` for a sign-in that failed; return what is to be told of it."""
    if not made:
        return ""
    try:
        session.api_with(token).send("DELETE", "tokens", made)
    except (NotAllowed, NotFound):  # it is good for nothing
        return ""
    except ScalingoError:
        return (
            "The platform keeps the token that was made for this sign-in: "
            "revoke it when you are signed in, see scalingo tokens."
        )
    return ""


Way = Callable[["Session", str, str], "Document"]


def _legacy(session: Session, email: str, password: str) -> Document:
    """Return the answer of users/sign_in."""
    user = {"login": email, "password": password}
    from scalingo_cli.api.auth import ANONYMOUS

    try:
        return session.api.send(
            "POST", "users", "sign_in", json={"user": user}, auth=ANONYMOUS
        ).document
    except NotFound as error:
        error.message = "This platform does not have the sign-in of the legacy API."
        error.hint = "Name a region: scalingo login --region osc-fr1"
        raise


class _Regional:
    """Makes a token on the regional platform; its name says this machine."""

    def __init__(self, otp: str | None) -> None:
        self.otp = otp

    def __call__(self, session: Session, email: str, password: str) -> Document:
        """Return the answer of tokens, with the one-time code where the platform asks for one."""
        try:
            return self._token(session, email, password, self.otp)
        except OTPRequired as error:
            if self.otp or not session.console.can_ask:
                error.hint = "Scripts give it with --otp."
                raise
            code = session.console.ask("One-time code:", otherwise="Give it with --otp.")
            return self._token(session, email, password, code)

    def _token(self, session: Session, email: str, password: str, otp: str | None) -> Document:
        import platform

        from scalingo_cli.api.auth import Password, not_regional

        try:
            return session.api.send(
                "POST",
                "tokens",
                json={"token": {"name": f"scalingo-cli on {platform.node() or 'some machine'}"}},
                headers={"X-Authorization-OTP": otp} if otp else {},
                auth=Password(email, password),
            ).document
        except NotFound as error:
            raise not_regional(error) from None


def _sign_in(session: Session, email: str | None, password_stdin: bool, way: Way) -> Document:
    """Return the answer to a sign-in; a person may try three times."""
    tries = 1 if password_stdin else TRIES_AT_A_TERMINAL
    while True:
        login = email or session.console.ask("E-mail:", otherwise=UNATTENDED)
        if password_stdin:
            password = session.console.secret("Password:")
        else:
            password = session.console.ask_hidden("Password:", otherwise=UNATTENDED)
        tries -= 1
        try:
            return way(session, login, password)
        except NotAllowed as refused:
            if not tries or not session.console.can_ask:
                raise
            session.say(f"{refused.message} Try again.")
