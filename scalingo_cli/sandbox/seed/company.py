"""The starting data: Pinecrate, a small company that delivers vegetables, and what it runs.

Dates count back from the start of the sandbox, save for the events of 2015. Everything else is the
same each time.
"""

from __future__ import annotations

import base64
import hashlib
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from scalingo_cli.sandbox.resources import (
    addons,
    alerts,
    apps,
    autoscalers,
    catalogue,
    collaborators,
    cron_tasks,
    dedicated,
    deployments,
    domains,
    integrations,
    keys,
    notifiers,
    projects,
    ps,
    repo_links,
    tokens,
    variables,
)
from scalingo_cli.sandbox.seed.events import HAPPENINGS, PROJECT, add_event
from scalingo_cli.sandbox.seed.logs import add_archives, add_drains
from scalingo_cli.sandbox.state.clock import stamp, stamp_utc
from scalingo_cli.sandbox.state.models import PLATFORM, Deployment, User

if TYPE_CHECKING:
    from datetime import datetime

    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

MAIN_APP = "pinecrate-shop"

MAIN = User(
    id="54b3a1c67069653d1f000001",
    username="noor",
    email="noor@pinecrate.example",
    password="forty-two-crates",  # noqa: S106 - opens nothing but the sandbox
    token="sandbox-noor-9f31c2d47ab86e05",  # noqa: S106 - opens nothing but the sandbox
    first_name="Noor",
    last_name="Haddad",
    company="Pinecrate",
    location="Ghent, Belgium",
)
ILSE = User(
    id="54b3a1c67069653d1f000002",
    username="ilse",
    email="ilse@pinecrate.example",
    password="leeks-and-plums",  # noqa: S106 - opens nothing but the sandbox
    token="sandbox-ilse-27d0b8e3f6a15c94",  # noqa: S106 - opens nothing but the sandbox
    first_name="Ilse",
    last_name="Brandt",
    company="Hedgerow Maps",
    location="Bremen, Germany",
)
TOMASZ = User(
    id="54b3a1c67069653d1f000003",
    username="tomasz",
    email="tomasz@pinecrate.example",
    password="beetroot-season",  # noqa: S106 - opens nothing but the sandbox
    token="sandbox-tomasz-c85e10f92b7d463a",  # noqa: S106 - opens nothing but the sandbox
    first_name="Tomasz",
    last_name="Wrona",
    company="Pinecrate",
    location="Poznań, Poland",
)
UNVERIFIED = User(
    id="54b3a1c67069653d1f000004",
    username="priya",
    email="priya@saltmarsh.example",
    password="first-steps-only",  # noqa: S106 - opens nothing but the sandbox
    token="sandbox-priya-61e7d90ca4f3b852",  # noqa: S106 - opens nothing but the sandbox
    first_name="Priya",
    last_name="Raman",
    company="Saltmarsh",
    location="Cork, Ireland",
    verified=False,
)
TWO_FACTOR = User(
    id="54b3a1c67069653d1f000005",
    username="oskar",
    email="oskar@bellfounder.example",
    password="bronze-and-clay",  # noqa: S106 - opens nothing but the sandbox
    token="",
    first_name="Oskar",
    last_name="Lindqvist",
    company="Bellfounder",
    location="Uppsala, Sweden",
    otp="271828",
)
USERS = {user.username: user for user in (MAIN, ILSE, TOMASZ, UNVERIFIED, TWO_FACTOR)}

# Regional: the tokens of each user as (name, value). The first is the sandbox's own.
TOKENS: dict[str, list[tuple[str, str]]] = {
    "noor": [
        ("sandbox", "tk-us-4yWq0pZt7_sandbox_noor_Kc83VbLm5dXr91HnJe6F"),
        ("laptop", "tk-us-h2Rk9uQe1_sandbox_noor_Wz70MnTy4aBs58PcGi3D"),
    ],
    "ilse": [("sandbox", "tk-us-v6Gd3xNa8_sandbox_ilse_Ru41QfKo9jLw27YtSm0E")],
    "tomasz": [("sandbox", "tk-us-c1Hs5bJi4_sandbox_tomasz_Xp96DgVe2kUq83RzOa7T")],
    "priya": [("sandbox", "tk-us-n8Lf0wMy6_sandbox_priya_Ct52ZoBh3rIv74EuQk1P")],
    "oskar": [],
}

# name: owner, age in days, last deployment in days (None: never) and its author, crashed, formation
APPS: dict[str, tuple[str, float, float | None, str, bool, list[tuple[str, int, str, str]]]] = {
    MAIN_APP: (
        "noor",
        0,
        0.21,
        "ilse",
        False,
        [
            ("web", 2, "M", "gunicorn shop.http --bind 0.0.0.0:$PORT"),
            ("worker", 1, "L", "bin/worker --queue orders"),
            ("clock", 1, "S", "bin/clock"),
        ],
    ),
    "pinecrate-api": (
        "noor",
        212.4,
        3.1,
        "noor",
        False,
        [("web", 1, "M", "gunicorn api.http --bind 0.0.0.0:$PORT")],
    ),
    "pinecrate-blog": ("noor", 304.7, 96.2, "tomasz", False, [("web", 0, "S", "bin/blog")]),
    "pinecrate-import": (
        "noor",
        58.9,
        1.4,
        "noor",
        True,
        [("web", 1, "S", "bin/status-page"), ("importer", 1, "XL", "bin/import --watch")],
    ),
    "pinecrate-next": ("noor", 0.9, None, "", False, []),
    "hedgerow-map": ("ilse", 151.3, 12.6, "ilse", False, [("web", 2, "S", "bin/tiles")]),
    "saltmarsh-diary": ("priya", 20.3, 18.0, "priya", False, [("web", 1, "M", "bin/diary")]),
    "saltmarsh-quiz": ("priya", 11.8, None, "", False, []),
    "saltmarsh-tides": ("priya", 6.2, None, "", False, []),
}

# Only on the regional platform: someone else's app, and those in the other region.
REGIONAL_OTHERS = {
    "bellfounder-chimes": ("oskar", 77.2, 5.6, "oskar", False, [("web", 1, "S", "bin/chimes")])
}
ELSEWHERE = {
    "pinecrate-vault": (
        "noor",
        63.4,
        7.3,
        "noor",
        False,
        [("web", 1, "M", "gunicorn vault.http --bind 0.0.0.0:$PORT")],
    ),
    "pinecrate-ledger": ("noor", 2.6, None, "", False, []),
}

VARIABLES: dict[str, dict[str, str]] = {
    MAIN_APP: {
        "SHOP_ENV": "production",
        "DATABASE_URL": "$SCALINGO_POSTGRESQL_URL",
        "SCALINGO_POSTGRESQL_URL": "postgres://pinecrate_sh_4187:mu5hr00m@pinecrate-sh-4187."
        "postgresql.example:30217/pinecrate_sh_4187?sslmode=prefer",
        "SECRET_KEY": "h7#qW=2!vB$x9&Lz",
        "SIGNING_KEY": "-----BEGIN PUBLIC KEY-----\n"
        "UGluZWNyYXRlIHNpZ25zIGV2ZXJ5IGRlbGl2ZXJ5IG5vdGUgd2l0aCB0aGlzIGtl\n"
        "eSwgd2hpY2ggaXMgbm90IG9uZS4=\n"
        "-----END PUBLIC KEY-----\n",
        "GREETING": "It's crate day",
        "MOTTO": 'Eat "ugly" carrots',
        "CITY_LABELS": "Gent · Łódź · 東京 🥕",
        "MAINTENANCE_MESSAGE": "",
        "SENDER_NAME": "  Pinecrate  deliveries ",
        "TRACKING_QUERY": "source=mail&week=12==",
        "EXPORT_PATH": "C:\\crates\\out\\",
        "ESCAPES": "a\\nb \\t c\\\\",
        "THEME_COLOR": "#2f6b3c # the green of the crates",
        "PRICE_TEMPLATE": "$AMOUNT or ${AMOUNT}, $5 off, $$",
        "FEATURES": '{"gift_boxes": true, "zones": ["north", "harbour"], "max_weight_kg": 18.5}',
        "SHELL_SNIPPET": "echo `date` | tee /tmp/x; exit 0",
        "WEB_CONCURRENCY": "3",
        "POSTLARK_URL": "https://pinecrate_sh_1763:s3edl1ng@pinecrate-sh-1763.postlark.example",
    },
    "pinecrate-api": {"API_ENV": "production", "API_TIMEOUT": "8"},
    "pinecrate-import": {"SUPPLIER_FEED": "https://feeds.harvest.example/crates.csv"},
    "hedgerow-map": {"TILE_CACHE": "memory"},
    "saltmarsh-diary": {"DIARY_TITLE": "Notes from the marsh"},
    "pinecrate-vault": {"VAULT_ENV": "production"},
}

# days ago, pusher, outcome, seconds; the last one is the last successful one of APPS
DEPLOYMENTS: dict[str, list[tuple[float, str, str, float]]] = {
    MAIN_APP: [
        (88.3, "tomasz", "success", 74),
        (81.6, "noor", "success", 69),
        (74.2, "noor", "build-error", 23),
        (74.1, "noor", "success", 71),
        (60.8, "ilse", "success", 66),
        (52.4, "ilse", "crashed-error", 92),
        (52.3, "ilse", "success", 70),
        (39.9, "noor", "hook-error", 81),
        (39.7, "noor", "success", 77),
        (25.5, "tomasz", "timeout-error", 131),
        (25.1, "tomasz", "success", 72),
        (11.2, "noor", "aborted", 4),
        (11.1, "noor", "success", 68),
        (0.21, "ilse", "success", 75),
    ],
    "pinecrate-api": [(30.4, "noor", "success", 41), (3.1, "noor", "success", 38)],
    "pinecrate-blog": [(96.2, "tomasz", "success", 29)],
    "pinecrate-import": [(1.4, "noor", "success", 33)],
    "hedgerow-map": [(12.6, "ilse", "success", 52)],
    "saltmarsh-diary": [(18.0, "priya", "success", 35)],
    "bellfounder-chimes": [(5.6, "oskar", "success", 27)],
    "pinecrate-vault": [(7.3, "noor", "success", 44)],
}

# The events of 2015 have their fields next to the type; amounts of containers are bare integers.
OLD_EVENTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("2015-01-12T10:30:11.402+01:00", "tomasz", "new_app", {}),
    (
        "2015-02-03T11:04:52.118+01:00",
        "tomasz",
        "deployment",
        {
            "deployment": {
                "id": "54d09f947069653d1f0000a1",
                "pusher": "tomasz",
                "git_ref": "7b1d9ce0f2a84365b7e1c0d93a54f6287e10b9c4",
            }
        },
    ),
    (
        "2015-02-03T11:11:07.930+01:00",
        "tomasz",
        "scale",
        {"previous_containers": {"web": 1, "worker": 0}, "containers": {"web": 1, "worker": 1}},
    ),
    ("2015-02-17T16:40:30.005+01:00", "noor", "run", {"command": "bin/migrate --to 0003"}),
    (
        "2015-03-06T09:02:19.611+01:00",
        "noor",
        "new_variable",
        {"name": "WEB_CONCURRENCY", "value": "2"},
    ),
    (
        "2015-03-20T18:55:01.207+01:00",
        "noor",
        "scale",
        {"previous_containers": {"web": 1, "worker": 1}, "containers": {"web": 3, "worker": 1}},
    ),
    ("2015-05-02T07:18:44.072+01:00", "tomasz", "restart", {"scope": ["web", "worker"]}),
    (
        "2015-06-11T13:27:33.845+01:00",
        "noor",
        "edit_variable",
        {"name": "WEB_CONCURRENCY", "old_value": "2", "value": "3"},
    ),
    (
        "2015-07-28T14:09:58.360+01:00",
        "tomasz",
        "delete_variable",
        {"name": "OLD_CATALOGUE", "value": "catalogue-2014.csv"},
    ),
]

_POSTGRES = {"addon_provider_name": "postgresql", "resource_id": "pinecrate_sh_4187"}
_REDIS = {"addon_provider_name": "redis", "resource_id": "pinecrate_sh_2290"}

_IMPORT_CRASH = {
    "container_type": "importer",
    "crash_logs": "row 18: 'kg' is not a number\nstopped with status 1",
    "logs_url": "https://logs.scalingo.example/crashes/51c9?token=k1lo",
}

# days ago, author, type, type_data (None: the type has none)
EVENTS: dict[str, list[tuple[float, str, str, Row | None]]] = {
    MAIN_APP: [
        (140.5, "tomasz", "rename_app", {"old_name": "pinecrate", "new_name": MAIN_APP}),
        (139.2, "tomasz", "transfer_app", {"old_owner": TOMASZ.short(), "new_owner": MAIN.short()}),
        (138.8, "noor", "new_collaborator", {"collaborator": {"email": TOMASZ.email}}),
        (
            138.6,
            "tomasz",
            "accept_collaborator",
            {
                "collaborator": {
                    "email": TOMASZ.email,
                    "username": "tomasz",
                    "inviter": {"email": MAIN.email, "username": "noor"},
                }
            },
        ),
        (121.0, "noor", "new_addon", {**_POSTGRES, "plan_name": "postgresql-sandbox"}),
        (120.9, "noor", "new_variable", {"name": "SHOP_ENV", "value": "staging"}),
        (
            119.3,
            "noor",
            "edit_variable",
            {"name": "SHOP_ENV", "old_value": "staging", "value": "production"},
        ),
        (
            104.1,
            "noor",
            "upgrade_addon",
            {
                **_POSTGRES,
                "old_plan_name": "postgresql-sandbox",
                "new_plan_name": "postgresql-starter-512",
            },
        ),
        (97.7, "tomasz", "new_domain", {"hostname": "shop.pinecrate.example", "ssl": False}),
        (
            97.2,
            "tomasz",
            "edit_domain",
            {"hostname": "shop.pinecrate.example", "old_ssl": False, "ssl": True},
        ),
        (93.4, "noor", "new_addon", {**_REDIS, "plan_name": "redis-sandbox"}),
        (92.0, "ilse", "run", {"command": "bin/console"}),
        (86.6, "noor", "new_collaborator", {"collaborator": {"email": ILSE.email}}),
        (
            86.1,
            "ilse",
            "accept_collaborator",
            {
                "collaborator": {
                    "id": ILSE.id,
                    "email": ILSE.email,
                    "username": "ilse",
                    "inviter": {"email": MAIN.email, "username": "noor"},
                }
            },
        ),
        (
            79.5,
            "noor",
            "edit_variables",
            {
                "new_vars": [
                    {"name": "FEATURES", "value": '{"gift_boxes": false}'},
                    {"name": "THEME_COLOR", "value": "#35703f"},
                ],
                "updated_vars": [],
                "deleted_vars": None,
            },
        ),
        (70.3, "tomasz", "delete_addon", {**_REDIS, "plan_name": "redis-sandbox"}),
        (66.9, "noor", "new_domain", {"hostname": "crates.pinecrate.example", "ssl": False}),
        (65.2, "noor", "delete_domain", {"hostname": "crates.pinecrate.example"}),
        (
            51.7,
            "ilse",
            "edit_variables",
            {
                "new_vars": None,
                "updated_vars": [
                    {
                        "name": "FEATURES",
                        "old_value": '{"gift_boxes": false}',
                        "value": VARIABLES[MAIN_APP]["FEATURES"],
                    }
                ],
                "deleted_vars": [{"name": "BETA_BANNER", "value": "on"}],
            },
        ),
        (46.3, "scalingo-platform", "restart", {"scope": ["web-2"]}),
        (44.0, "noor", "run", {"command": "bin/recount --since 'last monday'"}),
        (36.8, "tomasz", "restart", {"scope": []}),
        (33.1, "noor", "new_collaborator", {"collaborator": {"email": "old.hand@pear.example"}}),
        (
            32.5,
            "noor",
            "delete_collaborator",
            {
                "collaborator": {
                    "id": "56f1a0b27069653d1f000044",
                    "username": "n/a",
                    "email": "old.hand@pear.example",
                }
            },
        ),
        (
            29.4,
            "noor",
            "new_addon",
            {
                "addon_provider_name": "postlark",
                "resource_id": "pinecrate_sh_1763",
                "plan_name": "pocket",
            },
        ),
        (24.7, "noor", "new_variable", {"name": "TRIAL_BANNER", "value": "Free [bold]week[/]"}),
        (20.4, "noor", "delete_variable", {"name": "TRIAL_BANNER", "value": "Free [bold]week[/]"}),
        (
            16.9,
            "noor",
            "scale",
            {
                "previous_containers": {"web": "2:M", "worker": "1:M", "clock": "0:S"},
                "containers": {"web": "2:M", "worker": "1:L", "clock": "1:S"},
            },
        ),
        (9.6, "noor", "new_domain", {"hostname": "www.pinecrate.example", "ssl": False}),
        (6.2, "noor", "new_collaborator", {"collaborator": {"email": "jonas@pinecrate.example"}}),
        (4.8, "ilse", "run", {"command": "bin/report weekly --format csv"}),
        (2.3, "tomasz", "restart", {"scope": ["worker"]}),
        (
            0.9,
            "noor",
            "edit_variable",
            {"name": "GREETING", "old_value": "Hello", "value": "It's crate day"},
        ),
        (0.03, "noor", "restart", {"scope": ["web"]}),
    ],
    "pinecrate-api": [
        (212.4, "noor", "new_app", None),
        (211.0, "noor", "new_variable", {"name": "API_ENV", "value": "production"}),
        (15.5, "noor", "restart", {"scope": []}),
    ],
    "pinecrate-blog": [
        (304.7, "noor", "new_app", None),
        (
            90.1,
            "noor",
            "scale",
            {"previous_containers": {"web": "1:S"}, "containers": {"web": "0:S"}},
        ),
    ],
    "pinecrate-import": [
        (58.9, "noor", "new_app", None),
        (
            57.2,
            "noor",
            "scale",
            {
                "previous_containers": {"web": "1:S", "importer": "0:M"},
                "containers": {"web": "1:S", "importer": "1:XL"},
            },
        ),
        (0.6, "scalingo-platform", "crash", _IMPORT_CRASH),
        (0.5, "scalingo-platform", "repeated_crash", _IMPORT_CRASH),
    ],
    "pinecrate-next": [(0.9, "noor", "new_app", None)],
    "hedgerow-map": [
        (151.3, "ilse", "new_app", None),
        (140.0, "ilse", "new_collaborator", {"collaborator": {"email": MAIN.email}}),
    ],
    "saltmarsh-diary": [(20.3, "priya", "new_app", None)],
    "saltmarsh-quiz": [(11.8, "priya", "new_app", None)],
    "saltmarsh-tides": [(6.2, "priya", "new_app", None)],
    "bellfounder-chimes": [(77.2, "oskar", "new_app", None)],
    "pinecrate-vault": [(63.4, "noor", "new_app", None)],
    "pinecrate-ledger": [(2.6, "noor", "new_app", None)],
}

# Only on the regional platform: further events of the main app, and of its owner's account.
REGIONAL_EVENTS: list[tuple[float, str]] = [
    (118.2, "link_scm"),
    (117.9, "create_review_app"),
    (112.4, "destroy_review_app"),
    (95.8, "stack_changed"),
    (91.3, "new_notifier"),
    (84.0, "new_autoscaler"),
    (83.5, "edit_autoscaler"),
    (77.7, "new_alert"),
    (71.2, "alert"),
    (63.3, "database_backup_succeeded"),
    (58.8, "plan_database_maintenance"),
    (57.9, "start_database_maintenance"),
    (57.6, "complete_database_maintenance"),
    (48.1, "crash"),
    (41.0, "new_log_drain"),
    (35.2, "database/add_feature"),
    (30.8, "change_collaborator_role"),
    (27.3, "create_data_access_consent"),
    (22.2, "addon_updated"),
    (18.5, "database_continuousbackup_delayed"),
    (13.4, "edit_app"),
    (8.8, "repeated_crash"),
    (3.7, "database_backup_failed"),
]
EVENTS_OF_ACCOUNT: list[tuple[float, str]] = [
    (412.6, "new_user"),
    (412.4, "add_payment_method"),
    (210.1, "new_key"),
    (150.3, "new_token"),
    (101.7, "add_credit"),
    (66.2, "login_failure"),
    (66.1, "login_success"),
    (45.0, "new_project"),
    (44.8, "edit_project"),
    (12.1, "login_success"),
    (6.6, "add_voucher"),
    (2.2, "regenerate_token"),
]

# app: what it runs by the clock, the size of the container, hours since then and until then
CRON: dict[str, list[tuple[str, str, float, float]]] = {
    MAIN_APP: [
        ("15 4 * * * bin/tally --boxes all", "L", 9.2, 14.8),
        ("0 */6 * * * bin/stock --refresh", "", 1.4, 4.6),
    ]
}

# The apps in the project of these events; the others are in their owner's default one.
OF_PROJECT = ("pinecrate-blog", "pinecrate-import")

# Every weekend of the last quarter, the shop ran one more web container.
WEEKENDS = range(1, 13)

# app: its collaborators; None is someone who was invited and has not accepted
COLLABORATORS: dict[str, list[tuple[str, User | None]]] = {
    MAIN_APP: [(TOMASZ.email, TOMASZ), ("jonas@pinecrate.example", None), (ILSE.email, ILSE)],
    "hedgerow-map": [(MAIN.email, MAIN)],
    "pinecrate-api": [(ILSE.email, ILSE)],
}

# name, days until its certificate ends (None: it has none), what Let's Encrypt did
DOMAINS: list[tuple[str, float | None, str]] = [
    ("shop.pinecrate.example", 268.0, "created"),
    ("orders.pinecrate.example", 5.5, "created"),
    ("www.pinecrate.example", None, "dns_required"),
]

# What watches the main app.
AUTOSCALER = {
    "container_type": "worker",
    "metric": "cpu",
    "target": 0.75,
    "min_containers": 1,
    "max_containers": 4,
}

ALERT = {
    "container_type": "web",
    "metric": "memory",
    "limit": 0.85,
    "duration_before_trigger": 300_000_000_000,  # nanoseconds
    "remind_every": "1h",
}
LINK = {
    "auto_deploy_enabled": True,
    "deploy_review_apps_enabled": True,
    "delete_on_close_enabled": True,
    "hours_before_delete_on_close": 2,
}
REVIEWED = {
    "number": 84,
    "title": "Leeks by the metre",
    "html_url": "https://github.com/pinecrate/shop/pull/84",
    "source_repo_name": "lena/shop",
    "source_repo_html_url": "https://github.com/lena/shop",
}
# name, platform, where to, which events
NOTIFIERS: list[tuple[str, str, Row, list[str]]] = [
    (
        "Kitchen",
        "slack",
        {"webhook_url": "https://hooks.chat.example/T0/B1/s3cr3t"},
        ["app_deployed", "app_restarted"],
    ),
    ("On call", "email", {"emails": ["night@pinecrate.example"], "user_ids": []}, []),
]

DEDICATED = "crate-ledger"  # a database that is an app of its own
# app: provider, plan, resource, days ago
ADDONS: dict[str, list[tuple[str, str, str, float]]] = {
    MAIN_APP: [
        ("postgresql", "postgresql-starter-512", "pinecrate_sh_4187", 121.0),
        ("postlark", "pocket", "pinecrate_sh_1763", 29.4),
    ],
    "pinecrate-import": [
        ("postgresql", "postgresql-business-512", "pinecrate_im_2051", 200.6),
        ("redis", "redis-starter-512", "pinecrate_im_3310", 199.2),
        ("mysql", "mysql-sandbox", "pinecrate_im_1942", 88.0),
        ("mongodb", "mongodb-starter-512", "pinecrate_im_2874", 41.5),
        ("opensearch", "opensearch-starter-1024", "pinecrate_im_3005", 12.8),
        ("influxdb", "influxdb-sandbox", "pinecrate_im_1187", 2.1),
    ],
}

# app: number, command, size, days ago of a one-off container that still runs
ONE_OFFS: dict[str, list[tuple[int, str, str, float]]] = {
    "pinecrate-api": [(4117, "bin/reindex --zones all", "L", 0.3)]
}

# What the containers log, repeated until there are about so many lines.
LOG_LINES = 240
LOGS: dict[str, list[tuple[str, str]]] = {
    MAIN_APP: [
        ("web-1", "GET / 200 in 38 ms"),
        (
            "router",
            'method=GET path="/" host=shop.pinecrate.example container=web-1 status=200 bytes=6144 '
            "duration=0.038s client=198.51.100.23",
        ),
        ("web-2", "GET /crates?zone=harbour&week=12 200 in 61 ms"),
        ("web-1", "POST /orders 201 in 112 ms"),
        ("worker-1", "order 20417: packing list for 2 crates"),
        ("worker-1", "order 20417: route Łódź → 東京 needs a person"),
        ("web-2", "GET /robots.txt 404 in 3 ms"),
        ("clock-1", "every ten minutes: stock count, 318 kg of leeks"),
        ("web-1", "[bold]sale[/bold] banner is off"),
        ("web-2", "\x1b[33mslow query\x1b[0m: select from crates, 1.2 s"),
        ("web-1", "Traceback (most recent call last):"),
        ("web-1", '  File "/app/shop/labels.py", line 52, in print_label'),
        ("web-1", "KeyError: 'harbour'"),
    ],
    "pinecrate-api": [("web-1", "GET /v2/zones 200 in 9 ms"), ("web-1", "GET /health 200 in 1 ms")],
    "pinecrate-blog": [("web-1", "GET /2024/quinces 200 in 24 ms")],
    "pinecrate-import": [
        ("importer-1", "reading https://feeds.harvest.example/crates.csv"),
        ("importer-1", "row 18: 'kg' is not a number"),
        ("importer-1", "stopped with status 1"),
    ],
    "hedgerow-map": [
        ("web-1", "tile 12/2113/1357 in 4 ms"),
        ("web-2", "tile 12/2114/1357 in 5 ms"),
    ],
    "saltmarsh-diary": [("web-1", "GET /low-tide 200 in 12 ms")],
}


def fill(store: Store, main_app: str = MAIN_APP, region: str = "") -> None:
    """Fill an empty store with the starting data; the main app is called `main_app`.

    On the regional platform, `region` has the apps of the legacy API.
    """
    people = {
        user.username: replace(user, keys=[], events=[], collections={}) for user in _users(store)
    }
    store.users = list(people.values())
    people["scalingo-platform"] = PLATFORM
    people["noor"].keys = [
        keys.new(store, people["noor"], name, public_key(comment))
        for name, comment in (("Noor's laptop", "noor@quince"), ("Build machine", "build@medlar"))
    ]
    places = {region: APPS}
    if store.dialect.regions:
        noor = people["noor"]
        token = store.new_secret()
        hub = integrations.new(store, noor, "github", "https://github.com", token)
        integrations.of(noor).append(hub)
        store.tokens = [
            tokens.new(store, people[username], name, value)
            for username, rows in TOKENS.items()
            for name, value in rows
        ]
        places = {region: APPS | REGIONAL_OTHERS}
        places |= {other: ELSEWHERE for other in store.regions if other != region}
    for place, rows in places.items():
        for name, row in rows.items():
            called = {MAIN_APP: main_app, main_app: MAIN_APP}.get(name, name)
            store.apps.append(_app(store, people, place, name, called, *row))
    if store.dialect.regions:
        _group(store, people["noor"])
        ledger = apps.new(store, people["noor"], DEDICATED, region)
        dedicated.make(store, ledger, "postgresql-ng", "postgresql-dr-starter-1024", "10.20.0.0/24")
        dedicated.open_up(store, ledger)
        store.apps.append(ledger)
        for days, kind in EVENTS_OF_ACCOUNT:
            add_event(store, kind)["created_at"] = stamp_utc(_ago(store, days))
        add_drains(store.app(main_app))
        add_archives(store.app(main_app), store.clock.start)


def _group(store: Store, owner: User) -> None:
    """Give an owner a project with some of the apps, and one without any."""
    harvest = projects.new(store, owner, PROJECT["name"]) | PROJECT
    owner.rows("projects").extend([harvest, projects.new(store, owner, "Cellar")])
    for app in store.apps:
        if app.name in OF_PROJECT:
            app.settings["project"] = projects.brief(harvest)


def _users(store: Store) -> list[User]:
    users = [MAIN, ILSE, TOMASZ, UNVERIFIED]
    if store.dialect.regions:
        users = [replace(user, id=_regional_id(user)) for user in [*users, TWO_FACTOR]]
    return users


def _regional_id(user: User) -> str:
    return f"us-{UUID(hashlib.md5(user.id.encode(), usedforsecurity=False).hexdigest())}"


def _app(
    store: Store,
    people: dict[str, User],
    region: str,
    name: str,
    called: str,
    owner: str,
    age: float,
    deployed: float | None,
    author: str,
    crashed: bool,
    formation: list[tuple[str, int, str, str]],
) -> App:
    app = apps.new(store, people[owner], called, region)
    app.created_at = stamp(_ago(store, age)) if age else OLD_EVENTS[0][0]
    app.updated_at = app.created_at
    app.crashed = crashed
    if deployed is not None:
        app.last_deployed_at = app.updated_at = stamp(_ago(store, deployed))
        app.last_deployed_by = author
    if formation:
        app.formation = [_container(store, app, *row) for row in formation]
    app.variables = [
        variables.new(store, app, key, value) for key, value in VARIABLES.get(name, {}).items()
    ]
    app.collaborators = [
        collaborators.accepted(store, app, people[user.username])
        if user
        else collaborators.invited(store, app, email)
        for email, user in COLLABORATORS.get(name, [])
    ]
    app.addons = [_addon(store, app, *row) for row in ADDONS.get(name, [])]
    if name == MAIN_APP and store.dialect.regions:
        _watch(store, app)
    if name == MAIN_APP:
        app.domains = [_domain(store, app, *row) for row in DOMAINS]
    if store.dialect.regions:
        app.rows("cron_tasks").extend(cron_tasks.new(store, *row) for row in CRON.get(name, []))
    if store.dialect.regions and name in ONE_OFFS:
        app.collections["one_offs"] = [
            ps.new(store, app, number, command, size, _ago(store, days))
            for number, command, size, days in ONE_OFFS[name]
        ]
    app.logs = _logs(store, name)
    _deployments(store, app, name, people)
    _history(store, app, name, people)
    return app


def _watch(store: Store, app: App) -> None:
    """Give an app what watches it."""
    keeper = autoscalers.new(store, app, **AUTOSCALER)
    app.rows("autoscalers").append(keeper)
    platforms = {row["name"]: row for row in catalogue.platforms()}
    kinds = {row["name"]: row["id"] for row in catalogue.event_kinds()}
    for name, platform, data, chosen in NOTIFIERS:
        ids = [kinds[each] for each in chosen]
        row = notifiers.new(
            store, app, platforms[platform], name=name, type_data=data, selected_event_ids=ids
        )
        app.rows("notifiers").append(row)
    [hub] = integrations.of(app.owner)
    link = repo_links.new(store, app.owner, app, "https://github.com/pinecrate/shop", hub, **LINK)
    repo_links.of(app).append(link)
    review = repo_links.new_review_app(store, app, link, REVIEWED)
    app.rows("review_apps").append(review)
    kitchen = app.rows("notifiers")[0]["id"]
    guard = alerts.new(store, app, **ALERT, notifiers=[kitchen])
    app.rows("alerts").append(guard)
    for row in (keeper, guard, *app.rows("notifiers")):
        row.update(dict.fromkeys(("created_at", "updated_at"), stamp_utc(_ago(store, 84.0))))


def _ago(store: Store, days: float) -> datetime:
    return store.clock.start - timedelta(days=days)


def _container(store: Store, app: App, name: str, amount: int, size: str, command: str) -> Row:
    return {
        "id": store.new_id(),
        "app_id": app.id,
        "name": name,
        "amount": amount,
        "size": size,
        "command": command,
    }


def _domain(store: Store, app: App, name: str, valid_days: float | None, status: str) -> Row:
    row = domains.new(store, app, name)
    row |= store.dialect.row("domain", {"letsencrypt_status": status, **domains.challenge(status)})
    if valid_days is not None:
        row["ssl"] = True
        row |= store.dialect.row("domain", {"ssl_status": "success"})
        row["tlscert"] = f"/C=BE/L=Ghent/O=Pinecrate/CN={name}"
        row["tlskey"] = "RSA private key - 2048 bytes"
        row["validity"] = stamp(_ago(store, -valid_days))
    return row


def _addon(
    store: Store, app: App, provider_id: str, plan: str, resource_id: str, days: float
) -> Row:
    row = addons.new(store, app, provider_id, plan, resource_id)
    return row | {"provisioned_at": stamp(_ago(store, days))} | addons.ready(store)


def _logs(store: Store, name: str) -> list[tuple[datetime, str, str]]:
    said = LOGS.get(name, [])
    times = LOG_LINES // len(said) if said else 0
    lines = said * times
    return [
        (_ago(store, (len(lines) - number) * 0.00013), source, words)
        for number, (source, words) in enumerate(lines)
    ]


def _deployments(store: Store, app: App, name: str, people: dict[str, User]) -> None:
    app.deployments = [
        Deployment(
            id=store.new_uuid(),
            created=_ago(store, days) - timedelta(seconds=seconds),
            git_ref=store.new_sha(),
            pusher=people[pusher],
            outcome=outcome,
            seconds=seconds,
            settled=True,
        )
        for days, pusher, outcome, seconds in DEPLOYMENTS.get(name, [])
    ]
    if app.last_deployed_at:
        app.last_deployed_at = stamp_utc(_ago(store, DEPLOYMENTS[name][-1][0]))


def _history(store: Store, app: App, name: str, people: dict[str, User]) -> None:
    events = [(_ago(store, days), author, kind, data) for days, author, kind, data in EVENTS[name]]
    events += [
        (_ago(store, days), pusher, "deployment", deployments.event_data(store, deployment))
        for (days, pusher, _, _), deployment in zip(
            DEPLOYMENTS.get(name, []), app.deployments, strict=True
        )
    ]
    if name == MAIN_APP and store.dialect.regions:
        events += [
            (_ago(store, days), app.owner.username, kind, deepcopy(HAPPENINGS[kind][1]))
            for days, kind in REGIONAL_EVENTS
        ]
    if name == MAIN_APP:
        usual = {"web": "2:M", "worker": "1:M", "clock": "0:S"}
        for week in WEEKENDS:
            if week < 3:
                usual = {"web": "2:M", "worker": "1:L", "clock": "1:S"}
            else:
                usual = {"web": "2:M", "worker": "1:M", "clock": "0:S"}
            busy = usual | {"web": "3:M"}
            more = {"previous_containers": usual, "containers": busy}
            less = {"previous_containers": busy, "containers": usual}
            events.append((_ago(store, 7 * week - 0.4), "noor", "scale", more))
            events.append((_ago(store, 7 * week - 2.9), "ilse", "scale", less))
        for date, author, kind, fields in OLD_EVENTS:
            event = store.record(app, people[author], kind)
            event["created_at"] = date
            if store.dialect.dates_of_2015:
                event.update(fields)
            else:
                event["type_data"] = _as_of_now(fields)
    for moment, author, kind, data in sorted(events, key=lambda event: event[0]):
        store.record(app, people[author], kind, data)["created_at"] = stamp(moment)


def _as_of_now(fields: Row) -> Row:
    """Return the data of an event of 2015 in the form of the regional platform."""
    if deployment := fields.get("deployment"):
        rest = {name: deployment[name] for name in ("pusher", "git_ref")}
        return {"deployment_id": deployment["id"], "status": "success", "duration": 70, **rest}
    return {
        name: {kind: f"{amount}:M" for kind, amount in value.items()}
        if name in ("previous_containers", "containers")
        else value
        for name, value in fields.items()
    }


def public_key(comment: str) -> str:
    """Return a well-formed public key, different for each comment; nobody has the private half."""
    parts = (b"ssh-ed25519", hashlib.sha256(comment.encode()).digest())
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} {comment}"
