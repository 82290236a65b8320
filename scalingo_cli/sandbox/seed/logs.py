"""The starting data about logs: where those of the main app are sent, and their archives."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.resources import log_drains

if TYPE_CHECKING:
    from datetime import datetime

    from scalingo_cli.sandbox.state.models import App, Row

DRAINS: list[Row] = [
    {"type": "ovh-graylog", "token": "0rch4rd-drain-7719", "host": "tag2.logs.pinecrate.example"},
    {"type": "datadog", "token": "d09f00d5c1b24e6fb03a", "drain_region": "eu-west-2"},
]
DRAIN_OF_DATABASE: Row = {
    "type": "syslog",
    "token": "h4rv3st-syslog-51",
    "host": "syslog.pinecrate.example",
    "port": "6514",
}


def add_drains(app: App) -> None:
    """Give an app its drains, and its first add-on another one."""
    app.rows("log_drains").extend(log_drains.new(app, drain) for drain in DRAINS)
    of_database = log_drains.of_addon(app, app.addons[0]["id"])
    of_database.append(log_drains.new(app, DRAIN_OF_DATABASE))


ARCHIVES = 28  # of six hours each; the newest one ends amid what the app still keeps itself
LENGTH = timedelta(hours=6)
SINCE_THE_NEWEST = timedelta(minutes=10)


def add_archives(app: App, now: datetime) -> None:
    """Give an app a week of archives, the oldest first."""
    start = now - SINCE_THE_NEWEST - ARCHIVES * LENGTH
    borders = [(start + number * LENGTH).isoformat() for number in range(ARCHIVES + 1)]
    rows = [{"from": a, "to": b} for a, b in pairwise(borders)]
    app.rows("logs_archives").extend(rows)
