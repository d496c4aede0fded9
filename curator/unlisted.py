"""Names of outlets and bodies that nobody has listed, by the words beside them: «издание «Волжский вестник»», "the Riverton Gazette",
"Baltic Grid said in a statement". Each guess takes a text and the place of such a word (data/mediawords.toml) and gives the name, or None.
"""

import re
from collections.abc import Callable
from functools import cache

from curator import shipped
from curator.names import BODY, BOTH, PRESS, Mention

Guess = Callable[[str, int, int], Mention | None]  #: (text, begin, end of the word) → the name beside it


@cache
def words() -> dict[str, list[str]]:
    """The lists of data/mediawords.toml."""
    return {key: value for key, value in shipped.toml("mediawords.toml").items() if isinstance(value, list)}


@cache
def nouns() -> frozenset[str]:
    """Words that names of media end in."""
    return frozenset(words()["nouns"])


_CAPITAL = re.compile(r"(?:(?:[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'&-]*|&|of|and|de|del|der|von|du|da|della|la|le|El|San) ){1,4}\Z")
_DAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
_NOT_NAMES = {"a", "an", "the", "in", "on", "at", "by", "for", "from", "to", "and", "or", "but", "as", "if", "according", "told"} | _DAYS


def masthead(text: str, start: int, end: int) -> Mention | None:
    """A name nobody has listed that ends in a word of mastheads ("the Daily Planet", "Riverton Gazette", "Passauer Nachrichten")."""
    if text[start:end][:1].islower():
        return None
    head = _CAPITAL.search(text, max(0, start - 50), start)
    parts = head[0].split() if head else []
    while parts and (parts[0].lower() in _NOT_NAMES or "The" in parts):
        parts.pop(0)
    if not parts or not parts[0][:1].isupper():
        if text[start:end] in ("Radio", "TV") and (name := _CAPITALISED.match(text, end)):
            return Mention(start, name.end(), text[start : name.end()], PRESS, False, False)  # "Radio Con Vos"
        article = text[max(0, start - 4) : start].lower() == "the "
        return Mention(start, end, text[start:end], PRESS, True, False, short=True) if article else None
    begin = start - len(" ".join(parts)) - 1
    opens = not text[:begin].strip() or text[:begin].rstrip()[-1:] in ".!?\n"
    return Mention(begin, end, text[begin:end], PRESS, opens and len(parts) < 1, False)


_NAME_BEFORE = re.compile(
    r"(?<=, )(?:(?:the |local |[a-z]+ )?(?:station |newspaper |daily |outlet |site |broadcaster )?)(?:the )?((?:[A-Z][\w.’'&-]*[\w’'] ){0,2}[A-Z][\w.’'&-]*\w)\Z"
)
_OFFICE = re.compile(
    r"Minist|Police|Agency|Department|Office|Service|Union|Bank|Inc|Corp|Court|Commission|Council|Authority|University|^(?:He|She|They|It|We|I|Who|Officials?)$"
)


def _before_verb(text: str, at: int, _: int) -> Mention | None:
    """A name nobody has listed where only an outlet's stands: "…, LiveLaw reported"."""
    found = _NAME_BEFORE.search(text, max(0, at - 50), at)
    if found is None or _OFFICE.search(found[1]):
        return None
    return Mention(found.start(1), at, found[1], PRESS, False, False)


_NAME_HERE = re.compile(r"(?:(?:al|el|an|ar|as|ash)-)?[A-ZÀ-Þ][\w’'&-]*(?: [A-ZÀ-Þ][\w’'&-]*){0,3}\Z")


def _before_noun(text: str, at: int, end: int) -> Mention | None:
    """A name nobody has listed before what it is: "al-Akhbar newspaper"; in "Israeli news site Ynet" it comes after."""
    if re.match(r" [A-ZÀ-Þ«“\"]", text[end : end + 2]):
        return _introduced(text, at, end)
    found = _NAME_HERE.search(text, max(0, at - 50), at)
    parts = found[0].split() if found else []
    while parts and parts[0].lower() in _NOT_NAMES:
        parts.pop(0)
    if not parts:
        return None
    return Mention(at - len(" ".join(parts)), at, " ".join(parts), PRESS, False, False)


_QUOTED = r"[«„“\"‘']([^«»„“”\"\n]{2,40}?)[»“”\"’']"
_DOMAIN = r"((?:[\w-]+\.)+(?:ru|ua|by|kz|uz|kg|tj|am|az|ge|md|lv|lt|ee|com|net|org|info|media|news|tv|de|fr|es|io|co)\b)"
_CAPITALS = r"((?:(?:L|D|Al|El|La|Le)[-’' ])?[A-ZÀ-ÞĀ-Ž][\w.’'&-]*\w(?: (?:(?:de|du|des|of|del|la|le|y|et|and|&) )?[A-ZÀ-ÞĀ-Ž0-9](?:[\w.’'&-]*\w)?){0,3})"
_ADJECTIVE = (
    r"(?: (?!(?:qui|que|dont|pour|dans|avec|chez|sous|sans|cuyo|cuya|para|con|sobre|entre|desde|hasta|tras|said|says|told|that|which|with|from)\b)"
    r"[a-zà-ÿ-]{4,15}(?: ligne)?)?"
)
_INTRODUCED = re.compile(rf"[а-яіїєґ’']{{0,5}}{_ADJECTIVE},? (?:{_QUOTED}|{_DOMAIN}|{_CAPITALS}|([А-ЯІЇЄҐ][\w-]+))")
_PLATFORMS = {
    "internet",
    "web",
    "facebook",
    "x",
    "twitter",
    "telegram",
    "instagram",
    "youtube",
    "tiktok",
    "whatsapp",
    "vk",
    "linkedin",
    "reddit",
}
#: After these German nouns stands a name, never another noun: "die Nachrichtenagentur Kathpress".
_BEFORE_NAMES = frozenset(
    {"Nachrichtenagentur", "Nachrichtenportal", "Onlineportal", "Tageszeitung", "Wochenzeitung", "Fachmagazin", "Nachrichtenmagazin"}
    | {"Branchendienst", "Rechercheplattform", "Nachrichtenseite", "Unternehmen", "Netzbetreiber", "Reederei", "Konzern", "Hersteller"}
)
_WORD, _ENDING = re.compile(r"\w+"), re.compile("[а-яіїєґ]+")  #: the rest of a word; of a Cyrillic one
_GERMAN = re.compile(r"[a-zäöüß]\Z|[A-ZÄÖÜ][a-zäöüß]+\Z")


def _run(pattern: re.Pattern[str], text: str, at: int, most: int) -> int:
    """Where what begins at `at` ends, after so many characters at most."""
    found = pattern.match(text, at, at + most)
    return found.end() if found else at


def _introduced(text: str, start: int, end: int) -> Mention | None:
    """A name nobody has listed after what it is: «издание «Волжский вестник»», "el diario El Norte", "the website Hromada". In German,
    where every noun is a capital, only between quotation marks or as an address."""
    found = _INTRODUCED.match(text, end)
    if found is None:
        finish = _run(_WORD, text, end, 12)
        return masthead(text, start + 1, finish) if text[start + 1 : finish] in nouns() else None  # "Passauer Zeitung"
    group = found.lastindex or 1
    name = found[group]
    german = text[start + 1].isupper() and text[start + 1 : end].isalpha() and text[start + 1 : end] not in _BEFORE_NAMES
    if name.lower() in _PLATFORMS or (group > 2 and german and not re.search(r"[A-Z]{2}|[a-z][A-Z]", name)):
        return None
    return Mention(found.start(group), found.end(group), name, PRESS, False, False)


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


_ARTICLES = frozenset({"La", "El", "Los", "Las", "Le", "Les", "Der", "Die", "Das"})
_BODY_AFTER = re.compile(
    r"(?: maritime| régionale| nationale| générale| départementale)?(?:(?: (?:of|for|de|del|de la|de los|de las|des|du|für|para|la|los|las)(?: the)? | de l[’'])[A-ZÀ-Þ][\w’'-]*(?: (?:and|y|et|und|e) [A-ZÀ-Þ]\w*)?){0,3}"
)


def _unlisted_body(text: str, start: int, end: int) -> Mention | None:
    """An authority or institute nobody has listed: "the Consumer Product Safety Commission", "Instituto Geofísico"."""
    head = _CAPITAL.search(text, max(0, start - 60), start)
    parts = head[0].split() if head else []
    while parts and (parts[0].lower() in _NOT_NAMES or parts[0] in _ARTICLES or not parts[0][:1].isupper()):
        parts.pop(0)
    begin = start - len(" ".join(parts)) - 1 if parts else start
    further = _CAPITALISED.match(text, end) if not parts else None
    finish = further.end() if further else end
    after = _BODY_AFTER.match(text, finish)
    finish = after.end() if after else finish
    if begin == start and finish == end:
        if not _STATED.match(text, end):
            return None
        finish = _run(_NATION, text, end, 16)
    short = _SHORT.match(text, finish)  # "Secretaría Nacional Antidrogas (Senad)"
    return Mention(begin, short.end() if short else finish, text[begin:finish], BODY, False, False)


_NATION = re.compile(r" [a-zà-ÿ]{4,}(?:an[oa]|esa?|aise?|ienn?e?|oise?|ina?|eñ[oa]|enca?|ense)\b")
_CAPITALISED = re.compile(r"(?: [A-ZÀ-Þ][\w’'-]+){1,2}")
_SHORT = re.compile(r" \([A-ZÀ-ÞА-ЯІЇЄҐ][\w-]{1,11}\)")
_AUTHORITY = re.compile(
    r"[а-яіїєґ]{0,5}((?: [а-яіїєґ]{4,}){0,2}(?: (?:(?:по|з|із) )?[А-ЯІЇЄҐ][\w-]*){0,3}(?: (?:област|кра[яю])[а-яіїєґ]*)?)"
)
_KIND_OF = re.compile(r"(?:[А-ЯІЇЄҐа-яіїєґ][а-яіїєґ-]+(?:ая|ой|ую|ий|ый|ое|ого|ому|ым|им|ной|на|ної|ній|ну|не|ний|ного) ){1,3}\Z")


def _authority(text: str, start: int, end: int) -> Mention | None:
    """The same in Cyrillic: «Центральная избирательная комиссия Грузии», «министерство энергетики Узбекистана»."""
    head, tail = _KIND_OF.search(text, max(0, start - 60), start + 1), _AUTHORITY.match(text, end)
    begin = head.start() if head and head[0][0].isupper() else start + 1
    finish = tail.end() if tail and re.search("[А-ЯІЇЄҐ]", tail[1]) else _run(_ENDING, text, end, 9)
    named = text[begin:finish]
    if not re.search("[А-ЯІЇЄҐ]", named[1:] if begin == start + 1 else named):
        return None
    short = _SHORT.match(text, finish)
    return Mention(begin, short.end() if short else finish, named, BODY, False, False)


# ── bodies and companies that speak, by the verb or noun that shows it ──────────────────────────────────────────────

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
    r"(?:(?:Governor|Mayor|Minister|Foreign|Prime|Defen[cs]e|Interior|President|Senator|Secretary|Chief|Gov\.|Gen\.|Sen\.|Rep\.|General|Ambassador|MP|Chancellor|"
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
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words()['bodywords'])})(?![\w-])")


def _company(text: str, start: int, end: int) -> Mention | None:
    """A company after what it is: "das Unternehmen Nordwind Energie", «компания «Севергаз»», "l'entreprise Verrier"."""
    found = _introduced(text, start, end)
    if found is None or found.name.lower() in _PLATFORMS:
        return None
    found.mark = BODY
    return found


def _released(text: str, start: int, end: int) -> Mention | None:
    """Who published a statement: "un comunicado de Astilleros Umbral", "a statement from Kestrel Air"."""
    found = _NAMED.match(text, end)
    if found is None or _NO_SPEAKER.match(found[1]):
        return None
    if found[1].partition(" ")[0] in _BEFORE_NAMES:
        return _introduced(text, found.start(1) - 1, found.start(1) + len(found[1].partition(" ")[0]))
    german = text[end - 3 : end] in ("das", "die", "der") and not (_ACRONYM.fullmatch(found[1]) or _body_words().search(found[1]))
    return None if german else Mention(found.start(1), found.end(1), found[1], BODY, False, False)


_NAMED = re.compile(rf" (?:the |la |el |der |die |das |l[’'])?[“\"«„]?{_CAPITALS}")


def _permitted(text: str, start: int, end: int) -> Mention | None:
    """With whose permission a text is printed."""
    found = _NAMED.match(text, end)
    return Mention(found.start(1), found.end(1), found[1], PRESS, False, False) if found else None


def _compound(text: str, start: int, end: int) -> Mention | None:
    """A name in quotation marks after a compound: "das Branchenportal „Hafenblick“"; the word found ends in the opening mark."""
    found = _IN_MARKS.match(text, end - 1)
    return Mention(found.start(1), found.end(1), found[1], PRESS, False, False) if found else None


_IN_MARKS = re.compile(_QUOTED)


def _quoter(text: str, start: int, end: int) -> Mention | None:
    """The same after a verb of reporting: «выяснил «Волжский вестник»»."""
    found = _IN_MARKS.match(text, end - 1)
    return Mention(found.start(1), found.end(1), found[1], BOTH, False, False) if found else None


_MARKS_BEFORE = re.compile(r"«([^«»\n]{2,40})\Z")


def _quoted_before(text: str, at: int, end: int) -> Mention | None:
    """… and before it: «Ростех» сообщил; the word found begins with the closing mark."""
    found = _MARKS_BEFORE.search(text, max(0, at - 44), at)
    return Mention(found.start(1), at, found[1], BOTH, False, False) if found else None


_HOST = re.compile(r"(?:(?<=\s)|(?<=[(«“\"„])|\A)((?:[\w-]+\.)*[\w-]*[^\W\d_][\w-]*)\Z")


_AUTHORITY_WORD = re.compile(r"[а-яіїєґ]{4,}(?:-[а-яіїєґ]+)?")
_NO_AUTHORITY = re.compile(
    r"(?:Росси|Росто|Росл|Россе|Минск|Минут|Мину|Минер|Мінськ|Мінер|Мінус|Госпо|Госпі|Госте|Держав|Державн|Україн|Украин|Нацист|Націон|Национ|Націст|Росій|Минист|Мініст)"
)


def _one_word(text: str, start: int, end: int) -> Mention | None:
    """An authority whose name is one word: «Мінкультури», «Росавиация»."""
    finish = _run(_AUTHORITY_WORD, text, end, 24)
    if finish == end or _NO_AUTHORITY.match(text, start):
        return None
    return Mention(start, finish, text[start:finish], BODY, False, False)


def _address(text: str, at: int, end: int) -> Mention | None:
    """A name that is an address: "Nord.media", «Якутия.Инфо»."""
    found = _HOST.search(text, max(0, at - 30), at)
    if found is None or text[end : end + 1].isalnum() or text[end : end + 1] in ("/", "@") or found[1].lower().startswith("www"):
        return None
    return Mention(found.start(1), end, text[found.start(1) : end], PRESS, False, False)


def guesses() -> dict[str, Guess]:
    """Lists of data/mediawords.toml → what finds a name nobody has listed beside one of their words, from (text, begin, end)."""
    return {
        "nouns": masthead,
        "declarations": _declarer,
        "companies": _company,
        "releases": _released,
        "permissions": _permitted,
        "compounds": _compound,
        "quoters": _quoter,
        "quoted": _quoted_before,
        "domains": _address,
        "prefixes": _one_word,
        "bodynouns": _unlisted_body,
        "verbs": _before_verb,
        "afternouns": _before_noun,
        "introductions": _introduced,
        "speakers": _speaker,
        "authorities": _authority,
    }
