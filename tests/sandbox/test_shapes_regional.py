"""The regional answers have the keys and the types that the platform's documents and clients have.

A shape is a type (`str`, `int`, `float`, `bool`, `date`, `any`), with a `?` if it may be null; a
list of one shape; or an object, in which a name with a `?` may be missing. No other key may come.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.http import routing
from scalingo_cli.sandbox.seed.company import public_key
from scalingo_cli.sandbox.seed.events import HAPPENINGS
from tests.sandbox.conftest import Regional
from tests.tls import CERTIFICATE, KEY

ID = "str"
USER = {"id": ID, "username": "str", "email": "str"}
PROJECT = {"id": ID, "name": "str"}
APP = {
    "id": ID,
    "name": "str",
    "region": "str",
    "owner": USER | {"flags": {}},
    "parent_app_name": "str?",
    "git_source": "str?",
    "project": PROJECT,
    "git_url": "str",
    "url": "str",
    "base_url": "str",
    "status": "str",
    "last_deployed_at": "date?",
    "last_deployed_by": "str?",
    "last_deployment_id": "str?",
    "created_at": "date",
    "updated_at": "date",
    "force_https": "bool",
    "sticky_session": "bool",
    "router_logs": "bool",
    "hds_resource": "bool",
    "stack_id": ID,
    "flags": {},
    "limits": {"git-repository-size": "int"},
    "links": {"deployments_stream": "str"},
    "data_access_consent": "any?",
    "private_networks_ids": ["str"],
}
CRON_TASK = {
    "command": "str",
    "size?": "str",
    "last_execution_date": "date",
    "next_execution_date": "date",
}
WHOLE_PROJECT = PROJECT | {
    "default": "bool",
    "created_at": "date",
    "updated_at": "date",
    "owner": USER | {"flags": {}},
    "flags": {},
}
INTEGRATION = {
    "id": ID,
    "scm_type": "str",
    "url": "str",
    "access_token?": "str",
    "created_at": "date",
    "uid": "str",
    "username": "str",
    "avatar_url": "str",
    "email": "str",
    "profile_url": "str",
    "owner": USER,
}
LINK = {
    "id": ID,
    "app_id": ID,
    "auth_integration_uuid": ID,
    "linker": USER,
    "created_at": "date",
    "updated_at": "date",
    "owner": "str",
    "repo": "str",
    "branch": "str",
    "scm_type": "str",
    "auto_deploy_enabled": "bool",
    "deploy_review_apps_enabled": "bool",
    "delete_on_close_enabled": "bool",
    "hours_before_delete_on_close": "int",
    "delete_stale_enabled": "bool",
    "hours_before_delete_stale": "int",
    "automatic_creation_from_forks_allowed": "bool",
    "last_auto_deploy_at": "date?",
}
PULL = {
    "id": "int",
    "number": "int",
    "title": "str",
    "html_url": "str",
    "source_repo_name": "str",
    "source_repo_html_url": "str",
    "opened_from_a_forked_repo": "bool",
}
REVIEW_APP = {
    "id": ID,
    "repo_link_id": ID,
    "app_id": ID,
    "app_name": "str",
    "parent_app_id": ID,
    "parent_app_name": "str",
    "created_at": "date",
    "stale_deletion_date": "date",
    "on_close_deletion_date": "date",
    "pull_request": {
        "number": "int",
        "branch_name": "str",
        "source_repo_id": "int",
        "source_repo_name": "str",
        "source_repo_url": "str",
        "target_repo_id": "int",
        "title": "str",
        "url": "str",
        "html_url": "str",
        "ref": "str",
        "base_ref": "str",
        "created_at": "date",
        "closed_at": "date",
    },
    "last_deployment": "any?",
}
REPOSITORY = {"id": "int", "name": "str", "fullName": "str", "url": "str", "description": "str"}
ALERT = {
    "id": ID,
    "app_id": ID,
    "created_at": "date",
    "updated_at": "date",
    "deleted_at": "date",
    "disabled": "bool",
    "container_type": "str",
    "metric": "str",
    "limit": "any",
    "send_when_below": "bool",
    "duration_before_trigger": "int",
    "remind_every": "str",
    "metadata": {"recipient": "str"},
    "notifiers": [ID],
}
NOTIFIER = {
    "id": ID,
    "name": "str",
    "active": "bool",
    "type": "str",
    "platform_id": ID,
    "created_at": "date",
    "updated_at": "date",
    "send_all_alerts": "bool",
    "send_all_events": "bool",
    "selected_event_ids": [ID],
    "app_id": ID,
    "app": "str",
    "type_data": {"webhook_url?": "str", "emails?": ["str"], "user_ids?": [ID]},
}
METRIC = {"id": "str", "label": "str", "suffix": "str", "type": "str"}
AUTOSCALER = {
    "id": ID,
    "app_id": ID,
    "created_at": "date",
    "updated_at": "date",
    "alert_id_scale_up": ID,
    "alert_id_scale_down": ID,
    "last_scale": "date",
    "container_type": "str",
    "metric": "str",
    "target": "any",
    "min_containers": "int",
    "max_containers": "int",
    "disabled": "bool",
}
CONTAINER_TYPE = {
    "id": ID,
    "app_id": ID,
    "name": "str",
    "amount": "int",
    "size": "str",
    "command": "str?",
}
PRICINGS = {"default": {"price": "str", "currency": "str", "period": "str"}}
CONTAINER_SIZE = {
    "id": ID,
    "name": "str",
    "human_name": "str",
    "human_cpu": "str",
    "memory": "int",
    "ordinal": "int",
    "hourly_price": "int",
    "thirtydays_price": "int",
    "pids_limit": "int",
    "swap": "int?",
    "sku": "str",
    "pricings": PRICINGS,
}
CONTAINER = {
    "id": ID,
    "app_id": ID,
    "label": "str",
    "type": "str",
    "type_index": "int",
    "created_at": "date",
    "deleted_at": "date?",
    "state": "str",
    "size": "str",
    "command": "str",
    "container_size": CONTAINER_SIZE,
}
ONE_OFF = {
    "id": ID,
    "type": "str",
    "type_index": "int",
    "label": "str",
    "command": "str",
    "created_at": "date",
    "memory": "float",
    "state": "str",
    "app": APP,
}
OPERATION = {
    "id": ID,
    "app_id": ID,
    "created_at": "date",
    "status": "str",
    "type": "str",
    "message": "str?",
    "finished_at?": "date",
    "error?": "str",
    "start_one_off_data?": {"attach_url": "str", "container_id": ID},
}
VARIABLE = {"id": ID, "app_id": ID, "name": "str", "value": "str"}
DEPLOYMENT = {
    "id": ID,
    "app_id": ID,
    "created_at": "date",
    "finished_at": "date?",
    "status": "str",
    "type": "str",
    "git_ref": "str",
    "previous_git_ref": "str?",
    "duration": "int",
    "image": "str?",
    "image_size": "int?",
    "registry": "str",
    "stack_base_image": "str",
    "postdeploy_hook": "str?",
    "pusher": USER,
    "links": {"output": "str"},
}
EVENT = {
    "id": ID,
    "created_at": "date",
    "user": USER,
    "app_id?": ID,
    "app_name?": "str",
    "project_id?": ID,
    "project_name?": "str",
    "type": "str",
    "type_data": "object",
}
META = {
    "pagination": {
        "current_page": "int",
        "previous_page": "int?",
        "next_page": "int?",
        "total_pages": "int",
        "total_count": "int",
    }
}
COLLABORATOR = {
    "id": ID,
    "email": "str",
    "user_id": "str?",
    "username": "str",
    "tfa_status": "bool?",
    "status": "str",
    "is_limited": "bool",
    "invitation_link": "str",
    "app_id": ID,
    "app_name": "str",
}
DOMAIN = {
    "id": ID,
    "app_id": ID,
    "created_at": "date",
    "ssl_status": "str",
    "acme_dns_fqdn": "str",
    "acme_dns_value": "str",
    "acme_dns_error": "object?",
    "acme_challenge_error": "str?",
    "name": "str",
    "ssl": "bool",
    "tlscert?": "str",
    "tlskey?": "str",
    "validity?": "date",
    "canonical": "bool",
    "letsencrypt_enabled": "bool",
    "letsencrypt": "bool",
    "letsencrypt_status": "str",
}
PLAN = {
    "id": ID,
    "name": "str",
    "display_name": "str",
    "price": "float",
    "description": "str",
    "position": "int",
    "on_demand": "bool",
    "disabled": "bool",
    "disabled_alternative_plan_id": "str?",
    "sku": "str",
    "pricings": PRICINGS,
    "hds_available": "bool",
    "logo_url?": "str",
    "short_description?": "str",
}
ADDON = {
    "id": ID,
    "app_id": ID,
    "resource_id": "str",
    "provisioned_at": "date",
    "deprovisioned_at": "date?",
    "updated_at": "date",
    "status": "str",
    "plan": PLAN,
    "addon_provider": {"id": ID, "name": "str", "logo_url": "str"},
}
TOLD = {"message": "str", "variables": ["str"]}
CATEGORY = {"id": ID, "name": "str", "description": "str", "position": "int"}
PROVIDER = {
    "id": ID,
    "name": "str",
    "logo_url": "str",
    "short_description": "str",
    "description": "str",
    "provider_name": "str",
    "provider_url": "str",
    "hds_available": "bool",
    "category": CATEGORY,
    "plans": [PLAN],
}
TOKEN = {
    "id": ID,
    "name": "str",
    "created_at": "date",
    "last_used_at": "date?",
    "issued_at": "date",
}
TOKEN_TOLD = TOKEN | {"token": "str"}
PROFILE = {
    "id": ID,
    "uuid": ID,
    "created_at": "date",
    "email": "str",
    "username": "str",
    "fullname": "str",
    "company": "str",
    "location": "str",
    "tos_accepted": "bool",
    "flags": {},
    "limits": {},
    "referral_url": "str",
    "referral_clicks": "int",
    "free_trial_started_at": "date",
    "free_trial_end_time": "date",
    "suspended_at": "date?",
    "suspension_reason": "str?",
    "email_newsletter": "bool",
    "github": {"username": "str?", "avatar_url": "str?"},
    "unconfirmed_email": "str?",
    "intercom_hash": "str",
}
SSH_KEY = {
    "id": ID,
    "name": "str",
    "content": "str",
    "fingerprint": "str",
    "created_at": "date",
    "owner": PROFILE,
}
REGION = {
    "name": "str",
    "display_name": "str",
    "api": "str",
    "dashboard": "str",
    "database_api": "str",
    "ssh": "str",
    "default": "bool",
}
STACK = {
    "id": ID,
    "name": "str",
    "base_image": "str",
    "default": "bool",
    "created_at": "date",
    "description": "str",
    "deprecated_at": "date?",
}
STATS = {
    "id": ID,
    "cpu_usage": "int",
    "memory_usage": "int",
    "memory_limit": "int",
    "highest_memory_usage": "int",
    "swap_usage": "int",
    "swap_limit": "int",
    "highest_swap_usage": "int",
}
PLATFORM = {
    "id": ID,
    "name": "str",
    "display_name": "str",
    "logo_url": "str",
    "available_event_ids": ["str"],
    "description": "str",
}
EVENT_TYPE = {
    "id": ID,
    "category_id": ID,
    "name": "str",
    "display_name": "str",
    "description": "str",
    "template": "str",
}
EVENT_CATEGORY = {"id": ID, "name": "str", "display_name": "str", "position": "int"}
DATABASE = {
    "id": ID,
    "resource_id": "str",
    "app_name": "str",
    "created_at": "date",
    "encryption_at_rest": "bool",
    "features": [{"name": "str", "status": "str"}],
    "maintenance_window": {
        "weekday_utc": "int",
        "starting_hour_utc": "int",
        "duration_in_hour": "int",
    },
    "plan": "str",
    "status": "str",
    "type_id": ID,
    "type_name": "str",
    "version_id": ID,
    "next_version_id": "str?",
    "readable_version": "str",
    "hostname": "str",
    "instances": ["any"],
    "current_operation_id": "str?",
    "cluster": "bool",
    "periodic_backups_enabled": "bool",
    "periodic_backups_scheduled_at": ["int"],
}

SHOP = "/v1/apps/pinecrate-shop"
ERROR = {"error": "str"}
MISSING = {"resource": "str", "error": "str"}
DRAIN = {"app_id": ID, "url": "str"}
NEW_DRAIN = {"drain": {"type": "papertrail", "host": "logs7.example", "port": "31207"}}
DRAIN_URL = "papertrail://logs7.example:31207"
POINT = {"time": "date", "value": "any?"}
LOGS_ARCHIVE = {"url": "str", "size": "int", "from": "str", "to": "str"}


def mismatch(value: Any, shape: Any, place: str = "") -> str | None:
    """Where and how a value differs from a shape, None if it does not."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{place}: {value!r} is no list"
        found = (mismatch(row, shape[0], f"{place}[{n}]") for n, row in enumerate(value))
        return next(filter(None, found), None)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return f"{place}: {value!r} is no object"
        known = {name.removesuffix("?"): each for name, each in shape.items()}
        if extra := value.keys() - known.keys():
            return f"{place}: {sorted(extra)} too many"
        if absent := {name for name in shape if not name.endswith("?")} - value.keys():
            return f"{place}: {sorted(absent)} missing"
        found = (mismatch(each, known[name], f"{place}.{name}") for name, each in value.items())
        return next(filter(None, found), None)
    if value is None:
        return None if shape.endswith("?") else f"{place} is null"
    return None if is_a(value, shape.removesuffix("?")) else f"{place}: {value!r} is no {shape}"


def is_a(value: Any, kind: str) -> bool:
    match kind:
        case "any":
            return True
        case "str":
            return isinstance(value, str)
        case "bool":
            return isinstance(value, bool)
        case "int":
            return type(value) is int
        case "float":
            return type(value) in (int, float)
        case "object":
            return isinstance(value, dict)
        case "date":
            return isinstance(value, str) and bool(datetime.fromisoformat(value))
    raise ValueError(kind)


def test_a_shape_shows_what_differs() -> None:
    shape = {"a": "str", "b?": ["int?"], "c": "date?"}
    assert (
        mismatch({"a": "x", "b": [1, None], "c": "2026-02-01T00:00:00.123456789Z"}, shape) is None
    )
    for value, words in (
        ({"a": "x", "c": None, "d": 1}, "too many"),
        ({"a": "x"}, "missing"),
        ({"a": None, "c": None}, "is null"),
        ({"a": "x", "b": [True], "c": None}, "is no int"),
        ({"a": "x", "b": {}, "c": None}, "is no list"),
        ([], "is no object"),
    ):
        assert words in (mismatch(value, shape) or "")


@dataclass(frozen=True)
class Exchange:
    """A request of `METHOD path`, and the status and the shape of its answer.

    None stands for an empty body, a type for text. In path and body `{names}` are filled in.
    `first` are requests that make it possible, of which the last one's answer may be needed.
    """

    line: str
    status: int
    shape: Any
    body: Any = None
    host: str = "api"
    first: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.line} {self.status}"


def named(name: str, **values: Any) -> dict[str, Any]:
    return {"containers": [{"name": name, **values}]}


DEDICATED = {"id": "str", "name": "str", "project_id": "str?", "technology": "str", "plan": "str"}
ENDPOINT = {"id": "str", "database_id": "str", "hostname": "str", "port": "int", "type": "str"}
NETWORK = {"outscale_account_id": "str", "outscale_net_id": "str", "ip_range": "str"}
PEERING = {
    "id": "str",
    "database_id": "str",
    "status": "str",
    "outscale_net_peering_id": "str",
    "outscale_source_net_id": "str",
    "outscale_source_net_ip_range": "str",
    "outscale_source_account_id": "str",
    "created_at": "date",
    "updated_at": "date",
}
RESTART = (f"POST {SHOP}/restart", None)
RUN = (f"POST {SHOP}/run", {"command": "true"})
REST = [
    Exchange("GET /v1/apps", 200, {"apps": [APP]}),
    Exchange("POST /v1/apps", 201, {"app": APP}, {"app": {"name": "plum-jam"}}),
    Exchange("POST /v1/apps", 422, {"errors": {"app": ["str"]}}, {}),
    Exchange("GET /v1/apps/nowhere", 404, MISSING),
    Exchange(f"GET {SHOP}", 200, {"app": APP}),
    Exchange(f"PATCH {SHOP}", 200, {"app": APP}, {"app": {"force_https": True}}),
    Exchange(f"PUT {SHOP}", 200, {"app": APP}, {"router_logs": True}),
    Exchange(f"PATCH {SHOP}", 404, MISSING, {"app": {"stack_id": "st-none"}}),
    Exchange(
        "PATCH /v1/apps/pinecrate-api?current_name=pinecrate-api",
        200,
        {"app": APP},
        {"app": {"owner": "ilse@pinecrate.example"}},
    ),
    Exchange(
        f"PATCH {SHOP}",
        422,
        {"errors": {"owner": ["str"]}},
        {"app": {"owner": {"email": "ilse@pinecrate.example"}}},
    ),
    Exchange(
        f"POST {SHOP}/rename",
        200,
        {"app": APP},
        {"current_name": "pinecrate-shop", "new_name": "pinecrate-store"},
    ),
    Exchange("DELETE /v1/apps/pinecrate-next?current_name=pinecrate-next", 204, None),
    Exchange(f"DELETE {SHOP}?current_name=wrong", 422, {"errors": {"current_name": ["str"]}}),
    Exchange(f"GET {SHOP}/containers", 200, {"containers": [CONTAINER_TYPE]}),
    Exchange(f"GET {SHOP}/ps", 200, {"containers": [CONTAINER]}, first=(RUN,)),
    Exchange(f"POST {SHOP}/containers/{{container[id]}}/stop", 202, None, first=(RUN,)),
    Exchange(
        f"POST {SHOP}/containers/{{container[id]}}/kill",
        204,
        None,
        {"signal": "SIGUSR1"},
        first=(RUN,),
    ),
    Exchange(f"GET {SHOP}/stats", 200, {"stats": [STATS]}),
    Exchange(f"POST {SHOP}/scale", 202, {"containers": [CONTAINER_TYPE]}, named("web", amount=3)),
    Exchange(
        "POST /v1/apps/pinecrate-next/scale",
        200,
        {"containers": [CONTAINER_TYPE]},
        named("web", amount=3),
    ),
    Exchange(
        f"POST {SHOP}/scale",
        422,
        {"errors": {"container-web-amount": ["str"]}},
        named("web", amount=11),
    ),
    Exchange(f"POST {SHOP}/restart", 202, None, {"scope": ["web"]}),
    Exchange(f"POST {SHOP}/restart", 422, {"errors": {"scope": ["str"]}}, {"scope": ["moon"]}),
    Exchange(
        f"GET {SHOP}/operations/{{operation}}", 200, {"operation": OPERATION}, first=(RESTART,)
    ),
    Exchange(f"GET {SHOP}/operations/{{operation}}", 200, {"operation": OPERATION}, first=(RUN,)),
    Exchange(
        f"POST {SHOP}/run",
        200,
        {"container": ONE_OFF, "operation": ID, "operation_url": "str"},
        {"command": "true", "env": {"A": "b"}, "size": "L"},
    ),
    Exchange(
        f"POST {SHOP}/run", 200, {"container": ONE_OFF}, {"command": "true", "detached": True}
    ),
    Exchange(f"GET {SHOP}/logs", 200, {"app": APP, "logs_url": "str"}),
    Exchange(f"GET {SHOP}/events", 200, {"events": [EVENT], "meta": META}),
    Exchange(f"GET {SHOP}/events?from=72", 200, {"events": [EVENT], "meta": META}),
    Exchange(f"GET {SHOP}/events?from=73", 400, ERROR),
    Exchange(f"GET {SHOP}/events/{{event}}", 200, {"event": EVENT}),
    Exchange("GET /v1/events?per_page=100", 200, {"events": [EVENT], "meta": META}),
    Exchange(f"GET {SHOP}/variables", 200, {"variables": [VARIABLE]}),
    Exchange(
        f"POST {SHOP}/variables",
        201,
        {"variable": VARIABLE},
        {"variable": {"name": "COLOUR", "value": "green"}},
    ),
    Exchange(
        f"POST {SHOP}/variables",
        200,
        {"variable": VARIABLE},
        {"variable": {"name": "GREETING", "value": "Hi"}},
    ),
    Exchange(
        f"PUT {SHOP}/variables",
        200,
        {"variables": [VARIABLE]},
        {"variables": [{"name": "COLOUR", "value": "green"}]},
    ),
    Exchange(
        f"PATCH {SHOP}/variables/{{variable}}",
        200,
        {"variable": VARIABLE},
        {"variable": {"value": "green"}},
    ),
    Exchange(f"DELETE {SHOP}/variables/{{variable}}", 204, None),
    Exchange(f"DELETE {SHOP}/variables", 204, None, {"variable_ids": ["{variable}"]}),
    Exchange(f"DELETE {SHOP}/variables?variable_ids[]={{variable}}", 204, None),
    Exchange(f"DELETE {SHOP}/variables", 422, {"errors": {"variable_ids": ["str"]}}, {}),
    Exchange(f"GET {SHOP}/deployments", 200, {"deployments": [DEPLOYMENT], "meta": META}),
    Exchange(f"GET {SHOP}/deployments?page=9", 200, {"deployments": [DEPLOYMENT], "meta": META}),
    Exchange(f"GET {SHOP}/deployments/{{deployment}}", 200, {"deployment": DEPLOYMENT}),
    Exchange(f"GET {SHOP}/deployments/{{deployment}}/output", 200, str),
    Exchange(
        f"POST {SHOP}/deployments",
        201,
        {"deployment": DEPLOYMENT},
        {"deployment": {"git_ref": "v2", "source_url": "https://crates.example/shop.tar.gz"}},
    ),
    Exchange(f"DELETE {SHOP}/caches/deployment", 204, None),
    Exchange("POST /v1/sources", 201, {"source": {"upload_url": "str", "download_url": "str"}}),
    Exchange(f"GET {SHOP}/collaborators", 200, {"collaborators": [COLLABORATOR]}),
    Exchange("GET /v1/collaborators", 200, {"collaborators": [COLLABORATOR]}),
    Exchange(
        f"POST {SHOP}/collaborators",
        201,
        {"collaborator": COLLABORATOR},
        {"collaborator": {"email": "lena@pinecrate.example", "is_limited": False}},
    ),
    Exchange(
        f"PATCH {SHOP}/collaborators/{{collaborator}}",
        200,
        {"collaborator": COLLABORATOR},
        {"collaborator": {"is_limited": True}},
    ),
    Exchange(f"DELETE {SHOP}/collaborators/{{collaborator}}", 204, None),
    Exchange(f"GET {SHOP}/domains", 200, {"domains": [DOMAIN]}),
    Exchange(f"GET {SHOP}/domains/{{domain}}", 200, {"domain": DOMAIN}),
    Exchange(
        f"POST {SHOP}/domains",
        201,
        {"domain": DOMAIN},
        {
            "domain": {
                "name": "fresh.example",
                "canonical": True,
                "tlscert": CERTIFICATE,
                "tlskey": KEY,
            }
        },
    ),
    Exchange(
        f"PATCH {SHOP}/domains/{{domain}}",
        200,
        {"domain": DOMAIN},
        {"domain": {"letsencrypt_enabled": False}},
    ),
    Exchange(f"DELETE {SHOP}/domains/{{domain}}", 204, None),
    Exchange("GET /v1/addon_categories", 200, {"addon_categories": [CATEGORY]}),
    Exchange("GET /v1/addon_providers", 200, {"addon_providers": [PROVIDER]}),
    Exchange("GET /v1/addon_providers/postlark/plans", 200, {"plans": [PLAN]}),
    Exchange(f"GET {SHOP}/addons", 200, {"addons": [ADDON]}),
    Exchange(f"GET {SHOP}/addons/{{addon[id]}}", 200, {"addon": ADDON}),
    Exchange(
        "POST /v1/apps/pinecrate-blog/addons",
        201,
        {"addon": ADDON | TOLD, **TOLD},
        {"addon": {"addon_provider_id": "postgresql", "plan_id": "{addon[plan][id]}"}},
    ),
    Exchange(f"POST {SHOP}/addons", 400, ERROR, {"addon": {"addon_provider_id": "redis"}}),
    Exchange(
        f"PATCH {SHOP}/addons/{{addon[id]}}",
        200,
        {"addon": ADDON | TOLD, **TOLD},
        {"addon": {"plan_id": "{addon[plan][id]}"}},
    ),
    Exchange(f"DELETE {SHOP}/addons/{{addon[id]}}", 204, None),
    Exchange(f"POST {SHOP}/addons/{{addon[id]}}/sso", 200, {"addon": ADDON | {"sso_url": "str"}}),
    Exchange(f"GET {SHOP}/addons/{{addon[id]}}/sso", 200, {"addon": ADDON | {"sso_url": "str"}}),
    Exchange(f"POST {SHOP}/addons/{{addon[id]}}/resume", 200, {"addon": ADDON}),
    Exchange(f"POST {SHOP}/addons/{{addon[id]}}/token", 200, {"addon": ADDON | {"token": "str"}}),
    Exchange("GET /v1/users/self", 200, {"user": PROFILE}),
    Exchange(f"GET {SHOP}/cron_tasks", 200, {"jobs": [CRON_TASK]}),
    Exchange("GET /v1/apps/pinecrate-api/cron_tasks", 200, {"jobs": "any?"}),
    Exchange("GET /v1/apps/pinecrate-next/cron_tasks", 404, MISSING),
    Exchange(
        f"GET {SHOP}/private_network_domain_names?page=1&per_page=2",
        200,
        {"domain_names": {"data": ["str"], "meta": META}},
    ),
    Exchange(f"GET {SHOP}/private_network_domain_names?per_page=51", 400, ERROR),
    Exchange("GET /v1/projects", 200, {"projects": [WHOLE_PROJECT]}),
    Exchange("GET /v1/projects/{project[id]}", 200, {"project": WHOLE_PROJECT}),
    Exchange(
        "POST /v1/projects", 201, {"project": WHOLE_PROJECT}, {"project": {"name": "Orchard"}}
    ),
    Exchange(
        "PATCH /v1/projects/{project[id]}",
        200,
        {"project": WHOLE_PROJECT},
        {"project": {"default": True}},
    ),
    Exchange("DELETE /v1/projects/{project[id]}", 409, ERROR),
    Exchange(f"GET {SHOP}/scm_repo_link", 200, {"scm_repo_link": LINK}),
    Exchange("GET /v1/apps/pinecrate-blog/scm_repo_link", 404, MISSING),
    Exchange(
        "POST /v1/apps/pinecrate-blog/scm_repo_link",
        201,
        {"scm_repo_link": LINK},
        {"scm_repo_link": {"source": "https://github.com/pinecrate/shop", "branch": "harvest"}},
    ),
    Exchange(
        f"POST {SHOP}/scm_repo_link",
        422,
        {"errors": {"app": ["str"]}},
        {"scm_repo_link": {"source": "https://github.com/pinecrate/shop"}},
    ),
    Exchange(
        f"PATCH {SHOP}/scm_repo_link",
        200,
        {"scm_repo_link": LINK},
        {"scm_repo_link": {"branch": "harvest"}},
    ),
    Exchange(f"DELETE {SHOP}/scm_repo_link", 204, None),
    Exchange(
        f"POST {SHOP}/scm_repo_link/manual_deploy",
        200,
        {"deployment": DEPLOYMENT},
        {"branch": "main"},
    ),
    Exchange(
        f"POST {SHOP}/scm_repo_link/manual_review_app",
        200,
        {"review_app": REVIEW_APP},
        {"pull_request_id": 81},
    ),
    Exchange(f"GET {SHOP}/scm_repo_link/review_apps", 200, {"review_apps": [REVIEW_APP]}),
    Exchange(f"GET {SHOP}/scm_repo_link/pulls", 200, {"pulls": [PULL]}),
    Exchange(f"GET {SHOP}/scm_repo_link/pulls/81", 200, {"pull": PULL}),
    Exchange(f"GET {SHOP}/alerts", 200, {"alerts": [ALERT]}),
    Exchange(f"GET {SHOP}/alerts/{{alert}}", 200, {"alert": ALERT}),
    Exchange(
        f"POST {SHOP}/alerts",
        201,
        {"alert": ALERT},
        {"alert": {"container_type": "web", "metric": "cpu", "limit": 0.5}},
    ),
    Exchange(
        f"PATCH {SHOP}/alerts/{{alert}}",
        200,
        {"alert": ALERT},
        {"alert": {"limit": 150, "metric": "rpm_per_container"}},
    ),
    Exchange(
        f"PATCH {SHOP}/alerts/{{alert}}",
        422,
        {"errors": {"remind_every": ["str"]}},
        {"alert": {"remind_every": "330000000000"}},
    ),
    Exchange(f"DELETE {SHOP}/alerts/{{alert}}", 204, None),
    Exchange(f"GET {SHOP}/notifiers", 200, {"notifiers": [NOTIFIER]}),
    Exchange(f"GET {SHOP}/notifiers/{{notifier}}", 200, {"notifier": NOTIFIER}),
    Exchange(f"GET {SHOP}/notifiers/no-1", 404, {"resource": "str", "error": "str"}),
    Exchange(
        f"POST {SHOP}/notifiers",
        201,
        {"notifier": NOTIFIER},
        {
            "notifier": {
                "platform_id": "{platform}",
                "name": "Dock",
                "type_data": {"webhook_url": "http://127.0.0.1:9/dock"},
            }
        },
    ),
    Exchange(
        f"POST {SHOP}/notifiers",
        422,
        {"errors": {"webhook_url": ["str"]}},
        {"notifier": {"platform_id": "{platform}", "name": "Dock"}},
    ),
    Exchange(
        f"POST {SHOP}/notifiers", 404, MISSING, {"notifier": {"platform_id": "p", "name": "Dock"}}
    ),
    Exchange(
        f"PATCH {SHOP}/notifiers/{{notifier}}",
        200,
        {"notifier": NOTIFIER},
        {"notifier": {"active": False}},
    ),
    Exchange(f"DELETE {SHOP}/notifiers/{{notifier}}", 204, None),
    Exchange(f"POST {SHOP}/notifiers/{{notifier}}/test", 200, None),
    Exchange("GET /v1/features/metrics", 200, {"metrics": [METRIC]}),
    Exchange(f"GET {SHOP}/autoscalers", 200, {"autoscalers": [AUTOSCALER]}),
    Exchange(f"GET {SHOP}/autoscalers/{{autoscaler}}", 200, {"autoscaler": AUTOSCALER}),
    Exchange(f"GET {SHOP}/autoscalers/sc-1", 404, MISSING),
    Exchange(
        f"POST {SHOP}/autoscalers",
        201,
        {"autoscaler": AUTOSCALER},
        {
            "autoscaler": {
                "container_type": "web",
                "metric": "rpm_per_container",
                "target": 150,
                "min_containers": 2,
                "max_containers": 7,
            }
        },
    ),
    Exchange(
        f"PATCH {SHOP}/autoscalers/{{autoscaler}}",
        200,
        {"autoscaler": AUTOSCALER},
        {"autoscaler": {"disabled": True}},
    ),
    Exchange(
        f"PATCH {SHOP}/autoscalers/{{autoscaler}}",
        422,
        {"errors": {"metric": ["str"]}},
        {"autoscaler": {"metric": "moon"}},
    ),
    Exchange(f"DELETE {SHOP}/autoscalers/{{autoscaler}}", 204, None),
    Exchange("GET /v1/features/stacks", 200, {"stacks": [STACK]}),
    Exchange("GET /v1/features/container_sizes", 200, {"container_sizes": [CONTAINER_SIZE]}),
    Exchange("GET /v1/event_categories", 200, {"event_categories": [EVENT_CATEGORY]}),
    Exchange("GET /v1/event_types", 200, {"event_types": [EVENT_TYPE]}),
    Exchange("GET /v1/notification_platforms", 200, {"notification_platforms": [PLATFORM]}),
    Exchange(
        "GET /v1/notification_platforms/search?name=slack",
        200,
        {"notification_platforms": [PLATFORM]},
    ),
    Exchange("GET /v1/notification_platforms/{platform}", 200, {"notification_platform": PLATFORM}),
    Exchange("GET /v1/regions", 200, {"regions": [REGION]}, host="auth"),
    Exchange("GET /v1/users/self", 200, {"user": PROFILE}, host="auth"),
    Exchange("GET /v1/scm_integrations", 200, {"scm_integrations": [INTEGRATION]}, host="auth"),
    Exchange("GET /v1/scm_integrations/github", 200, {"scm_integration": INTEGRATION}, host="auth"),
    Exchange("GET /v1/scm_integrations/wrong", 404, ERROR, host="auth"),
    Exchange(
        "POST /v1/scm_integrations",
        201,
        {"scm_integration": INTEGRATION},
        {
            "scm_integration": {
                "scm_type": "gitlab-self-hosted",
                "url": "https://git.example.com",
                "access_token": "t0ken",
            }
        },
        host="auth",
    ),
    Exchange("DELETE /v1/scm_integrations/github", 204, None, host="auth"),
    Exchange("POST /v1/scm_integrations/github/import_keys", 201, {"keys": [SSH_KEY]}, host="auth"),
    Exchange(
        "GET /v1/scm_integrations/github/search_repos?query=shop",
        200,
        {"repositories": [REPOSITORY]},
        host="auth",
    ),
    Exchange(
        "GET /v1/scm_integrations/github/search_pull_requests?query=onions",
        200,
        {"pull_requests": [{"title": "str", "number": "int", "html_url": "str"}]},
        host="auth",
    ),
    Exchange(
        "GET /v1/scm_integrations/github/branches?repo_name=pinecrate/shop",
        200,
        {"branches": [{"name": "str"}]},
        host="auth",
    ),
    Exchange("GET /v1/tokens", 200, {"tokens": [TOKEN]}, host="auth"),
    Exchange("GET /v1/tokens/{token}", 200, {"token": TOKEN | {"issued_at": "date"}}, host="auth"),
    Exchange(
        "POST /v1/tokens", 201, {"token": TOKEN_TOLD}, {"token": {"name": "quince"}}, host="auth"
    ),
    Exchange("PATCH /v1/tokens/{token}/renew", 200, {"token": TOKEN_TOLD}, host="auth"),
    Exchange("PUT /v1/tokens/{token}/renew", 200, {"token": TOKEN_TOLD}, host="auth"),
    Exchange("DELETE /v1/tokens/{token}", 204, None, host="auth"),
    Exchange("DELETE /v1/tokens/wrong", 404, str, host="auth"),
    Exchange(f"GET {SHOP}/log_drains", 200, {"drains": [DRAIN]}),
    Exchange(f"GET {SHOP}/addons/{{addon[id]}}/log_drains", 200, {"drains": [DRAIN]}),
    Exchange(f"POST {SHOP}/log_drains", 201, {"drain": {"url": "str"}}, NEW_DRAIN),
    Exchange(f"POST {SHOP}/log_drains", 422, {"errors": "object"}, {"drain": {"type": "syslog"}}),
    Exchange(
        f"POST {SHOP}/addons/{{addon[id]}}/log_drains", 201, {"drain": {"url": "str"}}, NEW_DRAIN
    ),
    Exchange(
        f"DELETE {SHOP}/log_drains?url={DRAIN_URL}",
        204,
        None,
        first=((f"POST {SHOP}/log_drains", NEW_DRAIN),),
    ),
    Exchange(f"DELETE {SHOP}/addons/{{addon[id]}}/log_drains?url=none", 404, MISSING),
    Exchange(f"GET {SHOP}/stats/cpu/web", 200, [POINT]),
    Exchange(f"GET {SHOP}/stats/cpu/web/1?since=6", 200, [POINT]),
    Exchange(f"GET {SHOP}/stats/router?statistics_type=p95", 200, [POINT]),
    Exchange(f"GET {SHOP}/stats/cpu", 400, ERROR),
    Exchange(f"GET {SHOP}/stats/uptime", 404, ERROR),
    Exchange(
        f"GET {SHOP}/logs_archives",
        200,
        {"next_cursor": "str", "has_more": "bool", "archives": [LOGS_ARCHIVE]},
    ),
    Exchange("GET /v1/keys", 200, {"keys": [SSH_KEY]}, host="auth"),
    Exchange("GET /v1/keys/{key}", 200, {"key": SSH_KEY}, host="auth"),
    Exchange(
        "POST /v1/keys",
        201,
        {"key": SSH_KEY},
        {"key": {"name": "quince", "content": public_key("quince")}},
        host="auth",
    ),
    Exchange("DELETE /v1/keys/{key}", 204, None, host="auth"),
    Exchange("GET /api/databases/{addon[id]}", 400, ERROR, host="db"),
    Exchange("GET /v1/databases", 200, {"databases": [DEDICATED]}),
    Exchange(
        "POST /v1/databases",
        201,
        {"database": DEDICATED},
        {"name": "plum-ledger", "addon_provider_id": "postgresql-ng", "plan_id": "{plans[0][id]}"},
        first=(("GET /v1/addon_providers/postgresql-ng/plans", None),),
    ),
    Exchange("GET /v1/databases/crate-ledger", 200, {"database": DEDICATED}),
    Exchange("GET /v1/databases/nowhere", 404, ERROR),
    Exchange("GET /v1/databases/crate-ledger/endpoints", 200, {"endpoints": [ENDPOINT]}),
    Exchange(
        "GET /v1/databases/crate-ledger/network_configuration",
        200,
        {"network_configuration": NETWORK},
    ),
    Exchange("GET /v1/databases/crate-ledger/net_peerings", 200, {"net_peerings": [PEERING]}),
    Exchange(
        "POST /v1/databases/crate-ledger/net_peerings",
        201,
        {"net_peering": PEERING},
        {"outscale_net_peering_id": "pcx-0f31a7be"},
    ),
    Exchange(
        "GET /v1/databases/crate-ledger/net_peerings/{peering}", 200, {"net_peering": PEERING}
    ),
    Exchange("DELETE /v1/databases/crate-ledger/net_peerings/{peering}", 204, None),
]
# Those whose answers are no JSON or that need another signature: seen elsewhere.
ELSEWHERE = {
    "POST /v1/tokens/exchange",
    "GET /v1/apps/collaboration",
    "PUT /v1/sources/{source_id}",
    "GET /v1/sources/{source_id}",
    "GET /apps/{app}/logs",
    "GET /apps/{app}/deployments",
    "GET /archives/{app}/{archive}",
    "CONNECT /attach/{secret}",
    "PUT /attach/{secret}",
    "POST /attach/{secret}/files",
    "GET /attach/{secret}/wait",
}


def known(sandbox: Sandbox, answer: Any) -> dict[str, Any]:
    """What the {names} stand for: of the main app, or of the answer before."""
    app = sandbox.store.apps[0]
    names = {
        "variable": app.variables[0]["id"],
        "deployment": app.deployments[-1].id,
        "collaborator": app.collaborators[0]["id"],
        "domain": app.domains[0]["id"],
        "addon": app.addons[0],
        "event": app.events[0]["id"],
        "token": sandbox.store.tokens[1].id,
        "key": app.owner.keys[0]["id"],
        "project": app.settings["project"],
        "autoscaler": app.rows("autoscalers")[0]["id"],
        "notifier": app.rows("notifiers")[0]["id"],
        "alert": app.rows("alerts")[0]["id"],
        "platform": "58a1c07e706c617400000001",
        "peering": next(each for each in sandbox.store.apps if each.name == "crate-ledger").rows(
            "net_peerings"
        )[0]["id"],
    }
    if answer is not None and answer.content:
        names |= answer.json()
    elif answer is not None:
        names["operation"] = answer.headers["Location"].rpartition("/")[2]
    return names


def filled(body: Any, names: dict[str, Any]) -> Any:
    if isinstance(body, dict):
        return {name: filled(value, names) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, names) for value in body]
    return body.format(**names) if isinstance(body, str) else body


@pytest.mark.parametrize("exchange", REST, ids=str)
def test_the_answer_has_the_shape(regional: Regional, exchange: Exchange) -> None:
    answer = None
    for line, body in exchange.first:
        method, path = line.split(" ")
        answer = regional(method, "api", path, body)
    regional.sandbox.advance(1)
    names = known(regional.sandbox, answer)
    method, path = exchange.line.split(" ")
    answer = regional(method, exchange.host, path.format(**names), filled(exchange.body, names))
    assert answer.status_code == exchange.status, answer.text
    if exchange.shape is None:
        assert answer.content == b""
    elif exchange.shape is str:
        assert answer.headers["Content-Type"].startswith("text/")
        assert answer.text
    else:
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert mismatch(answer.json(), exchange.shape) is None


def test_every_list_has_something_to_look_at(regional: Regional) -> None:
    for exchange in REST:
        if isinstance(exchange.shape, dict) and exchange.line.startswith("GET "):
            names = known(regional.sandbox, None) | {"operation": "none"}
            path = exchange.line.removeprefix("GET ").format(**names)
            lists = [value for value in exchange.shape.values() if isinstance(value, list)]
            if lists and exchange.status == 200 and "page=9" not in path:
                answer = regional("GET", exchange.host, path).json()
                assert next(value for value in answer.values() if isinstance(value, list)), path


def test_no_route_is_left_out() -> None:
    seen = [exchange.line.split("?")[0] for exchange in REST]
    for route in routing.ROUTES:
        path = "/".join(route.segments)
        for method in route.methods:
            if set(route.services) == {"legacy"} or f"{method} {path}" in ELSEWHERE:
                continue
            if "db" in route.services:  # test_databases.py has them
                continue
            if method == "PUT" and "PATCH" in route.methods:
                continue  # the same function
            pattern = re.compile(f"{method} " + re.sub(r"\{\w+\}", "[^/]+", path))
            assert any(pattern.fullmatch(line) for line in seen), f"{method} {path}"


# What the data of an event holds, where its type has data: dates and numbers as sent.
NUMBERS: dict[str, dict[str, Any]] = {
    "alert": {"limit": "float", "raw_limit": "float", "value": "float", "raw_value": "float"},
    "new_autoscaler": {"min_containers": "str", "max_containers": "str", "target": "float"},
    "deployment": {"duration": "int", "finished_at": "date", "last_commits": "object"},
    "start_database_maintenance": {"next_maintenance_window": "date"},
    "database_continuousbackup_stale": {"checked_at": "date", "recoverable": "bool"},
    "edit_project": {"updated_values": [{"name": "str", "value": "any", "old_value": "any"}]},
    "payment_attempt": {"amount": "float"},
}


def test_every_type_of_event_can_be_had(regional: Regional) -> None:
    assert len(HAPPENINGS) == 96
    for kind, (whose, *_) in HAPPENINGS.items():
        regional.sandbox.add_event(kind)
        events = regional("GET", "api", "/v1/events?per_page=1").json()["events"]
        assert mismatch(events, [EVENT]) is None
        event = events[0]
        assert event["type"] == kind
        assert ("app_id" in event) == (whose == "app")
        assert ("project_id" in event) == (whose == "project")
        for name, shape in NUMBERS.get(kind, {}).items():
            assert mismatch(event["type_data"][name], shape, name) is None
        if "app_id" in event:
            listed = regional("GET", "api", f"{SHOP}/events?per_page=1").json()["events"]
            assert listed == events


def archive(*names: str) -> bytes:
    """A tar.gz that holds empty files of these names."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        for name in names:
            file.addfile(tarfile.TarInfo(name))
    return buffer.getvalue()


def deployed(regional: Regional, url: str) -> tuple[str, str]:
    """The status that the deployment of an archive comes to, and its output."""
    regional.sandbox.clock.stop()  # else a busy machine misses one
    body = {"deployment": {"source_url": url, "git_ref": "v7"}}
    made = regional("POST", "api", f"{SHOP}/deployments", body)
    assert made.status_code == 201
    row = made.json()["deployment"]
    assert (row["status"], row["type"], row["finished_at"]) == ("queued", "archive", None)
    statuses = [row["status"]]
    while row["finished_at"] is None:
        regional.sandbox.advance(0.01)
        row = regional("GET", "api", f"{SHOP}/deployments/{row['id']}").json()["deployment"]
        statuses.append(row["status"])
        assert mismatch(row, DEPLOYMENT) is None
    assert list(dict.fromkeys(statuses))[:2] == ["queued", "building"]
    return row["status"], regional("GET", row["links"]["output"], "").text


def test_an_archive_is_sent_fetched_and_deployed(regional: Regional) -> None:
    source = regional("POST", "api", "/v1/sources").json()["source"]
    data = archive("shop/Procfile", "shop/app.py", "[red]")
    sent = {"data": data, "headers": {"Content-Type": "application/x-gzip"}, "auth": no_one}
    assert regional("GET", source["download_url"], "", auth=no_one).status_code == 404
    assert regional("PUT", source["upload_url"], "", **sent).status_code == 200
    got = regional("GET", source["download_url"], "", auth=no_one)
    assert (got.status_code, got.content) == (200, data)
    status, output = deployed(regional, source["download_url"])
    assert status == "success"
    assert "       shop/\n       [red]\n" in output
    event = regional("GET", "api", f"{SHOP}/events?per_page=1").json()["events"][0]
    assert event["type"] == "deployment"
    assert (event["type_data"]["status"], event["type_data"]["deployment_type"]) == (
        "success",
        "archive",
    )
    regional.sandbox.end_next_deployment("crashed-error")
    assert deployed(regional, source["download_url"])[0] == "crashed-error"


def no_one(request: Any) -> Any:
    return request


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 a zip", "not a tar.gz"),
        (b"", "not a tar.gz"),
        (gzip.compress(b"hello"), "not a tar.gz"),
        (archive("shop/app.py")[:-20], "not a tar.gz"),
        (archive(), "empty"),
        (None, "nothing was sent there"),
    ],
    ids=["zip", "nothing", "no tar", "cut", "no file", "not sent"],
)
def test_what_is_no_archive_ends_the_build(
    regional: Regional, data: bytes | None, reason: str
) -> None:
    source = regional("POST", "api", "/v1/sources").json()["source"]
    if data is not None:
        headers = {"Content-Type": "application/x-gzip"}
        sent = regional("PUT", source["upload_url"], "", data=data, headers=headers, auth=no_one)
        assert sent.status_code == 200
    status, output = deployed(regional, source["download_url"])
    assert status == "build-error"
    assert reason in output
    unknown = source["download_url"].replace("token=", "token=0")
    assert "no such archive" in deployed(regional, unknown)[1]


def test_an_address_for_an_archive_is_all_that_is_needed_or_allowed(regional: Regional) -> None:
    source = regional("POST", "api", "/v1/sources").json()["source"]
    gzipped = {"Content-Type": "application/x-gzip"}
    put = {"data": b"x", "auth": no_one, "headers": gzipped}
    for more, status in (
        ({"auth": ("", regional.sandbox.token)}, 400),
        (
            {"headers": {**gzipped, "Authorization": f"Bearer {regional.bearer}"}, "auth": no_one},
            400,
        ),
        ({"headers": {"Content-Type": "text/plain"}}, 400),
    ):
        assert regional("PUT", source["upload_url"], "", **{**put, **more}).status_code == status
    assert regional("PUT", source["download_url"], "", **put).status_code == 403
    assert regional("GET", source["upload_url"], "", auth=no_one).status_code == 403
    assert regional("PUT", source["upload_url"], "", **put).status_code == 200
    regional.sandbox.advance(601)
    assert regional("PUT", source["upload_url"], "", **put).status_code == 403
    assert regional("GET", source["download_url"], "", auth=no_one).status_code == 403


def test_a_source_url_is_one(regional: Regional) -> None:
    for url in ("shop.tar.gz", "file:///etc/passwd", "https:///x"):
        body = {"deployment": {"source_url": url}}
        refused = regional("POST", "api", f"{SHOP}/deployments", body)
        assert refused.status_code == 422
        assert list(refused.json()["errors"]) == ["source_url"]


def test_an_add_on_has_a_bearer_for_its_database_only(regional: Regional) -> None:
    addons = regional("GET", "api", f"{SHOP}/addons").json()["addons"]
    bearers = []
    for addon in addons:
        answer = regional("POST", "api", f"{SHOP}/addons/{addon['id']}/token").json()
        bearers.append(answer["addon"]["token"])
    path = f"/api/databases/{addons[0]['id']}"
    database = regional("GET", "db", path, bearer=bearers[0])
    assert mismatch(database.json(), {"database": DATABASE}) is None
    for wrong in (bearers[1], regional.bearer, "x"):
        refused = regional("GET", "db", path, bearer=wrong)
        assert (refused.status_code, refused.json()) == (400, {"error": "unauthorized"})
    assert regional("GET", "api", "/v1/apps", bearer=bearers[0]).status_code == 401
    mail = regional("GET", "db", f"/api/databases/{addons[1]['id']}", bearer=bearers[1])
    assert (mail.status_code, mail.json()) == (404, {"error": "Database not found"})
    regional.sandbox.advance(3601)
    assert regional("GET", "db", path, bearer=bearers[0]).status_code == 400


def test_an_invitation_is_taken_by_whom_it_is_for(regional: Regional) -> None:
    body = {"collaborator": {"email": Sandbox.unverified_email}}
    row = regional("POST", "api", f"{SHOP}/collaborators", body).json()["collaborator"]
    assert row["is_limited"] is True
    path = "/v1/apps/collaboration?token=" + row["invitation_link"].rpartition("=")[2]
    assert regional("GET", "api", path).json()["type"] == "other-collaborator"
    priya = regional.exchange(regional.sandbox.unverified_token)
    assert mismatch(regional("GET", "api", path, bearer=priya).json(), {"app": APP}) is None
    rows = regional("GET", "api", f"{SHOP}/collaborators").json()["collaborators"]
    assert mismatch(rows, [COLLABORATOR]) is None
    assert (rows[-1]["status"], rows[-1]["is_limited"]) == ("accepted", True)
    assert regional("GET", "api", path, bearer=priya).status_code == 404


def test_a_minute_has_so_many_requests(regional: Regional) -> None:
    regional.sandbox.limit_rate(3)
    for _ in range(3):
        assert regional("GET", "api", "/v1/apps").status_code == 200
    refused = regional("GET", "auth", "/v1/regions")
    assert (refused.status_code, refused.text) == (429, "Retry later")
    assert refused.headers["Content-Type"] == "text/plain; charset=utf-8"
    regional.sandbox.advance(61)
    assert regional("GET", "api", "/v1/apps").status_code == 200


def test_a_region_can_be_closed(regional: Regional) -> None:
    regional.sandbox.disable_region("osc-fr1")
    refused = regional("GET", "api", "/v1/apps")
    assert (refused.status_code, refused.json()["code"]) == (403, "region_disabled")
    there = regional("GET", "auth", "/v1/regions").json()["regions"][1]["api"]
    assert regional("GET", there, "/v1/apps").status_code == 200


@pytest.mark.parametrize("shape", ["previous_page", "documented", "clamped"])
def test_the_pages_have_the_shape_that_was_chosen(regional: Regional, shape: str) -> None:
    regional.sandbox.paginate(shape)
    last = regional("GET", "api", f"{SHOP}/deployments?per_page=10&page=2").json()["meta"]
    before = "previous_page" if shape == "previous_page" else "prev_page"
    assert last["pagination"][before] == 1
    assert last["pagination"]["next_page"] == (2 if shape == "clamped" else None)
