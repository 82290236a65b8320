"""The official client's spellings: the one place that lists them.

A spelling runs our command; an option that it lacks is refused with what to use instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import session_of
from scalingo_cli.errors import BadUsage, Misused, NextStep, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

# The official client's commands and aliases, and our words for them.
# If the official client asks no confirmation, neither do these.
COMMANDS = {
    "addons-add": "addons add",
    "addons-list": "addons providers",
    "addons-plans": "addons plans",
    "addons-remove": "addons remove",
    "addons-upgrade": "addons upgrade",
    "backup-download": "backups download --force",
    "backups-config": "backups schedule",
    "backups-create": "backups create --wait",
    "backups-download": "backups download --force",
    "apps-info": "apps show",
    "alerts-disable": "alerts disable",
    "alerts-enable": "alerts enable",
    "alerts-remove": "alerts remove --yes",
    "alerts-update": "alerts update",
    "autoscalers-disable": "autoscalers disable",
    "autoscalers-enable": "autoscalers enable",
    "autoscalers-remove": "autoscalers remove --yes",
    "c": "apps create",
    "changelog": "update",
    "collaborators-add": "collaborators add",
    "collaborators-remove": "collaborators remove --yes",
    "collaborators-update": "collaborators update",
    "create": "apps create",
    "dashboard": "apps dashboard",
    "deployment-cache-delete": "deployments clear-cache",
    "deployment-delete-cache": "deployments clear-cache",
    "deployment-follow": "deployments follow --next",
    "addons-info": "addons show",
    "database-info": "databases show",
    "database-list-plans": "databases plans",
    "database-create": "databases create",
    "database-upgrade": "databases change-plan",
    "database-destroy": "databases delete",
    "database-endpoints": "databases endpoints",
    "database-network-configuration": "databases network",
    "database-net-peerings": "databases peerings list",
    "database-create-user": "databases users create",
    "database-delete-user": "databases users delete",
    "database-disable-feature": "databases features disable",
    "database-enable-feature": "databases features enable",
    "database-list-users": "databases users list",
    "database-maintenance-list": "databases maintenance list",
    "database-pitr-recovery-window": "databases pitr window",
    "database-pitr-restore": "databases pitr restore",
    "database-update-user-password": "databases users password",
    "database-users-create": "databases users create",
    "database-users-delete": "databases users delete",
    "database-users-list": "databases users list",
    "database-users-update-password": "databases users password",
    "deployment-logs": "deployments output",
    "domains-add": "domains add",
    "domains-remove": "domains remove --yes",
    "env-get": "env get --resolve",
    "env-unset": "env unset",
    "git-setup": "git setup",
    "git-show": "git show",
    "integration-link": "link show",
    "integration-link-create": "link create",
    "integration-link-delete": "link delete --yes",
    "integration-link-manual-deploy": "link deploy",
    "integration-link-manual-review-app": "review-apps create",
    "integration-link-update": "link update",
    "integrations-add": "integrations add",
    "integrations-delete": "integrations remove --yes",
    "integrations-import-keys": "integrations import-keys",
    "keys-add": "keys add",
    "keys-remove": "keys remove --yes",
    "influx-console": "databases console --kind influxdb",
    "influxdb-console": "databases console --kind influxdb",
    "l": "logs",
    "mongo-console": "databases console --kind mongodb",
    "mongodb-console": "databases console --kind mongodb",
    "mysql-console": "databases console --kind mysql",
    "pgsql-console": "databases console --kind postgresql",
    "postgresql-console": "databases console --kind postgresql",
    "psql-console": "databases console --kind postgresql",
    "redis-console": "databases console --kind redis",
    "open": "apps open",
    "private-networks-domain-names": "private-network domains",
    "projects-add": "projects create",
    "projects-details": "projects show",
    "projects-remove": "projects delete --yes",
    "one-off-stop": "containers stop",
    "la": "logs-archives list",
    "log-drains-add": "log-drains add",
    "log-drains-remove": "log-drains remove --with-addons --unless-chosen",
    "notification-platforms": "notifiers platforms",
    "notifiers-details": "notifiers show",
    "notifiers-remove": "notifiers remove --yes",
    "notifiers-update": "notifiers update",
    "r": "run",
    "s": "scale",
    "self": "whoami",
    "timeline": "events list",
    "user-timeline": "events list --all-apps",
}

# Those whose options differ from ours, and our words for them.
DIFFERENT = {
    "alerts-add": "alerts add",
    "notifiers-add": "notifiers add",
    "domains-ssl": "domains update",
    "set-canonical-domain": "domains update --canonical",
    "unset-canonical-domain": "domains update --no-canonical",
    "autoscalers-add": "autoscalers add",
    "autoscalers-update": "autoscalers update",
    "bash": "run bash",
    "addons-config": "databases maintenance window",
    "database-net-peerings-add": "databases peerings add",
    "database-net-peerings-remove": "databases peerings remove",
    "database-firewall-rules": "databases firewall list",
    "database-firewall-rules-add": "databases firewall add",
    "database-firewall-rules-remove": "databases firewall remove",
    "database-firewall-managed-ranges": "databases firewall ranges",
    "database-maintenance-info": "databases maintenance show",
    "db-tunnel": "databases tunnel",
    "destroy": "apps delete",
    "env-set": "env set",
    "force-https": "apps update --force-https",
    "project-set": "apps update --project",
    "projects-update": "projects update",
    "kill": "containers signal",
    "rename": "apps rename",
    "send-signal": "containers signal",
    "router-logs": "apps update --no-router-logs",
    "stacks-set": "apps update --stack",
    "sticky-session": "apps update --sticky-session",
}

# Of those, the ones that take as an option what is the argument here.
OPTION_FOR_ARGUMENT = {
    "alerts-add": ["-c", "--container-type"],
    "notifiers-add": ["-p", "--platform"],
    "autoscalers-add": ["-c", "--container-type"],
    "autoscalers-update": ["-c", "--container-type"],
    "database-maintenance-info": ["--maintenance"],
    "database-net-peerings-add": ["--outscale-net-peering-id"],
    "database-net-peerings-remove": ["--net-peering", "--np"],
}

# The official client's options that commands of ours lack, and what to do instead.
OPTIONS = {
    "login": {
        "--ssh": "scalingo login --email EMAIL, or scalingo login --with-token",
        "--ssh-identity": "scalingo login --email EMAIL, or scalingo login --with-token",
    }
}

ABSENT = "is not in this client yet."


class NotHere(Misused):
    """The official client has this option, and this client does not."""


def ours(context: click.Context, words: Sequence[str]) -> list[str]:
    """Return the words of a command line, with an official command replaced by ours.

    At a terminal, a note on stderr shows the line to type from now on.
    """
    name, *rest = words
    here = COMMANDS.get(name) or DIFFERENT.get(name)
    if here is None:
        return list(words)
    session = session_of(context)
    if session.prompter.can_ask:
        session.say(f"scalingo {name} is scalingo {here} here.")
    return list(words) if name in DIFFERENT else [*here.split(), *rest]


def absent_option(command_path: str, option: str) -> Misused | None:
    """Return the error for an official option that our command lacks, or None for any other."""
    words = command_path.partition(" ")[2]
    line = OPTIONS.get(words, {}).get(option)
    if line is None:
        return None
    return NotHere(f"scalingo {words} {option} {ABSENT}", f"Instead: {line}")


@click.command(cls=Command, hidden=True, changes=True, takes_app=True)
@click.argument("name", required=False)
@click.option("--force", is_flag=True)
@click.pass_context
def destroy(context: click.Context, name: str | None, force: bool) -> None:
    """Delete the app; with --force, without confirmation."""
    from scalingo_cli.commands.apps import delete

    name = session_of(context).app(name).name
    context.invoke(delete, name=name, confirm=name if force else None)


@click.command(cls=Command, hidden=True, changes=True, takes_app=True)
@click.option("--new-name", required=True)
@click.pass_context
def rename(context: click.Context, new_name: str) -> None:
    """Rename the app in force, without confirmation, as the official client does."""
    from scalingo_cli.commands.apps import rename

    name = session_of(context).app().name
    context.invoke(rename, name=name, new=new_name, confirm=name)


@click.command("env-set", cls=Command, hidden=True, changes=True, takes_app=True)
@click.argument("assignments", nargs=-1, metavar="NAME=VALUE...")
@click.option("-f", "--file", metavar="FILE|-")
@click.pass_context
def env_set(context: click.Context, assignments: Sequence[str], file: str | None) -> None:
    """Set variables, from a file or from the arguments."""
    from scalingo_cli.commands.env import import_, set_

    if file is not None:
        context.invoke(import_, file=file, assignments=assignments, prune=False, yes=False)
    elif assignments:
        context.invoke(set_, assignments=assignments)
    else:
        raise BadUsage("Missing argument 'NAME=VALUE...'.")


@click.command("projects-update", cls=Command, hidden=True, changes=True)
@click.argument("project")
@click.option("--name", "new_name")
@click.option("--default", type=click.Choice(["true"]), is_flag=False, flag_value="true")
@click.pass_context
def projects_update(
    context: click.Context, project: str, new_name: str | None, default: str | None
) -> None:
    """Rename a project, or make it the default one, for which the official flag has a value."""
    from scalingo_cli.commands.projects import update

    context.invoke(update, project=project, new_name=new_name, default=default is not None)


@click.command("send-signal", cls=Command, hidden=True, changes=True, takes_app=True)
@click.argument("containers", nargs=-1, required=True, metavar="NAME|TYPE...")
@click.option("-s", "--signal", required=True, metavar="SIGNAL")
@click.pass_context
def send_signal(context: click.Context, containers: Sequence[str], signal: str) -> None:
    """Send a signal to running containers."""
    from scalingo_cli.commands.containers import signal as send

    context.invoke(send, signal=signal, containers=containers)


def _toggle(name: str, field: str, *, bare: bool) -> click.Command:
    """Return the command that turns a setting of an app on or off, to `bare` without a flag."""

    @click.command(name, cls=Command, hidden=True, changes=True, takes_app=True)
    @click.option("-e", "--enable", is_flag=True)
    @click.option("-d", "--disable", is_flag=True)
    @click.pass_context
    def toggle(context: click.Context, enable: bool, disable: bool) -> None:
        """Change the setting of the app; --enable or --disable says how."""
        from scalingo_cli.commands.apps import update

        if enable and disable:
            raise BadUsage("--enable and --disable cannot be combined.")
        context.invoke(update, **{field: enable or (bare and not disable)})

    return toggle


def _set(name: str, field: str) -> click.Command:
    """Return the command that gives a setting of an app the value of its one argument."""

    @click.command(name, cls=Command, hidden=True, changes=True, takes_app=True)
    @click.argument("value", metavar="NAME|ID")
    @click.pass_context
    def give(context: click.Context, value: str) -> None:
        """Change the setting of the app."""
        from scalingo_cli.commands.apps import update

        context.invoke(update, **{field: value})

    return give


@click.command("domains-ssl", cls=Command, hidden=True, changes=True, takes_app=True)
@click.argument("domain")
@click.argument("verb", type=click.Choice(["disable"]), required=False)
@click.option("--cert", metavar="FILE")
@click.option("--key", metavar="FILE")
@click.pass_context
def domains_ssl(
    context: click.Context, domain: str, verb: str | None, cert: str | None, key: str | None
) -> None:
    """Replace the certificate of a domain, or remove it; the files are domain.crt and domain.key.

    These are the official client's names for them, unless --cert and --key give others.
    """
    from scalingo_cli.commands.domains import update

    if verb is None:
        cert, key = cert or "domain.crt", key or "domain.key"
    context.invoke(update, domain=domain, cert=cert, key=key, no_cert=verb is not None)


@click.command("set-canonical-domain", cls=Command, hidden=True, changes=True, takes_app=True)
@click.argument("domain")
@click.pass_context
def set_canonical_domain(context: click.Context, domain: str) -> None:
    """Make a domain of the app the canonical one."""
    from scalingo_cli.commands.domains import update

    context.invoke(update, domain=domain, canonical=True)


@click.command("unset-canonical-domain", cls=Command, hidden=True, changes=True, takes_app=True)
@click.pass_context
def unset_canonical_domain(context: click.Context) -> None:
    """Let no domain of the app be the canonical one."""
    from scalingo_cli.commands.domains import DOMAINS, update

    app = session_of(context).app()
    found = [domain for domain in DOMAINS.get(app)["domains"] if domain.get("canonical")]
    if not found:
        listing = NextStep("List them", app.line("domains"))
        raise NotFound(f"{app.name} has no canonical domain.", listing)
    for domain in found:
        context.invoke(update, domain=str(domain["id"]), canonical=False)


def bash() -> click.Command:
    """Return `run` with `bash` before the words of its command."""
    from copy import copy

    from scalingo_cli.commands.run import command as run

    @click.pass_context
    def shell(context: click.Context, /, command: Sequence[str], **options: Any) -> Any:
        return context.invoke(run, command=("bash", *command), **options)

    command = copy(run)
    command.callback = shell
    command.params = [copy(parameter) for parameter in run.params]
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            parameter.required = False
    return command


def with_option(words: str, spellings: Sequence[str]) -> click.Command:
    """Return the command that `words` reach, with an option in place of its argument."""
    from copy import copy
    from importlib import import_module

    noun, *verbs = words.split()
    found: Any = import_module(f"scalingo_cli.commands.{noun.replace('-', '_')}").command
    for verb in verbs:
        found = found.commands[verb]
    command: click.Command = copy(found)
    command.params = [
        click.Option([*spellings, str(each.name)], required=True, type=each.type)
        if isinstance(each, click.Argument)
        else each
        for each in command.params
    ]
    return command


def firewall(name: str) -> click.Command:
    """Return one of the official firewall commands, whose first word may name the database."""
    from scalingo_cli.commands.databases import firewall as ours

    verb = DIFFERENT[name].rpartition(" ")[2]
    words = ["DATABASE", "RULE"] if verb == "remove" else ["DATABASE"]

    @click.command(name, cls=Command, hidden=True, changes=verb in {"add", "remove"})
    @click.argument("words", nargs=-1, metavar=" ".join(f"[{word}]" for word in words))
    @click.pass_context
    def run(context: click.Context, /, words: Sequence[str], **options: Any) -> None:
        session, left = session_of(context), list(words)
        if left and session.selection.database_option is None:
            session.selection.database_option = left.pop(0)
        if verb == "remove":
            if len(left) != 1:
                raise BadUsage("This requires DATABASE and RULE.")
            options |= {"rule": left.pop(), "yes": False}
        if left:
            raise BadUsage(f"Unexpected argument: {left[0]}.")
        context.invoke(ours.command.commands[verb], **options)

    if verb == "add":
        run.params += [
            click.Option(["--cidr"]),
            click.Option(["--label"]),
            click.Option(["--managed-range", "range_id"]),
            click.Option(["--yes"], is_flag=True),
        ]
    run.takes_addon = True
    return run


@click.command("addons-config", cls=Command, hidden=True, changes=True, takes_app=True)
@click.argument("addon", required=False)
@click.option("--maintenance-window-day", "day", metavar="DAY")
@click.option("--maintenance-window-hour", "hour", metavar="HOUR")
@click.pass_context
def addons_config(
    context: click.Context, addon: str | None, day: str | None, hour: str | None
) -> None:
    """Show or change when maintenance may take place."""
    from scalingo_cli.commands.databases.maintenance import window

    session = session_of(context)
    if addon is None and session.selection.addon is None:
        raise BadUsage("Missing argument 'ADDON'.")
    session.selection.addon_option = addon if addon is not None else session.selection.addon
    context.invoke(window, day=day, hour=hour)


def db_tunnel() -> click.Command:
    """Return our tunnel with the address, or the variable that has it, as its argument."""
    from copy import copy

    from scalingo_cli.commands.databases.tunnel import tunnel as ours

    @click.pass_context
    def run(context: click.Context, /, address: str | None, **options: Any) -> Any:
        if address and "://" in address:
            session_of(context).say(
                "Other users of this machine can read the password in this command line: name the"
                " variable instead."
            )
        return context.invoke(ours, variable=address, command=(), **options)

    command = copy(ours)
    command.callback = run
    command.allow_interspersed_args = True
    command.context_settings = {}
    own = [each for each in ours.params if each.name not in {"variable", "command"}]
    address = click.Argument(["address"], required=False, metavar="VARIABLE")
    always = click.Option(["--reconnect"], expose_value=False, is_flag=True)
    command.params = [address, *own, always]
    command.takes_app = command.takes_addon = True
    return command


def command(name: str) -> click.Command | None:
    """Return the official command of this name whose options differ from ours, if any."""
    if name == "bash":
        return bash()
    if name == "db-tunnel":
        return db_tunnel()
    if name.startswith("database-firewall-"):
        return firewall(name)
    if name in OPTION_FOR_ARGUMENT:
        return with_option(DIFFERENT[name], OPTION_FOR_ARGUMENT[name])
    return {
        "addons-config": addons_config,
        "destroy": destroy,
        "domains-ssl": domains_ssl,
        "env-set": env_set,
        "force-https": _toggle(name, "force_https", bare=True),
        "project-set": _set(name, "project"),
        "projects-update": projects_update,
        "rename": rename,
        "kill": send_signal,
        "send-signal": send_signal,
        "router-logs": _toggle(name, "router_logs", bare=False),
        "set-canonical-domain": set_canonical_domain,
        "unset-canonical-domain": unset_canonical_domain,
        "stacks-set": _set(name, "stack"),
        "sticky-session": _toggle(name, "sticky_session", bare=True),
    }.get(name)
