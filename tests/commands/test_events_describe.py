"""The words of an event: one case for each type, and no secret in any of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalingo_cli.commands.events.describe import SENTENCES, describe

EVA = {"id": "us-1", "username": "eva", "email": "eva@example.org"}
TOM = {"id": "us-2", "username": "tom", "email": "tom@example.org", "inviter": EVA}
MYSQL = {"addon_provider_name": "mysql", "plan_name": "small", "resource_id": "shop-1"}
MAINTENANCE = {"addon_name": "Redis", "maintenance_type": "failover"}
DRAIN = {"url": "https://eva:hunter2@logs.example.org:514/in/hunter2?token=hunter2"}
BACKUP = {"addon_name": "Redis", "backup_id": "b1", "backup_status": "done"}
REPOSITORY = {"repo_name": "eva/shop", "branch": "main", "auto_deploy": True}
REVIEW_APP = {"review_app_name": "shop-pr7", "pr_number": 7, "pr_name": "Faster basket"}
SCALER = {"container_type": "web", "min_containers": "2", "max_containers": "6"}
WEBHOOK = {"notifier_type_data": {"webhook_url": "https://hooks.example.org/hunter2"}}
NOTIFIER = {"notifier_name": "team", "platform_name": "slack", **WEBHOOK}
INVITED = {"invited_user": TOM, "inviter": EVA, "status_reason": ""}
RECIPIENT = {"recipient_username": "tom", "recipient_email": "tom@example.org"}
ALERT = {"container_type": "web", "metric": "cpu", "limit": 0.8, "limit_text": "80%"}
RAISED = {"sender_name": "web", "metric": "cpu", "value_text": "91%", "limit_text": "80%"}
TOKEN = {"token_name": "ci", "token_id": "t-1"}
FROM = {"remote_ip": "192.0.2.7"}

CASES: list[tuple[str, dict[str, Any], str]] = [
    (
        "new_app",
        {"git_source": "https://git.example.org/shop"},
        "from https://git.example.org/shop",
    ),
    (
        "new_app",
        {"git_source": "https://hunter2@git.example.org/s"},
        "from https://git.example.org/s",
    ),
    ("new_app", {"git_source": None}, "new app"),
    ("rename_app", {"old_name": "shop", "new_name": "store"}, "shop → store"),
    ("rename_app", {"old_owner": EVA, "new_owner": TOM}, "to tom"),
    ("transfer_app", {"old_owner": EVA, "new_owner": TOM}, "to tom"),
    ("transfer_app", {"new_owner": {"email": "tom@example.org"}}, "to tom@example.org"),
    ("edit_app", {"force_https": True}, "HTTPS enforced"),
    ("edit_app", {"force_https": False}, "HTTPS no longer enforced"),
    ("delete_app", {}, "app deleted"),
    ("stack_changed", {"previous_stack_name": "s-1", "current_stack_name": "s-2"}, "s-1 → s-2"),
    ("update_app_project", {"old_project_name": "a", "new_project_name": "b"}, "a → b"),
    ("update_app_project", {"new_project_name": "b"}, "to b"),
    ("start_region_migration", {"source": "north", "destination": "south"}, "north → south"),
    ("create_data_access_consent", {"databases": True, "containers": False}, "databases"),
    ("create_data_access_consent", {"databases": False, "containers": True}, "containers"),
    ("edit_hds_contact", {"name": "Eva", "phone_number": "hunter2"}, "Eva"),
    ("restart", {"scope": ["web", "clock"]}, "web, clock"),
    ("restart", {"scope": [], "addon_name": "Redis"}, "all containers for Redis"),
    ("run", {"command": "flask db upgrade"}, "flask db upgrade"),
    ("run", {"command": "flask db upgrade", "detached": True}, "flask db upgrade (detached)"),
    ("stop_app", {"reason": "unpaid"}, "app stopped: unpaid"),
    ("crash", {"container_type": "web", "crash_logs": "hunter2"}, "web crashed"),
    ("repeated_crash", {"container_type": "web"}, "web crashed repeatedly"),
    ("new_alert", {**ALERT, "send_when_below": False}, "web cpu above 80%"),
    ("new_alert", {**ALERT, "send_when_below": True}, "web cpu below 80%"),
    ("alert", {**RAISED, "activated": True}, "web: cpu at 91%, limit 80%"),
    ("alert", {**RAISED, "activated": False}, "over: web: cpu at 91%, limit 80%"),
    ("delete_alert", ALERT, "web cpu removed"),
    ("new_autoscaler", {**SCALER, "metric": "cpu", "target_text": "60%"}, "web 2 to 6, cpu at 60%"),
    ("edit_autoscaler", SCALER, "web 2 to 6"),
    ("delete_autoscaler", SCALER, "web removed"),
    ("new_variable", {"name": "PORT", "value": "hunter2"}, "PORT added"),
    ("new_event", {"name": "PORT", "value": "hunter2"}, "PORT added"),
    ("edit_variable", {"name": "PORT", "old_value": "hunter2", "value": "x"}, "PORT changed"),
    ("edit_variable", {"updated_vars": [{"name": "PORT", "value": "hunter2"}]}, "PORT changed"),
    ("delete_variable", {"name": "PORT", "value": "hunter2"}, "PORT removed"),
    (
        "edit_variables",
        {
            "new_vars": [{"name": "A", "value": "hunter2"}, {"name": "B", "value": "hunter2"}],
            "updated_vars": [{"name": "C", "value": "hunter2", "old_value": "hunter2"}],
            "deleted_vars": [{"name": "D", "value": "hunter2"}],
        },
        "A, B added; C changed; D removed",
    ),
    ("edit_variables", {"new_vars": None, "deleted_vars": [{"name": "D"}]}, "D removed"),
    (
        "edit_variables",
        {"new_vars": [], "updated_vars": [], "deleted_vars": None},
        "edit variables",
    ),
    ("new_domain", {"hostname": "shop.example.org", "ssl": False}, "shop.example.org added"),
    ("new_domain", {"name": "shop.example.org", "ssl": True}, "shop.example.org with TLS added"),
    ("edit_domain", {"hostname": "a.example.org", "ssl": True}, "a.example.org with TLS"),
    ("edit_domain", {"hostname": "a.example.org", "ssl": False}, "a.example.org without TLS"),
    ("edit_domain", {"hostname": "a.example.org"}, "a.example.org changed"),
    ("delete_domain", {"hostname": "a.example.org"}, "a.example.org removed"),
    ("delete domain", {"hostname": "a.example.org"}, "a.example.org removed"),
    ("new_collaborator", {"collaborator": {"email": "tom@example.org"}}, "tom@example.org invited"),
    ("accept_collaborator", {"collaborator": TOM}, "tom@example.org joined, invited by eva"),
    ("edit_collaborator", {"collaborator": EVA}, "eva@example.org joined"),
    (
        "change_collaborator_role",
        {"collaborator": {**TOM, "is_limited": True}},
        "tom@example.org limited",
    ),
    (
        "change_collaborator_role",
        {"collaborator": {**TOM, "is_limited": False}},
        "tom@example.org no longer limited",
    ),
    ("delete_collaborator", {"collaborator": TOM}, "tom@example.org removed"),
    ("new_addon", MYSQL, "mysql small added"),
    ("upgrade_addon", {**MYSQL, "old_plan_name": "free"}, "mysql free → small"),
    (
        "upgrade_addon",
        {"addon_provider_name": "mysql", "old_plan_name": "free", "new_plan_name": "small"},
        "mysql free → small",
    ),
    (
        "addon_updated",
        {**MYSQL, "attributes_changed": ["plan", "status"]},
        "mysql changed: plan, status",
    ),
    ("resume_addon", MYSQL, "mysql small resumed"),
    ("suspend_addon", {**MYSQL, "reason": "unpaid"}, "mysql small suspended: unpaid"),
    ("delete_addon", MYSQL, "mysql small removed"),
    (
        "upgrade_database",
        {"addon_name": "Redis", "old_version": "6.2", "new_version": "7.0"},
        "Redis 6.2 → 7.0",
    ),
    ("database/add_feature", {**MYSQL, "feature": "tls"}, "tls added to mysql"),
    ("database/remove_feature", {**MYSQL, "feature": "tls"}, "tls removed from mysql"),
    ("plan_database_maintenance", MAINTENANCE, "Redis maintenance planned (failover)"),
    ("start_database_maintenance", MAINTENANCE, "Redis maintenance started (failover)"),
    ("complete_database_maintenance", MAINTENANCE, "Redis maintenance completed (failover)"),
    ("database_backup_succeeded", BACKUP, "Redis backup done"),
    ("database_backup_failed", BACKUP, "Redis backup failed"),
    ("database_continuousbackup_healthy", BACKUP, "Redis continuous backup healthy"),
    ("database_continuousbackup_delayed", BACKUP, "Redis continuous backup delayed"),
    ("database_continuousbackup_stale", BACKUP, "Redis continuous backup stale"),
    ("new_log_drain", DRAIN, "https://logs.example.org:514 added"),
    ("new_log_drain", {"url": "https://eva:hunter2/hunter2@logs.example.org"}, "new log drain"),
    ("new_log_drain", {"url": "eva:hunter2@logs.example.org"}, "new log drain"),
    ("delete_log_drain", DRAIN, "https://logs.example.org:514 removed"),
    (
        "new_addon_log_drain",
        {**DRAIN, "addon_name": "Redis"},
        "Redis to https://logs.example.org:514 added",
    ),
    (
        "delete_addon_log_drain",
        {**DRAIN, "addon_name": "Redis"},
        "Redis to https://logs.example.org:514 removed",
    ),
    ("new_notifier", NOTIFIER, "team (slack) added"),
    ("edit_notifier", NOTIFIER, "team (slack) changed"),
    ("delete_notifier", NOTIFIER, "team (slack) removed"),
    ("link_scm", REPOSITORY, "eva/shop branch main, deployed automatically"),
    ("update_scm", {**REPOSITORY, "auto_deploy": False}, "eva/shop branch main"),
    ("unlink_scm", REPOSITORY, "eva/shop unlinked"),
    ("link_github", REPOSITORY, "eva/shop linked"),
    ("unlink_github", REPOSITORY, "eva/shop unlinked"),
    ("create_review_app", REVIEW_APP, "shop-pr7 for pull request 7: Faster basket"),
    ("destroy_review_app", {"review_app_name": "shop-pr7"}, "shop-pr7"),
    ("new_integration", {"integration_type": "gitlab", "login": "eva"}, "gitlab as eva added"),
    ("delete_integration", {"integration_type": "gitlab"}, "gitlab removed"),
    ("authorize_github", {"login": "eva"}, "GitHub allowed as eva"),
    ("revoke_github", {}, "GitHub no longer allowed"),
    ("new_project", {"default": True}, "project created as the default one"),
    ("new_project", {"default": False}, "project created"),
    (
        "edit_project",
        {
            "updated_values": [
                {"name": "name", "old_value": "shop", "value": "store"},
                {"name": "default", "old_value": False, "value": True},
            ]
        },
        "name shop → store, default no → yes",
    ),
    ("delete_project", {}, "project deleted"),
    ("new_project_transfer_invitation", RECIPIENT, "tom"),
    ("accept_project_transfer_invitation", INVITED, "tom"),
    ("accept_project_transfer_invitation_error", {**INVITED, "status_reason": "No."}, "No."),
    ("accept_project_transfer_invitation_error", {**INVITED, "error": "No."}, "No."),
    ("cancel_project_transfer_invitation", INVITED, "tom"),
    ("decline_project_transfer_invitation", INVITED, "tom"),
    ("new_user", {}, "account created"),
    ("login_success", FROM, "signed in from 192.0.2.7"),
    ("login_failure", FROM, "sign-in failed from 192.0.2.7"),
    ("login_lock", FROM, "sign-in locked from 192.0.2.7"),
    ("login_unlock_success", FROM, "sign-in unlocked from 192.0.2.7"),
    ("password_reset_query", FROM, "password reset requested from 192.0.2.7"),
    ("password_reset_success", {}, "password reset"),
    ("tfa_enabled", {"provider": "totp"}, "two-factor authentication on (totp)"),
    ("tfa_disabled", {}, "two-factor authentication off"),
    ("new_key", {"name": "laptop", "fingerprint": "ab:cd"}, "laptop added"),
    ("edit_key", {"name": "laptop"}, "laptop changed"),
    ("delete_key", {"name": "laptop"}, "laptop removed"),
    ("new_token", TOKEN, "ci created"),
    ("regenerate_token", TOKEN, "ci regenerated"),
    ("delete_token", TOKEN, "ci deleted"),
    ("add_credit", {"amount": 25.0, "payment_method": "card"}, "25 by card"),
    ("add_credit", {"value": 12.5}, "12.5"),
    ("add_payment_method", {"stripe": {"brand": "visa", "last4": "0007"}}, "visa ending in 0007"),
    ("add_payment_method", {"payment_method_type": "sepa"}, "sepa"),
    ("add_voucher", {"code": "SPRING"}, "SPRING"),
    (
        "payment_attempt",
        {"amount": 9.6, "payment_method": "card", "status": "paid"},
        "9.6 by card: paid",
    ),
    (
        "scale",
        {"previous_containers": {"web": 1, "job": 0}, "containers": {"web": 3, "job": 2}},
        "web 1 → 3, job 0 → 2",
    ),
    (
        "scale",
        {
            "previous_containers": {"web": "1:S", "job": "2:M"},
            "containers": {"web": "4:S", "job": "2:M"},
        },
        "web 1 → 4",
    ),
    (
        "scale",
        {"previous_containers": {"web": "2:S"}, "containers": {"web": "2:L"}},
        "web 2:S → 2:L",
    ),
    ("scale", {"previous_containers": {"web": "2"}, "containers": {"web": "2:L"}}, "no change"),
    (
        "scale",
        {"previous_containers": {"old": "1:S"}, "containers": {"new": "2:M"}},
        "old 1 → 0, new 0 → 2",
    ),
    ("scale", {"previous_containers": {}, "containers": {"web": "0:M"}}, "no change"),
    ("scale", {"previous_containers": {"web": None}, "containers": {"web": 3}}, "web ? → 3"),
    ("scale", {"containers": {"web": 3}}, "scale"),
    (
        "deployment",
        {
            "deployment_id": "d-1",
            "pusher": "eva",
            "git_ref": "c0ffee" * 6,
            "status": "success",
            "duration": 73,
        },
        "success of c0ffeec in 73 s",
    ),
    (
        "deployment",
        {"deployment": {"id": "d-1", "push": "eva", "git_ref": "c0ffee" * 6}},
        "c0ffeec",
    ),
    (
        "deployment",
        {"git_ref": "release-12", "pusher": EVA, "status": "build-error"},
        "build-error of release-12",
    ),
    ("deployment", {"status": "success"}, "success"),
]


def test_events_are_described_in_both_forms() -> None:
    for kind, details, words in CASES:
        envelope = {"id": "e-1", "type": kind, "user": EVA, "app_id": "a-1", "app_name": "shop"}
        assert describe({**envelope, "type_data": details}) == words
        assert describe({**envelope, **details}) == words
        assert describe({**envelope, **details, "type_data": None}) == words
        assert "hunter2" not in words


def test_every_type_has_a_case() -> None:
    assert {kind for kind, _, _ in CASES} - {"delete domain"} == set(SENTENCES)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"type": "moon/phase_changed", "type_data": {"value": "x"}}, "moon phase changed"),
        ({"type": "rename_app", "type_data": {"old_name": "shop"}}, "rename app"),
        ({"type": "rename_app", "type_data": ["shop"]}, "rename app"),
        ({"type": None}, "event"),
        ({"type": " _ "}, "event"),
        ({"type": {"type": "scale"}}, "event"),
        ({}, "event"),
    ],
)
def test_what_cannot_be_described_is_named(event: dict[str, Any], words: str) -> None:
    assert describe(event) == words


NAMES = st.sampled_from(
    [
        "email",
        "username",
        "type",
        "type_data",
        *(name for _, details, _ in CASES for name in details),
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.just("1:S")
    | st.just("https://eva:x@[/?#@"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(NAMES | st.text(), JSON, max_size=5)


@settings(deadline=None)
@given(st.sampled_from(sorted(SENTENCES)) | JSON, OBJECTS, OBJECTS | JSON)
def test_any_json_is_described(kind: object, envelope: dict[str, Any], details: object) -> None:
    assert describe({**envelope, "type": kind, "type_data": details}).strip()


def test_deep_and_huge_json_is_described() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = {"collaborator": [deep], "scope": deep}
    for kind in SENTENCES:
        assert describe(
            {"type": kind, "type_data": {"name": deep, "collaborator": deep, "scope": [deep]}}
        )
    assert describe({"type": "x" * 10**6, "amount": 10**5000})
    assert describe({"type": "scale", "containers": {"web": 10**5000}, "previous_containers": {}})


@settings(deadline=None)
@given(
    st.sampled_from(["new_variable", "edit_variable", "edit_variables", "delete_variable", "odd"]),
    st.lists(st.text("ABC", min_size=1), min_size=3, max_size=3),
    st.text().map(lambda text: f"hunter2{text}"),
    st.booleans(),
)
def test_no_value_of_a_variable_is_shown(
    kind: str, names: list[str], value: str, flat: bool
) -> None:
    first, *others = ({"name": name, "value": value, "old_value": value} for name in names)
    lists = {"new_vars": [first], "updated_vars": others, "deleted_vars": [first, None, value]}
    for details in (first, lists, {**first, **lists}, {"value": value, "new_vars": value}):
        event = {"type": kind, **details} if flat else {"type": kind, "type_data": details}
        assert "hunter2" not in describe(event)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("psql 'postgres://u:hunter2@db.example/shop'", "psql 'postgres://u:***@db.example/shop'"),
        ("psql postgres://u:hun/ter@2@db:5432/x", "psql postgres://u:***@db:5432/x"),
        ("redis-cli -u redis://:hunter2@db:6379 PING", "redis-cli -u redis://:***@db:6379 PING"),
        ("PGPASSWORD=hunter2 psql -h db", "PGPASSWORD=*** psql -h db"),
        ("API_TOKEN='hun ter2' bin/sync", "API_TOKEN=*** bin/sync"),
        ("bin/sync --password hunter2 now", "bin/sync --password *** now"),
        ('bin/sync --api-key="hunter 2" now', "bin/sync --api-key=*** now"),
        ("curl -H 'Authorization: Bearer hunter2' x", "curl -H 'Authorization: ***' x"),
        ("curl -u eva:hunter2 https://x.example", "curl -u eva:*** https://x.example"),
        ("curl https://x.example/?token=hunter2", "curl https://x.example/?token=***"),
        ("redis-cli -h db -a hunter2 PING", "redis-cli -h db -a *** PING"),
        ("mysql -u eva -phunter2 shop", "mysql -u eva -p*** shop"),
        ("rake auth:reset db:migrate", "rake auth:reset db:migrate"),
        ("echo the secret is out", "echo the secret is out"),
    ],
)
def test_a_command_is_shown_without_its_secrets(command: str, shown: str) -> None:
    assert describe({"type": "run", "type_data": {"command": command}}) == shown


@pytest.mark.parametrize("piece", ["a", "pass", "://", "://a:", "-", "--token ", "x@", "mysql "])
def test_a_command_that_is_hard_to_read_is_shown(piece: str) -> None:
    said = describe({"type": "run", "type_data": {"command": piece * 20_000}})
    assert said.startswith(piece[:1])
