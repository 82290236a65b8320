"""`scalingo deployments`: what was deployed, and how that went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import operation, pagination
from scalingo_cli.errors import Failed, NotFound, TimedOut
from scalingo_cli.options import Group, paginated
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
)


def _seconds(duration: object) -> str:
    return f"{duration} s" if duration is not None else ""


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
@click.argument("deployment_id", metavar="[ID|latest]", default="latest")
@click.pass_obj
def show(session: Session, deployment_id: str) -> None:
    """Show a deployment."""
    session.show({"deployment": _deployment(session, deployment_id)}, DEPLOYMENT)


@deployments.command(
    answers_json=False, examples=["scalingo deployments output latest | tail -n 20"]
)
@click.argument("deployment_id", metavar="[ID|latest]", default="latest")
@click.pass_obj
def output(session: Session, deployment_id: str) -> None:
    """Print what a deployment printed, as it is."""
    deployment = _deployment(session, deployment_id)
    session.pass_on(session.api.stream(_output_link(session, deployment)))


@deployments.command(examples=["scalingo deployments follow latest"])
@click.argument("deployment_id", metavar="[ID|latest]", default="latest")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="Stop following then, with exit code 124.",
)
@click.pass_obj
def follow(session: Session, deployment_id: str, timeout: float | None) -> None:
    """Follow a deployment to its end: exit 0 when it succeeds, else 1."""
    deployment = _deployment(session, deployment_id)
    told = None
    for _ in operation.paced(timeout):
        deployment = _deployment(session, deployment["id"])
        status = deployment.get("status")
        if status != told:
            session.say(f"deployment: {status}")
            told = status
        if status not in IN_PROGRESS:
            break
    else:
        raise TimedOut(
            f"The deployment is still {told} after {timeout:g} seconds; it goes on.",
            f"Follow it again: scalingo deployments follow {deployment['id']}",
        )
    if told != "success":
        raise Failed(
            f"The deployment ended in {told}.",
            f"Read what it printed: scalingo deployments output {deployment['id']}",
        )
    session.show({"deployment": deployment}, DEPLOYMENT)


def _deployment(session: Session, deployment_id: str) -> Any:
    """Return a deployment by id, or the newest one. Raises NotFound."""
    if deployment_id == "latest":
        newest = session.api.get(
            "apps", session.app, "deployments", params={"page": 1, "per_page": 1}
        )["deployments"]
        if not newest:
            raise NotFound(f"{session.app} was never deployed.")
        deployment_id = newest[0]["id"]
    return session.api.get("apps", session.app, "deployments", deployment_id)["deployment"]


def _output_link(session: Session, deployment: dict[str, Any]) -> str:
    """Return where the output is: the link of the answer, else the documented route."""
    link = at(deployment, "links.output")
    if isinstance(link, str) and link:
        return link
    return session.api.url("apps", session.app, "deployments", deployment["id"], "output")
