"""Whom a text means by "the newspaper", "die Agentur", «издание»: the outlet or body named before. "Yle published the papers. The
broadcaster says …" rests on Yle as much as "Yle says …" does.
"""

import re
from collections.abc import Sequence

from curator import creditwords
from curator.names import BODY, BOTH, Mention
from curator.types import Credit

_LEAD = 600  #: characters in which what is taken up counts as lead
_REACH = 420  #: characters after a name in which it is taken up


def taken_up(
    body: str, mentions: Sequence[Mention], found: Sequence[Credit], language: str | None, about: frozenset[str] = frozenset()
) -> list[Credit]:
    """Credits of names that carry none themselves, by words that take them up in what follows, up to the next name of their kind.
    An outlet that is the news (`about`) is not credited when it speaks of itself: "CNN will cut jobs. The network said …"."""
    words = creditwords.phrases(language or "en")
    credited = [credit for name in sorted(about) if (credit := _of_itself(body, name, words))]
    bare = {credit.start for credit in found if credit.pattern == "subject"}
    for number, mention in enumerate(mentions):
        if not mention.listed or mention.ambiguous or mention.start not in bare or mention.start > _LEAD:
            continue
        if mention.mark != BODY and mention.name in about:
            continue
        kind, pattern = ("statement", words.body_again) if mention.mark == BODY else ("reported", words.press_again)
        following = next((other.start for other in mentions[number + 1 :] if _alike(mention, other)), len(body))
        match = pattern.search(body, mention.end, min(following, mention.end + _REACH))
        if match:
            credited.append(
                Credit(
                    outlet=mention.name, pattern=kind, words=match[0].strip(), field="text", start=match.start(), lead=match.start() < _LEAD
                )
            )
    return credited


_STATEMENT = re.compile(r"[^.\n]{0,50}(?:statement|communiqué|comunicado|mitteilung|erklärung|заявлен|сообщени|заяв|повідомленн)")


def _of_itself(body: str, name: str, words: creditwords.Phrases) -> Credit | None:
    """What the outlet of the title says of itself in a statement: "écrit le site dans un communiqué"."""
    match = words.press_again.search(body, 0, _REACH)
    if match is None or not _STATEMENT.match(body, match.end()):
        return None
    return Credit(outlet=name, pattern="reported", words=match[0].strip(), field="text", start=match.start(), lead=True)


def _alike(mention: Mention, other: Mention) -> bool:
    return (other.name != mention.name and BOTH in (mention.mark, other.mark)) or mention.mark == other.mark


def nobody_listed(title: str, body: str, language: str | None) -> list[Credit]:
    """ "teilte das Unternehmen mit", "the company said in a statement", where nobody known was named: the company is who opens the text."""
    if language is None:
        return []
    match = creditwords.phrases(language).company_again.search(body, 0, 2 * _LEAD)
    if match is None:
        return []
    name = _opening_name(title, body[: match.start()], language)
    if name is None:
        return []
    return [Credit(outlet=name, pattern="statement", words=match[0].strip(), field="text", start=match.start(), lead=match.start() < _LEAD)]


_OPENS = re.compile(
    r"(?:\A|(?<=[.!?]\s)|(?<=\n))(?:(?:The|Der|Die|Das|Le|La|Les|El|Los|Las|L[’'])\s?)?"
    r"((?:[A-ZÀ-ÞА-ЯІЇЄҐ][\w’'&.-]*\w|[A-Z])(?: (?:(?:&|de|del|du|des|of) )?[A-ZÀ-ÞА-ЯІЇЄҐ0-9][\w’'&.-]*){0,3})"
)
_WORKS = re.compile(
    r"[А-ЯІЇЄҐ][а-яіїєґ]+(?:ий|ая|ый|а|е|ое) (?:[а-яіїєґ]+ ){0,1}(?:завод|комбинат|комбінат|фабрик[аи]|банк|порт|шахта|аэропорт|аеропорт|театр|музе[йї]|метро)"
)
_QUOTED = re.compile(r"«([^«»\n]{2,40})»")


def _opening_name(title: str, before: str, language: str) -> str | None:
    """The company in whose news the words stand: quoted where Cyrillic quotes names; else a sentence's first name, which is one if it has
    two words and more, stands in the title too, or is an abbreviation."""
    if language in ("ru", "uk"):
        quoted = _QUOTED.findall(before)
        works = _WORKS.search(before)
        return quoted[0] if quoted else works[0] if works else None
    for match in _OPENS.finditer(before):
        name = match[1]
        again = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", title) or before.count(name) > 1
        if len(name) > 2 and (again or (" " in name and language != "de") or (name.isupper() and name.isalpha())):
            return name
    return None


_RELEASE = re.compile(
    r"\A[^\n]{0,90}?[/(]?(?:PRNewswire|PR Newswire|BUSINESS WIRE|Business Wire|GLOBE NEWSWIRE|GlobeNewswire|ots|APO Group|EIN Presswire)[^\n–—-]{0,20}[/)]? ?(?:--|[–—-]) ?"
    r"(?:The |Die |Der |Das |La |Le |El )?((?:[A-ZÀ-Þ][\w’'&.-]*\w)(?: (?:(?:&|of|de) )?[A-ZÀ-Þ][\w’'&.-]*\w){0,4})"
)


def press_release(body: str) -> list[Credit]:
    """Whose words a wire of press releases carries: "MILLVILLE, N.J. /PRNewswire/ -- Oatly today opened …"."""
    match = _RELEASE.match(body)
    if match is None:
        return []
    return [Credit(outlet=match[1], pattern="text", words=match[0].strip(), field="text", start=0, lead=True)]
