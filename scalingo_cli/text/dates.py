"""The API's dates: relative to now, or in local time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def seconds_until(sent: str) -> float | None:
    """Return how far ahead an ISO 8601 date is, in seconds; None for one that means never.

    The API's null, absent key and year 1 all mean never. An invalid date returns None as well.
    """
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(sent)
    except ValueError:
        return None
    if moment.year == 1:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()


def seconds_between(start: object, end: object) -> float | None:
    """Return the seconds between two ISO 8601 dates; None if either is invalid."""
    from datetime import datetime

    try:
        gone = datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))
    except (ValueError, TypeError):  # or one without a time zone
        return None
    return gone.total_seconds()


def ago(sent: str) -> str:
    """Return an ISO 8601 date relative to now, such as "5h ago"; "never" if there is none.

    An invalid date is returned unchanged.
    """
    seconds = seconds_until(sent)
    if seconds is None:
        return "never" if not sent or sent.startswith("0001-") else sent
    words = _span(abs(seconds))
    if words == "now":
        return "just now"
    return f"in {words}" if seconds >= 0 else f"{words} ago"


def local(sent: str) -> str:
    """Return an ISO 8601 date in local time; an invalid one is returned unchanged."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(sent).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return sent


def point(given: str, now: datetime, after: datetime | None = None) -> datetime:
    """Return the moment that a person means.

    Args:
        given: A time of day (02:10: its last occurrence, in local time), an ISO 8601 date, a span
            before now (30s, 15m, 6h, 2d), or `now`.
        now: The present, with a time zone.
        after: If given, a time of day is the first one after this moment instead.

    Returns:
        The moment, with a time zone.

    Raises:
        ValueError: It is not one of these.
    """
    import re
    from datetime import datetime, time, timedelta

    if given == "now":
        return now
    if span := re.fullmatch(r"(\d{1,6}) ?([smhd])", given):
        return now - int(span[1]) * timedelta(seconds=_SECONDS[span[2]])
    if not re.fullmatch(r"\d\d?:\d\d(:\d\d)?", given):
        return datetime.fromisoformat(given).astimezone()
    clock = time.fromisoformat(given.zfill(5) if given.count(":") == 1 else given.zfill(8))
    day = (after or now).astimezone().date()
    found = datetime.combine(day, clock).astimezone()
    if after is None and found > now:
        return datetime.combine(day - timedelta(days=1), clock).astimezone()
    if after is not None and found <= after:
        return datetime.combine(day + timedelta(days=1), clock).astimezone()
    return found


_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _span(seconds: float) -> str:
    for unit, size in (
        ("y", 31_557_600),
        ("mo", 2_629_800),
        ("d", 86_400),
        ("h", 3_600),
        ("min", 60),
        ("s", 1),
    ):
        count = int(seconds // size)
        if count:
            return f"{count}{unit}"
    return "now"
