"""When a database is backed up: an hour of the day, which the platform keeps in UTC."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scalingo_cli.console.view import Column, View, at, plain
from scalingo_cli.errors import Misused, Rejected

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from scalingo_cli.console.view import Record
    from scalingo_cli.database import Database

HOURS = 24


def _hours(record: Record) -> list[int]:
    hours = at(record, "periodic_backups_scheduled_at")
    hours = hours if isinstance(hours, list) else [hours]
    return [hour for hour in hours if isinstance(hour, int) and 0 <= hour < HOURS]


SCHEDULE = View(
    "databases",
    "database",
    {
        "Periodic backups": "periodic_backups_enabled",
        "Hour (UTC)": Column(lambda record: ",".join(map(str, _hours(record)))),
        "Local time": Column(lambda record: ", ".join(map(local, _hours(record)))),
    },
)


def utc_hour(given: str) -> int:
    """Return the hour in UTC that `HOUR [ZONE]` means today. Raises Misused as `parsed` does."""
    from datetime import UTC

    hour, zone = parsed(given)
    return today(hour, zone).astimezone(UTC).hour


def parsed(given: str) -> tuple[int, tzinfo | None]:
    """Return the hour and the zone of `HOUR [ZONE]`, None for local time.

    Raises Misused for what is not an hour from 0 to 23, an unknown zone, and one whose hours are
    not those of UTC.
    """
    from datetime import UTC

    match = re.fullmatch(r"\s*(\d{1,2})(?::00)?\s*(\S+)?\s*", given)
    if match is None or int(match[1]) >= HOURS:
        raise Misused(
            f'"{given}" is not an hour from 0 to 23, which a zone may follow.',
            "For example: 3, '3 UTC' or '15:00 Europe/Paris'",
        )
    hour, zone = int(match[1]), _zone(match[2]) if match[2] else None
    moment = today(hour, zone).astimezone(UTC)
    if moment.minute:
        raise Misused(
            f'"{given}" is at {moment:%H:%M} UTC, and the platform takes whole hours.',
            "Choose the hour in UTC: '3 UTC'",
        )
    return hour, zone


def local_zone() -> tzinfo | None:
    """Return local time as it is today."""
    from datetime import datetime

    return datetime.now().astimezone().tzinfo


def today(hour: int, zone: tzinfo | None) -> datetime:
    """Return today at this hour, with the offset that the zone, else local time, has now."""
    from datetime import datetime

    now = datetime.now(zone).astimezone(zone)
    return now.replace(hour=hour, minute=0, second=0, microsecond=0)


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Misused(
            f'"{name}" is not a known time zone.', "For example: UTC, Europe/Paris"
        ) from None


def local(hour: int) -> str:
    """Return an hour in UTC in local time."""
    from datetime import UTC

    return f"{today(hour, UTC).astimezone():%H:%M}"


def both(hour: int | None) -> str:
    """Return an hour in UTC, and in local time if that is another."""
    if hour is None:
        return ""
    utc, here = f"{hour:02}:00", local(hour)
    return f"{utc} UTC" if utc == here else f"{utc} UTC ({here} local time)"


def refuse_several(database: Database) -> None:
    """Raise Rejected if a database has several backups a day, which only the support can change."""
    hours = _hours(database.get()["database"])
    if len(hours) > 1:
        listed = ", ".join(plain(hour) for hour in hours)
        raise Rejected(
            f"{database.name} is backed up several times a day, at {listed} UTC: the platform does"
            " not let you change that.",
            "Ask its support.",
        )
