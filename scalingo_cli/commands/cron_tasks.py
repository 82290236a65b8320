"""`scalingo cron-tasks`: what an app runs on a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.console.view import View, date
from scalingo_cli.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scalingo_cli.session import App, Session

TASK = View(
    "jobs",
    "job",
    {
        "Command": "command",
        "Size": "size",
        "Next": date("next_execution_date"),
        "Last": date("last_execution_date"),
    },
    empty="This app has no cron tasks. They are read from its file cron.json when it is deployed.",
)


@click.group("cron-tasks", cls=Group, takes_app=True)
def command() -> None:
    """List the cron tasks of an app."""


@command.command(
    "list", examples=["scalingo cron-tasks", "scalingo cron-tasks --json | jq -r '.jobs[].command'"]
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the cron tasks of an app, and when each runs next.

    They are read from the file cron.json of the app when it is deployed.
    """
    api = session.regional_api
    app = session.app()._replace(api=api)
    session.show(_tasks(app), TASK)


def _tasks(app: App) -> Mapping[str, Any]:
    """Return the document of the tasks, an empty one if the platform has none for this app.

    Any other thing that is not found raises NotFound, the app itself in the first place.
    """
    try:
        return app.api.get("apps", app.name, "cron_tasks")
    except NotFound as error:
        if not error.resource.startswith("cron"):
            raise
        return {"jobs": []}
