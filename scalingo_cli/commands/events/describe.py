"""What an event did, in a few plain words that hold no variable's value and no other secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def describe(event: Mapping[str, Any]) -> str:
    """Return what `event` did, whatever JSON it holds.

    An event that lacks the details, or whose type nobody told us of, gives its type's own name.
    """
    kind = event["type"] if isinstance(event.get("type"), str) else ""
    details = _details(event)
    words = _WORDS.get(kind.strip().lower().replace(" ", "_"), "")
    said = _say(words, details) if isinstance(words, str) else words(details)
    return said or kind.replace("_", " ").replace("/", " ").strip() or "event"


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the event alone has: until 11 August 2015 it stood beside the type."""
    details = event.get("type_data")
    return details if isinstance(details, dict) else event


def _say(words: str, details: Mapping[str, Any]) -> str:
    """Return the first of the sentences between `|` that `details` can fill, or nothing.

    A part in brackets is left out when `details` cannot fill it.
    """
    fields = dict(_fields(details))
    for sentence in words.split("|"):
        try:
            return "".join(_filled(sentence, fields)).strip()
        except KeyError:
            continue
    return ""


def _filled(sentence: str, fields: Mapping[str, str]) -> Iterator[str]:
    for index, part in enumerate(sentence.replace("]", "[").split("[")):
        in_brackets = index % 2 == 1
        try:
            yield part.format_map(fields)
        except KeyError:
            if not in_brackets:
                raise


def _fields(details: Mapping[str, Any], depth: int = 2) -> Iterator[tuple[str, str]]:
    """Yield the names that sentences may use, each with its words.

    A flag is empty words, under its name or under `not_` and its name. The e-mail of the `inviter`
    is `inviter_email`, and `inviter` alone is that person's best name. A `url` is as it was sent:
    show `url_host`, or `url_address` that has the path too, which hold no credentials.
    """
    for name, value in details.items():
        if isinstance(value, bool):
            yield name if value else f"not_{name}", ""
        elif isinstance(value, dict) and depth:
            inner = dict(_fields(value, depth - 1))
            yield from ((f"{name}_{key}", word) for key, word in inner.items())
            yield from ((name, inner[key]) for key in ("email", "username") if key in inner)
        elif word := _word(value):
            yield name, word
            yield from _addresses(name, word)


def _word(value: object) -> str:
    """Return the value as text, empty where it has nothing to show."""
    match value:
        case str():
            return value.strip()
        case bool():
            return "yes" if value else "no"
        case int() | float() if abs(value) < 1e15:
            return f"{value:.15g}"
        case list():
            return ", ".join(item for item in value if isinstance(item, str))
    return ""


def _addresses(name: str, url: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of `url` that are safe to show: none if its password could be anywhere."""
    scheme, separator, rest = url.partition("://")
    authority = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    path = rest[len(authority) :].partition("?")[0].partition("#")[0]
    if separator and scheme.replace("+", "").isalnum() and "@" not in rest[len(authority) :]:
        host = f"{scheme}://{authority.rpartition('@')[2]}"
        yield f"{name}_host", host
        yield f"{name}_address", host + path


def _scale(details: Mapping[str, Any]) -> str:
    before, after = details.get("previous_containers"), details.get("containers")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ""
    changes = []
    for name in before | after:
        old, _, old_size = (_word(before.get(name, 0)) or "?").partition(":")
        new, _, new_size = (_word(after.get(name, 0)) or "?").partition(":")
        if old_size and new_size and old_size != new_size:
            changes.append(f"{name} {old}:{old_size} → {new}:{new_size}")
        elif old != new:
            changes.append(f"{name} {old} → {new}")
    return ", ".join(changes) or "no change"


def _deployment(details: Mapping[str, Any]) -> str:
    nested = details.get("deployment")
    details = {**nested, **details} if isinstance(nested, dict) else dict(details)
    commit = details.get("git_ref")
    if isinstance(commit, str) and not commit.strip("0123456789abcdef"):
        details["git_ref"] = commit[:7]
    return _say("[{status} of ]{git_ref}[ in {duration} s]|{status}", details)


def _edit_variables(details: Mapping[str, Any]) -> str:
    done = {"new_vars": "added", "updated_vars": "changed", "deleted_vars": "removed"}
    names = {key: [_word(item.get("name")) for item in _items(details, key)] for key in done}
    several = "; ".join(f"{', '.join(names[key])} {done[key]}" for key in done if names[key])
    return several or _say("{name} changed", details)


def _edit_project(details: Mapping[str, Any]) -> str:
    changes = (
        [_word(item.get(key)) for key in ("name", "old_value", "value")]
        for item in _items(details, "updated_values")
    )
    return ", ".join(f"{name} {old} → {new}" for name, old, new in changes)


def _items(details: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    items = details.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


_RECIPIENT = "{recipient_username}|{recipient_email}|{invited_user}"
_ALERT = "[{sender_name}: ]{metric} at {value_text}[, limit {limit_text}]"
_AUTOSCALER = "{container_type} {min_containers} to {max_containers}[, {metric} at {target_text}]"

_WORDS: dict[str, str | Callable[[Mapping[str, Any]], str]] = {
    # An application's life
    "new_app": "from {git_source_address}",
    "rename_app": "{old_name} → {new_name}|to {new_owner}",
    "transfer_app": "to {new_owner}",
    "edit_app": "HTTPS enforced{force_https}|HTTPS no longer enforced{not_force_https}",
    "delete_app": "app deleted",
    "deployment": _deployment,
    "stack_changed": "{previous_stack_name} → {current_stack_name}",
    "update_app_project": "{old_project_name} → {new_project_name}|to {new_project_name}",
    "start_region_migration": "[{source} → ]{destination}[ as {dst_app_name}]",
    "create_data_access_consent": "containers and databases{containers}{databases}"
    "|containers{containers}|databases{databases}",
    "edit_hds_contact": "{name}",
    # Containers
    "restart": "{scope}[ for {addon_name}][: {reason}]"
    "|all containers[ for {addon_name}][: {reason}]",
    "scale": _scale,
    "run": "{command}[ (detached{detached})]",
    "stop_app": "app stopped[: {reason}]",
    "crash": "{container_type} crashed",
    "repeated_crash": "{container_type} crashed repeatedly",
    "new_alert": "{container_type} {metric} below {limit_text}{send_when_below}"
    "|{container_type} {metric} above {limit_text}|{container_type} {metric}",
    "alert": f"over: {_ALERT}{{not_activated}}|{_ALERT}",
    "delete_alert": "{container_type} {metric} removed",
    "new_autoscaler": _AUTOSCALER,
    "edit_autoscaler": _AUTOSCALER,
    "delete_autoscaler": "{container_type}[ {metric}] removed",
    # Environment
    "new_variable": "{name} added",
    "new_event": "{name} added",  # what the documents of 2015 call new_variable
    "edit_variable": _edit_variables,
    "edit_variables": _edit_variables,
    "delete_variable": "{name} removed",
    # Domains
    "new_domain": "{hostname}[ with TLS{ssl}] added|{name}[ with TLS{ssl}] added",
    "edit_domain": "{hostname} with TLS{ssl}|{hostname} without TLS{not_ssl}|{hostname} changed",
    "delete_domain": "{hostname} removed|{name} removed",
    # Collaborators
    "new_collaborator": "{collaborator_email} invited",
    "accept_collaborator": "{collaborator_email} joined[, invited by {collaborator_inviter}]",
    "edit_collaborator": "{collaborator_email} joined[, invited by {collaborator_inviter}]",
    "change_collaborator_role": "{collaborator_email} limited{collaborator_is_limited}"
    "|{collaborator_email} no longer limited{collaborator_not_is_limited}|{collaborator_email}",
    "delete_collaborator": "{collaborator_email} removed",
    # Add-ons and their databases
    "new_addon": "{addon_provider_name}[ {plan_name}] added",
    "upgrade_addon": "{addon_provider_name} {old_plan_name} → {new_plan_name}"
    "|{addon_provider_name} {old_plan_name} → {plan_name}|{addon_provider_name} upgraded",
    "addon_updated": "{addon_provider_name}[ {addon_plan_name}] changed[: {attributes_changed}]",
    "resume_addon": "{addon_provider_name}[ {plan_name}] resumed",
    "suspend_addon": "{addon_provider_name}[ {plan_name}] suspended[: {reason}]",
    "delete_addon": "{addon_provider_name}[ {plan_name}] removed",
    "upgrade_database": "{addon_name} {old_version} → {new_version}|{addon_name} to {new_version}",
    "database/add_feature": "{feature} added[ to {addon_provider_name}]",
    "database/remove_feature": "{feature} removed[ from {addon_provider_name}]",
    "plan_database_maintenance": "{addon_name} maintenance planned[ ({maintenance_type})]",
    "start_database_maintenance": "{addon_name} maintenance started[ ({maintenance_type})]",
    "complete_database_maintenance": "{addon_name} maintenance completed[ ({maintenance_type})]",
    "database_backup_succeeded": "{addon_name} backup done",
    "database_backup_failed": "{addon_name} backup failed",
    "database_continuousbackup_healthy": "{addon_name} continuous backup healthy",
    "database_continuousbackup_delayed": "{addon_name} continuous backup delayed",
    "database_continuousbackup_stale": "{addon_name} continuous backup stale",
    # Logs and notifications
    "new_log_drain": "{url_host} added",
    "delete_log_drain": "{url_host} removed",
    "new_addon_log_drain": "{addon_name} to {url_host} added",
    "delete_addon_log_drain": "{addon_name} to {url_host} removed",
    "new_notifier": "{notifier_name}[ ({platform_name})] added",
    "edit_notifier": "{notifier_name}[ ({platform_name})] changed",
    "delete_notifier": "{notifier_name}[ ({platform_name})] removed",
    # Code hosts
    "link_scm": "{repo_name}[ branch {branch}][, deployed automatically{auto_deploy}]",
    "update_scm": "{repo_name}[ branch {branch}][, deployed automatically{auto_deploy}]",
    "unlink_scm": "{repo_name} unlinked",
    "link_github": "{repo_name} linked",
    "unlink_github": "{repo_name} unlinked",
    "create_review_app": "{review_app_name}[ for pull request {pr_number}][: {pr_name}]",
    "destroy_review_app": "{review_app_name}[ for pull request {pr_number}][: {pr_name}]",
    "new_integration": "{integration_type}[ as {login}] added",
    "delete_integration": "{integration_type}[ as {login}] removed",
    "authorize_github": "GitHub allowed[ as {login}]",
    "revoke_github": "GitHub no longer allowed",
    # Projects
    "new_project": "project created[ as the default one{default}]",
    "edit_project": _edit_project,
    "delete_project": "project deleted",
    "new_project_transfer_invitation": _RECIPIENT,
    "accept_project_transfer_invitation": _RECIPIENT,
    "accept_project_transfer_invitation_error": f"{{status_reason}}|{{error}}|{_RECIPIENT}",
    "cancel_project_transfer_invitation": _RECIPIENT,
    "decline_project_transfer_invitation": _RECIPIENT,
    # An account's life
    "new_user": "account created",
    "login_success": "signed in[ from {remote_ip}]",
    "login_failure": "sign-in failed[ from {remote_ip}]",
    "login_lock": "sign-in locked[ from {remote_ip}]",
    "login_unlock_success": "sign-in unlocked[ from {remote_ip}]",
    "password_reset_query": "password reset requested[ from {remote_ip}]",
    "password_reset_success": "password reset[ from {remote_ip}]",
    "tfa_enabled": "two-factor authentication on[ ({provider})]",
    "tfa_disabled": "two-factor authentication off",
    "new_key": "{name} added",
    "edit_key": "{name} changed",
    "delete_key": "{name} removed",
    "new_token": "{token_name} created",
    "regenerate_token": "{token_name} regenerated",
    "delete_token": "{token_name} deleted",
    "add_credit": "{amount}[ by {payment_method}]|{value}[ by {payment_method}]",
    "add_payment_method": "[{stripe_brand} ]ending in {stripe_last4}|{payment_method_type}",
    "add_voucher": "{code}",
    "payment_attempt": "{amount}[ by {payment_method}][: {status}]",
}

TYPES = frozenset(_WORDS)
