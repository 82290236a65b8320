"""`scalingo deployments`: what was deployed, and how that went."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import paginated, timeout_option
from scalingo_cli.cli.types import Word
from scalingo_cli.console import lookup
from scalingo_cli.console.view import Column, View, at, date, moment, plain, size, status
from scalingo_cli.errors import BadUsage, Failed, NextStep, NotFound, TimedOut

if TYPE_CHECKING:
    from scalingo_cli.api.document import Document
    from scalingo_cli.api.services import Service
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App, Session

IN_PROGRESS = {"created", "queued", "building", "pushing", "starting"}
FAILED = ("-error", "aborted")  # endings of the statuses of a deployment that failed
COMMIT = Column(
    lambda record: plain(at(record, "git_ref")), lambda record: plain(at(record, "git_ref"))[:8]
)
DEPLOYMENT = View(
    "deployments",
    "deployment",
    {
        "ID": "id",
        "Status": status("status"),
        "Date": date("created_at"),
        "Commit": COMMIT,
        "By": "pusher.username",
    },
    details={"Duration": Column(lambda record: _seconds(at(record, "duration")))},
    empty="Nothing has been deployed yet.",
    listing="deployments list",
    about=(moment("created_at"), "status", COMMIT),
    also=COMMIT,
)
# Only the regional platform has the size.
REGIONAL = DEPLOYMENT._replace(details={**DEPLOYMENT.details, "Image": size("image_size")})


def _seconds(duration: object) -> str:
    return f"{duration} s" if duration is not None else ""


A_DEPLOYMENT = Word("latest", listing="deployments list")
ONE_OF_THEM = "[ID|COMMIT|latest]"


@click.group("deployments", cls=Group, takes_app=True)
def command() -> None:
    """List, show and follow deployments."""


@command.command(
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

    Lists the first page unless --limit, --all or --page is given.
    """
    from scalingo_cli.api import pagination

    app = session.app()
    path = ("apps", app.name, "deployments")
    wanted = pagination.Wanted(limit, everything, page, per_page)
    listing = pagination.listing(app.api, *path, root="deployments", wanted=wanted)
    session.console.show_listing(listing, DEPLOYMENT)


@command.command(examples=["scalingo deployments show latest"])
@click.argument("deployment_id", metavar=ONE_OF_THEM, default="latest", type=A_DEPLOYMENT)
@click.pass_obj
def show(session: Session, deployment_id: str) -> None:
    """Show a deployment, given the start of its ID or of its commit (default: the latest)."""
    app = session.app()
    view = REGIONAL if app.api.platform.is_regional else DEPLOYMENT
    document = app.api.get(*_path(app, deployment_id))
    session.show(document, view)
    if str(at(document, "deployment.status")).endswith(FAILED):
        session.console.progress(_output_hint(app, str(at(document, "deployment.id"))))


@command.command(answers_json=False, examples=["scalingo deployments output latest | tail -n 20"])
@click.argument("deployment_id", metavar=ONE_OF_THEM, default="latest", type=A_DEPLOYMENT)
@click.pass_obj
def output(session: Session, deployment_id: str) -> None:
    """Print the output of a deployment, unchanged (default: the latest)."""
    app = session.app()
    path = _path(app, deployment_id)
    link = _link(app, path, app.api.get(*path))
    with app.api.stream("GET", service=link) as answer:
        session.console.pass_on(answer.chunks)


@command.command(
    "clear-cache", changes=True, examples=["scalingo deployments clear-cache --region osc-fr1"]
)
@click.pass_obj
def clear_cache(session: Session) -> None:
    """Delete the deployment cache; the next deployment builds from scratch."""
    api, app = session.regional_api, session.app()
    api.send("DELETE", "apps", app.name, "caches", "deployment")
    session.say(f"Deleted the deployment cache of {app.name}. The next deployment starts anew.")


@command.command(examples=["scalingo deployments follow latest"])
@click.argument("deployment_id", metavar=ONE_OF_THEM, required=False, type=A_DEPLOYMENT)
@click.option(
    "--next",
    "is_next",
    is_flag=True,
    help="Follow the deployment in progress, or wait for the next one.",
)
@timeout_option
@click.pass_obj
def follow(
    session: Session, deployment_id: str | None, is_next: bool, timeout: float | None
) -> None:
    """Follow a deployment until it finishes (default: the latest); exit with 1 if it fails.

    Prints the deployment's output as it arrives; with --json, the finished deployment instead.
    After a lost connection, the output resumes where it stopped. --timeout counts from the start,
    and includes the wait for the next deployment.
    """
    if is_next and deployment_id:
        raise BadUsage("ID cannot be combined with --next.")
    from scalingo_cli.polling.follow import Output, Step, Task, status_of
    from scalingo_cli.polling.follow import follow as followed
    from scalingo_cli.polling.poller import Poller

    app, console = session.app(), session.console
    if is_next:
        deployment_id, timeout = _next(app, session, timeout)
    path = _path(app, deployment_id or "latest")
    poller = Poller.of(session, timeout, endless=True)
    output = Output()

    def look(within_seconds: float) -> Step:
        poller.pace.request()
        document = app.api.get(*path, within_seconds=within_seconds)
        new: list[bytes] = []
        if not console.as_json:
            poller.pace.request()
            new = output.new(app.api, _link(app, path, document), within_seconds)
        if new:
            poller.pace.hurry()
        return Step(status_of(document, "deployment"), new, document)

    resume = NextStep("To follow it again", app.line(f"deployments follow {quote(path[-1])}"))
    task = Task("deployment", IN_PROGRESS, look, resume)
    with console.group(f"Deployment {path[-1]} of {app.name}"):
        console.let_through()
        document = followed(task, poller, console, console.status)
    if (status := document["deployment"]["status"]) != "success":
        shown = None if not console.as_json else _output_hint(app, path[-1])
        raise Failed(f"The deployment failed: {status}.", shown)
    if console.as_json:
        session.show(document, DEPLOYMENT)


def _next(app: App, session: Session, timeout_seconds: float | None) -> tuple[str, float]:
    """Return the ID of the deployment in progress, else of the next one, and the seconds left.

    Raises TimedOut if none has started by then.
    """
    from scalingo_cli.polling.poller import SHORTEST_LOOK_SECONDS, Poller

    poller = Poller.of(session, timeout_seconds, endless=True)
    end = poller.pace.now() + poller.timeout_seconds
    known: set[str] | None = None

    def look(within_seconds: float) -> list[Any]:
        poller.pace.request()
        path, params = ("apps", app.name, "deployments"), {"page": 1, "per_page": 10}
        document = app.api.get(*path, params=params, within_seconds=within_seconds)
        return document["deployments"] or []

    for rows in poller.answers(look):
        new = [
            plain(at(row, "id"))
            for row in rows
            if (plain(at(row, "id")) not in known if known is not None else _goes_on(row))
        ]
        if new:
            return new[-1], max(end - poller.pace.now(), SHORTEST_LOOK_SECONDS)
        if known is None:
            known = {plain(at(row, "id")) for row in rows}
            session.console.progress(
                f"Waiting for the next deployment of {app.name}. Ctrl-C stops."
            )
    raise TimedOut(
        f"No deployment of {app.name} started in {poller.timeout_seconds:g} seconds.",
        NextStep("To wait again", app.line("deployments follow --next")),
    )


def _goes_on(row: Record) -> bool:
    return at(row, "status") in IN_PROGRESS


def _output_hint(app: App, deployment_id: str) -> NextStep:
    return NextStep("Read its output", app.line(f"deployments output {quote(deployment_id)}"))


def _path(app: App, deployment_id: str) -> tuple[str, ...]:
    """Return the path of a deployment, by its id, the start of it or of its commit, or `latest`.

    Raises NotFound if there is none, and Misused if there are several.
    """
    path = ("apps", app.name, "deployments")
    if lookup.may_be_start(deployment_id):
        from scalingo_cli.api import pagination

        found = lookup.by_start(
            pagination.each(app.api, *path, root="deployments"),
            deployment_id,
            "git_ref",
            view=DEPLOYMENT,
            missing=f"{app.name} has no deployment",
            listing=app.line("deployments"),
        )
        return (*path, plain(found["id"]))
    if deployment_id != "latest":
        return (*path, deployment_id)
    newest = app.api.get(*path, params={"page": 1, "per_page": 1})["deployments"]
    if not newest:
        raise NotFound(f"{app.name} has never been deployed.")
    return (*path, str(newest[0]["id"]))


def _link(app: App, path: tuple[str, ...], document: Document) -> Service:
    """Return the address of the output: the one in its record, else the documented one."""
    link = at(document, "deployment.links.output") or app.api.url(*path, "output")
    return app.api.link(str(link))
