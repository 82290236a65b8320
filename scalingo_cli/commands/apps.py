"""`scalingo apps`: the applications of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import settings
from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import everywhere_options, option, switch
from scalingo_cli.cli.types import Word
from scalingo_cli.console.tally import accounting
from scalingo_cli.console.view import Column, View, at, date, plain, status
from scalingo_cli.errors import BadUsage, Failed, NextStep, ScalingoError
from scalingo_cli.settings import HINT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scalingo_cli.api.client import API
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session

APP = View(
    "apps",
    "app",
    {
        "Name": "name",
        "Status": status("status"),
        "Owner": "owner.username",
        "Deployed": date("last_deployed_at"),
    },
    details={
        "Deployed by": "last_deployed_by",
        "URL": "url",
        "Git": "git_url",
        "Created": date("created_at"),
        "ID": "id",
        "Project": "project.name",
        "Stack": Column(lambda app: plain(at(app, "stack.name")) or plain(at(app, "stack_id"))),
        "HTTPS forced": "force_https",
        "Sticky session": "sticky_session",
        "Router logs": "router_logs",
        "Health data": "hds_resource",
    },
    empty="You have no apps yet. Create one: scalingo apps create NAME",
    listing="apps list",
    about=("status",),
)

OF_A_PROJECT = APP._replace(columns={**APP.columns, "Project": "project.name"})
OF_EVERYWHERE = OF_A_PROJECT._replace(
    columns={"Name": "name", "Region": "region", **OF_A_PROJECT.columns},
    empty="There are no apps.",
    listing="",  # completion offers those of the region in force
)
OF_ACCOUNTS = OF_EVERYWHERE._replace(
    columns={"Name": "name", "Region": "region", "Account": "account", **OF_A_PROJECT.columns}
)
DASHBOARD = "https://dashboard.scalingo.com/apps"
# What an app does with a setting, and without it.
SETTINGS = {
    "force_https": ("HTTP is redirected to HTTPS", "HTTP is served as it is"),
    "sticky_session": ("sessions are sticky", "sessions are not sticky"),
    "router_logs": ("its requests are logged", "its requests are not logged"),
}

AN_APP = Word(listing="apps list")
confirmed = click.option(
    "--confirm", type=AN_APP, metavar="NAME", help="NAME again, to skip the confirmation prompt."
)


@click.group("apps", cls=Group)
def command() -> None:
    """List, create, update, open, rename, transfer and delete apps."""


@command.command(
    "list",
    examples=[
        "scalingo apps",
        "scalingo apps --json | jq -r '.apps[].name'",
        "scalingo apps --project Harvest",
        "scalingo apps --all-regions --all-accounts",
    ],
)
@option(
    "--project",
    metavar="NAME|ID",
    type=Word(listing="projects list"),
    help="Project whose apps to list, also as OWNER/NAME (default: all).",
)
@everywhere_options
@click.pass_obj
def list_(session: Session, project: str | None, all_regions: bool, all_accounts: bool) -> None:
    """List the apps that you own or collaborate on.

    With --all-regions or --all-accounts, each app has its `region` and `account`, also with --json;
    one that two accounts may use is listed for each. What fails is reported after the rest.
    """
    if all_regions or all_accounts:
        from scalingo_cli import places
        from scalingo_cli.api.document import chosen

        document, failures = places.gather(
            session, "apps", regions=all_regions, accounts=all_accounts
        )
        if project is not None:
            document = chosen(document, "apps", lambda app: project in projects_of(app))
        session.show(document, OF_ACCOUNTS if all_accounts else OF_EVERYWHERE)
        places.report(failures)
        return
    if project is None:
        view = OF_A_PROJECT if session.auth.platform.is_regional else APP
        session.show(session.api.get("apps"), view)
        return
    from scalingo_cli.api.document import chosen

    document = chosen(
        session.regional_api.get("apps"), "apps", lambda app: project in projects_of(app)
    )
    if not document["apps"]:  # is there a project of this name?
        from scalingo_cli.commands.projects import PROJECTS

        PROJECTS.one(session, project.rpartition("/")[2])
    session.show(document, OF_A_PROJECT._replace(empty=f"The project {project} has no apps."))


def projects_of(app: Record) -> list[str]:
    """Return what the project of an app is called."""
    name = plain(at(app, "project.name"))
    return [name, f"{plain(at(app, 'owner.username'))}/{name}", plain(at(app, "project.id"))]


@command.command(takes_app=True, examples=["scalingo apps show my-app"])
@click.argument("name", required=False, type=AN_APP)
@click.pass_obj
def show(session: Session, name: str | None) -> None:
    """Show an app (default: the one of this checkout)."""
    app = session.app(name)
    if session.console.as_json:
        session.show(app.api.get("apps", app.name), APP)
        return
    document, stacks = app.api.together(
        lambda: app.api.get("apps", app.name), lambda: _stacks(app.api)
    )
    _show(session, document, stacks)
    if document["app"].get("status") == "crashed":
        session.say(f"{app.name} has crashed. To see why: {app.line('logs')}")


def _show(
    session: Session, document: Mapping[str, Any], stacks: Sequence[Record] | None = None
) -> None:
    """Show an app, with the name of its stack unless as JSON; `stacks` if they are known."""
    stack_id = at(document, "app.stack_id")
    if stack_id and not session.console.as_json:
        known = _stacks(session.api) if stacks is None else stacks
        stack = next((each for each in known if each.get("id") == stack_id), None)
        document = {"app": {**document["app"], "stack": stack}}
    session.show(document, APP)


def _stacks(api: API) -> Sequence[Record]:
    """Return the stacks; none if the platform does not say."""
    try:
        return api.get("features", "stacks", within_seconds=HINT_SECONDS)["stacks"] or []
    except ScalingoError:
        return []


@command.command(
    changes=True,
    examples=["scalingo apps create tea-room", "scalingo apps create tea-room --project Harvest"],
)
@click.argument("name")
@option(
    "--project",
    aliases=["--project-id"],
    metavar="NAME|ID",
    type=Word(listing="projects list"),
    help="Project of the app (default: your default one).",
)
@click.option(
    "--buildpack", metavar="URL", help="URL of a buildpack (default: chosen by the platform)."
)
@option(
    "--remote",
    metavar="NAME",
    help=f"Name of the git remote to add to this checkout (default: {settings.GIT_REMOTE}).",
)
@option("--hds", aliases=["--hds-resource"], is_flag=True, help="An app for health data (HDS).")
@click.pass_obj
def create(
    session: Session,
    name: str,
    project: str | None,
    buildpack: str | None,
    remote: str | None,
    hds: bool,
) -> None:
    """Create an app, and add its git remote to this checkout.

    Without --remote, nothing is added if there is a remote of that name, or no checkout.
    """
    from shlex import quote

    from scalingo_cli import git_remote

    if remote is not None:
        if not git_remote.in_checkout():
            raise BadUsage("--remote requires a git checkout, which this directory is not in.")
        if git_remote.url(remote):
            raise BadUsage(f"The git remote {remote} exists.", "Choose a different name.")
    fields: dict[str, Any] = {"name": name} | ({"hds_resource": True} if hds else {})
    if project is not None:
        fields["project_id"] = _project_id(session, project)
    is_regional = buildpack is not None or len(fields) > 1
    api = session.regional_api if is_regional else session.api
    document = api.send("POST", "apps", json={"app": fields}).document
    if buildpack is not None:
        line = session.auth.line("env set BUILDPACK_URL=URL", name)
        with accounting(lambda: f"Created {name}. To set its buildpack: {line}"):
            variables = [{"name": "BUILDPACK_URL", "value": buildpack}]
            api.send("PUT", "apps", name, "variables", json={"variables": variables})
    _show(session, document)
    url, called = plain(document["app"].get("git_url")), remote or settings.GIT_REMOTE
    wanted = remote is not None or (
        not settings.in_sandbox() and git_remote.in_checkout() and not git_remote.url(called)
    )
    if wanted:
        line = session.auth.line(f"git setup --remote {quote(called)}", name)
        with accounting(lambda: NextStep(f"Created {name}. To add its remote", line)):
            git_remote.add(called, url)
        session.say(f"Created {name}, and added the git remote {called}. To deploy it:")
    else:
        session.say(f"Created {name}. To deploy it with git:")
        session.say(f"  git remote add {called} {url}")
    session.say(f"  git push {called} HEAD:master")


def _project_id(session: Session, given: str) -> str:
    """Return the id of the project that a name or an id means, or OWNER/NAME."""
    from scalingo_cli.commands.projects import PROJECTS

    return plain(PROJECTS.one(session, given.rpartition("/")[2])["id"])


def _stack_id(session: Session, given: str) -> str:
    """Return the id of the stack that a name or an id means."""
    from scalingo_cli.commands.stacks import STACKS

    return plain(STACKS.one(session, given)["id"])


@command.command(
    changes=True,
    takes_app=True,
    examples=[
        "scalingo apps update my-app --force-https --router-logs",
        "scalingo apps update my-app --stack scalingo-24",
        "scalingo apps update my-app --project Harvest",
    ],
)
@click.argument("name", required=False, type=AN_APP)
@switch("force-https", help="Redirection of HTTP to HTTPS.")
@switch("sticky-session", help="Routing of the requests of a visitor to the same container.")
@switch("router-logs", help="Requests in the logs of the app.")
@click.option(
    "--stack",
    metavar="NAME|ID",
    type=Word(listing="stacks list"),
    help="Stack, from the next deployment on.",
)
@option(
    "--project",
    metavar="NAME|ID",
    type=Word(listing="projects list"),
    help="Project to move the app to.",
)
@click.pass_obj
def update(
    session: Session,
    name: str | None,
    force_https: bool | None,
    sticky_session: bool | None,
    router_logs: bool | None,
    stack: str | None,
    project: str | None,
) -> None:
    """Change the settings of an app (default: the one of this checkout)."""
    given: dict[str, Any] = {
        "force_https": force_https,
        "sticky_session": sticky_session,
        "router_logs": router_logs,
        "stack_id": stack,
        "project_id": project,
    }
    fields = {field: value for field, value in given.items() if value is not None}
    if not fields:
        raise BadUsage("Nothing to change: use at least one option.")
    app = session.app(name)
    api = session.regional_api
    ids: dict[str, Callable[[], str]] = {}
    if stack is not None:
        ids["stack_id"] = lambda: _stack_id(session, stack)
    if project is not None:
        ids["project_id"] = lambda: _project_id(session, project)
    fields |= zip(ids, api.together(*ids.values()), strict=True)
    document = api.send("PATCH", "apps", app.name, json={"app": fields}).document
    _show(session, document)
    session.say(f"Updated {app.name}: {', '.join(_settled(document, fields))}.")
    if stack is not None:
        session.say("The next deployment uses the new stack, and builds without its cache.")


def _settled(document: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    """Return what an app has now of the settings that were given, in words."""
    told = [
        yes if at(document, f"app.{field}") else no
        for field, (yes, no) in SETTINGS.items()
        if field in fields
    ]
    if "stack_id" in fields:
        told.append("its stack changes")
    if "project_id" in fields:
        told.append(f"its project is {plain(at(document, 'app.project.name'))}")
    return told


@command.command("open", takes_app=True, examples=["scalingo apps open my-app"])
@click.argument("name", required=False, type=AN_APP)
@click.pass_obj
def open_(session: Session, name: str | None) -> None:
    """Open an app in the browser (default: the one of this checkout).

    Without a display, over SSH and in a pipe, prints its URL instead.
    """
    app = session.app(name)
    _open(session, plain(app.api.get("apps", app.name)["app"]["url"]))


@command.command(takes_app=True, examples=["scalingo apps dashboard my-app"])
@click.argument("name", required=False, type=AN_APP)
@click.pass_obj
def dashboard(session: Session, name: str | None) -> None:
    """Open the dashboard of an app in the browser (default: the app of this checkout).

    Without a display, over SSH and in a pipe, prints its URL instead.
    """
    app = session.app(name)
    shown = app.api.get("apps", app.name)["app"]
    place = [plain(shown.get("region")), plain(shown["name"])]
    _open(session, "/".join([DASHBOARD, *filter(None, place)]))


def _open(session: Session, url: str) -> None:
    """Open a URL in the browser at hand, else print it. Raises Failed unless it is of the web."""
    from scalingo_cli.console import browser

    if not url.startswith(("https://", "http://")):
        raise Failed("The platform sent no URL of this app.")
    terminal = session.console.terminal
    is_asked_for = session.console.as_json or terminal is None or not terminal.interactive
    if is_asked_for or not browser.is_here() or not browser.opened(url):
        session.console.show_value({"url": url}, url)
    else:
        session.say(f"Opened {url}")


@command.command(
    changes=True,
    takes_app=True,
    examples=["scalingo apps rename my-app shop-window --confirm my-app"],
)
@click.argument("name", required=False, type=AN_APP)
@click.argument("new", metavar="NEW", required=False)
@confirmed
@click.pass_obj
def rename(session: Session, name: str | None, new: str | None, confirm: str | None) -> None:
    """Give an app a different name; its address changes with it.

    NAME may be left out if --app names the app.
    """
    name, new = _given(session, "NAME NEW", name, new)
    consequence = f"This gives {name} a different address; its present one stops working."
    session.prompter.confirm(consequence, name, confirm)
    answer = session.api.send(
        "POST", "apps", name, "rename", json={"current_name": name, "new_name": new}
    )
    _show(session, answer.document)
    session.say(f"Renamed {name} to {new}. In each checkout, run:")
    session.say(f"  git remote set-url scalingo {answer.document['app'].get('git_url')}")


@command.command(
    changes=True,
    reversible=False,
    takes_app=True,
    examples=["scalingo apps transfer my-app tomasz@pinecrate.example --confirm my-app"],
)
@click.argument("name", required=False, type=AN_APP)
@click.argument("email", metavar="EMAIL", required=False)
@confirmed
@click.pass_obj
def transfer(session: Session, name: str | None, email: str | None, confirm: str | None) -> None:
    """Transfer an app to one of its collaborators.

    NAME may be left out if --app names the app.
    """
    name, email = _given(session, "NAME EMAIL", name, email)
    consequence = f"This gives {name} to {email}, who alone can give it back."
    session.prompter.confirm(consequence, name, confirm)
    owner = email if session.auth.platform.is_regional else {"email": email}
    answer = session.api.send("PATCH", "apps", name, json={"app": {"owner": owner}})
    _show(session, answer.document)
    session.say(f"Transferred {name} to {email}.")


@command.command(
    changes=True,
    reversible=False,
    takes_app=True,
    examples=["scalingo apps delete my-app --confirm my-app"],
)
@click.argument("name", required=False, type=AN_APP)
@confirmed
@click.pass_obj
def delete(session: Session, name: str | None, confirm: str | None) -> None:
    """Delete an app and everything in it.

    NAME may be left out if --app names the app.
    """
    [name] = _given(session, "NAME", name)
    what = f"the app {name} with its variables, add-ons and data"
    session.prompter.confirm(f"This deletes {what} and cannot be undone.", name, confirm)
    session.api.send("DELETE", "apps", name, params={"current_name": name})
    session.say(f"Deleted {name}.")


def _given(session: Session, wanted: str, *given: str | None) -> list[str]:
    """Return the words that a command `wanted`, of which the first is the app: or else --app is.

    The default app of a checkout is not enough for what these do. Raises BadUsage for a missing
    word and for two different apps.
    """
    words = [word for word in given if word is not None]
    names = wanted.split()
    if session.selection.app_option is not None and len(words) == len(names) - 1:
        words.insert(0, session.selection.app_option)
    if len(words) < len(names):
        raise BadUsage(f"Missing argument '{names[len(words)]}'.")
    return [session.app(words[0]).name, *words[1:]]
