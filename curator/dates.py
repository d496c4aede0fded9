"""Dates as feeds write them: RFC 822 and RFC 3339 (W3C-DTF), and what stands in feeds instead.

feedparser reads the well-formed ones; this reads those, too, and besides: zone names it takes for UTC (BST, CEST, AEST), "GMT+9",
seconds since 1970, 2020/1/10, month names in other languages, 24:00. A date without a zone is taken as UTC, as the feed's country is
not known. Two numbers before the year are day and month (RFC 822's order), unless that is impossible.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone

_ISO = re.compile(
    r"\s*(\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?(?:(?:\s*T\s*|\s+|:)(\d\d?):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,12})?)?)?\s*(.{0,40}?)\s*", re.S | re.I
)
_MAIL = re.compile(
    r"\s*(?:[^\W\d]{2,12}(?:\.?,\s*|\.?\s+))?(\d\d?)(?:st|nd|rd|th|\.)?[\s-]{1,3}(?:de\s+)?([^\W\d]{3,12})\.?,?[\s-]{1,3}(?:de\s+)?(\d{4}|\d\d)"
    r"(?:,?\s+(?:-\s*)?(\d\d?)[:.](\d\d)(?:[:.](\d\d)(?:\.\d{1,9})?)?)?\s*(.{0,40}?)\s*",
    re.S,
)
_MONTH_FIRST = re.compile(
    r"\s*(?:[^\W\d]{2,12}(?:\.?,\s*|\.?\s+))?([^\W\d]{3,12})\.?\s+(\d\d?)(?:st|nd|rd|th)?,?\s+(\d{4}),?(?:\s+(?:at\s+)?(\d\d?):(\d\d)(?::(\d\d))?)?"
    r"\s*(.{0,40}?)\s*",
    re.S,
)
_ASCTIME = re.compile(r"\s*[A-Za-z]{3},?\s+([A-Za-z]{3})\s+(\d\d?)\s+(\d\d):(\d\d):(\d\d)\s+([A-Za-z0-9+-]{0,9}?)\s*(\d{4})\s*")
_NUMBERS = re.compile(
    r"\s*(?:[^\W\d]{2,12}(?:\.?,\s*|\.?\s+))?(\d{1,4})[/.-](\d\d?)[/.-](\d{1,4}),?(?:(?:\s+|T)(?:-\s*)?(\d\d?):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)?\s*(.{0,40}?)\s*"
)
_EAST_ASIAN = re.compile(
    r"\s*(\d{4})\s*[年년]\s*(\d\d?)\s*[月월]\s*(\d\d?)\s*[日일]\s*(?:\D{0,6}?(\d\d?)\s*[:：時시]\s*(\d\d)?(?:\s*[:：分분]\s*(\d\d)?)?)?\s*(.{0,40}?)\s*"
)
_SECONDS = re.compile(r"\s*(-?\d{9,10})(?:\.\d+)?\s*|\s*(\d{13})\s*")
_OFFSET = re.compile(r"(?:GMT|UTC|UT|Z)?\s*([+\-−–])\s*(\d\d?)(?::?(\d\d))?(?::?\d\d)?(?:\s*\(.*\))?", re.I)
_CLOCK = re.compile(r"([ap])\.?m\.?\s*", re.I)

#: Minutes east of Greenwich. Names that stand for several zones mean the one most feeds use (IST: India, CST: America, BST: Britain).
_ZONES = {
    name: sign * (hours * 60 + minutes)
    for names, sign, hours, minutes in [
        ("z ut utc gmt wet g m t", 1, 0, 0), ("bst west cet mez a", 1, 1, 0), ("cest mesz eet sast cat b", 1, 2, 0),
        ("eest msk trt idt eat c", 1, 3, 0), ("irst", 1, 3, 30), ("msd gst samt azt get d", 1, 4, 0), ("irdt aft", 1, 4, 30),
        ("pkt yekt uzt e", 1, 5, 0), ("ist", 1, 5, 30), ("npt", 1, 5, 45), ("bdt omst almt f", 1, 6, 0), ("mmt", 1, 6, 30),
        ("ict wib krat novt", 1, 7, 0), ("hkt sgt myt awst pht irkt wita h", 1, 8, 0), ("jst kst wit yakt i", 1, 9, 0), ("acst", 1, 9, 30),
        ("aest vlat chst k", 1, 10, 0), ("acdt", 1, 10, 30), ("aedt sakt l", 1, 11, 0), ("nzst fjt", 1, 12, 0), ("nzdt", 1, 13, 0),
        ("ndt", -1, 2, 30), ("nst", -1, 3, 30), ("art brt adt clst uyt p", -1, 3, 0), ("ast edt bot clt vet q", -1, 4, 0),
        ("est cdt cot pet ect r", -1, 5, 0), ("cst mdt s", -1, 6, 0), ("mst pdt", -1, 7, 0), ("pst akdt u", -1, 8, 0), ("akst v", -1, 9, 0),
        ("hst hast w", -1, 10, 0),
    ]
    for name in names.split()
}  # fmt: skip

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january januar jän jänner janvier enero ene gennaio gen janeiro januari styczeń stycznia sty января янв январь січня січ leden ledna ocak oca ιαν ιανουαρίου ianuarie január tammikuu tammikuuta",
            "feb february februar février févr fév fevrier febrero febbraio fevereiro fev februari luty lutego lut февраля фев февраль лютого лют únor února şubat şub φεβ φεβρουαρίου februarie február helmikuu helmikuuta",
            "mar march märz mär mrz mars marzo março marco maart mrt marzec marca марта мар март березня бер březen března mart μαρ μαρτίου martie maaliskuu maaliskuuta",
            "apr april avril avr abril abr aprile kwiecień kwietnia kwi апреля апр апрель квітня кві duben dubna nisan nis απρ απριλίου aprilie huhtikuu huhtikuuta",
            "may mai mayo maggio mag maio mei maj maja мая май травня тра květen května mayıs μαΐ μαΐου máj toukokuu toukokuuta",
            "jun june juni juin junio giugno giu junho czerwiec czerwca cze июня июн июнь червня чер červen června haziran haz ιουν ιουνίου iunie jún kesäkuu kesäkuuta",
            "jul july juli juillet juil julio luglio lug julho lipiec lipca lip июля июл июль липня лип červenec července temmuz tem ιουλ ιουλίου iulie júl heinäkuu heinäkuuta",
            "aug august août aout agosto ago augustus sierpień sierpnia sie августа авг август серпня сер srpen srpna ağustos ağu αυγ αυγούστου augusti elokuu elokuuta",
            "sep sept september septembre septiembre settembre set setembro wrzesień września wrz сентября сен сент сентябрь вересня вер září eylül eyl σεπ σεπτεμβρίου septembrie szeptember syyskuu syyskuuta",
            "oct october oktober okt octobre octubre ottobre ott outubro out październik października paź октября окт октябрь жовтня жов říjen října ekim eki οκτ οκτωβρίου octombrie október lokakuu lokakuuta",
            "nov november novembre noviembre novembro listopad listopada lis ноября ноя нояб ноябрь листопада лис listopadu kasım kas νοε νοεμβρίου noiembrie marraskuu marraskuuta",
            "dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro grudzień grudnia gru декабря дек декабрь грудня гру prosinec prosince aralık ara δεκ δεκεμβρίου decembrie joulukuu joulukuuta",
        ],
        start=1,
    )
    for name in names.split()
}


def parse(written: str) -> datetime | None:
    """The moment a feed's date text means, in UTC to the second, or None if it means none. Never raises."""
    written = written[:120]
    for read in (_iso, _mail, _numbers, _seconds, _asctime, _month_first, _east_asian):
        try:
            found = read(written)
        except (ValueError, OverflowError):
            continue
        if found is not None:
            return found
    return None


def _moment(year: int, month: int, day: int, clock: tuple[str | None, str | None, str | None], rest: str) -> datetime | None:
    """The moment of that date and clock; `rest` is what stands behind the time: am/pm, a zone."""
    hour, minute, second = (int(part or 0) for part in clock)
    half = _CLOCK.match(rest)
    if half:
        hour = hour % 12 + (12 if half[1] in "pP" else 0)
        rest = rest[half.end() :]
    east = _zone(rest)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        hour = minute = second = 0  # an impossible clock still leaves the day
    days, hour = divmod(hour, 24)
    at = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(timedelta(minutes=east)))
    return (at + timedelta(days=days)).astimezone(UTC)


def _zone(rest: str) -> int:
    """Minutes east; unknown names are UTC."""
    rest = rest.strip(" ()[]")
    if not rest or rest in {"Z", "GMT", "+0000", "-0000"}:
        return 0
    offset = _OFFSET.match(rest)
    if offset is None:
        return _ZONES.get(rest.split()[0].lower().rstrip(".,"), 0)
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    if minutes > 15 * 60:
        return 0
    return minutes if offset[1] == "+" else -minutes


def _year(written: str) -> int:
    number = int(written)
    if len(written) > 2:
        return number
    return number + (2000 if number < 69 else 1900)  # POSIX strptime's window


def _iso(written: str) -> datetime | None:
    found = _ISO.fullmatch(written)
    if found is None or (found[2] is None and found[7] != ""):
        return None
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    if found[7] and not (found[4] and (_OFFSET.match(found[7]) or found[7][0].isalpha())):
        return None
    return _moment(year, month, day, (found[4], found[5], found[6]), found[7])


def _mail(written: str) -> datetime | None:
    found = _MAIL.fullmatch(written)
    if found is None:
        return None
    month = _MONTHS.get(found[2].lower())
    if month is None:
        return None
    return _moment(_year(found[3]), month, int(found[1]), (found[4], found[5], found[6]), found[7])


def _numbers(written: str) -> datetime | None:
    found = _NUMBERS.fullmatch(written)
    if found is None:
        return None
    first, second, third = found[1], found[2], found[3]
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    else:
        year, month, day = _year(third), int(second), int(first)
        if month > 12 >= day:
            month, day = day, month
    return _moment(year, month, day, (found[4], found[5], found[6]), found[7])


def _seconds(written: str) -> datetime | None:
    found = _SECONDS.fullmatch(written)
    if found is None:
        return None
    seconds = int(found[1]) if found[1] else int(found[2]) // 1000
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _asctime(written: str) -> datetime | None:
    found = _ASCTIME.fullmatch(written)
    month = _MONTHS.get(found[1].lower()) if found else None
    if found is None or month is None:
        return None
    return _moment(int(found[7]), month, int(found[2]), (found[3], found[4], found[5]), found[6])


def _month_first(written: str) -> datetime | None:
    found = _MONTH_FIRST.fullmatch(written)
    month = _MONTHS.get(found[1].lower()) if found else None
    if found is None or month is None:
        return None
    return _moment(int(found[3]), month, int(found[2]), (found[4], found[5], found[6]), found[7])


def _east_asian(written: str) -> datetime | None:
    found = _EAST_ASIAN.fullmatch(written)
    if found is None:
        return None
    return _moment(int(found[1]), int(found[2]), int(found[3]), (found[4], found[5], found[6]), found[7])


def plausible(at: datetime | None) -> datetime | None:
    """None for years that no feed can mean (before the network, or from a misread number); the future is kept: it is the feed's word."""
    return at if at is not None and date(1970, 1, 2) <= at.date() <= date(9000, 1, 1) else None
