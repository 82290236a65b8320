"""`scalingo deploy`: deploy from an archive, without git."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.commands import deployments

if TYPE_CHECKING:
    from scalingo_cli.session import Session

# Stands for a source in a dry run, which has made none.
NOT_MADE = {
    "upload_url": "https://source.invalid/upload_url",
    "download_url": "https://source.invalid/download_url",
}


@click.command(
    "deploy",
    cls=Command,
    changes=True,
    takes_app=True,
    examples=[
        "scalingo deploy . --region osc-fr1 --follow",
        "scalingo deploy https://example.com/app.tar.gz --ref v1.2 --region osc-fr1",
    ],
)
@click.argument("source", metavar="ARCHIVE|DIRECTORY|URL", type=click.Path())
@click.option(
    "--ref",
    metavar="REF",
    help="Version to record, such as a commit or a tag (default: the checkout's commit).",
)
@click.option(
    "-f",
    "--follow",
    is_flag=True,
    help="Follow the deployment, and exit with 0 if it succeeds or 1 if it fails.",
)
@click.pass_context
def command(context: click.Context, source: str, ref: str | None, follow: bool) -> None:
    """Deploy a directory, an archive or a URL, without git.

    A directory is packed first; in a git checkout, files listed in .gitignore are left out. An
    archive is a .tar.gz with a single directory at its root.
    """
    session: Session = context.obj
    api, app = session.regional_api, session.app()
    url = source
    if not source.startswith(("http://", "https://")):
        from contextlib import ExitStack

        from scalingo_cli.api import upload
        from scalingo_cli.commands.deploy import archive

        ref = ref or archive.commit_of(source)
        with ExitStack() as stack, session.console.accounting(lambda: "Nothing was deployed."):
            body = upload.archive(source, archive.opened(source, stack))
            answer = api.send("POST", "sources")
            place = NOT_MADE if session.console.is_dry_run else answer.document["source"]
            upload.send(api, "PUT", api.place(place["upload_url"], signed=False), body)
        url = place["download_url"]
    deployment = {"source_url": url, **({"git_ref": ref} if ref else {})}
    document = api.send(
        "POST", "apps", app.name, "deployments", json={"deployment": deployment}
    ).document
    deployment_id = str(document["deployment"]["id"])
    if follow:
        session.console.progress(f"Started deployment {deployment_id}.")
        context.invoke(deployments.follow, deployment_id=deployment_id, timeout=None)
        return
    session.show(document, deployments.DEPLOYMENT)
    session.say(
        f"Deployment started. To follow it: {app.line(f'deployments follow {deployment_id}')}"
    )
