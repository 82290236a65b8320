"""`scalingo config`: what is in force here, and the region to use from now on."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import click

from scalingo_cli import settings
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.types import Word
from scalingo_cli.console import lookup
from scalingo_cli.console.view import View, plain
from scalingo_cli.errors import Misused, NextStep, NotAllowed

if TYPE_CHECKING:
    from scalingo_cli.session import Session

SETTING = View("config", "setting", {"Setting": "name", "Value": "value"})


@click.group("config", cls=Group, default="show")
def command() -> None:
    """Show the settings of this client, and set the region.

    The environment variables of an app: scalingo env
    """


@command.command(
    examples=[
        "scalingo config show",
        "scalingo config show --json | jq -r '.config[] | select(.name == \"region\").value'",
    ]
)
@click.pass_obj
def show(session: Session) -> None:
    """Show the account, the platform, the region and the directories in force."""
    from scalingo_cli.auth import credentials

    platform = session.auth.platform
    account = None if credentials.in_environment() else session.auth.account
    values = {
        "account": account.name if account else "",
        "token": f"${credentials.VARIABLE}" if credentials.in_environment() else "",
        "platform": platform.host,
        "region": platform.region or "",
        "api": platform.url,
        "config directory": str(settings.config_dir()),
        "cache directory": str(settings.cache_dir()),
    }
    rows = [{"name": name, "value": value} for name, value in values.items()]
    session.show({"config": rows}, SETTING)
    if region := session.auth.region_option:
        keep = (
            f"export SCALINGO_REGION={region}"
            if credentials.in_environment()
            else f"scalingo config set-region {region}"
        )
        session.say(f"The region is {region} for this command only. To keep it: {keep}")


@command.command("set-region", changes_here=True, examples=["scalingo config set-region osc-fr1"])
@click.argument("name", metavar="REGION", type=Word("osc-fr1", "osc-secnum-fr1"))
@click.pass_obj
def set_region(session: Session, name: str) -> None:
    """Set the region of the account in use, for this and all later commands.

    For one command only, pass --region to it instead.
    """
    from scalingo_cli.auth import accounts
    from scalingo_cli.storage import completion_cache

    account = session.auth.account
    if account is None:
        raise NotAllowed(
            "No account has signed in on this machine.",
            NextStep("Set SCALINGO_REGION, or sign in", "scalingo login"),
        )
    if account.region is None:
        raise Misused(
            f"{account.name} is signed in to the legacy API, which has no regions.",
            NextStep("Sign in to the region", f"scalingo login --region {quote(name)}"),
        )
    regions = session.regional_api.get("regions")["regions"]
    region = lookup.one(
        regions, name, "name", missing="The platform has no region", listing="scalingo regions"
    )
    completion_cache.forget()
    accounts.add(account._replace(region=plain(region["name"])))
    session.say(f"{account.name} now uses the region {name}.")
