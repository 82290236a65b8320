"""How the command ended for an app: a row of the table, and an object of --json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scalingo_cli.api.document import rooted
from scalingo_cli.cli.failure import document_of
from scalingo_cli.console.view import View, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scalingo_cli.api.document import Document
    from scalingo_cli.commands.each.history import State
    from scalingo_cli.commands.each.runner import Outcome
    from scalingo_cli.commands.each.targets import Target
    from scalingo_cli.console.terminal import Terminal

RESULT = View(
    "results",
    "result",
    {
        "App": "app",
        "Region": "region",
        "Account": "account",
        "Result": "result",
        "Code": number("exit_code"),
        "Message": "error.message",
    },
)


def view(terminal: Terminal | None, has_regions: bool, has_accounts: bool) -> View:
    """Return the columns of the table.

    A person sees the region and the account only if the apps are of several; a script always does.

    Args:
        terminal: Where it is shown, None for a pipe.
        has_regions: Whether the apps are in several regions.
        has_accounts: Whether they are of several accounts.

    Returns:
        The view.
    """
    left_out = {"Region": not has_regions, "Account": not has_accounts} if terminal else {}
    columns = {title: column for title, column in RESULT.columns.items() if not left_out.get(title)}
    return RESULT._replace(columns=columns)


def result(target: Target, state: State, outcome: Outcome | None) -> dict[str, Any]:
    """Return what is known of an app, without an outcome if its command did not run or end."""
    error = outcome.error if outcome else None
    return {
        "app": target.app,
        "region": target.place.region,
        "account": target.place.account or None,
        "result": str(state),
        "exit_code": int(outcome.code) if outcome else None,
        "error": document_of(error, outcome.may_have_changed) if outcome and error else None,
    }


def document(known: Mapping[str, Any], text: str) -> Document:
    """Return a result with what the command printed, as the platform spelt it.

    That is its `document`; several documents are a list, `documents`; what is no JSON is a string,
    `output`.
    """
    lines = text.strip().split("\n")
    if not text.strip():
        field = '"document": null'
    elif _is_json(text):
        field = f'"document": {text}'
    elif all(map(_is_json, lines)):
        field = f'"documents": [{", ".join(lines)}]'
    else:
        field = f'"output": {json.dumps(text, ensure_ascii=False)}'
    head = json.dumps(known, ensure_ascii=False).removesuffix("}")
    return rooted(f"{head}, {field}}}")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
