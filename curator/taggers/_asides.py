"""Places of a text where a name says little: enumerations, datelines, bylines. Used by the topics and entities taggers."""

import re
from functools import lru_cache

from curator.matching import Reading
from curator.types import Draft, Item


def body(entry: Draft | Item) -> str:
    """What is searched of an entry beside its title: the text, and the summary where that says something else."""
    text, summary = entry.text, entry.summary.rstrip("… ")
    return text if not summary or summary[:80] in text else f"{summary}\n{text}"


_CAPITAL = "A-ZÀ-ÝА-ЯЄІЇҐ"
_NAME = rf"[{_CAPITAL}][\w’']*(?:[ -](?:of |and )?[{_CAPITAL}][\w’']*){{0,3}}"
_ARTICLE = r"(?:(?:the|la|les|el|los|die|der) )?"
_AND = r"(?:and|or|und|oder|sowie|et|ou|y|e|o|и|или|та|і|й|або|&)"
_LIST = re.compile(rf"{_ARTICLE}{_NAME}(?:,? {_AND} {_ARTICLE}{_NAME}|, {_ARTICLE}{_NAME}){{1,30}}")
_COMMA = re.compile(rf", {_ARTICLE}[{_CAPITAL}]")
_LAST_NAME = re.compile(rf"(?:^|[\s(])((?:[{_CAPITAL}][\w’']*[ -]?){{1,4}})$")


def enumerations(text: str) -> list[tuple[int, int]]:
    """Spans of three or more capitalised names in a row: "Pakistan, Iran and Thailand"."""
    spans: list[tuple[int, int]] = []
    for comma in _COMMA.finditer(text):
        if spans and comma.start() < spans[-1][1]:
            continue
        before = _LAST_NAME.search(text, max(0, comma.start() - 60), comma.start())
        if before is None:
            continue
        match = _LIST.match(text, before.start(1))
        if match and match.end() > comma.end() and (match[0].count(", ") > 1 or re.search(rf"{_AND} {_ARTICLE}[{_CAPITAL}]", match[0])):
            spans.append(match.span())
    return spans


_DASH = r"\s*[-–—]+\s"
_CITY = r"[A-ZÀ-ÝА-ЯЄІЇҐ][\w’'-]*(?:[ /-][A-ZÀ-ÝА-ЯЄІЇҐ]?[\w’'.-]*){0,3}"
_DATELINE = re.compile(
    rf"\s*(?:{_CITY}(?:, {_CITY})?(?:,? \d{{1,2}}\.? \w+\.?|,? \w+\.? \d{{1,2}})?(?:,? \d{{4}})?(?: \([\w /.-]{{2,20}}\)(?:{_DASH}|\.-|\.|:)|\.?{_DASH}|\. ?/\w+/\.?)"
    r"|[A-Z]{2,}[A-Z /]*(?:, [A-Z][\w. ]+)?(?: \([A-Za-z /]+\))?" + _DASH + r"|[A-ZА-ЯІЇЄ]{3,}[A-ZА-ЯІЇЄ -]*, \d{1,2} \w+[.,:]? )"
)
_MAY_END_DATELINE = re.compile(r"[-–—]\s|[)/]|, \d")
_BYLINE = re.compile(
    r"\b(?:(?:Additional )?[Rr]eporting|Writing|Editing|Edited|Compiled) by [A-ZÀ-Ý][^.;\n]{0,120}"
    r"|(?<=\n )By [A-Z][\w.’'-]+ [A-Z][\w.’'-]+(?: in [A-Z][^.;\n]{0,60})?"
)


@lru_cache(maxsize=4)  # topics and entities ask for those of the same entry, one after the other
def asides(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Spans of the dateline at the head of the text and of bylines: the places named there are where the reporter sits."""
    text, start = reading.original, reading.title_end
    spans = [match.span() for match in _BYLINE.finditer(text)] if "ing by " in text or "\n By " in text or "dited by " in text else []
    line = _DATELINE.match(text, start + 1, start + 90) if _MAY_END_DATELINE.search(text, start, start + 90) else None
    return (*spans, line.span()) if line and line.end() - start < 80 else tuple(spans)


_DIGIT = frozenset("0123456789")
_JOINING = frozenset(":.,/–-%°")
_VOTE_OR_TIME = re.compile(
    r"\s(?:vote|ruling|decision|majority|Stimmen|Uhr|[ap]\.?m\b|per ?cent|people|years|days|millio|млн|милли)", re.IGNORECASE
)
_BEFORE_VOTE_OR_DAYS = re.compile(
    r"\b(?:vote|voted|rule[ds]|jan|feb|f[ée]v|m[aä]r|apr|avr|abr|may|mai|ju[nl]|juin|juil|aug|ao[uû]|ago|sep|o[ck]t|nov|de[czs]|d[ée]c|ene)\w*\.? $",
    re.IGNORECASE,
)


def has_result(reading: Reading) -> bool:
    """Does the result of a match stand in the title or the lead ("won 3-0", "gewinnt 5:1"), and not a vote, a time or days of a month?"""
    text, end = reading.original, min(reading.lead_end, len(reading.original) - 2)
    for joint in "-–:":
        place = text.find(joint, 2, end)
        while place >= 0:
            if text[place + 1] in _DIGIT and text[place - 1] in _DIGIT and _is_result(text, place - 1, place + 2):
                return True
            place = text.find(joint, place + 1, end)
    return False


def _is_result(text: str, start: int, stop: int) -> bool:
    """Two digits with something between them that neither belong to longer numbers nor tell a vote, a time or days."""
    before, after = text[start - 1], text[stop]
    return not (
        before.isalnum() or before in _JOINING or after.isalnum() or after in "/–-%°"
        or (after in _JOINING and text[stop + 1] in _DIGIT)
        or _VOTE_OR_TIME.match(text, stop) or _BEFORE_VOTE_OR_DAYS.search(text, max(0, start - 12), start)
    )  # fmt: skip
