"""`scalingo regions`: where the regional platform runs apps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.console.view import View

if TYPE_CHECKING:
    from scalingo_cli.session import Session

REGION = View(
    "regions",
    "region",
    {"Name": "name", "Title": "display_name", "API": "api", "SSH": "ssh"},
    empty="The platform has no regions.",
)


@click.group("regions", cls=Group)
def command() -> None:
    """List the regions of the regional platform."""


@command.command("list", examples=["scalingo regions --region osc-fr1"])
@click.pass_obj
def list_(session: Session) -> None:
    """List the regions of the regional platform."""
    from scalingo_cli import settings
    from scalingo_cli.auth import regions

    document = session.regional_api.get("regions")
    regions.remember(settings.auth_base(), document)
    session.show(document, REGION)
