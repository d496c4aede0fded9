"""Spans and moments as people write them (`15m`, `2d`, `monday`, `2026-11-22T06:00`), and back. Pure: the clock is an argument."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(min|[smhdw])", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def span(text: str) -> int | None:
    """Seconds of a span such as "90s", "15m", "1h", "2d", "1w", "1h30m"; None if it is none."""
    seconds, at = 0.0, 0
    while match := _SPAN.match(text, at):
        seconds += float(match[1]) * _UNITS[match[2].lower()]
        at = match.end()
    if not at or text[at:].strip() or seconds > 3e9:
        return None
    return round(seconds)


def moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment meant by a span back from `now` ("24h"), a day ("today", "monday": the last one, begun), or an ISO date or time.

    Days begin and times without an offset count in `zone`. The answer is in UTC; None: not understood.
    """
    words = text.strip().lower()
    back = span(words)
    try:
        if back is not None:
            return now - timedelta(seconds=back)
        if (day := _day(words, now.astimezone(zone).date())) is not None:
            return datetime.combine(day, time(), zone).astimezone(UTC)
        at = datetime.fromisoformat(text.strip().upper())
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(words: str, today: date) -> date | None:
    if words == "today":
        return today
    if words == "yesterday":
        return today - timedelta(days=1)
    found = [number for number, name in enumerate(_DAYS) if len(words) >= 3 and name.startswith(words)]
    return today - timedelta(days=(today.weekday() - found[0]) % 7) if found else None


def ahead(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """As `moment`, but a span counts forward from `now`: for "--until 14d"."""
    forward = span(text)
    try:
        return now + timedelta(seconds=forward) if forward is not None else moment(text, now, zone)
    except OverflowError:
        return None


def ago(at: datetime, now: datetime) -> str:
    """How long ago, in a few characters: "now", "5m", "3h", "2d", "6w", "1y"; "in 5m" for the future."""
    seconds = (now - at).total_seconds()
    if seconds < 0:
        return "in " + _short(-seconds) if seconds < -60 else "now"
    return _short(seconds) if seconds >= 60 else "now"


def _short(seconds: float) -> str:
    for limit, size, unit in ((3600, 60, "m"), (86_400, 3600, "h"), (14 * 86_400, 86_400, "d"), (365 * 86_400, 604_800, "w")):
        if seconds < limit:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds // (365 * 86_400))}y"


def words(seconds: float) -> str:
    """A span in the form feeds.toml takes, with the largest unit that divides it: 3600 → "1h", 5400 → "90m"."""
    whole = round(seconds)
    for unit in ("d", "h", "m"):
        if whole and whole % _UNITS[unit] == 0:
            return f"{whole // _UNITS[unit]}{unit}"
    return f"{whole}s"


def local(at: datetime, zone: tzinfo) -> str:
    """A time for people in their zone: "2026-11-22 07:00 CET"."""
    here = at.astimezone(zone)
    return f"{here:%Y-%m-%d %H:%M} {here.tzname() or ''}".strip()
