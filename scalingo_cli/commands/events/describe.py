"""What an event did, in a few plain words that hold no variable's value and no other secret.

Each type has a function in `SENTENCES`, which is given the details as `Fields`: `f["name"]` is the
words of a field that the sentence needs, `f.maybe(" for ", "name")` a part that is left out with
its field. A sentence that lacks what it needs gives way to the type's own name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scalingo_cli.console.view import at
from scalingo_cli.text import drains
from scalingo_cli.text.escape import MASK
from scalingo_cli.text.shell import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def describe(event: Mapping[str, Any]) -> str:
    """Return what `event` did, whatever JSON it holds.

    An event that lacks the details, or whose type is unknown, gives its type's own name.
    """
    kind = event["type"] if isinstance(event.get("type"), str) else ""
    sentence = SENTENCES.get(kind.strip().lower().replace(" ", "_"))
    try:
        said = sentence(Fields(_details(event))) if sentence else ""
    except LookupError:
        said = ""
    return said or kind.replace("_", " ").replace("/", " ").strip() or "event"


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the event alone has: until 11 August 2015 it stood beside the type."""
    details = event.get("type_data")
    return details if isinstance(details, dict) else event


class Fields:
    """The details of an event, by name: `details` as they were sent, and their words.

    What a person holds is found under both names, as in `inviter_email`; `inviter` alone is that
    person's best name. A `url` is as it was sent: show `url_host`, or `url_address` that has the
    path too, which hold no credentials.
    """

    def __init__(self, details: Mapping[str, Any]) -> None:
        self.details = details
        self._words = dict(_words(details))

    def __getitem__(self, name: str) -> str:
        """Return the words of a field. Raises KeyError if it has none."""
        return self._words[name]

    def maybe(self, before: str, name: str, after: str = "") -> str:
        """Return the words of a field between others; nothing if it has none."""
        words = self._words.get(name)
        return f"{before}{words}{after}" if words else ""

    def first(self, *names: str) -> str:
        """Return the words of the first of these fields that has some. Raises KeyError if none."""
        for name in names:
            if words := self._words.get(name):
                return words
        raise KeyError(names[0])

    def change(self, old: str, new: str) -> str:
        """Return "old → new", or "to new" without the old one. Raises KeyError without the new."""
        return self.maybe("", old, f" → {self[new]}") or f"to {self[new]}"

    def flag(self, name: str) -> bool | None:
        """Return a flag; None if it is neither true nor false."""
        value = at(self.details, name)
        return value if isinstance(value, bool) else None

    def items(self, name: str) -> list[dict[str, Any]]:
        """Return the objects in a list; none if it is anything else."""
        found = self.details.get(name)
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _words(details: Mapping[str, Any], depth: int = 2) -> Iterator[tuple[str, str]]:
    for name, value in details.items():
        if isinstance(value, dict) and depth:
            inner = dict(_words(value, depth - 1))
            yield from ((f"{name}_{key}", word) for key, word in inner.items())
            yield from ((name, inner[key]) for key in ("email", "username") if key in inner)
        elif not isinstance(value, bool) and (word := _word(value)):
            yield name, word
            yield from _addresses(name, word)


def _word(value: object) -> str:
    """Return the value as text, empty if it has nothing to show."""
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
        is_token = drains.is_token(scheme, authority)
        host = f"{scheme}://{MASK if is_token else authority.rpartition('@')[2]}"
        yield f"{name}_host", host
        yield f"{name}_address", host + path


# An application's life


def _renamed(f: Fields) -> str:
    renamed = f.maybe("", "old_name") and f.maybe("", "new_name")
    return f.change("old_name", "new_name") if renamed else _given(f)


def _given(f: Fields) -> str:
    return f"to {f['new_owner']}"


def _app_changed(f: Fields) -> str:
    said = {True: "HTTPS enforced", False: "HTTPS no longer enforced", None: ""}
    return said[f.flag("force_https")]


def _deployed(f: Fields) -> str:
    nested = f.details.get("deployment")
    f = Fields({**nested, **f.details}) if isinstance(nested, dict) else f
    commit = f.maybe("", "git_ref")
    if not commit:
        return f["status"]
    if not commit.strip("0123456789abcdef"):
        commit = commit[:7]
    return f"{f.maybe('', 'status', ' of ')}{commit}{f.maybe(' in ', 'duration', ' s')}"


def _consented(f: Fields) -> str:
    given = [name for name in ("containers", "databases") if f.flag(name)]
    return " and ".join(given)


def _moved(f: Fields) -> str:
    return f"{f.maybe('', 'source', ' → ')}{f['destination']}{f.maybe(' as ', 'dst_app_name')}"


# Containers


def _restarted(f: Fields) -> str:
    what = f.maybe("", "scope") or "all containers"
    return f"{what}{f.maybe(' for ', 'addon_name')}{f.maybe(': ', 'reason')}"


def _scaled(f: Fields) -> str:
    before, after = f.details.get("previous_containers"), f.details.get("containers")
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


def _ran(f: Fields) -> str:
    return f"{masked(f['command'])}{' (detached)' if f.flag('detached') else ''}"


def _alert(f: Fields) -> str:
    side = {True: "below", False: "above", None: ""}[f.flag("send_when_below")]
    limit = f.maybe(f" {side} ", "limit_text") if side else ""
    return f"{f['container_type']} {f['metric']}{limit}"


def _raised(f: Fields) -> str:
    over = "over: " if f.flag("activated") is False else ""
    sender, limit = f.maybe("", "sender_name", ": "), f.maybe(", limit ", "limit_text")
    return f"{over}{sender}{f['metric']} at {f['value_text']}{limit}"


def _autoscaler(f: Fields) -> str:
    metric = f.maybe(", ", "metric", " at ")
    target = f.maybe(metric, "target_text") if metric else ""
    return f"{f['container_type']} {f['min_containers']} to {f['max_containers']}{target}"


# Environment


def _variables(f: Fields) -> str:
    done = {"new_vars": "added", "updated_vars": "changed", "deleted_vars": "removed"}
    names = {key: [_word(item.get("name")) for item in f.items(key)] for key in done}
    several = "; ".join(f"{', '.join(names[key])} {done[key]}" for key in done if names[key])
    return several or f"{f['name']} changed"


# Domains and collaborators


def _domain(done: str) -> Callable[[Fields], str]:
    def sentence(f: Fields) -> str:
        return f"{f.first('hostname', 'name')}{' with TLS' if f.flag('ssl') else ''} {done}"

    return sentence


def _domain_changed(f: Fields) -> str:
    done = {True: "with TLS", False: "without TLS", None: "changed"}
    return f"{f['hostname']} {done[f.flag('ssl')]}"


def _joined(f: Fields) -> str:
    inviter = f.maybe(", invited by ", "collaborator_inviter")
    return f"{f['collaborator_email']} joined{inviter}"


def _limited(f: Fields) -> str:
    done = {True: " limited", False: " no longer limited", None: ""}
    return f["collaborator_email"] + done[f.flag("collaborator.is_limited")]


# Add-ons and their databases


def _addon(done: str) -> Callable[[Fields], str]:
    def sentence(f: Fields) -> str:
        plan, reason = f.maybe(" ", "plan_name"), f.maybe(": ", "reason")
        return f"{f['addon_provider_name']}{plan} {done}{reason}"

    return sentence


def _upgraded(f: Fields) -> str:
    new = f.maybe("", "new_plan_name") or f.maybe("", "plan_name")
    plans = f.maybe("", "old_plan_name", f" → {new}") if new else ""
    return f"{f['addon_provider_name']} {plans or 'upgraded'}"


def _addon_changed(f: Fields) -> str:
    plan, changed = f.maybe(" ", "addon_plan_name"), f.maybe(": ", "attributes_changed")
    return f"{f['addon_provider_name']}{plan} changed{changed}"


def _maintenance(done: str) -> Callable[[Fields], str]:
    return lambda f: f"{f['addon_name']} maintenance {done}{f.maybe(' (', 'maintenance_type', ')')}"


def _backup(state: str) -> Callable[[Fields], str]:
    return lambda f: f"{f['addon_name']} {state}"


# Notifications and code hosts


def _notifier(done: str) -> Callable[[Fields], str]:
    return lambda f: f"{f['notifier_name']}{f.maybe(' (', 'platform_name', ')')} {done}"


def _linked(f: Fields) -> str:
    automatic = ", deployed automatically" if f.flag("auto_deploy") else ""
    return f"{f['repo_name']}{f.maybe(' branch ', 'branch')}{automatic}"


def _review_app(f: Fields) -> str:
    request, name = f.maybe(" for pull request ", "pr_number"), f.maybe(": ", "pr_name")
    return f"{f['review_app_name']}{request}{name}"


def _integration(done: str) -> Callable[[Fields], str]:
    return lambda f: f"{f['integration_type']}{f.maybe(' as ', 'login')} {done}"


# Projects and accounts


def _project_changed(f: Fields) -> str:
    changes = (
        [_word(item.get(key)) for key in ("name", "old_value", "value")]
        for item in f.items("updated_values")
    )
    return ", ".join(f"{name} {old} → {new}" for name, old, new in changes)


def _recipient(f: Fields) -> str:
    return f.first("recipient_username", "recipient_email", "invited_user")


def _not_transferred(f: Fields) -> str:
    return f.maybe("", "status_reason") or f.maybe("", "error") or _recipient(f)


def _signed(done: str) -> Callable[[Fields], str]:
    return lambda f: f"{done}{f.maybe(' from ', 'remote_ip')}"


def _card(f: Fields) -> str:
    ending = f.maybe("ending in ", "stripe_last4")
    return f"{f.maybe('', 'stripe_brand', ' ')}{ending}" if ending else f["payment_method_type"]


def _named(name: str, done: str) -> Callable[[Fields], str]:
    return lambda f: f"{f[name]} {done}"


def _fixed(words: str) -> Callable[[Fields], str]:
    return lambda _: words


SENTENCES: dict[str, Callable[[Fields], str]] = {
    # An application's life
    "new_app": lambda f: f"from {f['git_source_address']}",
    "rename_app": _renamed,
    "transfer_app": _given,
    "edit_app": _app_changed,
    "delete_app": _fixed("app deleted"),
    "deployment": _deployed,
    "stack_changed": lambda f: f"{f['previous_stack_name']} → {f['current_stack_name']}",
    "update_app_project": lambda f: f.change("old_project_name", "new_project_name"),
    "start_region_migration": _moved,
    "create_data_access_consent": _consented,
    "edit_hds_contact": lambda f: f["name"],
    # Containers
    "restart": _restarted,
    "scale": _scaled,
    "run": _ran,
    "stop_app": lambda f: f"app stopped{f.maybe(': ', 'reason')}",
    "crash": _named("container_type", "crashed"),
    "repeated_crash": _named("container_type", "crashed repeatedly"),
    "new_alert": _alert,
    "alert": _raised,
    "delete_alert": lambda f: f"{f['container_type']} {f['metric']} removed",
    "new_autoscaler": _autoscaler,
    "edit_autoscaler": _autoscaler,
    "delete_autoscaler": lambda f: f"{f['container_type']}{f.maybe(' ', 'metric')} removed",
    # Environment
    "new_variable": _named("name", "added"),
    "new_event": _named("name", "added"),  # what the documents of 2015 call new_variable
    "edit_variable": _variables,
    "edit_variables": _variables,
    "delete_variable": _named("name", "removed"),
    # Domains
    "new_domain": _domain("added"),
    "edit_domain": _domain_changed,
    "delete_domain": lambda f: f"{f.first('hostname', 'name')} removed",
    # Collaborators
    "new_collaborator": _named("collaborator_email", "invited"),
    "accept_collaborator": _joined,
    "edit_collaborator": _joined,
    "change_collaborator_role": _limited,
    "delete_collaborator": _named("collaborator_email", "removed"),
    # Add-ons and their databases
    "new_addon": _addon("added"),
    "upgrade_addon": _upgraded,
    "addon_updated": _addon_changed,
    "resume_addon": _addon("resumed"),
    "suspend_addon": _addon("suspended"),
    "delete_addon": _addon("removed"),
    "upgrade_database": lambda f: f"{f['addon_name']} {f.change('old_version', 'new_version')}",
    "database/add_feature": lambda f: (
        f"{f['feature']} added{f.maybe(' to ', 'addon_provider_name')}"
    ),
    "database/remove_feature": lambda f: (
        f"{f['feature']} removed{f.maybe(' from ', 'addon_provider_name')}"
    ),
    "plan_database_maintenance": _maintenance("planned"),
    "start_database_maintenance": _maintenance("started"),
    "complete_database_maintenance": _maintenance("completed"),
    "database_backup_succeeded": _backup("backup done"),
    "database_backup_failed": _backup("backup failed"),
    "database_continuousbackup_healthy": _backup("continuous backup healthy"),
    "database_continuousbackup_delayed": _backup("continuous backup delayed"),
    "database_continuousbackup_stale": _backup("continuous backup stale"),
    # Logs and notifications
    "new_log_drain": _named("url_host", "added"),
    "delete_log_drain": _named("url_host", "removed"),
    "new_addon_log_drain": lambda f: f"{f['addon_name']} to {f['url_host']} added",
    "delete_addon_log_drain": lambda f: f"{f['addon_name']} to {f['url_host']} removed",
    "new_notifier": _notifier("added"),
    "edit_notifier": _notifier("changed"),
    "delete_notifier": _notifier("removed"),
    # Code hosts
    "link_scm": _linked,
    "update_scm": _linked,
    "unlink_scm": _named("repo_name", "unlinked"),
    "link_github": _named("repo_name", "linked"),
    "unlink_github": _named("repo_name", "unlinked"),
    "create_review_app": _review_app,
    "destroy_review_app": _review_app,
    "new_integration": _integration("added"),
    "delete_integration": _integration("removed"),
    "authorize_github": lambda f: f"GitHub allowed{f.maybe(' as ', 'login')}",
    "revoke_github": _fixed("GitHub no longer allowed"),
    # Projects
    "new_project": lambda f: f"project created{' as the default one' if f.flag('default') else ''}",
    "edit_project": _project_changed,
    "delete_project": _fixed("project deleted"),
    "new_project_transfer_invitation": _recipient,
    "accept_project_transfer_invitation": _recipient,
    "accept_project_transfer_invitation_error": _not_transferred,
    "cancel_project_transfer_invitation": _recipient,
    "decline_project_transfer_invitation": _recipient,
    # An account's life
    "new_user": _fixed("account created"),
    "login_success": _signed("signed in"),
    "login_failure": _signed("sign-in failed"),
    "login_lock": _signed("sign-in locked"),
    "login_unlock_success": _signed("sign-in unlocked"),
    "password_reset_query": _signed("password reset requested"),
    "password_reset_success": _signed("password reset"),
    "tfa_enabled": lambda f: f"two-factor authentication on{f.maybe(' (', 'provider', ')')}",
    "tfa_disabled": _fixed("two-factor authentication off"),
    "new_key": _named("name", "added"),
    "edit_key": _named("name", "changed"),
    "delete_key": _named("name", "removed"),
    "new_token": _named("token_name", "created"),
    "regenerate_token": _named("token_name", "regenerated"),
    "delete_token": _named("token_name", "deleted"),
    "add_credit": lambda f: f"{f.first('amount', 'value')}{f.maybe(' by ', 'payment_method')}",
    "add_payment_method": _card,
    "add_voucher": lambda f: f["code"],
    "payment_attempt": lambda f: (
        f"{f['amount']}{f.maybe(' by ', 'payment_method')}{f.maybe(': ', 'status')}"
    ),
}

TYPES = frozenset(SENTENCES)
