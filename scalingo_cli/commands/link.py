"""`scalingo link`: the repository that an app is deployed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import several, switch, without_asking
from scalingo_cli.cli.types import Number
from scalingo_cli.commands import deployments
from scalingo_cli.commands.integrations import INTEGRATIONS
from scalingo_cli.console.view import Column, View, at, date, plain
from scalingo_cli.errors import BadUsage, NotFound

if TYPE_CHECKING:
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App, Session


def _repository(link: Record) -> str:
    return "/".join(filter(None, (plain(link.get(name)) for name in ("owner", "repo"))))


def _after(enabled: str, hours: str) -> Column:
    """Return a column for something that happens, if it is enabled, after some hours."""

    def words(link: Record) -> str:
        if not link.get(enabled):
            return "no"
        count = link.get(hours)
        return f"after {plain(count)} h" if count else "at once"

    return Column(words)


LINK = View(
    "scm_repo_links",
    "scm_repo_link",
    {
        "Repository": Column(_repository),
        "Type": "scm_type",
        "Branch": "branch",
        "Deploys pushes": "auto_deploy_enabled",
        "Review apps": "deploy_review_apps_enabled",
        "Destroyed on close": _after("delete_on_close_enabled", "hours_before_delete_on_close"),
        "Destroyed if stale": _after("delete_stale_enabled", "hours_before_delete_stale"),
        "Forks get review apps": "automatic_creation_from_forks_allowed",
        "Linked by": "linker.username",
        "Last deployed": date("last_auto_deploy_at"),
    },
)
AWARE = "--aware-of-security-risks"
FORKS = "Anyone who can open a pull request can then run code with the app's variables."


@click.group("link", cls=Group, takes_app=True, default="show")
def command() -> None:
    """Link an app to a repository, and deploy its branches."""


@command.command(
    examples=["scalingo link show", "scalingo link show --json | jq .scm_repo_link.branch"]
)
@click.pass_obj
def show(session: Session) -> None:
    """Show the repository that an app is linked to."""
    app = session.regional_app()
    session.show(app.api.get(*path(app)), LINK)


aware_of_risks = click.option(
    AWARE, is_flag=True, help="Allow code from forks without asking for confirmation."
)
# What is deployed, and when review apps are destroyed, under the API's own names.
_settings = several(
    click.option("--branch", metavar="NAME", help="Branch to deploy."),
    switch("auto-deploy", "auto_deploy_enabled", help="Whether pushes to the branch are deployed."),
    switch(
        "deploy-review-apps",
        "deploy_review_apps_enabled",
        help="Whether pull requests get review apps.",
    ),
    switch(
        "destroy-on-close",
        "delete_on_close_enabled",
        help="Whether a review app is destroyed once its pull request is closed.",
    ),
    click.option(
        "--hours-before-destroy-on-close",
        "hours_before_delete_on_close",
        type=Number(int, 0),
        metavar="N",
        help="Hours to wait before it is destroyed.",
    ),
    switch(
        "destroy-on-stale",
        "delete_stale_enabled",
        help="Whether an inactive review app is destroyed.",
    ),
    click.option(
        "--hours-before-destroy-on-stale",
        "hours_before_delete_stale",
        type=Number(int, 1),
        metavar="N",
        help="Hours of inactivity before it is destroyed.",
    ),
    switch(
        "allow-review-apps-from-forks",
        "automatic_creation_from_forks_allowed",
        help="Whether pull requests from forks get review apps.",
    ),
    aware_of_risks,
)


@command.command(
    changes=True,
    examples=[
        "scalingo link create https://github.com/pinecrate/shop --app pinecrate-blog"
        " --branch main --auto-deploy"
    ],
)
@click.argument("url")
@_settings
@click.pass_obj
def create(session: Session, /, url: str, **settings: Any) -> None:
    """Link an app to the repository at URL.

    The host of the URL must be one of your integrations.
    """
    app = session.regional_app()
    given = _given(session, settings)
    if given.get("delete_stale_enabled") and "hours_before_delete_stale" not in given:
        raise BadUsage("--destroy-on-stale requires --hours-before-destroy-on-stale.")
    integration = _integration_of(session, url)
    link = {"source": url, "auth_integration_uuid": plain(integration["id"]), **given}
    answer = app.api.send("POST", *path(app), json={"scm_repo_link": link})
    session.show(answer.document, LINK)
    session.say(f"Linked {app.name} to {url}.")


@command.command(
    changes=True,
    examples=[
        "scalingo link update --branch main --no-auto-deploy",
        "scalingo link update --destroy-on-stale --hours-before-destroy-on-stale 48",
    ],
)
@_settings
@click.pass_obj
def update(session: Session, /, **settings: Any) -> None:
    """Change the link of an app; omitted settings are kept."""
    app = session.regional_app()
    given = _given(session, settings)
    if not given:
        raise BadUsage("Nothing to change: give at least one option.")
    if given.get("delete_stale_enabled") and "hours_before_delete_stale" not in given:
        link = app.api.get(*path(app))["scm_repo_link"]
        if not link.get("hours_before_delete_stale"):  # all would be destroyed at once
            raise BadUsage("--destroy-on-stale requires --hours-before-destroy-on-stale.")
    answer = app.api.send("PATCH", *path(app), json={"scm_repo_link": given})
    session.show(answer.document, LINK)
    session.say(f"Updated the link of {app.name}.")


@command.command(changes=True, examples=["scalingo link delete --yes"])
@without_asking
@click.pass_obj
def delete(session: Session, yes: bool) -> None:
    """Unlink an app from its repository."""
    app = session.regional_app()
    repository = _repository(app.api.get(*path(app))["scm_repo_link"])
    session.prompter.agree(f"Unlink {app.name} from {repository}?", yes)
    app.api.send("DELETE", *path(app))
    session.say(f"Unlinked {app.name} from {repository}.")


@command.command(changes=True, examples=["scalingo link deploy main --follow"])
@click.argument("branch")
@click.option(
    "-f",
    "--follow",
    is_flag=True,
    help="Follow the deployment, and exit with 0 if it succeeds or 1 if it fails.",
)
@click.pass_context
def deploy(context: click.Context, branch: str, follow: bool) -> None:
    """Deploy a branch of the linked repository."""
    session: Session = context.obj
    app = session.regional_app()
    answer = app.api.send("POST", *path(app), "manual_deploy", json={"branch": branch})
    deployment_id = plain(at(answer.document, "deployment.id"))
    if follow:
        session.console.progress(f"Started deployment {deployment_id} of {branch}.")
        context.invoke(deployments.follow, deployment_id=deployment_id, timeout=None)
        return
    session.show(answer.document, deployments.DEPLOYMENT)
    session.say(
        f"Deployment of {branch} started. To follow it:"
        f" {app.line(f'deployments follow {deployment_id}')}"
    )


def path(app: App) -> tuple[str, ...]:
    """Return the path of the link of an app."""
    return ("apps", app.name, "scm_repo_link")


def _given(session: Session, settings: dict[str, Any]) -> dict[str, Any]:
    """Return what was given of these options, once what code from forks may do is agreed."""
    aware = settings.pop("aware_of_security_risks")
    if settings["automatic_creation_from_forks_allowed"]:
        session.prompter.agree(f"{FORKS} Allow review apps from forks?", aware, AWARE)
    return {name: value for name, value in settings.items() if value is not None}


def _integration_of(session: Session, url: str) -> Record:
    """Return the integration of a repository. Raises NotFound without one, BadUsage for no URL."""
    from urllib.parse import urlsplit

    wanted = urlsplit(url)
    if wanted.scheme not in {"http", "https"} or not wanted.hostname:
        raise BadUsage(
            f'"{url}" is not the URL of a repository.', "For example: https://github.com/you/shop"
        )
    rows: list[Record] = INTEGRATIONS.get(session)["scm_integrations"] or []
    for row in rows:
        host = urlsplit(plain(at(row, "url")))
        if (host.scheme, host.netloc.lower()) == (wanted.scheme, wanted.netloc.lower()):
            return row
    raise NotFound(
        f"You have no integration with {wanted.scheme}://{wanted.netloc}.",
        f"Add one: {session.auth.line('integrations add TYPE')}",
    )
