"""When the platform may maintain a database: a day and an hour, which it keeps in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.console.view import Column, at, plain
from scalingo_cli.errors import Misused, did_you_mean

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from scalingo_cli.console.view import Record

DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_PATH = "maintenance_window"


def _numbers(record: Record) -> tuple[int, int] | None:
    """Return the day and the hour of a database's window in UTC, None if it has none."""
    day, hour = at(record, f"{_PATH}.weekday_utc"), at(record, f"{_PATH}.starting_hour_utc")
    if isinstance(day, int) and isinstance(hour, int) and 0 <= day < len(DAYS) and 0 <= hour < 24:
        return day, hour
    return None


def utc_words(record: Record) -> str:
    """Return a database's window in UTC, empty if it has none."""
    numbers = _numbers(record)
    return f"{DAYS[numbers[0]].title()} {numbers[1]:02}:00" if numbers else ""


def local_words(record: Record) -> str:
    """Return a database's window in local time, empty if it has none."""
    numbers = _numbers(record)
    return f"{_moment(*numbers).astimezone():%A %H:%M}" if numbers else ""


WINDOW = {
    "Maintenance (UTC)": Column(utc_words),
    "Maintenance (local)": Column(local_words),
    "Duration": Column(
        lambda record: (
            f"{hours} h" if (hours := plain(at(record, f"{_PATH}.duration_in_hour"))) else ""
        )
    ),
}


def _moment(day: int, hour: int, zone: tzinfo | None = None) -> datetime:
    """Return this week's day and hour in a zone, UTC by default; Sunday is 0."""
    from datetime import UTC, timedelta

    from scalingo_cli.commands.backups.schedule import today

    moment = today(hour, zone or UTC)
    shift = (day - moment.isoweekday() % len(DAYS)) % len(DAYS)
    return (moment + timedelta(days=shift)).astimezone(UTC)


def day_number(given: str) -> int:
    """Return the number of a day of the week. Raises Misused for what is not one."""
    word = given.strip().casefold()
    found = [number for number, name in enumerate(DAYS) if word and name.startswith(word)]
    if len(found) != 1 or len(word) < len("sun"):
        near = did_you_mean(word, DAYS)
        raise Misused(f'"{given}" is not a day of the week.', near or f"Days: {', '.join(DAYS)}")
    return found[0]


def changed(record: Record, day: str | None, hour: str | None) -> dict[str, int]:
    """Return a window in UTC with a new day, a new hour or both, in the zone behind the hour.

    What is not given stays as it is in that zone, which is local time by default. Raises Misused
    as `day_number` and `schedule.parsed` do.
    """
    from datetime import UTC

    from scalingo_cli.commands.backups.schedule import local_zone, parsed

    wanted_hour, zone = parsed(hour) if hour is not None else (None, None)
    zone = zone or local_zone()
    wanted_day = day_number(day) if day is not None else None
    now = _moment(*(_numbers(record) or (0, 0))).astimezone(zone)
    moment = _moment(
        now.isoweekday() % len(DAYS) if wanted_day is None else wanted_day,
        now.hour if wanted_hour is None else wanted_hour,
        zone,
    ).astimezone(UTC)
    return {"weekday_utc": moment.isoweekday() % len(DAYS), "starting_hour_utc": moment.hour}
