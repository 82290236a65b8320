"""`scalingo stacks`: the systems that containers of apps run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.collection import Collection
from scalingo_cli.console.view import Column, View, at, plain
from scalingo_cli.text.dates import ago, seconds_until

if TYPE_CHECKING:
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session


def _deprecation(stack: Record) -> str:
    """Return when a stack is deprecated, relative to now; empty if unknown."""
    sent = plain(at(stack, "deprecated_at"))
    return "" if seconds_until(sent) is None else ago(sent)


STACK = View(
    "stacks",
    "stack",
    {
        "Name": "name",
        "Description": "description",
        "Default": "default",
        "Deprecated": Column(lambda record: plain(at(record, "deprecated_at")), _deprecation),
        "Image": "base_image",
        "ID": "id",
    },
    empty="The platform has no stacks.",
    listing="stacks list",
    about=("description",),
)
STACKS = Collection(STACK, path=("features", "stacks"), of_app=False, is_regional=True)


@click.group("stacks", cls=Group)
def command() -> None:
    """List the stacks, the operating systems that apps run on."""


@command.command(
    "list",
    examples=[
        "scalingo stacks",
        "scalingo stacks --json | jq -r '.stacks[] | select(.default).name'",
    ],
)
@click.option(
    "--with-deprecated", is_flag=True, help="Include deprecated stacks; --json always has them."
)
@click.pass_obj
def list_(session: Session, with_deprecated: bool) -> None:
    """List the stacks that an app can run on.

    To choose one: scalingo apps update --stack NAME
    """
    document = STACKS.get(session)
    if with_deprecated or session.console.as_json:
        session.show(document, STACK)
    else:
        session.show({"stacks": [row for row in document["stacks"] if not _is_past(row)]}, STACK)


def _is_past(stack: Record) -> bool:
    left = seconds_until(plain(at(stack, "deprecated_at")))
    return left is not None and left <= 0
