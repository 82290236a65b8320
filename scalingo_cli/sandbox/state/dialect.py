"""The differences between the two protocols of the sandbox: the legacy and the regional API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scalingo_cli.sandbox.state.models import Host

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Dialect:
    """One protocol. Rows are written with the fields of both; `lacks` are those it does not have.

    `ids` has the forms of IDs that are not 24 hexadecimal digits; `addresses` the forms of an app's
    addresses. In `flat` errors, the name of a container is part of the key. If a one-off container
    is `attached_at_once`, its address is in the response, not in an operation.
    """

    name: str
    lacks: Mapping[str, Sequence[str]]
    addresses: Mapping[str, str]
    page_shape: str
    status_of_no_logs: int
    most_domains: int
    one_off: str
    regions: bool = True
    flat_errors: bool = True
    attached_at_once: bool = False
    dates_of_2015: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)

    def row(self, noun: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row, or the shape of a request, without the fields that the protocol lacks."""
        lacks = self.lacks.get(noun, ())
        if not lacks:
            return dict(row)
        return {name: row[name] for name in row if name.removesuffix("?") not in lacks}

    def api(self, region: str) -> Host:
        """Return the host of the apps of a region."""
        return Host("api", region) if self.regions else Host()

    def hosts(self, regions: Sequence[str]) -> list[Host]:
        """Return the hosts of a platform with these regions."""
        if not self.regions:
            return [Host()]
        apis = [Host("api", region) for region in regions]
        return [Host("auth"), *apis, *(Host("db", region) for region in regions), self.links]

    @property
    def links(self) -> Host:
        """The host of logs and one-off containers."""
        return Host("links") if self.regions else Host()


LEGACY = Dialect(
    "legacy",
    lacks={
        "app": (
            "region",
            "base_url",
            "last_deployment_id",
            "force_https",
            "sticky_session",
            "router_logs",
            "hds_resource",
            "stack_id",
            "project",
            "project_id",
            "git_source",
            "flags",
            "limits",
            "links",
            "data_access_consent",
            "private_networks_ids",
            "parent_app_name",
        ),
        "owner": ("flags",),
        "variable": ("app_id",),
        "operation": ("app_id", "message"),
        "deployment": (
            "finished_at",
            "previous_git_ref",
            "type",
            "image",
            "image_size",
            "registry",
            "stack_base_image",
            "postdeploy_hook",
        ),
        "deployment event": (
            "deployment_type",
            "git_ref_url",
            "stack",
            "finished_at",
            "last_commits",
        ),
        "event": ("app_name",),
        "run": ("detached",),
        "logs": ("timestamp",),
        "addon": ("app_id", "status", "updated_at", "message", "variables"),
        "plan": (
            "position",
            "on_demand",
            "disabled",
            "disabled_alternative_plan_id",
            "sku",
            "pricings",
            "hds_available",
        ),
        "provider": ("hds_available",),
        "category": ("position",),
        "category of a provider": ("description", "position"),
        "user": (
            "uuid",
            "created_at",
            "fullname",
            "tos_accepted",
            "flags",
            "limits",
            "referral_url",
            "referral_clicks",
            "free_trial_started_at",
            "free_trial_end_time",
            "suspended_at",
            "suspension_reason",
            "github",
            "unconfirmed_email",
            "intercom_hash",
        ),
        "key": ("fingerprint", "created_at", "owner"),
        "domain": (
            "app_id",
            "created_at",
            "canonical",
            "letsencrypt_enabled",
            "letsencrypt",
            "letsencrypt_status",
            "ssl_status",
            "acme_dns_fqdn",
            "acme_dns_value",
            "acme_dns_error",
            "acme_challenge_error",
        ),
        "collaborator": ("user_id", "tfa_status", "is_limited", "app_id", "app_name"),
    },
    addresses={"git_url": "git@scalingo.com:{name}.git", "url": "https://{name}.scalingo.io"},
    page_shape="documented",
    status_of_no_logs=404,
    most_domains=5,
    one_off="job",
    regions=False,
    flat_errors=False,
    attached_at_once=True,
    dates_of_2015=True,
)
REGIONAL = Dialect(
    "regional",
    lacks={"user": ("first_name", "last_name", "email_personal_advice")},
    addresses={
        "git_url": "git@ssh.{region}.scalingo.com:{name}.git",
        "url": "https://{name}.{region}.scalingo.io",
        "base_url": "https://{name}.{region}.scalingo.io",
    },
    page_shape="previous_page",
    status_of_no_logs=204,
    most_domains=20,
    one_off="one-off",
    ids={"user": "us-{uuid}", "addon": "ad-{uuid}"},
)
DIALECTS = {dialect.name: dialect for dialect in (LEGACY, REGIONAL)}
