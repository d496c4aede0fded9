"""What a feed asks of those who poll it, in its own document: how long to wait, and when not to come at all. Pure.

RSS 2.0: `<ttl>` counts minutes; `<skipHours>` and `<skipDays>` name hours and days in GMT. RSS 1.0's syndication module, which Atom feeds
use, too: `sy:updatePeriod` over `sy:updateFrequency`. Looked for with bounded patterns: a document of which no entry is new is not parsed.
"""

import re
from dataclasses import dataclass

WEEK = 168  #: hours

_LOOKED_AT = 100_000  #: characters before the first entry; as many behind the last
_ENTRY = re.compile(r"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:item|entry)[\s>]", re.I)
_TTL = re.compile(r"<ttl>\s{0,20}(\d{1,9})\s{0,20}</ttl>", re.I)
_PERIOD = re.compile(r"<(?:\w{1,20}:)?updatePeriod>\s{0,20}(hourly|daily|weekly|monthly|yearly)\s{0,20}<", re.I)
_FREQUENCY = re.compile(r"<(?:\w{1,20}:)?updateFrequency>\s{0,20}(\d{1,9})\s{0,20}<", re.I)
_SKIP_HOURS = re.compile(r"<skipHours>((?:\s{0,20}<hour>\s{0,20}\d{1,2}\s{0,20}</hour>){1,25})", re.I)
_SKIP_DAYS = re.compile(r"<skipDays>((?:\s{0,20}<day>\s{0,20}[A-Za-z]{3,9}\s{0,20}</day>){1,7})", re.I)
_HOUR, _DAY = re.compile(r"\d+"), re.compile(r"(?<=[>\s])[A-Za-z]{3,9}(?=[<\s])")
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed asks for; both may be nothing."""

    ttl: int | None = None  #: seconds to wait between two polls; of several words the longest
    rests: tuple[int, ...] = ()  #: hours of the week in which not to come, from 0 = Monday, 0:00 UTC


def of(document: str) -> Hints:
    """The hints of an XML feed; what its entries say is not looked at."""
    around = _around(document)
    ttl, period, frequency = (pattern.search(around) for pattern in (_TTL, _PERIOD, _FREQUENCY))
    often = max(1, int(frequency[1])) if frequency else 1
    waits = [int(ttl[1]) * 60 if ttl else 0, _PERIODS[period[1].lower()] // often if period else 0]
    return Hints(ttl=max(waits) or None, rests=_rests(around))


def _around(document: str) -> str:
    """What stands before the first entry and behind the last."""
    first = _ENTRY.search(document)
    if first is None:
        return document[:_LOOKED_AT]
    end = max(document.rfind("</item"), document.rfind("</entry"), len(document) - _LOOKED_AT)
    return document[: min(first.start(), _LOOKED_AT)] + document[max(end, first.start()) :]


def _rests(around: str) -> tuple[int, ...]:
    hours, days = _SKIP_HOURS.search(around), _SKIP_DAYS.search(around)
    if hours is None and days is None:
        return ()
    of_day = {int(hour) % 24 for hour in _HOUR.findall(hours[1])} if hours else set()  # 24 is midnight: RSS 0.91 counted from 1
    of_week = {_DAYS.index(day[:3].lower()) for day in _DAY.findall(days[1]) if day[:3].lower() in _DAYS} if days else set()
    return tuple(hour for hour in range(WEEK) if hour % 24 in of_day or hour // 24 in of_week)
