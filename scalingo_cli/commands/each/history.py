"""The journal of a run: what is noted before and after each app, and how a later run goes on.

Before the first request that changes something, an app is noted as `sending`; at the end as `done`,
as `failed` if nothing was changed, else as `unfinished`. So what has no note, and what failed, can
be run again; what is `sending` or `unfinished` may have been changed already.

A command line is kept only if it consists of names: of commands, options and whatever listings
show. Of any other, a salted hash is kept, to recognize it when it is given again: the value of a
variable does not reach the disk.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shlex
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from scalingo_cli.commands.each.targets import Target, Wanted, key
from scalingo_cli.errors import Failed, Misused
from scalingo_cli.storage import journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalingo_cli.commands.each.line import Line
    from scalingo_cli.places import Place
    from scalingo_cli.storage.journal import Journal


class State(StrEnum):
    """What is known of an app."""

    LEFT = "not started"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    SKIPPED = "skipped"


UNCERTAIN = {State.SENDING, State.UNFINISHED}
AGAIN = {State.LEFT, State.FAILED}


class Scope(NamedTuple):
    """Where a run looks for apps: the options, and the platform in force."""

    all_regions: bool
    all_accounts: bool
    platform: str


def begin(line: Line, scope: Scope, wanted: Wanted, targets: Sequence[Target]) -> Journal:
    """Start the journal of a run.

    Args:
        line: The command line.
        scope: Where the run looked for apps.
        wanted: By what they were chosen.
        targets: The apps.

    Returns:
        The journal, whose lock this process holds.

    Raises:
        Failed: It cannot be written.
    """
    salt = secrets.token_hex(16)
    return journal.begin(
        {
            "command": line.name,
            "begun": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
            "words": None if line.has_values else list(line.words),
            "salt": salt,
            "hash": _hash(line.words, salt),
            **scope._asdict(),
            "project": wanted.project,
            "statuses": list(wanted.statuses),
            "apps": [[each.app, each.place.region, each.place.account] for each in targets],
        }
    )


def left_behind(words: Sequence[str], platform: str) -> Journal | None:
    """Return the newest journal of an unfinished run: of this command line, or of any for none.

    Raises Misused if the only ones are of runs that are still going on, or on another platform.
    """
    busy = False
    elsewhere = None
    for each in journal.unfinished():
        if each is None:
            busy = True
            continue
        if not words or each.plan["hash"] == _hash(words, each.plan["salt"]):
            if each.plan["platform"] == platform:
                return each
            elsewhere = elsewhere or each.plan["platform"]
        each.close(finished=False)
    if busy:
        raise Misused("A run of each is still going on: only one that has ended can be resumed.")
    if elsewhere:
        raise Misused(f"That run was on {elsewhere}, and this one would be on {platform}.")
    return None


def not_done(past: Journal) -> list[str]:
    """Return the names of the apps that a run was begun for and is not done with."""
    done = {
        each for each, note in past.notes.items() if note["state"] in {State.DONE, State.SKIPPED}
    }
    return [app for app, *place in past.plan["apps"] if key(app, *place) not in done]


def require_same(past: Journal, given: Scope, wanted: Wanted) -> None:
    """Raise Misused if the options choose different apps than those that a run was begun for.

    Options that are left out, or repeated, are accepted; so are those that narrow the names.
    """
    for option, value, name in (
        ("--project", wanted.project, "project"),
        ("--status", list(wanted.statuses), "statuses"),
        ("--all-regions", given.all_regions, "all_regions"),
        ("--all-accounts", given.all_accounts, "all_accounts"),
    ):
        if value and value != past.plan[name]:
            raise Misused(
                f"{option} differs from that of the run to resume, whose apps are chosen already.",
                "--match and --except narrow them.",
            )


def words_of(past: Journal) -> list[str]:
    """Return the command line of a run. Raises Misused if it was not kept."""
    words = past.plan["words"]
    if words is None:
        command = past.plan["command"]
        raise Misused(
            f"The values that {command} was given are not kept.",
            f"Give the same command line again: scalingo each --resume -- {command} VALUE",
        )
    return list(words)


def targets_of(past: Journal, found: Sequence[Place]) -> list[Target]:
    """Return the apps of a run, at the places that were found. Raises Failed if one is missing."""
    known = {(place.region, place.account): place for place in found}
    targets = []
    for app, region, account in past.plan["apps"]:
        if (region, account) not in known:
            whose = f"of the account {account}" if account else "of the token in the environment"
            raise Failed(
                f"{app} is an app {whose}{region and f' in {region}'}, which is not in use now.",
                f"Use --account {shlex.quote(account)}." if account else None,
            )
        targets.append(Target(app, known[region, account]))
    return targets


def state_of(past: Journal, target: Target) -> State:
    """Return what a run noted about an app: nothing is being sent any more."""
    note: dict[str, Any] = past.notes.get(target.key, {})
    state = State(note.get("state", State.LEFT))
    return State.UNFINISHED if state == State.SENDING else state


def _hash(words: Sequence[str], salt: str) -> str:
    """Return a hash that takes a while, for somebody who tries all values it could be of."""
    text = json.dumps(list(words)).encode()
    return hashlib.scrypt(text, salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()
