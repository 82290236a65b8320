"""`scalingo logout`: delete the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.console.tally import accounting
from scalingo_cli.errors import NextStep, NotAllowed, NotFound, ScalingoError

if TYPE_CHECKING:
    from scalingo_cli.session import Session


@click.command(
    "logout",
    cls=Command,
    changes=True,
    reads_if=lambda given: given["keep_remote"],
    changes_here=True,
    reversible=False,
    rehearses=False,
    examples=["scalingo logout", "scalingo logout --keep-remote"],
)
@click.option("--keep-remote", is_flag=True, help="Do not revoke the token on the platform.")
@click.pass_obj
def command(session: Session, keep_remote: bool) -> None:
    """Sign out and delete the stored token.

    The token is deleted from the keyring, and from the file used by --insecure-storage. A token
    that scalingo login created on the regional platform is also revoked there.
    """
    from scalingo_cli.auth import accounts, credentials
    from scalingo_cli.storage import completion_cache

    host, key = session.auth.platform.host, session.auth.token_key
    account = next((each for each in accounts.known() if each.key == key), None)
    left = None
    revoked = ""
    if account and account.token_id and not keep_remote:
        left = _revoke(session, key, account.token_id)
        revoked = left.message if left else "It has been revoked on the platform."
    with accounting(lambda: revoked):
        places = credentials.forget(key)
    completion_cache.forget()
    who = f"{host} ({account.name})" if account else host
    if places:
        session.say(f"Signed out of {who}. The token was deleted from {' and '.join(places)}.")
    else:
        session.say(f"No token was stored for {who}.")
    if credentials.in_environment():
        session.say(f"{credentials.VARIABLE} is still set in your environment.")
    accounts.remove(key)
    if left:
        raise left


def _revoke(session: Session, key: str, token_id: str) -> ScalingoError | None:
    """Delete the kept token on the platform; return what left it valid there, None if nothing."""
    from scalingo_cli.auth import credentials

    try:
        kept = credentials.find(key, environment=False)
        if kept:
            session.api_with(kept.value).send("DELETE", "tokens", token_id)
    except (NotAllowed, NotFound):  # it was revoked before
        return None
    except ScalingoError as error:
        return type(error)(
            f"The token is still valid on the platform: {error.message}",
            NextStep("Revoke it the next time you are signed in", "scalingo tokens"),
        )
    return None
