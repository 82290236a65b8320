"""`scalingo private-network`: the names by which the containers of an app reach each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.types import Number
from scalingo_cli.console.view import View
from scalingo_cli.errors import Failed

if TYPE_CHECKING:
    from scalingo_cli.session import Session

LARGEST_PAGE = 50
DOMAIN_NAME = View(
    "domain_names",
    "domain_name",
    {"Name": "name"},
    empty="This app has no names on the private network.",
)


@click.group("private-network", cls=Group, takes_app=True, default="domains")
def command() -> None:
    """List the names of an app on the private network."""


@command.command(
    examples=[
        "scalingo private-network domains",
        "scalingo private-network domains --json | jq -r '.domain_names.data[]'",
    ]
)
@click.option(
    "--page", type=Number(int, 1), metavar="N", help="Number of the page to fetch (default: 1)."
)
@click.option(
    "--per-page",
    type=Number(int, 1, LARGEST_PAGE),
    metavar="N",
    help=f"Records per page, {LARGEST_PAGE} at most (default: the platform's).",
)
@click.pass_obj
def domains(session: Session, page: int | None, per_page: int | None) -> None:
    """List the domain names of an app on the private network."""
    api, app = session.regional_api, session.app()
    asked = {"page": page, "per_page": per_page}
    document = api.get(
        "apps",
        app.name,
        "private_network_domain_names",
        params={name: value for name, value in asked.items() if value is not None},
    )
    if session.console.as_json:
        session.show(document, DOMAIN_NAME)
        return
    names = document["domain_names"]
    if not isinstance(names, dict) or not isinstance(names.get("data"), list):
        raise Failed("The platform sent no list of domain names.")
    records = [{"name": name} for name in names["data"]]
    listed = {"domain_names": records, "meta": names.get("meta")}
    session.show(listed, DOMAIN_NAME)
    session.console.say_more_pages(listed, also="")
