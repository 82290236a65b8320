"""The official client's spellings do what they do there, and stay out of the help."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scalingo_cli import compat
from scalingo_cli.contents import CONTENTS
from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.seed.events import PROJECT
from tests.command_line import CommandLine
from tests.command_tree import FILES


def words(text: str) -> list[str]:
    return text.split()


# Every command of the official client 1.48, and its other names.
OFFICIAL = words("""
help addons addons-add addons-remove addons-upgrade addons-info addons-config backups-config
database-enable-feature database-disable-feature database-users-list database-users-delete
database-users-create database-users-update-password database-maintenance-info backups
backups-create backups-download backup-download addons-list addons-plans
database-maintenance-list alerts alerts-add alerts-update alerts-enable alerts-disable
alerts-remove destroy rename apps-info open dashboard project-set logs logs-archives run bash
one-off-stop ps scale restart send-signal force-https sticky-session router-logs
set-canonical-domain unset-canonical-domain db-tunnel autoscalers autoscalers-add
autoscalers-remove autoscalers-update autoscalers-disable autoscalers-enable update changelog
collaborators collaborators-add collaborators-remove collaborators-update cron-tasks domains
domains-add domains-remove domains-ssl redis-console mongo-console mysql-console pgsql-console
influxdb-console databases database-info database-list-plans database-create database-upgrade
database-destroy database-firewall-rules database-firewall-rules-add
database-firewall-rules-remove database-firewall-managed-ranges database-endpoints
database-net-peerings database-net-peerings-add database-net-peerings-remove
database-network-configuration deployments deployment-logs deployment-follow deploy
deployment-delete-cache stats env env-get env-set env-unset user-timeline timeline git-setup
git-show apps create login logout regions config self integration-link integration-link-create
integration-link-update integration-link-delete integration-link-manual-deploy
integration-link-manual-review-app integrations integrations-add integrations-delete
integrations-import-keys log-drains-add log-drains log-drains-remove notifiers notifiers-details
notifiers-add notifiers-update notifiers-remove notification-platforms database-pitr-restore
database-pitr-recovery-window private-networks-domain-names projects projects-add
projects-update projects-remove projects-details keys keys-add keys-remove review-apps stacks
stacks-set
""")
ALIASES = words("""
database-list-users database-delete-user database-create-user database-update-user-password l la
r s kill mongodb-console psql-console postgresql-console influx-console deployment-cache-delete
c whoami
""")

PAIRS = [
    ("apps-info", "apps show"),
    ("--app pinecrate-api apps-info", "apps show pinecrate-api"),
    ("create tea-room", "apps create tea-room"),
    ("destroy pinecrate-next --force", "apps delete pinecrate-next --confirm pinecrate-next"),
    ("-a pinecrate-next destroy --force", "apps delete pinecrate-next --confirm pinecrate-next"),
    ("destroy --app pinecrate-next --force", "apps delete pinecrate-next --confirm pinecrate-next"),
    ("rename --new-name window", "apps rename pinecrate-shop window --confirm pinecrate-shop"),
    ("env-get DATABASE_URL", "env get --resolve DATABASE_URL"),
    ("env-set A=1 B=2", "env set A=1 B=2"),
    ("env-set --file .env", "env import .env"),
    ("env-set -f .env", "env import .env"),
    ("env-set -f .env A=1 SHOP_ENV=test", "env import .env A=1 SHOP_ENV=test"),
    ("env-unset GREETING MOTTO", "env unset GREETING MOTTO"),
    ("timeline --page 2 --per-page 10", "events --page 2 --per-page 10"),
    ("deployment-logs", "deployments output"),
    ("deployment-delete-cache", "deployments clear-cache"),
    ("deployment-cache-delete", "deployments clear-cache"),
    (
        "deploy https://example.com/app.tar.gz v3 --no-follow",
        "deploy https://example.com/app.tar.gz --ref v3 --no-follow",
    ),
    ("self", "whoami"),
    ("addons-list", "addons providers"),
    ("addons-plans redis", "addons plans redis"),
    ("collaborators-add new@pinecrate.example", "collaborators add new@pinecrate.example"),
    (
        "collaborators-remove jonas@pinecrate.example",
        "collaborators remove jonas@pinecrate.example --yes",
    ),
    ("domains-remove www.pinecrate.example", "domains remove www.pinecrate.example --yes"),
    ("keys-remove 'Build machine'", "keys remove 'Build machine' --yes"),
    (
        "domains-ssl shop.pinecrate.example --cert cert.pem --key key.pem",
        "domains update shop.pinecrate.example --cert cert.pem --key key.pem",
    ),
    (
        "autoscalers-add -c web -m cpu -t 0.7 --min-containers 2 --max-containers 4",
        "autoscalers add web --metric cpu --target 0.7 --min 2 --max 4",
    ),
    (
        "autoscalers-update -c worker -d --metric memory",
        "autoscalers update worker --disable --metric memory",
    ),
    (
        "notifiers-add -p email -n Team --email team@example.com --ev app_scaled -d",
        "notifiers add email --name Team --to team@example.com --event app_scaled --disable",
    ),
    ("notifiers-update Kitchen -e --sa", "notifiers update Kitchen --enable --all-events"),
    ("notifiers-details Kitchen", "notifiers show Kitchen"),
    ("notifiers-remove Kitchen", "notifiers remove Kitchen --yes"),
    ("notification-platforms", "notifiers platforms"),
    (
        "alerts-add -c web -m cpu -l 0.8 --duration-before-trigger 5m -r 1h -b -n Kitchen",
        "alerts add web --metric cpu --limit 0.8 --for 5m --remind-every 1h --below"
        " --notify Kitchen",
    ),
    ("integrations-import-keys github", "integrations import-keys github"),
    ("integrations-delete github", "integrations remove github --yes"),
    ("integration-link", "link"),
    (
        "integration-link-create https://github.com/pinecrate/shop --app pinecrate-blog --branch x"
        " --no-auto-deploy --destroy-on-close --hours-before-destroy-on-close 3",
        "link create https://github.com/pinecrate/shop --app pinecrate-blog --branch x"
        " --no-auto-deploy --destroy-on-close --hours-before-destroy-on-close 3",
    ),
    ("integration-link-update --no-auto-deploy", "link update --no-auto-deploy"),
    ("integration-link-delete", "link delete --yes"),
    ("integration-link-manual-deploy main", "link deploy main"),
    ("integration-link-manual-review-app 81", "review-apps create 81"),
    ("autoscalers-enable worker", "autoscalers enable worker"),
    ("autoscalers-disable worker", "autoscalers disable worker"),
    ("autoscalers-remove worker", "autoscalers remove worker --yes"),
    ("c tea-room", "apps create tea-room"),
    (
        "create tea-room --project-id {harvest} --buildpack https://b.example --hds-resource",
        "apps create tea-room --project Harvest --buildpack https://b.example --hds",
    ),
    ("apps --project noor/Harvest", "apps list --project Harvest"),
    ("force-https", "apps update --force-https"),
    ("force-https --disable", "apps update --no-force-https"),
    ("-a pinecrate-api sticky-session -e", "apps update pinecrate-api --sticky-session"),
    ("sticky-session -d", "apps update --no-sticky-session"),
    ("router-logs", "apps update --no-router-logs"),
    ("router-logs --enable", "apps update --router-logs"),
    ("project-set {harvest}", "apps update --project Harvest"),
    ("stacks-set scalingo-20", "apps update --stack scalingo-20"),
    ("open", "apps open"),
    ("dashboard --app pinecrate-api", "apps dashboard pinecrate-api"),
    ("git-show", "git show"),
    ("projects-details Cellar", "projects show Cellar"),
    ("projects-remove Cellar", "projects delete Cellar --yes"),
    ("private-networks-domain-names --per-page 2", "private-network domains --per-page 2"),
    ("l -n 5", "logs -n 5"),
    ("s web:3", "scale web:3"),
    ("--format json --app pinecrate-api l -n 1", "logs -n 1 --app pinecrate-api --json"),
    ("r pwd", "run pwd"),
    ("r -d true", "run --detached true"),
    ("run -d -t worker --silent", "run --detached --type worker --silent"),
    ("bash -- -c pwd", "run bash -c pwd"),
    ("bash --silent -- -c pwd", "run --silent bash -c pwd"),
    ("bash --size L -- -c pwd", "run --size L bash -c pwd"),
    ("domains-add late.pinecrate.example", "domains add late.pinecrate.example"),
    ("one-off-stop 4117 --app pinecrate-api", "containers stop 4117 --app pinecrate-api"),
    ("one-off-stop one-off-4117 --app pinecrate-api", "containers stop 4117 --app pinecrate-api"),
    ("send-signal --signal SIGUSR1 web worker", "containers signal SIGUSR1 web worker"),
    ("kill -s SIGUSR2 web-1", "containers signal SIGUSR2 web-1"),
    ("scale --synchronous web:3", "scale web:3 --wait"),
    ("scale -s web:3", "scale web:3 --wait"),
    ("restart --synchronous", "restart --wait"),
    ("logs --lines 5 -F web", "logs -n 5 --filter web"),
    ("apps --format json", "apps --json"),
    ("events --format=json --limit 2", "events --json --limit 2"),
    ("env export --format json", "env export --json"),
]


def requests(sandbox: Sandbox) -> list[tuple[str, str, object]]:
    """What was asked for, without what the sandbox draws afresh each time.

    The reads come first, sorted, for several are made at the same time.
    """
    found: list[tuple[str, str, object]] = [
        (
            request.method,
            re.sub("[0-9a-f]{24,}", "ID", request.path),
            request.json if request.body else lasting(request.query),
        )
        for request in sandbox.requests
        if "/operations/" not in request.path
    ]
    return sorted(found, key=lambda each: (each[0] != "GET", each[1] if each[0] == "GET" else ""))


def lasting(query: dict[str, str]) -> dict[str, str]:
    """A query without what makes each address of logs its own."""
    return {name: value for name, value in query.items() if name not in {"timestamp", "token"}}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with the files that the pairs read."""
    monkeypatch.chdir(tmp_path)
    for name in (".env", "cert.pem", "key.pem"):
        (tmp_path / name).write_text(FILES[name])
    return tmp_path


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("official", "ours"), PAIRS)
def test_the_official_spelling_does_what_ours_does(
    scalingo: CommandLine, sandbox: Sandbox, official: str, ours: str
) -> None:
    expected = scalingo(ours)
    sent = requests(sandbox)
    sandbox.reset()
    result = scalingo(official.format(harvest=PROJECT["id"]))
    assert result.code == expected.code == 0
    assert requests(sandbox) == sent
    assert "is scalingo" not in result.stderr


def test_every_official_command_is_served(scalingo: CommandLine, sandbox: Sandbox) -> None:
    for spelling in (*OFFICIAL, *ALIASES):
        result = scalingo(f"{spelling} --help")
        assert result.stdout.startswith("Usage: scalingo "), spelling
        assert (result.code, result.stderr) == (0, "")
    assert sandbox.requests == []


def test_the_official_client_has_140_commands_and_16_aliases() -> None:
    assert (len({*OFFICIAL}), len({*ALIASES})) == (140, 16)
    known = {*compat.COMMANDS, *compat.DIFFERENT}
    ours = {name for section in CONTENTS.values() for name in section} | {"help"}
    assert known <= {*OFFICIAL, *ALIASES}
    assert not known & ours  # a command of ours needs no row any more
    assert {*OFFICIAL, *ALIASES} <= known | ours


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("login --ssh", "scalingo login --ssh is not in this client yet."),
        ("ps --addon ad-1", "scalingo ps does not take --addon."),
        ("--addon ad-1 env", "scalingo env list does not take --addon."),
        ("-d shop-db ps", "scalingo ps does not take --database."),
    ],
)
def test_an_official_option_that_is_not_here_is_answered_by_name(
    scalingo: CommandLine, sandbox: Sandbox, line: str, named: str
) -> None:
    result = scalingo(line)
    assert (result.code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {named}\n")
    assert sandbox.requests == []
    assert scalingo(f"--json {line}").error["code"] == 2


def test_addon_and_database_of_the_environment_disturb_no_other_command(
    scalingo: CommandLine,
) -> None:
    plain = scalingo("ps")
    assert scalingo("ps", SCALINGO_ADDON="ad-1", SCALINGO_DATABASE="shop-db") == plain


def test_login_api_token_signs_in_and_warns(scalingo: CommandLine, sandbox: Sandbox) -> None:
    user = scalingo.where(SCALINGO_API_TOKEN=None)
    result = user(f"login --insecure-storage --api-token {sandbox.token}")
    assert result.code == 0
    assert "Every user of this machine can see a token on a command line" in result.stderr
    assert sandbox.token not in result.stderr
    assert user("whoami").code == 0
    assert user("login --api-token x --with-token").code == 2


def test_login_password_only_is_what_login_is(scalingo: CommandLine, sandbox: Sandbox) -> None:
    line = "login --password-only --insecure-storage --email noor --password-stdin"
    result = scalingo(line, stdin=sandbox.password, SCALINGO_API_TOKEN=None)
    assert result.code == 0


def test_destroy_without_force_asks(scalingo: CommandLine) -> None:
    assert scalingo("destroy pinecrate-next").code == 2
    terminal = scalingo.terminal("destroy pinecrate-next")
    terminal.expect("scalingo destroy is scalingo apps delete here")
    terminal.expect("Type pinecrate-next to confirm:")
    terminal.sendline("pinecrate-next")
    terminal.expect("Deleted pinecrate-next")
    terminal.wait()
    assert terminal.exitstatus == 0


def test_deployment_follow_is_that_of_the_next(scalingo: CommandLine, sandbox: Sandbox) -> None:
    terminal = scalingo.terminal("deployment-follow")
    terminal.expect("Waiting for the next deployment of pinecrate-shop")
    sandbox.deploy(sandbox.main_app, "build-error", seconds=0.1)
    terminal.expect("The deployment failed: build-error.")
    terminal.wait()
    assert terminal.exitstatus == 1


def test_stats_stream_is_a_watch(scalingo: CommandLine, sandbox: Sandbox) -> None:
    sandbox.fail_next("503", times=5)
    assert scalingo("stats --stream --interval 2").code == 6


def test_rename_needs_its_flag(scalingo: CommandLine) -> None:
    assert scalingo("rename window").code == 2


def test_the_help_shows_none(scalingo: CommandLine) -> None:
    words = scalingo("--help").stdout.split()
    assert not set(compat.COMMANDS) & set(words)
    assert "--synchronous" not in scalingo("scale --help").stdout
    assert "--format" not in scalingo("apps list --help").stdout


def test_what_belongs_to_another_program_is_left_alone(scalingo: CommandLine) -> None:
    line = "sandbox -- printf '%s ' --format json -s --debug-body --synchronous"
    assert scalingo.process(line).stdout == "--format json -s --debug-body --synchronous "


def test_a_value_that_only_looks_like_a_flag_is_kept(
    scalingo: CommandLine, sandbox: Sandbox
) -> None:
    assert scalingo(["env", "set", "--", "A=1", "B=--format=json"]).code == 0
    [sent] = [request.json for request in sandbox.requests if request.method == "PUT"]
    assert sent["variables"][1] == {"name": "B", "value": "--format=json"}
