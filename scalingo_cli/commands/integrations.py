"""`scalingo integrations`: the accounts at GitHub, GitLab and the like that apps are linked by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli import known
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import option, without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.collection import Collection
from scalingo_cli.commands.keys import KEY
from scalingo_cli.console.view import Column, View, date, plain
from scalingo_cli.errors import BadUsage
from scalingo_cli.settings import HINT_SECONDS

if TYPE_CHECKING:
    from scalingo_cli.session import Session

INTEGRATION = View(
    "scm_integrations",
    "scm_integration",
    {"Type": "scm_type", "Account": "username", "URL": "url"},
    details={"Profile": "profile_url", "Created": date("created_at"), "ID": "id"},
    empty="Your account has no integrations. Add one: scalingo integrations add github",
    listing="integrations list",
    about=("username",),
)
INTEGRATIONS = Collection(
    INTEGRATION,
    path=("scm_integrations",),
    of_app=False,
    called_by=("scm_type",),
    is_regional=True,
    noun="integration",
)
REPOSITORY = View(
    "repositories",
    "repository",
    {"Name": "fullName", "Description": "description", "URL": "url"},
    empty="No repository found.",
)
BRANCH = View(
    "branches",
    "branch",
    {
        "Name": Column(
            lambda record: plain(record.get("name") if isinstance(record, dict) else record)
        )
    },
    empty="No branch found.",
)
PULL = View(
    "pull_requests",
    "pull_request",
    {"Number": "number", "Title": "title", "URL": "html_url"},
    empty="No pull request found.",
)
IN_A_BROWSER = ("github", "gitlab")
SELF_HOSTED = ("github-enterprise", "gitlab-self-hosted")
ONE_OF_THEM = Word(listing="integrations list")


@click.group("integrations", cls=Group)
def command() -> None:
    """List, add and remove integrations with GitHub and GitLab."""


@command.command(
    "list",
    examples=[
        "scalingo integrations",
        "scalingo integrations --json | jq -r '.scm_integrations[].url'",
    ],
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the integrations of your account.

    Their tokens are secrets, so they are shown only with --json.
    """
    session.show(INTEGRATIONS.get(session), INTEGRATION)


@command.command(examples=["scalingo integrations show github"])
@click.argument("integration", metavar="TYPE|ID", type=ONE_OF_THEM)
@click.pass_obj
def show(session: Session, integration: str) -> None:
    """Show an integration."""
    session.show(INTEGRATIONS.show(session, integration), INTEGRATION)


@command.command(
    changes=True,
    examples=[
        "scalingo integrations add github",
        "scalingo integrations add gitlab-self-hosted --url https://git.example.com"
        " --token-stdin <token.txt",
    ],
)
@click.argument("scm_type", metavar="TYPE", type=Word(*IN_A_BROWSER, *SELF_HOSTED))
@click.option("--url", metavar="URL", help="Address of your own GitHub or GitLab.")
@option(
    "--token-stdin",
    is_flag=True,
    help="Read its access token from standard input (default: ask for it).",
)
@click.option("--token", hidden=True)
@click.pass_obj
def add(
    session: Session, scm_type: str, url: str | None, token_stdin: bool, token: str | None
) -> None:
    """Add an integration.

    TYPE is github or gitlab, which are connected in a browser at the address that is printed; or
    github-enterprise or gitlab-self-hosted, which require --url and an access token.
    """
    api = session.regional_api
    if scm_type not in {*IN_A_BROWSER, *SELF_HOSTED}:
        raise known.unknown("type", scm_type, [*IN_A_BROWSER, *SELF_HOSTED])
    if scm_type in IN_A_BROWSER:
        page = f"{session.auth.platform.auth_url}/users/{scm_type}/link"
        session.say(f"{scm_type} is connected in a browser. Open:")
        session.console.show_value({"url": page}, page)
        return
    if url is None:
        raise BadUsage(f"{scm_type} requires --url.")
    if token == "-":  # noqa: S105 - it means standard input
        token, token_stdin = None, True
    if token:
        session.console.say_public("a token", "--token-stdin < FILE")
    elif not token_stdin:
        session.prompter.require_terminal("Access token", "Pass --token-stdin and redirect a file.")
    token = token or session.prompter.secret("Access token:")
    integration = {"scm_type": scm_type, "url": url, "access_token": token}
    answer = api.send("POST", *INTEGRATIONS.at(session), json={"scm_integration": integration})
    session.show(answer.document, INTEGRATION)
    session.say(f"Added the integration with {url}.")


@command.command(
    changes=True, reversible=False, examples=["scalingo integrations remove github --yes"]
)
@click.argument("integration", metavar="TYPE|ID", type=ONE_OF_THEM)
@without_asking
@click.pass_obj
def remove(session: Session, integration: str, yes: bool) -> None:
    """Remove an integration; apps linked through it are no longer deployed."""
    found = INTEGRATIONS.one(session, integration)
    what = f"the integration with {plain(found.get('scm_type'))} ({plain(found.get('username'))})"
    session.prompter.agree(f"Remove {what}? Apps linked by it are no longer deployed.", yes)
    session.api.send("DELETE", *INTEGRATIONS.at(session, plain(found["id"])))
    session.say(f"Removed {what}.")


@command.command("import-keys", changes=True, examples=["scalingo integrations import-keys github"])
@click.argument("integration", metavar="TYPE|ID", type=ONE_OF_THEM)
@click.pass_obj
def import_keys(session: Session, integration: str) -> None:
    """Add the SSH keys of an integration to your account."""
    found = INTEGRATIONS.one(session, integration)
    path = INTEGRATIONS.at(session, plain(found["id"]), "import_keys")
    answer = session.api.send("POST", *path)
    new = answer.document["keys"] or []
    session.show(answer.document, KEY._replace(empty="", listing=""))
    session.say(f"Added {len(new)} key{'s' * (len(new) != 1)}." if new else "No new keys.")


@command.command(examples=["scalingo integrations repos github shop"])
@click.argument("integration", metavar="TYPE|ID", type=ONE_OF_THEM)
@click.argument("query", metavar="[WORDS]", default="")
@click.pass_obj
def repos(session: Session, integration: str, query: str) -> None:
    """Search the repositories of an integration."""
    _search(session, integration, "search_repos", query, REPOSITORY)


@command.command(examples=["scalingo integrations branches github pinecrate/shop"])
@click.argument("integration", metavar="TYPE|ID", type=ONE_OF_THEM)
@click.argument("repository", metavar="OWNER/REPOSITORY")
@click.pass_obj
def branches(session: Session, integration: str, repository: str) -> None:
    """List the branches of a repository."""
    from shlex import quote

    found = plain(INTEGRATIONS.one(session, integration)["id"])

    def repositories() -> list[str]:
        path = INTEGRATIONS.at(session, found, "search_repos")
        document = session.api.get(*path, params={"query": ""}, within_seconds=HINT_SECONDS)
        return [REPOSITORY.identity(row) for row in document["repositories"] or ()]

    listing = session.auth.line(f"integrations repos {quote(integration)}")
    with known.suggesting("Repository", repository, repositories, listing=listing):
        path = INTEGRATIONS.at(session, found, "branches")
        session.show(session.api.get(*path, params={"repo_name": repository}), BRANCH)


@command.command(examples=["scalingo integrations pulls github onions"])
@click.argument("integration", metavar="TYPE|ID", type=ONE_OF_THEM)
@click.argument("query", metavar="[WORDS]", default="")
@click.pass_obj
def pulls(session: Session, integration: str, query: str) -> None:
    """Search the pull requests of an integration."""
    _search(session, integration, "search_pull_requests", query, PULL)


def _search(session: Session, integration: str, what: str, query: str, view: View) -> None:
    found = INTEGRATIONS.one(session, integration)
    path = INTEGRATIONS.at(session, plain(found["id"]), what)
    session.show(session.api.get(*path, params={"query": query}), view)
