"""`scalingo review-apps`: temporary apps, one for each pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.types import Number, Word
from scalingo_cli.collection import Collection
from scalingo_cli.commands.link import AWARE, FORKS, aware_of_risks, path
from scalingo_cli.console.view import View, at, date, status
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from scalingo_cli.session import Session

REVIEW_APP = View(
    "review_apps",
    "review_app",
    {
        "Name": "app_name",
        "Pull request": "pull_request.number",
        "Title": "pull_request.title",
        "Status": status("last_deployment.status"),
        "Created": date("created_at"),
    },
    details={
        "URL": "pull_request.html_url",
        "Destroyed if stale": date("stale_deletion_date"),
        "Destroyed after close": date("on_close_deletion_date"),
        "ID": "id",
    },
    empty="This app has no review apps. Create one:",
    first="review-apps create NUMBER",
    listing="review-apps list",
    about=("pull_request.title",),
)
REVIEW_APPS = Collection(
    REVIEW_APP,
    path=("scm_repo_link", "review_apps"),
    called_by=("app_name", "pull_request.number"),
    noun="review app",
)


@click.group("review-apps", cls=Group, takes_app=True)
def command() -> None:
    """List review apps, and add one for a pull request."""


@command.command(
    "list",
    examples=["scalingo review-apps", "scalingo review-apps --json | jq '.review_apps | length'"],
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the review apps of an app."""
    session.show(REVIEW_APPS.get(session.regional_app()), REVIEW_APP)


@command.command(examples=["scalingo review-apps show 84"])
@click.argument("review_app", metavar="NAME|NUMBER", type=Word(listing="review-apps list"))
@click.pass_obj
def show(session: Session, review_app: str) -> None:
    """Show a review app, by its name or the number of its pull request."""
    found = REVIEW_APPS.one(session.regional_app(), review_app)
    session.show({"review_app": found}, REVIEW_APP)


@command.command(changes=True, examples=["scalingo review-apps create 81"])
@click.argument("pull_request", metavar="NUMBER", type=Number(int, 1))
@aware_of_risks
@click.pass_obj
def create(session: Session, pull_request: int, aware_of_security_risks: bool) -> None:
    """Create the review app of a pull request, given its number."""
    app = session.regional_app()
    pull = app.api.get(*path(app), "pulls", str(pull_request))["pull"]
    if at(pull, "opened_from_a_forked_repo"):
        source = visible(str(at(pull, "source_repo_name")))
        question = f"This pull request is from the fork {source}. {FORKS} Create a review app?"
        session.prompter.agree(question, aware_of_security_risks, AWARE)
    answer = app.api.send(
        "POST", *path(app), "manual_review_app", json={"pull_request_id": pull_request}
    )
    session.show(answer.document, REVIEW_APP)
    session.say(f"Creating {at(answer.document, 'review_app.app_name')}.")
