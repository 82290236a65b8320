"""`scalingo deployments`: what was deployed, and how that went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import operation, pagination
from scalingo_cli.errors import Failed, NotFound
from scalingo_cli.options import Group, Word, paginated, timeout_option
from scalingo_cli.output import Column, View, at, date, plain, status
from scalingo_cli.pagination import Wanted

if TYPE_CHECKING:
    from scalingo_cli.session import Session

IN_PROGRESS = {"queued", "building", "pushing", "starting"}
DEPLOYMENT = View(
    "deployments",
    "deployment",
    {
        "ID": "id",
        "Status": status("status"),
        "Date": date("created_at"),
        "Commit": Column(
            lambda record: plain(at(record, "git_ref")),
            lambda record: plain(at(record, "git_ref"))[:8],
        ),
        "By": "pusher.username",
    },
    details={"Duration": Column(lambda record: _seconds(at(record, "duration")))},
    empty="Nothing was deployed yet.",
    listing="deployments list",
)


def _seconds(duration: object) -> str:
    return f"{duration} s" if duration is not None else ""


A_DEPLOYMENT = Word("latest", listing="deployments list")


@click.group(cls=Group, takes_app=True)
def deployments() -> None:
    """List, show and follow deployments."""


@deployments.command(
    "list",
    examples=[
        "scalingo deployments",
        "scalingo deployments --all --json | jq -r '.deployments[] | .id + \" \" + .status'",
    ],
)
@paginated
@click.pass_obj
def list_(
    session: Session, limit: int | None, everything: bool, page: int | None, per_page: int | None
) -> None:
    """List the deployments of an app, newest first.

    Without --limit, --all or --page: the first page, as the platform sizes it.
    """
    document = pagination.listing(
        session.api,
        "apps",
        session.app,
        "deployments",
        root="deployments",
        wanted=Wanted(limit, everything, page, per_page),
    )
    session.show(document, DEPLOYMENT)
    session.say_more_pages(document)


@deployments.command(examples=["scalingo deployments show latest"])
@click.argument("deployment_id", metavar="[ID|latest]", default="latest", type=A_DEPLOYMENT)
@click.pass_obj
def show(session: Session, deployment_id: str) -> None:
    """Show a deployment."""
    session.show(session.api.get(*_path(session, deployment_id)), DEPLOYMENT)


@deployments.command(
    answers_json=False, examples=["scalingo deployments output latest | tail -n 20"]
)
@click.argument("deployment_id", metavar="[ID|latest]", default="latest", type=A_DEPLOYMENT)
@click.pass_obj
def output(session: Session, deployment_id: str) -> None:
    """Print what a deployment printed, as it is."""
    path = _path(session, deployment_id)
    link = at(session.api.get(*path), "deployment.links.output")
    session.pass_on(session.api.stream(str(link or session.api.url(*path, "output"))))


@deployments.command(examples=["scalingo deployments follow latest"])
@click.argument("deployment_id", metavar="[ID|latest]", default="latest", type=A_DEPLOYMENT)
@timeout_option
@click.pass_obj
def follow(session: Session, deployment_id: str, timeout: float | None) -> None:
    """Follow a deployment to its end: exit 0 when it succeeds, else 1."""
    path = _path(session, deployment_id)
    named = f"{path[-1]} --app {session.app}"
    document = operation.ended(
        session,
        *path,
        root="deployment",
        in_progress=IN_PROGRESS,
        resume=f"To follow it again: scalingo deployments follow {named}",
        timeout=timeout,
    )
    status = document["deployment"]["status"]
    if status != "success":
        raise Failed(
            f"The deployment ended in {status}.",
            f"Read what it printed: scalingo deployments output {named}",
        )
    session.show(document, DEPLOYMENT)


def _path(session: Session, deployment_id: str) -> tuple[str, ...]:
    """Return the path of a deployment, or of the newest. Raises NotFound where there is none."""
    path = ("apps", session.app, "deployments")
    if deployment_id != "latest":
        return (*path, deployment_id)
    newest = session.api.get(*path, params={"page": 1, "per_page": 1})["deployments"]
    if not newest:
        raise NotFound(f"{session.app} was never deployed.")
    return (*path, str(newest[0]["id"]))
