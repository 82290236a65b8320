"""Secrets that are easy to find, planted wherever the platform keeps some."""

from __future__ import annotations

import json
from itertools import chain

from scalingo_cli.sandbox import Sandbox
from tests.command_tree import FILES

NEEDLE = "n33dle"  # in each secret that these tests plant; base64 of a PEM file may not hold it
SECRETS = {
    "plain": f"{NEEDLE}-s3cret",
    "quotes": f'say "{NEEDLE}", it\'s \\{NEEDLE}\\',
    "lines": f"-----BEGIN {NEEDLE}-----\n{NEEDLE}AAA+/=\n{NEEDLE}BBB\n-----END {NEEDLE}-----\n",
    "crlf": f"{NEEDLE} one\r\n{NEEDLE} two",
    "unicode": f"{NEEDLE} · Łódź 東京 🥕",
    "json": json.dumps({"key": f'{NEEDLE}"'}),
    "url": f"postgres://user:{NEEDLE}@db.example:5432/{NEEDLE}?password={NEEDLE}&x=<{NEEDLE}>",
    "blanks": f"  {NEEDLE}  ",
    "short": "7#q",
}


def plant(sandbox: Sandbox) -> None:
    """Put secrets wherever the platform keeps some."""
    app = sandbox.store.app(sandbox.main_app)
    values = list(SECRETS.values())
    kept = {"DATABASE_URL", "SCALINGO_POSTGRESQL_URL"}  # which tunnels go to
    edited = []
    for number, row in enumerate(row for row in app.variables if row["name"] not in kept):
        before, row["value"] = row["value"], values[number % len(values)]
        data = {"name": row["name"], "old_value": f"{NEEDLE}-{before}", "value": row["value"]}
        sandbox.store.record(app, app.owner, "edit_variable", data)
        edited.append(data)
    changed = dict.fromkeys(("new_vars", "updated_vars", "deleted_vars"), edited)
    sandbox.store.record(app, app.owner, "edit_variables", changed)
    for collaborator in app.collaborators:
        if "invitation_link" in collaborator:
            collaborator["invitation_link"] += NEEDLE


def secrets(sandbox: Sandbox) -> set[str]:
    """What must not be seen: these, and what the sandbox and the examples have of their own."""
    key = next(line for line in FILES["key.pem"].splitlines() if "-----" not in line)
    log_tokens = chain.from_iterable(app.log_tokens for app in sandbox.store.apps)
    return {NEEDLE, sandbox.token, sandbox.password, key, *log_tokens}
