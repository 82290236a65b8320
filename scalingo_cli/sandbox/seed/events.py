"""An event of each of the 96 types of the regional platform: its owner, and its `type_data`."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from scalingo_cli.sandbox.state.models import Row
    from scalingo_cli.sandbox.state.store import Store

Whose = Literal["app", "account", "project"]

_ADDRESS = {"remote_ip": "198.51.100.23"}
_ADDON = {"addon_provider_name": "postgresql", "resource_id": "pinecrate_sh_4187"}
_DATABASE = {
    "addon_name": "PostgreSQL",
    "addon_uuid": "ad-5b0c92d7-41fe-4e83-a6b9-07d3c8f1e254",
    "resource_id": "pinecrate_sh_4187",
}
_FEATURE = {
    "feature": "force-ssl",
    "addon_provider_id": "54c0e1a2706c616e00010001",
    "addon_provider_name": "postgresql",
    "addon_uuid": "ad-5b0c92d7-41fe-4e83-a6b9-07d3c8f1e254",
    **_ADDRESS,
}
_MAINTENANCE = {
    "addon_name": "PostgreSQL",
    "maintenance_id": "67d1f20ab8c4e9003f5a1172",
    "maintenance_type": "minor-upgrade",
    "maintenance_window_in_hours": 6,
    "next_maintenance_window": "2026-02-11T22:00:00Z",
}
_BACKUP = {
    **_DATABASE,
    **_ADDRESS,
    "backup_method": "periodic",
    "backup_id": "67d1f4c3b8c4e9003f5a11a0",
    "started_at": "2026-02-10T01:00:04.118Z",
    "ended_at": "2026-02-10T01:02:51Z",
}
_CONTINUOUS = {**_DATABASE, **_ADDRESS, "checked_at": "2026-02-10T06:15:42.908117325Z"}
_MEMBER = {"id": "67cc01e5b8c4e9003f5a0f31", "email": "lena@pinecrate.example"}
_DRAIN = {"url": "tcp+tls://drain:0rch4rd@logs.pinecrate.example:6514"}
_ADDON_DRAIN = {**_DRAIN, "addon_uuid": _DATABASE["addon_uuid"], "addon_name": "PostgreSQL"}
_REPOSITORY = {"repo_name": "pinecrate/shop", "source": "https://github.com/pinecrate/shop"}
_LINK = {
    **_REPOSITORY,
    "linker_username": "noor",
    "branch": "main",
    "auto_deploy": True,
    "auto_deploy_review_apps": True,
    "delete_on_close": True,
    "delete_stale": False,
    "hours_before_delete_on_close": 2,
    "hours_before_delete_stale": 0,
    "creation_from_forks_allowed": False,
}
_REVIEW_APP = {
    "review_app_name": "pinecrate-shop-pr81",
    "review_app_url": "https://pinecrate-shop-pr81.osc-fr1.scalingo.io",
    "source_repo_name": "pinecrate/shop",
    "source_repo_url": "https://github.com/pinecrate/shop",
    "pr_name": "Weigh the [red] onions",
    "pr_number": 81,
    "pr_url": "https://github.com/pinecrate/shop/pull/81",
    "pr_comes_from_a_fork": False,
}
_CRASH = {
    "container_type": "worker",
    "crash_logs": "KeyError: 'harbour'",
    "logs_url": "https://logs.scalingo.example/crashes/7f3a?token=cr4sh",
}
_INTEGRATION = {
    "integration_id": "3d7e10f4-9b25-4c86-8a1d-5e02b7c9f638",
    "integration_type": "github",
    "login": "noor-haddad",
    "avatar_url": "https://avatars.example/noor.png",
    "url": "https://github.com",
}
_ALERT = {"container_type": "web", "metric": "memory"}
_LIMIT = {"limit": 0.85, "limit_text": "85%"}
_AUTOSCALER = {
    "container_type": "web",
    "min_containers": "2",  # numbers in strings, so it is
    "max_containers": "6",
    "metric": "p95_response_time",
    "target": 250.0,
    "target_text": "250 ms",
}
_NOTIFIER = {
    "notifier_name": "Kitchen",
    "active": True,
    "send_all_events": False,
    "selected_events": ["app_deployed", "app_restarted"],
    "notifier_type": "slack",
    "notifier_type_data": {"webhook_url": "https://hooks.chat.example/T0/B1/s3cr3t"},
    "platform_name": "slack",
}
_TOKEN = {"token_name": "laptop", "token_id": "b6f09a1c-72d4-4e58-93b7-1c0d5ea8f246"}
_NOOR = {"id": "54b3a1c67069653d1f000001", "username": "noor", "email": "noor@pinecrate.example"}
_ILSE = {"id": "54b3a1c67069653d1f000002", "username": "ilse", "email": "ilse@pinecrate.example"}
_INVITATION = {
    "transfer_invitation_id": "tin-2f81c6d0-7a94-4b3e-a5d2-90e6b8c17f45",
    "invited_user": _ILSE,
    "inviter": _NOOR,
    "status_reason": "",
    "expires_at": "2026-02-13T10:40:00.512+01:00",
}
_STACKS = {
    "previous_stack_id": "st-0d94e8b3-7a16-4c2f-b5e7-8c63d1f0a275",
    "current_stack_id": "st-6f0c7d1e-3b52-4a98-8d0e-51a7c2f3b924",
    "previous_stack_name": "scalingo-20",
    "current_stack_name": "scalingo-24",
}

HAPPENINGS: dict[str, tuple[Whose, dict[str, Any]]] = {
    # Apps
    "new_app": ("app", {"git_source": "https://github.com/pinecrate/shop"}),
    "edit_app": ("app", {"force_https": True}),
    "rename_app": ("app", {"old_name": "pinecrate", "new_name": "pinecrate-shop"}),
    "transfer_app": ("app", {"old_owner": _ILSE, "new_owner": _NOOR}),
    "delete_app": ("app", {}),
    "deployment": (
        "app",
        {
            "deployment_id": "67d20a18b8c4e9003f5a1240",
            "deployment_uuid": "0c5e7b92-41d8-4f36-b0a7-e98d2c61f354",
            "deployment_type": "deployment",
            "pusher": "ilse",
            "git_ref": "5c2e90d4b17fa863e0d9247ab8816f3cc05ae712",
            "git_ref_url": "https://github.com/pinecrate/shop/commit/5c2e90d",
            "status": "success",
            "stack": "scalingo-24",
            "duration": 58,
            "finished_at": "2026-02-10T09:31:07.640+00:00",
            "last_commits": {"commits": [], "remaining": 0},
        },
    ),
    "restart": ("app", {"scope": ["web"], "addon_name": "Redis", "reason": "variables changed"}),
    "scale": (
        "app",
        {
            "previous_containers": {"web": "2:M", "worker": "1:L"},
            "containers": {"web": "3:M", "worker": "1:L"},
        },
    ),
    "run": (
        "app",
        {
            "command": "bin/migrate",
            "audit_log_id": "d2c7a0f6-58b1-4c93-9e4d-7b10f5a8c362",
            "audit_log_size": 20481,
            "detached": False,
        },
    ),
    "stop_app": ("app", {"reason": "the free trial is over"}),
    "crash": ("app", _CRASH),
    "repeated_crash": ("app", _CRASH),
    "stack_changed": ("app", _STACKS),
    "update_app_project": (
        "app",
        {
            "old_project_name": "default",
            "old_project_id": "prj-61b0f7c4d2a98e53",
            "new_project_name": "Harvest",
            "new_project_id": "prj-0e9d3c7a51f8b264",
        },
    ),
    "start_region_migration": (
        "app",
        {
            "migration_id": "f0b8d1c5-3e67-4a29-8c54-d917ea02b6f3",
            "source": "osc-fr1",
            "destination": "osc-secnum-fr1",
            "dst_app_name": "pinecrate-shop",
        },
    ),
    "create_data_access_consent": (
        "app",
        {"end_at": "2026-03-01T00:00:00Z", "databases": True, "containers": True, **_ADDRESS},
    ),
    "edit_hds_contact": (
        "app",
        {
            "name": "Noor Haddad",
            "email": "noor@pinecrate.example",
            "phone_number": "+32 9 000 00 00",
            "company": "Pinecrate",
            "address_line1": "Quay 4",
            "address_line2": None,
            "address_city": "Ghent",
            "address_zip": "9000",
            "address_country": "BE",
            "notes": "",
            **_ADDRESS,
        },
    ),
    # Variables, domains, collaborators
    "new_variable": ("app", {"name": "CRATE_SIZE", "value": "12", "addon_name": None}),
    "edit_variable": (
        "app",
        {"name": "CRATE_SIZE", "old_value": "12", "value": "16", "addon_name": None},
    ),
    "edit_variables": (
        "app",
        {
            "new_vars": [{"name": "ROUTES", "value": "north"}],
            "updated_vars": [{"name": "CRATE_SIZE", "old_value": "16", "value": "18"}],
            "deleted_vars": None,
        },
    ),
    "delete_variable": ("app", {"name": "ROUTES", "value": "north"}),
    "new_domain": ("app", {"hostname": "fresh.pinecrate.example", "ssl": False}),
    "edit_domain": ("app", {"hostname": "fresh.pinecrate.example", "old_ssl": False, "ssl": True}),
    "delete_domain": ("app", {"hostname": "fresh.pinecrate.example"}),
    "new_collaborator": ("app", {"collaborator": {"email": _MEMBER["email"], "is_limited": False}}),
    "accept_collaborator": (
        "app",
        {
            "collaborator": {
                **_MEMBER,
                "username": "lena",
                "inviter": {"email": "noor@pinecrate.example", "username": "noor"},
                "is_limited": False,
            }
        },
    ),
    "change_collaborator_role": (
        "app",
        {"collaborator": {**_MEMBER, "username": "lena", "is_limited": True}},
    ),
    "delete_collaborator": ("app", {"collaborator": {**_MEMBER, "username": "lena"}}),
    # Add-ons and databases
    "new_addon": ("app", {**_ADDON, "plan_name": "postgresql-starter-512"}),
    "upgrade_addon": (
        "app",
        {
            **_ADDON,
            "old_plan_name": "postgresql-starter-512",
            "new_plan_name": "postgresql-starter-1024",
        },
    ),
    "addon_updated": (
        "app",
        {
            "addon_id": "ad-5b0c92d7-41fe-4e83-a6b9-07d3c8f1e254",
            "addon_plan_name": "postgresql-starter-1024",
            "addon_resource_id": "pinecrate_sh_4187",
            "addon_provider_id": "postgresql",
            "addon_provider_name": "PostgreSQL",
            "status": ["provisioning", "running"],
            "attributes_changed": ["status"],
        },
    ),
    "suspend_addon": (
        "app",
        {**_ADDON, "plan_name": "postgresql-starter-1024", "reason": "unpaid"},
    ),
    "resume_addon": ("app", {**_ADDON, "plan_name": "postgresql-starter-1024"}),
    "delete_addon": ("app", {**_ADDON, "plan_name": "postgresql-starter-1024"}),
    "upgrade_database": (
        "app",
        {"addon_name": "PostgreSQL", "old_version": "15.8.0-2", "new_version": "16.4.0-1"},
    ),
    "database/add_feature": ("app", _FEATURE),
    "database/remove_feature": ("app", _FEATURE),
    "plan_database_maintenance": ("app", _MAINTENANCE),
    "start_database_maintenance": (
        "app",
        {**_MAINTENANCE, "next_maintenance_window": "0001-01-01T00:00:00Z"},
    ),
    "complete_database_maintenance": (
        "app",
        {**_MAINTENANCE, "next_maintenance_window": "0001-01-01T00:00:00Z"},
    ),
    "database_backup_succeeded": ("app", {**_BACKUP, "backup_status": "done"}),
    "database_backup_failed": ("app", {**_BACKUP, "backup_status": "error"}),
    "database_continuousbackup_healthy": (
        "app",
        {
            **_CONTINUOUS,
            "status": "healthy",
            "error": "",
            "recoverable": True,
            "unrecoverable_duration_seconds": 0,
        },
    ),
    "database_continuousbackup_delayed": (
        "app",
        {
            **_CONTINUOUS,
            "status": "delayed",
            "error": "the archive is slow",
            "recoverable": True,
            "unrecoverable_duration_seconds": 0,
        },
    ),
    "database_continuousbackup_stale": (
        "app",
        {
            **_CONTINUOUS,
            "status": "stale",
            "error": "the archive is gone",
            "recoverable": False,
            "unrecoverable_duration_seconds": 7260,
        },
    ),
    # Notifiers and alerts
    "new_log_drain": ("app", _DRAIN),
    "delete_log_drain": ("app", _DRAIN),
    "new_addon_log_drain": ("app", _ADDON_DRAIN),
    "delete_addon_log_drain": ("app", _ADDON_DRAIN),
    "new_notifier": ("app", _NOTIFIER),
    "edit_notifier": ("app", _NOTIFIER | {"active": False}),
    "delete_notifier": ("app", _NOTIFIER),
    "new_alert": ("app", {**_ALERT, **_LIMIT, "send_when_below": False}),
    "alert": (
        "app",
        {
            "sender_name": "pinecrate-shop web",
            "metric": "memory",
            **_LIMIT,
            "raw_limit": 0.85,
            "value": 0.91,
            "value_text": "91%",
            "raw_value": 0.9132,
            "activated": True,
            "send_when_below": False,
        },
    ),
    "delete_alert": ("app", _ALERT),
    "new_autoscaler": ("app", _AUTOSCALER),
    "edit_autoscaler": ("app", _AUTOSCALER | {"max_containers": "8"}),
    "delete_autoscaler": ("app", {"container_type": "web", "metric": "p95_response_time"}),
    # Where the code comes from
    "link_scm": ("app", _LINK),
    "update_scm": ("app", _LINK | {"branch": "harvest"}),
    "unlink_scm": ("app", {**_REPOSITORY, "unlinker_username": "noor"}),
    "link_github": (
        "app",
        {
            "repo_name": "pinecrate/shop",
            "linker_username": "noor",
            "github_source": "https://github.com/pinecrate/shop",
        },
    ),
    "unlink_github": (
        "app",
        {
            "repo_name": "pinecrate/shop",
            "unlinker_username": "noor",
            "github_source": "https://github.com/pinecrate/shop",
        },
    ),
    "create_review_app": ("app", _REVIEW_APP),
    "destroy_review_app": ("app", _REVIEW_APP),
    # Projects
    "new_project": ("project", {"default": False}),
    "edit_project": (
        "project",
        {
            "updated_values": [
                {"name": "name", "value": "Harvest", "old_value": "Autumn"},
                {"name": "default", "value": True, "old_value": False},
            ]
        },
    ),
    "delete_project": ("project", {"project_id": "pr-93d6e1f0-5c2b-4a78-b6e4-0d81f7a9c253"}),
    "new_project_transfer_invitation": (
        "project",
        {
            "invitation_id": "tin-2f81c6d0-7a94-4b3e-a5d2-90e6b8c17f45",
            "recipient_email": "ilse@pinecrate.example",
            "recipient_username": "ilse",
        },
    ),
    "accept_project_transfer_invitation": ("project", {**_INVITATION, "status": "accepted"}),
    "accept_project_transfer_invitation_error": (
        "project",
        {
            **_INVITATION,
            "status": "failed",
            "status_reason": "ilse works on one of its two applications only",
        },
    ),
    "cancel_project_transfer_invitation": ("project", {**_INVITATION, "status": "canceled"}),
    "decline_project_transfer_invitation": ("project", {**_INVITATION, "status": "declined"}),
    # Accounts
    "new_user": ("account", {}),
    "login_success": ("account", _ADDRESS),
    "login_failure": ("account", _ADDRESS),
    "login_lock": ("account", _ADDRESS),
    "login_unlock_success": ("account", _ADDRESS),
    "password_reset_query": ("account", _ADDRESS),
    "password_reset_success": ("account", _ADDRESS),
    "tfa_enabled": ("account", {"provider": "totp"}),
    "tfa_disabled": ("account", {}),
    "new_key": (
        "account",
        {"name": "Noor's laptop", "fingerprint": "4c:1e:90:d7:5b:08:f3:6a:b2:ce:71:0d:84:9f:25:e6"},
    ),
    "edit_key": (
        "account",
        {"name": "Noor's laptop", "fingerprint": "4c:1e:90:d7:5b:08:f3:6a:b2:ce:71:0d:84:9f:25:e6"},
    ),
    "delete_key": ("account", {"name": "Old laptop"}),
    "new_token": ("account", _TOKEN),
    "regenerate_token": ("account", _TOKEN),
    "delete_token": ("account", _TOKEN),
    "new_integration": ("account", _INTEGRATION),
    "delete_integration": ("account", _INTEGRATION),
    "authorize_github": (
        "account",
        {"login": "noor-haddad", "avatar_url": "https://avatars.example/noor.png"},
    ),
    "revoke_github": ("account", {}),
    "add_credit": ("account", {"payment_method": "card", "amount": 40.0}),
    "add_payment_method": (
        "account",
        {
            "company": "Pinecrate",
            "vat_number": "BE0000000000",
            "payment_method_type": "stripe",
            "stripe": {"brand": "maestro", "last4": "7316", "exp": "08/2029"},
        },
    ),
    "add_voucher": ("account", {"code": "CRATES-2026"}),
    "payment_attempt": ("account", {"amount": 18.4, "payment_method": "card", "status": "paid"}),
}
PROJECT: Row = {"id": "pr-93d6e1f0-5c2b-4a78-b6e4-0d81f7a9c253", "name": "Harvest"}


def add_event(store: Store, kind: str, app: str | None = None) -> Row:
    """Add an event with the usual `type_data` of its kind to a store, and return it.

    It belongs to the app of this name, by default the first one, or to its owner's account or
    project. Raises KeyError if there is no such kind.
    """
    whose, data = HAPPENINGS[kind]
    target = store.app(app) if app else store.apps[0]
    if whose == "app":
        return store.record(target, target.owner, kind, deepcopy(data))
    project = PROJECT if whose == "project" else None
    return store.record_of_account(target.owner, kind, deepcopy(data), project)
