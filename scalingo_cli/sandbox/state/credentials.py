"""Passwords and tokens, new at each start: whoever knows one can run commands on this machine."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalingo_cli.sandbox.state.store import Store

_TOKEN = "tk-us-"  # noqa: S105 - what the platform's tokens begin with


class Credentials:
    """Replacements for the passwords and tokens of the starting data, for one start."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def drawn(self, written: str) -> str:
        """Return the replacement for a password or a token: the same each time, for this start."""
        if not written:
            return ""  # a user without one gets none
        digest = hmac.digest(self._key, written.encode(), "sha256").hex()
        begin = _TOKEN if written.startswith(_TOKEN) else f"{written.rpartition('-')[0]}-"
        return begin + digest[:42]

    def replace(self, store: Store) -> None:
        """Replace the passwords and tokens of the users in a store."""
        for user in store.users:
            user.password = self.drawn(user.password)
            user.token = self.drawn(user.token)
        for token in store.tokens:
            token.value = self.drawn(token.value)
