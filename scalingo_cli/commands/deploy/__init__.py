"""`scalingo deploy`: deploy from an archive, without git."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import option, timeout_option
from scalingo_cli.commands import deployments
from scalingo_cli.console.tally import accounting
from scalingo_cli.errors import BadUsage

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
        "scalingo deploy . --region osc-fr1",
        "scalingo deploy https://example.com/app.tar.gz v1.2 --region osc-fr1 --no-follow",
    ],
)
@click.argument("source", metavar="DIRECTORY|ARCHIVE|URL", type=click.Path())
@click.argument("version", required=False, metavar="[REF]")
@click.option(
    "--ref",
    metavar="REF",
    help="Version to record, such as a commit or a tag (default: the checkout's commit).",
)
@click.option(
    "-f",
    "--follow/--no-follow",
    default=True,
    help="Whether to follow the deployment, and exit with 1 if it fails (default: --follow).",
)
@option(
    "--war",
    aliases=["-w"],
    is_flag=True,
    help="The source is a Java .war (default: if its name ends so).",
)
@timeout_option
@click.pass_context
def command(
    context: click.Context,
    source: str,
    version: str | None,
    ref: str | None,
    follow: bool,
    war: bool,
    timeout: float | None,
) -> None:
    """Deploy a directory, an archive or a URL, without git.

    A directory is packed first; in a git checkout, files listed in .gitignore are left out. An
    archive is a .tar.gz with a single directory at its root, or a .war, which is packed. Prints the
    deployment's output until it finishes; with --json, the finished deployment.
    """
    if version and ref:
        raise BadUsage("REF and --ref cannot be combined.")
    if timeout and not follow:
        raise BadUsage("--timeout cannot be combined with --no-follow.")
    session: Session = context.obj
    api, app = session.regional_api, session.app()
    ref, url = version or ref, source
    is_remote = source.startswith(("http://", "https://"))
    war = war or source.partition("?")[0].lower().endswith(".war")
    if war or not is_remote:
        from contextlib import ExitStack

        from scalingo_cli.api import upload
        from scalingo_cli.commands.deploy import archive

        ref = ref or (None if is_remote else archive.commit_of(source))
        with ExitStack() as stack, accounting(lambda: "Nothing was deployed."):
            if war:
                file = archive.war(api, source, app.name, stack)
            else:
                file = archive.opened(source, stack)
            body = upload.archive(archive.file_name(source) if is_remote else source, file)
            answer = api.send("POST", "sources")
            place = NOT_MADE if session.console.is_dry_run else answer.document["source"]
            address = api.place(place["upload_url"], signed=False)
            upload.send(api, "PUT", address, body, session.console)
        url = place["download_url"]
    deployment = {"source_url": url, **({"git_ref": ref} if ref else {})}
    document = api.send(
        "POST", "apps", app.name, "deployments", json={"deployment": deployment}
    ).document
    deployment_id = str(document["deployment"]["id"])
    if follow:
        session.console.progress(f"Started deployment {deployment_id}.")
        context.invoke(deployments.follow, deployment_id=deployment_id, timeout=timeout)
        return
    session.show(document, deployments.DEPLOYMENT)
    session.say(
        f"Deployment started. To follow it: {app.line(f'deployments follow {deployment_id}')}"
    )
