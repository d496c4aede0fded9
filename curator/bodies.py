"""Names of bodies that nobody has listed, by the ways in which only bodies speak: "Baltic Grid said in a statement", "the Consumer Product
Safety Commission", «пресс-центр ГКНБ», "schrieb Landrätin Karin Moser auf X". Each guess takes a text and the place of a word of
data/mediawords.toml and gives the name beside it, or None.
"""

import re
from functools import cache

from curator import shipped
from curator.names import BODY, CAPITALS, CAPITALS_AFTER, CAPITALS_BEFORE, NOT_NAMES, Guess, Mention, reach

_SPEAKER = re.compile(
    r"[а-яіїєґ]{0,4} (?:[а-яіїєґ]{4,} )?(?:[«„“\"]([^«»„“”\"\n]{2,40})[»“”\"]|((?:[а-яіїєґ]{4,} )?[А-ЯІЇЄҐA-Z][\w’'ʼ-]*(?: (?:[а-яіїєґ]{4,} )?[А-ЯІЇЄҐ][\w’'ʼ-]*){0,2}(?: (?:област|обл)[а-яіїєґ]*)?))"
)


def _speaker(text: str, _: int, end: int) -> Mention | None:
    """A body nobody has listed, by its press service: «пресс-центр ГКНБ»."""
    found = _SPEAKER.match(text, end)
    if found is None:
        return None
    group = found.lastindex or 1
    return Mention(found.start(group), found.end(group), found[group], BODY, False, False)


@cache
def _before_bodies() -> frozenset[str]:
    """Articles, and who belongs to a body: "Investigadores de la Universidad de Murcia"."""
    return frozenset(shipped.toml("mediawords.toml")["beforebodies"])


_BODY_AFTER = re.compile(
    r"(?: maritime| régionale| nationale| générale| départementale)?(?:(?: (?:of|for|de|del|de la|de los|de las|des|du|für|para|la|los|las)(?: the)? | de l[’'])[A-ZÀ-Þ][\w’'-]*(?: (?:and|y|et|und|e) [A-ZÀ-Þ]\w*)?){0,3}(?: (?:des|de los|de las) [a-zà-ÿ]{5,})?"
)


def _unlisted_body(text: str, start: int, end: int) -> Mention | None:
    """An authority or institute nobody has listed: "the Consumer Product Safety Commission", "Instituto Geofísico"."""
    head = CAPITALS_BEFORE.search(text, max(0, start - 60), start)
    parts = head[0].split() if head else []
    while parts and (parts[0].lower() in NOT_NAMES or parts[0] in _before_bodies() or not parts[0][:1].isupper()):
        parts.pop(0)
    begin = start - len(" ".join(parts)) - 1 if parts else start
    further = CAPITALS_AFTER.match(text, end) if not parts else None
    finish = further.end() if further else end
    after = _BODY_AFTER.match(text, finish)
    finish = after.end() if after else finish
    if begin == start and finish == end:
        if not (_STATED.match(text, end) or " " in text[start:end] or _A_NAME_ALONE.match(text[start:end])):
            return None
        finish = reach(_NATION, text, end, 16)
    short = _SHORT.match(text, finish)  # "Secretaría Nacional Antidrogas (Senad)"
    return Mention(begin, short.end() if short else finish, text[begin:finish], BODY, False, False)


_A_NAME_ALONE = re.compile(r"Bundes\w+(?:gericht|hof)|\w{3,}ministerium")  #: one word that is a name already
_NATION = re.compile(r" [a-zà-ÿ]{4,}(?:an[oa]|esa?|aise?|ienn?e?|oise?|ina?|eñ[oa]|enca?|ense)\b")
_SHORT = re.compile(r" \([A-ZÀ-ÞА-ЯІЇЄҐ][\w-]{1,11}\)")
_AUTHORITY = re.compile(
    r"[а-яіїєґ]{0,5}((?: [а-яіїєґ]{4,}){0,2}(?: (?:(?:по|з|із) )?[А-ЯІЇЄҐ][\w-]*){0,3}(?: (?:област|кра[яю])[а-яіїєґ]*)?)"
)
_ENDING = re.compile("[а-яіїєґ]+")  #: the rest of a Cyrillic word
_KIND_OF = re.compile(r"(?:[А-ЯІЇЄҐа-яіїєґ][а-яіїєґ-]+(?:ая|ой|ую|ий|ый|ое|ого|ому|ым|им|ной|на|ної|ній|ій|ої|ою|ну|не|ний|ного) ){1,3}\Z")


_LOCATIVE = re.compile("([сц]ь)к(?:ій|ої|ою)(?= [ОМ][ВД]А)")  #: «у Полтавській ОВА»


def _authority(text: str, start: int, end: int) -> Mention | None:
    """The same in Cyrillic: «Центральная избирательная комиссия Грузии», «министерство энергетики Узбекистана»."""
    head, tail = _KIND_OF.search(text, max(0, start - 60), start + 1), _AUTHORITY.match(text, end)
    begin = head.start() if head and head[0][0].isupper() else start + 1
    spelled = text[start + 1 : end].isupper()  # «ОВА Олег …»: who follows is its head
    if spelled and begin == start + 1:
        return None
    finish = end if spelled else tail.end() if tail and re.search("[А-ЯІЇЄҐ]", tail[1]) else reach(_ENDING, text, end, 9)
    named = text[begin:finish]
    if not re.search("[А-ЯІЇЄҐ]", named[1:] if begin == start + 1 else named):
        return None
    short = _SHORT.match(text, finish)
    return Mention(begin, short.end() if short else finish, _LOCATIVE.sub(r"\1ка", named), BODY, False, False)


_RUN = re.compile(
    r"(?:(?<=\s)|(?<=[(“\"«’'])|\A)((?:[A-ZÀ-ÞА-ЯІЇЄҐ][\w’'&.-]*|[A-Z]&[A-Z])(?: (?:(?:of|for|and|de|del|des|du|der|für|y|et|&) (?:the |la |las |los )?)?[A-ZÀ-ÞА-ЯІЇЄҐ0-9][\w’'&.-]*){0,5})"
    r"(?: \(([A-ZÀ-Þ][\w-]{1,11})\))?\Z"
)
_ACRONYM = re.compile(r"[A-ZÀ-Þ]{2}[A-ZÀ-Þ0-9]*(?:-[A-ZÀ-Þ]{2,4})?|[A-Z]\w+-CERT|CERT[.-]\w+")
_NO_SPEAKER = re.compile(
    r"(?:He|She|They|It|We|I|You|Who|This|That|Police|Officials?|Authorities|Prosecutors?|President|Prime|King|Queen|Pope|Mr|Mrs|Ms|Dr|Sir|Sen|Rep|Gov|Gen|"
    r"Er|Sie|Es|Das|Il|Elle|On|Él|Ella|Lo|Y|Also|But|And|As|EU|US|UK|UN|USA|TV|CEO|CFO|No)\b",
)


def _declarer(text: str, at: int, end: int) -> Mention | None:
    """Who says something in a way only bodies do: "Baltic Grid said in a statement", "Astilleros Umbral anunció", "El SNAI informó"."""
    found = _RUN.search(text, max(0, at - 70), at)
    if found is None:
        return None
    begin, name = found.start(1), found[1]
    while _NOT_THE_NAME.match(name):  # "On Monday Kestrel Air", "The Port of Tema"
        cut = name.find(" ") + 1
        if not cut:
            return None
        begin, name = begin + cut, name[cut:]
    if _NO_SPEAKER.match(name) or not _speaks_as_a_body(name, text, begin, end):
        return None
    return Mention(begin, at, name, BODY, False, False)


_NOT_THE_NAME = re.compile(
    r"(?:(?:ОВА|МВА|ОГА|КМВА|Глава|Мер|Мэр|Губернатор|Governor|Mayor|Minister|Foreign|Prime|Defen[cs]e|Interior|President|Senator|Secretary|Chief|Gov\.|Gen\.|Sen\.|Rep\.|General|Ambassador|MP|Chancellor|"
    r"Bürgermeister|Ministerpräsident|Minister|Landrat|Gouverneur|Kanzler|Präsident) |(?:The|In|On|At|As|But|And|El|La|Los|Las|Le|Les|Der|Die|Das|En|Un|Une|A|An|[A-Z]\w+day|On [A-Z]\w+day|Dans|Laut|Selon|Según)(?: |\Z))"
)
_ITS_OWN = re.compile(
    r"(?:,? \w+){0,5}? (?:on|in|auf|sur|en) (?:its|ihrer|son|su) |[^.\n]{0,40}(?:press release|in a filing|in an advisory|in a bulletin|in a notice)"
)
_STATED = re.compile(
    r"[^.\n]{0,40}(?:in an? (?:[\w-]+ )?(?:statement|release|blog post|opinion|ruling|judgment|order)|communiqué|comunicado|mitteilung|schriftlich)",
    re.IGNORECASE,
)
_POSTED = re.compile(
    r"[^.\n]{0,30}(?:on|auf|sur|en|в|у) (?:X|Twitter|Telegram|Facebook|Instagram|LinkedIn|Truth Social|Bluesky|телеграм\w*|фейсбу\w+|соцсет\w+|соцмереж\w+)\b"
)
_STATED_BEFORE = re.compile(
    r"(?:^|[.\n] ?)[^.\n]{0,20}(?:[Ss]tatement|[Rr]elease|[Ff]iling|[Aa]dvisory|communiqué|comunicado|Mitteilung)[^.\n]{0,60}\Z"
)


def _speaks_as_a_body(name: str, text: str, begin: int, end: int) -> bool:
    """An abbreviation, a word that only names of bodies hold, "its website"; of other names only what is no person's."""
    if _ACRONYM.fullmatch(name) or _body_words().search(name):
        return True
    if name.count(" ") > 3:
        return False
    if _ITS_OWN.match(text, end) or _POSTED.search(text, end - 14, end + 44):
        return True
    if not (_STATED.match(text, end) or _STATED_BEFORE.search(text, max(0, begin - 110), begin)):
        return False
    if text[max(0, begin - 4) : begin].lower() == "the ":
        return True
    surname = " " not in name and re.search(rf"[A-ZÀ-Þ][\w.’'-]* {re.escape(name)}\b", text[:begin])
    return (" " not in name and not surname) or bool(_CALLED.search(text))


_CALLED = re.compile(
    r"\b(?:[Tt]he (?:company|firm|group|operator|carrier|airline|manufacturer|vendor)|l’entreprise|l'entreprise|le groupe|la (?:empresa|compañía)|das Unternehmen|der Konzern)\b"
)


@cache
def _body_words() -> re.Pattern[str]:
    """What only names of companies and bodies hold."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(shipped.toml('mediawords.toml')['bodywords'])})(?![\w-])")


_PLATFORM = r"(?:X|Twitter|Telegram|Facebook|Instagram|LinkedIn|Truth Social|Bluesky|Threads|телеграм\w*|[Тт]елеграм\w*|[Фф]ейсбу\w+|соцсет\w+|соцмереж\w+)"
_PERSON = r"((?:[A-ZÀ-ÞА-ЯІЇЄҐ][\w’'-]+ )+[A-ZÀ-ÞА-ЯІЇЄҐ][\w’'-]+)"
_POSTER = re.compile(
    rf"(?:[аио])?(?: [\w-]+){{0,4}}? {_PERSON},? (?:auf|sur|en|on|в|у|через) (?:[\w-]+ )?{_PLATFORM}|(?:[аио])? (?:[вву]|auf|sur|en|on) (?:[\w-]+ )?{_PLATFORM}(?: [\w-]+){{0,4}}? {_PERSON}"
)


def _poster(text: str, start: int, end: int) -> Mention | None:
    """Who posted what on a platform: "schrieb Landrätin Karin Moser auf X", «написав у Telegram Олег Синєгубов», "Ben Hollis wrote on X"."""
    if found := _POSTER.match(text, end, end + 140):
        return _person(found)
    return _declarer(text, start, end) if _POSTED.search(text, start, end + 44) else None


_TWEETER = re.compile(rf"(?: [\w-]+){{0,4}}? {_PERSON}")


def _tweeter(text: str, start: int, end: int) -> Mention | None:
    """The same after a verb that says the platform: "tuiteó el ministro Héctor Hinojosa"."""
    found = _TWEETER.match(text, end, end + 80)
    return _person(found) if found else _declarer(text, start, end)


def _person(found: re.Match[str]) -> Mention:
    group = found.lastindex or 1
    name = " ".join(found[group].split()[-2:])  # without the office before it
    return Mention(found.end(group) - len(name), found.end(group), name, BODY, False, False)


_COMPANIES = frozenset({"Unternehmen", "Konzern", "Hersteller", "Netzbetreiber", "Betreiber", "Reederei", "Verband", "Firma"})


def _released(text: str, start: int, end: int) -> Mention | None:
    """Who published a statement: "un comunicado de Astilleros Umbral", "a statement from Kestrel Air"."""
    found = _NAMED.match(text, end)
    if found is None or _NO_SPEAKER.match(found[1]):
        return None
    first, _, name = found[1].partition(" ")
    if first in _COMPANIES:  # "das Unternehmen Nordwind Energie"
        return Mention(found.end(1) - len(name), found.end(1), name, BODY, False, False) if name else None
    german = text[end - 3 : end] in ("das", "die", "der") and not (_ACRONYM.fullmatch(found[1]) or _body_words().search(found[1]))
    return None if german else Mention(found.start(1), found.end(1), found[1], BODY, False, False)


_NAMED = re.compile(rf" (?:the |la |el |der |die |das |l[’'])?[“\"«„]?{CAPITALS}")


_AUTHORITY_WORD = re.compile(r"[а-яіїєґ]{4,}(?:-[а-яіїєґ]+)?")
_NO_AUTHORITY = re.compile(
    r"(?:Росси|Росто|Росл|Россе|Минск|Минут|Мину|Минер|Мінськ|Мінер|Мінус|Госпо|Госпі|Госте|Держав|Державн|Україн|Украин|Нацист|Націон|Национ|Націст|Росій|Минист|Мініст)"
)


def _one_word(text: str, start: int, end: int) -> Mention | None:
    """An authority whose name is one word: «Мінкультури», «Росавиация»."""
    finish = reach(_AUTHORITY_WORD, text, end, 24)
    if finish == end or _NO_AUTHORITY.match(text, start):
        return None
    return Mention(start, finish, text[start:finish], BODY, False, False)


def guesses() -> dict[str, Guess]:
    """Lists of data/mediawords.toml → what finds the name of a body beside one of their words."""
    return {
        "speakers": _speaker,
        "bodynouns": _unlisted_body,
        "authorities": _authority,
        "declarations": _declarer,
        "posters": _poster,
        "tweets": _tweeter,
        "releases": _released,
        "prefixes": _one_word,
    }
